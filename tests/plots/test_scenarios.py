import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from oddities import RUDE
from pictures import check, words
from projected import compared
from samples import desk

from bsclib.errors import BscError, UnknownNameError
from bsclib.plots import alt_text, plot_scenarios
from bsclib.plots.palette import ACTUAL, LOSS

LONG = "the share of all the work that was done as it had been promised to those who wait"
TWO = {"tool": {"desk": 3.0, "mttr": -1.0, "operational_excellence": 6.0}, "people": {"desk": -1.0, "mttr": 0.5}}
NAMES = {"tool": "A better tool", "people": "More people"}


def two(**more):
    return compared(desk(), TWO, start={"mttr": 6.0}, last="2025-12", horizon=12, **more)


def points(axes):
    return [
        (one.get_xdata()[0], one.get_marker(), to_hex(one.get_color()))
        for one in axes.lines
        if one.get_marker() in "ov"
    ]


def test_each_scenario_has_a_point_and_its_band():
    axes = plot_scenarios(two(), desk(), "mttr", names=NAMES)
    check(axes)
    assert points(axes) == [(-1.0, "o", ACTUAL), (0.5, "v", LOSS)], "more hours are worse"
    reach = [one.get_xdata() for one in axes.lines if one.get_linewidth() == 2.2]
    assert np.array(reach) == pytest.approx(np.array([[-1.6, -0.4], [0.2, 0.8]]))
    said = words(axes)
    assert {"A better tool", "More people", "−1 hours", "−1.6 hours to −0.4 hours", "60 %"} <= set(said)
    assert "without 6 hours · lower is better" in said


def test_scores_share_one_scale_and_a_kpi_has_its_own():
    axes = plot_scenarios(two(), desk(), ["desk", "operational_excellence", "mttr"])
    first, second, third = axes.figure.axes
    assert first.get_xlim() == second.get_xlim() != third.get_xlim()
    assert first.get_xlim()[1] > 9.6 > first.get_xlim()[1] - 1


def test_what_nobody_moves_takes_one_row():
    axes = plot_scenarios(two(), desk())
    check(axes)
    said = words(axes)
    assert said.count("None of the scenarios moves it.") == 3
    assert "Corporate contribution" in said
    assert "Corporate contribution: not moved." in alt_text(axes)
    one = compared(desk(), {"idle": {}})
    assert "The scenario does not move it." in words(plot_scenarios(one, desk(), "mttr"))


def test_by_default_the_last_month_that_all_reach():
    longer = compared(desk(), {"longer": {"desk": 5.0}}, last="2025-12", horizon=24)
    both = pd.concat([two(), longer])
    assert "Whole organisation · effect in December 2026, against no change" in words(plot_scenarios(both, desk()))
    earlier = plot_scenarios(both, desk(), "desk", period="2026-06")
    assert [at for at, _, _ in points(earlier)] == pytest.approx([1.5, -0.5, 1.25])
    with pytest.raises(UnknownNameError, match="no month in the scenarios '2030-01'"):
        plot_scenarios(both, desk(), period="2030-01")


def test_it_refuses_what_it_cannot_draw():
    with pytest.raises(UnknownNameError, match="did you mean 'mttr'"):
        plot_scenarios(two(), desk(), ["mtr"])
    with pytest.raises(UnknownNameError, match="in the scenarios 'mttr'"):
        plot_scenarios(two().query("id != 'mttr'"), desk(), ["mttr"])
    with pytest.raises(BscError, match="nothing to draw"):
        plot_scenarios(two(), desk(), [])
    with pytest.raises(BscError, match="holds no scenario"):
        plot_scenarios(two().drop(columns="scenario"), desk())


@pytest.mark.parametrize("name", [lambda at: f"{at}: {LONG}", lambda at: f"{at} {list(RUDE.values())[at % 6]}"])
@pytest.mark.parametrize("count", [1, 6])
def test_no_text_overlaps_another_or_leaves_the_sheet(name, count):
    card = desk(name=name(0), perspectives=[{"id": f"p{at}", "name": name(at)} for at in range(3)], objectives=[
        {"id": id, "name": name(at), "perspective": f"p{at}"} for at, id in enumerate(("fast", "cheap", "steady"))
    ])  # fmt: skip
    scenarios = {name(at): {"desk": at - 2.0, "mttr": 900.0 * at, "fast": -20.0 * at} for at in range(count)}
    check(plot_scenarios(compared(card, scenarios), card, ["desk", "mttr", "fast", "cheap", "load"]))


def test_words_for_those_who_cannot_see_it():
    assert alt_text(plot_scenarios(two(), desk(), ["desk", "mttr"], names=NAMES)) == (
        "2 scenarios side by side, Whole organisation: effects in December 2026 on 2 goals. Service desk: A better "
        "tool +3.0 points (+1.2 to +4.8); More people −1.0 points (−1.6 to −0.4). Mean time to restore: A better tool "
        "−1 hours (−1.6 hours to −0.4 hours); More people +0.5 hours (+0.2 hours to +0.8 hours)."
    )


def test_an_effect_of_two_digits_is_not_cut():
    said = words(plot_scenarios(compared(desk(), {"a": {"desk": 20.0}, "b": {"desk": -33.3}}), desk(), "desk"))
    assert {"+20.0 points", "−33.3 points"} <= set(said)
