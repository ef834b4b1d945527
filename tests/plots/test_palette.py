import numpy as np
import pytest
from matplotlib.font_manager import FontProperties, findfont, get_font

from bsclib.model.status import STATUSES, SYMBOLS, words
from bsclib.plots.palette import COLOURS, GREY, INK, LINES, PAPER, contrast, ink_on, luminance, marker

# Machado, Oliveira, Fernandes (2009), A physiologically-based model for simulation of color vision deficiency:
# severity 1.
SIGHT = {
    "full": np.eye(3),
    "without red cones": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "without green cones": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "without blue cones": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
    "grey": [[0.2126, 0.7152, 0.0722]] * 3,
}
PAIRS = [(a, b) for i, a in enumerate(STATUSES) for b in STATUSES[:i]]


def lightness(colour, sight="full"):
    """CIE L*, 0 for black to 100 for white."""
    shares = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    seen = np.array([0.2126, 0.7152, 0.0722]) @ np.clip(np.array(SIGHT[sight]) @ linear, 0, 1)
    return 116 * np.cbrt(seen) - 16


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_every_status_has_a_colour_a_symbol_and_a_marker():
    assert set(COLOURS) == set(SYMBOLS) == set(STATUSES)
    assert len(set(SYMBOLS.values())) == len(STATUSES)
    looks = {str({k: marker(one)[k] for k in ("marker", "markerfacecolor")}) for one in STATUSES}
    assert len(looks) == len(STATUSES)


@pytest.mark.parametrize("sight", SIGHT)
def test_statuses_differ_in_lightness_however_one_sees(sight):
    apart = {pair: abs(lightness(COLOURS[pair[0]], sight) - lightness(COLOURS[pair[1]], sight)) for pair in PAIRS}
    assert min(apart.values()) > 7, apart


def test_symbols_are_in_the_font():
    for weight in ("normal", "bold"):
        glyphs = get_font(findfont(FontProperties(family="DejaVu Sans", weight=weight))).get_charmap()
        assert all(ord(symbol) in glyphs for symbol in SYMBOLS.values())


def test_text_can_be_read_on_every_colour():
    for colour in COLOURS.values():
        assert contrast(ink_on(colour), colour) >= 4.5
    assert all(contrast(ink, PAPER) >= 4.5 for ink in (INK, GREY, *LINES))


def test_luminance_runs_from_black_to_white():
    assert (luminance("#000000"), luminance("#ffffff")) == (0, pytest.approx(1))


def test_words_of_a_status():
    assert [words(one) for one in STATUSES] == ["on target", "at risk", "off target", "no data", "undecided"]
