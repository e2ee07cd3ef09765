"""Whole starts in processes of their own: another Java, spark-submit, setup run again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import examples
import pytest

JOB = """
import sys
from pathlib import Path
from lakehouse import session, settings
roots = {"roots.state": STATE}
spark = session.start(settings.load(Path(CONF), overrides=roots), app="whole")
target = sys.argv[1]
spark.range(3).write.format("delta").save(target)
rows = spark.read.format("delta").load(target).count()
java = spark.sparkContext._jvm.java.lang.System
print(rows, java.getProperty("java.version"), spark.conf.get("spark.sql.session.timeZone"))
session.stop(spark)
"""

pytestmark = pytest.mark.full


@pytest.fixture
def job(tmp_path):
    file = tmp_path / "job.py"
    words = {"STATE": str(tmp_path / "state"), "CONF": str(examples.ROOT / "conf")}
    file.write_text("\n".join(f"{name} = {value!r}" for name, value in words.items()) + JOB)
    return file


@pytest.fixture
def without_java(tmp_path):
    """A PATH on which everything is found but Java."""
    folder = tmp_path / "path"
    folder.mkdir()
    for file in {file.name: file for root in ("/bin", "/usr/bin") for file in Path(root).iterdir()}.values():
        if file.name != "java":
            (folder / file.name).symlink_to(file)
    return {**os.environ, "PATH": str(folder), "JAVA_HOME": "", "PYTHONPATH": str(examples.ROOT)}


def test_a_session_on_the_packaged_java_without_a_resolver(spark, job, without_java, tmp_path):
    # a proxy that nobody listens on: whoever asks the network fails
    alone = {"JAVA_TOOL_OPTIONS": "-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=9 -Dhttp.proxyHost=127.0.0.1"}
    words = [sys.executable, job, tmp_path / "table"]
    done = subprocess.run(words, env=without_java | alone, capture_output=True, text=True, check=False)
    assert done.stdout == "3 21.0.8 UTC\n", done.stderr
    noise = [line for line in done.stderr.splitlines() if not line.startswith("Picked up JAVA_TOOL_OPTIONS")]
    assert noise == []


def test_spark_submit_keeps_its_own_session(spark, job, tmp_path):
    words = [sys.executable, "scripts/submit", "--conf", "spark.sql.session.timeZone=Asia/Tokyo", job, tmp_path / "t"]
    done = subprocess.run(words, cwd=examples.ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("3 "), done.stderr
    assert done.stdout.endswith(" Asia/Tokyo\n")


def test_the_plain_command_is_shown():
    words = [sys.executable, "scripts/submit", "--print", "jobs/run.py", "--env", "dev"]
    shown = subprocess.run(words, cwd=examples.ROOT, capture_output=True, text=True, check=True).stdout
    assert shown.startswith("spark-submit --packages io.delta:delta-spark_4.1_2.13:4.4.0 --conf spark.sql.extensions=")
    assert shown.endswith("/var/lakehouse.zip jobs/run.py --env dev\n")


def test_setup_run_again_does_nothing():
    words = [sys.executable, "scripts/setup"]
    subprocess.run(words, cwd=examples.ROOT, capture_output=True, check=True)
    noted = examples.ROOT / "var" / "state" / "prepared.json"
    before = noted.stat().st_mtime_ns
    again = subprocess.run(words, cwd=examples.ROOT, capture_output=True, text=True, check=True)
    assert all("already there" in line for line in again.stdout.splitlines())
    assert noted.stat().st_mtime_ns == before
