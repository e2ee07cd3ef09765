from __future__ import annotations


def test_session_writes_delta(spark, tmp_path):
    spark.range(3).write.format("delta").save(str(tmp_path / "t"))
    assert spark.read.format("delta").load(str(tmp_path / "t")).count() == 3


def test_rows_are_typed_by_the_contract(rows, assert_rows):
    sales = rows(
        "silver.sales",
        [
            {"sold_on": "2024-03-01", "sold_at": "2024-03-01 12:30:00", "net_amount": "120.00"},
            {"sold_on": "2024-03-02", "net_amount": "-20", "is_return": True, "_batch_id": 1},
        ],
    )
    assert dict(sales.dtypes)["net_amount"] == "decimal(18,4)"
    assert_rows(
        sales,
        [
            {"sold_on": "2024-03-02", "sold_at": None, "net_amount": "-20.0", "is_return": True, "currency": "USD"},
            {"sold_on": "2024-03-01", "sold_at": "2024-03-01T12:30:00", "net_amount": 120, "is_return": False,
             "currency": "USD"},
        ],
    )  # fmt: skip
