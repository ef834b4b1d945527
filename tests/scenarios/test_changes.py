"""What is asked is read, checked and laid out over the months ahead."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from worlds import card_of, long

from bsclib import BscError, UnknownNameError
from bsclib.model.build import build
from bsclib.scenarios import fit_map, project, scenario_notes
from bsclib.scenarios.changes import pushes, ramp_share, read_intervention

INITIATIVES = [
    {
        "id": "now",
        "name": "Now",
        "cost": 120,
        "months": 4,
        "start": "2003-01",
        "changes": [{"kpi": "a", "by": 8, "delay": 1, "ramp": 3, "chance": 0.5}],
    },
    {"id": "begun", "name": "Begun", "start": "2002-11", "changes": [{"kpi": "b", "by": 4, "ramp": 3}]},
    {"id": "open", "name": "Open", "changes": [{"kpi": "b", "by": 1}]},
]


@pytest.fixture(scope="module")
def fit():
    random = np.random.default_rng(2)
    values = pd.DataFrame(random.normal([10, 20, 0], 1, size=(36, 3)), columns=["a", "b", "zero"])
    values["zero"] = 0.0
    values.loc[3, "zero"] = 1.0
    actuals = long(values)
    card = card_of([*values, "never"], [])
    card = build({**card.model_dump(exclude_unset=True), "perspectives": "it", "initiatives": INITIATIVES})
    return fit_map(card, actuals)


@pytest.mark.parametrize(
    ("change", "by", "level"),
    [
        ("+10%", 0.1, None),
        ("-5%", -0.05, None),
        ("+3", 3, None),
        ("\u22122.5", -2.5, None),
        ("=98", 0, 98),
        (7, 0, 7),
        (np.float32(7), 0, 7),
        (np.int64(7), 0, 7),
    ],
)
def test_ways_to_write_a_change(fit, change, by, level):
    (moved,) = read_intervention(fit, {"a": change}, None, 12).changes
    assert moved.level == level
    size = fit.latest[0] if isinstance(change, str) and "%" in change else 1
    assert moved.by == pytest.approx(by * size)


@pytest.mark.parametrize(
    ("changes", "initiatives", "horizon", "words"),
    [
        ({"a": "ten"}, None, 12, r"changes, a: this is not a change. Got: 'ten'"),
        ({"a": None}, None, 12, "this is not a change"),
        ({"a": float("nan")}, None, 12, "this is not a change"),
        ({"zero": "+10%"}, None, 12, r"the latest actual is 0.*such as \+3"),
        ({"never": "+3"}, None, 12, "has no actual: there is nothing to start from"),
        ([("a", "+3"), ("a", "+4")], None, 12, r"set twice, in two ways. Got: \+3 and \+4"),
        ("a=+3", None, 12, "this is no KPI with its change"),
        (3, None, 12, "this is no KPI with its change. Got: 3"),
        ([3], None, 12, "this is no KPI with its change. Got: 3"),
        ({}, 3, 12, "there is no initiative '3'"),
        ({}, [["now"]], 12, "there is no initiative"),
        ({"a": "+1e300"}, None, 12, r"changes, a: nothing is as large as that. Got: \+1e300"),
        ({"a": "=1e39"}, None, 12, "nothing is as large as that"),
        ({}, {"now": "soon"}, 12, "initiatives, now: its start: 'soon' is not a period"),
        ({}, None, 0, "this is no number of months ahead. Got: 0. Allowed: 1 to 120"),
        ({}, None, 12.5, "this is no number of months ahead"),
        ({}, None, True, "this is no number of months ahead"),
        ({}, None, 10_000, "this is no number of months ahead"),
    ],
)
def test_what_cannot_be_asked(fit, changes, initiatives, horizon, words):
    with pytest.raises(BscError, match=words):
        read_intervention(fit, changes, initiatives, horizon)


def test_unknown_names_come_with_the_nearest_and_every_other_fault(fit):
    with pytest.raises(UnknownNameError, match="did you mean 'zero'") as caught:
        read_intervention(fit, {"zeero": "+1", "a": "?"}, ["bgun"], 0)
    assert [fault.where for fault in caught.value.faults] == ["changes", "initiatives", "horizon", "changes, a"]


@pytest.mark.parametrize("change", ["+900", "=900", "+9000%"])
def test_what_the_unit_does_not_allow_is_not_reckoned_with(fit, change):
    bound = replace(fit, limits=np.array([[0, 15], *fit.limits[1:]]))
    (moved,) = read_intervention(bound, {"a": change}, None, 12).changes
    assert moved.edge == 15
    assert (moved.level if change[0] == "=" else moved.by + fit.latest[0]) == pytest.approx(15)
    found = project(bound, {"a": change}, horizon=3, draws=200)
    assert f"a cannot be above 15: of {change}, no more is reckoned with." in scenario_notes(
        bound, found, {"a": change}
    )
    (within,) = read_intervention(bound, {"a": "+1"}, None, 12).changes
    assert within.edge is None


def test_the_same_change_twice_is_one(fit):
    assert len(read_intervention(fit, [("a", "+3"), ("a", "+3")], ["now", "now"], 12).changes) == 1


@pytest.mark.parametrize("draws", [0, 99, 10**7, 500.5, "many"])
def test_draws(fit, draws):
    with pytest.raises(BscError, match="so many do not make a band"):
        project(fit, draws=draws)


def test_an_initiative_comes_after_its_delay_and_grows(fit):
    what = read_intervention(fit, None, ["now"], 8)
    assert ramp_share(fit, what.starts[0].initiative.changes[0], what.starts[0].start, 8).tolist() == [
        *(0, 0.25, 0.5, 0.75),
        *(1, 1, 1, 1),
    ]
    path = pushes(fit, what, 4000, np.random.default_rng(1))[0]
    assert set(path[-1]) == {0.0, 8.0}
    assert path[-1].mean() == pytest.approx(4, abs=0.3)


def test_of_what_has_begun_only_the_rest_counts(fit):
    what = read_intervention(fit, None, {"begun": None}, 4)
    assert pushes(fit, what, 10, np.random.default_rng(1))[1][:, 0].tolist() == [1, 2, 2, 2]


def test_starts(fit):
    what = read_intervention(fit, None, {"open": None, "now": "2003-Q2"}, 4)
    assert [one.start - fit.month for one in what.starts] == [1, 4]


def test_a_held_kpi_is_not_pushed(fit):
    what = read_intervention(fit, {"a": "=12"}, ["now"], 4)
    assert pushes(fit, what, 10, np.random.default_rng(1)) == {}
