"""Scorecards as tables of words, and back."""

import oddities
import pytest

from bsclib.design.review.findings import check_scorecard
from bsclib.files.datasets import load_dataset
from bsclib.model.edit import keep
from bsclib.widgets.draft import CELLS, Draft, first_row

WORDS = {"target": "Target", "lag": "Lag"}


NAMES = ("Financial", "Customer", "Internal process", "Learning and growth")


@pytest.fixture(scope="module")
def case():
    return load_dataset("meridian")


@pytest.fixture
def opened(case):
    """A draft, and its tables."""
    draft = Draft()
    return draft, draft.values(case[0])


def kpi(values, name):
    return next(row for row in values["kpis"] if row["name"] == name)


def built(draft, values):
    notes = draft.notes(values, None, WORDS)
    assert notes.card is not None, (notes.rows, notes.others)
    return notes.card


@pytest.mark.parametrize("name", oddities.all_cases())
def test_nothing_is_lost_in_the_tables(name):
    card = oddities.all_cases()[name][0]
    draft = Draft()
    assert built(draft, draft.values(card)) == card


def test_the_findings_are_those_of_the_review(case, opened):
    draft, values = opened
    notes = draft.notes(values, case[1], WORDS)
    assert notes.card == case[0]
    found = check_scorecard(*case)
    said = [text for row in notes.rows.values() for _, text in row["texts"]] + notes.others
    assert notes.findings == len(found)
    for finding in found.itertuples():
        assert any(finding.rule in text and finding.what in text and finding.fix in text for text in said)
    row = next(row for row in values["links"] if row["key"] in notes.rows)
    names = {one["key"]: one["name"] for one in values["kpis"]}
    assert names[row["effect"]] == "Engagement of IT staff", "the one whose lag is no whole period"


@pytest.mark.parametrize(
    ("text", "target"),
    [("5", 5.0), ("−5", -5.0), ("5 by 2025-12; 4 (2026-12)", {"2025-12": 5.0, "2026-12": 4.0}), ("4 in FY2026", None)],
)
def test_a_target_is_typed_as_it_is_said(opened, text, target):
    draft, values = opened
    kpi(values, "Mean time to restore")["target"] = text
    if target is None:
        ((_, said),) = draft.notes(values, None, WORDS).rows[kpi(values, "Mean time to restore")["key"]]["texts"]
        assert said.startswith("Target: ")
        return
    found = built(draft, values).kpi("mttr").target
    assert (found if isinstance(found, float) else {one.period: one.value for one in found}) == target


def test_a_range_is_typed_as_it_is_said(opened):
    draft, values = opened
    kpi(values, "Budget variance")["target"] = "-2 to 1.5"
    assert built(draft, values).kpi("budget-variance").target == (-2.0, 1.5)


def test_faults_stand_at_the_row_and_the_cell(opened):
    draft, values = opened
    one = kpi(values, "Mean time to restore")
    one |= {"target": "4,5", "objective": ""}
    values["links"].append({"key": "new", "cause": one["key"], "effect": one["key"], "lag": "soon"})
    notes = draft.notes(values, None, WORDS)
    assert notes.card is None
    assert set(notes.rows[one["key"]]["at"]) == {"target", "objective"}
    assert ("fault", "Target: this should be a number. Got: '4,5'. Fix: write 4.5.") in notes.rows[one["key"]]["texts"]
    assert "lag" in notes.rows["new"]["at"]


def test_a_row_that_nobody_has_begun_is_none(case, opened):
    draft, values = opened
    values["kpis"].append({"key": "new", **first_row("kpis")})
    values["links"].append({"key": "newer"})
    assert built(draft, values) == case[0]


def test_what_speaks_of_a_kpi_that_is_removed_is_removed_too(case, opened):
    draft, values = opened
    row = kpi(values, "Recurring procedures that are automated")
    values["kpis"].remove(row)
    values["links"] = [link for link in values["links"] if row["key"] not in (link["cause"], link["effect"])]
    left = keep(case[0], kpis=[one.id for one in case[0].kpis if one.name != row["name"]])
    assert built(draft, values).model_dump(exclude={"perspectives", "objectives"}) == left.model_dump(
        exclude={"perspectives", "objectives"}
    )


def test_a_name_may_change_and_the_id_stays(case, opened):
    draft, values = opened
    kpi(values, "Mean time to restore")["name"] = "Hours to restore"
    card = built(draft, values)
    assert card.kpi("mttr").name == "Hours to restore"
    assert card.links == case[0].links


def begun(draft):
    values = draft.values(None)
    values["name"] = "Our IT"
    (aim,), (measure,) = values["objectives"], values["kpis"]
    aim |= {"name": "Restore fast", "perspective": values["perspectives"][2]["key"]}
    measure |= {
        "name": "Restore fast",
        "objective": aim["key"],
        "direction": "lower_is_better",
        "target": "4",
        "floor": "9",
    }
    return values


def test_a_new_scorecard_from_nothing():
    draft = Draft()
    empty = draft.values(None)
    assert [len(empty[table]) for table in CELLS] == [4, 1, 1, 1]
    assert draft.notes(empty, None, WORDS).faults == 3, "a name, an objective, a KPI"
    card = built(draft, begun(draft))
    assert (card.id, card.objectives[0].id, card.kpis[0].id) == ("our-it", "restore-fast", "restore-fast-2")
    assert (card.kpis[0].target, card.kpis[0].floor) == (4.0, 9.0)
    assert card.objectives[0].perspective == "operational_excellence"


def test_an_id_is_made_of_the_name_until_it_is_written_down():
    draft = Draft()
    values = begun(draft)
    draft.settle(built(draft, values), values)
    values["kpis"][0]["name"] = "Hours to restore"
    assert built(draft, values).kpis[0].id == "restore-fast-2"


def test_another_set_of_perspectives_keeps_the_objectives(opened):
    draft, values = opened
    for row, name in zip(values["perspectives"], NAMES, strict=True):
        row["name"] = name
    card = built(draft, values)
    assert [one.id for one in card.perspectives] == ["financial", "customer", "internal_process", "learning_growth"]
    assert card.objective("restore-fast").perspective == "internal_process"
