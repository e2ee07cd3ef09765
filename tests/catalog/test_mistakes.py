"""One wrong declaration at a time: file, key and cause of the message."""

# ruff: noqa: E501 - one case is one line

from __future__ import annotations

import pytest

from lakehouse.catalog import adapting, load_catalog
from lakehouse.errors import ConfigError
from lakehouse.settings.values import Mapped
from tests.catalog.practice_tables import DAILY, GOODS, SALES, source

OPS = """
runs = Table("ops.runs", ("run_id",), (Column("run_id", STRING, "Run."),), doc="Runs.")
steps = Table("ops.steps", ("run_id",), (Column("run_id", STRING, "Run."),), doc="Steps.")
"""


def mistakes(package, modules, sources=()):
    name = package({"silver/sales": SALES, "gold/daily_sales": DAILY} | modules)
    with pytest.raises(ConfigError) as caught:
        load_catalog(sources, package=name)
    return [(each.file.removeprefix(f"{name}/"), each.key, each.what, each.instead) for each in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "key", "what", "instead"),
    [
        ('"gold.daily_sales"', '"silver.daily_sales"', "silver.daily_sales", "stands in the folder gold", "gold.daily_sales"),
        ('"gold.daily_sales"', '"gold.dayly"', "gold.dayly", "is not named like its file", "gold.daily_sales"),
        ('"gold.daily_sales"', '"Gold"', "Gold", "is no table name", ""),
        ('"silver.sales"}', '"silver.sale"}', "inputs.sales", "'silver.sale' is no table", "silver.sales"),
        ('"net_amount", "silver.sales"', '"net_amount", "silver.sles"', "rules.net_amount.reconciles", "'silver.sles' is no table", "silver.sales"),
        ('reconciles("net_amount"', 'reconciles("net_amunt"', "rules.net_amunt.reconciles.net_amunt", "is not a column of gold.daily_sales", "net_amount"),
        ('silver.sales"),),', 'silver.sales", keys=("order_id",)),),', "rules.net_amount.reconciles.order_id", "is not a column of gold.daily_sales", ""),
        ('silver.sales"),),', 'silver.sales", before=("sold", "sold_on")),),', "rules.net_amount.reconciles.sold", "is not a column of silver.sales", "sold_on"),
        ('silver.sales"),),', 'silver.sales", before=("sold_on", "day")),),', "rules.net_amount.reconciles.day", "is not a column of gold.daily_sales", ""),
        ("rules=(", "rules=(not_null('system'),", "rules.system.not_null", "is the id of 2 rules", ""),
        ("rules=(", "rules=(not_null('net_amount', severity='quarantine'),", "rules.net_amount.not_null", "cannot quarantine", "block"),
        ("rules=(", "rules=(covers('sold_on', 'silver.sales', their='sold'),", "rules.sold_on.covers.sold", "is not a column of silver.sales", "sold_on"),
        ("rules=(", "rules=(refers_to('sold_on', 'ops.runs', theirs='run_id'),", "rules.sold_on.refers_to.system", "is not a column of ops.runs", ""),
        ('grain=("system", "sold_on")', 'grain=("system", "day")', "grain.day", "is not a column of gold.daily_sales", ""),
        ('by=("sold_on",)', 'by=("order_id",)', "write.by.order_id", "is not a column of gold.daily_sales", ""),
        ('Replace(by=("sold_on",))', "Merge()", "write.newest.updated_at", "is not a column of gold.daily_sales", ""),
        ('Replace(by=("sold_on",))', 'Replace(), partition_by=("month",)', "partition_by.month", "is not a column of gold.daily_sales", ""),
        ("write=", "looks_up={'sale': ('system',)}, write=", "looks_up.sale", "is not one of the inputs", "sales"),
        ("write=", "looks_up={'sales': ('sytem',)}, write=", "looks_up.sales.sytem", "is not a column of silver.sales", "system"),
        ("write=", "traces={'x': 'sold_on'}, write=", "traces.x", "is not a column of gold.daily_sales", ""),
        ('grain=("system", "sold_on")', 'grain=("place",)', "traces", "place: no input carries it", ""),
        ("write=", "derives=('x',), write=", "derives.x", "is not a column of gold.daily_sales", ""),
        ("write=", "amends=('x',), write=", "amends.x", "is not a column of gold.daily_sales", ""),
        ("daily_sales(sales)", "daily_sales(sale)", "build.sale", "is not one of the inputs", "sales"),
        ("daily_sales(sales)", "daily_sales(sales, params)", "build.params", "must be keyword-only", ""),
        ("daily_sales(sales)", "daily_sales(sales, **more)", "build.more", "is not one of the inputs", ""),
        ('"One row per day."', "pass", "gold.daily_sales", "has no description", ""),
        ("columns=(SYSTEM,", "columns=(SYSTEM, Column('a', STRING, ''),", "columns.a", "has no description", ""),
        ("columns=(SYSTEM,", "columns=(SYSTEM, SYSTEM,", "columns.system", "is declared 2 times", ""),
        ("return sales", "return sales\n1 / 0", "module", "cannot be imported: ZeroDivisionError: division by zero", ""),
    ],
)  # fmt: skip
def test_a_wrong_mart(package, old, new, key, what, instead):
    assert old in DAILY
    found = mistakes(package, {"gold/daily_sales": DAILY.replace(old, new), "ops/books": OPS})
    assert ("gold/daily_sales.py", key, instead) in [(file, known, word) for file, known, _, word in found]
    assert next(said for _, known, said, _ in found if known == key).startswith(what)


