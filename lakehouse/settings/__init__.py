"""What conf says, as frozen values. The only room that reads YAML.

`load` and `load_sources` stop with one ConfigError that lists every mistake; `read_settings` and `read_sources`
return the mistakes beside the values, for whoever has further ones to add (the catalog).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.errors import ConfigError
from lakehouse.settings.base import read_settings
from lakehouse.settings.fingerprint import fingerprint
from lakehouse.settings.overrides import overrides_of
from lakehouse.settings.part import nearest
from lakehouse.settings.source import read_sources
from lakehouse.settings.values import Settings, Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = [
    "Settings",
    "Source",
    "fingerprint",
    "load",
    "load_sources",
    "nearest",
    "overrides_of",
    "read_settings",
    "read_sources",
]


def load(conf: Path, env: str = "dev", overrides: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of one environment; `overrides` are `--set` values by dotted key.

    Raises ConfigError with every mistake in them and, so that one repair is enough, in the sources too.
    """
    settings, problems = read_settings(conf, env, overrides or {})
    if problems:
        raise ConfigError((*problems, *read_sources(settings)[1]))
    return settings


def load_sources(settings: Settings) -> tuple[Source, ...]:
    """Read every source of the conf folder, sorted by name. Raises ConfigError with every mistake in them."""
    sources, problems = read_sources(settings)
    if problems:
        raise ConfigError(problems)
    return sources
