"""From candidates to the chosen few: what each is worth, how firm its rank is, what each constraint does to the choice.

What lesson 02 and its explorer ask around the choosing that `bsclib.design.selection` does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from bsclib.design.selection import (
    CRITERIA,
    Selection,
    ahp,
    candidates,
    choose,
    entropy_weights,
    pairwise,
    rank_stability,
    topsis,
)
from bsclib.design.selection.kpi_tables import perspective_of, roles
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


# ---------------------------------------------------------------------------------------------------- worth and ranks


def worth_of(rated: pd.DataFrame, weights: Mapping[str, float] | pd.Series) -> pd.Series:
    """What each candidate is worth: the weighted mean of its ratings.

    Parameters
    ----------
    rated : DataFrame
        A row a KPI, a column a criterion, ratings from 1 to 5, as `bsclib.design.selection.candidates` returns it.
    weights : mapping of str to float, or Series
        Of each criterion, 0 or above, not all 0.

    Returns
    -------
    Series
        By KPI, 1 to 5.

    Notes
    -----
    ``sum(weight × rating) / sum(weight)``, where a rating of cost, of which less is better, counts as 6 less itself.
    Criteria in different units have to be brought to one scale first; `bsclib.design.selection.weighted_sum` does that.

    Examples
    --------
    >>> rated = pd.DataFrame({"relevance": [5, 2], "cost_to_collect": [5, 2]}, index=["mttr", "csat"])
    >>> worth_of(rated, {"relevance": 0.75, "cost_to_collect": 0.25}).to_dict()
    {'mttr': 4.0, 'csat': 2.5}
    """
    better = _better(rated)
    turned = np.where([better[name] for name in rated.columns], rated, 6 - rated)
    shares = np.array([float(weights[name]) for name in rated.columns])
    return pd.Series(turned @ (shares / shares.sum()), index=rated.index, name="worth")


def proposed_worth(scorecard: Scorecard, actuals: pd.DataFrame) -> pd.Series:
    """What each KPI is worth by the first proposal: ratings of `candidates`, weights from `JUDGEMENTS`.

    Parameters
    ----------
    scorecard : Scorecard
    actuals : DataFrame
        What was observed.

    Returns
    -------
    Series
        By KPI, 1 to 5.
    """
    rated = candidates(scorecard, actuals)
    return worth_of(rated, ahp(pairwise(list(rated), JUDGEMENTS)).weights)


def entropy_of(rated: pd.DataFrame) -> pd.Series:
    """Entropy weights of all criteria: 0 for one on which all candidates are alike.

    Parameters
    ----------
    rated : DataFrame
        As for `worth_of`, all ratings above 0.

    Returns
    -------
    Series
        By criterion, adding up to 1; all NaN where no criterion tells one candidate from another.

    Examples
    --------
    >>> entropy_of(pd.DataFrame({"relevance": [5, 5], "timeliness": [1, 4]})).to_dict()
    {'relevance': 0.0, 'timeliness': 1.0}
    """
    telling = _telling(rated)
    if telling.empty:
        return pd.Series(np.nan, index=rated.columns)
    return pd.Series(entropy_weights(telling), index=telling.columns).reindex(rated.columns, fill_value=0.0)


def both_ranks(rated: pd.DataFrame, weights: Mapping[str, float] | pd.Series) -> pd.DataFrame:
    """Rank the candidates by the weighted mean of their ratings and by TOPSIS.

    Parameters
    ----------
    rated, weights
        As for `worth_of`.

    Returns
    -------
    DataFrame
        A row a candidate, in the order of `rated`: `id`, `worth`, `rank`, `closeness` (0..1), `topsis_rank`; of equals,
        all have the better rank. Empty where no criterion tells one candidate from another.
    """
    columns = ["id", "worth", "rank", "closeness", "topsis_rank"]
    telling = _telling(rated)
    if telling.empty:
        return pd.DataFrame(columns=columns)
    found = pd.DataFrame({"id": rated.index.astype(str), "worth": worth_of(rated, weights).to_numpy()})
    found["closeness"] = topsis(telling, [weights[name] for name in telling], _better(telling))
    for name, by in (("rank", "worth"), ("topsis_rank", "closeness")):
        found[name] = found[by].round(9).rank(ascending=False, method="min").astype(int)
    return found[columns]


def firmness(rated: pd.DataFrame, weights: Mapping[str, float] | pd.Series) -> pd.DataFrame:
    """How firm each candidate's rank by TOPSIS is when each weight is off by up to a fifth.

    Parameters
    ----------
    rated, weights
        As for `worth_of`.

    Returns
    -------
    DataFrame
        As `bsclib.design.selection.rank_stability` returns it; empty where no criterion tells one candidate from
        another.
    """
    telling = _telling(rated)
    if telling.empty:
        return pd.DataFrame()
    return rank_stability(telling, [weights[name] for name in telling], _better(telling))


def _better(rated: pd.DataFrame) -> dict[str, bool]:
    """Whether more is better, by criterion; of one that is not the kit's it is."""
    known = {one.name: one.benefit for one in CRITERIA}
    return {str(name): known.get(str(name), True) for name in rated.columns}


def _telling(rated: pd.DataFrame) -> pd.DataFrame:
    """The criteria on which the candidates differ."""
    return rated.loc[:, rated.nunique() > 1]


# --------------------------------------------------------------------------------------------------------- the choice


