import pandas as pd
import pytest

from bsclib import load_dataset, score
from bsclib.model.actions import Action
from bsclib.reporting.meeting import agenda, effect_words, last_decisions, left_alone, meeting_page, summary
from bsclib.signals import action_effects, diagnose, monitor, process_behaviour


@pytest.fixture(scope="module")
def meridian():
    card, actuals = load_dataset("meridian")
    behaviour, scores = process_behaviour(actuals, card), score(card, actuals)
    items = monitor(card, behaviour, scores)

    def diagnosed(kpi, unit):
        return diagnose(kpi, card, behaviour, None, unit)

    return card, scores, items, action_effects(card, actuals), diagnosed


def test_every_decision_has_an_owner_and_what_is_asked(meridian):
    card, _, items, effects, diagnosed = meridian
    rows = agenda(card, items, effects, diagnosed)
    assert 5 <= len(rows) <= 12
    assert (rows[["about", "what we see", "decide", "owner"]] != "").all(axis=None)
    assert rows["about"].iloc[0].startswith("Action: Give a reason for each hold of more than two days")
    failed = rows.set_index("about").loc["Changes that failed", "what we see"]
    assert failed.endswith("Upstream, “Training hours per person” went down in October 2025.")
    assert "What drives it is not measured." in rows.set_index("about").loc["Budget variance", "what we see"]


def test_where_something_is_planned_the_agenda_asks_whether_it_will_do(meridian):
    card, _, items, effects, _ = meridian
    decide = agenda(card, items, effects).set_index("about")["decide"]
    assert decide["Changes that failed"] == (
        "Planned: Test changes automatically before release (starts July 2026). Is that enough, and soon enough?"
    )
    assert decide["Booked share of working hours (Genoa)"].startswith(
        "Begun: Fill the open posts in Genoa (since May 2026). Planned: Reopen the service academy (starts September"
    ), "what has begun comes first, and is not called planned"
    assert "Begun: Switch off idle cloud resources (ended June 2026)" in decide["Cloud spending on idle resources"], (
        "a miss"
    )
    assert decide["Budget variance"] == "Ask for the cause, decide on an action"
    assert decide["Open audit findings"] == "Change how it is done, or the target"
    bare = card.model_copy(update={"initiatives": (), "actions": ()})
    without = agenda(bare, items[items["kind"] != "action_due"], effects.iloc[:0])
    assert not without["decide"].str.contains("Planned").any()


def test_what_is_expected_is_said_by_its_name(meridian):
    card, _, items, effects, _ = meridian
    seen = agenda(card, items, effects).set_index("about")["what we see"]
    assert seen["Changes that failed"].startswith("Now 13.4 %, expected by now 8.7 %, worsening: ")


def test_a_finished_action_without_an_outcome_is_to_be_decided(meridian):
    card, _, items, effects, _ = meridian
    actions = tuple(action.model_copy(update={"outcome": ""}) for action in card.actions)
    rows = agenda(card.model_copy(update={"actions": actions}), items, effects).set_index("about")
    two_teams = next(action.action for action in card.actions if action.id == "two-teams")
    assert rows.loc[f"Action: {two_teams}", "decide"] == "Keep it? Offer it to others?"
    assert "Action: Give Rotterdam a delivery pipeline of its own" not in rows.index, "nothing can be told of it"
    assert rows.loc["Action: Let a second engineer read each change in Hamburg", "decide"].startswith("Stop it")


def test_last_decisions_say_what_came_of_them(meridian):
    card, _, _, effects, _ = meridian
    rows = last_decisions(card, effects, "2026-06").set_index("action")["what came of it"]
    assert rows.index[0].startswith("Give a reason for each hold")
    assert rows["Reserve two course days a month in every roster"] == "planned"
    assert rows["Lend Genoa one engineer of Rotterdam's for the evenings"].endswith("3 months are needed")
    assert rows["Give Rotterdam a delivery pipeline of its own"].startswith("too little data: +8 (−6 to +22)")
    assert rows["Let two teams carry the work of three in Genoa"].startswith(
        "effect seen: +7.6 (+5.3 to +9.8) points, wanted +4. "
    ), "of a range nobody can say which way is better"
    assert rows["Lend Genoa one engineer of Rotterdam's for the evenings"].startswith(
        "too early, so far for the worse: +2.4 (+0.6 to +4.2) hours, wanted −1.5; "
    )
    before = last_decisions(card, effects, "2025-01")
    assert before["decided"].tolist() == ["May 2024", "October 2023"]


def test_periods_stand_as_people_write_them(meridian):
    card = meridian[0]
    action = Action(id="a", action="x", kpi="mttr", decided="2026-Q1", due="2026-04/2027-03")
    rows = last_decisions(
        card.model_copy(update={"actions": (action,), "year_starts": 4}), meridian[3].iloc[:0], "2026-06"
    )
    assert rows[["decided", "due"]].values.tolist() == [["2026-Q1", "FY2027"]]


def test_an_effect_that_cannot_be_told_has_its_reason(meridian):
    card = meridian[0]
    row = {"verdict": "too_little_data", "kpi": "gone", "effect": float("nan"), "reason": "there is no KPI 'gone'"}
    assert effect_words(card, row) == "too little data: there is no KPI 'gone'"


def test_what_chance_decides_is_left_alone(meridian):
    card, _, items, _, _ = meridian
    said = list(left_alone(card, items))
    assert said[0].startswith("Do not ask why a target was hit or missed this month")
    assert "Share of spending" in said[0]
    assert "Budget variance" not in said[0], "it shows a signal, so somebody has to ask"
    assert said[1] == "No actual this month: Training hours per person (Genoa)."
    assert list(left_alone(card, items.iloc[:0])) == []


def test_nothing_to_decide_is_said():
    items = pd.DataFrame({"kind": [], "unit": [], "variation": []})
    assert list(summary(items)) == ["0 signals this month.", "0 KPIs are off target, and no action is due."]


def test_the_page_needs_nothing_and_escapes_names(meridian):
    card, scores, items, effects, diagnosed = meridian
    spoiled = tuple(action.model_copy(update={"action": "<script>alert(1)</script>"}) for action in card.actions)
    html = meeting_page(card.model_copy(update={"actions": spoiled}), scores, items, effects, diagnosed, 5.0)
    assert "<script>alert" not in html
    assert "Review meeting: Meridian Freight IT, June 2026" in html
    assert "About 5 would come by chance." in html
    assert 'src="http' not in html


def test_without_a_register_the_page_says_so(meridian):
    card, scores, items, effects, _ = meridian
    bare = card.model_copy(update={"actions": ()})
    without = items[items["kind"] != "action_due"]
    assert "The improvement register holds no decision yet." in meeting_page(bare, scores, without, effects.iloc[:0])


def test_an_action_nobody_owns_is_nobodys(meridian):
    card, _, items, effects, _ = meridian
    orphan = Action(id="explain-holds", action="x", kpi="on-hold-share", due="2026-05")
    rows = agenda(card.model_copy(update={"actions": (orphan,)}), items, effects.iloc[:0])
    assert rows["owner"].iloc[0] == "nobody"
