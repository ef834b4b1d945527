"""The improvement register in a file of its own, ``actions.yaml``, beside the scorecard's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from bsclib.errors import Fault, ScorecardError, unknown
from bsclib.files import atomic, yaml_tree
from bsclib.model.build import FORMAT, format_fault, json_schema
from bsclib.model.validation import Loc

ACTIONS = "actions.yaml"
TABLE = "actions"


def add_actions(path: Path, data: dict[str, Any]) -> yaml_tree.Node:
    """Add the actions of a file to the plain data of a scorecard; returns the file's tree, which knows the lines."""
    root = yaml_tree.read_tree(path, "register of actions", "actions, and below it a list of them")
    own = yaml_tree.plain(root)
    if "format" in own and (fault := format_fault(own["format"], _place(path, root, ("format",)))):
        raise ScorecardError(fault)
    faults = [
        unknown("field", field, ("format", TABLE), _place(path, root, (field,)))
        for field in own
        if field not in ("format", TABLE)
    ]
    if TABLE in own and data.get(TABLE):
        fix = f"keep them in {path.name}, and take them out of the scorecard"
        faults.append(Fault(_place(path, root, (TABLE,)), "the actions are given in the scorecard, too", fix=fix))
    if faults:
        raise ScorecardError(faults)
    data.update({TABLE: own[TABLE]} if TABLE in own else {})
    return root


def place_of(path: Path, root: yaml_tree.Node | None, loc: Loc) -> str | None:
    """Where a location stands, if it is one of the register's file."""
    return _place(path, root, loc) if root and loc[:1] == (TABLE,) and TABLE in root.value else None


def _place(path: Path, root: yaml_tree.Node, loc: Loc) -> str:
    return f"{path.name}, {yaml_tree.place(root, loc)}"


def register_text(rows: str) -> str:
    """The text of the file, where `rows` is that of the table of actions."""
    return f"format: {FORMAT}\n" + (rows or f"{TABLE}: []\n")


def schema_text() -> str:
    """The JSON Schema as it ships in ``bsclib/files/actions.schema.json``, by which editors complete a register."""
    whole = json_schema()
    fields = {name: whole["properties"][name] for name in ("format", TABLE)}
    parts = {"Action": whole["$defs"]["Action"]}
    schema = {"$schema": whole["$schema"], "$defs": parts, "additionalProperties": False, "properties": fields}
    return json.dumps(schema | {"title": "Improvement register", "type": "object"}, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    atomic.write_text(Path(__file__).with_name("actions.schema.json"), schema_text())
