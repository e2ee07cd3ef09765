"""Table rules: sums that must agree key by key, values that must all be there."""

from __future__ import annotations

from decimal import Decimal

from lakehouse.quality import Fact, facts_of
from lakehouse.quality.facts import reconciling_keys
from lakehouse.rules import covers, reconciles
from lakehouse.table import DATE, MONEY, STRING, Column, Replace, Table

MONTHS = Table(
    "gold.months",
    grain=("system", "month"),
    columns=(Column("system", STRING, "System."), Column("month", STRING, "Month."), Column("net", MONEY, "Net.")),
    rules=(
        reconciles("net", "silver.lines", keys=("system",)),
        reconciles("net", "silver.equal"),
        reconciles("net", "silver.equal", their="tax", where="system = 'shop'"),
        covers("month", "silver.lines", their="sold_month"),
        covers("month", "silver.equal"),
    ),
)


def named(rules):
    """Give each rule an id of its own, as `name=` would."""
    names = ("by_system", "by_grain", "tax_of_shop", "covers_lines", "covers_equal")
    return [type(rule)(**{**vars(rule), "id": name}) for rule, name in zip(rules, names, strict=True)]


def money(spark, rows, keys, *amounts):
    """Rows of keys and amounts, the amounts written as text."""
    typed = [(*row[:2], *map(Decimal, row[2:])) for row in rows]
    return spark.createDataFrame(typed, ", ".join([keys, *(f"{name} decimal(18,4)" for name in amounts)]))


def test_sums_are_compared_as_decimals_per_key_and_missing_keys_count(spark):
    mart = [("shop", "03", ".1"), ("shop", "04", ".2"), ("market", "03", "5"), (None, "03", "1")]
    lines = [("shop", "03", ".3"), ("market", "03", "5.0001"), ("stall", "05", "0"), (None, None, "1"),
             ("kiosk", "03", "2")]  # fmt: skip
    equal = [(*row, ".15" if row[0] == "shop" else "9") for row in mart]
    rows = money(spark, mart, "system string, month string", "net")
    others = {
        "silver.lines": money(spark, lines, "system string, sold_month string", "net"),
        "silver.equal": money(spark, equal, "system string, month string", "net", "tax"),
    }
    assert facts_of(rows, MONTHS, named(MONTHS.rules), others=others) == {
        "by_system": Fact(False, 5, 2, "2 of 5 keys differ from silver.lines.net, by -2.0001 in all"),
        "by_grain": Fact(True, 4, 0, "0 of 4 keys differ from silver.equal.net, by 0 in all"),
        "tax_of_shop": Fact(False, 4, 4, "4 of 4 keys differ from silver.equal.tax, by 6.0000 in all"),
        "covers_lines": Fact(False, 2, 1, "1 of 2 values of silver.lines.sold_month are missing"),
        "covers_equal": Fact(True, 2, 0, "0 of 2 values of silver.equal.month are missing"),
    }


def test_a_mart_judged_on_a_day_is_compared_with_the_rows_before_it(spark):
    judged = (
        "SELECT 'shop' AS system, DATE'2024-03-02' AS judged_on, 3 AS net UNION ALL SELECT 'bar', DATE'2024-02-01', 1"
    )
    lines = """
        SELECT 'shop' AS system, DATE'2024-03-01' AS sold_on, 3 AS net UNION ALL SELECT 'shop', DATE'2024-03-02', 50
        UNION ALL SELECT 'bar', DATE'2024-01-31', 2 UNION ALL SELECT 'not yet open', DATE'2024-03-01', 5
    """
    table = Table("gold.judged", grain=("system",), columns=())
    rule = reconciles("net", "silver.lines", before=("sold_on", "judged_on"))
    assert facts_of(spark.sql(judged), table, [rule], others={"silver.lines": spark.sql(lines)}) == {
        "net.reconciles": Fact(False, 2, 1, "1 of 2 keys differ from silver.lines.net, by -1 in all")
    }


def test_nothing_on_both_sides_agrees(spark):
    nothing = spark.createDataFrame([], MONTHS.schema())
    facts = facts_of(nothing, MONTHS, named(MONTHS.rules)[1:2], others={"silver.equal": nothing})
    assert facts == {"by_grain": Fact(True, 0, 0, "0 of 0 keys differ from silver.equal.net, by 0 in all")}


def test_keys_are_the_shared_grain_or_for_single_lines_the_slices():
    assert reconciling_keys(MONTHS, ("system", "net")) == ("system",)
    lines = Table(
        "gold.lines",
        grain=("system", "line"),
        columns=(
            Column("system", STRING, "S."), Column("currency", STRING, "C."), Column("line", STRING, "L."),
            Column("sold_on", DATE, "D."),
        ),
        write=Replace(by=("sold_on",)),
    )  # fmt: skip
    assert reconciling_keys(lines, ("system", "line", "sold_on")) == ("system", "currency", "sold_on")
    assert reconciling_keys(lines, ("system", "sold_on")) == ("system",)
