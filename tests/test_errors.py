import pytest

from bsclib import errors
from bsclib.errors import BscError, Fault, nearest, unknown


def test_a_fault_says_where_what_got_allowed_and_fix():
    fault = Fault("actuals.csv, line 3", "not a number", got="x", allowed="a number", fix="leave it empty")
    assert str(fault) == "actuals.csv, line 3: not a number. Got: x. Allowed: a number. Fix: leave it empty."


def test_several_faults_make_one_message_and_are_kept_apart():
    error = BscError([Fault("a", "one"), Fault("b", "two")])
    assert str(error) == "2 faults:\n  a: one.\n  b: two."
    assert [fault.where for fault in error.faults] == ["a", "b"]


def test_of_many_faults_the_message_shows_the_first():
    error = BscError([Fault(f"line {number}", "wrong") for number in range(1_234)])
    assert len(error.faults) == 1_234
    assert str(error).startswith("1,234 faults:\n  line 0: wrong.\n")
    assert str(error).endswith("\n  line 49: wrong.\n  and 1,184 more")


def test_plain_words_make_an_error():
    assert str(BscError("it is empty")) == "it is empty."


def test_what_was_got_is_shortened():
    assert len(str(Fault("", "too long", got="x" * 10_000))) < 400
    long = "x" * 1_000_000
    assert len(str(Fault(long, long, long, long, long))) < 4_500
    assert str(Fault(f"a.csv, line 1, {long}", "no column")).startswith("a.csv, line 1, xxx")


def test_what_would_act_on_a_terminal_is_shown():
    said = str(Fault("a.csv, \x1b[31mred", "two\nlines of \u202eevil\x85", got="\x00\t\r", fix="take \ud800 out"))
    assert said == r"a.csv, \x1b[31mred: two" + "\n" + r"lines of \u202eevil\x85. Got: \x00\t\r. Fix: take \ud800 out."
    assert str(Fault("مرحبا", "\u2068مرحبا\u2069")) == "مرحبا: \u2068مرحبا\u2069."
    assert str(Fault("two\nlines", "one")) == r"two\nlines: one."


@pytest.mark.parametrize("turns", [*"\u061c\u200e\u200f\u202a\u202c\u202e\u2066\u2068\u2069", "\u2068a\u202e\u2069"])
def test_what_turns_the_direction_of_words_is_shown(turns):
    assert str(Fault(f"a{turns}b", f"c{turns}d", turns, turns, turns)).isprintable()


@pytest.mark.parametrize(
    "kind", [errors.ScorecardError, errors.ActualsError, errors.UnknownNameError, errors.ReportError]
)
def test_every_error_is_a_bsc_error(kind):
    with pytest.raises(BscError, match="something"):
        raise kind("something")


def test_builtin_kinds_let_callers_catch_them_the_usual_way():
    assert issubclass(errors.UnknownNameError, LookupError)
    assert issubclass(errors.ScorecardError, ValueError)
    assert issubclass(errors.ActualsError, ValueError)


@pytest.mark.parametrize(("name", "found"), [("mtrr", "mttr"), ("MTTR", "mttr"), ("nothing alike", "")])
def test_nearest(name, found):
    assert nearest(name, ["mttr", "uptime"]) == found


def test_unknown_names_the_place_and_what_is_near():
    text = "links[0].effect: there is no KPI 'mtrr'. Allowed: mttr, uptime. Fix: did you mean 'mttr'?"
    assert str(unknown("KPI", "mtrr", ["mttr", "uptime"], "links[0].effect")) == text


def test_unknown_without_any_known_name():
    assert "none is defined" in str(unknown("KPI", "x", []))
