"""Is this machine ready? One line per thing that a run needs, and how to repair what is missing."""

from __future__ import annotations

import json
import re
import shutil
import socket
import sys
import tempfile
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lakehouse.errors import EnvironmentFault
from lakehouse.session import jars, java

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lakehouse.settings.values import Settings

SETUP = "./scripts/setup"
ZONES = ("Europe/London", "America/New_York")
GIGABYTES = 2
"""Free disk that a first run needs."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `repair` is empty when it is well."""

    thing: str
    what: str
    repair: str = ""

    @property
    def well(self) -> bool:
        """True when nothing has to be repaired."""
        return not self.repair


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Look at everything a run needs. Starts no Java but `java -version`; leaves nothing behind."""
    return (
        _python(),
        _java(),
        _jars(Path(settings.roots.jars)),
        *_roots(settings),
        *_disk(settings),
        _port(),
        *map(_zone, dict.fromkeys((*ZONES, settings.zone))),
        *_packages(Path(settings.conf).parent / "requirements.txt"),
    )


def report(findings: Sequence[Finding], *, as_json: bool = False) -> str:
    """Return the findings as a table, or as JSON."""
    if as_json:
        return json.dumps([{**asdict(finding), "ok": finding.well} for finding in findings], indent=1)
    wide = max(len(finding.thing) for finding in findings)
    return "\n".join(_line(finding, wide) for finding in findings)


def exit_code(findings: Sequence[Finding]) -> int:
    """Return 0 when all is well, otherwise that of a machine on which something is missing."""
    return 0 if all(finding.well for finding in findings) else EnvironmentFault.exit_code


def _line(finding: Finding, wide: int) -> str:
    state = "ok     " if finding.well else "missing"
    repair = f"\n{'':{wide}}           to repair: {finding.repair}" if finding.repair else ""
    return f"{finding.thing:{wide}}  {state}  {finding.what}{repair}"


def _python() -> Finding:
    supported = sys.version_info >= (3, 11)
    return Finding("python", sys.version.split()[0], "" if supported else "install Python 3.11 or newer")


def _java() -> Finding:
    try:
        return Finding("java", str(java.find()))
    except EnvironmentFault as fault:
        return Finding("java", fault.what, fault.repair)


def _jars(root: Path) -> Finding:
    found = jars.present(root)
    return Finding("jars", str(root)) if found else Finding("jars", f"not in {root}", SETUP)


def _local(settings: Settings) -> dict[str, Path]:
    """Roots on this machine; an object store answers for itself when it is used."""
    roots = {name: value for name, value in asdict(settings.roots).items() if "://" not in value}
    return {name: Path(value) for name, value in roots.items()}


def _roots(settings: Settings) -> Iterator[Finding]:
    for name, root in _local(settings).items():
        folder = _standing(root)
        try:
            with tempfile.TemporaryFile(dir=folder):
                yield Finding(f"write to {name}", str(root))
        except OSError as error:
            yield Finding(f"write to {name}", f"{root}: {error.strerror}", f"give this user write access to {folder}")


def _disk(settings: Settings) -> Iterator[Finding]:
    places = {folder.stat().st_dev: folder for folder in map(_standing, _local(settings).values())}
    for folder in places.values():
        free = shutil.disk_usage(folder).free / 1e9
        enough = free >= GIGABYTES
        yield Finding("disk", f"{free:.1f} GB free at {folder}", "" if enough else f"free {GIGABYTES} GB there")


def _standing(root: Path) -> Path:
    """Return `root` or the nearest folder above it that exists."""
    return next(folder for folder in (root.absolute(), *root.absolute().parents) if folder.is_dir())


def _port() -> Finding:
    try:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            return Finding("port", "127.0.0.1 can be listened on")
    except OSError as error:
        return Finding("port", str(error.strerror), "bring up the loopback interface: ip link set lo up")


def _zone(name: str) -> Finding:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return Finding("time zone", f"{name} is not known", f"pip install tzdata, or {SETUP}")
    return Finding("time zone", name)


def _packages(requirements: Path) -> Iterator[Finding]:
    if not requirements.is_file():
        return
    for name, pinned in re.findall(r"^([\w.-]+)==([\w.]+)", requirements.read_text(), re.MULTILINE):
        found = _installed(name)
        repair = "" if found == pinned else SETUP
        yield Finding("package", f"{name} {found or 'is not there'}" + (f", not {pinned}" if repair else ""), repair)


def _installed(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
