"""One result page: free of outside requests, severities readable, with a panel that says what the gate decided."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Mapping

STYLES = ("bootstrap.min.css", "fontawesome/css/all.min.css", "docs.css")
SCRIPTS = ("jquery.min.js", "popper.min.js", "bootstrap.min.js")
PLACE = "<!--panel-->"
RECORD = "<!--gate "
CUTS = (
    re.compile(r"<script[^>]*\ssrc=[^>]*>\s*</script>"),
    re.compile(r"<link[^>]*>"),
    re.compile(r"<footer.*?</footer>", re.DOTALL),
    re.compile(r"/\* some css overrides for dark mode\*/.*?(?=</style>)", re.DOTALL),
    re.compile(r"<title>.*?</title>", re.DOTALL),
)
SUITE_LINK = re.compile(r'<a href="[./]*expectations/[^"]*"\s*>(.*?)</a>')
LOGO = re.compile(r'src="https://[^"]*logo-long\.png[^"]*"')
COLUMN = re.compile(r'<div class="col-md-10[^"]*">')
SEVERITY = re.compile(r"\[(block|quarantine|warn)\] ")
NO_ASSET = "Data asset: None"
STATUS = re.compile(r"Status:(</span>\s*<i[^>]*></i>\s*)(Succeeded|Failed)")
MET = {"Succeeded": "all met", "Failed": "not all met; what that means is decided by severity, see above"}


@dataclass(frozen=True)
class Entry:
    """What the index says about one result page."""

    step: str
    run: str
    at: str
    """Time of the audit, ISO 8601 in UTC."""
    state: str = "unfinished"
    books: Mapping[str, int] = field(default_factory=dict)
    broken: tuple[str, ...] = ()
    """Rules that were broken."""
    reasons: tuple[str, ...] = ()
    path: str = ""
    """Relative to the index."""
    main: bool = True
    """Whether the index lists it; further pages of a step are linked from its main page."""


def localised(html: str, *, to_root: str, title: str, names: Mapping[str, str]) -> str:
    """Return the page of Great Expectations with local styles, scripts and logo, relative to `to_root`.

    `names` gives helper columns the name of their rule.
    """
    for cut in CUTS:
        html = cut.sub("", html)
    html = SUITE_LINK.sub(r"<b>\1</b>", html)
    html = LOGO.sub(f'src="{to_root}static/logo.png"', html)
    html = html.replace(NO_ASSET, f"Data asset: <b>{escape(title)}</b>")
    html = STATUS.sub(lambda found: f"Expectations:{found[1]}{MET[found[2]]}", html)
    html = SEVERITY.sub(r'<span class="severity \1">\1</span> ', html)
    for column, rule in names.items():
        html = re.sub(rf"(>\s*){re.escape(column)}(\s*<)", lambda found, rule=rule: found[1] + rule + found[2], html)  # type: ignore[misc]
    html = html.replace("<html>", '<html lang="en">', 1).replace("</head>", f"{head(to_root, title)}</head>", 1)
    return COLUMN.sub(lambda found: found[0] + PLACE, html, count=1)


def head(to_root: str, title: str) -> str:
    """Return title, styles and scripts of a page."""
    styles = [f'<link rel="stylesheet" href="{to_root}static/{name}">' for name in STYLES]
    scripts = [f'<script src="{to_root}static/{name}"></script>' for name in SCRIPTS]
    icon = f'<link rel="icon" href="{to_root}static/favicon.ico">'
    return "\n".join([f"<title>{escape(title)} · data quality</title>", icon, *styles, *scripts, ""])


def with_panel(html: str, entry: Entry, others: Mapping[str, str]) -> str:
    """Put what the gate decided into a page; `others` are further pages of the step, by their name."""
    to_root = "../" * entry.path.count("/")
    told = f"<!DOCTYPE html>\n{RECORD}{_hidden(entry)}-->\n" + html.removeprefix("<!DOCTYPE html>").lstrip()
    return told.replace(PLACE, panel(entry, to_root, others), 1)


def panel(entry: Entry, to_root: str, others: Mapping[str, str]) -> str:
    """Return the panel: step, run, books, verdict and why, links."""
    books = "".join(f"<dt>{escape(name)}</dt><dd>{count:,}</dd>" for name, count in entry.books.items())
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in entry.reasons)
    further = "".join(f' · <a href="{to_root}{quote(path)}">{escape(name)}</a>' for name, path in others.items())
    return (
        f'<section class="gate-panel {entry.state}" aria-label="What the gate decided">'
        f'<p class="links"><a href="{to_root}index.html">All results</a>{further}</p>'
        f'<h1>{escape(entry.step)} <span class="state {entry.state}">{entry.state}</span></h1>'
        f'<p class="run">Run <b>{escape(entry.run)}</b>, {escape(entry.at[:19].replace("T", " "))} UTC</p>'
        f'<dl class="books">{books}</dl>' + (f"<ul>{reasons}</ul>" if reasons else "") + "</section>"
    )


def _hidden(entry: Entry) -> str:
    """Return `entry` as JSON that can stand in an HTML comment."""
    return json.dumps(asdict(entry)).replace("-", "\\u002d").replace("<", "\\u003c").replace(">", "\\u003e")


def entry_of(lines: str) -> Entry | None:
    """Read back what `with_panel` wrote into the first lines of a page; None when it has no panel."""
    found = lines.partition(RECORD)[2].partition("-->")[0]
    if not found:
        return None
    told: dict[str, Any] = json.loads(found)
    return Entry(**told | {"broken": tuple(told["broken"]), "reasons": tuple(told["reasons"])})