def test_by_must_be_found_in_an_input_and_never_be_null(package):
    wrong = DAILY.replace('by=("sold_on",)', 'by=("shop",)').replace(
        "SYSTEM, DAY", "SYSTEM, Column('shop', STRING, 'x'), DAY"
    )
    found = mistakes(package, {"gold/daily_sales": wrong})
    assert [(key, what) for _, key, what, _ in found] == [
        ("write.by.shop", "may be NULL, and rows of a NULL key are never found"),
        ("write.by", "shop: no input carries all of them, so none can drive it"),
    ]


def test_by_is_never_null_in_an_input_that_drives_the_mart(package):
    wrong = SALES.replace("DAY, NET", "Column('sold_on', DATE, 'Day.'), NET")
    found = mistakes(package, {"silver/sales": wrong})
    assert ("gold/daily_sales.py", "write.by.sold_on") in [(file, key) for file, key, *_ in found]
    assert found[0][2] == "may be NULL in silver.sales, and rows of a NULL key are never found"


def test_what_is_looked_up_is_joined_by_an_input_that_drives_the_mart(package):
    looked_up = DAILY.replace("(sales)", "(sales, goods)").replace(
        '"silver.sales"}', '"silver.sales", "goods": "silver.goods"}, looks_up={"goods": ("system", "sku")}'
    )
    found = mistakes(package, {"silver/goods": GOODS, "gold/daily_sales": looked_up})
    what = "sku, sold_on, system: no other input carries all of them, so a change in goods would touch nothing"
    assert found == [("gold/daily_sales.py", "looks_up.goods", what, "")]
    sold = SALES.replace("DAY, NET", "DAY, NET, Column('sku', STRING, 'Product.')")
    name = package({"silver/sales": sold, "silver/goods": GOODS, "gold/daily_sales": looked_up})
    assert load_catalog(package=name).table("gold.daily_sales").looks_up


