"""What the numbers of the Overview mean. Pure: days in, values and their comparison out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dashboards.charts import Bar, Course

if TYPE_CHECKING:
    from dashboards.data import Day

Kind = Literal["money", "price", "count", "share"]
Days = Sequence["Day"]
LONGEST_BY_DAY = 120
POINTS = 30


@dataclass(frozen=True)
class Measure:
    """One number: how it is made of days, what kind it is, and whether more of it is good news."""

    name: str
    kind: Kind
    of: Callable[[Days], float | None]
    about: str
    higher_is_good: bool = True


@dataclass(frozen=True)
class Reading:
    """A measure over a period, over the compared one (None: nothing to compare), and its course."""

    measure: Measure
    value: float | None
    before: float | None
    course: tuple[float, ...]


def ratio(part: float, whole: float) -> float | None:
    """Quotient, None when there is nothing to divide by."""
    return part / whole if whole else None


def orders(days: Days) -> int:
    """Orders of the days."""
    return sum(day.orders or 0 for day in days)


def net(days: Days) -> float:
    """Net amount of the days."""
    return sum(day.net for day in days)


REVENUE = Measure("Net revenue", "money", net, "After discount, before tax, returns subtracted.")
ORDERS = Measure("Orders", "count", orders, "Orders with at least one line sold.")
AVERAGE = Measure("Average order", "price", lambda days: ratio(net(days), orders(days)), "Net revenue ÷ orders.")
LINES = Measure(
    "Lines", "count", lambda days: sum(day.lines for day in days),
    "Lines sold or returned. Orders cannot be counted by channel: one order may use several.",
)  # fmt: skip
AVERAGE_LINE = Measure(
    "Average line", "price", lambda days: ratio(net(days), sum(day.lines for day in days)),
    "Net revenue ÷ lines; average order is not known by channel.",
)  # fmt: skip
UNITS = Measure("Units", "count", lambda days: sum(day.units for day in days), "Units sold less units returned.")
DISCOUNT = Measure(
    "Discount rate", "share", lambda days: ratio(sum(day.discount for day in days), sum(day.gross for day in days)),
    "Taken off ÷ amount before discount.", higher_is_good=False,
)  # fmt: skip
RETURNED = Measure(
    "Return rate", "share",
    lambda days: ratio(-sum(day.returned for day in days), net(days) - sum(day.returned for day in days)),
    "Amount taken back ÷ amount sold.", higher_is_good=False,
)  # fmt: skip


def measures(*, by_channel: bool) -> tuple[Measure, ...]:
    """Return what the Overview shows; by channel, lines stand where orders do not add up."""
    counted = (LINES, AVERAGE_LINE) if by_channel else (ORDERS, AVERAGE)
    return (REVENUE, *counted, UNITS, DISCOUNT, RETURNED)


def read(measure: Measure, now: Days, before: Days | None) -> Reading:
    """Return a measure over both periods, with its course over this one."""
    course = [measure.of(part) for part in chunks(now)]
    return Reading(
        measure,
        measure.of(now),
        measure.of(before) if before else None,
        tuple(value for value in course if value is not None),
    )


def chunks(days: Days) -> list[Days]:
    """Cut days into at most about 30 runs of whole days, counted back from the last; single days up to 45."""
    size = 1 if len(days) <= POINTS * 1.5 else 7 if len(days) <= 7 * POINTS * 2 else 28
    return whole_runs(days, size)


def whole_runs(days: Days, size: int) -> list[Days]:
    """Runs of `size` days counted back from the last day; a shorter first run is left out."""
    first = len(days) % size
    return [days[start : start + size] for start in range(first, len(days), size)]


def grain(days: int) -> int:
    """Days per point of a trend: single days up to four months, weeks beyond."""
    return 1 if days <= LONGEST_BY_DAY else 7


def course(now: Days, before: Days | None) -> Course:
    """Net amount over time, and that of the compared period on the same days."""
    size = grain(len(now))
    runs = whole_runs(now, size)
    earlier = whole_runs(before, size) if before else []
    return Course(
        on=tuple(run[0].on for run in runs),
        amounts=tuple(net(run) for run in runs),
        before=tuple(net(run) for run in earlier),
        before_on=tuple(run[0].on for run in earlier),
    )


def ranked(
    now: Sequence[tuple[str, float]], before: Sequence[tuple[str, float]] | None, *, most: int = 8
) -> tuple[Bar, ...]:
    """Return the largest as bars and the rest as one, each with what it was before."""
    earlier = None if before is None else dict(before)
    top = now if len(now) <= most + 1 else now[:most]
    bars = [Bar(name, amount, None if earlier is None else earlier.get(name, 0.0)) for name, amount in top]
    rest = now[len(top) :]
    if rest:
        named = {name for name, _ in top}
        was = None if earlier is None else sum(amount for name, amount in earlier.items() if name not in named)
        bars.append(Bar(f"{len(rest)} others", sum(amount for _, amount in rest), was))
    return tuple(bars)


def weekly(days: Sequence[float]) -> tuple[float, ...]:
    """Sums of whole weeks counted back from the last day; the days themselves below eight weeks."""
    if len(days) < 56:
        return tuple(days)
    first = len(days) % 7
    return tuple(sum(days[start : start + 7]) for start in range(first, len(days), 7))
