"""Every table and source, checked against each other and put in order. No Spark session, no global state."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING

from lakehouse.business import Business
from lakehouse.catalog import adapting, contracts, feeds
from lakehouse.catalog.adapting import ADAPTERS
from lakehouse.catalog.derived import rules_of
from lakehouse.catalog.found import code_of, find
from lakehouse.catalog.graph import closure, day_from, direct_needs, judging, ordered, turned
from lakehouse.catalog.refresh import Refresh, refresh_of
from lakehouse.catalog.traced import driving_input, leads
from lakehouse.errors import ConfigError, Problem
from lakehouse.settings import fingerprint, nearest, read_settings, read_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from lakehouse.settings import Settings, Source
    from lakehouse.table import Table

__all__ = [
    "Catalog",
    "Refresh",
    "day_from",
    "driving_input",
    "judging",
    "leads",
    "load_catalog",
    "load_conf",
    "refresh_of",
    "rules_of",
]


@dataclass(frozen=True)
class Catalog:
    """Tables and sources by name; a name with a dot is a table, one without is a source."""

    tables: Mapping[str, Table]
    sources: Mapping[str, Source] = field(default_factory=dict)
    modules: Mapping[str, str] = field(default_factory=dict)
    """Python module of each table."""

    def table(self, name: str) -> Table:
        """Table of that name. Raises ConfigError with the nearest name."""
        if name not in self.tables:
            raise ConfigError([Problem("catalog", name, "is no table", nearest(name, self.tables))])
        return self.tables[name]

    def feeding(self, table: Table) -> tuple[Source, ...]:
        """Sources whose rows go to `table`, sorted by name."""
        return tuple(source for _, source in sorted(self.sources.items()) if source.feeds == table.name)

    def landing(self) -> dict[str, Source]:
        """Return what lands in each Bronze table: a source, or one part of it."""
        return {each.bronze: each for source in self.sources.values() for each in source.each_part}

    def order(self) -> tuple[str, ...]:
        """Names of all Silver, then all Gold tables, each after the tables that it reads or is judged by."""
        return ordered(self._needs)

    def needs(self, name: str) -> frozenset[str]:
        """Tables that `name` reads or is judged by, and those whose spellings its sources are `near`.

        Bronze is left out: each step of a Silver table waits for the Bronze of its own source alone.
        """
        return frozenset(each for each in self._needs.get(name, ()) if each in self.tables)

    def upstream(self, name: str) -> frozenset[str]:
        """Everything that `name` needs, down to the sources."""
        return closure(name, self._needs)

    def downstream(self, name: str) -> frozenset[str]:
        """Everything that needs `name`, a table or a source."""
        return closure(name, turned(self._needs))

    def hash_of(self, table: Table, business: Business | None = None) -> str:
        """Hash of contract, rules, the build's code and, given `business`, the sections of it that the build reads."""
        code, sections = self._builds[table.name]
        read = {section: getattr(business, section) for section in sections} if business else {}
        contract = replace(
            table, build=None, doc="", traces={}, refresh=""
        )  # a function's own text differs in every process
        return fingerprint([repr(contract), repr(rules_of(table)), code, read])

    def code_reading(self, source: Source) -> str:
        """Return the code of the source's adapter; empty where it has none."""
        return code_of(f"{ADAPTERS}.{source.adapter}") if source.adapter else ""

    @cached_property
    def _builds(self) -> dict[str, tuple[str, tuple[str, ...]]]:
        """Return, by table, its build's code and the sections of Business that it reads."""
        codes = {name: code_of(self.modules[name]) if name in self.modules else "" for name in self.tables}
        return {name: (code, sections_read(code, self.tables[name])) for name, code in codes.items()}

    @cached_property
    def _needs(self) -> dict[str, frozenset[str]]:
        return direct_needs(self.tables, self.sources.values())


def sections_read(code: str, table: Table) -> tuple[str, ...]:
    """Sections of Business that a build reads: `anomalies` where its code says `params.anomalies`."""
    if not table.asks("params"):
        return ()
    nodes = list(ast.walk(ast.parse(code)))
    sections = [node.attr for node in nodes if isinstance(node, ast.Attribute) and _is_params(node.value)]
    handed_on = sum(map(_is_params, nodes)) > len(sections)
    return tuple(each.name for each in fields(Business)) if handed_on else tuple(sorted(set(sections)))


def _is_params(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "params"


def load_catalog(sources: Iterable[Source] = (), *, package: str = "lakehouse") -> Catalog:
    """Find the tables of `package` and check them with `sources`. Raises ConfigError with every mistake."""
    catalog, problems = read_catalog(tuple(sources), package=package)
    if problems:
        raise ConfigError(problems)
    return catalog


def load_conf(conf: Path, env: str = "dev", overrides: Mapping[str, str] | None = None) -> tuple[Settings, Catalog]:
    """Read settings, sources and tables. Raises one ConfigError with every mistake in any of them."""
    settings, wrong_settings = read_settings(conf, env, overrides or {})
    sources, wrong_sources = read_sources(settings)
    catalog, wrong_tables = read_catalog(sources)
    problems = (*wrong_settings, *wrong_sources, *wrong_tables)
    if problems:
        raise ConfigError(problems)
    return settings, catalog


def read_catalog(sources: Sequence[Source], *, package: str = "lakehouse") -> tuple[Catalog, tuple[Problem, ...]]:
    """Return the catalog as far as it can be put together, and every mistake in it."""
    problems: list[Problem] = []
    found = find(package, problems)
    tables = {each.table.name: each.table for each in found}
    problems += contracts.problems_of(found)
    for source in sources:
        problems += feeds.problems_of(source, tables)
    problems += adapting.problems_of(sources)
    modules = {each.table.name: each.module for each in found}
    return Catalog(tables, {source.name: source for source in sources}, modules), tuple(problems)
