"""The only reader: what the pages show, at the versions that the newest release names.

Every answer is kept by what it depends on (the release, the filters), so nothing is ever invalidated by hand.
"""

from dashboards.data.place import Place, place
from dashboards.data.quality import Finding, RunSummary, Seal, files_aside, findings, last_books, last_run, seals
from dashboards.data.release import Released, history, newest
from dashboards.data.sales import (
    Business,
    Day,
    Product,
    Slice,
    businesses,
    daily,
    daily_by,
    top_products,
    totals_by,
)

__all__ = [
    "Business",
    "Day",
    "Finding",
    "Place",
    "Product",
    "Released",
    "RunSummary",
    "Seal",
    "Slice",
    "businesses",
    "daily",
    "daily_by",
    "files_aside",
    "findings",
    "history",
    "last_books",
    "last_run",
    "newest",
    "place",
    "seals",
    "top_products",
    "totals_by",
]
