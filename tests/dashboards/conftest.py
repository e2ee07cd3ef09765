"""A small lake, made once, and the environment that points the app at it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from dashboards import data
from lakehouse import settings
from lakehouse.lake import Lake
from tests.dashboards.practice_lake import conf_for, make

if TYPE_CHECKING:
    from pathlib import Path

    from dashboards.data import Place


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A place without a lake."""
    monkeypatch.setenv("LAKEHOUSE_CONF", str(conf_for(tmp_path)))
    return data.place()


@pytest.fixture
def lake(empty: Place) -> Lake:
    """A lake without tables."""
    return Lake(empty.lake)


@pytest.fixture(scope="session")
def practice_conf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    conf = conf_for(tmp_path_factory.mktemp("practice"))
    made = datetime.now(UTC) - timedelta(minutes=2)
    make(Lake(settings.load(conf).roots.lake), days=200, at=made)
    return conf


@pytest.fixture
def practice(practice_conf: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A filled lake of two businesses."""
    monkeypatch.setenv("LAKEHOUSE_CONF", str(practice_conf))
    return data.place()
