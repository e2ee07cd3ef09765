"""Order lines as the tills and shops write them: CSV text, with the planted defects in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .catalogue import CATEGORIES
from .lines import PAYMENTS, SETTLED_REGIONS, Lines, Numbers
from .season import CHANNELS, STORE
from .slipped import slipped
from .world import AFTERWARDS, WORDING, World

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from numpy.typing import NDArray

HEADER = (
    "order_no", "line_no", "type", "ordered_at", "customer_no", "email", "sku", "product", "category", "region",
    "store", "channel", "payment", "qty", "unit_price", "discount", "updated_at",
)  # fmt: skip

FORMATS = ("yyyy-MM-dd HH:mm:ss", "dd/MM/yyyy HH:mm", "MMM d, yyyy h:mm a", "yyyyMMdd HHmmss")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FORMAT_ELSEWHERE = np.array([-1, 0, 3, 2])
"""How web, app and phone orders write time stamps (index into FORMATS); stores differ by their till."""


@dataclass(frozen=True)
class Wording:
    """Everything that lines pick their words from, as Arrow text; `dates` and `times` have one array per format."""

    dates: tuple[Any, ...]
    times: tuple[Any, ...]
    customers: Any
    emails: Any
    skus: Any
    products: Any
    categories: Any


def wording(world: World) -> Wording:
    """Write down every word once."""
    days = [world.day(number) for number in range(world.days + AFTERWARDS)]
    return Wording(
        dates=tuple(_dates(days, form) for form in range(len(FORMATS))),
        times=tuple(_times(form) for form in range(len(FORMATS))),
        customers=pa.array(world.people.ids),
        emails=pa.array(world.people.emails),
        skus=pa.array(world.catalogue.ids),
        products=pa.array(world.catalogue.names),
        categories=pa.array([CATEGORIES[category] for category in world.catalogue.category]),
    )


def _dates(days: list[date], form: int) -> Any:
    """First halves of time stamps, with the blank behind and the quote before where they hold a comma."""
    writes: tuple[Callable[[date], str], ...] = (
        lambda day: f"{day:%Y-%m-%d} ",
        lambda day: f"{day:%d/%m/%Y} ",
        lambda day: f'"{MONTHS[day.month - 1]} {day.day}, {day.year} ',
        lambda day: f"{day:%Y%m%d} ",
    )
    return pa.array([writes[form](day) for day in days])


def _times(form: int) -> Any:
    """Second halves, one for each second of a day."""
    writes: tuple[Callable[[int, int, int], str], ...] = (
        lambda hour, minute, second: f"{hour:02}:{minute:02}:{second:02}",
        lambda hour, minute, _: f"{hour:02}:{minute:02}",
        lambda hour, minute, _: f'{hour % 12 or 12}:{minute:02} {"AM" if hour < 12 else "PM"}"',
        lambda hour, minute, second: f"{hour:02}{minute:02}{second:02}",
    )
    write = writes[form]
    return pa.array([write(hour, minute, second) for hour in range(24) for minute in range(60) for second in range(60)])


def written(lines: Lines, world: World, words: Wording, *, stream: tuple[int, ...]) -> Any:
    """One Arrow text per line, as it stands in the file, line end included."""
    cells = _cells(lines, words)
    rng = world.chance(WORDING, *stream)
    for column, rows, texts in slipped(lines, world, rng):
        mask = np.zeros(len(lines), dtype=bool)
        mask[rows] = True
        cells[column] = pc.replace_with_mask(cells[column], pa.array(mask), pa.array(texts, type=pa.string()))
    cells["updated_at"] = pc.binary_join_element_wise(cells["updated_at"], "\n", "")
    return pc.binary_join_element_wise(*[cells[name] for name in HEADER], ",")


def _cells(lines: Lines, words: Wording) -> dict[str, Any]:
    """Write every line faultlessly."""
    no_store = lines.store == 0
    store = pc.binary_join_element_wise(
        picked(tuple(region[0] for region in SETTLED_REGIONS), lines.region), as_text(lines.store), "-"
    )
    return {
        "order_no": pc.binary_join_element_wise("S", as_text(lines.order + 1_000_000_000), ""),
        "line_no": as_text(lines.line),
        "type": picked(("sale", "return"), (lines.quantity < 0).astype(np.int64)),
        "ordered_at": _ordered_at(lines, words),
        "customer_no": words.customers.take(pa.array(lines.customer)),
        "email": words.emails.take(pa.array(lines.customer)),
        "sku": words.skus.take(pa.array(lines.product)),
        "product": words.products.take(pa.array(lines.product)),
        "category": words.categories.take(pa.array(lines.product)),
        "region": picked(SETTLED_REGIONS, lines.region),
        "store": pc.if_else(pa.array(no_store), "", store),
        "channel": picked(CHANNELS, lines.channel),
        "payment": picked(PAYMENTS, lines.payment),
        "qty": as_text(lines.quantity),
        "unit_price": hundredths(lines.cents),
        "discount": hundredths(lines.percent),
        "updated_at": stamp(lines.updated // 86_400, lines.updated % 86_400, words, form=0),
    }


def _ordered_at(lines: Lines, words: Wording) -> Any:
    """Time of sale as the till of the order writes it."""
    till = (lines.region + lines.store) % len(FORMATS)
    form = np.where(lines.channel == STORE, till, FORMAT_ELSEWHERE[lines.channel])
    stamps = [stamp(lines.day, lines.second, words, form=number) for number in range(len(FORMATS))]
    return pc.choose(pa.array(form), *stamps)


def stamp(day: Numbers, second: Numbers, words: Wording, *, form: int) -> Any:
    """Time stamps in one of FORMATS, from a day of the business and a second of it."""
    dates, times = words.dates[form].take(pa.array(day)), words.times[form].take(pa.array(second))
    return pc.binary_join_element_wise(dates, times, "")


def picked(choices: tuple[str, ...], index: NDArray[np.int64]) -> Any:
    """Words by their numbers."""
    return pa.array(choices).take(pa.array(index))


def as_text(numbers: Numbers) -> Any:
    """Whole numbers as text."""
    return pa.array(numbers).cast(pa.string())


def hundredths(numbers: Numbers) -> Any:
    """`12.50` of 1250."""
    cents = picked(tuple(f"{cent:02}" for cent in range(100)), numbers % 100)
    return pc.binary_join_element_wise(as_text(numbers // 100), cents, ".")
