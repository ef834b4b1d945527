"""What lesson 05 stages: whether there is a choice, and what is compared."""

import numpy as np
import pandas as pd
import pytest
from planned import CARD, fitted

from bsclib.files.datasets import load_dataset
from bsclib.model.build import build
from bsclib.scenarios import break_even_share, fit_map
from bsclib.scenarios.budget import Allocation, allocate
from bsclib.study.lessons.lesson_05 import (
    as_scenarios,
    can_plan,
    course_rows,
    held_rows,
    quarterly_limits,
    read_answer,
    read_compared,
    read_course,
    read_fan,
    read_first,
    read_frontier,
    read_held,
    read_often,
)


def test_a_choice_needs_two():
    assert can_plan(build(CARD))
    assert not can_plan(build(CARD | {"initiatives": [CARD["initiatives"][0], CARD["initiatives"][3]]}))


def test_what_is_compared():
    fit = fitted()
    allocation = allocate(fit, 60, horizon=12, draws=10)
    options = as_scenarios(allocation, fit.scorecard, "school", horizon=12)
    assert [one.id for one in options] == ["one-alone", "everything", "chosen"]
    assert options[1].initiatives == ("school", "sorting", "scales")
    starts = dict(zip(allocation.chosen["initiative"], allocation.chosen["start"].astype(str), strict=True))
    assert options[2].initiatives == starts
    mine = as_scenarios(allocation, fit.scorecard, "school", {"speed": "+3"}, ["school"], 12)[-1]
    assert (mine.id, mine.changes, mine.initiatives, mine.horizon) == ("mine", {"speed": "+3"}, ("school",), 12)
    none = Allocation(**vars(allocation) | {"chosen": allocation.chosen.iloc[:0]})
    assert [one.id for one in as_scenarios(none, fit.scorecard, "school")] == ["one-alone", "everything"]


@pytest.mark.parametrize(
    ("share", "says"),
    [
        ("32 %", "School needs 32 % of its plan to earn its cost. School brings"),
        ("under 1 %", "School needs under 1 % of its plan to earn its cost."),
        ("1,570 %", "The full plan would not be enough for School."),
        ("157 %", "The full plan would not be enough for School."),
        ("over 1,000 %", "The full plan would not be enough for School."),
    ],
    ids=["earns", "at once", "many times", "more than planned", "never"],
)
def test_what_an_initiative_has_to_bring_is_a_sentence(share, says):
    shares = pd.DataFrame({"initiative": ["school"], "share": [share]})
    gains = pd.DataFrame({"initiative": ["school"], "per_100_000": [1.0]})
    assert read_answer(gains, shares, build(CARD)).startswith(says)


def test_effects_have_no_more_digits_than_tell_them_apart():
    told = {"effect": 0.00458, "effect_low": -0.017, "effect_high": 0.106, "truth": 0.0}
    held = pd.DataFrame([{"id": "speed", "level": "kpi", "period": "2026-06", "inside": True, **told}])
    assert held_rows(held, build(CARD)).iloc[0].tolist()[1:] == ["0", "−0.02", "+0.11", "0", "yes"]
    assert held_rows(held, build(CARD), "speed").empty


def test_what_missed_is_told_with_its_band_and_without_what_was_moved():
    told = {"level": "kpi", "period": "2026-06", "effect": -0.76, "effect_low": -0.9, "effect_high": -0.63}
    rows = [{"id": "speed", "truth": -0.6, "inside": False}, {"id": "courses", "truth": -0.7, "inside": True}]
    held = pd.DataFrame([told | row for row in rows])
    assert read_held(held, build(CARD), "courses") == (
        "1 KPI was said to follow, or did. For 0 of them the band held the truth. Look at Speed: the band runs from "
        "−0.90 to −0.63, the truth is −0.60."
    )


def test_why_a_score_moves_is_said_in_words():
    parts = pd.DataFrame({"part": ["today", "trend"], "points": [0.0, 1.0]})
    assert course_rows(parts)["part"].tolist() == ["today", "trends that go on"]


def test_the_share_that_must_come_is_not_the_plain_quotient():
    """As the lesson says of Meridian: less than cost by earned below the whole plan, and more above it."""
    fit = fit_map(*load_dataset("meridian"))
    rows = break_even_share(fit, ["academy", "cloud-housekeeping", "genoa-team"], 100_000.0, 24).set_index("initiative")
    assert f"{rows.loc['academy', 'earned']:.3g}" == "4.7e+05"
    assert [f"{cost / earned:.0%}" for cost, earned in rows[["cost", "earned"]].to_numpy()] == ["38%", "117%", "274%"]
    assert rows["share"].tolist() == ["32 %", "226 %", "over 1,000 %"]


