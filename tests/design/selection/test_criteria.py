import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bsclib.design.selection.criteria import CRITERIA, benefits, entropy_weights, rank_stability, topsis
from bsclib.errors import BscError

TZENG = [[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]]
WEIGHTS = [0.3, 0.4, 0.3]
MORE = [True, True, True]


def named(rows=TZENG, columns=("cost", "speed", "risk")) -> pd.DataFrame:
    return pd.DataFrame(rows, index=["north", "east", "south", "west"][: len(rows)], columns=list(columns))


class TestPublished:
    def test_xu_2004_entropy(self):
        found = entropy_weights([[30, 30, 38, 29], [19, 54, 86, 29], [19, 15, 85, 28.9], [68, 70, 60, 29]])
        assert found.round(4).tolist() == [0.4630, 0.3992, 0.1378, 0.0000]

    def test_zavadskas_podvezko_2016_entropy(self):
        found = entropy_weights([[3, 100, 10, 7], [2.5, 80, 8, 5], [1.8, 50, 20, 11], [2.2, 70, 12, 9]])
        assert found.round(4).tolist() == [0.1146, 0.1981, 0.4185, 0.2689]

    def test_tzeng_huang_2011_topsis(self):
        found = topsis(TZENG, WEIGHTS, MORE)
        assert found.round(4).tolist() == [0.5037, 0.6581, 0.7482, 0.3340]
        stability = rank_stability(TZENG, WEIGHTS, MORE, draws=10).set_index("alternative")
        assert stability.loc[[0, 1, 2, 3], "rank"].tolist() == [3, 2, 1, 4]


class TestByHand:
    def test_entropy(self):
        """Two alternatives: shares 1/4 and 3/4 beside 1/3 and 2/3."""

        def lacking(p):
            return 1 + (p * math.log(p) + (1 - p) * math.log(1 - p)) / math.log(2)

        expected = np.array([lacking(1 / 4), lacking(1 / 3)])
        assert entropy_weights([[1, 5], [3, 10]]) == pytest.approx(expected / expected.sum())

    def test_topsis_of_two(self):
        """With two alternatives, each is the ideal on the criteria it wins: closeness is D- / (D- + D+)."""
        norms = np.hypot([3, 8], [4, 6])
        ahead = np.array([0.5, 0.5]) * np.array([1, 2]) / norms
        expected = ahead[1] / ahead.sum()
        assert topsis([[3, 8], [4, 6]], [1, 1], [True, True]).tolist() == pytest.approx([expected, 1 - expected])

    def test_best_on_all_and_worst_on_all(self):
        found = topsis([[1, 9], [5, 1], [3, 5]], [1, 2], [True, False])
        assert found[:2].tolist() == pytest.approx([0, 1], abs=1e-12)

    def test_below_zero_is_a_number_like_others(self):
        found = topsis([[-5, 1], [0, 2], [5, 3]], [1, 1], [True, True])
        assert found.tolist() == pytest.approx([0, 0.5, 1])

    def test_a_weight_of_zero_does_not_count(self):
        assert topsis(TZENG, [0, 1, 0], MORE).tolist() == pytest.approx([1, 0.5, 1, 0])

    def test_huge_and_tiny_numbers(self):
        huge = np.array(TZENG) * [1e200, 1, 1e-200]
        assert topsis(huge, WEIGHTS, MORE) == pytest.approx(topsis(TZENG, WEIGHTS, MORE))
        assert entropy_weights(huge) == pytest.approx(entropy_weights(TZENG))


def test_names_put_weights_in_order():
    plain = topsis(TZENG, WEIGHTS, [True, False, True])
    weights = pd.Series(WEIGHTS, index=["cost", "speed", "risk"])
    benefit = {"speed": False, "risk": True, "cost": True}
    assert topsis(named(), weights[["risk", "cost", "speed"]], benefit).tolist() == plain.tolist()
    assert topsis(named(), pd.Series(WEIGHTS), pd.Series([True, False, True])).tolist() == plain.tolist()
    assert topsis(TZENG, weights, np.array([True, False, True])).tolist() == plain.tolist()


