"""What lesson 05 stages: whether there is a choice, and what is compared."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from planned import CARD, fitted

from bsclib.errors import UnknownNameError
from bsclib.files.datasets import load_dataset
from bsclib.model.build import build
from bsclib.model.initiatives import months_left, still_to_pay
from bsclib.scenarios import Scenario, break_even_share, compare_scenarios, fit_map, frontier, initiative_effects
from bsclib.scenarios.budget import Allocation, allocate
from bsclib.scenarios.projection import effect_at_horizon
from bsclib.study.lessons.lesson_05 import (
    apart,
    as_scenarios,
    course_rows,
    held_rows,
    luck_rows,
    plain_options,
    read_answer,
    read_both_ways,
    read_compared,
    read_course,
    read_fan,
    read_first,
    read_frontier,
    read_gains,
    read_held,
    read_luck,
    read_often,
)
from bsclib.study.lessons.lesson_05_works import (
    best_value,
    can_plan,
    change_rows,
    planned_rows,
    quarterly_limits,
    read_planned,
    read_shares,
    still_to_decide,
    undecided,
)
from bsclib.wording import signed


def planning(*initiatives):
    """The small organisation, with other initiatives."""
    return replace(fitted(), scorecard=build(CARD | {"initiatives": list(initiatives)}))


def test_a_choice_needs_two():
    assert can_plan(fitted())
    assert not can_plan(planning(CARD["initiatives"][0], CARD["initiatives"][3]))
    over = CARD["initiatives"][1] | {"start": "2026-01"}
    assert not can_plan(planning(CARD["initiatives"][0], over)), "what has ended is no choice"


def test_what_is_compared():
    fit = fitted()
    allocation = allocate(fit, 60, horizon=12, draws=10)
    options = as_scenarios(allocation, fit, "school", horizon=12)
    assert [(one.id, one.name) for one in options[:3]] == [
        ("nothing", "Do nothing"),
        ("best", "School alone"),
        ("everything", "Everything, as planned"),
    ]
    assert options[3].id == "chosen"
    assert options[2].initiatives == ("school", "sorting", "scales")
    starts = dict(zip(allocation.chosen["initiative"], allocation.chosen["start"].astype(str), strict=True))
    assert options[3].initiatives == starts
    mine = as_scenarios(allocation, fit, "school", {"speed": "+3"}, ["school"], 12)[-1]
    assert (mine.id, mine.changes, mine.initiatives, mine.horizon) == ("mine", {"speed": "+3"}, ("school",), 12)
    none = Allocation(**vars(allocation) | {"chosen": allocation.chosen.iloc[:0]})
    assert [one.id for one in as_scenarios(none, fit, "school")] == ["nothing", "best", "everything"]
    with_more = as_scenarios(none, fit, "scales")[1]
    assert (with_more.name, with_more.initiatives) == ("Scales, with what it waits for", ("sorting", "scales"))
    own = as_scenarios(none, fit, "scales", {"speed": "-10%"}, ["school"])[-1]
    assert plain_options([own], fit.scorecard).iloc[0].tolist() == ["My own", "School", "Speed −10 %"]
    with pytest.raises(UnknownNameError, match=r"my_initiatives: there is no initiative 'scool'"):
        as_scenarios(none, fit, "scales", {}, ["scool"])


VIEWS = pd.DataFrame({"id": ["all"], "level": "perspective", "period": "2026-12", "effect": [1.0]})


def answered(value, share, joint="80 %", views=VIEWS, bad="90 %"):
    """The answer where one initiative brings most for its money, and needs a share of its plan."""
    rows = {"initiative": ["school", "sorting", "scales"], "share": ["157 %", "157 %", "over 1,000 %"]}
    shares = pd.DataFrame(rows).set_index("initiative")
    shares.loc[value, "share"] = share
    shares["earned"] = 70.0
    gains = pd.DataFrame({"initiative": [value, "posters"], "per_100_000": [1.0, 0.5]})
    together = pd.DataFrame({"still_to_pay": [100.0], "earned": [130.4], "share": [joint], "if_it_goes_badly": bad})
    return read_answer(gains, shares.reset_index(), together, views, fitted())


@pytest.mark.parametrize(
    ("share", "says", "why"),
    [
        (
            "32 %",
            "",
            "Here is why. “School” needs 32 % of its plan to earn its cost. The full plan would not be enough",
        ),
        ("under 1 %", "", "Here is why. “School” needs under 1 % of its plan to earn its cost."),
        ("1,570 %", "not", "The full plan would not be enough for “School”, “Sorting” and “Scales”. “School” brings"),
        ("157 %", "not", "The full plan would not be enough for “School”, “Sorting” and “Scales”."),
        ("over 1,000 %", "not", "The full plan would not be enough for “School”, “Sorting” and “Scales”."),
    ],
    ids=["earns", "at once", "many times", "more than planned", "never"],
)
def test_the_answer_says_first_what_to_pay_for_and_then_why(share, says, why):
    said = answered("school", share, share)
    verdict = f"Pay 100 for “School” if you believe that {share} of its plan will come. If not, pay for none of the 3."
    if says:
        verdict = "Do not pay for “School”: not even its plan in full would earn the 100."
    assert said.startswith(f"{verdict} {why}")


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
        "1 KPI was said to follow, or did. For 0 of them the band held the truth. Look at “Speed”: the band runs from "
        "−0.90 to −0.63, the truth is −0.60."
    )


def test_why_a_score_moves_is_said_in_words():
    parts = pd.DataFrame({"part": ["today", "trend"], "points": [0.0, 1.0]})
    assert course_rows(parts)["part"].tolist() == ["today", "trends that go on"]


def test_the_share_that_must_come_is_not_the_plain_quotient():
    """As the lesson says of Meridian: less than cost by earned below the whole plan, and more above it."""
    fit = fit_map(*load_dataset("meridian"))
    rows = break_even_share(fit, ["academy", "genoa-team"], 100_000.0, 24).set_index("initiative")
    assert [f"{earned:.3g}" for earned in rows["earned"]] == ["4.69e+05", "1.11e+05"]
    told = rows[["still_to_pay", "earned"]].to_numpy()
    assert [f"{cost / earned:.0%}" for cost, earned in told] == ["38%", "108%"]
    assert rows["share"].tolist() == ["32 %", "110 %"]


def test_the_academy_waits_for_genoa():
    fit = fit_map(*load_dataset("meridian"))
    money, people = quarterly_limits(fit)
    chosen = allocate(fit, money, people=people, horizon=24, draws=30)
    starts = chosen.chosen.set_index("initiative")
    assert starts["start"].astype(str)[["genoa-team", "academy"]].tolist() == ["2026-05", "2026-10"]
    assert starts["months"]["genoa-team"] == 4
    assert starts["alone"].idxmax() == "academy"
    assert (chosen.periods["budget"].sum(), starts["still_to_pay"].sum()) == (960_000, 450_000)
    assert "refactoring" not in starts.index, "as the lesson says, it stops"
    assert luck_rows(chosen)["effect"].tolist() == ["+4.2", "+3.7"]
    assert read_luck(chosen).endswith("The 0.5 between them was luck, and not merit.")
    nothing, *_, bought = as_scenarios(chosen, fit, "academy")
    told = compare_scenarios(fit, [nothing, bought], draws=4_000).query("id == 'meridian'").groupby("scenario").last()
    assert f"{chosen.score:.1f} {told.loc['chosen', 'with_']:.1f}" == "91.1 91.4", "mean and median, as the lesson says"
    assert f"{told.loc['nothing', 'chance_of_target']:.0%}" == "26%"
    (academy,) = (one for one in fit.scorecard.initiatives if one.id == "academy")
    assert academy.after == ("genoa-team",)


def scorecard_rows(**columns):
    return pd.DataFrame([{"id": "depot", "level": "scorecard", "period": "2026-12"} | columns])


def test_the_first_answer_is_four_numbers():
    row = scorecard_rows(with_=88.3, without=87.3, effect=0.9, effect_low=0.2, effect_high=1.4)
    assert read_first(row, build(CARD), "courses", "+10%") == (
        "What if +10 % for “Courses”? In December 2026 the overall score is expected at 88.3 with the change, and at "
        "87.3 without it. The change brings +0.9 points; in 90 of 100 futures it brings +0.2 to +1.4."
    )
    assert "there is no KPI with an actual" in read_first(row.assign(with_=np.nan), build(CARD), "courses", "+10%")


def test_a_fan_is_read_by_when_its_lines_part():
    rows = pd.DataFrame({"id": "speed", "period": ["2026-07", "2026-08", "2026-09"], "effect": [0.0, 0.5, 2.0]})
    rows = rows.assign(low=50.0, high=70.0, effect_low=1.0, effect_high=3.0)
    said = (
        "The lines part in August 2026. In September 2026 the effect is +2.0 points, on a level that may lie anywhere"
    )
    wide = f"{said} in a band 20 points wide. So that month alone will not tell you whether it worked."
    assert read_fan(rows, build(CARD), "speed") == wide
    assert read_fan(rows.assign(high=53.0), build(CARD), "speed") == f"{said} in a band 3 points wide."
    assert read_fan(rows.assign(effect=0.0), build(CARD), "speed").startswith("The lines do not part")


def test_options_are_read_by_what_does_most():
    one = scorecard_rows(scenario="a", effect=3.0, effect_low=1.0, effect_high=5.0)
    other = scorecard_rows(scenario="b", effect=1.0, effect_low=0.0, effect_high=2.0)
    view = scorecard_rows(scenario="a", effect=0.0, effect_low=0.0, effect_high=0.0).assign(
        id="all", level="perspective"
    )
    said = read_compared(pd.concat([other, one, view]), build(CARD), {"a": "Alpha", "b": "Beta"})
    assert said == (
        "“Alpha” does most: +3.0 points. The bands of “Beta” overlap with its band. No option moves “All”, so none of "
        "this reaches it."
    )


def test_options_that_bring_about_the_same_are_not_ranked():
    some = [
        scorecard_rows(scenario=id, effect=at, effect_low=1.0, effect_high=5.0) for id, at in (("a", 4), ("b", 4.1))
    ]
    said = read_compared(pd.concat(some), build(CARD), {"a": "Alpha", "b": "Beta"})
    assert said == "These bring about the same, in points: “Beta” +4.1 and “Alpha” +4.0. So their price decides."


def test_more_than_the_whole_plan_is_explained():
    said = "Above 100 %, even the full plan does not earn its cost at this worth."
    assert read_shares(pd.DataFrame({"share": ["110 %"]})) == said
    assert "not even ten times the plan would do" in read_shares(pd.DataFrame({"share": ["over 1,000 %"]}))


def test_a_band_is_read_by_its_ends():
    """As they stand in the table above the sentence, so that nobody subtracts rounded numbers."""
    wide, narrow = (scorecard_rows(effect_low=low, effect_high=high) for low, high in ((0.16, 1.34), (0.1, 1.04)))
    assert read_both_ways(wide, narrow, build(CARD)) == (
        "Look at the overall score: its band runs from +0.2 to +1.3 with every link, and from +0.1 to +1.0 without the "
        "others."
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
    starts = "Each start is the one that came most often, so two of them need not belong to one plan."
    chosen = "In every draw you would choose “School”. In no draw would you choose “Scales”."
    assert read_often(often) == f"{chosen} {starts}"
    assert read_often(often.iloc[1:2]) == f"No initiative is in every choice. {starts}"


def test_two_courses_are_read_by_how_far_apart_they_end():
    still, plain = scorecard_rows(without=87.3), scorecard_rows(plain=81.7)
    assert read_course(still, plain, build(CARD)).startswith("The two end 5.6 points apart: 87.3 with the map")


def test_an_initiative_that_waits_is_paid_with_what_it_waits_for():
    said = answered("scales", "32 %")
    first = "Pay 100 for “Sorting” and “Scales” if you believe that 80 % of both plans will come."
    assert said.startswith(f"{first} If not, pay for none of the 3. Here is why. “Scales” needs 32 % of its plan")
    assert said.endswith(
        "But it has to wait for “Sorting”. As planned, together they earn about 130, less than the sum of each alone, "
        "because a score ends at 100."
    )
    badly = answered("scales", "32 %", bad="over 1,000 %")
    assert "pay for none of the 3. If things go badly, no share is enough. Here is why." in badly
    assert answered("scales", "32 %", "196 %").startswith(
        "Do not pay for “Sorting” and “Scales”: not even both plans in full would earn the 100."
    )
    unmoved = answered("scales", "32 %", views=VIEWS.assign(effect=0.0))
    assert unmoved.endswith("Nothing of this reaches “All”: say so to the board before it asks.")


def test_what_is_planned_says_who_waits_for_whom():
    assert read_planned(fitted()) == "“Scales” waits for “Sorting”: 100 together."
    told = planned_rows(fitted()).iloc[2][["initiative", "start", "still_to_pay", "waits_for"]]
    assert told.tolist() == ["Scales", "September 2026", "50", "Sorting"]
    assert read_planned(planning(*CARD["initiatives"][:2])) == "None of them waits for another one."
    changes = change_rows(fitted().scorecard)
    assert changes.iloc[0].tolist() == ["School", "Courses", "+10 points", "1 month", "4 months", "60 %"]


def test_what_is_spent_is_told_apart_from_what_is_still_to_pay():
    """Of the school's 60 one month of two is over; Sorting has ended, so Scales wait for nothing."""
    school, sorting, scales, _ = CARD["initiatives"]
    begun = planning(school | {"start": "2026-06"}, sorting | {"start": "2026-01"}, scales)
    assert planned_rows(begun)["still_to_pay"].tolist() == ["30", "0", "50"]
    more = signed(effect_at_horizon(begun, begun.scorecard.id, None, ["sorting"], 12, 1_000)[0])
    assert read_planned(begun, 12) == (
        "Of 160, 80 are still to pay. Only about these can you decide. “Sorting” has ended and is paid. What still "
        "comes of that comes whatever you decide. So each score below leaves it out, with and without: by itself it "
        f"would add {more} points after 12 months."
    )
    gains = pd.DataFrame({"initiative": ["scales", "sorting"], "still_to_pay": [50.0, 0.0], "per_100_000": [1.0, 9.0]})
    assert still_to_decide(gains)["initiative"].tolist() == ["scales"]
    assert best_value(still_to_decide(gains), begun) == ["scales"]
    assert quarterly_limits(begun) == (50.0, 2.0)


