"""The controls of explore_kpis, driven as a person would."""

import html

import oddities
import pytest

from bsclib import read_scorecard, widgets
from bsclib.design.review.findings import check_scorecard
from bsclib.design.selection.candidates import rate_candidates
from bsclib.design.selection.choice import choose
from bsclib.design.selection.shortlist import attainable, first_constraints, weighted_scores
from bsclib.files.catalogue import kpi_catalogue
from bsclib.files.datasets import load_dataset
from bsclib.model.edit import keep
from bsclib.widgets.kpis import Ground, KpiChoice


@pytest.fixture(scope="module")
def case():
    return load_dataset("meridian")


@pytest.fixture(scope="module")
def ground(case):
    return Ground(*case)


@pytest.fixture
def explorer(ground):
    return widgets.kpis.Explorer(ground).live()


def moved(live, **values):
    """What is shown when controls are moved, and then rest."""
    live.asked = {"turn": live.asked["turn"] + 1, "values": {**live.asked["values"], **values}}
    seen = dict(live.shown)
    if "more" in live.shown:
        live.asked = {**live.asked, "turn": live.asked["turn"] + 1, "part": 1}
        seen |= live.shown
    return {**seen, "body": html.unescape(seen.get("body", ""))}


def top(live):
    return next(control["max"] for control in live.controls if control["name"] == "budget")


def chosen_by(live, case):
    """The set that the code shown gives."""
    names = {"scorecard": case[0], "actuals": case[1]}
    exec(moved(live)["code"], names)
    return names["chosen"]


def test_a_batch_gets_the_choice_as_it_starts(case, explorer):
    first = widgets.explore_kpis(*case)
    assert first.text.startswith("15 KPIs chosen, worth ")
    assert first.html.count("<caption") == 3
    assert first.html[first.html.index("<table") :][:2000] in explorer.shown["body"]


def test_a_person_gets_the_controls(monkeypatch, case):
    monkeypatch.setattr(widgets.kpis, "attended", lambda: True)
    assert len(widgets.explore_kpis(*case).controls) == 6


def test_it_starts_with_limits_that_can_be_kept(case, ground, explorer):
    first = first_constraints(ground.worth, case[0], ground.cost, apart=ground.twins)
    low, high = (round(100 * end) for end in first["leading"])
    assert list(explorer.start.values()) == [first["at_most"], 2, low, high, first["budget"], True]
    assert first["at_least"] == attainable(case[0], 2)


def test_fewer_kpis(case, explorer):
    before = chosen_by(explorer, case).chosen
    moved(explorer)
    explorer.asked = {"turn": 9, "values": {**explorer.asked["values"], "at_most": 9}}
    said = explorer.shown["said"]
    found, seen = chosen_by(explorer, case), moved(explorer)
    assert len(found.chosen) <= 9
    assert "'at_most': 9" in seen["code"]
    assert f"{len(found.chosen)} KPIs chosen, worth {found.value:.1f}" in said
    leaves = said.split("Leaves: ")[1]
    assert all(case[0].names[id] in leaves for id in before if id not in found.chosen)
    for id in found.chosen:
        assert case[0].names[id] in seen["body"]
    assert "at most 9 KPIs" in seen["body"], "it has a price"


def test_what_enters_and_leaves_is_since_the_last_move(explorer):
    for most in (10, 9):
        moved(explorer, at_most=most)
    assert "Leaves: nobody." in moved(explorer, at_most=10)["said"]
    moved(explorer, budget=top(explorer), low=0, high=100)
    assert "Nobody enters, and nobody leaves." in moved(explorer, high=95)["said"]


def test_more_leading_ones(case, explorer):
    seen = moved(explorer, at_most=10, budget=top(explorer), low=50, high=75)
    found = chosen_by(explorer, case).chosen
    assert sum(case[0].kpi(id).role == "leading" for id in found) >= len(found) / 2
    assert "budget" not in seen["code"], "at the end of the slider there is no budget"


def test_two_that_say_the_same_may_be_allowed(case, explorer):
    seen = moved(explorer, at_most=len(case[0].kpis), budget=top(explorer), low=0, high=100)
    assert not {"budget-variance", "cost-per-user"} <= set(chosen_by(explorer, case).chosen)
    assert "not both Budget variance and IT cost per user" in seen["body"]
    seen = moved(explorer, apart=False)
    assert len(chosen_by(explorer, case).chosen) == len(case[0].kpis)
    assert "No constraint holds anything back." in seen["body"]


def test_what_cannot_be_is_said(explorer):
    seen = moved(explorer, at_most=3)
    assert "these clash" in seen["said"]
    assert "at most 3 KPIs" in seen["said"]
    assert "body" not in explorer.shown, "the last set that fits stays"
    assert "chosen, worth" in moved(explorer, at_least=0)["said"]


