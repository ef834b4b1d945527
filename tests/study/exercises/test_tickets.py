import re

import pandas as pd
import pytest
from samples import MAY, desk, one_kpi

from bsclib import score
from bsclib.files.paths import locate
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import exercises_of, judge


@pytest.fixture(scope="module")
def asked():
    """What lesson 07 asks of a scorecard that has no tickets."""
    case = Case(desk(), MAY, score(desk(), MAY))
    return {one.name: one.ask(case) for one in exercises_of("07")}


def test_there_are_eight_of_them():
    assert len(exercises_of("07")) == 8


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("vendor_due", "Monday 11:00"),  # 16:00 to 17:00 on Friday, 8:00 to 11:00 on Monday
        ("vendor_due", "Mon 11"),
        ("vendor_due", "Monday at eleven"),
        ("vendor_due", "monday at 11:00 AM"),
        ("vendor_due", "Monday, 11 o'clock"),
        ("vendor_due", "11:00 on Monday"),
        ("vendor_due", "Mon, 11 a.m."),
        ("vendor_due", pd.Timestamp("2026-04-13T11:00Z")),
        ("foreign", ["4713", "4714"]),
        ("foreign", [4714, 4713]),
        ("foreign", "4713 4714"),
        ("foreign", "tickets 4713 and 4714"),
        ("which_figure", "B, D"),
        ("which_figure", "lines B and D"),
        ("which_figure", "bd"),
        ("which_figure", "B: the median, D: the mean"),
        ("by_hand", 100 * 191 / 195),
        ("by_hand", "97.95 %"),
        ("open_forgotten", 100 * 234 / 247),
        ("open_forgotten", "234 of 247"),
        ("look_at", "C 10 %"),  # Antwerp, third by the tickets it met: 220 of 2,122
        ("look_at", "c: 10.4"),
        ("look_at", "Port C, 0.10"),
        ("look_at", "port C has 10.4 %"),
        ("look_at", "C 220/2,122"),
        ("look_at", "10 % (port C)"),
        ("look_at", "10.37% at port C, because holds saved many"),
        ("look_at", ("C", 0.1037)),
        ("look_at", ["C", "10 %"]),
        ("look_at", {"C": 0.1037}),
        ("look_at", 220 / 2122),
        ("look_at", "C 10,4 %"),
        ("xla", ["F", "C"]),
        ("xla", "C and F"),
    ],
)
def test_by_hand(asked, name, answer):
    outcome = judge(answer, asked[name])
    assert outcome.state == "right", outcome


@pytest.mark.parametrize(
    ("name", "answer", "says"),
    [
        ("vendor_due", "Tuesday 11:00", "three on the next day that is open"),
        ("vendor_due", "Friday 8 pm", "the clock on the wall"),
        ("vendor_due", "Monday 12:00", "starts the whole goal anew"),
        ("vendor_due", "Monday", "the time of day is missing. Write both"),
        ("vendor_due", "11:00", "the weekday is missing. Write both"),
        ("vendor_due", "Monday or Tuesday, 11:00", "one weekday is asked for; this names 2"),
        ("vendor_due", "Monday 11:30", "a full hour is asked for"),
        ("vendor_due", "Monday noon", "starts the whole goal anew"),
        ("vendor_due", ["Wednesday 9:00"], "it is not"),
        ("vendor_due", "Wednesday 9 am", "it is not ‘Wednesday 09:00’"),
        ("foreign", ["4712", "4714"], "read the month first"),
        ("foreign", ["4713", "4714", "4715"], "still open"),
        ("foreign", ["4712"], "from 5 March to 3 April"),
        ("foreign", ["4713", "4714", "4711"], "both times are there"),
        ("foreign", ["4714"], "Ask of each ticket that you left out"),
        ("foreign", "4713", "another ticket cannot be used either"),
        ("foreign", ["4711", "4712", "4713", "4714", "4715", "4716"], "2 of"),
        ("which_figure", "A", "every incident counts in it"),
        ("which_figure", "A, D", "you sent the mean to both"),
        ("which_figure", "B, E", "you sent the median to both"),
        ("which_figure", "C, D", "one of your two reasons"),
        ("which_figure", "B, F", "far too high"),
        ("which_figure", "A, E", "most of the hours lie in the slow incidents"),
        ("which_figure", "D", "Whom did you leave out?"),
        ("which_figure", "the median", "Give a letter from A to F."),
        ("by_hand", 100 * 191 / 198, "still open are in the denominator"),
        ("by_hand", 100 * 176 / 196, "all tickets that were opened in the month"),
        ("by_hand", 191, "how many met their goal"),
        ("by_hand", 195, "Which share of them"),
        ("by_hand", 100 * 969 / 1022, "all units together"),
        ("by_hand", 100 * 2122 / 2208, "of the whole year"),
        ("open_forgotten", 100 * 234 / 242, "the share that the port reports"),
        ("open_forgotten", 100 * 234 / 267, "every open ticket as missed"),
        ("open_forgotten", 100 * 229 / 242, "took the open ones away"),
        ("open_forgotten", 100 * 234 / 237, "away from the solved ones"),
        ("open_forgotten", 100 * 239 / 247, "counted the late open ones as met"),
        ("look_at", "C", "two things are asked for"),
        ("look_at", "Port D, because few are held", "two things are asked for"),
        ("look_at", "A 5.1 %", "twice as large"),
        ("look_at", "D 4.6", "twice as large"),
        ("look_at", "E: 0.039", "twice as large"),
        ("look_at", "A 10.4 %", "the share is right, but it is not that of port A"),
        ("look_at", "C 90 %", "without the help of a hold. How large is the rest?"),
        ("look_at", "A 95", "How large is the rest?"),
        ("look_at", "C 11.6 %", "Divide by all that the port met"),
        ("look_at", "C 34 %", "Divide by its own tickets"),
        ("look_at", "C 220", "this is how many"),
        ("look_at", "C 4.7 %", "too low"),  # the right port, so it is not sent to another one
        ("look_at", "C 50 %", "Make shares of the numbers"),
        ("xla", "A C F", "Nobody asks the user"),
        ("xla", "BCF", "comes long after most tickets"),
        ("xla", ["C", "F", "E"], "the provider judges its own work"),
        ("xla", "D", "Nothing says how it is measured"),
        ("xla", "ACEF", "not the user who says how it was"),
        ("xla", "BCEF", "2 of the 4 named"),  # all that hold a tolerance and a count: each fails by another habit
        ("xla", "F", "does the user say it"),
    ],
)
def test_slips(asked, name, answer, says):
    outcome = judge(answer, asked[name])
    assert outcome.state == "wrong"
    assert says in outcome.message


