"""What lesson 05 stages: whether there is a choice, and what is compared."""

import numpy as np
import pandas as pd
import pytest
from planned import CARD, fitted

from bsclib.files.datasets import load_dataset
from bsclib.model.build import build
from bsclib.scenarios import break_even_share, fit_map, initiative_effects
from bsclib.scenarios.budget import Allocation, allocate
from bsclib.study.lessons.lesson_05 import (
    as_scenarios,
    best_value,
    can_plan,
    course_rows,
    held_rows,
    plain_options,
    planned_rows,
    quarterly_limits,
    read_answer,
    read_compared,
    read_course,
    read_fan,
    read_first,
    read_frontier,
    read_gains,
    read_held,
    read_often,
    read_planned,
)


def test_a_choice_needs_two():
    assert can_plan(build(CARD))
    assert not can_plan(build(CARD | {"initiatives": [CARD["initiatives"][0], CARD["initiatives"][3]]}))


def test_what_is_compared():
    fit = fitted()
    allocation = allocate(fit, 60, horizon=12, draws=10)
    options = as_scenarios(allocation, fit.scorecard, "school", horizon=12)
    assert [(one.id, one.name) for one in options[:2]] == [
        ("best", "School alone"),
        ("everything", "Everything, as planned"),
    ]
    assert options[2].id == "chosen"
    assert options[1].initiatives == ("school", "sorting", "scales")
    starts = dict(zip(allocation.chosen["initiative"], allocation.chosen["start"].astype(str), strict=True))
    assert options[2].initiatives == starts
    mine = as_scenarios(allocation, fit.scorecard, "school", {"speed": "+3"}, ["school"], 12)[-1]
    assert (mine.id, mine.changes, mine.initiatives, mine.horizon) == ("mine", {"speed": "+3"}, ("school",), 12)
    none = Allocation(**vars(allocation) | {"chosen": allocation.chosen.iloc[:0]})
    assert [one.id for one in as_scenarios(none, fit.scorecard, "school")] == ["best", "everything"]
    with_more = as_scenarios(none, fit.scorecard, "scales")[0]
    assert (with_more.name, with_more.initiatives) == ("Scales + 1 more", ("sorting", "scales"))
    own = as_scenarios(none, fit.scorecard, "scales", {"speed": "-10%"}, ["school"])[-1]
    assert plain_options([own], fit.scorecard).iloc[0].tolist() == ["My own", "School", "Speed −10 %"]


VIEWS = pd.DataFrame({"id": ["all"], "level": "perspective", "period": "2026-12", "effect": [1.0]})


def answered(value, share, joint="80 %", views=VIEWS):
    """The answer where one initiative brings most for its money, and needs a share of its plan."""
    rows = {"initiative": ["school", "sorting", "scales"], "share": ["157 %", "157 %", "over 1,000 %"]}
    shares = pd.DataFrame(rows).set_index("initiative")
    shares.loc[value, "share"] = share
    gains = pd.DataFrame({"initiative": [value, "posters"], "per_100_000": [1.0, 0.5]})
    together = pd.DataFrame({"cost": [100.0], "earned": [130.4], "share": [joint]})
    return read_answer(gains, shares.reset_index(), together, views, build(CARD))


@pytest.mark.parametrize(
    ("share", "says"),
    [
        ("32 %", "School needs 32 % of its plan to earn its cost. The full plan would not be enough for Sorting and"),
        ("under 1 %", "School needs under 1 % of its plan to earn its cost."),
        ("1,570 %", "The full plan would not be enough for School, Sorting and Scales. School brings most"),
        ("157 %", "The full plan would not be enough for School, Sorting and Scales."),
        ("over 1,000 %", "The full plan would not be enough for School, Sorting and Scales."),
    ],
    ids=["earns", "at once", "many times", "more than planned", "never"],
)
def test_what_an_initiative_has_to_bring_is_a_sentence_and_a_verdict(share, says):
    said = answered("school", share, share)
    assert said.startswith(says)
    if "to earn its cost" in says:
        verdict = f"To earn what it costs, {share} of its plan must come. If you believe that, pay for it."
        verdict += " If not, pay for none of the 4."
    else:
        verdict = "Not even its plan in full would earn that: do not pay for it."
    assert said.endswith(verdict)


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
    assert f"{rows.loc['academy', 'earned']:.3g}" == "4.69e+05"
    assert [f"{cost / earned:.0%}" for cost, earned in rows[["cost", "earned"]].to_numpy()] == ["38%", "116%", "250%"]
    assert rows["share"].tolist() == ["32 %", "207 %", "over 1,000 %"]


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
    said = answered("scales", "32 %")
    assert "Scales needs 32 % of its plan to earn its cost. The full plan would not be enough for School and" in said
    assert said.endswith(
        "It has to wait for Sorting, so together they cost 100. As planned they earn about 130. To earn what they "
        "cost, 80 % of both plans must come. If you believe that, pay for the two. If not, pay for none of the 4."
    )
    assert said != answered("scales", "32 %", "196 %")
    assert answered("scales", "32 %", "196 %").endswith(
        "Not even both plans in full would earn that: do not pay for the two."
    )
    unmoved = answered("scales", "32 %", views=VIEWS.assign(effect=0.0))
    assert unmoved.endswith("Nothing of this reaches All: say so to the board before it asks.")


def test_what_is_planned_says_who_waits_for_whom():
    card = build(CARD)
    assert read_planned(card) == "Look at the last column. Scales waits for Sorting: 100 together."
    assert planned_rows(card)[["initiative", "start", "waits_for"]].iloc[2].tolist() == [
        "Scales",
        "September 2026",
        "Sorting",
    ]
    free = build(CARD | {"initiatives": CARD["initiatives"][:2]})
    assert read_planned(free) == "None of them waits for another one."


def test_what_adds_most_and_waits_is_not_to_be_had_alone():
    gains = pd.DataFrame({"initiative": ["scales"], "cost": [50.0], "effect": [2.0], "effect_low": [0.0]})
    assert read_gains(gains, build(CARD)) == (
        "Scales adds most: +2.0 points for 50. If things go badly, it adds nothing. The column on the right says what "
        "100,000 buy of each. But nobody gets Scales by itself, because it waits for Sorting."
    )
    alone = read_gains(gains.assign(initiative="school", effect_low=0.5), build(CARD))
    assert "If things go badly, it adds +0.5." in alone
    assert "nobody" not in alone


def test_the_two_of_meridian_earn_their_cost_by_four_fifths():
    """As the lesson's last part says: 80 % of both plans, for 420,000."""
    fit = fit_map(*load_dataset("meridian"))
    gains = initiative_effects(fit, 24, 500)
    bought = best_value(gains, fit.scorecard)
    assert bought == ["genoa-team", "academy"]
    row = break_even_share(fit, [bought], 100_000.0, 24).iloc[0]
    assert (row["initiative"], row["cost"], row["share"]) == ("genoa-team, academy", 420_000, "80 %")
