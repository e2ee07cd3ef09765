from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dashboards import data
from dashboards.data import Slice
from lakehouse.errors import LakehouseError
from tests.dashboards.practice_lake import add_release, add_sales, line

AT = datetime(2024, 3, 18, 6, tzinfo=UTC)
MARCH = Slice("shop", "USD", date(2024, 3, 1), date(2024, 3, 2))


def revenue(released) -> list[float]:
    return [day.net for day in data.daily(released, MARCH)]


def test_an_empty_lake_has_no_release(empty):
    assert data.newest(empty) is None
    assert data.last_books(empty) == ()
    assert data.findings(empty) == ()
    assert data.files_aside(empty) == ()


def test_versions_that_no_release_names_are_not_read(empty, lake):
    add_release(lake, add_sales(lake, [line("1", date(2024, 3, 1), net="10.00")]), number=1, at=AT)
    first = data.newest(empty)
    later = add_sales(lake, [line("2", date(2024, 3, 2), net="5.00")])

    assert data.newest(empty) == first
    assert revenue(first) == [10.0, 0.0]
    assert data.businesses(first)[0].last_on == date(2024, 3, 1)

    add_release(lake, later, number=2, at=AT, held=("shop_sales",))
    second = data.newest(empty)
    assert (second.number, second.held) == (2, ("shop_sales",))
    assert revenue(second) == [10.0, 5.0]
    assert revenue(first) == [10.0, 0.0], "an older release still shows what it showed"


def test_a_table_that_the_release_does_not_name_is_a_message(empty, lake):
    versions = add_sales(lake, [line("1", date(2024, 3, 1), net="10.00")])
    add_release(lake, {"gold.sales_cube": versions["gold.sales_cube"]}, at=AT)
    with pytest.raises(LakehouseError, match=r"gold\.fct_sales is not in release 1"):
        data.top_products(data.newest(empty), MARCH, None)