def test_a_row_matters_from_a_day_on_that_can_be_compared_with_those_of_the_mart(package):
    sold = SALES.replace("DAY, NET", "DAY, NET, Column('sku', STRING, 'Product.')")
    looked_up = DAILY.replace("(sales)", "(sales, goods)").replace(
        '"silver.sales"}',
        '"silver.sales", "goods": "silver.goods"}, looks_up={"goods": Since(("system", "sku"), day="came_on")}',
    )
    dated = GOODS.replace('"Name."),', '"Name."), Column("came_on", DATE, "Day.", nullable=False),').replace(
        'track=("label",)', 'track=("label", "came_on")'
    )
    name = package({"silver/sales": sold, "silver/goods": dated, "gold/daily_sales": looked_up})
    assert load_catalog(package=name).table("gold.daily_sales").looks_up
    not_compared = "is no date or may be NULL in silver.goods, so nobody can tell from when on a row matters"
    for wrong, key, what in (
        (dated.replace('"Day.", nullable=False', '"Day."'), "looks_up.goods.came_on", not_compared),
        (dated.replace('DATE, "Day."', 'STRING, "Day."'), "looks_up.goods.came_on", not_compared),
        (GOODS, "looks_up.goods.came_on", "is not a column of silver.goods"),
    ):
        found = mistakes(package, {"silver/sales": sold, "silver/goods": wrong, "gold/daily_sales": looked_up})
        assert [(where, said) for _, where, said, _ in found] == [(key, what)]
    whole = looked_up.replace('by=("sold_on",)', 'by=("system", "sold_on")')
    found = mistakes(package, {"silver/sales": sold, "silver/goods": dated, "gold/daily_sales": whole})
    what = "says from which day on a row matters, and the mart is not replaced by one date"
    assert found == [("gold/daily_sales.py", "looks_up.goods", what, "")]


def test_a_mart_may_leave_out_rows_that_have_no_key_yet(package):
    undated = SALES.replace("DAY, NET", "Column('sold_on', DATE, 'Day.'), NET")
    leaves_out = DAILY.replace('by=("sold_on",)', 'by=("sold_on",), leaves_out_null=True')
    name = package({"silver/sales": undated, "gold/daily_sales": leaves_out})
    assert load_catalog(package=name).table("gold.daily_sales").by == ("sold_on",)


def test_silver_reads_no_gold(package):
    wrong = SALES.replace("columns=(\n", 'inputs={"daily": "gold.daily_sales"}, columns=(\n').replace(
        "(rows)", "(rows, daily)"
    )
    found = mistakes(package, {"silver/sales": wrong})
    assert found[0][1:3] == ("inputs.daily", "gold.daily_sales cannot be read by a table of silver")


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ("evry 5 minute", "every 5 minutes"),
        ("dayly at 00:30", "daily at 00:30"),
        ("daily at 24:00", "daily at 00:30"),
        ("every 0 minutes", "every 5 minutes"),
        ("every 25 hours", "every 2 hours"),
        ("Live", "live"),
    ],
)
def test_a_refresh_that_nobody_can_keep(package, said, instead):
    wrong = DAILY.replace("write=", f"refresh={said!r}, release_group='daily', write=")
    [(file, key, what, meant)] = mistakes(package, {"gold/daily_sales": wrong})
    assert (file, key, meant) == ("gold/daily_sales.py", "refresh", instead)
    assert what.startswith(f"{said!r} is no refresh; one is 'every 5 minutes', ")


def test_a_slower_mart_enters_releases_without_those_of_every_run(package):
    slow = DAILY.replace("daily_sales", "weekly").replace("write=", "refresh='daily at 00:30', write=")
    found = mistakes(package, {"gold/weekly": slow})
    what = "'core' is shared with gold.daily_sales, which has another refresh and would wait for it"
    assert found == [("gold/weekly.py", "release_group", what, "weekly")]
    reader = DAILY.replace("silver.sales", "gold.weekly")
    apart = {"gold/weekly": slow.replace("write=", "release_group='weekly', write="), "gold/daily_sales": reader}
    read = load_catalog(package=package({"silver/sales": SALES} | apart))
    assert set(read.tables) == {"silver.sales", "gold.weekly", "gold.daily_sales"}


def test_silver_is_judged_as_it_arrives(package):
    [(_, key, what, _)] = mistakes(
        package, {"silver/sales": SALES.replace("write=", "refresh='every 2 hours', write=")}
    )
    assert (key, what) == ("refresh", "'every 2 hours' is for marts; rows are judged as they arrive")


