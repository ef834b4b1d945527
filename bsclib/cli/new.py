"""What a person starts from: a scorecard that is filled in already, one with simulated actuals, and the notebooks.

Nothing that is there is overwritten, and nothing is left behind half-written.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bsclib.causality.simulation import simulate
from bsclib.causality.truth import read_truth
from bsclib.errors import BscError, Fault, ScorecardError
from bsclib.files import atomic
from bsclib.files.catalogue import as_kpi, entry
from bsclib.files.paths import locate, shipped_folder
from bsclib.files.scorecards import read_actuals, read_scorecard, write_scorecard
from bsclib.model.build import build
from bsclib.model.nouns import KPI

if TYPE_CHECKING:
    import pandas as pd

TEMPLATE = Path(__file__).parent / "templates" / "new"


def new_scorecard(folder: Path, form: str = "yaml") -> list[Path]:
    """Write a small made-up IT department's scorecard and actuals, to be changed into one's own; gives the files."""
    refuse_overwriting(folder)
    if form == "xlsx":
        card = read_scorecard(TEMPLATE)
        write_scorecard(card, folder / "scorecard.xlsx", read_actuals(TEMPLATE, card))
        return [folder / "scorecard.xlsx"]
    written: list[Path] = []
    try:
        for name in ("scorecard.yaml", "actuals.csv"):
            atomic.write_bytes(folder / name, (TEMPLATE / name).read_bytes(), ScorecardError)
            written.append(folder / name)
    except BscError:
        for file in written:
            file.unlink(missing_ok=True)
        raise
    return written


def refuse_overwriting(folder: Path) -> None:
    """Refuse a folder that holds a scorecard or actuals already."""
    there = [file for pattern in ("scorecard.*", "actuals.*") for file in sorted(folder.glob(pattern))]
    if there:
        fix = "name another folder"
        raise ScorecardError(Fault(str(there[0]), "this is there already, and nothing is overwritten", fix=fix))


@dataclass(frozen=True)
class SimulatedScorecard:
    """A scorecard that was written with simulated actuals."""

    files: list[Path]
    truth: Path  # what the actuals were made from
    first: str  # month
    seed: int


def simulate_scorecard(
    path: str, folder: Path, truth: str | None = None, months: int = 60, seed: int | None = None
) -> SimulatedScorecard:
    """Write a scorecard with the actuals that it would have shown, had the truth been this."""
    refuse_overwriting(folder)
    card, place = read_scorecard(path), locate(path)
    truth_file = Path(truth) if truth else (place if place.is_dir() else place.parent) / "truth.yaml"
    if not truth_file.is_file():
        fix = "write one there, or name one with --truth; the data set meridian has one to look at"
        raise ScorecardError(Fault(str(truth_file), "there is no truth to make actuals from", fix=fix))
    real = read_truth(truth_file)
    actuals = simulate(card, real, months=months, rng=seed)
    written = folder / "scorecard.yaml", folder / "actuals.csv"
    try:
        write_scorecard(card, written[0], actuals)
    except BscError:
        for file in written:
            file.unlink(missing_ok=True)
        raise
    return SimulatedScorecard(list(written), truth_file, real.first, real.seed if seed is None else seed)


def copy_notebooks(folder: Path) -> list[Path]:
    """Copy the notebooks that ship into a working folder; gives those that differ there, which are kept as they are."""
    kept = []
    for source in sorted((shipped_folder() / "notebooks").glob("*.ipynb")):
        copy = folder / source.name
        if not copy.exists():
            atomic.write_bytes(copy, source.read_bytes())
        elif copy.read_bytes() != source.read_bytes():
            kept.append(copy)
    return kept


def open_lab(folder: Path, browser: bool = True) -> int:
    """Open a folder in JupyterLab and give its exit code when it is closed. Ctrl-C is JupyterLab's to answer."""
    command = [sys.executable, "-m", "jupyter", "lab", str(folder), *([] if browser else ["--no-browser"])]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    with subprocess.Popen(command, env={**os.environ, "PATH": path}) as jupyter:  # its terminals know `bsc` too
        while True:
            try:
                return jupyter.wait()
            except KeyboardInterrupt:
                continue


