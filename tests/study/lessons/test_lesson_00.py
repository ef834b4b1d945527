"""What lesson 00 says of the running case, worked out from its data, and of a scorecard with next to nothing in it."""

import oddities
import pytest

from bsclib import score
from bsclib.files.datasets import load_dataset
from bsclib.reporting import briefing
from bsclib.scoring.views import snapshot
from bsclib.study.lessons import lesson_00 as shown

ANSWERED = "Calls answered within 30 seconds"


@pytest.fixture(scope="module")
def meridian():
    card, actuals = load_dataset("meridian")
    return card, score(card, actuals)


def test_it_reads_the_running_case_aloud(meridian):
    card, scores = meridian
    assert "it needs both KPIs, because more “Deployments” alone" in repr(shown.measured(card))
    assert "Major incidents (per month and port)" in repr(shown.measured(card))
    said = repr(shown.one_kpi(scores, card))
    assert "leads from 36 % to 17.2 %" in said
    assert "The first line divides idle spend by cloud spend." in said
    assert "(23.5 − 36) / (17.2 − 36) = −12.5 / −18.8 = 0.665" in said
    assert "112,300 / 478,100" in said, "the text says what these two are"
    assert "-12.5" not in shown.one_kpi(scores, card)._repr_html_()
    assert "12.5 of it is covered: 66.5 %. Lower is better here" in said
    assert "Look at “Corporate contribution”: it stands lowest, at 82.4." in repr(shown.the_whole(scores, card))


def test_the_year_before_is_read_aloud(meridian):
    card, scores = meridian
    assert shown.a_year_ago(scores) == "A year ago Genoa stood at 91.8, on target."
    assert "Look at Genoa" in briefing.weakest_unit(scores)
    assert "one perspective alone has to gain 4." in repr(shown.the_whole(scores, card))
    assert shown.a_year_ago(scores[scores["period"] == "2026-06"]) == ""
    assert shown.a_year_ago(score(oddities.card(), oddities.actuals(*oddities.months()))) == ""


def test_one_way_leads_down_to_the_known_kpi_and_gives_no_exercise_away(meridian):
    """The other KPIs are asked for by hand, here and in lesson 03."""
    card, scores = meridian
    page = shown.the_whole(scores, card)._repr_html_()
    assert page.count("<details") == 3
    assert "Cloud spending on idle resources: the organisation" in page
    assert not [one.name for one in card.kpis if f"{one.name}: " in page and one.id != "cloud-waste"]


def test_the_answer_to_the_board_is_what_the_scores_say(meridian):
    card, scores = meridian
    now = snapshot(scores)
    assert f"{now['score'][card.id]:.1f}" == "84.3"
    benefits, audit = now.loc["benefits-realised"], now.loc["audit-findings"]
    assert f"{benefits['actual']:.1f}" == "81.1"
    assert benefits["actual"] > benefits["expected"]
    assert (f"{audit['actual']:.1f}", audit["expected"], audit["status"]) == ("6.4", 4, "off_target")
    assert card.kpi("benefits-realised").name == "Benefits realised"
    assert card.kpi("audit-findings").name == "Open audit findings"
    by_itself = [kpi.id for kpi in card.kpis if kpi.thresholds.at_risk != 0.7]
    assert by_itself == ["availability"]
    assert card.kpi("availability").thresholds.at_risk == 0.85
    assert {kpi.thresholds.on_target for kpi in card.kpis} == {1.0}


def test_no_id_stands_on_the_screen(meridian):
    card, scores = meridian
    text = "".join(one._repr_html_() for one in (shown.one_kpi(scores, card), shown.the_whole(scores, card)))
    assert not [id for id in card.names if f"({id})" in text]


def test_a_scorecard_with_one_kpi_is_read_too():
    card = oddities.card()
    scores = score(card, oddities.actuals(*oddities.months()))
    for said in (shown.measured(card), shown.one_kpi(scores, card), shown.the_whole(scores, card)):
        assert repr(said).strip()


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ({}, "Write an objective between the quotes"),
        ({"objective": "Fill our posts"}, "Write a KPI between the quotes"),
        ({"objective": "Install a tool", "kpi": "Wait"}, "begins with “install”, so it is work"),
        ({"objective": "Answer 90 % of calls", "kpi": "Calls"}, "holds no number yet"),
        ({"objective": "Answer calls", "kpi": "answer calls."}, "says the same as the objective"),
        ({"objective": "Answer calls", "kpi": "Wait", "better": "yes"}, "Which way is better?"),
        ({"objective": "Answer calls", "kpi": "Wait", "better": " Fewer "}, "is seen by “Wait”, and lower is better."),
        ({"objective": "Happy users", "kpi": "mood", "better": "up"}, "begins with no verb"),
        ({"objective": "New ticket tool", "kpi": "Tool is installed"}, "begins with no verb"),
        ({"objective": "Install a new ticket tool faster", "kpi": "Wait"}, "so it is work"),
        ({"objective": "Solve tickets", "kpi": "Tool is installed"}, "comes true once"),
        ({"objective": "Please users", "kpi": "mood", "better": "up"}, "Would two people count “mood”"),
        ({"objective": "Make users happy", "kpi": "Users' mood", "better": "up"}, "“happy” is something else"),
        ({"objective": "Answer the phone", "kpi": ANSWERED, "better": "lower"}, "You wrote that lower is better."),
        ({"objective": "Answer the phone", "kpi": ANSWERED, "better": "higher"}, "who would be glad?"),
        ({"objective": "Fill our open posts", "kpi": "Posts open for long", "better": "lower"}, "who would be sorry?"),
        ({"objective": "Use our hours well", "kpi": "Booked share", "better": "within a range"}, "a range is best."),
    ],
    ids=[
        *("nothing", "no KPI", "work", "number", "same", "no way", "lower", "no verb", "no verb, once", "fast work"),
        *("once", "one word", "vague", "wrong way", "right way", "posts", "range"),
    ],
)
def test_an_objective_of_ones_own_is_answered(written, says):
    assert says in repr(shown.yours(**written))
