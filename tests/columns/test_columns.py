"""Column helpers, one row each."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pyspark.sql import functions as F

from lakehouse.columns import business_day, sentence_case, share, title_case, total_lines, total_money, total_units


def test_the_business_day_follows_the_zone_of_the_row(spark):
    rows = spark.sql(
        "SELECT TIMESTAMP'2024-07-01T03:30:00Z' AS at, explode(array('America/New_York', 'Asia/Tokyo')) AS zone"
    )
    assert [row[0] for row in rows.select(business_day("at", "zone")).collect()] == [
        date(2024, 6, 30),
        date(2024, 7, 1),
    ]


def test_cases(spark):
    rows = spark.sql("SELECT explode(array('hOT drinks', '', NULL)) AS text")
    cased = rows.select(title_case("text"), sentence_case(F.col("text"))).collect()
    assert [tuple(row) for row in cased] == [("Hot Drinks", "Hot drinks"), ("", ""), (None, None)]


def test_totals_are_exact_and_keep_their_names(spark):
    rows = spark.sql(
        "SELECT CAST(0.1 AS DECIMAL(18, 4)) AS net, CAST(0.5 AS DECIMAL(12, 3)) AS q, 2L AS lines FROM range(3)"
    )
    total = rows.agg(total_money("net"), total_units("q"), total_lines())
    assert total.first().asDict() == {"net": Decimal("0.3000"), "units": Decimal("1.500"), "lines": 6}


def test_a_share_of_nothing_is_null(spark):
    rows = spark.sql("SELECT 1 AS part, explode(array(4, 0)) AS whole")
    assert [row[0] for row in rows.select(share("part", "whole")).collect()] == [Decimal("0.250000"), None]
