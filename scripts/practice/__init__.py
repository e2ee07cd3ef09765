"""Practice data: landing files of one invented business (`system: shop`), and what a lake must make of them.

Three systems deliver what is sold: `shop_sales` (CSV order lines), `shop_customers` (JSON lines of a CRM) and
`shop_products` (Parquet of an ERP); `supply/` writes four sources more. Beside the files stands a manifest with every
planted defect and the exact number of rows in each outcome. It is counted here, in whole numbers, without the engine
that it checks.

How the counts stay exact:

- Each fresh order line has at most one kind of defect (`kinds.py`), drawn without replacement, so the sets of lines
  that are quarantined, corrected or warned about do not overlap. What one kind breaks is written beside it: a value
  that fails to parse also breaks `not_null` of its column and of every amount that cannot be derived without it.
- Repeats and corrections are made of plain lines only, and no line has both: a repeat is a `duplicate`, a correction
  is `published` and makes the line it corrects `superseded`. Neither breaks, warns or is corrected.
- Returns are lines of their own kind; no defect but a turned sign falls on them.
- Misspelled products and regions have one nearest right spelling: names of products lie five or more edits apart,
  letter case aside.
  Those of kind `region_ambiguous` lie as near to two regions and stay as they are.
- `refers_to` counts hold once products and customers are published.
- Further deliveries (`--increment`) repeat lines of odd number and correct lines of even number of the first one, so
  that no repeat meets a line that another delivery changed; and no two of them correct the same line.
- Prices have two decimals, rates are whole percent and quantities whole, so amounts are exact in 1/10000.
"""
