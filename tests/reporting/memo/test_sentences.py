import math

import pandas as pd
import pytest
from planned import CARD
from projected import compared, result

from bsclib.model.build import build
from bsclib.reporting.memo.options import read_decision
from bsclib.reporting.memo.sentences import answer, assumed, doubts, expected
from bsclib.scenarios.definition import Scenario

CARD_ = build(CARD)
OPTIONS = [
    Scenario(id="school", name="A school", changes={"load": "+5%"}, initiatives={"school": "2026-08"}),
    Scenario(id="sort", name="Sort better", initiatives={"sorting": "2026-07"}),
    Scenario(id="idle", name="Nothing"),
]
FIRST = {"depot": "2026-12", "waste": ""}
EVIDENCE = pd.DataFrame({"cause": ["courses"], "effect": ["speed"], "verdict": ["supported"], "p": [0.01]})
LINKS = pd.DataFrame(
    [("courses", "speed", 1.0, 0.2, 1.8, 3.0)], columns=["cause", "effect", "left", "low", "high", "whole"]
)


def choice(goal=None, first=FIRST, **effects):
    effects = effects or {"sort": {"depot": 3.0, "waste": -6.0, "load": 3.0}, "school": {"depot": 2.0}, "idle": {}}
    found = compared(CARD_, effects, start={"waste": 40.0}, spread=0.5, first_month=first)
    return read_decision(CARD_, found, OPTIONS, goal, {"school": ["Careful."]})


def test_the_answer_names_the_best_its_band_and_its_price():
    first, second, third = answer(choice())
    assert first == (
        "Of 2 options, “Sort better” does most for the overall score: +3.0 points (90 %: +2.1 to +3.9) by June 2028, "
        "to 63.0 instead of 60.0, for 50."
    )
    assert second == (
        "Next is “A school” with +2.0 points for 60, and the two bands overlap, so the order is not certain."
    )
    assert third == "For each 100,000 that it costs, “Sort better” brings most: +6,000.0 points."


def test_options_that_bring_the_same_are_not_ranked_and_the_cheapest_is_enough():
    some = [
        Scenario(id="all", name="All", initiatives=("school", "sorting")),
        Scenario(id="one", name="One", initiatives=("sorting",)),
        Scenario(id="less", name="Less", initiatives=("school",)),
    ]
    effects = {"all": {"depot": 3.04}, "one": {"depot": 2.98}, "less": {"depot": 2.0}}
    decision = read_decision(CARD_, compared(CARD_, effects, spread=0.5), some)
    assert [one.id for one in decision.options] == ["one", "all", "less"]
    assert list(answer(decision)) == [
        "“One” (50) and “All” (110) bring about the same for the overall score. So “One” is enough, because it costs "
        "least: +3.0 points (90 %: +2.1 to +3.9) by June 2028, to 63.0 instead of 60.0.",
        "Next is “Less” with +2.0 points for 60.",
    ]


def test_how_much_hangs_on_the_map_is_said():
    plain = pd.DataFrame({"id": ["depot", "waste"], "period": "2028-06", "plain": [55.0, math.nan]})
    said = list(assumed(choice(), None, plain=plain))
    assert said[-1] == (
        "Doing nothing ends at 60.0 by this map, and at 55.0 by each KPI's own past alone. From there the same effect "
        "would lead to 58.0. So the chance of the target hangs on the map."
    )
    assert not any("own past" in one for one in assumed(choice("waste"), None, plain=plain)), "nothing is known of it"


def test_bands_apart_are_called_so():
    apart = choice(sort={"depot": 9.0}, school={"depot": 1.0})
    assert "and the bands do not overlap." in list(answer(apart))[1]


def waiting(**initiatives):
    some = [Scenario(id=id, name=id.title(), initiatives=works) for id, works in initiatives.items()]
    effects = {one.id: {"depot": 3.0 - at} for at, one in enumerate(some)}
    return list(answer(read_decision(CARD_, compared(CARD_, effects, start={"waste": 40.0}), some)))


def test_what_waits_is_not_offered_alone():
    """Scales for 50 come after Sorting, which costs 50 as well."""
    said = waiting(alone=("scales",), both=("sorting", "scales"), other=("school",))
    assert said[2:] == [
        "For each 100,000 that it costs, “Both” brings most: +2,000.0 points.",
        "“Alone” has to wait for “Sorting”, which it leaves out.",
        "With that it costs 100 and not 50.",
    ]
    assert len(waiting(alone=("scales",), both=("sorting", "scales"))) == 4, "nothing is left to hold it against"
    said = waiting(rash={"sorting": "2026-07", "scales": "2026-07"}, both=("sorting", "scales"), other=("school",))
    assert said[-1] == "“Rash” starts “Scales” before “Sorting” has ended, which it waits for."
    assert "“Rash” brings most" not in " ".join(said)