class TestBadTable:
    CALLS = (
        entropy_weights,
        lambda table: topsis(table, [1, 1, 1], MORE),
        lambda table: rank_stability(table, [1, 1, 1], MORE),
    )

    @pytest.fixture(params=CALLS, ids=["entropy_weights", "topsis", "rank_stability"])
    def call(self, request):
        return request.param

    def test_candidates_with_missing_values(self, call):
        table = named([[5, None, 4], [7, 6, 8], [8, 8, float("nan")], [None, 4, 6]])
        says = "no value for north, speed; south, risk; west, cost. Fix: judge it, or leave the alternative out"
        with pytest.raises(BscError, match=says):
            call(table)
        with pytest.raises(BscError, match="no value for row 1, column 2"):
            call([[5, None, 4], [7, 6, 8]])

    def test_zero_variance(self):
        says = "the same for all alternatives: speed. Fix: leave this criterion out; it tells none from another"
        with pytest.raises(BscError, match=says):
            topsis(named([[5, 3, 4], [7, 3, 8], [8, 3, 6], [7, 3, 6]]), [1, 1, 1], MORE)
        with pytest.raises(BscError, match="the same for all alternatives: column 2, column 3"):
            topsis([[5, 0.1 + 0.2, 4], [7, 0.3, 4]], [1, 1, 1], MORE)

    def test_fewer_than_two_alternatives(self):
        with pytest.raises(BscError, match=r"nothing to choose between. Got: 1 alternative. Allowed: two or more"):
            topsis(named([[5, 3, 4]]), [1, 1, 1], MORE)

    def test_no_alternative(self, call):
        with pytest.raises(BscError, match=r"no table of numbers. Got: 0 by 3"):
            call(named([]))

    def test_words_and_infinities(self, call):
        with pytest.raises(BscError, match=r"(?s)2 faults.*north, cost is no number. Got: 'low'.*east, risk.*Got: inf"):
            call(named([["low", 8, 4], [7, 6, float("inf")], [8, 8, 6]]))


class TestAlike:
    """A criterion on which all alternatives are alike tells none from another."""

    TABLE = named([[5, 3, 4], [7, 3, 8], [8, 3, 6], [7, 3, 6]])

    def test_entropy_gives_it_no_weight(self):
        weights = entropy_weights(self.TABLE)
        assert weights["speed"] == 0
        others = entropy_weights(self.TABLE.drop(columns="speed"))
        assert weights.drop("speed").to_dict() == pytest.approx(others.to_dict())
        assert entropy_weights([[5, 0.1 + 0.2, 4], [7, 0.3, 4]]).tolist() == [1, 0, 0]

    def test_ranks_do_without_it(self):
        found = rank_stability(self.TABLE, [1, 7, 2], MORE, draws=50)
        others = rank_stability(self.TABLE.drop(columns="speed"), [1, 2], MORE[:2], draws=50)
        assert found[["alternative", "rank"]].equals(others[["alternative", "rank"]])
        assert found["worth"].tolist() == pytest.approx(others["worth"].tolist())
        with pytest.raises(BscError, match="weights: all are 0"):
            rank_stability(self.TABLE, [0, 7, 0], MORE)

    def test_where_none_tells_there_is_nothing_to_say(self):
        for table in (named([[5, 3, 4]]), named([[5, 3, 4], [5, 3, 4]])):
            assert entropy_weights(table).isna().all()
            assert rank_stability(table, [1, 1, 1], MORE).empty


def test_which_way_is_better_is_known_of_the_kits_criteria():
    assert benefits(["relevance", "cost_to_collect", "reach"]) == [True, False, True]
    assert benefits(one.name for one in CRITERIA) == [one.benefit for one in CRITERIA]
    cheap = pd.DataFrame({"relevance": [3, 4], "cost_to_collect": [1, 5]})
    assert topsis(cheap, [0, 1]).tolist() == pytest.approx([1, 0])


