from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from oddities import RUDE
from pictures import check, words
from samples import desk

from bsclib.plots import alt_text, plot_schedule

LONG = "the share of all the work that was done as it had been promised to those who wait"
PERIODS = ["2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4"]
CARD = desk(
    initiatives=[
        {"id": "tool", "name": "A better tool", "changes": [{"kpi": "mttr", "by": -1}]},
        {"id": "school", "name": "A school", "changes": [{"kpi": "leavers", "by": -1}]},
    ]
)
CHOSEN = [("school", "2026-07", 4, 80000.0, 1.0, 0.4), ("tool", "2026-01", 2, 120000.0, 2.5, 1.24)]


def allocation(chosen=(), people=np.nan, used=(2.5, 0, 1, 1), named=PERIODS, **more):
    periods = pd.DataFrame({"period": named, "budget": 120000.0, "spent": np.linspace(120000, 20000, len(named))})
    periods["people"], periods["people_used"] = people, (list(used) * len(named))[: len(named)]
    table = pd.DataFrame(chosen, columns=["initiative", "start", "months", "still_to_pay", "people", "alone"])
    told = {"score": 71.5, "without": 70.0, "optimal": True, "gap": 0.0} | more
    return SimpleNamespace(chosen=table, periods=periods, **told)


def bars(axes):
    return [(bar.get_x(), bar.get_width()) for bar in axes.patches if bar.get_height() == 0.55]


def test_a_bar_runs_from_the_start_to_the_end():
    axes = plot_schedule(allocation(CHOSEN), CARD)
    check(axes)
    assert bars(axes) == [(2026 * 12, 2), (2026 * 12 + 6, 4)], "the first to start stands first"
    said = words(axes)
    assert said.index("A better tool") < said.index("A school")
    assert {
        "120,000 · alone +1.2",
        "80,000 · alone +0.4",
        "score 71.5, without them 70.0 · alone: points it adds by itself",
    } <= {*said}


def test_money_and_people_stand_against_what_there_is():
    axes = plot_schedule(allocation(CHOSEN, people=3.0), CARD)
    above, money, people = axes.figure.axes
    assert above is axes
    for strip, used, limit in ((money, [120000, 260000 / 3, 160000 / 3, 20000], 120000), (people, [2.5, 0, 1, 1], 3)):
        assert [bar.get_height() for bar in strip.patches] == pytest.approx(used)
        limits = [one.get_ydata().tolist() for one in strip.lines if one.get_linewidth() == 1.4]
        assert limits == [[limit, limit]] * 4
        assert strip.get_xlim() == axes.get_xlim()
    said = words(axes)
    assert "280,000 of 480,000" in said
    assert "at most 2.5 of 3" in said


def test_people_without_a_limit_and_without_people():
    assert "at most 2.5" in words(plot_schedule(allocation(CHOSEN), CARD))
    assert len(plot_schedule(allocation(CHOSEN, used=(0,)), CARD).figure.axes) == 2


def test_what_is_not_proven_is_said():
    said = words(plot_schedule(allocation(CHOSEN, optimal=False, gap=0.31), CARD))
    assert any("not proven the best: at most 0.31 short of it" in word for word in said)


def test_nothing_is_chosen():
    axes = plot_schedule(allocation(), CARD)
    check(axes)
    assert "Nothing is chosen." in words(axes)
    assert alt_text(axes).startswith("Schedule of 0 initiatives over 4 periods")


MONTHS = [f"{2026 + at // 12}-{at % 12 + 1:02d}" for at in range(60)]


@pytest.mark.parametrize("named", [MONTHS[:1], MONTHS[:7:6], MONTHS])
def test_periods_of_any_length(named):
    check(plot_schedule(allocation([("tool", "2026-01", 30, 1.0, 0.0, np.nan)], named=named), CARD))


@pytest.mark.parametrize("name", [lambda at: f"{at}: {LONG}", lambda at: list(RUDE.values())[at % 6]])
def test_no_text_overlaps_another_or_leaves_the_sheet(name):
    many = [{"id": f"i{at}", "name": name(at), "changes": [{"kpi": "mttr", "by": -1}]} for at in range(20)]
    rows = [(f"i{at}", PERIODS[at % 4].replace("Q", "0"), 1 + at % 9, 1e9 * at, 1.0, 1.0) for at in range(20)]
    check(plot_schedule(allocation(rows, people=5.0), desk(initiatives=many, name=name(0))))


def test_words_for_those_who_cannot_see_it():
    assert alt_text(plot_schedule(allocation(CHOSEN), CARD)) == (
        "Schedule of 2 initiatives over 4 periods, 280,000 spent. Score 71.5, without them 70.0. A better tool: from "
        "2026-01, 2 months. A school: from 2026-07, 4 months."
    )