def test_the_money_of_meridian_as_the_lesson_tells_it():
    fit = fit_map(*load_dataset("meridian"))
    assert read_planned(fit).startswith("Of 1,400,000, 883,000 are still to pay.")
    works = {one.id: one for one in fit.scorecard.initiatives}
    spent = {id: one.cost - still_to_pay(one, fit.month + 1) for id, one in works.items()}
    assert round(spent["refactoring"], -3) == 217_000
    assert 500_000 < sum(spent.values()) < 550_000, "half a million, as the lesson's first part says"
    assert planned_rows(fit)["still_to_pay"].tolist() == ["0", "180,000", "120,000", "0", "433,000", "150,000"]


def test_why_each_quarter_gets_what_it_gets():
    """The posts need 120,000 in the first quarter, and the portal's core five people: more money brings it back only
    where people are no limit."""
    fit = fit_map(*load_dataset("meridian"))
    works = {one.id: one for one in undecided(fit)}
    ahead = fit.month + 1
    quarter = {id: 3 * still_to_pay(one, ahead) / max(3, months_left(one, ahead)) for id, one in works.items()}
    assert max(quarter, key=quarter.get) == "genoa-team"
    assert quarterly_limits(fit) == (quarter["genoa-team"], works["refactoring"].people) == (120_000, 5)
    assert works["genoa-team"].people == 1
    for people, there in ((5, False), (None, True)):
        ids = allocate(fit, 240_000, people=people, horizon=24, draws=30).chosen["initiative"].tolist()
        assert ("refactoring" in ids) is there


