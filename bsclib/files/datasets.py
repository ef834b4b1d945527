"""The data that ships: what there is, loaded by name, and what its columns mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from bsclib.errors import Fault, UnknownNameError, unknown
from bsclib.files.paths import shipped_folder
from bsclib.files.scorecards import read_actuals, read_scorecard
from bsclib.model.nouns import Scorecard
from bsclib.wording import html_table


@dataclass(frozen=True)
class Description:
    """What a shipped data set holds; printed, it is a page of text."""

    name: str
    title: str
    about: str
    licence: str
    tables: pd.DataFrame  # a row a file: file, rows (missing where it is no table), what
    columns: pd.DataFrame  # a row a column: file, column, type, unit, allowed, what

    def __str__(self) -> str:
        lines = [*self._head(), "", *self._files().to_string(index=False).splitlines()]
        for file, part in self.columns.groupby("file", sort=False):
            lines += ["", f"{file}:", *part.drop(columns="file").to_string(index=False).splitlines()]
        return "\n".join(line.rstrip() for line in lines)

    def _repr_html_(self) -> str:
        files = self._files()
        parts = [html_table(list(files), files.to_numpy(), self.title, ["left", "right", "left"])]
        for file, part in self.columns.groupby("file", sort=False):
            fields = part.drop(columns="file")
            parts.append(html_table(list(fields), fields.to_numpy(), str(file)))
        return "".join([*(f"<p>{escape(line)}</p>" for line in self._head()), *parts])

    def _head(self) -> list[str]:
        return [f"{self.title} ({self.name})", self.about, f"Licence: {self.licence}"]

    def _files(self) -> pd.DataFrame:
        return self.tables.assign(rows=[f"{count:,}" if pd.notna(count) else "" for count in self.tables["rows"]])


def list_datasets() -> pd.DataFrame:
    """List the data sets that ship.

    Returns
    -------
    DataFrame
        `name` (what `load_dataset` takes), `title`, `units`, `kpis`, `months` (counts) and `licence`.

    Examples
    --------
    >>> list_datasets()[["name", "units", "kpis", "months"]]
              name  units  kpis  months
    0     meridian      5    27      60
    1  development      5     6      60
    2   operations      5     9      60
    3        genoa      1     8      60
    4      antwerp      1     7      60
    5   enterprise      1     9      60
    6     lakeside      3    20      36
    """
    descriptor = _descriptor()
    sets = pd.DataFrame(descriptor["datasets"]).assign(licence=_licence(descriptor))
    return sets[["name", "title", "units", "kpis", "months", "licence"]]


def load_dataset(name: str) -> tuple[Scorecard, pd.DataFrame]:
    """Load a shipped data set.

    Parameters
    ----------
    name : str
        One of those that `list_datasets` lists.

    Returns
    -------
    Scorecard, DataFrame of its actuals

    Raises
    ------
    UnknownNameError
        With the nearest name there is.

    Examples
    --------
    >>> scorecard, actuals = load_dataset("enterprise")
    >>> scorecard.name
    'Meridian Freight'
    >>> load_dataset("meridan")
    Traceback (most recent call last):
    ...
    bsclib.errors.UnknownNameError: there is no data set 'meridan'. Allowed: ... Fix: did you mean 'meridian'?
    """
    folder = _folder() / _entry(name, _descriptor())["path"]
    scorecard = read_scorecard(folder)
    return scorecard, read_actuals(folder, scorecard)


def describe_dataset(name: str) -> Description:
    """Say what a shipped data set holds: its files, their columns, units and what is allowed in them.

    Parameters
    ----------
    name : str
        One of those that `list_datasets` lists.

    Returns
    -------
    Description
        `tables` has a row a file: `file`, `rows` (missing where it is no table), `what`; `columns` a row a column:
        `file`, `column`, `type`, `unit`, `allowed`, `what`.

    Raises
    ------
    UnknownNameError
        With the nearest name there is.

    Examples
    --------
    >>> about = describe_dataset("meridian")
    >>> about.tables["file"].tolist()
    ['scorecard.yaml', 'actuals.csv', 'actions.yaml', 'tickets.csv', 'holds.csv', ..., 'truth.yaml', 'board_page.yaml']
    >>> about.columns.query("column == 'hold_hours'")["unit"].item()
    'h'
    """
    descriptor = _descriptor()
    entry = _entry(name, descriptor)
    files = [file for file in descriptor["resources"] if file["dataset"] == name]
    tables = pd.DataFrame(
        {
            "file": [Path(file["path"]).name for file in files],
            "rows": pd.array([file.get("rows") for file in files], dtype="Int64"),
            "what": [file["description"] for file in files],
        }
    )
    parts = [schema_columns(file["schema"]).assign(file=Path(file["path"]).name) for file in files if "schema" in file]
    columns = pd.concat(parts, ignore_index=True)[["file", "column", "type", "unit", "allowed", "what"]]
    return Description(name, entry["title"], entry["description"], _licence(descriptor), tables, columns)


def answer_key(name: str) -> pd.DataFrame:
    """List the faults that were planted in a shipped data set.

    Parameters
    ----------
    name : str
        A data set for review.

    Returns
    -------
    DataFrame
        A row a fault: `rule` of `bsc check`, `where`, `what` is wrong and `why` it does harm. As
        `bsclib.study.mark_review` takes it.

    Raises
    ------
    UnknownNameError
        When there is no such data set, or no fault was planted in it.

    Examples
    --------
    >>> key = answer_key("lakeside")
    >>> key.columns.tolist()
    ['rule', 'where', 'what', 'why']
    >>> answer_key("enterprise")
    Traceback (most recent call last):
    ...
    bsclib.errors.UnknownNameError: there is no answer key of the data set 'enterprise'. Allowed: lakeside.
    """
    descriptor = _descriptor()
    folder = _folder() / _entry(name, descriptor)["path"]
    if not (folder / "answer_key.yaml").is_file():
        keyed = [file["dataset"] for file in descriptor["resources"] if Path(file["path"]).name == "answer_key.yaml"]
        what = f"there is no answer key of the data set {name!r}"
        raise UnknownNameError(Fault("", what, allowed=", ".join(keyed) or "none has one"))
    faults = yaml.safe_load((folder / "answer_key.yaml").read_text(encoding="utf-8"))["faults"]
    return pd.DataFrame(faults, columns=["rule", "where", "what", "why"])


def published_examples() -> list[dict[str, Any]]:
    """List the worked numbers that others have published, as `bsclib.scoring.conformance.reproduce` takes them.

    Examples
    --------
    >>> published_examples()[0]["method"]
    'bsc_designer_performance'
    """
    return list(_published()["examples"])


def published_errata() -> pd.DataFrame:
    """List the pages that print a wrong number, a row a number.

    Examples
    --------
    >>> published_errata().columns.tolist()
    ['where', 'printed', 'correct']
    """
    return pd.DataFrame(_published()["errata"])


def _published() -> dict[str, Any]:
    return yaml.safe_load((_folder() / "published_examples.yaml").read_text(encoding="utf-8"))


def _folder() -> Path:
    return shipped_folder() / "datasets"


def _descriptor() -> dict[str, Any]:
    return json.loads((_folder() / "datapackage.json").read_text(encoding="utf-8"))


def _entry(name: str, descriptor: dict[str, Any]) -> dict[str, Any]:
    entries = {entry["name"]: entry for entry in descriptor["datasets"]}
    if name not in entries:
        raise UnknownNameError(unknown("data set", name, entries))
    return entries[name]


def _licence(descriptor: dict[str, Any]) -> str:
    return ", ".join(licence["name"] for licence in descriptor["licenses"])


def schema_columns(schema: Mapping[str, Any]) -> pd.DataFrame:
    """A schema as a table of text: `column`, `type`, `unit`, `allowed`, `what`."""
    rows = [
        (field["name"], field["type"], field.get("unit", ""), _allowed(field), field["description"])
        for field in schema["fields"]
    ]
    return pd.DataFrame(rows, columns=["column", "type", "unit", "allowed", "what"])


def _allowed(field: Mapping[str, Any]) -> str:
    constraints = field.get("constraints", {})
    words = ["required"] if constraints.get("required") else []
    if constraints.get("unique"):
        words.append("unique")
    names = constraints.get("enum", [])
    if names:
        words.append(", ".join(names) if len(names) <= 8 else f"one of {len(names)} names")
    if "maximum" in constraints:
        words.append(f"{constraints['minimum']} to {constraints['maximum']}")
    elif "minimum" in constraints:
        words.append(f"at least {constraints['minimum']}")
    if constraints.get("maxLength") == 0:
        words.append("empty")
    return "; ".join(words)
