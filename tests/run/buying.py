"""What a desk buys and what currencies are worth, small enough to be written down in a test."""

from __future__ import annotations

RECEIPTS = """
name: receipts
doc: What the desk ordered and received.
owner: buying-data@example.org
read: {format: csv, path: "${landing}/receipts/*.csv", options: {header: true}}
feeds: silver.purchase_orders
system: desk
map:
  purchase_order_id: {from: po}
  line_id:           {from: line}
  product_id:        {from: sku}
  ordered_on:        {from: ordered, formats: ["yyyy-MM-dd"]}
  received_on:       {from: received, formats: ["yyyy-MM-dd"]}
  quantity_ordered:  {from: qty}
  quantity_received: {from: came}
  unit_cost:         {from: cost}
  currency:          {from: money}
  updated_at:        {from: changed, formats: ["yyyy-MM-dd HH:mm:ss"], zone: UTC}
"""
RECEIPTS_HEAD = "po,line,sku,ordered,received,qty,came,cost,money,changed"
RATES = """
name: rates
doc: What a euro is worth.
owner: treasury-data@example.org
read: {format: csv, path: "${landing}/rates/*.csv", options: {header: true}}
feeds: silver.exchange_rates
system: market
map:
  base_currency: {from: base}
  currency:      {from: money}
  rated_on:      {from: day, formats: ["yyyy-MM-dd"]}
  rate:          {from: rate}
  updated_at:    {from: changed, formats: ["yyyy-MM-dd HH:mm:ss"], zone: UTC}
"""
RATES_HEAD = "base,money,day,rate,changed"
