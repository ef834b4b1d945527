"""Scorecards and actuals from files, and into them.

A scorecard is a folder with a ``scorecard.yaml`` and an ``actuals.csv`` (or ``.parquet``, or ``.sql``), or one Excel
workbook, or the name of a data set that ships. Whatever is written is written whole or not at all.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.errors import ActualsError, BscError, Fault, ScorecardError
from bsclib.files.actuals_files import read_table, write_table
from bsclib.files.excel.sheet_reader import open_book
from bsclib.files.excel.sheet_writer import write_book
from bsclib.files.excel.workbook_reader import percent_kpis, read_workbook
from bsclib.files.excel.workbook_writer import actuals_table, write_workbook
from bsclib.files.paths import AnyPath, locate
from bsclib.files.scorecard_yaml import read_yaml, write_yaml
from bsclib.model.nouns import Scorecard
from bsclib.wording import listed

MACROS = ".xlsm"  # can be read, but what we write has no macros
WORKBOOKS = (".xlsx", MACROS)
WORKBOOK = "scorecard.xlsx"
SQL = "actuals.sql"
ACTUALS = ("actuals.csv", "actuals.parquet", SQL)
YAML = (".yaml", ".yml")
TABLES = (".csv", ".tsv", ".txt", ".parquet")
FOREIGN = (".xls", ".xlsb", ".ods", ".json", ".toml", ".numbers", ".gz", ".zip")


def read_scorecard(path: AnyPath) -> Scorecard:
    """Read a scorecard.

    Parameters
    ----------
    path : path-like
        A folder that holds a ``scorecard.yaml`` or a ``scorecard.xlsx``, such a file itself, or the name of a data set
        that ships.

    Raises
    ------
    UnknownNameError
        When there is neither such a path nor such a data set.
    ScorecardError
        With file and line, or sheet and cell, of every fault.

    Examples
    --------
    >>> read_scorecard("meridian").name
    'Meridian Freight IT'
    """
    file = locate(path)
    if file.is_dir():
        file = _one_of(file, ["scorecard.yaml", "scorecard.yml", WORKBOOK], "scorecard", ScorecardError)
    suffix = file.suffix.casefold()
    if suffix in YAML:
        return read_yaml(file)
    if suffix in WORKBOOKS:
        return read_workbook(file)
    raise ScorecardError(_wrong_kind(file, "a scorecard", (*YAML, *WORKBOOKS)))


def write_scorecard(scorecard: Scorecard, path: AnyPath, actuals: pd.DataFrame | None = None) -> None:
    """Write a scorecard, and its actuals if they are given.

    Parameters
    ----------
    scorecard : Scorecard
    path : path-like
        A folder, which is made if it is missing, a ``.yaml`` file, or an Excel workbook. Other files in the folder stay
        as they are; without new actuals the old ones stay, too.
    actuals : DataFrame, optional
        The table of actuals; a YAML file's go to the file ``actuals.csv`` beside it.

    Raises
    ------
    ScorecardError
        When it cannot be written. The old files are left as they were.
    ActualsError
        When the actuals are faulty; then nothing is written.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> folder = mkdtemp()
    >>> write_scorecard(read_scorecard("enterprise"), folder, read_actuals("enterprise"))
    >>> sorted(file.name for file in Path(folder).iterdir())
    ['actuals.csv', 'scorecard.yaml']
    """
    target = Path(path)
    suffix = target.suffix.casefold()
    tidy = None if actuals is None else check_actuals(actuals, scorecard)
    if suffix in (*TABLES, *FOREIGN, MACROS) and not target.is_dir():
        raise ScorecardError(_wrong_kind(target, "a scorecard", (*YAML, ".xlsx")))
    if suffix in WORKBOOKS and not target.is_dir():
        write_workbook(scorecard, target, tidy)
        return
    file = target if suffix in YAML and not target.is_dir() else target / "scorecard.yaml"
    if tidy is not None:
        _refuse_query(file.parent)
    write_yaml(scorecard, file)
    if tidy is not None:
        write_actuals(tidy, file.parent)


def read_actuals(path: AnyPath, scorecard: Scorecard | None = None) -> pd.DataFrame:
    """Read a table of actuals, long or wide.

    Long tables have the columns `kpi`, `period` and `actual` (or `numerator` and `denominator`), and perhaps `unit`;
    wide ones have `kpi`, perhaps `unit`, and a column for each period.

    Parameters
    ----------
    path : path-like
        A folder that holds an ``actuals.csv``, ``.parquet`` or ``.sql``, such a file itself, the ``scorecard.yaml``
        beside it, an Excel workbook or a folder with one, or the name of a data set that ships. In a workbook, the
        sheet Actuals, or the first one if it is no scorecard's workbook.
    scorecard : Scorecard, optional
        If given, every KPI must be one of its own. It also tells how answers, durations and percentages are meant; by
        default the scorecard beside the actuals does.

    Returns
    -------
    DataFrame
        Columns `unit`, `kpi`, `period` (categorical) and `actual`, `numerator`, `denominator` (float, NaN where nothing
        was observed), in the file's order.

    Raises
    ------
    UnknownNameError
        When there is neither such a path nor such a data set.
    ActualsError
        With line, row or cell of every fault.

    Notes
    -----
    Empty cells and ``nan``, ``n/a``, ``na`` and ``null`` mean that nothing was observed; in a wide table they leave no
    row. CSV may be separated by commas, semicolons or tabs, in UTF-8, UTF-16 or Windows-1252, with decimal commas if
    they cannot be taken for separators of thousands. A date in Excel counts as the month or day that its cell shows.

    An ``actuals.sql`` holds one SELECT that gives such a table. It is run each time, read-only, on the database whose
    URL stands in the environment variable ``BSCLIB_DATABASE``, or in the one that the file's first line names:
    ``-- connection: WAREHOUSE_URL``. Its rows come in the order of unit, KPI and period.

    An Excel cell that shows 97% counts as 97 where its KPI is measured in percent, as 0.97 where it is measured in
    shares; a duration counts as so many of the KPI's hours, minutes or days. Of a KPI that is measured in yes/no, yes
    and true are 1, no and false are 0; of one with a due date, the day on which it was done is how many days late that
    was, and `not yet` how late it is by the end of the period, once it is due.

    Examples
    --------
    >>> read_actuals("meridian").columns.tolist()
    ['unit', 'kpi', 'period', 'actual', 'numerator', 'denominator']
    """
    return read_actuals_and_notes(path, scorecard)[0]


def read_actuals_and_notes(path: AnyPath, scorecard: Scorecard | None = None) -> tuple[pd.DataFrame, list[str]]:
    """Actuals as `read_actuals` gives them, and sentences on what was guessed in reading, such as decimal commas."""
    file = _beside_yaml(locate(path))
    if file.is_dir():
        alone = (file / WORKBOOK).is_file() and not any((file / name).is_file() for name in ACTUALS)
        file = file / WORKBOOK if alone else _one_of(file, [*ACTUALS], "actuals", ActualsError)
    kinds = (*TABLES, ".sql", *WORKBOOKS)
    if file.suffix.casefold() not in kinds:
        raise ActualsError(_wrong_kind(file, "actuals", kinds))
    return read_table(file, scorecard, lambda: _beside(file))


def _beside(file: Path) -> tuple[Scorecard | None, set[str]]:
    """The scorecard that actuals belong to, if there is one, and the KPIs whose own numbers stand in percent cells."""
    if file.suffix.casefold() in WORKBOOKS:
        with open_book(file, ActualsError) as book:
            shown = percent_kpis(book)
            own = "scorecard" in book.titles
    else:
        shown, own = set(), False
    with contextlib.suppress(BscError):
        return read_scorecard(file if own else file.parent), shown
    return None, shown


def has_actuals(path: AnyPath) -> bool:
    """Whether a scorecard has a file in which its actuals would be; a workbook is one."""
    place = _beside_yaml(locate(path))
    return not place.is_dir() or any((place / name).is_file() for name in (*ACTUALS, WORKBOOK))


def _beside_yaml(path: Path) -> Path:
    """The folder of a scorecard's YAML file, where its actuals are; another path as it is."""
    return path.parent if path.suffix.casefold() in YAML and path.is_file() else path


