"""What changed between two batches, report by report, read from their manifests.

A change is a row: `name` of the report (empty for what belongs to the whole batch), `what`, `which`, `old` and `new`.
`what` is an input of the batch (notebook, version, house style), what became of a report (added, gone, failed, failed
again, mended, left out), what its notebook recorded (status, score, KPI status), an input of its own (parameter, data)
or what its files hold (content); `which` says of what: a package, a KPI, a parameter or a format. The inputs of the
batch come first, then the reports in the order of the new batch, last those that are gone.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from bsclib.errors import Fault, ReportError
from bsclib.model.status import words
from bsclib.wording import NO_CHANGE, counted, listed, number, short_name, signed

COLUMNS = ["name", "what", "which", "old", "new"]
SOURCE = {"source": "the kit's source"}
BATCH = ("notebook", "version", "house style")  # what belongs to no report; the name is empty there
Row = tuple[str, str, str, Any, Any]


def compare_batches(old: str | os.PathLike[str], new: str | os.PathLike[str]) -> pd.DataFrame:
    """What changed from one batch to another, both given as folders or manifests; a row a change."""
    before, now = read_manifest(old), read_manifest(new)
    earlier, later = ({str(report["name"]): report for report in side["reports"]} for side in (before, now))
    rows = list(_batch(before, now))
    for name, report in later.items():
        rows += _report(name, earlier[name], report) if name in earlier else [(name, "added", "", None, None)]
    rows += [(name, "gone", "", None, None) for name in earlier if name not in later]
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def read_manifest(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The content of a batch's manifest; the path is its folder, or the file itself."""
    file = Path(path)
    file = file if file.suffix == ".json" else file / "manifest.json"
    fix = "give the folder that `bsc batch` wrote"
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        what = f"there is no manifest of a batch here: {error.strerror or error}"
        raise ReportError(Fault(str(file), what, fix=fix)) from error
    except (ValueError, RecursionError) as error:
        raise ReportError(Fault(str(file), "this is not the manifest of a batch", fix=fix)) from error
    reports = content.get("reports") if isinstance(content, dict) else None
    if not isinstance(reports, list) or not all(isinstance(report, dict) and "name" in report for report in reports):
        raise ReportError(Fault(str(file), "this is not the manifest of a batch: it lists no reports", fix=fix))
    return dict(content)


def change_sentences(changes: pd.DataFrame) -> list[str]:
    """Changes in sentences: what went wrong first, then what moved, then what it was made from."""
    sentences = []
    for what, verbs in (
        ("failed", ("failed that did not before",) * 2),
        ("failed again", ("failed again",) * 2),
        ("left out", ("was left out", "were left out")),
        ("mended", ("failed before and is made now", "failed before and are made now")),
        ("added", ("was added", "were added")),
        ("gone", ("is gone", "are gone")),
    ):
        names = list(changes.loc[changes["what"] == what, "name"])
        if names:
            sentences.append(f"{counted(len(names), 'report')} {verbs[len(names) > 1]}: {listed(names)}.")
    sentences += _moves(changes)
    for what, noun in (("parameter", "parameters"), ("data", "data")):
        names = list(dict.fromkeys(changes.loc[changes["what"] == what, "name"]))
        if names:
            sentences.append(f"{counted(len(names), 'report')} had other {noun}: {listed(names)}.")
    contents = changes[changes["what"] == "content"]
    explained = set(changes.loc[changes["what"] != "content", "name"])
    if names := [name for name in dict.fromkeys(contents["name"]) if name not in explained]:
        forms = listed(list(dict.fromkeys(contents.loc[contents["name"].isin(names), "which"])))
        sentences.append(f"{counted(len(names), 'report')} had other content ({forms}): {listed(names)}.")
    batch = changes[changes["what"].isin(BATCH)]
    parts = [what for what in ("notebook", "house style") if what in set(batch["what"])]
    versions = [SOURCE.get(which, which) for which in batch.loc[batch["what"] == "version", "which"]]
    parts += [f"version of {listed(versions)}"] if versions else []
    if parts:
        sentences.append(f"The whole batch was made with another {'; another '.join(parts)}.")
    return sentences or ["Nothing changed."]


def changes_by_report(changes: pd.DataFrame) -> pd.DataFrame:
    """Changes to be read, a row a report, without what belongs to the whole batch."""
    words_of: dict[str, list[str]] = {}
    for name, *change in changes[~changes["what"].isin(BATCH)].itertuples(index=False, name=None):
        words_of.setdefault(name, []).append(_change_words(*change))
    return pd.DataFrame({"report": list(words_of), "changes": ["; ".join(parts) for parts in words_of.values()]})


