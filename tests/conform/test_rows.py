"""Whole rows: names, provenance, identity of lines, and mistakes in the mapping."""

from __future__ import annotations

import pytest

from lakehouse.conform import bronze_column, conform, corrections_of
from lakehouse.errors import ConfigError
from lakehouse.settings.values import Mapped
from lakehouse.silver.products import products
from lakehouse.silver.sales import sales
from tests.conform.conftest import source_of

HEADERS = ("Order", "SKU", "Qty", "Price", "At", "Region")

SALES = (
    Mapped("order_id", origin="Order"),
    Mapped("product_id", origin="SKU", case="upper"),
    Mapped("quantity", origin="Qty"),
    Mapped("unit_price", origin="Price"),
    Mapped("sold_at", origin="At", formats=("d/M/yyyy H:mm",), zone="Europe/London"),
    Mapped("region", origin="Region", spellings={"N": "North"}),
    Mapped("currency", value="GBP"),
)


def lines(rows):
    return {row["_row_id"]: row for row in rows.collect()}


def test_every_contract_column_is_there_and_typed(bronze):
    rows = conform(bronze(HEADERS, [["1", "a", "2", "3", "1/7/2024 9:00", "N"]]), source_of(*SALES), sales)
    engine = ["_batch_id", "_file", "_row_id", "_raw", "_broken", "_corrected", "_repeated"]
    assert rows.columns == [*sales.column_names, *engine]
    assert [rows.schema[name].dataType for name in sales.column_names] == [column.type for column in sales.columns]
    [row] = rows.collect()
    assert (row["system"], row["source"], row["zone"], row["currency"]) == ("shop", "till", "Europe/London", "GBP")
    assert (row["product_id"], row["region"], row["customer_id"], row["sold_on"]) == ("A", "North", None, None)
    assert (row["is_return"], row["is_product"]) == (False, True)
    assert (row["_broken"], row["_corrected"], row["_repeated"]) == ([], ["region.spellings"], False)
    assert row["_raw"].asDict() == {
        "_rescued": None, "Order": "1", "SKU": "a", "Qty": "2", "Price": "3", "At": "1/7/2024 9:00", "Region": "N",
    }  # fmt: skip


def test_a_row_names_everything_that_broke(bronze):
    rows = conform(bronze(HEADERS, [["1", "a", "two", "$3", "soon", None]]), source_of(*SALES), sales)
    [row] = rows.collect()
    assert row["_broken"] == ["sold_at.parses", "quantity.parses"]
    assert row["_corrected"] == ["unit_price.number"]


def test_lines_that_say_the_same_are_numbered_within_file_and_order(bronze):
    line = ["1", "a", "2", "3", "1/7/2024 9:00", "N"]
    rows = lines(
        conform(bronze(HEADERS, [line, line, ["1", "b", *line[2:]], ["2", *line[1:]]]), source_of(*SALES), sales)
    )
    said = [rows[number]["line_id"].split("-") for number in range(4)]
    assert [nth for _, nth in said] == ["1", "2", "1", "1"]
    assert said[0][0] == said[1][0]
    assert len({said[0][0], said[2][0], said[3][0]}) == 3
    assert len(said[0][0]) == 16
    assert not any(row["_repeated"] for row in rows.values())


def test_identical_rows_are_marked_and_do_not_count(bronze):
    line = ["1", "a", "2", "3", "1/7/2024 9:00", "N"]
    rows = bronze(HEADERS, [line, line, ["1", "A", *line[2:]]]).unionByName(bronze(HEADERS, [line], file="b.csv"))
    found = conform(rows, source_of(*SALES, identical_rows="drop"), sales).orderBy("_file", "_row_id").collect()
    assert [row["_repeated"] for row in found] == [False, True, False, False]
    assert [row["line_id"][-2:] for row in found] == ["-1", "-1", "-2", "-1"]
    assert found[0]["line_id"] == found[3]["line_id"]


def test_a_null_and_its_neighbour_do_not_trade_places(bronze):
    rows = bronze(("Order", "SKU", "Region"), [["1", "x", None], ["1", None, "x"]])
    mapped = (SALES[0], Mapped("product_id", origin="SKU"), Mapped("region", origin="Region"))
    found = lines(conform(rows, source_of(*mapped, identical_rows="drop"), sales))
    assert found[0]["line_id"][:16] != found[1]["line_id"][:16]
    assert not found[1]["_repeated"]


def test_two_exports_of_one_business_meet(bronze):
    first = bronze(HEADERS, [["7", "a ", "2", "$1,003.00", "1/7/2024 9:00", "N"]])
    second = bronze(
        ("invoice", "article", "pieces", "each", "moment", "area", "clerk"),
        [["7", "A", "2.0", "1003", "2024-07-01T08:00:00Z", "north", "Ann"]],
    )
    identity = ("order_id", "product_id", "quantity", "unit_price", "sold_at")
    other = source_of(
        Mapped("order_id", origin="invoice"),
        Mapped("product_id", origin="article", case="upper"),
        Mapped("quantity", origin="pieces"),
        Mapped("unit_price", origin="each"),
        Mapped("sold_at", origin="moment"),
        Mapped("region", origin="area", case="title"),
        identity=identity,
    )
    [mine] = conform(first, source_of(*SALES, identity=identity), sales).collect()
    [theirs] = conform(second, other, sales).collect()
    assert mine["line_id"] == theirs["line_id"]


