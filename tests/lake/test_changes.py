"""What is known of a table's changes once its log or its files were cleaned away."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from maintain.shelf import AT_ONCE, LINES, fill, line

from lakehouse.lake import (
    CLEANED_AWAY,
    Lake,
    changed_keys,
    data_files,
    join_files,
    row_version,
    set_values,
    version_like,
)

NAME = LINES.name
DAY = ["sold_on"]


@pytest.fixture
def lake(tmp_path):
    """Three appends, versions 1 to 3, and a change of all rows, version 4."""
    made = Lake(str(tmp_path / "lake"))
    fill(made, 3, properties=AT_ONCE)
    set_values(made, NAME, {"net_amount": "2.5"}, where="true")
    return made


def forget_log(lake, before):
    """Clean the log away up to a version."""
    lake.open(NAME).create_checkpoint()
    log = Path(lake.path(NAME), "_delta_log")
    for file in log.glob("*.json"):
        if int(file.stem) < before:
            file.unlink()


def join(lake):
    join_files(lake, NAME, [data_files(lake, NAME)])


def test_changes_whose_files_are_gone_cannot_be_told(lake):
    asked = {"upto": 4, "most": 10}
    assert changed_keys(lake, NAME, DAY, after=2, **asked) == {(date(2024, m, d),) for m in (1, 2, 3) for d in (1, 28)}
    for file in Path(lake.path(NAME), "_change_data").glob("*"):
        file.unlink()
    assert changed_keys(lake, NAME, DAY, after=3, **asked) is None
    assert changed_keys(lake, NAME, DAY, after=2, **asked) is None
    for file in Path(lake.path(NAME)).glob("*.parquet"):
        file.unlink()
    assert changed_keys(lake, NAME, DAY, after=1, upto=2, most=10) is None


def test_older_versions_that_cannot_be_read_say_so_in_known_ways(lake):
    sql = "SELECT DISTINCT system FROM l"
    assert lake.read(sql, l=(NAME, 2)).num_rows == 1
    join(lake)
    forget_log(lake, before=4)
    with pytest.raises(CLEANED_AWAY):
        lake.read(sql, l=(NAME, 2))
    joined = {file.path for file in data_files(lake, NAME)}
    for file in Path(lake.path(NAME)).rglob("*.parquet"):
        if "_delta_log" not in file.parts and str(file.relative_to(lake.path(NAME))) not in joined:
            file.unlink()
    with pytest.raises(CLEANED_AWAY):
        lake.read(sql, l=(NAME, 4))
    assert lake.read(sql, l=NAME).num_rows == 1


def test_a_log_that_knows_of_upkeep_alone_tells_the_oldest_version_of_which_it_is_sure(lake):
    for month in (4, 5):
        join(lake)
        assert (lake.version(NAME), row_version(lake, NAME)) == (month + 1, 4)
    forget_log(lake, before=5)
    assert row_version(lake, NAME) == 4, "commit 5 kept the rows of version 4"
    forget_log(lake, before=6)
    assert row_version(lake, NAME) == 5, "whoever read version 4 cannot know that 5 has the same rows"
    lake.append(LINES, [line("new", date(2024, 4, 1))])
    assert row_version(lake, NAME) == 7


def test_the_newest_version_with_the_same_rows_is_kept_the_longest(lake):
    join(lake)
    lake.append(LINES, [line("new", date(2024, 4, 1))])
    join(lake)
    assert [version_like(lake, NAME, version) for version in (3, 4, 5, 6, 7)] == [3, 5, 5, 7, 7]
