"""Objectives side by side: how they are spread, who owns them, what each may bring and take, what a choice brings up.

What a person asks of a scorecard before anything is scored. The first guess at impact and effort is read off the
scorecard, so that a discussion has something to disagree with; nobody should decide by it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from bsclib.design.selection.priorities import HIGHEST, LOWEST
from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.graph import arrows
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.values import weight_at
from bsclib.wording import counted, percent

_FOREVER = np.array([9999 * 12])


def balance(scorecard: Scorecard) -> pd.DataFrame:
    """How objectives and KPIs are spread over the perspectives, and the KPIs over drivers and results.

    Parameters
    ----------
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        A row a perspective, and one for all: `id` (empty for all), `perspective` (its name), `objectives` (how many),
        `share` of all objectives (0 to 1), `kpis` and, of these, `leading` and `lagging` (how many).

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> balance(read_scorecard("meridian"))[["objectives", "kpis", "leading"]].iloc[-1].tolist()
    [18, 27, 5]
    """
    rows = []
    parts = [(home.id, home.name, scorecard.objectives_of(home.id)) for home in scorecard.perspectives]
    for id, name, own in [*parts, ("", "All", scorecard.objectives)]:
        roles = [kpi.role for objective in own for kpi in scorecard.kpis_of(objective.id)]
        share = len(own) / len(scorecard.objectives)
        rows.append((id, name, len(own), share, len(roles), roles.count("leading"), roles.count("lagging")))
    return pd.DataFrame(rows, columns=["id", "perspective", "objectives", "share", "kpis", "leading", "lagging"])


def ownership(scorecard: Scorecard) -> pd.DataFrame:
    """Who answers for how much.

    Parameters
    ----------
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        A row an owner, whoever has most KPIs first: `owner`, `objectives`, `kpis`, `initiatives` (how many). What
        nobody owns stands in a row of its own, at the end.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> ownership(read_scorecard("meridian"))[["objectives", "kpis", "initiatives"]].iloc[0].tolist()
    [3, 4, 1]
    """
    owned = {
        "objectives": [objective.owner for objective in scorecard.objectives],
        "kpis": [kpi.owner for kpi in scorecard.kpis],
        "initiatives": [initiative.owner for initiative in scorecard.initiatives],
    }
    counts = {name: Counter(whose) for name, whose in owned.items()}
    people = dict.fromkeys(name for whose in owned.values() for name in whose if name)
    order = sorted(people, key=lambda name: (-counts["kpis"][name], -counts["objectives"][name]))
    unowned = [""] if any(count[""] for count in counts.values()) else []
    rows = [(name or "(nobody)", *(count[name] for count in counts.values())) for name in [*order, *unowned]]
    return pd.DataFrame(rows, columns=["owner", *owned])


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
    ids = [objective.id for objective in scorecard.objectives]
    share, drives = _shares(scorecard), _drives(scorecard)
    touched = pd.Series({id: share[id] + sum(share[other] for other in drives[id]) for id in ids}, dtype=float)
    change = pd.Series({id: _change(scorecard.kpis_of(id)) for id in ids}, dtype=float)
    guess = pd.DataFrame({"impact": _spread(touched), "effort": _spread(change)})
    guess["impact_from"] = [
        f"carries {_carried(share[id])} of the score, drives {_driven([share[other] for other in drives[id]])}"
        for id in ids
    ]
    guess["effort_from"] = [
        "nothing to tell from" if np.isnan(x) else f"its KPIs are to move {percent(x)} from where they began"
        for x in change
    ]
    for id, values in (instead or {}).items():
        if id not in ids:
            raise UnknownNameError(unknown("objective", id, ids, "instead"))
        if not all(LOWEST <= value <= HIGHEST for value in values):
            raise BscError(Fault(f"instead, {id}", "impact and effort run from 1 to 5", got=str(tuple(values))))
        guess.loc[id, ["impact", "effort"]] = [float(value) for value in values]
        guess.loc[id, ["impact_from", "effort_from"]] = "given"
    return guess


def _driven(shares: list[float]) -> str:
    """How many others an objective drives, and how much of the score they carry together."""
    others = counted(len(shares), "other")
    if not shares:
        return others
    return f"{others} that {'carries' if len(shares) == 1 else 'carry'} {_carried(round(sum(shares), 3))}"


def _carried(share: float) -> str:
    """A share as people say it; a half of a per cent counts beside 2 %."""
    return percent(share) if share <= 0.005 else f"{100 * share:.1f}".removesuffix(".0") + " %"


def _shares(scorecard: Scorecard) -> dict[str, float]:
    """The share of the scorecard's score that each objective carries by the last weights."""
    parts: tuple[Any, ...] = (*scorecard.perspectives, *scorecard.objectives)
    weights = {part.id: weight_at(part.weight, _FOREVER)[0] for part in parts}
    homes = {home.id: scorecard.objectives_of(home.id) for home in scorecard.perspectives}
    above = sum(weights[home] for home, objectives in homes.items() if objectives)
    shares: dict[str, float] = {}
    for home, objectives in homes.items():
        both = above * sum(weights[objective.id] for objective in objectives)
        shares |= {part.id: float(weights[home] * weights[part.id] / both) if both else 0.0 for part in objectives}
    return shares


def _drives(scorecard: Scorecard) -> dict[str, set[str]]:
    """The objectives that each objective drives along the map, near or far."""
    import networkx as nx

    graph = nx.DiGraph((arrow.cause, arrow.effect) for arrow in arrows(scorecard))
    graph.add_nodes_from(objective.id for objective in scorecard.objectives)
    return {id: nx.descendants(graph, id) - {id} for id in graph}


def _change(kpis: tuple[KPI, ...]) -> float:
    """By how much of where they started these KPIs are to change, on the mean; NaN where none of them says."""
    changes = []
    for kpi in kpis:
        start = kpi.floor if kpi.baseline_value is None else kpi.baseline_value
        if kpi.direction != "within_range" and start and not isinstance(start, tuple):
            changes.append(min(abs(kpi.final_target / start - 1), 1.0))
    return float(np.mean(changes)) if changes else float("nan")


def _spread(values: pd.Series) -> pd.Series:
    """Ranks from 1 to 5, in halves; 3 for what has none, and where all are alike."""
    ranks, told = values.round(9).rank(), int(values.notna().sum())
    places = (ranks - 1) / (told - 1) if told > 1 else ranks * 0 + 0.5
    return (2 * (LOWEST + (HIGHEST - LOWEST) * places.fillna(0.5))).round() / 2


def new_findings(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """The findings that a change brings.

    Parameters
    ----------
    before, after : DataFrame
        As `bsclib.check_scorecard` returns them.

    Returns
    -------
    DataFrame
        The rows of `after` whose rule and place are not in `before`.

    Examples
    --------
    >>> from bsclib import check_scorecard, read_scorecard
    >>> from bsclib.model.edit import keep
    >>> card = read_scorecard("meridian")
    >>> few = keep(card, objectives=["hold-risk", "restore-fast"])
    >>> new_findings(check_scorecard(card), check_scorecard(few))["rule"].head(2).tolist()
    ['BSC207', 'BSC508']
    """
    known = set(zip(before["rule"], before["where"], strict=True))
    new = [pair not in known for pair in zip(after["rule"], after["where"], strict=True)]
    return after[new].reset_index(drop=True)
