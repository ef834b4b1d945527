import json
import re

import pytest
from samples import DESK, desk, one_kpi

from bsclib.errors import ScorecardError, UnknownNameError
from bsclib.model.build import build, json_schema
from bsclib.model.nouns import KPI


class TestBuild:
    def test_every_fault_is_said_at_once(self):
        data = {**DESK, "id": False, "nmae": "x", "kpis": [{**DESK["kpis"][0], "direction": "lower", "target": "x"}]}
        with pytest.raises(ScorecardError, match="4 faults") as caught:
            build(data)
        text = str(caught.value)
        assert "YAML reads no, yes, on and off as truth values" in text
        assert "did you mean 'name'?" in text
        assert "'higher_is_better', 'lower_is_better' or 'within_range'" in text

    def test_a_period_that_is_a_number_needs_quotes(self):
        kpi = {**DESK["kpis"][0], "target": {"period": 2026, "value": 3}}
        with pytest.raises(ScorecardError, match=r'this should be text, and is a number.*put it in quotes: "2026"'):
            build({**DESK, "kpis": [kpi]})

    def test_an_unknown_field_is_compared_with_those_of_its_own_table(self):
        with pytest.raises(ScorecardError, match=r"kpis.0.wieght.*did you mean 'weight'"):
            build({**DESK, "kpis": [{**DESK["kpis"][0], "wieght": 1}]})

    def test_an_id_has_no_spaces(self):
        with pytest.raises(ScorecardError, match="this is not an id"):
            one_kpi(id="time to restore")

    def test_place_leads_to_the_fault(self):
        with pytest.raises(ScorecardError, match="line 7: this is missing"):
            build({"id": "x", "name": "X", "perspectives": "it", "kpis": DESK["kpis"]}, place=lambda loc: "line 7")

    def test_an_unknown_set_of_perspectives(self):
        with pytest.raises(ScorecardError, match="'itil' is not a set of perspectives"):
            desk(perspectives="itil")

    def test_what_is_not_a_mapping(self):
        with pytest.raises(ScorecardError, match="this should be fields with their values"):
            build([])


def test_the_schema_knows_the_short_forms():
    schema = json_schema()
    assert json.dumps(schema)
    assert set(schema["properties"]["perspectives"]["anyOf"][0]["enum"]) == {"it", "generic"}
    assert set(KPI.model_fields) == set(schema["$defs"]["KPI"]["properties"])


def test_faulty_rows_do_not_hide_what_is_wrong_between_the_tables():
    kpi = DESK["kpis"][0]
    data = {
        **DESK,
        "objectives": [*DESK["objectives"], {"id": "lost", "name": "Lost", "perspective": "operations"}],
        "kpis": [
            {**kpi, "objective": "fsat"},
            {**kpi, "weight": -1},
            {**kpi, "id": "b", "thresholds": {"at_risk": 0.9, "on_target": 0.7}},
        ],
        "links": [{"cause": "mttr", "effect": "mtrt", "lag": 1.5}],
    }
    with pytest.raises(ScorecardError, match="7 faults") as caught:
        build(data)
    for words in (
        "a weight cannot be negative",
        "thresholds are out of order",
        "there is no objective 'fsat'",
        "there is no perspective 'operations'",
        "there is no KPI 'mtrt'",
    ):
        assert words in str(caught.value)


@pytest.mark.parametrize(
    "odd", [{"kpis": 3}, {"links": [1]}, {"objectives": None}, {"perspectives": 3}, {"kpis": [{}]}]
)
def test_tables_of_any_shape_are_refused_in_words(odd):
    with pytest.raises(ScorecardError, match=r"kpis|links|objectives|perspectives"):
        build({**DESK, **odd})


def test_the_nearest_word_is_offered():
    with pytest.raises(ScorecardError, match=r"(?s)did you mean 'it'.*did you mean 'higher_is_better'"):
        build({**DESK, "perspectives": "itt", "kpis": [{**DESK["kpis"][0], "direction": "higher_is_beter"}]})


