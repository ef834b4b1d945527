import numpy as np
import pytest
from samples import desk, one_kpi

from bsclib.errors import ScorecardError, UnknownNameError
from bsclib.model.nouns import Objective
from bsclib.model.periods import span


def months(*texts):
    return np.array([span(text)[0] for text in texts])


def path(*points, **fields):
    target = [{"period": period, "value": value} for period, value in points]
    return one_kpi(target=target, **fields).kpis[0]


def test_everything_is_frozen():
    with pytest.raises(ValueError, match="frozen"):
        desk().kpis[0].weight = 2


def test_defaults():
    kpi = one_kpi().kpis[0]
    assert (kpi.thresholds.at_risk, kpi.thresholds.on_target) == (0.7, 1.0)
    assert (one_kpi().thresholds.at_risk, one_kpi().thresholds.on_target) == (0.7, 0.9)
    assert (kpi.weight, kpi.role, kpi.frequency, kpi.aggregate, kpi.path) == (1, "lagging", "monthly", "mean", "linear")


def test_a_threshold_left_out_has_the_default_of_its_level():
    assert desk(thresholds={"at_risk": 0.5}).thresholds.on_target == 0.9
    assert one_kpi(thresholds={"at_risk": 0.5}).kpis[0].thresholds.on_target == 1.0


@pytest.mark.parametrize(
    ("aggregate", "across", "word"),
    [("last", None, "sum"), ("mean", None, "mean"), ("sum", "max", "max"), ("last", "mean", "mean")],
)
def test_how_units_are_pooled(aggregate, across, word):
    assert one_kpi(aggregate=aggregate, across_units=across).kpis[0].pooled == word


@pytest.mark.parametrize(
    "fields",
    [
        {"measured_in": "yes/no", "direction": "higher_is_better", "target": 1, "floor": 0},
        {"measured_in": "days late", "due": "2026-06-30", "target": 0, "floor": 60, "direction": "lower_is_better"},
    ],
)
def test_the_last_answers_and_delays_of_units_do_not_add_up(fields):
    assert one_kpi(aggregate="last", baseline=None, **fields).kpis[0].pooled == "mean"
    assert one_kpi(aggregate="last", across_units="sum", baseline=None, **fields).kpis[0].pooled == "sum"


class TestExpectedByNow:
    def test_a_bare_target_holds_at_once(self):
        assert one_kpi().kpis[0].expected(months("1999-01", "2050-01")).tolist() == [100, 100]

    def test_linear_from_a_dated_baseline(self):
        kpi = path(("2026-12", 4), baseline={"value": 9, "period": "2021-12"}, floor=12, direction="lower_is_better")
        assert kpi.expected(months("2020-01", "2021-12", "2024-06", "2026-12", "2030-01")).tolist() == [9, 9, 6.5, 4, 4]

    def test_linear_between_two_dated_targets(self):
        kpi = path(("2024-12", 10), ("2025-12", 22))
        assert kpi.expected(months("2024-01", "2024-12", "2025-01", "2025-12")).tolist() == [10, 10, 11, 22]

    def test_a_bare_baseline_with_a_dated_target_holds_at_once(self):
        assert path(("2026-12", 4), baseline=1).expected(months("2020-01")).tolist() == [4]

    def test_stepped_each_value_from_its_date_and_the_baseline_before(self):
        kpi = path(("2024-Q2", 10), ("2025", 20), baseline=5, path="stepped")
        when = months("2024-03", "2024-04", "2024-12", "2025-01")
        assert kpi.expected(when).tolist() == [5, 10, 10, 20]

    def test_stepped_without_a_baseline(self):
        assert path(("2024-Q2", 10), path="stepped").expected(months("2020-01")).tolist() == [10]

    def test_a_quarter_is_reached_at_its_end(self):
        kpi = path(("2024-Q1", 0), ("2024-Q2", 3))
        assert kpi.expected(months("2024-03", "2024-04", "2024-06")).tolist() == [0, 1, 3]

    def test_a_range_has_two_edges(self):
        assert desk().kpi("load").expected(months("2024-01")).tolist() == [[70], [80]]


def test_floors():
    assert desk().kpi("mttr").floors() == (9, 9)
    assert desk().kpi("cost").floors() == (140, 140)
    assert desk().kpi("leavers").floors() == (20, 20)
    assert desk().kpi("load").floors() == (60, 90)


