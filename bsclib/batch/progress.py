"""A batch at work: what is planned, what is whole already, what is still to be made, and what became of each report.

Reports with one key are one report: it is made once, and every row of the plan that has the key shares it.
"""

from __future__ import annotations

import contextlib
import functools
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bsclib.batch import plans
from bsclib.batch.finish import FAILED
from bsclib.batch.journal import Entry, Journal
from bsclib.batch.kernels.jobs import Failure, Job, Result
from bsclib.batch.keys import Keys, versions
from bsclib.batch.names import digest
from bsclib.batch.plans import Notebook, PlannedReport
from bsclib.batch.report import FINISH
from bsclib.batch.template import Template, read_template
from bsclib.errors import Fault, ReportError
from bsclib.reporting.notebook import KIND, is_ours
from bsclib.wording import listed

if TYPE_CHECKING:
    import pandas as pd

    from bsclib.reporting.brand import Brand


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
    formats: tuple[str, ...]
    house: Brand | None
    head: dict[str, Any]  # what the manifest says of all reports
    entries: dict[str, Entry] = field(default_factory=dict)  # what became of reports, by key
    kept: set[str] = field(default_factory=set)  # keys of those that were whole already
    seconds: dict[str, float] = field(default_factory=dict)  # by name
    signal: int = 0  # which one stopped the batch
    tally: Tally = field(default_factory=Tally)
    new_keys: Callable[[], Keys] | None = None  # keys that read the data anew

    @property
    def secrets(self) -> frozenset[str]:
        """The parameters that are secrets."""
        return frozenset(parameter.name for parameter in self.template.known if parameter.secret)

    def __post_init__(self) -> None:
        self.tally.total = len(self.planned)
        self._rows = Counter(report.key for report in self.planned)

    def keep(self, journal: Journal) -> None:
        """Find what is whole already."""
        for key in self._rows:
            entry = journal.by_key.get(key)
            if entry is not None and entry.is_whole(self.folder):
                self.entries[key] = entry
                self.kept.add(key)
                self.count(key)

    def to_do(self) -> dict[str, PlannedReport]:
        """What is to be made, by key: the first report of each."""
        first: dict[str, PlannedReport] = {}
        for report in self.planned:
            if report.key not in self.entries:
                first.setdefault(report.key, report)
        return first

    def jobs(self, to_do: Mapping[str, PlannedReport], timeout: float) -> Iterator[Job]:
        """A job for each, made when it is time for it."""
        house = asdict(self.house) if self.house else None
        same = {"folder": str(self.folder.absolute()), "formats": list(self.formats), "house": house}
        for key, report in to_do.items():
            if self.tally.stopping:
                return
            arguments = {**same, "name": report.name, "notebook": self.template.name}
            yield Job(key, self.template.content, str(Path.cwd()), timeout, FINISH, arguments, report.values)

    def settle(self, result: Result, report: PlannedReport, journal: Journal) -> Entry:
        """Write down what became of a report."""
        value = result.value or {}
        error, files = str(value.get("error", "")), dict(value.get("files", {}))
        if result.value is None:
            failure = result.failure or Failure("died", -1, "its files could not be written")
            error = str(Fault(self.template.name, failure.what))
        state = "failed" if error else "done"
        before = journal.by_name.get(report.name)
        notes = [str(note) for note in value.get("notes", ())]
        entry = Entry(report.name, result.name, digest(report.values), state, error, files, notes)
        try:
            entry = journal.add(entry, value.get("summary"))
        except ReportError as problem:
            entry = replace(entry, state="failed", error=f"{error} {problem}".strip())
        if before is not None and entry.state == "done":
            new = {file["path"] for file in files.values()}
            for name in {file["path"] for file in before.files.values()} - new:
                with contextlib.suppress(OSError):
                    (self.folder / name).unlink()
        self.entries[result.name] = entry
        self.seconds[report.name] = result.seconds_cells + result.seconds_finish
        return entry

    def look_back(self) -> None:
        """See what became of files and data while the batch ran: what is gone failed, other data are noted."""
        fresh = self.new_keys() if self.new_keys else None
        for report in self.to_look_at():
            entry = self.entries[report.key]
            if gone := [file["path"] for file in entry.files.values() if not (self.folder / file["path"]).exists()]:
                lost = f"{listed(gone)} {'is' if len(gone) == 1 else 'are'} gone: somebody took it away meanwhile"
                error = str(Fault(str(self.folder), lost, fix="run the batch again with --resume"))
                self.entries[report.key] = replace(entry, state="failed", error=error, files={})
                self.tally.done -= self._rows[report.key]
                self.tally.failed += self._rows[report.key]
            elif fresh and fresh.of(report.values)[1] != report.data:
                what = "its data changed while the batch ran, so it is of the old or of the new"
                note = str(Fault(report.name, what, fix="run the batch again with --resume"))
                self.entries[report.key] = replace(entry, notes=[*entry.notes, note])

    def to_look_at(self) -> list[PlannedReport]:
        """The reports that were made in this run."""
        made = (report for report in self.planned if report.key in self.entries and report.key not in self.kept)
        first = {report.key: report for report in reversed(list(made))}
        return [report for key, report in first.items() if self.entries[key].state == "done"]

    def count(self, key: str) -> Tally:
        """Count what became of a report; those that share its key count with it."""
        word = "kept" if key in self.kept else self.entries[key].state
        setattr(self.tally, word, getattr(self.tally, word) + self._rows[key])
        return self.tally

    def parameter_digests(self) -> dict[str, str]:
        """SHA-256 of each report's parameters, by name."""
        return {report.name: digest(report.values) for report in self.planned}

    def frame(self) -> pd.DataFrame:
        """What has become of each report, in the order of the plan."""
        left_out = Entry("", "", "", "left_out")
        entries = [self.entries.get(report.key, left_out) for report in self.planned]
        return plans.plan_frame(self.planned).assign(
            state=["kept" if entry.key in self.kept else entry.state for entry in entries],
            seconds=[self.seconds.get(report.name, 0.0) for report in self.planned],
            output=[self._output(entry) for entry in entries],
            error=[entry.error for entry in entries],
            notes=["\n".join(entry.notes) for entry in entries],
            interrupted=self.signal,
        )

    def _output(self, entry: Entry) -> str:
        paths = (entry.files[form]["path"] for form in (*self.formats, FAILED) if form in entry.files)
        return next((str(self.folder / path) for path in paths), "")


