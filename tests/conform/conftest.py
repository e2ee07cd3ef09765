"""Sources written by hand, and Bronze rows as ingest leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lakehouse.settings.values import Mapped, Read, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyspark.sql import DataFrame, SparkSession


def source_of(*mapped: Mapped, feeds: str = "silver.sales", **told: Any) -> Source:
    return Source(
        name="till", doc="", owner="", read=Read("csv", "till/*.csv"), feeds=feeds, system="shop", map=mapped,
        file="till.yaml", **told,
    )  # fmt: skip


@pytest.fixture(scope="session")
def bronze(spark: SparkSession) -> Callable[..., DataFrame]:
    """Rows of texts under their headers; `_row_id` counts from 0."""

    def build(headers: Sequence[str], rows: Sequence[Sequence[str | None]], *, file: str = "a.csv") -> DataFrame:
        texts = ", ".join(f"`{header}` string" for header in headers)
        schema = f"_batch_id long, _file string, _row_id long, _rescued string, {texts}"
        return spark.createDataFrame([(1, file, number, None, *row) for number, row in enumerate(rows)], schema)

    return build
