"""What lesson 03 shows of the running case and of odd ones."""

import json
import re
from dataclasses import replace

import oddities
import pytest

from bsclib import study
from bsclib.files.datasets import load_dataset
from bsclib.files.paths import shipped_folder
from bsclib.model.edit import change
from bsclib.scoring.scores import score
from bsclib.scoring.sensitivity.weights import shake_weights
from bsclib.scoring.views import contributions, snapshot
from bsclib.study.lessons import lesson_03 as shown
from bsclib.study.lessons import lesson_03_port as port
from bsclib.study.lessons import lesson_03_published as published
from bsclib.widgets.methods import MethodChoice


def _cell(lesson, id):
    """The text of a cell of a lesson."""
    notebook = json.loads((shipped_folder() / "notebooks" / f"{lesson}.ipynb").read_text(encoding="utf-8"))
    return next("".join(cell["source"]) for cell in notebook["cells"] if cell["id"] == id)


@pytest.fixture(scope="module")
def here():
    card, actuals = load_dataset("meridian")
    return shown.follow(card, actuals, score(card, actuals))


def test_the_followed_kpi_is_read_aloud(here):
    row = here.row
    said = repr(shown.steps(here))
    assert f"it came to {here.kpi.show(row['actual'])}" in said
    assert f"That is {100 * row['attainment']:.1f} % of the way" in said


def test_each_change_says_whether_the_colour_turns(here):
    assert "The colour turns" in repr(shown.thresholds(here))
    assert "Nobody has worked better or worse." in repr(shown.directions(here))
    assert (
        "By the same formula: (23.5 % − 7.8 %) / (17.2 % − 7.8 %) = 1.67. The way is more than covered, so the"
        in repr(shown.directions(here))
    )
    assert "The colour turns" in repr(shown.floors(here))
    assert "The score moves from 66.5 to 59.6, and the colour stays. It would be blamed" in repr(shown.at_once(here))


def test_the_total_is_taken_apart(here):
    assert "50 % of 100.0 and 50 % of " in repr(shown.children(here))
    assert "Counted twice, “Cost per ticket” would make it (2 × 100.0 + 66.5) / 3 = 88.8." in repr(shown.children(here))
    heavier = repr(shown.heavier(here))
    assert "Three times its weight costs the total 0.7 points. The score moves from 84.3 to 83.6, and the" in heavier
    assert "Of the single KPIs “Training hours per person” has the longest bar." in repr(shown.costliest(here))
    assert "So it costs 2.1 points." in repr(shown.costliest(here))
    pooled = repr(shown.pooled(here))
    assert (
        "3.03 is right. 2.92 is not, because it counts Valencia as much as Hamburg, where the IT budget is 1.7"
        in pooled
    )
    parts = here.scores[(here.scores["id"] == "budget-variance") & (here.scores["period"] == "2026-06")]
    parts = parts.set_index("unit")["denominator"].astype(float)
    assert round(parts["Hamburg"] / parts["Valencia"], 1) == 1.7
    assert "below the line" not in pooled, "a line is a threshold"
    assert "hours" in pooled
    assert "What Genoa lacks is “Training hours per person”." in repr(shown.policies(here))
    assert "Bounds for Genoa" in repr(shown.bounded(here))
    assert "Genoa as a whole lies between 64.8 and 69.8." in repr(shown.bounded(here)), "Meridian scores 84.3"
    assert here.card.name not in repr(shown.bounded(here))
    assert "Genoa is 2.1 points below it" in repr(port.why_red(here))


def test_no_number_has_eight_digits(here):
    parts = [shown.steps, shown.directions, shown.children, shown.heavier, shown.policies, port.why_red, shown.beyond]
    text = "\n".join(repr(part(here)) for part in parts)
    assert not [word for word in text.split() if sum(map(str.isdigit, word)) > 6]


def test_a_scorecard_without_such_a_kpi_is_lent_one():
    card, actuals = oddities.all_cases()["a range"]
    lent = shown.follow(card, actuals, score(card, actuals))
    assert lent.lent
    assert "This scorecard has no KPI to follow, so you follow one of Meridian Freight IT." in repr(shown.steps(lent))


