from __future__ import annotations

import ast
from datetime import date, timedelta
from pathlib import Path

import pytest

from dashboards import charts, parts
from dashboards.charts import Bar, Course
from dashboards.look import DARK, LIGHT

DAYS = tuple(date(2024, 3, 1) + timedelta(days=place) for place in range(5))
COURSE = Course(
    DAYS, (1.0, 4.0, 2.0, 3.0, 5000.0), (2.0, 9.0, 2.0, 2.0, 2.0), tuple(d - timedelta(days=7) for d in DAYS)
)
HOME = Path(charts.__file__).parent


def test_a_trend_draws_both_periods_on_the_same_days():
    figure = charts.trend(COURSE, currency="USD", theme=LIGHT).to_dict()
    before, now = figure["data"]
    assert tuple(now["x"]) == tuple(before["x"]) == DAYS
    assert now["line"]["color"] == LIGHT.mark
    assert now["customdata"][4] == "$5,000"
    assert before["customdata"][1] == "$9 (24 Feb 2024)"
    (label,) = figure["layout"]["annotations"]
    assert (label["text"], label["x"]) == ("Previous", DAYS[1])


def test_without_a_comparison_there_is_one_line_and_one_day_is_a_point():
    figure = charts.trend(Course(DAYS[:1], (3.0,)), currency="USD", theme=LIGHT).to_dict()
    (only,) = figure["data"]
    assert only["mode"] == "lines+markers"
    assert "annotations" not in figure["layout"] or not figure["layout"]["annotations"]


def test_figures_follow_the_theme_and_are_kept():
    assert charts.trend(COURSE, currency="USD", theme=DARK).data[1].line.color == DARK.mark
    assert charts.trend(COURSE, currency="USD", theme=DARK) is charts.trend(COURSE, currency="USD", theme=DARK)


def test_bars_mark_what_was_before_and_say_how_much_it_changed():
    bars = (Bar("Home", 110.0, 100.0), Bar("Toys", 30.0, 40.0), Bar("New", 1.0, 0.0))
    figure = charts.ranked_bars(bars, currency="GBP", theme=LIGHT).to_dict()
    drawn, ticks = figure["data"]
    assert (drawn["x"], ticks["x"]) == ([110.0, 30.0, 1.0], [100.0, 40.0, 0.0])
    texts = [note["text"] for note in figure["layout"]["annotations"]]
    assert texts == ["<b>£110</b>", "▲ 10%", "<b>£30</b>", "▼ 25%", "<b>£1</b>", "new"]
    assert figure["layout"]["annotations"][3]["font"]["color"] == LIGHT.bad


def test_bars_without_a_comparison_have_no_ticks():
    figure = charts.ranked_bars((Bar("Home", 110.0),), currency="GBP", theme=LIGHT).to_dict()
    assert len(figure["data"]) == 1
    assert [note["text"] for note in figure["layout"]["annotations"]] == ["<b>£110</b>"]


def test_names_are_shown_as_text_never_as_markup():
    figure = charts.ranked_bars((Bar("<b>x</b>", 1.0),), currency="USD", theme=LIGHT).to_dict()
    assert "<b>x" not in figure["layout"]["yaxis"]["ticktext"][0]
    assert "<b>x" not in figure["data"][0]["customdata"][0]
    assert "<script>" not in parts.named("<script>", "<script>") + parts.kpi("<script>", "<script>")
    assert "<script>" not in parts.tile("<script>", "1", change="", values=(1.0, 2.0), mean=(1.0, 1.0), bounds=(0, 2))


@pytest.mark.parametrize("file", sorted(HOME.rglob("*.py")), ids=lambda file: file.name)
def test_figures_are_literals(file):
    tree = ast.parse(file.read_text())
    calls = {
        node.func.attr for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }
    assert not {
        name for name in calls if name.startswith(("add_trace", "add_annotation", "update_layout", "update_xaxes"))
    }
    assert "plotly.express" not in file.read_text()


def test_a_change_says_whether_it_is_good_news():
    assert "good" in parts.delta(0.1)
    assert "bad" in parts.delta(0.1, higher_is_good=False)
    assert "▼" in parts.delta(-0.1)
    assert parts.delta(None) == ""
    assert "=" in parts.delta(0.0)


def test_small_lines_need_two_points():
    assert "mask" not in parts.spark((1.0,))
    assert "mask" in parts.spark((1.0, 1.0))


def test_a_bar_of_books_tells_its_rows():
    bar = parts.books_bar([("published", 90), ("quarantined", 10), ("held", 0)])
    assert 'aria-label="90 published, 10 quarantined"' in bar
    assert "b-held" not in bar
