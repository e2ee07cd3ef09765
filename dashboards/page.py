"""The frame of every page: style, theme, header with freshness, cards that fail alone."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any

import streamlit as st

from dashboards import charts, data, look, parts
from dashboards.data.quality import late
from lakehouse.errors import LakehouseError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import plotly.graph_objects as go

    from dashboards.data import Place, Released, Seal
    from dashboards.look import Theme

log = logging.getLogger(__name__)

WATCHER = """
const seen = new WeakMap()
export default ({ parentElement, setTriggerValue }) => {
  const read = () => getComputedStyle(parentElement.querySelector("i")).getPropertyValue("--st-background-color")
  const before = seen.get(parentElement), now = read()
  seen.set(parentElement, now)
  if (before !== undefined && before !== now) setTriggerValue("changed", now)
}
"""


def ground() -> None:
    """Lay the style sheet and watch the theme: a change of it while the page is open redraws the charts once."""
    with st.container(key="hidden"):
        st.html(f"<style>{look.style_sheet()}</style>")
        theme_watcher()(key="theme_watcher", on_changed_change=lambda: None)


@cache
def theme_watcher() -> Any:
    """Return the hidden component that notices when the theme changes."""
    return st.components.v2.component("theme_watcher", html="<i></i>", js=WATCHER)


def theme() -> Theme:
    """Return the theme that the browser shows now."""
    return look.theme(st.context.theme.type)


def show(figure: go.Figure, *, key: str, alt: str) -> None:
    """Draw a figure; `alt` says what it shows to who cannot see it."""
    mode = theme().mode
    st.plotly_chart(figure, key=f"{key}-{mode}", alt=alt, theme=None, config=charts.CONFIG)


def header(title: str, below: str, *, pill: str = "") -> None:
    """Title of the page, what it covers, and how fresh and sound its data is."""
    st.html(f'<div class="head"><div><h1>{escape(title)}</h1><p>{escape(below)}</p></div>{pill}</div>')


def freshness(place: Place, released: Released, *, system: str = "") -> str:
    """Return the pill: release, age, and the gate's state of exactly the data on screen."""
    behind = late(place, system, datetime.now(UTC))
    held = tuple(source for source in released.held if not system or place.system_of(source) == system)
    warned = sum(
        1
        for one in data.findings(place)
        if one.severity == "warn" and one.is_broken and mine(place, one.source, system)
    )
    tone: parts.Tone = "bad" if held else "warn" if behind else "good"
    gate = (
        f"held back: {', '.join(held)}" if held
        else f"late: {', '.join(behind)}" if behind
        else f"gate passed, {look.plural(warned, 'warning')}" if warned
        else "gate passed"
    )  # fmt: skip
    about = f"Release {released.number}, made by run {released.run_id} at {released.at:%Y-%m-%d %H:%M} UTC"
    return parts.pill(f"Release {released.number}", f"{look.age(released.at)} · {gate}", tone, about=about)


def mine(place: Place, source: str, system: str) -> bool:
    """Whether a source (empty: a mart, which holds all businesses) tells something about a business."""
    return not system or not source or place.system_of(source) == system


def seal(found: Seal | None) -> str:
    """Return the small mark of a card: version of its mart, and what the gate said of it."""
    if found is None:
        return ""
    tone, mark = ("bad", "✕") if found.failed else ("warn", "!") if found.warned else ("good", "✓")
    made = f"made {look.age(found.at)}" if found.at else "not in the ledger"
    rules = f"{found.passed} of {look.plural(found.rules, 'rule')} passed" if found.rules else "no rules recorded"
    if not found.rules:
        tone, mark = "quiet", "○"
    about = f"{found.table}, version {found.version}: {made}, {rules}"
    return (
        f'<span class="seal" title="{about}" aria-label="{about}"><b class="{tone}">{mark}</b> v{found.version}</span>'
    )


@contextmanager
def card(title: str, below: str = "", *, key: str, mark: str = "", heading: bool = True) -> Iterator[None]:
    """Draw a card around what the block draws. What fails in it is said in it; the other cards go on."""
    with st.container(key=f"card-{key}", height="stretch"):
        if heading:
            st.html(parts.title(title, below, mark))
        with guarded(key):
            yield


@contextmanager
def guarded(key: str) -> Iterator[None]:
    """Show a grey shape until the block has drawn for the first time, and a kind word where it could not."""
    waiting = st.empty()
    seen = f"seen-{key}"
    if seen not in st.session_state:
        waiting.html('<div class="bone" role="status" aria-label="Loading"></div>')
    try:
        yield
    except LakehouseError as broken:
        st.html(parts.state("Cannot be shown", str(broken), css="failed"))
    except Exception:
        log.exception("card %s failed", key)
        told = (
            "Something unexpected happened; the log of the app has the details. The rest of the page is not affected."
        )
        st.html(parts.state("Cannot be shown", told, css="failed"))
    st.session_state[seen] = True
    waiting.empty()


def nothing_yet(lake: str) -> None:
    """Fill a page that has no data at all with what to do about it."""
    told = f"No release lies under {lake} yet. A run reads what was delivered, audits it and publishes the first one."
    st.html(parts.state("Nothing to show yet", told, command="./scripts/demo", css="whole"))