def test_one_kpi_in_one_unit_is_read_too():
    card, actuals = oddities.all_cases()["tiny"]
    own = shown.follow(card, actuals, score(card, actuals))
    for part in (
        port.why_red,
        shown.costliest,
        port.shaken,
        shown.bounded,
        shown.pooled,
        shown.policies,
        published.choices,
        shown.least,
    ):
        assert repr(part(own)).strip()


def test_how_sure_the_colour_of_the_lowest_port_is(here):
    rows = shake_weights(here.scores, draws=2000, unit="Genoa").set_index("id")
    share = rows.loc["meridian", "chance_of_flip"]
    said = f"Its 67.9 turns to at risk in {100 * share:.0f} % of the draws, so in about 1"
    told = repr(port.shaken(here))
    assert share < 1 / 3
    assert f"Genoa stands lowest. {said} of {1 / share:.0f}. That is less than a third, so its colour says more" in told
    assert "The organisation's 84.3 keeps its colour whatever the weights were in these draws." in told
    assert "Genoa as a whole" in told, "the table is of the port whose manager asks"


def test_the_edge_belongs_to_one_band_with_one_vendor_and_to_the_other_with_another():
    said = repr(published.edges())
    assert "with SAP it has the colour of the band above, yellow" in said
    assert "With Oracle it has the word of the band below, Warning" in said


def test_points_lost_can_be_worked_out_again_from_the_shares_shown(here):
    said = repr(port.why_red(here))
    assert "4.2 %" in said
    assert "8.3 %" in said


def test_what_was_printed_comes_before_what_is_right():
    assert "-1.84" not in repr(published.printed())
    assert "-1.84" in repr(published.printed(right=True))
    assert "76.2, at risk" in repr(shown.four_scores())


def test_a_gap_that_could_turn_a_colour_is_named(here):
    turned = change(here.card, here.card.id, thresholds={"at_risk": 0.69, "on_target": 0.9})
    said = repr(port.why_red(replace(here, card=turned, scores=score(turned, here.actuals))))
    assert "Genoa scores 67.9. At risk begins at 69.0, and Genoa is 1.1 points below it." in said
    assert "lies between 64.8 and 69.8, so what is missing decides the colour." in said


def test_a_threshold_is_told_as_an_actual(here):
    assert "At risk begins 0.70 of the way from 36.0 % to 17.2 %, which is at 22.8 %." in repr(shown.thresholds(here))


@pytest.mark.parametrize(
    ("unit", "says"),
    [
        ("", "has been below 90, so at risk, since September 2025."),
        ("Rotterdam", "on target"),
        ("Genoa", "off target"),
    ],
)
def test_the_picture_of_two_years_is_read_aloud(here, unit, says):
    rows = here.scores[here.scores["unit"] == unit].assign(unit="")
    assert says in repr(shown.since(here.card, rows))


def test_flips_are_told_of_how_many(here):
    assert "off target by BSC Designer: progress" in repr(published.choices(here))
    assert re.search(
        r"The 50 names of this scorecard have 150 statuses by the methods BSC Designer.* and Cascade.* \d+ of these "
        r"are not the kit's\. Most of them, \d+, come",
        repr(published.choices(here)),
    )


def test_what_a_total_hides_takes_a_weighted_mean_and_no_look_up(capsys):
    study.lesson("03", "meridian").ask("hidden")
    said = capsys.readouterr().out
    assert "100 (weight 4) and 57.5 (weight 1)" in said
    assert "79.5 and 66.1, equal weights" in said
    assert "You work it out from what rolls up into it." in " ".join(said.split())
    assert "off target in June 2026" in said


def test_what_an_exercise_asks_for_does_not_stand_above_it(here, capsys):
    lesson = study.lesson("03", "meridian")
    said = {}
    for name in ("attainment", "expected", "ratio"):
        lesson.ask(name)
        said[name] = capsys.readouterr().out
    assert "IT cost per user" in said["attainment"]
    assert "IT cost per user" not in said["expected"]
    assert here.kpi.name not in said["expected"]
    assert "Would recommend IT" in said["ratio"]
    assert "Would recommend IT" not in repr(shown.pooled(here))


