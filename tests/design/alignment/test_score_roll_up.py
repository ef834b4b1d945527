import dataclasses
import random
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from towers import actuals, card, secondary, towers

from bsclib.design.alignment import explain_reading, readings
from bsclib.design.alignment.cascade import cascade
from bsclib.design.alignment.score_roll_up import Places, place_weights, roll_up, roll_up_steps
from bsclib.errors import BscError, UnknownNameError
from bsclib.model.edit import change
from bsclib.scoring.scores import score

TOP = card("top", {"grow": [], "save": []}, [("t", "grow")])


def scored(cards, **values):
    """Scores by scorecard: of each KPI the value given, in one month."""
    return {one.id: score(one, actuals({kpi.id: values.get(kpi.id, 50.0) for kpi in one.kpis})) for one in cards}


def below(cards, scores, goal="grow"):
    read = readings(cards, scores)
    return read[(read["card"] == "top") & (read["objective"] == goal)].iloc[-1]


def test_a_goal_is_read_from_below_and_on_its_own_kpis():
    it = card("it", {"a": ["top.grow"], "b": [secondary("top.grow")]}, [("p", "a"), ("q", "b")])
    row = below([TOP, it], scored([TOP, it], t=90, p=80, q=20))
    assert row[["own", "from_below", "difference"]].tolist() == pytest.approx([90, 60, -30])  # (80 + 20 / 2) / 1.5
    assert row[["results", "status", "status_below"]].tolist() == [2, "on_target", "off_target"]


def test_each_objective_counts_as_one_however_many_kpis_it_has():
    kpis = [("p", "a", {"weight": 3}), ("q", "a"), ("r", "b")]
    it = card("it", {"a": ["top.grow"], "b": ["top.grow"]}, kpis)
    row = below([TOP, it], scored([TOP, it], p=80, q=40, r=10))
    assert row["from_below"] == pytest.approx((0.75 * 80 + 0.25 * 40 + 10) / 2)


def test_a_kpi_that_is_reached_on_two_ways_counts_once():
    it = card("it", {"a": ["top.grow"], "b": ["top.grow"]}, [("p", "a"), ("q", "b")])
    dev = card("dev", {"x": ["it.a", "it.b"]}, [("r", "x")])
    row = below([TOP, it, dev], scored([TOP, it, dev], p=90, q=90, r=0))
    assert row["from_below"] == pytest.approx(60)  # (90 + 90 + 0) / 3
    assert row["results"] == 3


def test_a_kpi_that_two_levels_share_counts_once_where_it_stands_nearest():
    it = card("it", {"a": ["top.grow"], "b": ["top.grow"]}, [("p", "a"), ("q", "b")])
    dev = card("dev", {"x": ["it.a"]}, [("p", "x", {"target": 50})])
    cards = [TOP, it, dev]
    row = below(cards, scored(cards, p=40, q=100))
    assert row[["from_below", "results"]].tolist() == pytest.approx([70, 2])  # as IT scores it, not twice
    read = readings(cards, scored(cards, p=40, q=100))
    assert read.query("card == 'it'")["from_below"].tolist() == [80]  # dev's own target is softer: that is the finding


def test_what_one_unit_has_is_part_of_the_whole():
    it = card("it", {"a": ["top.grow"]}, [("p", "a")])
    port = card("port", {"x": ["it.a"]}, [("p", "x"), ("own", "x")])
    rows = {
        "it": actuals({"p": {"n": 100, "s": 60}}),
        "port": actuals({"p": {"n": 100}, "own": {"n": 0}}),
        "top": actuals({"t": 50}),
    }
    cards = [TOP, it, port]
    scores = {one.id: score(one, rows[one.id]) for one in cards}
    assert below(cards, scores)["from_below"] == pytest.approx((80 + 0) / 1.5)  # half of an objective is `own`
    read = readings(cards, scores).set_index("card")
    assert read.loc["it", ["from_below", "units"]].tolist() == [50, "n"]  # there, the port alone speaks
    assert "from below: n, June 2026" in explain_reading(cards, scores, "it", "a", unit="n").title
    alone = readings(cards, scores, unit="n").set_index("card")
    assert alone.loc["it", "own"] == 100
    with pytest.raises(UnknownNameError, match=r"there is no unit 'nn'.*did you mean 'n'"):
        readings(cards, scores, unit="nn")


def test_two_units_are_two_results():
    it = card("it", {"a": ["top.grow"]}, [("q", "a")])
    ports = [card(f"port-{unit}", {"x": ["it.a"]}, [("p", "x")]) for unit in "ns"]
    cards = [TOP, it, *ports]
    scores = scored([TOP, it], q=100) | {
        f"port-{unit}": score(port, actuals({"p": {unit: value}}))
        for unit, port, value in zip("ns", ports, (40, 10), strict=True)
    }
    assert readings(cards, scores).query("card == 'it'")[["from_below", "results"]].values.tolist() == [[25, 2]]


def test_a_missing_score_is_left_out_above_and_below_the_line():
    it = card("it", {"a": ["top.grow"], "b": ["top.grow"]}, [("p", "a"), ("q", "b")])
    scores = {"it": score(it, actuals({"p": 80})), "top": score(TOP, actuals({"t": 50}))}
    row = below([TOP, it], scores)
    assert row[["from_below", "results"]].tolist() == [80, 1]


