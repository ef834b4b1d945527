"""What is asked of a what-if, worked out by hand."""

import math

import pandas as pd
import pytest
from planned import CARD, actuals, asked, case, kpi
from samples import one_kpi, table

from bsclib import load_dataset, score
from bsclib.study.exercises import whatifs
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import Question, exercises_of, judge


def at(**latest):
    """The small organisation, its last actuals replaced."""
    one = case()
    rows = one.actuals.copy()
    for id, value in latest.items():
        rows.loc[(rows["kpi"] == id) & (rows["period"] == "2026-06"), "actual"] = value
    return Case(one.scorecard, rows, score(one.scorecard, rows))


@pytest.mark.parametrize(("answer", "state"), [(55, "right"), ("55.04 %", "right"), (56, "wrong")])
def test_a_share_is_of_the_latest_actual(answer, state):
    assert judge(answer, asked("step", at(courses=50.0))).state == state


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (60, "you took 10 of what it is measured in"),
        (5, "this is the change"),
        (45, "this is the other way"),
        (88, "you took a tenth of the target"),
    ],
)
def test_slips_of_a_share(answer, says):
    assert says in judge(answer, asked("step", at(courses=50.0))).message


def test_what_should_fall_is_taken_away_from():
    falling = [kpi("waste", direction="lower_is_better", floor=60, target=20)]
    one = case(kpis=falling, links=[], initiatives=[])
    actual = float(actuals().query("kpi == 'waste'")["actual"].iloc[-1])
    assert "what if −10 %?" in asked("step", one).text
    assert judge(round(0.9 * actual, 2), asked("step", one)).state == "right"


def test_a_percentage_that_would_pass_100_is_not_asked_of_first():
    assert "\u2068Speed\u2069" in asked("step", at(courses=95.0)).text
    assert "\u2068Courses\u2069" in asked("step", at(courses=80.0)).text


def test_the_chance_is_counted():
    question = asked("chance", at(courses=50.0))
    values = [float(value) for _, value in question.given[1:]]
    assert judge(sum(value >= 80 for value in values) / len(values), question).state == "right"
    assert "Which way is better" in judge(sum(value < 80 for value in values) / len(values), question).message
    assert "exactly at the target" in judge(sum(value > 80 for value in values) / len(values), question).message
    count = sum(value >= 80 for value in values)
    assert "that is how many draws reach it" in judge(count, question).message.lower()
    assert "Then divide" in judge(count - 1, question).message


def test_the_chance_of_what_should_fall():
    falling = [kpi("waste", direction="lower_is_better", floor=60, target=20)]
    question = asked("chance", case(kpis=falling, links=[], initiatives=[]))
    values = [float(value) for _, value in question.given[1:]]
    assert "lower is better" in question.text
    assert judge(sum(value <= 20 for value in values) / len(values), question).state == "right"


def test_the_chance_is_asked_of_a_kpi_that_is_not_there_yet():
    assert "\u2068Speed\u2069" in asked("chance", at(courses=85.0)).text


def test_beyond_what_was_observed():
    one = at(courses=59.0, speed=45.0, waste=40.0)
    seen = one.actuals.groupby("kpi")["actual"].agg(["min", "max"])
    out = {"courses": seen.loc["courses", "max"] < 1.1 * 59, "speed": seen.loc["speed", "max"] < 1.1 * 45}
    out["waste"] = seen.loc["waste", "min"] > 0.9 * 40
    question = asked("beyond", one)
    assert out["courses"]
    assert not out["speed"]
    assert judge([id for id, is_out in out.items() if is_out], question).state == "right"
    assert "stay within" in judge([id for id, is_out in out.items() if not is_out], question).message
    assert "lies between the lowest and the highest" in judge(["courses", "speed"], question).message


def test_a_share_that_would_pass_100_is_named_with_the_right_answer():
    """94.8 % and a tenth more of it make 104 %, which no month can reach; values are shown as the scorecard does."""
    question = asked("beyond", Case(*load_dataset("meridian"), score(*load_dataset("meridian"))))
    assert "would even come to 104 %, more than there can be" in question.words
    assert question.given[1][-3:] == ("204 EUR", "215 EUR", "209 EUR")


