"""Rows and what another delivery says of them: a line and its order, a product and its category."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

KEY, PLACE = "_key", "_place"
NEWEST_FIRST = ("_batch_id", "_file", "_row_id")


def with_newest(rows: DataFrame, others: DataFrame, *, on: str, theirs: str = "") -> DataFrame:
    """Add to each row the columns of the newest delivered one of `others` that has its key; NULL where none has.

    Both are rows of Bronze. `on` names the key in `rows`, `theirs` in `others` where it is called otherwise there;
    blanks around a key do not count. The newest is the last by batch, file and row. What `rows` have stays theirs.
    """
    key = theirs or on
    told = [name for name in others.columns if not name.startswith("_") and name not in (*rows.columns, key)]
    newest = Window.partitionBy(KEY).orderBy(*map(F.desc, NEWEST_FIRST))
    listed = others.withColumn(KEY, key_of(key)).withColumn(PLACE, F.row_number().over(newest)).where(F.col(PLACE) == 1)
    return rows.withColumn(KEY, key_of(on)).join(listed.select(KEY, *map(named, told)), on=KEY, how="left").drop(KEY)


def key_of(column: str) -> Column:
    """Return a key without the blanks around it."""
    return F.trim(named(column))


def named(column: str) -> Column:
    """Column by its exact name, whatever characters it has."""
    return F.col("`" + column.replace("`", "``") + "`")
