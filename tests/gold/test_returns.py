"""What comes back."""

from __future__ import annotations

from lakehouse.gold.returns import returns


def day(product: str, sold: int, back: int, **other: object) -> dict[str, object]:
    return {"product_key": product, "category": "Toys", "sold_month": "2024-03-01", "is_product": True, "lines": 1,
            "sold_units": sold, "returned_units": back, "sold_amount": 10 * sold,
            "returned_amount": -8 * back} | other  # fmt: skip


def test_rates_are_what_came_back_of_what_was_sold_by_product_and_category(rows, assert_rows):
    days = rows(
        "gold.daily_products",
        [
            day("kite", 6, 0),
            day("kite", 2, 2),
            day("doll", 0, 2),
            day("book", 5, 0, category="Books"),
            day("POST", 9, 9, is_product=False),
            day("kite", 1, 1, sold_month="2024-04-01"),
        ],
    )
    march = {"sold_month": "2024-03-01", "category_return_rate": "0.5", "category_value_rate": "0.4"}
    assert_rows(
        returns(days=days),
        [
            {"product_key": "kite", "lines": 2, "sold_units": 8, "returned_units": 2, "sold_amount": 80,
             "returned_amount": -16, "return_rate": "0.25", "value_rate": "0.2", **march},
            {"product_key": "doll", "lines": 1, "sold_units": 0, "returned_units": 2, "sold_amount": 0,
             "returned_amount": -16, "return_rate": None, "value_rate": None, **march},
            {"product_key": "book", "lines": 1, "sold_units": 5, "returned_units": 0, "sold_amount": 50,
             "returned_amount": 0, "return_rate": 0, "value_rate": 0, **march, "category_return_rate": 0,
             "category_value_rate": 0},
            {"product_key": "kite", "lines": 1, "sold_units": 1, "returned_units": 1, "sold_amount": 10,
             "returned_amount": -8, "return_rate": 1, "value_rate": "0.8", "sold_month": "2024-04-01",
             "category_return_rate": 1, "category_value_rate": "0.8"},
        ],
    )  # fmt: skip


def test_what_nobody_lists_counts_in_the_category_of_its_lines(rows, assert_rows):
    days = rows(
        "gold.daily_products",
        [
            day("kite", 8, 0),
            day("unknown", 2, 5),
            day("unknown", 4, 1, category="Books"),
            day("kite", 0, 1, category="Z"),
        ],
    )
    names = ("product_key", "category", "sold_units", "return_rate", "category_return_rate")
    expected = [
        ("kite", "Toys", 8, 0, "0.5"),
        ("unknown", "Toys", 2, "2.5", "0.5"),
        ("unknown", "Books", 4, "0.25", "0.25"),
        ("kite", "Z", 0, None, None),
    ]
    assert_rows(returns(days=days), [dict(zip(names, row, strict=True)) for row in expected])
