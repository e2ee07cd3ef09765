"""A person whom only a fix names is found and leaves; whoever else is named in fixes stays. No Spark."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import engine as engines
import pytest
from maintain.corner import ORDERS, open_shop

from lakehouse import ledger
from lakehouse.app.quarantine_actions import quarantine_actions
from lakehouse.catalog import load_conf
from lakehouse.ledger import FileRecord
from lakehouse.maintain import forgetting
from lakehouse.maintain.forgetting import taking
from lakehouse.quarantine import Decision, quarantine_of
from lakehouse.table import LONG, STRING, Column, Table

AT = datetime(2024, 3, 1, tzinfo=UTC)
LETTERS = ORDERS.replace("name: orders", "name: letters").replace(
    '  customer_id:    {from: customer, drop_suffix: ".0", case: upper}\n', ""
)
DELIVERED = {
    "people": [
        {"number": "c7.0", "name": "Ada Lovelace", "mail": "Ada@x.org"},
        {"name": "Ada Byron", "mail": "Byron@x.org"},  # a fix gives her number
        {"name": "Cid Hill", "mail": "cid@x.org"},  # a fix gave her number and was put right
    ],
    "orders": [
        {"customer": "c7", "mail": "ada@x.org", "qty": "1"},
        {"qty": "two", "remark": "Ada"},  # a fix gives number and quantity
        {"qty": "1", "remark": "Ada"},  # a fix gives an address of hers
        {"customer": "c8", "qty": "1"},  # so does one here, but this is somebody else's
    ],
    "letters": [{"mail": " BYRON@x.org", "qty": "1"}, {"mail": "cid@x.org", "qty": "1"}],
}
FIXED = [
    ("people", 1, {"customer_id": " C7.0", "region": "North"}),
    ("people", 2, {"customer_id": "c7", "full_name": "Cid Hall"}),
    ("people", 2, {"customer_id": "c9"}),
    ("orders", 1, {"customer_id": "c7", "quantity": "2"}),
    ("orders", 2, {"customer_email": "BYRON@X.ORG"}),
    ("orders", 3, {"customer_email": "byron@x.org"}),
    ("orders", 0, {"quantity": "5", "customer_email": "new@x.org"}),
]
TABLES = {"people": "silver.customers", "orders": "silver.sales", "letters": "silver.sales"}
LEFT = [
    ("orders", 0, {"quantity": "5"}), ("orders", 1, {"quantity": "2"}), ("orders", 2, {}),
    ("orders", 3, {"customer_email": "byron@x.org"}), ("people", 1, {}), ("people", 2, {"full_name": "Cid Hall"}),
    ("people", 2, {"customer_id": "c9"}),
]  # fmt: skip


@pytest.fixture
def shop(tmp_path):
    """What a run leaves of these rows, Silver and marts left out."""
    engine = engines.make(tmp_path)
    open_shop(engine)
    engine.add_source("letters", LETTERS)
    for source, rows in DELIVERED.items():
        names = sorted({name for row in rows for name in row})
        columns = [Column(name, LONG, name) for name in ("_batch_id", "_row_id")]
        columns += [Column(name, STRING, name) for name in ("_file", *names)]
        bronze = Table(f"bronze.{source}", grain=("_batch_id", "_row_id"), columns=tuple(columns))
        place = {"_batch_id": 1, "_file": f"/in/{source}.csv"}
        engine.lake.append(bronze, [row | place | {"_row_id": number} for number, row in enumerate(rows)])
        file = FileRecord(source, f"/in/{source}.csv", 9, AT, source, "landed", 1, len(rows))
        ledger.note_files(engine.lake, [file])
        raw = {"source": source, "broken": "b", "attempts": 1, "step_id": "s", "status": "open"}
        raw |= {"first_seen_at": AT, "last_seen_at": AT} | place
        held = [raw | {"_row_id": number, "raw": json.dumps(row)} for number, row in enumerate(rows)]
        engine.lake.append(quarantine_of(TABLES[source]), held)
    events = [
        Decision("fix", "Ada said so", AT + timedelta(hours=hour), values=json.dumps(values)).event(
            source, table=TABLES[source], batch_id=1, row_id=row
        )
        for hour, (source, row, values) in enumerate(FIXED)
    ]
    engine.lake.append(quarantine_actions, events)
    return engine


def forget(engine, *, dry_run=False):
    settings, catalog = load_conf(engine.conf, overrides={"roots.lake": str(engine.lake_folder)})
    return forgetting.forget(settings, catalog, system="corner", customer="C7", dry_run=dry_run)


def typed(engine):
    sql = 'SELECT source, row_id, "values" FROM a ORDER BY source, row_id, "at"'
    rows = engine.query(sql, a="app.quarantine_actions")
    return [(row["source"], row["row_id"], json.loads(row["values"])) for row in rows]


def is_gone(engine):
    assert engine.query("SELECT name FROM p", p="bronze.people") == [{"name": "Cid Hill"}]
    orders = engine.query("SELECT customer, mail, qty, remark FROM o ORDER BY _row_id", o="bronze.orders")
    nobody = {"customer": None, "mail": None, "remark": None}
    assert orders == [
        {"qty": "1"} | nobody, {"qty": "two"} | nobody, {"qty": "1"} | nobody,
        {"customer": "c8", "mail": None, "qty": "1", "remark": None},
    ]  # fmt: skip
    letters = engine.query("SELECT mail, qty FROM l ORDER BY _row_id", l="bronze.letters")
    assert letters == [{"mail": None, "qty": "1"}, {"mail": "cid@x.org", "qty": "1"}]
    raw = "SELECT source, _row_id AS row, raw = '{}' AS gone FROM q ORDER BY source, row"
    assert [tuple(row.values()) for row in engine.query(raw, q="quarantine.sales")] == [
        ("letters", 0, True), ("letters", 1, False), ("orders", 0, True), ("orders", 1, True), ("orders", 2, True),
        ("orders", 3, False),
    ]  # fmt: skip
    assert engine.query("SELECT _row_id AS row FROM q", q="quarantine.customers") == [{"row": 2}]
    assert typed(engine) == LEFT
    notes = engine.query("SELECT note, count(*) AS n FROM a GROUP BY note ORDER BY n", a="app.quarantine_actions")
    assert notes == [{"note": "Ada said so", "n": 2}, {"note": "", "n": 5}]
    assert not forget(engine).found


def test_who_is_named_by_a_fix_alone_leaves_with_all_that_was_typed(shop):
    before = typed(shop)
    would = forget(shop, dry_run=True)
    assert typed(shop) == before
    done = forget(shop)
    counted = [line.replace("would be ", "") for line in would.text.splitlines()]
    assert [line for line in done.text.splitlines() if line.endswith("erased")] == counted[: len(counted) - 4]
    assert "bronze.people: 2 rows erased" in counted
    assert "app.quarantine_actions: 4 fixes erased" in counted
    assert counted[-3:] == ["  /in/letters.csv", "  /in/orders.csv", "  /in/people.csv"]
    is_gone(shop)


@pytest.mark.parametrize(
    ("part", "call"),
    [("from_held", 1), ("take", 4), ("recount", 1), ("from_fixes", 1), ("from_fixes", 2), ("from_fixes", 3)],
)
def test_a_second_call_finds_what_a_killed_one_left(shop, monkeypatch, part, call):
    real, calls = getattr(taking, part), []

    def killed(*given, **asked):
        calls.append(part)
        return real(*given, **asked) if len(calls) < call else 1 / 0

    with monkeypatch.context() as patch:
        for module in (taking, forgetting):
            patch.setattr(module, part, killed, raising=False)
        with pytest.raises(ZeroDivisionError):
            forget(shop)
    assert forget(shop).found
    is_gone(shop)


def test_the_ledger_knows_how_many_rows_a_file_has_left_and_when_it_landed(shop):
    [before] = [file for file in ledger.files(shop.lake) if file.source == "people"]
    forget(shop)
    files = {file.source: file for file in ledger.files(shop.lake)}
    assert {name: (file.rows, file.state) for name, file in files.items()} == {
        "letters": (2, "landed"), "orders": (4, "landed"), "people": (1, "landed"),
    }  # fmt: skip
    assert files["people"].at - before.at == timedelta(microseconds=1)
