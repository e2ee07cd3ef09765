"""Rows for marts that say nothing of a few rows at random: by mart, then by input."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from examples import Row

BASKET = {"sold_on": "2024-01-01", "product_keys": '["P1","P2"]'}
LINE = {"line_id": "1", "product_key": "P1", "quantity": 1, "net_amount": 5}
DAY = {"region": "North", "category": "Toys"}

FED: Mapping[str, Mapping[str, Sequence[Row]]] = {
    "gold.basket_cube": {
        "gold.fct_sales": [{**LINE, "order_id": f"{n}", "sold_on": f"2024-01-0{1 + n % 2}"} for n in range(4)],
    },
    "gold.product_pairs": {
        "gold.basket_cube": [{**BASKET, "order_id": f"{n}"} for n in range(25)],
        "gold.product_sales": [{"product_key": key, "last_sold_month": "2024-01-01"} for key in ("P1", "P2")],
    },
    "gold.revenue_anomalies": {
        "gold.sales_cube": [
            {**DAY, "sold_on": f"{date(2024, 1, 1) + timedelta(days=n)}", "net_amount": 100 + n % 5} for n in range(45)
        ],
    },
}
