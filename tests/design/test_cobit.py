"""COBIT 2019's design factor 2, against its published rule, against hand arithmetic, and against its own laws."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.design.cobit import in_steps_of_five, rating_findings, relative_importance
from bsclib.errors import BscError
from bsclib.files.catalogue import OBJECTIVES_OF_COBIT
from bsclib.files.goal_tables import ALIGNMENT_GOALS, ENTERPRISE_GOALS, GoalTables, read_goal_tables

EXAMPLE = read_goal_tables("cobit-example")
rated = st.lists(st.integers(1, 5), min_size=13, max_size=13).map(
    lambda some: dict(zip(ENTERPRISE_GOALS, some, strict=True))
)


def blank(**strengths):
    """Tables of noughts but for these cells, as EG01_AG02=1."""
    goals = pd.DataFrame(0, list(ENTERPRISE_GOALS), list(ALIGNMENT_GOALS))
    objectives = pd.DataFrame(0, list(ALIGNMENT_GOALS), list(OBJECTIVES_OF_COBIT))
    for cell, strength in strengths.items():
        row, column = cell.split("_")
        (goals if row.startswith("EG") else objectives).loc[row, column] = strength
    return GoalTables(goals, objectives, None)


def test_design_guide_p_53_rounding():
    """COBIT 2019 Design Guide p. 53, and cobit-tools cobit.js line 113: round(20 r) * 5 - 100, a tie upwards."""
    ratios = np.array([1.0, 1.12, 0.88, 1.026, 0.975])
    assert in_steps_of_five(ratios).tolist() == [0, 10, -10, 5, 0]


def test_ties_go_up_and_not_to_the_even_number():
    assert in_steps_of_five(np.array([0.925, 0.975, 1.025, 1.075])).tolist() == [-5, 0, 5, 10]
    assert np.isnan(in_steps_of_five(np.array([np.nan]))).all()


def test_two_goals_by_hand():
    """EG01 rated 5, EG02 rated 1, the others 3: the mean stays 3."""
    tables = blank(EG01_AG01=2, EG02_AG01=1, EG02_AG02=2, AG01_DSS02=2, AG02_DSS02=1, AG02_APO01=1)
    ratings = dict.fromkeys(ENTERPRISE_GOALS, 3) | {"EG01": 5, "EG02": 1}
    rows = relative_importance(tables, ratings).set_index("objective")
    # DSS02: AG01 (5 x 2 + 1 x 1 = 11) x 2 + AG02 (1 x 2 = 2) x 1 = 24; at 3 each: 9 x 2 + 6 = 24.
    assert rows.loc["DSS02", ["score", "baseline", "ratio", "relative_importance"]].tolist() == [24, 24, 1, 0]
    # APO01: only AG02, so 2 against 6: a third of it.
    assert rows.loc["APO01", ["score", "baseline", "relative_importance"]].tolist() == [2, 6, -65]


def test_ratings_are_scaled_to_the_mean_of_the_baseline():
    """As the toolkit does: mean of the baseline over mean of the ratings."""
    tables = blank(EG01_AG01=2, AG01_DSS02=2)
    ratings = dict.fromkeys(ENTERPRISE_GOALS, 1) | {"EG01": 5}
    row = relative_importance(tables, ratings).set_index("objective").loc["DSS02"]
    assert row["ratio"] == pytest.approx(20 / 12 * 3 / (17 / 13))
    assert row["relative_importance"] == 280


@pytest.mark.parametrize("value", [1, 2, 3, 4, 5])
def test_goals_rated_alike_prefer_nothing_and_that_is_a_finding(value):
    alike = dict.fromkeys(ENTERPRISE_GOALS, value)
    assert (relative_importance(EXAMPLE, alike)["relative_importance"] == 0).all()
    assert rating_findings(EXAMPLE, alike)["what"].tolist() == [
        f"all 13 enterprise goals are rated alike, with {value}"
    ]


def test_too_many_goals_at_the_top_are_a_finding():
    ratings = dict.fromkeys(ENTERPRISE_GOALS, 2) | dict.fromkeys(ENTERPRISE_GOALS[:6], 5)
    assert "6 goals share the highest rating, 5: EG01" in rating_findings(EXAMPLE, ratings)["what"].item()
    ratings["EG06"] = 4
    assert rating_findings(EXAMPLE, ratings).empty


def test_an_objective_that_no_goal_reaches_has_no_number_and_is_named():
    tables = blank(EG01_AG01=1, AG01_DSS02=1, AG02_APO01=2)
    result = relative_importance(tables).set_index("objective")["relative_importance"]
    assert result.dropna().to_dict() == {"DSS02": 0.0}
    assert "no enterprise goal reaches EDM01, EDM02" in rating_findings(tables)["what"].iloc[-1]


def test_without_ratings_it_is_the_baseline():
    result = relative_importance(EXAMPLE._replace(ratings=None))
    assert (result["score"] == result["baseline"]).all()


@pytest.mark.parametrize("ratings", [{}, {"EG01": 5}, dict.fromkeys(ENTERPRISE_GOALS, 0)])
def test_ratings_that_are_not_thirteen_from_1_to_5_are_refused(ratings):
    with pytest.raises(BscError, match="ratings"):
        relative_importance(EXAMPLE, ratings)


@given(rated)
def test_it_is_two_matrix_products(ratings):
    """Summed one way at a time, with Python's whole numbers."""
    result = relative_importance(EXAMPLE, ratings).set_index("objective")
    for objective in ("EDM01", "DSS02", "MEA04"):
        ways = [
            ratings[goal] * int(EXAMPLE.goals.loc[goal, between]) * int(EXAMPLE.objectives.loc[between, objective])
            for goal in ENTERPRISE_GOALS
            for between in ALIGNMENT_GOALS
        ]
        assert result.loc[objective, "score"] == sum(ways)
    assert (result["relative_importance"] % 5 == 0).all()


@given(rated, st.sampled_from(ENTERPRISE_GOALS), st.sampled_from(OBJECTIVES_OF_COBIT))
def test_a_goal_that_does_not_reach_an_objective_cannot_raise_it(ratings, goal, objective):
    reach = (EXAMPLE.goals @ EXAMPLE.objectives).loc[goal, objective]
    more = ratings | {goal: 5}
    before, after = (relative_importance(EXAMPLE, given).set_index("objective")["ratio"] for given in (ratings, more))
    if not reach:
        assert after[objective] <= before[objective] + 1e-12
