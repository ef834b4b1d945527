"""A tower of scorecards as boxes and lines."""

import pandas as pd
import pytest
from pictures import check, words

from bsclib.plots import alt_text
from bsclib.study.lessons.tower_picture import plot_tower


def tower(teams):
    rows = [(0, "all", "The company", "", 8, 9), (1, "it", "IT of the company", "all", 1, 2)]
    rows += [(2, f"t{at}", f"Team {at} with a long name for its box", "it, all", 5, 7) for at in range(teams)]
    return pd.DataFrame(rows, columns=["level", "card", "name", "above", "objectives", "kpis"])


@pytest.mark.parametrize("teams", [0, 1, 2, 4, 9])
def test_every_level_is_drawn(teams):
    axes = plot_tower(tower(teams))
    check(axes)
    said = words(axes)
    assert {"The company", "8 objectives, 9 KPIs", "1 objective, 2 KPIs", "top", "1 below"} <= set(said)
    assert len(axes.lines) == 1 + 2 * teams
    assert ("6 more" in said) == (teams == 9)


def test_its_words():
    assert alt_text(plot_tower(tower(1))) == (
        "A tower of 3 scorecards on 3 levels, The company at the top. Lowest: Team 0 with a long name for its box."
    )
    assert alt_text(plot_tower(tower(0).head(1))) == "A tower of 1 scorecard on 1 level, The company at the top."
