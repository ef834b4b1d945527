"""The same scorecard with one thing changed, and what that does to a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import Scorecard, build
from bsclib.scoring import score
from bsclib.views import snapshot

TABLES = ("perspectives", "objectives", "kpis")
SHOWN = ["actual", "floor", "expected", "attainment", "effective_weight", "score", "status"]


def change(scorecard: Scorecard, id: str, **fields: Any) -> Scorecard:
    """Return the scorecard with one of its parts changed.

    Parameters
    ----------
    scorecard : Scorecard
        Stays as it is.
    id : str
        A KPI, an objective, a perspective, or the scorecard itself.
    **fields
        What the part's fields become, such as ``floor=12`` or ``weight=2``.

    Returns
    -------
    Scorecard
        Checked like any other.

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
    data = scorecard.model_dump(exclude_unset=True)
    data.setdefault("perspectives", [one.model_dump() for one in scorecard.perspectives])
    parts = {scorecard.id: data}
    for table in TABLES:
        data[table] = list(data[table])
        parts |= {part["id"]: part for part in data[table]}
    if id not in parts:
        raise UnknownNameError(unknown("KPI, objective or perspective", id, parts))
    parts[id].update(fields)
    return build(data)


def side_by_side(
    variants: Mapping[str, pd.DataFrame], id: str, unit: str | None = None, period: str | None = None
) -> pd.DataFrame:
    """One number under several scorecards or policies, a row each.

    Parameters
    ----------
    variants : mapping of str to DataFrame
        Scores as `bsclib.score` returns them, by what to call them.
    id : str
        A KPI, an objective, a perspective, or the scorecard.
    unit : str, optional
        By default the organisation as a whole.
    period : str, optional
        A month; by default the last one scored.

    Returns
    -------
    DataFrame
        `variant`; `actual`, `floor`, `expected` and `attainment` of a KPI; `effective_weight` where the variants differ
        in it; `score` and `status`.

    Raises
    ------
    UnknownNameError
        When the id, the unit or the month is not in the scores.
    """
    if not variants:
        raise BscError(Fault("variants", "there is nothing to put side by side", fix="give at least one"))
    rows = []
    for scores in variants.values():
        stand = snapshot(scores, unit, period)
        if id not in stand.index:
            raise UnknownNameError(unknown("KPI, objective or perspective in the scores", id, stand.index))
        rows.append(stand.loc[id, SHOWN])
    found = pd.DataFrame(rows).reset_index(drop=True).astype(dict.fromkeys(SHOWN[:-1], float)).astype({"status": str})
    found.insert(0, "variant", list(variants))
    idle = ["effective_weight"] if found["effective_weight"].nunique() < 2 else []
    return found.drop(columns=idle + ([] if stand.loc[id, "level"] == "kpi" else SHOWN[:4]))


def pooled_both_ways(scorecard: Scorecard, actuals: pd.DataFrame, most: int = 6) -> pd.DataFrame:
    """Ratios of all units together: the ratio of the sums, and the mean of the units' ratios beside it.

    Parameters
    ----------
    scorecard : Scorecard
        Its KPIs that are pooled by `ratio` are looked at.
    actuals : DataFrame
        What was observed.
    most : int
        So many KPIs, those first for which it makes the greatest difference.

    Returns
    -------
    DataFrame
        `kpi`, `ratio_of_the_sums` and `mean_of_the_ratios`, in the last month.
    """
    ratios = [kpi.id for kpi in scorecard.kpis if kpi.pooled == "ratio"]
    averaged = scorecard
    for id in ratios:
        averaged = change(averaged, id, across_units="mean")
    cards = {"ratio_of_the_sums": scorecard, "mean_of_the_ratios": averaged}
    found = pd.DataFrame({name: snapshot(score(card, actuals)).loc[ratios, "actual"] for name, card in cards.items()})
    found.insert(0, "kpi", [scorecard.names[id] for id in ratios])
    apart = (found["mean_of_the_ratios"] / found["ratio_of_the_sums"] - 1).abs()
    return found.loc[apart.sort_values(ascending=False).index[:most]]


def instructive(scores: pd.DataFrame, scorecard: Scorecard) -> str:
    """The KPI whose number a change shows best: with an actual, on the way from a floor to a target, near a threshold.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    scorecard : Scorecard
        The one that was scored.

    Returns
    -------
    str
        Its id; empty when the organisation as a whole has no such KPI in the last month.
    """
    now = snapshot(scores)
    points = [kpi.id for kpi in scorecard.kpis if kpi.direction != "within_range"]
    rows = now.loc[points]
    rows = rows[rows["attainment"].notna() & (rows["expected"] != rows["floor"])]
    if rows.empty:
        return ""
    still = rows["expected"] == rows["target"]
    return str(((rows["attainment"] - rows["at_risk"]).abs() + 1e6 * still).idxmin())
