"""What changed between two batches, report by report, read from their manifests."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from bsclib.errors import Fault, ReportError
from bsclib.model.status import words
from bsclib.wording import counted, listed, short_name

COLUMNS = ["name", "what", "which", "old", "new"]
NOTHING = 0.05
"""Points of score; less is shown as 0.0, so it counts as no change."""
SOURCE = {"source": "the kit's source"}
BATCH = ("notebook", "version", "house style")
"""What belongs to the batch, not to one report; the name is empty there."""
Row = tuple[str, str, str, Any, Any]


def diff(old: str | os.PathLike[str], new: str | os.PathLike[str]) -> pd.DataFrame:
    """What changed from one batch to another.

    Parameters
    ----------
    old, new : path
        The folders of two batches, or their manifests.

    Returns
    -------
    DataFrame
        One row a change: `name` of the report (empty for what belongs to the whole batch), `what`, `which`, `old` and
        `new`; the inputs of the batch first, then reports in the new batch's order, those that are gone last. `what` is

        - ``notebook``, ``version`` (`which`: of what) or ``house style``: an input of the batch,
        - ``added`` or ``gone``,
        - ``failed`` (it did not before), ``failed again``, ``mended``; old and new are the errors,
        - ``left out``: not begun this time,
        - ``status``, ``score`` (0..100; from 0.05 points on),
        - ``KPI status`` (`which`: the KPI's id),
        - ``parameter`` (`which`: its name) or ``data``: an input of the report.

    Raises
    ------
    ReportError
        When a folder holds no manifest of a batch.
    """
    before, now = read_manifest(old), read_manifest(new)
    earlier = {str(one["name"]): one for one in before["reports"]}
    later = {str(one["name"]): one for one in now["reports"]}
    rows = list(_batch(before, now))
    for name, report in later.items():
        rows += _report(name, earlier[name], report) if name in earlier else [(name, "added", "", None, None)]
    rows += [(name, "gone", "", None, None) for name in earlier if name not in later]
    return pd.DataFrame(rows, columns=COLUMNS, dtype=object)


def read_manifest(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Read the manifest of a batch.

    Parameters
    ----------
    path : path
        Its folder, or the file itself.

    Returns
    -------
    dict
        As ``manifest.json`` holds it.

    Raises
    ------
    ReportError
        When there is none, or the file is something else.
    """
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
    if not isinstance(reports, list) or not all(isinstance(one, dict) and "name" in one for one in reports):
        raise ReportError(Fault(str(file), "this is not the manifest of a batch: it lists no reports", fix=fix))
    return dict(content)


def in_words(changes: pd.DataFrame) -> list[str]:
    """What `diff` found, in sentences: what went wrong first, then what moved, then what it was made from.

    Parameters
    ----------
    changes : DataFrame
        As `diff` returns it.

    Returns
    -------
    list of str
        At least one sentence.

    Examples
    --------
    >>> in_words(pd.DataFrame([("apps", "added", "", None, None)], columns=COLUMNS))
    ['1 report was added: apps.']
    """
    said = []
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
            said.append(f"{counted(len(names), 'report')} {verbs[len(names) > 1]}: {listed(names)}.")
    said += _moved(changes)
    for what, noun in (("parameter", "parameters"), ("data", "data")):
        names = list(dict.fromkeys(changes.loc[changes["what"] == what, "name"]))
        if names:
            said.append(f"{counted(len(names), 'report')} had other {noun}: {listed(names)}.")
    batch = changes[changes["what"].isin(BATCH)]
    parts = [what for what in ("notebook", "house style") if what in set(batch["what"])]
    versions = [SOURCE.get(which, which) for which in batch.loc[batch["what"] == "version", "which"]]
    parts += [f"version of {listed(versions)}"] if versions else []
    if parts:
        said.append(f"The whole batch was made with another {'; another '.join(parts)}.")
    return said or ["Nothing changed."]


def by_report(changes: pd.DataFrame) -> pd.DataFrame:
    """What `diff` found, a row a report, to be read.

    Parameters
    ----------
    changes : DataFrame
        As `diff` returns it.

    Returns
    -------
    DataFrame
        `report` and `changes`, in words; without what belongs to the whole batch.

    Examples
    --------
    >>> moved = [("apps", "status", "", "on_target", "at_risk"), ("apps", "score", "", 91.0, 84.14)]
    >>> print(by_report(pd.DataFrame(moved, columns=COLUMNS)).loc[0, "changes"])
    on target → at risk; score 91.0 → 84.1
    """
    own = changes[~changes["what"].isin(BATCH)]
    told: dict[str, list[str]] = {}
    for name, *one in own.itertuples(index=False, name=None):
        told.setdefault(name, []).append(_told(*one))
    return pd.DataFrame({"report": list(told), "changes": ["; ".join(parts) for parts in told.values()]})


def _told(what: str, which: str, old: Any, new: Any) -> str:
    if what in ("failed", "failed again"):
        return f"{what}: {new}" if new else what
    if what == "status":
        return f"{words(old)} → {words(new)}"
    if what == "score":
        return "score " + " → ".join("none" if one is None else f"{one:.1f}" for one in (old, new))
    if what == "KPI status":
        return f"{which}: " + " → ".join("not there" if one is None else words(one) for one in (old, new))
    if what == "parameter":
        return f"{which}: {_short(old)} → {_short(new)}"
    return "other data" if what == "data" else what


def _short(value: Any) -> str:
    text = str(value) if value not in (None, "") else "empty"
    return text if len(text) <= 40 else text[:39] + "…"


def _moved(changes: pd.DataFrame) -> Iterator[str]:
    moves = changes[changes["what"] == "status"].groupby(["old", "new"], sort=False)["name"].agg(list)
    for (old, new), names in moves.items():
        yield f"{counted(len(names), 'report')} went from {words(old)} to {words(new)}: {listed(names)}."
    scores = changes[changes["what"] == "score"]
    known = scores.dropna(subset=["old", "new"])
    points = (known["new"].astype(float) - known["old"].astype(float)).set_axis(known["name"])
    if len(points):
        most = points.abs().idxmax()
        rose = f"{counted(int((points > 0).sum()), 'score')} rose and {int((points < 0).sum())} fell"
        by = f"{'+' if points[most] > 0 else '−'}{abs(points[most]):.1f} points"
        yield f"{rose}; the largest change is that of {short_name(most)}, {by}."
    kpis = changes[changes["what"] == "KPI status"]
    if len(kpis):
        places = counted(kpis["name"].nunique(), "report")
        yield f"{counted(len(kpis), 'KPI has', 'KPIs have')} another status, in {places}."


def _batch(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Row]:
    """The inputs that all reports of a batch share."""
    before, now = ((one.get("notebook") or {}).get("sha256") for one in (old, new))
    if before != now:
        yield "", "notebook", "", before, now
    versions = [_versions(one) for one in (old, new)]
    for which in dict.fromkeys([*versions[1], *versions[0]]):
        before, now = (one.get(which) for one in versions)
        if before != now:
            yield "", "version", which, before, now
    if old.get("house") != new.get("house"):
        yield "", "house style", "", old.get("house"), new.get("house")


def _versions(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The version of everything by name, the packages' with the others."""
    given = dict(manifest.get("versions") or {})
    packages = given.pop("packages", None)
    return given | (packages if isinstance(packages, dict) else {})


def _report(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Row]:
    failed, left = (tuple(one.get("state") == state for one in (old, new)) for state in ("failed", "left_out"))
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


def _results(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Row]:
    if old.get("status") != new.get("status"):
        yield name, "status", "", old.get("status") or "no_data", new.get("status") or "no_data"
    before, now = old.get("score"), new.get("score")
    if before != now if before is None or now is None else abs(now - before) >= NOTHING:
        yield name, "score", "", before, now
    kpis = [{str(kpi["id"]): kpi.get("status") for kpi in one.get("kpis") or ()} for one in (old, new)]
    for which in dict.fromkeys([*kpis[1], *kpis[0]]):
        status = kpis[0].get(which), kpis[1].get(which)
        if status[0] != status[1]:
            yield name, "KPI status", which, *status


def _inputs(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Row]:
    given = [dict(one.get("parameters") or {}) for one in (old, new)]
    for which in dict.fromkeys([*given[1], *given[0]]):
        before, now = given[0].get(which), given[1].get(which)
        if before != now:
            yield name, "parameter", which, before, now
    if old.get("data") != new.get("data"):
        yield name, "data", "", old.get("data"), new.get("data")
