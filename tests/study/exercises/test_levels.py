"""Which scorecards a lesson on levels is about: one's own where something stands above it, else the shipped case's."""

import oddities
from samples import desk

from bsclib.files import Tower, read_tower
from bsclib.study.exercises.levels import levels_of, shipped_levels


def above(owner="Finance"):
    goal = {"id": "grow", "name": "Grow", "perspective": "all", "owner": owner}
    return oddities.card(oddities.kpi("margin", objective="grow"), id="top", name="Top", objectives=[goal])


def below(*supports):
    own = {"id": "do", "name": "Do it", "perspective": "all", "supports": list(supports)}
    return oddities.card(id="it", name="IT", objectives=[own])


def test_a_scorecard_by_itself_is_lent_the_shipped_case():
    for tower in (None, Tower((desk(),), {}, {}), read_tower("lakeside")):
        levels = levels_of(desk(), tower)
        assert levels.lent
        assert levels.card.id == "meridian"


def test_a_scorecard_that_only_stands_above_others_is_lent_it_too():
    top, it = above(), below("top.grow")
    assert levels_of(top, Tower((top, it), {}, {})).lent


def test_a_scorecard_that_supports_nothing_there_is_lent_it_too():
    top, it = above(), below()
    assert levels_of(it, Tower((top, it), {}, {})).lent


def test_with_a_level_above_ones_own_are_used():
    top, it = above(), below("top.grow")
    levels = levels_of(it, Tower((it, top), {"it": oddities.actuals(*oddities.months())}, {}))
    assert not levels.lent
    assert [card.id for card in levels.cards] == ["top", "it"]
    assert levels.above.id == "top"
    assert list(levels.scores) == ["it"]
    assert levels.claims[["goal", "objective"]].values.tolist() == [["grow", "do"]]


def test_the_shipped_tower_is_read_once_and_stands_around_it():
    levels = shipped_levels()
    assert levels is shipped_levels()
    assert (levels.above.id, levels.card.id) == ("enterprise", "meridian")
    assert [card.id for card in levels.cards][:2] == ["enterprise", "meridian"]
    assert set(levels.readings["period"]) == {"2026-06"}
