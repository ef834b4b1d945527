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
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bsclib.errors import BscError, Fault, ReportError, unknown
from bsclib.files import yaml_tree

YAML = (".yaml", ".yml")
TABLES = (".csv", ".tsv", ".txt")
PARTS = ("parameters", "rows", "grid")
MOST_REPORTS = 1_000_000
WHAT_VARIES = "rows: or grid: and below it what varies"


@dataclass(frozen=True)
class Row:
    """The parameters of one report, and where they stand."""

    values: dict[str, Any]
    where: str  # such as "plan.csv, line 3"


def read_plan(path: Path) -> tuple[list[Row], dict[str, Any]]:
    """The rows of a plan's file, in their order, and what is the same in every report."""
    suffix = path.suffix.casefold()
    if suffix not in YAML + TABLES:
        fault = Fault(str(path), "this is no plan", got=suffix or "no ending", allowed=", ".join(YAML + TABLES))
        raise ReportError(fault)
    try:
        return _from_yaml(path) if suffix in YAML else (_from_csv(path), {})
    except BscError as error:
        raise ReportError(error.faults) from error


def grid_rows(grid: Mapping[str, Any], where: str) -> list[Row]:
    """A row for every combination of the values in a grid, the last parameter changing fastest."""
    single = {name: isinstance(value, (str, bytes)) or not isinstance(value, Sequence) for name, value in grid.items()}
    lists = {name: [value] if single[name] else list(value) for name, value in grid.items()}
    if empty := [name for name, values in lists.items() if not values]:
        what, fix = "there is no value in the list", "give one, or leave it out"
        raise ReportError([Fault(f"{where}, {name}", what, fix=fix) for name in empty])
    if (count := math.prod(map(len, lists.values()))) > MOST_REPORTS:
        raise ReportError(Fault(where, "the grid has too many combinations", f"{count:,}", f"up to {MOST_REPORTS:,}"))
    combinations = enumerate(itertools.product(*lists.values()), 1)
    return [Row(dict(zip(lists, one, strict=True)), f"{where}, combination {number}") for number, one in combinations]


def _from_csv(path: Path) -> list[Row]:
    from bsclib.files.csv_table import read_csv  # it loads openpyxl, which rows that are given do not need

    table = read_csv(path)
    what, fix = "a column has no heading", "give it a parameter's name, or take it out"
    faults = [Fault(table.where(), what, fix=fix) for heading in table.headings if not heading]
    twice = sorted({heading for heading in table.headings if heading and table.headings.count(heading) > 1})
    faults += [Fault(table.where(), f"the column {heading!r} stands twice", fix="keep one") for heading in twice]
    if faults:
        raise ReportError(faults)
    cells = zip(*(column.to_pylist() for column in table.columns), strict=True)
    rows = (dict(zip(table.headings, row, strict=True)) for row in cells)
    return [
        Row({name: cell for name, cell in row.items() if cell != ""}, f"{table.name}, line {line}")
        for line, row in zip(table.lines()[1:], rows, strict=False)
    ]


def _from_yaml(path: Path) -> tuple[list[Row], dict[str, Any]]:
    root = yaml_tree.read_tree(path, "plan", WHAT_VARIES)
    where, tree = path.name, root.value
    odd = [key for key in tree if key not in PARTS]
    faults = [unknown("part of a plan", key, PARTS, f"{where}, line {root.key_lines[key]}") for key in odd]
    varying = [part for part in ("rows", "grid") if part in tree and tree[part].value is not None]
    if len(varying) != 1 and not faults:
        got = " and ".join(varying) or "neither"
        faults.append(Fault(where, "a plan has either rows or a grid", got=got, fix=f"write {WHAT_VARIES}"))
    for part, kind, word in (("parameters", dict, "a mapping"), ("rows", list, "a list"), ("grid", dict, "a mapping")):
        node = tree.get(part)
        if node is not None and node.value is not None and not isinstance(node.value, kind):
            faults.append(Fault(f"{where}, line {node.line}", f"{part} should be {word}"))
    if faults:
        raise ReportError(faults)
    constant = _values(tree["parameters"]) if "parameters" in tree and tree["parameters"].value else {}
    if varying == ["grid"]:
        return grid_rows(_values(tree["grid"]), f"{where}, line {tree['grid'].line}"), constant
    if odd_rows := [node for node in tree["rows"].value if not isinstance(node.value, dict)]:
        what, fix = "a row is a mapping of parameters", "write it as {unit: Applications}"
        raise ReportError([Fault(f"{where}, line {node.line}", what, fix=fix) for node in odd_rows])
    return [Row(_values(node), f"{where}, line {node.line}") for node in tree["rows"].value], constant


def _values(node: yaml_tree.Node) -> dict[str, Any]:
    """The values of a mapping; one without a value is None, for a parameter may ask for that."""
    return {key: None if inner.value is None else yaml_tree.plain(inner) for key, inner in node.value.items()}
