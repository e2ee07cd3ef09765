"""What was done to tables between runs."""

from lakehouse.table import INSTANT, LONG, STRING, Append, Column, Table

maintenance = Table(
    "ops.maintenance",
    grain=("table", "action", "at"),
    doc="One row per table and piece of maintenance.",
    write=Append(),
    columns=(
        Column("table", STRING, "Table; empty for what concerns the whole lake.", nullable=False),
        Column("action", STRING, "compact, vacuum, prune, forget.", nullable=False),
        Column("at", INSTANT, "When it was done.", nullable=False),
        Column("version_before", LONG, "Version of the table before."),
        Column("version_after", LONG, "Version of the table after."),
        Column("files", LONG, "Files joined or deleted."),
        Column("bytes", LONG, "Bytes rewritten or freed."),
        Column("rows", LONG, "Rows that were changed or removed; 0 where only files changed."),
        Column("note", STRING, "What else is to be known; never a person's data."),
    ),
)
