"""Contract of a quarantine: the same for every Silver table."""

from __future__ import annotations

from lakehouse.table import INSTANT, INTEGER, LONG, STRING, Append, Column, Table

COLUMNS = (
    Column("source", STRING, "Feed that delivered the row.", nullable=False),
    Column("_batch_id", LONG, "Batch that brought it.", nullable=False),
    Column("_row_id", LONG, "Its place in the batch.", nullable=False),
    Column("_file", STRING, "File that it stood in.", nullable=False),
    Column("broken", STRING, "Ids of the rules it broke, joined by a comma.", nullable=False),
    Column("raw", STRING, "All text as delivered, as JSON.", nullable=False, pii=True),
    Column("status", STRING, "open, fixed, waived, replayed, expired.", nullable=False),
    Column("attempts", INTEGER, "How often it was judged.", nullable=False),
    Column("step_id", STRING, "Step that put it here; it counts once that step is published.", nullable=False),
    Column("contract_hash", STRING, "Rules and mapping that it was judged by.", nullable=False),
    Column("first_seen_at", INSTANT, "Start of the step that first judged it.", nullable=False, unit="UTC"),
    Column("last_seen_at", INSTANT, "Start of the step that last judged it.", nullable=False, unit="UTC"),
    Column("decision", STRING, "Newest decision that a run took up."),
)


def quarantine_of(table: str) -> Table:
    """Return the contract of the quarantine of a Silver table: `quarantine.sales` of `silver.sales`."""
    return Table(
        table.replace("silver.", "quarantine.", 1),
        grain=("source", "_batch_id", "_row_id"),
        columns=COLUMNS,
        write=Append(),
        doc=f"One row per row that {table} did not let through.",
    )
