"""The tables of COBIT 2019's goals cascade, out of the user's own copy: which goal serves which, and how goals rate.

ISACA's tables are not free, so none ships but one that is made up. A folder of CSV files and any workbook will do, the
design toolkit's among them: a table is found by the ids in its first row and column, whichever way round it lies.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from openpyxl.utils import get_column_letter

from bsclib.errors import ActualsError, BscError, Fault, first_faults
from bsclib.files import atomic
from bsclib.files.catalogue import OBJECTIVES_OF_COBIT
from bsclib.files.csv_table import SEPARATORS, decode, records
from bsclib.files.excel.sheet_reader import label, open_book, plain
from bsclib.files.excel.sheet_writer import Column, Table, write_book
from bsclib.files.paths import AnyPath, shipped_folder
from bsclib.wording import listed

ENTERPRISE_GOALS, ALIGNMENT_GOALS = (tuple(f"{kind}{number:02}" for number in range(1, 14)) for kind in ("EG", "AG"))
EXAMPLE = "cobit-example"
STRENGTHS = (0, 1, 2)
RATINGS = (1, 2, 3, 4, 5)
_MOST_ROWS = 2000  # of a sheet that are looked at
_KINDS = {"EG": ENTERPRISE_GOALS, "AG": ALIGNMENT_GOALS, "objective": OBJECTIVES_OF_COBIT}
_CALLED = {"EG": "enterprise goals", "AG": "alignment goals", "objective": "objectives"}
_ID = re.compile(r"\s*(EG|AG|EDM|APO|BAI|DSS|MEA)[\s._-]?(\d{1,2})(?!\d)", re.IGNORECASE)
_HEAD = re.compile(r"\s*(rating|importance)\b", re.IGNORECASE)
_FILES = {"ratings": "ratings.csv", "goals": "enterprise_goals.csv", "objectives": "alignment_goals.csv"}
_TEMPLATE = "bsc cobit my-goals.xlsx --template writes an empty one"


class GoalTables(NamedTuple):
    """What `bsclib.files.read_goal_tables` reads; it says what the frames hold."""

    goals: pd.DataFrame
    objectives: pd.DataFrame
    ratings: pd.Series | None


@dataclass(frozen=True)
class _Grid:
    """Cells of a file or sheet, the names of their places, and the ids among them by place."""

    cells: list[list[Any]]
    where: Callable[[int, int], str]

    def ids(self, kind: str) -> Iterator[tuple[int, int, str]]:
        """Row, column and id of every cell that begins with an id of this kind."""
        for row, column in itertools.product(range(len(self.cells)), range(max(map(len, self.cells), default=0))):
            text = self.cell(row, column)
            match = _ID.match(text) if isinstance(text, str) else None
            if match and (match[1].upper() if match[1].upper() in _KINDS else "objective") == kind:
                yield row, column, f"{match[1].upper()}{int(match[2]):02}"

    def cell(self, row: int, column: int) -> Any:
        """What stands there, or None."""
        return self.cells[row][column] if column < len(self.cells[row]) else None


def read_goal_tables(path: AnyPath) -> GoalTables:
    """Read the two tables of COBIT 2019's goals cascade, and the ratings of the enterprise goals beside them.

    Parameters
    ----------
    path : path-like
        A folder of CSV files as `write_goal_template` writes them, a workbook with these tables on any of its sheets,
        such as COBIT's design toolkit, or ``"cobit-example"``, whose tables are made up.

    Returns
    -------
    GoalTables
        `goals`: 13 × 13, a row an enterprise goal (EG01 to EG13), a column an alignment goal (AG01 to AG13);
        `objectives`: 13 × 40, a row an alignment goal, a column an objective (EDM01 to MEA04). 2 is primary, 1
        secondary, 0 none. `ratings`: 1 (not important) to 5 (most) by enterprise goal, or None where there are none.

    Raises
    ------
    BscError
        With every fault: a table that is not there, a goal that is missing or stands twice, one of COBIT 5 (which has
        17), a cell that is not 0, 1 or 2, a rating that is not 1 to 5.

    Examples
    --------
    >>> tables = read_goal_tables("cobit-example")
    >>> tables.goals.shape, tables.objectives.shape, int(tables.ratings["EG01"])
    ((13, 13), (13, 40), 5)
    """
    place, name = _path(path), Path(path).name
    grids = _csv_grids(place) if place.is_dir() or place.suffix.lower() != ".xlsx" else _sheets(place)
    faults: list[Fault] = []
    goals = _mapping(grids, name, "EG", "AG", faults)
    objectives = _mapping(grids, name, "AG", "objective", faults)
    ratings = _ratings(grids, faults)
    if faults:
        raise BscError(first_faults(faults, where=name))
    return GoalTables(goals, objectives, ratings)


def write_goal_template(path: AnyPath) -> Path:
    """Write an empty template of the tables, to be filled in from one's own copy of COBIT 2019.

    Parameters
    ----------
    path : path-like
        A workbook to write, ``.xlsx``, with a sheet a table; or else a folder for three CSV files. What is there
        already is not overwritten.

    Returns
    -------
    Path

    Raises
    ------
    BscError
        When something is there already, or cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> folder = write_goal_template(tempfile.mkdtemp() + "/goals")
    >>> sorted(file.name for file in folder.iterdir())
    ['alignment_goals.csv', 'enterprise_goals.csv', 'ratings.csv']
    """
    target = Path(path)
    if target.exists():
        raise BscError(Fault(str(path), "this is there already, and nothing is overwritten", fix="give another name"))
    if target.suffix.lower() == ".xlsx":
        write_book(target, [_sheet(*table) for table in _templates()], BscError)
        return target
    for name, heads, ids in _templates():
        lines = [",".join(heads), *(id + "," * (len(heads) - 1) for id in ids)]
        atomic.write_text(target / _FILES[name], "\n".join(lines) + "\n", BscError)
    return target


def check_ratings(ratings: Mapping[str, Any]) -> pd.Series:
    """The ratings of the 13 enterprise goals in their order, each a whole number from 1 to 5; or else all faults."""
    faults = _id_faults("ratings", "EG", list(map(str, ratings)))
    given = {str(id): value for id, value in dict(ratings).items()}
    for id, value in given.items():
        faults += _cell_faults(f"ratings, {id}", value, RATINGS)
    if faults:
        raise BscError(faults)
    return pd.Series({id: int(float(given[id])) for id in ENTERPRISE_GOALS}, name="rating")


def _path(path: AnyPath) -> Path:
    place = Path(path)
    if str(path) == EXAMPLE and not place.exists():
        return shipped_folder() / "datasets" / EXAMPLE
    if not place.exists():
        allowed = f"a folder of CSV files, a workbook, or {EXAMPLE}"
        raise BscError(Fault(str(path), "there is no such file or folder", allowed=allowed, fix=_TEMPLATE))
    return place


# ------------------------------------------------------------------------------------------------- files as grids


def _csv_grids(place: Path) -> list[_Grid]:
    files = sorted(place.glob("*.csv")) if place.is_dir() else [place]
    return [_csv_grid(file) for file in files]


def _csv_grid(file: Path) -> _Grid:
    text, split, problem = decode(file)[0], [], None
    for sign in SEPARATORS:
        try:
            split.append(list(records(text, sign, file.name)))
        except ActualsError as error:  # quotes end at the right separator only
            problem = error
    if problem and not split:
        raise problem
    if not text.strip():
        raise BscError(Fault(file.name, "the file is empty", fix="fill it in, or move it out of the folder"))
    rows = max(split, key=lambda rows: max((len(cells) for _, cells in rows), default=0))
    lines = [line for line, _ in rows]
    cells = [[cell.strip() or None for cell in cells] for _, cells in rows]
    return _Grid(cells, lambda row, column: f"{file.name}, line {lines[row]}, field {column + 1}")


def _sheets(place: Path) -> list[_Grid]:
    with open_book(place, BscError) as book:
        return [_sheet_grid(book, title) for title in book.titles.values()]


def _sheet_grid(book: Any, title: str) -> _Grid:
    rows = itertools.islice(book.raw(title), _MOST_ROWS)
    cells = [list(map(_sheet_cell, row, formulas)) for _, row, formulas in rows]
    return _Grid(cells, lambda row, column: f"{book.file}, {title}!{get_column_letter(column + 1)}{row + 1}")


def _sheet_cell(cell: Any, formula: Any) -> Any:
    """What a cell says; of an error its text, and of a formula that was never computed the formula."""
    if cell.value is None and formula is not None and formula.data_type == "f":
        return str(formula.value)
    return str(cell.value) if cell.data_type == "e" else plain(cell)


# ------------------------------------------------------------------------------------------------- tables in grids


def _mapping(grids: Sequence[_Grid], name: str, down: str, across: str, faults: list[Fault]) -> pd.DataFrame:
    """The table of what serves what, checked; its faults are added."""
    straight = [_block(grid, down, across, turned=False) for grid in grids]
    turned_round = [_block(grid, across, down, turned=True) for grid in grids]
    block = max(straight + turned_round, key=lambda block: len(block.rows) * len(block.columns), default=None)
    called = f"{_CALLED[down]} and {_CALLED[across]}"
    if block is None or len(block.rows) < 2 or len(block.columns) < 2:
        allowed = f"{_KINDS[down][0]} to {_KINDS[down][-1]} down, {_KINDS[across][0]} to {_KINDS[across][-1]} across"
        faults.append(Fault(name, f"there is no table of {called}", allowed=allowed, fix=_TEMPLATE))
        return pd.DataFrame()
    grid, rows, columns, turned = block
    corner = grid.where(rows[0][0], columns[0][0])
    kinds = (across, down) if turned else (down, across)
    found = [
        fault
        for kind, ids in zip(kinds, (rows, columns), strict=True)
        for fault in _id_faults(corner, kind, [id for _, id in ids])
    ]
    cells = {(row, column): grid.cell(row[0], column[0]) for row in rows for column in columns}
    if not found:
        for (row, column), value in cells.items():
            found += _cell_faults(grid.where(row[0], column[0]), value, STRENGTHS)
    faults += found
    if found:
        return pd.DataFrame()
    table = pd.DataFrame(
        [[int(float(cells[row, column])) for column in columns] for row in rows],
        index=[id for _, id in rows],
        columns=[id for _, id in columns],
    )
    table = table.T if turned else table
    return table.loc[list(_KINDS[down]), list(_KINDS[across])]


class _Block(NamedTuple):
    grid: _Grid
    rows: list[tuple[int, str]]
    columns: list[tuple[int, str]]
    turned: bool


def _block(grid: _Grid, down: str, across: str, *, turned: bool) -> _Block:
    """The largest table of a grid with ids of one kind down and of another across."""
    heads: dict[int, list[tuple[int, str]]] = {}
    sides: dict[int, list[tuple[int, str]]] = {}
    for row, column, id in grid.ids(across):
        heads.setdefault(row, []).append((column, id))
    for row, column, id in grid.ids(down):
        sides.setdefault(column, []).append((row, id))
    best = _Block(grid, [], [], turned)
    for (head, columns), (side, rows) in itertools.product(heads.items(), sides.items()):
        columns = _run([place for place in columns if place[0] > side])
        rows = _run([place for place in rows if place[0] > head])
        if len(rows) * len(columns) > len(best.rows) * len(best.columns):
            best = _Block(grid, rows, columns, turned)
    return best


def _run(places: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The places from the first on that follow each other without a gap: another table may stand further on."""
    return [place for at, place in enumerate(places) if place[0] == places[0][0] + at]


