"""What `--select`, `--exclude` and `--full-refresh` mean."""

from __future__ import annotations

import pytest

from lakehouse.errors import ConfigError
from lakehouse.plan import Selection
from lakehouse.plan.selection import chosen, graph, refreshed
from tests.plan.practice import CATALOG

BRONZE = {"bronze.shop", "bronze.web", "bronze.goods"}
SILVER = {"silver.sales@shop", "silver.sales@web", "silver.products@goods"}
GOLD = {"gold.facts", "gold.cube", "gold.months", "gold.weeks"}


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ((), BRONZE | SILVER | GOLD),
        (("gold.cube",), {"gold.cube"}),
        (("silver.sales",), {"silver.sales@shop", "silver.sales@web"}),
        (("silver.sales@web",), {"silver.sales@web"}),
        (("gold.cube+",), {"gold.cube", "gold.months", "gold.weeks"}),
        (("+gold.facts",), BRONZE | SILVER | {"gold.facts"}),
        (("+silver.products",), {"bronze.goods", "silver.products@goods"}),
        (("+gold.cube+",), BRONZE | SILVER | GOLD),
        (("layer:gold",), GOLD),
        (("layer:bronze",), BRONZE),
        (("source:web",), {"bronze.web", "silver.sales@web"}),
        (("source:goods+",), {"bronze.goods", "silver.products@goods"} | GOLD),
        (("gold.cube", "source:web"), {"gold.cube", "bronze.web", "silver.sales@web"}),
    ],
)
def test_words_name_steps(words, meant):
    assert chosen(CATALOG, Selection(words)) == meant


def test_excluded_steps_are_taken_out_of_the_selected_ones():
    assert chosen(CATALOG, Selection(("layer:gold",), ("gold.cube+",))) == {"gold.facts"}
    assert chosen(CATALOG, Selection((), ("layer:gold", "layer:silver"))) == BRONZE


def test_a_full_refresh_names_tables():
    assert refreshed(CATALOG, Selection(full_refresh=("source:web", "gold.cube"))) == {
        "bronze.web", "silver.sales", "gold.cube",
    }  # fmt: skip


def test_every_unknown_word_is_named_with_the_nearest():
    with pytest.raises(ConfigError) as caught:
        chosen(CATALOG, Selection(("gold.cub", "+gold.facts"), ("source:wep",), ("layer:golf", "x")))
    assert str(caught.value).splitlines() == [
        "--select: gold.cub: names no table, layer or source. Did you mean 'gold.cube'?",
        "--exclude: source:wep: names no table, layer or source. Did you mean 'source:web'?",
        "--full-refresh: layer:golf: names no table, layer or source. Did you mean 'layer:gold'?",
        "--full-refresh: x: names no table, layer or source.",
    ]
    assert caught.value.exit_code == 2


def test_steps_wait_for_the_steps_of_what_they_read():
    waits = graph(CATALOG)
    assert waits["silver.sales@web"] == {"bronze.web"}
    assert waits["gold.facts"] == SILVER
    assert waits["gold.cube"] == {"gold.facts"}
    seen = list(waits)
    assert all(seen.index(before) < seen.index(step) for step, needed in waits.items() for before in needed)


def test_a_selection_is_printed_as_it_was_typed():
    assert str(Selection(("a", "b"), (), ("c",))) == "--select a b --full-refresh c"
    assert str(Selection()) == ""