def _change_words(what: str, which: str, old: Any, new: Any) -> str:
    if what in ("failed", "failed again"):
        return f"{what}: {new}" if new else what
    if what == "status":
        return f"{words(old)} → {words(new)}"
    if what == "score":
        return "score " + " → ".join("none" if score is None else number(score) for score in (old, new))
    if what == "KPI status":
        return f"{which}: " + " → ".join("not there" if status is None else words(status) for status in (old, new))
    if what == "parameter":
        return f"{which}: " + " → ".join("empty" if v in (None, "") else short_name(str(v), 40) for v in (old, new))
    if what == "content":
        return f"other content as {which}" if old and new else f"{which} " + ("is gone" if old else "is new")
    return "other data" if what == "data" else what


def _moves(changes: pd.DataFrame) -> Iterator[str]:
    moves = changes[changes["what"] == "status"].groupby(["old", "new"], sort=False)["name"].agg(list)
    for (old, new), names in moves.items():
        yield f"{counted(len(names), 'report')} went from {words(old)} to {words(new)}: {listed(names)}."
    scores = changes[changes["what"] == "score"]
    known = scores.dropna(subset=["old", "new"])
    points = (known["new"].astype(float) - known["old"].astype(float)).set_axis(known["name"])
    if len(points):
        most = points.abs().idxmax()
        rose = f"{counted(int((points > 0).sum()), 'score')} rose and {int((points < 0).sum())} fell"
        yield f"{rose}; the largest change is that of {short_name(most)}, {signed(points[most])} points."
    kpis = changes[changes["what"] == "KPI status"]
    if len(kpis):
        places = counted(kpis["name"].nunique(), "report")
        yield f"{counted(len(kpis), 'KPI has', 'KPIs have')} another status, in {places}."


def _batch(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Row]:
    """The inputs that all reports of a batch share."""
    before, now = ((manifest.get("notebook") or {}).get("sha256") for manifest in (old, new))
    if before != now:
        yield "", "notebook", "", before, now
    for change in _differences(*map(_versions, (old, new))):
        yield "", "version", *change
    if old.get("house") != new.get("house"):
        yield "", "house style", "", old.get("house"), new.get("house")


def _versions(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The version of everything by name, the packages' with the others."""
    versions = dict(manifest.get("versions") or {})
    packages = versions.pop("packages", None)
    return versions | (packages if isinstance(packages, dict) else {})


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """The names whose values differ, those of the new first."""
    both = ((name, old.get(name), new.get(name)) for name in dict.fromkeys([*new, *old]))
    return ((name, before, now) for name, before, now in both if before != now)


def _report(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Row]:
    failed, left = (tuple(report.get("state") == state for report in (old, new)) for state in ("failed", "left_out"))
    errors = old.get("error") or None, new.get("error") or None
    if failed[1]:
        yield name, "failed again" if failed[0] else "failed", "", *errors
    elif left[1] and not left[0]:
        yield name, "left out", "", None, None
    elif failed[0] and not left[1]:
        yield name, "mended", "", *errors
    if not any((*failed, *left)):
        yield from _results(name, old.get("summary") or {}, new.get("summary") or {})
    yield from _inputs(name, old, new)
    if not any((*failed, *left)):
        yield from ((name, "content", *change) for change in _differences(*map(_contents, (old, new))))


def _results(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Row]:
    if old.get("status") != new.get("status"):
        yield name, "status", "", old.get("status") or "no_data", new.get("status") or "no_data"
    before, now = old.get("score"), new.get("score")
    if before != now if before is None or now is None else abs(now - before) >= NO_CHANGE:
        yield name, "score", "", before, now
    kpis = ({str(kpi["id"]): kpi.get("status") for kpi in summary.get("kpis") or ()} for summary in (old, new))
    for change in _differences(*kpis):
        yield name, "KPI status", *change


def _contents(report: Mapping[str, Any]) -> dict[str, Any]:
    """What the files of a report hold, by format."""
    return {form: file.get("sha256") for form, file in (report.get("files") or {}).items()}


def _inputs(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Row]:
    for change in _differences(*(report.get("parameters") or {} for report in (old, new))):
        yield name, "parameter", *change
    if old.get("data") != new.get("data"):
        yield name, "data", "", old.get("data"), new.get("data")
