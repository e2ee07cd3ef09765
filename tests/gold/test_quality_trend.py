"""What the ledger says of quality, by day, column and measure."""

from __future__ import annotations

import json

from lakehouse.gold.quality_trend import quality_trend


def result(step, rule, *, failed=0, corrected=0, severity="quarantine", verdict="passed", **more):
    plain = {"run_id": "r", "step_id": step, "table": "silver.sales", "source": "shop", "rule": rule, "checked": 100}
    told = {"severity": severity, "failed": failed, "corrected": corrected, "verdict": verdict}
    return plain | told | {"at": "2024-03-01 10:00:00"} | more


def step(state="done", *, number=1, at="2024-03-01 10:00:00", counts="", table="silver.sales", **books):
    known = {"run_id": "r", "step_id": f"s{number}", "table": table, "source": "shop", "state": state}
    return known | {"at": at, "counts": counts, **books}


def test_rules_and_corrections_add_up_by_day_and_column(rows, assert_rows):
    results = rows("ops.dq_results", [
        result("s1", "unit_price.between", failed=4, verdict="failed"),
        result("s2", "unit_price.between", failed=1, verdict="failed", at="2024-03-01 23:59:59"),
        result("s3", "unit_price.between", at="2024-03-02 00:00:00"),
        result("s1", "grain.unique", severity="block"),
        result("s1", "amounts_agree", severity="warn", failed=2, verdict="warned"),
        result("s1", "category.spellings", severity="", corrected=30),
    ])  # fmt: skip
    built = quality_trend(results=results, steps=rows("ops.steps", []))
    names = ("day_on", "column_name", "measure", "kind", "severity", "audits", "broken_audits", "counted", "share")
    expected = [
        ("2024-03-01", "unit_price", "unit_price.between", "rule", "quarantine", 2, 2, 5, "0.025"),
        ("2024-03-02", "unit_price", "unit_price.between", "rule", "quarantine", 1, 0, 0, "0"),
        ("2024-03-01", "", "grain.unique", "rule", "block", 1, 0, 0, "0"),
        ("2024-03-01", "", "amounts_agree", "rule", "warn", 1, 1, 2, "0.02"),
        ("2024-03-01", "category", "category.spellings", "correction", "", 1, 0, 30, "0.3"),
    ]
    assert_rows(built, [dict(zip(names, row, strict=True)) for row in expected])


def test_an_audit_that_was_finished_later_counts_once(rows, assert_rows):
    twice = [result("s1", "x.not_null", failed=9), result("s1", "x.not_null", failed=8, at="2024-03-01 11:00:00")]
    built = quality_trend(results=rows("ops.dq_results", twice), steps=rows("ops.steps", []))
    assert_rows(built, [{"measure": "x.not_null", "audits": 1, "counted": 8}])


def test_nulls_are_a_share_of_published_rows_and_outcomes_of_those_read(rows, assert_rows):
    counts = json.dumps({"rows": 100, "outcomes": {"published": 80}, "nulls": {"email": 20, "region": 0}})
    books = {"read": 100, "published": 80, "quarantined": 15, "duplicate": 5, "superseded": 0, "held": 0}
    steps = rows("ops.steps", [
        step("staged", counts=counts),
        step(counts=counts, **books),
        step("blocked", number=2, read=50, held=50, at="2024-03-02 10:00:00"),
        step(number=3, table="bronze.shop", read=9, published=9),
        step(number=4, table="gold.daily_sales", read=4, published=1, duplicate=3),
    ])  # fmt: skip
    built = quality_trend(results=rows("ops.dq_results", []), steps=steps).where("counted > 0 OR measure = 'nulls'")
    names = ("day_on", "column_name", "measure", "kind", "checked", "counted", "share")
    expected = [
        ("2024-03-01", "email", "nulls", "nulls", 80, 20, "0.25"),
        ("2024-03-01", "region", "nulls", "nulls", 80, 0, "0"),
        ("2024-03-01", "", "published", "rows", 100, 80, "0.8"),
        ("2024-03-01", "", "quarantined", "rows", 100, 15, "0.15"),
        ("2024-03-01", "", "duplicate", "rows", 100, 5, "0.05"),
        ("2024-03-02", "", "held", "rows", 50, 50, "1"),
        ("2024-03-01", "", "published", "rows", 4, 1, "0.25"),
        ("2024-03-01", "", "unchanged", "rows", 4, 3, "0.75"),
    ]
    assert_rows(built, [dict(zip(names, row, strict=True)) for row in expected])
