"""The gate between layers: stage a step, audit it, decide; the only user of Great Expectations."""

from __future__ import annotations

from lakehouse.gate.audit import Auditor
from lakehouse.gate.stage import files_of, stage, staged_rows
from lakehouse.gate.suite import table_rule
from lakehouse.gate.values import REFAILED, RESTORED, Counts, Distrusted, RuleResult, Verdict

__all__ = [
    "REFAILED",
    "RESTORED",
    "Auditor",
    "Counts",
    "Distrusted",
    "RuleResult",
    "Verdict",
    "files_of",
    "stage",
    "staged_rows",
    "table_rule",
]
