"""Declarations that are right; each test breaks one thing in them."""

from __future__ import annotations

from lakehouse.settings.values import Mapped, Read, Source

HEAD = """
from lakehouse.rules import *
from lakehouse.table import *

SYSTEM = Column("system", STRING, "Business.", nullable=False)
DAY = Column("sold_on", DATE, "Day.", nullable=False)
NET = Column("net_amount", MONEY, "Money.")
"""

SALES = """
@table("silver.sales", grain=("system", "order_id"), columns=(
    SYSTEM, Column("order_id", STRING, "Order."), DAY, NET, Column("is_return", FLAG, "Back.", nullable=False),
), write=Merge(newest=("sold_on",)), derives=("is_return",))
def sales(rows):
    "One row per order."
    return rows
"""

GOODS = """
@table("silver.goods", grain=("system", "sku", "valid_from_at"), columns=(
    SYSTEM, Column("source", STRING, "Feed."), Column("sku", STRING, "Product.", nullable=False),
    Column("label", STRING, "Name."), Column("seen_at", INSTANT, "When.", unit="UTC"), *VALIDITY,
), write=History(key=("system", "sku"), sequence="seen_at", track=("label",)))
def goods(rows):
    "One row per product and version."
    return rows
"""

DAILY = """
@table("gold.daily_sales", grain=("system", "sold_on"), inputs={"sales": "silver.sales"}, columns=(SYSTEM, DAY, NET),
       rules=(reconciles("net_amount", "silver.sales"),), write=Replace(by=("sold_on",)))
def daily_sales(sales):
    "One row per day."
    return sales
"""


def source(name="shop", *, feeds="silver.sales", columns=("order_id", "sold_on"), **more):
    mapped = tuple(each if isinstance(each, Mapped) else Mapped(each, origin=each) for each in columns)
    read = Read(format="csv", path=f"/landing/{name}/*.csv")
    file = f"conf/sources/{name}.yaml"
    return Source(name, "Lines.", "me", read, feeds=feeds, system=name, map=mapped, file=file, **more)
