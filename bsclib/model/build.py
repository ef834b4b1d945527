"""Plain data, as read from YAML or Excel, made into a scorecard; every fault is said at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from pydantic import BaseModel, ValidationError

from bsclib.errors import Fault, ScorecardError, nearest, unknown
from bsclib.model import validation as integrity
from bsclib.model.nouns import KPI, PERSPECTIVES, Change, Event, Initiative, Link, Objective, Perspective, Scorecard
from bsclib.model.validation import Loc
from bsclib.model.values import Accepted, Dated, Limits, Part, Review, Thresholds


def build(data: Any, place: Callable[[Loc], str] = lambda loc: ".".join(map(str, loc))) -> Scorecard:
    """Make a scorecard from plain data, as read from YAML or Excel.

    Parameters
    ----------
    data : dict
        The tables of a scorecard, as in the data contract.
    place : callable, optional
        Turns a location such as ``("kpis", 0, "target")`` into the words that lead a person there.

    Returns
    -------
    Scorecard

    Raises
    ------
    ScorecardError
        With every fault that was found.

    Examples
    --------
    >>> build({"id": "x", "name": "X", "perspectives": "it"})
    Traceback (most recent call last):
    ...
    bsclib.errors.ScorecardError: 2 faults:
      objectives: this is missing. Fix: add it.
      kpis: this is missing. Fix: add it.
    """
    try:
        return Scorecard.model_validate(data)
    except ValidationError as error:
        details = error.errors()
        # A table whose rows are faulty is also reported as too short: that is the same fault twice.
        inner = {
            detail["loc"][: len(d["loc"])] for detail in details for d in details if len(detail["loc"]) > len(d["loc"])
        }
        kept = [d for d in details if d["type"] != "too_short" or d["loc"] not in inner]
        said = [fault_of(detail, place) for detail in kept]
        known = {fault.where for fault in said}
        said += [Fault(place(loc), text) for loc, text in _between_tables(data) if place(loc) not in known]
        raise ScorecardError(said) from None


def build_kpi(data: dict[str, Any], place: Callable[[str], str] = str) -> KPI:
    """Make one KPI from plain data, as a row of `build`.

    Parameters
    ----------
    data : dict
        Its fields.
    place : callable, optional
        Turns a field's name into the words that lead a person there.

    Returns
    -------
    KPI

    Raises
    ------
    ScorecardError
        With every fault that was found.

    Examples
    --------
    >>> build_kpi({"id": "mttr", "name": "Time to restore", "objective": "fast", "direction": "lower_is_better"})
    Traceback (most recent call last):
    ...
    bsclib.errors.ScorecardError: target: this is missing. Fix: add it.
    """
    try:
        return KPI.model_validate(data)
    except ValidationError as error:
        details = [{**detail, "loc": ("kpis", 0, *detail["loc"])} for detail in error.errors()]
        said = [fault_of(detail, lambda loc: place(".".join(map(str, loc[2:])))) for detail in details]
        raise ScorecardError(said) from None


def _between_tables(data: Any) -> list[tuple[Loc, str]]:
    """What does not hold together between the tables, as far as faulty rows let it be seen."""
    if not isinstance(data, dict):
        return []
    tables = {
        name: [_Loose(row if isinstance(row, dict) else {}) for row in data.get(name) or ()]
        for name in ("objectives", "kpis", "links", "initiatives", "events")
        if isinstance(data.get(name) or (), list | tuple)
    }
    given = data.get("perspectives")
    named = PERSPECTIVES.get(given, ()) if isinstance(given, str) else ()
    rows = [_Loose(row) for row in given if isinstance(row, dict)] if isinstance(given, list | tuple) else named
    loose = _Loose({"id": data.get("id"), "perspectives": rows} | tables)
    return integrity.reference_faults(loose) if rows else []


class _Loose:
    """A row as it was written: what is missing or of the wrong kind is empty, and has been reported elsewhere."""

    def __init__(self, row: dict[str, Any]):
        self.row = row

    def __getattr__(self, name: str) -> Any:
        value = self.row.get(name)
        if name in (
            "changes",
            "after",
            "kpis",
            "guarded_by",
            "links",
            "objectives",
            "initiatives",
            "events",
            "perspectives",
        ):
            rows = value if isinstance(value, list | tuple) else ()
            return [_Loose(one) if isinstance(one, dict) else one for one in rows]
        return None if isinstance(value, dict | list | tuple) else value


def fault_of(detail: Any, place: Callable[[Loc], str], fields: Iterable[str] | None = None) -> Fault:
    """One fault that pydantic found, in our words.

    Parameters
    ----------
    detail : dict
        One of a ValidationError's `errors()`.
    place : callable
        Turns a location into the words that lead a person there.
    fields : iterable of str, optional
        The fields there are; by default those of the part of a scorecard at that location.

    Returns
    -------
    Fault
    """
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
        fix = f'put it in quotes: "{got}"'
        return Fault(where, "this should be text, and is a number", got=shown, fix=fix)
    if kind == "string_pattern_mismatch":
        return Fault(where, "this is not an id", got=shown, allowed="letters, digits, - and _")
    if kind == "literal_error":
        allowed = detail["ctx"]["expected"]
        guess = nearest(str(got), re.findall(r"'([^']+)'", allowed))
        return Fault(where, "this word is not known here", shown, allowed, f"did you mean {guess!r}?" if guess else "")
    return Fault(where, detail["msg"].removeprefix("Value error, "), got=shown)


_ROWS: dict[str, type[Part]] = {
    "perspectives": Perspective,
    "objectives": Objective,
    "kpis": KPI,
    "links": Link,
    "initiatives": Initiative,
    "changes": Change,
    "events": Event,
    "thresholds": Thresholds,
    "review": Review,
    "accepted": Accepted,
    "limits": Limits,
}


def _fields(loc: Loc) -> list[str]:
    """The fields of whatever holds the field at this location."""
    tables = [step for step in loc[:-1] if isinstance(step, str)]
    if not tables:
        return list(Scorecard.model_fields)
    return list(_ROWS.get(tables[-1], Dated).model_fields)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `scorecard.yaml`, by which editors complete and check it."""
    schema = Scorecard.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "IT balanced scorecard"}
