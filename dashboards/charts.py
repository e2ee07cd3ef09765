"""Figures. Pure: values and a theme in, one literal out; kept by what they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from dashboards import look

if TYPE_CHECKING:
    from datetime import date

    from dashboards.look import Theme

CONFIG = {"displayModeBar": False, "displaylogo": False, "responsive": True, "scrollZoom": False}


@dataclass(frozen=True)
class Course:
    """Amounts over time; `before` are those of the compared period, point by point (empty: none)."""

    on: tuple[date, ...]
    amounts: tuple[float, ...]
    before: tuple[float, ...] = ()
    before_on: tuple[date, ...] = ()


@dataclass(frozen=True)
class Bar:
    """One ranked bar with what it was before (None: not known)."""

    name: str
    amount: float
    before: float | None = None


def base(theme: Theme, *, height: int, right: int = 8) -> dict[str, Any]:
    """Return the layout that every figure starts from."""
    return {
        "height": height,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 0, "r": right, "t": 8, "b": 0},
        "font": {"family": look.FONT, "size": 12, "color": theme.text},
        "dragmode": False,
        "showlegend": False,
        "separators": ".,",
        "uirevision": "keep",
        "hoverlabel": {"bgcolor": theme.card, "bordercolor": theme.line, "font": {"color": theme.text, "size": 12}},
    }


@lru_cache(maxsize=128)
def trend(course: Course, *, currency: str, theme: Theme, before_label: str = "Previous") -> go.Figure:
    """Amounts over time as a line; the compared period behind it, dotted, on the same days."""
    symbol = look.unit_of(currency)
    return go.Figure(
        {
            "data": [
                *earlier(course, currency=currency, theme=theme, label=before_label),
                current(course, currency, theme),
            ],
            "layout": base(theme, height=300)
            | {
                "hovermode": "x unified",
                "xaxis": axis(theme, showgrid=False)
                | {"type": "date", "nticks": 8, "tickformat": date_format(course), "hoverformat": "%a %-d %b %Y"},
                "yaxis": axis(theme) | {"tickprefix": symbol, "tickformat": "~s", "nticks": 5},
                "annotations": [label_at_peak(course, before_label, theme)] if course.before else [],
            },
        }
    )


def date_format(course: Course) -> str:
    """Days and months on a short axis; months and years on one longer than half a year."""
    return "%b %Y" if (course.on[-1] - course.on[0]).days > 183 else "%-d %b"


def axis(theme: Theme, **changes: Any) -> dict[str, Any]:
    """Return a quiet axis: dotted grid, no zero line, no tick marks, no zoom."""
    return {
        "fixedrange": True,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "gridcolor": theme.grid,
        "griddash": "dot",
        "gridwidth": 1,
        "tickfont": {"size": 11, "color": theme.muted},
        "automargin": True,
    } | changes


def current(course: Course, currency: str, theme: Theme) -> dict[str, Any]:
    """Return the line of the period itself; a point where one alone makes no line."""
    return {
        "type": "scatter",
        "name": "Revenue",
        "mode": "lines" if len(course.on) > 2 else "lines+markers",
        "x": course.on,
        "y": course.amounts,
        "customdata": [look.exact_money(amount, currency) for amount in course.amounts],
        "hovertemplate": "<b>%{customdata}</b>",
        "line": {"color": theme.mark, "width": 2.2},
        "marker": {"size": 9},
    }


def earlier(course: Course, *, currency: str, theme: Theme, label: str) -> list[dict[str, Any]]:
    """Return the line of the compared period, drawn on the days of this one."""
    if not course.before:
        return []
    told = [
        f"{look.exact_money(a, currency)} ({look.day(d)})" for a, d in zip(course.before, course.before_on, strict=True)
    ]
    return [
        {
            "type": "scatter",
            "name": label,
            "mode": "lines",
            "x": course.on,
            "y": course.before,
            "customdata": told,
            "hovertemplate": "%{customdata}",
            "line": {"color": theme.previous, "width": 1.3, "dash": "dot"},
            "opacity": 0.8,
        }
    ]


def label_at_peak(course: Course, label: str, theme: Theme) -> dict[str, Any]:
    """Return the name of the compared period, written above its highest point."""
    peak = max(range(len(course.before)), key=lambda place: course.before[place])
    return {
        "x": course.on[peak],
        "y": course.before[peak],
        "text": label,
        "showarrow": False,
        "yshift": 10,
        "xanchor": "left" if peak < 3 else "right" if peak > len(course.on) - 4 else "center",
        "font": {"size": 11, "color": theme.muted},
    }


@lru_cache(maxsize=128)
def ranked_bars(bars: tuple[Bar, ...], *, currency: str, theme: Theme) -> go.Figure:
    """Horizontal bars, largest on top; a thin tick marks what was before, the value stands at the end."""
    names = [escape(f"{bar.name[:20]}…" if len(bar.name) > 21 else bar.name) for bar in bars]
    places = list(range(len(bars)))
    compared = any(bar.before is not None for bar in bars)
    return go.Figure(
        {
            "data": [
                bar_trace(bars, places, currency=currency, theme=theme),
                *([tick_trace(bars, places, theme)] if compared else []),
            ],
            "layout": base(theme, height=max(120, 33 * len(bars) + 12), right=124 if compared else 70)
            | {
                "bargap": 0.42,
                "hovermode": "y",
                "xaxis": axis(theme, showgrid=False, showticklabels=False) | {"rangemode": "tozero"},
                "yaxis": axis(theme, showgrid=False)
                | {
                    "autorange": "reversed",
                    "tickvals": places,
                    "ticktext": names,
                    "ticklabelstandoff": 8,
                    "tickfont": {"size": 12, "color": theme.muted},
                },
                "annotations": [
                    note
                    for place, bar in enumerate(bars)
                    for note in bar_labels(bar, place, currency=currency, theme=theme)
                ],
            },
        }
    )


def bar_trace(bars: tuple[Bar, ...], places: list[int], *, currency: str, theme: Theme) -> dict[str, Any]:
    """Return the bars."""
    return {
        "type": "bar",
        "orientation": "h",
        "x": [bar.amount for bar in bars],
        "y": places,
        "customdata": [
            f"<b>{escape(bar.name)}</b> {look.exact_money(bar.amount, currency)}"
            + ("" if bar.before is None else f", before {look.exact_money(bar.before, currency)}")
            for bar in bars
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
        "marker": {"color": theme.mark, "cornerradius": 3},
    }


def tick_trace(bars: tuple[Bar, ...], places: list[int], theme: Theme) -> dict[str, Any]:
    """Return the thin ticks of what was before."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [bar.before for bar in bars],
        "y": places,
        "hoverinfo": "skip",
        "marker": {"symbol": "line-ns", "size": 17, "line": {"width": 1.6, "color": theme.text}},
    }


def bar_labels(bar: Bar, place: int, *, currency: str, theme: Theme) -> list[dict[str, Any]]:
    """Return value and change of a bar, in columns at the right."""
    common = {"xref": "paper", "x": 1, "y": place, "yref": "y", "showarrow": False, "align": "right"}
    change = look.change(bar.amount, bar.before)
    end = [] if bar.before is None else [change_label(change, theme) | common | {"xshift": 122, "xanchor": "right"}]
    value = {"text": f"<b>{look.money(bar.amount, currency)}</b>", "xanchor": "right", "xshift": 68}
    return [common | value, *end]


def change_label(change: float | None, theme: Theme) -> dict[str, Any]:
    """Return a change as coloured text."""
    if change is None:
        return {"text": "new", "font": {"color": theme.muted}}
    arrow, colour = ("▲", theme.good) if change >= 0 else ("▼", theme.bad)
    return {"text": f"{arrow} {look.share(abs(change), 0)}", "font": {"color": colour}}
