"""Figures of the report as plotly draws them, in the colours of both themes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import plotly.graph_objects as go

from lakehouse.report.formats import SYMBOLS, short_day
from lakehouse.report.values import WEEK

if TYPE_CHECKING:
    from collections.abc import Callable

    from lakehouse.report.values import Business


@dataclass(frozen=True)
class Theme:
    """Colours of one mode; they are those of the style sheet."""

    text: str
    muted: str
    card: str
    grid: str
    mark: str
    pale: str
    """Days that are not the one reported."""
    previous: str


LIGHT = Theme("#101828", "#5B6778", "#FFFFFF", "#E6EAF0", "#145CCB", "#A9C3EE", "#7C8798")
DARK = Theme("#E8EDF5", "#9BA9BD", "#131A26", "#2A3547", "#7BADFF", "#34558C", "#8391A7")
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def both(draw: Callable[[Business, Theme], go.Figure], business: Business) -> dict[str, Any]:
    """Return a figure for each theme, as plain values; plotly's own template is left out."""
    drawn = {"light": draw(business, LIGHT), "dark": draw(business, DARK)}
    plain = {mode: figure.to_plotly_json() for mode, figure in drawn.items()}
    for figure in plain.values():
        figure["layout"].pop("template", None)
    return plain


def course(business: Business, theme: Theme) -> go.Figure:
    """Four weeks of net revenue as bars, the day itself in full colour; a year before as a dotted line."""
    days = [point.day.isoformat() for point in business.course]
    colours = [theme.mark if point.day == business.day else theme.pale for point in business.course]
    symbol = SYMBOLS.get(business.currency, "")
    bars = {
        "type": "bar",
        "name": "Net revenue",
        "x": days,
        "y": [point.net for point in business.course],
        "marker": {"color": colours, "cornerradius": 3},
        "hovertemplate": f"{symbol}%{{y:,.0f}}",
    }
    before = {
        "type": "scatter",
        "mode": "lines",
        "name": "364 days before",
        "x": days,
        "y": [point.year_before for point in business.course],
        "line": {"color": theme.previous, "width": 2, "dash": "dot"},
        "hovertemplate": f"{symbol}%{{y:,.0f}}",
    }
    seen = [bars, before] if any(point.year_before is not None for point in business.course) else [bars]
    layout = base(theme, height=260) | {
        "bargap": 0.25,
        "hovermode": "x unified",
        "showlegend": len(seen) > 1,
        "legend": {"orientation": "h", "x": 0, "y": 1.14, "font": {"color": theme.muted}},
        "xaxis": {
            "automargin": True,
            "tickformat": "%-d %b",
            "showgrid": False,
            "tickfont": {"color": theme.muted},
            "fixedrange": True,
        },
        "yaxis": axis(theme, symbol),
    }
    return go.Figure({"data": seen, "layout": layout})


def categories(business: Business, theme: Theme) -> go.Figure:
    """Net revenue by category, largest on top; a tick where it stood a week before."""
    names = [name for name, _, _ in business.categories][::-1]
    now = [net for _, net, _ in business.categories][::-1]
    before = [net for _, _, net in business.categories][::-1]
    symbol = SYMBOLS.get(business.currency, "")
    bars = {
        "type": "bar",
        "orientation": "h",
        "name": short_day(business.day),
        "x": now,
        "y": names,
        "marker": {"color": theme.mark, "cornerradius": 3},
        "hovertemplate": f"{symbol}%{{x:,.0f}}",
    }
    ticks = {
        "type": "scatter",
        "mode": "markers",
        "name": short_day(business.day - WEEK),
        "x": before,
        "y": names,
        "marker": {"symbol": "line-ns-open", "size": 16, "color": theme.text, "line": {"width": 2}},
        "hovertemplate": f"{symbol}%{{x:,.0f}}",
    }
    layout = base(theme, height=34 * len(names) + 64) | {
        "bargap": 0.4,
        "hovermode": "y unified",
        "showlegend": True,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"color": theme.muted}},
        "xaxis": axis(theme, symbol),
        "yaxis": {"type": "category", "automargin": True, "ticksuffix": "  ", "fixedrange": True},
    }
    return go.Figure({"data": [bars, ticks], "layout": layout})


def base(theme: Theme, *, height: int) -> dict[str, Any]:
    """Return the layout that every figure starts from."""
    return {
        "height": height,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 0, "r": 8, "t": 8, "b": 0},
        "font": {"family": FONT, "size": 13, "color": theme.text},
        "dragmode": False,
        "separators": ".,",
        "hoverlabel": {"bgcolor": theme.card, "bordercolor": theme.grid, "font": {"color": theme.text}},
    }


def axis(theme: Theme, symbol: str) -> dict[str, Any]:
    """Return an axis of amounts."""
    return {
        "automargin": True,
        "tickprefix": symbol,
        "tickformat": "~s",
        "nticks": 5,
        "gridcolor": theme.grid,
        "zerolinecolor": theme.grid,
        "tickfont": {"color": theme.muted},
        "fixedrange": True,
    }
