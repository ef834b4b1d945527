"""The quiz of a notebook: text, controls, answers in Python; and by keyboard in a real browser."""

import functools
import json

import bank
import labs
import nbclient
import notebooks_made
import pytest

from bsclib.batch.kernels.provisioner import ThisPython
from bsclib.errors import BscError, UnknownNameError
from bsclib.study.practice import progress, quizzes
from bsclib.study.practice.item_text import written
from bsclib.study.practice.quizzes import quiz


@pytest.fixture
def mine(tmp_path):
    return bank.write(tmp_path / "mine.yaml", *(bank.question(id=f"q{n}", stem=f"Which is {n}?") for n in range(4)))


@pytest.fixture
def there(monkeypatch):
    monkeypatch.setattr(quizzes, "attended", lambda: True)
    monkeypatch.setattr(quizzes, "at_keyboard", lambda: True)


def test_with_nobody_there_it_is_text_and_nothing_is_kept(mine, home):
    asked = quiz(n=2, seed=1, questions=mine)
    shown = asked._repr_mimebundle_()
    assert shown["text/plain"] == repr(asked)
    assert shown["text/html"].count("<details><summary>Compare</summary>") == 2, "no answer stands open"
    assert "Question 2 of 2" in repr(asked)
    assert 'Answer with one letter from A to D: quiz.check(1, "…")' in repr(asked)
    assert asked.check(1, "this").state == "right"
    assert not home.exists()


def test_the_same_seed_asks_the_same():
    assert repr(quiz("itil", seed=1)) == repr(quiz("itil", seed=1))
    assert repr(quiz("itil", seed=1)) != repr(quiz("itil", seed=2))


def test_answers_reach_python_and_the_first_counts(mine):
    asked = quiz(n=3, seed=1, questions=mine)
    letter, first = written(asked.items[0], asked.items[0].key), asked.check(1, "that")
    assert first.state == "wrong"
    assert "It is another." in first.message
    assert "Try once more" in first.message
    assert "is right:" not in first.message, "a first wrong answer is told why, and not what is right"
    assert asked.check(1, "this").state == "right"
    assert asked.check(2, "this").state == "right"
    assert asked.check(3, ...).state == "not attempted"
    assert asked.results["right"].tolist() == [False, True, None]
    assert asked.check(1, "that").message.startswith(f"The right answer is {letter}.")
    assert asked.check(1, "that").message.endswith(f"It is another. {letter} is right: It is so said.")


@pytest.mark.parametrize("answer", [2, True, b"A", object(), "Z", ["A", "B"], "<b>", 10**400, float("nan")])
def test_an_answer_of_the_wrong_type_is_not_marked(mine, answer):
    asked = quiz(n=1, seed=1, questions=mine)
    outcome = asked.check(1, answer)
    assert outcome.state == "cannot tell"
    assert "Answer with one letter from A to D" in outcome.message
    assert asked.results["right"].tolist() == [None]


@pytest.mark.parametrize("number", [0, 3, "1", 1.0, True, None])
def test_there_is_no_such_question(mine, number):
    with pytest.raises(BscError, match=r"there is no such question.*Allowed: 1 to 2"):
        quiz(n=2, seed=1, questions=mine).check(number, "A")


def test_bad_input(mine):
    with pytest.raises(UnknownNameError, match="there is no topic 'itl'"):
        quiz("itl")
    for wrong in ({"n": 0}, {"n": "5"}, {"seed": "one"}, {"seed": -1}):
        with pytest.raises(BscError, match="Allowed: a whole number"):
            quiz(questions=mine, **wrong)


def test_without_a_seed_what_is_due_is_asked_first(mine, there):
    first = quiz(n=3, questions=mine)
    for number in (1, 2, 3):
        first.check(number, "that")
    again = quiz(n=1, questions=mine)
    assert again.items[0].id not in {item.id for item in first.items}
    assert len(progress.read()[0]["questions"]) == 3


def test_the_controls_answer_explain_and_keep(mine, there):
    asked = quiz(n=2, seed=1, questions=mine)
    assert asked._repr_mimebundle_().keys() >= {"application/vnd.jupyter.widget-view+json"}
    first, _, tally = asked.box.children
    _, radio, button, verdict = first.children
    button.click()
    assert "Not attempted. Answer with one letter from A to D." in verdict.value
    radio.value = asked.items[0].key[0]
    button.click()
    assert "Right." in verdict.value
    assert radio.disabled
    button.click()
    assert tally.value == "<p>1 of 1 answer right.</p>"
    assert asked.results["answer"].iloc[0] == written(asked.items[0], asked.items[0].key)
    assert list(progress.read()[0]["questions"]) == [asked.items[0].id]


