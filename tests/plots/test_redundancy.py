import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from oddities import RUDE, card, kpi
from pictures import check, words

from bsclib import read_actuals, read_scorecard
from bsclib.design.selection.redundancy import redundancy_clusters
from bsclib.errors import BscError
from bsclib.model.periods import period_of
from bsclib.plots import alt_text, plot_redundancy
from bsclib.plots.palette import INK, LANE, contrast, ink_on
from bsclib.plots.redundancy import _SHADES

LONG = "the share of all the work that was done as it had been promised to those who wait"


def made(count, name=str, months=60, drivers=5):
    """Actuals of KPIs in a few groups, every eleventh too short to compare, and their scorecard."""
    random = np.random.default_rng(0)
    base = random.normal(size=(months, drivers))
    frames = []
    for at in range(count):
        values = (-1) ** at * base[:, at % drivers] * (at % 3) + 0.4 * random.normal(size=months)
        values[: months - 20 if at % 11 == 7 else 0] = np.nan
        periods = [period_of(2020 * 12 + month) for month in range(months)]
        frames.append(pd.DataFrame({"kpi": f"k{at}", "period": periods, "actual": values}))
    return pd.concat(frames), card(*(kpi(f"k{at}", name=name(f"KPI {at}")) for at in range(count)))


def outlines(axes):
    frames = [one for one in axes.patches if isinstance(one, Rectangle) and not one.get_fill()]
    assert {to_hex(one.get_edgecolor()) for one in frames} <= {INK}
    return sorted((one.get_x(), one.get_y(), one.get_width(), one.get_height()) for one in frames)


@pytest.mark.parametrize("count", [1, 2, 24, 70])
@pytest.mark.parametrize("name", [str, lambda text: f"{text}: {LONG}", lambda text: list(RUDE.values())[len(text) % 6]])
def test_no_text_overlaps_another_or_leaves_the_sheet(count, name):
    check(plot_redundancy(*made(count, name)))


def test_cells_say_how_closely_two_kpis_move_together_and_on_how_many_months():
    actuals, scorecard = made(3, drivers=1)
    rows = actuals[~((actuals["kpi"] == "k2") & (actuals["period"] < "2021-03"))]
    axes = plot_redundancy(rows, scorecard)
    found = redundancy_clusters(rows, scorecard).set_index("kpi")
    (mesh,) = (one for one in axes.collections if isinstance(one, QuadMesh))
    drawn = np.ma.filled(mesh.get_array(), np.nan).reshape(3, 3)
    assert np.isnan(drawn[np.triu_indices(3)]).all()
    assert drawn[2, 1] == pytest.approx(found.loc["k1", "correlation"], abs=1e-6)
    said = words(axes)
    assert said.count("60") == 1
    assert said.count("46") == 2
    assert str(round(100 * found.loc["k1", "correlation"])).replace("-", "−") in said


def test_months_that_are_alike_are_said_once():
    actuals, scorecard = made(3, drivers=1)
    said = words(plot_redundancy(actuals, scorecard))
    assert "60" not in said
    assert "correlation in hundredths, of 60 months" in " ".join(said)
    rows = actuals[~((actuals["kpi"] == "k2") & (actuals["period"] < "2020-02"))]
    assert "of 59 to 60 months" in " ".join(words(plot_redundancy(rows, scorecard)))


def test_groups_are_outlined_and_their_names_bold():
    actuals, scorecard = made(12)
    axes = plot_redundancy(actuals, scorecard)
    clusters = redundancy_clusters(actuals, scorecard)["cluster"].value_counts()
    sizes = sorted(clusters[clusters > 1])
    found = outlines(axes)
    assert sorted(wide for _, _, wide, _ in found) == sizes
    assert all(x == y and wide == tall for x, y, wide, tall in found)
    bold = {one.get_text() for one in axes.texts if one.get_weight() == "bold" and one.get_text().startswith("KPI")}
    grouped = redundancy_clusters(actuals, scorecard)
    grouped = grouped[grouped["cluster"].isin(clusters.index[clusters > 1])]
    assert bold == {scorecard.names[id] for id in grouped["kpi"]}
    many = " on average" if max(sizes) > 2 else ""  # a pair has no average
    assert f"move together: 70 or more{many}, either way" in words(axes)
    assert outlines(plot_redundancy(actuals, scorecard, above=1)) == []


def test_pairs_that_could_not_be_compared_are_grey():
    axes = plot_redundancy(*made(9))
    grey = [one for one in axes.patches if to_hex(one.get_facecolor()) == LANE]
    assert len(grey) == 8
    assert words(axes).count("–") == 8
    assert "not compared: fewer than 24 months, or one does not vary" in words(axes)
    assert "8 pairs could not be compared." in alt_text(axes)
    assert not any(word.startswith("not compared") for word in words(plot_redundancy(*made(5))))


def test_numbers_can_be_read_on_every_shade():
    assert min(contrast(ink_on(shade), shade) for shade in _SHADES) >= 4.5
    assert len(set(_SHADES)) == 21


def test_the_shipped_case():
    axes = plot_redundancy(read_actuals("meridian"), read_scorecard("meridian"))
    check(axes)
    assert alt_text(axes).startswith(
        "Heat map of which of 27 KPIs of Meridian Freight IT move together, Whole organisation: 1 group. "
        "Budget variance and IT cost per user: 0.98."
    )


def test_one_unit():
    actuals, scorecard = made(3)
    both = pd.concat([actuals.assign(unit="North"), actuals.assign(unit="South")])
    axes = plot_redundancy(both, scorecard, "North")
    assert any(word.startswith("North · ") for word in words(axes))
    assert "North" in alt_text(axes)


def test_nothing_moves_together():
    axes = plot_redundancy(*made(2))
    assert "no two do" in alt_text(axes)
    assert not any(word.startswith("move together") for word in words(axes))
    with pytest.raises(BscError, match="no size of a correlation"):
        plot_redundancy(*made(2), above=0)
