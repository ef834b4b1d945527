"""The texts beside the exercises: complete, used, and checked when they are read."""

import inspect
import re

import pytest

from bsclib.errors import BscError
from bsclib.study.exercises.question import LESSONS, exercises_of
from bsclib.study.exercises.texts import COMMON, FOLDER, Needs, fill, phrases, precision, read_texts, whose

EVERY = [(lesson, one) for lesson in LESSONS for one in exercises_of(lesson)]
NEEDS = Needs(*map(frozenset, (["kpi", "unit"], ["ratio"], ["none"], [])))
FULL = """\
attainment:
  title: The share of the way
  text: What is the attainment of {kpi}?[[ It is measured in {unit}.]] {share}
  hints:
    - Think of a way.
  words: it is the share of the way.
  slips:
    ratio: this is a ratio.
  nothing:
    none: There is no KPI in {period}.
"""


@pytest.fixture
def read(tmp_path):
    def write_and_read(text, **needs):
        path = tmp_path / "lesson_77.yaml"
        path.write_text(text, encoding="utf-8")
        return read_texts(path, {"attainment": NEEDS._replace(**needs)})

    return write_and_read


def used(texts):
    """The names that the texts of an exercise are filled in with."""
    said = [texts.text, *texts.hints, *texts.words.values(), *texts.slips.values()]
    return set(re.findall(r"(?<!\{)\{(\w+)\}", "\n".join(said)))


@pytest.mark.parametrize(("lesson", "exercise"), EVERY, ids=lambda one: getattr(one, "name", one))
def test_every_text_has_its_use_and_every_name(lesson, exercise):
    source = inspect.getsource(exercise.facts)
    said = set(re.findall(r'(?:\bneed\(.*, |NothingToAskError\()"(\w+)"\)', source))
    assert said == exercise.needs.nothing == set(exercise.texts.nothing)
    assert used(exercise.texts) - COMMON == exercise.needs.names
    assert set(exercise.texts.slips) == exercise.needs.slips


def test_each_file_is_of_a_lesson():
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {"phrases", *(f"lesson_{lesson}" for lesson in LESSONS)}


def test_a_whole_file(read):
    texts = read(FULL)["attainment"]
    assert (texts.hints, dict(texts.words)) == (("Think of a way.",), {"": "it is the share of the way."})
    assert (dict(texts.slips), dict(texts.nothing)) == (
        {"ratio": "this is a ratio."},
        {"none": "There is no KPI in {period}."},
    )


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("{kpi}", "{kpu}", r"line 3, attainment.text: there is no name to fill in 'kpu'.*did you mean 'kpi'"),
        ("{kpi}", "{kpi:.2f}", r"line 3, attainment.text: there is no name to fill in 'kpi:.2f'"),
        ("{kpi}", "{kpi.id}", r"there is no name to fill in 'kpi.id'"),
        ("{kpi}", "{kpi", r"line 3, attainment.text: a brace has no partner.*Fix: write {{ and }}"),
        ("share of the way", "{kpi}", r"line 2, attainment.title: there is no name to fill in 'kpi'"),
        ("]]", "", r"line 3, attainment.text: an optional part .* is not closed"),
        (" It is measured in {unit}.", "", r"line 3, attainment.text: an optional part"),
        ("this is a ratio.", "12", r"line 8, attainment.slips.ratio: this is no text. Got: 12"),
        (
            "    ratio: this is a ratio.",
            "    ratoi: this is.",
            r"attainment.slips.ratoi: there is no text 'slips.ratoi'",
        ),
        ("    ratio: this is a ratio.", "    ratoi: this is.", r"line 1, attainment: there is no text for slips.ratio"),
        ("    - Think of a way.", "    []", r"there is no text for hints.0"),
        ("    - Think of a way.\n", "    - Think of {period}.\n    - And of {it}.\n", "'it'"),
        ("{period}", "{kpi}", r"line 10, attainment.nothing.none: there is no name to fill in 'kpi'"),
        ("  words: it is the share of the way.\n", "", r"there is no text for words"),
        ("  words: it is", "  words:\n    yes: it is", r"a field's name should be text"),
        ("  words: it is", "  word: it is", r"there is no text 'word'.*did you mean 'words'"),
        ("attainment:", "attaniment:", r"line 1, attaniment: there is no exercise 'attaniment'.*did you mean"),
        ("attainment:", "attaniment:", r"lesson_77.yaml: the exercise 'attainment' has no texts here"),
    ],
)
def test_what_does_not_fit_is_said_with_its_line(read, old, new, says):
    assert old in FULL
    with pytest.raises(BscError, match=f"(?s)lesson_77.yaml.*{says}"):
        read(FULL.replace(old, new))


def test_a_slip_without_a_text(read):
    with pytest.raises(BscError, match=r"line 1, attainment: there is no text for slips\.mean"):
        read(FULL, slips=frozenset({"ratio", "mean"}))


def test_a_text_for_each_right_answer(read):
    texts = read(FULL.replace("words: it is", "words:\n    low: it is"), words=frozenset({"low"}))
    assert dict(texts["attainment"].words) == {"low": "it is the share of the way."}
    with pytest.raises(BscError, match=r"there is no text for words\.low"):
        read(FULL, words=frozenset({"low"}))


def test_all_faults_are_said_at_once(read):
    with pytest.raises(BscError, match="2 faults"):
        read(FULL.replace("{kpi}", "{kpu}").replace("{period}", "{perriod}"))


def test_an_optional_part_needs_all_its_names():
    text = "{a}[[, {b}]][[ of {b} or {c}]]."
    assert fill(text, {"a": "A", "b": "B", "c": ""}) == "A, B."
    assert fill(text, {"a": "A", "b": "", "c": "C"}) == "A."
    assert fill("{a}", {"a": "{b} [[c]]"}) == "{b} [[c]]", "what is filled in is not read again"
    assert fill('scores["{a}"] {{}}', {"a": 0}) == 'scores["0"] {}'


def test_what_several_say_alike():
    assert precision(0).startswith("to the nearest whole number")
    assert precision(3).startswith("to 3 decimals")
    assert whose("Genoa") == "Genoa"
    assert all(isinstance(text, str) for text in phrases().values())
