"""The filter bar: which business, days, regions and channels, compared with what. Its state is the URL's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

import streamlit as st

from dashboards import look
from dashboards.data import Slice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dashboards.data import Business

Period = Literal["7D", "30D", "90D", "YTD", "12M"]
Comparison = Literal["previous", "last_year", "none"]
PERIODS: tuple[Period, ...] = ("7D", "30D", "90D", "YTD", "12M")
COMPARISONS: dict[Comparison, str] = {
    "previous": "vs previous period",
    "last_year": "vs last year",
    "none": "No comparison",
}
NAMES: dict[Comparison, str] = {"previous": "previous", "last_year": "last year", "none": ""}
YEAR = 364
"""Days between a day and the same weekday a year before."""


@dataclass(frozen=True)
class Scope:
    """What the page shows: a slice, the one it is compared with, and why there is none where there could be."""

    business: Business
    now: Slice
    before: Slice | None
    comparison: Comparison
    note: str = ""

    @property
    def currency(self) -> str:
        """Currency of every amount on the page."""
        return self.now.currency

    @property
    def compared_with(self) -> str:
        """`previous` or `last year`; empty without a comparison."""
        return NAMES[self.comparison] if self.before else ""


def start_of(period: Period, last: date) -> date:
    """First day of a period that ends with the newest day of sales."""
    if period == "YTD":
        return last.replace(month=1, day=1)
    if period == "12M":
        return last.replace(year=last.year - 1, day=min(last.day, 28) if last.month == 2 else last.day) + timedelta(
            days=1
        )
    return last - timedelta(days=int(period[:-1]) - 1)


def shift_of(comparison: Comparison, days: int) -> int:
    """Days to go back, always whole weeks, so that weekdays meet: the period just before, or the year before."""
    return YEAR if comparison == "last_year" else -(-days // 7) * 7


def scope_of(
    business: Business,
    period: Period,
    comparison: Comparison,
    *,
    regions: Sequence[str] = (),
    channels: Sequence[str] = (),
) -> Scope:
    """Return the scope of what was chosen. A period that began before the first sale is not compared with."""
    start = start_of(period, business.last_on)
    now = Slice(
        business.system, business.currency, start, business.last_on, tuple(sorted(regions)), tuple(sorted(channels))
    )
    if comparison == "none":
        return Scope(business, now, None, comparison)
    back = timedelta(days=shift_of(comparison, now.days))
    before = replace(now, start=now.start - back, end=now.end - back)
    if before.start < business.first_on:
        told = f"Nothing to compare with: sales begin on {look.day(business.first_on)}."
        return Scope(business, now, None, comparison, told)
    return Scope(business, now, before, comparison)


def filter_bar(businesses: Sequence[Business]) -> Scope:
    """Draw the bar and return what it says; every choice is in the URL, defaults left out."""
    with st.container(horizontal=True, key="filters", vertical_alignment="center"):
        business = choose_business(businesses)
        period = st.segmented_control(
            "Period", PERIODS, default="90D", required=True, key="period", bind="query-params",
            persist_state="session", label_visibility="collapsed",
        )  # fmt: skip
        comparison = st.selectbox(
            "Compared with", list(COMPARISONS), format_func=COMPARISONS.__getitem__, key="compare", bind="query-params",
            persist_state="session", label_visibility="collapsed", width=190,
        )  # fmt: skip
        regions = choose_some("region", business.regions, icon=":material/public:")
        channels = choose_some("channel", business.channels, icon=":material/storefront:")
    return scope_of(business, period or "90D", comparison, regions=regions, channels=channels)


def choose_business(businesses: Sequence[Business]) -> Business:
    """Let one business and one of its currencies be chosen; draw nothing where there is no choice."""
    system = choose_one("business", list(dict.fromkeys(one.system for one in businesses)), width=150)
    mine = [one for one in businesses if one.system == system]
    currency = choose_one("currency", [one.currency for one in mine], width=100)
    return next(one for one in mine if one.currency == currency)


def choose_one(key: str, options: list[str], *, width: int) -> str:
    """Let one of several be chosen."""
    if len(options) == 1:
        return options[0]
    found: str = st.selectbox(
        key.capitalize(), options, key=key, bind="query-params", persist_state="session", format_func=spoken,
        label_visibility="collapsed", width=width,
    )  # fmt: skip
    return found


def choose_some(key: str, options: Sequence[str], *, icon: str) -> tuple[str, ...]:
    """Let any number be chosen, none meaning all; draw nothing where there is no choice."""
    if len(options) < 2:
        return ()
    kept = [one for one in st.session_state.get(key, st.query_params.get_all(key)) if one in options]
    label = "All " + key + "s" if not kept else kept[0] if len(kept) == 1 else look.plural(len(kept), key)
    with st.popover(label, icon=icon, key=f"{key}_menu"):
        chosen: list[str] = st.multiselect(
            f"{key.capitalize()}s", options, key=key, bind="query-params", persist_state="session",
            placeholder=f"All {key}s", width=260,
        )  # fmt: skip
    return tuple(chosen)


def spoken(name: str) -> str:
    """`Online retail` of `online_retail`; a currency stays as it is."""
    return name if name.isupper() else name.replace("_", " ").capitalize()
