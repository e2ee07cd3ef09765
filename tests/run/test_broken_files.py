"""One delivery of good files and broken ones of many kinds: the good are published, each bad one is named."""

from __future__ import annotations

import gzip
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from run.tills import TILL_HEAD, TILLS, books, csv, sold

from lakehouse import ledger

PARQUET = TILLS.replace("name: tills", "name: boxes").replace("format: csv", "format: parquet")
PARQUET = PARQUET.replace("/tills/*.csv*", "/boxes/*.parquet").replace(", options: {header: true}", "")
PARQUET = PARQUET.replace("system: corner", "system: boxes")
JSON = TILLS.replace("name: tills", "name: events").replace("format: csv", "format: json")
JSON = JSON.replace("/tills/*.csv*", "/events/*.jsonl*").replace(", options: {header: true}", "")
JSON = JSON.replace("system: corner", "system: events")
LINE = "{},tea,1,2.00,2024-03-01 09:00:00"


def parquet(**columns: str) -> bytes:
    """One row as Parquet."""
    written = io.BytesIO()
    pq.write_table(pa.table({name: [text] for name, text in columns.items()}), written)
    return written.getvalue()


ROW = {"sku": "tea", "qty": "1", "price": "2.00", "at": "2024-03-01 09:00:00"}
GOOD = {
    "tills/good-1.csv": csv(TILL_HEAD, LINE.format(1), LINE.format(2)),
    "tills/good-2.csv.gz": gzip.compress(csv(TILL_HEAD, LINE.format(3)).encode()),
    "tills/bytes.csv": csv(TILL_HEAD, LINE.format(4)).encode() + b"5,t\xff\xfea,1,2.00,2024-03-01 09:00:00\n",
    "tills/short and long.csv": csv(TILL_HEAD, LINE.format(6) + ",more,still more", "7,tea,1,2.00"),
    "boxes/good.parquet": parquet(order="8", **ROW),
    "events/good.jsonl": '{"order": "9", "sku": "tea", "qty": 1, "price": 2.0, "at": "2024-03-01 09:00:00"}\n',
}
BAD = {
    "tills/empty.csv": b"",
    "tills/blank.csv": b"\n\n",
    "tills/no price.csv": csv("order,sku,qty,at", "10,tea,1,2024-03-01 09:00:00"),
    "tills/truncated.csv.gz": gzip.compress(csv(TILL_HEAD, *[LINE.format(n) for n in range(500)]).encode())[:-20],
    "tills/not gzip.csv.gz": csv(TILL_HEAD, LINE.format(11)),
    "tills/zeros.csv": bytes(4096),
    "boxes/truncated.parquet": parquet(order="12", **ROW)[:-30],
    "boxes/text.parquet": csv(TILL_HEAD, LINE.format(13)),
    "boxes/empty.parquet": b"",
    "boxes/no order.parquet": parquet(**ROW),
    "events/empty.jsonl": b"",
    "events/truncated.jsonl.gz": gzip.compress(b'{"order": "14"}\n' * 400)[:-15],
}


@pytest.fixture
def delivered(engine):
    for name, text in (("tills", TILLS), ("boxes", PARQUET), ("events", JSON)):
        engine.add_source(name, text)
    for path, content in (GOOD | BAD).items():
        engine.deliver(path, content)
    return engine


def test_good_files_are_published_and_each_broken_one_is_set_aside_with_its_reason(delivered, capsys):
    assert delivered.run("layer:bronze", "silver.sales") == 0
    out = capsys.readouterr().out
    files = {file.path.partition("landing/")[2]: file for file in ledger.files(delivered.lake)}
    assert {path: file.state for path, file in files.items()} == dict.fromkeys(GOOD, "landed") | dict.fromkeys(
        BAD, "set_aside"
    )
    for path in BAD:
        assert files[path].reason
        assert path in files[path].reason
        assert files[path].reason in out
    assert "price" in files["tills/no price.csv"].reason
    assert "order" in files["boxes/no order.parquet"].reason
    assert {path: file.rows for path, file in files.items() if path in GOOD} == dict(
        zip(GOOD, (2, 1, 2, 2, 1, 1), strict=True)
    )
    assert books(delivered, "tills") == {"read": 7, "published": 6, "quarantined": 1}
    assert [line.order for line in sold(delivered)] == ["1", "2", "3", "4", "5", "6", "8", "9"]
    [kept] = delivered.query("SELECT raw FROM q", q="quarantine.sales")
    assert '"order":"7"' in kept["raw"].replace(" ", "")
    rescued = delivered.query("SELECT _file FROM b WHERE _rescued IS NOT NULL ORDER BY _file", b="bronze.tills")
    names = [row["_file"].rpartition("/")[2] for row in rescued]
    assert names == ["bytes.csv", "short and long.csv", "short and long.csv"]
    steps = len(ledger.steps(delivered.lake))
    assert delivered.run("layer:bronze", "silver.sales") == 0
    assert len(ledger.steps(delivered.lake)) == steps
