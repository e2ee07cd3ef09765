"""What every rule found in every step."""

from lakehouse.table import INSTANT, LONG, RATE, STRING, Append, Column, Table

dq_results = Table(
    "ops.dq_results",
    grain=("step_id", "rule"),
    doc="One row per step and rule.",
    write=Append(),
    columns=(
        Column("run_id", STRING, "Run.", nullable=False),
        Column("step_id", STRING, "Step.", nullable=False),
        Column("table", STRING, "Table that was audited.", nullable=False),
        Column("source", STRING, "Source; empty for a mart.", nullable=False),
        Column("rule", STRING, "Rule, or kind of correction.", nullable=False),
        Column("severity", STRING, "warn, quarantine, block; empty for a correction.", nullable=False),
        Column("checked", LONG, "Rows judged.", nullable=False),
        Column("failed", LONG, "Rows that broke it.", nullable=False),
        Column("corrected", LONG, "Values put right.", nullable=False),
        Column("share", RATE, "failed ÷ checked."),
        Column("verdict", STRING, "passed, warned, failed, vacuous, errored.", nullable=False),
        Column("link", STRING, "Page of the data docs, relative to their root."),
        Column("at", INSTANT, "When.", nullable=False),
    ),
)