def test_a_right_answer_says_the_sum_behind_it(capsys):
    lesson = study.lesson("03", "meridian")
    right = lesson.check("hidden", "Time tickets spend on hold").message
    assert "“Keep the service levels we promised” scores 91.5, which is (4 × 100 + 57.5) / 5." in right
    lesson.ask("policy")
    assert "728.8" not in capsys.readouterr().out, "it is worked out"
    assert "728.8 divided by all weights, 10, is a score of 72.9." in lesson.check("policy", "at risk").message
    for none in ([], "none", ["None"], "nothing is hidden", "no KPI", "There are none."):
        assert lesson.check("hidden", none).message == (
            "this says that nothing is hidden. At least one KPI is. Work out each objective, and look for one that is "
            "on target."
        )


@pytest.mark.parametrize(
    ("sentence", "says"),
    [
        ("", "Write your sentence between the quotes"),
        ("It is red because it works badly", "names no line"),
        ("Genoa's 67.9 is red because somebody drew the line at 70.", "Name a second line"),
        (
            "Genoa scores 67.86 and is red because the board set 70; at 65 it would be amber.",
            "No perspective would turn",
        ),
        ("Red because somebody drew the line at 70, and at 55 it would not be.", "Operational excellence and Future"),
        ("The line is at 70 and not at 67.", "Say also who drew the line."),
        ("Red because the manager of Hamburg drew 70; at 67 it would be at risk.", "Who drew the line at 70? Read"),
        ("Red because somebody drew the line at 70; at 67 it would be at risk.", "Who drew the line at 70? Read"),
        ("Not the board but Genoa drew 70; at 67 it would be at risk.", "Who drew the line at 70? Read"),
        ("Off target, since 70 was set by the board; at 67 it would be at risk.", "another. That is right."),
        ("Off target, as the directors put it at 70; at 67 it would be at risk.", "another. That is right."),
        ("Red because the board drew the line at 75; at 67 it would be at risk.", "Name the line of today too: it is"),
        ("Red because the board drew the line at 70; from 67.9 on it would be at risk", "the exact score is 67.86"),
        ("Red at 67.9 since the board drew 70; with a line of 67.9 it would not be", "has to be at 67, because"),
        ("The board drew the line at 70. At 67.86 Genoa would be at risk.", "No perspective would turn"),
        ("Red because the board drew the line at 70; at 67.86 it is at risk", "No perspective would turn"),
        ("Red, as the board drew the line at 0.70, and at 0.67 it would be at risk.", "With the line at 67, Genoa's"),
        ("At 67.9 it is red because the board drew the line at 70", "Name a second line"),
        ("With 67.9 points it is red, because the board set the line at 70", "Name a second line"),
        ("The board drew the line at 70; with 1 it would be on target.", "“on target”: that is another line, at 90."),
    ],
    ids=range(20),
)
def test_a_sentence_on_the_line_is_held_against_the_numbers(here, sentence, says):
    assert says in repr(port.line_drawn(here, sentence))


def test_a_line_in_a_sentence_is_tried(here):
    said = repr(port.line_drawn(here, "Genoa is red since the board chose 70, and 67 would make it amber"))
    assert said.startswith(
        "With the line at 70, Genoa's 67.9 is off target. With the line at 67, Genoa's 67.9 is at risk."
    )
    assert said.endswith("You name the line, who drew it, and a line at which the colour is another. That is right.")


