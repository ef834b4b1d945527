"""`bsc study questions check` as whoever writes questions uses it."""

import os
import shutil

import bank
import pytest
from click.testing import CliRunner

from bsclib.cli.commands import main
from bsclib.files.paths import shipped_folder
from bsclib.study.practice import progress
from bsclib.study.questions import stock


@pytest.fixture
def check(tmp_path):
    def run(*questions, code):
        path = bank.write(tmp_path / "mine.yaml", *questions)
        done = CliRunner().invoke(main, ["study", "questions", "check", str(path)], prog_name="bsc")
        assert done.exit_code == code, done.output
        assert "Traceback" not in done.output
        return done

    return run


def test_sound_questions_pass_with_their_tally(check):
    out = check(bank.question(), code=0).stdout
    assert out.splitlines()[0].split() == ["topic", "single", "several", "order", "match", "numeric", "all", "cases"]
    assert "longest option" in out
    assert out.splitlines()[-1] == "1 question. Nothing to say against them."


def test_a_finding_says_file_and_line_and_is_counted(check):
    out = check(bank.question(stem="Which word is right"), bank.question(id="two", stem="And?"), code=1).stdout
    assert out.startswith(
        "mine.yaml, line 2, one: the stem does not end like a sentence. Got: Which word is right. Fix:"
    )
    assert out.splitlines()[-1] == "2 questions. 1 finding."


def test_what_cannot_be_read_is_an_error_with_its_line(check):
    err = check(bank.question(kind="singel"), code=1).stderr
    assert err.startswith("Error: mine.yaml, line ")
    assert "did you mean 'single'?" in err


def test_help_leads_there():
    done = CliRunner().invoke(main, ["study", "--help"], prog_name="bsc")
    assert "questions" in done.output


# ---- for other programs


def bsc(*args, code=0):
    done = CliRunner().invoke(main, ["study", *map(str, args)], prog_name="bsc")
    assert done.exit_code == code, done.output
    return done.output


def test_a_deck_is_the_same_from_any_checkout(tmp_path, monkeypatch):
    paths = [tmp_path / name for name in ("a.apkg", "b.apkg")]
    count = len(stock.places("itil"))
    assert bsc("cards", "itil", "-o", paths[0]) == f"{count} notes in {paths[0]}.\n"
    other = tmp_path / "checkout"
    shutil.copytree(shipped_folder() / "datasets" / "questions", other / "datasets" / "questions")
    for file in other.rglob("*.yaml"):
        os.utime(file, (978_307_200, 978_307_200))
    monkeypatch.setattr("bsclib.study.questions.bank.shipped_folder", lambda: other)
    bsc("cards", "itil", "-o", paths[1])
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert "there is no topic 'itl'" in bsc("cards", "itl", code=2)


def test_questions_are_exported_for_moodle(tmp_path):
    own = bank.write(tmp_path / "mine.yaml", bank.question())
    assert bsc("questions", "export", "--moodle", "--questions", own).startswith("<?xml")
    out = tmp_path / "bank.xml"
    assert bsc("questions", "export", "--moodle", "--questions", own, "-o", out) == f"1 question in {out}.\n"
    assert "Missing option '--moodle'" in bsc("questions", "export", code=2)
    assert "cannot be written" in bsc("questions", "export", "--moodle", "--questions", own, "-o", tmp_path, code=1)


def test_a_certificate_is_written_and_its_name_kept_nowhere(tmp_path, monkeypatch):
    home, out = tmp_path / "data", tmp_path / "certificate.pdf"
    monkeypatch.setattr(progress, "home", lambda: home)
    assert "nothing to certify yet" in bsc("certificate", "--name", "Ana", "-o", out, code=1)
    assert not out.exists()
    progress.change(lambda data: progress.exercise_checked(data, "03", "a", "weights", "right"))
    assert bsc("certificate", "--name", "Zuzana", "-o", out) == f"Written to {out}.\n"
    assert out.read_bytes().startswith(b"%PDF-")
    assert [file for file in home.rglob("*") if file.is_file() and b"Zuzana" in file.read_bytes()] == []
    assert "Missing option '--name'" in bsc("certificate", code=2)
