"""Questions and verdicts as text and as HTML."""

import bank
import pytest
import sat

from bsclib.study.practice.item_text import (
    answered,
    first_reasons,
    html_asked,
    html_said,
    lines_of,
    lines_said,
    prompt,
    reasons,
    written,
)

TRAP = bank.options("<script>x</script>", "$x$ and $y$", "a&b", "d")


def test_a_question_is_plain_lines_that_fit():
    lines = lines_of(sat.item(stem="Which word " * 30 + "is right?"), 3, 5, flagged=True, width=60)
    assert lines[0] == "Question 3 of 5, flagged"
    assert max(map(len, lines)) <= 60
    assert "  A  this" in lines


def test_each_option_is_explained_and_marked():
    text = "\n".join(lines_said(answered(sat.item(source="a-book"), (1,), {"a-book": "A book"})))
    assert text.startswith("Wrong. The right answer is A.")
    assert "A  this (right)\n     It is so said." in text
    assert "B  that (your answer)\n     It is another." in text
    assert text.endswith("Source: A book (our judgement).\nTo read again: To take with you, in lesson 00.")


@pytest.mark.parametrize("source", ["workbook", "arithmetic"])
def test_a_source_that_nobody_can_open_is_not_named(source):
    said = answered(sat.item(source=source), (1,), {source: "The lessons"})
    assert said.notes == ("To read again: To take with you, in lesson 00.",)


@pytest.mark.parametrize(
    ("fields", "places", "said"),
    [
        ({}, (0,), ["It is so said."]),
        ({}, (1,), ["B: It is another.", "A is right: It is so said."]),
        (sat.ORDER, (0, 2, 1), ["B (second): This is just so.", "C (third): This is just so."]),
        (sat.MATCH, (1, 0, 2), ["A1 (cat: meow): So it is.", "B2 (dog: bark): So it is."]),
        (sat.MATCH, (0, 1, 2), ["A1 (cat: meow): So it is.", "B2 (dog: bark): So it is.", "C3 (cow: moo): So it is."]),
    ],
    ids=["right", "wrong", "order", "match", "all matched"],
)
def test_an_answer_gets_a_reason_for_each_option_that_it_turns_on(fields, places, said):
    assert list(reasons(sat.item(**fields), places)) == said


@pytest.mark.parametrize(
    ("fields", "places", "said"),
    [
        ({}, (1,), ["B: It is another."]),
        (sat.ORDER, (0, 2, 1), ["1 of 3 stands in its place."]),
        (sat.MATCH, (1, 0, 2), ["1 of 3 has its match."]),
        (sat.MATCH, (1, 2, 0), ["0 of 3 have their matches."]),
        (sat.SEVERAL, (0, 1), ["B: This is just so."]),
        (sat.SEVERAL, (0,), ["what you chose is right, and 1 more belongs to it."]),
    ],
    ids=["wrong", "order", "match", "no match", "several", "too few"],
)
def test_a_first_wrong_answer_is_told_why_and_not_what_is_right(fields, places, said):
    assert list(first_reasons(sat.item(**fields), places)) == said


def test_of_several_what_was_missed_and_what_was_too_much_is_explained():
    put = sat.item(**sat.SEVERAL)
    wrong, missed = next(i for i in range(len(put.options)) if i not in put.key), put.key[0]
    told = reasons(put, (*put.key[1:], wrong))
    assert len(told) == 2
    assert any(each.startswith(f"{'ABCDEFGH'[missed]} is right: ") for each in told)


def test_where_exam_and_literature_differ_both_are_told():
    said = answered(sat.item(examined="Finance is no part.", literature="Corporate contribution is."), (0,))
    assert said.notes[:2] == ("In the exam: Finance is no part.", "In the literature: Corporate contribution is.")


@pytest.mark.parametrize(("fields", "answer"), [(sat.ORDER, "B C A"), (sat.MATCH, "A2 B3 C1"), (sat.SEVERAL, "B C A")])
def test_an_answer_is_written_as_one_types_it(fields, answer):
    assert written(sat.item(**fields), (1, 2, 0)) == answer


def test_an_order_is_explained_in_order_and_a_match_with_its_matches():
    said = answered(sat.item(**sat.ORDER, order=(2, 0, 1)), (0, 1, 2))
    assert (said.verdict, [letter for letter, *_ in said.options]) == (
        "Wrong. The right answer is B C A.",
        ["B", "C", "A"],
    )
    assert answered(sat.item(**sat.MATCH, matches=(1, 2, 0)), ()).options[0][1] == "cat: meow"


def test_html_and_formulas_do_nothing():
    put = sat.item(options=TRAP, stem="Is <b>this</b> $a$ & $b$?")
    html = html_asked(put) + html_said(answered(put, (1,)))
    assert "<script>" not in html
    assert "<b>" not in html
    assert html.count("mathjax_ignore") == 2
    assert 'role="status" aria-live="polite"' in html


def test_the_prompt_says_how_to_answer():
    assert prompt(sat.item()) == "Your answer (one letter from A to D): "
