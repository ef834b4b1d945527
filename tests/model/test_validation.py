import copy

import pytest
from samples import DESK, desk, one_kpi

from bsclib.errors import ScorecardError
from bsclib.model.build import build


def changed(table, row, **fields):
    data = copy.deepcopy(DESK)
    data[table][row] |= fields
    return data


def dated(*points):
    return [{"period": period, "value": value} for period, value in points]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (changed("kpis", 0, objective="fsat"), r"kpis.0.objective: there is no objective 'fsat'.*did you mean 'fast'"),
        (changed("objectives", 0, perspective="operations"), "there is no perspective 'operations'"),
        (changed("kpis", 1, id="mttr"), "the id 'mttr' is used twice"),
        (changed("kpis", 1, id="fast"), "the id 'fast' is used twice"),
        (changed("kpis", 1, id="desk"), "the id 'desk' is used twice"),
        (changed("kpis", 0, weight=-1), "a weight cannot be negative; got -1"),
        (changed("kpis", 0, weight=dated(("2024", 1), ("2025", -2))), "a weight cannot be negative; got -2"),
        (changed("kpis", 0, weight=dated(("2025", 1), ("2024", 2))), "the path runs back in time: 2024"),
        (changed("kpis", 2, weight=0), "all weights in objective 'cheap' are 0"),
        (changed("kpis", 2, weight=dated(("2024", 1), ("2025", 0))), "in objective 'cheap' are 0 from 2025-01"),
        (changed("kpis", 0, guarded_by=["mtrr"]), "there is no KPI 'mtrr'"),
        (changed("kpis", 0, guarded_by=["mttr"]), "cannot guard itself"),
        (changed("kpis", 2, target=dated(("2026", 1), ("2025", 2))), "the path runs back in time: 2025"),
        (changed("kpis", 2, baseline={"period": "2027", "value": 1}), "does not come after 2027"),
        (changed("kpis", 1, target=[80, 70]), "the range is reversed: 80 is above 70"),
        (changed("kpis", 1, target=[70, 70]), "a range without width needs a floor"),
        (changed("kpis", 1, target=75), "within_range takes a target"),
        (changed("kpis", 0, target=[1, 2]), "within_range takes a target"),
        (changed("kpis", 1, floor=3), "within_range takes a floor"),
        (changed("kpis", 0, floor=[3, 4]), "within_range takes a floor"),
        (changed("kpis", 0, thresholds={"at_risk": 0.9, "on_target": 0.7}), "thresholds are out of order"),
        (
            changed("kpis", 0, thresholds={"at_risk": 70, "on_target": 90}),
            "thresholds are shares of the full score, not percentages: write at_risk: 0.7, on_target: 0.9",
        ),
        (changed("kpis", 0, thresholds={"at_risk": 70}), "not percentages: write at_risk: 0.7"),
        ({**DESK, "thresholds": {"on_target": 95}}, "not percentages: write on_target: 0.95"),
        (changed("kpis", 3, floor=float("inf")), "this is infinite"),
    ],
)
def test_each_fault_is_named(data, words):
    with pytest.raises(ScorecardError, match=words):
        build(data)


YEARLY = {"frequency": "yearly"}
UNSURE = dated(("2010-11", 3), ("2011-12", 2))


@pytest.mark.parametrize(
    ("fields", "places"),
    [
        ({"target": UNSURE, **YEARLY}, ["target.0.period", "target.1.period"]),
        ({"target": UNSURE[:1], **YEARLY}, ["target.0.period"]),
        ({"target": dated(("2009", 3), ("2010-11", 2)), **YEARLY}, ["target.1.period"]),
        ({"baseline": UNSURE[0], **YEARLY}, ["baseline.period"]),
        ({"weight": UNSURE[1:], **YEARLY}, ["weight.0.period"]),
        ({"unit_targets": [{"unit": "N", "target": UNSURE[:1]}], **YEARLY}, ["unit_targets.0.target.0.period"]),
        ({"target": UNSURE[:1], "aggregate": "sum", "cumulates": "year"}, ["target.0.period"]),
        ({"target": UNSURE}, []),
        ({"target": dated(("2010-11", 3), ("2011-03", 2)), **YEARLY}, []),  # plainly months
        ({"target": dated(("2010-11-30", 3)), **YEARLY}, []),
        ({"target": dated(("FY2010", 3), ("2012/13", 2)), **YEARLY}, []),
    ],
)
@pytest.mark.parametrize("year_starts", [None, 4])
def test_a_month_that_looks_like_a_fiscal_year_is_never_read_in_silence(fields, places, year_starts):
    if year_starts is None and "FY" in str(fields):
        year_starts = 7
    if year_starts and "'2009'" in str(fields):
        fields = {"target": dated(("FY2009", 3), ("2010-11", 2)), **YEARLY}
    data = one_kpi(floor=9).model_dump(exclude_unset=True)
    data["kpis"] = [data["kpis"][0] | fields]
    data |= {"year_starts": year_starts} if year_starts else {}
    if not places:
        build(data)
        return
    with pytest.raises(
        ScorecardError, match=r"is the month (Nov|Dec)ember 201\d, and .* KPI is .*write FY201\d"
    ) as caught:
        build(data)
    assert [fault.where for fault in caught.value.faults] == [f"kpis.0.{place}" for place in places]