def test_the_review_is_asked_about_the_chosen_set(case, explorer):
    card, actuals = case
    seen = moved(explorer, at_most=9)
    found = chosen_by(explorer, case).chosen
    now = check_scorecard(keep(card, kpis=found), actuals[actuals["kpi"].isin(found)])
    before = check_scorecard(card, actuals)
    known = set(zip(before["rule"], before["where"], strict=True))
    new = [row for row in now.itertuples() if (row.rule, row.where) not in known]
    assert new
    findings = seen["body"][seen["body"].index("New findings of the review") :]
    assert findings.count("<tr>") == 1 + len(new)
    names = {**{work.id: work.name for work in card.initiatives}, **card.names}
    assert all(names[row.where] in findings for row in new)


def test_findings_speak_of_names(case, ground):
    findings = ground.findings(ground.selection(ground.first())).text
    assert "of the catalogue would" in findings
    ids = [id for id in (*case[0].names, *kpi_catalogue()["id"]) if "-" in id]
    assert not [id for id in ids if f" {id} " in findings or f"'{id}'" in findings]


def test_the_chosen_set_is_saved_as_a_scorecard(case, explorer, tmp_path):
    found = chosen_by(explorer, case).chosen
    explorer.asked = {**explorer.asked, "turn": 9, "part": 0, "act": "save"}
    (tmp_path / "scorecard.yaml").write_text(explorer.shown["file"]["text"], encoding="utf-8")
    assert read_scorecard(tmp_path / "scorecard.yaml") == keep(case[0], kpis=found)


def test_worth_and_cost_may_be_somebodys_own(case):
    card, actuals = case
    worth = weighted_scores(rate_candidates(card, actuals)).mask(lambda values: values.index == "cloud-waste", 99.0)
    cost = rate_candidates(card, actuals)["cost_to_collect"] * 0 + 2
    live = widgets.kpis.Explorer(Ground(card, actuals, worth, cost)).live()
    assert top(live) == 2 * len(card.kpis)
    seen = moved(live)
    assert card.names["cloud-waste"] in seen["body"]
    assert "rate_candidates" not in seen["code"]


def test_the_code_gives_the_same_set(case):
    card, actuals = case
    constraints = {"at_most": 7, "at_least": attainable(card, 1), "leading": (0.3, 0.6), "budget": 12}
    choice = KpiChoice(constraints, apart=False)
    names = {"scorecard": card, "actuals": actuals}
    exec(choice.code(), names)
    rated = rate_candidates(card, actuals)
    worth, cost = weighted_scores(rated), rated["cost_to_collect"]
    assert names["chosen"].chosen == choose(worth, card, cost=cost, **constraints).chosen


def test_nothing_may_be_chosen(explorer):
    seen = moved(explorer, at_least=0, budget=0)
    assert seen["said"].startswith("0 KPIs chosen")
    assert "nothing to review" in seen["body"]


def test_a_kpi_that_nobody_has_reported_may_be_chosen():
    card = oddities.card(oddities.kpi("k0"), oddities.kpi("k1", role="leading", catalogue="training-hours"))
    live = widgets.kpis.Explorer(Ground(card, oddities.actuals(*oddities.months("k0")))).live()
    seen = moved(live, at_least=0, low=100, high=100)
    assert "KPI k1" in seen["body"]
    assert "KPI k0" not in seen["body"].split("What a constraint costs")[0]


@pytest.mark.parametrize("name", oddities.all_cases())
def test_odd_scorecards_can_be_explored(name):
    card, actuals = oddities.all_cases()[name]
    live = widgets.kpis.Explorer(Ground(card, actuals)).live()
    assert "chosen, worth" in live.shown["said"]
    sliders = [control for control in live.controls if control["kind"] == "slider"]
    for control in sliders:
        for end in ("max", "min"):
            moved(live, **{control["name"]: control[end]})
    moved(live, low=100, high=100, apart=False)
    assert "<script>" not in live.shown["body"]
    assert "<script>" not in widgets.explore_kpis(card, actuals).html


def test_many_pairs_are_not_priced_while_somebody_waits(ground, monkeypatch):
    monkeypatch.setattr(widgets.kpis, "MOST_PAIRS", len(ground.twins) - 1)
    live = widgets.kpis.Explorer(ground).live()
    assert f"{len(ground.twins)} pairs exclude each other." in live.shown["body"]
    assert "What a constraint costs" not in live.shown["body"]
    answer = moved(live, apart=False)
    assert "pairs exclude" not in answer["body"], "none excludes another where the box is not ticked"
    assert "What a constraint costs" in answer["body"]
