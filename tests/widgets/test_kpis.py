"""The controls of explore_kpis, driven as a person would."""

import html

import oddities
import pytest

from bsclib import widgets
from bsclib.design.review.findings import check_scorecard
from bsclib.design.selection.candidates import rate_candidates
from bsclib.design.selection.choice import choose
from bsclib.design.selection.shortlist import attainable, first_constraints, weighted_scores
from bsclib.files.datasets import load_dataset
from bsclib.model.edit import keep
from bsclib.widgets.kpis import Ground, KpiChoice

AT_MOST, AT_LEAST, LEADING, BUDGET, APART, SAID, TABLES, FINDINGS, BUTTON, CODE = range(10)


@pytest.fixture(scope="module")
def case():
    return load_dataset("meridian")


@pytest.fixture(scope="module")
def ground(case):
    return Ground(*case)


@pytest.fixture
def explorer(ground):
    return widgets.kpis.Explorer(ground).box


def shown(part):
    return html.unescape(part.value)


def chosen_by(explorer, case):
    """The set that the code shown gives."""
    names = {"scorecard": case[0], "actuals": case[1]}
    exec(shown(explorer.children[CODE]).removeprefix("<pre>").removesuffix("</pre>"), names)
    return names["chosen"]


def test_a_batch_gets_the_choice_as_it_starts(case, explorer):
    first = widgets.explore_kpis(*case)
    assert first.text.startswith("15 KPIs chosen, worth ")
    assert first.html.count("<caption") == 3
    assert first.html[first.html.index("<table") :][:2000] in explorer.children[TABLES].value


def test_a_person_gets_the_controls(monkeypatch, case):
    monkeypatch.setattr(widgets.kpis, "attended", lambda: True)
    assert len(widgets.explore_kpis(*case).children) == 10


def test_every_control_has_a_description(explorer):
    assert all(control.description for control in explorer.children[:SAID])
    assert not any(control.disabled for control in explorer.children[:SAID])


def test_it_starts_with_limits_that_can_be_kept(case, ground, explorer):
    first = first_constraints(ground.worth, case[0], ground.cost, apart=ground.twins)
    controls = [control.value for control in explorer.children[:SAID]]
    assert controls == [first["at_most"], 2, first["leading"], first["budget"], True]
    assert first["at_least"] == attainable(case[0], 2)


def test_fewer_kpis(case, explorer):
    before = chosen_by(explorer, case).chosen
    explorer.children[AT_MOST].value = 9
    found = chosen_by(explorer, case)
    assert len(found.chosen) <= 9
    assert "'at_most': 9" in shown(explorer.children[CODE])
    said = shown(explorer.children[SAID])
    assert f"{len(found.chosen)} KPIs chosen, worth {found.value:.1f}" in said
    leaves = said.split("Leaves: ")[1]
    assert all(id in leaves for id in before if id not in found.chosen)
    for id in found.chosen:
        assert case[0].names[id] in shown(explorer.children[TABLES])
    assert "at most 9 KPIs" in shown(explorer.children[TABLES]), "it has a price"


def test_what_enters_and_leaves_is_since_the_last_move(explorer):
    explorer.children[AT_MOST].value = 10
    explorer.children[AT_MOST].value = 9
    explorer.children[AT_MOST].value = 10
    assert "Leaves: nobody." in explorer.children[SAID].value
    explorer.children[BUDGET].value = explorer.children[BUDGET].max
    explorer.children[LEADING].value = (0.0, 1.0)
    explorer.children[LEADING].value = (0.0, 0.95)
    assert "Nobody enters, and nobody leaves." in explorer.children[SAID].value


def test_more_leading_ones(case, explorer):
    explorer.children[AT_MOST].value = 10
    explorer.children[BUDGET].value = explorer.children[BUDGET].max
    explorer.children[LEADING].value = (0.5, 0.75)
    found = chosen_by(explorer, case).chosen
    assert sum(case[0].kpi(id).role == "leading" for id in found) >= len(found) / 2
    assert "budget" not in shown(explorer.children[CODE]), "at the end of the slider there is no budget"


