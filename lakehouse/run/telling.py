"""What a run says: a line per step, a closing table, or one JSON object per line."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from lakehouse import ledger
from lakehouse.plan import aligned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lakehouse.ledger import StepRecord

COUNTS = ("read", "published", "quarantined", "duplicate", "superseded", "held")
HEAD = ("step", "state", *COUNTS, "seconds")


@dataclass(frozen=True)
class Teller:
    """Tells a person, or a log collector, what happens."""

    as_json: bool = False

    def say(self, text: str, **facts: Any) -> None:
        """Print one line."""
        line = {"at": ledger.now().isoformat(), "message": text, **facts} if self.as_json else text
        print(json.dumps(line, default=str) if self.as_json else line, flush=True)

    def begin(self, name: str, reason: str, *, place: int, of: int) -> None:
        """Say that a step begins; long steps are never silent."""
        self.say(f"[{place}/{of}] {name}: {reason}", event="step_begins", step=name, reason=reason)

    def end(self, record: StepRecord) -> None:
        """Say how a step ended; a JSON log gets its books."""
        if self.as_json:
            facts = {
                "books": asdict(record.books),
                "state": record.state,
                "seconds": record.seconds,
                "error": record.error,
            }
            self.say(f"{record.name}: {record.state}", event="step_ends", step=record.name, **facts)
        elif record.state == "failed":
            self.say(f"        failed: {record.error}")

    def summary(self, records: Sequence[StepRecord]) -> None:
        """Print the closing table; a JSON log has it line by line already."""
        if not self.as_json and records:
            self.say("\n" + closing_table(records))

    def problem(self, text: str) -> None:
        """Print a message that a person must read, on standard error."""
        print(json.dumps({"error": text}) if self.as_json else text, file=sys.stderr, flush=True)


def closing_table(records: Sequence[StepRecord]) -> str:
    """Render one line per step: what was read and what became of it."""
    rows = [(r.name, r.state, *(f"{getattr(r.books, c):,}" for c in COUNTS), f"{r.seconds:.1f}") for r in records]
    return aligned([HEAD, *rows], right=range(2, len(HEAD)))