@pytest.mark.parametrize(
    ("fields", "value", "text"),
    [
        ({"format": "{:.1f} h"}, 4.25, "4.2 h"),
        ({"measured_in": "%"}, 74.249, "74.2%"),
        ({"measured_in": "hours"}, 4.25, "4.25 hours"),
        ({"measured_in": "EUR"}, 1234567.8, "1,234,568 EUR"),
        ({"format": "{:.1f} h", "measured_in": "hours"}, -0.5, "−0.5 h"),
        ({"format": "Q1-2 {:+,.0f}"}, -1234.0, "Q1-2 −1,234"),
        ({"measured_in": "EUR"}, -999.7, "−1,000 EUR"),
        ({}, float("nan"), "no data"),
    ],
)
def test_a_value_as_a_person_writes_it(fields, value, text):
    assert one_kpi(**fields).kpis[0].show(value) == text


def test_finding_parts():
    card = desk()
    assert card.kpi("mttr").objective == "fast"
    assert [kpi.id for kpi in card.kpis_of("fast")] == ["mttr", "load"]
    assert [one.id for one in card.objectives_of("corporate_contribution")] == ["cheap", "steady"]
    assert card.objective("cheap").name == "Cost less"
    assert card.perspective("user_orientation").name == "User orientation"
    assert next(iter(card.names)) == "desk"
    with pytest.raises(UnknownNameError, match=r"there is no KPI 'mtrr'.*did you mean 'mttr'"):
        card.kpi("mtrr")


def test_a_scorecard_says_how_it_wants_to_be_reviewed():
    assert desk().review.accepted == ()
    told = desk(review={"limits": {"owner": 3}, "accepted": [{"rule": "BSC207", "why": "surveyed by others"}]}).review
    assert (told.limits.owner, told.limits.kpis) == (3, (4, 7))
    assert [(one.rule, one.where, one.why) for one in told.accepted] == [("BSC207", "", "surveyed by others")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"months": 0}, "initiatives.0.months: .*too small.*Allowed: 1 or more"),
        ({"months": 121}, "initiatives.0.months: .*too large.*Allowed: 120 or less"),
        ({"months": 1.5}, "initiatives.0.months: .*whole number"),
        ({"months": True}, "initiatives.0.months: .*whole number"),
        ({"people": -0.5}, "initiatives.0.people: .*too small.*Allowed: 0 or more"),
        ({"cost": -1}, "initiatives.0.cost: .*too small.*Allowed: 0 or more"),
        ({"cost": float("inf")}, "initiatives.0.cost: .*finite"),
        ({"after": "hire"}, "initiatives.0.after: this should be a list"),
        ({"changes": [{"kpi": "mttr", "by": 1, "chance": 1.2}]}, "changes.0.chance: .*too large.*Allowed: 1 or less"),
        ({"changes": [{"kpi": "mttr", "by": 1, "chance": -0.1}]}, "changes.0.chance: .*too small.*Allowed: 0 or more"),
    ],
)
def test_what_an_initiative_cannot_be(fields, words):
    with pytest.raises(ScorecardError, match=words):
        desk(initiatives=[{"id": "train", "name": "Train", **fields}])


def test_an_initiative_runs_a_month_and_binds_nobody_unless_it_says_so():
    initiative = desk(initiatives=[{"id": "train", "name": "Train"}]).initiatives[0]
    assert (initiative.months, initiative.people, initiative.cost, initiative.after) == (1, 0, 0, ())


@pytest.mark.parametrize(
    ("value", "beside", "text"),
    [
        (99.96, 99.99, "99.96%"),
        (99.99, 99.96, "99.99%"),
        (1.004, 1.001, "1.004%"),
        (99.9, 99.5, "99.9%"),
        (80.0, 80.0, "80%"),
        (80.0, 80.0 + 1e-12, "80%"),
        (80.0, float("nan"), "80%"),
        (12_345.4, 12_345.6, "12,345%"),
        (-0.9996, -0.9999, "−0.9996%"),
    ],
)
def test_a_value_is_told_from_the_one_beside_it(value, beside, text):
    assert one_kpi(measured_in="%").kpis[0].show(value, beside) == text


def test_a_format_gives_way_where_it_would_hide_a_difference():
    kpi = one_kpi(measured_in="%", format="{:.1f} %").kpis[0]
    assert (kpi.show(99.96, 99.99), kpi.show(99.96, 99.5)) == ("99.96%", "100.0 %")


def test_a_goal_is_supported_primarily_unless_said_otherwise():
    objective = Objective(
        id="fast", name="Fast", perspective="p", supports=["a.b", {"goal": "c", "strength": "secondary"}, {"goal": "d"}]
    )
    assert [(support.goal, support.strength) for support in objective.supports] == [
        ("a.b", "primary"),
        ("c", "secondary"),
        ("d", "primary"),
    ]
    assert list(map(str, objective.supports)) == ["a.b", "c (secondary)", "d"]
