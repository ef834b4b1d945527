"""The journal of a batch: one line for each report that has ended, which is what makes `--resume` safe.

A line is written after the report's files are whole in their place and is itself on the disk before the next report is
counted. A batch that is killed at any moment so leaves at worst a line torn at the end, and that line is passed over.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
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
    notes: list[str] = field(default_factory=list)  # what its page cannot show
    at: int = -1  # where its line begins: what the notebook recorded is left in the journal until it is asked for

    def is_whole(self, folder: Path) -> bool:
        """Whether the report was made and every file of it is there as it was written."""
        try:
            same = (file_facts(folder / facts["path"]) == facts for facts in self.files.values())
            return self.state == "done" and all(same)
        except OSError:
            return False


class Journal:
    """The journal of a folder, read when it is made."""

    def __init__(self, folder: Path):
        self.path = folder / JOURNAL
        self.notebook = ""  # its name; none while there is no journal
        self.by_key: dict[str, Entry] = {}  # what became of each report last
        self.by_name: dict[str, Entry] = {}
        self.size = 0
        if not self.path.is_file():
            return
        with self._usable(), self.path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                facts = _facts(line)
                if isinstance(facts.get("batch"), str):
                    self.notebook = facts["batch"]
                elif entry := _entry(facts, self.size):
                    self.by_key[entry.key] = self.by_name[entry.name] = entry
                self.size += len(line)

    def begin(self, notebook: str) -> None:
        """Make sure that it can be written to and names its notebook; what was torn at its end is taken off."""
        self._append([] if self.notebook else [{"batch": notebook}])
        self.notebook = self.notebook or notebook

    def add(self, entry: Entry, summary: Mapping[str, Any] | None = None) -> Entry:
        """Write down what became of a report, and return only when the disk has it."""
        placed = replace(entry, at=self.size)
        facts = {**asdict(entry), "summary": summary}
        del facts["at"]
        self._append([facts])
        self.by_key[entry.key] = self.by_name[entry.name] = placed
        return placed

    def summary(self, entry: Entry | None) -> dict[str, Any] | None:
        """What a report's notebook recorded of itself, read back from the journal; None when it is not there."""
        if entry is None or entry.at < 0:
            return None
        try:
            with self.path.open("rb") as file:
                file.seek(entry.at)
                summary = _facts(file.readline()).get("summary")
        except OSError:
            return None
        return summary if isinstance(summary, dict) else None

    def _append(self, lines: list[dict[str, Any]]) -> None:
        """Add lines, whole or not at all."""
        texts = [json.dumps(facts, ensure_ascii=False, separators=(",", ":")) + "\n" for facts in lines]
        rest = memoryview("".join(texts).encode("utf-8", "surrogatepass"))
        size = self.size + len(rest)
        with self._usable(), self.path.open("ab") as file:
            as_private_as_folder(self.path)
            file.truncate(self.size)
            try:
                while rest:
                    rest = rest[os.write(file.fileno(), rest) :]
                os.fsync(file.fileno())
            except OSError:
                file.truncate(self.size)
                raise
        self.size = size

    @contextlib.contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            what = f"the journal cannot be used: {error.strerror or error}"
            fix = "make room on the disk, or choose another folder"
            raise ReportError(Fault(str(self.path), what, fix=fix)) from error


def as_private_as_folder(file: Path) -> None:
    """Let nobody read a file who may not read its folder."""
    mode, folder = file.stat().st_mode & 0o7777, file.parent.stat().st_mode
    if mode & ~folder & 0o066:
        file.chmod(mode & (folder | 0o700))


def file_facts(file: Path) -> dict[str, Any]:
    """Size and SHA-256 of a file, as the journal and the manifest hold them."""
    with file.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    return {"path": file.name, "sha256": sha256, "bytes": file.stat().st_size}


def _facts(line: bytes) -> dict[str, Any]:
    """What a line says; nothing when it is none of ours."""
    try:
        facts = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return facts if isinstance(facts, dict) else {}


def _entry(facts: Mapping[str, Any], at: int) -> Entry | None:
    """Read a line; None when it is not one of ours, or names a file outside its folder."""
    try:
        files = {form: (file["path"], file["sha256"], file["bytes"]) for form, file in facts["files"].items()}
        name, key, given, state, error = texts = [facts[key] for key in ("name", "key", "given", "state", "error")]
        ours = all(path == Path(path).name for path, _, _ in files.values())
    except (KeyError, TypeError, AttributeError):
        return None
    if not ours or not all(isinstance(text, str) for text in texts):
        return None
    notes = [note for note in facts.get("notes") or () if isinstance(note, str)]
    return Entry(name, key, given, state, error, facts["files"], notes, at)
