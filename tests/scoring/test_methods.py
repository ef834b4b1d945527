import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.errors import BscError, UnknownNameError
from bsclib.scoring import methods
from bsclib.scoring.published import METHODS

ATTAINMENT = [name for name, method in METHODS.items() if method.part == "attainment"]
PARAMETERS = {
    "kit": {"floor": 20.0, "expected": 80.0, "sign": 1},
    "microsoft_equal_bands": {"edges": [20, 50, 80, 100]},
    "profit_in_between": {"band": [60, 80], "checkins": 4},
    "excel_two_anchors": {"anchors": {20: 0, 80: 100}},
}
SUPPLY = {
    "min": 20,
    "max": 80,
    "baseline": 20,
    "target": 80,
    "goal": 80,
    "red": 60,
    "worst": 20,
    "best": 80,
    "expected": 80,
}


def given_to(name):
    return PARAMETERS.get(name) or {one: SUPPLY[one] for one in METHODS[name].takes}


numbers = st.floats(-1e6, 1e6)


@pytest.mark.parametrize("name", [name for name in ATTAINMENT if name != "profit_in_between"])
@given(st.lists(numbers, min_size=1, max_size=4))
def test_scalars_and_arrays_agree(name, actuals):
    together = methods.attainment(name, actuals, **given_to(name))
    assert together.tolist() == [methods.attainment(name, one, **given_to(name)) for one in actuals]


@pytest.mark.parametrize("name", ATTAINMENT)
@given(st.lists(numbers, min_size=1, max_size=4))
def test_within_the_clamp(name, actuals):
    low, high = METHODS[name].clamp or (-math.inf, math.inf)
    found = np.atleast_1d(methods.attainment(name, actuals, **given_to(name)))
    assert (found >= low).all()
    assert (found <= high).all()


ONE_SIDED = [name for name in ATTAINMENT if name not in ("sap_absolute", "profit_in_between")]


@pytest.mark.parametrize("name", ONE_SIDED)
@given(numbers, numbers)
def test_a_better_actual_never_attains_less(name, one, other):
    worse, better = sorted([one, other], reverse=METHODS[name].better == "lower")
    taken = given_to(name)
    assert methods.attainment(name, worse, **taken) <= methods.attainment(name, better, **taken)


@pytest.mark.parametrize("name", ["planview_health", "sap_weighted_index", "bsc_designer_weights"])
@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 10)), min_size=1, max_size=5))
def test_a_parent_lies_between_its_worst_and_best_child(name, children):
    scores, weights = np.array(children).T
    scale = {"scale": weights.sum()} if name == "bsc_designer_weights" else {}
    found = methods.roll_up(name, scores, weights, **scale)
    assert math.floor(scores.min()) - 0.5 <= found <= math.ceil(scores.max()) + 0.5


@pytest.mark.parametrize("name", ATTAINMENT)
def test_a_missing_actual_is_missing_or_what_the_source_says(name):
    found = methods.attainment(name, math.nan, **given_to(name))
    assert found == 0 if name in ("okr_tracker_linear", "profit_in_between") else math.isnan(found)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: methods.attainment("infor_cmp", 1, target=2), r"there is no scoring method.*did you mean 'infor_cpm'"),
        (lambda: methods.attainment("oracle_kpi_bands", 1, edges=[1, 2]), "with an attainment rule 'oracle_kpi_bands'"),
        (lambda: methods.attainment("infor_cpm", 1), r"target: infor_cpm needs it. Allowed: target"),
        (lambda: methods.attainment("infor_cpm", 1, traget=2), r"infor_cpm does not take it.*did you mean 'target'"),
        (lambda: methods.attainment("infor_cpm", 1, target="x"), "target: this is not a number"),
        (lambda: methods.attainment("infor_cpm", math.inf, target=1), "actual: this is infinite"),
        (lambda: methods.attainment("infor_cpm", 1, target=math.nan), "target: this is missing"),
        (lambda: methods.attainment("infor_cpm", "many", target=1), "actual: this is not a number"),
        (lambda: methods.attainment("microsoft_equal_bands", 1, edges=[1, 3, 2]), "edges in order"),
        (lambda: methods.attainment("microsoft_equal_bands", 1, edges=[1]), "edges in order"),
        (lambda: methods.attainment("profit_in_between", 1, band=[5, 4], checkins=3), "this is not a band"),
        (lambda: methods.attainment("excel_two_anchors", 1, anchors={1: 2}), "two different anchors are needed"),
        (lambda: methods.status("sap_cuts", 1, cuts=[30, 15, 5, 45]), "edges in order"),
        (lambda: methods.status("infor_cpm", 1, target=1), "infor_cpm has no words of its own"),
        (lambda: methods.status("cognos_on_target", 1, target=1, pattern="above"), "no target pattern 'above'"),
        (lambda: methods.roll_up("planview_health", [1, 2], [0, 0]), "cannot be negative, nor all be 0"),
        (lambda: methods.roll_up("planview_health", [1, 2], [1, -1]), "cannot be negative, nor all be 0"),
        (lambda: methods.roll_up("bsc_designer_weights", [1, 2], [1, 1]), "bsc_designer_weights needs it"),
    ],
)
def test_bad_input_is_named(call, words):
    with pytest.raises(BscError, match=words):
        call()


