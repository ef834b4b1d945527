import pytest
from reviewed import CLEAN, drop, kpi, part, spoiled

from bsclib.design.review.smart import CRITERIA, smart_criteria
from bsclib.errors import ScorecardError
from bsclib.model.build import build


def asked(*changes, objective="restore", as_of=None):
    """What is said of one objective: whether it is met, the text and why, by criterion."""
    found = smart_criteria(build(spoiled(*changes)), as_of)
    rows = found[found["objective"] == objective]
    return {row.criterion: (row.met, row.text, row.why) for row in rows.itertuples()}


def test_every_objective_is_asked_every_question():
    found = smart_criteria(build(CLEAN))
    assert found.columns.tolist() == ["objective", "criterion", "met", "text", "why"]
    assert found["criterion"].tolist() == list(CRITERIA) * 5
    assert found["objective"].drop_duplicates().tolist() == [row["id"] for row in CLEAN["objectives"]]
    assert found["met"].value_counts().to_dict() == {"yes": 20, "cannot tell": 5}


def test_what_is_said_of_a_sound_objective():
    assert asked() == {
        "specific": ("yes", "Restore services fast", "a verb and an object"),
        "measurable": ("yes", "Mean time to restore", "a KPI measures it"),
        "assignable": ("yes", "Head of restore", "one owner answers for it"),
        "realistic": (
            "cannot tell",
            "mttr: 9 hours to 5 hours",
            "whether the people and the money are there, its owner has to say",
        ),
        "time_related": ("yes", "mttr: 2026-12", "a target has a date"),
    }


@pytest.mark.parametrize(
    ("changes", "criterion", "answer"),
    [
        ([part("objectives", "restore", name="Restoration")], "specific", ("no", "Restoration")),
        ([part("objectives", "restore", name="Install a tool")], "specific", ("no", "Install a tool")),
        ([part("objectives", "restore", name="Störungen beheben")], "specific", ("cannot tell", "Störungen beheben")),
        ([part("objectives", "restore", owner=None)], "assignable", ("no", "")),
        ([kpi("mttr", target=-1, floor=9, baseline=None)], "realistic", ("no", "mttr: −1 hours")),
        ([kpi("mttr", stretch=6)], "realistic", ("no", "mttr: 5 hours")),
        ([kpi("mttr", baseline=9, target=5)], "time_related", ("no", "mttr: 9 hours to 5 hours")),
        ([kpi("mttr", baseline=None, target=5)], "time_related", ("yes", "mttr: 5 hours")),
    ],
)
def test_answers_with_the_text_they_rest_on(changes, criterion, answer):
    assert asked(*changes)[criterion][:2] == answer


def test_one_that_begins_with_its_subject_is_told_how_to_begin():
    why = "it begins with a subject: begin with a verb, such as 'Answer users faster'"
    assert asked(part("objectives", "restore", name="Restoration"))["specific"] == ("no", "Restoration", why)
    assert asked(part("objectives", "restore", name="Answer users faster"))["specific"][0] == "yes"


def test_an_objective_without_kpi():
    gone = drop("kpis", "mttr"), drop("links", "automation -> mttr", "mttr -> csat")
    assert {criterion: met for criterion, (met, *_) in asked(*gone).items()} == {
        "specific": "yes",
        "measurable": "no",
        "assignable": "yes",
        "realistic": "cannot tell",
        "time_related": "no",
    }


@pytest.mark.parametrize(
    ("as_of", "path", "met"),
    [(None, "linear", "yes"), ("2026-12", "linear", "yes"), ("2027-01", "linear", "no"), ("2027-12", "stepped", "yes")],
)
def test_a_date_that_is_past_is_no_longer_ahead(as_of, path, met):
    assert asked(kpi("mttr", path=path), as_of=as_of)["time_related"][0] == met


def test_as_of_is_a_period():
    with pytest.raises(ScorecardError, match="as_of: 'soon' is not a period"):
        smart_criteria(build(CLEAN), "soon")
