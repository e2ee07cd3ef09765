"""Campaigns, their coupons and who used them: delivered as they are, told apart by rules alone."""

from __future__ import annotations

from lakehouse.catalog import rules_of
from lakehouse.silver.campaigns import campaigns
from lakehouse.silver.coupon_redemptions import coupon_redemptions
from lakehouse.silver.coupons import coupons


def test_a_campaign_ends_on_the_day_it_begins_or_later(rows):
    days = [("2024-03-01", "2024-03-01"), ("2024-03-02", "2024-03-01"), ("2024-03-01", None)]
    given = [
        {"campaign_id": str(n), "customer_id": "c", "begins_on": begins, "ends_on": ends}
        for n, (begins, ends) in enumerate(days)
    ]
    built = campaigns(rows=rows("silver.campaigns", given))
    rule = next(rule for rule in campaigns.rules if rule.id == "ends_after_it_begins")
    bad = built.where(f"NOT coalesce({rule.helper.condition}, true)")
    assert [row["campaign_id"] for row in bad.select("campaign_id").collect()] == ["1"]


def test_without_its_days_a_campaign_is_held_back_and_a_use_without_its_coupon_is_not():
    severities = {rule.id: rule.severity for rule in rules_of(campaigns)}
    assert severities["begins_on.not_null"] == "quarantine"
    assert {rule.severity for table in (coupons, coupon_redemptions) for rule in table.rules} == {"warn"}
