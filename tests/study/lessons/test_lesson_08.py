import oddities
import pandas as pd

from bsclib import load_dataset
from bsclib.study.lessons.lesson_08 import STEPS, shipped, watched, what_is_missing, without_events


def test_a_scorecard_with_enough_months_is_shown_itself():
    scorecard, actuals = load_dataset("lakeside")
    own = watched(scorecard, actuals)
    assert own.scorecard is scorecard
    assert what_is_missing(scorecard, own, actuals) == "These are the charts of Lakeside Town Council IT."


def test_beside_three_months_meridian_is_shown_and_it_is_said_why():
    card, actuals = oddities.card(), oddities.actuals(*oddities.months())
    beside = watched(card, actuals)
    assert beside is shipped()
    assert what_is_missing(card, beside, actuals) == (
        "Odd has 3 periods of actuals. Limits take 12 points of a KPI, and the effect of an action 12 months on each "
        "side of it. So you see the charts of Meridian Freight IT beside it."
    )


def test_without_any_actual_meridian_is_shown():
    card = oddities.card()
    nothing = pd.DataFrame({"kpi": ["k0"], "period": ["2025-01"], "actual": [float("nan")]})
    assert watched(card, nothing) is shipped()


def test_without_events_nothing_else_is_lost():
    card = shipped().scorecard
    assert without_events(card).events == ()
    assert without_events(card).kpis == card.kpis


def test_the_model_has_seven_steps():
    assert len(STEPS) == 7
    assert list(STEPS.values())[5] == "Did we get there?"
