"""A table without Spark: created, appended to, read at a version."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from lakehouse.errors import LakehouseError
from lakehouse.lake import Lake, arrow_schema, stored_schema
from lakehouse.lake.tables import without_views
from lakehouse.table import FLAG, INSTANT, INTEGER, MONEY, STRING, Append, Column, Table

NOTES = Table(
    "app.notes",
    grain=("id",),
    columns=(
        Column("id", STRING, "Key."),
        Column("amount", MONEY, "Money."),
        Column("times", INTEGER, "How often."),
        Column("is_new", FLAG, "New."),
        Column("at", INSTANT, "When."),
    ),
    write=Append(),
    doc="One row per note.\n\nMore.",
)
NOON = datetime(2024, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path):
    return Lake(str(tmp_path / "lake"))


def test_names_become_folders(lake):
    assert lake.path("silver.sales") == f"{lake.root}/silver/sales"
    assert lake.staging("run-1-02") == f"{lake.root}/staging/run-1-02"


def test_a_table_is_made_by_its_first_rows_and_every_append_is_a_version(lake):
    assert (lake.exists("app.notes"), lake.version("app.notes")) == (False, None)
    row = {"id": "a", "amount": Decimal("1.2500"), "times": 2, "is_new": True, "at": NOON}
    lake.append(NOTES, [row])
    lake.append(NOTES, [{"id": "b"}, {"id": "c"}], about={"why": "two more"})
    assert (lake.exists("app.notes"), lake.version("app.notes")) == (True, 2)
    assert lake.read("SELECT * FROM n WHERE id = 'a'", n="app.notes").to_pylist() == [row]
    assert lake.read("SELECT id FROM n ORDER BY id", n="app.notes")["id"].to_pylist() == ["a", "b", "c"]
    assert lake.read("SELECT id FROM n", n=("app.notes", 1))["id"].to_pylist() == ["a"]
    assert lake.read("SELECT id FROM n", n=("app.notes", 0)).num_rows == 0
    assert [(commit["version"], commit.get("why")) for commit in lake.commits("app.notes", 2)] == [
        (2, "two more"), (1, None),
    ]  # fmt: skip


def test_two_tables_meet_in_one_question(lake):
    other = Table("app.kinds", grain=("id",), columns=(Column("id", STRING, "Key."), Column("kind", STRING, "Kind.")))
    lake.append(NOTES, [{"id": "a", "times": 1}, {"id": "b", "times": 2}])
    lake.append(other, [{"id": "b", "kind": "late"}])
    sql = "SELECT kind, times FROM notes JOIN kinds USING (id)"
    assert lake.read(sql, notes="app.notes", kinds="app.kinds").to_pylist() == [{"kind": "late", "times": 2}]


def test_a_missing_table_is_named_with_where_it_should_be(lake):
    with pytest.raises(LakehouseError, match=r"^gold\.nothing does not exist under .*lake\. A run makes it"):
        lake.read("SELECT 1 FROM t", t="gold.nothing")


def test_creating_twice_changes_nothing_and_columns_keep_their_docs(lake):
    lake.create(NOTES, {"delta.logRetentionDuration": "interval 37 days"})
    lake.create(NOTES)
    assert lake.version("app.notes") == 0
    docs = {"id": "Key.", "amount": "Money.", "times": "How often.", "is_new": "New.", "at": "When."}
    assert lake.column_comments("app.notes") == docs


def test_without_a_transaction_nothing_is_committed(lake):
    assert not lake.committed("app.notes", "app.notes:run-1-01")
    lake.append(NOTES, [{"id": "a"}])
    assert not lake.committed("app.notes", "app.notes:run-1-01")


def test_silver_keeps_where_each_row_came_from_and_instants_are_utc():
    silver = Table("silver.notes", grain=("id",), columns=NOTES.columns)
    assert stored_schema(silver).names[-4:] == ["_batch_id", "_file", "_row_id", "_corrected"]
    assert stored_schema(NOTES).names == ["id", "amount", "times", "is_new", "at"]
    assert arrow_schema(NOTES).field("at").type == pa.timestamp("us", tz="UTC")
    assert arrow_schema(NOTES).field("amount").type == pa.decimal128(18, 4)


def test_many_small_files_are_joined_and_few_are_left_alone(lake, monkeypatch):
    monkeypatch.setattr("lakehouse.lake.tables.SMALL_FILES", 2)
    lake.compact("app.notes")
    for name in "abc":
        lake.compact("app.notes")
        lake.append(NOTES, [{"id": name}])
    assert lake.version("app.notes") == 3
    lake.compact("app.notes")
    assert lake.version("app.notes") == 4
    assert lake.read("SELECT id FROM n ORDER BY id", n="app.notes")["id"].to_pylist() == ["a", "b", "c"]


def test_text_is_handed_out_as_plain_text():
    rows = without_views(pa.table({"id": pa.array(["a", None], pa.string_view()), "times": [1, 2]}))
    assert (rows.schema.field("id").type, rows["id"].to_pylist()) == (pa.string(), ["a", None])
