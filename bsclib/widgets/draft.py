"""A scorecard as tables of words that somebody types in, and back; what is at fault or unwise, row by row.

A row is what its cells say, and a key that stays while its name changes; others refer to it by that. What no cell shows
is kept from the scorecard that the row came from, and so is what a cell shows for as long as nobody changes it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any, get_args

import pandas as pd

from bsclib.design.review.findings import review_scorecard
from bsclib.errors import BscError, Fault, ScorecardError
from bsclib.model.build import build
from bsclib.model.edit import keep
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.perspectives import PERSPECTIVES
from bsclib.model.validation import Loc

Row = dict[str, str]
Values = Mapping[str, Any]
CELLS = {
    "perspectives": ("name", "weight"),
    "objectives": ("name", "perspective", "owner", "weight"),
    "kpis": (
        *("name", "objective", "direction", "role", "measured_in", "frequency", "aggregate", "formula", "owner"),
        *("weight", "baseline", "floor", "target", "path", "at_risk", "on_target", "guarded_by"),
    ),
    "links": ("cause", "sign", "effect", "lag", "smallest_effect", "why"),
}
"""The tables, and what the cells of each say."""
REFERS = {
    **{"perspective": "perspectives", "objective": "objectives"},
    **dict.fromkeys(("guarded_by", "cause", "effect"), "kpis"),
}
"""Cells that name a row of another table, by its key."""
USUAL = {"role": "lagging", "frequency": "monthly", "aggregate": "mean", "path": "linear"}
"""What holds where a scorecard says nothing: a new row begins with it."""
_SHIPPED = {part.name: part.id for parts in PERSPECTIVES.values() for part in parts}
_NUMBERS = ("weight", "baseline", "floor", "target", "at_risk", "on_target", "lag", "smallest_effect")
_OTHERS = ("initiatives", "events", "actions", "review")
_NUMBER = r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_DATED = re.compile(rf"({_NUMBER})\s*(?:\(\s*(\S+?)\s*\)|(?:by|in|from|at)\s+(\S+))")
_RANGE = re.compile(rf"({_NUMBER})\s*(?:to|–|\.\.)\s*({_NUMBER})")
_BETWEEN = {"baseline": "in", "weight": "from"}


def choices(name: str) -> tuple[str, ...]:
    """The words of which a KPI's field takes one."""
    return tuple(map(str, get_args(KPI.model_fields[name].annotation)))


@dataclass
class Notes:
    """What is at fault in a draft, or unwise: by row, and what belongs to none."""

    rows: dict[str, dict[str, list[Any]]] = field(default_factory=dict)
    """By key: the cells `at` fault, and `texts`, pairs of a kind (fault, high, medium or low) and a sentence."""
    others: list[str] = field(default_factory=list)
    card: Scorecard | None = None
    """None while there are faults."""
    faults: int = 0
    findings: int = 0

    def add(self, key: str | None, kind: str, text: str, column: str = "") -> None:
        """Note something of a row, or of none that is there."""
        if key is None:
            self.others.append(text)
            return
        row = self.rows.setdefault(key, {"at": [], "texts": []})
        row["at"] += [column] if column else []
        row["texts"].append((kind, text))


