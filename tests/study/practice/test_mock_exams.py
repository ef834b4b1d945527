"""The mock exam of a notebook: the terminal's engine behind controls."""

import json

import labs
import pytest

from bsclib.errors import BscError, UnknownNameError
from bsclib.study.practice import mock_exams, progress
from bsclib.study.practice.mock_exams import Room, mock_exam
from bsclib.study.questions.bank import read_questions
from bsclib.study.questions.draw import draw_paper


@pytest.fixture
def there(monkeypatch):
    monkeypatch.setattr(mock_exams, "attended", lambda: True)
    monkeypatch.setattr(mock_exams, "at_keyboard", lambda: True)


@pytest.fixture
def room(there):
    return Room(mock_exam("itil4-dits", seed=7))


def answer(room, right=True):
    item = room.sitting.item
    room.controls.show(
        item.key if right else item.key[::-1] if len(item.key) > 1 else ((item.key[0] + 1) % len(item.order),)
    )
    press(room, "Answer")


def press(room, name):
    next(button for button in room.buttons if button.description == name).click()


def test_with_nobody_there_it_says_which_paper_it_is(home):
    exam = mock_exam("cobit-foundation", seed=7)
    text = exam._repr_mimebundle_()["text/plain"]
    assert "75 questions, 120 minutes, pass mark 65 %" in text
    assert " 23  Governance system and components" in text
    assert "bsc study exam --like cobit-foundation --seed 7" in text
    assert exam.result is None
    assert not home.exists()


def test_all_right_passes_and_is_noted(room, home):
    count = len(room.sitting.paper.items)
    for _ in range(count):
        answer(room)
    assert "All are answered." in room.state.value
    assert (home / "exam-itil4-dits-7.json").exists()
    press(room, "Hand in")
    assert (room.exam.result.right, room.exam.result.count) == (count, count)
    assert progress.read()[0]["exams"][0]["right"] == count
    assert "the next question is due on" in room.box.children[-1].value
    assert not (home / "exam-itil4-dits-7.json").exists()
    assert "could be" in room.box.children[-1].value


def test_it_goes_on_where_it_was(room):
    answer(room)
    press(room, "Flag")
    assert "flagged" in room.controls.asked.value
    again = Room(mock_exam("itil4-dits"))
    assert (again.sitting.answers, again.sitting.place, again.sitting.flagged) == (room.sitting.answers, 1, {1})
    assert again.sitting.spent >= room.sitting.spent


def test_skip_go_to_and_take_back(room):
    press(room, "Skip")
    assert room.sitting.place == 1
    answer(room)
    room.jump.value = 1
    assert room.sitting.place == 1
    assert room.controls.places
    press(room, "Take back")
    assert 1 not in room.sitting.answers
    assert room.jump.options[1][0] == "2: open"


def test_nothing_chosen_is_said_and_open_questions_are_asked_about(room):
    press(room, "Answer")
    assert "Not answered yet" in room.state.value
    press(room, "Hand in")
    assert "open: press Hand in again" in room.state.value
    assert not room.sitting.over
    press(room, "Hand in")
    assert room.exam.result.right == 0
    assert f"Explain the {len(room.sitting.paper.items)} that were not right" in room.box.children[-1].value


def test_time_runs_out(room, monkeypatch):
    monkeypatch.setattr(mock_exams.time, "monotonic", lambda: room.sitting.since + 1e6)
    press(room, "Skip")
    assert room.sitting.over
    assert room.exam.result.passed is False or room.exam.result.needed is None


def test_practice_explains_each(there):
    room = Room(mock_exam("itil4-dits", seed=7, practice=True))
    answer(room, right=False)
    assert "Wrong." in room.explained.value
    assert room.sitting.place == 0
    press(room, "Answer")
    assert "this question was explained already" in room.state.value.lower()
    press(room, "Skip")
    assert (room.sitting.place, room.explained.value) == (1, "")


def test_bad_input():
    with pytest.raises(UnknownNameError, match="there is no exam 'cobit'"):
        mock_exam("cobit")
    with pytest.raises(BscError, match="no paper can follow"):
        mock_exam("bsp")
    for seed in ("seven", -1, True):
        with pytest.raises(BscError, match="this draws nothing"):
            mock_exam("final", seed=seed)


@pytest.mark.slow
@pytest.mark.system
def test_an_exam_by_keyboard_in_a_browser_and_after_a_restart(browser, tmp_path):
    source = "from bsclib import study\nstudy.mock_exam('cobit-foundation', seed=7)"
    items = draw_paper(read_questions(), "cobit-foundation", 7).items
    assert items[0].question.kind == "single"
    with labs.running(tmp_path, source, XDG_DATA_HOME=str(tmp_path / "xdg")) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        page.goto(address)
        labs.run_until(page, ".bsclib-group[role=group]")
        page.get_by_text("119 min").wait_for()
        page.wait_for_timeout(1000)
        page.locator(".bsclib-group input").first.focus()
        page.keyboard.press("Space")
        for _ in range(items[0].key[0]):
            page.keyboard.press("ArrowDown", delay=50)
        page.keyboard.press("Tab")
        page.wait_for_timeout(500)
        page.keyboard.press("Enter")
        page.locator(".bsclib-group[aria-label^='Question 2 of 75']").wait_for()
        page.wait_for_timeout(1000)
        assert page.evaluate("document.activeElement.tagName") in ("INPUT", "SELECT"), "the next question has the focus"
        kept = tmp_path / "xdg" / "bsclib" / "exam-cobit-foundation-7.json"
        assert json.loads(kept.read_text())["answers"] == {"0": list(items[0].key)}
        page.goto(address)
        labs.run_until(page, ".bsclib-group[aria-label^='Question 2 of 75']")
        page.close()
