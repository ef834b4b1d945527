"""What a batch is to make: a row a report, with its file name and its parameters, checked before anything runs.

A plan is a frame, so that it can be looked at, filtered and changed by hand; it is checked again when it is run. The
module is not called `plan`, because the room exports a function of that name.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bsclib.batch.names import digest, distinct_names, report_names, safe_name
from bsclib.batch.plan_files import Row, grid_rows, read_plan
from bsclib.batch.template import Template, read_template
from bsclib.errors import Fault, ReportError, first_faults, unknown
from bsclib.reporting.notebook import check_values

if TYPE_CHECKING:
    import pandas as pd

OVER = ("unit", "department")
# Columns that tell of a report; a parameter of such a name gets a word behind it.
ABOUT = ("name", "state", "seconds", "output", "error", "notes", "interrupted")

Notebook = str | os.PathLike[str] | Mapping[str, Any]
Rows = str | os.PathLike[str] | Sequence[Mapping[str, Any]] | Mapping[str, Any]


@dataclass(frozen=True)
class PlannedReport:
    """One report of a plan."""

    name: str  # of its files, without their ending
    values: dict[str, Any]  # as the notebook will receive them; those left out keep its defaults
    key: str = ""  # of everything it is made from, and of its data alone; see `keys`
    data: str = ""


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
    over : {"unit", "department"}, optional
        Instead of rows: a report for each unit in the scorecard's actuals, or for each department that owns a goal
        above it. The organisation as a whole is no unit; it is a report whose `unit` is left empty.
    scorecard : path-like, optional
        Where the units or departments come from; by default the notebook's own parameter `scorecard`.
    parameters : mapping of str to object, optional
        What is the same in every report.

    Returns
    -------
    DataFrame
        One row a report: `name`, a safe file name that no other has, and a column for each parameter that is given
        anywhere. ``pd.NA`` leaves a parameter to the notebook's default.

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
    template = read_template(notebook)
    return plan_frame(plan_rows(template, rows, over, scorecard, parameters))


def plan_rows(
    template: Template,
    rows: Rows | None,
    over: str | None = None,
    scorecard: Any = None,
    parameters: Mapping[str, Any] | None = None,
) -> list[PlannedReport]:
    """The reports of a plan; see `plan`."""
    return _planned(template, *_rows(template, rows, over, scorecard, parameters))


def plan_frame(planned: Sequence[PlannedReport]) -> pd.DataFrame:
    """Reports as a frame, `name` first; see `plan`."""
    import pandas as pd  # here and below: a batch that is given rows begins before pandas is imported

    names = dict.fromkeys(name for report in planned for name in report.values)
    columns = {parameter_column(name): [_cell(report.values.get(name, pd.NA)) for report in planned] for name in names}
    return pd.DataFrame({"name": [report.name for report in planned], **columns}, dtype=object)


def parameter_column(parameter: str) -> str:
    """The column of a parameter in a plan."""
    return f"{parameter} (parameter)" if parameter in ABOUT else parameter


def _cell(value: Any) -> Any:
    """A value in a frame, where a number that is none would be taken for a missing one: it is written out."""
    return "nan" if isinstance(value, float) and math.isnan(value) else value


def read_plan_frame(template: Template, frame: pd.DataFrame) -> list[PlannedReport]:
    """The reports of a plan that may have been changed by hand since `plan` made it."""
    if "name" not in frame:
        raise ReportError(Fault("plan", "there is no column `name`", fix="make the plan with bsclib.batch.plan"))
    back = {parameter_column(parameter.name): parameter.name for parameter in template.known}
    columns = {str(column): back.get(str(column), str(column)) for column in frame if column != "name"}
    faults, wanted = [], [str(name) for name in frame["name"]]
    good = distinct_names([safe_name(name) or "report" for name in wanted], [digest(name) for name in wanted])
    for number, (name, better) in enumerate(zip(wanted, good, strict=True), 1):
        if name != better:
            what = "this name cannot be a file's, or is taken"
            faults.append(Fault(f"plan, row {number}", what, got=repr(name), fix=f"call it {better!r}"))
    if faults:
        raise ReportError(first_faults(faults, where="plan"))
    cells = zip(*(frame[column] for column in frame if str(column) in columns), strict=True) if columns else ()
    table = [dict(zip(columns.values(), row, strict=True)) for row in cells] or [{} for _ in wanted]
    given = [{name: value for name, value in row.items() if not _left_out(value)} for row in table]
    rows = [Row(values, f"plan, row {number}") for number, values in enumerate(given, 1)]
    return list(map(PlannedReport, wanted, _checked(template, rows, {})))


def _rows(
    template: Template, rows: Rows | None, over: str | None, scorecard: Any, parameters: Mapping[str, Any] | None
) -> tuple[list[Row], dict[str, Any]]:
    """The rows as they were given, and what is the same in all."""
    constant = dict(parameters or {})
    if rows is not None and over is not None:
        raise ReportError(Fault("plan", "there are rows and `over`", fix="give one of them"))
    if over is not None:
        if over not in OVER:
            raise ReportError(Fault("over", f"a batch cannot go over {over!r}", allowed=" or ".join(OVER)))
        return _over(template, over, scorecard, constant), constant
    if rows is None:
        return [Row({}, template.name)], constant
    if isinstance(rows, Mapping):
        return grid_rows(rows, "grid"), constant
    if isinstance(rows, (str, os.PathLike)):
        from_file, stated = read_plan(Path(rows))
        if both := sorted(constant.keys() & stated.keys()):
            where, fix = Path(rows).name, "leave it out here or there"
            raise ReportError([Fault(where, f"{name!r} is given for all reports twice", fix=fix) for name in both])
        return from_file, {**stated, **constant}
    if odd := next((at for at, row in enumerate(rows, 1) if not isinstance(row, Mapping)), 0):
        raise ReportError(Fault(f"row {odd}", "a row is a mapping of parameters", fix='write it as {"unit": "Apps"}'))
    return [Row(dict(row), f"row {number}") for number, row in enumerate(rows, 1)], constant


def _over(template: Template, over: str, scorecard: Any, constant: dict[str, Any]) -> list[Row]:
    """A row for each unit in the actuals, or for each department above."""
    by_name = {parameter.name: parameter for parameter in template.known}
    if over not in by_name:
        raise ReportError(unknown("parameter", over, by_name, template.name))
    if over in constant:
        fault = Fault("over", f"the parameter {over!r} is given for all reports", fix="leave one of the two out")
        raise ReportError(fault)
    path = scorecard or constant.get("scorecard") or (by_name["scorecard"].default if "scorecard" in by_name else None)
    if not path:
        fix = "give the rows themselves, or a notebook with a parameter `scorecard`"
        raise ReportError(Fault(template.name, f"nothing says which scorecard's {over}s are meant", fix=fix))
    values = _units(path) if over == "unit" else _departments(path, constant.get("above"))
    return [Row({over: value}, f"{path}, {over} {value!r}") for value in values]


def _units(path: Any) -> list[str]:
    from bsclib.files.scorecards import read_actuals, read_scorecard

    units = sorted({str(unit) for unit in read_actuals(path, read_scorecard(path))["unit"]} - {""})
    if not units:
        raise ReportError(Fault(str(path), "the actuals name no unit", fix="run one report, without a plan"))
    return units


def _departments(path: Any, above: Any) -> list[str]:
    from bsclib.design.alignment.departments import departments
    from bsclib.files.scorecards import read_scorecard
    from bsclib.files.tower import read_tower

    found = departments(read_tower(path, *filter(None, [above])).cards, read_scorecard(path).id)["department"].tolist()
    if not found:
        fix = "say in supports which goal an objective serves, and give that goal an owner"
        raise ReportError(Fault(str(path), "no department owns a goal that this scorecard supports", fix=fix))
    return found


def _planned(template: Template, rows: Sequence[Row], constant: dict[str, Any]) -> list[PlannedReport]:
    """Check all rows and name them."""
    if not rows:
        raise ReportError(Fault("plan", "there is not a single row", fix="write a row for each report"))
    stated = [""] * len(rows)
    if "name" not in {parameter.name for parameter in template.known}:  # then the column `name` names the report
        stated = [str(row.values.get("name", "")) for row in rows]
        rows = [Row({key: row.values[key] for key in row.values if key != "name"}, row.where) for row in rows]
    values = _checked(template, rows, constant)
    varying = [{key: every[key] for key in every if key in row.values} for every, row in zip(values, rows, strict=True)]
    secrets = {parameter.name for parameter in template.known if parameter.secret}
    telling = [{key: value for key, value in row.items() if key not in secrets} for row in varying]
    names = report_names(telling, Path(template.name).stem if template.name.endswith(".ipynb") else "report")
    if any(stated):
        wanted = [safe_name(name) or made for name, made in zip(stated, names, strict=True)]
        names = distinct_names(wanted, list(map(digest, varying)))
    return list(map(PlannedReport, names, values))


def _checked(template: Template, rows: Sequence[Row], constant: dict[str, Any]) -> list[dict[str, Any]]:
    """The values of every row as the notebook will receive them; all that is wrong with any is said at once."""
    shared, faults = check_values(template.known, constant, f"{template.name}, for all reports")
    faults += _unknown(template, rows)
    names = {parameter.name for parameter in template.known}
    checked = []
    for row in rows:
        both = sorted(row.values.keys() & constant.keys())
        faults += [Fault(row.where, f"{name!r} is given here and for all reports", fix="keep one") for name in both]
        stated = {name: value for name, value in row.values.items() if name in names}
        values, wrong = check_values(template.known, stated, row.where)
        faults += wrong
        values = {**shared, **values}
        checked.append({known.name: values[known.name] for known in template.known if known.name in values})
    if faults:
        raise ReportError(first_faults(faults, where=template.name))
    return checked


def _unknown(template: Template, rows: Sequence[Row]) -> list[Fault]:
    """Each unknown parameter once, where it stands first: a misspelt heading is not ten thousand faults."""
    known = {parameter.name for parameter in template.known}
    first: dict[str, str] = {}
    for row in rows:
        for name in row.values:
            if name not in known:
                first.setdefault(str(name), row.where)
    if first and template.unread:
        return list(template.unread)
    if first and not known:
        fix = "tag a cell `parameters` and write `name: type = default  # help` in it"
        return [Fault(template.name, "parameters were given, but no cell is tagged `parameters`", fix=fix)]
    return [unknown("parameter", name, sorted(known), where) for name, where in first.items()]


def _left_out(value: Any) -> bool:
    """Whether a cell of a frame is missing; None is a value that a parameter may take."""
    import pandas as pd

    return value is not None and pd.api.types.is_scalar(value) and bool(pd.isna(value))
