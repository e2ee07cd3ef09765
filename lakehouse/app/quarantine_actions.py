"""What people decided about quarantined rows, batches and files."""

from lakehouse.table import INSTANT, INTEGER, LONG, STRING, Append, Column, Table

quarantine_actions = Table(
    "app.quarantine_actions",
    grain=("event_id",),
    doc="One row per decision.",
    write=Append(),
    columns=(
        Column("event_id", STRING, "Decision.", nullable=False),
        Column("table", STRING, "Silver table; empty when a whole batch or file is meant.", nullable=False),
        Column("source", STRING, "Source of the rows.", nullable=False),
        Column("batch_id", INTEGER, "Batch; NULL for a file in any batch."),
        Column("row_id", LONG, "Row; NULL for a whole batch or file."),
        Column("file", STRING, "File; empty for a batch or row.", nullable=False),
        Column("action", STRING, "fix, waive, replay, discard, expire.", nullable=False),
        Column("values", STRING, "Corrected value per column, as JSON."),
        Column("actor", STRING, "Who decided.", nullable=False),
        Column("note", STRING, "Why."),
        Column("at", INSTANT, "When.", nullable=False),
    ),
)
