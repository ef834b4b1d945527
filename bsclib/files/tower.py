"""The scorecards of an organisation, read together: files and folders, or a folder of folders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.errors import BscError, Fault, ScorecardError
from bsclib.files.paths import AnyPath, locate
from bsclib.files.scorecards import WORKBOOK, YAML, has_actuals, read_actuals_and_notes, read_scorecard
from bsclib.model.nouns import Scorecard

NAMES = ("scorecard.yaml", "scorecard.yml", WORKBOOK)


@dataclass(frozen=True)
class Tower:
    """Scorecards, and by their ids the actuals of those that have some, where each was read, and what was guessed.

    Examples
    --------
    >>> tower = read_tower("meridian")
    >>> sorted(tower.actuals) == sorted(card.id for card in tower.cards)
    True
    """

    cards: tuple[Scorecard, ...]
    actuals: Mapping[str, pd.DataFrame]
    places: Mapping[str, Path]
    notes: tuple[str, ...] = ()


def read_tower(*paths: AnyPath) -> Tower:
    """Read the scorecards of several levels, and their actuals.

    Parameters
    ----------
    *paths : path-like
        Scorecards as `read_scorecard` takes them; or folders, of which every ``scorecard.yaml`` and ``scorecard.xlsx``
        in it and in the folders below it is read. The name of a data set that ships stands for its folder.

    Returns
    -------
    Tower

    Raises
    ------
    UnknownNameError
        When there is neither such a path nor such a data set.
    ScorecardError, ActualsError
        With the faults of all files: a folder without a scorecard, two files with one id, and what `read_scorecard` and
        `read_actuals` say.

    Examples
    --------
    >>> sorted(card.id for card in read_tower("meridian").cards)
    ['antwerp', 'development', 'enterprise', 'genoa', 'meridian', 'operations']
    """
    faults: list[Fault] = []
    files: list[Path] = []
    for path in paths:
        place = locate(path)
        below = _scorecards(place) if place.is_dir() else [place]
        if not below:
            what = "neither this folder nor one below it holds a scorecard"
            faults.append(Fault(str(place), what, allowed=" or ".join(NAMES), fix="name the files themselves"))
        files += [file for file in below if file.resolve() not in {known.resolve() for known in files}]
    if not paths:
        faults.append(Fault("paths", "no scorecard is named", fix="name a file, a folder, or a data set that ships"))
    cards: dict[str, Scorecard] = {}
    places: dict[str, Path] = {}
    actuals: dict[str, pd.DataFrame] = {}
    notes: list[str] = []
    neighbours = Counter(file.parent for file in files if file.suffix.casefold() in YAML)
    for file in files:
        try:
            card = read_scorecard(file)
            if card.id in cards:
                what = f"the id {card.id!r} is that of the scorecard in {places[card.id]}, too"
                raise ScorecardError(
                    Fault(str(file), what, fix="give each an id of its own: supports names it by that")
                )
            cards[card.id], places[card.id] = card, file
            if has_actuals(file):
                rows, said = _actuals(file, card, alone=neighbours[file.parent] < 2)
                actuals |= {card.id: rows} if len(rows) else {}
                notes += [f"{card.id}: {note}" for note in said]
        except BscError as error:
            faults += [_placed(fault, file.parent) for fault in error.faults]
    if faults:
        raise ScorecardError(faults)
    return Tower(tuple(cards.values()), actuals, places, tuple(notes))


def _scorecards(folder: Path) -> list[Path]:
    """The scorecards in a folder and those below it, each folder's own first."""
    files = [file for file in folder.rglob("*") if file.name in NAMES and file.is_file()]
    return sorted(files, key=lambda file: (len(file.parts), file.as_posix()))


def _actuals(file: Path, card: Scorecard, alone: bool) -> tuple[pd.DataFrame, list[str]]:
    """The actuals of a scorecard; where scorecards share a folder they share its table, and each has its KPIs' rows."""
    if alone:
        return read_actuals_and_notes(file, card)
    rows, notes = read_actuals_and_notes(file)
    return check_actuals(rows[rows["kpi"].isin([kpi.id for kpi in card.kpis])], card), notes


def _placed(fault: Fault, folder: Path) -> Fault:
    """A fault with the folder before the name of its file, because many folders have a scorecard.yaml."""
    return fault if fault.where.startswith(str(folder)) else replace(fault, where=str(folder / fault.where))
