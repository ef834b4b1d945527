"""Objectives side by side: how they are spread, who owns them, what each may bring and take, what a choice leaves.

What lesson 01 and its explorer ask of a scorecard before anything is scored. The first guess at impact and effort is
read off the scorecard, so that a discussion has something to disagree with; nobody should decide by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import networkx as nx
import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.graph import arrows
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.values import weight_at

LOWEST, HIGHEST = 1.0, 5.0
"""The scale of impact and effort."""
MARKS = {"yes": "✔ yes", "no": "✘ no", "cannot tell": "? cannot tell"}
_FOREVER = np.array([9999 * 12])


# ------------------------------------------------------------------------------------------------- spread and ownership


def balance(scorecard: Scorecard) -> pd.DataFrame:
    """How the objectives are spread over the perspectives.

    Parameters
    ----------
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        A row a perspective, and one for all: `perspective` (its name), `objectives` (how many), `share` of all
        objectives (0 to 1), `kpis` (how many).

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> balance(read_scorecard("meridian"))[["objectives", "kpis"]].iloc[-1].tolist()
    [18, 27]
    """
    total = len(scorecard.objectives)
    rows = []
    for one in scorecard.perspectives:
        own = scorecard.objectives_of(one.id)
        kpis = sum(len(scorecard.kpis_of(objective.id)) for objective in own)
        rows.append((one.name, len(own), len(own) / total, kpis))
    rows.append(("All", total, 1.0, len(scorecard.kpis)))
    return pd.DataFrame(rows, columns=["perspective", "objectives", "share", "kpis"])


def owners(scorecard: Scorecard) -> pd.DataFrame:
    """Who answers for how much.

    Parameters
    ----------
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        A row an owner, whoever has most KPIs first: `owner`, `objectives`, `kpis`, `initiatives` (how many). What
        nobody owns stands in a row of its own, at the end.
    """
    owned = {
        "objectives": [one.owner for one in scorecard.objectives],
        "kpis": [one.owner for one in scorecard.kpis],
        "initiatives": [one.owner for one in scorecard.initiatives],
    }
    counts = {name: Counter(whose) for name, whose in owned.items()}
    people = dict.fromkeys(name for whose in owned.values() for name in whose if name)
    order = sorted(people, key=lambda name: (-counts["kpis"][name], -counts["objectives"][name]))
    unowned = [""] if any(count[""] for count in counts.values()) else []
    rows = [(name or "(nobody)", *(count[name] for count in counts.values())) for name in [*order, *unowned]]
    return pd.DataFrame(rows, columns=["owner", *owned])


def smart_marks(found: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The five criteria as columns, a mark and a word in each cell.

    Parameters
    ----------
    found : DataFrame
        As `bsclib.design.review.smart` returns it.
    names : mapping of str to str
        What to call the objectives, by id.

    Returns
    -------
    DataFrame
        `objective`, and a column a criterion.
    """
    cells = found.assign(met=found["met"].map(MARKS))
    wide = cells.pivot(index="objective", columns="criterion", values="met")
    wide = wide.loc[found["objective"].unique(), found["criterion"].unique()]
    wide.insert(0, "objective", [names[id] for id in wide.index])
    return wide.reset_index(drop=True).rename_axis(columns=None)


# --------------------------------------------------------------------------------------------------- impact and effort


