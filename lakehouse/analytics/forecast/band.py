"""How far what follows may lie from what is expected: the errors made so far, counted off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from lakehouse.analytics.forecast.demand import Floats


def ends(errors: Floats, share: float) -> tuple[Floats, Floats]:
    """Return the lower and the upper error between which `share` of the next ones fall; by error and series.

    Split conformal: the k-th smallest of n errors with k = (n + 1) × quantile, rounded outwards (Vovk, Gammerman and
    Shafer 2005; Lei et al. 2018), so no shape of the errors is assumed. NaN is no error; a series without any gets 0.
    """
    if not len(errors):
        return np.zeros(errors.shape[1]), np.zeros(errors.shape[1])
    ordered = np.sort(errors, axis=0)
    count = (~np.isnan(ordered)).sum(axis=0)
    tail = (1 - share) / 2
    # a hair less and more: 20 tenths must not become 2.0000000000000004
    lower = np.floor((count + 1) * tail + 1e-9).astype(np.int64)
    upper = np.ceil((count + 1) * (1 - tail) - 1e-9).astype(np.int64)
    return (_nth(ordered, lower, count), _nth(ordered, upper, count))


def range_of(units: Floats, age: Floats, share: float) -> tuple[Floats, Floats]:
    """Return the range in which `share` of the past of each series fell, of the last `age` rows of `units`."""
    rows = np.arange(len(units))[:, None]
    return ends(np.where(rows >= len(units) - age, units, np.nan), share)


def _nth(ordered: Floats, place: np.ndarray, count: np.ndarray) -> Floats:
    """Return the place-th smallest of each series, the smallest or largest where there are not so many."""
    index = np.clip(place, 1, np.maximum(count, 1)) - 1
    found = np.take_along_axis(ordered, index[None, :], axis=0)[0]
    known: Floats = np.nan_to_num(found)
    return known
