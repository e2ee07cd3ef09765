"""Forget a customer, then build the marts again, so that what readers see next does not know them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from lakehouse.catalog import load_conf
from lakehouse.maintain.forgetting import forget
from lakehouse.plan import Selection
from lakehouse.run import run
from lakehouse.run.telling import Teller

if TYPE_CHECKING:
    from lakehouse.run.request import Request


def forget_and_build(request: Request, *, system: str, customer: str) -> int:
    """Erase a customer of a business and run what is built from it; return the exit code of that run.

    Raises as `forget` and `run` do.
    """
    settings, catalog = load_conf(request.conf, request.env, request.overrides)
    forgotten = forget(settings, catalog, system=system, customer=customer, dry_run=request.dry_run)
    Teller(request.json_logs).say(forgotten.text)
    if request.dry_run or not forgotten.found:
        return 0
    by_name = tuple(name for name in catalog.order() if name.startswith("gold."))  # built whosever turn it is
    return run(replace(request, selection=Selection(by_name)))
