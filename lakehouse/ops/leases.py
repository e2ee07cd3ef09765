"""Who may write: one row per claim, heartbeat and end."""

from lakehouse.table import INSTANT, LONG, STRING, Append, Column, Table

leases = Table(
    "ops.leases",
    grain=("lease", "term", "at"),
    doc="One row per change; the newest row of a lease is its state.",
    write=Append(),
    columns=(
        Column("lease", STRING, "What is protected: batch, or a stream query.", nullable=False),
        Column("term", LONG, "Running number of the holders.", nullable=False),
        Column("holder", STRING, "host:pid of the holder and its start.", nullable=False),
        Column("expires_at", INSTANT, "When it may be taken over.", nullable=False),
        Column("at", INSTANT, "When.", nullable=False),
    ),
)
