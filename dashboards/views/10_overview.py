"""What was sold, where and when, compared with the time before."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboards import charts, data, look, measures, page, parts
from dashboards.scope import Scope, filter_bar, spoken

if TYPE_CHECKING:
    from dashboards.data import Released

ICON = ":material/space_dashboard:"
TABLE = (("Product", "key"), ("Revenue", "n"), ("Share", "tiny wide"), ("12 weeks", "tiny wide"), ("Change", "n"))
TONES: dict[str, parts.Tone] = {"block": "bad", "quarantine": "warn", "warn": "quiet"}


def format_of(reading: measures.Reading, value: float | None, currency: str) -> str:
    """Write a value in the manner of its measure."""
    kind = reading.measure.kind
    if kind == "money":
        return look.money(value, currency)
    if kind == "price":
        return look.price(value, currency)
    return look.share(value) if kind == "share" else look.short(value)


def compared(reading: measures.Reading, currency: str) -> str:
    """Say how much a value changed and what it came from; shares change in points."""
    now, before = reading.value, reading.before
    if now is None or before is None:
        return ""
    good = reading.measure.higher_is_good
    if reading.measure.kind == "share":
        change = parts.delta(now - before, text=look.points(now - before), higher_is_good=good)
    else:
        change = parts.delta(look.change(now, before), higher_is_good=good)
    return f"{change} from {format_of(reading, before, currency)}"


def numbers(released: Released, scope: Scope) -> None:
    """Draw the row of key numbers."""
    now = data.daily(released, scope.now)
    before = data.daily(released, scope.before) if scope.before else None
    cards = []
    for measure in measures.measures(by_channel=bool(scope.now.channels)):
        reading = measures.read(measure, now, before)
        value = format_of(reading, reading.value, scope.currency)
        below = compared(reading, scope.currency)
        cards.append(parts.kpi(measure.name, value, below=below, values=reading.course, about=measure.about))
    st.html(parts.kpi_row(cards))


def trend(released: Released, scope: Scope) -> None:
    """Draw revenue over time."""
    now = data.daily(released, scope.now)
    before = data.daily(released, scope.before) if scope.before else None
    course = measures.course(now, before)
    figure = charts.trend(
        course, currency=scope.currency, theme=page.theme(), before_label=scope.compared_with.capitalize()
    )
    best = max(range(len(course.on)), key=course.amounts.__getitem__)
    told = f"Net revenue over {look.span(scope.now.start, scope.now.end)}, most on {look.day(course.on[best])}"
    page.show(figure, key="trend", alt=f"{told} with {look.exact_money(course.amounts[best], scope.currency)}.")


def categories(released: Released, scope: Scope) -> None:
    """Draw the largest categories."""
    before = data.totals_by(released, scope.before, "category") if scope.before else None
    bars = measures.ranked(data.totals_by(released, scope.now, "category"), before)
    told = ", ".join(f"{bar.name} {look.money(bar.amount, scope.currency)}" for bar in bars)
    figure = charts.ranked_bars(bars, currency=scope.currency, theme=page.theme())
    page.show(figure, key="categories", alt=f"Net revenue by category: {told}.")


def regions(released: Released, scope: Scope, most: int = 5) -> None:
    """Draw the largest regions side by side on one scale."""
    found = data.daily_by(released, scope.now, "region")
    before = dict(data.totals_by(released, scope.before, "region")) if scope.before else {}
    lines = {name: measures.weekly(days) for name, days in found.items()}
    mean = [sum(values) / len(lines) for values in zip(*lines.values(), strict=True)]
    shown = list(lines)[:most]
    values = [value for name in shown for value in lines[name]] + mean
    bounds = (min(values), max(values))
    tiles = [
        parts.tile(
            name, look.money(sum(found[name]), scope.currency), values=lines[name], mean=mean, bounds=bounds,
            change=parts.delta(look.change(sum(found[name]), before.get(name))),
        )
        for name in shown
    ]  # fmt: skip
    st.html(f'<div class="tiles">{"".join(tiles)}</div>')


def products(released: Released, scope: Scope) -> None:
    """Draw the products that earned most."""
    found = data.top_products(released, scope.now, scope.before, limit=8)
    total = measures.net(data.daily(released, scope.now))
    if not found:
        st.html(parts.state("No products in these days", "Choose more days, regions or channels."))
        return
    full = max(one.net for one in found) / total if total else 1.0
    rows = [
        (
            parts.named(one.name, one.category),
            look.exact_money(one.net, scope.currency),
            parts.meter(one.net / total if total else 0, look.share(one.net / total if total else None), full=full),
            parts.spark(one.weeks),
            parts.delta(look.change(one.net, one.before)) or (look.MISSING if one.before is None else "new"),
        )
        for one in found
    ]
    shown = len(TABLE) if scope.before else len(TABLE) - 1
    st.html(parts.table(TABLE[:shown], [row[:shown] for row in rows]))


def gate(released: Released, scope: Scope) -> None:
    """List what the gate found in the sources of this business."""
    place = data.place()
    system = scope.business.system
    held = [source for source in released.held if place.system_of(source) == system]
    mine = [one for one in data.findings(place) if one.source and page.mine(place, one.source, system)]
    broken = [one for one in mine if one.is_broken]
    items = [(parts.tag("Held", "bad"), source, "Its newest batch is not published", "") for source in held]
    items += [
        (parts.tag(one.severity.capitalize(), TONES[one.severity]), one.rule, one.step, look.share(one.share))
        for one in broken[: 6 - len(held)]
    ]
    items += [
        (parts.tag("Put right", "good"), one.rule, one.step, look.count(one.corrected))
        for one in [one for one in mine if one.corrected][: max(0, 8 - len(items))]
    ]
    if not items:
        st.html(
            parts.state("Nothing to report", "No rule is broken in the newest step of any source of this business.")
        )
        return
    st.html(parts.news(items))


def main() -> None:
    """Draw the page."""
    place = data.place()
    released = data.newest(place)
    businesses = data.businesses(released) if released else ()
    if released is None or not businesses:
        page.header("Overview", "Retail sales")
        page.nothing_yet(place.lake)
        return
    head = st.empty()
    scope = filter_bar(businesses)
    with head.container():
        about = f"{spoken(scope.business.system)}, {look.span(scope.now.start, scope.now.end)}, {scope.currency}"
        page.header("Overview", about, pill=page.freshness(place, released, system=scope.business.system))
    marks = {table: page.seal(found) for table, found in data.seals(place, released).items()}
    draw(released, scope, marks)


def draw(released: Released, scope: Scope, marks: dict[str, str]) -> None:
    """Lay out the cards."""
    cube, lines = marks.get("gold.sales_cube", ""), marks.get("gold.fct_sales", "")
    if scope.note:
        st.html(f'<p class="note">{scope.note}</p>')
    with page.guarded("numbers"):
        numbers(released, scope)
    grain = "Daily" if measures.grain(scope.now.days) == 1 else "Weekly"
    against = f" against {look.span(scope.before.start, scope.before.end)}, weekdays matched" if scope.before else ""
    left, right = st.columns([2.1, 1])
    with (
        left,
        page.card(f"{grain} revenue", f"{look.span(scope.now.start, scope.now.end)}{against}", key="trend", mark=cube),
    ):
        trend(released, scope)
    tick = f"Tick marks {scope.compared_with}" if scope.before else "Net revenue"
    with right, page.card("Revenue by category", tick, key="categories", mark=cube):
        categories(released, scope)
    if len(scope.now.regions or scope.business.regions) > 1:
        with page.card("Regions", about_regions(scope), key="regions", mark=cube):
            regions(released, scope)
    left, right = st.columns([2.1, 1])
    with left, page.card("Top products", "Ranked by net revenue; share of all revenue", key="products", mark=lines):
        products(released, scope)
    with right, page.card("What the gate found", "Broken rules and what was put right, newest steps", key="gate"):
        gate(released, scope)


def about_regions(scope: Scope) -> str:
    """Say what the small charts show."""
    by = "Weekly" if scope.now.days >= 56 else "Daily"
    many = len(scope.now.regions or scope.business.regions)
    which = "" if many <= 5 else f"the five largest of {many}; "
    return f"{by} revenue, one scale; {which}grey is the mean of all regions"


main()
