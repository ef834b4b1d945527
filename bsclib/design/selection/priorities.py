"""Which objectives first: what each would bring against what it would take."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from bsclib.design.selection.constraints import Numbers, by_id
from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.nouns import Objective

LOWEST, HIGHEST = 1.0, 5.0
"""The scale of impact and effort."""
QUADRANTS = ("quick win", "major project", "fill-in", "thankless task")
"""What comes first, second, third and last: much for little, much for much, little for little, little for much."""


def prioritise(
    objectives: Iterable[Objective | str],
    impact: Numbers,
    effort: Numbers,
    middle: tuple[float, float] | None = None,
) -> pd.DataFrame:
    """Rank objectives by impact and effort, and put each into its quadrant.

    Parameters
    ----------
    objectives : iterable of Objective or str
        Those to rank, or their ids.
    impact, effort : mapping of str to float, or Series
        Of each, by id: scores from 1 to 5, or numbers on another scale, such as the weights that `ahp` finds.
    middle : tuple of float, optional
        Where much begins, for impact and for effort; by default 3 and 3, the middle of 1 to 5. Weights that add up to 1
        are split at the average share: ``(1 / len(objectives), 3)``.

    Returns
    -------
    DataFrame
        One row an objective, what comes first on top: `id`, `impact`, `effort`, `priority` (1 is first; equals share
        it), `quadrant`: `quick win`, `major project`, `fill-in` or `thankless task`, and where they were split,
        `impact_middle` and `effort_middle`, the same in each row.

    Raises
    ------
    UnknownNameError
        When a rating is of none of the objectives.
    BscError
        When there are no objectives, one is named twice or not rated, or a rating is not a number or lies outside 1 to
        5 while no other middle is given.

    Notes
    -----
    Impact at or above the middle is much, effort at or below it is little: the edge belongs to the better side. First
    come the quick wins, then the major projects, the fill-ins and the thankless tasks; within each, more impact goes
    first, and of equal impact less effort. This order is the kit's own rule of thumb. It ranks what people judged, and
    is no better than their judgement.

    Examples
    --------
    >>> found = prioritise(["a", "b", "c"], {"a": 2, "b": 5, "c": 4}, {"a": 1, "b": 5, "c": 2})
    >>> print(found.iloc[:, :5].to_string(index=False))
    id  impact  effort  priority      quadrant
     c     4.0     2.0         1     quick win
     b     5.0     5.0         2 major project
     a     2.0     1.0         3       fill-in
    """
    ids = [objective if isinstance(objective, str) else objective.id for objective in objectives]
    if not ids:
        raise BscError(Fault("objectives", "there is none to rank", fix="name at least one"))
    if twice := sorted({id for id in ids if ids.count(id) > 1}):
        raise BscError(Fault("objectives", "some are named twice", got=", ".join(twice), fix="name each once"))
    given = {"impact": by_id("impact", impact), "effort": by_id("effort", effort)}
    _check_ratings(ids, given, middle)
    split = middle or ((LOWEST + HIGHEST) / 2, (LOWEST + HIGHEST) / 2)
    table = pd.DataFrame({"id": ids, **{name: [float(some[id]) for id in ids] for name, some in given.items()}})
    table["place"] = 2 * (table["impact"] < split[0]) + (table["effort"] > split[1])
    keys = ["place", "impact", "effort"]
    table = table.sort_values(keys, ascending=[True, False, True], ignore_index=True)
    table["priority"] = pd.Series(range(1, len(ids) + 1)).where(~table.duplicated(keys)).ffill().astype(int)
    table["quadrant"] = pd.Categorical.from_codes(table.pop("place"), QUADRANTS)
    return table.assign(impact_middle=float(split[0]), effort_middle=float(split[1]))


def _check_ratings(ids: list[str], given: Mapping[str, Mapping[str, Any]], middle: tuple[float, float] | None) -> None:
    known = set(ids)
    strangers = [unknown("objective", id, ids, name) for name, some in given.items() for id in some if id not in known]
    if strangers:
        raise UnknownNameError(strangers)
    faults = []
    for name, some in given.items():
        for id in ids:
            value = some.get(id)
            if value is None or value is pd.NA or value != value:
                faults.append(Fault(name, f"objective {id!r} has none", fix=f"judge the {name} of {id!r}"))
            elif isinstance(value, (bool, str)) or not math.isfinite(value):
                faults.append(Fault(name, f"that of objective {id!r} is not a number", got=str(value)))
            elif middle is None and not LOWEST <= value <= HIGHEST:
                allowed, fix = f"{LOWEST:g} to {HIGHEST:g}", "or give the middle of the scale that is used"
                faults.append(Fault(name, f"that of objective {id!r} is off the scale", f"{value:g}", allowed, fix))
    if faults:
        raise BscError(faults)
