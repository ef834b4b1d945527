import pandas as pd
import pytest
from samples import MAY, desk, one_kpi

from bsclib import score
from bsclib.files.paths import locate
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import exercises_of, judge

BETWEEN = [(-1, 5), (5, 15), (15, 30), (30, 60), (60, 120), (120, 480), (480, 1440), (1440, 1e9)]


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
        ("vendor_due", "monday at 11:00 AM"),
        ("vendor_due", "Monday, 11 o'clock"),
        ("vendor_due", "11:00 on Monday"),
        ("vendor_due", "Mon, 11 a.m."),
        ("vendor_due", pd.Timestamp("2026-04-13T11:00Z")),
        ("foreign", ["4713", "4714"]),
        ("foreign", [4714, 4713]),
        ("foreign", "4713 4714"),
        ("foreign", "tickets 4713 and 4714"),
        ("half_restored", "C"),  # 32 + 10 + 13 is past 43, and 32 + 10 is not
        ("half_restored", "in 15 to 30 minutes"),
        ("half_restored", "15 to 30 minutes"),
        ("half_restored", "row C"),
        ("by_hand", 100 * 191 / 195),
        ("by_hand", "97.95 %"),
        ("open_forgotten", 100 * 234 / 247),
        ("open_forgotten", "234 of 247"),
        ("look_at", "c"),  # Antwerp, third by the tickets it met
        ("look_at", "Port C"),
        ("surplus", 220 - 2122 * 425 / 9015),
        ("surplus", 120),
        ("surplus", "about 120"),
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
        ("vendor_due", "Monday", "one hour is asked for; this names none"),
        ("vendor_due", "11:00", "one weekday is asked for; this names none"),
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
        ("half_restored", "A", "the most incidents"),
        ("half_restored", "B", "not yet half"),
        ("half_restored", "D", "Count incidents, not rows"),
        ("half_restored", "F", "the mean lies here"),
        ("half_restored", "G", "the slowest ones"),
        ("half_restored", "row E", "Count incidents, not rows"),
        ("half_restored", "43", "Give a letter from A to H."),
        ("by_hand", 100 * 191 / 198, "still open are in the denominator"),
        ("by_hand", 100 * 176 / 196, "all tickets that were opened in the month"),
        ("by_hand", 191, "how many met their goal"),
        ("by_hand", 100 * 969 / 1022, "all units together"),
        ("open_forgotten", 100 * 234 / 242, "the share that the port reports"),
        ("open_forgotten", 100 * 229 / 242, "took the open ones away"),
        ("open_forgotten", 100 * 234 / 237, "away from the solved ones"),
        ("open_forgotten", 100 * 239 / 247, "counted the late open ones as met"),
        ("look_at", "E", "the smallest share"),
        ("look_at", "D", "like those of most others"),
        ("surplus", 220, "all of them"),
        ("surplus", 100, "would be there anyway"),
        ("surplus", 220 - 425 / 4, "differ in size"),
        ("surplus", -205, "all holds of the others away, and those are the holds of all their tickets"),
        ("surplus", "220 - 425 = -205", "one number"),
        ("surplus", 220 - 425 / 9015 * 220, "the right share of the wrong number"),
        ("surplus", 220 - 220 / 2122 * 425, "applies Antwerp's own share"),
        ("surplus", 97, "among those you compared it with"),
    ],
)
def test_slips(asked, name, answer, says):
    outcome = judge(answer, asked[name])
    assert outcome.state == "wrong"
    assert says in outcome.message


def test_the_table_of_durations_is_the_months_incidents(asked):
    rows = pd.read_csv(locate("meridian") / "tickets.csv", parse_dates=["opened", "restored", "resolved"])
    month = rows["resolved"].dt.strftime("%Y-%m") == "2026-06"
    rows = rows[(rows["unit"] == "Valencia") & (rows["kind"] == "incident") & month]
    minutes = (rows["restored"] - rows["opened"]).dt.total_seconds() / 60
    counts = [int(row[2]) for row in asked["half_restored"].given[1:]]
    assert counts == [int(((minutes > low) & (minutes <= high)).sum()) for low, high in BETWEEN]
    assert "only 17 incidents" in judge("C", asked["half_restored"]).message


def test_counts_are_written_as_the_page_writes_them(asked):
    assert asked["surplus"].given[1][1:] == ("2,122", "220")
    assert asked["surplus"].given[2][1:] == ("9,015", "425")
    assert all("," in row[1] for row in asked["look_at"].given[1:])


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
