"""The report as a few lines of plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakehouse.plan import aligned
from lakehouse.report.formats import day, money, plural, share, short_day
from lakehouse.report.measures import measures
from lakehouse.report.values import WEEK, YEAR

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lakehouse.report.values import Business, Listing, Product, Quality, Report


def summary(report: Report) -> str:
    """Return the report as text: a block per business, a line per thing that wants attention."""
    release = report.release
    head = f"Daily report, release {release.release_id:,} of {release.at:%Y-%m-%d %H:%M} UTC"
    blocks = ["\n".join(of_business(business)) for business in report.businesses]
    signals = [
        f"anomalies: {told(report.anomalies)}",
        f"stock: {told(report.stock, urgent=True)}",
        *(f"quality: {line}" for line in of_quality(report.quality)),
    ]
    return "\n\n".join([head, *(blocks or ["nothing was sold yet"]), "\n".join(signals)])


def of_business(business: Business) -> Iterator[str]:
    """Yield the lines about one business."""
    yield f"{business.name}: {day(business.day)}"
    if business.takings is None:
        yield "  no line was sold or returned on this day"
        return
    against = [f"against {short_day(business.day - back)}" for back in (WEEK, YEAR)]
    lines = [["  ", business.currency, *against]]
    lines += [[f"  {one.name}", one.text, one.told(one.week), one.told(one.year)] for one in measures(business)]
    yield aligned(lines, right=(1, 2, 3))
    if business.no_products:
        yield f"  products: {business.no_products}"
    for name, products in (("top", business.top), ("bottom", business.bottom)):
        if products:
            yield f"  {name}: {', '.join(product(one, business.currency) for one in products)}"


def product(one: Product, currency: str) -> str:
    """`Kite $34.00`."""
    return f"{one.name} {money(one.net, currency)}"


def told(listing: Listing, *, urgent: bool = False) -> str:
    """Say how many rows a listing has, or why it has none."""
    if listing.missing:
        return listing.missing
    found = f"{listing.size:,} found" if listing.size else "none found"
    if urgent:
        found = f"{plural(listing.products, 'product')} of critical or high urgency"
    return f"{found}; {listing.note}" if listing.note else found


def of_quality(quality: Quality) -> Iterator[str]:
    """Yield what there is to say about quality."""
    read = sum(one.read for one in quality.books)
    aside = sum(one.quarantined for one in quality.books)
    yield f"{aside:,} of {read:,} rows of the newest steps quarantined ({share(aside / read if read else None)})"
    yield f"{plural(quality.open_rows, 'quarantined row')} in all wait for a decision"
    yield f"{plural(len(quality.broken), 'rule')} broken"
    late = [feed.source for feed in quality.feeds if feed.is_late]
    yield f"late: {', '.join(late) or 'no source'}; held: {', '.join(quality.held) or 'no source'}"
