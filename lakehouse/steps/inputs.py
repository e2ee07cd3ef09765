"""Tables that a step reads, as builds see them: contract columns at the version that the step was claimed on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lakehouse import store

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from pyspark.sql import DataFrame

    from lakehouse.steps.context import Context


def rows_of(
    name: str, version: int | None, context: Context, *, within: Mapping[str, Collection[Any]] | None = None
) -> DataFrame:
    """Return the contract columns of a table at a version; no rows when it did not exist then.

    `within` names wanted values by column: files that hold none of them are not read.
    """
    table = context.catalog.table(name)
    if version is None:
        return store.no_rows(context.spark, table.schema())
    found = store.read(context.spark, context.lake, table, version=version, within=within)
    return found.to(table.schema())
