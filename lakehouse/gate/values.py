"""What the gate knows about a step, as frozen values: counts of staging, facts of the table, and the verdict."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from lakehouse.errors import BrokenGate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from lakehouse.rules import Rule

OUTCOMES = ("published", "quarantined", "duplicate", "superseded")
"""What can become of a row that came in."""

REFAILED = "refailed"

RESTORED = "restored"
"""A row judged by an earlier step, published because the file that its line was published from gave way."""

OUTSIDE = (RESTORED, "kept", "gone")
"""What staging holds beside the rows that came in: `kept` are versions of their keys that are in the table or follow
from what a snapshot leaves out, `gone` are statements whose row is judged again."""

RuleVerdict = Literal["passed", "warned", "failed", "vacuous", "errored"]
State = Literal["passed", "warned", "blocked", "broken"]


@dataclass(frozen=True)
class Counts:
    """What Spark counted while it wrote the staging of one step; all in rows."""

    rows: int
    failed: Mapping[str, int] = field(default_factory=dict)
    """Rows that break each row rule, by rule id."""
    outcomes: Mapping[str, int] = field(default_factory=dict)
    """Rows by outcome; empty where staging has no outcomes."""
    corrected: Mapping[str, int] = field(default_factory=dict)
    """Rows put right, by the id of the correction."""
    seen: Mapping[str, int] = field(default_factory=dict)
    """Rows judged again, by where they were, and `refailed`: those from the quarantine that go back there."""
    nulls: Mapping[str, int] = field(default_factory=dict)
    """Published rows without a value, by column that may be NULL."""

    def to_json(self) -> str:
        """Return the text that the ledger keeps."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Counts:
        """Read what `to_json` wrote."""
        return cls(**json.loads(text))

    @property
    def quarantined(self) -> int:
        """Rows on their way to the quarantine."""
        return self.outcomes.get("quarantined", 0)

    @property
    def replayed(self) -> int:
        """Rows that an earlier step had judged."""
        return self.seen.get("table", 0) + self.seen.get("quarantine", 0)

    @property
    def incoming(self) -> int:
        """Rows that came in by this step."""
        return self.rows - sum(self.outcomes.get(name, 0) for name in OUTSIDE)

    @property
    def books(self) -> Mapping[str, int]:
        """Rows read and, where staging has outcomes, what becomes of them."""
        return {"read": self.incoming, **{name: self.outcomes.get(name, 0) for name in OUTCOMES if self.outcomes}}


@dataclass(frozen=True)
class Judged:
    """What Great Expectations says about one rule; `raised` is its error, empty when there was none."""

    unexpected: int
    elements: int
    raised: str = ""


@dataclass(frozen=True)
class Part:
    """One frame and the rules about it; `frame` is a Spark or a pandas DataFrame."""

    suite: str
    name: str
    """What readers call it: `rows`, `whole table`."""
    frame: Any
    rules: Sequence[Rule]


@dataclass(frozen=True)
class Page:
    """What Great Expectations found out about one part, and its page relative to the site."""

    name: str
    judged: Mapping[str, Judged]
    path: str


@dataclass(frozen=True)
class RuleResult:
    """One line of the step's audit: a rule, or a kind of correction (its severity is empty)."""

    rule: str
    columns: tuple[str, ...]
    severity: str
    checked: int
    failed: int
    verdict: RuleVerdict
    corrected: int = 0
    detail: str = ""
    link: str = ""
    """Page of the data docs, relative to their root."""

    @property
    def share(self) -> float | None:
        """Bad rows of those checked, between 0 and 1; None when none were."""
        return self.failed / self.checked if self.checked else None


@dataclass(frozen=True)
class Verdict:
    """What the gate decided about one step and why; `link` is its page, relative to the root of the docs."""

    results: tuple[RuleResult, ...]
    state: State
    reasons: tuple[str, ...] = ()
    link: str = ""

    @property
    def blocks(self) -> bool:
        """Whether nothing of this step may be published."""
        return self.state in ("blocked", "broken")


class Distrusted(BrokenGate):
    """A broken gate that still knows its verdict, so that the ledger can keep it."""

    def __init__(self, step: str, *, what: str, landed: str, verdict: Verdict) -> None:
        self.verdict = verdict
        super().__init__(step, what=what, landed=landed)
