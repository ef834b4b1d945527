import numpy as np
import pandas as pd
import pytest
from worlds import card_of, long

from bsclib.actuals.aggregate import cube, to_period
from bsclib.actuals.table import check_actuals
from bsclib.causality.evidence.series import Series

LINK = {"cause": "a", "effect": "b", "sign": "+", "lag": 2}


def series(actuals, *links, unit=None, events=(), names="ab", **kpis):
    card = card_of(names, list(links or (LINK,)), events, **kpis)
    rows = check_actuals(actuals, card)
    found = Series(card, rows, cube(rows, card), unit)
    return card, found, found.panels(range(len(card.links)))


def months(count=24, **more):
    return long(pd.DataFrame({"a": np.arange(count) ** 2.0, "b": np.arange(count) * 10.0} | more))


def quarterly(actuals, *ids):
    """Some KPIs brought to quarters by the house's rules."""
    card = card_of(sorted(set(actuals["kpi"])), [], **{id: {"aggregate": "mean"} for id in ids})
    some = to_period(actuals[actuals["kpi"].isin(ids)], card, "quarter")
    return pd.concat([actuals[~actuals["kpi"].isin(ids)], some.astype({"unit": str, "kpi": str, "period": str})])


def test_months():
    _, _, (laid,) = series(months())
    panel = laid.panel
    assert (panel.months, laid.units, laid.places) == (1, [""], [0])
    cause, effect = panel.values[0, :, panel.claims.cause[0]], panel.values[0, :, panel.claims.effect[0]]
    assert cause[:3].tolist() == [0, 1, 4]
    assert effect[:3].tolist() == [0, 10, 20]
    assert (panel.claims.lag[0], panel.claims.window[0], panel.claims.sign[0]) == (2, 1, 1)


@pytest.mark.parametrize(
    ("word", "expected"), [("mean", 20.0), ("sum", 60.0), ("last", 30.0), ("min", 10.0), ("max", 30.0)]
)
def test_a_monthly_cause_of_a_quarterly_effect(word, expected):
    actuals = quarterly(months(a=np.arange(24) * 10.0), "b")
    _, _, (laid,) = series(actuals, LINK, a={"aggregate": word})
    panel = laid.panel
    assert panel.months == 3
    assert panel.values.shape[1] == 8
    assert (panel.claims.lag[0], panel.claims.window[0]) == (0, 0)
    # the quarter that ends with month 5 is months 3 to 5; two months earlier, 1 to 3
    assert panel.values[0, 1, panel.claims.cause[0]] == expected
    assert np.isnan(panel.values[0, 0, panel.claims.cause[0]]) == (word != "last")
    assert panel.values[0, 1, panel.claims.effect[0]] == 40


def test_a_ratio_is_the_ratio_of_sums():
    rows = pd.DataFrame(
        {
            "kpi": "a",
            "period": [f"2000-{month:02d}" for month in range(1, 7)],
            "numerator": [1.0, 2, 3, 0, 10, 2],
            "denominator": [10.0, 10, 10, 1, 100, 19],
        }
    )
    effect = pd.DataFrame({"kpi": "b", "period": ["2000-Q1", "2000-Q2"], "actual": [1.0, 2.0]})
    link = LINK | {"lag": 0}
    _, _, (laid,) = series(pd.concat([rows, effect]), link, a={"aggregate": "ratio", "formula": "100 * x / y"})
    assert laid.panel.values[0, :, laid.panel.claims.cause[0]] == pytest.approx([20, 10])


def test_a_quarterly_cause_of_a_monthly_effect_holds_over_its_months():
    _, _, (laid,) = series(quarterly(months(), "a"))
    cause = laid.panel.values[0, :, laid.panel.claims.cause[0]]
    assert laid.panel.months == 1
    assert cause[:4] == pytest.approx([5 / 3, 5 / 3, 5 / 3, 50 / 3])


def test_both_by_the_quarter():
    _, _, (laid,) = series(quarterly(months(a=np.arange(24) * 10.0), "a", "b"), LINK | {"lag": 3})
    panel = laid.panel
    assert panel.claims.lag[0] == 1
    assert panel.values[0, :3, panel.claims.cause[0]] == pytest.approx([10, 40, 70])


def test_effects_by_month_and_by_quarter_have_panels_of_their_own():
    actuals = quarterly(months(c=np.arange(24.0)), "c")
    _, _, laid = series(actuals, LINK, LINK | {"effect": "c"}, LINK | {"lag": 3}, names="abc")
    assert [(one.panel.months, one.places) for one in laid] == [(1, [0, 2]), (3, [1])]


def test_breaks_and_one_off_events():
    events = [
        {"period": "2000-05", "kind": "tool_change", "kpis": ["a"]},
        {"period": "2000-08", "kind": "one_off", "kpis": ["b"]},
    ]
    _, _, (laid,) = series(months(), events=events)
    panel = laid.panel
    cause, effect = panel.claims.cause[0], panel.claims.effect[0]
    assert panel.breaks[cause][:, 0].tolist() == [0] * 4 + [1] * 20
    assert panel.breaks[effect].shape == (24, 0)
    assert np.flatnonzero(np.isnan(panel.values[0, :, effect])).tolist() == [7]
    assert not np.isnan(panel.values[0, :, cause]).any()


def test_a_break_within_a_quarter_counts_in_part():
    events = [{"period": "2000-05", "kind": "tool_change"}]
    _, _, (laid,) = series(quarterly(months(), "b"), LINK | {"lag": 0}, events=events)
    assert laid.panel.breaks[0][:3, 0] == pytest.approx([0, 2 / 3, 1])


def test_units():
    two = pd.concat([months().assign(unit="x"), months().assign(unit="y")])
    _, found, (laid,) = series(two)
    assert laid.units == ["x", "y"]
    assert laid.panel.values.shape == (2, 24, 2)
    card, found, (laid,) = series(two, unit="y")
    assert laid.units == ["y"]
    assert found.together(card.links[0]) == 24


def test_an_effect_of_the_whole_organisation():
    actuals = months()
    of_units = pd.concat([actuals[actuals["kpi"] == "a"].assign(unit=unit) for unit in "xy"])
    both = pd.concat([of_units, actuals[actuals["kpi"] == "b"]])
    _, _, (laid,) = series(both)
    assert (laid.units, laid.panel.values.shape[0]) == ([""], 1)
    _, _, (laid,) = series(both, LINK | {"cause": "b", "effect": "a"})
    assert laid.units == ["x", "y"]
    assert laid.panel.values[1, :3, laid.panel.claims.cause[0]].tolist() == [0, 10, 20]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.full(24, 2.0), "has not changed once in 24 months"),
        (np.arange(24.0), "moves along a straight line only"),
        (np.arange(24.0) ** 2, ""),
        (np.r_[np.full(20, np.nan), 1, 1, 1, 1], ""),
    ],
)
def test_how_a_kpi_has_moved(values, words):
    card, found, _ = series(months(a=values))
    assert found.course(card.links[0], "a") == words
