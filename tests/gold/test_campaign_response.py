"""How customers answered a campaign."""

from __future__ import annotations

from lakehouse.gold.campaign_response import campaign_response


def sale(customer: str, day: str, net: int, **other: str) -> dict[str, object]:
    return {"customer_key": customer, "sold_on": f"2024-{day}", "net_amount": net, "order_id": day} | other


def reached(campaign: str, customer: str, begins: str, ends: str) -> dict[str, object]:
    days = {"begins_on": f"2024-{begins}", "ends_on": f"2024-{ends}"}
    return {"campaign_id": campaign, "customer_id": customer, "campaign_type": "mail"} | days


def used(campaign: str, customer: str, line: str) -> dict[str, object]:
    days = {"redeemed_on": "2024-03-16", "line_id": line}
    return {"campaign_id": campaign, "customer_id": customer, "coupon_id": "k"} | days


def test_customers_are_compared_with_themselves_in_as_many_days_before(rows, assert_rows):
    campaigns = rows(
        "silver.campaigns",
        [*(reached("week", who, "03-15", "03-21") for who in ("ann", "ben", "new")),
         reached("on", "ann", "03-28", "04-10"), reached("early", "ben", "03-05", "03-09")],
    )  # fmt: skip
    redemptions = rows(
        "silver.coupon_redemptions", [used("week", "ann", "1"), used("week", "ann", "2"), used("week", "other", "1")]
    )
    cube = rows(
        "gold.order_cube",
        [
            sale("ann", "03-01", 1), sale("ann", "03-07", 50), sale("ann", "03-08", 10), sale("ben", "03-14", 10),
            sale("ann", "03-15", 20), sale("ben", "03-21", 20), sale("ann", "03-22", 99),
            sale("unknown", "03-16", 500), sale("other", "03-31", 70), sale("ann", "03-16", 5, currency="EUR"),
            sale("ann", "03-16", 700, system="market"),
        ],
    )  # fmt: skip
    names = ("currency", "campaign_id", "is_complete", "households", "redeeming_households", "redemptions",
             "redemption_share", "measured_households", "campaign_amount", "before_amount", "weekly_amount",
             "weekly_before_amount", "lift")  # fmt: skip
    expected = [
        ("USD", "week", True, 3, 1, 2, "0.333333", 2, 40, 20, 20, 10, 1),
        ("EUR", "week", True, 3, 1, 2, "0.333333", 2, 5, 0, "2.5", 0, None),
        ("USD", "on", False, 1, 0, 0, 0, 1, 0, 119, None, None, None),
        ("EUR", "on", False, 1, 0, 0, 0, 1, 0, 5, None, None, None),
        ("USD", "early", False, 1, 0, 0, 0, 1, 0, 0, None, None, None),
        ("EUR", "early", False, 1, 0, 0, 0, 1, 0, 0, None, None, None),
    ]
    built = campaign_response(campaigns=campaigns, redemptions=redemptions, cube=cube)
    assert_rows(built, [dict(zip(names, row, strict=True)) for row in expected])


def test_a_campaign_is_as_long_as_its_days_count(rows, assert_rows):
    campaigns = rows("silver.campaigns", [reached("week", "ann", "03-15", "03-21")])
    built = campaign_response(
        campaigns=campaigns,
        redemptions=rows("silver.coupon_redemptions", []),
        cube=rows("gold.order_cube", [sale("ann", "03-01", 1)]),
    )
    assert_rows(built, [{"days": 7, "before_begins_on": "2024-03-08", "ends_on": "2024-03-21", "is_complete": False}])


def test_who_brought_back_more_than_they_bought_before_tells_no_lift(rows, assert_rows):
    sales = [sale("ann", "03-08", -10), sale("ann", "03-15", 20), sale("other", "03-01", 1), sale("other", "03-31", 1)]
    built = campaign_response(
        campaigns=rows("silver.campaigns", [reached("week", "ann", "03-15", "03-21")]),
        redemptions=rows("silver.coupon_redemptions", []),
        cube=rows("gold.order_cube", sales),
    )
    assert_rows(built, [{"is_complete": True, "campaign_amount": 20, "before_amount": -10, "lift": None}])
