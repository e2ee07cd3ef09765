from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lakehouse.errors import ConfigError
from lakehouse.session import options

JARS = (Path("/jars/a.jar"), Path("/jars/b.jar"))


def launching(asked, tmp_path, **more):
    return options.launching(asked, JARS, tmp_path / "a state", **more)


def test_what_is_asked_goes_over_the_defaults(tmp_path):
    wanted = launching({"spark.sql.shuffle.partitions": "8", "spark.driver.memory": "1g"}, tmp_path)
    assert wanted["spark.sql.shuffle.partitions"] == "8"
    assert wanted["spark.driver.memory"] == "1g"
    assert wanted["spark.sql.session.timeZone"] == "UTC"
    assert "spark.jars.packages" not in wanted


def test_java_options_and_class_path_are_added_to_ours(tmp_path):
    asked = {"spark.driver.extraJavaOptions": "-Dmine=1", "spark.driver.extraClassPath": "/mine.jar"}
    wanted = launching(asked, tmp_path, java=["-Darchive=1"])
    assert wanted["spark.driver.extraJavaOptions"].endswith('"-Darchive=1" -Dmine=1')
    assert wanted["spark.driver.extraClassPath"] == "/jars/a.jar:/jars/b.jar:/mine.jar"


@pytest.mark.parametrize(
    ("choice", "word"), [("small", "TieredStopAtLevel=1"), ("large", "Tier4InvocationThreshold=25000")]
)
def test_the_compiler_is_chosen_by_one_word(tmp_path, choice, word):
    wanted = launching({"lakehouse.jit": choice}, tmp_path)
    assert word in wanted["spark.driver.extraJavaOptions"]
    assert "lakehouse.jit" not in wanted


def test_an_unknown_compiler_is_a_mistake_in_conf(tmp_path):
    with pytest.raises(ConfigError, match="'tiny' is none of small, large, default"):
        launching({"lakehouse.jit": "tiny"}, tmp_path)


def test_a_folder_with_a_blank_stays_one_word(tmp_path):
    assert (
        f'"-Djava.io.tmpdir={tmp_path}/a state/spark/submitted"'
        in launching({}, tmp_path)["spark.driver.extraJavaOptions"]
    )


def test_what_killed_processes_spilled_is_removed_and_nothing_else(tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for name in (str(ended.pid), str(os.getpid()), "submitted"):
        (tmp_path / "spark" / name / "blockmgr").mkdir(parents=True)
    options.sweep(tmp_path)
    assert {folder.name for folder in (tmp_path / "spark").iterdir()} == {str(os.getpid()), "submitted"}
