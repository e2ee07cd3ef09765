"""Killed, then started again with other code or conf: what was audited stays as judged, the rest is judged anew."""

from __future__ import annotations

from dataclasses import replace

import pytest
from crash import house
from pyspark.sql import functions as F
from pyspark.sql.types import DecimalType

from lakehouse import ledger
from lakehouse.plan import Selection
from lakehouse.rules import satisfies
from lakehouse.table import STRING, Column

pytestmark = pytest.mark.full


def at_most_two(catalog):
    """Silver sales: from now on nobody buys more than two."""
    rule = satisfies("at_most_two", "quantity <= 2", columns=("quantity",))
    return with_table(catalog, "silver.sales", rules=(*catalog.table("silver.sales").rules, rule))


def counting_otherwise(catalog):
    """Gold: the months are counted in another way, and a column says so."""
    build = catalog.table("gold.months").build
    columns = (*catalog.table("gold.months").columns, Column("counted", STRING, "How it was counted."))
    return with_table(
        catalog,
        "gold.months",
        columns=columns,
        build=lambda days: build(days=days).withColumn("counted", F.lit("otherwise")),
    )


def with_gift_card(catalog):
    """Silver sales: a column that no row had until now."""
    columns = (*catalog.table("silver.sales").columns, Column("gift_card", STRING, "Card that paid."))
    build = catalog.table("silver.sales").build
    return with_table(
        catalog,
        "silver.sales",
        columns=columns,
        build=lambda rows: build(rows=rows).withColumn("gift_card", F.lit(None).cast("string")),
    )


def with_finer_quantity(catalog):
    """Silver sales: quantities have more decimals from now on."""
    columns = catalog.table("silver.sales").columns
    finer = tuple(replace(c, type=DecimalType(16, 4)) if c.name == "quantity" else c for c in columns)
    return with_table(catalog, "silver.sales", columns=finer)


def with_table(catalog, name, **changes):
    return replace(catalog, tables={**catalog.tables, name: replace(catalog.tables[name], **changes)})


def silver(home):
    return house.books(home)["silver.sales@till_sales"]


@pytest.mark.parametrize(
    ("point", "published", "quarantined"),
    [
        pytest.param("after stage silver.sales", 4, 3, marks=pytest.mark.rounds),
        ("after ops.dq_results silver.sales", 4, 3),  # not audited: judged by the new rule
        ("after ops.steps silver.sales audited", 5, 2),  # audited: published as the old rules judged
        pytest.param("after append quarantine.sales", 5, 2, marks=pytest.mark.rounds),
        pytest.param("after append silver.sales", 5, 2, marks=pytest.mark.rounds),
    ],
)
def test_another_rule_meanwhile(point, published, quarantined, first_day, recover):
    home = first_day.home()
    first_day.crash(home, point)
    assert recover(home, first_day.landing, change=at_most_two) == 0
    assert (silver(home).published, silver(home).quarantined) == (published, quarantined)
    lake = house.lake_of(home)
    assert len(house.rows_of(lake, "silver.sales")) == published
    assert len(house.rows_of(lake, "quarantine.sales")) == quarantined
    [sums] = lake.read("SELECT sum(lines) AS lines FROM m", m="gold.months").to_pylist()
    assert sums["lines"] == published


@pytest.mark.parametrize(
    "point",
    [
        "after ops.steps gold.months audited",
        pytest.param("after replace gold.months", marks=pytest.mark.rounds),
        pytest.param("after ops.steps silver.sales audited", marks=pytest.mark.rounds),
        pytest.param("after stage gold.months", marks=pytest.mark.rounds),
        pytest.param("after ops.releases", marks=pytest.mark.rounds),
    ],
)
def test_another_build_meanwhile(point, first_day, first_end, recover):
    """Gold is what the new code builds, Silver what it was."""
    home = first_day.home()
    first_day.crash(home, point)
    assert recover(home, first_day.landing, change=counting_otherwise) == 0
    lake = house.lake_of(home)
    counted = lake.read("SELECT DISTINCT counted FROM d", d="gold.months").to_pylist()
    assert counted == [{"counted": "otherwise"}]
    assert house.contents(home)["silver.sales"] == house.contents(first_end)["silver.sales"]
    assert ledger.newest_release(lake).tables == {name: lake.version(name) for name in house.MARTS}


