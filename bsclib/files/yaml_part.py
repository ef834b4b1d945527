"""YAML files beside a scorecard's, which say how others are read: checked like it, each fault with its line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from bsclib.errors import Fault, ScorecardError
from bsclib.files import yaml_tree
from bsclib.model.build import fault_of
from bsclib.model.validation import Loc
from bsclib.model.values import Part

Kind = TypeVar("Kind", bound=Part)
Place = Callable[[Loc], str]
Fields = Callable[[Loc], Iterable[str]]


def read_part(path: Path, kind: type[Kind], fields: Fields, holds: str, begins: str) -> Kind:
    """Read a file that is one part; messages say what it `holds` and the fields it `begins` with."""
    root = yaml_tree.read_tree(path, holds, begins)
    data = yaml_tree.plain(root)
    return build_part(data, kind, fields, lambda loc: f"{path.name}, {yaml_tree.place(root, _known(root, loc))}")


def dotted(loc: Loc) -> str:
    """A location in words where there is no file."""
    return ".".join(map(str, loc))


def build_part(data: Any, kind: type[Kind], fields: Fields, place: Place = dotted) -> Kind:
    """Make a part of plain data; `fields` are those there are at a location, and every place is said once."""
    try:
        return kind.model_validate(data)
    except ValidationError as error:
        faults: dict[str, Fault] = {}
        for detail in error.errors():
            fault = fault_of(detail, place, fields(detail["loc"]))
            if detail["loc"] == ("format",):
                fault = Fault(fault.where, "a newer kit wrote this file", fault.got, "1", "read it with that kit")
            faults.setdefault(fault.where, fault)  # a value that fits none of two kinds is wrong once
        raise ScorecardError(list(faults.values())) from None


def _known(root: yaml_tree.Node, loc: Loc) -> Loc:
    """The steps of a location that the file knows; those that name a kind of value have none."""
    steps: Loc = ()
    node = root
    for step in loc:
        value = node.value
        within = isinstance(value, list) and isinstance(step, int) and step < len(value)
        if within or (isinstance(value, dict) and step in value):
            node, steps = value[step], (*steps, step)
        elif step == loc[-1] and isinstance(value, dict):
            steps = (*steps, step)
    return steps


def schema_text(kind: type[Part], title: str) -> str:
    """The JSON Schema by which editors complete and check such a file."""
    schema = kind.model_json_schema(mode="validation")
    for part in (schema, *schema["$defs"].values()):
        if "description" in part:
            part["description"] = part["description"].split("\n\nParameters")[0]
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": title}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
