"""The words of the command line: see what is held, decide about it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from lakehouse import ledger
from lakehouse.errors import ConfigError, Problem
from lakehouse.quarantine.deciding import decide
from lakehouse.quarantine.discard import discard
from lakehouse.quarantine.listing import Wanted, listed, older_than, shown
from lakehouse.settings import nearest

if TYPE_CHECKING:
    from lakehouse.catalog import Catalog
    from lakehouse.lake import Lake

DECISIONS = ("fix", "waive", "replay", "expire")
ACTIONS = ("list", "show", *DECISIONS, "discard")

MANY = 100
"""Rows of each table that are shown unless it is said how many."""


@dataclass(frozen=True)
class Command:
    """One action and what it is about; empty words narrow nothing."""

    action: str
    """One of ACTIONS."""
    what: str = ""
    """To discard: a batch or a file."""
    source: str = ""
    batch: int | None = None
    row: int | None = None
    file: str = ""
    rule: str = ""
    status: str = ""
    days: int | None = None
    """Smallest age of a row."""
    limit: int | None = None
    """Most rows of each table that are shown; None: MANY."""
    values: bool = False
    """Whether the text as delivered is shown, which may name people."""
    fixes: tuple[str, ...] = ()
    """To fix: `column=text` words."""
    note: str = ""
    dry_run: bool = False

    @classmethod
    def of(cls, asked: Any) -> Command:
        """Take what a command line gave under these names; `--set` words that are not conf's are the fix."""
        given = {field.name: getattr(asked, field.name) for field in fields(cls) if field.name != "fixes"}
        conf = cls.conf_of(asked)
        return cls(**given, fixes=tuple(word for word in asked.set if word not in conf))

    @staticmethod
    def conf_of(asked: Any) -> list[str]:
        """Return the `--set` words that are about conf: to fix, those whose key has a dot; else all."""
        return [word for word in asked.set if asked.action != "fix" or "." in word.partition("=")[0]]

    @property
    def wanted(self) -> Wanted:
        """The rows that it is about."""
        before = older_than(self.days, ledger.now()) if self.days is not None else None
        return Wanted(self.source, self.rule, self.status, before, batch=self.batch, row=self.row, file=self.file)


def act(lake: Lake, catalog: Catalog, command: Command, *, keep_days: int = 0) -> str:
    """Do what was asked and return what to say; `keep_days` is the age from which rows expire unless one is given.

    Raises ConfigError for an unknown source or column, LakehouseError when nothing is meant.
    """
    known = {part.name for part in catalog.landing().values()}
    if command.source and command.source not in known:
        raise ConfigError([Problem("quarantine", command.source, "is no source", nearest(command.source, known))])
    if command.action == "discard":
        return discarded(lake, command)
    tables = sorted(name for name, table in catalog.tables.items() if table.layer == "silver")
    wanted = command.wanted
    if command.action in DECISIONS:
        if command.action == "expire" and wanted.before is None:
            wanted = replace(wanted, before=older_than(keep_days, ledger.now()))
        return decide(lake, catalog, command.action, wanted=wanted, words=command.fixes, note=command.note,
                      dry_run=command.dry_run)  # fmt: skip
    if command.action == "show":
        return shown(lake, tables, wanted, limit=command.limit or MANY, with_values=command.values)
    return listed(lake, tables, wanted)


def discarded(lake: Lake, command: Command) -> str:
    """Discard files that wait, and name them."""
    found = discard(lake, command.what, source=command.source, note=command.note, dry_run=command.dry_run)
    files = [f"{file.path} ({file.source}:{file.batch_id}, {file.rows} rows)" for file in found]
    return "\n".join(
        [*files, "would be discarded" if command.dry_run else "discarded; the next run goes on without them"]
    )