def test_the_automatic_tests_add_no_more_if_they_start_earlier():
    fit = fit_map(*load_dataset("meridian"))
    begun = {"genoa-team": "2026-05", "academy": "2026-10"}
    options = [
        Scenario(id=month[-2:], name=month, initiatives=begun | {"release-gates": month}, horizon=24)
        for month in ("2027-04", "2027-07")
    ]
    told = compare_scenarios(fit, options, draws=1_000).query("id == 'meridian'").groupby("scenario").last()
    assert told["with_"].round(1).nunique() == 1


def test_between_two_budgets_something_else_may_be_bought():
    """What 120,000 a quarter buy is not all there is to see below it."""
    curve = frontier(fit_map(*load_dataset("meridian")), [90_000, 110_000, 120_000], people=5, horizon=24, draws=30)
    assert curve["initiatives"].tolist() == [
        "release-gates",
        "refactoring, release-gates",
        "genoa-team, academy, release-gates",
    ]


def test_the_note_about_a_table_is_told_below_it():
    notes = ["One.", "An effect is worked out in each draw, and its middle is shown.", "Two."]
    assert apart(notes) == (["One.", "Two."], notes[1])
    assert apart(["One."]) == (["One."], "")


def test_what_adds_most_and_waits_is_not_to_be_had_alone():
    gains = pd.DataFrame({"initiative": ["scales"], "still_to_pay": [50.0], "effect": [2.0], "effect_low": [0.0]})
    assert read_gains(gains, fitted()) == (
        "“Scales” adds most: +2.0 points for 50. If things go badly, it adds nothing. The column on the right says "
        "what 100,000 buy of each. But nobody gets “Scales” by itself, because it waits for “Sorting”."
    )
    alone = read_gains(gains.assign(initiative="school", effect_low=0.5), fitted())
    assert "If things go badly, it adds +0.5." in alone
    assert "nobody" not in alone


def test_the_two_of_meridian_earn_what_is_still_to_pay_by_less_than_half():
    """As the lesson's last part says: 45 % of both plans, for 300,000; and 110 % at half the worth of a point."""
    fit = fit_map(*load_dataset("meridian"))
    gains = initiative_effects(fit, 24, 500)
    bought = best_value(still_to_decide(gains), fit)
    assert bought == ["genoa-team", "academy"]
    row = break_even_share(fit, [bought], 100_000.0, 24).iloc[0]
    assert (row["initiative"], row["still_to_pay"], row["share"]) == ("genoa-team, academy", 300_000, "45 %")
    assert row["if_it_goes_badly"] == "over 1,000 %"
    posts = [break_even_share(fit, ["genoa-team"], worth, 24)["share"].item() for worth in (50_000.0, 200_000.0)]
    assert posts == ["over 1,000 %", "48 %"], "as the lesson says of half the worth, and double"
    assert break_even_share(fit, [bought], 50_000.0, 24)["share"].item() == "110 %"
