"""What a person starts from: a scorecard that is filled in already, one with simulated actuals, and the notebooks.

Nothing that is there is overwritten, and nothing is left behind half-written.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bsclib.causality.simulation import simulate
from bsclib.causality.truth import read_truth
from bsclib.errors import BscError, Fault, ScorecardError
from bsclib.files import atomic
from bsclib.files.paths import locate, shipped_folder
from bsclib.files.scorecards import read_actuals, read_scorecard, write_scorecard

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
