"""Plain data, as read from YAML or Excel, made into a scorecard; every fault is said at once."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from bsclib.errors import Fault, ScorecardError, suggestion, unknown
from bsclib.model.actions import Action
from bsclib.model.advice import plain_number
from bsclib.model.initiatives import Change, Event, Initiative
from bsclib.model.nouns import KPI, Link, Objective, Scorecard, Support
from bsclib.model.perspectives import PERSPECTIVES, Perspective
from bsclib.model.validation import Loc, reference_faults
from bsclib.model.values import Accepted, Dated, Limits, Part, Review, Thresholds, UnitTarget

FORMAT = 1
"""Of the files that hold a scorecard: raised when one could no longer be read by the bsclib before it."""


def build(data: Any, place: Callable[[Loc], str] = lambda loc: ".".join(map(str, loc))) -> Scorecard:
    """Make a scorecard from plain data; `place` turns a location such as ``("kpis", 0, "target")`` into words."""
    year_starts = data.get("year_starts") if isinstance(data, dict) else None
    if isinstance(data, dict) and "format" in data:
        if fault := format_fault(data["format"], place(("format",))):
            raise ScorecardError(fault)
        data = {name: value for name, value in data.items() if name != "format"}
    try:
        return Scorecard.model_validate(data, context={"year_starts": _month(year_starts)})
    except ValidationError as error:
        faults = [fault_of(detail, place) for detail in details_of(error)]
        between = [Fault(place(loc), text) for loc, text in _between_tables(data)]
        # A name in the place of an id is no id, but what it is the name of says more.
        named = {fault.where for fault in between if "that is the name of" in fault.what}
        faults = [fault for fault in faults if fault.where not in named]
        known = {fault.where for fault in faults}
        faults += [fault for fault in between if fault.where not in known]
        raise ScorecardError(faults) from None


def _month(year_starts: Any) -> int | None:
    """The month in which years start; January while what is stated is at fault, which is said elsewhere."""
    if isinstance(year_starts, int):
        return year_starts if 1 <= year_starts <= 12 else 1
    return None if year_starts is None else 1


def format_fault(given: Any, where: str) -> Fault | None:
    """Why a file of this format cannot be read; nothing else in a newer one is looked at."""
    if type(given) is int and given == FORMAT:
        return None
    if type(given) is int and given > FORMAT:
        what = f"this scorecard needs a newer bsclib: this one reads format {FORMAT}"
        return Fault(where, what, str(given), fix="pip install --upgrade bsclib")
    return Fault(where, "this is no format of scorecards", repr(given), str(FORMAT), f"write format: {FORMAT}")


def details_of(error: ValidationError) -> list[Any]:
    """What pydantic found, each once: a table whose rows are faulty is also reported as too short."""
    details = error.errors()
    inner = {
        detail["loc"][: len(d["loc"])] for detail in details for d in details if len(detail["loc"]) > len(d["loc"])
    }
    return [d for d in details if d["type"] != "too_short" or d["loc"] not in inner]


def build_kpi(data: dict[str, Any], place: Callable[[str], str] = str) -> KPI:
    """Make one KPI from plain data, as a row of `build`."""
    try:
        return KPI.model_validate(data)
    except ValidationError as error:
        # As a row of a scorecard's KPIs, so that a misspelt field is compared with those of a KPI.
        details = [{**detail, "loc": ("kpis", 0, *detail["loc"])} for detail in error.errors()]
        faults = [fault_of(detail, lambda loc: place(".".join(map(str, loc[2:])))) for detail in details]
        raise ScorecardError(faults) from None


def _between_tables(data: Any) -> list[tuple[Loc, str]]:
    """What does not hold together between the tables, as far as faulty rows let it be seen."""
    if not isinstance(data, dict):
        return []
    tables = {
        name: [_Loose(_row(row) or {}) for row in data.get(name) or ()]
        for name in ("objectives", "kpis", "links", "initiatives", "events", "actions")
        if isinstance(data.get(name) or (), list | tuple)
    }
    given = data.get("perspectives")
    named = PERSPECTIVES.get(given, ()) if isinstance(given, str) else ()
    rows = [_Loose(row) for row in map(_row, given) if row] if isinstance(given, list | tuple) else named
    loose = _Loose({"id": data.get("id"), "perspectives": rows} | tables)
    return reference_faults(loose) if rows else []


def _row(row: Any) -> dict[str, Any] | None:
    """A row as a mapping: one that was read, or a part of a scorecard that was made before."""
    made = row.model_dump() if isinstance(row, BaseModel) else row
    return made if isinstance(made, dict) else None


_SEVERAL = {"perspectives", "objectives", "kpis", "links", "initiatives", "events", "actions"}
_SEVERAL |= {"guarded_by", "changes", "after"}


class _Loose:
    """A row as it was written: what is missing or of the wrong kind is empty, and has been reported elsewhere."""

    def __init__(self, row: dict[str, Any]):
        self.row = row

    def __getattr__(self, name: str) -> Any:
        value = self.row.get(name)
        if name in _SEVERAL:
            rows = value if isinstance(value, list | tuple) else ()
            if name == "changes":  # the others hold ids, or were made loose before
                rows = [row if isinstance(row, dict) else {} for row in rows]
            return [_Loose(row) if isinstance(row, dict) else row for row in rows]
        return None if isinstance(value, dict | list | tuple) else value


def fault_of(detail: Any, place: Callable[[Loc], str], fields: Iterable[str] | None = None) -> Fault:
    """One fault that pydantic found, in our words; `fields` are those there are, by default a scorecard's part's."""
    where, kind, got = place(detail["loc"]), detail["type"], detail["input"]
    key = str(detail["loc"][-1]) if detail["loc"] else ""
    shown = "" if isinstance(got, (dict, list, tuple, BaseModel)) else repr(got)
    if kind == "bsc":
        return Fault(where, detail["ctx"]["text"])
    if kind == "missing":
        return Fault(where, "this is missing", fix="add it")
    if kind == "extra_forbidden":
        return unknown("field", key, _fields(detail["loc"]) if fields is None else fields, where)
    if kind == "string_type" and isinstance(got, bool):
        fix = "put it in quotes: YAML reads no, yes, on and off as truth values"
        return Fault(where, "this should be text, and is a truth value", got=shown, fix=fix)
    if kind == "string_type" and isinstance(got, (int, float)):
        return Fault(where, "this should be text, and is a number", got=shown, fix=f'put it in quotes: "{got}"')
    if kind == "string_pattern_mismatch":
        return Fault(where, "this is not an id", got=shown, allowed="letters, digits, - and _")
    if kind == "literal_error":
        allowed = detail["ctx"]["expected"]
        words = re.findall(r"'([^']+)'", allowed)
        begun = [word for word in words if isinstance(got, str) and got and word.startswith(got.casefold())]
        fix = f"did you mean {begun[0]!r}?" if len(begun) == 1 else suggestion(str(got), words)
        return Fault(where, "this word is not known here", shown, allowed, fix)
    if kind == "value_error":
        return Fault(where, detail["msg"].removeprefix("Value error, "), got=shown)
    if kind in ("float_type", "float_parsing"):
        field = next((step for step in reversed(detail["loc"]) if step in _SHARES), "")
        return Fault(where, "this should be a number", shown, fix=_number_fix(got, field))
    if kind == "too_short" and isinstance(got, str):
        kind = "string_too_short"
    what, allowed = _KINDS.get(kind, ("this cannot be read here", ""))
    limits = detail.get("ctx", {})
    return Fault(where, what, shown, allowed.format(**limits))


_SHARES = (
    "weight",
    "at_risk",
    "on_target",
    "perspective_share",
    "band",
    "heaviest",
    "lightest",
    "gaps",
    "twins",
    "chance",
)
_FIELDS = ("this should be fields with their values, each written as name: value", "")
_LIST = ("this should be a list", "")
_WHOLE = ("this should be a whole number", "")
# What pydantic calls a fault, in our words, and what is allowed.
_KINDS: dict[str, tuple[str, str]] = {
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), _FIELDS),
    **dict.fromkeys(("list_type", "tuple_type"), _LIST),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), _WHOLE),
    **dict.fromkeys(("bool_type", "bool_parsing"), ("this should be true or false", "")),
    "string_type": ("this should be text", ""),
    "string_too_short": ("this is empty", ""),
    "string_too_long": ("this is too long", "up to {max_length} characters"),
    "too_short": ("this has too few rows", "{min_length} or more"),
    "too_long": ("this has too many rows", "up to {max_length}"),
    "finite_number": ("this is infinite, or no number", ""),
    "greater_than": ("this is too small", "more than {gt:g}"),
    "greater_than_equal": ("this is too small", "{ge:g} or more"),
    "less_than": ("this is too large", "less than {lt:g}"),
    "less_than_equal": ("this is too large", "{le:g} or less"),
}


def _number_fix(got: Any, field: str) -> str:
    """How a number is to be written in the place of what is none; shares and weights are no percentages."""
    if got is None:
        return "write a number, or leave the field out"
    if isinstance(got, bool):
        return "write 1 for yes, 0 for no"
    if not isinstance(got, str):
        return "write one number"
    with contextlib.suppress(ValueError):
        float(got)
        return f"take the quotes off {got.strip()}"
    percent = re.fullmatch(r"\s*([-+]?\d+(?:\.\d+)?)\s*%\s*", got)
    if percent and field:
        share = f"write {float(percent[1]) / 100:g}"
        return f"{share} or {percent[1]}" if field == "weight" else share
    return plain_number(got) or "write a number"


_ROWS: dict[str, type[Part]] = {
    "perspectives": Perspective,
    "objectives": Objective,
    "kpis": KPI,
    "links": Link,
    "initiatives": Initiative,
    "changes": Change,
    "events": Event,
    "actions": Action,
    "supports": Support,
    "thresholds": Thresholds,
    "unit_targets": UnitTarget,
    "review": Review,
    "accepted": Accepted,
    "limits": Limits,
}


def _fields(loc: Loc) -> list[str]:
    """The fields of whatever holds the field at this location."""
    tables = [step for step in loc[:-1] if isinstance(step, str)]
    return list(_ROWS.get(tables[-1], Dated).model_fields if tables else ("format", *Scorecard.model_fields))


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `scorecard.yaml`, by which editors complete and check it."""
    schema = Scorecard.model_json_schema(mode="validation")
    for part in (schema, *schema["$defs"].values()):
        part["description"] = part["description"].split("\n\nParameters")[0]  # the schema has each field by itself
    schema["properties"] = {"format": {"const": FORMAT, "default": FORMAT, "title": "Format"}, **schema["properties"]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "IT balanced scorecard"}
