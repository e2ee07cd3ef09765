"""Which files of a step give way or are set apart, when names and contents come again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from lakehouse import ledger
from lakehouse.lake import Lake
from lakehouse.ledger import FileRecord, StepRecord
from lakehouse.settings.values import Mapped, Read, Source
from lakehouse.steps.silver.claiming import replaced_paths, rows_claimed, set_apart

AT = datetime(2024, 3, 1, tzinfo=UTC)
TILLS = Source(
    "tills", "Lines.", "me", Read("csv", "/landing/*.csv"), feeds="silver.sales", system="corner",
    map=(Mapped("order_id", origin="receipt"),),
)  # fmt: skip


def brought(batch, path, sha256, state="landed"):
    return FileRecord("tills", path, 1, AT, sha256, state, batch, rows=10 * batch)


def step(*batches, full=False, set_apart=()):
    inputs = {"batches": {"tills": list(batches)}, "full": full, "set_apart": list(set_apart)}
    return StepRecord("r", "r-1", "silver.sales", "tills", "claimed", inputs=inputs)


@pytest.fixture
def context(tmp_path):
    lake = Lake(str(tmp_path / "lake"))

    def knows(*files):
        for file in files:
            ledger.note_files(lake, [file])
        return SimpleNamespace(lake=lake)

    return knows


def test_a_file_gives_way_although_an_older_batch_is_judged_beside_its_new_content(context):
    """Batch 2 was held, batch 3 published x.csv, batch 4 brings it anew while 2 passes."""
    known = context(brought(2, "y.csv", "Y"), brought(3, "x.csv", "A"), brought(4, "x.csv", "B"))
    assert replaced_paths(step(2, 4), TILLS, known) == ("x.csv",)
    assert replaced_paths(step(2), TILLS, known) == ()


def test_rows_with_keys_of_their_own_give_way_to_no_other_key(context):
    """A file of rates that is delivered with today's alone takes yesterday's from nobody."""
    known = context(brought(1, "x.csv", "A"), brought(2, "x.csv", "B"))
    numbered, own = ({**step(2).inputs, "grain": ["system", name]} for name in ("line_id", "rated_on"))
    assert replaced_paths(replace(step(2), inputs=numbered), TILLS, known) == ("x.csv",)
    assert replaced_paths(replace(step(2), inputs=own), TILLS, known) == ()


def test_a_content_that_came_back_gives_way_wherever_it_stood(context):
    """x.csv said A, B, A and C: only C counts when all is judged again."""
    said = [brought(batch, "x.csv", content) for batch, content in enumerate("ABAC", start=1)]
    known = context(*said)
    apart = set_apart(step(1, 2, 3, 4, full=True), TILLS, ledger.deliveries(known.lake))
    assert apart.withdrawn == ((1, "x.csv"), (2, "x.csv"), (3, "x.csv"))
    assert (apart.superseded, apart.waived) == (60, 0)
    assert rows_claimed(step(1, 3), known) == 40


def test_what_is_discarded_after_a_step_was_claimed_counts_at_the_next(context):
    known = context(brought(1, "x.csv", "A"), brought(1, "x.csv", "A", "discarded"), brought(1, "y.csv", "B"))
    files = ledger.deliveries(known.lake)
    assert set_apart(step(1), TILLS, files).discarded == ()
    assert set_apart(step(1, set_apart=["A"]), TILLS, files).discarded == ((1, "x.csv"),)