def test_entropy_takes_shares_of_what_is_above_zero():
    with pytest.raises(
        BscError, match=r"0 or below: north, cost; east, risk. Fix: entropy takes each number as a share"
    ):
        entropy_weights(named([[0, 8, 4], [7, 6, -1], [8, 8, 6]]))


def test_entropy_of_what_only_rounding_tells_apart():
    column = np.full(1000, 7.0)
    column[3] += 2e-5
    with pytest.raises(BscError, match="too nearly alike"):
        entropy_weights(np.column_stack([column, column[::-1]]))


@pytest.mark.parametrize("ranking", [topsis, rank_stability])
class TestBadWeights:
    def test_negative(self, ranking):
        says = "weights: speed has a negative weight. Got: -0.4. Allowed: 0 or above. Fix: where less is better, say so"
        with pytest.raises(BscError, match=says):
            ranking(named(), [0.3, -0.4, 0.3], MORE)

    def test_not_one_for_each_criterion(self, ranking):
        with pytest.raises(BscError, match=r"weights: there is not one for each criterion. Got: 2 for 3 criteria"):
            ranking(named(), [0.5, 0.5], MORE)
        with pytest.raises(BscError, match=r"benefit: there is not one for each criterion. Got: 4 for 3 criteria"):
            ranking(named(), WEIGHTS, [True] * 4)
        with pytest.raises(BscError, match=r"weights: there is not one for each criterion. Got: 0.3"):
            ranking(named(), 0.3, MORE)

    def test_other_names(self, ranking):
        says = "Got: none for risk and one for rsik. Allowed: cost, speed, risk"
        with pytest.raises(BscError, match=says):
            ranking(named(), {"cost": 1, "speed": 1, "rsik": 1}, MORE)

    @pytest.mark.parametrize("weight", [float("nan"), float("inf"), "much", None])
    def test_no_number(self, ranking, weight):
        with pytest.raises(BscError, match="speed has no weight that can be used"):
            ranking(named(), [0.3, weight, 0.3], MORE)

    def test_all_zero(self, ranking):
        with pytest.raises(BscError, match="weights: all are 0"):
            ranking(named(), [0, 0, 0], MORE)

    @pytest.mark.parametrize("benefit", [[1, -1, 1], ["yes", "no", "yes"]])
    def test_benefit_is_true_or_false(self, ranking, benefit):
        with pytest.raises(BscError, match="benefit: neither True nor False: cost, speed, risk"):
            ranking(named(), WEIGHTS, benefit)


class TestRankStability:
    def test_a_sure_and_an_unsure_order(self):
        sure = rank_stability([[1, 1], [2, 2], [3, 3]], [1, 1], [True, True], spread=1.0, draws=200)
        assert sure["alternative"].tolist() == [2, 1, 0]
        assert sure["chance_of_rank"].tolist() == [1, 1, 1]
        close = rank_stability([[1, 9], [9, 1.5]], [1, 1], [True, True], draws=500).set_index("alternative")
        assert 0.05 < close.loc[1, "chance_of_rank"] < 0.95
        assert close["best_rank"].tolist() == [1, 1]
        assert close["worst_rank"].tolist() == [2, 2]
        assert close["chance_best"].sum() == pytest.approx(1)

    def test_columns(self):
        found = rank_stability(named(), WEIGHTS, MORE, draws=20)
        assert list(found) == [
            *["alternative", "worth", "rank", "best_rank", "worst_rank"],
            *["mean_rank", "chance_of_rank", "chance_best", "draws"],
        ]
        assert found["alternative"].tolist() == ["south", "east", "north", "west"]
        assert set(found["draws"]) == {20}

    def test_equals_share_the_better_rank(self):
        found = rank_stability([[1, 2], [1, 2], [0, 1]], [1, 1], [True, True], draws=10)
        assert found["rank"].tolist() == [1, 1, 3]
        assert found["chance_best"].tolist() == [1, 1, 0]

    def test_seed(self):
        close = [[1, 9], [9, 1.5]], [1, 1], [True, True]
        assert rank_stability(*close).equals(rank_stability(*close, rng=0))
        assert not rank_stability(*close).equals(rank_stability(*close, rng=1))
        assert rank_stability(*close).equals(rank_stability(*close, rng=np.random.default_rng(0)))

    def test_a_method_of_ones_own(self):
        found = rank_stability(named(), WEIGHTS, MORE, method=lambda matrix, weights, benefit: matrix[:, 0], draws=5)
        assert found["worth"].tolist() == [8, 7, 7, 5]
        assert found["rank"].tolist() == [1, 2, 2, 4]

    @pytest.mark.parametrize("spread", [-0.1, 1.5, float("nan"), "wide"])
    def test_spread(self, spread):
        with pytest.raises(BscError, match="spread: weights cannot be shaken so"):
            rank_stability(TZENG, WEIGHTS, MORE, spread=spread)

    def test_draws(self):
        with pytest.raises(BscError, match=r"draws: so many cannot be drawn. Got: 0"):
            rank_stability(TZENG, WEIGHTS, MORE, draws=0)
        with pytest.raises(BscError, match="rng: this makes no random numbers"):
            rank_stability(TZENG, WEIGHTS, MORE, rng="dice")


