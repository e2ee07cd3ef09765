"""Keep what Great Expectations has to say to its own developers away from people who run a job."""

from __future__ import annotations

import logging
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

LIBRARY = "great_expectations"


@contextmanager
def quiet() -> Iterator[None]:
    """Silence deprecations and the log of Great Expectations below errors; afterwards everything is as before."""
    log = logging.getLogger(LIBRARY)
    before = log.level
    log.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            warnings.simplefilter("ignore", ResourceWarning)
            yield
    finally:
        log.setLevel(before)