@pytest.mark.parametrize("words", [{"spellings": {"N": "Nord"}}, {"near": ("M",)}])
def test_a_new_spelling_changes_no_key(bronze, words):
    rows = bronze(HEADERS, [["1", "a", "2", "3", "1/7/2024 9:00", "N"]])
    plain = source_of(*SALES[:5], Mapped("region", origin="Region"))
    respelled = source_of(*SALES[:5], Mapped("region", origin="Region", **words))
    [before] = conform(rows, plain, sales).collect()
    [after] = conform(rows, respelled, sales).collect()
    assert before["line_id"] == after["line_id"]


def test_lines_and_repetition_share_one_shuffle(bronze):
    rows = conform(bronze(HEADERS, []), source_of(*SALES, identical_rows="drop"), sales)
    plan = rows._jdf.queryExecution().sparkPlan().toString()
    prepared = rows._jdf.queryExecution().executedPlan().toString()
    assert plan.count("Window") >= 2
    assert prepared.count("Exchange hashpartitioning") == 1


def test_a_mapped_line_number_is_kept(bronze):
    rows = bronze(("Order", "No"), [["1", "10"]])
    [row] = conform(rows, source_of(SALES[0], Mapped("line_id", origin="No")), sales).collect()
    assert row["line_id"] == "10"


def test_a_table_without_lines_marks_repeated_rows(bronze):
    rows = bronze(("id", "name"), [["1", "Tea"], ["1", "Tea"], ["1", "tea"]])
    mapped = (Mapped("product_id", origin="id"), Mapped("product_name", origin="name"))
    source = source_of(*mapped, feeds="silver.products", identical_rows="drop")
    found = lines(conform(rows, source, products))
    assert [found[number]["_repeated"] for number in range(3)] == [False, True, False]


def test_what_is_no_product_is_flagged(bronze):
    codes = ["POST", "post", "GIFT_0001_20", "X-FEE", "A bank charge b", "POSTER", None]
    rows = bronze(("SKU",), [[code] for code in codes])
    source = source_of(
        Mapped("product_id", origin="SKU"), not_products={"product_id": ("post", "gift_0001_*", "*-fee", "*BANK*")}
    )
    found = lines(conform(rows, source, sales))
    assert [found[n]["is_product"] for n in range(7)] == [False, False, False, False, False, True, True]


def test_headers_are_found_by_comment_and_hostile_names_do_no_harm(spark):
    schema = (
        "_batch_id long, _file string, _row_id long, _rescued string,"
        " `Unit_Price_` string COMMENT 'Unit Price ', `quantity` string, `a.b``c` string COMMENT 'a.b`c'"
    )
    rows = spark.createDataFrame([(1, "a.csv", 0, None, "3", "wrong", "2")], schema)
    assert bronze_column(rows.schema, "Unit Price ") == "Unit_Price_"
    assert bronze_column(rows.schema, "quantity") == "quantity"
    assert bronze_column(rows.schema, "_file") is None
    source = source_of(Mapped("unit_price", origin="Unit Price "), Mapped("quantity", origin="a.b`c"))
    [row] = conform(rows, source, sales).collect()
    assert (int(row["unit_price"]), int(row["quantity"])) == (3, 2)


def test_all_mistakes_come_at_once(bronze):
    source = source_of(
        Mapped("order_id", origin="Ordre"),
        Mapped("sold_at", origin="At", formats=("yyyy-QQ", "dd.MM")),
        Mapped("currency", value="GBP"),
    )
    with pytest.raises(ConfigError) as raised:
        conform(bronze(HEADERS, []), source, sales)
    assert [problem.key for problem in raised.value.problems] == ["map.order_id.from"] + ["map.sold_at.formats"] * 2
    assert "'Ordre' is not delivered in bronze.till" in str(raised.value)


def test_an_adapter_goes_first(bronze, monkeypatch):
    import sys
    from types import ModuleType

    adapter = ModuleType("lakehouse.adapters.till")
    adapter.adapt = lambda rows: rows.withColumnRenamed("Bestellung", "Order")
    monkeypatch.setitem(sys.modules, adapter.__name__, adapter)
    [row] = conform(bronze(("Bestellung",), [["9"]]), source_of(SALES[0], adapter="till"), sales).collect()
    assert row["order_id"] == "9"


def test_corrections_are_named_in_the_order_of_the_contract():
    assert corrections_of(source_of(*SALES), sales) == ("region.spellings", "quantity.number", "unit_price.number")


def test_a_fix_is_read_as_if_it_had_been_delivered_and_the_text_stays_as_it_was(bronze, spark):
    delivered = bronze(HEADERS, [["1", "a", "two", "3", "soon", "N"], ["1", "a", "2", "3", "1/7/2024 9:00", "N"]])
    fixes = spark.createDataFrame(
        [(1, 0, {"quantity": " 2 ", "sold_at": "1/7/2024 9:00", "region": "n"}), (1, 1, {"region": ""}), (2, 0, {})],
        "_batch_id long, _row_id long, _fixes map<string,string>",
    )
    found = lines(conform(delivered, source_of(*SALES), sales, fixes=fixes))
    assert (found[0]["_broken"], found[0]["region"], str(found[0]["quantity"])) == ([], "North", "2.000")
    assert found[0]["sold_at"] == found[1]["sold_at"]
    assert (found[0]["_raw"]["Qty"], found[0]["_raw"]["At"]) == ("two", "soon")
    assert found[1]["region"] is None
    assert "_fixes" not in found[0]
    unfixed = lines(conform(delivered, source_of(*SALES, identity=("order_id", "quantity")), sales))
    fixed = lines(conform(delivered, source_of(*SALES, identity=("order_id", "quantity")), sales, fixes=fixes))
    assert unfixed[1]["line_id"].endswith("-1")
    assert fixed[0]["line_id"] == unfixed[1]["line_id"], "of two equal lines the first delivered has number 1"
    assert fixed[1]["line_id"].endswith("-2")
