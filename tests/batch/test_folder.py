import os
import signal
import subprocess
import sys

import pytest

from bsclib.batch.folder import claim_folder, clear_leftovers, refuse_another_batch, writable_folder
from bsclib.batch.journal import Entry, Journal
from bsclib.errors import ReportError


def test_one_batch_at_a_time(tmp_path):
    wait = pytest.raises(ReportError, match=r"a batch is at work in this folder.*wait until it has ended")
    with claim_folder(tmp_path), wait, claim_folder(tmp_path):
        pytest.fail("two batches in one folder")
    with claim_folder(tmp_path):
        pass


HOLDS = """\
import sys
from pathlib import Path
from bsclib.batch.folder import claim_folder
with claim_folder(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()"""


@pytest.mark.system
@pytest.mark.skipif(os.name == "nt", reason="needs kill -9")
def test_who_is_killed_holds_the_folder_no_more(tmp_path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(ReportError, match="a batch is at work"), claim_folder(tmp_path):
            pytest.fail("two batches in one folder")
        other.send_signal(signal.SIGKILL)
        other.wait()
        with claim_folder(tmp_path):
            pass


def test_where_the_file_system_knows_no_locks_there_is_nothing_to_hold(tmp_path, monkeypatch):
    def unsupported(_):
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr("bsclib.batch.folder._system_lock", unsupported)
    with claim_folder(tmp_path):
        pass


@pytest.fixture
def known(tmp_path):
    journal = Journal(tmp_path)
    journal.begin("a.ipynb")
    for name in ("one", "two"):
        journal.add(Entry(name, name, f"parameters of {name}", "done"))
    return tmp_path, {name: f"parameters of {name}" for name in ("one", "two")}


def test_the_same_batch_may_come_back_and_may_have_grown(known):
    folder, planned = known
    refuse_another_batch(folder, Journal(folder), "a.ipynb", planned)
    refuse_another_batch(folder, Journal(folder), "a.ipynb", {**planned, "three": "x"})


def test_another_batch_is_refused(known):
    folder, planned = known
    for notebook, plan, said in (
        ("b.ipynb", planned, "another batch. Got: reports of a.ipynb. Fix: choose an empty folder"),
        ("a.ipynb", {"one": planned["one"]}, "reports that this plan does not have: two"),
        ("a.ipynb", {**planned, "two": "x"}, "reports of these names with other parameters: two"),
    ):
        with pytest.raises(ReportError, match=said):
            refuse_another_batch(folder, Journal(folder), notebook, plan)


def test_files_that_no_batch_made_are_not_written_over(tmp_path):
    refuse_another_batch(tmp_path, Journal(tmp_path), "a.ipynb", {"one": ""})
    (tmp_path / "notes.txt").write_text("")
    refuse_another_batch(tmp_path, Journal(tmp_path), "a.ipynb", {"one": ""})
    for name in ("index.html", "one.failed.ipynb"):
        (tmp_path / name).write_text("mine")
    with pytest.raises(ReportError, match=r"files that no batch has made.*Got: index\.html and one\.failed\.ipynb"):
        refuse_another_batch(tmp_path, Journal(tmp_path), "a.ipynb", {"one": ""})


def test_leftovers_go_and_nothing_else(tmp_path):
    for name in (".0123456789abcdef.html", ".0123456789abcdef.txt", ".lock", "a.html", ".git"):
        (tmp_path / name).write_text("")
    clear_leftovers(tmp_path)
    assert sorted(one.name for one in tmp_path.iterdir()) == [".0123456789abcdef.txt", ".git", ".lock", "a.html"]


@pytest.mark.skipif(os.name == "nt", reason="needs /proc or a device")
def test_a_place_that_nobody_can_write_to():
    with pytest.raises(ReportError, match="nothing can be written here"):
        writable_folder("/proc/self/reports")
