"""Series as Arrow delivers them, into arrays and back; runs in Spark's Python workers."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lakehouse.analytics.forecast.backtest import CHOSEN, DAY, WEEKLY, YARDSTICKS, Scores, backtest
from lakehouse.analytics.forecast.demand import Demand
from lakehouse.analytics.forecast.rows import METHODS, rows_of, weeks_ahead, weeks_behind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

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
    """Yield the days and weeks of the series of each batch."""
    granularities, methods = pa.array([DAY, WEEKLY]), pa.array(METHODS)
    for batch in batches:
        for told in rows_of(demand_of(batch, forecast), forecast):
            series = pa.array(told["series"])
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
    """Yield what the backtest sums up for the series of each batch."""
    asked = {"ahead": weeks_ahead(forecast), "cuts": forecast.cuts, "least_days": forecast.least_days}
    for batch in batches:
        demand = demand_of(batch, forecast)
        for where, block in demand.blocks(demand.sold_days[-1] >= forecast.least_days):
            of = [batch.column(name).take(pa.array(where)) for name in ("system", "categories")]
            for (granularity, method), scores in backtest(block, share=float(forecast.band), **asked).items():
                sums = {name: np.round(values, 6) for name, values in vars(scores).items()}
                yield scored(of, granularity, method, sums=sums)
        yield from named(batch)


def named(batch: Any) -> Iterator[Any]:
    """Yield one row without a point for each system, categories and method: none is missing where none was judged."""
    columns = (batch.column(name).to_pylist() for name in ("system", "categories"))
    told = {repr(each): each for each in zip(*columns, strict=True)}
    systems, categories = ([each[place] for each in told.values()] for place in (0, 1))
    of = [pa.array(systems, pa.string()), pa.array(categories, pa.list_(pa.string()))]
    nothing = {field.name: np.zeros(len(told)) for field in fields(Scores)}
    for granularity, yardsticks in YARDSTICKS.items():
        for method in (CHOSEN, *yardsticks):
            yield scored(of, granularity, method, sums=nothing)


def scored(of: Sequence[Any], granularity: str, method: str, *, sums: Mapping[str, Any]) -> Any:
    """Return sums as rows; `of` are their systems and categories."""
    count = len(of[0])
    return pa.RecordBatch.from_pydict(
        {
            "system": of[0],
            "categories": of[1],
            "granularity": pa.repeat(granularity, count),
            "method": pa.repeat(method, count),
            **{name: pa.array(values) for name, values in sums.items()},
        }
    )