def test_a_level_without_scores_is_passed_over():
    it = card("it", {"a": ["top.grow"]}, [("p", "a")])
    dev = card("dev", {"x": ["it.a"]}, [("r", "x")])
    scores = scored([dev], r=30)
    row = below([TOP, it, dev], scores)
    assert row["from_below"] == 30
    assert np.isnan(row["own"])
    assert row["status"] == "no_data"


def direct(tower, places):
    """The readings by their definition, result by result."""
    weight = place_weights(tower, places)
    known = ~np.isnan(places.score)
    held = places.share * known
    below = weight @ held
    above = weight @ np.where(known, places.share * np.nan_to_num(places.score), 0.0)
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 1e-12)


def drawn_places(cards, seed):
    rng = np.random.default_rng(seed)
    pairs = [(one.id, kpi) for one in cards for kpi in one.kpis]
    score = rng.uniform(0, 100, (len(pairs), 3))
    score[rng.random(score.shape) < 0.2] = np.nan
    nodes = [(id, kpi.objective) for id, kpi in pairs]
    scope = [id if id.startswith("l2") else "" for id, _ in pairs]
    return Places(nodes, [kpi.id for _, kpi in pairs], scope, ["a", "b", "c"], rng.uniform(0.1, 1, score.shape), score)


@given(towers(), st.integers(0, 1000))
def test_level_by_level_comes_to_the_same_as_result_by_result(cards, seed):
    tower, places = cascade(cards), drawn_places(cards, seed)
    steps = roll_up_steps(tower, place_weights(tower, places))
    np.testing.assert_allclose(roll_up(steps, places.share, places.score), direct(tower, places), atol=1e-9)


@given(towers(), st.integers(0, 1000))
def test_a_shared_kpi_counts_once_whichever_path_is_taken_first(cards, seed):
    tower, places = cascade(cards), drawn_places(cards, seed)
    weight = place_weights(tower, places)
    for goal in range(len(tower.nodes)):
        counted = pd.Series(weight[goal]).groupby([pd.Series(places.kpi), pd.Series(places.scope)]).sum()
        assert (counted <= 1 + 1e-12).all()
    shuffled = random.Random(seed)
    others = [
        change(one, objective.id, supports=shuffled.sample(list(objective.supports), len(objective.supports)))
        for one in shuffled.sample(cards, len(cards))
        for objective in [shuffled.choice(one.objectives)]
    ]
    order = [(one.id, kpi.id) for one in others for kpi in one.kpis]
    at = [[(one.id, kpi.id) for one in cards for kpi in one.kpis].index(pair) for pair in order]
    moved = Places(
        *([values[place] for place in at] for values in (places.node, places.kpi, places.scope)),
        places.months,
        places.share[at],
        places.score[at],
    )
    again = cascade(others)
    mine = dict(zip(tower.nodes, direct(tower, places), strict=True))
    theirs = dict(zip(again.nodes, direct(again, moved), strict=True))
    for node in tower.nodes:
        np.testing.assert_allclose(theirs[node], mine[node], atol=1e-9)


@given(towers(), st.integers(0, 1000))
def test_a_better_result_never_makes_a_reading_worse(cards, seed):
    tower, places = cascade(cards), drawn_places(cards, seed)
    better = dataclasses.replace(places, score=np.minimum(places.score + 5, 100))
    before, after = direct(tower, places), direct(tower, better)
    assert (np.nan_to_num(after - before) >= -1e-9).all()


def test_the_explanation_names_each_way_and_adds_up():
    it = card("it", {"a": ["top.grow"], "b": [secondary("top.grow")]}, [("p", "a"), ("q", "b")])
    dev = card("dev", {"x": ["it.a", "it.b"]}, [("p", "x"), ("r", "x")])
    cards = [TOP, it, dev]
    scores = scored(cards, t=90, p=80, q=20, r=50)
    text = explain_reading(cards, scores, "top", "grow").text
    assert "score 50.0, counts 0.5, by X → A → Grow; or X → B → Grow" in text
    assert re.search(r"P, The dev +the same result once more, so not counted, by X → A → Grow; or", text)
    reckoning = next(line for line in text.splitlines() if line.startswith("  From below"))
    sums, result = reckoning.removeprefix("  From below").replace("×", "*").split(" = ")
    assert eval(sums) == pytest.approx(float(result), abs=0.1)
    assert float(result) == pytest.approx(below(cards, scores)["from_below"], abs=0.05)
    with pytest.raises(UnknownNameError, match=r"there is no goal 'top.grwo'.*did you mean 'top.grow'"):
        explain_reading(cards, scores, "top", "grwo")
    with pytest.raises(UnknownNameError, match="period in the scores '2025-01'"):
        explain_reading(cards, scores, "top", "grow", period="2025-01")


def test_a_goal_with_nothing_below_says_so():
    it = card("it", {"a": ["top.grow"]}, [("p", "a")])
    cards = [TOP, it]
    assert "From below       none" in explain_reading(cards, scored(cards), "top", "save").text.replace(
        "  none", "  none"
    )
    assert readings(cards, scored(cards)).query("objective == 'save'").empty


def test_scores_of_a_stranger_and_no_scores_are_refused():
    with pytest.raises(UnknownNameError, match="scores: there is no scorecard 'tpo'"):
        readings([TOP], {"tpo": scored([TOP])["top"]})
    with pytest.raises(BscError, match="scores: there are none"):
        readings([TOP], {})
