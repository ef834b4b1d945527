"""Quizzes and mock exams as somebody takes them in a terminal."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import bank
import pytest
from click.testing import CliRunner

from bsclib.cli import exam as room
from bsclib.cli.commands import main
from bsclib.study.practice import open_exams, progress
from bsclib.study.questions.bank import read_questions
from bsclib.study.questions.draw import draw_paper


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(progress, "home", lambda: tmp_path / "data")
    return tmp_path / "data"


def bsc(*args, typed="", code=0):
    done = CliRunner().invoke(main, ["study", *map(str, args)], input=typed, prog_name="bsc")
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return done.output


@pytest.fixture
def mine(tmp_path):
    return bank.write(tmp_path / "mine.yaml", *(bank.question(id=f"q{n}", stem=f"Which is {n}?") for n in range(4)))


# ---- quiz


def test_a_quiz_explains_each_answer_and_knows_it_again(mine):
    out = bsc("quiz", "-n", 2, "--seed", 1, "--questions", mine, typed="zebra\nthis\nthat\n")
    assert "this names no option. Got: zebra. Allowed: one letter from A to D." in out
    assert "Right." in out
    assert "Wrong. The right answer is" in out
    assert "1 of 2 answers right." in out
    assert "the next question is due on" in out
    assert len(progress.read()[0]["questions"]) == 2


def test_the_same_seed_asks_the_same():
    first, again, other = (bsc("quiz", "itil", "--seed", seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_without_a_seed_what_is_due_and_new_comes_first(mine):
    bsc("quiz", "-n", 3, "--questions", mine, typed="this\n" * 3)
    asked = progress.read()[0]["questions"].keys()
    out = bsc("quiz", "-n", 1, "--questions", mine)
    (left,) = {f"q{n}" for n in range(4)} - asked
    assert f"Which is {left[1]}?" in out


@pytest.mark.parametrize("typed", ["", "quit\n", "\n\n"])
def test_a_quiz_may_end_at_any_time(mine, typed):
    assert "0 of 0 answers right." in bsc("quiz", "-n", 2, "--seed", 1, "--questions", mine, typed=typed)
    assert progress.read()[0]["questions"] == {}


def test_bad_input_of_a_quiz(mine, tmp_path):
    assert "'seven' is not a valid integer" in bsc("quiz", "--seed", "seven", code=2)
    assert "-1 is not in the range" in bsc("quiz", "--seed", -1, code=2)
    assert "0 is not in the range" in bsc("quiz", "-n", 0, code=2)
    assert "there is no topic 'itl'" in bsc("quiz", "itl", code=2)
    assert "there is no file or folder of this name" in bsc("quiz", "--questions", tmp_path / "none.yaml", code=1)
    assert "only 4 questions can be asked, because" in bsc("quiz", "-n", 9, "--seed", 1, "--questions", mine)
    (tmp_path / "bad.yaml").write_text("questions:\n  - {id: no, stem: <b>, options: 3}\n")
    out = bsc("quiz", "--questions", tmp_path / "bad.yaml", code=1)
    assert "bad.yaml, line 2" in out


TWENTY = """
topic: mine
questions:
  - {id: no, stem: Why?, options: 3}
  - {id: two words, difficulty: easy, bloom: remember, stem: "Why?", options: [], source: workbook, reread: x}
  - id: yes
    difficulty: on
    bloom: 2026
    stem: %
    options: [{text: off, why: null}, {text: 0x1F, why: 1_000}]
    source: [workbook]
    confidence: sure
    reread: ~
    kind: singel
    answer: B
  - id: b
    difficulty: simple
    bloom: know
    stem: "<script>alert(1)</script> $x^2$"
    options: [{text: same, right: true, why: so}, {text: same, right: true, why: so}]
    source: workbook
    confidence: ours
    reread: 00_start_here#To take with you
    kind: match
    exams: cism
