"""Rows that no rule let through, as they are kept."""

from __future__ import annotations

from datetime import UTC, datetime

from lakehouse.ledger import StepRecord
from lakehouse.quarantine import discarded_rows, quarantine_of, quarantined_rows

RECORD = StepRecord(
    "r1", "r1-002", "silver.sales", "shop", "audited", inputs={"hash": "h"}, at=datetime(2024, 3, 1, 12, tzinfo=UTC)
)
SAME = {"_batch_id": 2, "_file": "/a.csv", "attempts": 1, "step_id": "r1-002", "contract_hash": "h",
        "first_seen_at": "2024-03-01 12:00:00", "last_seen_at": "2024-03-01 12:00:00"}  # fmt: skip


def test_broken_and_discarded_rows_keep_their_text_place_and_reason(spark, assert_rows):
    staged = spark.createDataFrame(
        [
            ("shop", 2, "/a.csv", 7, ["a.parses", "b.not_null"], "quarantined"),
            ("shop", 2, "/a.csv", 8, [], "published"),
            ("shop", 2, "/a.csv", 9, ["a.parses"], "duplicate"),
        ],
        "source string, _batch_id bigint, _file string, _row_id bigint, _broken array<string>, _outcome string",
    )
    delivered = [("x.y", None, 2, 7), ("of another batch", None, 1, 7), ("fine", "f", 2, 8), ("again", None, 2, 9),
                 ("given up", "g", 2, 3)]  # fmt: skip
    bronze = spark.createDataFrame(
        [(*row, "/a.csv", None, "2024-03-01") for row in delivered],
        "`unit.price` string, name string, _batch_id bigint, _row_id bigint, _file string, _rescued string,"
        " _ingested_at string",
    )
    kept = quarantined_rows(staged, bronze, RECORD).unionByName(discarded_rows(bronze.where("_row_id = 3"), RECORD))
    contract = quarantine_of("silver.sales").schema()
    assert [(f.name, f.dataType) for f in kept.schema] == [(f.name, f.dataType) for f in contract]
    assert_rows(
        kept,
        [
            {"source": "shop", "_row_id": 7, "broken": "a.parses,b.not_null", "raw": '{"unit.price":"x.y"}',
             "status": "open", **SAME},
            {"source": "shop", "_row_id": 3, "broken": "discarded", "raw": '{"unit.price":"given up","name":"g"}',
             "status": "waived", **SAME},
        ],
    )  # fmt: skip
