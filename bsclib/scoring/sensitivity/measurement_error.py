"""How far a score can be trusted when the KPIs themselves are measured with error."""

from __future__ import annotations

import math
from collections.abc import Mapping
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.model.random import check_draws, generator
from bsclib.model.status import STATUSES
from bsclib.scoring.apply import apply
from bsclib.scoring.expectations import expectation
from bsclib.scoring.method import COLOUR_SCORES, Method, status_codes
from bsclib.scoring.methods import find_method, method_of
from bsclib.scoring.scores import restore_types
from bsclib.scoring.sensitivity.weights import QUANTILES, SEED
from bsclib.scoring.tree import ALL, ScoreTree, as_statuses, rows_of, score_tree


def measurement_error(
    scorecard: Scorecard,
    scores: pd.DataFrame,
    errors: Mapping[str, float],
    draws: int = 10_000,
    rng: int | np.random.Generator | None = None,
    unit: str | None = None,
    period: str | None = None,
    method: str | Method | None = None,
) -> pd.DataFrame:
    """Carry the KPIs' errors of measurement up to every score and status.

    Parameters
    ----------
    scorecard : Scorecard
        What the scores are of.
    scores : DataFrame
        As `bsclib.score` returns it.
    errors : mapping of str to float
        The standard deviation of the error of each KPI's actual, in its own unit, at least 0. (A margin of ± m that
        holds 95 times in 100 is a standard deviation of m / 1.96.) KPIs left out are taken as exact.
    draws : int, default 10,000
        1 to 200,000.
    rng : int or Generator, optional
        A seed or a generator; by default the seed is 1.
    unit, period : str, optional
        By default the organisation as a whole, and the last month.
    method : str or Method, optional
        The method that made the scores: needed only where it is one of your own.

    Returns
    -------
    DataFrame
        One row for every node: `unit`, `period`, `level`, `id`, `kpis` (how many with an error and an actual it rests
        on), `score` and `status` as they are, `low`, `median`, `high` (the 5, 50 and 95 % quantiles of the score),
        `chance_on_target`, `chance_at_risk`, `chance_off_target` (0..1), `chance_of_flip` and `draws`. NaN where there
        is no score.

    Raises
    ------
    UnknownNameError
        For a KPI, a unit, a period or a method that is not known.
    BscError
        For an error that is negative or no number, or scores that this scorecard and method do not give.

    Notes
    -----
    Each draw adds an independent normal error with mean 0 to the actual that was scored (of the organisation as a
    whole, to the pooled one), scores it by the method, and rolls up with the weights in force. Scores are clamped, so
    the median need not be the score, and a KPI at 100 can only fall. Missing actuals stay missing. Where a method looks
    back (check-ins), each month has an error of its own.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> card = read_scorecard("meridian")
    >>> scores = score(card, read_actuals("meridian"))
    >>> found = measurement_error(card, scores, {card.kpis[0].id: 1.0}, draws=100)
    >>> found["id"][0], int(found["kpis"][0])
    ('meridian', 1)
    """
    count, random = check_draws(draws), generator(rng, SEED)
    spread = _check_errors(errors, scorecard)
    scores = restore_types(scores)
    past = scores[rows_of(scores, "unit", unit or "")]
    tree = score_tree(past, unit or "", period, means=False)
    history = score_tree(past, unit or "", ALL, means=False)
    if set(tree.ids) != set(scorecard.names):
        raise BscError(Fault("scores", f"these are not scores of {scorecard.id!r}", fix="score this scorecard anew"))
    chosen = find_method(method, "attainment") if method else method_of(tree.frame)
    # The first row keeps the actuals as they are, to see that the scores are these; it does not count.
    totals = np.tile(tree.numbers["score"], (count + 1, 1))
    shares = np.tile(tree.numbers["attainment"], (count + 1, 1))
    for kpi in scorecard.kpis:
        node = tree.node(kpi.id)
        sd = spread.get(kpi.id, 0.0)
        if sd and not np.isnan(tree.numbers["actual"][0, node]) and not np.isnan(tree.numbers["score"][0, node]):
            series, months = _series(tree, history, node, "checkins" in chosen.takes)
            noise = np.vstack([np.zeros(len(months)), random.normal(0.0, sd, (count, len(months)))])
            unit = str(tree.frame["unit"].iloc[0])
            # What has a score has a target, if only because its one unit is the whole.
            aim = expectation(kpi, months, [unit], scorecard.year_starts, alone=True)
            applied = apply(chosen, kpi, aim, series + noise)
            last = [np.broadcast_to(part, noise.shape)[:, -1] for part in (applied.score, applied.share)]
            _check_same(last[0][0], float(tree.numbers["score"][0, node]), kpi.id)
            totals[:, node], shares[:, node] = last
    _roll_up(tree, totals, shares, chosen)
    return _table(tree, totals[1:], shares[1:], spread)


