"""One short text for a value: the same value has the same text on every machine and in every run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, is_dataclass
from typing import Any


def fingerprint(value: Any) -> str:
    """SHA-256 of a frozen value, a map, a list or a plain value; the order of words in a map does not count."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=_plain).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
