"""Parquet: typed values become text that says exactly the same; broken files are set aside."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from math import inf, nan

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from ingest.delivering import Case, deliver, judge

NOON = datetime(2024, 3, 1, 12, 30, tzinfo=UTC)


def parquet(columns: dict[str, pa.Array | list], **options: object) -> bytes:
    buffer = BytesIO()
    pq.write_table(pa.table(columns), buffer, **options)
    return buffer.getvalue()


def instants(unit: str, zone: str | None, *values: int) -> pa.Array:
    return pa.array(values, pa.timestamp(unit, tz=zone))


def one(**columns: pa.Array | list) -> bytes:
    return parquet({"id": [1], **columns})


PLAIN = parquet({"id": [1, 2], "name": ["Cap", None]})
NS = 1_709_296_200_123_456_789  # 2024-03-01T12:30:00.123456789Z

CASES = [
    Case("good.parquet", PLAIN, [{"id": "1", "name": "Cap"}, {"id": "2"}]),
    Case("same_schema.parquet", parquet({"id": [7], "name": ["Pin"]}), [{"id": "7", "name": "Pin"}]),
    Case("other_type.parquet", parquet({"id": ["0007"], "name": ["Pin"]}), [{"id": "0007", "name": "Pin"}]),
    Case("reordered.parquet", parquet({"name": ["Pin"], "id": [7]}), [{"id": "7", "name": "Pin"}]),
    Case("other_case.parquet", parquet({"ID": [7]}), [{"id": "7"}]),
    Case("no_rows.parquet", parquet({"id": pa.array([], pa.int64())}), [], says="columns and no rows"),
    Case(
        "int96.parquet",
        parquet({"id": [1], "at": pa.array([NOON])}, use_deprecated_int96_timestamps=True),
        [{"id": "1", "at": "2024-03-01T12:30:00Z"}],
    ),
    Case(
        "micros_utc.parquet",
        one(at=instants("us", "UTC", NS // 1000)),
        [{"id": "1", "at": "2024-03-01T12:30:00.123456Z"}],
    ),
    Case(
        "micros_zone.parquet",
        one(at=instants("us", "Europe/Berlin", NS // 1000)),
        [{"id": "1", "at": "2024-03-01T12:30:00.123456Z"}],
    ),
    Case(
        "micros_local.parquet",
        one(at=instants("us", None, NS // 1000)),
        [{"id": "1", "at": "2024-03-01T12:30:00.123456"}],
    ),
    Case(
        "millis_local.parquet",
        one(at=instants("ms", None, 1_709_296_200_500)),
        [{"id": "1", "at": "2024-03-01T12:30:00.5"}],
    ),
    Case("nanos_utc.parquet", one(at=instants("ns", "UTC", NS)), [{"id": "1", "at": "2024-03-01T12:30:00.123456789Z"}]),
    Case(
        "nanos_local.parquet",
        one(at=instants("ns", None, NS // 1000 * 1000)),
        [{"id": "1", "at": "2024-03-01T12:30:00.123456"}],
    ),
    Case(
        "nanos_before_1970.parquet",
        one(at=instants("ns", "UTC", -1)),
        [{"id": "1", "at": "1969-12-31T23:59:59.999999999Z"}],
    ),
    Case(
        "nanos_beside_a_number.parquet",
        one(at=instants("ns", "UTC", 0), n=[5]),
        [{"id": "1", "at": "1970-01-01T00:00:00Z", "n": "5"}],
    ),
    Case(
        "dates.parquet",
        one(on=[date(2024, 2, 29)], old=[date(1066, 10, 14)]),
        [{"id": "1", "on": "2024-02-29", "old": "1066-10-14"}],
    ),
    Case(
        "decimals.parquet",
        one(a=[Decimal("1.50")], b=[Decimal("0.0000000001")], c=pa.array([None], pa.decimal128(9, 2))),
        [{"id": "1", "a": "1.50", "b": "0.0000000001"}],
    ),
    Case(
        "doubles.parquet",
        one(a=[17850.0], b=[1.5e10], c=[1e-5], d=[123456789.125], e=[0.1], f=[nan], g=[-inf], h=[1e22], i=[-2e7]),
        [
            {
                "id": "1",
                "a": "17850.0",
                "b": "15000000000",
                "c": "0.00001",
                "d": "123456789.125",
                "e": "0.1",
                "f": "NaN",
                "g": "-Infinity",
                "h": "10000000000000000000000",
                "i": "-20000000",
            }
        ],
    ),
    Case(
        "tiny_doubles.parquet",
        one(a=[1.5e-30], b=[1e300], c=[1.234567890123456e-8]),
        [{"id": "1", "a": "1.5E-30", "b": "1.0E300", "c": "1.234567890123456E-8"}],
    ),
    Case(
        "floats.parquet",
        one(a=pa.array([0.1], pa.float32()), b=pa.array([2e7], pa.float32())),
        [{"id": "1", "a": "0.1", "b": "20000000"}],
    ),
    Case(
        "whole_numbers.parquet",
        one(a=pa.array([-128], pa.int8()), b=pa.array([2**64 - 1], pa.uint64())),
        [{"id": "1", "a": "-128", "b": "18446744073709551615"}],
    ),
    Case("flags.parquet", one(a=[True], b=[False]), [{"id": "1", "a": "true", "b": "false"}]),
    Case("bytes.parquet", one(a=[b"\x00\xff"]), [{"id": "1", "a": "AP8="}]),
    Case("words.parquet", one(a=pa.array(["x"]).dictionary_encode()), [{"id": "1", "a": "x"}]),
    Case(
        "nested.parquet",
        one(a=[{"x": 1, "y": None}], b=[[1, None]], c=pa.array([[("k", 1.5)]], pa.map_(pa.string(), pa.float64()))),
        [{"id": "1", "a": '{"x":1,"y":null}', "b": "[1,null]", "c": '{"k":1.5}'}],
    ),
    Case(
        "odd_names.parquet",
        parquet({"id": [1], "a b": [2], "c.d": [3], "`": [4], "_row_id": [5]}),
        [{"id": "1", "a_b": "2", "c.d": "3", "`": "4", "_row_id_2": "5"}],
    ),
    Case("missing.parquet", parquet({"ident": [1]}), reason="column 'id' missing; the file has 'ident'."),
    Case("time_of_day.parquet", one(t=pa.array([1], pa.time64("us"))), reason="TIME is not supported"),
    Case(
        "names_alike.parquet", parquet({"id": [1], "x": [1], "X": [1]}), reason="differ in upper and lower case alone"
    ),
    Case("cut.parquet", PLAIN[:-20], reason="it cannot be opened as Parquet"),
    Case("cut_short.parquet", PLAIN[:6], reason="it cannot be opened as Parquet"),
    Case("text.parquet", b"id,name\n1,Cap\n", reason="it cannot be opened as Parquet"),
    Case("empty.parquet", b"", reason="it is empty"),
]


@pytest.fixture(scope="module")
def batch(tmp_path_factory, spark):
    files = {case.name: case.content for case in CASES}
    return deliver(tmp_path_factory.mktemp("landing"), files, spark, kind="parquet", wants=("id",))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_file(case, batch):
    judge(case, batch)


def test_ignored_columns_are_kept_in_rescued(tmp_path, spark):
    seen = deliver(
        tmp_path, {"a.parquet": one(n=[2])}, spark, kind="parquet", wants=("id",), known=("id",), on_new_column="ignore"
    )
    assert seen.rows["a.parquet"] == [{"id": "1", "_rescued": '{"n":"2"}'}]
