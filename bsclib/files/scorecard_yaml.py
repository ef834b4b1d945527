"""Scorecards as YAML files: read with the line of every fault, written as a person would write them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bsclib.errors import ScorecardError
from bsclib.files import atomic, register, yaml_tree
from bsclib.files.unit_targets import TARGETS, add_targets, place_of, split_targets, write_targets
from bsclib.model import periods
from bsclib.model.build import FORMAT, build, json_schema
from bsclib.model.nouns import Scorecard, Support
from bsclib.model.perspectives import PERSPECTIVES
from bsclib.model.validation import Loc
from bsclib.model.values import Part, Thresholds


def read_yaml(path: Path) -> Scorecard:
    """Read a scorecard from a YAML file."""
    root = yaml_tree.read_tree(path)
    data, targets = yaml_tree.plain(root), path.with_name(TARGETS)
    places, faults = add_targets(targets, data) if targets.exists() else ({}, [])
    actions = path.with_name(register.ACTIONS)
    rows = register.add_actions(actions, data) if actions.exists() else None

    def place(loc: Loc) -> str:
        return register.place_of(actions, rows, loc) or f"{path.name}, {yaml_tree.place(root, loc)}"

    try:
        card = build(data, lambda loc: place_of(loc, places, place))
    except ScorecardError as error:
        # What a file of targets could not say is missing here only because of that.
        faults += [fault for fault in error.faults if not faults or fault.where.startswith(TARGETS)]
        raise ScorecardError(faults) from None
    if faults:
        raise ScorecardError(faults)
    return card


def write_yaml(scorecard: Scorecard, path: Path) -> None:
    """Write a scorecard to a YAML file, whole or not at all. What equals its default is left out."""
    # Where a file of units' targets stands beside it, they go there.
    targets = path.with_name(TARGETS)
    if targets.is_file():
        scorecard, text = split_targets(scorecard)
        write_targets(text, targets)
    actions = path.with_name(register.ACTIONS)
    if actions.is_file():  # and so do actions
        rows = _table("actions", with_shown_periods(scorecard, scorecard.year_starts).actions)
        atomic.write_text(actions, register.register_text(rows), ScorecardError)
        scorecard = scorecard.model_copy(update={"actions": ()})
    atomic.write_text(path, to_yaml(scorecard), ScorecardError)


def to_yaml(scorecard: Scorecard) -> str:
    """The scorecard as YAML text, in the order of the data contract."""
    scorecard = with_shown_periods(scorecard, scorecard.year_starts)
    head: dict[str, Any] = {"format": FORMAT, "id": scorecard.id, "name": scorecard.name}
    if scorecard.thresholds != Scorecard.model_fields["thresholds"].default:
        head["thresholds"] = _written(scorecard.thresholds)
    if scorecard.year_starts is not None:
        head["year_starts"] = scorecard.year_starts
    named = [word for word, parts in PERSPECTIVES.items() if parts == scorecard.perspectives]
    text = _block({**head, "perspectives": named[0]} if named else head)
    for table in ("perspectives", "objectives", "kpis", "links", "initiatives", "events", "actions"):
        if not (named and table == "perspectives"):
            text += _table(table, getattr(scorecard, table))
    review = _written(scorecard.review)
    return text + (_dump({"review": review}, None) if review else "")


def draft_text(data: Mapping[str, Any]) -> str:
    """A scorecard that is not whole yet, as YAML text: what `build` would still refuse."""
    said = "# A draft: there are faults to mend before it can be scored. `bsc check` on this file names them.\n"
    return said + _block(json.loads(json.dumps({"format": FORMAT, **data})))


def read_draft(path: Path) -> dict[str, Any]:
    """The plain data of a YAML file that is at fault, as far as it has the tables of a scorecard; else nothing."""
    try:
        data = yaml_tree.plain(yaml_tree.read_tree(path))
    except ScorecardError:
        return {}
    if isinstance(word := data.get("perspectives"), str):
        data["perspectives"] = [part.model_dump(exclude_unset=True) for part in PERSPECTIVES.get(word, ())]
    tables = [data.get(name, []) for name in ("perspectives", "objectives", "kpis", "links")]
    rows = [row for table in tables if isinstance(table, list) for row in table]
    whole = all(isinstance(table, list) for table in tables) and all(isinstance(row, dict) for row in rows)
    return data if whole and rows and all(isinstance(row.get("thresholds", {}), dict) for row in rows) else {}


def _table(name: str, parts: tuple[Part, ...]) -> str:
    """A table of a scorecard as YAML text; nothing where it has no rows."""
    lay_out = _block if name in ("kpis", "actions") else one_line
    rows = [lay_out(_written(part)).rstrip("\n").replace("\n", "\n    ") for part in parts]
    return f"{name}:\n" + "".join(f"  - {row}\n" for row in rows) if rows else ""


def with_shown_periods(part: Any, year_starts: int | None) -> Any:
    """A part, or what one holds, with its periods as people write them: FY2026 for an interval."""
    if isinstance(part, tuple):
        return tuple(with_shown_periods(entry, year_starts) for entry in part)
    if not isinstance(part, Part):
        return part
    values = {name: getattr(part, name) for name in part.model_fields_set}
    shown = {
        name: periods.shown(value, year_starts)
        if name in ("period", "start", "due", "decided", "finished") and value
        else with_shown_periods(value, year_starts)
        for name, value in values.items()
    }
    changed = {name: value for name, value in shown.items() if value != values[name]}
    return part.model_copy(update=changed) if changed else part


def dump_fields(part: Part) -> str:
    """Any part as YAML text, a field a line; what equals its default, or is empty, is left out."""
    return _block({name: value for name, value in _written(part).items() if value not in ({}, [])})


def _written(part: Any) -> Any:
    if isinstance(part, Support) and part.strength == "primary":
        return part.goal
    if isinstance(part, Part):
        fields = {} if isinstance(part, Thresholds) else type(part).model_fields
        named = {name: getattr(part, name) for name in type(part).model_fields}
        return {
            name: _written(value)
            for name, value in named.items()
            if name not in fields or (name in part.model_fields_set and value != fields[name].default)
        }
    if isinstance(part, tuple):
        rows = [_written(entry) for entry in part]
        return rows[0] if len(rows) == 1 and isinstance(rows[0], dict) and set(rows[0]) == {"period", "value"} else rows
    return int(part) if isinstance(part, float) and part.is_integer() and abs(part) < 1e15 else part


class PlainDumper(yaml.SafeDumper):
    """Writes lists indented and nothing by reference."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent a list below its field."""
        return super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        """Write everything out."""
        return True


# A text that our own reading, or that of another YAML, would take for a number has to be quoted.
PlainDumper.add_implicit_resolver(
    "tag:yaml.org,2002:int", re.compile(f"^(?:{yaml_tree.WHOLE.pattern})$"), list("-+0123456789")
)
PlainDumper.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(f"^(?:{yaml_tree.DECIMAL.pattern})$"), list("-+.0123456789")
)


def _block(fields: dict[str, Any]) -> str:
    """A field a line; what a field holds stays on its line, or takes a line a row."""
    return "".join(
        _dump({key: value}, None if isinstance(value, (list, dict)) else False) for key, value in fields.items()
    )


def one_line(value: Any) -> str:
    """Plain data as YAML text on one line."""
    return _dump(value, True)


def _dump(value: Any, flow: bool | None) -> str:
    return yaml.dump(
        value, Dumper=PlainDumper, default_flow_style=flow, sort_keys=False, allow_unicode=True, width=float("inf")
    )


def schema_text() -> str:
    """The JSON Schema as it ships in ``bsclib/files/scorecard.schema.json``, by which editors complete a scorecard."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    atomic.write_text(Path(__file__).with_name("scorecard.schema.json"), schema_text())
