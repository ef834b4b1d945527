import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from towers import actuals, card

from bsclib.design.alignment import closing_targets, target_gaps
from bsclib.errors import UnknownNameError
from bsclib.files.tower import read_tower
from bsclib.wording import number

TOP = card("top", {"grow": []}, [("t", "grow")])


def it(fields, units=None, **floors):
    own = [{"unit": unit, "target": target} | floors for unit, target in (units or {}).items()]
    return card("it", {"a": ["top.grow"]}, [("k", "a", {"unit_targets": own} | fields)])


def gap(gaps, **where):
    for name, value in where.items():
        gaps = gaps[gaps[name] == value]
    return gaps[["stated", "from_below", "verdict"]].values.tolist()


def test_targets_of_units_add_up_by_the_kpis_word():
    units = {"n": 30, "s": 60}
    rows = {"it": actuals({"k": {"n": 1, "s": 1}})}
    for word, comes_to in (("sum", 90), ("mean", 45), ("min", 30), ("max", 60)):
        gaps = target_gaps([TOP, it({"across_units": word}, units)], rows)
        assert gap(gaps, above="it") == [[100, comes_to, "falls_short"]]


def test_servicenow_rounding():
    # ServiceNow docs, r_FormulaRounding.md: at precision 0 it rounds half to even; we do so too, and only in writing.
    for units, exact, written in (({"n": 7, "s": 2.5}, 9.5, "10"), ({"n": 2, "s": 2.5}, 4.5, "4")):
        summed = {"across_units": "sum", "aggregate": "sum", "format": "{:.0f}"}
        gaps = target_gaps([TOP, it(summed, units)])
        assert gaps["from_below"].tolist() == [exact]
        assert number(exact, 0) == it(summed).kpi("k").show(exact) == written
    assert number(4.45, 1) == "4.5"


def test_targets_of_a_ratio_weigh_by_the_months_denominators():
    table = actuals({"k": {"n": np.nan, "s": np.nan}}).assign(numerator=[1, 1], denominator=[300.0, 100.0])
    later = table.assign(period="2026-07", denominator=[100.0, 100.0])
    cards = [TOP, it({"aggregate": "ratio", "target": 50}, {"n": 40, "s": 60})]
    gaps = target_gaps(cards, {"it": pd.concat([table, later])}, ["2026-06", "2026-07", "2026-09"])
    ahead = (200 * 40 + 100 * 60) / 300  # by the denominators of the last year
    assert gaps["from_below"].tolist() == pytest.approx([45, 50, ahead])
    assert gaps["verdict"].tolist() == ["falls_short", "adds_up", "falls_short"]


def test_which_way_is_better_decides_what_falls_short():
    low = {"direction": "lower_is_better", "target": 4, "floor": 9}
    for units, verdict in (
        ({"n": 5, "s": 4}, "falls_short"),
        ({"n": 3, "s": 4}, "goes_beyond"),
        ({"n": 5, "s": 3}, "adds_up"),
    ):
        assert gap(target_gaps([TOP, it(low, units)]), above="it")[0][2] == verdict


def test_both_edges_of_a_range_are_compared():
    ranged = {"direction": "within_range", "target": [10, 20], "floor": [0, 40]}
    gaps = target_gaps([TOP, it(ranged, {"n": [8, 20], "s": [10, 18]})])
    assert gap(gaps, edge="low") == [[10, 9, "falls_short"]]
    assert gap(gaps, edge="high") == [[20, 19, "goes_beyond"]]


def test_a_gap_that_the_kpis_format_does_not_show_is_none():
    assert gap(target_gaps([TOP, it({"format": "{:.0f}"}, {"n": 100.4, "s": 100})]))[0][2] == "adds_up"
    assert gap(target_gaps([TOP, it({"format": "{:.1f}"}, {"n": 100.4, "s": 100})]))[0][2] == "goes_beyond"


def test_dated_targets_are_compared_month_by_month():
    path = [{"period": "2026-01", "value": 0}, {"period": "2026-11", "value": 100}]
    late = [{"period": "2026-01", "value": 0}, {"period": "2026-11", "value": 80}]
    cards = [TOP, it({"target": path}, {"n": late, "s": path})]
    gaps = target_gaps(cards, {"it": actuals({"k": {"n": 1, "s": 2}})})
    assert gaps[["period", "stated", "from_below"]].values.tolist() == [["2026-06", 50, 45], ["2026-11", 100, 90]]
    assert target_gaps(cards, periods=["2026-03"])[["stated", "from_below"]].values.tolist() == [[20, 18]]


def test_a_unit_without_a_target_of_its_own_has_the_wholes_unless_it_adds_up():
    rows = {"it": actuals({"k": {"n": 1, "s": 1, "w": 1}})}
    assert gap(target_gaps([TOP, it({}, {"n": 70})], rows), above="it") == [[100, 90, "falls_short"]]
    summed = target_gaps([TOP, it({"across_units": "sum", "aggregate": "sum"}, {"n": 70})], rows)
    assert summed[["verdict", "reason"]].values.tolist() == [["cannot_tell", "no target of s and w"]]
    assert closing_targets([TOP, it({"across_units": "sum"}, {"n": 70})], rows)["change"].fillna(0).tolist() == [
        0,
        0,
        0,
    ]