@pytest.mark.rounds
@pytest.mark.parametrize("point", ["after ops.steps silver.sales audited", "after append silver.sales"])
def test_another_column_meanwhile(point, first_day, first_end, recover):
    """A column that the staged rows do not have is NULL in them."""
    home = first_day.home()
    first_day.crash(home, point)
    assert recover(home, first_day.landing, change=with_gift_card) == 0
    assert house.books(home) == house.books(first_end)
    assert house.contents(home)["gold.months"] == house.contents(first_end)["gold.months"]


@pytest.mark.rounds
def test_another_mapping_meanwhile(first_day, recover):
    """Another YAML: the lines that were not audited are read by it."""
    home = first_day.home()
    first_day.crash(home, "after ops.steps silver.sales staged")
    source = home / "conf" / "sources" / "till_sales.yaml"
    source.write_text(source.read_text().replace("{from: region}", "{from: region, spellings: {North: Far North}}"))
    assert recover(home, first_day.landing) == 0
    regions = house.lake_of(home).read("SELECT DISTINCT region FROM s", s="silver.sales").to_pylist()
    assert sorted(row["region"] for row in regions) == ["Far North", "South"]


@pytest.mark.rounds
@pytest.mark.parametrize("point", ["after stage silver.sales", "after ops.steps silver.sales audited"])
def test_another_column_before_a_merge(point, second_day, second_end, recover):
    """The table gets the column with the merge that needs it."""
    home = second_day.home()
    second_day.crash(home, point)
    assert recover(home, second_day.landing, change=with_gift_card) == 0
    assert house.books(home) == house.books(second_end)
    assert house.contents(home)["gold.months"] == house.contents(second_end)["gold.months"]
    cards = house.lake_of(home).read("SELECT DISTINCT gift_card FROM s", s="silver.sales").to_pylist()
    assert cards == [{"gift_card": None}]


def test_another_type_meanwhile(second_day, second_end, recover):
    """What was audited cannot be rows of the new contract: the full refresh that it asks for judges them again."""
    home = second_day.home()
    second_day.crash(home, "after ops.steps silver.sales audited")
    refresh = Selection(full_refresh=("silver.sales",))
    assert recover(home, second_day.landing, change=with_finer_quantity, selection=refresh) == 0
    lake = house.lake_of(home)
    quantities = "SELECT order_id, line_id, arrow_cast(quantity, 'Utf8') AS quantity FROM s ORDER BY 1, 2"
    before = house.lake_of(second_end).read(quantities, s="silver.sales").to_pylist()
    now = lake.read(quantities, s="silver.sales").to_pylist()
    assert now == [row | {"quantity": f"{row['quantity']}0"} for row in before]
    assert ledger.newest_release(lake).tables == {name: lake.version(name) for name in house.MARTS}


@pytest.mark.parametrize("point", ["after stage silver.sales", pytest.param("", marks=pytest.mark.rounds)])
def test_a_refresh_that_was_killed_is_begun_anew(point, second_day, recover):
    """Nothing but the ledger knows of it: no file is new."""
    home = second_day.home()
    assert recover(home, second_day.landing) == 0
    judged = silver(home).read
    second_day.crash(home, point or "after ops.steps silver.sales staged", full_refresh=["silver.sales"])
    assert recover(home, second_day.landing) == 0
    [last] = [step for step in house.done(home) if step.table == "silver.sales" and step.inputs["full"]]
    assert last.books.read == judged
