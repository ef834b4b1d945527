"""Files are written whole or not at all; and, where the same content has to give the same bytes, without the time.

The new content goes to a file beside the old one and takes its name in one step, once it is safely on the disk.
Whatever goes wrong before that, a full disk among it, leaves the old file as it was. Missing folders are made; an
existing file keeps its permissions, and a symbolic link keeps pointing to the file that is replaced.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import re
import secrets
import shutil
import time
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from bsclib.errors import BscError, Fault

_FIXES = {
    errno.ENOSPC: "make room on the disk, or write somewhere else",
    errno.EDQUOT: "make room on the disk, or write somewhere else",
    errno.EACCES: "choose a place where you may write",
    errno.EBUSY: "close it there, such as in Excel, and try again",
    errno.EPERM: "choose a place where you may write",
    errno.EROFS: "choose a place where you may write",
    errno.ENOTDIR: "choose a path whose folders are folders",
    errno.EEXIST: "choose a path whose folders are folders",
    errno.EISDIR: "give the path of a file",
    errno.ENAMETOOLONG: "choose a shorter name",
    # As Windows puts a drive that is not there or a path of more than 260 letters, and a letter that no name may have.
    errno.ENOENT: "look whether its drive and folder are still there, or choose a shorter path",
    errno.EINVAL: 'choose a name without < > : " | ? *',
}
HELD = (0.02, 0.1, 0.4)  # seconds between attempts: on Windows, a virus scanner may hold a new file for a moment


@contextlib.contextmanager
def replacement(path: str | os.PathLike[str], error: type[BscError] = BscError) -> Iterator[Path]:
    """A file beside `path` to write to, which takes its place when all went well; else `error`, with what to do."""
    temporary = None
    try:
        target = _real(path)
        _make_folder(target.parent)
        _check(target)
        temporary = target.with_name(f".{secrets.token_hex(8)}{target.suffix[-16:]}")
        yield temporary
        _settle(temporary, target)
    except OSError as problem:
        raise error(_unwritable(path, problem)) from problem
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)


def write_bytes(path: str | os.PathLike[str], data: bytes, error: type[BscError] = BscError) -> None:
    """Write bytes to a file, whole or not at all."""
    with replacement(path, error) as temporary:
        temporary.write_bytes(data)


def write_text(path: str | os.PathLike[str], text: str, error: type[BscError] = BscError) -> None:
    """Write text to a file as UTF-8, with the line ends it has, whole or not at all."""
    write_bytes(path, text.encode("utf-8"), error)


def write_folder(folder: str | os.PathLike[str], files: Mapping[str, bytes], error: type[BscError] = BscError) -> bool:
    """Write a new folder, whole or not at all: files by their places in it; False where they are all there already."""
    temporary = None
    try:
        target = _real(folder)
        temporary = target.with_name(f".{secrets.token_hex(8)}")
        if target.exists() and any(target.iterdir()):
            _check_same(target, files, error)
            return False
        _make_folder(target.parent)
        for place, data in files.items():
            (temporary / place).parent.mkdir(parents=True, exist_ok=True)
            (temporary / place).write_bytes(data)
        if target.exists():
            target.rmdir()
        _take_place(temporary, target)
    except OSError as problem:
        raise error(_unwritable(folder, problem)) from problem
    finally:
        if temporary is not None:
            shutil.rmtree(temporary, ignore_errors=True)
    return True


def undated(archive: bytes) -> bytes:
    """A zip file, such as a workbook or slides, without the times at which its parts were written."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            data = old.read(name)
            if name == "docProps/core.xml":
                data = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", data)
            new.writestr(entry, data)
    return buffer.getvalue()


def _unwritable(path: str | os.PathLike[str], problem: OSError) -> Fault:
    what = f"this cannot be written: {problem.strerror or problem}"
    return Fault(str(path), what, fix=_FIXES.get(problem.errno or 0, ""))


def _real(path: str | os.PathLike[str]) -> Path:
    try:
        return Path(os.path.realpath(path))
    except ValueError as problem:  # a character that no path may have
        raise OSError(errno.EINVAL, str(problem)) from problem


def _check_same(target: Path, files: Mapping[str, bytes], error: type[BscError]) -> None:
    for place, data in files.items():
        file = target / place
        if not file.is_file() or file.read_bytes() != data:
            what = f"this folder holds something else already, such as {_other(target, files)}"
            raise error(Fault(str(target), f"{what}, and nothing is overwritten", fix="name another folder"))


def _other(target: Path, files: Mapping[str, bytes]) -> str:
    """The first file that is not what would be written."""
    there = sorted(file.relative_to(target).as_posix() for file in target.rglob("*") if file.is_file())
    return next((name for name in there if (target / name).read_bytes() != files.get(name)), "another set of files")


def _make_folder(folder: Path) -> None:
    for above in [folder, *folder.parents]:
        if above.is_dir():
            break
        if above.exists():
            raise NotADirectoryError(errno.ENOTDIR, f"{above} is a file, not a folder")
    folder.mkdir(parents=True, exist_ok=True)


def _check(target: Path) -> None:
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    if target.exists() and not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, "the file is write-protected")


def _settle(temporary: Path, target: Path) -> None:
    with temporary.open("r+b") as file:
        os.fsync(file.fileno())
    if target.exists():
        temporary.chmod(target.stat().st_mode & 0o7777)
    _take_place(temporary, target)
    # Not every system can put a folder's entry on the disk by itself; the file is whole either way.
    with contextlib.suppress(OSError):
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _take_place(temporary: Path, target: Path) -> None:
    for pause in (*HELD, None):
        try:
            temporary.replace(target)
        except PermissionError as problem:
            if problem.errno != errno.EACCES or not target.exists():  # as Windows puts it, which lets no open file go
                raise
            if pause is None:
                raise OSError(errno.EBUSY, "another program has it open") from problem
            time.sleep(pause)
        else:
            return