def test_the_academy_waits_for_genoa():
    fit = fit_map(*load_dataset("meridian"))
    money, people = quarterly_limits(fit.scorecard)
    chosen = allocate(fit, money, people=people, horizon=24, draws=30)
    starts = chosen.chosen.set_index("initiative")
    assert starts["start"].astype(str)[["genoa-team", "academy"]].tolist() == ["2026-07", "2027-01"]
    assert starts["months"]["genoa-team"] == 4
    assert starts["alone"].idxmax() == "academy"
    assert (chosen.periods["budget"].sum(), starts["cost"].sum()) == (1_440_000, 750_000)
    (academy,) = (one for one in fit.scorecard.initiatives if one.id == "academy")
    assert academy.after == ("genoa-team",)


def scorecard_rows(**columns):
    return pd.DataFrame([{"id": "depot", "level": "scorecard", "period": "2026-12"} | columns])


def test_the_first_answer_is_four_numbers():
    row = scorecard_rows(with_=88.3, without=87.3, effect=0.9, effect_low=0.2, effect_high=1.4)
    assert read_first(row, build(CARD), "courses", "+10%") == (
        "What if +10 % for Courses? In December 2026 the overall score is expected at 88.3 with the change, and at "
        "87.3 without it. The change brings +0.9 points; in 90 of 100 futures it brings +0.2 to +1.4."
    )
    assert "there is no KPI with an actual" in read_first(row.assign(with_=np.nan), build(CARD), "courses", "+10%")


def test_a_fan_is_read_by_when_its_lines_part():
    rows = pd.DataFrame({"id": "speed", "period": ["2026-07", "2026-08", "2026-09"], "effect": [0.0, 0.5, 2.0]})
    rows = rows.assign(low=50.0, high=70.0, effect_low=1.0, effect_high=3.0)
    said = "The lines part in August 2026. At the end the band is 20 points wide, and the effect is +2.0"
    assert read_fan(rows, build(CARD), "speed") == f"{said}: you will not see it in the KPI alone."
    assert read_fan(rows.assign(high=53.0), build(CARD), "speed") == said.replace("20 points", "3 points") + "."
    assert read_fan(rows.assign(effect=0.0), build(CARD), "speed").startswith("The lines do not part")


def test_options_are_read_by_what_does_most():
    one = scorecard_rows(scenario="a", effect=3.0, effect_low=1.0, effect_high=5.0)
    other = scorecard_rows(scenario="b", effect=1.0, effect_low=0.0, effect_high=2.0)
    view = scorecard_rows(scenario="a", effect=0.0, effect_low=0.0, effect_high=0.0).assign(
        id="all", level="perspective"
    )
    said = read_compared(pd.concat([other, one, view]), build(CARD), {"a": "Alpha", "b": "Beta"})
    assert said == (
        "Alpha does most: +3.0 points. The bands of Beta overlap with its band. No option moves All, so none of this "
        "reaches it."
    )


def test_what_money_buys_is_read_by_its_largest_step():
    curve = pd.DataFrame({"budget": [0, 50, 100], "score": [80.0, 84.0, 84.0]})
    assert read_frontier(curve) == "The largest step is up to 50 a quarter: +4.0 points. More than that buys nothing."
    assert (
        read_frontier(curve.assign(score=[80.0, 81.0, 84.0])) == "The largest step is up to 100 a quarter: +3.0 points."
    )
    assert read_frontier(curve.assign(score=80.0)) == "More money buys nothing here."


def test_what_is_chosen_in_every_draw():
    often = pd.DataFrame({"initiative": ["School", "Sorting", "Scales"], "share": [1.0, 0.5, 0.0]})
    assert read_often(often) == "In every draw you would choose School. In no draw would you choose Scales."
    assert read_often(often.iloc[1:2]) == "No initiative is in every choice."


def test_two_courses_are_read_by_how_far_apart_they_end():
    still, plain = scorecard_rows(without=87.3), scorecard_rows(plain=81.7)
    assert read_course(still, plain, build(CARD)).startswith("The two end 5.6 points apart: 87.3 with the map")


def test_an_initiative_that_waits_is_paid_with_what_it_waits_for():
    shares = pd.DataFrame({"initiative": ["scales", "sorting"], "share": ["32 %", "157 %"], "earned": [100.4, 30.0]})
    gains = pd.DataFrame({"initiative": ["scales", "sorting"], "per_100_000": [2.0, 1.0]})
    said = read_answer(gains, shares, build(CARD))
    assert said.endswith("It has to wait for Sorting, so together they cost 100. As planned they earn about 130.")
