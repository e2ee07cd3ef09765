"""The report as one HTML file: style, figures and their script inside, nothing asked for elsewhere."""

from __future__ import annotations

import json
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from plotly.offline import get_plotlyjs

from lakehouse.report.figures import both, categories, course
from lakehouse.report.formats import day, money, short_day, whole
from lakehouse.report.measures import measures
from lakehouse.report.trust import attention, trust
from lakehouse.report.values import WEEK, YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lakehouse.report.measures import Measure
    from lakehouse.report.values import Business, Product, Report

PART = "lakehouse.report"


def page(report: Report) -> str:
    """Return the whole file."""
    release = report.release
    parts = [business_part(business) for business in report.businesses]
    title = f"Daily report, {short_day(report.newest_day)}"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<meta name="color-scheme" content="light dark">
<title>{escape(title)}</title>
<style>{part("report.css")}</style>
</head>
<body>
<header><h1>Daily report</h1>
<p>Release {release.release_id:,} of {release.at:%Y-%m-%d %H:%M} UTC, made {report.made_at:%Y-%m-%d %H:%M} UTC</p>
</header>
<main>
{"".join(parts) or "<section><p>Nothing was sold yet.</p></section>"}
{attention(report)}
{trust(report.quality)}
</main>
<script>{get_plotlyjs()}</script>
<script>{part("report.js")}</script>
</body>
</html>
"""


def part(name: str) -> str:
    """Return a file of this room."""
    return files(PART).joinpath(name).read_text(encoding="utf-8")


def business_part(business: Business) -> str:
    """Return what one business sold: cards, figures, products."""
    head = f"<h2>{escape(business.system)} <small>{escape(business.currency)}, {day(business.day)}</small></h2>"
    if business.takings is None:
        return f"<section>{head}<p>No line was sold or returned on this day.</p></section>"
    cards = "".join(map(card, measures(business)))
    name = f"Net revenue of {business.system} in {business.currency}"
    drawn = figure(both(course, business), f"{name}, the last four weeks")
    shares = figure(both(categories, business), f"{name} by category") if business.categories else ""
    return f"""<section>{head}
<p class="note">Changes against {short_day(business.day - WEEK)} (a week before) and \
{short_day(business.day - YEAR)} (52 weeks before).</p>
<div class="cards">{cards}</div>
<div class="card"><h3>Net revenue, the last four weeks</h3>{drawn}</div>
<div class="parts"><div class="card"><h3>By category</h3>{shares}</div>{products(business)}</div>
</section>
"""


def card(measure: Measure) -> str:
    """Return one measure with its changes."""
    return (
        f'<div class="card"><p class="name">{escape(measure.name)}</p><p class="value">{escape(measure.text)}</p>'
        f'<p class="changes">{change(measure.week, measure)} week {change(measure.year, measure)} year</p></div>'
    )


def change(value: float | None, measure: Measure) -> str:
    """Return a change, coloured by whether it is welcome."""
    kind = measure.more_is if value and measure.more_is != "neither" else ""
    if kind and value is not None and value < 0:
        kind = {"good": "bad", "bad": "good"}[kind]
    return f'<span class="{kind}">{measure.told(value)}</span>'


def figure(drawn: dict[str, Any], label: str) -> str:
    """Return a place for a figure with what is to be drawn there, for both themes."""
    told = json.dumps(drawn, default=str).replace("<", "\\u003c")
    return (
        f'<div class="figure" role="img" aria-label="{escape(label)}"><div></div>'
        f'<script type="application/json">{told}</script></div>'
    )


def products(business: Business) -> str:
    """Return cards of the largest and smallest products."""
    if business.no_products:
        return f'<div class="card"><h3>Products</h3><p class="note">{escape(business.no_products)}</p></div>'
    return ranked("Products that sold most", business.top, business) + ranked(
        "Products that sold least", business.bottom, business
    )


def ranked(title: str, listed: Sequence[Product], business: Business) -> str:
    """Return one card of products."""
    if not listed:
        return ""
    rows = "".join(
        f"<tr><td>{escape(one.name)}<small>{escape(one.category)}</small></td><td>{whole(one.units)}</td>"
        f"<td>{escape(money(one.net, business.currency))}</td>"
        f"<td>{escape(money(one.before, business.currency))}</td></tr>"
        for one in listed
    )
    week = short_day(business.day - WEEK)
    return (
        f'<div class="card"><h3>{title}</h3><table class="ranked"><thead><tr><th>Product</th><th>Units</th>'
        f"<th>Net</th><th>{week}</th></tr></thead><tbody>{rows}</tbody></table></div>"
    )
