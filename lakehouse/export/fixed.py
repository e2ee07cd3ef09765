"""Which columns of a traced line people put right, so that its value is not what was delivered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.lake import literal
from lakehouse.quarantine import quarantine_of

if TYPE_CHECKING:
    from lakehouse.export.trace import Trace

    Fixed = dict[tuple[str, int, int], list[str]]

TAKEN_UP = """
    JOIN q ON q.source = l.source AND q._batch_id = l._batch_id AND q._row_id = l._row_id
    JOIN a newest ON newest.event_id = q.decision
    JOIN a f ON f.source = l.source AND f.batch_id = l._batch_id AND f.row_id = l._row_id
    WHERE f."table" = {table} AND f.action = 'fix'
    AND (f."at" < newest."at" OR (f."at" = newest."at" AND f.event_id <= newest.event_id))
    ORDER BY f."at", f.event_id
"""


def fixed_columns(trace: Trace) -> Fixed:
    """Return `<column>.fix` for each text that a person gave and a run took up, by source, batch and row."""
    lake, lines = trace.lake, trace.lines.table.name
    held = quarantine_of(lines).name
    if not (lake.exists(quarantine_actions.name) and lake.exists(held)) or "decision" not in lake.columns(held):
        return {}
    more = TAKEN_UP.format(table=literal(lines))
    rows = trace.ask('l.source, l._batch_id, l._row_id, f."values"', more=more, q=held, a=quarantine_actions.name)
    found: dict[tuple[str, int, int], dict[str, None]] = {}
    for row in rows.to_pylist():
        place = (row["source"], row["_batch_id"], row["_row_id"])
        found.setdefault(place, {}).update(dict.fromkeys(json.loads(row["values"])))
    return {place: [f"{column}.fix" for column in columns] for place, columns in found.items()}
