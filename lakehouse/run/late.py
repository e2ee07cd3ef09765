"""Sources that promised to have arrived by now."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from lakehouse.catalog import Catalog
    from lakehouse.ledger import FileRecord

ARRIVED = {"claimed", "landed", "repeated"}


def late_sources(catalog: Catalog, files: Iterable[FileRecord], *, now: datetime) -> list[str]:
    """Name each source whose newest arrival is longer ago than its `arrives_within`."""
    newest: dict[str, datetime] = {}
    for file in files:
        if file.state in ARRIVED and file.at:
            newest[file.source] = max(newest.get(file.source, file.at), file.at)
    messages = []
    for name, arrived in sorted(newest.items()):
        promise = catalog.sources[name].arrives_within_seconds if name in catalog.sources else None
        if promise is not None and (now - arrived).total_seconds() > promise:
            messages.append(
                f"{name}: newest file {arrived:%Y-%m-%d %H:%M} UTC, promised every {promise / 3600:g} hours"
            )
    return messages