def write_actuals(actuals: pd.DataFrame, path: AnyPath) -> None:
    """Write a table of actuals.

    Parameters
    ----------
    actuals : DataFrame
    path : path-like
        A .csv or .parquet file, an Excel workbook (of an existing one, the scorecard is kept), or a folder, which
        then holds ``actuals.csv``, or ``actuals.parquet`` if it held that before.

    Raises
    ------
    ActualsError
        When the table is faulty or cannot be written; the old file is left as it was.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> write_actuals(read_actuals("enterprise"), folder / "actuals.parquet")
    >>> read_actuals(folder).equals(read_actuals("enterprise"))
    True
    """
    target = Path(path)
    suffix = target.suffix.casefold()
    if target.is_dir() or not suffix:
        _refuse_query(target)
        parquet = target / "actuals.parquet"
        write_table(actuals, parquet if parquet.exists() else target / "actuals.csv")
    elif suffix in WORKBOOKS and suffix != MACROS:
        _into_workbook(check_actuals(actuals), target)
    elif suffix in TABLES:
        write_table(actuals, target)
    else:
        raise ActualsError(_wrong_kind(target, "actuals", (*TABLES, ".xlsx")))


def _into_workbook(actuals: pd.DataFrame, path: Path) -> None:
    if path.exists():
        with open_book(path, ActualsError) as book:
            titles = dict(book.titles)
        if "scorecard" in titles:
            write_workbook(read_workbook(path), path, actuals)
            return
        if set(titles) - {"actuals"}:
            what = "the workbook holds sheets of another kind, which would be lost"
            raise ActualsError(Fault(str(path), what, ", ".join(titles.values()), fix="write to another file"))
    write_book(path, [actuals_table(actuals)], ActualsError)


