"""A batch at work: what is planned, what is whole already, what is still to be made, and what became of each report.

Reports with one key are one report: it is made once, and every row of the plan that has the key shares it.
"""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from bsclib.batch import plans
from bsclib.batch.faults import cell_place
from bsclib.batch.finish import FAILED
from bsclib.batch.journal import Entry, Journal
from bsclib.batch.kernels import Job, Result
from bsclib.batch.keys import Keys, versions
from bsclib.batch.manifest import Line, heading
from bsclib.batch.names import digest
from bsclib.batch.plans import Notebook, PlannedReport
from bsclib.batch.template import Template, read_template
from bsclib.errors import Fault, ReportError

if TYPE_CHECKING:
    from bsclib.reporting.brand import Brand

FINISH = "bsclib.batch.finish:finish"


@dataclass
class Tally:
    """How far a batch has come."""

    total: int = 0
    kept: int = 0  # reports that were whole already
    done: int = 0
    failed: int = 0
    stopping: bool = False  # no more are begun
    why: str = ""  # why the kernels are ordinary ones, if they are

    @property
    def left(self) -> int:
        """Reports that are still to come."""
        return self.total - self.kept - self.done - self.failed


@dataclass
class Batch:
    """One batch at work."""

    template: Template
    folder: Path
    planned: list[PlannedReport]
    keys: list[tuple[str, str]]  # of each report, and the part of it that covers its data; see `keys`
    formats: tuple[str, ...]
    house: Brand | None
    head: dict[str, Any]  # what the manifest says of all reports
    entries: dict[str, Entry] = field(default_factory=dict)  # what became of reports, by key
    kept: set[str] = field(default_factory=set)  # keys of those that were whole already
    seconds: dict[str, float] = field(default_factory=dict)  # by name
    signal: int = 0  # which one stopped the batch
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

    def to_do(self) -> dict[str, PlannedReport]:
        """What is to be made, by key: the first report of each."""
        first: dict[str, PlannedReport] = {}
        for report, (key, _) in zip(self.planned, self.keys, strict=True):
            if key not in self.entries:
                first.setdefault(key, report)
        return first

    def jobs(self, to_do: Mapping[str, PlannedReport], timeout: float) -> Iterator[Job]:
        """A job for each, made when it is template for."""
        house = asdict(self.house) if self.house else None
        same = {"folder": str(self.folder.absolute()), "formats": list(self.formats), "house": house}
        for key, report in to_do.items():
            if self.tally.stopping:
                return
            arguments = {**same, "name": report.name, "notebook": self.template.name}
            yield Job(key, self.template.fill(report.values), str(Path.cwd()), timeout, FINISH, arguments)

    def settle(self, result: Result, report: PlannedReport, journal: Journal) -> Entry:
        """Write down what became of a report."""
        value = result.value or {}
        error, files = str(value.get("error", "")), dict(value.get("files", {}))
        if result.value is None:
            error = _lost(result, self.template.fill(report.values), self.template.name)
        state = "failed" if error else "done"
        before = journal.by_name.get(report.name)
        entry = Entry(report.name, result.name, digest(report.values), state, error, files)
        try:
            entry = journal.add(entry, value.get("summary"))
        except ReportError as problem:
            entry = replace(entry, state="failed", error=f"{error} {problem}".strip())
        if before is not None and entry.state == "done":
            self._remove({file["path"] for file in before.files.values()} - {file["path"] for file in files.values()})
        self.entries[result.name] = entry
        self.seconds[report.name] = result.seconds_cells + result.seconds_finish
        return entry

    def count(self, key: str) -> Tally:
        """Count what became of a report; those that share its key count with it."""
        word = "kept" if key in self.kept else self.entries[key].state
        setattr(self.tally, word, getattr(self.tally, word) + self._rows[key])
        return self.tally

    def parameter_digests(self) -> dict[str, str]:
        """SHA-256 of each report's parameters, by name."""
        return {report.name: digest(report.values) for report in self.planned}

    def lines(self) -> list[Line]:
        """What has become of each report, in the order of the plan."""
        both = zip(self.planned, self.keys, strict=True)
        return [Line(report, key, data, self.entries.get(key)) for report, (key, data) in both]

    def frame(self) -> pd.DataFrame:
        """The same as a frame."""
        lines = self.lines()
        return plans.plan_frame(self.planned).assign(
            state=[self._state(line) for line in lines],
            seconds=[self.seconds.get(line.planned.name, 0.0) for line in lines],
            output=[self._output(line.entry) for line in lines],
            error=[line.entry.error if line.entry else "" for line in lines],
            interrupted=self.signal,
        )

    def _state(self, line: Line) -> str:
        if line.entry is None:
            return "left_out"
        return "kept" if line.key in self.kept else line.entry.state

    def _output(self, entry: Entry | None) -> str:
        files = entry.files if entry else {}
        file = next((files[form] for form in (*self.formats, FAILED) if form in files), None)
        return str(self.folder / file["path"]) if file else ""

    def _remove(self, names: set[str]) -> None:
        for name in names:
            with contextlib.suppress(OSError):
                (self.folder / name).unlink()


def prepare_batch(
    notebook: Notebook, folder: Path, plan: Any, formats: Sequence[str], house: str | os.PathLike[str] | None
) -> Batch:
    """Check a plan against its notebook, and make the keys; parameters as for `run_batch`."""
    template = read_template(notebook)
    frame = plan if isinstance(plan, pd.DataFrame) else plans.plan(notebook, rows=plan)
    planned = plans.read_plan_frame(template, frame)
    if not planned:
        raise ReportError(Fault("plan", "there is not a single row", fix="write a row for each report"))
    style = _house(house)
    made_with = versions()
    sha256 = style.sha256 if style else ""
    keys = Keys(template, formats, sha256, made_with, without=folder)
    columns = dict.fromkeys(name for report in planned for name in report.values)
    head = heading(template, made_with, formats, sha256, columns)
    return Batch(template, folder, planned, [keys.of(report.values) for report in planned], tuple(formats), style, head)


def _house(path: str | os.PathLike[str] | None) -> Brand | None:
    if path is None:
        return None
    from bsclib.reporting.brand import read_brand

    return read_brand(path)


def _lost(result: Result, notebook: Mapping[str, Any], name: str) -> str:
    """What happened to a report that came back without files."""
    if result.failure is None:
        return str(Fault(name, "its files could not be written"))
    return str(Fault(cell_place(notebook["cells"], result.failure.cell, name), result.failure.what))
