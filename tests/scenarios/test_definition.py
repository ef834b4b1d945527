import pytest
from samples import small

from bsclib import read_scorecard
from bsclib.errors import BscError, UnknownNameError
from bsclib.model.build import build
from bsclib.scenarios.definition import Move, build_scenario, change_text, check_scenario, read_change


def scenario(**fields):
    return build_scenario({"id": "x", "name": "X", **fields})


@pytest.mark.parametrize(
    ("given", "text", "move"),
    [
        ("+10%", "+10%", Move("share", 0.1)),
        ("-5 %", "-5%", Move("share", -0.05)),
        ("+3", "+3", Move("by", 3.0)),
        ("-.5", "-.5", Move("by", -0.5)),
        ("=98", "=98", Move("level", 98.0)),
        ("=-3", "=-3", Move("level", -3.0)),
        (98, "=98", Move("level", 98.0)),
        (-0.25, "=-0.25", Move("level", -0.25)),
        ("+1e2", "+1e2", Move("by", 100.0)),
    ],
)
def test_changes(given, text, move):
    assert change_text(given) == text
    assert read_change(given) == read_change(text) == move


@pytest.mark.parametrize(
    "given", ["", "10", "10%", "=5%", "++3", "+-3", "x", True, None, float("nan"), float("inf"), [1]]
)
def test_what_is_no_change(given):
    with pytest.raises(BscError, match="this is not a change"):
        read_change(given)


def test_a_scenario_is_frozen_and_keeps_its_changes_read():
    one = scenario(changes={"mttr": "-10%", "csat": 4.2}, initiatives=["runbooks"])
    assert one.moves == {"mttr": Move("share", -0.1), "csat": Move("level", 4.2)}
    assert (one.horizon, one.unit, one.initiatives) == (24, "", ("runbooks",))
    with pytest.raises(ValueError, match="frozen"):
        one.horizon = 3


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"horizon": 121}, "horizon: this is too large.*Allowed: 120 or less"),
        ({"horizon": True}, "horizon: this should be a whole number"),
        ({"changes": {"mttr": "ten"}}, "changes.mttr: this is not a change: write .*98. Got: 'ten'"),
        ({"changes": "mttr"}, "changes: this should be fields"),
        ({"initiatives": 5}, "initiatives: these are no initiatives"),
        ({"initiatives": {"a": "soon"}}, "initiatives.a: 'soon' is not a period"),
        ({"initiatives": ["a b"]}, "initiatives.0: this is not an id"),
        ({"question": "a\nb"}, "question: .*line break"),
    ],
)
def test_what_a_scenario_cannot_be(fields, words):
    with pytest.raises(BscError, match=words):
        scenario(**fields)


def test_names_that_lead_nowhere_are_all_said_with_the_nearest():
    one = scenario(changes={"mtrt": "+1", "laod": "+1"}, initiatives=["trian"])
    with pytest.raises(UnknownNameError, match=r"(?s)3 faults.*'mttr'.*'load'.*'train'"):
        check_scenario(one, small())


def test_an_initiative_is_named_once():
    with pytest.raises(BscError, match="initiatives: 'train' is named 2 times"):
        check_scenario(scenario(initiatives=["train", "train"]), small())


def test_starts_that_a_scenario_gives_keep_to_the_order():
    card = read_scorecard("meridian")
    late = {"genoa-team": "2026-07", "academy": "2026-11"}
    check_scenario(scenario(initiatives=late), card)
    check_scenario(scenario(initiatives={"academy": "2026-07"}), card)
    with pytest.raises(
        BscError, match=r"'academy' would start before 'genoa-team' has ended.*start it in 2026-11 or later"
    ):
        check_scenario(scenario(initiatives=late | {"academy": "2026-10"}), card)


def test_probabilities_outside_0_to_1_are_refused_by_the_model():
    data = small().model_dump()
    data["initiatives"][0]["changes"][0]["chance"] = 1.5
    with pytest.raises(BscError, match=r"chance: this is too large.*Allowed: 1 or less"):
        build(data)


@pytest.mark.parametrize(
    ("year_starts", "start", "says"),
    [
        (4, "FY2027-Q2", ""),
        (4, "2026/27", ""),
        (4, "2027", "write FY2027 for 2026-04 to 2027-03"),
        (None, "FY2027", "say in the scorecard in which month its years start"),
        (None, "2027", ""),
    ],
)
def test_starts_are_periods_of_the_scorecard_s_years(year_starts, start, says):
    card = small().model_copy(update={"year_starts": year_starts})
    scenario = build_scenario({"id": "x", "name": "X", "initiatives": {card.initiatives[0].id: start}})
    if not says:
        return check_scenario(scenario, card)
    with pytest.raises(BscError, match=says):
        check_scenario(scenario, card)
