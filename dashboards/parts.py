"""Pieces of a page as HTML text. Pure: values in, text out; everything that is not ours is escaped."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING, Literal

from dashboards import look

if TYPE_CHECKING:
    from collections.abc import Sequence

Tone = Literal["good", "warn", "bad", "quiet", ""]
Bounds = tuple[float, float]
WIDTH, HEIGHT, MARGIN = 200.0, 50.0, 5.0


def delta(change: float | None, *, text: str = "", higher_is_good: bool = True) -> str:
    """Arrow and size of a change, coloured by whether it is good news; empty when there is nothing to compare."""
    if change is None:
        return ""
    shown = text or look.share(abs(change))
    if abs(change) < 0.0005:
        return f'<span class="delta quiet">= {shown}</span>'
    tone = "good" if (change > 0) == higher_is_good else "bad"
    arrow = "▲" if change > 0 else "▼"
    return f'<span class="delta {tone}"><span style="font-size:.8em">{arrow}</span> {shown}</span>'


def line_path(values: Sequence[float], bounds: Bounds, margin: float) -> str:
    """Return values as an SVG path; `bounds` lie at the bottom and the top, `margin` stays free at the right."""
    low, high = bounds
    scale = (HEIGHT - 8) / ((high - low) or 1)
    step = (WIDTH - margin) / max(len(values) - 1, 1)
    return "M" + "L".join(f"{i * step:.1f} {HEIGHT - 4 - (value - low) * scale:.1f}" for i, value in enumerate(values))


def spark(values: Sequence[float], *, bounds: Bounds | None = None, fill: bool = True, css: str = "") -> str:
    """Draw a line without a chart library: an SVG that masks the colour of data, so that it follows the theme.

    With `fill` it covers the width with a shade below it; without, a dot marks its end (but not on the grey mean).
    """
    if len(values) < 2:
        return '<div class="spark" style="background:none"></div>'
    path = line_path(values, bounds or (min(values), max(values)), 0 if fill else MARGIN)
    pen = 'fill="none" stroke="#000" vector-effect="non-scaling-stroke" stroke-linejoin="round" stroke-linecap="round"'
    area = f'<path d="{path}L{WIDTH} {HEIGHT}L0 {HEIGHT}Z" fill="#000" fill-opacity=".1"/>' if fill else ""
    end = "" if fill or css else f'<path d="M{path.rpartition("L")[2]}h.01" {pen} stroke-width="7"/>'
    image = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}" preserveAspectRatio="none">'
        f'{area}<path d="{path}" {pen} stroke-width="1.7"/>{end}</svg>'
    )
    mask = f"url(data:image/svg+xml;base64,{b64encode(image.encode()).decode()}) 0 0/100% 100% no-repeat"
    return f'<div class="spark {css}" style="-webkit-mask:{mask};mask:{mask}"></div>'


def kpi(label: str, value: str, *, below: str = "", values: Sequence[float] = (), about: str = "") -> str:
    """One number with what it is compared with and its course."""
    course = spark(values) if len(values) > 1 else ""
    flat = "" if course else " flat"
    small = f"<small>{below}</small>" if below else ""
    return (
        f'<div class="kpi{flat}" role="group" aria-label="{escape(label)}: {escape(value)}" title="{escape(about)}">'
        f"<span>{escape(label)}</span><strong>{escape(value)}</strong>{small}{course}</div>"
    )


def kpi_row(cards: Sequence[str]) -> str:
    """Put cards beside each other; fewer in a row on a narrow screen."""
    return f'<div class="kpis">{"".join(cards)}</div>'


def tile(name: str, value: str, *, change: str, values: Sequence[float], mean: Sequence[float], bounds: Bounds) -> str:
    """One of several small charts on one scale; grey is the mean of all of them."""
    about = f"{name}: {value}; from {values[0]:,.0f} to {values[-1]:,.0f} over {len(values)} points" if values else name
    return (
        f'<div class="tile"><header><b title="{escape(name)}">{escape(name)}</b><span>{escape(value)} {change}</span>'
        f'</header><div class="plot" role="img" aria-label="{escape(about)}">'
        f"{spark(mean, bounds=bounds, fill=False, css='mean')}{spark(values, bounds=bounds, fill=False)}"
        "</div></div>"
    )


def table(head: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]) -> str:
    """Build a table; `head` gives title and CSS classes of each column, cells are HTML."""
    titles = "".join(f'<th scope="col" class="{css}">{escape(title)}</th>' for title, css in head)
    body = "".join(
        "<tr>" + "".join(f'<td class="{css}">{cell}</td>' for cell, (_, css) in zip(row, head, strict=True)) + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll"><table class="rows"><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def meter(part: float, text: str, *, full: float = 1.0) -> str:
    """Share as a short bar beside its number; `full` is the share that fills the bar."""
    width = max(0.0, min(1.0, part / full if full else 0.0))
    return f'<div class="meter"><i><u style="width:{width:.1%}"></u></i><span>{escape(text)}</span></div>'


def named(title: str, below: str = "") -> str:
    """Cell with a name and, smaller, what belongs to it."""
    return f"{escape(title)}<small>{escape(below)}</small>" if below else escape(title)


def tag(text: str, tone: Tone = "") -> str:
    """Return a state as a word on its colour."""
    return f'<span class="tag {tone}">{escape(text)}</span>'


def link(text: str, address: str) -> str:
    """Return a link that opens beside the app; without an address, the text alone."""
    if not address:
        return escape(text)
    return f'<a class="plain" href="{escape(address)}" target="_blank" rel="noopener">{escape(text)}</a>'


def news(items: Sequence[tuple[str, str, str, str]]) -> str:
    """List of (tag, title, below, at the end); the tag is HTML, the rest text."""
    rows = (
        f"<div><span>{mark}</span><div><b>{escape(title)}</b><small>{escape(below)}</small></div>"
        f'<span class="n">{escape(end)}</span></div>'
        for mark, title, below, end in items
    )
    return f'<div class="news">{"".join(rows)}</div>'


def title(text: str, below: str = "", seal: str = "") -> str:
    """Head of a card."""
    about = f"<p>{escape(below)}</p>" if below else ""
    return f'<div class="title"><div><h2>{escape(text)}</h2>{about}</div>{seal}</div>'


def pill(text: str, quiet: str, tone: Tone, *, about: str = "") -> str:
    """Return how fresh and how sound the page's data is, in one line."""
    return (
        f'<span class="pill" title="{escape(about)}"><i class="{tone}"></i>{escape(text)} '
        f'<span class="quiet">· {escape(quiet)}</span></span>'
    )


def state(what: str, told: str, *, command: str = "", css: str = "") -> str:
    """What stands where data would: nothing there yet, or it could not be read."""
    run = f"<code>{escape(command)}</code>" if command else ""
    return f'<div class="state {css}" role="status"><b>{escape(what)}</b><p>{escape(told)}</p>{run}</div>'


def books_bar(parts: Sequence[tuple[str, int]]) -> str:
    """Where the rows of a step went, as one bar."""
    total = sum(rows for _, rows in parts) or 1
    told = ", ".join(f"{rows:,} {name}" for name, rows in parts if rows)
    bars = "".join(f'<u class="b-{name}" style="flex:{rows / total:.5f}"></u>' for name, rows in parts if rows)
    return f'<div class="books" role="img" aria-label="{escape(told)}" title="{escape(told)}">{bars}</div>'


def legend(names: Sequence[str]) -> str:
    """Colours of a bar and their words."""
    return '<div class="legend">' + "".join(f'<span><i class="b-{n}"></i>{n}</span>' for n in names) + "</div>"
