"""Two numbers a row, as a ring and a disc."""

import pytest
from pictures import check, words

from bsclib.plots import alt_text
from bsclib.study.lessons.two_readings import plot_two_readings
from bsclib.wording import percent

CALLED = ("by its own KPIs", "from below")


def test_both_numbers_stand_beside_their_marks():
    axes = plot_two_readings(["Grow", "Save"], [80.7, 95.2], [81.6, 70.1], CALLED, "Each goal in two readings")
    check(axes)
    assert {"Grow", "Save", "80.7", "81.6", "95.2", "70.1", *CALLED} <= set(words(axes))
    assert alt_text(axes) == (
        "Each goal in two readings: by its own KPIs, and from below; 2 rows. Furthest apart: Save, 95.2 and 70.1."
    )
    ring, disc = ([line for line in axes.lines if line.get_markerfacecolor() == at] for at in ("#ffffff", "#1f4e79"))
    assert [float(line.get_xdata()[0]) for line in ring] == [80.7, 95.2]
    assert [float(line.get_xdata()[0]) for line in disc][:1] == [81.6]


def test_shares_are_told_with_their_sign():
    axes = plot_two_readings(["Antwerp"], [0.06], [0.7], ("far", "near"), "Held", told=percent)
    check(axes)
    assert {"6 %", "70 %"} <= set(words(axes))


@pytest.mark.parametrize("ends", [([], []), ([None], [3.0]), ([5.0], [5.0])], ids=["none", "unknown", "equal"])
def test_few_rows(ends):
    check(
        plot_two_readings(
            ["A goal with a name of more letters than there is room for"] * len(ends[0]), *ends, CALLED, "T"
        )
    )
