"""A small shop whose orders and list of customers name people; two businesses, three months, a few corrections."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine import Engine

ORDERS = """
name: orders
doc: Lines of the web shop, with the address that the order gave.
owner: sales-data@example.org
read: {format: csv, path: "${landing}/orders/*.csv", options: {header: true}}
feeds: silver.sales
system: corner
map:
  order_id:       {from: order}
  line_id:        {from: line}
  customer_id:    {from: customer, drop_suffix: ".0", case: upper}
  customer_email: {from: mail, case: lower}
  product_id:     {from: sku}
  category:       {from: group}
  region:         {from: region, spellings: {N: North, S: South}}
  quantity:       {from: qty}
  unit_price:     {from: price}
  sold_at:        {from: at, formats: ["yyyy-MM-dd HH:mm:ss"], zone: Europe/Berlin}
  currency:       {value: EUR}
"""
OTHERS = ORDERS.replace("name: orders", "name: others").replace("/orders/", "/others/").replace(": corner", ": harbour")
PEOPLE = """
name: people
doc: Customers of the web shop.
owner: sales-data@example.org
read: {format: csv, path: "${landing}/people/*.csv", options: {header: true}}
feeds: silver.customers
system: corner
map:
  customer_id: {from: number, drop_suffix: ".0", case: upper}
  full_name:   {from: name}
  email:       {from: mail, case: lower}
  updated_at:  {from: changed, formats: ["yyyy-MM-dd HH:mm:ss"], zone: Europe/Berlin}
"""
FILES = {
    "orders/march.csv": """order,line,customer,mail,sku,group,region,qty,price,at,remark
1,1,c7.0,Ada@Example.org,tea,Drinks,N,2,3.50,2024-03-01 09:00:00,for Ada Lovelace
1,2,c7.0,Ada@Example.org,cake,Food,N,1,4.00,2024-03-01 09:00:00,
2,1,c8,bob@example.org,tea,Drinks,North,1,3.50,2024-03-01 10:00:00,
3,1,c8,bob@example.org,tea,Drinks,South,"1,000",3.50,2024-03-02 10:00:00,
4,1,C7,ada@example.org,tea,Drinks,S,1,3.50,no date,call Ada
""",
    "orders/may.csv": """order,line,customer,mail,sku,group,region,qty,price,at,remark
5,1,c7,ada@example.org,tea,Drinks,S,3,3.50,2024-05-02 10:00:00,
6,1,,,cake,Food,,1,4.00,2024-05-03 10:00:00,
""",
    "others/1.csv": """order,line,customer,mail,sku,group,region,qty,price,at
1,1,c7,other@example.org,tea,Drinks,N,1,9.00,2024-03-01 09:00:00
""",
    "people/1.csv": """number,name,mail,changed
c7.0,Ada Lovelace,Ada@Example.org,2024-01-01 09:00:00
c8,Bob Stone,bob@example.org,2024-01-01 09:00:00
""",
    "people/2.csv": """number,name,mail,changed
C7,Ada King,ada.king@example.org,2024-02-01 09:00:00
""",
}
ADA = re.compile(r"\b(ada|lovelace|king|c7)\b")
"""Texts that only she brings into the lake of `corner`; `harbour` has a customer c7 of its own."""


def open_shop(engine: Engine) -> None:
    """Bring sources and files."""
    for name, text in (("orders", ORDERS), ("others", OTHERS), ("people", PEOPLE)):
        engine.add_source(name, text)
    for path, content in FILES.items():
        engine.deliver(path, content)
