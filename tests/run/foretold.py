"""How well expected spend was: what a mart said on a day against what the same customers then did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from lakehouse.business import AsOf, Business
from lakehouse.gold.customer_value import customer_value

if TYPE_CHECKING:
    from engine import Engine
    from pyspark.sql import DataFrame, SparkSession

YEAR = 365


@dataclass(frozen=True)
class Kept:
    """How a foretelling held."""

    total: float
    """What was foretold ÷ what came, over all customers."""
    rank: float
    """Spearman's correlation over customers."""
    tenths: tuple[float, ...]
    """What was foretold ÷ what came, by tenths of customers, least first."""

    @property
    def off(self) -> float:
        """Mean distance of the tenths from what came: 0.7 is half or twice as much."""
        return float(np.mean(np.abs(np.log(self.tenths))))


def judged(engine: Engine, spark: SparkSession, day: date, days: int) -> pd.DataFrame:
    """Return customers as they were judged on a day, with `next`, `usual` and `foretold` spend of the days that follow.

    `usual` is the naive way: they will spend what they spent in the last 365 days.
    """
    cube, people = (
        spark.read.format("delta").load(engine.lake.path(f"gold.{n}")) for n in ("customer_cube", "dim_customer")
    )
    value = customer_value(days=cube, customers=people, params=Business(), as_of=AsOf({}, day)).toPandas()
    value = value[value["recency_score"].notna()].set_index("customer_key")
    began, spent = daily(cube)
    after = spent[(spent["age"] >= (day - began).days) & (spent["age"] < (day - began).days + days)]
    before = spent[(spent["age"] < (day - began).days) & (spent["age"] >= (day - began).days - YEAR)]
    so_long = days / min((day - began).days, YEAR)
    value["next"] = after.groupby("customer_key")["net"].sum().reindex(value.index).fillna(0)
    value["usual"] = before.groupby("customer_key")["net"].sum().reindex(value.index).fillna(0) * so_long
    value["foretold"] = value["expected_12_months_amount"].astype(float) * days / YEAR
    return value


def daily(cube: DataFrame) -> tuple[date, pd.DataFrame]:
    """Return the first day of a business, and what each customer spent on each day since."""
    found = cube.selectExpr("customer_key", "sold_on", "CAST(net_amount AS DOUBLE) AS net").toPandas()
    began = found["sold_on"].min()
    return began, found.assign(age=[(day - began) // timedelta(days=1) for day in found["sold_on"]])


def kept(foretold: pd.Series, came: pd.Series) -> Kept:
    """Compare what was foretold with what came."""
    tenth = pd.qcut(foretold.rank(method="first"), 10, labels=False)
    tenths = foretold.groupby(tenth).sum() / came.groupby(tenth).sum()
    return Kept(foretold.sum() / came.sum(), foretold.rank().corr(came.rank()), tuple(tenths.round(3)))
