import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bsclib.design.selection.judgements import RANDOM_INDEX, ahp, pairwise
from bsclib.errors import BscError, UnknownNameError

LEADER = ["first", "second", "third"]


def matrix(upper: list[list], names: list[str]) -> pd.DataFrame:
    """The whole matrix from the half above its diagonal, row by row."""
    pairs = [(first, second) for i, first in enumerate(names) for second in names[i + 1 :]]
    return pairwise(names, dict(zip(pairs, [one for row in upper for one in row], strict=True)))


class TestPublished:
    """AHP, "the leader" (Wikipedia, appendix): a choice of three by four criteria; all ratios with saaty_2005."""

    CRITERIA = matrix([[4, 3, 7], ["1/3", 3], [5]], ["experience", "education", "charisma", "age"])
    LOCAL = (
        matrix([["1/4", 4], [9]], LEADER),
        matrix([[3, "1/5"], ["1/7"]], LEADER),
        matrix([[5, 9], [4]], LEADER),
        matrix([["1/3", 5], [9]], LEADER),
    )

    def test_leader_criteria(self):
        found = ahp(self.CRITERIA)
        assert found.weights.index.tolist() == ["experience", "education", "charisma", "age"]
        assert found.weights.round(4).tolist() == [0.5476, 0.1266, 0.2699, 0.0559]
        assert round(found.consistency_ratio, 3) == 0.044
        assert found.consistent

    def test_leader_experience(self):
        found = ahp(self.LOCAL[0], random_index="saaty_2005")
        assert found.weights.round(3).tolist() == [0.217, 0.717, 0.066]
        assert round(found.consistency_ratio, 3) == 0.035

    def test_leader_education(self):
        assert round(ahp(self.LOCAL[1]).consistency_ratio, 3) == 0.062

    def test_leader_total(self):
        """The source prints 0.150 for the third: it rounds the local weights on the way."""
        weights = ahp(self.CRITERIA).weights.tolist()
        total = sum(weight * ahp(local).weights for weight, local in zip(weights, self.LOCAL, strict=True))
        assert total.round(3).tolist() == [0.358, 0.493, 0.149]
        rounded = sum(weight * ahp(local).weights.round(3) for weight, local in zip(weights, self.LOCAL, strict=True))
        assert rounded["third"] == pytest.approx(0.150, abs=0.001)

    def test_saaty_1980_random_indices(self):
        printed = [0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51]
        assert RANDOM_INDEX["saaty_1980"] == dict(zip(range(1, 12), printed, strict=True))

    def test_saaty_2005_random_indices(self):
        printed = [0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59]
        assert RANDOM_INDEX["saaty_2005"] == dict(zip(range(3, 16), printed, strict=True))

    @pytest.mark.parametrize(("size", "printed"), [(3, 0.525), (4, 0.881), (5, 1.114), (6, 1.248), (7, 1.339)])
    def test_random_indices_drawn_20000_times(self, size, printed):
        """What random judgements give, as drawn for the kit; the table of 2005 is nearer than that of 1980."""
        scale = np.array([1 / n for n in range(9, 1, -1)] + list(range(1, 10)))
        judged = np.tile(np.eye(size), (20_000, 1, 1))
        i, j = np.triu_indices(size, 1)
        judged[:, i, j] = np.random.default_rng(0).choice(scale, (20_000, len(i)))
        judged[:, j, i] = 1 / judged[:, i, j]
        drawn = (np.linalg.eigvals(judged).real.max(axis=1) - size) / (size - 1)
        assert drawn.mean() == pytest.approx(printed, abs=4 * drawn.std() / np.sqrt(20_000))
        new, old = (abs(drawn.mean() - RANDOM_INDEX[name][size]) for name in ("saaty_2005", "saaty_1980"))
        assert new < old or size in (5, 6)  # there the tables differ by 0.01, less than such a draw can tell


def test_the_other_table_gives_another_ratio():
    judged = TestPublished.CRITERIA
    new, old = ahp(judged), ahp(judged, "saaty_1980")
    assert old.consistency_ratio == pytest.approx(new.consistency_ratio * 0.89 / 0.90)
    assert old.weights.tolist() == new.weights.tolist()


def test_arrays_have_no_names():
    found = ahp([[1, 2, 8], ["1/2", 1, 1], ["1/8", 1, 1]])
    assert isinstance(found.weights, np.ndarray)
    assert found.worst_pair[:2] == (0, 1)
    assert (
        "Talk about row 1 against row 2 first: it was judged 2, and the other judgements together say 8."
        in found.advice
    )


def test_answers_in_order():
    weights, ratio, worst = ahp([[1, "1/3"], [3, 1]])
    assert weights.tolist() == pytest.approx([0.25, 0.75])
    assert (ratio, worst) == (0, None)


