"""Reading questions: every fault with its file and line, and nothing that could not be marked."""

import re
from pathlib import Path

import bank
import pytest

from bsclib.errors import BscError
from bsclib.study.questions.bank import read_questions


def faults(path):
    with pytest.raises(BscError) as caught:
        read_questions(path)
    return [str(fault) for fault in caught.value.faults]


def test_a_question_knows_where_it_stands(tmp_path):
    found = read_questions(bank.write(tmp_path / "mine.yaml", bank.question(), bank.question(id="two")))
    assert len(found) == 2
    assert found.entries[0].topic == "mine"
    assert found.entries[0].question.right == (0,)
    assert [entry.where.split(", ")[0::2] for entry in found.entries] == [["mine.yaml", "one"], ["mine.yaml", "two"]]
    assert "workbook" in found.sources  # those that ship may be named


def test_a_file_brings_sources_of_its_own(tmp_path):
    found = read_questions(bank.write(tmp_path / "mine.yaml", bank.question(), sources={"us": "Our own handbook"}))
    assert found.sources["us"] == "Our own handbook"


def test_a_folder_is_read_whole_but_for_hidden_files(tmp_path):
    bank.write(tmp_path / "a.yaml", bank.question())
    bank.write(tmp_path / "b.yml", bank.question(id="two"))
    (tmp_path / ".config.yaml").write_text("x: 1\n")
    (tmp_path / "notes.txt").write_text("no questions")
    assert len(read_questions(tmp_path)) == 2


def test_a_case_gives_its_story_to_each_of_its_questions(tmp_path):
    case = {"id": "port", "story": "A port.", "questions": [bank.question(id=id) for id in ("a", "b", "c")]}
    found = read_questions(bank.write(tmp_path / "mine.yaml", cases=[case]))
    assert {(entry.case, entry.story) for entry in found.entries} == {("port", "A port.")}


def test_a_case_has_three_to_five_questions(tmp_path):
    for count in (2, 6):
        case = {"id": "port", "story": "A port.", "questions": [bank.question(id=f"q{i}") for i in range(count)]}
        (fault,) = faults(bank.write(tmp_path / "mine.yaml", cases=[case]))
        assert "cases[0].questions: this has too" in fault


PAIRS = [{"text": text, "to": text.upper(), "why": "This is just so."} for text in ("a", "b", "c")]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"options": bank.options("a", "b", right=9)}, "has 0 right options: mark exactly one"),
        ({"options": bank.options("a", "b") + bank.options("c")}, "has 2 right options: mark exactly one"),
        ({"options": bank.options("a", "a")}, "two options of 'one' are the same"),
        (
            {"options": [{"why": "So.", "right": True}, {"text": "b", "why": "This is just so."}]},
            "option 1 of 'one' has no text",
        ),
        ({"kind": "several"}, "has 1 right options of 4: mark two or more"),
        ({"kind": "order"}, "needs three options or more, in the right order"),
        ({"kind": "match", "options": bank.options("a", "b", "c", right=9)}, "needs a match of its own: to:"),
        ({"kind": "match", "options": [*PAIRS[:2], {**PAIRS[2], "to": "A"}]}, "needs a match of its own"),
        (
            {"options": [*PAIRS[:2], {"text": "d", "why": "So.", "right": True}]},
            "is no match, so its options have no to",
        ),
        ({"examined": "Yes."}, "says only one of examined and literature"),
        ({"recipe": "higher"}, "is not numeric, so it has neither recipe"),
        ({"kind": "numeric", "recipe": "highr"}, "there is no recipe 'highr'"),
    ],
)
def test_what_cannot_be_marked_is_refused(tmp_path, changes, said):
    found = faults(bank.write(tmp_path / "mine.yaml", bank.question(**changes)))
    assert said in " ".join(found)
    assert all(fault.startswith("mine.yaml, line ") for fault in found)


def test_a_numeric_question_uses_only_what_its_recipe_draws(tmp_path):
    numbers = [{"number": "attainment", "right": True, "why": "{actual}"}, {"number": "lost", "why": "This is so {}."}]
    (fault,) = faults(
        bank.write(tmp_path / "m.yaml", bank.question(kind="numeric", recipe="higher", stem="{flor}?", options=numbers))
    )
    assert "draws no {flor}; allowed: actual, floor, target" in fault
    assert "draws no {}" in fault
    assert "works out no 'lost'" in fault


def test_all_faults_of_all_files_come_at_once(tmp_path):
    bank.write(tmp_path / "a.yaml", bank.question(difficulty="hrad", dificulty="easy"), bank.question(bloom=None))
    bank.write(tmp_path / "b.yaml", bank.question(kind="singel", confidence="sure", options=[]))
    (tmp_path / "c.yaml").write_text("questions: [\n")
    found = faults(tmp_path)
    assert {fault.partition(",")[0] for fault in found} == {"a.yaml", "b.yaml", "c.yaml"}
    assert sum("did you mean" in fault for fault in found) == 3
    assert len(found) == 7


def test_yaml_traps_are_named(tmp_path):
    (tmp_path / "mine.yaml").write_text(
        "questions:\n  - id: one\n    difficulty: easy\n    bloom: apply\n    stem: Which?\n    options:\n"
        "      - {text: yes, right: true, why: so}\n      - {text: 12, why: so}\n"
        "    source: workbook\n    confidence: ours\n    reread: 00_start_here#To take with you\n"
    )
    found = faults(tmp_path / "mine.yaml")
    assert "line 7, questions[0].options[0].text" in found[0]
    assert "YAML reads no, yes, on and off as truth values" in found[0]
    assert 'put it in quotes: "12"' in found[1]
    assert len(found) == 2  # that the options are too few is no fault of its own


def test_an_id_stands_once_in_all_files(tmp_path):
    bank.write(tmp_path / "a.yaml", bank.question())
    bank.write(tmp_path / "b.yaml", bank.question())
    (fault,) = faults(tmp_path)
    assert fault.startswith("b.yaml, line ")
    assert "the id 'one' stands here again; it is in a.yaml" in fault


@pytest.mark.parametrize("name", ["", "nowhere.yaml", "folder"])
def test_without_questions_there_is_a_clear_error(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (fault,) = faults(name)
    assert "there is no" in fault
    assert "Fix: " in fault


def test_the_page_for_trainers_shows_a_file_that_reads_and_passes(tmp_path):
    page = (Path(__file__).parents[3] / "docs" / "questions.md").read_text(encoding="utf-8")
    whole, case = re.findall(r"(?s)```yaml\n(.*?)```", page)
    (tmp_path / "mine.yaml").write_text(whole, encoding="utf-8")
    found = read_questions(tmp_path / "mine.yaml")
    assert [entry.question.id for entry in found.entries] == ["our-hold-rule"]
    (tmp_path / "mine.yaml").write_text(whole + case, encoding="utf-8")
    (fault,) = faults(tmp_path / "mine.yaml")
    assert "cases[0].questions: this has too few rows" in fault
