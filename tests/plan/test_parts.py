"""What is planned for a source made of several parts."""

from __future__ import annotations

from dataclasses import replace

from plan.practice import AT, CATALOG, TABLES, arrived, found, judged, landed, record, settled, source

from lakehouse.catalog import Catalog
from lakehouse.ledger import FileRecord
from lakehouse.plan import Facts, Selection, make_plan
from lakehouse.plan.selection import chosen, graph

BESIDE = {"orders": replace(source("mail_orders", ""), map=())}
MAIL = replace(source("mail", "silver.sales"), rows="items", beside=BESIDE, adapter="northwind_sales")
MAILING = Catalog({each.name: each for each in TABLES}, {**CATALOG.sources, "mail": MAIL})
NODE = "silver.sales@mail"


def content(*batches, without=()):
    return {"mail_orders": {"batches": list(batches), "without": [list(place) for place in without]}}


def lines(batch):
    return replace(landed("mail", batch), table="bronze.mail_items")


def facts(*steps, **changed):
    known = settled().hashes
    return settled(*steps, **({"hashes": {**known, NODE: "as before"}} | changed))


def planned(known: Facts):
    return [(step.name, step.reason) for step in make_plan(MAILING, Selection(("source:mail",)), known).steps]


def mail_judged(*batches, parts, **more):
    return record(
        "silver.sales", source="mail", inputs={"batches": {"mail": list(batches)}, "hash": "as before",
        "parts": {"mail": parts}}, version_after=0, **more,
    )  # fmt: skip


def test_all_parts_come_before_the_rows_are_judged():
    assert graph(MAILING)[NODE] >= {"bronze.mail_items", "bronze.mail_orders"}
    assert chosen(MAILING, Selection(("source:mail",))) == {NODE, "bronze.mail_items", "bronze.mail_orders"}


def test_rows_wait_for_the_first_delivery_of_each_part():
    waiting = facts(lines(1))
    assert planned(waiting) == []
    notes = make_plan(MAILING, Selection(), waiting).notes
    assert f"{NODE}: rows wait, since nothing was delivered of mail_orders" in notes
    comes = replace(waiting, arrivals={"mail_orders": arrived(found("a"))})
    assert planned(comes) == [("bronze.mail_orders", "1 new files"), (NODE, "new rows")]


def test_a_further_delivery_of_another_part_has_rows_judged_again():
    first = (lines(1), landed("mail_orders", 1), mail_judged(1, parts=content(1)))
    assert planned(facts(*first)) == []
    again = [(NODE, "another part delivered anew")]
    assert planned(facts(*first, landed("mail_orders", 2))) == again
    assert planned(facts(*first, landed("mail_orders", 2), mail_judged(parts=content(1, 2)))) == []
    given_up = FileRecord("mail_orders", "a", 10, AT, "x", "discarded", 1)
    assert planned(facts(*first, files=(given_up,))) == again
    assert planned(facts(*first, mail_judged(parts=content(1, without=[(1, "a")])), files=(given_up,))) == []


def test_a_held_batch_is_tried_again_beside_new_parts():
    held = mail_judged(1, parts=content(1))
    known = facts(lines(1), landed("mail_orders", 1), replace(held, state="blocked"))
    assert planned(known) == []
    assert planned(replace(known, steps=(*known.steps, landed("mail_orders", 2)))) == [(NODE, "held rows may pass now")]


def held_again(*batches, state="blocked", **more):
    known = mail_judged(*batches, parts=content(1, 2))
    asked = {"again": {"mail": [1]}, "parts_before": {"mail": content(1)}} | more
    return replace(known, state=state, inputs=dict(known.inputs) | asked)


def test_rows_that_were_held_when_they_were_judged_again_wait_for_a_change_and_are_told_of():
    before = (lines(1), landed("mail_orders", 1), mail_judged(1, parts=content(1)), landed("mail_orders", 2))
    late = FileRecord("mail_orders", "late.csv", 10, AT, "x", "landed", 2)
    again = [(NODE, "another part delivered anew")]
    held = facts(*before, held_again(), files=(late,))
    assert planned(held) == []
    assert held.held_sources({"mail": "silver.sales"}) == ("mail",)
    note = f"{NODE}: what late.csv says about earlier rows is held; readers see what was published before"
    assert note in make_plan(MAILING, Selection(), held).notes
    assert planned(facts(*before, held_again(), landed("mail_orders", 3))) == again
    assert planned(facts(*before, held_again(), files=(replace(late, state="discarded"),))) == again
    withdrawn = FileRecord("mail", "first.csv", 10, AT, "y", "withdrawn", 1)
    assert planned(facts(*before, held_again(), files=(withdrawn,))) == again
    assert planned(facts(*before, held_again(set_apart=["y"]), files=(withdrawn,))) == []
    assert planned(facts(*before, held_again(hash="others"))) == again


def test_rows_that_were_held_beside_a_new_batch_are_judged_again_once_without_it():
    before = (lines(1), landed("mail_orders", 1), mail_judged(1, parts=content(1)), lines(2), landed("mail_orders", 2))
    again = [(NODE, "another part delivered anew")]
    assert planned(facts(*before, held_again(2))) == again
    assert planned(facts(*before, held_again(2), held_again())) == []
    good = facts(*before, held_again(2), held_again(state="done"))
    assert (planned(good), good.held_sources({"mail": "silver.sales"})) == ([], ("mail",))
    more = facts(*before, held_again(2), held_again(), lines(3))
    assert planned(more) == [(NODE, "new rows, another part delivered anew")]


def test_other_sources_of_the_table_go_on_by_themselves():
    known = facts(lines(1), landed("mail_orders", 1), mail_judged(1, parts=content(1)), judged("shop", 2))
    assert known.parts_before("silver.sales", MAIL) is None
    assert known.parts_before("silver.sales", CATALOG.sources["shop"]) is None
