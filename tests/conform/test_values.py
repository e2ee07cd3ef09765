"""One text after another, with what it becomes in each type."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from lakehouse.conform import conform
from lakehouse.settings.values import Mapped
from lakehouse.table import DATE, FLAG, INSTANT, INTEGER, MONEY, QUANTITY, RATE, STRING, Column, Table
from tests.conform.conftest import source_of

LONDON = "Europe/London"
CLEANED, BROKEN, AS_IT_IS = "number", "parses", ""


def outcomes(bronze, texts, type_, **words):
    """Value, correction and fault of each text, read as one column."""
    table = Table("silver.things", grain=("x",), columns=(Column("x", type_, ""),))
    rows = conform(bronze(["X"], [[text] for text in texts]), source_of(Mapped("x", origin="X", **words)), table)
    found = {row["_row_id"]: row for row in rows.collect()}
    assert len(found) == len(texts)
    return [told(found[number]) for number in range(len(texts))]


def told(row):
    return row["x"], "".join(name.partition(".")[2] for name in row["_corrected"] + row["_broken"])


def expect(found, cases):
    assert dict(zip(cases, found, strict=True)) == cases


def test_money(bronze):
    cases = {
        "12": (Decimal(12), AS_IT_IS),
        " 12.50 ": (Decimal("12.5"), AS_IT_IS),
        "-0.5": (Decimal("-0.5"), AS_IT_IS),
        "+7": (Decimal(7), AS_IT_IS),
        ".5": (Decimal("0.5"), AS_IT_IS),
        "1e3": (Decimal(1000), AS_IT_IS),
        "1.5E-1": (Decimal("0.15"), AS_IT_IS),
        "$12.50": (Decimal("12.5"), CLEANED),
        "£ 1,234.50": (Decimal("1234.5"), CLEANED),
        "12.50 EUR": (Decimal("12.5"), CLEANED),
        "USD12": (Decimal(12), CLEANED),
        "€5 EUR": (Decimal(5), CLEANED),
        "Rs. 500": (Decimal(500), CLEANED),
        "-$5": (Decimal(-5), CLEANED),
        "$-5": (Decimal(-5), CLEANED),
        "5-": (Decimal(-5), CLEANED),
        "(1,234.50)": (Decimal("-1234.5"), CLEANED),
        "($3.00)": (Decimal(-3), CLEANED),
        "−4": (Decimal(-4), CLEANED),
        "1 234": (Decimal(1234), CLEANED),
        "1\u00a0234.5": (Decimal("1234.5"), CLEANED),
        "1'234'567": (Decimal(1234567), CLEANED),
        "1,00,000": (Decimal(100000), CLEANED),
        "1,5": (None, BROKEN),
        "1,234,5": (None, BROKEN),
        "--5": (None, BROKEN),
        "(-5)": (None, BROKEN),
        "5 5": (None, BROKEN),
        "12%": (None, BROKEN),
        "ten": (None, BROKEN),
        "NaN": (None, BROKEN),
        "inf": (None, BROKEN),
        "-Infinity": (None, BROKEN),
        "0x10": (None, BROKEN),
        "$": (None, BROKEN),
        "99999999999999999": (None, BROKEN),
        "1e999999999": (None, BROKEN),
        "1e-999999999": (None, BROKEN),
        "": (None, AS_IT_IS),
        None: (None, AS_IT_IS),
    }
    expect(outcomes(bronze, list(cases), MONEY), cases)


def test_decimal_comma(bronze):
    cases = {
        "12,5": (Decimal("12.5"), AS_IT_IS),
        "12": (Decimal(12), AS_IT_IS),
        "1.234,56": (Decimal("1234.56"), CLEANED),
        "1.234": (Decimal(1234), CLEANED),
        "12.5": (None, BROKEN),
    }
    expect(outcomes(bronze, list(cases), MONEY, decimal=","), cases)


def test_rates_quantities_and_whole_numbers(bronze):
    rates = {
        "0.15": (Decimal("0.15"), AS_IT_IS),
        "15%": (Decimal("0.15"), CLEANED),
        "12.5 %": (Decimal("0.125"), CLEANED),
    }
    expect(outcomes(bronze, list(rates), RATE), rates)
    quantities = {"2.5": (Decimal("2.5"), AS_IT_IS), "1,000": (Decimal(1000), CLEANED), "$2": (None, BROKEN)}
    expect(outcomes(bronze, list(quantities), QUANTITY), quantities)
    whole = {
        "12": (12, AS_IT_IS),
        "12.0": (12, AS_IT_IS),
        "1,200": (1200, CLEANED),
        "12.5": (None, BROKEN),
        "3000000000": (None, BROKEN),
    }
    expect(outcomes(bronze, list(whole), INTEGER), whole)


def at(*numbers):
    return datetime(*numbers)  # noqa: DTZ001 Spark hands instants over in the session's zone, UTC


def test_declared_formats_in_their_order(bronze):
    formats = (
        "d/M/yyyy H:mm",
        "M/d/yyyy H:mm",
        "yyyy-MM-dd HH:mm:ss",
        "dd.MM.yy",
        "MMM d, yyyy h:mm a",
        "yyyyMMdd HHmmss",
    )
    cases = {
        "1/2/2024 9:05": (at(2024, 2, 1, 9, 5), AS_IT_IS),
        "1/13/2024 9:05": (at(2024, 1, 13, 9, 5), AS_IT_IS),
        "2024-03-01 10:00:07": (at(2024, 3, 1, 10, 0, 7), AS_IT_IS),
        "01.03.24": (at(2024, 3, 1), AS_IT_IS),
        "Mar 1, 2024 12:30 AM": (at(2024, 3, 1, 0, 30), AS_IT_IS),
        "march 1, 2024 1:30 pm": (at(2024, 3, 1, 13, 30), AS_IT_IS),
        "20240301 235959": (at(2024, 3, 1, 23, 59, 59), AS_IT_IS),
        "31/02/2024 9:05": (None, BROKEN),
        "13/13/2024 9:05": (None, BROKEN),
        "1/2/24 9:05": (None, BROKEN),
        "Foo 1, 2024 1:30 PM": (None, BROKEN),
        "Mar 1, 2024 13:30 PM": (None, BROKEN),
        "2024-13-01 10:00:00": (None, BROKEN),
        "0000-00-00 00:00:00": (None, BROKEN),
        "2024-03-01 10:00:0Z": (None, BROKEN),
        "2024-03-01 25:00:00": (None, BROKEN),
        "٢٠٢٤-03-01 10:00:00": (None, BROKEN),
        "2024-03-01": (None, BROKEN),
        "????": (None, BROKEN),
        "": (None, AS_IT_IS),
    }
    expect(outcomes(bronze, list(cases), INSTANT, formats=formats), cases)


def test_the_order_decides_what_is_ambiguous(bronze):
    assert outcomes(bronze, ["1/2/2024"], DATE, formats=("d/M/yyyy", "M/d/yyyy")) == [(date(2024, 2, 1), AS_IT_IS)]
    assert outcomes(bronze, ["1/2/2024"], DATE, formats=("M/d/yyyy", "d/M/yyyy")) == [(date(2024, 1, 2), AS_IT_IS)]


def test_iso_instants_in_a_zone_with_summer_time(bronze):
    cases = {
        "2024-01-15 10:00:00": (at(2024, 1, 15, 10), AS_IT_IS),
        "2024-07-15 10:00:00": (at(2024, 7, 15, 9), AS_IT_IS),
        "2024-07-15T10:00": (at(2024, 7, 15, 9), AS_IT_IS),
        "2024-07-15": (at(2024, 7, 14, 23), AS_IT_IS),
        "2024-07-15T10:00:00.250Z": (at(2024, 7, 15, 10, 0, 0, 250000), AS_IT_IS),
        "2024-07-15T10:00Z": (at(2024, 7, 15, 10), AS_IT_IS),
        "2024-07-15 10:00:00+02:00": (at(2024, 7, 15, 8), AS_IT_IS),
        "2024-07-15 10:00:00 -0530": (at(2024, 7, 15, 15, 30), AS_IT_IS),
        "2024-10-27 01:30:00": (at(2024, 10, 27, 0, 30), AS_IT_IS),
        "2024-03-31 01:30:00": (at(2024, 3, 31, 1, 30), AS_IT_IS),
        "12:30": (None, BROKEN),
        "2024": (None, BROKEN),
        "2024-02-30": (None, BROKEN),
        "2024-07-15 tomorrow": (None, BROKEN),
    }
    expect(outcomes(bronze, list(cases), INSTANT, zone=LONDON), cases)


def test_days_are_those_of_the_zone(bronze):
    cases = {
        "2024-07-15": (date(2024, 7, 15), AS_IT_IS),
        "2024-07-15 23:30:00": (date(2024, 7, 15), AS_IT_IS),
        "2024-07-15T23:30:00Z": (date(2024, 7, 16), AS_IT_IS),
    }
    expect(outcomes(bronze, list(cases), DATE, zone=LONDON), cases)
    epochs = {
        "1720999800": (date(2024, 7, 15), AS_IT_IS),
        "1720999800000": (date(2024, 7, 15), AS_IT_IS),
        "soon": (None, BROKEN),
    }
    expect(outcomes(bronze, list(epochs), DATE, zone=LONDON, formats=("epoch_seconds", "epoch_millis")), epochs)


def test_offsets_weekdays_and_optional_parts(bronze):
    cases = {
        "Fri Mar 01 10:00:00 +0100 2024": (at(2024, 3, 1, 9), AS_IT_IS),
        "2024.03.01 10:00": (at(2024, 3, 1, 10), AS_IT_IS),
        "2024.03.01": (at(2024, 3, 1), AS_IT_IS),
        "2024/03/01T10:00:00.5": (at(2024, 3, 1, 10, 0, 0, 500000), AS_IT_IS),
    }
    formats = ("EEE MMM dd HH:mm:ss Z yyyy", "yyyy.MM.dd[ HH:mm]", "yyyy/MM/dd'T'HH:mm:ss.S")
    expect(outcomes(bronze, list(cases), INSTANT, formats=formats), cases)


def test_flags(bronze):
    words = {
        "Yes": (True, AS_IT_IS), "1": (True, AS_IT_IS), "n": (False, AS_IT_IS), "FALSE": (False, AS_IT_IS),
        "maybe": (None, BROKEN), "": (None, AS_IT_IS),
    }  # fmt: skip
    expect(outcomes(bronze, list(words), FLAG), words)
    beginnings = {"C12": (True, AS_IT_IS), "c13": (True, AS_IT_IS), "12": (False, AS_IT_IS), "": (False, AS_IT_IS)}
    expect(outcomes(bronze, list(beginnings), FLAG, starts_with="C"), beginnings)
    values = {"Return": (True, AS_IT_IS), "sale": (False, AS_IT_IS), "": (False, AS_IT_IS)}
    expect(outcomes(bronze, list(values), FLAG, equals=("return", "refund")), values)
    signs = {"-2": (True, AS_IT_IS), "(2)": (True, AS_IT_IS), "2": (False, AS_IT_IS), "two": (False, AS_IT_IS)}
    expect(outcomes(bronze, list(signs), FLAG, negative=True), signs)


@pytest.mark.parametrize(
    ("words", "cases"),
    [
        ({}, {"\ufeff\u00a0 Tea\t\n": "Tea", "  ": None, "Crème brûlée": "Crème brûlée", "a  b": "a  b"}),
        ({"drop_suffix": ".0"}, {"12345.0": "12345", "12345": "12345", ".0": None}),
        ({"nulls": ("N/A", "-")}, {"n/a": None, "-": None, "N/A.": "N/A."}),
        ({"case": "upper"}, {"straße": "STRASSE", "sku-1": "SKU-1"}),
        ({"case": "title"}, {"ÉCLAIR au chocolat": "Éclair Au Chocolat"}),
        ({"case": "sentence"}, {"HOT Drinks": "Hot drinks"}),
    ],
)
def test_text(bronze, words, cases):
    assert outcomes(bronze, list(cases), STRING, **words) == [(value, AS_IT_IS) for value in cases.values()]


def test_instants_are_utc(bronze):
    [(value, _)] = outcomes(bronze, ["2024-07-15T10:00:00Z"], INSTANT)
    assert value.replace(tzinfo=UTC).timestamp() == 1721037600
