import pytest
from samples import SMALL

from bsclib.errors import ScorecardError
from bsclib.model.build import build
from bsclib.model.edit import keep

ACTION = {"id": "a", "action": "Staff the evenings", "kpi": "mttr"}


def card(*actions):
    return build(SMALL | {"actions": list(actions)})


def test_an_action_needs_what_is_done_and_the_kpi_that_shows_it():
    assert card(ACTION).actions[0].open
    with pytest.raises(ScorecardError, match=r"actions.0.kpi: this is missing"):
        card({"id": "a", "action": "x"})


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"state": "done"}, r"actions.0.state: this word is not known here. Got: 'done'. Allowed: .*'finished'"),
        ({"finished": "2024-03"}, r"actions.0.finished: an action that was done has state: finished, .* is planned"),
        ({"due": "soon"}, r"actions.0.due: 'soon' is not a period"),
        ({"delay": -1}, r"actions.0.delay: this is too small. .*0 or more"),
        ({"expected_effect": "8 %"}, r"actions.0.expected_effect: this should be a number"),
        ({"ownr": "x"}, r"there is no field 'ownr'. .*did you mean 'owner'"),
    ],
)
def test_what_cannot_be_is_refused_in_words(fields, message):
    with pytest.raises(ScorecardError, match=message):
        card(ACTION | fields)


def test_an_id_is_used_once():
    with pytest.raises(ScorecardError, match="actions: the id 'a' is used 2 times"):
        card(ACTION, ACTION)


def test_an_action_on_a_retired_kpi_stays_in_the_register():
    assert card(ACTION | {"kpi": "retired"}).actions[0].kpi == "retired"


def test_an_action_goes_with_the_kpi_that_is_not_kept():
    whole = card(ACTION, ACTION | {"id": "b", "kpi": "load"}, ACTION | {"id": "c", "kpi": "retired"})
    assert [action.id for action in keep(whole, kpis=["load"]).actions] == ["b", "c"]