class TestWorstPair:
    NAMES = ("a", "b", "c", "d")

    def judged(self, **wrong):
        """Weights 8 to 4 to 2 to 1, with some judgements replaced."""
        ids = self.NAMES
        right = {(one, two): 2.0 ** (j - i) for i, one in enumerate(ids) for j, two in enumerate(ids) if i < j}
        return pairwise(ids, right | {tuple(pair): value for pair, value in wrong.items()})

    @pytest.mark.parametrize(
        ("pair", "value", "stated", "consistent"),
        [
            ("bd", "1/4", ("d", "b", 4.0), 0.25),
            ("ab", 9, ("a", "b", 9.0), 2),
            ("ad", 1, ("a", "d", 1.0), 8),
            ("cd", "1/9", ("d", "c", 9.0), 0.5),
        ],
    )
    def test_one_wrong_judgement_is_found_and_mended(self, pair, value, stated, consistent):
        found = ahp(self.judged(**{pair: value}))
        assert not found.consistent
        assert found.worst_pair[:3] == pytest.approx(stated)
        assert found.worst_pair.consistent == pytest.approx(consistent)
        assert found.worst_pair.consistency_ratio == pytest.approx(0, abs=1e-9)

    def test_says_what_to_think_over(self):
        advice = ahp(self.judged(bd="1/4")).advice
        assert advice.startswith("Consistency ratio 0.41: above 0.1, so look at the judgements again")
        assert "Talk about d against b first: it was judged 4, and the other judgements together say 1/4." in advice
        assert "any of the three" not in advice

    def test_mended_the_ratio_is_the_one_foretold(self):
        judged = pairwise(
            self.NAMES, {("a", "b"): 3, ("a", "c"): 5, ("a", "d"): 2, ("b", "c"): 4, ("b", "d"): 7, ("c", "d"): 1}
        )
        worst = ahp(judged).worst_pair
        judged.loc[worst.first, worst.second] = worst.consistent
        judged.loc[worst.second, worst.first] = 1 / worst.consistent
        assert ahp(judged).consistency_ratio == pytest.approx(worst.consistency_ratio)

    def test_no_other_single_change_lowers_the_ratio_more(self):
        """Beside Saaty's (2003) rule, the largest a_ij w_j / w_i: both name the same pair here."""
        judged = self.judged(bd="1/4")
        found = ahp(judged)
        error = judged.to_numpy() * (found.weights.to_numpy()[None, :] / found.weights.to_numpy()[:, None])
        i, j = np.unravel_index(error.argmax(), error.shape)
        assert {self.NAMES[i], self.NAMES[j]} == set(found.worst_pair[:2])

    def test_consistent_judgements_have_none(self):
        found = ahp(self.judged())
        assert found.worst_pair is None
        assert found.advice == "Consistency ratio 0.00: 0.1 or less, so the judgements agree well enough."

    def test_hopeless_is_answered_and_flagged(self):
        found = ahp(matrix([[9, "1/9"], [9]], LEADER))
        assert found.hopeless
        assert not found.consistent
        assert found.weights.tolist() == pytest.approx([1 / 3] * 3)
        assert "random judgements would agree better. Do not use these weights." in found.advice
        assert (
            "Talk about first against second first: it was judged 9, and the other judgements together say 1/81."
            in found.advice
        )
        assert "any of the three judgements could be the one that is off" in found.advice

    def test_tolerated_is_not_flagged(self):
        found = ahp(TestPublished.CRITERIA)
        assert not found.hopeless
        assert found.worst_pair is not None
        assert found.advice.startswith("Consistency ratio 0.04: 0.1 or less")