def _ratings(grids: Sequence[_Grid], faults: list[Fault]) -> pd.Series | None:
    """The longest column of ratings below a heading, beside the ids of enterprise goals; its faults are added."""
    best: list[tuple[str, str, Any]] = []  # id, place and value
    for grid in grids:
        sides: dict[int, list[tuple[int, str]]] = {}
        for row, column, id in grid.ids("EG"):
            sides.setdefault(column, []).append((row, id))
        heads = itertools.product(range(len(grid.cells)), range(max(map(len, grid.cells), default=0)))
        for (head, column), rows in itertools.product(heads, sides.values()):
            text = grid.cell(head, column)
            if isinstance(text, str) and _HEAD.match(text):
                run = _run([place for place in rows if place[0] > head])
                best = max(best, [(id, grid.where(row, column), grid.cell(row, column)) for row, id in run], key=len)
    if not best:
        return None
    found = _id_faults(best[0][1], "EG", [id for id, _, _ in best])
    for _, where, value in best:
        found += _cell_faults(where, value, RATINGS)
    faults += found
    return None if found else check_ratings({id: value for id, _, value in best})


# ------------------------------------------------------------------------------------------------- what is wrong


def _id_faults(where: str, kind: str, ids: list[str]) -> list[Fault]:
    """What is wrong with the ids of a row or column."""
    known, called = _KINDS[kind], _CALLED[kind]
    strange = [id for id in dict.fromkeys(ids) if id not in known]
    missing = [id for id in known if id not in ids]
    if kind != "objective" and strange and all(_ID.match(id) for id in strange):
        what = f"this is COBIT 5, which has 17 {called}; COBIT 2019 has 13"
        fix = "take the tables of COBIT 2019, because the goals are others, not only fewer"
        return [Fault(where, what, got=listed(strange), allowed=f"{known[0]} to {known[-1]}", fix=fix)]
    if kind == "objective" and {"APO14", "BAI11", "MEA04"} <= set(missing):
        what = "this is COBIT 5, which has 37 processes; COBIT 2019 has 40 objectives"
        return [Fault(where, what, got=f"no {listed(missing)}", fix="take the tables of COBIT 2019")]
    twice = [id for id in known if ids.count(id) > 1]
    allowed = f"each of {known[0]} to {known[-1]} once"
    wrong = [("there is no such id among the", strange), ("these are missing among the", missing)]
    wrong.append(("these stand twice among the", twice))
    return [Fault(where, f"{what} {called}", listed(some, 8), allowed) for what, some in wrong if some]


