"""Pages about every table and source: contract, rules, lineage, last runs and release. No Spark, no request."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse.docs.frame import AUDITS
from lakehouse.docs.index import index_page
from lakehouse.docs.known import Known, look
from lakehouse.docs.sources import source_page
from lakehouse.docs.tables import table_page
from lakehouse.gate import site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lakehouse.catalog import Catalog
    from lakehouse.settings import Settings

__all__ = ["write"]

STYLES = {"docs.css": "lakehouse.gate", "tables.css": "lakehouse.docs", "tables.js": "lakehouse.docs"}
"""File of the pages' look: the package that it comes from."""


def write(settings: Settings, catalog: Catalog) -> Path:
    """Write `<docs>/tables/`, one page per table and source and an index, and return the index.

    Pages of tables that are no more are deleted; the index of the data docs gets a link.
    """
    root = Path(settings.roots.docs)
    folder = root / site.TABLES
    pages = dict(pages_of(look(settings, catalog)))
    for name, package in STYLES.items():
        site.put(folder / "static" / name, files(package).joinpath(name).read_bytes())
    unknown = "" if (root / site.SITE / "index.html").exists() else AUDITS
    for name, page in pages.items():
        site.put(folder / name, page.replace(unknown, "").encode())
    for stale in set(folder.glob("*.html")) - {folder / name for name in pages}:
        stale.unlink()
    if (root / site.SITE).exists():
        site.rebuild(root / site.SITE)
    return folder / "index.html"


def pages_of(known: Known) -> Iterator[tuple[str, str]]:
    """Yield the file name and text of every page."""
    yield "index.html", index_page(known)
    for table in known.tables.values():
        yield f"{table.name}.html", table_page(table, known)
    for source in known.catalog.sources.values():
        yield f"source.{source.name}.html", source_page(source, known)
