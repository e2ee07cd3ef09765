"""Every commit of a run, told of from outside: what a process leaves behind, in words that a test can name."""

from __future__ import annotations

import functools
import sys
import threading
from typing import TYPE_CHECKING, Any

from lakehouse import gate, ledger, store
from lakehouse.lake import Lake, files
from lakehouse.steps import closing

if TYPE_CHECKING:
    from collections.abc import Callable

    from lakehouse.ledger import StepRecord
    from lakehouse.table import Table


def watch(seen: Callable[[str], None]) -> None:
    """Tell `seen`, before and after, of each write: `before append silver.sales`, `after ops.steps silver.sales done`.

    The heartbeat of the lease, which comes when it comes, is left out.
    """
    for owner, name, words in WRITES:
        _wrap(owner, name, words, seen)


def of_append(_lake: Lake, table: Table, rows: list[dict[str, Any]], **_: Any) -> str:
    """Of the ledger's tables: which one, and what its row says."""
    row = rows[0]
    said = {
        "ops.steps": f" {row.get('table')} {row.get('state')}",
        "ops.files": f" {row.get('source')} {row.get('state')}",
        "ops.runs": f" {row.get('state')}",
        "ops.dq_results": f" {row.get('table')}",
    }
    return f"{table.name}{said.get(table.name, '')}"


def of_create(_lake: Lake, table: Table, *_: Any) -> str:
    return f"create {table.name}"


def of_write(_rows: Any, _lake: Lake, table: Table | str, **how: Any) -> str:
    return table if isinstance(table, str) else table.name


def of_move(_lake: Lake, table: str, **_: Any) -> str:
    return f"move {table}"


def of_stage(_rows: Any, *, folder: str, **_: Any) -> str:
    root, _, step_id = folder.rpartition("/staging/")
    [table] = [step.table for step in ledger.steps(Lake(root)) if step.step_id == step_id]
    return f"stage {table}"


def of_clear(record: StepRecord, _context: Any) -> str:
    return f"clear {record.table}"


WRITES: tuple[tuple[Any, str, Callable[..., str]], ...] = (
    (Lake, "append", of_append),
    (Lake, "create", of_create),
    (store, "append", lambda *given, **how: f"append {of_write(*given, **how)}"),
    (store, "replace", lambda *given, **how: f"replace {of_write(*given, **how)}"),
    (store, "merge", lambda *given, **how: f"merge {of_write(*given, **how)}"),
    (files, "move_in", of_move),
    (gate, "stage", of_stage),
    (closing, "clear_staging", of_clear),
)


def _wrap(owner: Any, name: str, words: Callable[..., str], seen: Callable[[str], None]) -> None:
    """Put a function that tells in the place of another, wherever the lakehouse imported it."""
    inner = getattr(owner, name)

    @functools.wraps(inner)
    def told(*given: Any, **how: Any) -> Any:
        if threading.current_thread() is not threading.main_thread():
            return inner(*given, **how)
        label = words(*given, **how)
        seen(f"before {label}")
        result = inner(*given, **how)
        seen(f"after {label}")
        return result

    setattr(owner, name, told)
    for module in [m for n, m in sys.modules.items() if n.startswith("lakehouse")]:
        for key, value in list(vars(module).items()):
            if value is inner:
                setattr(module, key, told)
