"""Series as Arrow delivers them, into arrays and back; runs in Spark's Python workers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lakehouse.analytics.forecast.backtest import DAY, WEEKLY, backtest
from lakehouse.analytics.forecast.demand import Demand
from lakehouse.analytics.forecast.rows import METHODS, score_columns, stretches, weeks_ahead, weeks_behind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lakehouse.business import Forecast

THOUSAND = 1000.0


def demand_of(batch: Any, forecast: Forecast) -> Demand:
    """Lay out the sales of a batch. Units come as whole thousandths, whose sums are exact in any order."""
    lengths = pc.list_value_length(batch.column("sales")).to_numpy(zero_copy_only=False)
    days_ago, thousandths = (part.to_numpy() for part in batch.column("sales").flatten().flatten())
    series = np.repeat(np.arange(len(lengths)), lengths)
    laid = Demand.of_days(
        series, days_ago.astype(np.int64), thousandths, count=len(lengths), weeks=weeks_behind(forecast)
    )
    return Demand(laid.units / THOUSAND)


def foreseen(batches: Iterable[Any], forecast: Forecast) -> Iterator[Any]:
    """Yield the rows of each block of series."""
    granularities, methods = pa.array([DAY, WEEKLY]), pa.array(METHODS)
    for batch in batches:
        for where, block in demand_of(batch, forecast).blocks():
            for stretch in stretches(block, forecast):
                told = stretch.columns()
                series = pa.array(told["series"] + where.start)
                yield pa.RecordBatch.from_pydict(
                    {
                        "system": batch.column("system").take(series),
                        "product_key": batch.column("product_key").take(series),
                        "granularity": granularities.take(pa.array(told["granularity"].astype(np.int8))),
                        "offset": pa.array(told["offset"].astype(np.int32)),
                        "method": methods.take(pa.array(told["method"])),
                        **{name: pa.array(told[name], from_pandas=True) for name in ("units", "low", "high", "actual")},
                    }
                )


def judged(batches: Iterable[Any], forecast: Forecast) -> Iterator[Any]:
    """Yield the sums of each block of series."""
    asked = {"ahead": weeks_ahead(forecast), "cuts": forecast.cuts, "least_days": forecast.least_days}
    for batch in batches:
        for where, block in demand_of(batch, forecast).blocks():
            mine = batch.slice(where.start, len(block))
            for granularity, method, sums in score_columns(backtest(block, share=float(forecast.band), **asked)):
                yield pa.RecordBatch.from_pydict(
                    {
                        "system": mine.column("system"),
                        "categories": mine.column("categories"),
                        "granularity": pa.repeat(granularity, len(block)),
                        "method": pa.repeat(method, len(block)),
                        **{name: pa.array(values) for name, values in sums.items()},
                    }
                )
