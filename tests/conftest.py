"""What every test may use: one Spark session with real Delta, rows typed by a contract, and their comparison."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import engine as engines
import examples
import pytest

from lakehouse import session
from lakehouse.session.prepare import fetch_jars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from examples import Row
    from pyspark.sql import DataFrame, SparkSession


LONGEST = ("test_readme", "test_complete_journey", "test_any_order", "test_online_retail", "test_backfill")
"""Files that take minutes: started first, so that none is left running alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first; all others stay in their order."""
    items.sort(key=lambda item: LONGEST.index(item.path.stem) if item.path.stem in LONGEST else len(LONGEST))


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    settings = examples.settings_in(tmp_path_factory.mktemp("lakehouse"))
    fetch_jars(Path(settings.roots.jars), Path(settings.roots.state))
    running = session.start(settings, app="tests")
    yield running
    session.stop(running)


@pytest.fixture(scope="module")
def compiled(spark: SparkSession) -> Iterator[SparkSession]:
    """The same session, set for the many rows of a module's tests."""
    for name, value in examples.COMPILED.items():
        spark.conf.set(name, value)
    yield spark
    for name, value in examples.INTERPRETED.items():
        spark.conf.set(name, value)


@pytest.fixture
def rows(spark: SparkSession) -> Callable[[str, Sequence[Row]], DataFrame]:
    """`rows("silver.sales", [{"net_amount": "120.00"}, …])`: typed by the contract, missing columns NULL or default.

    Values are written as text (`"2024-03-01"`, `"2024-03-01 12:30:00"` in UTC, `"120.00"`) or as they are.
    A key that begins with `_` adds a column beside the contract (text, whole number or list of texts).
    """

    def typed(table: str, given: Sequence[Row]) -> DataFrame:
        return spark.createDataFrame(*examples.typed(examples.contract(table), given))

    return typed


@pytest.fixture
def assert_rows() -> Callable[[DataFrame, Sequence[Row]], None]:
    """`assert_rows(frame, [{"sold_on": "2024-03-01", "net_amount": "120.00"}, …])`: the named columns, in any order."""
    return examples.assert_rows


@pytest.fixture
def engine(tmp_path: Path, spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> engines.Engine:
    """A lakehouse of its own without sources, run on the shared session."""
    engines.share_session(monkeypatch, spark)
    return engines.make(tmp_path)
