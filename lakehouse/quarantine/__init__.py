"""Rows that no rule let through: kept as delivered, with the rules they broke."""

from lakehouse.quarantine.commands import Command, act
from lakehouse.quarantine.contract import quarantine_of
from lakehouse.quarantine.discard import discard
from lakehouse.quarantine.rows import discarded_rows, quarantined_rows

__all__ = ["Command", "act", "discard", "discarded_rows", "quarantine_of", "quarantined_rows"]
