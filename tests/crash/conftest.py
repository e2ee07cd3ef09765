"""A process that lets runs die, and homes for them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

import engine as engines
import pytest
from crash import house

import lakehouse.run as runs

KILLED = -9
CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True)
class Mortal:
    """Runs in processes of their own, on this test's Java or (`own_java`) on one that dies with them."""

    orders: IO[str]
    answers: IO[str]
    java: dict[str, Any]

    def run(self, home: Path, landing: Path, *, own_java: bool = False, **moment: Any) -> int:
        """Exit code of the run, `KILLED` when it died at the moment given (`point`, `turn`, `seconds`)."""
        order = {"home": str(home), "landing": str(landing), **moment} | ({} if own_java else self.java)
        print(json.dumps(order), file=self.orders, flush=True)
        return int(json.loads(self.answers.readline()))


@pytest.fixture(scope="session")
def mortal(spark) -> Iterator[Mortal]:
    java = spark.sparkContext._gateway.java_parameters
    process = subprocess.Popen([sys.executable, CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    pipes = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
    yield Mortal(*pipes, {"port": java.port, "secret": java.auth_token})
    for pipe in pipes:
        pipe.close()
    assert process.wait() == 0


@dataclass
class World:
    """One landing folder, what lies in the lake before the run that crashes, and what must lie there after it."""

    folder: Path
    mortal: Mortal
    before: Path | None = None
    homes: int = field(default=0)

    @property
    def landing(self) -> Path:
        return self.folder / "landing"

    def deliver(self, path: str, content: str) -> None:
        """Put a settled file into the landing folder."""
        file = self.landing / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        engines.age(file)

    def home(self) -> Path:
        """A lake as it was before the run that crashes."""
        self.homes += 1
        home = self.folder / f"home-{self.homes}"
        engine = engines.make(home)
        engine.add_source("till_sales", house.TILLS)
        engine.add_source("shelf", house.SHELF)
        if self.before:
            shutil.copytree(self.before / "var" / "lake", home / "var" / "lake")
        return home

    def crash(self, home: Path, point: str, **moment: Any) -> None:
        """Run, and die at a moment."""
        status = self.mortal.run(home, self.landing, point=point, **moment)
        assert status == KILLED, f"exit {status}, {point} never came:\n{(home / 'log.txt').read_text()}"

    def undisturbed(self) -> Path:
        """Run to the end in a process of its own; its moments are in `events`."""
        home = self.home()
        code = self.mortal.run(home, self.landing)
        assert code == 0, (home / "log.txt").read_text()
        return home


def events(home: Path) -> list[str]:
    """Every moment of the runs of a home, in order."""
    return (home / "events.txt").read_text().splitlines()


@pytest.fixture(scope="session")
def first_day(mortal, tmp_path_factory) -> World:
    world = World(tmp_path_factory.mktemp("first"), mortal)
    world.deliver("till_sales/day-1.csv", house.FIRST_DAY)
    world.deliver("shelf/day-1.csv", house.PRODUCTS)
    return world


@pytest.fixture(scope="session")
def first_end(first_day) -> Path:
    """The lake after an undisturbed run of the first day."""
    return first_day.undisturbed()


@pytest.fixture(scope="session")
def second_day(mortal, tmp_path_factory) -> World:
    world = World(tmp_path_factory.mktemp("second"), mortal)
    world.deliver("till_sales/day-1.csv", house.FIRST_DAY)
    world.deliver("shelf/day-1.csv", house.PRODUCTS)
    world.before = world.undisturbed()
    world.deliver("till_sales/day-2.csv", house.SECOND_DAY)
    world.deliver("shelf/day-2.csv", house.SECOND_PRODUCTS)
    return world


@pytest.fixture(scope="session")
def second_end(second_day) -> Path:
    """The lake after an undisturbed run of the second day."""
    return second_day.undisturbed()


Recover = Callable[..., int]


@pytest.fixture
def recover(spark, monkeypatch) -> Recover:
    """Start again, in this process: `recover(home, landing, change=…, selection=…)`."""
    engines.share_session(monkeypatch, spark)
    load = runs.load_conf

    def start(home: Path, landing: Path, change: house.Change = lambda catalog: catalog, **asked: Any) -> int:
        monkeypatch.setattr(runs, "load_conf", house.shrunk(load, change))
        return house.run(home, landing, **asked)

    return start
