import errno
import os
import stat
from pathlib import Path

import pytest

from bsclib.errors import BscError, ReportError, ScorecardError
from bsclib.files import atomic


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_new_content_takes_the_name_of_the_old(tmp_path):
    file = tmp_path / "a.txt"
    atomic.write_text(file, "old")
    atomic.write_text(file, "new, with ümlaut\n")
    assert file.read_bytes() == "new, with ümlaut\n".encode()
    assert names(tmp_path) == ["a.txt"]


def test_missing_folders_are_made(tmp_path):
    atomic.write_bytes(tmp_path / "a" / "b" / "c.bin", b"\0")
    assert (tmp_path / "a" / "b" / "c.bin").read_bytes() == b"\0"


@pytest.mark.parametrize("call", ["write_bytes", "replace"])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, call):
    file = tmp_path / "a.txt"
    file.write_text("old")
    monkeypatch.setattr(Path, call, full_disk)
    with pytest.raises(ScorecardError, match=r"a\.txt: this cannot be written: No space left.*make room"):
        atomic.write_text(file, "new", ScorecardError)
    assert file.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_full_disk_at_the_last_moment_counts_too(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(ReportError, match="No space left"):
        atomic.write_text(tmp_path / "a.txt", "new", ReportError)
    assert names(tmp_path) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full device")
def test_a_device_that_is_really_full(tmp_path):
    with (
        pytest.raises(BscError, match="No space left"),
        atomic.replacement(tmp_path / "a.txt"),
        open("/dev/full", "wb", buffering=0) as full,  # noqa: PTH123
    ):
        full.write(b"x")


def test_what_fails_while_writing_leaves_the_old_file(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("old")

    def half() -> None:
        with atomic.replacement(file) as temporary:
            temporary.write_text("half")
            raise KeyboardInterrupt("stopped by hand")

    with pytest.raises(KeyboardInterrupt, match="by hand"):
        half()
    assert file.read_text() == "old"
    assert names(tmp_path) == ["a.txt"]


def test_a_path_under_a_file(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(BscError, match=r"cannot be written: .*file is a file, not a folder.*folders are folders"):
        atomic.write_text(tmp_path / "file" / "deep" / "a.txt", "x")
    assert (tmp_path / "file").read_text() == "x"


def test_a_folder_is_not_replaced_by_a_file(tmp_path):
    (tmp_path / "a").mkdir()
    with pytest.raises(BscError, match="it is a folder"):
        atomic.write_text(tmp_path / "a", "x")


def test_a_name_that_is_too_long(tmp_path):
    with pytest.raises(BscError, match="choose a shorter name"):
        atomic.write_text(tmp_path / ("x" * 300), "x")


def test_a_long_name_that_the_system_allows(tmp_path):
    file = tmp_path / ("x" * 251 + ".txt")
    atomic.write_text(file, "x")
    assert file.read_text() == "x"


@pytest.mark.skipif(os.name == "nt", reason="Windows knows other permissions")
def test_permissions_are_kept_and_new_files_follow_the_umask(tmp_path):
    file = tmp_path / "a.txt"
    old = os.umask(0o027)
    try:
        atomic.write_text(file, "x")
    finally:
        os.umask(old)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    file.chmod(0o604)
    atomic.write_text(file, "y")
    assert stat.S_IMODE(file.stat().st_mode) == 0o604


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege on Windows")
def test_a_link_keeps_pointing_to_the_file(tmp_path):
    (tmp_path / "real.txt").write_text("old")
    (tmp_path / "link.txt").symlink_to("real.txt")
    atomic.write_text(tmp_path / "link.txt", "new")
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text() == "new"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_write_protected_file_is_respected(tmp_path):
    file = tmp_path / "a.txt"
    file.write_text("x")
    file.chmod(0o444)
    with pytest.raises(BscError, match="write-protected"):
        atomic.write_text(file, "y")


FILES = {"a.txt": b"one", "docs/b.txt": b"two"}


def test_a_folder_is_written_whole(tmp_path):
    assert atomic.write_folder(tmp_path / "new" / "out", FILES)
    out = tmp_path / "new" / "out"
    assert {name: (out / name).read_bytes() for name in FILES} == FILES
    assert names(tmp_path / "new") == ["out"]
    assert not atomic.write_folder(out, FILES), "it is there already"


def test_an_empty_folder_is_filled(tmp_path):
    (tmp_path / "out").mkdir()
    assert atomic.write_folder(tmp_path / "out", FILES)
    assert names(tmp_path / "out") == ["a.txt", "docs"]


@pytest.mark.parametrize("there", ["a.txt", "mine.txt"])
def test_a_folder_that_holds_something_else_is_left_alone(tmp_path, there):
    (tmp_path / there).write_text("mine")
    with pytest.raises(BscError, match=rf"such as {there}, and nothing is overwritten. Fix: name another folder"):
        atomic.write_folder(tmp_path, FILES)
    assert names(tmp_path) == [there]


@pytest.mark.parametrize("call", ["write_bytes", "replace"])
def test_a_full_disk_leaves_no_folder(tmp_path, monkeypatch, call):
    monkeypatch.setattr(Path, call, full_disk)
    with pytest.raises(BscError, match=r"out: this cannot be written: No space left.*make room"):
        atomic.write_folder(tmp_path / "out", FILES)
    assert names(tmp_path) == []


def test_a_file_in_its_place_is_said(tmp_path):
    (tmp_path / "out").write_text("mine")
    with pytest.raises(BscError, match="folder"):
        atomic.write_folder(tmp_path / "out", FILES)
    assert (tmp_path / "out").read_text() == "mine"


def test_a_file_that_excel_has_open_is_told_kindly(tmp_path, monkeypatch):
    """As Windows does it, which lets no file be replaced that a program has open."""
    file = tmp_path / "a.xlsx"
    file.write_text("old")

    def held(*_):
        raise PermissionError(errno.EACCES, "Access is denied")

    monkeypatch.setattr(Path, "replace", held)
    monkeypatch.setattr(atomic, "HELD", (0,))
    with pytest.raises(BscError, match=r"a\.xlsx: this cannot be written: another program has it open\. Fix: close it"):
        atomic.write_text(file, "new")
    assert (file.read_text(), names(tmp_path)) == ("old", ["a.xlsx"])


def test_a_scanner_that_holds_a_new_file_for_a_moment_is_waited_for(tmp_path, monkeypatch):
    replace, asked = Path.replace, []

    def held_twice(self, target):
        asked.append(target)
        if len(asked) < 3:
            raise PermissionError(errno.EACCES, "Access is denied")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", held_twice)
    monkeypatch.setattr(atomic, "HELD", (0, 0))
    (tmp_path / "a.txt").write_text("old")
    atomic.write_text(tmp_path / "a.txt", "new")
    assert ((tmp_path / "a.txt").read_text(), names(tmp_path)) == ("new", ["a.txt"])


@pytest.mark.parametrize(
    ("number", "fix"),
    [
        (errno.ENOENT, "its drive and folder are still there, or choose a shorter path"),
        (errno.EINVAL, "without < > : "),
    ],
)
def test_a_path_that_windows_does_not_take(tmp_path, monkeypatch, number, fix):
    def refused(*_):
        raise OSError(number, "no")

    monkeypatch.setattr(Path, "write_bytes", refused)
    with pytest.raises(BscError, match=rf"a\.txt: this cannot be written: no\. Fix: .*{fix}"):
        atomic.write_text(tmp_path / "a.txt", "x")
    with pytest.raises(BscError, match=rf"out: this cannot be written: no\. Fix: .*{fix}"):
        atomic.write_folder(tmp_path / "out", FILES)
    assert names(tmp_path) == []


def test_a_character_that_no_path_has():
    for write in (lambda: atomic.write_text("a\0b", "x"), lambda: atomic.write_folder("a\0b", FILES)):
        with pytest.raises(BscError, match=r"a\\x00b: this cannot be written: .*null.*Fix: choose a name without"):
            write()
