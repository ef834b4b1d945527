"""The lessons as one course: voice, times, thread, and where words are explained."""

import json
import re
from itertools import pairwise
from pathlib import Path

import prose
import pytest

from bsclib import study
from bsclib.study.sittings import lessons, read_course

ROOT = Path(__file__).parent.parent
LESSONS = lessons()
# What a director reads, and what batches run: it is introduced by one cell, and the rest is the report.
REPORT = "09_executive_report"
MOST_WORDS, LONGEST_SENTENCE, MOST_PLUMBING, LONGEST_SITTING, MOST_MINUTES = 150, 30, 4, 60, 730


def cells(name):
    return json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]


def tags(cell):
    return set(cell["metadata"].get("tags", ()))


def texts(name):
    """The prose that a learner reads, cell by cell."""
    return [
        "".join(cell["source"]) for cell in cells(name) if cell["cell_type"] == "markdown" and "notes" not in tags(cell)
    ]


# ------------------------------------------------------------------------------------------------------------ the voice


@pytest.mark.parametrize("name", LESSONS)
def test_no_sentence_is_too_long_to_read_once(name):
    long = [one for text in texts(name) for one in prose.sentences(text) if prose.words(one) > LONGEST_SENTENCE]
    assert long == []


@pytest.mark.parametrize("name", LESSONS)
def test_no_cell_of_prose_is_too_long(name):
    long = {text[:60]: count for text in texts(name) if (count := prose.words(prose.without_markup(text))) > MOST_WORDS}
    assert long == {}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One thing. Another, i.e. more", ["One thing.", "Another, i.e. more"]),
        ("- **Bold.** Then *so*.\n- Next", ["Bold.", "Then *so*.", "Next"]),
        ("| a | b c |\n|---|---|\n| d. E | `f(x)` |", ["a", "b c", "d.", "E", "X"]),
        ("## Head\n\n    code\n", ["Head"]),
    ],
    ids=["two", "bullets", "table", "head"],
)
def test_sentences_are_told_apart(text, found):
    assert prose.sentences(text) == found


@pytest.mark.parametrize("name", LESSONS)
def test_a_word_of_the_glossary_is_linked_where_a_lesson_uses_it_first(name):
    """After the first cell, whose promise cannot wait for an explanation."""
    uses = prose.first_uses(texts(name)[1:])
    assert {word: line for word, (line, anchor) in uses.items() if not prose.is_linked(line, anchor)} == {}


@pytest.mark.parametrize("name", LESSONS)
def test_links_lead_somewhere(name):
    """To an entry of the glossary, to a page, or to another lesson."""
    anchors = {prose.slug(term) for term in re.findall(r"(?m)^- \*\*(.+?)\*\*", prose.GLOSSARY.read_text("utf-8"))}
    for address in re.findall(r"\]\(([^)]+)\)", "\n".join(texts(name))):
        if address.startswith("http"):
            continue
        page, _, anchor = address.partition("#")
        assert (ROOT / "notebooks" / page).resolve().is_file(), address
        assert not page.endswith("glossary.md") or anchor in anchors, address


# ------------------------------------------------------------------------------------------------------------ the shape


@pytest.mark.parametrize("name", LESSONS)
def test_the_trainers_notes_stand_where_no_learner_meets_an_answer(name):
    """After the last exercise, at the very end."""
    every = cells(name)
    notes = [place for place, cell in enumerate(every) if "notes" in tags(cell)]
    asked = [place for place, cell in enumerate(every) if "lesson.ask(" in "".join(cell["source"])]
    assert notes == ([len(every) - 1] if asked else [])
    assert not asked or max(asked) < notes[0]


@pytest.mark.parametrize("name", LESSONS)
def test_the_trainers_notes_are_folded_beneath_one_line(name):
    """On every page that shows them, and not in JupyterLab alone."""
    for cell in cells(name):
        if "notes" in tags(cell):
            source = "".join(cell["source"])
            assert source.startswith("<details><summary>For the trainer: "), cell["id"]
            assert source.endswith("\n\n</details>"), cell["id"]
            assert "jupyter" not in cell["metadata"], "its source would be hidden, and the line with it"


def is_plumbing(cell):
    """Whether a cell shows nothing: its last line is no expression, and nothing before it is displayed."""
    source = "".join(cell["source"]).rstrip()
    if "display(" in source or "show(" in source:
        return False
    silent = re.match(r"[ \t]|[\w\[\], .:]+ [|+]?= |import |from |@|def ", source.splitlines()[-1])
    return cell["cell_type"] == "code" and bool(silent) and not tags(cell) & {"exercise", "solution", "parameters"}


@pytest.mark.parametrize("name", LESSONS)
def test_plumbing_is_folded_and_titled(name):
    """A cell that shows nothing says in a comment what it is for, and its code is out of sight."""
    plumbing = [cell for cell in cells(name) if is_plumbing(cell)]
    assert len(plumbing) <= MOST_PLUMBING
    for cell in plumbing:
        assert cell["source"][0].startswith("# "), cell["id"]
        assert "hide-input" in tags(cell), cell["id"]
        assert cell["metadata"]["jupyter"]["source_hidden"], cell["id"]


COUNTS = {"Three": 3, "Four": 4, "Five": 5}


@pytest.mark.parametrize("name", [name for name in LESSONS if "study.quiz(" in str(cells(name))])
def test_a_quiz_has_as_many_questions_as_the_text_before_it_says(name):
    said = re.findall(rf"({'|'.join(COUNTS)}) (?:short )?questions on", "\n".join(texts(name)))
    code = "\n".join("".join(cell["source"]) for cell in cells(name) if cell["cell_type"] == "code")
    asked = re.findall(r'study\.quiz\("([\w-]+)", n=(\d+), seed=(\d+)\)', code)
    assert [len(study.quiz(topic, n=int(n), seed=int(seed)).items) for topic, n, seed in asked] == [
        COUNTS[word] for word in said
    ]


# ----------------------------------------------------------------------------------------------------------- the thread


def test_each_lesson_leads_to_the_next():
    followed = {}
    for name in LESSONS:
        (last,) = re.findall(r"## What next\n\n(.*)", "\n".join(texts(name)))
        followed[name] = re.findall(r"\]\((\d\d_\w+)\.ipynb\)", last)[:1]
    chain = {name: [after] for name, after in pairwise(LESSONS)}
    assert {name: found for name, found in followed.items() if name != LESSONS[-1]} == chain


# ------------------------------------------------------------------------------------------------------------ the times


@pytest.mark.parametrize("name", LESSONS)
def test_what_a_lesson_states_is_what_it_takes(name):
    """Within a fifth of the rule: for the lesson, and for each sitting of it, which is an hour at most."""
    course = read_course(name)
    assert course.stated == pytest.approx(sum(one.ruled for one in course.core), rel=0.2)
    assert course.stated == sum(one.stated for one in course.core)
    for one in course.core:
        assert one.stated == pytest.approx(one.ruled, rel=0.35), one.title
        assert one.stated <= LONGEST_SITTING, one.title


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_in_several_sittings_says_where_to_stop(name):
    heads = re.findall(r"(?m)^#+ (Sitting \d+|A place to stop)", "\n".join(texts(name)))
    count = sum(head.startswith("Sitting") for head in heads)
    assert heads == [word for n in range(1, count + 1) for word in (f"Sitting {n}", "A place to stop")]


def test_the_course_can_be_done_in_seven_hundred_minutes():
    assert sum(read_course(name).stated for name in LESSONS) <= MOST_MINUTES
