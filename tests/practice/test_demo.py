"""The demo's practice data: written once, and never beside those of another version."""

from __future__ import annotations

import json
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parents[2] / "scripts"


@pytest.fixture
def demo(monkeypatch):
    monkeypatch.syspath_prepend(SCRIPTS)
    loader = SourceFileLoader("demo", str(SCRIPTS / "demo"))
    module = module_from_spec(spec_from_loader("demo", loader))
    loader.exec_module(module)
    monkeypatch.setattr(module, "run", lambda *words: pytest.fail(f"ran {words}"))
    return module


def land(demo, folder, **told):
    folder.mkdir()
    (folder / "_manifest.json").write_text(json.dumps(told))
    return demo.land_practice(folder)


def test_what_is_there_is_not_written_again(demo, tmp_path):
    assert land(demo, tmp_path / "landing", lines=demo.LINES, sources=["any"] * demo.SOURCES) is False


@pytest.mark.parametrize("told", [{"lines": 50_000, "sources": ["a", "b", "c"]}, {"lines": 7}, {}])
def test_what_another_version_wrote_is_not_mixed_with_new_files(demo, tmp_path, capsys, told):
    landing = tmp_path / "landing"
    with pytest.raises(SystemExit) as ended:
        land(demo, landing, **told)
    assert ended.value.code == 2
    (said,) = capsys.readouterr().err.splitlines()
    assert said.endswith(f"delete {landing} and {tmp_path / 'lake'}, then start again")
