import os

import pytest

from bsclib.batch.journal import JOURNAL, Entry, Journal, file_facts
from bsclib.errors import ReportError


def entry(folder, name, key="", text="whole"):
    (folder / f"{name}.html").write_text(text)
    return Entry(name, key or name, "given", "done", "", {"html": file_facts(folder / f"{name}.html")})


@pytest.fixture
def three(tmp_path):
    with Journal(tmp_path).open("a.ipynb") as journal:
        for name in ("one", "zwei ü", "three"):
            journal.add(entry(tmp_path, name), {"title": name, "kpis": [1, 2]})
    return tmp_path


def test_what_was_written_is_read(three):
    journal = Journal(three)
    assert journal.notebook == "a.ipynb"
    assert list(journal.by_key) == list(journal.by_name) == ["one", "zwei ü", "three"]
    assert journal.summary(journal.by_key["zwei ü"]) == {"title": "zwei ü", "kpis": [1, 2]}
    assert all(one.is_whole(three) for one in journal.by_key.values())


def test_a_journal_torn_at_any_byte_loses_the_torn_line_alone(three):
    whole = (three / JOURNAL).read_bytes()
    ends = [at + 1 for at, byte in enumerate(whole) if byte == 10]
    for cut in range(len(whole)):
        (three / JOURNAL).write_bytes(whole[:cut])
        kept = sum(end <= cut for end in ends[1:])
        assert len(Journal(three).by_key) == kept
        if cut % 17 == 0 or cut in ends:
            with Journal(three).open("a.ipynb") as journal:
                journal.add(entry(three, "four"), {"title": "four"})
            again = Journal(three)
            assert (again.notebook, len(again.by_key)) == ("a.ipynb", kept + 1)
            assert again.summary(again.by_key["four"]) == {"title": "four"}


@pytest.mark.parametrize(
    "line",
    [
        b"\x00\xff\n",
        b"[]\n",
        b'{"name": "x"}\n',
        b'{"name":"x","key":"x","given":"","state":"done","error":"","files":{"html":3}}\n',
        b'{"name":"x","key":"x","given":"","state":"done","error":"","files":{"html":{"path":"../x","sha256":"","bytes":0}}}\n',
        b"[" * 100_000 + b"\n",
    ],
)
def test_a_line_that_is_none_of_ours_is_passed_over(three, line):
    first, *rest = (three / JOURNAL).read_bytes().splitlines(keepends=True)
    (three / JOURNAL).write_bytes(first + line + b"".join(rest))
    journal = Journal(three)
    assert list(journal.by_key) == ["one", "zwei ü", "three"]
    assert journal.summary(journal.by_key["three"])["title"] == "three"


@pytest.mark.parametrize("change", ["gone", "longer", "same length", "a folder"])
def test_a_report_whose_file_changed_is_not_whole(three, change):
    file = three / "one.html"
    file.unlink()
    if change == "a folder":
        file.mkdir()
    elif change != "gone":
        file.write_text("wholf" if change == "same length" else "whole and more")
    assert not Journal(three).by_key["one"].is_whole(three)
    assert Journal(three).by_key["three"].is_whole(three)


def test_a_report_that_failed_is_never_whole(tmp_path):
    assert not Entry("a", "a", "", "failed").is_whole(tmp_path)


def test_the_last_word_counts(three):
    with Journal(three).open("a.ipynb") as journal:
        journal.add(entry(three, "one", "other", text="new"))
    journal = Journal(three)
    assert journal.by_name["one"].key == "other"
    assert not journal.by_key["one"].is_whole(three)


@pytest.mark.parametrize("written", [0, 5])
def test_a_full_disk_leaves_the_journal_as_it_was(three, monkeypatch, written):
    before = (three / JOURNAL).read_bytes()
    true = os.write

    def full(file, data):
        if len(data) < 100 or written == 0:
            raise OSError(28, "No space left on device")
        true(file, data[:written])
        raise OSError(28, "No space left on device")

    with Journal(three).open("a.ipynb") as journal:
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(ReportError, match=r"the journal cannot be used: No space left on device.*make room"):
            journal.add(entry(three, "four"))
        monkeypatch.undo()
        assert (three / JOURNAL).read_bytes() == before
        assert "four" not in journal.by_key
        journal.add(entry(three, "five"))
    assert list(Journal(three).by_key) == ["one", "zwei ü", "three", "five"]


def test_without_a_journal_nothing_is_known_and_nothing_is_made(tmp_path):
    assert Journal(tmp_path).by_key == {}
    assert not list(tmp_path.iterdir())