def first_guess(scorecard: Scorecard, instead: Mapping[str, tuple[float, float]] | None = None) -> pd.DataFrame:
    """Impact and effort of each objective as a scorecard alone lets one guess them, from 1 to 5.

    Parameters
    ----------
    scorecard : Scorecard
    instead : mapping of str to (float, float), optional
        Impact and effort that somebody knows better, by the objective's id.

    Returns
    -------
    DataFrame
        Indexed by the objectives' ids: `impact`, `effort`, and in words what each was guessed from, `impact_from` and
        `effort_from`.

    Raises
    ------
    UnknownNameError
        When there is no such objective, with the nearest one there is.
    BscError
        When what is given instead is not between 1 and 5.

    Notes
    -----
    Impact is the rank of what an objective touches: its own share of the scorecard's score by the last weights, and the
    shares of all objectives that its KPIs drive along the map, near or far. Effort is the rank of how much its KPIs are
    to change: the mean of ``|final target - baseline| / |baseline|``, at most 1 each (more than double is as hard as
    double), with the floor where there is no baseline, over those that have one. Ranks are spread evenly from 1 to 5
    and rounded to halves; what cannot be guessed is put in the middle, 3.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> guess = first_guess(read_scorecard("meridian"), {"hold-risk": (5, 2)})
    >>> guess.loc["hold-risk", ["impact", "effort"]].tolist()
    [5.0, 2.0]
    """
    ids = [one.id for one in scorecard.objectives]
    share, drives = _shares(scorecard), _drives(scorecard)
    touched = pd.Series({id: share[id] + sum(share[other] for other in drives[id]) for id in ids}, dtype=float)
    asked = pd.Series({id: _asked(scorecard.kpis_of(id)) for id in ids}, dtype=float)
    many = {id: len(drives[id]) for id in ids}
    found = pd.DataFrame({"impact": _spread(touched), "effort": _spread(asked)})
    found["impact_from"] = [
        f"carries {share[id]:.0%} of the score, drives {many[id]} other{'' if many[id] == 1 else 's'}" for id in ids
    ]
    found["effort_from"] = [
        "nothing to tell from" if np.isnan(x) else f"its KPIs are to change by {x:.0%}" for x in asked
    ]
    for id, values in (instead or {}).items():
        if id not in ids:
            raise UnknownNameError(unknown("objective", id, ids, "instead"))
        if not all(LOWEST <= value <= HIGHEST for value in values):
            raise BscError(Fault(f"instead, {id}", "impact and effort run from 1 to 5", got=str(tuple(values))))
        found.loc[id, ["impact", "effort"]] = [float(value) for value in values]
        found.loc[id, ["impact_from", "effort_from"]] = "given"
    return found


def _shares(scorecard: Scorecard) -> dict[str, float]:
    """The share of the scorecard's score that each objective carries by the last weights."""
    shares = {}
    homes = [one for one in scorecard.perspectives if scorecard.objectives_of(one.id)]
    above = {one.id: weight_at(one.weight, _FOREVER)[0] for one in homes}
    for home in homes:
        inside = {one.id: weight_at(one.weight, _FOREVER)[0] for one in scorecard.objectives_of(home.id)}
        for id, weight in inside.items():
            both = sum(above.values()) * sum(inside.values())
            shares[id] = float(above[home.id] * weight / both) if both else 0.0
    return shares


def _drives(scorecard: Scorecard) -> dict[str, set[str]]:
    """The objectives that each objective drives along the map, near or far."""
    graph = nx.DiGraph((arrow.cause, arrow.effect) for arrow in arrows(scorecard))
    graph.add_nodes_from(one.id for one in scorecard.objectives)
    return {one.id: nx.descendants(graph, one.id) - {one.id} for one in scorecard.objectives}


def _asked(kpis: tuple[KPI, ...]) -> float:
    """By how much of where they started these KPIs are to change, on the mean; NaN where none of them says."""
    ways = [_way(kpi) for kpi in kpis]
    told = [way for way in ways if np.isfinite(way)]
    return float(np.mean(told)) if told else float("nan")


def _way(kpi: KPI) -> float:
    start = kpi.floor if kpi.baseline_value is None else kpi.baseline_value
    if kpi.direction == "within_range" or isinstance(start, tuple) or not start:
        return float("nan")
    return min(abs(kpi.final_target / start - 1), 1.0)


def _spread(values: pd.Series) -> pd.Series:
    """Ranks from 1 to 5, in halves; 3 for what has none, and where all are alike."""
    ranks, told = values.round(9).rank(), int(values.notna().sum())
    places = (ranks - 1) / (told - 1) if told > 1 else ranks * 0 + 0.5
    places = LOWEST + (HIGHEST - LOWEST) * places.fillna(0.5)
    return (2 * places).round() / 2


# ------------------------------------------------------------------------------------------------- what a choice leaves


def raised(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The findings that a change brings.

    Parameters
    ----------
    before, after : DataFrame
        As `bsclib.check_scorecard` returns them.

    Returns
    -------
    DataFrame
        The rows of `after` whose rule and place are not in `before`.
    """
    known = set(zip(before["rule"], before["where"], strict=True))
    new = [pair not in known for pair in zip(after["rule"], after["where"], strict=True)]
    return after[new].reset_index(drop=True)