def prepare_batch(
    notebook: Notebook, folder: Path, plan: Any, formats: Sequence[str], house: str | os.PathLike[str] | None
) -> Batch:
    """Check a plan against its notebook, and make the keys; parameters as for `run_batch`."""
    template = read_template(notebook)
    planned = plans.read_plan_frame(template, plan) if hasattr(plan, "columns") else plans.plan_rows(template, plan)
    if not planned:
        raise ReportError(Fault("plan", "there is not a single row", fix="write a row for each report"))
    style = None
    if house is not None:
        from bsclib.reporting.brand import read_brand

        style = read_brand(house)
    made_with = versions()
    sha256 = style.sha256 if style else ""
    new_keys = functools.partial(Keys, template, formats, sha256, made_with, without=folder)
    keys = new_keys()
    head = {
        "kit": f"bsclib {made_with['bsclib']}",
        "notebook": {"name": template.name, "sha256": template.sha256},
        "versions": made_with,
        "formats": list(formats),
        "house": sha256 or None,
        "kind": KIND if is_ours(template.content) else "",
        "parameters": list(dict.fromkeys(name for report in planned for name in report.values)),
    }
    planned = [PlannedReport(report.name, report.values, *keys.of(report.values)) for report in planned]
    return Batch(template, folder, planned, tuple(formats), style, head, new_keys=new_keys)