numbers = st.integers(1, 1000).map(float)


@st.composite
def problems(draw):
    """A table, weights and benefits that can be ranked."""
    shape = draw(st.tuples(st.integers(2, 6), st.integers(1, 5)))
    table = draw(arrays(float, shape, elements=numbers))
    assume((np.ptp(table, axis=0) > 0).all())
    weights = draw(st.lists(st.integers(1, 9), min_size=shape[1], max_size=shape[1]))
    benefit = draw(st.lists(st.booleans(), min_size=shape[1], max_size=shape[1]))
    return table, weights, benefit


@given(problems(), st.floats(0.001, 1000), st.data())
def test_between_zero_and_one_whatever_the_unit(problem, factor, data):
    table, weights, benefit = problem
    found = topsis(table, weights, benefit)
    assert ((found >= -1e-12) & (found <= 1 + 1e-12)).all()
    column = data.draw(st.integers(0, table.shape[1] - 1))
    scaled = table.copy()
    scaled[:, column] *= factor
    assert topsis(scaled, weights, benefit) == pytest.approx(found, abs=1e-9)
    assert topsis(table, [factor * one for one in weights], benefit) == pytest.approx(found, abs=1e-9)


@given(problems())
def test_better_on_every_criterion_ranks_no_lower(problem):
    table, weights, benefit = problem
    sign = np.where(benefit, 1, -1)
    found = topsis(table, weights, benefit)
    for i in range(len(table)):
        for j in range(len(table)):
            if (sign * table[i] >= sign * table[j]).all():
                assert found[i] >= found[j] - 1e-12


@given(problems())
def test_entropy_weights_are_shares(problem):
    found = entropy_weights(problem[0])
    assert found.sum() == pytest.approx(1)
    assert (found >= 0).all()
    assert entropy_weights(problem[0] * 3) == pytest.approx(found, abs=1e-9)


@given(problems())
def test_without_spread_ranks_are_certain(problem):
    found = rank_stability(*problem, spread=0, draws=5)
    assert found["chance_of_rank"].tolist() == [1] * len(found)
    assert found["best_rank"].tolist() == found["rank"].tolist() == found["worst_rank"].tolist()


@given(problems(), st.floats(0, 1))
def test_stated_ranks_lie_within_the_drawn_ones_or_near(problem, spread):
    found = rank_stability(*problem, spread=spread, draws=20)
    assert (found["best_rank"] <= found["mean_rank"]).all()
    assert (found["mean_rank"] <= found["worst_rank"]).all()
    assert found["chance_best"].sum() >= 1 - 1e-9
    assert found["worst_rank"].max() <= len(found)
