import numpy as np
import oddities
import pytest

from bsclib import score
from bsclib.files.datasets import load_dataset
from bsclib.model import periods
from bsclib.reporting.meeting import last_decisions
from bsclib.signals import action_effects, process_behaviour
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import exercises_of, judge
from bsclib.study.lessons.lesson_08 import first_months, watched

THREE_MONTHS = (oddities.card(), oddities.actuals(*oddities.months()))


def asked(scorecard, actuals):
    case = Case(scorecard, actuals, score(scorecard, actuals))
    return {one.name: one.ask(case) for one in exercises_of("08")}


@pytest.fixture(scope="module")
def meridian():
    return asked(*load_dataset("meridian"))


@pytest.mark.parametrize(
    ("name", "answer", "state", "says"),
    [
        ("upper_limit", 1.67, "right", "hardly a month lies above"),
        ("upper_limit", 2.3, "wrong", "how far the limit lies"),
        ("upper_limit", 1.44, "wrong", "standard deviation"),
        ("upper_limit", -0.48, "wrong", "have signs"),
        ("upper_limit", 1.7, "wrong", "so take 2.66 mean moving ranges. If you did, give one decimal more."),
        ("upper_limit", 1.7021, "wrong", "three standard deviations above the mean give 1.70."),
        ("upper_limit", 0.24, "wrong", "left out the 2.66"),
        ("by_luck", ["IT cost per user"], "wrong", "a KPI of the table is asked for"),
        ("upper_limit", -2.92, "wrong", "the lower limit"),
        ("outside", ["2026-01", "2026-02", "2026-04", "2026-06"], "right", "no chance"),
        ("outside", "January 2026, February 2026, April 2026, June 2026", "right", "no chance"),
        ("eight_in_a_row", "0.78 %", "right", "less than 1 in 100"),
        ("eight_in_a_row", 0.8, "right", "less than 1 in 100"),
        ("eight_in_a_row", "0.78", "right", "about one chart of nine"),
        ("eight_in_a_row", [0.8], "right", "less than 1 in 100"),
        ("eight_in_a_row", 0.0078, "right", "less than 1 in 100"),
        ("eight_in_a_row", 0.39, "wrong", "They may all lie below"),
        ("eight_in_a_row", "80 %", "wrong", "too high"),
        ("eight_in_a_row", "hardly", "wrong", "holds no number"),
        ("eight_in_a_row", 1 / 256, "wrong", "They may all lie below"),
        ("outside", "January, February, April and June", "right", "no chance"),
        (
            "outside",
            ["2026-01", "2026-05"],
            "wrong",
            "In May 2026 the actual is 89.6, which lies between 77.7 and 90.0.",
        ),
        ("outside", ["2026-01", "2026-06"], "wrong", "Compare each month that you left out"),
        ("eight_in_a_row", "1 in 128", "right", "less than 1 in 100"),
        ("eight_in_a_row", "one out of 128", "right", "less than 1 in 100"),
        ("eight_in_a_row", "0.8 %", "right", "less than 1 in 100"),
        ("eight_in_a_row", 0.01, "wrong", "nearly: round only at the end, to 3 decimals."),
        ("eight_in_a_row", "1 in 256", "wrong", "They may all lie below"),
        ("outside", "Jan, Feb, Apr and Jun 2026", "right", "no chance"),
        ("outside", "months January, February, April and June", "right", "no chance"),
        ("eight_in_a_row", 0.5, "wrong", "the chance of one month"),
        ("by_luck", ["reopen-rate", "Mean time to restore", "availability"], "right", "lie inside the limits"),
        (
            "by_luck",
            ["reopen-rate", "mttr", "availability"],
            "right",
            "“Mean time to restore” meets its target in about 2 of a hundred months, because it lies near a limit.",
        ),
        ("by_luck", ["change-failure-rate", "cloud-waste", "automation-coverage"], "wrong", "sure what happens"),
        ("by_luck", ["reopen-rate", "cloud-waste"], "wrong", "No month comes as far as its target, so it is never met"),
        (
            "by_luck",
            ["change-failure-rate", "cloud-waste"],
            "wrong",
            "comes as far as their targets, so they are never",
        ),
        (
            "by_luck",
            ["reopen-rate", "Recurring procedures"],
            "wrong",
            "Every month goes beyond its target, so it is always",
        ),
        ("by_luck", ["reopen-rate"], "wrong", "Ask of each KPI that you left out"),
        ("by_chance", 0.8, "right", "about one signal a month"),
        ("by_chance", 27, "wrong", "27 is the number of series. Only a share of 0.031 of them"),
        ("by_chance", 0.54, "wrong", "you took 2 of 100 months, which was the example"),
        ("by_chance", 0.5, "wrong", "The share of these charts stands in the table: 0.031."),
        ("by_chance", 0.6, "wrong", "2 of 100"),
        ("by_chance", 0, "wrong", "even when nothing has changed"),
        ("by_chance", 0.03, "wrong", "Did you add up those of all of them?"),
        ("by_chance", 10.0, "wrong", "a whole year"),
        ("by_chance", 3.1, "wrong", "of one series, in per cent"),
        ("by_chance", 1, "wrong", "to a whole signal"),
        ("by_chance", 83.7, "wrong", "as a percentage"),
        ("helped", "C", "right", "leaves 0 out"),
        ("helped", "C", "right", "A is *too little data*"),
        ("helped", "action C", "right", "leaves 0 out"),
        ("helped", "A", "wrong", "the widest interval"),
        ("helped", ["A", "C"], "wrong", "so wide an interval"),
        ("helped", ["A", "B", "C", "D"], "wrong", "some of these intervals hold 0"),
        ("helped", "C, D", "wrong", "does each rest on more than one month?"),
        ("helped", "D", "wrong", "D rests on 1 month, and one month is one event."),
        ("helped", "B and D", "wrong", "The interval of B holds 0."),
        ("helped", "C", "right", "it rests on 6 months"),
        ("helped", ["B", "C"], "wrong", "The interval of B holds 0."),
        ("worth_a_day", "B, C, D", "right", "C still meets its target"),
        ("worth_a_day", "KPIs B, C and D", "right", "C still meets its target"),
        ("worth_a_day", "rows B C D", "right", "C still meets its target"),
        ("worth_a_day", "the last one", "wrong", "Give a letter from A to F."),
        ("worth_a_day", "A, B, D", "wrong", "went by the red lights"),
        ("worth_a_day", "B C", "wrong", "waiting will not change that"),
        ("worth_a_day", "B", "wrong", "Either of the two"),
        ("worth_a_day", "B, D", "wrong", "although its target is still met"),
        ("worth_a_day", "C, F", "wrong", "this month was luck"),
        ("worth_a_day", "E", "wrong", "met as things are"),
    ],
)
def test_of_meridian(meridian, name, answer, state, says):
    outcome = judge(answer, meridian[name])
    assert outcome.state == state
    assert says in outcome.message