def _refuse_query(folder: Path) -> None:
    if (folder / SQL).is_file():
        what = "the actuals of this folder come from a database, and are not written there"
        raise ActualsError(Fault(str(folder / SQL), what, fix="write to another folder, or to a .csv file"))


def _one_of(folder: Path, names: list[str], what: str, error: type[BscError]) -> Path:
    files = [folder / name for name in names if (folder / name).is_file()]
    if len(files) == 1:
        return files[0]
    if files:
        got = listed(file.name for file in files)
        what = f"there are {'two' if len(files) == 2 else len(files)} files of {what}"
        fault = Fault(str(folder), what, got, fix="keep the one that counts, and move the other away")
    elif wrong := [folder / name for name in names if (folder / name).exists() or (folder / name).is_symlink()]:
        fault = Fault(str(wrong[0]), f"a file of {what} is expected here, and this is none", fix="put the file there")
    else:
        there = ", ".join(sorted(file.name for file in folder.iterdir())[:10])
        fault = Fault(str(folder), f"the folder holds no {what}", there or "an empty folder", " or ".join(names))
    raise error(fault)


def _wrong_kind(path: Path, what: str, allowed: tuple[str, ...]) -> Fault:
    suffix = path.suffix.casefold()
    got = f"a file that ends in {path.suffix}" if suffix else "a file without an ending"
    fix = "save it as .xlsx" if suffix in (".xls", ".xlsb", ".ods", ".numbers", MACROS) else ""
    fix = "unpack it first" if suffix in (".gz", ".zip") else fix
    problem = f"{what} cannot be read from or written to such a file"
    return Fault(str(path), problem, got, f"a folder, {', '.join(allowed)}", fix)
