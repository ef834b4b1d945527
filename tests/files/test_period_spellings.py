"""What people type into a column of periods: read where it means one thing, beside the others of its column."""

import pytest

from bsclib.errors import ActualsError
from bsclib.files.actuals_files import read_table
from bsclib.files.period_spellings import read_spellings


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("01.02.2025", "2025-02-01"),
        ("1.2.2025", "2025-02-01"),
        ("15-02-2025", "2025-02-15"),
        ("2025/02/01", "2025-02-01"),
        ("2025-02-01 00:00:00", "2025-02-01"),
        ("31/12/2025", "2025-12-31"),
        ("12/31/2025", "2025-12-31"),
        ("01/01/2025", "2025-01-01"),
        ("Jan 25", "2025-01"),
        ("Jan-25", "2025-01"),
        ("févr. 25", "2025-02"),
        ("März 2025", "2025-03"),
        ("01/2025", "2025-01"),
        ("1.2025", "2025-01"),
        ("2025/02", "2025-02"),
        ("202502", "2025-02"),
        ("Q1 2025", "2025-Q1"),
    ],
)
def test_one_meaning(text, period):
    assert read_spellings([text]) == {text: period}


@pytest.mark.parametrize(
    "text", ["1/2/2025", "01/02/2025", "1.2.25", "2010/11", "31.02.2025", "2025", "2025-02", "FY2026", "soon", ""]
)
def test_two_meanings_or_none_or_already_a_period(text):
    assert read_spellings([text]) == {}


def test_a_column_says_which_number_is_the_month():
    assert read_spellings(["31/12/2025", "1/2/2025"])["1/2/2025"] == "2025-02-01"
    assert read_spellings(["12/31/2025", "1/2/2025"])["1/2/2025"] == "2025-01-02"
    assert "1/2/2025" not in read_spellings(["31/12/2025", "12/31/2025", "1/2/2025"])
    assert read_spellings(["01.02.2025", "1/2/2025"]) == {"01.02.2025": "2025-02-01"}


def test_two_digits_that_look_like_days_are_not_read():
    assert read_spellings(["Jan 11", "Jan 18", "Jan 25"]) == {}
    assert read_spellings(["Jan 10", "Jan 11"]) == {}
    assert len(read_spellings(["Nov 24", "Dec 24", "Jan 25"])) == 3


def test_a_note_says_what_was_read(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("kpi,period,actual\na,Jan-26,1\na,02/2026,2\na,2026-03,3\n")
    actuals, notes = read_table(file)
    assert actuals["period"].tolist() == ["2026-01", "2026-02", "2026-03"]
    assert notes == ["a.csv: the period 'Jan-26' was read as 2026-01, and 1 more in its way."]
    file.write_text("kpi,period,actual\na,Jan-26,1\na,2026-01,2\n")
    with pytest.raises(ActualsError, match=r"a\.csv, line 3, period: a in 2026-01 is given twice"):
        read_table(file)
