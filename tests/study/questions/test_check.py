"""The linter of questions: each rule finds its fault, and lets a sound question pass."""

import bank
import pytest

from bsclib.study.questions.bank import read_questions
from bsclib.study.questions.check import check_questions, tally
from bsclib.study.questions.recipes import RECIPES, Recipe

LONG = "an option that goes on for much longer than it has to"


def findings(tmp_path, *questions, **more):
    return check_questions(read_questions(bank.write(tmp_path / "mine.yaml", *questions, **more)))


def test_a_sound_question_passes(tmp_path):
    assert findings(tmp_path, bank.question(exams=["cgeit.governance"], terms=["KPI", "status"])).empty


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"stem": "Is <b>this</b> right?"}, "HTML, a formula or markup"),
        ({"stem": "What does it cost, $5?"}, "HTML, a formula or markup"),
        ({"stem": "Which word is right"}, "the stem does not end like a sentence"),
        ({"stem": "Is it not the case that no word is right?"}, "a double negative"),
        (
            {"stem": "Which is not right?", "options": bank.options("this", "not that", "those", "these")},
            "the stem is negative and so is an option",
        ),
        ({"options": bank.options("this", "that", "those", "none of the above")}, "an option speaks of the others"),
        ({"options": bank.options("This", "That", "A and B", "Those")}, "an option speaks of the others"),
        ({"options": bank.options("this", "that", "those", LONG)}, "options are of unlike length"),
        ({"options": bank.options("this.", "that", "those", "these")}, "some options end with a full stop"),
        ({"options": bank.options("This", "that", "those", "these")}, "some options begin with a capital"),
        (
            {"options": [*bank.options("this", "that", "those"), {"text": "these", "why": "No."}]},
            "an explanation says too little",
        ),
        ({"source": "kaplan-norton-1993"}, "this source is not listed"),
        ({"exams": ["cobit-foundation.principels"]}, "no such exam, or topic of an exam"),
        ({"exams": ["cgeit"]}, "no such exam, or topic of an exam"),  # its topics are known, so one of them is named
        ({"terms": ["metric"]}, "the glossary does not explain this term"),
        ({"reread": "00_start#To take with you"}, "no lesson or page of this name"),
        ({"reread": "00_start_here#Rekap"}, "has no such heading"),
    ],
)
def test_each_rule_finds_its_fault(tmp_path, changes, said):
    (row,) = findings(tmp_path, bank.question(**changes)).itertuples()
    assert said in row.what
    assert row.where == "mine.yaml, line 2, one"


@pytest.mark.parametrize(
    "changes",
    [
        {"stem": "Which stays within a range, neither too high nor too low?"},
        {"stem": "Which value is above 0.7?"},
        {"options": bank.options("a limit above 0.7", "a limit below 0.7", "nothing at all", "one limit of each")},
        {"options": bank.options("IT strategy", "business plan", "KPIs", "I&T goals")},
        {"kind": "order", "options": bank.options("one", "two", LONG, right=9)},
    ],
)
def test_what_is_no_fault_passes(tmp_path, changes):
    assert findings(tmp_path, bank.question(**changes)).empty


def test_stems_that_are_alike_are_found_with_both_places(tmp_path):
    other = bank.question(id="two", stem="Which word is right here?")
    (row,) = findings(tmp_path, bank.question(stem="Which word here is right?"), other).itertuples()
    assert row.what == "two stems are alike"
    assert "one" in row.got
    assert row.where.endswith("two")


def test_a_numeric_question_whose_options_look_alike_is_found(tmp_path, monkeypatch):
    numbers = [{"number": name, "right": name == "worst", "why": "This is just so."} for name in ("best", "worst")]
    question = bank.question(kind="numeric", recipe="not_held", stem="With {ahead} and {behind}?", options=numbers)
    assert findings(tmp_path, question).empty
    twins = Recipe(lambda rng: ({"ahead": 1.0, "behind": 1.0}, {"best": 1.0, "worst": 1.0}), 0)
    monkeypatch.setitem(RECIPES, "not_held", twins)
    (row,) = findings(tmp_path, question).itertuples()
    assert "gave two options alike" in row.what


def test_answers_that_can_be_guessed_are_found_over_all_questions(tmp_path):
    words = ["one", "two", "six", "ten", "red", "low", "hot", "new", "old", "dry"]
    questions = [
        bank.question(
            id=f"q{i}",
            stem=f"What of {word} {word}s is {word}?",
            options=bank.options(f"{word}{word}", "ab", "cd", "ef"),
        )
        for i, word in enumerate(words)
    ]
    found = findings(tmp_path, *questions)
    assert found["where"].unique().tolist() == ["all single choices"]
    assert {what.split("'")[1] for what in found["what"]} == {"longest option", "longest word", "always A"}


def test_the_tally_counts_kinds_and_cases(tmp_path):
    case = {"id": "port", "story": "A port.", "questions": [bank.question(id=id) for id in ("a", "b", "c")]}
    order = bank.question(id="d", kind="order", options=bank.options("x", "y", "z", right=9))
    table = tally(read_questions(bank.write(tmp_path / "mine.yaml", order, cases=[case])))
    (row,) = table.to_dict("records")
    assert row == {
        "topic": "mine",
        "single": 3,
        "several": 0,
        "order": 1,
        "match": 0,
        "numeric": 0,
        "all": 4,
        "cases": 1,
    }
