"""The journal of a batch: one line for each report that has ended, which is what makes `--resume` safe.

A line is written after the report's files are whole in their place and is itself on the disk before the next report is
counted. A batch that is killed at any moment so leaves at worst a line torn at the end, and that line is passed over.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from bsclib.errors import Fault, ReportError

JOURNAL = "journal.jsonl"


@dataclass(frozen=True)
class Entry:
    """What became of a report."""

    name: str  # of its files, without their ending
    key: str  # of everything it was made from
    given: str  # SHA-256 of its parameters
    state: str  # done or failed
    error: str = ""  # what went wrong, in words
    files: dict[str, dict[str, Any]] = field(default_factory=dict)  # by format, or "failed", as `file_facts` has them
    at: int = -1  # where its line begins: what the notebook recorded is left in the journal until it is asked for

    def is_whole(self, folder: Path) -> bool:
        """Whether the report was made and every file of it is there as it was written."""
        return self.state == "done" and all(_is(folder / facts["path"], facts) for facts in self.files.values())


class Journal:
    """The journal of a folder, read when it is opened."""

    def __init__(self, folder: Path):
        self.path = folder / JOURNAL
        self.notebook = ""  # its name; none while there is no journal
        self.by_key: dict[str, Entry] = {}  # what became of each report last
        self.by_name: dict[str, Entry] = {}
        self.size = 0
        self._file: int | None = None
        try:
            self._read()
        except OSError as error:
            raise _unusable(self.path, error) from error

    def open(self, notebook: str) -> Journal:
        """Open it to be written to, as a context manager; what was torn at its end is taken off."""
        try:
            self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0), 0o666)
            os.ftruncate(self._file, self.size)
            if not self.notebook:
                self._append({"batch": notebook})
                self.notebook = notebook
        except OSError as error:
            raise _unusable(self.path, error) from error
        return self

    def add(self, entry: Entry, summary: Mapping[str, Any] | None = None) -> Entry:
        """Write down what became of a report, and return only when the disk has it."""
        facts = {**asdict(entry), "summary": summary}
        del facts["at"]
        placed = Entry(**{**asdict(entry), "at": self.size})
        try:
            self._append(facts)
        except OSError as error:
            raise _unusable(self.path, error) from error
        self._count(placed)
        return placed

    def summary(self, entry: Entry) -> dict[str, Any] | None:
        """What a report's notebook recorded of itself, read back from the journal; None when it is not there."""
        if entry.at < 0:
            return None
        try:
            with self.path.open("rb") as file:
                file.seek(entry.at)
                facts = _facts(file.readline())
        except OSError:
            return None
        summary = facts.get("summary") if facts else None
        return summary if isinstance(summary, dict) else None

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _read(self) -> None:
        if not self.path.is_file():
            return
        with self.path.open("rb") as file:
            for line in file:
                facts = _facts(line) if line.endswith(b"\n") else None
                if facts and isinstance(facts.get("batch"), str):
                    self.notebook = facts["batch"]
                elif facts and (entry := _entry(facts, self.size)):
                    self._count(entry)
                self.size += len(line) if line.endswith(b"\n") else 0

    def _append(self, facts: Mapping[str, Any]) -> None:
        """Add a line, whole or not at all."""
        if self._file is None:
            raise OSError("it was opened to be read only")
        line = json.dumps(facts, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, self.size)
            raise
        self.size += len(line)

    def _count(self, entry: Entry) -> None:
        self.by_key[entry.key] = self.by_name[entry.name] = entry


def file_facts(file: Path) -> dict[str, Any]:
    """Size and SHA-256 of a file, as the journal and the manifest hold them."""
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    return {"path": file.name, "sha256": sha256, "bytes": file.stat().st_size}


def _is(file: Path, facts: Mapping[str, Any]) -> bool:
    try:
        return file.stat().st_size == facts["bytes"] and file_facts(file)["sha256"] == facts["sha256"]
    except OSError:
        return False


def _facts(line: bytes) -> dict[str, Any] | None:
    try:
        facts = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return facts if isinstance(facts, dict) else None


def _entry(facts: Mapping[str, Any], at: int) -> Entry | None:
    """Read a line; None when it is not one of ours, or names a file outside its folder."""
    texts = [facts.get(key) for key in ("name", "key", "given", "state", "error")]
    files = facts.get("files")
    if not all(isinstance(text, str) for text in texts) or not isinstance(files, dict):
        return None
    for file in files.values():
        known = isinstance(file, dict) and isinstance(file.get("path"), str) and {"sha256", "bytes"} <= file.keys()
        if not known or file["path"] != Path(file["path"]).name:
            return None
    return Entry(facts["name"], facts["key"], facts["given"], facts["state"], facts["error"], files, at)


def _unusable(path: Path, error: OSError) -> ReportError:
    what = f"the journal cannot be used: {error.strerror or error}"
    return ReportError(Fault(str(path), what, fix="make room on the disk, or choose another folder"))
