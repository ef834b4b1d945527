"""The folder that an import fills: what is there already, and what is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from bsclib.errors import ActualsError, Fault, ScorecardError
from bsclib.files.imports.mapping import FILE, ImportMapping, read_mapping, write_mapping
from bsclib.files.imports.reading import Imported
from bsclib.files.scorecards import WORKBOOK, has_actuals, read_actuals, read_scorecard, write_actuals, write_scorecard
from bsclib.files.unit_targets import TARGETS
from bsclib.model.nouns import Scorecard


@dataclass(frozen=True)
class There:
    """What a folder holds before an import."""

    mapping: ImportMapping
    scorecard: Scorecard | None = None
    actuals: pd.DataFrame | None = None


def read_folder(folder: Path) -> There:
    """Read what a folder holds: its mapping, its scorecard and its actuals, each if it is there."""
    if folder.is_file() or folder.suffix.casefold() in (".xlsx", ".xlsm", ".csv", ".yaml", ".yml"):
        fix = f"name a folder, such as {folder.with_suffix('')}"
        what = "an import is written into a folder, and this is the name of a file"
        raise ScorecardError(Fault(str(folder), what, fix=fix))
    mapping = read_mapping(folder / FILE) if (folder / FILE).is_file() else ImportMapping()
    if not any((folder / name).is_file() for name in ("scorecard.yaml", "scorecard.yml", WORKBOOK)):
        stray = next((folder / name for name in ("actuals.csv", "actuals.parquet") if (folder / name).is_file()), None)
        if stray:
            fix = "add its scorecard.yaml, or name another folder"
            raise ActualsError(Fault(str(stray), "there are actuals here, but no scorecard", fix=fix))
        return There(mapping)
    card = read_scorecard(folder)
    actuals = read_actuals(folder, card) if has_actuals(folder) else None
    return There(mapping, card, actuals)


def write_folder(imported: Imported, folder: Path, there: There) -> list[Path]:
    """Write what an import gave; files that would stay as they are are not touched. Gives the files."""
    written = []
    card, actuals = imported.scorecard, imported.actuals
    if card is None or actuals is None:
        raise ActualsError("the import still has open questions")
    book = folder / WORKBOOK
    if card != there.scorecard:
        write_scorecard(card, book if book.is_file() else folder)
        files = [book] if book.is_file() else [folder / "scorecard.yaml", folder / TARGETS]
        written += [file for file in files if file.is_file()]
    if there.actuals is None or imported.added or imported.mapping.changed == "take":
        parquet = folder / "actuals.parquet"
        file = book if book.is_file() else parquet if parquet.is_file() else folder / "actuals.csv"
        write_actuals(actuals, file)
        written.append(file)
    return [*dict.fromkeys(written), *keep_mapping(imported, folder, there)]


def keep_mapping(imported: Imported, folder: Path, there: There) -> list[Path]:
    """Write the mapping, with its open questions, unless it is there already."""
    mapping = _lasting(imported.mapping, there.mapping if imported.questions else ImportMapping())
    if mapping == there.mapping and not imported.questions and (folder / FILE).is_file():
        return []
    write_mapping(mapping, folder / FILE, imported.questions)
    return [folder / FILE]


def _lasting(mapping: ImportMapping, told: ImportMapping) -> ImportMapping:
    """The mapping without what holds for one day's files: their month and year, and what they change, unless told."""
    tables = []
    for i, table in enumerate(mapping.tables):
        answers = told.tables[i] if i < len(told.tables) else None
        period, year = (answers.period, answers.year) if answers else (None, None)
        tables.append(table.model_copy(update={"period": period, "year": year}))
    return mapping.model_copy(update={"tables": tuple(tables), "changed": told.changed})