def test_a_circle_is_shown(package):
    one = DAILY.replace("silver.sales", "gold.other")
    other = DAILY.replace("daily_sales", "other").replace("silver.sales", "gold.daily_sales")
    found = mistakes(package, {"gold/daily_sales": one, "gold/other": other})
    assert [what for _, _, what, _ in found] == [
        "needs itself: gold.daily_sales needs gold.other needs gold.daily_sales"
    ]


def test_a_table_declared_twice_names_both_files(package):
    file, key, what, _ = mistakes(package, {"ops/a": OPS, "ops/b": OPS})[0]
    assert (file, key) == ("ops/b.py", "ops.runs")
    assert what.startswith("is declared a second time; the first is in shop_")
    assert what.endswith("/ops/a.py")


def test_several_tables_may_share_a_module_of_ops(package):
    name = package({"silver/sales": SALES, "gold/daily_sales": DAILY, "ops/books": OPS})
    assert {"ops.runs", "ops.steps"} <= set(load_catalog(package=name).tables)


@pytest.mark.parametrize(
    ("given", "key", "what", "instead"),
    [
        (source(feeds="silver.sale"), "feeds", "'silver.sale' is no Silver table", "silver.sales"),
        (source(feeds="gold.daily_sales"), "feeds", "'gold.daily_sales' is no Silver table", ""),
        (source(columns=("order_id", "sold_on", "net_amont")), "map.net_amont", "is not a column of silver.sales", "net_amount"),
        (source(columns=("order_id",)), "map.sold_on", "is missing: silver.sales needs it and cannot derive it", ""),
        (source(columns=("sold_on",)), "map.order_id", "is missing: silver.sales needs it and cannot derive it", ""),
        (source(columns=("order_id", "sold_on", "system")), "map.system", "is filled in for you", ""),
        (source(identity=("order",)), "identity.order", "is not a column of silver.sales", "order_id"),
        (source(identity=("net_amount",)), "identity.net_amount", "is not mapped", ""),
        (source(not_products={"product": ("POST",)}), "not_products.product", "is not a column of silver.sales", ""),
        (source(adapter="none_such"), "adapter", "there is no lakehouse/adapters/none_such.py", ""),
        (
            source(columns=(Mapped("order_id", origin="a", near="silver.sles.order_id"), "sold_on")),
            "map.order_id.near", "'silver.sles.order_id' names no column of a Silver table", "silver.sales.order_id",
        ),
        (
            source(columns=(Mapped("order_id", origin="a", near="silver.sales.order"), "sold_on")),
            "map.order_id.near", "is not a column of silver.sales", "order_id",
        ),
        (
            source(columns=(Mapped("order_id", origin="a", starts_with="C"), "sold_on")),
            "map.order_id.starts_with", "is for true-or-false columns", "",
        ),
        (
            source(columns=(Mapped("order_id", origin="a", formats=("yyyy",)), "sold_on")),
            "map.order_id.formats", "is for dates and times", "",
        ),
        (
            source(columns=(Mapped("order_id", origin="a", decimal=","), "sold_on")),
            "map.order_id", "decimal and thousands are for numbers", "",
        ),
    ],
)  # fmt: skip
def test_a_source_that_does_not_fit_its_contract(package, given, key, what, instead):
    ((file, where, said, word),) = mistakes(package, {}, [given])
    assert (file, where, word) == ("conf/sources/shop.yaml", key, instead)
    assert said.startswith(what)