class TestBadMatrix:
    def named(self, rows):
        return pd.DataFrame(rows, index=["cost", "speed", "risk"][: len(rows)], columns=["cost", "speed", "risk"])

    def test_not_reciprocal(self):
        rows = [[1, 3, 5], [0.5, 1, 2], ["1/5", 0.5, 1]]
        says = (
            "the pairwise judgements: cost against speed is 3, and speed against cost is 0.5. "
            "Fix: they must be reciprocal: 1/3 beside 3."
        )
        with pytest.raises(BscError) as caught:
            ahp(self.named(rows))
        assert str(caught.value) == says
        with pytest.raises(BscError, match=r"row 1, column 2 is 3, and row 2, column 1 is 0\.5\."):
            ahp(rows)

    def test_every_pair_that_is_not_reciprocal_is_named(self):
        with pytest.raises(BscError, match=r"(?s)2 faults:.*cost against speed is 3.*speed against risk is 2"):
            ahp(self.named([[1, 3, 5], [3, 1, 2], ["1/5", 2, 1]]))

    @pytest.mark.parametrize(("large", "rounded"), [(n, round(1 / n, 2)) for n in range(1, 10)])
    def test_a_reciprocal_rounded_to_two_decimals_is_meant(self, large, rounded):
        assert ahp([[1, large], [rounded, 1]]).weights.tolist() == pytest.approx([large / (large + 1), 1 / (large + 1)])
        assert ahp([[1, rounded], [large, 1]]).weights.tolist() == pytest.approx([1 / (large + 1), large / (large + 1)])

    def test_a_reciprocal_rounded_to_one_decimal_is_not(self):
        with pytest.raises(BscError, match=r"is 0\.3"):
            ahp([[1, 3], [0.3, 1]])
        with pytest.raises(BscError, match=r"is 0\.004"):
            ahp([[1, 1000], [0.004, 1]])

    @pytest.mark.parametrize("empty", [None, float("nan"), "", pd.NA, pd.NaT])
    def test_incomplete(self, empty):
        rows = [[1, 3, empty], ["1/3", 1, 2], [empty, 0.5, 1]]
        with pytest.raises(
            BscError, match=r"no value for cost against risk, risk against cost. Fix: compare each pair"
        ):
            ahp(self.named(rows))

    def test_a_text_or_a_truth_value_is_no_judgement(self):
        with pytest.raises(BscError, match=r"cost against speed is no number. Got: 'much more'"):
            ahp(self.named([[1, "much more", 5], ["1/3", 1, 2], ["1/5", 0.5, 1]]))
        with pytest.raises(BscError, match=r"row 1, column 2 is no number. Got: True"):
            ahp([[1, True], [1, 1]])
        with pytest.raises(BscError, match="Got: inf"):
            ahp([[1, float("inf")], [1, 1]])
        with pytest.raises(BscError, match="Got: '1/0'"):
            ahp([[1, "1/0"], [1, 1]])

    @pytest.mark.parametrize("judged", [0, -3])
    def test_not_positive(self, judged):
        with pytest.raises(BscError, match=r"0 or below: cost against speed. Allowed: above 0"):
            ahp(self.named([[1, judged, 5], ["1/3", 1, 2], ["1/5", 0.5, 1]]))

    @pytest.mark.parametrize("judged", [1e300, 1e-300, 2e6])
    def test_beyond_all_measure(self, judged):
        with pytest.raises(
            BscError, match=r"beyond what anybody can judge: cost against speed.*Allowed: up to 1,000,000"
        ):
            ahp(self.named([[1, judged, 5], ["1/3", 1, 2], ["1/5", 0.5, 1]]))

    def test_diagonal(self):
        with pytest.raises(BscError, match=r"not 1 on the diagonal: speed against speed. Fix: put 1 there"):
            ahp(self.named([[1, 3, 5], ["1/3", 9, 2], ["1/5", 0.5, 1]]))

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ([[1, 2, 3], [1, 1, 1]], "cannot be compared in pairs. Got: 2 by 3. Allowed: as many rows as columns"),
            ([[1]], "cannot be compared in pairs. Got: 1 by 1"),
            ([[1, 2], [3]], "no table of numbers. Got: 2. Allowed: rows of equal length"),
            ([1, 2], "no table of numbers. Got: 2"),
            (3, "no table of numbers. Got: a single value"),
            ([], "no table of numbers. Got: 0"),
        ],
    )
    def test_shape(self, given, says):
        with pytest.raises(BscError, match=says):
            ahp(given)

    def test_names(self):
        square = [[1, 2], [0.5, 1]]
        with pytest.raises(BscError, match=r"named differently. Got: rows a, b; columns a, c. Fix: name both alike"):
            ahp(pd.DataFrame(square, index=["a", "b"], columns=["a", "c"]))
        with pytest.raises(BscError, match=r"a row is named twice. Got: a"):
            ahp(pd.DataFrame(square, index=["a", "a"], columns=["a", "a"]))

    def test_columns_in_another_order(self):
        turned = pd.DataFrame([[4, 1], [1, 0.25]], index=["a", "b"], columns=["b", "a"])
        assert ahp(turned).weights.to_dict() == pytest.approx({"a": 0.8, "b": 0.2})

    def test_table_of_random_indices(self):
        with pytest.raises(
            UnknownNameError, match=r"no table of random indices 'saaty_2004'.*did you mean 'saaty_2005'"
        ):
            ahp([[1]], random_index="saaty_2004")
        with pytest.raises(
            BscError, match=r"saaty_2005: there is no random index for 16 things. Fix: compare at most 15"
        ):
            ahp(np.ones((16, 16)))
        with pytest.raises(BscError, match="saaty_1980: there is no random index for 12 things"):
            ahp(np.ones((12, 12)), "saaty_1980")
        assert ahp(np.ones((15, 15))).weights.tolist() == pytest.approx([1 / 15] * 15)


