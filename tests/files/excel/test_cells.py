import datetime

import pytest

from bsclib.files.excel.cells import Duration, Percent, duration_of, is_percent


@pytest.mark.parametrize(
    ("number_format", "value", "percent"),
    [
        ("0%", 0.97, True),
        ("0.00%", 0.97, True),
        ("0.00\\\u00a0%", 0.97, True),  # as a German LibreOffice writes it
        ("[$-407]0 %", 0.97, True),
        ("0%;-0", -0.97, False),
        ("0;-0%", -0.97, True),
        ("0;-0;0%", 0.0, True),
        ("[>1]0;0%", 0.97, True),
        ("[>1]0;0%", 97, False),
        ('0.0" %"', 97, False),
        ("0\\%", 97, False),
        ("0_%", 97, False),
        ("0*%", 97, False),
        ('"100%" 0', 97, False),
        ("General", 0.97, False),
        ("@", 0.97, False),
        (";;;", 0.97, False),
    ],
)
def test_percent_is_what_multiplies_by_a_hundred(number_format, value, percent):
    assert is_percent(number_format, value) is percent


@pytest.mark.parametrize(
    ("value", "number_format", "shown", "of_100"),
    [(0.97, "0%", "97%", 97), (0.9712, "0.0%", "97.1%", 97.12), (0.57, "0%", "57%", 57), (1e-7, "0%", "0%", 1e-5)],
)
def test_a_percentage_shows_and_holds(value, number_format, shown, of_100):
    percent = Percent(value, number_format)
    assert (percent, percent.shown, percent.of(100), percent.of(1)) == (value, shown, of_100, value)


@pytest.mark.parametrize(
    ("value", "number_format", "words"),
    [
        (datetime.time(6, 15), "h:mm", "6 h 15 min"),
        (datetime.timedelta(hours=30, minutes=30), "[h]:mm", "30 h 30 min"),
        (datetime.timedelta(seconds=90), "[mm]:ss", "1 min 30 s"),
        (datetime.datetime(1900, 1, 1, 6, 30), "h:mm", "30 h 30 min"),
        (datetime.time(0), "h:mm", "0 h"),
    ],
)
def test_a_duration_is_said_in_words(value, number_format, words):
    assert str(duration_of(value, number_format)) == words


@pytest.mark.parametrize(
    ("value", "number_format"),
    [(datetime.datetime(2026, 3, 1), "h:mm"), (datetime.datetime(1900, 1, 1), "dd.mm.yyyy"), (5, "h:mm")],
)
def test_a_date_is_none(value, number_format):
    assert duration_of(value, number_format) is None


def test_only_a_format_that_counts_hours_shows_all_of_them():
    long = datetime.timedelta(hours=30)
    hides = [bool(Duration(long, shown).hidden) for shown in ("h:mm", "[h]:mm", "[$-407]hh:mm")]
    assert hides == [True, False, True]
