"""`business.yaml` as the frozen Business: the type of each default says how its word is read."""

from __future__ import annotations

from dataclasses import Field, fields, is_dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from lakehouse.business import Business
from lakehouse.settings import text
from lakehouse.settings.part import Part

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from lakehouse.errors import Problem


def read_business(conf: Path, known: Mapping[str, str], problems: list[Problem]) -> Business:
    """Return what `business.yaml` says; what it leaves out keeps its default."""
    file = f"{conf.name}/business.yaml"
    part = Part(text.read(conf / "business.yaml", file, problems), lambda _: file, problems)
    part = replace(part, words=text.filled(part.words, known, part.wrong))
    found: Business = decided(part, Business())
    return found


def decided(part: Part, default: Any) -> Any:
    """Return the frozen value `default` with what `part` says. What is read well is asked whether it can be meant."""
    names = tuple(field.name for field in fields(default))
    before = len(part.problems)
    part.only(names)
    found = replace(
        default, **{field.name: like(part, field, getattr(default, field.name)) for field in fields(default)}
    )
    if len(part.problems) == before and hasattr(found, "mistakes"):
        for key, what in found.mistakes():
            part.wrong(key, what)
    return found


def like(part: Part, field: Field[Any], default: Any) -> Any:
    """Read one word the way its default looks."""
    name = field.name
    if is_dataclass(default):
        return decided(part.part(name), default)
    if isinstance(default, bool):
        return part.flag(name, default)
    if isinstance(default, int):
        return part.whole(name, default)
    if isinstance(default, Decimal):
        return decimal_of(part, name, default)
    if isinstance(default, tuple):
        return part.texts(name) or default
    if isinstance(default, dict):
        return entries(part, field) if part.has(name) else default
    return part.text(name, default)


def entries(part: Part, field: Field[Any]) -> dict[str, Any]:
    """Return a map whose keys are free: names to numbers where the field says so, else to texts."""
    named = part.part(field.name)
    if "Decimal" in str(field.type):
        return {name: decimal_of(named, name, Decimal(0)) for name in named.words}
    return dict(named.by_word())


def decimal_of(part: Part, name: str, default: Decimal) -> Decimal:
    """Return a number, or `default` when nothing stands there."""
    try:
        found = Decimal(part.text(name, str(default)))
    except InvalidOperation:
        found = Decimal("NaN")
    if found.is_finite():
        return found
    part.wrong(name, f"{part.text(name)!r} is not a number")
    return default
