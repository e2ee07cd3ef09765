"""The house rules, read from the syntax trees: who imports whom, how large things are, what no build may do."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
HOUSES = ("lakehouse", "jobs", "dashboards", "scripts")

STOREYS = (
    ("errors",),
    ("table",),
    ("rules",),
    ("business",),
    ("columns",),
    ("analytics",),
    ("adapters",),
    ("silver", "gold", "app", "ops"),
    ("settings",),
    ("catalog",),
    ("lake",),
    ("ledger",),
    ("alerts",),
    ("landing",),
    ("plan",),
    ("session",),
    ("store",),
    ("ingest", "conform", "quality"),
    ("gate",),
    ("quarantine",),
    ("steps",),
    ("maintain", "stream"),
    ("run",),
    ("docs", "report", "export", "doctor", "broker", "gateway"),
)
"""A room imports only what stands above it; rooms of one line do not know each other."""

HEIGHT = {room: height for height, storey in enumerate(STOREYS) for room in storey}

ONLY = {
    "yaml": ("lakehouse/settings",),
    "deltalake": ("lakehouse/lake",),
    "delta": ("lakehouse/store",),
    "great_expectations": ("lakehouse/gate",),
    "streamlit": ("dashboards",),
    "numpy": ("lakehouse/analytics", "lakehouse/ingest", "scripts", "dashboards"),
    "pandas": ("lakehouse/analytics", "lakehouse/gate", "dashboards"),
}
"""Each of these libraries stands behind one door, or few: arrays are for algorithms, tables are for Spark."""

DASHBOARD_MAY = {"settings", "catalog", "lake", "ledger", "alerts", "landing", "plan", "errors", "table", "business"}

TOP = {
    "README.md", "requirements.txt", "pyproject.toml", ".gitignore", ".gitattributes", ".ci", "LICENSE",
    "conf", "jobs", "lakehouse", "dashboards", "scripts", "tests", "docs",
}  # fmt: skip

MODULE_LINES, FUNCTION_LINES, JOB_LINES, POSITIONAL = 250, 40, 40, 3

FORBIDDEN_CALLS = {
    "collect": "brings rows to the driver",
    "toPandas": "brings rows to the driver",
    "toLocalIterator": "brings rows to the driver",
    "count": "reads everything to tell a number",
    "udf": "leaves Spark's own expressions",
    "pandas_udf": "leaves Spark's own expressions",
    "mapInArrow": "leaves Spark's own expressions",
    "mapInPandas": "leaves Spark's own expressions",
    "applyInArrow": "leaves Spark's own expressions",
    "applyInPandas": "leaves Spark's own expressions",
}

CONTROL_VALUES = {
    ("lakehouse/analytics/forecast/series.py", "mapInArrow"): "thousands of series at once, each a row; no row alone",
    ("lakehouse/ingest/json_files.py", "toLocalIterator"): "names of keys, a stated number at most",
    ("lakehouse/quality/facts.py", "collect"): "one row: what a rule on the whole table found",
    ("lakehouse/session/rehearsal.py", "collect"): "a handful of rows of its own making",
    ("lakehouse/session/rehearsal.py", "count"): "a handful of rows of its own making",
    ("lakehouse/steps/bronze.py", "collect"): "one number per file of a batch, 100,000 at most",
    ("lakehouse/steps/silver/__init__.py", "collect"): "one row: the file with the largest share of bad rows",
    ("lakehouse/steps/gold/claiming.py", "collect"): "touched keys, 10,000 at most",
    ("lakehouse/steps/silver/publishing.py", "collect"): "days of one column, 10,000 at most",
    ("lakehouse/steps/silver/versions.py", "collect"): "one row: how many of the published rows stand in the table",
    ("lakehouse/steps/silver/rehearsing.py", "collect"): "one number per day and outcome, 100,000 at most",
}
"""(file, call) -> why the value is bounded."""


@dataclass(frozen=True)
class Import:
    """One module that a file imports when it runs."""

    name: str
    line: int

    @property
    def room(self) -> str:
        """`gate` of `lakehouse.gate.suite`; empty for any other package."""
        package, _, rest = self.name.partition(".")
        return rest.partition(".")[0] if package == "lakehouse" else ""


def modules() -> list[Path]:
    found = (path for house in HOUSES for path in (ROOT / house).rglob("*.py"))
    return sorted(path for path in found if not any(part.startswith((".", "__pycache__")) for part in path.parts))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    return path.relative_to(ROOT / "lakehouse").parts[0].removesuffix(".py")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(tree: ast.AST) -> Iterator[Import]:
    """Every import that runs, in any function; those for type checkers alone are left out."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            for other in node.orelse:
                yield from imports(ast.Module([other], []))
        elif isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from imported_names(node)
        else:
            yield from imports(node)


