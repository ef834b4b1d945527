"""From candidates to the chosen few: what each is worth, how two rankings differ, what each constraint does.

What a person, a lesson or an explorer asks around the choosing that `choice` does: ratings and weights go in, and
constraints to start from come out, as the arguments that `choose` takes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Iterable
from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd

from bsclib.design.selection.choice import choose
from bsclib.design.selection.constraints import Numbers
from bsclib.design.selection.criteria import benefits, topsis
from bsclib.design.selection.judgements import ahp, pairwise
from bsclib.design.selection.kpi_tables import perspective_of
from bsclib.errors import BscError
from bsclib.model.nouns import Scorecard

JUDGEMENTS: dict[tuple[str, str], float | str] = {
    ("relevance", "measurability"): 2,
    ("relevance", "controllability"): 3,
    ("relevance", "timeliness"): 3,
    ("relevance", "cost_to_collect"): 5,
    ("relevance", "resistance_to_gaming"): 2,
    ("measurability", "controllability"): 1,
    ("measurability", "timeliness"): 2,
    ("measurability", "cost_to_collect"): 3,
    ("measurability", "resistance_to_gaming"): 1,
    ("controllability", "timeliness"): 2,
    ("controllability", "cost_to_collect"): 2,
    ("controllability", "resistance_to_gaming"): "1/2",
    ("timeliness", "cost_to_collect"): 2,
    ("timeliness", "resistance_to_gaming"): "1/2",
    ("cost_to_collect", "resistance_to_gaming"): "1/4",
}
"""To start from: how many times as much the first criterion matters as the second. Nobody has to share these."""
FEW = 4
"""KPIs a perspective, the fewest that Kaplan and Norton (1996, as cited by Lipe and Salterio 2002) advise."""


def weighted_scores(rated: pd.DataFrame, weights: Numbers | None = None) -> pd.Series:
    """What each candidate is worth: the weighted mean of its ratings.

    Parameters
    ----------
    rated : DataFrame
        A row a KPI, a column a criterion, ratings from 1 to 5, as `rate_candidates` returns it.
    weights : mapping of str to float, or Series, optional
        Of each criterion, 0 or above, not all 0; by default those that `ahp` finds in `JUDGEMENTS`.

    Returns
    -------
    Series
        By KPI, 1 to 5.

    Notes
    -----
    ``sum(weight × rating) / sum(weight)``, where a rating of cost, of which less is better, counts as 6 less itself.
    Criteria in different units have to be rated on one scale first.

    Examples
    --------
    >>> rated = pd.DataFrame({"relevance": [5, 2], "cost_to_collect": [5, 2]}, index=["mttr", "csat"])
    >>> weighted_scores(rated, {"relevance": 0.75, "cost_to_collect": 0.25}).to_dict()
    {'mttr': 4.0, 'csat': 2.5}
    """
    if weights is None:
        weights = ahp(pairwise(list(rated), JUDGEMENTS)).weights
    turned = np.where(benefits(rated.columns), rated, 6 - rated)
    shares = np.array([float(weights[name]) for name in rated.columns])
    return pd.Series(turned @ (shares / shares.sum()), index=rated.index, name="worth")


def compare_rankings(rated: pd.DataFrame, weights: Numbers) -> pd.DataFrame:
    """Rank the candidates by the weighted mean of their ratings and by TOPSIS.

    Parameters
    ----------
    rated : DataFrame
        As for `weighted_scores`.
    weights : mapping of str to float, or Series
        Of each criterion.

    Returns
    -------
    DataFrame
        A row a candidate, in the order of `rated`: `id`, `worth`, `rank`, `closeness` (0..1), `topsis_rank`; of equals,
        all have the better rank. Empty where no criterion tells one candidate from another.

    Examples
    --------
    >>> rated = pd.DataFrame({"relevance": [5, 2], "cost_to_collect": [5, 2]}, index=["mttr", "csat"])
    >>> compare_rankings(rated, {"relevance": 3, "cost_to_collect": 1})[["id", "rank", "topsis_rank"]].values.tolist()
    [['mttr', 1, 1], ['csat', 2, 2]]
    """
    columns = ["id", "worth", "rank", "closeness", "topsis_rank"]
    telling = rated.loc[:, rated.nunique() > 1]
    if telling.empty:
        return pd.DataFrame(columns=columns)
    ranks = pd.DataFrame({"id": rated.index.astype(str), "worth": weighted_scores(rated, weights).to_numpy()})
    ranks["closeness"] = topsis(telling, [weights[name] for name in telling])
    for name, by in (("rank", "worth"), ("topsis_rank", "closeness")):
        ranks[name] = ranks[by].round(9).rank(ascending=False, method="min").astype(int)
    return ranks[columns]


def simple_choice(worth: Numbers, scorecard: Scorecard, apart: Iterable[tuple[str, str]] = ()) -> pd.DataFrame:
    """Choose without a solver: the best KPI of each objective, the guards of what is chosen, and none twice.

    Parameters
    ----------
    worth : mapping of str to float, or Series
        Of each KPI; more is better.
    scorecard : Scorecard
    apart : iterable of pairs of str
        KPIs of which only one is taken, as far as its objective has another, such as `redundant_pairs` gives.

    Returns
    -------
    DataFrame
        A row a chosen KPI, in the scorecard's order: `id`, `because` (``"measures"`` or ``"guards"``) and `whom`, the
        id of the objective that it measures or of the KPI that it guards.

    Notes
    -----
    First each objective takes its KPI of greatest worth; of equals the first. Then each chosen KPI whose `guarded_by`
    holds none that is chosen takes the guard of greatest worth, and so on for the guards, until nothing is added. Last,
    of two chosen ones that are to be kept apart, the one that guards nothing goes; if neither guards, the one of less
    worth; and none whose objective would be left without. So every objective that has a KPI is measured, and every
    chosen KPI that names a guard keeps one.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> card = read_scorecard("meridian")
    >>> chosen = simple_choice({kpi.id: 1 for kpi in card.kpis}, card)
    >>> chosen[chosen["because"] == "guards"].values.tolist()[0]
    ['on-hold-share', 'guards', 'sla-met']
    """
    clashes: dict[str, set[str]] = {}
    pairs = list(apart)
    for one, other in pairs:
        clashes.setdefault(one, set()).add(other)
        clashes.setdefault(other, set()).add(one)
    taken: dict[str, tuple[str, str]] = {}

    def best(ids: Iterable[str]) -> str:
        given = list(ids)
        free = [id for id in given if not clashes.get(id, set()) & taken.keys()]
        return max(free or given, key=lambda id: float(worth[id]))

    for objective in scorecard.objectives:
        if own := [kpi.id for kpi in scorecard.kpis_of(objective.id)]:
            taken[best(own)] = ("measures", objective.id)
    waiting = list(taken)
    while waiting:
        id = waiting.pop(0)
        guards = scorecard.kpi(id).guarded_by
        if guards and not taken.keys() & set(guards):
            guard = best(guards)
            taken[guard] = ("guards", id)
            waiting.append(guard)
    for pair in pairs:
        spare = [id for id in pair if taken.keys() >= {*pair} and _is_spare(id, scorecard, taken)]
        if spare:
            del taken[min(spare, key=lambda id: float(worth[id]))]
    for id, (_, whom) in taken.items():
        if whom not in taken.keys() | {one.id for one in scorecard.objectives}:  # what it guarded has gone
            taken[id] = ("measures", scorecard.kpi(id).objective)
    rows = [(kpi.id, *taken[kpi.id]) for kpi in scorecard.kpis if kpi.id in taken]
    return pd.DataFrame(rows, columns=["id", "because", "whom"])


def _is_spare(id: str, scorecard: Scorecard, taken: Container[str]) -> bool:
    """Whether a set does without a KPI: its objective keeps another one, and it is no guard that the set needs."""
    kept = [kpi for kpi in scorecard.kpis if kpi.id in taken and kpi.id != id]
    measured = any(kpi.objective == scorecard.kpi(id).objective for kpi in kept)
    ids = {kpi.id for kpi in kept}
    return measured and all(ids & {*kpi.guarded_by} for kpi in kept if id in kpi.guarded_by)


def attainable(scorecard: Scorecard, at_least: int) -> dict[str, int]:
    """So many KPIs in each perspective, for `choose`: of one that has fewer candidates, all of them."""
    counts = Counter(perspective_of(scorecard).values())
    return {one.id: min(at_least, counts[one.id]) for one in scorecard.perspectives if min(at_least, counts[one.id])}


def first_constraints(worth: Numbers, scorecard: Scorecard, cost: Numbers, **more: Any) -> dict[str, Any]:
    """Constraints to start from that some set satisfies, whatever the scorecard.

    Parameters
    ----------
    worth, cost : mapping of str to float, or Series
        Of each KPI.
    scorecard : Scorecard
    **more
        `apart`, `keep` and `leave` of `choose`.

    Returns
    -------
    dict
        Arguments of `choose`: `at_most` four KPIs for each perspective that has any, and one fewer than there are;
        `at_least` two a perspective (one that has fewer keeps all); a quarter to three quarters of them `leading`; a
        `budget` of seven eighths of what the set would cost without one. These are relaxed until some set satisfies all
        of them; what leaves everything open is left out.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> card = read_scorecard("meridian")
    >>> same = {kpi.id: 1 for kpi in card.kpis}
    >>> constraints = first_constraints(same, card, same)
    >>> constraints["at_most"], constraints["leading"], constraints["budget"]
    (16, (0.25, 0.75), 14.0)
    """
    counts = Counter(perspective_of(scorecard).values())
    most = max(min(FEW * len(counts), len(scorecard.kpis) - 1), sum(attainable(scorecard, 2).values()))
    for at_least in (2, 1, 0):
        for leading in ((0.25, 0.75), None):
            asked: dict[str, Any] = {"at_most": most, "at_least": attainable(scorecard, at_least), "leading": leading}
            asked = {name: value for name, value in asked.items() if value}
            with suppress(BscError):
                chosen = choose(worth, scorecard, **asked, **more).chosen
                spent = sum(float(cost[id]) for id in chosen)
                for share in (7 / 8, 15 / 16, 1):
                    with suppress(BscError):
                        lean = {**asked, "budget": float(math.ceil(share * spent))}
                        choose(worth, scorecard, cost=cost, **lean, **more)
                        return lean
    return {"at_most": len(scorecard.kpis)}


def chosen_table(scorecard: Scorecard, chosen: Iterable[str], worth: Numbers, cost: Numbers) -> pd.DataFrame:
    """The chosen KPIs with what they were chosen by.

    Parameters
    ----------
    scorecard : Scorecard
    chosen : iterable of str
        Ids of KPIs.
    worth, cost : mapping of str to float, or Series
        Of each KPI.

    Returns
    -------
    DataFrame
        A row a KPI, in the scorecard's order: `id`, `perspective` (its name), `role`, `worth`, `cost`.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> chosen_table(read_scorecard("meridian"), ["mttr"], {"mttr": 4.2}, {"mttr": 1}).values.tolist()
    [['mttr', 'Operational excellence', 'lagging', 4.2, 1.0]]
    """
    within, wanted, names = perspective_of(scorecard), set(chosen), scorecard.names
    kpis = [kpi for kpi in scorecard.kpis if kpi.id in wanted]
    rows = [(kpi.id, names[within[kpi.id]], kpi.role, float(worth[kpi.id]), float(cost[kpi.id])) for kpi in kpis]
    return pd.DataFrame(rows, columns=["id", "perspective", "role", "worth", "cost"])
