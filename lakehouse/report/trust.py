"""The parts of the page that are not about money: what wants attention, and how far the numbers can be trusted."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from lakehouse.report.formats import MISSING, plural, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lakehouse.report.values import Feed, Listing, Quality, Report

LISTED = 12
"""Broken rules that are shown, those with the largest share."""
NUMBERS = ("Net", "Expected", "Against a week before", "Score", "In stock", "Sold a day", "Days of cover")
STATES = {"done": "good", "published": "good", "blocked": "bad"}


def attention(report: Report) -> str:
    """Return anomalies and products that run out."""
    anomalies = listing(report.anomalies, none="Nothing was out of the ordinary.")
    stock = listing(report.stock, none="No product is of critical or high urgency.")
    return (
        f'<section><h2>Attention</h2><div class="card"><h3>Anomalies of the day</h3>{anomalies}</div>'
        f'<div class="card"><h3>Products of critical or high urgency</h3>{stock}</div></section>'
    )


def listing(told: Listing, *, none: str) -> str:
    """Return the rows of a listing, or why there are none."""
    note = f'<p class="note">{escape(told.note)}.</p>' if told.note else ""
    if told.missing or not told.rows:
        return f'<p class="note">{escape(told.missing or none)}</p>{note}'
    more = f'<p class="note">and {told.more:,} more</p>' if told.more else ""
    return grid(told.heads, [[escape(cell) for cell in row] for row in told.rows], numbers=NUMBERS) + more + note


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[str] = ()) -> str:
    """Return a table of cells that are HTML already; columns named in `numbers` end in line."""
    kinds = [' class="number"' if head in numbers else "" for head in heads]
    top = "".join(f"<th{kind}>{escape(head)}</th>" for head, kind in zip(heads, kinds, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(row, kinds, strict=True)) + "</tr>"
        for row in rows
    )
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>'


BOOKS = ("read", "published", "quarantined", "duplicate", "held")


def trust(quality: Quality) -> str:
    """Return books, broken rules and freshness."""
    held = [f'<p class="bad">Held by a gate: {escape(", ".join(quality.held))}.</p>'] * bool(quality.held)
    waiting = f'<p class="note">{plural(quality.open_rows, "quarantined row")} in all wait for a decision.</p>'
    return (
        f"<section><h2>Quality <small>now</small></h2>{''.join(held)}"
        f'<div class="card"><h3>Rows of the newest step of each source</h3>{books(quality)}{waiting}</div>'
        f'<div class="halves"><div class="card"><h3>Broken rules</h3>{broken(quality)}</div>'
        f'<div class="card"><h3>Freshness</h3>{freshness(quality.feeds)}</div></div></section>'
    )


def books(quality: Quality) -> str:
    """Return what became of the rows of each source."""
    rows = [
        [
            escape(one.step),
            chip(one.state, STATES.get(one.state, "")),
            *(f"{getattr(one, name):,}" for name in BOOKS),
            share(one.quarantined / one.read if one.read else None),
        ]
        for one in quality.books
    ]
    heads = ("Step", "State", *BOOKS, "share")
    return grid(heads, rows, numbers=(*BOOKS, "share")) if rows else '<p class="note">No row was judged yet.</p>'


def broken(quality: Quality) -> str:
    """Return the rules that the newest audits found broken."""
    rows = [
        [f"{escape(one.rule)}<small>{escape(one.step)}</small>", chip(one.severity, one.severity),
         f"{one.failed:,}", share(one.failed / one.checked if one.checked else None)]
        for one in quality.broken[:LISTED]
    ]  # fmt: skip
    if not rows:
        return '<p class="note">No rule is broken.</p>'
    left = len(quality.broken) - len(rows)
    more = f'<p class="note">and {left:,} more</p>' if left else ""
    return grid(("Rule", "Severity", "rows", "share"), rows, numbers=("rows", "share")) + more


def freshness(feeds: Sequence[Feed]) -> str:
    """Return when each source delivered last, and how many never did."""
    rows = [
        [
            escape(feed.source),
            f"{feed.newest_at:%Y-%m-%d %H:%M}",
            hours(feed.promised_hours),
            chip("late", "bad") if feed.is_late else "",
        ]
        for feed in feeds
        if feed.newest_at
    ]
    silent = len(feeds) - len(rows)
    never = f'<p class="note">{plural(silent, "source")} delivered nothing yet.</p>' if silent else ""
    return (grid(("Source", "Newest file (UTC)", "Promised within", ""), rows) if rows else "") + never


def hours(number: float | None) -> str:
    """`36 hours`, `2 days`."""
    if number is None:
        return MISSING
    return f"{number / 24:g} days" if number >= 48 and number % 24 == 0 else f"{number:g} hours"


def chip(word: str, kind: str) -> str:
    """Return a word in a pill whose colour says what it means."""
    return f'<span class="chip {kind}">{escape(word)}</span>'
