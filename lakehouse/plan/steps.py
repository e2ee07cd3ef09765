"""What a run will do: a tuple of frozen steps, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lakehouse.plan.aligning import aligned

if TYPE_CHECKING:
    from lakehouse.landing import Found
    from lakehouse.ledger import StepRecord


@dataclass(frozen=True)
class Step:
    """One source into its Bronze or Silver table, or one mart, in one run."""

    table: str
    reason: str
    source: str = ""
    files: tuple[Found, ...] = ()
    """Bronze: what will be landed."""
    batches: tuple[int, ...] = ()
    """Silver: batches known to be waiting; more may land in the same run."""
    days: tuple[str, ...] = ()
    """Silver: first and last of the days that are judged again (yyyy-MM-dd); empty: what waits is judged."""
    after: tuple[str, ...] = ()
    """Planned steps that it waits for."""
    full: bool = False
    """Judge or build everything again."""
    forced: bool = False
    """Run even when the inputs turn out to be unchanged."""
    scope: str = ""
    """Gold: how much of the mart is built, as far as it is known before the run."""

    @property
    def layer(self) -> str:
        """bronze, silver or gold."""
        return self.table.partition(".")[0]

    @property
    def name(self) -> str:
        """`silver.sales@shop_sales`, or the table alone."""
        return f"{self.table}@{self.source}" if self.source and self.layer == "silver" else self.table


@dataclass(frozen=True)
class Plan:
    """Steps in their order, after those that an earlier run left unfinished."""

    unfinished: tuple[StepRecord, ...] = ()
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    """What the user should know although no step follows from it."""
    release_due: bool = False
    """Published marts that no release names yet."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do, so that no Java process is needed."""
        return not (self.unfinished or self.steps or self.release_due)


def table_of(plan: Plan) -> str:
    """Render the plan for `--dry-run`: one line per step with what it reads and why it runs."""
    if plan.is_empty:
        return "nothing to do: no new file, no changed table, rule or build"
    lines = [HEAD, *((r.name, r.state, f"finish: run {r.run_id} ended before it") for r in plan.unfinished)]
    lines += [(step.name, _range(step), step.reason) for step in plan.steps]
    if plan.release_due:
        lines.append(("release", "", "published tables wait for it"))
    return aligned(lines)


HEAD = ("step", "reads", "because")


def _range(step: Step) -> str:
    if step.files:
        return f"{len(step.files)} files, {sum(found.size for found in step.files) / 1e6:,.1f} MB"
    if step.days:
        return " to ".join(dict.fromkeys(step.days))
    if step.batches:
        return "batches " + ", ".join(map(str, step.batches))
    if step.scope:
        return step.scope
    return "after " + ", ".join(step.after) if step.after else "everything" if step.full else ""
