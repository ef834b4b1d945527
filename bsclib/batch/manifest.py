"""What a batch has made, written down: `manifest.json` for programs, `index.html` for people, `run.log` for timings.

No time enters the manifest or the index, and reports stand in the order of the plan: the same input gives the same
bytes, whether it was made in one go or in three. Times are in the log alone.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bsclib.batch.journal import Journal, as_private_as_folder
from bsclib.batch.plans import PlannedReport
from bsclib.errors import ReportError
from bsclib.files.atomic import replacement, write_text
from bsclib.reporting.notebook import shown_value

if TYPE_CHECKING:
    from bsclib.batch.progress import Batch

MANIFEST, INDEX, LOG = "manifest.json", "index.html", "run.log"
LONGEST = 1_000


def write_manifest(batch: Batch, journal: Journal) -> None:
    """Write ``manifest.json``, a line a report, never holding more than one of them."""
    with replacement(batch.folder / MANIFEST, ReportError) as temporary, temporary.open("w", encoding="utf-8") as file:
        text = json.dumps(batch.head, ensure_ascii=False, indent=1)
        file.write(text.removesuffix("\n}") + ',\n "reports": [')
        for number, report in enumerate(batch.planned):
            file.write(",\n  " if number else "\n  ")
            file.write(json.dumps(_facts(batch, report, journal), ensure_ascii=False))
        file.write("\n ]\n}\n")
        as_private_as_folder(temporary)


def write_index(batch: Batch, journal: Journal) -> None:
    """Write ``index.html``; the KPIs that notebooks recorded are left out, for the index shows none."""
    from bsclib.batch.index import index_html

    reports = []
    for report in batch.planned:
        facts = _facts(batch, report, journal)
        (facts["summary"] or {}).pop("kpis", None)
        facts["parameters"] = {name: shown_value(value) for name, value in facts["parameters"].items()}
        reports.append(facts)
    write_text(batch.folder / INDEX, index_html({**batch.head, "reports": reports}, batch.house), ReportError)
    as_private_as_folder(batch.folder / INDEX)


def write_log(folder: Path, text: str) -> None:
    """Add a line with the time before it to ``run.log``. Only people read it, so a log that fails stops nothing."""
    now = datetime.datetime.now().astimezone().isoformat(timespec="milliseconds")
    log = folder / LOG
    with contextlib.suppress(OSError), log.open("a", encoding="utf-8", errors="replace") as file:
        as_private_as_folder(log)
        file.write(f"{now} {' '.join(text.split())}\n")


def _facts(batch: Batch, report: PlannedReport, journal: Journal) -> dict[str, Any]:
    entry = batch.entries.get(report.key)
    return {
        "name": report.name,
        "parameters": {name: _short(_told(batch, name, value)) for name, value in report.values.items()},
        "state": entry.state if entry else "left_out",
        "key": report.key,
        "data": report.data,
        "error": entry.error if entry else "",
        "notes": entry.notes if entry else [],
        "files": entry.files if entry else {},
        "summary": journal.summary(entry),
    }


def _told(batch: Batch, name: str, value: Any) -> Any:
    """A value as programs read it: a secret hidden, a path relative to the folder in which the notebooks ran."""
    if name in batch.secrets:
        return shown_value(value, secret=True)
    if isinstance(value, str) and len(value) < LONGEST and Path(value).is_absolute() and Path(value).exists():
        return os.path.relpath(value)
    return value


def _short(value: Any) -> Any:
    """A value as the manifest holds it: of a very long one its beginning, its length and its SHA-256."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if len(text) <= LONGEST:
        return value
    sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[: LONGEST // 5]}… ({len(text)} characters, sha256 {sha256})"