def test_roll_up_of_nothing_is_nothing():
    assert math.isnan(methods.roll_up("planview_health", []))
    assert math.isnan(methods.roll_up("planview_health", [math.nan], [1]))


def test_one_child_with_all_the_weight():
    assert methods.roll_up("planview_health", [10, 90], [0, 1]) == 90
    assert methods.roll_up("planview_health", [10, 90], [1e-300, 1e-300]) == 50


@given(numbers, numbers)
def test_a_zero_way_is_no_number(actual, level):
    assert math.isnan(methods.attainment("bsc_designer_progress", actual, baseline=level, target=level))


@pytest.mark.parametrize(("target", "actual", "value"), [(0, 0, 1), (0, -1, 0), (-50, -25, 1.5), (-50, -75, 0.5)])
def test_infor_targets_of_zero_and_below(target, actual, value):
    assert methods.attainment("infor_cpm", actual, target=target) == value


@given(st.floats(1, 1e6), st.floats(0, 2))
def test_a_half_open_band_has_one_word(target, share):
    word = methods.status("sap_achievement", share * target, target=target)
    expected = (
        "dark green (A)"
        if share >= 0.9
        else "green (B)"
        if share >= 0.8
        else "yellow (C)"
        if share >= 0.7
        else "below C"
    )
    if min(abs(share - edge) for edge in (0.7, 0.8, 0.9)) > 1e-6:
        assert word == expected


def test_words_for_a_missing_actual():
    assert methods.status("oracle_kpi_bands", math.nan, edges=[50, 80, 100, 125]) == ""


def test_an_unknown_method_offers_those_there_are():
    with pytest.raises(UnknownNameError, match=r"there is no scoring method .kti.*did you mean .kit."):
        methods.find_method("kti")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: methods.roll_up("planview_health", [1, 2, 3], [1, 2]), "there are 2 weights for 3 scores"),
        (lambda: methods.attainment("sap_achievement", [1, 2, 3], target=[1, 2]), "shapes"),
        (lambda: methods.status("oracle_kpi_bands", 150, edges=5), "edges: this is not a list of edges. Got: 5"),
        (lambda: methods.status("oracle_kpi_bands", 150, edges=[50, 80]), "have four edges between them, not 2"),
        (lambda: methods.status("sap_cuts", 150, cuts=[1, 2, 3, 4, 5, 6]), "have four edges between them, not 6"),
        (lambda: methods.attainment("excel_two_anchors", 1, anchors=5), "two different anchors are needed. Got: 5"),
        (lambda: methods.attainment("excel_two_anchors", 1, anchors={1: None, 2: 3}), "two different anchors"),
        (lambda: methods.attainment(METHODS["sap_cuts"], 1), "sap_cuts has no attainment rule"),
        (lambda: methods.roll_up("bsc_designer_weights", [1], [1], scale=0), "scale: this has to be above 0"),
        (lambda: methods.attainment("profit_in_between", 4, band=[4, 5], checkins=0), "this has to be above 0"),
    ],
)
def test_bad_shapes_are_named(call, words):
    with pytest.raises(BscError, match=words):
        call()


def test_huge_weights_weigh():
    assert methods.roll_up("planview_health", [10, 20], [1e308, 1e308]) == 15


def test_the_kits_own_rule_finds_its_direction():
    assert methods.attainment("kit", [6, 3], floor=9, expected=4).tolist() == [0.6, 1.2]
