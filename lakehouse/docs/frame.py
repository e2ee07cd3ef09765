"""The frame of a page, and the few pieces of HTML that all pages are made of."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

AUDITS = '<a href="../data_docs/index.html">Audits</a>'
NONE = '<span class="none">–</span>'


def page(title: str, body: str, *, script: bool = False) -> str:
    """Return a whole page; it asks for nothing outside its own folder."""
    scripts = '<script src="static/tables.js"></script>' if script else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<title>{escape(title)} · tables</title>
<link rel="stylesheet" href="static/docs.css">
<link rel="stylesheet" href="static/tables.css">
</head>
<body class="tables">
<nav class="crumbs"><a href="index.html">All tables</a>{AUDITS}</nav>
{body}{scripts}
</body>
</html>
"""


def section(title: str, body: str, *, note: str = "") -> str:
    """Return a titled part of a page; nothing when there is nothing in it."""
    told = f'<p class="note">{note}</p>' if note else ""
    return f"<section><h2>{escape(title)}</h2>{told}{body}</section>\n" if body else ""


def grid(heads: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[str] = ()) -> str:
    """Return a table of cells that are HTML already; columns named in `numbers` end in line."""
    lines = list(rows)
    if not lines:
        return ""
    kinds = [' class="number"' if head in numbers else "" for head in heads]
    top = "".join(f"<th{kind}>{escape(head)}</th>" for head, kind in zip(heads, kinds, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{cell}</td>" for cell, kind in zip(line, kinds, strict=True)) + "</tr>\n"
        for line in lines
    )
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>\n{body}</tbody></table></div>'


def facts(told: Mapping[str, str]) -> str:
    """Return what is told as terms, each with HTML; empty ones are left out."""
    listed = "".join(f"<div><dt>{escape(term)}</dt><dd>{said}</dd></div>" for term, said in told.items() if said)
    return f'<dl class="facts">{listed}</dl>'


def code(text: str) -> str:
    """Return text as it is written in code; nothing for none."""
    return f"<code>{escape(text)}</code>" if text else ""


def state(word: str) -> str:
    """Return a state as a chip whose colour says how good it is."""
    kinds = {"done": "passed", "passed": "passed", "failed": "broken", "errored": "broken", "warned": "warned"}
    return f'<span class="state {kinds.get(word, word)}">{escape(word)}</span>' if word else NONE


def severity(word: str) -> str:
    """Return the severity of a rule as a chip."""
    return f'<span class="severity {word}">{escape(word)}</span>'


def moment(at: datetime | None) -> str:
    """Return a moment to the minute, in UTC."""
    return f'<span class="at">{at:%Y-%m-%d %H:%M} UTC</span>' if at else NONE


def count(number: int | None) -> str:
    """Return a count with its thousands apart."""
    return NONE if number is None else f"{number:,}"


def link(name: str, text: str = "") -> str:
    """Return a link to the page of a table or source (`source.shop_sales`)."""
    return f'<a href="{escape(name)}.html">{escape(text or name)}</a>'


def paragraphs(text: str) -> str:
    """Return text with its paragraphs; words in backticks become code."""
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    return "".join(f"<p>{ticked(' '.join(block.split()))}</p>" for block in blocks)


def ticked(text: str) -> str:
    """Return escaped text whose words in backticks are code."""
    parts = escape(text).split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(parts))
