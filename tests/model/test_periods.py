import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.model.periods import check_period, containing, grain, last_day, period_of, respelled, span

MARCH = 2024 * 12 + 2


@pytest.mark.parametrize(
    ("text", "size", "first", "last"),
    [
        ("2024", "year", MARCH - 2, MARCH + 9),
        ("2024-Q1", "quarter", MARCH - 2, MARCH),
        ("2024-03", "month", MARCH, MARCH),
        ("2024-W10", "week", MARCH, MARCH),
        ("2024-03-31", "day", MARCH, MARCH),
    ],
)
def test_each_kind_of_period(text, size, first, last):
    assert (grain(text), *span(text)) == (size, first, last)


def test_a_week_belongs_to_the_month_of_its_thursday():
    assert [period_of(span(week)[0]) for week in ("2024-W05", "2025-W01", "2020-W53")] == [
        "2024-02",
        "2025-01",
        "2020-12",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "2024-13",
        "2024-00",
        "2024-Q5",
        "24-03",
        "2024-3",
        "2024-02-30",
        "2024-W00",
        "2021-W53",
        "0202-01",
        "",
        "March",
        "2024-03 ",
        "٢٠٢٤-03",
        "2024/03",
        "2024-W1",
        "2024-03-00",
    ],
)
def test_what_is_not_a_period_is_refused(text):
    with pytest.raises(ValueError, match="is not a period: write 2024"):
        check_period(text)


@given(st.dates(datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)))
def test_every_day_lies_in_its_month_quarter_and_year(day):
    month = span(day.isoformat())[0]
    assert period_of(month) == day.isoformat()[:7]
    for size in ("month", "quarter", "year"):
        first, last = span(containing(month, size))
        assert first <= month <= last
        assert grain(containing(month, size)) == size


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024", (2024, 12, 31)),
        ("2024-Q1", (2024, 3, 31)),
        ("2024-02", (2024, 2, 29)),
        ("2024-W05", (2024, 2, 4)),
        ("2024-03-15", (2024, 3, 15)),
    ],
)
def test_last_day(text, day):
    assert last_day(text) == datetime.date(*day)


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("Feb-26", "2026-02"),
        ("february 2026", "2026-02"),
        ("Sept. '25", "2025-09"),
        ("2026 Mar", "2026-03"),
        ("2026/2", "2026-02"),
        ("2026M11", "2026-11"),
        ("202602", "2026-02"),
        ("02/2026", "2026-02"),
        ("Q1 2026", "2026-Q1"),
        ("2026Q4", "2026-Q4"),
        ("2026-02-01 00:00:00", "2026-02-01"),
        ("2026-02-01T00:00:00Z", "2026-02-01"),
        ("01/02/2026", ""),
        ("Feb", ""),
        ("March 1850", ""),
        ("13/2026", ""),
        ("2010-11-x", ""),
    ],
)
def test_other_spellings_of_a_period(text, period):
    assert respelled(text) == period
    with pytest.raises(ValueError, match=f"is not a period: write {period or '2024, 2024-Q1'}"):
        check_period(text)
