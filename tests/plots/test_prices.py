import numpy as np
import pytest
from oddities import RUDE, card, kpi
from pictures import check, words
from samples import desk

from bsclib.design.selection.choice import choose
from bsclib.plots import alt_text, plot_prices

LONG = "the share of all the work that was done as it had been promised to those who wait"
WORTH = {"mttr": 4, "load": 3, "cost": 2.5, "leavers": 1}


def test_the_dearest_limit_comes_first():
    found = choose(WORTH, desk(), at_most=2, keep=["leavers"], leave=["load"])
    axes = plot_prices(found, desk().names)
    check(axes)
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([2.5, 1.5, 0])
    said = words(axes)
    order = [said.index(word) for word in ("at most 2 KPIs", "keep Leavers", "leave out Utilisation")]
    assert order == sorted(order)
    assert {"one KPI more", "in: Cost", "in: Cost out: Leavers", "2.5", "1.5", "0"} <= set(said)
    assert any(word.startswith("chosen: 2 KPIs, worth 5 ·") for word in said)
    assert alt_text(axes) == (
        "Bar chart of what 3 constraints on a choice of 2 KPIs, worth 5, cost. Dearest: at most 2 KPIs, 2.5; "
        "keep Leavers, 1.5. 1 costs nothing."
    )


def test_a_limit_without_a_price_says_so():
    worth = {id: value for id, value in WORTH.items() if id != "load"}
    axes = plot_prices(choose(worth, desk(), leave=["load"]))
    check(axes)
    assert "no price" in words(axes)
    everything = plot_prices(choose({}, desk(), leave=list(WORTH)))
    check(everything)
    assert words(everything).count("no price") == 4


def test_no_limits():
    axes = plot_prices(choose(WORTH, desk()))
    check(axes)
    assert "There are no constraints." in words(axes)


@pytest.mark.parametrize("name", [lambda at: f"{at}: {LONG}", lambda at: list(RUDE.values())[at % 6]])
def test_no_text_overlaps_another_or_leaves_the_sheet(name):
    ids = [f"{'long-' * 12}k{at}" for at in range(24)]
    many = card(*(kpi(id, name=name(at), role="leading") for at, id in enumerate(ids)))
    worth = dict(zip(ids, np.random.default_rng(0).random(24), strict=True))
    constraints = {"at_most": 5, "leading": (0.2, 1), "budget": 9.5, "cost": dict.fromkeys(ids, 2.0)}
    found = choose(worth, many, **constraints, keep=ids[:2], leave=ids[2:5], apart=[(ids[0], one) for one in ids[6:20]])
    check(plot_prices(found, many.names))
