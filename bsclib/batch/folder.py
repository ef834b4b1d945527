"""The folder of a batch: one batch at a time, and one batch altogether.

Two batches that wrote into one folder would mix their reports, so a batch holds a lock while it works. The same batch
may come back to its folder: the notebook has the same name, and the plan has every report that is there with the same
parameters. The plan may have grown, and the notebook, the data and the versions may have changed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from bsclib.batch.journal import JOURNAL, Journal
from bsclib.errors import Fault, ReportError
from bsclib.wording import listed

LOCK = ".lock"
FIX = "choose an empty folder, or remove this one"
LEFTOVER = re.compile(r"\.[0-9a-f]{16}\.(html|pdf|ipynb|xlsx|json)")
SHOWN = 5


def writable_folder(output_dir: str | os.PathLike[str]) -> Path:
    """Make the folder, and be sure that something can be written there before a notebook runs for minutes."""
    folder = Path(output_dir)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except (OSError, ValueError) as error:
        file = next((path for path in (folder, *folder.parents) if path.is_file()), None)
        reason = f"{file} is a file, not a folder" if file else getattr(error, "strerror", None) or str(error)
        fix = "choose a folder you may write to"
        raise ReportError(Fault(str(folder), f"nothing can be written here: {reason}", fix=fix)) from error
    return folder


@contextlib.contextmanager
def claim_folder(folder: Path) -> Iterator[None]:
    """Hold the folder, so that no second batch works in it; whoever held it and was killed holds it no more."""
    # The lock's file stays for ever: removing it would let two batches hold two files of one name.
    try:
        held = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    except OSError as error:
        what = f"nothing can be written here: {error.strerror or error}"
        raise ReportError(Fault(str(folder), what, fix="choose a folder you may write to")) from error
    try:
        if not lock(held):
            fix = "wait until it has ended, or choose another folder"
            raise ReportError(Fault(str(folder), "a batch is at work in this folder", fix=fix))
        yield
    finally:
        os.close(held)


def refuse_another_batch(folder: Path, journal: Journal, notebook: str, planned: Mapping[str, str]) -> None:
    """Refuse a folder that holds what this batch would not make, or what no batch made."""
    if not (folder / JOURNAL).exists():
        would = {"index", "manifest", *planned}
        stems = ((file, file.name.partition(".")[0]) for file in sorted(folder.iterdir()) if folder.is_dir())
        if strange := [file.name for file, stem in stems if stem in would]:
            what = "this folder holds files that no batch has made, and this one would write over them"
            fix = "choose an empty folder, or move them away"
            raise ReportError(Fault(str(folder), what, got=listed(strange, SHOWN), fix=fix))
        return
    if journal.notebook and journal.notebook != notebook:
        raise _another(folder, f"reports of {journal.notebook}")
    if gone := [name for name in journal.by_name if name not in planned]:
        raise _another(folder, f"reports that this plan does not have: {listed(gone, SHOWN)}")
    if changed := [name for name, entry in journal.by_name.items() if entry.given != planned[name]]:
        raise _another(folder, f"reports of these names with other parameters: {listed(changed, SHOWN)}")


def clear_leftovers(folder: Path) -> None:
    """Remove the temporary files of a batch that was killed while it wrote."""
    for file in folder.iterdir():
        if LEFTOVER.fullmatch(file.name):
            with contextlib.suppress(OSError):
                file.unlink()


def _another(folder: Path, got: str) -> ReportError:
    return ReportError(Fault(str(folder), "this folder holds another batch", got=got, fix=FIX))


def lock(held: int) -> bool:
    """Lock a file without waiting; where the file system knows no locks, there is nothing to hold."""
    try:
        _system_lock(held)
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)
    return True


def _system_lock(held: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        lock: Any = msvcrt
        lock.locking(held, lock.LK_NBLCK, 1)
    else:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
