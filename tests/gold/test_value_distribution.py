"""How large orders are."""

from __future__ import annotations

from statistics import quantiles

import pytest

from lakehouse.gold.value_distribution import value_distribution


def basket(order: int, net: object, on: str = "2024-03-01", **other: str) -> dict[str, object]:
    return {"order_id": f"{order}", "sold_on": on, "net_amount": net} | other


def test_bins_cover_the_values_without_a_gap_and_the_tail_is_one_bin(rows, assert_rows):
    """1 to 100 and 5000: quartiles 26 and 76, so 100 ÷ ∛101 = 21.5 wide, rounded up to 50; 99 % are below 100."""
    baskets = [basket(n, n) for n in range(1, 101)]
    baskets += [basket(101, 4000), basket(101, 1000, "2024-03-02"), basket(1, -3, system="market")]
    found = value_distribution(baskets=rows("gold.basket_cube", baskets)).where("system = 'shop'")
    alike = {"median_amount": 51, "p90_amount": 91, "p99_amount": 100, "mean_amount": "99.5050"}
    assert_rows(
        found,
        [
            {"bin": 1, "from_amount": 0, "below_amount": 50, "orders": 49, "net_amount": 1225,
             "order_share": "0.485149", **alike},
            {"bin": 2, "from_amount": 50, "below_amount": 100, "orders": 50, "net_amount": 3725,
             "order_share": "0.49505", **alike},
            {"bin": 3, "from_amount": 100, "below_amount": None, "orders": 2, "net_amount": 5100,
             "order_share": "0.019802", **alike},
        ],
    )  # fmt: skip


def test_empty_bins_are_there_and_orders_below_nothing_are_one_bin(rows, assert_rows):
    baskets = [basket(1, -7), basket(2, "0.50"), basket(3, "0.50"), basket(4, "0.50"), basket(5, 3)]
    found = value_distribution(baskets=rows("gold.basket_cube", baskets))
    assert_rows(
        found.where("orders > 0"),
        [
            {"bin": 0, "from_amount": None, "below_amount": 0, "orders": 1},
            {"bin": 6, "from_amount": "0.50", "below_amount": "0.60", "orders": 3},
            {"bin": 30, "from_amount": "2.90", "below_amount": None, "orders": 1},
        ],
    )  # fmt: skip
    assert found.count() == 31


@pytest.mark.parametrize("values", [(5, 5, 5, 5), (0, 0), (12345,), (-1, -2)])
def test_values_without_spread_have_bins_too(rows, values):
    baskets = rows("gold.basket_cube", [basket(n, value) for n, value in enumerate(values)])
    found = value_distribution(baskets=baskets).collect()
    assert sum(row["orders"] for row in found) == len(values)
    assert 1 <= len(found) <= 42


def test_quantiles_are_those_of_the_textbook(rows):
    values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5]
    found = value_distribution(baskets=rows("gold.basket_cube", [basket(n, v) for n, v in enumerate(values)])).first()
    assert float(found["p90_amount"]) == quantiles(values, n=10, method="inclusive")[8]
    assert float(found["median_amount"]) == 4
