"""What a batch is to make: a row a report, with its file name and its parameters, checked before anything runs."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from bsclib.batch.names import apart, digest, names, safe
from bsclib.batch.plan_files import Row, grid_rows, read_plan
from bsclib.batch.template import Template, template
from bsclib.errors import Fault, ReportError, unknown
from bsclib.reporting.notebook import Parameter, check_values

MOST_FAULTS = 20
OVER = "unit"
ABOUT = ("name", "state", "seconds", "output", "error")
"""Columns that tell of a report; a parameter of such a name gets a word behind it."""

Notebook = str | os.PathLike[str] | Mapping[str, Any]
Rows = str | os.PathLike[str] | Sequence[Mapping[str, Any]] | Mapping[str, Any]


@dataclass(frozen=True)
class Planned:
    """One report of a plan.

    Parameters
    ----------
    name : str
        Of its files, without their ending.
    values : dict of str to object
        Its parameters, as the notebook will receive them; those left out keep the notebook's default.
    """

    name: str
    values: dict[str, Any]


def plan(
    notebook: Notebook,
    rows: Rows | None = None,
    over: str | None = None,
    scorecard: str | os.PathLike[str] | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> pd.DataFrame:
    """Plan a batch: which reports, under which names, with which parameters.

    Parameters
    ----------
    notebook : path or mapping
        Any notebook with a cell tagged `parameters`: a path, the name of one that ships, or its content.
    rows : path, sequence of mapping, or mapping of str to list; optional
        A CSV or YAML file with a row a report or a grid; or the rows themselves; or a grid, which makes a report for
        every combination. A column `name`, unless the notebook asks for such a parameter, names the reports.
    over : {"unit"}, optional
        Instead of rows: a report for each unit in the scorecard's actuals. The organisation as a whole is none of them;
        it is a report whose `unit` is left empty.
    scorecard : path-like, optional
        Where the units come from; by default from the notebook's own parameter `scorecard`.
    parameters : mapping of str to object, optional
        What is the same in every report.

    Returns
    -------
    DataFrame
        One row a report: `name`, which is a safe file name and the only one of its kind, and a column for each
        parameter that is given anywhere. ``pd.NA`` leaves a parameter to the notebook's default.

    Raises
    ------
    ReportError
        With every fault of every row: unknown parameters, values of the wrong type, names that are taken.
    ScorecardError, ActualsError, UnknownNameError
        When the units cannot be read.

    Examples
    --------
    >>> plan("09_executive_report", over="unit", parameters={"as_of": "2025-12"})[["name", "unit", "as_of"]].head(2)
          name     unit    as_of
    0  Antwerp  Antwerp  2025-12
    1    Genoa    Genoa  2025-12
    """
    asked = template(notebook)
    found, constant = _rows(asked, rows, over, scorecard, parameters)
    return frame_of(_planned(asked, found, constant))


def frame_of(planned: Sequence[Planned]) -> pd.DataFrame:
    """A plan as a frame, `name` first; see `plan`."""
    columns = dict.fromkeys(name for one in planned for name in one.values)
    table = {column_of(name): [one.values.get(name, pd.NA) for one in planned] for name in columns}
    return pd.DataFrame({"name": [one.name for one in planned], **table}, dtype=object)


def column_of(parameter: str) -> str:
    """The column of a parameter in a plan.

    Examples
    --------
    >>> column_of("unit"), column_of("name")
    ('unit', 'name (parameter)')
    """
    return f"{parameter} (parameter)" if parameter in ABOUT else parameter


def read_frame(asked: Template, frame: pd.DataFrame) -> list[Planned]:
    """The reports of a plan that may have been changed by hand since `plan` made it.

    Parameters
    ----------
    asked : Template
        The notebook.
    frame : DataFrame
        As `plan` gives it. A column `name` is needed; missing cells leave their parameter out.

    Returns
    -------
    list of Planned

    Raises
    ------
    ReportError
        When a name is not safe or not the only one of its kind, or a parameter is unknown or of the wrong type.
    """
    if "name" not in frame:
        raise ReportError(Fault("plan", "there is no column `name`", fix="make the plan with bsclib.batch.plan"))
    back = {column_of(one.name): one.name for one in asked.known}
    columns = {str(column): back.get(str(column), str(column)) for column in frame if column != "name"}
    faults, wanted = [], [str(name) for name in frame["name"]]
    good = apart([safe(name) or "report" for name in wanted], [digest(name) for name in wanted])
    for number, (name, better) in enumerate(zip(wanted, good, strict=True), 1):
        if name != better:
            what = "this name cannot be a file's, or is taken"
            faults.append(Fault(f"plan, row {number}", what, got=repr(name), fix=f"call it {better!r}"))
    if faults:
        raise ReportError(_some(faults, "plan"))
    cells = zip(*(frame[column] for column in frame if str(column) in columns), strict=True) if columns else ()
    table = [dict(zip(columns.values(), row, strict=True)) for row in cells] or [{} for _ in wanted]
    rows = [
        Row({name: value for name, value in row.items() if not _left_out(value)}, f"plan, row {number}")
        for number, row in enumerate(table, 1)
    ]
    values = _checked(asked, rows, {})
    return [Planned(name, one) for name, one in zip(wanted, values, strict=True)]


def _rows(
    asked: Template, rows: Rows | None, over: str | None, scorecard: Any, parameters: Mapping[str, Any] | None
) -> tuple[list[Row], dict[str, Any]]:
    """The rows as they were given, and what is the same in all."""
    constant = dict(parameters or {})
    if rows is not None and over is not None:
        raise ReportError(Fault("plan", "there are rows and `over`", fix="give one of them"))
    if over is not None:
        if over != OVER:
            raise ReportError(Fault("over", f"a batch cannot go over {over!r}", allowed=OVER))
        return _units(asked, scorecard, constant), constant
    if rows is None:
        return [Row({}, asked.name)], constant
    if isinstance(rows, Mapping):
        return grid_rows(rows, "grid"), constant
    if isinstance(rows, (str, os.PathLike)):
        found, stated = read_plan(Path(rows))
        if both := sorted(constant.keys() & stated.keys()):
            fix = "leave it out here or there"
            raise ReportError(
                [Fault(Path(rows).name, f"{name!r} is given for all reports twice", fix=fix) for name in both]
            )
        return found, {**stated, **constant}
    if odd := next((at for at, row in enumerate(rows, 1) if not isinstance(row, Mapping)), 0):
        raise ReportError(Fault(f"row {odd}", "a row is a mapping of parameters", fix='write it as {"unit": "Apps"}'))
    return [Row(dict(row), f"row {number}") for number, row in enumerate(rows, 1)], constant


def _units(asked: Template, scorecard: Any, constant: dict[str, Any]) -> list[Row]:
    """A row for each unit in the actuals."""
    from bsclib.files.scorecards import read_actuals, read_scorecard

    by_name = {one.name: one for one in asked.known}
    if OVER not in by_name:
        raise ReportError(unknown("parameter", OVER, by_name, asked.name))
    if OVER in constant:
        fault = Fault("over", f"the parameter {OVER!r} is given for all reports", fix="leave one of the two out")
        raise ReportError(fault)
    path = scorecard or constant.get("scorecard") or (by_name["scorecard"].default if "scorecard" in by_name else None)
    if not path:
        fix = "give the rows themselves, or a notebook with a parameter `scorecard`"
        raise ReportError(Fault(asked.name, "nothing says which scorecard's units are meant", fix=fix))
    units = sorted({str(unit) for unit in read_actuals(path, read_scorecard(path))["unit"]} - {""})
    if not units:
        raise ReportError(Fault(str(path), "the actuals name no unit", fix="run one report, without a plan"))
    return [Row({OVER: unit}, f"{path}, unit {unit!r}") for unit in units]


def _planned(asked: Template, rows: Sequence[Row], constant: dict[str, Any]) -> list[Planned]:
    """Check all rows and name them."""
    if not rows:
        raise ReportError(Fault("plan", "there is not a single row", fix="write a row for each report"))
    named = "name" not in {one.name for one in asked.known}
    own = [str(row.values.get("name", "")) if named else "" for row in rows]
    rows = [
        Row({key: one for key, one in row.values.items() if not (named and key == "name")}, row.where) for row in rows
    ]
    values = _checked(asked, rows, constant)
    varying = [
        {key: one for key, one in found.items() if key in row.values} for found, row in zip(values, rows, strict=True)
    ]
    made = names(varying, Path(asked.name).stem if asked.name.endswith(".ipynb") else "report")
    if any(own):
        made = apart(
            [safe(one) or other for one, other in zip(own, made, strict=True)], [digest(one) for one in varying]
        )
    return [Planned(name, found) for name, found in zip(made, values, strict=True)]


def _checked(asked: Template, rows: Sequence[Row], constant: dict[str, Any]) -> list[dict[str, Any]]:
    """The values of every row as the notebook will receive them; all that is wrong with any is said at once."""
    shared, faults = check_values(asked.known, constant, f"{asked.name}, for all reports")
    faults += _unknown(asked, rows)
    known = {one.name: one for one in asked.known}
    found = []
    for row in rows:
        both = sorted(row.values.keys() & constant.keys())
        faults += [Fault(row.where, f"{name!r} is given here and for all reports", fix="keep one") for name in both]
        given = {name: value for name, value in row.values.items() if name in known}
        values, wrong = check_values(asked.known, given, row.where)
        faults += wrong
        found.append(_in_order(asked.known, {**shared, **values}))
    if faults:
        raise ReportError(_some(faults, asked.name))
    return found


def _unknown(asked: Template, rows: Sequence[Row]) -> list[Fault]:
    """Each unknown parameter once, where it stands first: a misspelt heading is not ten thousand faults."""
    known = {one.name for one in asked.known}
    first: dict[str, str] = {}
    for row in rows:
        for name in row.values:
            if name not in known:
                first.setdefault(str(name), row.where)
    if first and not known:
        fix = "tag a cell `parameters` and write `name: type = default  # help` in it"
        return [Fault(asked.name, "parameters were given, but no cell is tagged `parameters`", fix=fix)]
    return [unknown("parameter", name, sorted(known), where) for name, where in first.items()]


def _in_order(known: Sequence[Parameter], values: dict[str, Any]) -> dict[str, Any]:
    return {one.name: values[one.name] for one in known if one.name in values}


def _left_out(value: Any) -> bool:
    """Whether a cell of a frame is missing; None is a value that a parameter may take."""
    return value is not None and pd.api.types.is_scalar(value) and bool(pd.isna(value))


def _some(faults: list[Fault], where: str) -> list[Fault]:
    more = len(faults) - MOST_FAULTS
    return faults[:MOST_FAULTS] + ([Fault(where, f"and {more} more faults like these")] if more > 0 else [])
