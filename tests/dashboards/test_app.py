from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboards
from dashboards import data
from lakehouse.errors import LakehouseError

APP = Path(dashboards.__file__).with_name("app.py")
QUALITY = "views/70_quality.py"


def text_of(app: AppTest) -> str:
    return "\n".join(str(one.value) for one in app.get("html"))


def start() -> AppTest:
    return AppTest.from_file(str(APP), default_timeout=30).run()


def value_of(app: AppTest, name: str) -> str:
    return text_of(app).partition(f"<span>{name}</span><strong>")[2].partition("<")[0]


def test_the_overview_of_a_filled_lake(practice):
    app = start()
    assert not app.exception
    shown = text_of(app)
    for word in (
        "Net revenue",
        "Daily revenue",
        "Revenue by category",
        "Regions",
        "Top products",
        "Release 2",
        "gate passed",
    ):
        assert word in shown
    assert "Cannot be shown" not in shown


def test_filters_change_the_numbers(practice):
    app = start()
    everything = value_of(app, "Net revenue")
    app.multiselect(key="region").set_value(["North"]).run()
    assert value_of(app, "Net revenue") not in ("", everything)
    assert value_of(app, "Orders") != ""
    app.multiselect(key="channel").set_value(["Online"]).run()
    assert value_of(app, "Orders") == ""
    assert value_of(app, "Lines") != ""


def test_another_business_shows_its_own_currency(practice):
    app = start()
    app.selectbox(key="business").set_value("giftware").run()
    assert not app.exception
    assert value_of(app, "Net revenue").startswith("£")
    assert "held back: online_retail" in text_of(app)


def test_a_region_chosen_for_one_business_does_not_reach_another(practice):
    app = start()
    app.multiselect(key="region").set_value(["North"]).run()
    app.selectbox(key="business").set_value("giftware").run()
    assert not app.exception
    assert value_of(app, "Net revenue").startswith("£")


@pytest.mark.parametrize("period", ["7D", "30D", "YTD", "12M"])
@pytest.mark.parametrize("comparison", ["last_year", "none"])
def test_every_period_and_comparison_draws(practice, period, comparison):
    app = start()
    app.segmented_control(key="period").set_value(period)
    app.selectbox(key="compare").set_value(comparison)
    app.run()
    assert not app.exception
    assert "Cannot be shown" not in text_of(app)


def test_the_quality_page_accounts_for_every_row(practice):
    app = start().switch_page(QUALITY).run()
    assert not app.exception
    shown = text_of(app)
    for word in (
        "every row accounted for",
        "silver.sales@online_retail",
        "/quality-docs/run-1/silver.sales.html",
        "day-02.csv",
        "Release 1",
    ):
        assert word in shown
    assert "Cannot be shown" not in shown


@pytest.mark.parametrize("page", ["views/10_overview.py", QUALITY])
def test_an_empty_lake_says_what_to_run(empty, page):
    app = start().switch_page(page).run()
    assert not app.exception
    assert "Nothing to show yet" in text_of(app)
    assert "./scripts/demo" in text_of(app)


def test_a_mistake_in_conf_is_shown_whole(empty, tmp_path):
    tmp_path.joinpath("conf", "dev.yaml").write_text("rots: {}\n")
    data.place.__globals__["read_place"].cache_clear()
    app = start()
    assert not app.exception
    assert "Conf cannot be read" in text_of(app)
    assert "rots" in text_of(app)


@pytest.mark.parametrize(
    ("error", "told"),
    [(LakehouseError("the file is gone"), "the file is gone"), (ValueError("x"), "Something unexpected")],
)
def test_a_card_that_fails_says_so_and_the_others_go_on(practice, monkeypatch, error, told):
    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(data, "totals_by", broken)
    app = start()
    assert not app.exception
    shown = text_of(app)
    assert told in shown
    assert "Top products" in shown
    assert "Noise-cancelling headphones" in shown
