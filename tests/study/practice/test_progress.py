"""One small file: nothing is lost, and whatever is wrong with it is said and stops nobody."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from bsclib.study.practice import progress

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


def learn(results, now=NOW):
    return progress.change(lambda data: progress.answered(data, results, now))


def file_of(home):
    return home / progress.FILE


def test_what_was_right_is_known_again(home):
    assert learn({"one": True, "two": False}) == []
    assert learn({"one": False}) == []
    data, notes = progress.read()
    assert notes == []
    assert [data["questions"]["one"][word] for word in ("right", "wrong", "last")] == [1, 1, False]
    assert file_of(home).read_bytes().endswith(b"\n")


def test_what_was_wrong_is_due_sooner():
    learn({"known": True, "unknown": False})
    data, _ = progress.read()
    assert progress.due(data, NOW) == []
    assert progress.due(data, NOW + timedelta(days=1)) == ["unknown"]
    assert progress.due(data, NOW + timedelta(days=9)) == ["unknown", "known"]
    assert progress.due(data, NOW + timedelta(days=9), among=["known"]) == ["known"]
    assert progress.next_due(data) == NOW + timedelta(days=1)


def test_a_clock_that_was_set_back_is_no_harm():
    learn({"one": True})
    back = NOW - timedelta(days=400)
    assert learn({"one": True, "two": True}, back) == []
    data, _ = progress.read()
    reviewed = {id: known["card"]["last_review"] for id, known in data["questions"].items()}
    assert reviewed == {"one": NOW.isoformat(), "two": back.isoformat()}


def test_nothing_is_known_at_first(home):
    nothing = {"version": 1, "questions": {}, "lessons": {}, "mistakes": {}, "exams": [], "chosen": {}}
    assert progress.read() == (nothing, [])
    assert not home.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        "[" * 100000,
        '{"version": 2}',
        '{"version": true}',
        '{"version": 1, "questions": []}',
        '{"version": 1, "questions": {"a": 1}}',
        '{"version": 1, "lessons": {"03": {"x": 1}}}',
        '{"version": 1, "exams": [1]}',
        '{"version": 1, "questions": {"a": {"right": "x"}}}',
        "�",
    ],
)
def test_what_cannot_be_read_is_kept_aside_and_said(home, text):
    home.mkdir()
    file_of(home).write_bytes(text.encode(errors="surrogateescape"))
    for turn in (1, 2):
        assert "cannot be read" in progress.read()[1][0]
        (note,) = learn({"one": True})
        aside = home / f"progress.aside-{turn}.json"
        assert f"begins anew. What was there is kept in {aside}" in note
        assert aside.read_bytes() == text.encode(errors="surrogateescape")
        assert learn({"two": True}) == []
        assert progress.read()[0]["questions"].keys() == {"one", "two"}
        file_of(home).write_bytes(text.encode(errors="surrogateescape"))


def test_a_mark_that_an_editor_put_first_is_no_harm(home):
    learn({"one": True})
    file_of(home).write_text(file_of(home).read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert learn({"two": True}) == []
    assert progress.read()[0]["questions"].keys() == {"one", "two"}


@pytest.mark.parametrize(
    "harm", [{"stability": float("nan")}, {"stability": "x"}, {"last_review": 7}, {"due": None}, {"state": 99}], ids=str
)
def test_a_card_that_makes_no_sense_is_as_new(home, harm):
    learn({"one": True})
    data = json.loads(file_of(home).read_text(encoding="utf-8"))
    data["questions"]["one"]["card"] |= harm
    file_of(home).write_text(json.dumps(data), encoding="utf-8")
    assert learn({"one": True}) == []
    known = progress.read()[0]["questions"]["one"]
    assert known["right"] == 2
    assert known["card"]["last_review"] == NOW.isoformat()


def test_that_a_newer_version_wrote_it_is_said(home):
    home.mkdir()
    file_of(home).write_text('{"version": 7}')
    assert "a newer bsclib wrote it, as version 7" in progress.read()[1][0]


def test_a_read_only_file_is_said_and_left_alone(home):
    learn({"one": True})
    before = file_of(home).read_text()
    file_of(home).chmod(0o444)
    (note,) = learn({"two": True})
    assert "Your progress is not saved" in note
    assert "is read-only" in note
    assert file_of(home).read_text() == before


def test_a_folder_in_its_place_is_said(home):
    file_of(home).mkdir(parents=True)
    assert "Your progress is not saved" in learn({"one": True})[0] or learn({"one": True}) == []
    home.joinpath("x").mkdir()


def test_a_lock_that_is_held_is_waited_for_and_then_said(home, monkeypatch):
    from filelock import FileLock

    monkeypatch.setattr(progress, "WAIT", 0.05)
    home.mkdir()
    with FileLock(file_of(home).with_suffix(".lock")):
        assert "locked" in learn({"one": True})[0]
    assert learn({"one": True}) == []


@pytest.mark.system
def test_two_kernels_at_once_lose_nothing(home):
    script = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path\n"
        "from bsclib.study.practice import progress\n"
        f"progress.home = lambda: Path({str(home)!r})\n"
        "for n in range(15):\n"
        "    results = {f'{sys.argv[1]}-{n}': True, 'both': True}\n"
        "    assert progress.change(lambda d: progress.answered(d, results, datetime.now(UTC))) == []\n"
    )
    kernels = [subprocess.Popen([sys.executable, "-c", script, name]) for name in "ab"]
    assert [kernel.wait(120) for kernel in kernels] == [0, 0]
    data, _ = progress.read()
    assert len(data["questions"]) == 31
    assert data["questions"]["both"]["right"] == 30


def test_no_name_is_in_it(home):
    progress.change(lambda data: progress.exercise_checked(data, "03", "a1b2", "weights", "right"))
    progress.change(lambda data: progress.exercise_checked(data, "03", "a1b2", "weights", "wrong"))
    progress.change(lambda data: progress.exam_taken(data, "final", 7, 40, 60, False, NOW))
    data = json.loads(file_of(home).read_text())
    assert data["lessons"] == {"03": {"a1b2": {"weights": "right"}}}
    assert progress.lesson_states(data, "03", "a1b2") == {"weights": "right"}
    assert progress.lesson_states(data, "04", "a1b2") == {}
    assert data["exams"] == [
        {"exam": "final", "seed": 7, "right": 40, "count": 60, "passed": False, "on": "2026-11-29"}
    ]


def test_the_folder_is_the_platforms(monkeypatch):
    import platformdirs

    monkeypatch.undo()
    assert progress.home() == platformdirs.user_data_path("bsclib", appauthor=False)


def test_what_was_chosen_is_known_until_it_is_taken_back(home):
    assert progress.handed_on(progress.read()[0], "shop", "kpis") == []
    progress.change(lambda data: progress.hand_on(data, "shop", "kpis", ["sales", "calls"]))
    assert progress.handed_on(progress.read()[0], "shop", "kpis") == ["sales", "calls"]
    assert progress.handed_on(progress.read()[0], "shop", "objectives") == []
    progress.change(lambda data: progress.hand_on(data, "shop", "kpis", []))
    assert progress.handed_on(progress.read()[0], "shop", "kpis") == []


@pytest.mark.parametrize("ids", [None, 7, "sales", [3, "sales"]])
def test_a_choice_that_somebody_wrote_by_hand_harms_nobody(ids):
    assert set(progress.handed_on({"chosen": {"shop": {"kpis": ids}}}, "shop", "kpis")) <= {"sales"}
