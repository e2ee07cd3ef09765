"""Spellings: a map for the known ones, the nearest reference for the others."""

from __future__ import annotations

from time import monotonic

from pyspark.sql import functions as F

from lakehouse.conform import conform, corrections_of
from lakehouse.settings.values import Mapped
from lakehouse.table import STRING, Column, Table
from tests.conform.conftest import source_of

TABLE = Table("silver.things", grain=("x",), columns=(Column("x", STRING, ""),))
REFERENCE = "silver.products.product_name"


def spelled(rows, references=None, **words):
    conformed = conform(rows, source_of(Mapped("x", origin="X", **words)), TABLE, references=references or {})
    return [(row["x"], list(row["_corrected"])) for row in conformed.orderBy("_row_id").collect()]


def test_spellings_match_ignoring_case_and_come_before_case(bronze):
    rows = bronze(["X"], [["eire"], ["EIRE"], ["france"], [None]])
    assert spelled(rows, spellings={"Eire": "ireland"}, case="title") == [
        ("Ireland", ["x.spellings"]), ("Ireland", ["x.spellings"]), ("France", []), (None, []),
    ]  # fmt: skip


def test_a_spelling_that_changes_nothing_is_no_correction(bronze):
    assert spelled(bronze(["X"], [["North"]]), spellings={"north": "North"}) == [("North", [])]


def test_near_takes_the_one_best_reference(bronze):
    rows = bronze(["X"], [["Keybord"], ["KEYBOARD"], ["Moose"], ["Kyebaord!"], ["Lamp"], ["Pan"], ["Banana"], [None]])
    assert spelled(rows, near=("Keyboard", "Mouse", "Goose", "Lamp", "Pen", "Pin")) == [
        ("Keyboard", ["x.near"]),
        ("Keyboard", []),
        ("Moose", []),
        ("Kyebaord!", []),
        ("Lamp", []),
        ("Pan", []),
        ("Banana", []),
        (None, []),
    ]


def test_a_short_text_needs_a_closer_reference(bronze):
    rows = bronze(["X"], [["Ten"], ["Cup"], ["Cap5"], ["Wirles"]])
    assert spelled(rows, near=("Tea", "Coat", "Cap", "Wireless")) == [
        ("Tea", ["x.near"]), ("Cap", ["x.near"]), ("Cap", ["x.near"]), ("Wireless", ["x.near"]),
    ]  # fmt: skip


def test_references_of_the_same_system_count(spark, bronze):
    known = spark.createDataFrame(
        [("shop", "Green Tea"), ("other", "Grey Teas"), ("shop", None)], "system string, product_name string"
    )
    rows = bronze(["X"], [["Gren Tea"], ["Grey Teas"], ["Grey Team"]])
    assert spelled(rows, {REFERENCE: known}, near=REFERENCE) == [
        ("Green Tea", ["x.near"]), ("Grey Teas", []), ("Grey Team", []),
    ]  # fmt: skip


def test_nothing_known_changes_nothing(spark, bronze):
    nothing = spark.createDataFrame([], "system string, product_name string")
    rows = bronze(["X"], [["Gren Tea"]])
    assert spelled(rows, {REFERENCE: nothing}, near=REFERENCE) == [("Gren Tea", [])]
    assert spelled(rows, near=REFERENCE) == [("Gren Tea", [])]


def test_spellings_come_before_near_and_both_count(bronze):
    rows = bronze(["X"], [["N"]])
    assert spelled(rows, spellings={"n": "Nort"}, near=("North", "South")) == [("North", ["x.spellings", "x.near"])]


def test_many_distinct_texts_stay_quick(spark):
    numbers = spark.range(100_000)
    rows = numbers.select(
        F.lit(1).alias("_batch_id"), F.lit("a.csv").alias("_file"), F.col("id").alias("_row_id"),
        F.lit(None).cast("string").alias("_rescued"), F.concat(F.lit("Article "), F.col("id") * 7919).alias("X"),
    )  # fmt: skip
    near = tuple(f"Article {number:03d} of the spring list" for number in range(100))
    began = monotonic()
    conformed = conform(rows, source_of(Mapped("x", origin="X", near=near)), TABLE)
    assert conformed.where("size(_corrected) > 0").count() == 0
    assert monotonic() - began < 60


def test_what_can_be_corrected_is_known_beforehand():
    source = source_of(Mapped("x", origin="X", spellings={"a": "b"}, near=("b",)))
    assert corrections_of(source, TABLE) == ("x.spellings", "x.near")
