import matplotlib as mpl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from bsclib.model.nouns import KPI
from bsclib.plots.canvas import DPI, STYLE
from bsclib.plots.lettering import fit, safe_name, width
from bsclib.plots.wording import expectation, shown


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
    assert shown(kpi, 5.25) == "5.25"
    assert expectation(kpi, 4.0) == "≤ 4"
