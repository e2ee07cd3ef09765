"""Demand of every product foretold, and the forecast tried against what followed: numpy over thousands of series.

The one place where rows leave Spark's own expressions: smoothing walks through the weeks of a series, each of which
needs the one before, which SQL says badly; here each step is taken for a thousand series at once, in Arrow batches.
"""

from __future__ import annotations

from lakehouse.analytics.forecast.rows import METHODS
from lakehouse.analytics.forecast.series import foreseen, judged, series_of

__all__ = ["METHODS", "foreseen", "judged", "series_of"]