class Draft:
    """The scorecards that have been opened, and what their rows were made from."""

    def __init__(self) -> None:
        self.cards: dict[str, Scorecard | Mapping[str, Any] | None] = {}
        self.made_from: dict[str, dict[str, Any]] = {}
        self.ids: dict[str, str] = {}
        self._count = count(1)

    def values(self, card: Scorecard | Mapping[str, Any] | None) -> dict[str, Any]:
        """A scorecard, or plain data of one not whole yet, as tables; a new one begins with the perspectives for IT."""
        opened = f"card {next(self._count)}"
        self.cards[opened] = card
        data = {"perspectives": [part.model_dump(exclude_unset=True) for part in PERSPECTIVES["it"]]}
        data = data if card is None else _data_of(card) if isinstance(card, Scorecard) else dict(card)
        keys: dict[str, list[str]] = {}
        for table in CELLS:
            keys[table] = []
            for made in data.get(table, ()):
                key = f"{table} {next(self._count)}"
                keys[table].append(key)
                self.made_from[key] = made
                self.ids[key] = str(made.get("id", ""))
        of = {(table, self.ids[key]): key for table in CELLS for key in keys[table]}
        rows = {table: [self._row(key, table, of) for key in keys[table]] for table in CELLS}
        if card is None:
            rows |= {table: [{"key": f"{table} {next(self._count)}", **first_row(table)}] for table in [*CELLS][1:]}
        return {"card": opened, "name": _written(data.get("name"), "name"), **rows}

    def base(self, opened: str) -> str:
        """What the tables of a scorecard that was opened were made from, as text; empty where it was a new one."""
        card = self.cards[opened]
        return "" if card is None else json.dumps(_data_of(card) if isinstance(card, Scorecard) else dict(card))

    def again(self, base: str, values: Values) -> dict[str, Any]:
        """Tables as they stood in a process that has ended, whose base this is; rows keep what no cell shows."""
        card: Scorecard | dict[str, Any] | None = json.loads(base) if base else None
        with suppress(ScorecardError):
            card = build(card) if card else None
        opened = self.values(card)["card"]
        shift = int(opened.split()[1]) - int(values["card"].split()[1])  # keys are counted, from what was opened on

        def now(key: str) -> str:
            table, _, at = key.partition(" ")
            return f"{table} {int(at) + shift}" if at else key

        cells = ("key", *REFERS)
        rows = {
            table: [row | {name: now(row[name]) for name in cells if name in row} for row in values[table]]
            for table in CELLS
        }
        return {"card": opened, "name": values["name"], **rows}

    def _row(self, key: str, table: str, of: Mapping[tuple[str, str], str]) -> Row:
        made = self.made_from[key]
        cells = {}
        for name in CELLS[table]:
            value = made.get("thresholds", {}).get(name) if name in ("at_risk", "on_target") else made.get(name)
            if name in REFERS:
                first = value[0] if isinstance(value, tuple | list) and value else value
                cells[name] = of.get((REFERS[name], str(first or "")), "")
            else:
                cells[name] = _written(value, name) or (USUAL.get(name, "") if table == "kpis" else "")
        self.made_from[key] = {**made, "": cells}
        return {"key": key, **cells}

    def data(self, values: Values) -> tuple[dict[str, Any], dict[str, list[str]]]:
        """The plain data that the tables say, and the keys of their rows; rows that nobody has begun are left out."""
        rows = {table: [row for row in values[table] if self._begun(row, table)] for table in CELLS}
        ids = self._named(rows)
        card = self.cards[values["card"]]
        kept = {} if card is None else self._kept(card, {ids[row["key"]] for row in rows["kpis"]})
        name = values["name"].strip()
        data = {**kept, "id": kept.get("id") or _slug(name) or "scorecard", "name": name}
        data |= {table: [self._made(row, table, ids) for row in rows[table]] for table in CELLS}
        return data, {table: [row["key"] for row in rows[table]] for table in CELLS}

    def _begun(self, row: Row, table: str) -> bool:
        first = first_row(table)
        return row["key"] in self.made_from or any(row.get(name, "") != first.get(name, "") for name in CELLS[table])

    def _named(self, rows: Mapping[str, list[Row]]) -> dict[str, str]:
        """The id of each row: its own, or one made of its name."""
        ids: dict[str, str] = {}
        for row in (row for table in ("perspectives", "objectives", "kpis") for row in rows[table]):
            own = self.ids.get(row["key"]) or _slug(row.get("name", "")) or "unnamed"
            taken = {*ids.values(), *self.ids.values()} - {self.ids.get(row["key"])}
            more = (f"{own}-{at}" for at in count(2))
            fixed = row["key"] in self.ids or own not in taken
            ids[row["key"]] = own if fixed else next(id for id in more if id not in taken)
        for row in rows["perspectives"]:  # one that takes the name of one that ships is that one
            if ids[row["key"]] in _SHIPPED.values():
                ids[row["key"]] = _SHIPPED.get(row["name"], ids[row["key"]])
        return ids

    def _kept(self, card: Scorecard | Mapping[str, Any], kpis: set[str]) -> dict[str, Any]:
        """What no table shows; of initiatives, events, actions and the review, what speaks of KPIs that are left."""
        if not isinstance(card, Scorecard):
            return {name: value for name, value in card.items() if name not in (*CELLS, "format")}
        data = _data_of(card)
        there = [kpi.id for kpi in card.kpis if kpi.id in kpis]
        if len(there) < len(card.kpis):
            left = _data_of(keep(card, kpis=there)) if there else {}
            data = {name: value for name, value in data.items() if name not in _OTHERS}
            data |= {name: left[name] for name in _OTHERS if name in left}
        return {name: value for name, value in data.items() if name not in CELLS}

    def _made(self, row: Row, table: str, ids: Mapping[str, str]) -> dict[str, Any]:
        """A row of plain data."""
        made = dict(self.made_from.get(row["key"], {}))
        shown = made.pop("", first_row(table))
        if table != "links":
            made["id"] = ids[row["key"]]
        limits = dict(made.pop("thresholds", {}))
        for name in CELLS[table]:
            text = row.get(name, "").strip()
            home = limits if name in ("at_risk", "on_target") else made
            if name in REFERS:
                others = [id for id in made.get(name, ())[1:] if id in ids.values()] if name == "guarded_by" else []
                text = ids.get(text, "")
                home[name] = [text, *others] if name == "guarded_by" and text else text
            elif text != shown.get(name, ""):
                home[name] = _read(text, name)
            if not home.get(name, "") and home.get(name) != 0:
                home.pop(name, None)
        return {**made, "thresholds": limits} if limits else made

    def notes(self, values: Values, actuals: pd.DataFrame | None, labels: Mapping[str, str]) -> Notes:
        """Every fault by its row; without any, what the review finds with these actuals. Cells have `labels`."""
        data, keys = self.data(values)
        at: dict[str, Loc] = {}

        def place(loc: Loc) -> str:
            text = ".".join(map(str, loc))
            at[text] = loc
            return text

        notes = Notes()
        try:
            notes.card = build(data, place)
        except ScorecardError as error:
            for fault in error.faults:
                self._note_fault(notes, fault, at.get(fault.where, ()), keys, labels)
            notes.faults = len(error.faults)
            return notes
        rows = {id: key for key, id in _ids_of(notes.card, keys)}
        if actuals is not None:
            actuals = actuals[actuals["kpi"].isin([kpi.id for kpi in notes.card.kpis])]
        try:
            findings = review_scorecard(notes.card, actuals)[0]
        except BscError as error:
            notes.others.append(str(error))
            findings = review_scorecard(notes.card)[0]
        notes.findings = len(findings)
        for finding in findings.itertuples():
            text = f"{finding.rule}, {finding.severity}: {finding.what}. To mend it: {finding.fix}."
            whole = rows.get(finding.where)
            parts = [rows[id] for id in finding.where.split(", ") if id in rows]
            for key in [whole] if whole else parts or (None,):
                notes.add(key, finding.severity, text if key and len(parts) < 2 else f"{finding.where}: {text}")
        return notes

    def _note_fault(
        self, notes: Notes, fault: Fault, loc: Loc, keys: Mapping[str, list[str]], labels: Mapping[str, str]
    ) -> None:
        if len(loc) > 1 and loc[0] in keys and isinstance(loc[1], int):
            column = str(loc[3] if len(loc) > 3 and loc[2] == "thresholds" else loc[2] if len(loc) > 2 else "name")
            where = labels.get(column, column.replace("_", " "))
            notes.add(keys[str(loc[0])][loc[1]], "fault", str(replace(fault, where=where)), column)
        else:
            names = {"name": "Name of the scorecard", "kpis": "KPIs"}
            where = names.get(str(loc[0]), str(loc[0]).capitalize()) if len(loc) == 1 else fault.where
            notes.add(None, "fault", str(replace(fault, where=where)))

    def settle(self, card: Scorecard, values: Values) -> None:
        """Once a scorecard has been written, its rows keep their ids, whatever their names become."""
        keys = self.data(values)[1]
        self.ids |= dict(_ids_of(card, {table: keys[table] for table in CELLS if table != "links"}))


