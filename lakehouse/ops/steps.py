"""Every step of every run: range, books, state and result."""

from lakehouse.table import INSTANT, LONG, QUANTITY, STRING, Append, Column, Table

steps = Table(
    "ops.steps",
    grain=("step_id", "state"),
    doc="One row per step and change of state; the newest row of a step is its state.",
    write=Append(),
    columns=(
        Column("run_id", STRING, "Run that started the step, or finished it.", nullable=False),
        Column("step_id", STRING, "Step.", nullable=False),
        Column("table", STRING, "Table that it writes.", nullable=False),
        Column("source", STRING, "Source that it reads; empty for a mart.", nullable=False),
        Column("state", STRING, "claimed, staged, audited, published, done, failed, blocked, skipped.", nullable=False),
        Column("at", INSTANT, "When this state was reached.", nullable=False),
        Column("reason", STRING, "Why the step ran."),
        Column("inputs", STRING, "What it reads, as JSON: batches, versions, hashes."),
        Column("version_before", LONG, "Version of the table before."),
        Column("version_after", LONG, "Version of the table after."),
        Column("read", LONG, "Rows read."),
        Column("published", LONG, "Rows published."),
        Column("quarantined", LONG, "Rows quarantined."),
        Column("duplicate", LONG, "Rows that were there already."),
        Column("superseded", LONG, "Rows older than another version."),
        Column("held", LONG, "Rows of a blocked step."),
        Column("replaced", LONG, "Rows of the table that gave way; outside the balance."),
        Column("corrected", LONG, "Values put right."),
        Column("seconds", QUANTITY, "Wall time so far, in seconds."),
        Column("cpu_seconds", QUANTITY, "CPU time so far of the process tree, in seconds."),
        Column("error", STRING, "What went wrong."),
        Column("docs", STRING, "Page of the data docs, relative to their root."),
        Column("counts", STRING, "Counts of the staged rows, as JSON."),
        Column("replayed", LONG, "Rows of those read that an earlier step had judged."),
    ),
)
