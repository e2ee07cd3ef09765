"""What a run will do, and why: pure values that `--dry-run` prints and a run executes."""

from lakehouse.plan.aligning import aligned
from lakehouse.plan.backfilling import DAY, Days, backfill_plan, tables_by_day
from lakehouse.plan.facts import Facts, delivered_since
from lakehouse.plan.planning import changed_inputs, feeds, make_plan, moved_day, release_due, whole_because
from lakehouse.plan.releasing import next_tables, one_of_each, roots, slower
from lakehouse.plan.selection import Selection
from lakehouse.plan.steps import Plan, Step, table_of

__all__ = [
    "DAY",
    "Days",
    "Facts",
    "Plan",
    "Selection",
    "Step",
    "aligned",
    "backfill_plan",
    "changed_inputs",
    "delivered_since",
    "feeds",
    "make_plan",
    "moved_day",
    "next_tables",
    "one_of_each",
    "release_due",
    "roots",
    "slower",
    "table_of",
    "tables_by_day",
    "whole_because",
]
