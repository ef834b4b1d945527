"""Questions and verdicts as text and as HTML."""

import bank
import pytest
import sat

from bsclib.study.practice.item_text import answered, html_asked, html_said, lines_of, lines_said, prompt, written

TRAP = bank.options("<script>x</script>", "$x$ and $y$", "a&b", "d")


def test_a_question_is_plain_lines_that_fit():
    lines = lines_of(sat.item(stem="Which word " * 30 + "is right?"), 3, 5, flagged=True, width=60)
    assert lines[0] == "Question 3 of 5, flagged"
    assert max(map(len, lines)) <= 60
    assert "  A  this" in lines


def test_each_option_is_explained_and_marked():
    text = "\n".join(lines_said(answered(sat.item(), (1,), {"workbook": "The workbook"})))
    assert text.startswith("Wrong. The right answer is A.")
    assert "A  this (right)\n     It is so said." in text
    assert "B  that (your answer)\n     It is another." in text
    assert text.endswith("Source: The workbook (our judgement).\nTo read again: To take with you, in 00_start_here.")


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
