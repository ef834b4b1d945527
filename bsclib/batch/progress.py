"""A batch at work: what is planned, what is whole already, what is still to be made, and what became of each report."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from bsclib.batch import plans as planning
from bsclib.batch.faults import place
from bsclib.batch.finish import FAILED
from bsclib.batch.journal import Entry, Journal
from bsclib.batch.kernels import Job, Result
from bsclib.batch.keys import Keys, versions
from bsclib.batch.manifest import Line, heading
from bsclib.batch.names import digest
from bsclib.batch.plans import Notebook, Planned
from bsclib.batch.template import Template, template
from bsclib.errors import Fault, ReportError

if TYPE_CHECKING:
    from bsclib.reporting.brand import Brand

FINISH = "bsclib.batch.finish:finish"


@dataclass
class Tally:
    """How far a batch has come.

    Parameters
    ----------
    total, kept, done, failed : int
        Reports altogether, those that were whole already, made, and failed.
    stopping : bool
        No more are begun.
    why : str
        Why kernels are ordinary ones, if they are.
    """

    total: int = 0
    kept: int = 0
    done: int = 0
    failed: int = 0
    stopping: bool = False
    why: str = ""

    @property
    def left(self) -> int:
        """Reports that are still to come."""
        return self.total - self.kept - self.done - self.failed


@dataclass
class Batch:
    """One batch at work.

    Parameters
    ----------
    asked : Template
        The notebook.
    folder : Path
        Where the reports go.
    planned : list of Planned
    keys : list of (str, str)
        Of each report; see `bsclib.batch.keys`.
    formats : tuple of str
    house : Brand or None
    head : dict
        What the manifest says of all reports.
    entries : dict of str to Entry
        What became of reports, by key.
    kept : set of str
        Keys of those that were whole already.
    seconds : dict of str to float
        How long each took, by name.
    tally : Tally
    """

    asked: Template
    folder: Path
    planned: list[Planned]
    keys: list[tuple[str, str]]
    formats: tuple[str, ...]
    house: Brand | None
    head: dict[str, Any]
    entries: dict[str, Entry] = field(default_factory=dict)
    kept: set[str] = field(default_factory=set)
    seconds: dict[str, float] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

    def __post_init__(self) -> None:
        self.tally.total = len(self.planned)
        self._rows = Counter(key for key, _ in self.keys)

    def keep(self, journal: Journal) -> None:
        """Find what is whole already."""
        for key, _ in self.keys:
            entry = journal.by_key.get(key)
            if entry is not None and key not in self.entries and entry.is_whole(self.folder):
                self.entries[key] = entry
                self.kept.add(key)
                self.count(key)

    def to_do(self) -> dict[str, Planned]:
        """What is to be made, by key: the first report of each."""
        first: dict[str, Planned] = {}
        for one, (key, _) in zip(self.planned, self.keys, strict=True):
            if key not in self.entries:
                first.setdefault(key, one)
        return first

    def jobs(self, to_do: Mapping[str, Planned], timeout: float) -> Iterator[Job]:
        """A job for each, made when it is asked for."""
        house = asdict(self.house) if self.house else None
        same = {"folder": str(self.folder.absolute()), "formats": list(self.formats), "house": house}
        for key, one in to_do.items():
            if self.tally.stopping:
                return
            arguments = {**same, "name": one.name, "notebook": self.asked.name}
            yield Job(key, self.asked.fill(one.values), str(Path.cwd()), timeout, FINISH, arguments)

    def settle(self, result: Result, one: Planned, journal: Journal) -> Entry:
        """Write down what became of a report."""
        value = result.value or {}
        error, files = str(value.get("error", "")), dict(value.get("files", {}))
        if result.value is None:
            error = _lost(result, self.asked.fill(one.values), self.asked.name)
        state = "failed" if error else "done"
        before = journal.by_name.get(one.name)
        entry = Entry(one.name, result.name, digest(one.values), state, error, files)
        try:
            entry = journal.add(entry, value.get("summary"))
        except ReportError as problem:
            entry = Entry(one.name, result.name, entry.given, "failed", f"{error} {problem}".strip(), files)
        if before is not None and entry.state == "done":
            self._remove({file["path"] for file in before.files.values()} - {file["path"] for file in files.values()})
        self.entries[result.name] = entry
        self.seconds[one.name] = result.seconds_cells + result.seconds_finish
        return entry

    def count(self, key: str) -> Tally:
        """Count what became of a report; those that share its key count with it."""
        word = "kept" if key in self.kept else self.entries[key].state
        setattr(self.tally, word, getattr(self.tally, word) + self._rows[key])
        return self.tally

    def given(self) -> dict[str, str]:
        """SHA-256 of each report's parameters, by name."""
        return {one.name: digest(one.values) for one in self.planned}

    def lines(self) -> list[Line]:
        """What has become of each report, in the order of the plan."""
        both = zip(self.planned, self.keys, strict=True)
        return [Line(one, key, data, self.entries.get(key)) for one, (key, data) in both]

    def frame(self) -> pd.DataFrame:
        """The same as a frame."""
        found = planning.frame_of(self.planned)
        lines = self.lines()
        found["state"] = [self._state(line) for line in lines]
        found["seconds"] = [self.seconds.get(line.planned.name, 0.0) for line in lines]
        found["output"] = [self._output(line.entry) for line in lines]
        found["error"] = [line.entry.error if line.entry else "" for line in lines]
        return found

    def _state(self, line: Line) -> str:
        if line.entry is None:
            return "left_out"
        return "kept" if line.key in self.kept else line.entry.state

    def _output(self, entry: Entry | None) -> str:
        files = entry.files if entry else {}
        file = next((files[one] for one in (*self.formats, FAILED) if one in files), None)
        return str(self.folder / file["path"]) if file else ""

    def _remove(self, names: set[str]) -> None:
        for name in names:
            with contextlib.suppress(OSError):
                (self.folder / name).unlink()


def prepare(
    notebook: Notebook, folder: Path, plan: Any, formats: Sequence[str], house: str | os.PathLike[str] | None
) -> Batch:
    """Check a plan against its notebook, and make the keys; parameters as for `run_batch`."""
    asked = template(notebook)
    frame = plan if isinstance(plan, pd.DataFrame) else planning.plan(notebook, rows=plan)
    planned = planning.read_frame(asked, frame)
    if not planned:
        raise ReportError(Fault("plan", "there is not a single row", fix="write a row for each report"))
    style = _house(house)
    made_with = versions()
    sha256 = style.sha256 if style else ""
    keys = Keys(asked, formats, sha256, made_with, without=folder)
    columns = dict.fromkeys(name for one in planned for name in one.values)
    head = heading(asked, made_with, formats, sha256, columns)
    return Batch(asked, folder, planned, [keys.of(one.values) for one in planned], tuple(formats), style, head)


def _house(path: str | os.PathLike[str] | None) -> Brand | None:
    if path is None:
        return None
    from bsclib.reporting.brand import read_brand

    return read_brand(path)


def _lost(result: Result, notebook: Mapping[str, Any], name: str) -> str:
    """What happened to a report that came back without files."""
    if result.failure is None:
        return str(Fault(name, "its files could not be written"))
    return str(Fault(place(notebook["cells"], result.failure.cell, name), result.failure.what))