class TestPairwise:
    def test_either_way_round(self):
        found = pairwise(["a", "b"], {("b", "a"): 4})
        assert found.to_numpy().tolist() == [[1, 0.25], [4, 1]]

    def test_lacking(self):
        with pytest.raises(BscError, match=r"not judged: a against c and b against c. Fix: compare each pair once"):
            pairwise(["a", "b", "c"], {("a", "b"): 2})
        with pytest.raises(BscError, match="and 2 more"):
            pairwise("abcde", {})

    def test_unknown(self):
        with pytest.raises(
            UnknownNameError, match=r"no name to compare 'spede'. Allowed: cost, speed. Fix: did you mean"
        ):
            pairwise(["cost", "speed"], {("cost", "spede"): 2})

    def test_each_fault_is_named(self):
        with pytest.raises(BscError) as caught:
            pairwise(["a", "b", "c"], {("a", "a"): 1, ("a", "b"): 2, ("b", "a"): 2, ("a", "c"): 0, ("b", "c"): "more"})
        assert [fault.what for fault in caught.value.faults] == [
            "a is compared with itself",
            "a and b are compared twice",
            "a against c is no judgement",
            "b against c is no judgement",
        ]

    @pytest.mark.parametrize("pair", ["ab", ("a", "b", "a"), 3])
    def test_something_else_than_a_pair(self, pair):
        with pytest.raises(BscError, match=r"no pair of names\. Got: .*Allowed: \(first, second\)"):
            pairwise(["a", "b"], {pair: 2})

    def test_names_may_be_numbers(self):
        assert pairwise([1, 2], {(1, 2): 4}).loc[2, 1] == 0.25
        with pytest.raises(BscError, match="not judged: 1 against 2"):
            pairwise([1, 2], {})

    @pytest.mark.parametrize("names", [["a"], ["a", "a"], []])
    def test_two_names_or_more(self, names):
        with pytest.raises(BscError, match="names: this cannot be compared in pairs"):
            pairwise(names, {})


sizes = st.integers(2, 8)
scale = st.sampled_from([*range(1, 10), *(1 / n for n in range(2, 10))])


@st.composite
def reciprocal(draw):
    size = draw(sizes)
    judged = np.eye(size)
    for i in range(size):
        for j in range(i + 1, size):
            judged[i, j] = draw(scale)
            judged[j, i] = 1 / judged[i, j]
    return judged


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=9))
def test_consistent_judgements_give_their_weights_back(weights):
    true = np.array(weights) / sum(weights)
    found = ahp(true[:, None] / true[None, :])
    assert found.weights == pytest.approx(true)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)
    assert found.worst_pair is None


@given(reciprocal(), st.randoms(use_true_random=False))
def test_order_does_not_matter(judged, random):
    order = list(range(len(judged)))
    random.shuffle(order)
    found, turned = ahp(judged), ahp(judged[np.ix_(order, order)])
    assert turned.weights == pytest.approx(found.weights[order])
    assert turned.consistency_ratio == pytest.approx(found.consistency_ratio, abs=1e-9)
    if found.worst_pair:
        assert turned.worst_pair.consistency_ratio == pytest.approx(found.worst_pair.consistency_ratio, abs=1e-8)


@given(reciprocal())
def test_weights_are_shares_and_the_worst_pair_is_worth_changing(judged):
    found = ahp(judged)
    assert found.weights.sum() == pytest.approx(1)
    assert (found.weights > 0).all()
    assert found.consistency_ratio >= 0
    if found.worst_pair:
        assert found.worst_pair.judged >= 1
        assert found.worst_pair.consistency_ratio <= found.consistency_ratio + 1e-9


@given(reciprocal(), st.data())
def test_any_other_change_of_one_judgement_mends_no_more(judged, data):
    assume(len(judged) > 2)
    found = ahp(judged)
    assume(found.worst_pair is not None)
    i, j = data.draw(st.permutations(range(len(judged))))[:2]
    mended = judged.copy()
    weights = found.weights
    mended[i, j], mended[j, i] = weights[i] / weights[j], weights[j] / weights[i]
    assert ahp(mended).consistency_ratio >= found.worst_pair.consistency_ratio - 1e-6


@pytest.mark.parametrize(
    ("ratio", "shown", "consistent", "hopeless"),
    [
        (0.1 + 1e-9, "0.10", True, False),
        (0.1004, "0.1004", False, False),
        (0.0962, "0.0962", True, False),
        (0.112, "0.11", False, False),
        (1.002, "1.0020", False, True),
        (1.5, "1.50", False, True),
    ],
)
def test_advice_never_says_that_a_ratio_is_above_itself(ratio, shown, consistent, hopeless):
    found = ahp(matrix([[2, 9], [2]], LEADER))._replace(consistency_ratio=ratio)
    assert found.advice.startswith(f"Consistency ratio {shown}: ")
    assert (found.consistent, found.hopeless) == (consistent, hopeless)
