"""Exchange rates: positive, between currencies that have a code, with eight decimals."""

from __future__ import annotations

from lakehouse.catalog import rules_of
from lakehouse.quality import verdict, with_helpers
from lakehouse.silver.exchange_rates import exchange_rates

RATE = {"source": "market", "system": "market", "base_currency": "EUR", "currency": "USD", "rated_on": "2024-03-01",
        "rate": "1.08", "_broken": []}  # fmt: skip
DEFECTS = (
    ({}, "1.08", ""),
    ({"currency": "IRR", "rate": "45512.12345678"}, "45512.12345678", ""),
    ({"rate": "0"}, "0", "rate_positive"),
    ({"rate": "-1.08"}, "-1.08", "rate_positive"),
    ({"rate": None}, None, "rate.not_null"),
    ({"currency": "usd"}, "1.08", "currency.matches"),
    ({"base_currency": "EURO"}, "1.08", "base_currency.matches"),
    ({"rated_on": None}, "1.08", "rated_on.not_null"),
    ({"rated_on": "2124-03-01"}, "1.08", "rated_on_plausible"),
)


def test_a_rate_is_positive_and_between_two_currencies(rows, assert_rows):
    told = rows("silver.exchange_rates", [{**RATE, "_row_id": n, **rate} for n, (rate, _, _) in enumerate(DEFECTS)])
    rules = rules_of(exchange_rates)
    judged = verdict(with_helpers(exchange_rates(rows=told), rules, {}), rules)
    assert_rows(
        judged.selectExpr("*", "array_join(_broken, ',') AS broke"),
        [{"_row_id": n, "rate": rate, "broke": broke} for n, (_, rate, broke) in enumerate(DEFECTS)],
    )
