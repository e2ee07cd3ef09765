"""Rows that no rule let through: kept as delivered, with the rules they broke and what people decided."""

from lakehouse.quarantine.commands import ACTIONS, Command, act
from lakehouse.quarantine.contract import quarantine_of
from lakehouse.quarantine.decisions import AGREED, GIVEN_UP, HELD, fixes_of, newest_decisions
from lakehouse.quarantine.discard import discard
from lakehouse.quarantine.events import Decision
from lakehouse.quarantine.pending import JUDGED_AGAIN, Pending, pending, without_pending
from lakehouse.quarantine.rows import ROW, discarded_rows, quarantined_rows

__all__ = [
    "ACTIONS",
    "AGREED",
    "GIVEN_UP",
    "HELD",
    "JUDGED_AGAIN",
    "ROW",
    "Command",
    "Decision",
    "Pending",
    "act",
    "discard",
    "discarded_rows",
    "fixes_of",
    "newest_decisions",
    "pending",
    "quarantine_of",
    "quarantined_rows",
    "without_pending",
]