def test_the_figures_are_those_of_the_months_incidents(asked):
    """Valencia's of June 2026, counted from the file itself."""
    rows = pd.read_csv(locate("meridian") / "tickets.csv", parse_dates=["opened", "restored", "resolved"])
    month = rows["resolved"].dt.strftime("%Y-%m") == "2026-06"
    rows = rows[(rows["unit"] == "Valencia") & (rows["kind"] == "incident") & month]
    hours = (rows["restored"] - rows["opened"]).dt.total_seconds() / 3600
    figures = {row[0]: row[2] for row in asked["which_figure"].given[1:]}
    assert figures["A"] == f"the mean, {hours.mean():.1f} hours"
    assert figures["B"] == f"the median, {60 * hours.median():.0f} minutes"
    assert figures["F"] == f"the 90th percentile, {hours.quantile(0.9):.0f} hours, times {len(hours)}"
    right = judge("BD", asked["which_figure"]).message
    assert f"Only {(hours > hours.mean()).sum()} of {len(hours)} incidents" in right
    said = re.search(r"but ([\d.]+) hours times (\d+) are about (\d+) hours", right)
    mean, many, total = map(float, said.groups())
    assert total == 10 * round(mean * many / 10), "the sum is right with the numbers as they are printed"
    assert total == pytest.approx(hours.sum(), abs=5), "and with those of the file"


def test_counts_are_written_as_the_page_writes_them(asked):
    assert all("," in row[1] for row in asked["look_at"].given[1:])


def test_the_port_to_look_at_has_no_largest_and_no_smallest_number(asked):
    """So that it is found by its share, and the solution says so."""
    question = asked["look_at"]
    _, *rows = question.given
    for column in zip(*rows, strict=True):
        if column[0] != "A":
            numbers = [int(cell.replace(",", "")) for cell in column]
            assert sorted(numbers, reverse=True).index(numbers[2]) == 2
    names = {}
    exec(question.code, names)
    assert names["answer"] == "C 10.4%"
    assert judge(names["answer"], question).state == "right"
    assert judge(question.expects.told, question).state == "right"


def test_the_table_of_the_vendor_does_not_answer_the_question(asked):
    assert "Monday 11" not in str(asked["vendor_due"].given)
    assert "3 hours" not in str(asked["vendor_due"].given)
    assert "1 hour Friday and 3 hours Monday" in judge("Monday 11:00", asked["vendor_due"]).message


def test_a_service_level_with_the_holds_still_in_is_told_apart(asked):
    """Antwerp's tickets of June 2026, counted from the file itself."""
    rows = pd.read_csv(locate("meridian") / "tickets.csv", parse_dates=["opened", "resolved"])
    rows = rows[(rows["unit"] == "Antwerp") & (rows["resolved"].dt.strftime("%Y-%m") == "2026-06")]
    hours = (rows["resolved"] - rows["opened"]).dt.total_seconds() / 3600
    outcome = judge(100 * (hours <= rows["goal_resolution"]).mean(), asked["by_hand"])
    assert "the hours on hold are still in" in outcome.message
    assert (
        judge(100 * (hours - rows["hold_hours"] <= rows["goal_resolution"]).mean(), asked["by_hand"]).state == "right"
    )


def test_they_are_asked_of_a_scorecard_of_one_kpi():
    case = Case(one_kpi(), MAY, score(desk(), MAY))
    put = {one.name: one.ask(case) for one in exercises_of("07")}
    assert [name for name, question in put.items() if isinstance(question, str)] == ["of_practice"]
