"""What a source means by its text, as SQL for `Lake.read`: the way of conform for a column that is text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.conform.text import BLANKS
from lakehouse.lake import literal, quoted

if TYPE_CHECKING:
    from lakehouse.lake import Lake
    from lakehouse.settings.values import Mapped, Source
    from lakehouse.table import Table

CASES = {"upper": "upper", "lower": "lower", "title": "initcap"}
IDENTITY = "customer_id"
Place = tuple[int, int]
"""Where a row stands in Bronze: batch and row."""


@dataclass(frozen=True)
class Feed:
    """A source that names customers, and the table that it feeds."""

    source: Source
    table: Table

    @property
    def names_people(self) -> bool:
        """Whether it tells customers apart at all, by number or by address."""
        return any(self.source.mapped(column) for column in (IDENTITY, *emails_of(self.table)))

    @property
    def lists_people(self) -> bool:
        """Whether each of its rows is about one customer and nothing else."""
        return lists_people(self.table)

    def names_them_itself(self, lake: Lake) -> bool:
        """Whether the columns that name people stand in its rows as delivered, and not elsewhere."""
        personal = {IDENTITY, *(column.name for column in self.table.columns if column.pii)}
        mapped = [each.column for each in self.source.map if each.column in personal and each.origin]
        return lake.exists(self.source.bronze) and all(self.delivered(lake, column) for column in mapped)

    def delivered(self, lake: Lake, column: str) -> str | None:
        """Return the Bronze column that a contract column comes from, in quotes; None where none does."""
        mapped = self.source.mapped(column)
        headers = lake.column_comments(self.source.bronze)
        found = [
            name for name, header in headers.items() if mapped and mapped.origin and mapped.origin in (header, name)
        ]
        return quoted(found[0]) if found else None

    def reads(self, lake: Lake, column: str) -> str:
        """Return the SQL for the value of a contract column over Bronze; NULL where nothing is delivered for it."""
        mapped, delivered = self.source.mapped(column), self.delivered(lake, column)
        return reading(mapped, delivered) if mapped and delivered else "CAST(NULL AS VARCHAR)"


def emails_of(table: Table) -> tuple[str, ...]:
    """Return the columns of a table that hold addresses of people."""
    return tuple(column.name for column in table.columns if column.pii and column.name.endswith("email"))


def lists_people(table: Table) -> bool:
    """Whether a customer is what the rows of a table are about; elsewhere a row outlives its customer."""
    required = {column.name for column in table.columns if not column.nullable}
    return IDENTITY in {*table.grain, *required}


def reading(mapped: Mapped, delivered: str) -> str:
    """Return the SQL for trim, drop_suffix, nulls, spellings and case, in this order."""
    text = f"btrim({delivered}, {literal(BLANKS)})"
    if mapped.drop_suffix:
        kept = f"left({text}, character_length({text}) - {len(mapped.drop_suffix)})"
        text = f"CASE WHEN ends_with({text}, {literal(mapped.drop_suffix)}) THEN {kept} ELSE {text} END"
    nothing = ", ".join(literal(word.lower()) for word in ("", *mapped.nulls))
    text = f"CASE WHEN lower({text}) IN ({nothing}) THEN NULL ELSE {text} END"
    if mapped.spellings:
        pairs = " ".join(
            f"WHEN {literal(wrong.lower())} THEN {literal(right)}" for wrong, right in mapped.spellings.items()
        )
        text = f"CASE lower({text}) {pairs} ELSE {text} END"
    return f"{CASES[mapped.case]}({text})" if mapped.case in CASES else text
