"""`base.yaml` <- `<env>.yaml` <- `--set`, and `business.yaml`, as one frozen Settings."""

from __future__ import annotations

import os
import re
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse.errors import Problem
from lakehouse.settings import text
from lakehouse.settings.business import decimal_of, read_business
from lakehouse.settings.fingerprint import fingerprint
from lakehouse.settings.part import Part, nearest
from lakehouse.settings.values import OnResult, Retention, Roots, Settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from lakehouse.settings.text import Node

WORDS = ("roots", "spark", "retention", "on_result", "zone", "as_of", "rebuild_above")
ROOTS = tuple(field.name for field in fields(Roots))
NOT_ENVIRONMENTS = {"base", "business"}
COMMAND_LINE = "--set"


def read_settings(conf: Path, env: str, overrides: Mapping[str, str]) -> tuple[Settings, tuple[Problem, ...]]:
    """Return the settings as far as they can be read, and every mistake in them."""
    problems: list[Problem] = []
    conf = Path(os.path.abspath(conf))  # noqa: PTH100 - resolve() would follow a link out of the project
    words, places = _layers(conf, env, overrides, problems=problems)
    default = f"{conf.name}/base.yaml"
    top = Part(words, lambda key: _place(places, key) or default, problems)
    roots = _roots(top, conf.parent)
    known = {name: getattr(roots, name) for name in ROOTS}
    rest = {word: value for word, value in words.items() if word != "roots"}
    top = replace(top, words=text.filled(rest, known, top.wrong))
    settings = Settings(
        env=env,
        conf=str(conf),
        roots=roots,
        spark=_spark(top.part("spark")),
        retention=_retention(top.part("retention").only(_names(Retention))),
        on_result=_on_result(top.part("on_result").only(_names(OnResult))),
        business=read_business(conf, known, problems),
        zone=top.zone("zone", "UTC"),
        as_of=_as_of(top),
        rebuild_above=_share(top, "rebuild_above", Settings.rebuild_above),
    )
    top.only(WORDS)
    judged = fingerprint([settings.business, settings.zone, settings.as_of])
    return replace(settings, hash=judged), tuple(problems)


def _layers(
    conf: Path, env: str, overrides: Mapping[str, str], *, problems: list[Problem]
) -> tuple[dict[str, Node], dict[str, str]]:
    """Return the merged words of all layers, and for each dotted key the layer that says it last."""
    words: dict[str, Node] = {}
    places: dict[str, str] = {}
    layers = {f"{conf.name}/base.yaml": text.read(conf / "base.yaml", f"{conf.name}/base.yaml", problems)}
    known = {path.stem for path in conf.glob("*.yaml")} - NOT_ENVIRONMENTS
    file = f"{conf.name}/{env}.yaml"
    if env in known:
        layers[file] = text.read(conf / f"{env}.yaml", file, problems)
    else:
        problems.append(Problem(file, "--env", f"there is no environment {env!r}", nearest(env, known)))
    layers[COMMAND_LINE] = _tree(overrides)
    for file, layer in layers.items():
        words = text.merge(words, layer)
        places.update(dict.fromkeys(text.keys(layer), file))
    return words, places


def _tree(overrides: Mapping[str, str]) -> dict[str, Node]:
    """`roots.landing=X` as a map in a map; what follows `spark` is one name, which Spark begins with `spark.` too."""
    words: dict[str, Node] = {}
    for key, value in overrides.items():
        first, _, rest = key.partition(".")
        steps = rest.split(".")
        if first == "spark" and rest:
            steps = [rest if rest.startswith("spark.") else key]
        one: Node = value
        for step in reversed([first, *(step for step in steps if step)]):
            one = {step: one}
        if isinstance(one, dict):
            words = text.merge(words, one)
    return words


def _place(places: Mapping[str, str], key: str) -> str:
    """Return the file of a key, or of the closest map around it."""
    while key and key not in places:
        key = key.rpartition(".")[0]
    return places.get(key, "")


def _names(value: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(value))


def absolute(path: str, home: Path) -> str:
    """Return `path` as seen from the folder `home`; an object-store address stays as it is."""
    return path if "://" in path else os.path.normpath(home / path)


def _roots(top: Part, home: Path) -> Roots:
    part = top.part("roots").only(ROOTS, kind="root")
    found = text.filled({name: part.text(name, f"var/{name}") for name in ROOTS}, {}, top.wrong, key="roots")
    return Roots(**{name: absolute(str(path), home) for name, path in found.items()})


def _spark(part: Part) -> dict[str, str]:
    for name in part.words:
        if not name.startswith("spark."):
            part.wrong(name, "is no Spark setting; their names begin with 'spark.'", f"spark.{name}")
    return dict(part.by_word())


def _retention(part: Part) -> Retention:
    default = Retention()
    return Retention(**{name: part.whole(name, getattr(default, name), least=1) for name in _names(Retention)})


def _on_result(part: Part) -> OnResult:
    post = part.text("post")
    if post and not re.match(r"https?://\S+$", post):
        part.wrong("post", f"{post!r} is no address that begins with http:// or https://")
    return OnResult(command=part.texts("command"), post=post)


def _as_of(top: Part) -> str:
    found = top.text("as_of", "today")
    if found in ("today", "data"):
        return found
    try:
        return date.fromisoformat(found).isoformat()
    except ValueError:
        top.wrong(
            "as_of", f"{found!r} is neither today, data nor a day like 2024-03-01", nearest(found, ("today", "data"))
        )
        return "today"


def _share(top: Part, name: str, default: Decimal) -> Decimal:
    found = decimal_of(top, name, default)
    if not 0 <= found <= 1:
        top.wrong(name, f"{found} is no share; it lies between 0 and 1")
    return found
