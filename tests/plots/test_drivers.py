import pytest
from oddities import RUDE, card, kpi
from pictures import check, words
from projected import drivers
from samples import desk

from bsclib import change
from bsclib.errors import UnknownNameError
from bsclib.plots import alt_text, plot_drivers
from bsclib.plots.palette import GAIN, LOSS

LONG = "the share of all the work that was done as it had been promised to those who wait"
ROWS = [
    ("mttr", "-10%", 2.4, 1.0, 3.5, "mttr, cost"),
    ("cost", "-10%", -0.6, -1.4, 0.3, "cost"),
    ("leavers", "-10%", 0.0, 0.0, 0.0, ""),
    ("load", "+10%", 1.1, 0.2, 2.0, ""),
]


def colours(axes):
    from matplotlib.colors import to_hex

    return [to_hex(bar.get_facecolor()) for bar in axes.patches]


def test_the_strongest_stands_at_the_top():
    axes = plot_drivers(drivers(*ROWS), desk())
    check(axes)
    assert [bar.get_width() for bar in axes.patches] == pytest.approx([2.4, 1.1, -0.6])
    said = words(axes)
    order = [said.index(word) for word in ("Mean time to restore", "Utilisation", "Cost")]
    assert order == sorted(order)
    assert "+2.4 points" in said
    assert "+1.0 to +3.5" in said
    assert "−10 % · through its own score and Cost" in said


def test_names_that_the_line_does_not_hold_are_counted():
    row = ("mttr", "-10%", 2.4, 1.0, 3.5, "mttr, cost, leavers, load")
    axes = plot_drivers(drivers(row), change(desk(), "cost", name=LONG))
    check(axes)
    assert "−10 % · through its own score and 3 more" in words(axes)


def test_a_line_over_each_bar_holds_the_band():
    axes = plot_drivers(drivers(*ROWS), desk())
    reach = [tuple(one.get_xdata()) for one in axes.lines if len(one.get_xdata()) == 2 and one.get_zorder() == 3]
    assert reach == [(1.0, 3.5), (0.2, 2.0), (-1.4, 0.3)]


def test_worse_has_another_colour_and_hatching():
    axes = plot_drivers(drivers(*ROWS), desk())
    assert colours(axes) == [GAIN, GAIN, LOSS]
    assert [bool(bar.get_hatch()) for bar in axes.patches] == [False, False, True]
    turned = plot_drivers(drivers(*ROWS), desk(), goal="mttr")  # fewer hours are better
    assert colours(turned) == [LOSS, LOSS, GAIN]
    assert LOSS not in colours(plot_drivers(drivers(*ROWS), desk(), goal="load")), "inside a range nobody can tell"


def test_the_others_are_counted():
    axes = plot_drivers(drivers(*ROWS), desk(), most=2)
    check(axes)
    assert len(axes.patches) == 2
    assert "2 more KPIs do 0.6 points at most." in words(axes)
    assert "1 more KPI does next to nothing." in words(plot_drivers(drivers(*ROWS), desk(), most=3))


def test_what_does_nothing_takes_no_row():
    axes = plot_drivers(drivers(*[ROWS[2]] * 3, ROWS[0]), desk())
    assert len(axes.patches) == 1
    assert "3 more KPIs do next to nothing." in words(axes)
    assert len(plot_drivers(drivers(ROWS[2]), desk()).patches) == 1, "but one row there is"


def test_no_driver_and_one():
    nothing = plot_drivers(drivers(), desk())
    check(nothing)
    assert "There is no KPI that could be moved for the better." in words(nothing)
    assert not nothing.lines
    check(plot_drivers(drivers(ROWS[0]), desk(), goal="mttr"))


def test_the_frame_says_the_goal():
    frame = drivers(*ROWS).assign(goal="cost", horizon=12)
    said = words(plot_drivers(frame, desk()))
    assert "What drives Cost" in said
    assert "each KPI moved the good way by 10 % · 12 months on · lower is better" in said
    with pytest.raises(UnknownNameError, match="did you mean 'cost'"):
        plot_drivers(frame, desk(), goal="costs")


@pytest.mark.parametrize("name", [lambda at: f"{at}: {LONG}", lambda at: list(RUDE.values())[at % 6]])
def test_no_text_overlaps_another_or_leaves_the_sheet(name):
    many = card(*(kpi(f"k{at}", name=name(at)) for at in range(16)))
    rows = [(f"k{at}", "+10%", 16.0 - at, -3.0 * at, 60.0, f"k{at}, k{15 - at}") for at in range(16)]
    for most in (1, 16):
        check(plot_drivers(drivers(*rows), many, most=most))


def test_words_for_those_who_cannot_see_it():
    assert alt_text(plot_drivers(drivers(*ROWS), desk())) == (
        "Tornado of what 4 KPIs, each moved the good way, can do to Service desk. Strongest: Mean time to restore, "
        "+2.4 points (+1.0 to +3.5). Then: Utilisation, +1.1 points (+0.2 to +2.0). Then: Cost, −0.6 points "
        "(−1.4 to +0.3). Of 1 the band holds 0."
    )