def test_after_a_wrong_answer_the_controls_stay_open_for_a_second_one(mine, there):
    asked = quiz(n=1, seed=1, questions=mine)
    box, tally = asked.box.children
    _, radio, button, verdict = box.children
    right = asked.items[0].key[0]
    radio.value = (right + 1) % 4
    button.click()
    assert "Wrong." in verdict.value
    assert "Try once more" in verdict.value
    assert "The right answer" not in verdict.value
    assert not radio.disabled
    radio.value = right
    button.click()
    assert "Right." in verdict.value
    assert radio.disabled
    assert tally.value == "<p>0 of 1 answer right.</p>", "the first answer counts"


def test_two_options_in_one_place_are_said(tmp_path, there):
    path = bank.write(tmp_path / "o.yaml", bank.question(kind="order", options=bank.options("a", "b", "c", right=None)))
    asked = quiz(n=1, seed=1, questions=path)
    _, *lists, button, verdict = asked.box.children[0].children
    for each in lists:
        each.value = 0
    button.click()
    assert "names an option twice" in verdict.value


def test_a_batch_gets_text_and_no_widget():
    cell = notebooks_made.code("from bsclib import study\nstudy.quiz('cobit', n=2, seed=1)")
    notebook = notebooks_made.notebook(cell)
    nbclient.NotebookClient(notebook, kernel_manager_class=ThisPython, timeout=120).execute()
    (output,) = notebook.cells[0].outputs
    assert output["data"].keys() == {"text/plain", "text/html"}
    assert "Question 2 of 2" in output["data"]["text/plain"]


@pytest.mark.system
@pytest.mark.slow
def test_the_whole_quiz_by_keyboard_in_a_browser(browser, tmp_path):
    """A single choice, several, an order and a match: answered by keys alone, labelled, spoken, and known to Python."""
    several = {
        "kind": "several",
        "options": [*bank.options("red", "blue"), {"text": "sky", "right": True, "why": "So it is."}],
    }
    match = [{"text": t, "to": to, "why": "So it is."} for t, to in (("cat", "meow"), ("dog", "bark"), ("cow", "moo"))]
    kinds = [{}, several, {"kind": "match", "options": match}]
    kinds.append({"kind": "order", "options": bank.options("first", "second", "third", right=None)})
    stems = ("Which of the words?", "Which of the colours?", "Which cries out so?", "Which comes when?")
    made = [
        bank.question(id=f"q{n}", stem=stem, **kind) for n, (stem, kind) in enumerate(zip(stems, kinds, strict=True))
    ]
    path = bank.write(tmp_path / "mine.yaml", *made)
    items = quiz(n=4, seed=1, questions=path).items
    source = f"from bsclib import study\nasked = study.quiz(n=4, seed=1, questions={str(path)!r})\nasked"
    with labs.running(tmp_path, source, XDG_DATA_HOME=str(tmp_path / "xdg")) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(60_000)
        page.goto(address)
        labs.run_until(page, ".bsclib-group[role=group] >> nth=3")
        groups, press = page.locator(".bsclib-group[role=group]"), functools.partial(page.keyboard.press, delay=50)
        for number, item in enumerate(items):
            group = groups.nth(number)
            assert group.get_attribute("aria-label") == f"Question {number + 1} of 4: {item.question.stem}"
            press("Tab") if number else group.locator("input, select").first.focus()
            answer_by_keys(press, item)
            press("Tab")
            assert page.evaluate("document.activeElement.innerText") == f"Check answer {number + 1}"
            page.wait_for_timeout(500)  # what a person takes; a click may overtake keys that came within a blink
            press("Enter")
            spoken = group.locator(".bsclib-spoken[role=status][aria-live=polite]")
            spoken.get_by_text("Right.", exact=True).wait_for()
            assert page.evaluate("document.activeElement.tagName") == "BUTTON", "the focus stays where the keys are"
        page.get_by_text("4 of 4 answers right.").wait_for()
        page.close()
    kept = json.loads((tmp_path / "xdg" / "bsclib" / "progress.json").read_text())
    assert [known["right"] for known in kept["questions"].values()] == [1, 1, 1, 1]


def answer_by_keys(press, item):
    """From the first control of a question to its last, the right answer by keys alone."""
    kind = item.question.kind
    if kind == "single":
        press("Space")
        for _ in range(item.key[0]):
            press("ArrowDown")
    elif kind == "several":
        for place in range(len(item.order)):
            if place in item.key:
                press("Space")
            if place < len(item.order) - 1:
                press("Tab")
    else:
        for turn, place in enumerate(item.key):
            if turn:
                press("Tab")
            for _ in range(place + 1):
                press("ArrowDown")