def test_the_review_is_checked_with_the_rest():
    review = {"limits": {"ownr": 5, "kpis": 3}, "accepted": [{"rule": "207", "where": "mttr"}]}
    with pytest.raises(ScorecardError, match="4 faults") as caught:
        build({**DESK, "review": review})
    assert [str(fault).partition(". Allowed")[0] for fault in caught.value.faults] == [
        "review.limits.kpis: write two numbers, [fewest, most]. Got: 3.",
        "review.limits.ownr: there is no field 'ownr'",
        "review.accepted.0.rule: a rule is written as BSC207. Got: '207'.",
        "review.accepted.0.why: this is missing. Fix: add it.",
    ]
    assert "did you mean 'owner'?" in str(caught.value)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"target": "95%"}, "this should be a number. Got: '95%'. Fix: write 95 without %."),
        ({"target": "4,5"}, "this should be a number. Got: '4,5'. Fix: write 4.5."),
        ({"floor": "75"}, "this should be a number. Got: '75'. Fix: take the quotes off 75."),
        ({"weight": "25%"}, "this should be a number. Got: '25%'. Fix: write 0.25 or 25."),
        ({"thresholds": {"at_risk": "70 %"}}, "this should be a number. Got: '70 %'. Fix: write 0.7."),
        ({"floor": [{"period": "2026-01", "value": 9}]}, "a floor is one number, or [lower, upper]"),
        ({"target": {"North": 3, "South": 4}}, "a target is one number, [low, high] or dated values; units have none"),
        ({"target": [1, 2, 3]}, "a target is one number, [low, high] or dated values; units have none"),
        ({"weight": {"North": 3}}, "a weight is one number or dated values; units have none of their own."),
        ({"baseline": [{"period": "2026-01", "value": 9}]}, "a baseline is one number or one dated value."),
        ({"direction": "Lower"}, "did you mean 'lower_is_better'?"),
    ],
)
def test_a_number_in_another_shape_is_one_fault_that_says_what_to_write(fields, words):
    with pytest.raises(ScorecardError) as caught:
        one_kpi(**fields)
    assert len(caught.value.faults) == 1
    assert words in str(caught.value)


@pytest.mark.parametrize("field", sorted(KPI.model_fields))
@pytest.mark.parametrize(
    "odd", [None, True, 3, -0.5, float("inf"), "", "x" * 70, [], [1], [[2]], {}, {"a": 1}, {"value": 1}]
)
def test_no_word_of_a_library_shows(field, odd):
    row = {**DESK["kpis"][0], field: odd}
    with pytest.raises(ScorecardError) as caught:
        build({**DESK, "kpis": [row], "id": ""})
    theirs = r"Input|input tag|shape\(|[Tt]uple|dictionar|valid |instance|items? |cannot be read"
    assert not re.search(theirs, str(caught.value))


def test_a_name_in_the_place_of_an_id_is_one_fault():
    first, *others = DESK["kpis"]
    data = {
        **DESK,
        "kpis": [{**first, "objective": "Restore fast", "guarded_by": ["Leavers"]}, *others],
        "links": [{"cause": "mean time to restore", "effect": "cost"}],
    }
    with pytest.raises(ScorecardError, match="3 faults") as caught:
        build(data)
    fixes = [str(fault).partition("Fix: ")[2] for fault in caught.value.faults]
    assert fixes == [f"that is the name of {id}: write {id}." for id in ("fast", "leavers", "mttr")]


def test_asking_by_a_name():
    with pytest.raises(UnknownNameError, match="that is the name of mttr: write mttr"):
        desk().kpi("Mean Time to Restore")


@pytest.mark.parametrize("changes", [["mttr"], [None, 5], [["mttr"]], "mttr", {"kpi": "mttr"}, [{"kpi": ["mttr"]}]])
def test_changes_that_are_no_rows_are_told_with_their_place(changes):
    work = {"id": "runbooks", "name": "Runbooks", "changes": changes}
    with pytest.raises(ScorecardError, match=r"initiatives\.0\.changes"):
        build(DESK | {"initiatives": [work]})