def _check_errors(errors: Mapping[str, Any], scorecard: Scorecard) -> dict[str, float]:
    known = [kpi.id for kpi in scorecard.kpis]
    strangers = [unknown("KPI", id, known, "errors") for id in errors if id not in known]
    if strangers:
        raise UnknownNameError(strangers)
    faults = [
        Fault(f"errors[{id!r}]", "this is no standard deviation", got=repr(sd)[:80], allowed="0 or above")
        for id, sd in errors.items()
        if isinstance(sd, bool) or not isinstance(sd, Real) or not 0 <= float(sd) < math.inf
    ]
    if faults:
        raise BscError(faults)
    return {id: float(sd) for id, sd in errors.items()}


def _series(tree: ScoreTree, history: ScoreTree, node: int, looks_back: bool) -> tuple[np.ndarray, np.ndarray]:
    """The actual in its month; all months up to it for a method that looks back."""
    months = np.array([periods.span(str(text))[0] for text in history.frame["period"].iloc[:: len(history.ids)]])
    month = periods.span(str(tree.frame["period"].iloc[0]))[0]
    wanted = months <= month if looks_back else months == month
    return history.numbers["actual"][wanted, node], months[wanted]


def _check_same(score: float, stated: float, id: str) -> None:
    if not abs(score - stated) <= 1e-6 * max(1.0, abs(stated)):
        fix = "give the scorecard and the method that made the scores"
        raise BscError(
            Fault("scores", f"{id!r} scores {stated:.6g} in them, and {score:.6g} by this scorecard", fix=fix)
        )


def _roll_up(tree: ScoreTree, totals: np.ndarray, shares: np.ndarray, method: Method) -> None:
    weight = np.nan_to_num(tree.numbers["effective_weight"][0])
    cuts = [tree.numbers[name][0] for name in ("at_risk", "on_target")]
    for node in reversed(tree.parents):
        if np.isnan(tree.numbers["score"][0, node]):
            continue
        below = tree.children(int(node))
        below = below[weight[below] > 0]
        parts = totals[:, below]
        if method.colours:
            parts = COLOUR_SCORES[status_codes(shares[:, below], *(cut[below] for cut in cuts))]
        totals[:, node] = parts @ weight[below]
        shares[:, node] = totals[:, node] / 100


def _table(tree: ScoreTree, totals: np.ndarray, shares: np.ndarray, errors: dict[str, float]) -> pd.DataFrame:
    cuts = [tree.numbers[name][0] for name in ("at_risk", "on_target")]
    codes = status_codes(shares, *cuts)
    nodes = np.arange(len(tree.ids))
    known = ~np.isnan(tree.numbers["score"][0])
    erring = {tree.node(id) for id, sd in errors.items() if sd > 0}
    observed = ~np.isnan(tree.numbers["actual"][0])
    moving = [node for node in erring if observed[node] and known[node]]
    table = tree.rows(nodes)
    table["kpis"] = [int(np.isin(tree.kpis_under(int(node)), moving).sum()) for node in nodes]
    table["score"], table["status"] = tree.numbers["score"][0], as_statuses(tree.status[0])
    quantiles = np.full((3, len(nodes)), np.nan)
    quantiles[:, known] = np.quantile(totals[:, known], QUANTILES, axis=0)
    table["low"], table["median"], table["high"] = quantiles
    for code, name in enumerate(STATUSES[:3]):
        table[f"chance_{name}"] = np.where(known, (codes == code).mean(axis=0), np.nan)
    flips = (codes != tree.status[0]).mean(axis=0)
    return table.assign(chance_of_flip=np.where(known, flips, np.nan), draws=len(totals))
