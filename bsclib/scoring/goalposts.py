"""Goalposts that moved between two scorecards: weights, targets, floors, definitions; what each does to the score."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from typing import Any

import pandas as pd

from bsclib.errors import ScorecardError
from bsclib.model.build import build
from bsclib.model.nouns import Scorecard
from bsclib.model.values import Part
from bsclib.scoring.attribution import CAUSES, attribute, counted_otherwise
from bsclib.scoring.scores import score
from bsclib.scoring.views import last_period, snapshot
from bsclib.wording import amount

GROUPS = {
    "weights": ("weight",),
    "targets": ("target", "path", "baseline", "unit_targets", "profile", "due"),
    "floors": ("floor", "stretch"),
    "thresholds": ("thresholds",),
    "definitions": (
        *("objective", "perspective", "direction", "aggregate", "across_units"),
        *("formula", "measured_in", "frequency", "cumulates", "limits"),
    ),
}
"""The fields of which a score is made, by what it means to change them."""
GOALPOSTS = ["cause", "id", "field", "old", "new", "points", "without"]
TABLES = ("perspectives", "objectives", "kpis")
Moved = tuple[str, str, str]
"""Cause, id and field of a goalpost; the field of a part that came or went is empty."""


def moved_goalposts(
    old: Scorecard, new: Scorecard, actuals: pd.DataFrame | None = None, unit: str | None = None
) -> pd.DataFrame:
    """List the goalposts that moved from one scorecard to another, and what the score would be without each.

    Parameters
    ----------
    old, new : Scorecard
    actuals : DataFrame, optional
        What was observed under the new one; without it, nothing is scored.
    unit : str, default the organisation as a whole

    Returns
    -------
    DataFrame
        A row for each: `cause` (``weights``, ``targets``, ``floors``, ``thresholds``, ``definitions``), `id`, `field`
        (empty for a KPI, objective or perspective that is new or gone), `old` and `new`, as text, `points` (what moving
        it did to the overall score of the last month) and `without`, that score with this goalpost alone put back
        (NaN where it cannot be put back alone, and without actuals).

    Raises
    ------
    ActualsError
        When the actuals cannot be read, or name a KPI of neither.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> from bsclib.model import change
    >>> card, actuals = load_dataset("meridian")
    >>> eased = change(card, "mttr", target=7, baseline=8.5)
    >>> moved_goalposts(card, eased, actuals)[["cause", "id", "old", "new"]].values.tolist()[0]
    ['targets', 'mttr', '5 (2026-12)', '7']
    """
    moved = list(_moved(old, new))
    now = math.nan if actuals is None else _overall(new, actuals, unit)
    rows = []
    for cause, id, field in moved:
        parts = [_parts(card).get(id) for card in (old, new)]
        texts = [_text(part, field) for part in parts]
        without = math.nan if actuals is None else _put_back(old, new, [(cause, id, field)], actuals, unit)
        rows.append((cause, id, field, *texts, now - without, without))
    return pd.DataFrame(rows, columns=GOALPOSTS).astype({"points": float, "without": float})


def change_causes(
    old: Scorecard, old_actuals: pd.DataFrame, new: Scorecard, actuals: pd.DataFrame, unit: str | None = None
) -> pd.DataFrame:
    """Share out the change of the overall score between two scorecards; the points add up to it.

    Parameters
    ----------
    old, new : Scorecard
    old_actuals, actuals : DataFrame
        What was observed under each. Each is scored in its own last month.
    unit : str, default the organisation as a whole

    Returns
    -------
    DataFrame
        A row a cause: `cause` and `points`. First what happened under the old goalposts: ``actual``, ``expected`` (of
        targets on their dated path), ``weight`` (dated ones), ``missing`` and ``definition`` (events of the old
        scorecard), as `movement_causes` has them. Then the
        goalposts that were moved, under the new actuals: ``weights``, ``targets``, ``floors``, ``thresholds`` and
        ``definitions``, as far as there are any; where they cannot be put back one by one, ``goalposts``. Last
        ``total``. The points are NaN where one of the two has no overall score.

    Notes
    -----
    The points of the goalposts are the mean over all orders in which they can be moved (Shapley 1953).

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> from bsclib.model import change
    >>> card, actuals = load_dataset("meridian")
    >>> change_causes(card, actuals, change(card, "mttr", weight=3), actuals)["cause"].tolist()
    ['actual', 'expected', 'weight', 'missing', 'definition', 'weights', 'total']
    """
    first = _snapshot(old, old_actuals, unit)
    between = _snapshot(old, actuals, unit)
    last = _snapshot(new, actuals, unit)
    months = (str(rows["period"].iloc[0]) for rows in (first, between))
    observed = attribute(first, between, counted_otherwise(old, *months)).sum()
    rows = [(cause, float(observed[cause])) for cause in CAUSES]
    rows += _goalposts(old, new, actuals, unit, between["score"].iloc[0], last["score"].iloc[0])
    total = last["score"].iloc[0] - first["score"].iloc[0]
    return pd.DataFrame([*rows, ("total", total)], columns=["cause", "points"])


def _goalposts(
    old: Scorecard, new: Scorecard, actuals: pd.DataFrame, unit: str | None, before: float, now: float
) -> list[tuple[str, float]]:
    """The points of each group of goalposts that moved, by Shapley."""
    moved = list(_moved(old, new))
    groups = [group for group in GROUPS if any(cause == group for cause, *_ in moved)]
    worth: dict[frozenset[str], float] = {frozenset(): before, frozenset(groups): now}
    for count in range(1, len(groups)):
        for chosen in map(frozenset, itertools.combinations(groups, count)):
            back = [row for row in moved if row[0] not in chosen]
            worth[chosen] = _put_back(old, new, back, actuals, unit)
    if any(math.isnan(value) for value in worth.values()):
        return [("goalposts", now - before)]
    points = dict.fromkeys(groups, 0.0)
    for order in itertools.permutations(groups):
        for at, group in enumerate(order):
            points[group] += worth[frozenset(order[: at + 1])] - worth[frozenset(order[:at])]
    orders = math.factorial(len(groups))
    return [(group, total / orders) for group, total in points.items()]


def _moved(old: Scorecard, new: Scorecard) -> Iterable[Moved]:
    """Each goalpost that is another one in the new scorecard."""
    before, after = _parts(old), _parts(new)
    for id in dict.fromkeys([*before, *after]):
        if id not in before or id not in after:
            yield "definitions", id, ""
            continue
        if getattr(before[id], "direction", "") != getattr(after[id], "direction", ""):
            yield "definitions", id, "direction"  # another direction is another KPI: no field of it stands alone
            continue
        for group, fields in GROUPS.items():
            for field in (name for name in fields if name in type(before[id]).model_fields):
                if getattr(before[id], field) != getattr(after[id], field):
                    yield group, id, field


def _parts(card: Scorecard) -> dict[str, Any]:
    return {"": card} | {part.id: part for table in TABLES for part in getattr(card, table)}


def _put_back(old: Scorecard, new: Scorecard, moved: Iterable[Moved], actuals: pd.DataFrame, unit: str | None) -> float:
    """The overall score of the new scorecard with some goalposts where they were; NaN where that is no scorecard."""
    data, before = _plain(new), _plain(old)
    earlier = {row["id"]: row for table in TABLES for row in before[table]}
    for _, id, field in moved:
        table = next((name for name in TABLES if any(row["id"] == id for row in [*before[name], *data[name]])), "")
        here = next((row for row in data.get(table, ()) if row["id"] == id), None)
        if not table:
            data["thresholds"] = before["thresholds"]
        elif not field and here is not None:
            data[table] = [row for row in data[table] if row["id"] != id]
        elif not field:
            data[table] = [*data[table], earlier[id]]
        elif field == "direction":
            data[table] = [earlier[id] if row["id"] == id else row for row in data[table]]
        elif here is not None:
            here.pop(field, None)
            here.update({field: earlier[id][field]} if field in earlier[id] else {})
    try:
        return _overall(build(data), actuals, unit)
    except ScorecardError:
        return math.nan


def _plain(card: Scorecard) -> dict[str, Any]:
    """What of a scorecard makes its score, as plain data."""
    data = card.model_dump(exclude_unset=True)
    data["perspectives"] = [part.model_dump(exclude_unset=True) for part in card.perspectives]
    data["thresholds"] = card.thresholds.model_dump()
    kept = {name: data[name] for name in ("id", "name", "thresholds", "year_starts", *TABLES) if name in data}
    return kept | {"kpis": [{**row, "guarded_by": []} for row in data["kpis"]]}


def _snapshot(card: Scorecard, actuals: pd.DataFrame, unit: str | None) -> pd.DataFrame:
    """The last month of some actuals, under a scorecard; KPIs that it does not have are left out."""
    own = actuals[actuals["kpi"].isin([kpi.id for kpi in card.kpis])]
    scores = score(card, own.assign(kpi=own["kpi"].astype(str)))
    return snapshot(scores, unit, last_period(scores))


def _overall(card: Scorecard, actuals: pd.DataFrame, unit: str | None) -> float:
    return float(_snapshot(card, actuals, unit)["score"].iloc[0])


def _text(part: Any, field: str) -> str:
    """What a field holds, for a person; of a part that came or went, its name."""
    if part is None:
        return ""
    return _value(getattr(part, field)) if field else str(part.name)


def _value(value: Any) -> str:
    if isinstance(value, Part):
        fields = {name: getattr(value, name) for name in type(value).model_fields}
        if set(fields) == {"period", "value"}:
            return f"{_value(fields['value'])} ({fields['period']})"
        return ", ".join(f"{name} {_value(inner)}" for name, inner in fields.items() if inner is not None)
    if isinstance(value, tuple):
        ranged = len(value) == 2 and not any(isinstance(entry, Part) for entry in value)
        return " to ".join(map(_value, value)) if ranged else "; ".join(map(_value, value))
    if value is None:
        return ""
    return amount(value) if isinstance(value, float) else str(value)
