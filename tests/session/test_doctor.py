from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace

import examples
import pytest

from lakehouse import doctor
from lakehouse.errors import EnvironmentFault
from lakehouse.session import java


@pytest.fixture
def settings(tmp_path):
    return examples.settings_in(tmp_path)


def missing(findings):
    return {finding.thing: finding for finding in findings if not finding.well}


def test_a_machine_that_is_ready(spark, settings):
    findings = doctor.examine(settings)
    assert missing(findings) == {}
    assert doctor.exit_code(findings) == 0
    assert {"python", "java", "jars", "disk", "port", "time zone", "package", "write to lake"} <= {
        finding.thing for finding in findings
    }


def test_missing_jars_are_said_with_their_repair(settings, tmp_path):
    findings = doctor.examine(replace(settings, roots=replace(settings.roots, jars=str(tmp_path / "none"))))
    assert missing(findings)["jars"].repair == "./scripts/setup"
    assert doctor.exit_code(findings) == 3
    assert "to repair: ./scripts/setup" in doctor.report(findings)


def test_missing_java_an_unknown_zone_and_a_root_nobody_may_write(settings, monkeypatch, tmp_path):
    def none():
        raise EnvironmentFault("no Java 17 or 21", repair="install one")

    monkeypatch.setattr(java, "find", none)
    findings = doctor.examine(
        replace(settings, zone="Europe/Atlantis", roots=replace(settings.roots, docs="/proc/docs"))
    )
    assert {"java", "time zone", "write to docs"} <= missing(findings).keys()


def test_another_version_of_a_pinned_package_is_missing(settings, tmp_path):
    (tmp_path / "requirements.txt").write_text("pytest==0.0.1\nno-such-package==1.0\n")
    findings = doctor.examine(replace(settings, conf=str(tmp_path / "conf")))
    assert {finding.what.split()[0] for finding in findings if finding.thing == "package"} == {
        "pytest",
        "no-such-package",
    }
    assert doctor.exit_code(findings) == 3


def test_an_object_store_is_not_looked_for_on_the_disk(settings):
    findings = doctor.examine(replace(settings, roots=replace(settings.roots, lake="s3://bucket/lake")))
    assert "write to lake" not in {finding.thing for finding in findings}


def test_the_job_prints_json(spark):
    words = [sys.executable, "jobs/doctor.py", "--json"]
    done = subprocess.run(words, cwd=examples.ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(finding["ok"] for finding in json.loads(done.stdout))
