"""What a batch has made, written down: `manifest.json` for programs, `index.html` for people, `run.log` for timings.

No time enters the manifest or the index, and reports stand in the order of the plan: the same input gives the same
bytes, whether it was made in one go or in three. Times are in the log alone.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any

from bsclib.batch.journal import Entry, Journal
from bsclib.batch.plans import PlannedReport
from bsclib.batch.template import Template
from bsclib.errors import ReportError
from bsclib.files.atomic import replacement, write_text

if TYPE_CHECKING:
    from bsclib.reporting.brand import Brand

MANIFEST, INDEX, LOG = "manifest.json", "index.html", "run.log"
LONGEST = 1_000


@dataclass(frozen=True)
class Line:
    """A report of the batch and what became of it."""

    planned: PlannedReport
    key: str  # of everything it is made from; see `keys`
    data: str  # of its data alone
    entry: Entry | None  # None when it was not made


def heading(
    template: Template, versions: Mapping[str, Any], formats: Sequence[str], house: str, columns: Iterable[str]
) -> dict[str, Any]:
    """What is the same for all reports of a batch."""
    return {
        "kit": f"bsclib {versions['bsclib']}",
        "notebook": {"name": template.name, "sha256": template.sha256},
        "versions": dict(versions),
        "formats": list(formats),
        "house": house or None,
        "parameters": list(columns),
    }


def write_manifest(
    folder: Path, head: Mapping[str, Any], lines: Iterable[Line], journal: Journal, house: Brand | None = None
) -> None:
    """Write ``manifest.json``, a line a report, never holding more than one of them."""
    with replacement(folder / MANIFEST, ReportError) as temporary, temporary.open("w", encoding="utf-8") as file:
        text = json.dumps(head, ensure_ascii=False, indent=1)
        file.write(text.removesuffix("\n}") + ',\n "reports": [')
        for number, line in enumerate(lines):
            facts = _facts(line, journal.summary(line.entry) if line.entry else None)
            file.write(",\n  " if number else "\n  ")
            file.write(json.dumps(facts, ensure_ascii=False))
        file.write("\n ]\n}\n")


def write_index(
    folder: Path, head: Mapping[str, Any], lines: Iterable[Line], journal: Journal, house: Brand | None = None
) -> None:
    """Write ``index.html``; the KPIs that notebooks recorded are left out, for the index shows none."""
    from bsclib.batch.index import index_html

    reports = []
    for line in lines:
        summary = journal.summary(line.entry) if line.entry else None
        kept = {key: value for key, value in summary.items() if key != "kpis"} if summary else None
        reports.append(_facts(line, kept))
    write_text(folder / INDEX, index_html({**head, "reports": reports}, house), ReportError)


class Log:
    """The timings of a batch, appended to ``run.log``. It is only read by people, so a log that fails stops nothing."""

    def __init__(self, folder: Path):
        self.path = folder / LOG
        self._file: IO[str] | None = None

    def __enter__(self) -> Log:
        with contextlib.suppress(OSError):
            self._file = self.path.open("a", encoding="utf-8", errors="replace")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    def say(self, text: str) -> None:
        """Write a line with the time before it."""
        now = datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.write(f"{now} {' '.join(text.split())}\n")
                self._file.flush()


def _facts(line: Line, summary: Mapping[str, Any] | None) -> dict[str, Any]:
    entry = line.entry
    return {
        "name": line.planned.name,
        "parameters": {name: _short(value) for name, value in line.planned.values.items()},
        "state": entry.state if entry else "left_out",
        "key": line.key,
        "data": line.data,
        "error": entry.error if entry else "",
        "files": entry.files if entry else {},
        "summary": summary,
    }


def _short(value: Any) -> Any:
    """A value as the manifest holds it: of a very long one its beginning, its length and its SHA-256."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if len(text) <= LONGEST:
        return value
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[: LONGEST // 5]}… ({len(text)} characters, sha256 {sha256})"
