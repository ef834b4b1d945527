"""What lesson 05 stages: whether there is a choice, and what is compared."""

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
        ("over ten times", "The full plan would not be enough for School."),
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


def test_why_a_score_moves_is_said_in_words():
    parts = pd.DataFrame({"part": ["today", "trend"], "points": [0.0, 1.0]})
    assert course_rows(parts)["part"].tolist() == ["today", "trends that go on"]


def test_the_share_that_must_come_is_not_the_plain_quotient():
    """As the lesson says of Meridian: less than cost by earned below the whole plan, and more above it."""
    fit = fit_map(*load_dataset("meridian"))
    rows = break_even_share(fit, ["academy", "cloud-housekeeping"], 100_000.0, 24).set_index("initiative")
    assert round(rows.loc["academy", "earned"]) == 476_916
    assert [f"{cost / earned:.0%}" for cost, earned in rows[["cost", "earned"]].to_numpy()] == ["38%", "117%"]
    assert rows["share"].tolist() == ["32 %", "226 %"]


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
