"""Decisions as the rows that record them."""

from __future__ import annotations

import getpass
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True)
class Decision:
    """What was decided, why, when and by whom; it may be about many rows."""

    action: str
    note: str
    at: datetime
    actor: str = field(default_factory=getpass.getuser)
    values: str = ""
    """Corrected text by column, as JSON."""

    def event(
        self, source: str, *, table: str = "", batch_id: int | None = None, row_id: int | None = None, file: str = ""
    ) -> dict[str, Any]:
        """Return the row of `app.quarantine_actions` that records it of a row, a batch or a file of a source."""
        place = {"table": table, "source": source, "batch_id": batch_id, "row_id": row_id, "file": file}
        return {"event_id": uuid.uuid4().hex} | place | vars(self)