def test_one_option_and_one_that_may_be_nothing():
    alone = result(CARD_, {"waste": -4.0}, spread=2.0, start={"waste": 40.0})
    asked = Scenario(id="x", name="With the changes", changes={"waste": "-10%"})
    said = list(answer(read_decision(CARD_, alone, asked, "waste")))
    assert said == [
        "“With the changes” would move Waste: −4 tons (90 %: −8.8 tons to +0.8 tons) by June 2028, to 36 tons instead "
        "of 40 tons.",
        "That may also be nothing, or the wrong way: the band holds 0.",
    ]


def test_what_to_expect():
    said = list(expected(choice()))
    assert said == [
        "With “Sort better”, the chance that the overall score is on target in June 2028 is 60 %; without any option, "
        "40 %.",
        "What moves: “Waste” −6.0 tons (−7.8 to −4.2) and “Load” +3.0 (+2.1 to +3.9).",
    ]
    worse = list(expected(choice(school={"depot": 2.0, "waste": 5.0, "speed": 3.0})))
    assert worse[1:] == [
        "What moves: “Speed” +3.0 points (+2.1 to +3.9).",
        "What gets worse: “Waste” +5.0 tons (+3.5 to +6.5).",
    ]


def test_what_was_assumed():
    said = list(assumed(choice(school={"depot": 2.0}), EVIDENCE, worth=1000))
    assert said == [
        "The changes come at once and last: Load +5 %.",
        "An initiative works as planned, or not at all: “School” (from August 2026, chance 60 %).",
        "A point of the overall score is worth 1,000 for a year.",
        "The answer rests on 1 link that the data support: Courses → Speed.",
        "Careful.",
    ]
    assert list(assumed(choice(school={"depot": 2.0}), None))[2:] == ["Careful."]


def test_an_answer_without_a_link():
    said = list(assumed(choice(sort={"depot": 3.0}), EVIDENCE))
    assert said[1] == "No link of the map lies between what is moved and the goal: only the KPIs that are moved count."
    refuted = EVIDENCE.assign(verdict="refuted")
    assert not any("rests on" in one for one in assumed(choice(school={"depot": 2.0}), refuted))


def test_when_it_could_be_told():
    (said,) = doubts(choice(), None, None)
    assert said.startswith(
        "From December 2026 on, an effect of this size on the overall score could be told from noise"
    )
    (never,) = doubts(choice("waste"), None, None)
    assert never.startswith("No month up to June 2028 lets an effect of this size on Waste be told from noise")
    assert not list(doubts(choice(school={"depot": 2.0}, first=None), None, None)), (
        "where nobody knows, nothing is said"
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "+1.0 points would still be left: no single link overturns the answer."),
        ({"left": 0.0, "low": 0.0, "high": 0.0}, "nothing of the effect would be left."),
        ({"low": -0.5}, "+1.0 points would be left, and that might be nothing."),
        ({"rival": 1.5}, "+1.0 points would be left, and “A school” would be the better choice."),
        ({"rival": 0.5}, "+1.0 points would still be left: no single link overturns the answer."),
    ],
)
def test_the_link_it_hangs_on(changed, said):
    *_, last = doubts(choice(), LINKS.assign(**changed), None)
    assert last == f"It hangs most on the link Courses → Speed. If that were not there, {said}"


def test_a_better_rival_of_a_goal_that_should_fall():
    falling = choice("waste", sort={"waste": -6.0}, school={"waste": -2.0})
    row = LINKS.assign(left=-1.0, low=-1.5, high=-0.5, whole=-6.0, rival=-2.0)
    *_, last = doubts(falling, row, None)
    assert last.endswith("−1 tons would be left, and “A school” would be the better choice.")


def test_what_it_has_to_earn():
    columns = ["initiative", "still_to_pay", "share", "low", "high"]
    rows = [
        ("sorting", 50.0, 0.55, 0.4, 2.0),
        ("scales", 50.0, 3.0, 1.2, math.inf),
        ("school", 60.0, math.inf, 9.0, math.inf),
    ]
    said = list(
        doubts(choice("load", None), None, pd.DataFrame([*rows, ("posters", 0.0, 0.0, 0.0, 0.0)], columns=columns))
    )
    assert said == [
        "“Sorting” earns its cost of 50 if it does 55 % of what is planned (40 % of that if all else turns out well, "
        "2.0 times that if badly).",
        "“Scales” earns its cost of 50 if it does 3.0 times what is planned (1.2 times that if all else turns out "
        "well, never if badly).",
        "“School” does not earn its cost of 60, even if it did ten times what is planned.",
    ]