def test_two_that_say_the_same_may_be_allowed(case, explorer):
    explorer.children[AT_MOST].value = len(case[0].kpis)
    explorer.children[BUDGET].value = explorer.children[BUDGET].max
    explorer.children[LEADING].value = (0.0, 1.0)
    assert not {"budget-variance", "cost-per-user"} <= set(chosen_by(explorer, case).chosen)
    assert "not both budget-variance and cost-per-user" in shown(explorer.children[TABLES])
    explorer.children[APART].value = False
    assert len(chosen_by(explorer, case).chosen) == len(case[0].kpis)
    assert "No constraint holds anything back." in explorer.children[TABLES].value


def test_what_cannot_be_is_said(explorer):
    explorer.children[AT_MOST].value = 3
    assert "these clash" in explorer.children[SAID].value
    assert "at most 3 KPIs" in explorer.children[SAID].value
    assert "Below stands the last set that fits." in explorer.children[SAID].value
    assert "<table" in explorer.children[TABLES].value
    explorer.children[AT_LEAST].value = 0
    assert "chosen, worth" in explorer.children[SAID].value


def test_the_review_is_asked_about_the_chosen_set(case, explorer):
    card, actuals = case
    explorer.children[AT_MOST].value = 9
    found = chosen_by(explorer, case).chosen
    mine = keep(card, kpis=found)
    now = check_scorecard(mine, actuals[actuals["kpi"].isin(found)])
    before = check_scorecard(card, actuals)
    known = set(zip(before["rule"], before["where"], strict=True))
    new = [row for row in now.itertuples() if (row.rule, row.where) not in known]
    assert new
    assert explorer.children[FINDINGS].value.count("<tr>") == 1 + len(new)
    assert all(row.where in shown(explorer.children[FINDINGS]) for row in new)


def test_the_code_is_shown_when_asked_for(explorer):
    assert explorer.children[CODE].layout.display == "none"
    explorer.children[BUTTON].value = True
    assert explorer.children[CODE].layout.display == ""


def test_worth_and_cost_may_be_somebodys_own(case):
    card, actuals = case
    worth = weighted_scores(rate_candidates(card, actuals)).mask(lambda values: values.index == "cloud-waste", 99.0)
    cost = rate_candidates(card, actuals)["cost_to_collect"] * 0 + 2
    explorer = widgets.kpis.Explorer(Ground(card, actuals, worth, cost)).box
    assert explorer.children[BUDGET].max == 2 * len(card.kpis)
    assert card.names["cloud-waste"] in shown(explorer.children[TABLES])
    assert "rate_candidates" not in shown(explorer.children[CODE])


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
    explorer.children[AT_LEAST].value = 0
    explorer.children[BUDGET].value = 0
    assert explorer.children[SAID].value.startswith('<p role="status" class="mathjax_ignore">0 KPIs chosen')
    assert "nothing to review" in explorer.children[FINDINGS].value


def test_a_kpi_that_nobody_has_reported_may_be_chosen():
    card = oddities.card(oddities.kpi("k0"), oddities.kpi("k1", role="leading", catalogue="training-hours"))
    explorer = widgets.kpis.Explorer(Ground(card, oddities.actuals(*oddities.months("k0")))).box
    explorer.children[AT_LEAST].value = 0
    explorer.children[LEADING].value = (1.0, 1.0)
    assert "KPI k1" in explorer.children[TABLES].value
    assert "KPI k0" not in explorer.children[TABLES].value
    assert explorer.children[FINDINGS].value


@pytest.mark.parametrize("name", oddities.all_cases())
def test_odd_scorecards_can_be_explored(name):
    card, actuals = oddities.all_cases()[name]
    explorer = widgets.kpis.Explorer(Ground(card, actuals)).box
    assert "chosen, worth" in explorer.children[SAID].value
    for at in (AT_MOST, AT_LEAST, BUDGET):
        explorer.children[at].value = explorer.children[at].max
        explorer.children[at].value = explorer.children[at].min
    explorer.children[LEADING].value = (1.0, 1.0)
    explorer.children[APART].value = False
    parts = (*explorer.children[SAID:BUTTON], explorer.children[CODE])
    assert "<script>" not in "".join(part.value for part in parts)
    assert "<script>" not in widgets.explore_kpis(card, actuals).html
