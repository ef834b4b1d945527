import numpy as np
import pyarrow as pa
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

from bsclib.files import numbers as numerals


def column(*texts):
    return pa.chunked_array([pa.array(texts, pa.string())])


@given(st.lists(strategies.numbers, min_size=1))
def test_numbers_come_back_exactly(values):
    numbers, wrong = numerals.read_numbers(column(*map(repr, values)))
    assert numbers.tolist() == values
    assert wrong.tolist() == []


@given(st.lists(strategies.numbers, min_size=1))
def test_numbers_with_a_decimal_comma_come_back_exactly(values):
    numbers, _ = numerals.read_numbers(column(*(repr(value).replace(".", ",") for value in values)), ",")
    assert numbers.tolist() == values


@pytest.mark.parametrize("text", ["", " ", "nan", "NaN", "N/A", "n/a", "NA", "null", "NULL"])
def test_nothing_observed(text):
    numbers, wrong = numerals.read_numbers(column(text))
    assert np.isnan(numbers).all()
    assert wrong.size == 0


@pytest.mark.parametrize(
    "text", ["abc", "-", "inf", "-Infinity", "0x1F", "1_000", "1,5", "5 %", "−5", "1e", ".", "+", "１２"]
)
def test_what_is_not_a_number(text):
    numbers, wrong = numerals.read_numbers(column("1", text))
    assert wrong.tolist() == [1]
    assert np.isnan(numbers[1])


@pytest.mark.parametrize(
    ("text", "value"), [("+5", 5.0), ("5.", 5.0), (".5", 0.5), (" 1e3 ", 1000.0), ("1e999", np.inf)]
)
def test_ways_to_write_a_number(text, value):
    assert numerals.read_numbers(column(text))[0].tolist() == [value]


@pytest.mark.parametrize(
    ("texts", "separator", "sign"),
    [
        (["4.5", "1.234"], ",", "."),
        (["4.123"], ",", "."),
        (["4.5", "1.234"], ";", "."),
        (["4,5", "1,234"], ";", ","),
        (["0,123"], ";", ","),
        (["1234,567"], ";", ","),
        (["4,5"], ",", ","),
        (["12", "x,y", "n/a"], ";", "."),
        (["4.5", "1,234.5"], ",", "."),
        ([], ";", "."),
        (["1.000", "4.5"], "", "."),
        (["1.000.000", "950"], "\t", "."),
    ],
)
def test_the_decimal_sign_can_be_told(texts, separator, sign):
    assert numerals.decimal_sign({"actual": column(*texts)}, separator) == (sign, None)


@pytest.mark.parametrize(
    ("texts", "separator", "what"),
    [
        (["1,234", "5"], ";", "1,234 may mean 1.234 or 1234"),
        (["1,234"], ",", "1,234 may mean 1.234 or 1234"),
        (["5", "1.234"], ";", "1.234 may mean 1.234 or 1234"),
        (["1.000"], "", "1.000 may mean 1 or 1000"),
        (["1.000", "950"], "\t", "1.000 may mean 1 or 1000"),
        (["1.000", "4,5"], "", "other numbers have a decimal comma, and 1.000 has a point"),
        (["4,5", "5.5"], ";", "other numbers have a decimal comma, and 5.5 has a point"),
    ],
)
def test_doubt_is_said(texts, separator, what):
    assert numerals.decimal_sign({"actual": column(*texts)}, separator)[1].what == what


def test_doubt_has_its_place():
    doubt = numerals.decimal_sign({"target": column("5", "n/a"), "floor": column("7", " 1.234 ")}, ";")[1]
    assert (doubt.column, doubt.row) == ("floor", 1)


def test_what_is_advised_removes_the_doubt():
    doubt = numerals.decimal_sign({"actual": column("1,234")}, ";")[1]
    assert doubt.fix == "write 1234, or 1,2340 for the fraction"
    assert numerals.decimal_sign({"actual": column("1,2340")}, ";") == (",", None)


def test_the_first_number_with_a_sign():
    assert numerals.first_with(",", {"a": column("x,y", "4"), "b": column("7", "4,5")}) == ("b", 1, "4,5")


@pytest.mark.parametrize(
    ("text", "number"), [("4,5", 4.5), ("-1e3", -1000.0), ("4.5", None), ("１２", None), ("", None)]
)
def test_a_number_by_itself(text, number):
    assert numerals.number_in(text, ",") == number
