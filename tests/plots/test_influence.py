import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch
from oddities import RUDE
from pictures import check, words

from bsclib.design.selection.influence import dematel
from bsclib.plots import alt_text, plot_influence
from bsclib.plots.palette import ACTUAL, GREY

LONG = "the share of all the work that was done as it had been promised to those who wait"
LEADERS = [[0, 4, 3, 1, 0], [0, 0, 4, 1, 1], [0, 1, 0, 4, 4], [0, 0, 1, 0, 0], [1, 0, 4, 4, 0]]


def judged(count, seed=0):
    random = np.random.default_rng(seed)
    ratings = random.integers(0, 5, (count, count)) * (1 - np.eye(count, dtype=int))
    ids = [f"o{at}" for at in range(count)]
    return dematel(pd.DataFrame(ratings, index=ids, columns=ids))


def arrows(axes):
    return [one for one in axes.patches if isinstance(one, FancyArrowPatch)]


def discs(axes):
    """The numbered discs."""
    return [one for one in axes.lines if one.get_marker() == "o"]


def places_of(axes):
    """Where each disc is, in the values of the scales."""
    return np.array([one.get_xydata()[0] for one in discs(axes)])


@pytest.mark.parametrize("count", [3, 40])
@pytest.mark.parametrize("name", [str, lambda id: f"{id}: {LONG}", lambda id: list(RUDE.values())[len(id) % 6]])
def test_no_text_overlaps_another_or_leaves_the_sheet(count, name):
    found = judged(count)
    check(plot_influence(found, {id: name(id) for id in found.total.columns}, strongest=count))


def test_elements_lie_at_their_prominence_and_relation():
    ids = list("abcde")
    found = dematel(pd.DataFrame(LEADERS, index=ids, columns=ids))
    axes = plot_influence(found)
    assert places_of(axes) == pytest.approx(np.column_stack([found.prominence, found.relation]))
    said = words(axes)
    assert [said.index(word) for word in ("Causes", "Effects")] == sorted(
        said.index(word) for word in ("Causes", "Effects")
    )
    assert said.index("a") < said.index("b") < said.index("e") < said.index("Effects") < said.index("c")
    assert {"+1.22", "−1.64", "prominence: gives and receives →", "relation: gives less receives →"} <= set(said)


def test_the_strongest_influences_are_arrows():
    found = dematel(LEADERS)
    axes = plot_influence(found, strongest=4)
    total = found.total.to_numpy(copy=True)
    np.fill_diagonal(total, 0)
    places = places_of(axes)
    for arrow, cell in zip(arrows(axes), np.argsort(-total, axis=None)[:4], strict=True):
        cause, effect = np.unravel_index(cell, total.shape)
        start, end = arrow._posA_posB
        assert start == pytest.approx(places[cause])
        assert end == pytest.approx(places[effect])
    thick = [one.get_linewidth() for one in arrows(axes)]
    assert thick == sorted(thick, reverse=True)
    assert "arrows: the 4 strongest influences, detours included; thicker is stronger" in words(axes)
    assert arrows(plot_influence(found, strongest=0)) == []


def test_no_arrow_stands_for_no_influence():
    ids = ["a", "b", "c"]
    found = dematel(pd.DataFrame([[0, 3, 0], [0, 0, 0], [0, 0, 0]], index=ids, columns=ids))
    axes = plot_influence(found)
    check(axes)
    assert len(arrows(axes)) == 1
    said = words(axes)
    assert said.index("Causes") < said.index("Give as much as they receive") < said.index("Effects")
    colours = [to_hex(one.get_markerfacecolor()) for one in discs(axes)]
    assert colours[0] == ACTUAL
    assert colours[2] == GREY
    assert colours[1] not in (ACTUAL, GREY)


@pytest.mark.parametrize("seed", range(3))
def test_causes_stay_above_the_line_and_effects_below(seed):
    found = judged(40, seed)
    placed = places_of(plot_influence(found))[:, 1]
    relation = found.relation.to_numpy()
    assert (placed[relation > 1e-9] >= -1e-9).all()
    assert (placed[relation < -1e-9] <= 1e-9).all()


def test_words_for_those_who_cannot_see_it():
    ids = list("abcde")
    found = dematel(pd.DataFrame(LEADERS, index=ids, columns=ids))
    assert alt_text(plot_influence(found, {"a": "Vision"})) == (
        "Influence among 5 elements, 3 causes and 2 effects. Strongest cause: Vision (relation +1.22). Strongest "
        "effect: d (relation −1.64). Most prominent: c (3.12). Strongest influence: e on d."
    )
