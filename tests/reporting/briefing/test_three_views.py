"""One data set in three views: each KPI once in each, the same total in all."""

import oddities
import pandas as pd
import pytest

from bsclib import score
from bsclib.errors import UnknownNameError
from bsclib.files.catalogue import OBJECTIVES_OF_COBIT, kpi_catalogue
from bsclib.files.datasets import load_dataset
from bsclib.files.goal_tables import ALIGNMENT_GOALS, read_goal_tables
from bsclib.model.build import build
from bsclib.model.perspectives import PERSPECTIVES
from bsclib.reporting.briefing.three_views import DIMENSIONS, DOMAINS, NOWHERE, only_in_one_view, three_views
from bsclib.scoring.views import overall_score, snapshot

TABLES = read_goal_tables("cobit-example")
ODD = oddities.all_cases() | oddities.merged_cases()


@pytest.mark.parametrize("unit", [None, "Genoa"])
@pytest.mark.parametrize("tables", [None, TABLES], ids=["domains", "dimensions"])
def test_each_view_adds_up_to_the_overall_score(unit, tables):
    card, actuals = load_dataset("meridian")
    scores = score(card, actuals)
    sums = three_views(scores, card, unit, tables).groupby("view", sort=False)[["share", "points"]].sum()
    assert sums.index.tolist() == ["Generic", "IT", "COBIT"]
    assert sums["share"].tolist() == pytest.approx([1, 1, 1])
    assert sums["points"].tolist() == pytest.approx([overall_score(scores, unit, "2026-06")] * 3)


def test_own_perspectives_keep_their_scores_and_risks_change_their_place():
    """How much risk IT runs is its contribution; in the generic set it is a process."""
    card, actuals = load_dataset("meridian")
    scores = score(card, actuals)
    rows = three_views(scores, card).set_index(["view", "part"])
    now = snapshot(scores)
    for perspective in PERSPECTIVES["it"]:
        assert rows.loc[("IT", perspective.name), "score"] == pytest.approx(now.loc[perspective.id, "score"])
        assert rows.loc[("IT", perspective.name), "status"] == now.loc[perspective.id, "status"]
    assert rows.loc[("IT", "Corporate contribution"), "kpis"] == 5
    assert rows.loc[("Generic", "Financial"), "kpis"] == 4


def test_the_third_view_follows_the_catalogue():
    card, actuals = load_dataset("meridian")
    tagged = kpi_catalogue().set_index("id")["cobit"].str[:3]
    rows = three_views(score(card, actuals), card).set_index(["view", "part"])["kpis"]
    for domain, name in DOMAINS.items():
        assert rows["COBIT", name] == sum(tagged.get(kpi.catalogue) == domain for kpi in card.kpis)


def test_a_dimension_takes_a_kpi_in_parts():
    """APO09 serves two alignment goals, one primary and one secondary: two thirds and one third."""
    objectives = pd.DataFrame(0, list(ALIGNMENT_GOALS), list(OBJECTIVES_OF_COBIT))
    objectives.loc["AG05", "APO09"], objectives.loc["AG12", "APO09"] = 2, 1
    tables = TABLES._replace(objectives=objectives)
    card = oddities.card(oddities.kpi(catalogue="sla-attainment"))
    assert kpi_catalogue().set_index("id").loc["sla-attainment", "cobit"] == "APO09"
    rows = three_views(score(card, oddities.actuals(*oddities.months())), card, tables=tables)
    parts = rows[rows["view"] == "COBIT"].set_index("part")["share"].to_dict()
    assert parts == pytest.approx({"Customer": 2 / 3, "Learning and growth": 1 / 3})


def test_thirteen_alignment_goals_have_four_dimensions():
    assert len(DIMENSIONS) == len(ALIGNMENT_GOALS)
    assert len(set(DIMENSIONS)) == 4


@pytest.mark.parametrize(
    ("off", "said"),
    [
        ([], "No part of any view is off target."),
        (["IT a"], "Look at a (60.0): off target in IT's own view only. In the two others better KPIs hide it."),
        (
            ["COBIT a", "COBIT b"],
            "Look at a (60.0) and b (60.0): off target in COBIT's view only. In the two others better KPIs hide it.",
        ),
        (["Generic a", "IT b"], "Off target in the generic view: a (60.0). Off target in IT's own view: b (60.0)."),
    ],
    ids=["none", "one", "two of one", "two views"],
)
def test_what_one_view_alone_shows_is_said(off, said):
    rows = [(view, part, f"{view} {part}" in off) for view in ("Generic", "IT", "COBIT") for part in "ab"]
    views = pd.DataFrame(rows, columns=["view", "part", "off"]).assign(score=60.0)
    views["status"] = views["off"].map({True: "off_target", False: "at_risk"})
    assert only_in_one_view(views) == said


def test_what_no_catalogue_knows_is_counted_and_said():
    card = build(
        {
            "id": "own",
            "name": "Own",
            "perspectives": [{"id": "ours", "name": "Ours"}],
            "objectives": [{"id": "do", "name": "Do", "perspective": "ours"}],
            "kpis": [oddities.kpi("k0", objective="do")],
        }
    )
    rows = three_views(score(card, oddities.actuals(*oddities.months())), card)
    assert rows["part"].tolist() == [NOWHERE] * 3


@pytest.mark.parametrize("case", list(ODD))
def test_odd_scorecards_have_three_views_too(case):
    card, actuals = ODD[case]
    scores = score(card, actuals)
    rows = three_views(scores, card)
    assert set(rows["view"]) == {"Generic", "IT", "COBIT"}
    assert rows.groupby("view")["kpis"].sum().eq(len(card.kpis)).all()


def test_an_unknown_unit_is_refused():
    card, actuals = load_dataset("meridian")
    with pytest.raises(UnknownNameError, match="Genoa"):
        three_views(score(card, actuals), card, "Genua")
