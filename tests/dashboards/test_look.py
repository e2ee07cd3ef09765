from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dashboards import look
from dashboards.look import DARK, LIGHT

CONFIG = Path(look.__file__).with_name(".streamlit") / "config.toml"


def luminance(colour: str) -> float:
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mixed(colour: str, ground: str, part: float) -> str:
    pairs = ((int(colour[p : p + 2], 16), int(ground[p : p + 2], 16)) for p in (1, 3, 5))
    return "#" + "".join(f"{round(a * part + b * (1 - part)):02X}" for a, b in pairs)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["card", "canvas"])
@pytest.mark.parametrize("colour", ["text", "muted", "link", "good", "warn", "bad"])
def test_text_can_be_read(theme, ground, colour):
    assert contrast(getattr(theme, colour), getattr(theme, ground)) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_words_of_a_state_can_be_read_on_their_tags(theme):
    for tone, part in (("good", 0.12), ("warn", 0.13), ("bad", 0.11)):
        colour = getattr(theme, tone)
        assert contrast(colour, mixed(colour, theme.card, part)) >= 4.5, tone
    assert contrast(theme.muted, theme.inset) >= 4.5
    assert contrast("#FFFFFF", theme.primary) >= 4.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_marks_can_be_seen(theme):
    for mark in (theme.mark, theme.second, theme.previous, theme.bad):
        assert contrast(mark, theme.card) >= 3


def test_the_framework_paints_with_the_same_colours():
    told = tomllib.loads(CONFIG.read_text())
    for theme in (LIGHT, DARK):
        colours = told["theme"][theme.mode]
        names = ("primary", "link", "background", "secondaryBackground", "text", "border")
        mine = (theme.primary, theme.link, theme.card, theme.inset, theme.text, theme.line)
        assert tuple(colours[f"{name}Color"] for name in names) == mine
    assert told["runner"]["postScriptGC"] is False
    assert told["client"]["toolbarMode"] == "minimal"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"), (0, "$0"), (6952.4, "$6,952"), (9999.4, "$9,999"), (12_345, "$12.3K"), (999_949, "$999.9K"),
        (999_960, "$1.00M"), (19_610_000, "$19.61M"), (2_300_000_000, "$2.30B"), (-1_234_567, "−$1.23M"),
    ],
)  # fmt: skip
def test_money_keeps_the_digits_that_matter(value, text):
    assert look.money(value, "USD") == text


def test_other_formats():
    assert look.money(12, "CHF") == "CHF 12"
    assert look.exact_money(-529_441.4, "GBP") == "−£529,441"
    assert look.price(63.634, "EUR") == "€63.63"
    assert (look.share(0.0289), look.share(0.0), look.share(0.00001), look.share(None)) == (
        "2.9%",
        "0.0%",
        "< 0.1%",
        "–",
    )
    assert look.points(-0.0289) == "2.89 pt"
    assert (look.change(90, 100), look.change(1, 0), look.change(None, 1)) == (pytest.approx(-0.1), None, None)
    assert look.span(date(2023, 12, 19), date(2024, 3, 7)) == "19 Dec 2023 – 7 Mar 2024"
    assert look.span(date(2024, 1, 1), date(2024, 3, 7)) == "1 Jan – 7 Mar 2024"
    assert look.span(date(2024, 1, 1), date(2024, 1, 1)) == "1 Jan 2024"
    assert (look.seconds(4.21), look.seconds(83), look.seconds(720)) == ("4.2 s", "83 s", "12 min")
    assert (look.plural(1, "rule"), look.plural(2, "rule")) == ("1 rule", "2 rules")


@pytest.mark.parametrize(
    ("ago", "text"), [(3, "just now"), (150, "2 min ago"), (7200, "2 h ago"), (200_000, "2 d ago")]
)
def test_age(ago, text):
    now = datetime(2024, 3, 17, 12, tzinfo=UTC)
    assert look.age(now - timedelta(seconds=ago), now) == text


def test_the_style_sheet_asks_nobody_outside():
    sheet = look.style_sheet()
    assert "--card:light-dark(#FFFFFF,#131A26)" in sheet
    assert "http" not in sheet
