import contextlib
import decimal
import fractions

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import desk

from bsclib.study.answer_forms import (
    IncomparableError,
    MisfitError,
    as_names,
    as_numbers,
    by_name,
    key,
    quoted,
    says_none,
    single,
    untouched,
)


@pytest.mark.parametrize(
    "stub",
    [
        *[..., None, "", "  ", "...", "…", [], {}, set(), [...], (..., ...), {"mttr": ...}, {"a": None, "b": ...}],
        *[pd.Series([], dtype=float), pd.DataFrame(), pd.Series({"a": ..., "b": ...}), np.array([])],
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_a_stub_is_untouched(stub):
    assert untouched(stub)


@pytest.mark.parametrize(
    "answer",
    [0, False, "0", [0], {"a": 0, "b": ...}, np.nan, pd.Series([0.0]), len],
    ids=lambda answer: type(answer).__name__,
)
def test_an_answer_is_not(answer):
    assert not untouched(answer)


class TestNumbers:
    @pytest.mark.parametrize(
        ("written", "number"),
        [
            *[("1234.5", 1234.5), ("1,234.5", 1234.5), ("1.234,5", 1234.5), ("1 234,5", 1234.5), ("1'234.5", 1234.5)],
            *[("1\u202f234.5", 1234.5), ("1_000", 1000), ("1,234,567", 1234567), ("1.234.567", 1234567), (".5", 0.5)],
            *[("0,74", 0.74), ("+3", 3), ("-3", -3), ("\u22123", -3), ("1e3", 1000), ("~ 42", 42), ("= 42", 42)],
            *[("4.2 h", 4.2), ("4 EUR", 4), ("EUR 4", 4), ("€1,234.5", 1234.5), ("74%", 74), ("٣", 3)],
            *[("level 1", 1), ("Level 1: initial", 1), ("about 42", 42), ("it is 3 %", 3), ("ca. 3.5", 3.5)],
            *[("eight", 8), ("Zero", 0), ("none", 0), ("four pairs of months", 4), ("three questions", 3)],
        ],
    )
    def test_as_written(self, written, number):
        assert as_numbers(written) == pytest.approx([number])

    def test_a_comma_before_three_digits_is_read_both_ways(self):
        assert as_numbers("1,234") == [1234, 1.234]

    @pytest.mark.parametrize(
        "number",
        [74, 74.0, np.float32(74), np.int8(74), decimal.Decimal(74), fractions.Fraction(74)],
    )
    def test_of_every_type(self, number):
        assert as_numbers(number) == [74]

    @pytest.mark.parametrize(
        ("written", "unit", "number"),
        [
            *[("74 %", "share", 0.74), ("74 percent", "share", 0.74), ("0.74", "share", 0.74), ("74 %", "%", 74)],
            *[("1/2", "share", 0.5), ("-3 / 4", "", -0.75), ("1⁄3", "share", 1 / 3)],
            *[
                ("1 in 128", "share", 1 / 128),
                ("One out of 1,000", "share", 0.001),
                ("234 of 247", "%", 100 * 234 / 247),
            ],
            *[("about 120", "tickets", 120), ("roughly 12 %", "share", 0.12), ("ca. 5", "", 5)],
            *[("74 %", "score", 74), ("252 min", "hours", 4.2), ("2 days", "h", 48), ("90", "minutes", 90)],
        ],
    )
    def test_in_the_unit_asked_for(self, written, unit, number):
        assert as_numbers(written, unit) == pytest.approx([number])

    @pytest.mark.parametrize(
        ("answer", "says"),
        [
            *[
                ("no idea", "holds no number"),
                *[
                    ("one and a half", "holds no number"),
                    ("two hundred", "holds no number"),
                    ("some", "holds no number"),
                    ("three quarters", "holds no number"),
                ],
                *[("nonesuch", "holds no number"), ("level one or 2", "holds no number")],
                ("70 or 75", "holds several"),
                ("1/0", "holds several"),
                ("1.2.3,4,5", "dots and commas"),
            ],
            *[
                (True, "this is True"),
                (np.inf, "not a finite number"),
                (10**400, "not a finite"),
                ("1" * 150 + "e999", "finite"),
            ],
            *[("5" * 500, "holds no number"), (" " * 100_000 + "x", "holds no number")],
        ],
    )
    def test_that_do_not_fit(self, answer, says):
        with pytest.raises(MisfitError, match=says):
            as_numbers(answer)

    @pytest.mark.parametrize(
        ("written", "asked", "said"),
        [
            ("20 minutes", "%", "asked for in %; this is a time in minutes"),
            ("3 h", "share", "asked for as a share; this is a time in h"),
            ("20 €", "%", "this is money"),
            ("€20", "hours", "asked for in hours; this is money"),
            ("20 %", "EUR", "this is a percentage"),
            ("3 weeks", "months", "asked for in months; this is a time in weeks"),
            ("3 months", "days", "asked for in days; this is in months"),
        ],
    )
    def test_a_number_in_a_unit_of_another_kind_is_none(self, written, asked, said):
        with pytest.raises(MisfitError, match=said):
            as_numbers(written, asked)

    def test_a_unit_of_the_same_kind_or_of_no_known_one_is_read(self):
        assert as_numbers("EUR 4", "EUR") == as_numbers("4 €", "€") == as_numbers("4", "months") == [4]
        assert as_numbers("4 months", "months") == as_numbers("4 tickets", "%") == as_numbers("4 %", "score") == [4]

    def test_a_percentage_is_no_time(self):
        with pytest.raises(MisfitError, match="asked for in hours; this is a percentage"):
            as_numbers("74 %", "hours")

    @pytest.mark.parametrize(
        "answer", [len, 1j, object(), b"1", pd.Timestamp(0)], ids=lambda answer: type(answer).__name__
    )
    def test_that_cannot_be_compared(self, answer):
        with pytest.raises(IncomparableError, match="cannot be compared"):
            as_numbers(answer)

    @given(st.floats(-1e12, 1e12))
    def test_a_number_survives_being_written(self, number):
        for written in (f"{number!r}", f"{number:,.6f}", f"{number:_.6f}", f"{number:.6f} h"):
            assert any(one == pytest.approx(number, abs=1e-6) for one in as_numbers(written))

    @given(st.text())
    def test_any_text_is_read_or_refused(self, text):
        with contextlib.suppress(MisfitError):
            assert all(isinstance(one, float) for one in as_numbers(text, "share"))


class TestSingle:
    @pytest.mark.parametrize(
        "answer",
        [
            *[4.2, [4.2], (4.2,), {4.2}, {"mttr": 4.2}, np.array(4.2), np.array([[4.2]]), np.float64(4.2)],
            *[pd.Series([4.2]), pd.Series({"mttr": 4.2}), pd.DataFrame({"actual": [4.2]}), pd.Index([4.2])],
        ],
        ids=lambda answer: type(answer).__name__,
    )
    def test_one_thing_in_any_wrapping(self, answer):
        assert single(answer, "one number") == 4.2

    @pytest.mark.parametrize(
        "gone", [np.nan, pd.NA, pd.NaT, [None, None][:1], {"a": np.nan}], ids=lambda answer: type(answer).__name__
    )
    def test_a_missing_one(self, gone):
        with pytest.raises(MisfitError, match="missing one"):
            single(gone, "one number")

    def test_several(self):
        with pytest.raises(MisfitError, match="one number is asked for; this holds 2 things"):
            single([1, 2], "one number")


class TestNames:
    @pytest.mark.parametrize(
        "answer",
        [
            *[
                "mttr, uptime",
                "mttr and uptime",
                "mttr; uptime",
                "mttr\nuptime",
                ["mttr", "uptime"],
                ("mttr", "uptime"),
            ],
            *[np.array(["mttr", "uptime"]), pd.Index(["mttr", "uptime"]), {"mttr": 1, "uptime": 2}],
            *[{"mttr": True, "uptime": True, "csat": False}, {"mttr": 1, "uptime": 2}.keys()],
            *[pd.Series(["mttr", "uptime"]), pd.Series(["mttr", "uptime"], dtype="category")],
            *[pd.Series({"mttr": 4.2, "uptime": 99.0}), pd.Series({"mttr": True, "uptime": True, "csat": False})],
            *[pd.DataFrame({"id": ["mttr", "uptime"], "score": [1, 2]}), pd.DataFrame({"x": ["mttr", "uptime"]})],
            *[pd.DataFrame({"a": [1, 2], "b": [3, 4]}, index=["mttr", "uptime"])],
        ],
        ids=lambda answer: type(answer).__name__,
    )
    def test_in_any_form(self, answer):
        assert as_names(answer) == ["mttr", "uptime"]

    def test_a_part_of_the_scorecard_is_named_by_its_id(self):
        card = desk()
        assert as_names(card.kpi("mttr")) == ["mttr"]
        assert as_names([card.kpi("mttr"), card.objective("fast")]) == ["mttr", "fast"]

    def test_a_known_name_is_not_split(self):
        assert as_names("Learning and growth", {key("Learning and growth")}) == ["Learning and growth"]
        assert as_names("Cost, total; Mean time", {"cost, total", "mean time"}) == ["Cost, total", "Mean time"]
        known = {"staff who leave, a year", "time, to restore and answer", "cost"}
        text = "Cost, Staff who leave, a year and Time, to restore and answer, unheard of"
        names = ["Cost", "Staff who leave, a year", "Time, to restore and answer", "unheard of"]
        assert as_names(text, known) == names

    @pytest.mark.parametrize(
        "answer",
        [len, object(), [["a"]], b"mttr", pd.DataFrame({"a": [1], "b": [2]})],
        ids=lambda answer: type(answer).__name__,
    )
    def test_that_cannot_be_compared(self, answer):
        with pytest.raises(IncomparableError, match=r"cannot be compared|several columns"):
            as_names(answer)

    def test_truth_is_no_name(self):
        with pytest.raises(MisfitError, match="names are asked for; this holds True"):
            as_names([True])


class TestByName:
    @pytest.mark.parametrize(
        "answer",
        [
            *[{"a": 1, "b": 2}, [1, 2], (1, 2), np.array([1, 2]), [("a", 1), ("b", 2)], pd.Series({"a": 1, "b": 2})],
            *[pd.Series([1, 2]), pd.DataFrame({"n": [1, 2]}, index=["a", "b"]), pd.DataFrame({"n": [1, 2]})],
            *[pd.DataFrame({"id": ["a", "b"], "n": [1, 2]})],
        ],
        ids=lambda answer: type(answer).__name__,
    )
    def test_in_any_form(self, answer):
        assert by_name(answer, ["a", "b"]) == {"a": 1, "b": 2}

    def test_too_few(self):
        with pytest.raises(MisfitError, match="2 numbers are asked for; this holds 1"):
            by_name([1], ["a", "b"])

    def test_one_name_twice(self):
        with pytest.raises(MisfitError, match="‘a’ is there twice"):
            by_name([("a", 1), ("a", 2)], ["a", "b"])

    @pytest.mark.parametrize(
        "answer",
        [
            "6, 2, 10",
            "6,2,10",
            "6 2 10",
            "[6, 2, 10]",
            "6; 2; 10",
            "6, 2 and 10",
            "a: 6, b: 2, c: 10",
            "a 6, b 2, c 10",
        ],
    )
    def test_in_one_text(self, answer):
        found = by_name(answer, ["a", "b", "c"])
        assert {name: float(value) for name, value in found.items()} == {"a": 6, "b": 2, "c": 10}

    @pytest.mark.parametrize("answer", ["a: 1", 7, "6, 2, 10", "no idea"])
    def test_no_names(self, answer):
        with pytest.raises(MisfitError, match="2 numbers are asked for"):
            by_name(answer, ["a", "b"])

    @pytest.mark.parametrize(
        "answer", [len, {1, 2}, pd.DataFrame({"a": [1], "b": [2]})], ids=lambda answer: type(answer).__name__
    )
    def test_that_cannot_be_compared(self, answer):
        with pytest.raises(IncomparableError, match=r"cannot be read|several columns"):
            by_name(answer, ["a", "b"])


def test_what_is_said_back_is_cut_short():
    assert quoted("x" * 500) == f"‘{'x' * 39}…’"
    assert quoted("two\nlines") == "‘two lines’"


@pytest.mark.parametrize(
    ("answer", "none"),
    [
        *[("none", True), ("None.", True), (["nothing"], True), ("no KPI", True), ("There are none", True)],
        *[("none of them", True), ("nothing is hidden", True), ("none, a", False), ("no", False), ([], False)],
        *[(["none", "a"], False), (0, False), ("Nothingness", False)],
    ],
    ids=range(13),
)
def test_a_word_for_none(answer, none):
    assert says_none(answer) == none
