"""The exercises on the page for a board agree with the page, and a wrong answer is told what it is."""

import pytest

from bsclib import load_dataset, study
from bsclib.reporting import briefing
from bsclib.reporting.briefing.off_target import kpis_with_status
from bsclib.study.exercises.question import exercises_of


@pytest.fixture(scope="module")
def lesson():
    return study.lesson("09", *load_dataset("meridian"))


@pytest.fixture(scope="module")
def amiss(lesson):
    """The KPIs that cost points, as the page has them, by id."""
    return {
        str(id): row
        for status in ("off_target", "at_risk")
        for id, row in kpis_with_status(lesson.scores, lesson.case.scorecard, None, status).iterrows()
    }


def test_what_a_kpi_costs_is_what_the_page_says(lesson, amiss):
    assert lesson.check("costs", round(amiss["user-nps"]["points_lost"], 1)).state == "right"
    slips = {"24.4": "Only a part of it", "3.2": "what the KPI adds today", "4.2": "the share that it carries"}
    for answer, says in slips.items():
        assert says in lesson.check("costs", answer).message


def test_the_board_asks_first_where_no_plan_is_aimed_at_what_costs_most(lesson, amiss):
    idle = {id: row["points_lost"] for id, row in amiss.items() if row["initiative"] == "none"}
    assert lesson.check("ask_first", max(idle, key=idle.get)).state == "right"
    slips = {
        "training-hours": "a plan is aimed",
        "project-on-time": "score is the lowest",
        "audit-findings": "costs more",
    }
    for answer, says in slips.items():
        assert says in lesson.check("ask_first", answer).message


def test_what_the_ask_of_the_first_screen_would_bring(lesson):
    case = lesson.case
    told = briefing.two_words(case.scores, case.scorecard, case.actuals)
    ask = next(
        text for text in briefing.to_decide(case.scores, case.scorecard, None, told) if "cost 5.5 points" in text
    )
    assert "User satisfaction" in ask
    outcome = lesson.check("closes", 84.3 + 5.5)
    assert outcome.state == "right"
    assert "89.8 is still below 90" in outcome.message
    slips = {
        "5.5": "what the score would gain",
        "5.7": "far the score is",
        "85.7": "the mean",
        "90": "begins at 90 sharp",
    }
    for answer, says in slips.items():
        assert says in lesson.check("closes", answer).message


def test_no_exercise_gives_away_the_one_before(lesson):
    """What is asked of the four KPIs together shows neither their points nor their order by points."""
    asked, closes = (
        each.facts(lesson.case).given for each in exercises_of("09") if each.name in ("ask_first", "closes")
    )
    assert closes[0] == ("KPI without a plan", "score", "share of the overall score")
    assert [row[0] for row in closes[1:]] == [row[1] for row in asked[1:] if row[-1] == "none"]


def test_the_number_not_to_rely_on_is_that_of_the_first_screen(lesson):
    case = lesson.case
    assert "would be 2.3 h, not 2.5 h" in briefing.caveats(case.scores, case.scorecard)
    assert lesson.check("gap", (658 + 89) / (267 + 55)).state == "right"
    for answer, says in {"2.5": "what the page shows", "2.04": "mean of two ratios", "1.62": "unit alone"}.items():
        assert says in lesson.check("gap", answer).message


def test_where_nobody_is_missing_there_is_no_gap():
    earlier = study.lesson("09", *load_dataset("meridian"), as_of="2026-04")
    assert "No ratio lacks a unit in April 2026" in earlier.check("gap", 1).message


def test_what_the_lesson_reads_aloud_is_in_its_tables(lesson, amiss):
    case = lesson.case
    moved = briefing.movement_table(case.scores, case.scorecard)["points"]
    assert [round(points, 1) for points in moved.iloc[:2]] == [-1.1, 0.7]
    assert "took 2.9" in briefing.movement(case.scores, None, case.scorecard)
    off = kpis_with_status(case.scores, case.scorecard)
    assert (len(off), int((off["initiative"] == "none").sum())) == (8, 3)
    assert amiss["csat"]["initiative"] == "none"
    assert "csat" not in off.index
