"""Counting by unit and month: percentiles are those of numpy, whatever the number of groups."""

import numpy as np
import pytest

from bsclib.actuals.itsm.tally import Tally


@pytest.mark.parametrize(("units", "count"), [(2, 0), (2, 1), (3, 500), (400, 3000), (6000, 3000)])
def test_percentiles_are_those_of_each_units_month_and_of_all(units, count):
    tally = Tally.over([str(unit) if unit else "" for unit in range(units)], 1.7e9, 1.76e9, "UTC")
    rng = np.random.default_rng(count)
    unit, month = rng.integers(0, units, count), rng.integers(0, len(tally.starts), count)
    seconds = np.floor(rng.exponential(10.0 ** rng.integers(0, 7, count)))
    part = rng.integers(-1, 2, count)
    found = tally.percentiles(tally.cell(unit, month), month, seconds, part, (0.5, 0.9), 2)
    for number, (percentiles, counts) in enumerate(found):
        for row in {0, *unit.tolist()[:40]}:
            for column in range(len(tally.starts)):
                mine = seconds[(part == number) & (month == column) & ((unit == row) | (row == 0))]
                assert counts[row, column] == len(mine)
                for share, cells in zip((0.5, 0.9), percentiles, strict=True):
                    expected = np.quantile(mine, share) if len(mine) else np.nan
                    assert cells[row, column] == pytest.approx(expected, nan_ok=True)


def test_months_are_those_of_a_zone():
    tally = Tally.over([""], 1704067199.0, 1706745600.0, "Europe/Berlin")  # 2023-12-31T23:59:59Z to 2024-02-01
    assert tally.periods == ["2024-01", "2024-02"]
    assert tally.month(np.array([1704067199.0, 1706741999.0, 1706742000.0, np.nan])).tolist() == [0, 0, 1, 2]


def test_what_stands_at_a_months_end_has_begun_and_not_ended():
    tally = Tally.over(["", "Rome"], 1704067200.0, 1711929599.0, "UTC")
    unit = np.array([1, 1, 0])
    standing = tally.standing(unit, np.array([0, 1, 0]), np.array([2, 1, 3]))
    assert standing.tolist() == [[2, 2, 1], [1, 1, 0]]
