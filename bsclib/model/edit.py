"""Scorecards edited into new ones: KPIs added, fields changed, weights set, parts left out.

A scorecard never changes. Each function gives a new one, checked like one that was read from a file, so that an edit
that makes scoring impossible is refused where it is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bsclib.errors import Fault, ScorecardError, UnknownNameError, unknown
from bsclib.model.build import build
from bsclib.model.nouns import KPI, Scorecard

TABLES = ("perspectives", "objectives", "kpis")


def add_kpis(scorecard: Scorecard, kpis: Iterable[KPI]) -> Scorecard:
    """Add KPIs; one whose id is there already takes the other's place.

    Parameters
    ----------
    scorecard : Scorecard
    kpis : iterable of KPI
        Such as `bsclib.files.catalogue.as_kpi` makes them.

    Raises
    ------
    ScorecardError
        When a KPI belongs to no objective of this scorecard, or is a name alone.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> from bsclib.files.catalogue import as_kpi
    >>> kpi = as_kpi("vacancy-rate", objective="keep-people", target=4, floor=12)
    >>> add_kpis(read_scorecard("meridian"), [kpi]).kpis[-1].name == kpi.name
    True
    """
    given = list(kpis)
    if odd := [one for one in given if not isinstance(one, KPI)]:
        made = f"as_kpi({odd[0]!r}, objective=..., target=..., floor=...)"
        raise ScorecardError(Fault("kpis", "this is no KPI", repr(odd[0]), fix=f"make one: {made}"))
    new = {kpi.id: kpi for kpi in given}
    data = {name: getattr(scorecard, name) for name in Scorecard.model_fields}
    return build(data | {"kpis": [*(kpi for kpi in scorecard.kpis if kpi.id not in new), *new.values()]})


def change(scorecard: Scorecard, id: str, **fields: Any) -> Scorecard:
    """Change fields of one part of a scorecard.

    Parameters
    ----------
    scorecard : Scorecard
    id : str
        A KPI, an objective, a perspective, or the scorecard itself.
    **fields
        What the part's fields become, such as ``floor=12`` or ``weight=2``.

    Raises
    ------
    UnknownNameError
        When there is no such part, with the nearest one that is.
    ScorecardError
        When a field is unknown, or the scorecard could not be scored that way.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> doubled = change(read_scorecard("meridian"), "user_orientation", weight=2)
    >>> [perspective.weight for perspective in doubled.perspectives]
    [1.0, 2.0, 1.0, 1.0]
    """
    return _changed(scorecard, {id: fields})


def reweigh(
    scorecard: Scorecard, weights: Mapping[str, float], expected: Mapping[str, float] | None = None
) -> Scorecard:
    """Give a scorecard other weights, and expect other values of its KPIs.

    Parameters
    ----------
    scorecard : Scorecard
    weights : mapping of str to float
        By the id of a KPI, an objective or a perspective, 0 or above.
    expected : mapping of str to float, optional
        By the id of a KPI that is no range: its target, which then holds at once, from the floor that it has.

    Raises
    ------
    UnknownNameError
        When there is no such part, with the nearest one that is.
    ScorecardError
        When the scorecard could not be scored that way.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> card = reweigh(read_scorecard("meridian"), {"mttr": 3.0}, {"mttr": 5.0})
    >>> card.kpi("mttr").weight, card.kpi("mttr").target
    (3.0, 5.0)
    """
    changes: dict[str, dict[str, Any]] = {id: {"weight": weight} for id, weight in weights.items()}
    for id, value in (expected or {}).items():
        floor = scorecard.kpi(id).floors()[0]
        changes.setdefault(id, {}).update(target=value, baseline=floor, path="linear")
    return _changed(scorecard, changes)


def _changed(scorecard: Scorecard, changes: Mapping[str, Mapping[str, Any]]) -> Scorecard:
    data = scorecard.model_dump(exclude_unset=True)
    data.setdefault("perspectives", [perspective.model_dump() for perspective in scorecard.perspectives])
    parts = {scorecard.id: data}
    for table in TABLES:
        data[table] = list(data[table])
        parts |= {part["id"]: part for part in data[table]}
    strangers = [unknown("KPI, objective or perspective", id, parts) for id in changes if id not in parts]
    if strangers:
        raise UnknownNameError(strangers)
    for id, fields in changes.items():
        parts[id].update(fields)
    return build(data)


def keep(scorecard: Scorecard, objectives: Iterable[str] | None = None, kpis: Iterable[str] | None = None) -> Scorecard:
    """Keep only these objectives and KPIs of a scorecard.

    Parameters
    ----------
    scorecard : Scorecard
    objectives : iterable of str, optional
        Ids of the objectives that stay; by default all of them. The KPIs of the others go with them.
    kpis : iterable of str, optional
        Ids of the KPIs that stay, where their objective does; by default all of them.

    Returns
    -------
    Scorecard
        Whatever speaks only of what is gone is gone too: links and guards, an initiative's changes and what it comes
        after, an initiative or event that is left with no KPI, an action, an accepted finding, a perspective that has
        lost all its objectives. An objective that has lost its KPIs stays: it is still wanted, and the review says so.

    Raises
    ------
    UnknownNameError
        When there is no such objective or KPI, with the nearest one there is.
    ScorecardError
        When no KPI is left, or what is left could not be scored.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> card = keep(read_scorecard("meridian"), objectives=["restore-fast", "automate-work"])
    >>> [kpi.id for kpi in card.kpis], [(link.cause, link.effect) for link in card.links]
    (['mttr', 'automation-coverage'], [('automation-coverage', 'mttr')])
    >>> [perspective.id for perspective in card.perspectives]
    ['operational_excellence', 'future_orientation']
    """
    wanted = _ids("objective", objectives, scorecard.objectives)
    measured = _ids("KPI", kpis, scorecard.kpis)
    staying = {kpi.id for kpi in scorecard.kpis if kpi.objective in wanted and kpi.id in measured}
    if not staying:
        raise ScorecardError(Fault("what is kept", "no KPI would be left", fix="keep an objective that a KPI measures"))
    data = scorecard.model_dump(exclude_unset=True)
    data["perspectives"] = [
        perspective.model_dump()
        for perspective in scorecard.perspectives
        if not (own := {objective.id for objective in scorecard.objectives_of(perspective.id)}) or own & wanted
    ]
    data["objectives"] = [row for row in data["objectives"] if row["id"] in wanted]
    rows = [row for row in data["kpis"] if row["id"] in staying]
    data["kpis"] = [_narrowed(row, "guarded_by", lambda guard: guard in staying) for row in rows]
    data["links"] = [row for row in data.get("links", ()) if {row["cause"], row["effect"]} <= staying]
    going = {kpi.id for kpi in scorecard.kpis} - staying
    data["actions"] = [row for row in data.get("actions", ()) if row["kpi"] not in going]
    for table, field, named in (
        ("initiatives", "changes", lambda change: change["kpi"] in staying),
        ("events", "kpis", lambda kpi: kpi in staying),
    ):
        narrowed = [(_narrowed(row, field, named), row) for row in data.get(table, ())]
        data[table] = [left for left, whole in narrowed if left.get(field) or not whole.get(field)]
    work = {row["id"] for row in data["initiatives"]}
    data["initiatives"] = [_narrowed(row, "after", lambda earlier: earlier in work) for row in data["initiatives"]]
    if data.get("review"):
        ids = {row["id"] for table in (*TABLES, "initiatives") for row in scorecard.model_dump()[table]}
        gone = ids - {row["id"] for table in (*TABLES, "initiatives") for row in data[table]}
        # A finding's place is the id of one part, or those of a pair or of a link.
        data["review"] = _narrowed(
            data["review"], "accepted", lambda row: gone.isdisjoint(re.split(r" -> |, ", row.get("where", "")))
        )
    return build(data)


def _ids(kind: str, given: Iterable[str] | None, parts: tuple[Any, ...]) -> set[str]:
    known = [part.id for part in parts]
    ids = known if given is None else [given] if isinstance(given, str) else list(given)
    if strangers := [unknown(kind, id, known) for id in ids if id not in known]:
        raise UnknownNameError(strangers)
    return set(ids)


def _narrowed(row: dict[str, Any], field: str, stays: Callable[[Any], bool]) -> dict[str, Any]:
    return {**row, field: [entry for entry in row[field] if stays(entry)]} if row.get(field) else row
