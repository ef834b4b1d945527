import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from bsclib.errors import UnknownNameError
from bsclib.signals import run_rules
from bsclib.signals.run_rules import RULE_SETS, fired, numbers_of

NHS = {name: number for number, (name, _) in enumerate(RULE_SETS["nhs"], 1)}


def marks(places, rules="wheeler"):
    return fired(np.array([places], dtype=float), rules)[0][0]


def marked_by(places, rule, rules):
    rows = dict(RULE_SETS[rules])
    return rows[rule](run_rules.Places(np.array([places], dtype=float)))[0].astype(int).tolist()


def test_nhs_shift():
    sides = np.array([1, 1, 1, 1, 1, 1, 1, 1, -1]) * 0.5
    assert marked_by(sides, "7 in a row on one side", "nhs") == [0, 0, 0, 0, 0, 0, 1, 1, 0]


def test_nhs_shift_6():
    assert marked_by([0.5] * 6, "7 in a row on one side", "nhs") == [0] * 6


def test_nhs_trend():
    values = [2, 1, 2, 3, 4, 5, 6, 7, 3]
    assert marked_by(values, "7 in a row rising or falling", "nhs") == [0, 0, 0, 0, 0, 0, 0, 1, 0]


def test_nhs_trend_tie():
    assert marked_by([1, 2, 3, 3, 4, 5, 6], "7 in a row rising or falling", "nhs") == [0] * 7


def test_nhs_2of3():
    far, sides = np.array([[0, 0, 1, 0, 1, 0, 0]], dtype=bool), np.ones((1, 7))
    assert run_rules.two_of_three(far, sides).astype(int).tolist() == [[0, 0, 1, 1, 1, 0, 0]]
    places = np.where(far[0], 2.5, 0.5)
    assert marked_by(places, "2 of 3 close to a limit", "nhs") == [0, 0, 1, 0, 1, 0, 0]


def test_anhoej_24():
    assert (run_rules.longest_run_allowed(24), run_rules.fewest_crossings_allowed(24)) == (8, 8)


def test_anhoej_60():
    assert (run_rules.longest_run_allowed(60), run_rules.fewest_crossings_allowed(60)) == (9, 23)


def test_an_unusually_long_run_is_marked_from_where_it_is_too_long():
    def run_of(length):
        places = np.repeat([-1.0, 1.0, -1.0, 1.0], [4, length, 8, 12 - length])
        return marks(places, "runs")[:-1].nonzero()[0].tolist()

    assert run_of(8) == []  # of 24 points eight in a row are usual, nine are not
    assert run_of(9) == [12]


def test_few_crossings_are_marked_at_the_last_point():
    slow = np.repeat([1.0, -1.0, 1.0, -1.0], 6)
    last, names = fired(slow[None, :], "runs")
    assert names[last[0, -1] - 1] == "unusually few crossings of the median"
    assert (last[0, :-1] == 0).all()


def test_a_gap_breaks_a_run():
    run = [0.5] * 4 + [np.nan] + [0.5] * 4
    assert not marks(run).any()
    assert marks([0.5] * 8)[-1]
    near = [2.0, 2.0, np.nan, 2.0, 2.0]
    assert not marks(near).any()
    assert marks([2.0, 2.0, 2.0])[-1]
    rising = [1, 2, 3, np.nan, 4, 5, 6]
    assert not marks(np.array(rising) / 10, "nelson").any()


def test_a_point_on_the_centre_breaks_a_run():
    assert not marks([0.5] * 4 + [0.0] + [0.5] * 7).any()


@pytest.mark.parametrize("rules", [*RULE_SETS])
def test_what_lies_infinitely_far_off_is_outside_and_neither_rises_nor_falls(rules):
    places = np.r_[np.zeros(12), np.full(12, np.inf)]
    found, names = marks(places, rules), [name for name, _ in RULE_SETS[rules]]
    assert rules == "runs" or (not found[:12].any() and found[12:].all())
    assert not {names[mark - 1] for mark in found[found > 0]} & run_rules.STEPS


