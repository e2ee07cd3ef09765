"""Every consistent set of Gold versions that readers were given."""

from lakehouse.table import INSTANT, INTEGER, STRING, Append, Column, Table

releases = Table(
    "ops.releases",
    grain=("release_id",),
    doc="One row per release.",
    write=Append(),
    columns=(
        Column("release_id", INTEGER, "Running number.", nullable=False),
        Column("run_id", STRING, "Run that made it.", nullable=False),
        Column("at", INSTANT, "When.", nullable=False),
        Column("tables", STRING, "Version of each Gold table, as JSON.", nullable=False),
        Column("held", STRING, "Sources with a blocked batch, as a JSON list.", nullable=False),
    ),
)
