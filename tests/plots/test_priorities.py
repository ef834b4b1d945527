import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from oddities import RUDE
from pictures import check, words
from strategies import few

from bsclib import read_scorecard
from bsclib.design.selection.priorities import QUADRANTS, prioritise
from bsclib.plots import alt_text, plot_priorities
from bsclib.plots.canvas import png

LONG = "the share of all the work that was done as it had been promised to those who wait"


def rated(count, seed=0, step=2):
    """Random ratings in halves, so that many objectives lie at one place."""
    random = np.random.default_rng(seed)
    ids = [f"o{at}" for at in range(count)]
    return prioritise(ids, *({id: random.integers(2, 11) / step for id in ids} for _ in range(2)))


def discs(axes):
    """Where each disc is, in the values of the scales."""
    return np.array([one.get_xydata()[0] for one in axes.lines if one.get_marker() == "o"])


@pytest.mark.parametrize("count", [1, 2, 40])
@pytest.mark.parametrize("name", [str, lambda id: f"{id}: {LONG}", lambda id: list(RUDE.values())[len(id) % 6]])
def test_no_text_overlaps_another_or_leaves_the_sheet(count, name):
    found = rated(count)
    check(plot_priorities(found, {id: name(id) for id in found["id"]}))


@settings(few, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1)), min_size=1, max_size=20))
def test_ratings_on_any_scale_can_be_drawn(pairs):
    ids = [f"o{at}" for at in range(len(pairs))]
    impact, effort = ({id: pair[side] for id, pair in zip(ids, pairs, strict=True)} for side in (0, 1))
    check(plot_priorities(prioritise(ids, impact, effort, middle=(3.5, 0.5))))


def test_each_disc_lies_at_its_ratings_and_bears_its_priority():
    found = prioritise("abcd", {"a": 5, "b": 4, "c": 2, "d": 1}, {"a": 1, "b": 4.5, "c": 2, "d": 5})
    axes = plot_priorities(found)
    assert discs(axes) == pytest.approx(found[["effort", "impact"]].to_numpy())
    assert [one.get_text() for one in axes.texts if one.get_text().isdigit()] == ["1", "2", "3", "4"]
    assert {"quick wins", "major projects", "fill-ins", "thankless tasks", "impact →", "effort →"} <= set(words(axes))


def test_the_list_names_objectives_under_their_quadrants():
    card = read_scorecard("meridian")
    ratings = {one.id: 1 + at % 5 for at, one in enumerate(card.objectives)}
    found = prioritise(card.objectives, ratings, {id: 6 - value for id, value in ratings.items()})
    said = words(plot_priorities(found, card.names))
    places = [said.index(word) for word in ("Quick wins", "Thankless tasks")]
    first, last = (found.loc[found["quadrant"] == one, "id"] for one in (QUADRANTS[0], QUADRANTS[3]))
    assert "Major projects" not in said
    assert all(places[0] < said.index(card.names[id]) < places[1] for id in first)
    assert all(places[1] < said.index(card.names[id]) for id in last)


def test_objectives_of_one_place_stand_side_by_side():
    ids = ["a", "b", "c"]
    axes = plot_priorities(prioritise(ids, dict.fromkeys(ids, 4), dict.fromkeys(ids, 2)))
    found = discs(axes)
    assert found[:, 1] == pytest.approx([4] * 3)
    assert found[:, 0].mean() == pytest.approx(2)
    assert len(set(found[:, 0].round(6))) == 3
    assert [one.get_text() for one in axes.texts if one.get_text().isdigit()] == ["1", "1", "1"]


@pytest.mark.parametrize("seed", range(3))
def test_no_disc_leaves_its_quadrant(seed):
    found = rated(40, seed)
    placed = discs(plot_priorities(found))
    much = found["quadrant"].isin(QUADRANTS[:2]).to_numpy()
    hard = found["quadrant"].isin([QUADRANTS[1], QUADRANTS[3]]).to_numpy()
    assert (placed[much, 1] >= 3 - 1e-6).all()
    assert (placed[~much, 1] <= 3 + 1e-6).all()
    assert (placed[hard, 0] >= 3 - 1e-6).all()
    assert (placed[~hard, 0] <= 3 + 1e-6).all()


def test_words_for_those_who_cannot_see_it():
    found = prioritise(["a", "b"], {"a": 5, "b": 1}, {"a": 2, "b": 4})
    assert alt_text(plot_priorities(found, {"a": "Restore fast"})) == (
        "Impact against effort of 2 objectives: 1 quick win, 1 thankless task. First: Restore fast (impact 5, effort "
        "2), b (impact 1, effort 4). Last: b."
    )


def test_it_looks_the_same_whatever_the_reader_has_set():
    found = rated(5)
    plain = png(plot_priorities(found), dpi=50)
    with mpl.rc_context({"axes.facecolor": "black", "text.color": "white", "font.family": "serif", "axes.grid": True}):
        assert png(plot_priorities(found), dpi=50) == plain


def test_a_frame_that_went_through_a_file_is_drawn_the_same(tmp_path):
    found = prioritise(["a", "b"], {"a": 0.7, "b": 0.3}, {"a": 20, "b": 40}, middle=(0.5, 30))
    found.to_csv(tmp_path / "ranked.csv", index=False)
    assert png(plot_priorities(pd.read_csv(tmp_path / "ranked.csv")), dpi=50) == png(plot_priorities(found), dpi=50)
