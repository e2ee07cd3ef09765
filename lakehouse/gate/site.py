"""The site of the data docs: styles and scripts, the index, and what is too old. Everything lies in one folder."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse.gate.page import Entry, entry_of, head

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta
    from importlib.resources.abc import Traversable

SITE = "data_docs"
TABLES = "tables"
"""Beside the site: pages about the tables, when somebody had them written."""
RESULTS = "validations"
PAGES = "validations"
STAMP = "%Y%m%dT%H%M%S.%fZ"
BOOTSTRAP = ("flask_bootstrap", "static/bootstrap4")
AWESOME = ("fontawesomefree", "static/fontawesomefree")
EXPECTATIONS = ("great_expectations", "render/view/static/images")
ASSETS = {
    "bootstrap.min.css": (*BOOTSTRAP, "css/bootstrap.min.css"),
    "bootstrap.min.js": (*BOOTSTRAP, "js/bootstrap.min.js"),
    "jquery.min.js": (*BOOTSTRAP, "jquery.min.js"),
    "popper.min.js": (*BOOTSTRAP, "umd/popper.min.js"),
    "fontawesome/css/all.min.css": (*AWESOME, "css/all.min.css"),
    "fontawesome/webfonts/fa-solid-900.woff2": (*AWESOME, "webfonts/fa-solid-900.woff2"),
    "fontawesome/webfonts/fa-regular-400.woff2": (*AWESOME, "webfonts/fa-regular-400.woff2"),
    "logo.png": (*EXPECTATIONS, "logo-long.png"),
    "favicon.ico": (*EXPECTATIONS, "favicon.ico"),
    "docs.css": ("lakehouse.gate", "", "docs.css"),
    "index.js": ("lakehouse.gate", "", "index.js"),
}
"""File of the site: package, folder in it, file."""


def prepare(site: Path) -> None:
    """Copy styles, scripts, fonts and images from the installed packages into the site; what is there stays.

    Our own two files are always written, so that they fit the pages.
    """
    for name, (package, folder, file) in ASSETS.items():
        target = site / "static" / name
        if package.startswith("lakehouse") or not target.exists():
            put(target, _asset(package, folder, file).read_bytes())


def _asset(package: str, folder: str, file: str) -> Traversable:
    found = files(package)
    for part in (*folder.split("/"), *file.split("/")):
        found = found.joinpath(part) if part else found
    return found


def put(target: Path, content: bytes) -> None:
    """Write a file so that no reader ever sees half of it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    unfinished.write_bytes(content)
    unfinished.replace(target)


def rebuild(site: Path) -> None:
    """Write the index from the first lines of the pages that lie there."""
    listed = (entry for entry in _entries(site) if entry.main)
    entries = sorted(listed, key=lambda entry: entry.at, reverse=True)
    tables = site.parent / TABLES / "index.html"
    put(site / "index.html", index(entries, tables=f"../{TABLES}/index.html" if tables.exists() else "").encode())


def prune(root: Path, *, keep: timedelta, now: datetime) -> int:
    """Delete results and pages older than `keep` under the root of the docs; returns how many pages went."""
    oldest = (now - keep).astimezone(UTC).strftime(STAMP)
    gone = 0
    for top in (root / RESULTS, root / SITE / PAGES):
        for folder in [folder for folder, _ in _runs(top) if folder.name < oldest]:
            gone += len(list(folder.glob("*.html")))
            shutil.rmtree(folder)
            _remove_empty(folder.parent, top)
    return gone


def _remove_empty(folder: Path, top: Path) -> None:
    """Delete `folder` and its parents below `top` as far as they are empty."""
    while folder != top and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _runs(top: Path) -> Iterator[tuple[Path, list[str]]]:
    """Yield every folder named by the time of an audit, with its files."""
    for folder, _, names in os.walk(top):
        found = Path(folder)
        if found.name[:8].isdigit() and found.name.endswith("Z"):
            yield found, names


def _entries(site: Path) -> Iterator[Entry]:
    for folder, names in _runs(site / PAGES):
        for name in names:
            if name.endswith(".html"):
                yield _entry(site, folder / name)


def _entry(site: Path, page: Path) -> Entry:
    """Return what a page says about itself; of one that never got its verdict, what its path says."""
    with page.open(encoding="utf-8") as text:
        told = entry_of(text.readline() + text.readline())
    if told:
        return told
    path = page.relative_to(site)
    *suite, run, stamp = path.parts[1:-1]
    at = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC).isoformat()
    return Entry(step=".".join(suite), run=run, at=at, path=path.as_posix())


def index(entries: list[Entry], *, tables: str = "") -> str:
    """Return the index page; its table is drawn by `index.js` from the data inside. `tables`: where those stand."""
    about = f' <a href="{tables}">All tables and sources</a>' if tables else ""
    rows = [_row(entry) for entry in entries]
    data = json.dumps(rows).replace("<", "\\u003c")
    latest = f"{escape(entries[0].run)}, {escape(entries[0].at[:16].replace('T', ' '))} UTC" if entries else "none yet"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
{head("", "Results")}</head>
<body class="index">
<header><img src="static/logo.png" alt="Great Expectations" height="40"><h1>Data quality</h1>
<p>One line per audited step. Latest run: <b>{latest}</b>.{about}</p></header>
<main><div id="results"></div><noscript>Sorting and filters need JavaScript.</noscript></main>
<script type="application/json" id="data">{data}</script>
<script src="static/index.js"></script>
</body>
</html>
"""


def _row(entry: Entry) -> dict[str, object]:
    """Return the cells of one line of the index."""
    return {
        "state": entry.state,
        "at": entry.at[:19].replace("T", " "),
        "step": entry.step,
        "run": entry.run,
        **{name: entry.books.get(name) for name in ("read", "published", "quarantined", "duplicate", "superseded")},
        "broken": ", ".join(entry.broken),
        "path": entry.path,
    }
