"""The maturity of the scorecard itself: levels build on each other, and each points to a lesson that is there."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.design.maturity import LEVELS, assess_maturity, maturity_statements
from bsclib.errors import BscError, UnknownNameError

STATEMENTS = maturity_statements()
IDS = STATEMENTS["id"].tolist()
NOTEBOOKS = {path.stem for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb")}


def up_to(level):
    return dict.fromkeys(STATEMENTS.loc[STATEMENTS["level"] <= level, "id"], True)


@pytest.mark.parametrize("level", range(6))
def test_a_level_is_reached_with_all_its_statements(level):
    found = assess_maturity(up_to(level))
    assert (found.level, found.name) == (level, LEVELS[level])
    assert found.missing["level"].eq(level + 1).all()
    assert len(found.missing) == (STATEMENTS["level"] == level + 1).sum()


@pytest.mark.parametrize("id", IDS)
def test_one_statement_keeps_its_level_from_being_reached_however_much_else_is_true(id):
    found = assess_maturity(dict.fromkeys(IDS, True) | {id: False})
    row = STATEMENTS.set_index("id").loc[id]
    assert found.level == row["level"] - 1
    assert found.missing[["id", "lesson"]].values.tolist() == [[id, row["lesson"]]]


@given(st.dictionaries(st.sampled_from(IDS), st.booleans()), st.sampled_from(IDS))
def test_one_more_thing_that_is_true_never_lowers_the_level(answers, id):
    assert assess_maturity(answers | {id: True}).level >= assess_maturity(answers).level


def test_what_is_left_out_is_not_true():
    assert assess_maturity({}).level == 0
    assert assess_maturity({}).missing["id"].tolist() == ["need", "counted"]


def test_each_statement_points_to_a_lesson_that_ships():
    assert set(STATEMENTS["lesson"]) <= NOTEBOOKS
    assert STATEMENTS["id"].is_unique
    assert STATEMENTS["level"].is_monotonic_increasing
    assert set(STATEMENTS["level"]) == {1, 2, 3, 4, 5}


def test_a_statement_that_is_not_there_is_refused_with_the_nearest():
    with pytest.raises(UnknownNameError, match="did you mean 'cascade'"):
        assess_maturity({"cascad": True})


@pytest.mark.parametrize("answer", ["yes", 1, None])
def test_an_answer_is_yes_or_no(answer):
    with pytest.raises(BscError, match=r"answers, map: an answer is yes or no\. Got: .*Allowed: True or False"):
        assess_maturity({"map": answer})
