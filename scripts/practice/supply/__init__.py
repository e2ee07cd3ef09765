"""The shop's supply side and the currency market, told by four sources of their own.

`shop_suppliers` (JSON lines), `shop_purchase_orders`, `shop_stock_movements` and `exchange_rates` (CSV). How they hang
together, and how their counts stay exact:

- Orders follow expected demand alone (`purchases.py`), so that a further delivery finds the open ones without drawing
  a single order line of the shop again. They are worked out for the time after the first delivery too: an increment
  tells the orders of its day, and which of the first delivery's open ones came.
- Stock is kept since 120 days before the end of the first delivery (`movements.py`): what a hub sold on a day is what
  the order lines of the shop say, receipts are what purchase orders say, and the opening count is chosen such that
  most series stay above zero, a few fall below it, and some end low.
- As with order lines, a row has one kind of defect at most, and what is told again (repeats, older and newer versions)
  is made of plain rows only.
- No two increments speak of the same row again: orders come on one day, and receipts are corrected by number.
"""