"""


def test_a_file_with_twenty_faults_says_them_all_with_their_lines(tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(TWENTY.replace("stem: %\n", 'stem: "%"\n'))
    out = bsc("quiz", "--questions", path, code=1)
    count, lines = (
        int(out.split("Error: ")[1].split()[0]),
        [line for line in out.splitlines() if "mine.yaml, line" in line],
    )
    assert count == len(lines) >= 20
    path.write_text(TWENTY)
    assert "mine.yaml, line 9" in bsc("exam", "--like", "final", "--questions", path, code=1)


def test_html_and_formulas_are_plain_text_in_a_terminal(tmp_path):
    stem = "Is <b>this</b> $x$ & that?"
    path = bank.write(tmp_path / "m.yaml", bank.question(stem=stem))
    assert stem in bsc("quiz", "-n", 1, "--seed", 1, "--questions", path)


# ---- exam


def paper(seed=7, exam="cobit-foundation"):
    return draw_paper(read_questions(), exam, seed)


def right_lines(items):
    return "".join(f"{room.written(item, item.key)}\n" for item in items)


def test_all_right_passes_and_is_noted(home):
    out = bsc("exam", "--like", "itil4-dits", "--seed", 7, typed=right_lines(paper(exam="itil4-dits").items) + "end\n")
    count = len(paper(exam="itil4-dits").items)
    assert f"{count} of {count} questions right, 100 %." in out
    data, _ = progress.read()
    assert data["exams"][0]["right"] == len(data["questions"]) == count
    assert list(home.glob("exam-*")) == []


def test_flag_skip_review_go_clear_and_quit_and_go_on():
    typed = "\nflag\nhelp\ntime\nA A\ngo 75\ngo 76\ngo x\nreview\nquit\n"
    out = bsc("exam", "--like", "cobit-foundation", "--seed", 7, typed=typed)
    assert "Question 2 of 75, flagged" in out
    assert "there is no question 76. Allowed: 1 to 75" in out
    assert "this names no option. Got: go x." in out or "Got: go x" in out
    assert "take your answer back" in out
    assert "To go on: bsc study exam --like cobit-foundation --seed 7" in out
    out = bsc("exam", "--like", "cobit-foundation", typed=f"{room.written(paper().items[74], paper().items[74].key)}\n")
    assert "It is as you left it, 0 answered." in out
    assert out.count("Question 75 of 75") == 1
    assert "1 of 75 answered" in out
    out = bsc("exam", "--like", "cobit-foundation", typed="go 75\nclear\nquit\n")
    assert "another answer replaces it" in out
    assert "0 of 75 answered" in out


def test_what_is_open_is_asked_about_before_it_is_handed_in():
    out = bsc("exam", "--like", "cobit-foundation", "--seed", 3, typed="end\nno\nend\nyes\nyes\n")
    assert "75 questions open. Hand in all the same?" in out
    assert "0 of 75 questions right" in out
    assert "Not passed: the pass mark is 49." in out
    assert "Governance system and components          0 of 23" in out
    assert out.count("The right answer is") == 75


def test_the_time_runs_out(monkeypatch):
    bsc("exam", "--like", "cobit-foundation", "--seed", 7, typed="quit\n")
    path = open_exams.path_of("cobit-foundation", 7)
    path.write_text(json.dumps(json.loads(path.read_text()) | {"spent": 7199.9999}))
    out = bsc("exam", "--like", "cobit-foundation", typed="A\n")
    assert "0 seconds left" in out or "1 second left" in out
    assert "The time is up." in out
    assert "0 of 75 questions right" in out


def test_practice_explains_at_once_and_has_no_clock():
    items = paper(exam="final").items
    out = bsc("exam", "--like", "final", "--seed", 7, "--practice", typed=right_lines(items))
    assert "min left" not in out
    assert out.count("Right.") == 60
    assert "60 of 60 questions right" in out


def test_without_an_exam_those_that_there_are_are_listed():
    out = bsc("exam")
    assert (
        "cobit-foundation\n    COBIT 2019 Foundation: 75 questions, 120 minutes, pass mark 65 %, which is 49 of 75."
        in out
    )
    assert "We did not find its new weights" in out or "we did not find its new weights" in out


def test_bad_input_of_an_exam():
    assert "there is no exam 'cobit'" in bsc("exam", "--like", "cobit", code=2)
    assert "no paper can follow Balanced Scorecard Professional" in bsc("exam", "--like", "bsp", code=1)
    assert "is not a valid integer" in bsc("exam", "--like", "final", "--seed", "x", code=2)


def test_a_folder_that_cannot_be_written_is_said_once_and_the_exam_goes_on(home):
    home.write_text("a file where the folder should be")
    out = bsc("exam", "--like", "itil4-dits", "--seed", 1, typed="A\nA\nend\nyes\nno\n")
    assert out.count("the exam is not kept, so do not stop it now") == 1
    assert "Your progress is not saved" in out
    assert "questions right" in out


def test_progress_says_what_is_learnt(mine):
    assert "Kept in" in bsc("progress")
    asked = bsc("quiz", "itil", "-n", 3, "--seed", 1, typed="A\n" * 3)
    met = asked.count("Right.") + asked.count("Wrong.")
    out = bsc("progress")
    assert [line.split()[:2] for line in out.splitlines() if line.startswith("itil")] == [["itil", str(met)]]
    assert met


def test_a_corrupt_progress_file_is_said(home):
    home.mkdir()
    (home / "progress.json").write_text("{")
    assert "cannot be read" in bsc("progress")
    assert "is kept in" in bsc("quiz", "--seed", 1, typed="A\nAB\n1 2 3\nA C\nB\n")


@pytest.mark.system
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_killed_in_the_middle_it_continues_clock_included(tmp_path):
    """Over a pipe, without colour, as a lost ssh line leaves it."""
    env = {**os.environ, "XDG_DATA_HOME": str(tmp_path / "xdg"), "PYTHONPATH": str(Path(__file__).parents[2])}
    env |= {"PYTHONIOENCODING": "ascii", "PYTHONUNBUFFERED": "1"}
    script = "from bsclib.cli import exam; exam.BEAT = 0.1; from bsclib.cli.commands import main; main(prog_name='bsc')"
    command = [sys.executable, "-c", script, "study", "exam", "--like", "cobit-foundation", "--seed", "7"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=env)
    item = paper().items[0]
    process.stdin.write(f"{room.written(item, item.key)}\n".encode())
    process.stdin.flush()
    path = tmp_path / "xdg" / "bsclib" / "exam-cobit-foundation-7.json"
    for _ in range(600):
        if path.exists() and json.loads(path.read_text())["answers"] and json.loads(path.read_text())["spent"] > 1.5:
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.stdin.close()
    process.wait()
    kept = json.loads(path.read_text())
    assert kept["answers"] == {"0": list(item.key)}
    assert kept["spent"] > 1.5
    done = subprocess.run(command, input=b"quit\n", capture_output=True, env=env, check=True)
    assert b"It is as you left it, 1 answered." in done.stdout
    assert b"\x1b" not in done.stdout
    assert json.loads(path.read_text())["spent"] >= kept["spent"]
