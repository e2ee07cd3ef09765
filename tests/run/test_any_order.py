"""However deliveries are split and ordered, and whatever is refreshed between: the rows of one run over all of them."""

from __future__ import annotations

import engine as engines
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from run.stories import REPAIRED, SOURCES, Story, story

from lakehouse.catalog import load_catalog, load_conf
from lakehouse.quarantine import Command, act

TABLES = sorted({*load_catalog().order()} - {"gold.quality_trend"})
"""Every table that is built takes part by itself; the trend of quality tells of the runs, which differ."""
SEEDS = st.integers(min_value=1, max_value=10**6)
AS_TOLD = {
    "deadline": None, "derandomize": True, "phases": [Phase.generate], "suppress_health_check": list(HealthCheck),
    "database": None,
}  # fmt: skip


@pytest.fixture(scope="module")
def homes(tmp_path_factory, spark):
    """Make engines of the stories' sources, each in a folder of its own, on the shared session."""
    with pytest.MonkeyPatch.context() as patch:
        engines.share_session(patch, spark)

        def home(name: str) -> engines.Engine:
            made = engines.make(tmp_path_factory.mktemp(name))
            for source, text in SOURCES.items():
                made.add_source(source, text)
            return made

        yield home


def rows(engine: engines.Engine) -> dict[str, list[str]]:
    """Every row of every table, by contract columns."""
    found = {}
    for name in TABLES:
        if engine.lake.exists(name):
            columns = ", ".join(load_catalog().table(name).column_names)
            found[name] = sorted(map(str, engine.query(f"SELECT {columns} FROM t", t=name)))
    return found


def one_by_one(engine: engines.Engine, told: Story, select: tuple[str, ...]) -> None:
    """Run after each round; before the last one people repair what the desk's rows hold."""
    for number, (files, refresh) in enumerate(zip(told.rounds, told.refreshes, strict=True)):
        if number == len(told.rounds) - 1:
            repair(engine)
        for path, content in files.items():
            engine.deliver(path, content)
        assert engine.run(*select, full_refresh=refresh) == 0


def repair(engine: engines.Engine) -> None:
    """Say what every quantity is that could not be read so far."""
    held, unread = "quarantine.sales", "SELECT source FROM q WHERE status = 'open' AND broken LIKE '%quantity.parses%'"
    if not engine.lake.exists(held) or not engine.query(unread, q=held):
        return
    _, catalog = load_conf(engine.conf, "dev", {"roots.lake": str(engine.lake_folder)})
    said = (f"quantity={REPAIRED}",)
    act(engine.lake, catalog, Command("fix", source="desk", rule="quantity.parses", fixes=said, note="asked them"))


def compare(homes, seed: int, select: tuple[str, ...]) -> None:
    told = story(seed)
    in_rounds, at_once = homes("rounds"), homes("at-once")
    one_by_one(in_rounds, told, select)
    for path, content in told.at_once.items():
        at_once.deliver(path, content)
    assert at_once.run(*select) == 0
    found, wanted = rows(in_rounds), rows(at_once)
    assert found.keys() == wanted.keys()
    assert {name: found[name] for name in found if found[name] != wanted[name]} == {
        name: wanted[name] for name in found if found[name] != wanted[name]
    }


@pytest.mark.rounds
@settings(max_examples=1, **AS_TOLD)
@given(SEEDS)
def test_a_story_told_in_rounds_ends_like_one_told_at_once(homes, seed):
    compare(homes, seed, engines.SPINE)


@pytest.mark.rounds
@settings(max_examples=8, **AS_TOLD)
@given(SEEDS)
def test_many_stories_told_in_rounds_end_like_those_told_at_once(homes, seed):
    compare(homes, seed, engines.EVERYTHING)