@dataclass(frozen=True)
class Constraints:
    """What the chosen set has to be.

    Parameters
    ----------
    at_most : int
        KPIs in all, 1 or more.
    at_least : int
        KPIs in each perspective; of one that has fewer candidates, all of them.
    leading : tuple of float
        Share of leading KPIs, lowest and highest, 0..1.
    budget : float, optional
        For collecting, in what the cost is given in; by default there is no end to it.
    """

    at_most: int
    at_least: int = 0
    leading: tuple[float, float] = (0.0, 1.0)
    budget: float | None = None

    def asked(self, scorecard: Scorecard) -> dict[str, Any]:
        """The arguments of `bsclib.design.selection.choose`; what leaves everything open is left out."""
        has = roles(scorecard).set_index("id")["kpis"]
        least = {str(id): min(self.at_least, int(many)) for id, many in has.items() if min(self.at_least, many) > 0}
        found: dict[str, Any] = {"at_most": self.at_most}
        if least:
            found["at_least"] = least
        if self.leading != (0.0, 1.0):
            found["leading"] = self.leading
        if self.budget is not None:
            found["budget"] = self.budget
        return found


def choose_within(
    worth: Mapping[str, float] | pd.Series,
    scorecard: Scorecard,
    constraints: Constraints,
    cost: Mapping[str, float] | pd.Series,
    **more: Any,
) -> Selection:
    """The set of greatest worth that satisfies the constraints.

    Parameters
    ----------
    worth, cost : mapping of str to float, or Series
        Of each KPI.
    scorecard : Scorecard
    constraints : Constraints
    **more
        `apart`, `keep` and `leave` of `bsclib.design.selection.choose`.

    Returns
    -------
    Selection
        With the price of each constraint.

    Raises
    ------
    BscError
        When no set satisfies them all; the message names those that clash.
    """
    asked = constraints.asked(scorecard)
    return choose(worth, scorecard, cost=cost if "budget" in asked else None, **asked, **more)


def first_constraints(
    worth: Mapping[str, float] | pd.Series, scorecard: Scorecard, cost: Mapping[str, float] | pd.Series, **more: Any
) -> Constraints:
    """Constraints to start from that some set satisfies, whatever the scorecard.

    Parameters
    ----------
    worth, scorecard, cost, **more
        As for `choose_within`.

    Returns
    -------
    Constraints
        At most four KPIs for each perspective that has any, and one fewer than there are; at least two a perspective;
        a quarter to three quarters of them leading; a budget of seven eighths of what the set would cost without one.
        These are relaxed until some set satisfies all of them.
    """
    has = roles(scorecard).query("kpis > 0")
    least = int(has["kpis"].clip(upper=2).sum())
    most = max(min(FEW * len(has), len(scorecard.kpis) - 1), least)
    tried = [Constraints(most, least, mix) for least in (2, 1, 0) for mix in ((0.25, 0.75), (0.0, 1.0))]
    for found in tried:
        with suppress(BscError):
            chosen = choose_within(worth, scorecard, found, cost, **more).chosen
            spent = sum(float(cost[id]) for id in chosen)
            for share in (7 / 8, 15 / 16, 1):
                with suppress(BscError):
                    lean = replace(found, budget=float(math.ceil(share * spent)))
                    choose_within(worth, scorecard, lean, cost, **more)
                    return lean
    return Constraints(len(scorecard.kpis))


def in_turn(
    worth: Mapping[str, float] | pd.Series,
    scorecard: Scorecard,
    constraints: Constraints,
    cost: Mapping[str, float] | pd.Series,
    **more: Any,
) -> pd.DataFrame:
    """Choose again and again, with one constraint more each time.

    Parameters
    ----------
    worth, scorecard, constraints, cost, **more
        As for `choose_within`.

    Returns
    -------
    DataFrame
        A row a step: `constraint` (what is added, in words), `kpis` (how many are chosen), `worth` (their sum),
        `enters` and `leaves` (ids joined by commas, compared with the step before).
    """
    asked = constraints.asked(scorecard)
    words = {
        "at_most": f"at most {constraints.at_most} KPIs",
        "at_least": f"at least {constraints.at_least} in each perspective",
        "leading": "{:.4g} % to {:.4g} % leading".format(*(100 * share for share in constraints.leading)),
        "budget": f"a budget of {constraints.budget or 0:g}",
    }
    given: dict[str, Any] = {}
    before: set[str] = set()
    rows: list[tuple[str, int, float, str, str]] = []
    for name, value in asked.items():
        given[name] = value
        found = choose(worth, scorecard, cost=cost if "budget" in given else None, **given, **more)
        now = set(found.chosen)
        enters = [id for id in found.chosen if id not in before] if rows else []
        leaves = [kpi.id for kpi in scorecard.kpis if kpi.id in before - now]
        rows.append((words[name], len(now), found.value, ", ".join(enters), ", ".join(leaves)))
        before = now
    return pd.DataFrame(rows, columns=["constraint", "kpis", "worth", "enters", "leaves"])


def members(
    scorecard: Scorecard,
    chosen: Iterable[str],
    worth: Mapping[str, float] | pd.Series,
    cost: Mapping[str, float] | pd.Series,
) -> pd.DataFrame:
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
    """
    within, wanted = perspective_of(scorecard), set(chosen)
    rows = [
        (kpi.id, scorecard.names[within[kpi.id]], kpi.role, float(worth[kpi.id]), float(cost[kpi.id]))
        for kpi in scorecard.kpis
        if kpi.id in wanted
    ]
    return pd.DataFrame(rows, columns=["id", "perspective", "role", "worth", "cost"])
