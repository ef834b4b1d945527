"""Answers of every kind that people type or pass, and of every wrong type."""

import contextlib
import math

import numpy as np
import pandas as pd
import pytest
import sat
from hypothesis import given
from hypothesis import strategies as st

from bsclib.errors import BscError
from bsclib.study.practice.answering import is_right, read_answer
from bsclib.study.questions import stock

SINGLE, SEVERAL, ORDER, MATCH = sat.item(), sat.item(**sat.SEVERAL), sat.item(**sat.ORDER), sat.item(**sat.MATCH)


def numeric(recipe="downtime"):
    entries = map(stock.read_entry, stock.places("arithmetic"))
    return next(stock.put(entry, 3) for entry in entries if entry.question.recipe == recipe)


@pytest.mark.parametrize(
    "text",
    ["B", "b", " b ", "b)", "(B)", "B.", "Ｂ", "ｂ", "that", "That.", "THAT", ["B"], ("b",)],
    ids=lambda given: type(given).__name__,
)
def test_one_letter_in_any_way(text):
    assert read_answer(text, SINGLE) == (1,)


@pytest.mark.parametrize("nothing", ["", "  ", "…", None, ..., [], (), {}, set()])
def test_nothing_is_no_answer(nothing):
    assert read_answer(nothing, SINGLE) == ()
    assert read_answer(nothing, MATCH) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        2,
        1.0,
        True,
        math.nan,
        math.inf,
        b"B",
        object(),
        len,
        "E",
        "Z",
        "AB",
        "A and B",
        "B B",
        "yes",
        "１",
        "<b>",
        "$B$",
        1 + 2j,
        ["A", "B"],
        {"A": True, "B": True},
        {"A": 1},
        {1: "A"},
        {"A"} | {"B"},
        np.array(["A", "B"]),
        pd.Series(["A", "C"]),
        [None],
        [["A"]],
        "x" * 9999,
    ],
    ids=lambda given: type(given).__name__,
)
def test_what_names_not_one_option_is_refused_with_how_to_write_it(wrong):
    with pytest.raises(BscError, match="Allowed: one letter from A to D"):
        read_answer(wrong, SINGLE)


@pytest.mark.parametrize(
    "wrong",
    [3, True, b"A", object(), "A B", "ABD", "A B B", {"A", "B", "C"}, ["A", 2, "C"], "1 2 3"],
    ids=lambda given: type(given).__name__,
)
def test_an_order_needs_each_once(wrong):
    with pytest.raises(BscError, match="Allowed: all letters from A to C in order"):
        read_answer(wrong, ORDER)


@pytest.mark.parametrize(
    "text",
    ["C A", "a,c", "AC", "A and C", "a; c.", ["C", "A"], {"A", "C"}, {"A": True, "B": False, "C": True}, "ＡＣ"],
    ids=lambda given: type(given).__name__,
)
def test_several_letters_in_any_way(text):
    assert read_answer(text, SEVERAL) == (0, 2)


def test_several_are_right_only_together():
    assert is_right(SEVERAL, (0, 2))
    assert is_right(SEVERAL, (2, 0))
    assert not is_right(SEVERAL, (0,))
    assert not is_right(SEVERAL, (0, 1, 2))


@pytest.mark.parametrize(
    "text",
    ["B A C", "bac", "b, a, c", "B > A > C", "B → A → C", ["B", "A", "C"], "second", ["second", "first", "third"]],
    ids=lambda given: type(given).__name__,
)
def test_an_order(text):
    if text == "second":
        with pytest.raises(BscError, match="1 of 3 options"):
            read_answer(text, ORDER)
    else:
        assert read_answer(text, ORDER) == (1, 0, 2)


@pytest.mark.parametrize(
    "text",
    [
        "A2 B1 C3",
        "a2,b1,c3",
        "A-2 B-1 C-3",
        "A: 2, B: 1, C: 3",
        "2 1 3",
        "２ １ ３",
        "C3 A2 B1",
        [2, 1, 3],
        {"A": 2, "B": "1", "C": 3},
        {"cat": "bark", "dog": "meow", "cow": "moo"},
        ["bark", "meow", "moo"],
        np.array([2, 1, 3]),
    ],
    ids=lambda given: type(given).__name__,
)
def test_a_match_in_any_way(text):
    assert read_answer(text, MATCH) == (1, 0, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        2,
        True,
        b"A1",
        object(),
        "A2",
        "A2 B1",
        "A2 B1 C1",
        "A2 B1 C4",
        "A2 B1 A3",
        "A2 1 C3",
        "2 1",
        "A B C",
        "2 1 3 1",
        [2.0, 1, 3],
        {"A": 1},
        {"A": 1, "B": 2, "D": 3},
        {1: "meow"},
        ["meow"],
        [True, 1, 2],
        "A0 B1 C2",
        "1" * 5000,
        {"A": "፩", "B": "2", "C": "3"},
        {"A", "B"},
    ],
    ids=lambda given: type(given).__name__,
)
def test_a_match_that_is_none_is_refused(wrong):
    with pytest.raises(BscError, match="Allowed: a number for each letter"):
        read_answer(wrong, MATCH)


def test_a_number_may_answer_a_numeric_question():
    put = numeric()
    (right,) = put.key
    minutes = float(put.options[right].text.removesuffix(" minutes").replace(",", ""))
    same = [minutes, f"{minutes}", f"{minutes} minutes", f"{minutes}".replace(".", ","), f"{minutes / 60:.9f} hours"]
    same += [
        put.options[right].text,
        "ABCD"[right],
        np.float64(minutes),
        f"{minutes}".translate({ord(d): 0xFF10 + int(d) for d in "0123456789"}),
    ]
    for given_answer in same:
        assert read_answer(given_answer, put) == (right,), given_answer


def test_the_right_number_in_the_wrong_unit_is_said_and_not_marked():
    put = numeric()
    minutes = float(put.options[put.key[0]].text.removesuffix(" minutes").replace(",", ""))
    with pytest.raises(BscError, match=r"60 times as much or as little: minutes or hours\?; options are in minutes"):
        read_answer(minutes * 60, put)
    with pytest.raises(BscError, match="no option says this number"):
        read_answer(1234.5678, put)
    with pytest.raises(BscError, match="asked for in minutes; this is a percentage"):
        read_answer(f"{minutes} %", put)
    share = numeric("budget")
    with pytest.raises(BscError, match="asked for in %; this is a time in minutes"):
        read_answer(share.options[share.key[0]].text.replace("%", "minutes"), share)
    for odd in ("1.2.3", "ten", True, math.nan, math.inf, "1 2", [1.0, 2.0], b"1", 10**400):
        with pytest.raises(BscError, match="answer: "):
            read_answer(odd, put)


@given(
    st.one_of(st.text(), st.integers(), st.floats(), st.booleans(), st.binary(), st.lists(st.text() | st.integers()))
)
def test_whatever_is_given_is_read_or_refused(answer):
    for put in (SINGLE, SEVERAL, ORDER, MATCH):
        with contextlib.suppress(BscError):
            assert all(0 <= place < len(put.order) for place in read_answer(answer, put))