def test_a_ratio_without_denominators_cannot_be_told():
    ratio = it({"aggregate": "ratio"}, {"n": 70, "s": 80})
    assert target_gaps([TOP, ratio])["reason"].tolist() == ["no actuals, and so no denominators"]
    rows = {"it": actuals({"k": {"n": 70, "w": 80}})}
    assert target_gaps([TOP, ratio], rows)["reason"].tolist() == ["no actuals of s"]
    bare = {"it": actuals({"k": {"n": 70, "s": 80}})}
    assert target_gaps([TOP, ratio], bare)["reason"].tolist() == ["no denominators of n and s"]


def test_the_same_kpi_on_two_levels():
    below = card("team", {"x": ["it.a"]}, [("k", "x", {"target": 90})])
    assert gap(target_gaps([TOP, it({}), below]), above="it", below="team") == [[100, 90, "falls_short"]]
    alone = card("apart", {"x": []}, [("k", "x", {"target": 90})])
    assert target_gaps([TOP, it({}), alone]).empty  # it stands below neither
    other = card("team", {"x": ["it.a"]}, [("k", "x", {"direction": "lower_is_better", "target": 1, "floor": 9})])
    assert target_gaps([TOP, it({}), other]).empty  # another thing of the same name


def test_a_scorecard_of_one_unit_is_held_against_that_units_target():
    team = card("team", {"x": ["it.a"]}, [("k", "x", {"target": 60})])
    rows = {"it": actuals({"k": {"n": 1, "s": 2}}), "team": actuals({"k": {"n": 1}})}
    gaps = target_gaps([TOP, it({}, {"n": 60, "s": 140}), team], rows)
    assert gap(gaps, below="it") == [[100, 100, "adds_up"]]
    assert gap(gaps, below="team", unit="n") == [[60, 60, "adds_up"]]
    # Where the level above states none, a mean's own holds for the unit; and the whole is what the teams make of it.
    gaps = target_gaps([TOP, it({}), team], rows)
    assert gap(gaps, below="team", unit="n") == [[100, 60, "falls_short"]]
    assert gap(gaps, below="team", unit="") == [[100, 80, "falls_short"]]
    summed = target_gaps([TOP, it({"across_units": "sum"}), team], rows)
    assert summed["reason"].tolist() == ["no target of s", "no target of n above"]


def test_scorecards_of_two_units_are_not_held_against_each_other():
    north = card("north", {"x": ["it.a"]}, [("k", "x")])
    south = card("south", {"x": ["north.x"]}, [("k", "x", {"target": 50})])
    rows = {
        "it": actuals({"k": {"n": 1, "s": 2}}),
        "north": actuals({"k": {"n": 1}}),
        "south": actuals({"k": {"s": 1}}),
    }
    gaps = target_gaps([TOP, it({}), north, south], rows)
    assert gap(gaps, unit="s") == [[100, 50, "falls_short"]]
    assert set(gaps["above"]) == {"it"}


def test_targets_that_would_close_the_gap_keep_their_proportion():
    closing = closing_targets([TOP, it({"across_units": "sum"}, {"n": 30, "s": 60})])
    assert closing["closing"].tolist() == [pytest.approx(100 / 3), pytest.approx(200 / 3)]
    assert closing["share"].tolist() == [0.5, 0.5]
    assert closing["source"].tolist() == ["it", "it"]


def test_where_there_is_no_proportion_the_gap_is_spread_evenly():
    to_zero = {"target": 0, "floor": -50}
    for word, expected in (("sum", [-10, 10]), ("mean", [-10, 10])):
        closing = closing_targets([TOP, it({"across_units": word} | to_zero, {"n": 0, "s": 20}, floor=-50)])
        assert closing["closing"].tolist() == expected


@given(
    st.lists(st.floats(1, 1000), min_size=2, max_size=6),
    st.floats(1, 1000),
    st.sampled_from(["sum", "mean", "min", "max", "ratio"]),
)
def test_closing_targets_come_to_the_one_above(targets, whole, word):
    units = {f"u{at}": target for at, target in enumerate(targets)}
    table = actuals({"k": dict.fromkeys(units, np.nan)}).assign(numerator=1.0, denominator=np.arange(len(units)) + 1.0)
    table = table if word == "ratio" else actuals({"k": dict.fromkeys(units, 1.0)})
    word = {"aggregate": word, "target": whole, "format": "{:.9f}"}
    closing = closing_targets([TOP, it(word, units)], {"it": table})
    mended = it(word, dict(zip(closing["unit"], closing["closing"], strict=True)))
    gaps = target_gaps([TOP, mended], {"it": table})
    assert gaps["gap"].abs().max() == pytest.approx(0, abs=1e-6)
    ratios = closing["closing"] / closing["target"]
    assert ratios.max() == pytest.approx(ratios.min())


def test_actuals_of_a_stranger_are_refused():
    with pytest.raises(UnknownNameError, match="actuals: there is no scorecard 'ti'"):
        target_gaps([TOP, it({})], {"ti": actuals({"k": 1})})


def test_meridian_has_one_unit_target_that_does_not_add_up():
    tower = read_tower("meridian")
    gaps = target_gaps(tower.cards, tower.actuals)
    off = gaps[gaps["verdict"] != "adds_up"]
    assert set(off["kpi"]) == {"major-incidents"}
    assert off.query("period == '2026-12'")[["stated", "from_below", "verdict"]].values.tolist() == [
        [3, 3.4, "falls_short"]
    ]
    assert set(gaps["across_units"]) >= {"mean", "ratio"}
    closing = closing_targets(tower.cards, tower.actuals, ["2026-12"])
    major = closing[closing["kpi"] == "major-incidents"]
    assert major["closing"].mean() == pytest.approx(3)
    assert (closing.loc[closing["kpi"] != "major-incidents", "change"] == 0).all()
