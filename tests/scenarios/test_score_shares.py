import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import one_kpi, small

from bsclib import read_scorecard
from bsclib.scenarios.path_scores import node_scores
from bsclib.scenarios.score_shares import score_scale

MONTH = 2026 * 12 + 5
RANGE = {"direction": "within_range", "target": [70, 85], "floor": None, "baseline": None}


def scores(values, limits=None, **fields):
    card = one_kpi(**fields)
    scale = score_scale(card, MONTH, [True], None if limits is None else np.array([limits], dtype=float))
    found = scale.scores(np.array(values, dtype=float)[:, None])[:, 0]
    clipped = np.clip(np.array(values, dtype=float), *(limits or (-np.inf, np.inf)))
    np.testing.assert_allclose(found, node_scores(card, clipped[None, None], np.array([MONTH]))[0, -1], atol=1e-9)
    return found.tolist()


@pytest.mark.parametrize(
    "card", [read_scorecard("meridian"), read_scorecard("lakeside"), small()], ids=lambda one: one.id
)
def test_the_total_is_that_of_the_kit(card):
    rng = np.random.default_rng(1)
    edges = np.array([[min(kpi.floors()), max(np.ravel(kpi.expected(np.array([MONTH]))))] for kpi in card.kpis])
    spread = np.abs(edges).max(axis=1) + 1
    values = rng.normal(edges.mean(axis=1), spread / 3, size=(200, len(card.kpis)))
    for known in (np.ones(len(card.kpis), dtype=bool), np.arange(len(card.kpis)) % 3 > 0):
        some = np.where(known, values, np.nan)
        kit = node_scores(card, some.T[None], np.array([MONTH]))[0]
        scale = score_scale(card, MONTH, known)
        np.testing.assert_allclose(scale.overall(some), kit[0], atol=1e-9)
        np.testing.assert_allclose(scale.scores(some), kit[-len(card.kpis) :].T, atol=1e-9)


def test_a_score_is_a_line_between_two_flats():
    assert scores([90, 100, 105, 110, 130], direction="higher_is_better", floor=100, target=110) == [0, 0, 50, 100, 100]
    assert scores([3, 4, 6, 8, 9], direction="lower_is_better", floor=8, target=4) == [100, 100, 50, 0, 0]


def test_a_range_has_two_sides():
    assert scores([50, 62.5, 70, 80, 85, 90, 120], **RANGE) == pytest.approx([0, 50, 100, 100, 100, 100 * 2 / 3, 0])


def test_without_a_way_the_score_is_a_step():
    assert scores([109.9, 110, 111], direction="higher_is_better", floor=110, target=110) == [0, 100, 100]
    assert scores([10.1, 10, 9], direction="lower_is_better", floor=9, target=10) == [0, 100, 100]
    assert scores([50, 69, 70, 85, 90], **RANGE | {"floor": [70, 95]}) == [0, 0, 100, 100, 50]


def test_values_count_as_their_limits_beyond_them():
    assert scores(
        [-50, 0, 50, 100, 150], (0, 100), direction="higher_is_better", floor=-100, target=200
    ) == pytest.approx([100 / 3, 100 / 3, 50, 200 / 3, 200 / 3])
    assert scores([50, 120], (0, 100), direction="higher_is_better", floor=110, target=110) == [0, 0]
    assert scores([-50, 50], (0, 100), direction="higher_is_better", floor=-1, target=-1) == [100, 100]
    assert scores([50, 100, 200], (60, 90), **RANGE | {"floor": [50, 95]}) == [50, 50, 50]


numbers = st.integers(-2000, 2000).map(lambda tenths: tenths / 10)


@given(numbers, numbers, numbers, st.booleans())
def test_any_way_is_the_kits(value, floor, target, higher):
    scores([value], direction="higher_is_better" if higher else "lower_is_better", floor=floor, target=target)
