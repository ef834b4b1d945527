import io

import pandas as pd
import pytest
from hypothesis import given
from towers import card, secondary, towers

from bsclib.design.alignment import alignment, support_matrix
from bsclib.errors import UnknownNameError

TOP = card("top", {"grow": [], "lonely": []})
MID = card("mid", {"a": ["top.grow"], "b": [secondary("top.grow")]})
LOW = card("low", {"x": ["mid.a"], "y": ["mid.b"], "z": [secondary("top.grow"), "mid.a"], "idle": []})


def cell(aligned, above, goal, below, objective):
    rows = aligned.query("above == @above and goal == @goal and below == @below and objective == @objective")
    return rows[["strength", "direct", "steps"]].values.tolist()[0]


def test_support_between_any_two_levels():
    aligned = alignment([LOW, TOP, MID])
    assert len(aligned) == 2 * 2 + 2 * 4 + 2 * 4
    assert cell(aligned, "top", "grow", "mid", "b") == ["secondary", True, 1]
    assert cell(aligned, "top", "grow", "low", "x") == ["primary", False, 2]
    assert cell(aligned, "top", "grow", "low", "y") == ["secondary", False, 2]
    assert cell(aligned, "top", "grow", "low", "z") == [
        "secondary",
        True,
        1,
    ]  # its own word counts before the way round
    assert cell(aligned, "top", "lonely", "low", "x") == ["none", False, 0]


def test_the_matrix_of_levels_with_several_scorecards():
    aligned = alignment([LOW, TOP, MID])
    matrix = support_matrix(aligned, ["top", "mid"], "low")
    assert matrix.index.tolist() == ["top.grow", "top.lonely", "mid.a", "mid.b"]
    assert matrix.loc["mid.a"].tolist() == ["P", "", "P", ""]
    assert matrix.loc["top.lonely"].tolist() == [""] * 4


def test_a_frame_that_went_through_a_file_means_the_same():
    aligned = alignment([LOW, TOP, MID])
    again = pd.read_csv(io.StringIO(aligned.to_csv(index=False)))
    pd.testing.assert_frame_equal(support_matrix(again, "top", "low"), support_matrix(aligned, "top", "low"))


def test_a_level_that_is_not_there_is_named():
    aligned = alignment([LOW, TOP, MID])
    with pytest.raises(UnknownNameError, match=r"above: there is no scorecard on that side 'tpo'.*did you mean 'top'"):
        support_matrix(aligned, "tpo", "low")
    with pytest.raises(UnknownNameError, match="below: there is no scorecard on that side 'top'"):
        support_matrix(aligned, "mid", "top")


@given(towers())
def test_every_claim_upward_is_in_the_matrix(cards):
    aligned = alignment(cards)
    direct = aligned[aligned["direct"]]
    claimed = {
        (one.id, objective.id, support.goal, support.strength)
        for one in cards
        for objective in one.objectives
        for support in objective.supports
    }
    told = {(row.below, row.objective, f"{row.above}.{row.goal}", row.strength) for row in direct.itertuples()}
    assert told == claimed