@pytest.mark.parametrize("case", [load_dataset("meridian"), load_dataset("lakeside"), THREE_MONTHS])
def test_the_solutions_code_gives_the_right_answer(case):
    scorecard, actuals = case
    for name, question in asked(scorecard, actuals).items():
        names = {"scorecard": scorecard, "actuals": actuals, "scores": score(scorecard, actuals)}
        exec(question.code, names)
        assert judge(names["answer"], question).state == "right", name


def test_there_are_at_least_six_and_each_has_hints():
    exercises = exercises_of("08")
    assert len(exercises) == 7
    assert all(len(one.texts.hints) >= 2 for one in exercises)


def test_effects_are_written_as_the_meetings_page_writes_them(meridian):
    card, actuals = load_dataset("meridian")
    told = last_decisions(card, action_effects(card, actuals), "2026-06").set_index("action")["what came of it"]
    for _, action, _, _, effect, interval in meridian["helped"].given[1:]:
        assert f"{effect} ({interval})" in told[action]


def test_luck_near_a_limit_is_said_as_the_months_were(meridian):
    """Of the months since its new limits none met the target, and the normal distribution says two of a hundred."""
    card, actuals = load_dataset("meridian")
    rows = process_behaviour(actuals, card).query("unit == '' and kpi == 'mttr' and period >= '2024-07'")
    months = np.array([periods.span(period)[1] for period in rows["period"]])
    assert not (rows["actual"].to_numpy() <= np.ravel(card.kpi("mttr").expected(months))).any()
    assert len(rows) == 24
    assert "Mean time to restore” meets its target in about 2 of a hundred" in meridian["by_luck"].words


def test_the_first_actuals_are_those_of_the_months_that_are_ready(meridian):
    card, actuals = load_dataset("meridian")
    _, months = first_months(watched(card, actuals))
    assert "They begin with −1.65, −1.51 and −0.58." in meridian["upper_limit"].text
    assert months.head(3).round(2).tolist() == [-1.65, -1.51, -0.58]
