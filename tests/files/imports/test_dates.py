import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.files.excel.sheet_reader import Day
from bsclib.files.imports.dates import readings, with_year, years_in
from bsclib.model.periods import check_period


@pytest.mark.parametrize(
    ("text", "periods"),
    [
        ("Jan-26", ["2026-01"]),
        ("Feb 2026", ["2026-02"]),
        ("Sept. 2025", ["2025-09"]),
        ("Jan '26", ["2026-01"]),
        ("January 2026", ["2026-01"]),
        ("2026 January", ["2026-01"]),
        ("01/2026", ["2026-01"]),
        ("2026M02", ["2026-02"]),
        (202601, ["2026-01"]),
        ("Februar 2026", ["2026-02"]),
        ("Mär 26", ["2026-03"]),
        ("Mrz 2026", ["2026-03"]),
        ("Dez. 2025", ["2025-12"]),
        ("févr. 2026", ["2026-02"]),
        ("août 2026", ["2026-08"]),
        ("5 Mar 2026", ["2026-03-05"]),
        ("5. März 2026", ["2026-03-05"]),
        ("March 5, 2026", ["2026-03-05"]),
        ("15-Jan-26", ["2026-01-15"]),
        ("31/01/2026", ["2026-01-31"]),
        ("01/31/2026", ["2026-01-31"]),
        ("03/04/2026", ["2026-04-03", "2026-03-04"]),
        ("03/03/2026", ["2026-03-03"]),
        ("01.02.2026", ["2026-02-01"]),
        ("2026-01-31 00:00:00", ["2026-01-31"]),
        ("2026-01-31T23:59:00Z", ["2026-01-31"]),
        ("Q1 2026", ["2026-Q1"]),
        ("1. Quartal 2026", ["2026-Q1"]),
        ("T1 2026", ["2026-Q1"]),
        ("KW 5 2026", ["2026-W05"]),
        ("2026-W05", ["2026-W05"]),
        ("2026", ["2026"]),
        (2026, ["2026"]),
        (2026.0, ["2026"]),
        (Day("2026-02"), ["2026-02"]),
        ("März", ["--03"]),
        ("Q2", ["--Q2"]),
        ("2010/11", []),
        ("FY2026", ["2025-04/2026-03"]),
        ("Sales", []),
        ("Marge", []),
        ("12", []),
        ("30/02/2026", []),
        (True, []),
        (None, []),
        (12.5, []),
    ],
)
def test_each_spelling_has_its_readings(text, periods):
    assert readings(text) == periods


def test_a_month_without_a_year_takes_one():
    assert (with_year("--03", 2026), with_year("--Q2", 2026), with_year("2025-01", 2026)) == (
        "2026-03",
        "2026-Q2",
        "2025-01",
    )


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("KPI report 2026", [2026]),
        ("2025 and 2026", [2025, 2026]),
        ("FY 2026", []),
        ("2025/26", []),
        ("Version 1.2026", []),
    ],
)
def test_a_title_names_its_years(title, years):
    assert years_in(title) == years


@pytest.mark.parametrize("text", ["FY2026", "FY26", "FY 2025/26", "2025/26", "2025/2026", "GJ 2026", "FY2026-Q1"])
def test_a_fiscal_year_starts_where_it_is_said_to(text):
    end = "2025-09" if "Q1" in text else "2026-06"
    assert readings(text, 7) == [f"2025-07/{end}"]
    assert readings("2026", 7) == ["2026"]
    assert readings("2025/26", 1) == []  # which are two years, where years start in January


@given(st.one_of(st.text(max_size=15), st.integers(), st.floats(), st.dates().map(str)))
def test_every_reading_is_a_period(value):
    for period in readings(value):
        check_period(with_year(period, 2026))
