"""Tell somebody when a run is blocked, failed or late: a command, or an address that takes JSON."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lakehouse.settings.values import OnResult

SECONDS = 20


def report(on_result: OnResult, result: Mapping[str, Any], complain: Callable[[str], None]) -> None:
    """Pass the result on; a hook that fails is complained about and never fails the run."""
    text = json.dumps(result, default=str)
    try:
        if on_result.command:
            subprocess.run(on_result.command, input=text, text=True, check=True, timeout=SECONDS)  # noqa: S603 — conf
        if on_result.post:
            _post(on_result.post, text)
    except (OSError, subprocess.SubprocessError, ValueError) as error:
        complain(f"on_result: {error}")


def _post(address: str, text: str) -> None:
    if not address.startswith(("http://", "https://")):
        raise ValueError(f"{address!r} is no http address")
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(address, text.encode(), headers)  # noqa: S310 — the scheme is checked above
    with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310
        pass
