"""A write that fails, in a process that lives on: what may have been committed stays open until a run finishes it."""

from __future__ import annotations

import pytest
from crash import house

from lakehouse import ledger, store

pytestmark = pytest.mark.full


@pytest.fixture
def failing(monkeypatch):
    """`failing("append", "silver.sales", times=2)`: the write before, or `late` after, its commit."""

    def arrange(name: str, table: str, *, times: int, late: bool = False) -> None:
        inner = getattr(store, name)
        left = [times]

        def write(rows, lake, target, **how):
            fails = target == table and left[0] > 0
            if fails and not late:
                left[0] -= 1
                raise OSError("no space left on device")
            done = inner(rows, lake, target, **how)
            if fails:
                left[0] -= 1
                raise OSError("no space left on device")
            return done

        monkeypatch.setattr(store, name, write)

    return arrange


@pytest.mark.parametrize(
    ("name", "table", "late"),
    [
        pytest.param("append", "bronze.till_sales", False, marks=pytest.mark.rounds),  # the files are read again
        ("append", "bronze.till_sales", True),  # they are not
        pytest.param("append", "silver.sales", False, marks=pytest.mark.rounds),
        pytest.param("replace", "gold.days", True, marks=pytest.mark.rounds),
    ],
)
def test_a_failed_write_is_made_good_by_the_next_run(name, table, late, first_day, first_end, recover, failing):
    home = first_day.home()
    failing(name, table, times=1, late=late)
    assert recover(home, first_day.landing) == 1
    assert recover(home, first_day.landing) == 0
    house.assert_as_undisturbed(home, first_end)


@pytest.mark.rounds
def test_a_table_waits_for_its_step_that_cannot_be_finished(first_day, first_end, recover, failing):
    """Its rows were compared with the table as it was: nothing else may be published before them."""
    home = first_day.home()
    failing("append", "silver.sales", times=2)
    assert recover(home, first_day.landing) == 1
    assert recover(home, first_day.landing) == 1
    open_steps = [step for step in ledger.steps(house.lake_of(home)) if not step.is_finished]
    assert [(step.name, step.state) for step in open_steps] == [("silver.sales@till_sales", "audited")]
    assert "no space left on device" in open_steps[0].error
    assert recover(home, first_day.landing) == 0
    house.assert_as_undisturbed(home, first_end)
