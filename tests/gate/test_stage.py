"""How staged rows lie in files, so that what later concerns some days touches few of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pyspark.sql import functions as F

from lakehouse.gate import stage, staged_rows

ROWS = [(day, n) for n, day in enumerate((date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 29), date(2025, 1, 1)))]


@pytest.mark.parametrize(
    ("asked", "apart"),
    [
        ({"by_month_of": "sold_on"}, [["2023-12-31"], ["2024-01-01"], ["2024-02-29"], ["2025-01-01"]]),
        ({"by_year_of": "sold_on"}, [["2023-12-31"], ["2024-01-01", "2024-02-29"], ["2025-01-01"]]),
        ({}, [["2023-12-31", "2024-01-01", "2024-02-29", "2025-01-01"]]),
    ],
)
def test_months_or_years_lie_apart(spark, tmp_path, asked, apart):
    rows = spark.createDataFrame(ROWS, "sold_on date, lines long").coalesce(1)
    folder = str(tmp_path / "staged")
    assert stage(rows, folder=folder, rules=(), **asked).rows == 4
    days = [pq.read_table(file, partitioning=None)["sold_on"].to_pylist() for file in Path(folder).rglob("*.parquet")]
    assert sorted([[str(day) for day in sorted(each)] for each in days]) == apart
    read = staged_rows(spark, folder)
    assert read.columns == ["sold_on", "lines"]
    assert read.agg(F.sum("lines")).first()[0] == 6
