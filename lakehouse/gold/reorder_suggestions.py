"""What to order now, how much of it, from whom, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F

from lakehouse.analytics.reordering import (
    PRODUCT,
    decided,
    is_short,
    position,
    reason,
    rejected,
    safety_stock,
    whole_packs,
    with_approved,
    with_demand,
    with_orders,
    with_share,
)
from lakehouse.analytics.stock import ITEM, URGENCIES, urgency_place
from lakehouse.rules import one_of, refers_to, satisfies
from lakehouse.table import DATE, MONEY, QUANTITY, STRING, UNITS, Column, table

if TYPE_CHECKING:
    from pyspark.sql import Column as SparkColumn
    from pyspark.sql import DataFrame

    from lakehouse.business import AsOf, Business, Supply

OF_LEVEL = ("as_of_on", "urgency", "days_of_cover", "stock_units", "daily_demand_units", "demand_spread_units")


@table(
    "gold.reorder_suggestions",
    grain=("system", "product_id", "location_id"),
    inputs={
        "levels": "gold.stock_levels",
        "forecast": "gold.demand_forecast",
        "choice": "gold.supplier_choice",
        "purchases": "gold.purchase_cube",
        "suppliers": "silver.suppliers",
        "decisions": "app.reorder_decisions",
    },
    columns=(
        Column("system", STRING, "Business whose key space this is.", nullable=False),
        Column("product_id", STRING, "Product as the business numbers it.", nullable=False),
        Column("location_id", STRING, "Store or warehouse that needs it.", nullable=False),
        Column("as_of_on", DATE, "What happened before this day is known.", nullable=False),
        Column("urgency", STRING, "How soon the stock runs out: critical, high, medium or low.", nullable=False),
        Column("days_of_cover", UNITS, "Days that the stock alone lasts at the demand of late.", unit="days"),
        Column("stock_units", UNITS, "Units that the book says are there.", nullable=False, unit="units"),
        Column("on_order_units", UNITS, "Units ordered that are to come still.", nullable=False, unit="units"),
        Column("approved_units", UNITS, "Units approved that were not ordered yet.", nullable=False, unit="units"),
        Column("daily_demand_units", UNITS, "Units a day expected.", nullable=False, unit="units a day"),
        Column("lead_time_days", UNITS, "Days from order to receipt expected.", nullable=False, unit="days"),
        Column("lead_demand_units", UNITS, "Demand expected in these days.", nullable=False, unit="units"),
        Column("safety_units", UNITS, "Stock kept against what nobody expects.", nullable=False, unit="units"),
        Column("reorder_point_units", UNITS, "Demand in the lead time + safety.", nullable=False, unit="units"),
        Column("target_units", UNITS, "Demand of lead time and days to cover + safety.", nullable=False, unit="units"),
        Column("quantity", UNITS, "Units to order: whole packs.", nullable=False, unit="units"),
        Column("minimum_order_quantity", QUANTITY, "Fewest units in one order.", nullable=False, unit="units"),
        Column("pack_size", QUANTITY, "Units in a pack.", nullable=False, unit="units"),
        Column("supplier_id", STRING, "Supplier chosen; NULL: none is known."),
        Column("currency", STRING, "ISO 4217 code of the cost; NULL: never ordered."),
        Column("unit_cost", MONEY, "Cost of one unit in the last order from it.", unit="currency"),
        Column("cost_amount", MONEY, "Quantity × unit cost; NULL: not known, or past all bounds.", unit="currency"),
        Column("reason", STRING, "Why, in one sentence.", nullable=False),
    ),
    rules=(
        refers_to("product_id", "gold.stock_levels", with_columns=("location_id",)),
        one_of("urgency", URGENCIES),
        satisfies("whole_packs", "quantity % pack_size = 0", columns=("quantity", "pack_size")),
        satisfies(
            "minimum_is_met",
            "quantity > 0 AND quantity >= minimum_order_quantity",
            columns=("quantity", "minimum_order_quantity"),
        ),
        satisfies(
            "stock_is_short",
            "stock_units + on_order_units + approved_units <= reorder_point_units",
            columns=("stock_units", "on_order_units", "approved_units", "reorder_point_units"),
        ),
    ),
)
def reorder_suggestions(
    levels: DataFrame,
    forecast: DataFrame,
    choice: DataFrame,
    purchases: DataFrame,
    suppliers: DataFrame,
    decisions: DataFrame,
    *,
    params: Business,
    as_of: AsOf,
) -> DataFrame:
    """One row per system, product and location whose stock and orders are not above the reorder point.

    Reorder point = demand over the lead time L + safety stock; safety = z × √(L·σd² + d²·σL²), z the normal quantile of
    the service level: Silver, Pyke and Peterson, Inventory Management and Production Planning and Scheduling (1998);
    King, Understanding safety stock, APICS (2011). d = mean of the product's forecast over the next L days (at least
    one; of a product foretold by weeks alone a seventh a day), shared among places as the demand of late was; without
    a forecast the demand of late. σd = spread of the daily demand of late, σL = spread of the lead time.
    Target = demand of L + `cover_days` + safety, so that an order lasts `cover_days` once it is there. Quantity =
    target - stock - on order - approved, at least the minimum order, in whole packs of the chosen supplier. On order =
    what did not come of orders of `overdue_days` at most; for no place that is told it is shared like the forecast.
    What was approved or edited counts as on order for `approved_days` at most, less what was ordered since the oldest
    of these suggestions from a supplier they name or from one that is not told; what was rejected stays away for
    `rejected_days`, unless its urgency rose since. Nothing is suggested of what nobody asks for.
    Built whole, from cubes: the day of judgement moves every row.
    """
    day, supply = as_of.day("system"), params.supply
    bought = purchases.where(F.col("happened_on") < day)
    items = with_share(with_supplier(levels, choice, suppliers, supply=supply))
    expected = with_demand(items, forecast, day=day, cover_days=supply.cover_days)
    planned = with_orders(expected, bought, day=day, overdue_days=supply.overdue_days)
    return (
        planned.transform(still_short, decided(decisions, day), bought, day=day, supply=supply)
        .withColumn("target_units", (F.col("cover_units") + F.col("safety_units")).cast(UNITS))
        .where(F.col("target_units") > position())
        .withColumn("quantity", whole_packs(F.col("target_units") - position()))
        .withColumn("cost_amount", (F.col("quantity") * F.col("unit_cost")).try_cast(MONEY))
        .withColumn("reason", reason())
        .select(*reorder_suggestions.column_names)
    )


def still_short(
    planned: DataFrame, known: DataFrame, bought: DataFrame, *, day: SparkColumn, supply: Supply
) -> DataFrame:
    """Return what is short although people approved some of it, and what nobody rejected for now."""
    refused = rejected(known, day=day, days=supply.rejected_days)
    is_more_urgent = urgency_place("urgency") < F.col("rejected_at_place")
    return (
        with_approved(planned, known, bought, day=day, days=supply.approved_days)
        .withColumn("safety_units", safety_stock(supply.service_level))
        .withColumn("reorder_point_units", (F.col("lead_demand_units") + F.col("safety_units")).cast(UNITS))
        .where(is_short())
        .join(refused, on=list(ITEM), how="left")
        .where(F.col("rejected_at_place").isNull() | is_more_urgent)
    )


def with_supplier(levels: DataFrame, choice: DataFrame, suppliers: DataFrame, *, supply: Supply) -> DataFrame:
    """Add the chosen supplier with its cost and lead time, its minimum order and pack; else as business.yaml says."""
    chosen = choice.where("is_chosen").select(
        *PRODUCT, "supplier_id", "currency", "unit_cost", "lead_time_days", "lead_time_spread_days"
    )
    terms = suppliers.select("system", "supplier_id", "minimum_order_quantity", "pack_size")
    least, pack = F.col("minimum_order_quantity"), F.when(F.col("pack_size") > 0, F.col("pack_size"))
    return (
        levels.select(*ITEM, *OF_LEVEL)
        .join(chosen, on=list(PRODUCT), how="left")
        .join(terms, on=["system", "supplier_id"], how="left")
        .withColumn("lead_time_days", F.coalesce("lead_time_days", F.lit(supply.lead_time_days)).cast(UNITS))
        .withColumn("minimum_order_quantity", F.coalesce(least, F.lit(supply.minimum_order_quantity)).cast(QUANTITY))
        .withColumn("pack_size", F.coalesce(pack, F.lit(supply.pack_size)).cast(QUANTITY))
    )