@pytest.mark.parametrize(
    ("rules", "places", "rule"),
    [
        ("western_electric", [0, 2.1, 0, 2.1], "2 of 3 beyond 2 sigma"),
        ("western_electric", [1.1, 1.1, 0, 1.1, 1.1], "4 of 5 beyond 1 sigma"),
        ("nelson", [0.1] * 9, "9 in a row on one side"),
        ("nelson", [-0.3, -0.2, -0.1, 0.1, 0.2, 0.3], "6 in a row rising or falling"),
        ("nelson", [0.2, -0.2] * 7, "14 in a row up and down in turn"),
        ("nelson", ([0.2, 0.3, -0.2, -0.1] * 4)[:15], "15 in a row within 1 sigma"),
        ("nelson", [1.2, 1.3, -1.2, 1.1, -1.3, -1.1, 1.2, 1.3], "8 in a row beyond 1 sigma, on both sides"),
        ("wheeler", [1.6, 0.1, 1.6, 1.6], "3 of 4 on one side, nearer to the limit than to the centre"),
        ("limits", [3.1], "outside the limits"),
    ],
)
def test_published_rules(rules, places, rule):
    numbers, names = fired(np.array([places], dtype=float), rules)
    assert names[numbers[0, -1] - 1] == rule
    assert not numbers[0, :-1].any()


def by_hand(places, rules):
    """The rules again, a point at a time."""
    out = []
    for t in range(len(places)):
        run = []
        for value in places[t::-1]:  # back to the nearest gap
            if np.isnan(value):
                break
            run.append(value)

        def row(count, holds, run=run):
            return len(run) >= count and all(map(holds, run[:count]))

        def some(least, window, sigmas, run=run):
            sides = [
                bool(run) and side * run[0] > sigmas and sum(side * value > sigmas for value in run[:window]) >= least
                for side in (1, -1)
            ]
            return any(sides)

        def one_side(count, row=row):
            return row(count, lambda place: place > 0) or row(count, lambda place: place < 0)

        def steady(points, run=run):
            steps = np.sign(np.diff(run[:points]))
            return len(run) >= points and abs(steps.sum()) == points - 1

        steps = np.diff(run[:14])
        holds = {
            "limits": [row(1, lambda place: abs(place) > 3)],
            "wheeler": [row(1, lambda place: abs(place) > 3), one_side(8), some(3, 4, 1.5)],
            "western_electric": [
                row(1, lambda place: abs(place) > 3),
                some(2, 3, 2),
                some(4, 5, 1),
                one_side(8),
            ],
            "nelson": [
                row(1, lambda place: abs(place) > 3),
                one_side(9),
                steady(6),
                len(run) >= 14 and bool((steps[1:] * steps[:-1] < 0).all()),
                some(2, 3, 2),
                some(4, 5, 1),
                row(15, lambda place: abs(place) <= 1),
                row(8, lambda place: abs(place) > 1),
            ],
        }[rules]
        out.append(next((number for number, hit in enumerate(holds, 1) if hit), 0))
    return out


@pytest.mark.parametrize("rules", ["limits", "wheeler", "western_electric", "nelson"])
def test_500_random_series_against_a_loop(rules):
    rng = np.random.default_rng(500)
    places = rng.standard_normal((500, 40)) * rng.choice([0.3, 1.0, 1.6], (500, 1)) + rng.normal(size=(500, 1))
    places = np.where(rng.random(places.shape) < 0.04, np.nan, places.round(1))
    places[:50] = np.sort(places[:50], axis=1)
    places[50:100] = np.abs(places[50:100]) * np.resize([1, -1], 40)
    numbers, names = fired(places, rules)
    assert numbers.tolist() == [by_hand(row, rules) for row in places]
    assert set(np.unique(numbers)) >= set(range(len(names) + (rules != "nelson")))


@given(
    arrays(float, array_shapes(min_dims=2, max_dims=2, max_side=30), elements=st.floats(-5, 5, width=16)),
    st.sampled_from(sorted(RULE_SETS)),
)
def test_mirrored_series_have_the_same_signals(places, rules):
    assert (fired(places, rules)[0] == fired(-places, rules)[0]).all()


@given(arrays(float, (3, 30), elements=st.floats(-4, 4, width=16)), st.sampled_from(sorted(RULE_SETS)))
def test_series_do_not_know_of_each_other(places, rules):
    alone = np.vstack([fired(row[None, :], rules)[0] for row in places])
    assert (fired(places, rules)[0] == alone).all()


def test_a_set_that_does_not_exist():
    with pytest.raises(UnknownNameError, match="did you mean 'wheeler'"):
        fired(np.zeros((1, 3)), "wheler")


def test_a_rule_has_the_number_that_its_set_gives_it():
    run, near = "8 in a row on one side", "3 of 4 on one side, nearer to the limit than to the centre"
    assert numbers_of([near, run, near]) == {run: 2, near: 3}
    assert numbers_of(["outside the limits"]) == {"outside the limits": 1}
    assert numbers_of([run, "2 of 3 beyond 2 sigma"]) == {"2 of 3 beyond 2 sigma": 2, run: 4}
    assert numbers_of([]) == {}
    assert numbers_of(["b", "a"]) == {"a": 1, "b": 2}
