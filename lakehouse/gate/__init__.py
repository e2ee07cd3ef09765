"""The gate between layers: stage a step, audit it, decide; the only user of Great Expectations."""

from __future__ import annotations

from lakehouse.gate.audit import Auditor
from lakehouse.gate.stage import stage
from lakehouse.gate.suite import table_rule
from lakehouse.gate.values import Counts, Distrusted, RuleResult, Verdict

__all__ = ["Auditor", "Counts", "Distrusted", "RuleResult", "Verdict", "stage", "table_rule"]
