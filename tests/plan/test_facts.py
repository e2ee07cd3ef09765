"""What the facts of the moment say, in the plan's words."""

from __future__ import annotations

from lakehouse.plan import Facts
from tests.plan.practice import judged, landed, record


class Counted(tuple):
    """Steps that count how often all of them are gone through."""

    passes = 0

    def __iter__(self):
        Counted.passes += 1
        return super().__iter__()


def test_a_year_of_batches_is_gone_through_once():
    steps = Counted(each for batch in range(1, 101) for each in (landed("shop", batch), judged("shop", batch)))
    facts = Facts(steps=Counted((*steps, landed("shop", 101))))
    Counted.passes = 0
    assert facts.waiting("silver.sales", "shop") == (101,)
    assert facts.blocked("silver.sales", "shop") == ()
    assert facts.last_done("silver.sales") == steps[-1]
    assert Counted.passes == 1


def test_steps_are_those_of_one_table_oldest_first():
    first, last = judged("shop", 1), judged("web", 1)
    failed = record("silver.sales", "failed", number=3)
    facts = Facts(steps=(first, landed("shop", 1), last, failed))
    assert facts.done("silver.sales") == (first, last)
    assert facts.last_done("silver.sales") == last
    assert facts.last_done("gold.cube") is None
    assert not facts.is_open("silver.sales")
    assert Facts(steps=(record("gold.cube", "published"),)).is_open("gold.cube")


def test_newer_are_rows_that_were_not_there_to_be_read():
    facts = Facts(versions={"silver.sales": 4, "silver.products": None})
    reads = (None, 0, 3, 4, 5)
    assert [facts.has_newer("silver.sales", read) for read in reads] == [True, True, True, False, False]
    assert not any(facts.has_newer(name, None) for name in ("silver.products", "silver.events"))
