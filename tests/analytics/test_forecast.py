"""Demand of many series foretold: what each way expects, what is odd, and that it beats the simplest ways."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from lakehouse.analytics.forecast import METHODS, arrow
from lakehouse.analytics.forecast.backtest import CHOSEN, YARDSTICKS, backtest
from lakehouse.analytics.forecast.band import ends
from lakehouse.analytics.forecast.demand import Demand
from lakehouse.analytics.forecast.outlook import Model
from lakehouse.analytics.forecast.rows import rows_of
from lakehouse.business import Forecast
from scripts.practice.lines import Part, draw
from scripts.practice.season import line_ends
from scripts.practice.world import world

WEEKLY_FILE = Path(__file__).parents[3] / "shared" / "data" / "weekly_product_demand" / "sales_transactions_weekly.csv"
WEEKS = 57


def days_of(*series):
    """Demand of 57 weeks, each series given from its first day on; what comes before is 0."""
    rows = np.zeros((len(series), WEEKS * 7))
    for row, units in zip(rows, series, strict=True):
        row[len(row) - len(units) :] = units
    return Demand(rows.T.reshape(WEEKS, 7, len(series)).copy())


def told(demand, **changed):
    """Rows by (granularity, series, offset)."""
    found = {}
    for columns in rows_of(demand, Forecast(**changed)):
        for place, series in enumerate(columns["series"]):
            granularity = ("day", "week")[int(columns["granularity"][place])]
            key = (granularity, int(series), int(columns["offset"][place]))
            assert key not in found
            values = (float(columns[name][place]) for name in ("units", "low", "high", "actual"))
            found[key] = (METHODS[columns["method"][place]], *values)
    return found


def summed(demand, **asked):
    total: dict[tuple[str, str], np.ndarray] = {}
    names = ("absolute", "actual", "scaled", "scaled_cuts", "covered", "points")
    for _, block in demand.blocks(demand.sold_days[-1] > 0):
        for key, scores in backtest(block, ahead=4, cuts=3, share=0.8, **asked).items():
            total[key] = total.get(key, 0) + np.array([getattr(scores, name).sum() for name in names])
    return {key: (a / b, c / d, e / f) for key, (a, b, c, d, e, f) in total.items()}


def test_sales_are_laid_out_by_day_and_currencies_of_a_day_are_added():
    demand = Demand.of_days(
        np.array([0, 1, 0, 0, 1]), np.array([1, 14, 1, 15, 0]), np.array([2.0, 3, 4, 9, 9]), count=2, weeks=2
    )
    assert demand.units[:, :, 0].tolist() == [[0] * 7, [0] * 6 + [6]]
    assert demand.units[:, :, 1].tolist() == [[3] + [0] * 6, [0] * 7]


@pytest.mark.parametrize(
    ("errors", "lower", "upper"),
    [
        (range(1, 20), 2, 18),  # a tenth and nine tenths of 19 + 1
        (range(1, 10), 1, 9),
        ([5.0], 5, 5),
        ([np.nan, 3, np.nan, 1, 2], 1, 3),
        ([np.nan], 0, 0),
        ([], 0, 0),
    ],
)
def test_a_band_counts_off_the_errors(errors, lower, upper):
    low, high = ends(np.array(list(errors), dtype=float).reshape(-1, 1), 0.8)
    assert (low.tolist(), high.tolist()) == ([lower], [upper])


def test_a_steady_product_goes_on_as_it_is_and_a_weekday_pattern_comes_again():
    found = told(days_of([2.0] * 140, [1.0, 1, 1, 1, 1, 4, 5] * 20))
    assert found["day", 0, 0] == pytest.approx(("smoothing", 2, 2, 2, np.nan), nan_ok=True)
    assert found["week", 0, 21] == pytest.approx(("smoothing", 14, 14, 14, np.nan), nan_ok=True)
    assert [found["day", 1, day][1] for day in range(7, 14)] == pytest.approx([1, 1, 1, 1, 1, 4, 5], abs=0.01)
    assert found["week", 1, 0][1] == pytest.approx(14)
    assert found["day", 1, -2] == pytest.approx(("smoothing", 4, np.nan, np.nan, 4), nan_ok=True, abs=0.01)
    assert sorted(day for kind, series, day in found if (kind, series) == ("day", 0)) == list(range(-56, 28))
    assert len([day for kind, series, day in found if (kind, series) == ("week", 1) and day < 0]) == 19


def test_what_is_known_little_of_is_told_simply():
    young = [float(day) for day in range(1, 22)]
    found = told(days_of([8.0, 0, 0], [], young))
    assert found["week", 0, 0][:4] == ("mean week", 1, 0, 8), "8 units, spread over 8 weeks at least"
    assert found["week", 1, 14][:4] == ("no sale", 0, 0, 0)
    assert [kind for kind, series, _ in found if series in (0, 1)] == ["week"] * 8
    assert [found["day", 2, day][1] for day in range(7)] == young[-7:]
    assert found["day", 2, 27][:4] == ("seasonal naive", 21, 2, 21)
    assert found["week", 2, 0][:2] == ("seasonal naive", sum(young[-7:]))


def test_a_product_that_sells_seldom_is_intermittent_and_one_that_stopped_is_forgotten():
    seldom = ([5.0] + [0.0] * 20) * 19
    found = told(days_of(seldom, seldom[:200] + [0.0] * 199))
    method, units, low, high, _ = found["week", 0, 0]
    assert method == "intermittent"
    assert 1 < units < 2.5, "5 units every third week"
    assert (low, high) == (0, pytest.approx(5, abs=1))
    assert found["week", 1, 0][1] == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(
    "units",
    [
        [0.0] * 399, [1.0] + [0.0] * 398, [0.0] * 398 + [1e12], [1e12] * 399, [3.0, 0, 0] * 133, [1e-3] * 399,
        [float(2**day) for day in range(40)], list(np.geomspace(1, 1e9, 399)), [1.0] * 200 + [1e9] + [1.0] * 198,
    ],
)  # fmt: skip
@pytest.mark.parametrize("horizon", [1, 28, 30])
def test_odd_series_give_sensible_numbers(units, horizon):
    with np.errstate(all="raise", under="ignore"):
        found = told(days_of(units), horizon_days=horizon)
    most = sum(sorted(units)[-7:])
    for _, expected, low, high, actual in found.values():
        assert 0 <= expected <= 7 * 2 * most + 1
        assert np.isnan(low) != np.isnan(actual)
        assert np.isnan(low) or 0 <= low <= expected <= high <= 1e15


def test_a_short_memory_and_no_series_at_all_are_no_mistake():
    assert told(days_of()) == {}
    short = Demand(np.ones((12, 7, 1)))
    assert told(short, history_days=5)["day", 0, 0][:2] == ("smoothing", 1)
    assert backtest(Demand(np.ones((3, 7, 1))), ahead=4, cuts=3, share=0.8, least_days=1) == {}


def test_a_forecast_knows_nothing_of_what_comes_after():
    chance = np.random.default_rng(5)
    units = chance.poisson(3, (WEEKS, 7, 40)).astype(float)
    other = units.copy()
    other[41:] = chance.poisson(30, other[41:].shape)
    one, two = (Model(Demand(each), 4).after(40, 0.8) for each in (units, other))
    assert np.array_equal(one.units, two.units)
    assert np.array_equal(one.high, two.high)


def delivered(**sales):
    """A batch as Spark delivers it: pairs of days ago and units by product."""
    kind = pa.list_(pa.field("element", pa.struct([("days_ago", pa.int32()), ("thousandths", pa.int64())])))
    listed = [[{"days_ago": ago, "thousandths": units * 1000} for ago, units in each] for each in sales.values()]
    categories = pa.array([["Mugs"]] * len(sales), pa.list_(pa.field("element", pa.string())))
    return pa.RecordBatch.from_pydict({
        "system": pa.array(["shop"] * len(sales), pa.string()),
        "product_key": pa.array(list(sales), pa.string()),
        "sales": pa.array(listed, kind),
        "categories": categories,
    })  # fmt: skip


@pytest.mark.parametrize("answer", [arrow.foreseen, arrow.judged])
def test_all_batches_of_an_answer_are_alike(answer):
    often, seldom = [(ago, 2) for ago in range(1, 300)], [(3, 1)]
    batches = [delivered(cup=often, vase=seldom), delivered(vase=seldom), delivered(), delivered(vase=[], cup=often)]
    answered = list(answer(iter(batches), Forecast()))
    assert len({batch.schema for batch in answered}) == 1
    assert pa.Table.from_batches(answered).num_rows == sum(batch.num_rows for batch in answered) > 0


def test_a_part_of_a_batch_is_read_as_that_part():
    whole = delivered(cup=[(1, 5)], vase=[(2, 7), (2, 1)], bowl=[])
    units = arrow.demand_of(whole.slice(1), Forecast()).units
    assert units[-1].T.tolist() == [[0, 0, 0, 0, 0, 8, 0], [0] * 7]


def test_a_series_is_foretold_alike_whoever_stands_beside_it():
    chance = np.random.default_rng(6)
    units = chance.poisson(2, (WEEKS, 7, 30)).astype(float)
    alone, among = told(Demand(units[:, :, 4:5].copy())), told(Demand(units))
    assert repr(alone) == repr({(kind, 0, day): row for (kind, series, day), row in among.items() if series == 4})


def test_the_yardsticks_are_what_they_are_called():
    rising = Demand.of_weeks(np.arange(1.0, 53)[None])
    found = summed(rising, least_days=1)
    assert found["week", "last value"][1] == pytest.approx(2.5)
    assert found["week", "mean of 8 weeks"][1] == pytest.approx(6)
    assert found["week", "last value"][0] == pytest.approx(2.5 / 46.5)
    assert found["week", CHOSEN][1] < 1


def beats_both(found, granularity):
    """By WAPE and by MASE."""
    mine = found[granularity, CHOSEN]
    return all(mine[kind] < found[granularity, name][kind] for name in YARDSTICKS[granularity] for kind in (0, 1))


@pytest.mark.parametrize("days", [366, 300])
def test_it_beats_the_yardsticks_on_the_daily_demand_of_the_practice_shop(days):
    lines = 200_000
    shop = world(7, lines, start=date(2024, 1, 1), days=days)
    ends_of_days = line_ends(date(2024, 1, 1), days, lines, busy=shop.unusual.busy)
    sold = draw(shop, Part(0, 0, 0, lines), ends_of_days)
    is_sale = sold.quantity > 0
    demand = Demand.of_days(
        sold.product[is_sale],
        days - sold.day[is_sale],
        sold.quantity[is_sale].astype(float),
        count=len(shop.catalogue),
        weeks=days // 7,
    )
    found = summed(demand, least_days=10)
    assert beats_both(found, "day")
    assert days != 366 or beats_both(found, "week")
    assert 0.6 < found["day", CHOSEN][2] < 0.9


def test_it_beats_the_yardsticks_on_demand_that_wanders():
    chance = np.random.default_rng(1)
    level = np.exp(chance.normal(1, 1, 300) + np.cumsum(chance.normal(0, 0.015, (WEEKS * 7, 300)), axis=0))
    weekday = np.clip(1 + 0.3 * chance.standard_normal((7, 300)), 0.2, None)
    units = chance.poisson(level * np.tile(weekday, (WEEKS, 1))).astype(float).reshape(WEEKS, 7, 300)
    found = summed(Demand(units), least_days=10)
    assert beats_both(found, "day")
    assert beats_both(found, "week")
    assert 0.75 < found["day", CHOSEN][2] < 0.85


@pytest.mark.skipif(not WEEKLY_FILE.exists(), reason="the shared data does not lie beside the project")
def test_it_beats_the_yardsticks_on_a_year_of_weeks_of_811_real_products():
    with WEEKLY_FILE.open(newline="") as file:
        rows = [[float(row[f"W{week}"]) for week in range(52)] for row in csv.DictReader(file)]
    found = summed(Demand.of_weeks(np.array(rows)), least_days=1)
    assert len(rows) == 811
    assert beats_both(found, "week")
    assert [round(value, 3) for value in found["week", CHOSEN]] == [0.259, 0.988, 0.829]
