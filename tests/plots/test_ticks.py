import numpy as np
import pytest

from bsclib.plots.ticks import isolated, round_ticks, short_number, year_starts


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.25, "0.25"),
        (-9000, "−9000"),
        (40_000, "40k"),
        (1_250_000, "1.25M"),
        (3e9, "3G"),
        (2e15, "2e+15"),
        (0, "0"),
        (-2.4e-212, "−2e−212"),
    ],
)
def test_numbers_in_few_letters(value, text):
    assert short_number(value) == text


def test_ticks_are_round_and_inside():
    assert round_ticks(0.1, 9.9) == [2, 4, 6, 8]
    assert round_ticks(0, 1, most=4) == [0, 0.25, 0.5, 0.75, 1]
    assert round_ticks(0, 1, most=4, quarters=False) == [0, 0.5, 1]


def test_years_begin_in_january_and_less_than_a_year_has_its_first_month():
    january = 12 * 2025
    assert year_starts(np.arange(january - 3, january + 14)) == {january: "2025", january + 12: "2026"}
    assert year_starts(np.arange(january + 1, january + 9)) == {january + 1: "2025-02"}
    assert len(year_starts(np.arange(january, january + 240))) <= 4


def test_a_value_between_two_gaps_is_isolated():
    line = np.array([1, np.nan, 2, np.nan, 3, 4, np.nan, 5.0])
    assert isolated(line).tolist() == [True, False, True, False, False, False, False, True]
