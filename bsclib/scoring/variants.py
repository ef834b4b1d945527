"""The same scorecard with one thing changed or with less in it, and what that does to a number."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.edit import change
from bsclib.model.nouns import Scorecard
from bsclib.model.status import SYMBOLS
from bsclib.scoring.published import METHODS
from bsclib.scoring.scores import score
from bsclib.scoring.sensitivity.hiding import compensation
from bsclib.scoring.views import snapshot

SHOWN = ["actual", "floor", "expected", "attainment", "effective_weight", "score", "status"]


def compare_variants(
    variants: Mapping[str, pd.DataFrame], id: str, unit: str | None = None, period: str | None = None
) -> pd.DataFrame:
    """One number under several scorecards or policies, a row each.

    Parameters
    ----------
    variants : mapping of str to DataFrame
        Scores as `bsclib.score` returns them, by what to call them.
    id : str
        A KPI, an objective, a perspective, or the scorecard.
    unit, period : str, optional
        By default the organisation as a whole, in the last month scored.

    Returns
    -------
    DataFrame
        `variant`; `actual`, `floor`, `expected` and `attainment` of a KPI; `effective_weight` where the variants differ
        in it; `score` and `status`.

    Raises
    ------
    UnknownNameError
        When the id, the unit or the month is not in the scores.

    Examples
    --------
    >>> from bsclib import change, read_actuals, read_scorecard
    >>> card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    >>> eased = change(card, "mttr", floor=12.0)
    >>> both = compare_variants({"as it is": score(card, actuals), "eased": score(eased, actuals)}, "mttr")
    >>> bool(both["score"].is_monotonic_increasing)
    True
    """
    if not variants:
        raise BscError(Fault("variants", "there is nothing to put side by side", fix="give at least one"))
    rows = []
    for scores in variants.values():
        stand = snapshot(scores, unit, period)
        if id not in stand.index:
            raise UnknownNameError(unknown("KPI, objective or perspective in the scores", id, stand.index))
        rows.append(stand.loc[id, SHOWN])
    table = pd.DataFrame(rows).reset_index(drop=True).astype(dict.fromkeys(SHOWN[:-1], float)).astype({"status": str})
    table.insert(0, "variant", list(variants))
    idle = ["effective_weight"] if table["effective_weight"].nunique() < 2 else []
    return table.drop(columns=idle + ([] if stand.loc[id, "level"] == "kpi" else SHOWN[:4]))


def compare_totals(
    stated: pd.DataFrame, changed: pd.DataFrame, unit: str | None = None, period: str | None = None
) -> pd.DataFrame:
    """What a change does to every total: its score, its status, and what it hides.

    Parameters
    ----------
    stated, changed : DataFrame
        Scores as `bsclib.score` returns them, before and after.
    unit : str, optional
        By default the organisation as a whole.
    period : str, optional
        A month; by default the last one scored before.

    Returns
    -------
    DataFrame
        A row for the scorecard and each perspective and objective that a KPI measures: `id`, `level`, `stated` (its
        score before), `score`, `stated_status`, `status`, `flips` (whether the status is another one), and of the
        changed scores `geometric`, `harmonic`, `worst` and `hidden`; see
        `bsclib.scoring.sensitivity.hiding.compensation`.

    Raises
    ------
    UnknownNameError
        When the unit or the month is not in the scores.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> from bsclib.model.edit import reweigh
    >>> card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    >>> heavier = score(reweigh(card, {"user_orientation": 5.0}), actuals)
    >>> found = compare_totals(score(card, actuals), heavier)
    >>> found["id"][0], bool(found["score"][0] > found["stated"][0])
    ('meridian', True)
    """
    before = snapshot(stated, unit, period)
    month = str(before["period"].iloc[0])
    totals = compensation(changed, unit or "", month).astype({"id": str, "level": str, "status": str})
    totals = totals[totals["id"].isin(_measured(before))].reset_index(drop=True)
    totals["stated"] = before.loc[totals["id"], "score"].to_numpy(float)
    totals["stated_status"] = before.loc[totals["id"], "status"].astype(str).to_numpy()
    totals["flips"] = totals["status"] != totals["stated_status"]
    means = ["geometric", "harmonic", "worst", "hidden"]
    return totals[["id", "level", "stated", "score", "stated_status", "status", "flips", *means]]


def _measured(stand: pd.DataFrame) -> set[str]:
    """The parents of KPIs, and theirs."""
    parents = stand["parent"].astype(str)
    measured = set(parents[stand["level"] == "kpi"])
    for _ in range(2):
        measured |= set(parents.loc[sorted(measured - {""})])
    return measured - {""}


def methods_table(compared: pd.DataFrame, names: Mapping[str, str], most: int = 12) -> pd.DataFrame:
    """Scores and statuses of one month under many methods, a column a method.

    Parameters
    ----------
    compared : DataFrame
        As `bsclib.scoring.compare.compare_methods` returns it, of one unit and one month.
    names : mapping of str to str
        What to call the nodes, by id.
    most : int
        At most so many rows: the scorecard and its perspectives, then the nodes to which the methods give the most
        different statuses.

    Returns
    -------
    DataFrame
        `name`, `different_statuses` (how many), and a column a method, by whose it is: a symbol for the status, and
        the score.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> from bsclib.scoring.compare import compare_methods
    >>> card = read_scorecard("meridian")
    >>> compared = compare_methods(card, read_actuals("meridian"), ["kit", "sap_achievement"])
    >>> methods_table(compared, card.names, most=1).columns.tolist()
    ['name', 'different_statuses', 'this kit', 'SAP: achievement']
    """
    rows = compared.assign(id=compared["id"].astype(str), method=compared["method"].astype(str))
    scores = [f"{value:.1f}" if pd.notna(value) else "–" for value in rows["score"]]
    rows["cell"] = [f"{SYMBOLS[str(status)]}\u00a0{text}" for status, text in zip(rows["status"], scores, strict=True)]
    first = rows.drop_duplicates("id").set_index("id")
    order = first.assign(low=~first["level"].isin(["scorecard", "perspective"]))
    order = order.sort_values(["low", "statuses"], ascending=[True, False], kind="stable")
    wide = rows.set_index(["id", "method"])["cell"].unstack(sort=False).loc[order.index[:most]]
    wide = wide.rename(columns={name: METHODS[name].called for name in wide.columns if name in METHODS})
    wide.insert(0, "different_statuses", first.loc[wide.index, "statuses"])
    wide.insert(0, "name", [names[id] for id in wide.index])
    return wide.reset_index(drop=True).rename_axis(columns=None)


def compare_pooling(scorecard: Scorecard, actuals: pd.DataFrame, most: int = 6) -> pd.DataFrame:
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

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> both = compare_pooling(read_scorecard("meridian"), read_actuals("meridian"))
    >>> bool((both["ratio_of_the_sums"] != both["mean_of_the_ratios"]).any())
    True
    """
    ratios = [kpi.id for kpi in scorecard.kpis if kpi.pooled == "ratio"]
    averaged = scorecard
    for id in ratios:
        averaged = change(averaged, id, across_units="mean")
    cards = {"ratio_of_the_sums": scorecard, "mean_of_the_ratios": averaged}
    table = pd.DataFrame({name: snapshot(score(card, actuals)).loc[ratios, "actual"] for name, card in cards.items()})
    table.insert(0, "kpi", [scorecard.names[id] for id in ratios])
    apart = (table["mean_of_the_ratios"] / table["ratio_of_the_sums"] - 1).abs()
    return table.loc[apart.sort_values(ascending=False).index[:most]]