def imported_names(node: ast.ImportFrom) -> Iterator[Import]:
    """`from lakehouse import lake` names the same module as `import lakehouse.lake`."""
    module = node.module or ""
    if node.level:
        yield Import("." * node.level + module, node.lineno)
    elif module == "lakehouse":
        yield from (Import(f"lakehouse.{alias.name}", node.lineno) for alias in node.names)
    else:
        yield Import(module, node.lineno)


def import_faults(tree: ast.Module, room: str) -> list[str]:
    """Imports of a room of `lakehouse` that do not stand above it."""
    if room == "__init__":
        return [f"line {each.line}: lakehouse/__init__ imports nothing" for each in imports(tree) if each.room]
    faults = []
    for each in imports(tree):
        if each.name.startswith("."):
            faults.append(f"line {each.line}: write `{each.name}` with its full name")
        elif each.room and each.room != room and each.room not in HEIGHT:
            faults.append(f"line {each.line}: {each.room} is no room of the house")
        elif each.room and each.room != room and HEIGHT[each.room] >= HEIGHT[room]:
            faults.append(f"line {each.line}: {each.name} does not stand above {room}")
        elif each.name.partition(".")[0] in ("jobs", "dashboards", "scripts", "tests"):
            faults.append(f"line {each.line}: lakehouse knows nothing of {each.name}")
    return faults


def long_functions(tree: ast.Module) -> list[str]:
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    sizes = {f"{node.name} in line {node.lineno}": (node.end_lineno or 0) - node.lineno + 1 for node in functions}
    return [f"{name} has {size} lines" for name, size in sizes.items() if size > FUNCTION_LINES]


