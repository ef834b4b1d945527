import numpy as np
import pytest
from planned import CARD
from projected import compared, result

from bsclib.errors import BscError, UnknownNameError
from bsclib.model.build import build
from bsclib.reporting.memo.options import NOTHING, SINGLE, change_words, option_table, read_choice

EFFECTS = {"school": {"depot": 2.0, "speed": 4.0, "waste": 1.0}, "sort": {"depot": 3.0, "waste": -6.0}, "idle": {}}
ABOUT = {
    "school": {"changes": {"load": "+5%"}, "initiatives": {"school": "2026-08"}, "notes": ["Careful."]},
    "sort": {"changes": {}, "initiatives": {"sorting": "2026-07", "scales": "2026-09"}},
    "idle": {"changes": {}, "initiatives": {}},
}


@pytest.fixture
def card():
    return build(CARD)


@pytest.fixture
def three(card):
    found = compared(card, EFFECTS, start={"waste": 40.0})
    found.attrs = {"scenarios": ABOUT}
    return found


def test_the_best_comes_first(card, three):
    choice = read_choice(card, three)
    assert [one.id for one in choice.options] == ["sort", "school"]
    assert choice.idle.id == "idle"
    assert (choice.month, choice.goal_name) == ("June 2028", "the overall score")
    assert [one.cost for one in choice.options] == [100, 60]
    assert choice.options[1].notes == ("Careful.",)


def test_best_is_what_the_goal_calls_better(card, three):
    fewer = read_choice(card, three, "waste")
    assert [one.id for one in fewer.options] == ["sort", "school"], "fewer tons are better"
    assert [one.id for one in read_choice(card, three, "speed").options] == ["school", "sort"]
    three["chance_of_target"] = np.where(three["scenario"] == "sort", 0.2, 0.7)
    assert read_choice(card, three, "load").best.id == "school", "in a range only the chance counts"


def test_options_are_compared_in_the_last_month_that_all_reach(card, three):
    cut = three[(three["scenario"] != "school") | (three["period"] <= "2027-06")]
    cut.attrs = three.attrs
    choice = read_choice(card, cut)
    assert choice.month == "June 2027"
    assert {str(one.goal["period"]) for one in choice.options} == {"2027-06"}
    assert max(choice.best.rows["period"]) == "2027-06"


def test_the_table_of_options(card, three):
    found = option_table(read_choice(card, three, names={"sort": "Sort better"}))
    assert found["option"].tolist() == [NOTHING, "Sort better", "school"]
    assert found["what_is_done"].tolist() == ["–", "Sorting and Scales", "Load +5 % and School"]
    assert found["cost"].tolist() == ["–", "100", "60"]
    assert found["expected"].tolist() == ["60.0", "63.0", "62.0"]
    assert found["effect_(90_%)"].tolist()[1] == "+3.0 points (+1.2\u00a0to\u00a0+4.8)"
    assert found["chance_of_target"].tolist() == ["40 %", "60 %", "60 %"]


def test_one_result_is_one_option(card):
    alone = result(card, {"depot": 2.0}, changes={"speed": "+10%"}, initiatives={})
    choice = read_choice(card, alone)
    assert [one.id for one in choice.options] == [SINGLE]
    assert choice.idle is None
    assert option_table(choice)["chance_of_target"].tolist() == ["–", "60 %"]
    assert "scenario" not in alone


def test_the_start_of_an_initiative_may_be_the_scorecards(card):
    alone = result(card, {"depot": 2.0}, initiatives=("school", "posters"))
    assert read_choice(card, alone).best.starts == {"school": "2026-08", "posters": ""}


def test_it_refuses_what_is_no_choice(card, three):
    with pytest.raises(BscError, match="no option changes anything"):
        read_choice(card, result(card, {}))
    with pytest.raises(UnknownNameError, match="did you mean 'speed'"):
        read_choice(card, three, "sped")
    gone = three[three["id"] != "speed"]
    with pytest.raises(UnknownNameError, match="in the result 'speed'"):
        read_choice(card, gone, "speed")
    three.loc[three["id"] == "speed", ["effect", "effect_low", "effect_high"]] = np.nan
    with pytest.raises(BscError, match="nothing is known of 'Speed': it has no actuals"):
        read_choice(card, three, "speed")


@pytest.mark.parametrize(
    ("text", "said"), [("+10%", "+10 %"), ("-0.5", "−0.5"), ("=98", "held at 98"), ("98", "held at 98")]
)
def test_changes_in_words(text, said):
    assert change_words(text) == said