def test_parts_are_those_that_the_adapter_takes(package):
    beside = {"headers": source("shop_headers", feeds="")}
    given = source(adapter="northwind_sales", rows="items", beside=beside)
    ((_, where, said, _),) = mistakes(package, {}, [given])
    assert (where, said) == ("parts", "are items, headers, and northwind_sales takes items, orders")


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ("def adapt(*, items, orders): return items", "given takes items, orders; 'read' gives it the rows alone, 'parts' and 'rows' give more by name"),
        ("def adapt(): return None", "given takes nothing; 'read' gives it the rows alone, 'parts' and 'rows' give more by name"),
        ("def adopt(rows): return rows", "lakehouse/adapters/given.py has no function adapt"),
        ("1 / 0", "given cannot be imported: ZeroDivisionError: division by zero"),
    ],
)  # fmt: skip
def test_an_adapter_takes_the_rows_of_a_source_without_parts(package, monkeypatch, module, said):
    monkeypatch.setattr(adapting, "ADAPTERS", f"{package({'adapters/given': module})}.adapters")
    ((_, where, what, _),) = mistakes(package, {}, [source(adapter="given")])
    assert (where, what) == ("adapter", said)


def test_an_adapter_of_one_table_fits(package, monkeypatch):
    monkeypatch.setattr(
        adapting, "ADAPTERS", f"{package({'adapters/given': 'def adapt(bronze): return bronze'})}.adapters"
    )
    load_catalog([source(adapter="given")], package=package({"silver/sales": SALES, "gold/daily_sales": DAILY}))


def test_two_sources_do_not_land_in_one_table(package):
    beside = {"orders": source("shop_orders", feeds="")}
    given = source(adapter="northwind_sales", rows="items", beside=beside)
    ((_, where, said, _),) = mistakes(package, {}, [given, source("shop_orders")])
    assert (where, said) == ("name", "bronze.shop_orders is where shop lands already")


@pytest.mark.parametrize(
    ("old", "new", "key", "what"),
    [
        ('"sku", "valid_from_at")', '"sku")', "grain", "of a history is its key and valid_from_at"),
        ("*VALIDITY,", "*VALIDITY[:2],", "columns", "of a history end with *VALIDITY"),
        ('track=("label",)', "track=()", "write.track.label", "is missing: what is not tracked is lost"),
        ('track=("label",)', 'track=("label", "lable")', "write.track.lable", "is not a column of silver.goods"),
        ('sequence="seen_at"', 'sequence="seen"', "write.sequence.seen", "is not a column of silver.goods"),
    ],
)  # fmt: skip
def test_a_wrong_history(package, old, new, key, what):
    assert old in GOODS
    found = mistakes(package, {"silver/goods": GOODS.replace(old, new)})
    assert next(said for _, known, said, _ in found if known == key).startswith(what)


@pytest.mark.parametrize(
    ("given", "key", "what"),
    [
        (source(delivers="snapshot"), "delivers", "is for tables that keep every version, and silver.sales is none"),
        (source(deleted=Mapped("is_deleted", origin="s", equals=("D",))), "deleted", "is for tables that keep every"),
        (
            source(feeds="silver.goods", columns=("sku",), delivers="snapshot", deleted=Mapped("is_deleted", origin="s")),
            "deleted", "is for changes; a snapshot leaves out what was deleted",
        ),
        (source(feeds="silver.goods", columns=("sku", "is_deleted")), "map.is_deleted", "is filled in for you"),
        (source(feeds="silver.goods", columns=("label",)), "map.sku", "is missing: silver.goods needs it"),
    ],
)  # fmt: skip
def test_a_source_that_does_not_fit_a_table_with_every_version(package, given, key, what):
    ((_, where, said, _),) = mistakes(package, {"silver/goods": GOODS}, [given])
    assert where == key
    assert said.startswith(what)


def test_mistakes_of_several_tables_come_together(package):
    found = mistakes(
        package,
        {
            "gold/daily_sales": DAILY.replace('"silver.sales"}', '"silver.sle"}'),
            "silver/sales": SALES.replace("(rows)", "()"),
        },
    )
    assert [(file, key) for file, key, _, _ in found] == [
        ("silver/sales.py", "build.rows"),
        ("gold/daily_sales.py", "write.by"),
        ("gold/daily_sales.py", "inputs.sales"),
    ]
