import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from bsclib.model.nouns import KPI
from bsclib.plots.canvas import DPI, STYLE
from bsclib.plots.lettering import fit, safe_name, spread, width
from bsclib.plots.wording import expected_text, value_text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('Cost $5 & <b>more</b> "quoted"', 'Cost $5 & <b>more</b> "quoted"'),
        ("naïve  Größe\u00a0m²", "naïve Größe m²"),
        ("مدة الاستعادة", "mttr"),
        ("שלום", "mttr"),
        ("数据", "mttr"),
        ("Launch 👩‍👩‍👧", "mttr"),
        ("\u200d\u202e", "mttr"),
        ("a\u202eb", "ab"),
    ],
)
def test_names_the_font_cannot_draw_become_the_id(text, shown):
    assert safe_name(text, "mttr") == shown


def test_an_id_that_cannot_be_drawn_either_still_leaves_a_trace():
    assert safe_name("数据", "数-1") == "□-1"
    assert safe_name("数据") == "□□"
    assert safe_name("\u200d") == "□"


@given(
    st.text(st.characters(min_codepoint=32, max_codepoint=0x17F), max_size=600), st.integers(1, 4), st.floats(20, 300)
)
def test_fitted_text_fits(text, lines, room):
    text = safe_name(text, "id")
    found = fit(text, room, 9, lines).split("\n")
    assert len(found) <= lines
    assert all(width(line, 9) <= room or len(line.rstrip("…")) <= 1 for line in found)
    if "…" not in found[-1]:
        assert "".join("".join(found).split()) == "".join(text.split())


@pytest.mark.parametrize("bold", [False, True])
def test_widths_are_those_that_are_drawn(bold):
    text = "Restore 99.5 % of services, WAVE by wave"
    figure = Figure(dpi=DPI)
    with mpl.rc_context(STYLE):
        drawn = (
            figure.text(0, 0, text, size=9, weight="bold" if bold else "normal").get_window_extent().width / DPI * 72
        )
    assert drawn <= width(text, 9, bold) <= 1.08 * drawn


def test_values_are_shown_in_what_the_font_can_draw():
    kpi = KPI(id="k", name="K", objective="o", direction="lower_is_better", target=4, floor=9, measured_in="ساعة")
    assert value_text(kpi, 5.25) == "5.25"
    assert expected_text(kpi, pd.Series({"actual": 5.25, "expected": 4.0, "status": "off_target"})) == "≤ 4"


# ---------------------------------------------------------------------------------------------------- kept apart

places = st.lists(st.floats(-5, 15), min_size=1, max_size=8).map(sorted)


def test_words_are_broken_or_cut_to_fit():
    assert fit("Restore services fast", 60, 9, lines=2) == "Restore\nservices fast"
    assert fit("Restore services fast", 60, 9) == "Restore se…"


def test_what_has_room_stays():
    assert spread([1, 5, 9], [2, 2], 0, 10).tolist() == [1, 5, 9]


def test_what_collides_moves_apart_evenly():
    assert spread([5, 5], [2], 0, 10).tolist() == [4, 6]


def test_too_little_room_shrinks_the_gaps():
    assert spread([1, 1, 1], [8, 8], 0, 10).tolist() == [0, 5, 10]


@given(places, st.floats(0, 1))
def test_gaps_and_ends_are_kept(wanted, gap):
    found = spread(wanted, [gap] * (len(wanted) - 1), 0, 10)
    assert (np.diff(found) >= gap - 1e-9).all()
    assert found.min() >= -1e-9
    assert found.max() <= 10 + 1e-9
    inside = len(wanted) == 1 or (np.diff(wanted) >= gap).all()
    if inside and wanted[0] >= 0 and wanted[-1] <= 10:
        assert np.allclose(found, wanted)