_OBJECTIVES = {
    "keep-promises": ("Keep the service levels agreed", "user_orientation"),
    "solve-at-once": ("Solve at once and for good", "user_orientation"),
    "restore-fast": ("Restore services fast", "operational_excellence"),
    "keep-up": ("Keep up with the work that comes in", "operational_excellence"),
    "change-safely": ("Change services safely and often", "operational_excellence"),
    "deliver-projects": ("Deliver projects as planned", "corporate_contribution"),
}
_COUNTED = {
    "sla-attainment": "keep-promises",
    "response-attainment": "keep-promises",
    "first-contact-resolution": "solve-at-once",
    "reopen-rate": "solve-at-once",
    "hand-overs": "solve-at-once",
    "mean-time-to-restore": "restore-fast",
    "resolution-time": "restore-fast",
    "ticket-backlog": "keep-up",
    "aged-tickets": "keep-up",
    "change-success-rate": "change-safely",
    "change-failure-rate": "change-safely",
    "deployment-frequency": "change-safely",
    "lead-time-for-changes": "change-safely",
    "projects-on-time": "deliver-projects",
    "project-cost-overrun": "deliver-projects",
}
"""The KPIs of tickets that count in a scorecard to start from, and the objective that each measures."""
_SHOWN = {"throughput": "keep-up", "backlog-age": "keep-up"}
_OF_PRACTICE = {
    "Incident management": "restore-fast",
    "Service level management": "keep-promises",
    "Service desk": "solve-at-once",
    "Change enablement": "change-safely",
    "Deployment management": "change-safely",
    "Release management": "change-safely",
    "Project management": "deliver-projects",
}
"""The objective of any other KPI, by its practice: it is shown beside them, with no weight."""
_BEGINNING = 3


def scorecard_of_tickets(actuals: pd.DataFrame, folder: Path) -> Path:
    """Write a scorecard of the KPIs that tickets bear out, each to become a tenth better than it was at first."""
    whole = actuals[actuals["unit"].astype(str) == ""].astype({"kpi": str, "period": str})
    last = whole["period"].max()
    kpis = [_started(id, series.sort_values("period"), last) for id, series in whole.groupby("kpi", sort=False)]
    named = {kpi.objective for kpi in kpis}
    objectives = [
        {"id": id, "name": name, "perspective": perspective}
        for id, (name, perspective) in _OBJECTIVES.items()
        if id in named
    ]
    idle = {id for id in named if not any(kpi.weight for kpi in kpis if kpi.objective == id)}
    kpis = [kpi.model_copy(update={"weight": 1.0}) if kpi.objective in idle else kpi for kpi in kpis]
    parts = {"perspectives": "it", "objectives": objectives, "kpis": kpis}
    write_scorecard(build({"id": "tickets", "name": "What the tickets say"} | parts), folder / "scorecard.yaml")
    return folder / "scorecard.yaml"


def _started(id: str, series: pd.DataFrame, last: str) -> KPI:
    """A KPI that is to become a tenth better within a year of the last month; a share, a tenth nearer to 100 %."""
    row, start = entry(id), float(series["actual"].iloc[:_BEGINNING].median())
    better = start * 0.9
    if row["direction"] == "higher_is_better":
        better = start + (100 - start) / 10 if row["measured_in"] == "%" else start * 1.1
    return as_kpi(
        id,
        _COUNTED.get(id) or _SHOWN.get(id) or _OF_PRACTICE.get(row["practice"], "keep-up"),
        {"period": f"{int(last[:4]) + 1}{last[4:]}", "value": round(better, 4)},
        baseline={"period": series["period"].iloc[:_BEGINNING].iloc[-1], "value": round(start, 4)},
        weight=1.0 if id in _COUNTED else 0.0,
    )
