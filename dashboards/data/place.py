"""Where the lake lies and what its sources promise, from conf."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lakehouse import settings
from lakehouse.lake import Lake

CONF = "LAKEHOUSE_CONF"
ENVIRONMENT = "LAKEHOUSE_ENV"
HOME = Path(__file__).parents[2]


@dataclass(frozen=True)
class Promise:
    """What a source promises: whose it is, and the longest time between two arrivals in seconds (None: none)."""

    source: str
    system: str
    arrives_within_seconds: int | None


@dataclass(frozen=True)
class Place:
    """Roots of one environment and the promises of its sources."""

    lake: str
    docs: str
    promises: tuple[Promise, ...] = ()

    def system_of(self, source: str) -> str:
        """Return the business of a source; the source's own name when conf does not know it."""
        return next((promise.system for promise in self.promises if promise.source == source), source)


def place() -> Place:
    """Return where everything lies: conf and environment are named by LAKEHOUSE_CONF and LAKEHOUSE_ENV.

    The defaults are the project's own `conf` and `dev`. Raises ConfigError with every mistake in conf.
    """
    return read_place(os.environ.get(CONF) or str(HOME / "conf"), os.environ.get(ENVIRONMENT) or "dev")


@lru_cache(maxsize=8)
def read_place(conf: str, environment: str) -> Place:
    """Read one environment of a conf folder, once."""
    found = settings.load(Path(conf), environment)
    parts = (part for source in settings.load_sources(found) for part in source.each_part)
    promises = (Promise(one.name, one.system, one.arrives_within_seconds) for one in parts)
    return Place(found.roots.lake, found.roots.docs, tuple(promises))


def stamp(lake: str, table: str) -> int:
    """Return a number that changes with every commit to the table; -1 while it does not exist."""
    if "://" in lake:
        version = Lake(lake).version(table)
        return -1 if version is None else version
    log = Path(Lake(lake).path(table), "_delta_log")
    return log.stat().st_mtime_ns if log.exists() else -1
