"""The forecast and its accuracy, from till slips to tables that passed the gate."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from run.tills import TILLS

FIRST, DAYS = date(2024, 1, 1), 180


def slips() -> str:
    """Two cups a day and four on Saturdays, a vase once, and a cup that came back."""
    lines = ["order,sku,qty,price,at"]
    for number in range(DAYS):
        day = FIRST + timedelta(days=number)
        lines.append(f"{number},cup,{4 if day.weekday() == 5 else 2},3.00,{day} 12:00:00")
    lines.append(f"vase,vase,8,20.00,{FIRST + timedelta(days=DAYS - 3)} 12:00:00")
    return "\n".join(lines) + "\n"


@pytest.mark.full
def test_a_forecast_passes_the_gate_and_a_second_one_of_the_same_day_is_the_same(engine):
    engine.add_source("tills", TILLS)
    engine.deliver("tills/all.csv", slips())
    today = FIRST + timedelta(days=DAYS)
    marts = ("+gold.demand_forecast", "+gold.forecast_accuracy")
    assert engine.run(*marts, as_of=str(today)) == 0
    told = "SELECT sum(units) AS units, min(low_units) AS low FROM f WHERE product_key = '{}' AND granularity = '{}'"
    ahead = " AND NOT is_history"
    forecast = {"f": "gold.demand_forecast"}
    assert engine.query(told.format("cup", "week") + ahead, **forecast) == [{"units": Decimal(64), "low": Decimal(16)}]
    assert engine.query(told.format("vase", "week") + ahead, **forecast) == [{"units": Decimal(4), "low": Decimal(0)}]
    saturday = "SELECT units FROM f WHERE granularity = 'day' AND forecast_on = '2024-07-06'"
    assert engine.query(saturday, **forecast) == [{"units": Decimal("4.000")}]
    judged = "SELECT series, cuts, wape, is_better FROM a WHERE category = 'all' AND method = 'chosen'"
    assert (
        engine.query(judged, a="gold.forecast_accuracy")
        == [{"series": 1, "cuts": 3, "wape": Decimal(0), "is_better": False}] * 2
    )  # repeating a week is right as well
    assert engine.failed(engine.last("gold.forecast_accuracy")) == {"chosen.beats_both": 2}
    assert engine.failed(engine.last("gold.demand_forecast")) == {}
    rows = engine.query("SELECT * FROM f ORDER BY product_key, granularity, forecast_on", **forecast)
    assert engine.run("gold.demand_forecast", as_of=str(today), full_refresh=("gold.demand_forecast",)) == 0
    assert engine.query("SELECT * FROM f ORDER BY product_key, granularity, forecast_on", **forecast) == rows
