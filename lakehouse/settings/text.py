"""YAML files as plain text: maps, lists and words exactly as a person wrote them, nothing guessed."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import yaml

from lakehouse.errors import Problem
from lakehouse.settings.part import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Node = str | list["Node"] | dict[str, "Node"] | None
"""What YAML can say; None stands for a word followed by nothing."""

Wrong = Callable[..., None]
"""Keeps one mistake: key, what is wrong and, where one is near, the word that was meant."""

REFERENCE = re.compile(r"\$\{([^}]*)\}")


class _TextLoader(yaml.BaseLoader):
    """Leaves every scalar text: `NO`, `00123` and `1.0` are product codes as often as they are anything else."""

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Refuse aliases: a file that refers to itself has no end, and one that does not is easier to read."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.MarkedYAMLError(
                problem="an alias (*name) stands here; write the value itself", problem_mark=mark
            )
        return super().compose_node(parent, index)


def read(path: Path, file: str, problems: list[Problem]) -> dict[str, Node]:
    """Read one YAML file as a map of text; what is wrong with it is added to `problems` under the name `file`."""
    try:
        node = _TextLoader(path.read_bytes()).get_single_node()
    except OSError as error:
        problems.append(Problem(file, "file", f"cannot be read: {error.strerror}"))
    except yaml.YAMLError as error:
        problems.append(_syntax(file, error))
    else:
        if isinstance(node, yaml.MappingNode):
            return _map(node, "", lambda key, what: problems.append(Problem(file, key, what)))
        if node is not None:
            problems.append(Problem(file, "file", "holds no words; it starts with `word: value`"))
    return {}


def _syntax(file: str, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    place = f"line {mark.line + 1}" if mark else "file"
    return Problem(file, place, f"is not YAML: {getattr(error, 'problem', None) or ' '.join(str(error).split())}")


def _plain(node: yaml.Node, key: str, wrong: Wrong) -> Node:
    if isinstance(node, yaml.MappingNode):
        return _map(node, key, wrong)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, f"{key}[{number}]", wrong) for number, item in enumerate(node.value)]
    empty = node.value == "" and not getattr(node, "style", None)  # quotes say that the empty text is meant
    return None if empty else str(node.value)


def _map(node: yaml.MappingNode, key: str, wrong: Wrong) -> dict[str, Node]:
    words: dict[str, Node] = {}
    for word_node, value in node.value:
        line = word_node.start_mark.line + 1
        if not isinstance(word_node, yaml.ScalarNode):
            wrong(key or "file", f"has a word that is not text in line {line}")
            continue
        word = str(word_node.value)
        here = dotted(key, word)
        if word in words:
            wrong(here, f"is written twice, again in line {line}")
        words[word] = _plain(value, here, wrong)
    return words


def dotted(key: str, word: str) -> str:
    """`map.order_id` of `map` and `order_id`."""
    return f"{key}.{word}" if key else word


def merge(base: Mapping[str, Node], over: Mapping[str, Node]) -> dict[str, Node]:
    """Return `base` with what `over` says: maps by key, lists and words replaced; an empty word changes no map."""
    merged = dict(base)
    for word, value in over.items():
        known = merged.get(word)
        if isinstance(known, dict) and isinstance(value, dict):
            merged[word] = merge(known, value)
        elif not (isinstance(known, dict) and value is None):
            merged[word] = value
    return merged


def keys(words: Mapping[str, Node], key: str = "") -> Iterator[str]:
    """Every dotted key in `words`, those of maps included."""
    for word, value in words.items():
        here = dotted(key, word)
        yield here
        if isinstance(value, dict):
            yield from keys(value, here)


def filled(words: Mapping[str, Node], known: Mapping[str, str], wrong: Wrong, *, key: str = "") -> dict[str, Node]:
    """Return `words` with `${env:NAME}` and `${<name of known>}` replaced wherever they stand in a value."""
    return {word: _filled(node, dotted(key, word), known=known, wrong=wrong) for word, node in words.items()}


def _filled(node: Node, key: str, *, known: Mapping[str, str], wrong: Wrong) -> Node:
    if isinstance(node, dict):
        return filled(node, known, wrong, key=key)
    if isinstance(node, list):
        return [_filled(item, f"{key}[{number}]", known=known, wrong=wrong) for number, item in enumerate(node)]
    return node and REFERENCE.sub(lambda found: _value(found, key, known=known, wrong=wrong), node)


def _value(found: re.Match[str], key: str, *, known: Mapping[str, str], wrong: Wrong) -> str:
    name = found.group(1)
    variable = name.removeprefix("env:")
    if name in known:
        return known[name]
    if variable == name:
        choices = [f"${{{root}}}" for root in known]
        wrong(
            key,
            f"{found.group()} names no root; only a root or ${{env:NAME}} is replaced",
            nearest(found.group(), choices),
        )
    elif variable not in os.environ:
        wrong(key, f"the environment variable {variable} is not set")
    return os.environ.get(variable, "") if variable != name else ""