def test_what_the_lesson_says_of_a_range_comes_out(here):
    """How its floors come about, its attainment in the text, and that of the range on Genoa's page."""
    id, text = here.card.kpi("budget-variance"), _cell("03_scoring", "direction")
    low, high = id.range
    assert (low, high, id.floor, id.baseline) == (-3, 2, None, None)
    assert id.floors() == (low - 5, high + 5)
    assert "from −3 % to 2 %, so its upper floor is 2 + 5 = 7 %." in _cell("03_scoring", "floor-lesson")
    now = snapshot(here.scores).loc["budget-variance"]
    assert f"came to {now['actual']:.2f} %." in text
    share = (round(now["actual"], 2) - 7) / (2 - 7)
    assert f"(3.03 − 7) / (2 − 7) = {share:.2f}." in text
    assert share == pytest.approx(now["attainment"], abs=0.005)
    rows = here.scores[(here.scores["id"] == "budget-variance") & (here.scores["unit"] == "")]
    inside = rows[rows["actual"].between(low, high)]
    assert len(inside)
    assert (inside["attainment"] == 1).all(), "inside the range it is 1"
    booked = snapshot(here.scores, "Genoa").loc["utilisation"]
    assert (booked["floor"], booked["expected"]) == (95, 82)
    assert (booked["actual"] - 95) / (82 - 95) == pytest.approx(booked["attainment"])


def test_what_the_port_scored_a_year_ago_is_said(here):
    then = snapshot(here.scores, "Genoa", "2025-06").loc["meridian"]
    said = repr(port.why_red(here))
    assert f"A year ago it scored {then['score']:.1f}, on target." in said
    assert "“Project milestones on time” has fallen most since, from 100.0 to 17.6." in said


def test_the_answers_of_the_quiz_differ():
    seed = re.search(r"seed=(\d+)", _cell("03_scoring", "quiz"))[1]
    items = study.quiz("03_scoring", n=3, seed=int(seed)).items
    places = [[place for place, option in enumerate(one.order) if one.question.options[option].right] for one in items]
    assert places[0] != places[1] != places[2]


def test_the_lesson_opens_on_the_two_numbers_of_the_port_that_asks(here):
    assert port.on_its_page(here.card, here.scores).startswith(
        "Genoa: 67.9 of 100, off target, and at risk begins at 70."
    )
    card, actuals = oddities.all_cases()["tiny"]
    assert isinstance(port.on_its_page(card, score(card, actuals)), str)


def test_the_better_colour_that_the_lesson_tells_is_the_one_that_comes_out(here):
    """*Cost per ticket* three times below *Run services at a lower unit cost*."""
    heavy = snapshot(score(change(here.card, "cost-per-ticket", weight=3), here.actuals))
    before, id = snapshot(here.scores), here.card.kpi("cost-per-ticket").objective
    told = [f"{float(now.loc[one, 'score']):.1f}" for one in (id, here.card.id) for now in (before, heavy)]
    text = _cell("03_scoring", "better-colour")
    assert told == re.findall(r"\d+\.\d", text)[:4]
    assert (before.loc[id, "status"], heavy.loc[id, "status"]) == ("at_risk", "on_target")
    assert f"{float(before.loc['cloud-waste', 'score']):.1f}." in text


def test_more_points_may_have_a_worse_colour_by_another_method(here):
    assert set(published.LINES) <= set(MethodChoice().methods), "the explorer shows both"
    assert "50.2 is at risk by Spider Strategies: goal red flag, and 84.9 is off target by Cascade" in repr(
        published.choices(here)
    )


def test_an_example_that_is_added_up_is_shown():
    assert "The four are 50 of 55, 99 of 100, 120 of 100 and 15 of 22." in repr(published.roundings())
    assert "they count 90, 99, 100 and 68." in repr(published.roundings())


def test_the_numbers_that_the_lesson_ends_with_come_out(here):
    """Those of the recap on ratios, and of the answer to the port manager."""
    right, wrong = re.findall(
        r"a time to restore of (\S+) hours, and not (\d+\.\d+)", _cell("03_scoring", "take-with-you")
    )[0]
    assert re.search(rf"Mean time to restore +{right} +{wrong}", repr(shown.pooled(here)))
    genoa = snapshot(here.scores, "Genoa")
    assert "*Staff who leave* scores 0 in Genoa" in _cell("03_scoring", "fair")
    assert float(genoa.loc["attrition", "score"]) == 0
    assert any(one.name == "Fill the open posts in Genoa" for one in here.card.initiatives), "in lesson 01"