def _cell_faults(where: str, value: Any, allowed: Sequence[int]) -> list[Fault]:
    """What is wrong with a strength or a rating."""
    text = label(value)
    if not isinstance(value, bool) and text in {label(number) for number in allowed}:
        return []
    strength = allowed is STRENGTHS
    what = "what serves a goal is a whole number" if strength else "a rating is a whole number"
    words = "0 (none), 1 (secondary) or 2 (primary)" if strength else "1 (not important) to 5 (most important)"
    fix = ""
    if value is None:
        fix = (
            "write 0 where it does not serve the goal" if strength else "rate every goal, with 3 where you do not mind"
        )
    elif strength and text.upper() in ("P", "S"):
        fix = "write 2 for P and 1 for S"
    elif text.startswith("="):
        fix = "open the workbook in Excel and save it, or write the number"
    return [Fault(where, what, text or "an empty cell", words, fix)]


def _templates() -> Iterator[tuple[str, list[str], Sequence[str]]]:
    """Name, headings and ids of each table of a template."""
    yield "ratings", ["goal", "rating"], ENTERPRISE_GOALS
    yield "goals", ["goal", *ALIGNMENT_GOALS], ENTERPRISE_GOALS
    yield "objectives", ["goal", *OBJECTIVES_OF_COBIT], ALIGNMENT_GOALS


def _sheet(name: str, heads: list[str], ids: Sequence[str]) -> Table:
    numbers = RATINGS if name == "ratings" else STRENGTHS
    note = "1 is not important, 5 is most important." if name == "ratings" else "2 is primary, 1 secondary, 0 none."
    choices = tuple(map(str, numbers))
    columns = [
        Column("goal", "Its id in COBIT 2019."),
        *(Column(head, note, True, choices, "", 6) for head in heads[1:]),
    ]
    title = {"ratings": "Ratings", "goals": "Enterprise goals", "objectives": "Alignment goals"}[name]
    return Table(title, tuple(columns), [[id, *[None] * (len(heads) - 1)] for id in ids])
