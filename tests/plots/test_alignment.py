import numpy as np
import pandas as pd
import pytest
from oddities import RUDE
from pictures import check, words

from bsclib.design.alignment import alignment, support_matrix
from bsclib.files.tower import read_tower
from bsclib.plots import alt_text, plot_alignment
from bsclib.plots.alignment import _SHADES
from bsclib.plots.palette import contrast, ink_on


def matrix(tall, wide, seed=1):
    letters = np.random.default_rng(seed).choice(["", "S", "P"], (tall, wide), p=[0.5, 0.3, 0.2])
    return pd.DataFrame(
        letters, index=[f"EG{at:02}" for at in range(tall)], columns=[f"APO{at:02}" for at in range(wide)]
    )


def test_thirteen_goals_and_forty_objectives_can_be_read():
    table = matrix(13, 40)
    table.iloc[3], table.iloc[:, 7] = "", ""
    axes = plot_alignment(table, {f"EG{at:02}": f"Portfolio of competitive products {at}" for at in range(13)}, "COBIT")
    check(axes)
    told = words(axes)
    assert (told.count("P"), told.count("S")) == ((table == "P").sum().sum(), (table == "S").sum().sum())
    assert told.count("nobody") == told.count("none here") == 1
    assert all(text.get_fontsize() >= 7 for text in axes.texts)
    assert "APO39" in told


def test_letters_and_lightness_tell_the_strength_apart_without_colour():
    blank, light, dark = _SHADES
    assert contrast(blank, light) > 1.3
    assert contrast(light, dark) > 3
    assert min(contrast(ink_on(shade), shade) for shade in _SHADES) > 4.5


def test_orphans_are_bold_hatched_and_named():
    table = pd.DataFrame([["P", "", "S"], ["", "", ""]], index=["grow", "green"], columns=["a", "b", "c"])
    axes = plot_alignment(table, {"green": "Be green", "b": "Be busy"})
    assert len(axes.patches) == 2
    bold = {
        label.get_text() for label in (*axes.get_yticklabels(), *axes.get_xticklabels()) if label.get_weight() == "bold"
    }
    assert bold == {"Be green", "Be busy"}
    assert alt_text(axes) == (
        "Who supports what. 2 goals and 3 objectives; 1 primary support and 1 secondary one. Nobody supports Be green. "
        "No goal here is supported by Be busy. Most supported: grow, by 2 objectives."
    )


@pytest.mark.parametrize("shape", [(1, 1), (2, 60), (40, 3)])
def test_any_size_fits(shape):
    check(plot_alignment(matrix(*shape)))
    check(plot_alignment(matrix(*shape).replace(["P", "S"], "")))


@pytest.mark.parametrize("name", list(RUDE.values()))
def test_any_name_fits(name):
    check(plot_alignment(matrix(3, 4), {"EG01": name, "APO01": name}, name))


def test_meridians_levels():
    tower = read_tower("meridian")
    names = {f"{card.id}.{part.id}": part.name for card in tower.cards for part in card.objectives}
    drawn = support_matrix(alignment(tower.cards), "meridian", ["development", "operations"])
    axes = plot_alignment(drawn, names, "Meridian Freight IT")
    check(axes)
    assert words(axes).count("nobody") == 3
