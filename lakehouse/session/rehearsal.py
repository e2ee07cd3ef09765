"""A small job that loads the classes a run needs: files in, Delta written, merged and read, a window, Parquet out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from pyspark.sql import DataFrame, SparkSession

LINES = 200


def run(spark: SparkSession, folder: Path, *, lines: int = LINES) -> None:
    """Bring `lines` made-up order lines through every kind of read and write, all of it under `folder`."""
    sales = _conformed(_delivered(spark, folder, lines))
    target = str(folder / "sales")
    _create(spark, sales, target)
    _merge(spark, _staged(sales, folder), target)
    _history(spark, target)
    _sums(spark, target).write.format("delta").mode("overwrite").save(str(folder / "sums"))


def _delivered(spark: SparkSession, folder: Path, lines: int) -> DataFrame:
    """CSV, JSON lines and text, read as strings."""
    rows = "\n".join(f"o{n},p{n % 7},{n % 5 + 1},{n}.50,2024-03-{n % 28 + 1:02}" for n in range(lines))
    file = folder / "lines.csv"
    file.write_text(f"order_id,product_id,quantity,unit_price,sold_on\n{rows}\n")
    (folder / "products.json").write_text("".join(f'{{"product_id": "p{n}", "name": "N {n}"}}\n' for n in range(7)))
    products = spark.read.schema("product_id string, name string").json(str(folder / "products.json"))
    spark.read.text(str(file)).limit(1).collect()
    lines_read = spark.read.option("header", True).csv(str(file), schema=_strings())
    return lines_read.join(products, "product_id", "left")


def _strings() -> str:
    return ", ".join(f"{name} string" for name in ("order_id", "product_id", "quantity", "unit_price", "sold_on"))


def _conformed(lines: DataFrame) -> DataFrame:
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    newest = Window.partitionBy("order_id").orderBy(F.col("sold_on").desc())
    return (
        lines.withColumn("quantity", F.expr("try_cast(trim(quantity) AS decimal(12,3))"))
        .withColumn("unit_price", F.expr("try_cast(regexp_replace(unit_price, '[$]', '') AS decimal(18,4))"))
        .withColumn("sold_at", F.expr("try_to_timestamp(sold_on, 'yyyy-MM-dd')"))
        .withColumn("sold_on", F.to_date("sold_at"))
        .withColumn("line_id", F.sha2(F.concat_ws("|", "order_id", "product_id"), 256))
        .withColumn("_broken", F.array_compact(F.array(F.when(F.col("quantity") < 0, F.lit("quantity.between")))))
        .withColumn("_copy", F.row_number().over(newest))
    )


def _staged(sales: DataFrame, folder: Path) -> DataFrame:
    """Plain Parquet with its counts observed, read again."""
    from pyspark.sql import Observation
    from pyspark.sql import functions as F

    seen = Observation("rehearsal")
    counts = F.count(F.lit(1)).alias("rows"), F.sum(F.when(F.size("_broken") > 0, 1)).alias("broken")
    sales.observe(seen, *counts).write.mode("overwrite").parquet(str(folder / "staging"))
    assert seen.get["rows"] > 0  # noqa: S101 -- waits for the counts
    return sales.sparkSession.read.parquet(str(folder / "staging")).drop("_broken")


def _create(spark: SparkSession, sales: DataFrame, target: str) -> None:
    columns = sales.drop("_broken").schema.toDDL()
    spark.sql(
        f"CREATE TABLE delta.`{target}` ({columns}) USING delta TBLPROPERTIES (delta.enableChangeDataFeed = true)"
    )
    once = {"txnAppId": "rehearsal", "txnVersion": "1"}
    sales.drop("_broken").filter("_copy = 1").write.format("delta").mode("append").options(**once).save(target)


def _merge(spark: SparkSession, staged: DataFrame, target: str) -> None:
    newer = "WHEN MATCHED AND s.sold_at > t.sold_at THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
    gone = "WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT *"
    for keys, action in (("t.line_id = s.line_id", newer), ("t.order_id = s.product_id", gone)):
        spark.sql(f"MERGE INTO delta.`{target}` AS t USING {{staged}} AS s ON {keys} {action}", staged=staged)


def _history(spark: SparkSession, target: str) -> None:
    """Read the change feed, an old version, and the table's own log."""
    changes = spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", 1).load(target)
    changes.groupBy("_change_type").count().collect()
    spark.read.format("delta").option("versionAsOf", 1).load(target).exceptAll(changes.select("*").limit(0).drop(
        "_change_type", "_commit_version", "_commit_timestamp"
    )).limit(1).collect()  # fmt: skip
    spark.sql(f"DESCRIBE HISTORY delta.`{target}` LIMIT 1").collect()


def _sums(spark: SparkSession, target: str) -> DataFrame:
    from pyspark.sql import functions as F

    sales = spark.read.format("delta").load(target)
    by_day = sales.groupBy("sold_on", "product_id", "name").agg(
        F.sum(F.col("quantity") * F.col("unit_price")).alias("amount"), F.countDistinct("order_id").alias("orders")
    )
    return by_day.unionByName(by_day.limit(0)).join(sales.select("product_id").distinct(), "product_id", "left_semi")
