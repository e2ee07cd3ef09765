"""A small drawing: what a table is made from and who reads it, as SVG that stands in the page."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BOX, HIGH, GAP, BETWEEN = 264, 32, 10, 86
MARGIN = 4
LETTER = 7.4
"""Width of a letter at the drawing's size, as far as it can be told without a browser."""


@dataclass(frozen=True)
class Node:
    """A box of the drawing: a table or source, its page, and whether it only judges."""

    name: str
    page: str = ""
    is_judge: bool = False
    """Rules look into it; no row comes from it."""

    @property
    def layer(self) -> str:
        """`silver` of `silver.sales`; sources are a layer of their own."""
        return self.name.partition(".")[0] if "." in self.name else "source"


def drawing(here: Node, *, before: Sequence[Node], after: Sequence[Node]) -> str:
    """Return the drawing: `before` on the left, `here` in the middle, `after` on the right."""
    columns = [list(before), [here], list(after)]
    most = max(map(len, columns))
    high = most * (HIGH + GAP) - GAP + 2 * MARGIN
    wide = 3 * BOX + 2 * BETWEEN + 2 * MARGIN
    middle = high / 2
    placed = [[(node, x_of(place), top) for node, top in stacked(nodes, middle)] for place, nodes in enumerate(columns)]
    lines = [line(x + BOX, top, to=x_of(1), middle=middle, node=node) for node, x, top in placed[0]]
    lines += [line(x_of(1) + BOX, middle - HIGH / 2, to=x, middle=top + HIGH / 2) for _, x, top in placed[2]]
    boxes = [box(node, x, top, is_here=node is here) for column in placed for node, x, top in column]
    told = f"{here.name} comes from {names(before)}; it is read by {names(after)}"
    return (
        f'<svg class="lineage" viewBox="0 0 {wide} {high:g}" style="max-width:{wide}px" role="img" '
        f'aria-label="{escape(told)}">{"".join(lines)}{"".join(boxes)}</svg>'
    )


def names(nodes: Sequence[Node]) -> str:
    """Name the nodes."""
    return ", ".join(node.name for node in nodes) or "nothing"


def x_of(place: int) -> int:
    """Return where a column of boxes begins."""
    return MARGIN + place * (BOX + BETWEEN)


def stacked(nodes: Sequence[Node], middle: float) -> Iterator[tuple[Node, float]]:
    """Yield each box with its upper edge, the whole column around the middle."""
    high = len(nodes) * (HIGH + GAP) - GAP
    for place, node in enumerate(nodes):
        yield node, middle - high / 2 + place * (HIGH + GAP)


def line(start: float, top: float, *, to: float, middle: float, node: Node | None = None) -> str:
    """Return a curve from the right of one box to the left of another; dashed where rules look and no row comes."""
    begin, bend = top + HIGH / 2, (start + to) / 2
    kind = ' class="judge"' if node and node.is_judge else ""
    return f'<path{kind} d="M{start:g},{begin:g} C{bend:g},{begin:g} {bend:g},{middle:g} {to:g},{middle:g}"/>'


def box(node: Node, left: float, top: float, *, is_here: bool) -> str:
    """Return one box with its name, linked to its page."""
    shown = node.name if len(node.name) * LETTER < BOX - 24 else f"{node.name[: int((BOX - 34) / LETTER)]}…"
    kind = f"box {node.layer}{' here' if is_here else ''}"
    drawn = (
        f'<g class="{kind}"><title>{escape(node.name)}</title>'
        f'<rect x="{left:g}" y="{top:g}" width="{BOX}" height="{HIGH}" rx="7"/>'
        f'<rect class="mark" x="{left:g}" y="{top + 7:g}" width="4" height="{HIGH - 14}" rx="2"/>'
        f'<text x="{left + 16:g}" y="{top + HIGH / 2 + 4.5:g}">{escape(shown)}</text></g>'
    )
    return f'<a href="{escape(node.page)}">{drawn}</a>' if node.page and not is_here else drawn
