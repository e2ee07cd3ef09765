"""The words of the command line: see what is held, decide about it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from lakehouse import ledger
from lakehouse.errors import ConfigError, Problem
from lakehouse.quarantine.discard import discard
from lakehouse.quarantine.listing import Wanted, listed, older_than, shown
from lakehouse.settings import nearest

if TYPE_CHECKING:
    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake


@dataclass(frozen=True)
class Command:
    """One action and what it is about; empty words narrow nothing."""

    action: str
    """list, show or discard."""
    what: str = ""
    """To discard: a batch or a file."""
    source: str = ""
    rule: str = ""
    status: str = ""
    days: int = 0
    """Smallest age of a row."""
    limit: int = 100
    """Most rows of each table that are shown."""
    values: bool = False
    """Whether the text as delivered is shown, which may name people."""
    note: str = ""
    dry_run: bool = False

    @classmethod
    def of(cls, asked: object) -> Command:
        """Take what a command line gave under these names."""
        return cls(**{field.name: getattr(asked, field.name) for field in fields(cls)})


def act(lake: Lake, catalog: Catalog, command: Command) -> str:
    """Do what was asked and return what to say. Raises ConfigError for an unknown source, LakehouseError as discard."""
    if command.source and command.source not in catalog.sources:
        problem = "is no source"
        raise ConfigError([Problem("quarantine", command.source, problem, nearest(command.source, catalog.sources))])
    if command.action == "discard":
        return discarded(lake, command)
    tables = sorted(name for name, table in catalog.tables.items() if table.layer == "silver")
    before = older_than(command.days, ledger.now())
    wanted = Wanted(command.source, command.rule, command.status, before)
    if command.action == "show":
        return shown(lake, tables, wanted, limit=command.limit, with_values=command.values)
    return listed(lake, tables, wanted)


def discarded(lake: Lake, command: Command) -> str:
    """Discard files that wait, and name them."""
    found = discard(lake, command.what, source=command.source, note=command.note, dry_run=command.dry_run)
    files = [f"{file.path} ({file.source}:{file.batch_id}, {file.rows} rows)" for file in found]
    return "\n".join(
        [*files, "would be discarded" if command.dry_run else "discarded; the next run goes on without them"]
    )
