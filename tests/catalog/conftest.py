"""Small packages of tables, written for one test."""

from __future__ import annotations

import sys
from itertools import count

import pytest

from tests.catalog.practice_tables import DAILY, HEAD, SALES

NUMBER = count()


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Write modules (`{"gold/daily_sales": text}`) as a package of their own and return its name."""
    written = []

    def write(modules) -> str:
        name = f"shop_{next(NUMBER)}"
        written.append(name)
        for path, text in modules.items():
            file = tmp_path / name / f"{path}.py"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text((HEAD if "/" in path else "") + text.replace("{name}", name))
        for folder in [tmp_path / name, *(path for path in (tmp_path / name).rglob("*") if path.is_dir())]:
            (folder / "__init__.py").touch()
        return name

    monkeypatch.syspath_prepend(tmp_path)
    yield write
    for module in [each for each in sys.modules if each.partition(".")[0] in written]:
        del sys.modules[module]


@pytest.fixture
def good(package):
    return package({"silver/sales": SALES, "gold/daily_sales": DAILY})
