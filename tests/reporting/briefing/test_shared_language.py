"""A department's page: what stands on it agrees with the scores, and what is unclear is said."""

import json
from pathlib import Path

import pandas as pd
import pytest

from bsclib import score
from bsclib.files.datasets import load_dataset
from bsclib.reporting.briefing.shared_language import shared_breakdown, shared_language, shared_summary
from bsclib.scoring.views import snapshot

PEOPLE = "Chief human resources officer"
LESSON = Path(__file__).parents[3] / "notebooks" / "09_shared_language.ipynb"


@pytest.fixture(scope="module")
def loaded():
    return [load_dataset(name) for name in ("enterprise", "meridian")]


@pytest.fixture(scope="module")
def tower(loaded):
    return [card for card, _ in loaded], {card.id: score(card, actuals) for card, actuals in loaded}


def test_where_they_stand_is_what_the_scores_say(tower):
    cards, scores = tower
    rows = shared_language(cards, scores, "meridian", "Chief operating officer")
    stand = snapshot(scores["meridian"])
    ours = rows[rows["whose"] == "IT supports it"]
    assert len(ours) == 10
    for row in ours.itertuples():
        assert stand.loc[stand["name"] == row.kpi, "status"].tolist() == [row.status]
    assert rows.set_index("kpi").loc["Mean time to restore", "actual"] == cards[1].kpi("mttr").show(
        stand.loc["mttr", "actual"], stand.loc["mttr", "expected"]
    )


def test_two_kpis_of_one_name_are_pointed_out(tower):
    """Turnover of the company's staff, and of IT's."""
    said = shared_summary(shared_language(*tower, "meridian", PEOPLE), PEOPLE)
    assert said.startswith("Chief human resources officer and IT share 5 KPIs.")
    assert "a year (Meridian Freight)”, “Training hours per person”, “Engagement of IT staff” and" in said
    assert "“Staff who leave, a year (Meridian Freight)”" in said
    assert "“Staff who leave, a year (Meridian Freight IT)”" in said
    assert "Two KPIs are called “Staff who leave, a year”" in said


def test_two_kpis_of_one_name_are_told_apart_where_they_are_opened_too(tower, loaded):
    rows = shared_language(*tower, "meridian", PEOPLE)
    opened = shared_breakdown(rows, *tower, {card.id: actuals for card, actuals in loaded})
    assert opened.index.tolist() == rows.index.tolist()
    assert opened["name"].tolist() == rows["kpi"].tolist()
    said = " ".join(opened["links"])
    assert "“Staff who leave, a year”" not in said
    assert "when “Staff who leave, a year (Meridian Freight)” rises, " in said
    assert " “Staff who leave, a year (Meridian Freight IT)” falls" in said


def test_what_has_no_scores_is_not_opened(tower, loaded):
    cards, scores = tower
    ours = {"meridian": scores["meridian"]}
    rows = shared_language(cards, ours, "meridian", PEOPLE)
    opened = shared_breakdown(rows, cards, ours, {card.id: actuals for card, actuals in loaded})
    assert opened.index.tolist() == rows.index.tolist()[1:]


def test_a_level_without_actuals_has_no_data(tower):
    cards, scores = tower
    rows = shared_language(cards, {"meridian": scores["meridian"]}, "meridian", PEOPLE)
    assert rows.iloc[0][["actual", "expected", "status"]].tolist() == ["no data", "", "no_data"]
    assert (rows["status"].iloc[1:] != "no_data").all()


@pytest.mark.parametrize(
    ("statuses", "says"),
    [
        (["on_target", "on_target"], "share 2 KPIs. None is off target."),
        (["at_risk", "off_target"], "HR and IT share 2 KPIs. 2 are not on target: “A” and “B”."),
        (["no_data", "off_target"], "One is not on target: “B”."),
    ],
)
def test_the_summary_counts_what_is_not_on_target(statuses, says):
    rows = pd.DataFrame({"kpi": ["A", "B"], "name": ["A", "B"], "owner": "Somebody", "status": statuses})
    assert says in shared_summary(rows.assign(definition="a / b", counts="a: what is counted"), "HR")


def test_a_formula_is_written_as_a_person_writes_it_and_says_what_it_counts(tower):
    rows = shared_language(*tower, "meridian", "Chief financial officer").set_index("kpi")
    assert rows.loc["Operating margin", "definition"] == "100 × operating result / revenue, in %; higher is better"
    assert not rows[["definition", "counts"]].map(lambda text: "_" in text).any(axis=None)
    assert "written down what is counted in “Operating margin” and “Cost per shipment”" in shared_summary(
        rows.reset_index(), "Chief financial officer"
    )


def test_the_lesson_works_out_its_numbers_from_those_on_the_page(tower):
    """The gap of a shipment, what IT explains of it, and what the company's two numbers leave out."""
    prose = "\n".join("".join(cell["source"]) for cell in json.loads(LESSON.read_text(encoding="utf-8"))["cells"])
    _, scores = tower
    parts = {id: row for frame in scores.values() for id, row in snapshot(frame).iterrows()}
    shipment, margin, user = (parts[id] for id in ("cost-per-shipment", "ebit-margin", "cost-per-user"))
    gap, per_user = (row["actual"] - row["expected"] for row in (shipment, user))
    assert f"costs {shipment['actual']:.2f} EUR, and {shipment['expected']:.2f} EUR is expected" in prose
    as_shown = round(shipment["actual"], 2) - round(shipment["expected"], 2)
    assert f"a gap of {as_shown:.2f} EUR" in prose
    explains = per_user * user["denominator"] / shipment["denominator"]
    assert f"{explains:.2f} EUR. That is about a fifth of the gap" in prose
    assert explains / gap == pytest.approx(1 / 5, abs=0.02)
    revenue, result, cost = margin["denominator"] / 1e3, margin["numerator"] / 1e3, shipment["numerator"] / 1e6
    left = revenue - cost
    assert f"| {revenue:.2f} − {cost:.2f} = {left:.1f} |" in prose
    assert f"| {left:.1f} − {result:.1f} = {left - result:.1f} |" in prose
    assert f"So {left - result:.1f} million" in prose
    assert f"the {user['numerator'] / 1e6:.1f} million that IT spent that month" in prose
    assert f"open *IT cost per user*: it scores {user['score']:.1f}, and it is worse than usual" in prose


def test_whoever_forgets_what_is_expected_is_told_so(tower):
    """All 209 EUR a user, brought to a shipment, come to 8 EUR, as EUR a user do."""
    _, scores = tower
    user, shipment = scores["meridian"], scores["enterprise"]
    users = snapshot(user).loc["cost-per-user"]
    all_of_it = users["actual"] * users["denominator"] / snapshot(shipment).loc["cost-per-shipment", "denominator"]
    assert round(all_of_it) == round(users["actual"] - users["expected"]) == 8
    text = LESSON.read_text(encoding="utf-8")
    assert "Or you took all 209 EUR: only what lies above 201 EUR can explain a gap." in text
    assert "A fifth of the gap at most, 0.31 of 1.45 EUR" in text
