"""What people decided about suggestions to reorder."""

from lakehouse.table import DATE, INSTANT, LONG, QUANTITY, STRING, Append, Column, Table

reorder_decisions = Table(
    "app.reorder_decisions",
    grain=("event_id",),
    doc="One row per decision.",
    write=Append(),
    columns=(
        Column("event_id", STRING, "Decision.", nullable=False),
        Column("system", STRING, "Business of the suggestion.", nullable=False),
        Column("product_id", STRING, "Product of the suggestion.", nullable=False),
        Column("location_id", STRING, "Store or warehouse of the suggestion.", nullable=False),
        Column("suggested_on", DATE, "The suggestion's as_of_on; the decision holds from that day.", nullable=False),
        Column("action", STRING, "approved, edited (approved with other words) or rejected.", nullable=False),
        Column("quantity", QUANTITY, "Units that will be ordered; NULL for a rejection.", unit="units"),
        Column("supplier_id", STRING, "Supplier they will be ordered from; NULL for a rejection."),
        Column("urgency", STRING, "Urgency that the suggestion showed: critical, high, medium or low."),
        Column("reason", STRING, "Why."),
        Column("release_id", LONG, "Release in which the suggestion was seen."),
        Column("decided_by", STRING, "Who decided.", nullable=False),
        Column("decided_at", INSTANT, "When.", nullable=False),
    ),
)
