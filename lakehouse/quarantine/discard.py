"""Give up a batch or a file that no repair is expected for, so that what was held with it can go on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lakehouse import ledger
from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.errors import LakehouseError
from lakehouse.quarantine.events import Decision

if TYPE_CHECKING:
    from lakehouse.lake import Lake
    from lakehouse.ledger import FileRecord


def discard(
    lake: Lake, what: str, *, source: str = "", note: str = "", dry_run: bool = False
) -> tuple[FileRecord, ...]:
    """Discard the landed files of a batch (`shop_sales:3`, or `3` with a source) or those whose name ends with `what`.

    Their rows become quarantined with status `waived` at the next run. Raises LakehouseError when nothing is meant,
    or when a step judges it now.
    """
    found = tuple(file for file in _waiting(lake) if _is_meant(file, what, source))
    _refuse_judged_now(lake, found)
    if not found:
        known = ", ".join(sorted({f"{f.source}:{f.batch_id}" for f in _waiting(lake)})) or "none"
        raise LakehouseError(f"no waiting batch or file is called {what!r}. Batches that wait: {known}")
    if not dry_run:
        decision = Decision("discard", note, ledger.now())
        events = [decision.event(file.source, batch_id=file.batch_id, file=file.path) for file in found]
        lake.append(quarantine_actions, events)
        ledger.note_files(lake, [replace(file, state="discarded", reason=note or "discarded") for file in found])
    return found


def _refuse_judged_now(lake: Lake, found: tuple[FileRecord, ...]) -> None:
    """Raise LakehouseError for a file that an unfinished step has claimed: it is published as it was audited."""
    for record in ledger.steps(lake):
        claimed = {} if record.is_finished else record.inputs.get("batches", {})
        for file in found:
            if file.batch_id in claimed.get(file.source, ()):
                judged = f"{file.source}:{file.batch_id} is being judged by {record.name} of run {record.run_id}"
                raise LakehouseError(f"{judged}; nothing was discarded. Let jobs/run.py --resume end it first")


def _waiting(lake: Lake) -> list[FileRecord]:
    """Files that lie in Bronze and that no finished step has judged."""
    done = [record for record in ledger.steps(lake) if record.state == "done"]
    consumed = {(s, b) for record in done for s, batches in record.inputs.get("batches", {}).items() for b in batches}
    return [f for f in ledger.files(lake) if f.state == "landed" and (f.source, f.batch_id) not in consumed]


def _is_meant(file: FileRecord, what: str, source: str) -> bool:
    batches = {f"{file.source}:{file.batch_id}"} | ({str(file.batch_id)} if source == file.source else set())
    is_file = file.path == what or file.path.endswith(f"/{what}")
    return what in batches or (is_file and source in ("", file.source))
