import numpy as np
import pytest
from oddities import RUDE
from pictures import check, words
from projected import frontier

from bsclib.errors import BscError
from bsclib.plots import alt_text, plot_frontier

LONG = "the share of all the work that was done as it had been promised to those who wait"
ROWS = [
    (0.0, 60.0, 50.0, 70.0, "", 2.0),
    (100.0, 62.0, 52.0, 72.0, "tool", 0.5),
    (200.0, 62.5, 52.0, 73.0, "tool", 1.0),
    (300.0, 63.5, 53.0, 74.0, "people, school", np.nan),
]
NAMES = {"tool": "A better tool", "people": "More people", "school": "A school"}


def made(*rows):
    return frontier(*(rows or ROWS)).assign(unit_of_money=100.0, every=3, horizon=24)


def test_a_budget_buys_what_a_smaller_one_buys():
    axes = plot_frontier(made(), NAMES)
    check(axes)
    (line,) = [one for one in axes.lines if one.get_label() == "score"]
    assert line.get_drawstyle() == "steps-post"
    assert line.get_xdata().tolist() == [0, 100, 200, 300]
    assert line.get_ydata().tolist() == [60, 62, 62.5, 63.5]


def test_a_disc_stands_where_the_choice_changes():
    axes = plot_frontier(made(), NAMES)
    assert sum(one.get_marker() == "o" for one in axes.lines) == 3
    said = words(axes)
    listed = ["0", "100", "+ A better tool", "300", "+ More people", "+ A school", "− A better tool"]
    places = [len(said) - 1 - said[::-1].index(word) for word in listed]
    assert places == sorted(places)
    assert "200" not in [word for at, word in enumerate(said) if at > said.index("from a budget of")]


def test_what_more_money_buys():
    assert "overall score 24 months on · from 0 on, 100 more buys most, +2.0 points" in words(plot_frontier(made()))
    marked = words(plot_frontier(made(), budget=250))
    assert "overall score 24 months on · from 200 on, 100 more buys +1.0 points" in marked
    assert "your budget" in marked
    assert "budget for each 3 months" in marked
    assert "overall score 24 months on" in words(plot_frontier(made(), budget=400)), "nobody asked what comes beyond"


def test_the_budget_is_marked_also_beyond_the_last():
    axes = plot_frontier(made(), budget=500)
    (mark,) = [one for one in axes.lines if one.get_label() == "budget"]
    assert set(mark.get_xdata()) == {500}
    assert axes.get_xlim()[1] > 500


def test_one_budget_and_none():
    one = plot_frontier(frontier(ROWS[0]))
    check(one)
    assert alt_text(one) == "The score that the best choice reaches at 1 budget: 60.0 at 0."
    with pytest.raises(BscError, match="no budget to draw"):
        plot_frontier(frontier())


@pytest.mark.parametrize("name", [lambda id: f"{id}: {LONG}", lambda id: list(RUDE.values())[int(id[1:]) % 6]])
def test_no_text_overlaps_another_or_leaves_the_sheet(name):
    ids = [f"i{at}" for at in range(24)]
    rows = [(5e5 * at, 40.0 + at, 30.0, 90.0, ", ".join(ids[at : 4 * at]), 1.0) for at in range(7)]
    axes = plot_frontier(made(*rows), {id: name(id) for id in ids}, budget=1e6)
    check(axes)
    assert any(word.startswith("and ") and word.endswith(" more") for word in words(axes))


def test_words_for_those_who_cannot_see_it():
    assert alt_text(plot_frontier(made(), NAMES)) == (
        "The score that the best choice reaches at 4 budgets: 60.0 at 0, 63.5 at 300. From 100: + A better tool. "
        "From 300: + More people, + A school, − A better tool."
    )
