"""Every run: who started it, on what terms, how it ended."""

from lakehouse.table import INSTANT, INTEGER, STRING, Append, Column, Table

runs = Table(
    "ops.runs",
    grain=("run_id", "state"),
    doc="One row per run and change of state; the newest row of a run is its state.",
    write=Append(),
    columns=(
        Column("run_id", STRING, "Run; sorts by start.", nullable=False),
        Column("state", STRING, "running, good, blocked, failed, killed.", nullable=False),
        Column("started_at", INSTANT, "Start of the run.", nullable=False),
        Column("ended_at", INSTANT, "End; of a killed run, when the next one found it. NULL while running."),
        Column("command", STRING, "Command line."),
        Column("env", STRING, "Name of the environment."),
        Column("selection", STRING, "What was selected, excluded or forced."),
        Column("as_of", STRING, "Business day per system, as JSON."),
        Column("conf_hash", STRING, "Hash of conf."),
        Column("code_hash", STRING, "Hash of all contracts and builds."),
        Column("host", STRING, "Machine."),
        Column("pid", INTEGER, "Process."),
        Column("exit_code", INTEGER, "0 good, 1 blocked or failed."),
    ),
)
