"""Files taken in as the next version of a table: what the log says of them, and which tables may take them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from lakehouse.errors import LakehouseError
from lakehouse.lake import Lake, commit_files, move_in, snapshot_of
from lakehouse.lake.files import statistics

SCHEMA = {
    "type": "struct",
    "fields": [
        {"name": name, "type": kind, "nullable": True, "metadata": {"comment": f"The {name}."}}
        for name, kind in (("id", "string"), ("sold_on", "date"))
    ],
}
NOTE = {"name": "note", "type": "string", "nullable": True, "metadata": {}}
BOUNDED = {"delta.dataSkippingStatsColumns": "id,sold_on"}
LONG = "x" * 40


@pytest.fixture
def lake(tmp_path):
    made = Lake(str(tmp_path / "a lake [1]"))
    made.create_as("gold.days", json.dumps(SCHEMA), BOUNDED)
    return made


def write(lake, folder, **columns):
    """A file in a folder of the table, or beside it when the folder begins with `staging`."""
    root = lake.root if folder.startswith("staging") else lake.path("gold.days")
    Path(root, folder).mkdir(parents=True)
    pq.write_table(pa.table(columns), Path(root, folder, "part-0.parquet"))


def commit(lake, folder, *, mode="append", schema=SCHEMA):
    commit_files(lake, "gold.days", folder=folder, schema=json.dumps(schema), mode=mode, app_id=f"gold.days:{folder}")


def ids(lake):
    return lake.read("SELECT id FROM d ORDER BY id", d="gold.days")["id"].to_pylist()


def test_files_are_seen_once_they_are_committed_and_columns_beside_the_schema_are_not(lake):
    write(lake, "staging/step-1", id=["a", "b"], sold_on=[date(2024, 3, 1)] * 2, _helper=[True, False])
    move_in(lake, "gold.days", staged=f"{lake.root}/staging/step-1", folder="step-1")
    assert ids(lake) == []
    move_in(lake, "gold.days", staged=f"{lake.root}/staging/step-1", folder="step-1")
    commit(lake, "step-1")
    assert ids(lake) == ["a", "b"]
    assert lake.read("SELECT * FROM d", d="gold.days").column_names == ["id", "sold_on"]
    assert lake.committed("gold.days", "gold.days:step-1")
    [told] = lake.commits("gold.days", 1)
    assert (told["userMetadata"], told["rows"]) == ("gold.days:step-1", "2")
    [file] = snapshot_of(lake, "gold.days").files
    assert file == f"{lake.path('gold.days')}/step-1/part-0.parquet"
    assert snapshot_of(lake, "gold.days", 0).files == ()


def test_overwriting_gives_the_table_another_schema_and_appending_adds_columns(lake):
    write(lake, "one", id=["a"], sold_on=[date(2024, 3, 1)])
    commit(lake, "one")
    write(lake, "two", id=["b"], sold_on=[None], note=["x"])
    commit(lake, "two", schema={"type": "struct", "fields": [*SCHEMA["fields"], NOTE]})
    assert lake.read("SELECT * FROM d ORDER BY id", d="gold.days")["note"].to_pylist() == [None, "x"]
    assert lake.column_comments("gold.days")["id"] == "The id."
    write(lake, "three", note=["y"])
    commit(lake, "three", mode="overwrite", schema={"type": "struct", "fields": [NOTE]})
    assert lake.read("SELECT * FROM d", d="gold.days").to_pylist() == [{"note": "y"}]


def test_a_column_never_changes_its_type_by_appending(lake):
    write(lake, "one", id=[1])
    other = {"type": "struct", "fields": [{**SCHEMA["fields"][0], "type": "long"}]}
    with pytest.raises(
        LakehouseError, match=r"gold\.days: the type of id differs from the table's; nothing was written"
    ):
        commit(lake, "one", schema=other)
    assert lake.version("gold.days") == 0


def test_only_a_table_that_is_no_more_than_its_files_is_plain(lake):
    assert snapshot_of(lake, "gold.days").is_plain
    lake.open("gold.days").alter.add_constraint({"known": "id IS NOT NULL"})
    assert not snapshot_of(lake, "gold.days").is_plain
    lake.create_as("gold.vectors", json.dumps(SCHEMA), {"delta.enableDeletionVectors": "true"})
    assert not snapshot_of(lake, "gold.vectors").is_plain


def test_a_partitioned_table_is_not_plain(tmp_path):
    lake = Lake(str(tmp_path))
    schema = pa.schema([pa.field("value", pa.int64()), pa.field("day", pa.string())])
    DeltaTable.create(lake.path("gold.x"), schema=schema, partition_by=["day"])
    assert not snapshot_of(lake, "gold.x").is_plain


def test_the_log_bounds_the_columns_that_rows_are_looked_up_by(tmp_path):
    columns = {
        "id": ["b", None, LONG],
        "sold_on": [date(2024, 3, 2), date(2024, 3, 1), None],
        "at": [datetime(2024, 3, 1, tzinfo=UTC)] * 3,
        "empty": pa.array([None] * 3, pa.string()),
        "number": [3, -1, 2],
        "free": [1, 2, 3],
    }
    pq.write_table(pa.table(columns), tmp_path / "f.parquet", row_group_size=2)
    names = ("id", "sold_on", "at", "empty", "number", "absent")
    assert json.loads(statistics(pq.read_metadata(tmp_path / "f.parquet"), names)) == {
        "numRecords": 3,
        "minValues": {"id": "b", "sold_on": "2024-03-01", "number": -1},
        "maxValues": {"sold_on": "2024-03-02", "number": 3},
        "nullCount": {"id": 1, "sold_on": 1, "at": 0, "empty": 3, "number": 0},
    }