RANKED = [("courses", 3.0, 0.5, 5.0), ("speed", 2.0, 1.2, 2.5), ("waste", 0.4, -0.1, 0.9)]
LEADER = ("load", 4.0, 2.0, 6.0)


def ranked(monkeypatch, rows=RANKED):
    frame = pd.DataFrame(rows, columns=["kpi", "effect", "low", "high"])
    monkeypatch.setattr(whatifs, "drivers", lambda *_, **__: frame)
    return asked("strongest")


def test_the_lower_end_counts(monkeypatch):
    question = ranked(monkeypatch)
    assert judge("speed", question).state == "right"
    assert judge(2, question).state == "right"
    assert "in half of the draws less than the middle comes" in judge("courses", question).message
    assert "another KPI you can promise more" in judge("waste", question).message


def test_who_leads_in_both_columns_is_not_asked_about(monkeypatch):
    """Otherwise either reading of the table would do."""
    question = ranked(monkeypatch, [LEADER, *RANKED])
    assert "It leaves out “\u2068Load\u2069”, which is ahead in both." in question.text
    assert "the table leaves it out. Which one of the table?" in judge("Load", question).message
    assert "leaves out" not in ranked(monkeypatch).text
    assert [row[1] for row in question.given[1:]] == [row[1] for row in ranked(monkeypatch).given[1:]]
    assert judge("speed", question).state == "right"
    assert "leads by its effect" in ranked(monkeypatch, [LEADER, RANKED[1]])


class TestAlong:
    def test_step_by_step(self):
        def carried(size, links, month):
            for effect, lag in links:
                size *= effect
                month -= lag
            return size if month >= 0 else 0

        assert judge(carried, asked("along")).state == "right"

    @pytest.mark.parametrize(
        ("function", "says"),
        [
            (lambda size, links, month: size * math.prod(one for one, _ in links), "everything arrive at once"),
            (lambda size, links, month: size * sum(one for one, _ in links), "your function gives"),
            (lambda size, links, month: None, "gives nothing back"),
            (lambda size, links: size, "your function stops"),
        ],
        ids=["at once", "added, at once", "nothing", "two arguments"],
    )
    def test_slips(self, function, says):
        outcome = judge(function, asked("along"))
        assert outcome.state == "wrong"
        assert says in outcome.message

    def test_a_number_is_no_function(self):
        assert judge(6, asked("along")).state == "cannot tell"


def test_nothing_is_sure(monkeypatch):
    assert ranked(monkeypatch, [(*row[:2], -0.1, row[3]) for row in RANKED]).startswith("No driver")
    assert ranked(monkeypatch, RANKED[:1]).startswith("No driver")


def test_a_map_is_needed():
    assert not isinstance(asked("strongest", case(links=[], initiatives=CARD["initiatives"])), Question)


# ------------------------------------------------------------------------------------------------ the lesson as a whole


def test_there_are_eleven_of_them():
    assert len(exercises_of("05")) == 11


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("step", "that a share could be taken of"),
        ("chance", "a target to reach"),
        ("beyond", "beyond what was observed"),
        ("strongest", "claims no cause and effect"),
        ("ramp", "says what it changes in steps"),
        ("too_late", "Fewer than two initiatives"),
        ("visible", "that noise could hide"),
        ("break_even", "adds to the overall score"),
        ("best_set", "Fewer than three initiatives"),
    ],
)
def test_a_scorecard_of_one_kpi_gets_a_reason_each_time(name, reason):
    card, actuals = one_kpi(), table(("k", "2026-06", None))
    put = {one.name: one for one in exercises_of("05")}[name].ask(Case(card, actuals, score(card, actuals)))
    assert not isinstance(put, Question)
    assert reason in put


def test_all_of_them_are_asked_of_the_small_organisation_and_their_solutions_pass():
    one = case()
    for exercise in exercises_of("05"):
        question = exercise.ask(one)
        if exercise.name == "strongest":
            assert "the same driver leads" in question
            continue
        assert isinstance(question, Question), (exercise.name, question)
        names = {"scorecard": one.scorecard, "actuals": one.actuals, "scores": one.scores}
        exec(question.code, names)
        assert (exercise.name, judge(names["answer"], question).state) == (exercise.name, "right")
