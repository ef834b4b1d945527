"""The map of an export as YAML: read with the line of every fault, and its JSON Schema for editors."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bsclib.files import atomic, yaml_part
from bsclib.files.scorecard_yaml import one_line
from bsclib.files.tickets.ticket_map import Column, Columns, Goal, History, Hours, TicketMap
from bsclib.files.yaml_part import Place, build_part, dotted, read_part
from bsclib.model.validation import Loc
from bsclib.model.values import Part

_PARTS: dict[str, type[Part]] = {"columns": Columns, "history": History, "goals": Goal, "calendars": Hours}


def read_map(path: str | os.PathLike[str]) -> TicketMap:
    """Read how an export is read; all faults are said at once, with their lines."""
    return read_part(Path(path), TicketMap, _fields, "map of tickets", "columns, dates, zone and states")


def build_map(data: Any, place: Place = dotted) -> TicketMap:
    """Make a map from plain data; `place` turns a location into words."""
    return build_part(data, TicketMap, _fields, lambda loc: place(_without_kinds(loc)))


def _without_kinds(loc: Loc) -> Loc:
    return tuple(step for step in loc if step != "Column")


def _fields(loc: Loc) -> Iterable[str]:
    """The fields of what holds the field at this location."""
    loc = _without_kinds(loc)
    if len(loc) == 1:
        return TicketMap.model_fields
    part = _PARTS.get(str(loc[0]), TicketMap)
    columns = len(loc) > 2 and part in (Columns, History)
    return (Column if columns else part).model_fields


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


def schema_text() -> str:
    """The JSON Schema as it ships in ``bsclib/files/tickets/tickets.schema.json``."""
    return yaml_part.schema_text(TicketMap, "How tickets are read")


if __name__ == "__main__":
    atomic.write_text(Path(__file__).with_name("tickets.schema.json"), schema_text())
