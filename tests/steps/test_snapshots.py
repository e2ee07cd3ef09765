"""Which snapshots a step compares: order, the one before, and those that come too late."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from lakehouse import ledger
from lakehouse.lake import Lake
from lakehouse.ledger import FileRecord, StepRecord
from lakehouse.plan import Facts
from lakehouse.settings.values import Mapped, Read, Source
from lakehouse.steps.silver.snapshots import late_batches, listing_files, snapshots_of

AT = datetime(2024, 3, 1, tzinfo=UTC)
SHELF = Source(
    "shelf", "Shelf.", "me", Read("csv", "/landing/*.csv"), feeds="silver.products", system="kiosk",
    map=(Mapped("product_id", origin="sku"),), delivers="snapshot",
)  # fmt: skip


@pytest.mark.parametrize(
    ("judged", "late"),
    [
        ([], set()),
        ([[1], [2], [3]], set()),
        ([[1, 2], [3]], set()),
        ([[1], [3], [2]], {2}),
        ([[1], [3], [2], [1, 2, 3]], {2}),
        ([[2], [1, 2, 3]], {1}),
        ([[3], [1, 2], [4]], {1, 2}),
    ],
)
def test_a_batch_judged_after_a_newer_one_is_late_for_good(judged, late):
    assert late_batches(judged) == late


def test_files_of_a_batch_list_something_in_their_order_unless_they_were_not_judged():
    files = {"b.csv": "1", "a.csv": "2", "empty.csv": "3", "bad.csv": "4", "gone.csv": "5", "again.csv": "6"}
    told = {"empty.csv": ("landed", 0), "bad.csv": ("set_aside", None), "gone.csv": ("withdrawn", 5)}
    known = [
        FileRecord("shelf", path, 1, AT, sha256, *told.get(path, ("landed", 5))[:1], 9 if path == "again.csv" else 2,
                   rows=told.get(path, ("landed", 5))[1])
        for path, sha256 in files.items()
    ]  # fmt: skip
    step = StepRecord("run", "run-1", "bronze.shelf", "shelf", "done", inputs={"batch": 2, "files": files})
    facts = Facts(steps=(step,), files=tuple(known))
    assert listing_files(2, SHELF, facts) == [(2, "a.csv"), (2, "again.csv"), (2, "b.csv")]
    assert listing_files(1, SHELF, facts) == []


@pytest.mark.parametrize(
    ("claimed", "again", "compared", "late"),
    [
        ([4], [], [3, 4], ()),
        ([4], [1, 2], [1, 3, 4], (2,)),
        ([], [1], [1, 3], ()),
        ([], [], [], ()),
    ],
)
def test_a_row_that_is_judged_again_stands_among_all_snapshots_or_is_as_late_as_ever(
    tmp_path, claimed, again, compared, late
):
    """Batch 2 was judged after batch 3; batch 4 is new."""
    lake = Lake(str(tmp_path))
    for batch in (1, 2, 3, 4):
        files = {f"{batch}.csv": str(batch)}
        inputs = {"batch": batch, "files": files}
        ledger.note(lake, StepRecord("r", f"r-0{batch}", "bronze.shelf", "shelf", "done", inputs=inputs), "done")
        ledger.note_files(lake, [FileRecord("shelf", f"{batch}.csv", 1, AT, str(batch), "landed", batch, 5)])
    for number, batch in enumerate((1, 3, 2)):
        inputs = {"batches": {"shelf": [batch]}}
        ledger.note(lake, StepRecord("r", f"r-1{number}", "silver.products", "shelf", "done", inputs=inputs), "done")
    inputs = {"batches": {"shelf": claimed}, "again": {"shelf": again}, "full": False}
    record = StepRecord("r", "r-20", "silver.products", "shelf", "claimed", inputs=inputs)
    found = snapshots_of(record, SHELF, SimpleNamespace(lake=lake))
    assert found.all == tuple((batch, f"{batch}.csv") for batch in compared)
    assert found.late == late