def test_what_the_lesson_says_of_genoa_comes_out(here):
    """Its own roll-up, what its gap brings it, how near the line is, and how often other weights turn it."""
    now = snapshot(here.scores, "Genoa")
    views = [f"{float(one):.1f}" for one in now.loc[now["level"] == "perspective", "score"]]
    total = float(now.loc["meridian", "score"])
    assert f"({' + '.join(views)}) / 4 = {total:.1f}." in _cell("03_scoring", "stop-2")
    carried = float(
        snapshot(score(here.card, here.actuals, missing="carry forward".replace(" ", "_")), "Genoa").loc[
            "meridian", "score"
        ]
    )
    won = f"{round(total, 1) - round(carried, 1):.1f}"
    assert f"With the last number that Genoa sent, it would score {carried:.1f}. Its silence brings it {won}" in repr(
        shown.policies(here)
    )
    assert f"Genoa's gap brings it {won} points" in _cell("03_scoring", "missing-lesson")
    near = re.search(r"At best Genoa would still miss the line by (\d\.\d)", repr(port.why_red(here)))
    assert f"at best it would miss the line by {near[1]}." in _cell("03_scoring", "fair")
    share = shake_weights(here.scores, draws=2000, unit="Genoa").set_index("id").loc["meridian", "chance_of_flip"]
    assert round(1 / share) == 5
    assert "other weights do in one draw of five" in _cell("03_scoring", "take-with-you")
    assert "Other weights turn it in one draw of five." in _cell("03_scoring", "fair")


def test_slips_that_lesson_00_names_are_named_here_too():
    lesson = study.lesson("03", "meridian")
    assert lesson.check("attainment", 0.93).message.startswith("this is the actual as a share of the floor")
    assert lesson.check("threshold", 207.5).message == "this is held against the final target. What is due by now?"


def test_the_shares_of_genoa_are_larger_where_its_gap_is_spread(here):
    """As the sentence below the table says: only the neighbours of the gap carry more than in the whole."""
    genoa, whole = (contributions(here.scores, unit=unit)["share"] for unit in ("Genoa", ""))
    assert set((genoa / whole).round(2)) == {0.0, 1.0, 1.25}
    assert "spread over its neighbours, so some shares are larger" in repr(port.why_red(here))


def test_the_sums_of_the_lesson_come_out(here):
    """The example of a ratio, and the model sentence on Hamburg."""
    text = _cell("03_scoring", "ratios")
    ten, took, ninety, other = (
        float(one) for one in re.search(r"(\d+) incidents in (\d+) .* one (\d+) in (\d+)\.", text).groups()
    )
    assert (
        f"That is {took + other:g} hours for {ten + ninety:g} incidents, so {(took + other) / (ten + ninety):g} each."
        in text
    )
    mean = f"{(took / ten + other / ninety) / 2:g}, because it counts both ports alike."
    assert f"The mean of {took / ten:g} and {other / ninety:g} would be {mean}" in text
    hamburg = snapshot(here.scores, "Hamburg").loc["meridian"]
    assert f"*At risk at {hamburg['score']:.1f}, because the board drew “on target” at 90; at 80" in _cell(
        "03_scoring", "explore"
    )
    assert hamburg["status"] == "at_risk"
    assert hamburg["score"] >= 80


@pytest.mark.parametrize(("name", "answer"), [("expected", 80.0), ("weights", 79.0), ("ratio", 13.0), ("lift", 81.0)])
def test_a_number_that_was_rounded_too_early_is_not_asked_for_a_decimal_it_has(name, answer):
    said = study.lesson("03", "meridian").check(name, answer).message
    assert said == "nearly: round only at the end, to one decimal."


def test_a_formula_is_written_as_people_write_it(capsys):
    study.lesson("03", "meridian").ask("ratio")
    said = " ".join(capsys.readouterr().out.split())
    assert "Its formula is 100 × (promoters − detractors) / survey answers." in said
