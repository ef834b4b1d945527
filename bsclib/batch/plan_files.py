"""Plans as people write them: a CSV file with a row a report, or a YAML file with rows or a grid.

    parameters: {as_of: "2026-06"}        # the same in every report; may be left out
    rows:                                 # a report each, or
      - {unit: Applications}
      - {unit: Service desk, months: 12}
    grid:                                 # a report for every combination
      unit: [Applications, Service desk]
      months: [12, 24]

An empty cell of a CSV file leaves its parameter out, so that the notebook's own default holds.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bsclib.errors import BscError, Fault, ReportError, unknown
from bsclib.files import yaml_tree
from bsclib.files.csv_table import read_csv

YAML = (".yaml", ".yml")
TABLES = (".csv", ".tsv", ".txt")
PARTS = ("parameters", "rows", "grid")
MOST_REPORTS = 1_000_000


@dataclass(frozen=True)
class Row:
    """The parameters of one report, and where they stand.

    Parameters
    ----------
    values : dict of str to object
        By parameter.
    where : str
        Such as ``plan.csv, line 3``.
    """

    values: dict[str, Any]
    where: str


def read_plan(path: Path) -> tuple[list[Row], dict[str, Any]]:
    """Read a plan from a file.

    Parameters
    ----------
    path : Path
        A ``.csv`` or ``.yaml`` file.

    Returns
    -------
    list of Row
        In the order of the file.
    dict of str to object
        What is the same in every report.

    Raises
    ------
    ReportError
        When it cannot be read, or is no plan; with file and line.
    """
    suffix = path.suffix.casefold()
    if suffix not in YAML + TABLES:
        fault = Fault(str(path), "this is no plan", got=suffix or "no ending", allowed=", ".join(YAML + TABLES))
        raise ReportError(fault)
    try:
        return _from_yaml(path) if suffix in YAML else (_from_csv(path), {})
    except ReportError:
        raise
    except BscError as error:
        raise ReportError(error.faults) from error


def grid_rows(grid: Mapping[str, Any], where: str) -> list[Row]:
    """A row for every combination of the values in a grid, the last parameter changing fastest.

    Parameters
    ----------
    grid : mapping of str to list
        The values of each parameter; a value that is no list is the only one.
    where : str
        Where the grid stands.

    Returns
    -------
    list of Row

    Raises
    ------
    ReportError
        When there are more than a million combinations, or a list is empty.

    Examples
    --------
    >>> [row.values for row in grid_rows({"unit": ["Apps", "Desk"], "months": 12}, "grid")]
    [{'unit': 'Apps', 'months': 12}, {'unit': 'Desk', 'months': 12}]
    """
    lists = {name: list(value) if _is_list(value) else [value] for name, value in grid.items()}
    if empty := [name for name, values in lists.items() if not values]:
        faults = [
            Fault(f"{where}, {name}", "there is no value in the list", fix="give one, or leave it out")
            for name in empty
        ]
        raise ReportError(faults)
    count = 1
    for values in lists.values():
        count *= len(values)
    if count > MOST_REPORTS:
        raise ReportError(Fault(where, "the grid has too many combinations", f"{count:,}", f"up to {MOST_REPORTS:,}"))
    found = [dict(zip(lists, values, strict=True)) for values in itertools.product(*lists.values())]
    return [Row(values, f"{where}, combination {number}") for number, values in enumerate(found, 1)]


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _from_csv(path: Path) -> list[Row]:
    table = read_csv(path)
    faults = [
        Fault(table.where(), "a column has no heading", fix="give it a parameter's name, or take it out")
        for heading in table.headings
        if not heading
    ]
    again = sorted({one for one in table.headings if one and table.headings.count(one) > 1})
    faults += [Fault(table.where(), f"the column {one!r} stands twice", fix="keep one") for one in again]
    if faults:
        raise ReportError(faults)
    lines = table.lines()[1:]
    cells = zip(*(column.to_pylist() for column in table.columns), strict=True)
    rows = []
    for line, row in zip(lines, cells, strict=False):
        values = {name: cell for name, cell in zip(table.headings, row, strict=True) if cell != ""}
        rows.append(Row(values, f"{table.name}, line {line}"))
    return rows


def _from_yaml(path: Path) -> tuple[list[Row], dict[str, Any]]:
    root = _tree(path)
    where, tree = path.name, root.value
    faults = [
        unknown("part of a plan", key, PARTS, f"{where}, line {root.key_lines[key]}")
        for key in tree
        if key not in PARTS
    ]
    given = [part for part in ("rows", "grid") if part in tree and tree[part].value is not None]
    if len(given) != 1 and not faults:
        got = " and ".join(given) or "neither"
        faults.append(
            Fault(
                where, "a plan has either rows or a grid", got=got, fix="write rows: or grid: and below it what varies"
            )
        )
    for part, kind, word in (("parameters", dict, "a mapping"), ("rows", list, "a list"), ("grid", dict, "a mapping")):
        node = tree.get(part)
        if node is not None and node.value is not None and not isinstance(node.value, kind):
            faults.append(Fault(f"{where}, line {node.line}", f"{part} should be {word}"))
    if faults:
        raise ReportError(faults)
    constant = _values(tree["parameters"]) if "parameters" in tree and tree["parameters"].value else {}
    if given == ["grid"]:
        return grid_rows(_values(tree["grid"]), f"{where}, line {tree['grid'].line}"), constant
    rows = []
    for node in tree["rows"].value:
        if isinstance(node.value, dict):
            rows.append(Row(_values(node), f"{where}, line {node.line}"))
        else:
            fix = "write it as {unit: Applications}"
            faults.append(Fault(f"{where}, line {node.line}", "a row is a mapping of parameters", fix=fix))
    if faults:
        raise ReportError(faults)
    return rows, constant


def _values(node: yaml_tree.Node) -> dict[str, Any]:
    """The values of a mapping; one without a value is None, for a parameter may ask for that."""
    return {key: None if inner.value is None else yaml_tree.plain(inner) for key, inner in node.value.items()}


def _tree(path: Path) -> yaml_tree.Node:
    fix = "write rows: or grid: and below it what varies"
    try:
        return yaml_tree.read_tree(path, "plan", "rows: or grid: and below it what varies")
    except BscError as error:
        faults = [
            Fault(fault.where, fault.what, fault.got, fix=fix)
            if fault.what.endswith("is a mapping of fields")
            else fault
            for fault in error.faults
        ]
        raise ReportError(faults) from error
