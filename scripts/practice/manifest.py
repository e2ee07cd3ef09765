"""What was delivered and what a lake must make of it, as frozen values and as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class FileRows:
    """One landing file, relative to the landing folder, and the rows in it."""

    path: str
    rows: int


@dataclass(frozen=True)
class Control:
    """Sums over published lines of one month and region; `net_amount` in dollars with four decimals, as text."""

    month: str
    region: str
    lines: int
    units: int
    net_amount: str


@dataclass(frozen=True)
class Expected:
    """Everything that is known of one source's delivery. read = published + quarantined + duplicate + superseded."""

    source: str
    table: str
    files: tuple[FileRows, ...]
    planted: Mapping[str, int]
    """Rows by kind of defect, plain ones under `plain`; of customers, products and suppliers the keys of each kind."""
    read: int
    published: int
    quarantined: int
    duplicate: int
    superseded: int
    replaced: int = 0
    """Rows of earlier deliveries that give way; outside the balance."""
    quarantined_by: Mapping[str, int] = field(default_factory=dict)
    """By rule id. A row may break several, so they add up to more than `quarantined`."""
    corrected: Mapping[str, int] = field(default_factory=dict)
    warned: Mapping[str, int] = field(default_factory=dict)
    control: tuple[Control, ...] = ()
    """Of the lines that this delivery publishes."""
    given_way: tuple[Control, ...] = ()
    """Of the lines of earlier deliveries that they replace: after it, the lake holds before + control − given_way."""

    @property
    def net_amount(self) -> Decimal:
        """Sum over `control`, in dollars."""
        return sum((Decimal(part.net_amount) for part in self.control), Decimal("0.0000"))

    @property
    def units(self) -> int:
        """Sum over `control`."""
        return sum(part.units for part in self.control)


@dataclass(frozen=True)
class UnusualDay:
    """A day on which one region or category sold far more or far less than usual."""

    day: str
    dimension: str
    """`region` or `category`."""
    member: str
    kind: str
    """`spike` or `drop`."""
    factor: float
    """Lines of the day ÷ its usual lines."""


@dataclass(frozen=True)
class Manifest:
    """One delivery of the practice business."""

    system: str
    seed: int
    lines: int
    """Rows of order lines in the first delivery, repeats and corrections included."""
    increment: int
    """0 for the first delivery, then 1, 2, …"""
    sources: tuple[Expected, ...]
    unusual: tuple[UnusualDay, ...] = ()
    """Planted in the first delivery."""

    def source(self, name: str) -> Expected:
        """Return what is expected of one source; KeyError if this delivery has no file of it."""
        for source in self.sources:
            if source.source == name:
                return source
        raise KeyError(name)

    def write(self, path: Path) -> None:
        """Write it as JSON; the same manifest gives the same bytes."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")


def read(path: Path) -> Manifest:
    """Read back what `Manifest.write` wrote."""
    told = json.loads(path.read_text(encoding="utf-8"))
    sources = tuple(_expected(source) for source in told["sources"])
    unusual = tuple(UnusualDay(**each) for each in told.get("unusual", ()))
    return Manifest(**told | {"sources": sources, "unusual": unusual})


def _expected(told: Mapping[str, Any]) -> Expected:
    return Expected(
        **{
            **told,
            "files": tuple(FileRows(**each) for each in told["files"]),
            "control": tuple(Control(**each) for each in told["control"]),
            "given_way": tuple(Control(**each) for each in told["given_way"]),
        }
    )
