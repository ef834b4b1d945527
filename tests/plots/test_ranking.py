import numpy as np
import pandas as pd
import pytest
from oddities import RUDE
from pictures import check, words

from bsclib.design.selection.criteria import rank_stability
from bsclib.plots import alt_text, plot_ranking
from bsclib.plots.ranking import _ticks

LONG = "the share of all the work that was done as it had been promised to those who wait"
TZENG = [[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]]


def ranked(count, seed=0):
    random = np.random.default_rng(seed)
    ids = [f"o{at}" for at in range(count)]
    return rank_stability(pd.DataFrame(random.random((count, 4)), index=ids), [1, 2, 3, 4], [True] * 4, draws=200)


def test_few_ranks_are_written_all_and_of_many_the_round_ones():
    assert _ticks(3) == [1, 2, 3]
    assert _ticks(27) == [1, 5, 10, 15, 20, 25]


@pytest.mark.parametrize("count", [2, 12, 40])
@pytest.mark.parametrize("name", [str, lambda id: f"{id}: {LONG}", lambda id: list(RUDE.values())[len(id) % 6]])
def test_no_text_overlaps_another_or_leaves_the_sheet(count, name):
    found = ranked(count)
    check(plot_ranking(found, {id: name(id) for id in found["alternative"]}))


def test_a_bar_runs_from_the_best_rank_to_the_worst():
    found = ranked(9)
    axes = plot_ranking(found)
    bars = [line.get_xdata() for line in axes.lines if len(line.get_xdata()) == 2 and line.get_linewidth() == 7]
    assert [tuple(bar) for bar in bars] == list(zip(found["best_rank"], found["worst_rank"], strict=True))
    stated = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"]
    assert stated == found["rank"].tolist()
    means = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "|"]
    assert means == pytest.approx(found["mean_rank"].tolist())
    assert [line.get_ydata()[0] for line in axes.lines if line.get_marker() == "o"] == list(range(9))


def test_the_ranks_reach_as_far_as_the_worst_one():
    axes = plot_ranking(ranked(20).head(5).assign(worst_rank=20))
    assert axes.get_xlim() == (0.5, 20.5)
    assert {"10", "15", "20"} <= set(words(axes))
    check(axes)


def test_the_shares_stand_beside_the_bars():
    found = rank_stability(TZENG, [0.3, 0.4, 0.3], [True] * 3, draws=1000)
    axes = plot_ranking(found, {"2": "Third", "1": "Second"})
    said = words(axes)
    share = found.set_index("alternative")["chance_of_rank"]
    assert f"{100 * share[2]:.0f} %" in said
    assert {"1 Third", "2 Second", "3 0", "4 3", "keeps it", "is first", "1,000 draws of the weights"} <= {
        " ".join(word.split()) for word in said
    }
    assert alt_text(axes).startswith(
        f"Ranks of 4 alternatives over 1,000 draws of the weights. First: Third, which keeps rank 1 in "
        f"{100 * share[2]:.0f} % of the draws."
    )


def test_equals_share_a_rank():
    found = rank_stability([[1, 2], [2, 1], [0, 0]], [1, 1], [True] * 2, draws=100)
    axes = plot_ranking(found)
    check(axes)
    assert [" ".join(word.split()) for word in words(axes)].count("1 0") == 1
    assert found["rank"].tolist() == [1, 1, 3]
    assert "1 keeps the rank in every draw." in alt_text(axes)
