import numpy as np
import pytest
from planned import CARD
from projected import compared, result

from bsclib.errors import BscError, UnknownNameError
from bsclib.model.build import build
from bsclib.reporting.memo.options import NOTHING, SINGLE, change_text, option_table, read_decision
from bsclib.scenarios.definition import Scenario

EFFECTS = {"school": {"depot": 2.0, "speed": 4.0, "waste": 1.0}, "sort": {"depot": 3.0, "waste": -6.0}, "idle": {}}
OPTIONS = [
    Scenario(id="school", name="school", changes={"load": "+5%"}, initiatives={"school": "2026-08"}),
    Scenario(id="sort", name="Sort better", initiatives={"sorting": "2026-07", "scales": "2026-09"}),
    Scenario(id="idle", name="idle"),
]
NOTES = {"school": ["Careful."]}


@pytest.fixture
def card():
    return build(CARD)


@pytest.fixture
def three(card):
    return compared(card, EFFECTS, start={"waste": 40.0})


def test_the_best_comes_first(card, three):
    choice = read_decision(card, three, OPTIONS, notes=NOTES)
    assert [one.id for one in choice.options] == ["sort", "school"]
    assert choice.idle.id == "idle"
    assert (choice.month, choice.goal_name) == ("June 2028", "the overall score")
    assert [one.cost for one in choice.options] == [100, 60]
    assert choice.options[1].notes == ("Careful.",)


def test_best_is_what_the_goal_calls_better(card, three):
    fewer = read_decision(card, three, OPTIONS, "waste")
    assert [one.id for one in fewer.options] == ["sort", "school"], "fewer tons are better"
    assert [one.id for one in read_decision(card, three, OPTIONS, "speed").options] == ["school", "sort"]
    three["chance_of_target"] = np.where(three["scenario"] == "sort", 0.2, 0.7)
    assert read_decision(card, three, OPTIONS, "load").best.id == "school", "in a range only the chance counts"


def test_options_are_compared_in_the_last_month_that_all_reach(card, three):
    cut = three[(three["scenario"] != "school") | (three["period"] <= "2027-06")]
    choice = read_decision(card, cut, OPTIONS)
    assert choice.month == "June 2027"
    assert {str(one.goal["period"]) for one in choice.options} == {"2027-06"}
    assert max(choice.best.rows["period"]) == "2027-06"


def test_the_table_of_options(card, three):
    found = option_table(read_decision(card, three, OPTIONS))
    assert found["option"].tolist() == [NOTHING, "Sort better", "school"]
    assert found["what_is_done"].tolist() == ["–", "Sorting and Scales", "Load +5 % and School"]
    assert found["still_to_pay"].tolist() == ["–", "100", "60"]
    assert found["expected"].tolist() == ["60.0", "63.0", "62.0"]
    assert found["effect_(90_%)"].tolist()[1] == "+3.0 points (+1.2\u00a0to\u00a0+4.8)"
    assert found["chance_of_target"].tolist() == ["40 %", "60 %", "60 %"]


def test_one_result_is_one_option(card):
    alone = result(card, {"depot": 2.0})
    choice = read_decision(card, alone, Scenario(id="x", name=SINGLE, changes={"speed": "+10%"}))
    assert [one.name for one in choice.options] == [SINGLE]
    assert choice.idle is None
    assert option_table(choice)["chance_of_target"].tolist() == ["–", "60 %"]
    assert "scenario" not in alone


def test_the_start_of_an_initiative_may_be_the_scorecards(card):
    planned = Scenario(id="x", name="X", initiatives=("school", "posters"))
    best = read_decision(card, result(card, {"depot": 2.0}), planned).best
    assert best.starts == {"school": "2026-08", "posters": "2026-07"}, "or the first month ahead"
    quarter = planned.model_copy(update={"initiatives": {"school": "2026-Q4"}})
    assert read_decision(card, result(card, {"depot": 2.0}), quarter).best.starts == {"school": "2026-10"}


def test_an_option_says_what_it_waits_for(card):
    """Scales come after Sorting, which takes a month from July on."""
    asked = {"scales": (), "both": {"sorting": "2026-07", "scales": "2026-08"}, "rash": {"sorting": "2026-09"}}
    asked["scales"], asked["rash"] = ("scales",), asked["rash"] | {"scales": "2026-09"}
    some = [Scenario(id=id, name=id, initiatives=works) for id, works in asked.items()]
    choice = read_decision(card, compared(card, {"scales": {"depot": 3.0}, "both": {"depot": 2.0}, "rash": {}}), some)
    assert [(one.left_out, one.early) for one in choice.options] == [
        (("sorting",), ()),
        ((), ()),
        ((), (("scales", "sorting"),)),
    ]
    assert option_table(choice)["what_is_done"].tolist()[1:3] == ["Scales (waits for Sorting)", "Sorting and Scales"]


def test_what_is_spent_and_what_has_ended_costs_nothing_more(card):
    """Half of the school's two months are over, and so is all of Sorting, for which Scales wait."""
    works = {one.id: one for one in card.initiatives}
    begun = {"school": "2026-06", "sorting": "2026-05"}
    later = tuple(work.model_copy(update={"start": begun.get(id, work.start)}) for id, work in works.items())
    late = card.model_copy(update={"initiatives": later})
    some = [Scenario(id=id, name=id, initiatives=(id,)) for id in ("school", "scales")]
    rows = compared(card, {"school": {"depot": 3.0}, "scales": {"depot": 2.0}})
    choice = read_decision(late, rows, some)
    assert [(one.cost, one.left_out) for one in choice.options] == [(30, ()), (50, ())]
    assert [(one.cost, one.left_out, one.more) for one in read_decision(card, rows, some).options] == [
        (60, (), 0),
        (50, ("sorting",), 50),
    ]


def test_it_refuses_what_is_no_choice(card, three):
    with pytest.raises(BscError, match="no option changes anything"):
        read_decision(card, result(card, {}), OPTIONS[2])
    with pytest.raises(UnknownNameError, match="there is no scenario 'school'"):
        read_decision(card, three, OPTIONS[1:])
    with pytest.raises(UnknownNameError, match="did you mean 'speed'"):
        read_decision(card, three, OPTIONS, "sped")
    gone = three[three["id"] != "speed"]
    with pytest.raises(UnknownNameError, match="in the result 'speed'"):
        read_decision(card, gone, OPTIONS, "speed")
    three.loc[three["id"] == "speed", ["effect", "effect_low", "effect_high"]] = np.nan
    with pytest.raises(BscError, match="nothing is known of 'Speed': it has no actuals"):
        read_decision(card, three, OPTIONS, "speed")


@pytest.mark.parametrize(
    ("text", "said"), [("+10%", "+10 %"), ("-0.5", "−0.5"), ("=98", "held at 98"), ("98", "held at 98")]
)
def test_changes_in_words(text, said):
    assert change_text(text) == said
