"""Which products are bought together, and how much more often than chance would have it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import Window
from pyspark.sql import functions as F

from lakehouse.columns import share
from lakehouse.rules import between, refers_to
from lakehouse.table import LONG, RATE, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

    from lakehouse.business import Baskets, Business


@table(
    "gold.product_pairs",
    grain=("system", "product_key", "other_product_key"),
    inputs={"products": "gold.product_sales", "baskets": "gold.basket_cube"},
    traces={"other_product_key": ""},
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("product_key", STRING, "Key of the product that is bought.", nullable=False),
        Column("other_product_key", STRING, "Key of the product that is bought with it.", nullable=False),
        Column("product_name", STRING, "Its newest name."),
        Column("other_product_name", STRING, "The newest name of the other one."),
        Column("orders", LONG, "Orders that hold both.", nullable=False),
        Column("product_orders", LONG, "Orders that hold the product.", nullable=False),
        Column("other_product_orders", LONG, "Orders that hold the other one.", nullable=False),
        Column("all_orders", LONG, "Orders of the business with any product.", nullable=False),
        Column("support", RATE, "orders ÷ all_orders.", nullable=False, unit="share"),
        Column("confidence", RATE, "orders ÷ product_orders.", nullable=False, unit="share"),
        Column("lift", UNITS, "confidence ÷ share of all orders that hold the other one.", nullable=False),
    ),
    rules=(
        refers_to("product_key", "gold.product_sales"),
        refers_to("other_product_key", "gold.product_sales", theirs="product_key"),
        between("confidence", 0, 1),
        between("orders", 1, None),
    ),
    refresh="daily at 00:30",
    release_group="pairs",
)
def product_pairs(products: DataFrame, baskets: DataFrame, *, params: Business) -> DataFrame:
    """One row per system, product and other product that are frequent and frequently bought together.

    Support and confidence as in Agrawal, Imieliński and Swami (1993), lift as in Brin, Motwani, Ullman and Tsur (1997):
    above 1 they meet more often than chance would have it. Each pair stands there in both directions.
    Only pairs of frequent products can be frequent (Apriori: Agrawal and Srikant 1994), so all others are taken out of
    the baskets first, and what is left of a basket is paired within it. The counts are exact: no pair that reaches the
    least number of orders is missing, except beyond the `most_products` most frequent products, ties by key.
    An order of several days is one order. A basket of all frequent products gives n (n − 1) ÷ 2 pairs, 79,800 of 400.
    Built whole once a day: one order more changes the number of all orders, and by it every share.
    """
    held = orders_of(baskets)
    frequent = frequent_products(held, params.baskets)
    shelf = frequent.groupBy("system", "all_orders", "least").agg(
        F.array_sort(F.collect_list(F.struct("place", "product_key", "product_orders"))).alias("shelf")
    )
    return (
        pairs_in(held, frequent)
        .join(F.broadcast(shelf), on="system")
        .where(F.col("orders") >= F.col("least"))
        .transform(both_ways)
        .withColumn("support", share(F.col("orders"), F.col("all_orders")))
        .withColumn("confidence", share(F.col("orders"), F.col("product_orders")))
        .withColumn("lift", lift().cast(UNITS))
        .transform(named, products)
        .select(*product_pairs.column_names)
    )


def orders_of(baskets: DataFrame) -> DataFrame:
    """Return each order once, with its known products, each once."""
    keys = F.flatten(F.collect_list(F.from_json("product_keys", "array<string>")))
    return baskets.groupBy("system", "order_id").agg(F.array_distinct(keys).alias("product_keys"))


def frequent_products(held: DataFrame, asked: Baskets) -> DataFrame:
    """Return the products that are in enough orders, by `place`: 1 is in most of them."""
    all_orders = held.groupBy("system").agg(F.count(F.lit(1)).alias("all_orders"))
    wanted = F.greatest(F.lit(asked.least_orders), F.ceil(F.col("all_orders") * F.lit(asked.least_share)))
    most = Window.partitionBy("system").orderBy(F.desc("product_orders"), "product_key")
    return (
        held.select("system", F.explode("product_keys").alias("product_key"))
        .groupBy("system", "product_key")
        .agg(F.count(F.lit(1)).alias("product_orders"))
        .join(F.broadcast(all_orders.withColumn("least", wanted.cast(LONG))), on="system")
        .where(F.col("product_orders") >= F.col("least"))
        .withColumn("place", F.row_number().over(most))
        .where(F.col("place") <= asked.most_products)
    )


def pairs_in(held: DataFrame, frequent: DataFrame) -> DataFrame:
    """Count the orders that hold each two of the frequent products; `low` and `high` are their places."""
    places = frequent.select("system", "product_key", "place")
    baskets = (
        held.select("system", "order_id", F.explode("product_keys").alias("product_key"))
        .join(F.broadcast(places), on=["system", "product_key"])
        .groupBy("system", "order_id")
        .agg(F.sort_array(F.collect_list("place")).alias("places"))
        .where(F.size("places") > 1)
    )
    return (
        baskets.select("system", "places", F.posexplode("places").alias("at", "low"))
        .select("system", "low", F.explode(F.slice("places", F.col("at") + 2, F.size("places"))).alias("high"))
        .groupBy("system", "low", "high")
        .agg(F.count(F.lit(1)).alias("orders"))
    )


def both_ways(pairs: DataFrame) -> DataFrame:
    """Return each pair as product and other product, and the other way round."""
    low, high = (F.get("shelf", F.col(side) - 1) for side in ("low", "high"))
    turned = pairs.withColumn("pair", F.explode(F.array(F.array(low, high), F.array(high, low))))
    one, other = F.get("pair", 0), F.get("pair", 1)
    return turned.select(
        "system",
        one["product_key"].alias("product_key"),
        other["product_key"].alias("other_product_key"),
        "orders",
        one["product_orders"].alias("product_orders"),
        other["product_orders"].alias("other_product_orders"),
        "all_orders",
    )


def lift() -> SparkColumn:
    """orders × all_orders ÷ (product_orders × other_product_orders)."""
    together = F.col("orders").cast("double") * F.col("all_orders")
    return together / (F.col("product_orders").cast("double") * F.col("other_product_orders"))


def named(pairs: DataFrame, products: DataFrame) -> DataFrame:
    """Add the newest name of both products."""
    names = products.groupBy("system", "product_key").agg(
        F.max_by("product_name", F.struct("last_sold_month", "currency")).alias("product_name")
    )
    others = names.withColumnsRenamed({"product_key": "other_product_key", "product_name": "other_product_name"})
    return pairs.join(names, on=["system", "product_key"], how="left").join(
        others, on=["system", "other_product_key"], how="left"
    )
