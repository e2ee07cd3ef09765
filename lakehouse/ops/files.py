"""Every file that was ever seen, and what became of it."""

from lakehouse.table import INSTANT, INTEGER, LONG, STRING, Append, Column, Table

files = Table(
    "ops.files",
    grain=("source", "path", "sha256", "state"),
    doc="One row per file content and change of state; the newest row is its state.",
    write=Append(),
    columns=(
        Column("source", STRING, "Source whose folder it lay in.", nullable=False),
        Column("path", STRING, "Where it lay.", nullable=False),
        Column("size", LONG, "Size in bytes.", nullable=False),
        Column("modified_at", INSTANT, "Last change as its folder states it.", nullable=False),
        Column("sha256", STRING, "Hash of the content.", nullable=False),
        Column("batch_id", INTEGER, "Batch that took it; NULL when none did."),
        Column("rows", LONG, "Rows that it gave."),
        Column(
            "state",
            STRING,
            "claimed, landed, repeated, waiting, set_aside, withdrawn, discarded, void.",
            nullable=False,
        ),
        Column("reason", STRING, "Why it is in this state."),
        Column("at", INSTANT, "When.", nullable=False),
    ),
)