def test_a_kpi_needs_a_floor_or_a_baseline():
    with pytest.raises(ScorecardError, match="needs a floor or a baseline"):
        one_kpi(floor=None)


@pytest.mark.parametrize(
    ("links", "words"),
    [
        ([{"cause": "load", "effect": "mtrt"}], "links.0.effect: there is no KPI 'mtrt'"),
        ([{"cause": "load", "effect": "load"}], "'load' cannot cause itself"),
        ([{"cause": "load", "effect": "mttr", "lag": 2}] * 2, "at lag 2 is stated 2 times"),
        ([{"cause": "load", "effect": "mttr", "lag": -1}], "too small.*Allowed: 0 or more"),
    ],
)
def test_links(links, words):
    with pytest.raises(ScorecardError, match=words):
        desk(links=links)


def test_initiatives_and_events_lead_somewhere():
    with pytest.raises(
        ScorecardError, match=r"(?s)there is no KPI 'a'.*there is no KPI 'b'.*the id 'i' is used 2 times"
    ):
        desk(
            initiatives=[{"id": "i", "name": "I", "changes": [{"kpi": "a", "by": 1}]}, {"id": "i", "name": "J"}],
            events=[{"period": "2024-01", "kind": "tool_change", "kpis": ["b"]}],
        )


@pytest.mark.parametrize(
    ("after", "words"),
    [
        ({"a": ["bb"]}, r"initiatives.0.after: there is no initiative 'bb'.*did you mean 'b'"),
        ({"a": ["a"]}, r"initiatives.0.after: 'a' cannot come after itself"),
        (
            {"a": ["b"], "b": ["a"]},
            r"initiatives.0.after: these initiatives wait for each other: 'a' after 'b' after 'a'",
        ),
        ({"a": ["b"], "b": ["c"], "c": ["b"]}, r"^initiatives.0.after: [^\n]*: 'b' after 'c' after 'b'\.$"),
        ({"a": ["a"], "b": ["c"], "c": ["b"]}, "(?s)2 faults.*'a' cannot come after itself.*'b' after 'c' after 'b'"),
    ],
)
def test_initiatives_that_could_never_start(after, words):
    with pytest.raises(ScorecardError, match=words):
        desk(initiatives=[{"id": id, "name": id, "after": after.get(id, [])} for id in ("a", "b", "c")])


def test_initiatives_may_come_after_several_and_more_than_one_way():
    after = {"a": ["b", "c", "d"], "b": ["d", "d"], "c": ["d"]}
    card = desk(initiatives=[{"id": id, "name": id, "after": after.get(id, [])} for id in ("a", "b", "c", "d")])
    assert card.initiatives[0].after == ("b", "c", "d")


def test_a_long_row_of_initiatives_is_no_circle():
    ids = [f"i{place}" for place in range(1500)]
    rows = [{"id": id, "name": id, "after": ids[place + 1 : place + 2]} for place, id in enumerate(ids)]
    assert len(desk(initiatives=rows).initiatives) == 1500
    with pytest.raises(ScorecardError, match="'i2' after 'i3'"):
        desk(initiatives=[*rows[:-1], rows[-1] | {"after": ["i0"]}])


def test_circles_are_found_though_a_row_is_faulty():
    rows = [{"id": "a", "name": "A", "after": ["b", "zz"]}, {"id": "b", "name": "B", "after": ["a"], "cost": -1}]
    with pytest.raises(ScorecardError, match=r"(?s)cost: .*no initiative 'zz'") as caught:
        desk(initiatives=rows)
    assert [fault.where for fault in caught.value.faults] == ["initiatives.1.cost", *["initiatives.0.after"] * 2]


def test_what_is_merely_unwise_loads():
    desk(links=[{"cause": "load", "effect": "mttr"}, {"cause": "mttr", "effect": "load"}])
    one_kpi(floor=100, target=100)
    one_kpi(floor=120, target=100)