def is_build(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether `@table(...)` stands above it: its parameters are the inputs of the table, given by name."""
    return any(ast.unparse(each).startswith("table(") for each in node.decorator_list)


def crowded_functions(tree: ast.Module) -> list[str]:
    """Functions with more positional parameters than anybody can keep apart; `self`, `cls` and builds do not count."""
    faults = []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not is_build(node):
            names = [each.arg for each in (*node.args.posonlyargs, *node.args.args) if each.arg not in ("self", "cls")]
            if len(names) > POSITIONAL:
                faults.append(f"{node.name} in line {node.lineno} takes {len(names)} positional parameters")
    return faults


def forbidden_calls(tree: ast.Module) -> list[tuple[str, int]]:
    """Calls that bring data to the driver or leave Spark; `F.count("x")` and `text.count("x")` have an argument."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            of_rows = isinstance(node.func, ast.Attribute) and not node.args and not node.keywords
            if name in FORBIDDEN_CALLS and (name not in ("count", "collect") or of_rows):
                found.append((name, node.lineno))
    return found


def words(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Attribute names, keyword names and texts of a module, docstrings aside."""
    spoken = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            yield node.attr, node.lineno
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg, node.value.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in spoken:
            yield node.value, node.lineno


def test_every_room_stands_in_the_house():
    rooms = {room_of(path) for path in modules() if named(path).startswith("lakehouse/")} - {"__init__"}
    assert sorted(rooms - set(HEIGHT)) == []


@pytest.mark.parametrize("path", modules(), ids=named)
def test_a_module_imports_only_what_stands_above_it(path):
    file, tree = named(path), tree_of(path)
    if file.startswith("lakehouse/"):
        assert import_faults(tree, room_of(path)) == []
    if file.startswith("dashboards/"):
        assert [each for each in imports(tree) if each.room and each.room not in DASHBOARD_MAY] == []


@pytest.mark.parametrize("path", modules(), ids=named)
def test_a_library_stands_behind_one_door(path):
    file = named(path)
    strange = [
        f"line {each.line}: {each.name}"
        for each in imports(tree_of(path))
        for library, doors in ONLY.items()
        if each.name.partition(".")[0] == library and not file.startswith(tuple(doors))
    ]
    assert strange == []


@pytest.mark.parametrize("path", modules(), ids=named)
def test_sizes(path):
    file, tree = named(path), tree_of(path)
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= (JOB_LINES if file.startswith("jobs/") and path.name != "__init__.py" else MODULE_LINES)
    assert long_functions(tree) == []
    assert crowded_functions(tree) == []


@pytest.mark.parametrize("path", modules(), ids=named)
def test_no_data_comes_to_the_driver(path):
    file = named(path)
    if file.startswith("lakehouse/"):
        calls = [f"line {line}: {call} {FORBIDDEN_CALLS[call]}" for call, line in forbidden_calls(tree_of(path))
                 if (file, call) not in CONTROL_VALUES]  # fmt: skip
        assert calls == []


@pytest.mark.parametrize("path", modules(), ids=named)
def test_words_that_belong_to_one_room_or_none(path):
    file = named(path)
    said = list(words(tree_of(path)))
    assert [line for word, line in said if word == "inferSchema"] == []
    if not file.startswith("lakehouse/session"):
        assert [line for word, line in said if word in ("getOrCreate", "builder")] == []
    if not file.startswith("lakehouse/stream"):
        assert [line for word, line in said if word in ("readStream", "writeStream")] == []


def test_exceptions_are_still_needed():
    used = {(named(path), call) for path in modules() for call, _ in forbidden_calls(tree_of(path))}
    assert set(CONTROL_VALUES) - used == set()


def test_the_top_level_holds_only_what_the_house_names():
    ignored = {line.rstrip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if "*" not in line}
    strange = {path.name for path in ROOT.iterdir()} - TOP - ignored - {".git"}
    assert sorted(name for name in strange if not name.endswith(".egg-info")) == []


@pytest.mark.parametrize(
    ("room", "text", "faults"),
    [
        ("gate", "import lakehouse.rules", 0),
        ("gate", "from lakehouse import rules, store", 0),
        ("gate", "import lakehouse.steps.gold", 1),
        ("gate", "from lakehouse import steps", 1),
        ("gate", "from lakehouse.run import start", 1),
        ("gate", "def f():\n    from lakehouse import run", 1),
        ("gate", "if TYPE_CHECKING:\n    from lakehouse import run", 0),
        ("gate", "from lakehouse.gate.suite import compile_suite", 0),
        ("gate", "from . import suite", 1),
        ("gate", "import dashboards.data", 1),
        ("gate", "import lakehouse.attic", 1),
        ("silver", "import lakehouse.gold.daily_sales", 1),
        ("conform", "import lakehouse.ingest", 1),
        ("rules", "import lakehouse.columns", 1),
    ],
)
def test_the_reader_of_imports_can_fail(room, text, faults):
    assert len(import_faults(ast.parse(text), room)) == faults


def test_the_reader_of_calls_can_fail():
    text = "rows.collect()\nrows.count()\nF.count('a')\nudf(f)\nrows.toPandas()\n'a'.count('b')\nF.collect_list('a')"
    assert [name for name, _ in forbidden_calls(ast.parse(text))] == ["collect", "count", "udf", "toPandas"]


def test_the_reader_of_sizes_can_fail():
    long = ast.parse("def f():\n" + "    x = 1\n" * 40)
    assert long_functions(long) == ["f in line 1 has 41 lines"]
    assert crowded_functions(ast.parse("def f(self, a, b, c): ...\ndef g(a, b, c, d): ...")) == [
        "g in line 2 takes 4 positional parameters"
    ]
