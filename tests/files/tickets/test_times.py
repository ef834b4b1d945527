"""Times by stated forms: days that there are, and the hours that a change of the clock leaves out or repeats."""

import datetime
import zoneinfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bsclib.files.tickets.date_forms import form_of
from bsclib.files.tickets.times import check_form, read_times, to_utc

ZONES = [
    "Europe/Berlin",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "America/New_York",
    "Asia/Kolkata",
    "Africa/Cairo",
]


def read(*texts, forms=(), zone="UTC"):
    return read_times(pa.array(texts, pa.string()), forms, zone)


@given(
    st.datetimes(datetime.datetime(1972, 1, 1), datetime.datetime(2037, 12, 31)).map(
        lambda t: t.replace(microsecond=0)
    ),
    st.sampled_from(ZONES),
)
def test_a_time_by_a_zones_clock_is_the_instant_that_python_says(time, zone):
    """A second implementation: what exists, exists twice or not at all, is told by going there and back."""
    rule = zoneinfo.ZoneInfo(zone)
    early, late = (time.replace(tzinfo=rule, fold=fold).astimezone(datetime.UTC) for fold in (0, 1))
    exists = early.astimezone(rule).replace(tzinfo=None) == time or late.astimezone(rule).replace(tzinfo=None) == time
    seconds, skipped, twice = to_utc(np.array([np.datetime64(time, "s").astype(np.int64)]), zone)
    assert bool(skipped[0]) == (not exists)
    assert bool(twice[0]) == (exists and early != late)
    if exists and early == late:
        assert seconds[0] == early.timestamp()


@given(st.datetimes(datetime.datetime(1971, 1, 2), datetime.datetime(2200, 1, 1)), st.sampled_from([
    "%d/%m/%Y %H:%M:%S", "%m-%d-%Y %I:%M:%S %p", "%d %b %Y %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%B %d, %Y %H:%M:%S",
]))  # fmt: skip
def test_what_is_written_in_a_form_is_read_by_it(time, form):
    times = read(time.strftime(form), forms=[form])
    assert times.values[0] == np.datetime64(time.replace(microsecond=0), "s")


@pytest.mark.parametrize("day", ["30/02/2024", "31/02/2024", "29/02/2023", "31/04/2024", "31/11/2024", "32/01/2024"])
def test_days_that_there_are_not(day):
    assert read(day, forms=["%d/%m/%Y"]).unread.tolist() == [True]


@pytest.mark.parametrize(
    "day", ["2024-02-30", "2024-04-31 10:00:00", "2024-02-31T10:00:00+0300", "2024-02-30T23:00:00-0300"]
)
def test_days_that_there_are_not_in_iso(day):
    assert read(day).unread.tolist() == [True]


def test_the_last_days_of_months_with_offsets():
    times = read("2024-03-01T01:00:00+0300", "2024-02-29T23:00:00-0300", "2024-01-31T23:30:00-0500")
    assert times.values.astype(str).tolist() == ["2024-02-29T22:00:00", "2024-03-01T02:00:00", "2024-02-01T04:30:00"]
    assert not times.naive


def test_nothing_is_no_time_and_no_fault():
    times = read(None, "2024-03-01")
    assert np.isnat(times.values).tolist() == [True, False]
    assert not times.unread.any()


MONTHS = {
    "english": "January February March April May June July August September October November December",
    "german": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "french": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "spanish": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "portuguese": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "short english": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "short german": "Jan. Feb. Mär. Apr. Mai Jun. Jul. Aug. Sep. Okt. Nov. Dez.",
    "short french": "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
    "short spanish": "ene. feb. mar. abr. may. jun. jul. ago. sept. oct. nov. dic.",
    "short portuguese": "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
}


@pytest.mark.parametrize("language", MONTHS)
def test_months_in_five_languages(language):
    for month, name in enumerate(MONTHS[language].split(), 1):
        texts = [f"3 {name} 2024 10:00", f"13 {name.upper()} 2024 10:00"]
        forms = [form_of(text) for text in texts]
        assert forms == [("%d %b %Y %H:%M", "")] * 2
        times = read(*texts, forms=["%d %b %Y %H:%M"])
        assert times.values.astype(str).tolist() == [f"2024-{month:02}-03T10:00:00", f"2024-{month:02}-13T10:00:00"]


@pytest.mark.parametrize("form", ["%d/%m", "%H:%M", "%d/%m/%Q", "today"])
def test_what_is_no_form(form):
    with pytest.raises(ValueError, match=r"%d/%m/%Y"):
        check_form(form)
