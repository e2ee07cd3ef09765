"""What a person asked a run to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from lakehouse.plan import Selection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakehouse.plan import Days


@dataclass(frozen=True)
class Request:
    """The command line of `jobs/run.py`."""

    conf: Path = Path("conf")
    env: str = "dev"
    overrides: Mapping[str, str] = field(default_factory=dict)
    selection: Selection = field(default_factory=Selection)
    as_of: str = ""
    days: Days | None = None
    """Days to judge again; nothing else is done then."""
    dry_run: bool = False
    resume: bool = False
    json_logs: bool = False
