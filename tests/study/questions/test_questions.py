"""The bank that ships: enough of each topic, sound by its own linter, and not to be passed by guessing."""

from collections import Counter

import pytest

from bsclib.files.paths import shipped_folder
from bsclib.study.questions.bank import read_questions
from bsclib.study.questions.check import check_questions
from bsclib.study.questions.draw import draw_paper
from bsclib.study.questions.guessing import strategies
from bsclib.study.questions.recipes import RECIPES

# COBIT Foundation: twice what a paper draws, so that two papers can differ.
FOUNDATION = {"introduction": 18, "principles": 20, "system": 46, "objectives": 34}
FOUNDATION |= {"performance": 6, "design": 10, "business-case": 4, "implementation": 12}
QUOTAS = {"scorecard": 50, "it-scorecard": 40, "kpis": 40, "arithmetic": 40}
QUOTAS |= {"cause-and-effect": 30, "cobit": 150, "itil": 30, "criticism": 20}


@pytest.fixture(scope="module")
def bank():
    return read_questions()


def test_there_are_enough_of_each_topic(bank):
    there = Counter(entry.topic for entry in bank.entries)
    assert {topic: there[topic] for topic in QUOTAS if there[topic] < QUOTAS[topic]} == {}


def test_two_cobit_papers_can_differ(bank):
    there = Counter(tag for entry in bank.entries for tag in entry.question.exams)
    short = {topic: there[f"cobit-foundation.{topic}"] for topic in FOUNDATION}
    assert {topic: count for topic, count in short.items() if count < FOUNDATION[topic]} == {}


def test_every_kind_is_there_and_some_cases(bank):
    kinds = Counter(entry.question.kind for entry in bank.entries)
    assert min(kinds[kind] for kind in ("single", "several", "order", "match", "numeric")) >= 8
    assert len({entry.case for entry in bank.entries} - {""}) >= 6


def test_the_linter_has_nothing_to_say(bank):
    assert check_questions(bank).to_dict("records") == []


def test_who_knows_nothing_gets_no_further_than_30_percent(bank):
    table = strategies(bank).set_index("strategy")
    assert (table["share"] <= 0.30).all(), table


def test_single_choices_have_four_options(bank):
    assert {len(e.question.options) for e in bank.entries if e.question.kind in ("single", "numeric")} == {4}


def test_every_source_and_every_recipe_is_used(bank):
    assert set(bank.sources) - {entry.question.source for entry in bank.entries} == set()
    assert set(RECIPES) - {entry.question.recipe for entry in bank.entries} == set()


def test_the_learner_is_told_where_exams_and_literature_differ(bank):
    assert sum(bool(entry.question.examined) for entry in bank.entries) >= 8


def test_every_file_is_of_the_topic_that_it_is_named_after(bank):
    files = {file.stem for file in (shipped_folder() / "datasets" / "questions").glob("*.yaml")} - {"sources"}
    assert files == {entry.topic for entry in bank.entries} == set(QUOTAS)


@pytest.mark.parametrize("exam", ["cobit-foundation", "cgeit", "cisa", "crisc", "itil4-dits", "itil4-dpi", "final"])
def test_full_papers_can_be_drawn(bank, exam):
    assert "shortened" not in draw_paper(bank, exam, seed=1).note
