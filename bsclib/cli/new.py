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
FORMS = ("yaml", "xlsx")


def new_scorecard(folder: Path, form: str = "yaml") -> list[Path]:
    """Write a small made-up IT department's scorecard and actuals, to be changed into one's own.

    Parameters
    ----------
    folder : Path
        Where to write; it is made if it is not there.
    form : {"yaml", "xlsx"}
        Text files, with notes on what each line means, or one Excel workbook.

    Returns
    -------
    list of Path
        The files written; the first one or its folder is what `bsclib.read_scorecard` takes.

    Raises
    ------
    ScorecardError
        When the folder holds a scorecard or actuals already, or cannot be written to.

    Examples
    --------
    >>> import tempfile
    >>> [file.name for file in new_scorecard(Path(tempfile.mkdtemp()) / "mine")]
    ['scorecard.yaml', 'actuals.csv']
    """
    refuse_what_is_there(folder)
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


def refuse_what_is_there(folder: Path) -> None:
    """Refuse a folder that holds a scorecard or actuals already.

    Raises
    ------
    ScorecardError
        With the first such file.
    """
    there = [file for pattern in ("scorecard.*", "actuals.*") for file in sorted(folder.glob(pattern))]
    if there:
        fix = "name another folder"
        raise ScorecardError(Fault(str(there[0]), "this is there already, and nothing is overwritten", fix=fix))


@dataclass(frozen=True)
class Made:
    """A scorecard that was written with simulated actuals.

    Attributes
    ----------
    files : list of Path
        The scorecard and the actuals.
    truth : Path
        What they were made from.
    first : str
        The first month.
    seed : int
        Where chance came from.
    """

    files: list[Path]
    truth: Path
    first: str
    seed: int


def simulated_scorecard(
    path: str, folder: Path, truth: str | None = None, months: int = 60, seed: int | None = None
) -> Made:
    """Write a scorecard with the actuals that it would have shown, had the truth been this.

    Parameters
    ----------
    path : str
        A scorecard, as `bsclib.read_scorecard` takes it.
    folder : Path
        Where to write; it is made if it is not there.
    truth : str, optional
        A file that holds a truth; by default the ``truth.yaml`` beside the scorecard.
    months : int
        How many.
    seed : int, optional
        By default the truth's own.

    Returns
    -------
    Made

    Raises
    ------
    ScorecardError
        When there is no truth or it does not fit the scorecard, when the folder holds a scorecard or actuals already,
        or when it cannot be written to.

    Examples
    --------
    >>> import tempfile
    >>> made = simulated_scorecard("enterprise", Path(tempfile.mkdtemp()) / "practice", months=12, seed=7)
    >>> [file.name for file in made.files], made.truth.name, made.seed
    (['scorecard.yaml', 'actuals.csv'], 'truth.yaml', 7)
    """
    refuse_what_is_there(folder)
    card, place = read_scorecard(path), locate(path)
    file = Path(truth) if truth else (place if place.is_dir() else place.parent) / "truth.yaml"
    if not file.is_file():
        fix = "write one there, or name one with --truth; the data set meridian has one to look at"
        raise ScorecardError(Fault(str(file), "there is no truth to make actuals from", fix=fix))
    real = read_truth(file)
    actuals = simulate(card, real, months=months, rng=seed)
    written = folder / "scorecard.yaml", folder / "actuals.csv"
    try:
        write_scorecard(card, written[0], actuals)
    except BscError:
        for one in written:
            one.unlink(missing_ok=True)
        raise
    return Made(list(written), file, real.first, real.seed if seed is None else seed)


def copy_notebooks(folder: Path) -> list[Path]:
    """Copy the notebooks that ship into a working folder.

    Parameters
    ----------
    folder : Path
        Where to copy them; it is made if it is not there.

    Returns
    -------
    list of Path
        Those that were there and differ from the ones that ship. They are kept as they are.

    Raises
    ------
    BscError
        When the folder cannot be written to.
    """
    kept = []
    for source in sorted((shipped_folder() / "notebooks").glob("*.ipynb")):
        copy = folder / source.name
        if not copy.exists():
            atomic.write_bytes(copy, source.read_bytes())
        elif copy.read_bytes() != source.read_bytes():
            kept.append(copy)
    return kept


def open_lab(folder: Path, browser: bool = True) -> int:
    """Open a folder in JupyterLab, and wait until it is closed. Ctrl-C is JupyterLab's to answer.

    Returns
    -------
    int
        The exit code of JupyterLab.
    """
    command = [sys.executable, "-m", "jupyter", "lab", str(folder), *([] if browser else ["--no-browser"])]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    with subprocess.Popen(command, env={**os.environ, "PATH": path}) as jupyter:  # its terminals know `bsc` too
        while True:
            try:
                return jupyter.wait()
            except KeyboardInterrupt:
                continue
