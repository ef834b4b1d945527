"""The map of an export as YAML: read with the line of every fault, and its JSON Schema for editors."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bsclib.errors import ScorecardError
from bsclib.files import atomic, yaml_tree
from bsclib.files.scorecard_yaml import one_line
from bsclib.files.tickets.ticket_map import Column, Columns, Goal, History, Hours, TicketMap
from bsclib.model.build import fault_of
from bsclib.model.validation import Loc
from bsclib.model.values import Part

_PARTS: dict[str, type[Part]] = {"columns": Columns, "history": History, "goals": Goal, "calendars": Hours}


def read_map(path: str | os.PathLike[str]) -> TicketMap:
    """Read how an export is read; all faults are said at once, with their lines."""
    file = Path(path)
    root = yaml_tree.read_tree(file, "map of tickets", "columns, dates, zone and states")
    return build_map(yaml_tree.plain(root), lambda loc: f"{file.name}, {yaml_tree.place(root, loc)}")


def build_map(data: Any, place: Any = lambda loc: ".".join(map(str, loc))) -> TicketMap:
    """Make a map from plain data; `place` turns a location into words."""
    try:
        return TicketMap.model_validate(data)
    except ValidationError as error:
        raise ScorecardError([_fault(detail, place) for detail in error.errors()]) from None


def _fault(detail: Any, place: Any) -> Any:
    loc = tuple(step for step in detail["loc"] if step != "Column")
    return fault_of({**detail, "loc": loc}, place, _fields(loc))


def _fields(loc: Loc) -> Sequence[str]:
    """The fields of what holds the field at this location."""
    if len(loc) == 1:
        return list(TicketMap.model_fields)
    part = _PARTS.get(str(loc[0]), TicketMap)
    columns = len(loc) > 2 and part in (Columns, History)
    return list((Column if columns else part).model_fields)


def map_text(data: dict[str, Any], doubts: Mapping[tuple[str, ...], str]) -> str:
    """A proposed map as YAML text, a line for each column and word, with what is doubtful of a line behind it."""
    lines = [f"# {text}" for place, text in doubts.items() if place == () or place[0] not in data]
    for key, value in data.items():
        doubt = _comment(doubts.get((key,)))
        if not isinstance(value, dict):
            lines.append(f"{key}: {_scalar(value)}{doubt}")
            continue
        lines.append(f"{key}:{doubt}")
        lines += [f"  {_scalar(k)}: {_scalar(v)}{_comment(doubts.get((key, k)))}" for k, v in value.items()]
    return "\n".join(lines) + "\n"


def _comment(doubt: str | None) -> str:
    return f"  # unsure: {doubt}" if doubt else ""


def _scalar(value: Any) -> str:
    return one_line([value]).strip()[1:-1]


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `tickets.yaml`, by which editors complete and check it."""
    schema = TicketMap.model_json_schema(mode="validation")
    for part in (schema, *schema["$defs"].values()):
        part["description"] = part["description"].split("\n\nParameters")[0]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "How tickets are read"}


def schema_text() -> str:
    """The JSON Schema as it ships in ``bsclib/files/tickets/tickets.schema.json``."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    atomic.write_text(Path(__file__).with_name("tickets.schema.json"), schema_text())
