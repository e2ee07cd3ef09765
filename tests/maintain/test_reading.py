"""A text in Bronze is read without Spark as conform reads it."""

from __future__ import annotations

import pytest
from maintain.shelf import LINES, fill
from pyspark.sql import functions as F

from lakehouse.conform.text import cased, meant_text, respelled, trimmed
from lakehouse.lake import Lake
from lakehouse.maintain.forgetting.reading import reading
from lakehouse.settings.values import Mapped

TEXTS = {
    "\u00a0c7.0 ": "C7",
    "C7": "C7",
    "none": None,
    "None.0": None,
    "": None,
    " .0": None,
    "Old7": "C7",
    "c70": "C70",
    "it's": "IT'S",
    "\tc7.0\n": "C7",
}
MAPPED = Mapped("customer_id", "n", drop_suffix=".0", nulls=("None",), spellings={"old7": "c7"}, case="upper")


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    made = Lake(str(tmp_path_factory.mktemp("reading")))
    fill(made, 1)
    return made


@pytest.mark.parametrize(("text", "value"), TEXTS.items())
def test_a_text_is_read_as_its_source_means_it(lake, text, value):
    given = "'" + text.replace("'", "''") + "'"
    rows = lake.read(f"SELECT DISTINCT {reading(MAPPED, given)} AS v FROM l", l=LINES.name)
    assert rows["v"].to_pylist() == [value]


def test_conform_means_the_same(spark):
    texts = spark.createDataFrame([(text,) for text in TEXTS], "n string")
    meant = cased(respelled(meant_text(trimmed(F.col("n")), MAPPED), MAPPED.spellings), MAPPED.case)
    assert {row.n: row.v for row in texts.select("n", meant.alias("v")).collect()} == TEXTS
