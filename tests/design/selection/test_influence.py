import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from bsclib.design.selection.influence import claimed_influence, dematel
from bsclib.errors import BscError, UnknownNameError
from bsclib.files.scorecards import read_scorecard

LEADERSHIP = [[0, 4, 3, 1, 0], [0, 0, 4, 1, 1], [0, 1, 0, 4, 4], [0, 0, 1, 0, 0], [1, 0, 4, 4, 0]]


class TestPublished:
    def test_leadership_5x5(self):
        """The normaliser is 12, the largest row or column sum: the third column's."""
        prominence, relation, total = dematel(LEADERSHIP)
        assert prominence.round(3).tolist() == [1.559, 1.708, 3.122, 2.032, 2.441]
        assert relation.round(3).tolist() == [1.217, 0.469, -0.384, -1.637, 0.335]
        direct = np.linalg.solve(np.eye(5) + total.to_numpy(), total.to_numpy())
        assert direct[0].round(3).tolist() == pytest.approx([0, 0.333, 0.25, 0.083, 0], abs=1e-9)

    def test_leadership_5x5_by_row_sums_alone(self):
        """Divided by 9, the largest row sum, as some do, it would be other numbers."""
        normal = np.array(LEADERSHIP) / 9
        other = normal @ np.linalg.inv(np.eye(5) - normal)
        assert (other.sum(axis=1) + other.sum(axis=0)).round(3).tolist()[0] == 3.1
        assert dematel(LEADERSHIP).prominence.round(3).tolist()[0] == 1.559


def test_names_are_kept():
    names = ["train", "restore", "satisfy"]
    found = dematel(pd.DataFrame([[0, 3, 1], [0, 0, 4], [1, 0, 0]], index=names, columns=names))
    assert found.prominence.index.tolist() == names
    assert found.relation.idxmax() == "train"
    assert found.total.index.tolist() == found.total.columns.tolist() == names
    assert found.total.loc["train", "satisfy"] > found.total.loc["satisfy", "restore"]
    assert found.prominence.to_dict() == pytest.approx((found.total.sum(axis=1) + found.total.sum(axis=0)).to_dict())


def test_a_chain_is_counted_out():
    """By hand: X has 1 from a to b and from b to c, so T has 1 from a to c as well."""
    found = dematel([[0, 3, 0], [0, 0, 3], [0, 0, 0]])
    assert found.total.to_numpy().tolist() == [[0, 1, 1], [0, 0, 1], [0, 0, 0]]
    assert found.prominence.tolist() == [2, 2, 2]
    assert found.relation.tolist() == [2, 0, -2]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([[0, -1], [0, 0]], r"below 0: a on b\. Fix: rate how strong an influence is"),
        ([[0, 2], [0, 3]], r"nothing influences itself directly: b on b\. Fix: put 0 there"),
        ([[0, 0], [0, 0]], r"there is no influence at all\. Fix: rate at least one above 0"),
        ([[0, None], [1, 0]], r"no value for a on b\. Fix: rate it from 0"),
        ([[0, "strong"], [1, 0]], r"a on b is no number\. Got: 'strong'"),
        ([[0, 2], [2, 0]], r"influence goes round undiminished and adds up without end\. Fix: rate more finely"),
    ],
)
def test_bad_ratings(rows, says):
    with pytest.raises(BscError, match=f"the matrix of influence: {says}"):
        dematel(pd.DataFrame(rows, index=["a", "b"], columns=["a", "b"]))


def test_a_ring_that_loses_nothing():
    """All equal, or a part that keeps to itself: the sum over all detours has no end."""
    for size in (3, 5):
        with pytest.raises(BscError, match="without end"):
            dematel(3 * (np.ones((size, size)) - np.eye(size)))
    with pytest.raises(BscError, match="without end"):
        dematel([[0, 4, 0, 0], [4, 0, 0, 0], [0, 0, 0, 1], [0, 0, 0, 0]])


def test_huge_ratings():
    huge = np.array(LEADERSHIP) * 1e307
    assert dematel(huge).relation == pytest.approx(dematel(LEADERSHIP).relation)


def test_not_square():
    with pytest.raises(BscError, match=r"cannot be compared in pairs. Got: 2 by 3"):
        dematel([[0, 1, 2], [1, 0, 2]])


@given(st.integers(2, 7).flatmap(lambda n: arrays(float, (n, n), elements=st.integers(0, 4).map(float))))
def test_what_is_given_is_received(ratings):
    np.fill_diagonal(ratings, 0)
    assume(ratings.any())
    try:
        found = dematel(ratings)
    except BscError as error:
        assume("without end" not in str(error))
        raise
    assert found.relation.sum() == pytest.approx(0, abs=1e-6 * max(1.0, found.prominence.max()))
    assert (found.prominence >= np.abs(found.relation) - 1e-9).all()
    assert (found.total.to_numpy() >= -1e-9).all()
    more = dematel(ratings * 7)
    assert more.prominence == pytest.approx(found.prominence)


class TestJudged:
    def test_what_people_know_takes_the_place_of_what_the_map_claims(self):
        card = read_scorecard("meridian")
        ids = [objective.id for objective in card.objectives[:2]]
        names = tuple(card.names[id].upper() for id in ids)
        assert claimed_influence(card, {tuple(ids): 4}).loc[*ids] == 4
        assert claimed_influence(card, {names: 1}).loc[*ids] == 1

    def test_an_objective_that_there_is_not_is_named(self):
        with pytest.raises(UnknownNameError, match=r"no objective 'satisfy-user'.*did you mean 'satisfy-users'"):
            claimed_influence(read_scorecard("meridian"), {("satisfy-user", "control-cost"): 2})
