import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.model.periods import (
    check_period,
    containing,
    fiscal_name,
    grain,
    last_day,
    period_of,
    resolve,
    respelled,
    shown,
    span,
)

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
        ("Okt. 2026", "2026-10"),
        ("März 26", "2026-03"),
        ("févr. 2026", "2026-02"),
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
    with pytest.raises(ValueError, match=f"is not a period: write {period or '202'}"):
        check_period(text)


class TestFiscal:
    @pytest.mark.parametrize(
        ("text", "name"),
        [
            *[
                (text, "FY2026")
                for text in ("FY2026", "fy26", "FY 2026", "2025/26", "2025-26", "2025/2026", "FY2025/26")
            ],
            *[(text, "FY2026-Q1") for text in ("FY2026-Q1", "Q1 FY26", "FY26 Q1", "2025/26 Q1", "Q1 2025/26")],
            ("FY2010-11", "FY2011"),
            ("GJ 2025/26", "FY2026"),
            *[(text, "") for text in ("2010-11", "2010/11", "2025/27", "2026", "FY2026-Q5", "FY", "2024/03", "FY202")],
        ],
    )
    def test_spellings(self, text, name):
        assert fiscal_name(text) == name

    @pytest.mark.parametrize(
        ("text", "starts", "period", "months"),
        [
            ("FY2026", 4, "2025-04/2026-03", ("2025-04", "2026-03")),
            ("2025/26", 7, "2025-07/2026-06", ("2025-07", "2026-06")),
            ("FY2026-Q4", 10, "2026-07/2026-09", ("2026-07", "2026-09")),
            ("FY2026", 1, "2026", ("2026-01", "2026-12")),
            ("2026-03", 4, "2026-03", ("2026-03", "2026-03")),
            ("2026-01/2026-12", 4, "2026-01/2026-12", ("2026-01", "2026-12")),
        ],
    )
    def test_which_months_they_hold(self, text, starts, period, months):
        assert resolve(text, starts) == period
        assert tuple(map(period_of, span(period))) == months
        assert last_day(period).strftime("%Y-%m") == months[1]

    @given(st.integers(1901, 2199), st.integers(0, 4), st.integers(2, 12))
    def test_they_are_shown_as_they_are_written(self, year, quarter, starts):
        text = f"FY{year}" + (f"-Q{quarter}" if quarter else "")
        period = resolve(text, starts)
        assert (shown(period, starts), grain(period)) == (text, "quarter" if quarter else "year")
        assert containing(span(period)[0], grain(period), starts) == period

    @pytest.mark.parametrize(
        ("text", "starts", "words"),
        [
            ("2026", 4, "write FY2026 for 2025-04 to 2026-03, or 2026-01/2026-12"),
            ("2026-Q1", 4, "write FY2026-Q1 for 2025-04 to 2025-06, or 2026-01/2026-03"),
            ("FY2026", None, "say in the scorecard in which month its years start"),
            ("2025/26", 1, "say in the scorecard in which month its years start"),
            ("2010/11", None, "write 2010-11, or FY2011 if it is a fiscal year"),
            ("2025-01/2025-06", 4, "a quarter has 3 months, and a year 12"),
        ],
    )
    def test_what_may_be_two_things_is_refused(self, text, starts, words):
        with pytest.raises(ValueError, match=words):
            resolve(text, starts)