def first_row(table: str) -> Row:
    """The cells of a row that nobody has begun."""
    return dict(USUAL) if table == "kpis" else {}


def _ids_of(card: Scorecard, keys: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    """The key of each row with the id of its part; of a link, as findings name it."""
    for table, there in keys.items():
        for key, part in zip(there, getattr(card, table), strict=True):
            yield key, f"{part.cause} -> {part.effect}" if table == "links" else part.id


def _data_of(card: Scorecard) -> dict[str, Any]:
    data = card.model_dump(exclude_unset=True)
    data.setdefault("perspectives", [part.model_dump(exclude_unset=True) for part in card.perspectives])
    return data


def _written(value: Any, name: str) -> str:
    """A value as it is typed: 4, 1 to 3, or 5 by 2025-12; 4 by 2026-12."""
    if value is None:
        return ""
    if isinstance(value, dict) and value.keys() == {"value", "period"}:
        return f"{_written(value['value'], name)} {_BETWEEN.get(name, 'by')} {value['period']}"
    if isinstance(value, tuple | list):
        dated = any(isinstance(part, dict) for part in value)
        return ("; " if dated else " to ").join(_written(part, name) for part in value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _read(text: str, name: str) -> Any:
    """The value that was typed; what cannot be read stays as it is, and the model says what is wrong with it."""
    if name not in _NUMBERS:
        return text
    plain = text.replace("−", "-")
    if re.fullmatch(_NUMBER, plain):
        return int(plain) if name == "lag" and plain.isdecimal() else float(plain)
    if ends := _RANGE.fullmatch(plain):
        return [float(ends[1]), float(ends[2])]
    dated = [_DATED.fullmatch(part.strip()) for part in plain.split(";")]
    if not all(dated):
        return text
    points = [{"value": float(one[1]), "period": one[2] or one[3]} for one in dated if one]
    return points[0] if name == "baseline" and len(points) == 1 else points


def _slug(name: str) -> str:
    """An id made of a name: letters, digits and dashes."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode() or name
    return "-".join(re.findall(r"\w+", plain.casefold()))[:60].strip("-_")
