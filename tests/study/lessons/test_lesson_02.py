"""What lesson 02 shows, and the set that it would have people defend."""

import oddities
import pandas as pd
import pytest

from bsclib.design import claimed_influence, dematel, rank_stability
from bsclib.design.selection.kpi_tables import unguarded, unmeasured
from bsclib.files.datasets import load_dataset
from bsclib.files.scorecards import read_scorecard
from bsclib.model.edit import keep
from bsclib.study.lessons import aloud
from bsclib.study.lessons import lesson_02 as shown


@pytest.fixture(scope="module")
def short():
    return shown.Shortlist(*load_dataset("meridian"))


def test_the_set_can_be_defended(short):
    assert short.apart == [("budget-variance", "cost-per-user")]
    assert {"sla-met", "on-hold-share", "availability"} <= set(short.chosen)
    assert unguarded(short.card, short.chosen).empty
    assert unmeasured(short.card, short.chosen).empty
    said = repr(shown.chosen(short))
    assert f"{len(short.chosen)} of 27 KPIs are chosen." in said
    assert "“IT cost per user”" in said
    assert "guards: Tickets solved within the service level" in said
    assert "The head of delivery keeps 4 of 4. “Changes that failed” stays as the guard of “Deployments”." in said
    assert "“Budget variance” and “IT cost per user” move together" in repr(shown.framed(short))


def test_the_lesson_follows_the_kpis_of_the_one_who_asks(short):
    assert "added up over months and units first" in repr(shown.definition(short.card))
    assert shown.his_kpis(short.card).startswith("The head of delivery answers for “Benefits realised”, ")
    assert shown.games(short.card).text.index("Benefits realised") < shown.games(short.card).text.index(
        "IT cost per user"
    )
    assert shown.his_kpis(oddities.card()).startswith("Nobody is named here")


def test_pictures_are_read_aloud(short):
    assert "“Deployments” came between place" in repr(
        shown.firm(short, rank_stability(short.rated, short.agreed.weights))
    )
    prices = pd.DataFrame({"constraint": ["a budget of 21", "at most 16 KPIs"], "gain": [3.15, 0.0]})
    assert "worth 3.15 more" in repr(aloud.dearest(prices))
    assert "No constraint holds" in repr(aloud.dearest(prices[1:]))
    relation = dematel(claimed_influence(short.card)).relation
    assert "“Grow the skills we will need” gives most" in repr(aloud.drivers(short.card, relation))
    assert repr(shown.held(short, short.chosen)).startswith("Every chosen KPI that names a guard keeps one.")


def test_what_a_set_leaves_open_is_said(short):
    said = repr(shown.held(short, ["sla-met"]))
    assert "Without any guard: “Tickets solved within the service level”." in said
    assert "Measured by nothing any more: " in said


def test_nothing_is_overruled_as_it_ships(short):
    assert short.rated.equals(short.proposed)
    other = shown.Shortlist(short.card, short.actuals, {("mttr", "relevance"): 1}, {("relevance", "timeliness"): 1})
    assert other.rated.loc["mttr", "relevance"] == 1
    assert other.agreed.weights["relevance"] < short.agreed.weights["relevance"]
    assert "1 rating is overruled." in repr(shown.proposal(other))


def test_a_scorecard_with_one_kpi_is_read_too():
    card, actuals = oddities.card(), oddities.actuals(*oddities.months())
    few = shown.Shortlist(card, actuals)
    for said in (
        *(shown.candidates(card), shown.catalogue(card), shown.definition(card), shown.roles(card), shown.games(card)),
        *(shown.criteria(), shown.proposal(few), shown.weights(few), shown.ranking(few), shown.chosen(few)),
        *(shown.correlated(few, "raw"), shown.correlated(few, "left"), shown.held(few, few.chosen)),
        *(shown.turned_round(few), shown.framed(few), shown.by_entropy(few), shown.two_rankings(few)),
    ):
        assert repr(said).strip()
    assert few.chosen == ["k0"]
    assert shown.nearest_few(few) is None


def test_it_is_saved_when_a_folder_is_given(short, tmp_path):
    mine = keep(short.card, kpis=short.chosen)
    assert "name one in save_to" in repr(shown.save(mine, "", short.actuals))
    shown.save(mine, str(tmp_path / "mine"), short.actuals)
    assert read_scorecard(tmp_path / "mine") == mine
    assert (tmp_path / "mine" / "influence.csv").read_text(encoding="utf-8").startswith("cause,")
