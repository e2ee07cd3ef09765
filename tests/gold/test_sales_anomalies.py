"""The largest lines of each month."""

from __future__ import annotations

from lakehouse.business import Anomalies, Business
from lakehouse.gold.sales_anomalies import sales_anomalies


def line(order: str, quantity: int, price: int, month: str = "2024-03-01") -> dict[str, object]:
    return {"order_id": order, "line_id": "1", "sold_month": month, "quantity": quantity, "unit_price": price,
            "net_amount": quantity * price, "is_return": quantity < 0}  # fmt: skip


def test_a_month_keeps_its_largest_lines_and_says_what_makes_them_large(rows, assert_rows):
    march = [line("a", 1, 10), line("b", 1, 10), line("c", 1, 10), line("d", 10, 10), line("e", -1, 50)]
    april = [line("g", 1, 8, "2024-04-01"), line("f", 1, 8, "2024-04-01"), line("h", 1, 8, "2024-04-01")]
    lines = rows("gold.fct_sales", [*march, *april, line("i", 0, 0, "2024-05-01")])
    found = sales_anomalies(lines=lines, params=Business(anomalies=Anomalies(lines_per_month=2)))
    said = "Among the largest lines of the month: a "
    assert_rows(
        found,
        [
            {"sold_month": "2024-03-01", "place": 1, "order_id": "d", "times_median": "10",
             "reason": said + "sale with a quantity of 10.0 times the median"},
            {"sold_month": "2024-03-01", "place": 2, "order_id": "e", "times_median": "5",
             "reason": said + "return with a unit price of 5.0 times the median"},
            {"sold_month": "2024-04-01", "place": 1, "order_id": "f", "times_median": "1",
             "reason": said + "sale with a quantity of 1.0 times the median"},
            {"sold_month": "2024-04-01", "place": 2, "order_id": "g", "times_median": "1",
             "reason": said + "sale with a quantity of 1.0 times the median"},
            {"sold_month": "2024-05-01", "place": 1, "order_id": "i", "times_median": None,
             "reason": said + "sale with a quantity above the rest"},
        ],
    )  # fmt: skip
