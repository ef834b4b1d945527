"""One link followed: what its estimate becomes step by step, and what it is in each unit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import cube
from bsclib.actuals.table import check_actuals
from bsclib.causality.evidence import link_evidence
from bsclib.causality.evidence.checks import placebos
from bsclib.causality.evidence.cleaning import Departures, depart
from bsclib.causality.evidence.engine import NARROW, Panel
from bsclib.causality.evidence.series import Series
from bsclib.causality.evidence.stepwise import Fit, fit
from bsclib.causality.evidence.testable import untestable
from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.graph import in_feedback
from bsclib.model.nouns import Scorecard
from bsclib.wording import arrow

SURE = 1.645
"""Standard errors to either side of an estimate, 90 % of the time."""


def step_by_step(scorecard: Scorecard, actuals: pd.DataFrame, cause: str, effect: str) -> pd.DataFrame:
    """One link's estimate while one thing after the other is taken out that could pretend to be a cause.

    Parameters
    ----------
    scorecard : Scorecard
        Has the link, with sign and lag.
    actuals : DataFrame
        What was observed.
    cause, effect : str
        Ids of the link's KPIs; of a link stated at several lags the first is followed.

    Returns
    -------
    DataFrame
        A row a step: `taken_out` (in words), `estimate` (what one unit more of the cause adds to the effect, at the lag
        that was found), `low` and `high` (1.645 standard errors to either side, before anything is paid for having been
        selected), and `clear`, the estimate in standard errors. The last step is the kit's own estimate.

    Raises
    ------
    UnknownNameError
        When there is no such link.
    BscError
        When it cannot be tested.

    Notes
    -----
    Units are pooled, each with a constant of its own. The first steps are plain least squares on what is left of the
    two series; from the own past on it is the regression of `bsclib.causality.evidence.stepwise`.
    """
    links = {(link.cause, link.effect): at for at, link in reversed([*enumerate(scorecard.links)])}
    if (cause, effect) not in links:
        raise UnknownNameError(unknown("link", arrow(cause, effect), [arrow(*ends) for ends in links]))
    panel, place = _panel_of(scorecard, actuals, links[cause, effect])
    column, target = int(panel.claims.cause[place]), int(panel.claims.effect[place])
    clean = depart(panel.values, 12 // panel.months, panel.breaks)
    one = _fitted(panel, clean, target)
    at = int(np.flatnonzero(one.mine == place)[0])
    if not one.tested[at]:
        raise BscError(Fault(arrow(cause, effect), "there is too little data to test this link"))
    lag = int(one.candidates.lag[one.chosen[at]])
    broken = any(panel.breaks[k].shape[1] for k in (column, target)) if panel.breaks else False
    several = len(panel.values) > 1
    stages = [
        ("nothing: as observed", panel.values),
        ("the trend, unit by unit" if several else "the trend", depart(panel.values, 1).left),
        *([("the known breaks", depart(panel.values, 1, panel.breaks).left)] if broken else []),
        ("the season", clean.left),
    ]
    rows = [(word, *_slope(left, column, target, lag)) for word, left in stages]
    estimate, error, _, _ = one.squares.added([])
    shared = "the effect's own past, and what hits all units at once" if several else "the effect's own past"
    rows.append((shared, float(estimate[one.chosen[at]]), float(error[one.chosen[at]])))
    if one.beside(at):
        rows.append(("what else is said to drive it", float(one.estimate[at]), float(one.error[at])))
    found = pd.DataFrame(rows, columns=["taken_out", "estimate", "error"])
    found["low"], found["high"] = (found["estimate"] + side * SURE * found["error"] for side in (-1, 1))
    return found.assign(clear=found["estimate"] / found["error"]).drop(columns="error")


def _panel_of(scorecard: Scorecard, actuals: pd.DataFrame, at: int) -> tuple[Panel, int]:
    """The panel that holds a link, and its place there."""
    rows = check_actuals(actuals, scorecard)
    series = Series(scorecard, rows, cube(rows, scorecard))
    links, circles, blocked = scorecard.links, in_feedback(scorecard.links), untestable(scorecard)
    still = {n for n, link in enumerate(links) if any(series.course(link, id) for id in (link.cause, link.effect))}
    some = [n for n in range(len(links)) if n not in blocked and n not in still]
    if at not in some:
        link = links[at]
        what = blocked.get(at, "one of the two KPIs has not moved")
        raise BscError(Fault(arrow(link.cause, link.effect), f"this link cannot be tested: {what}"))
    laid = series.panels([links[n] for n in some], [int(n in circles and bool(links[n].lag)) for n in some])
    mine = next(one for one in laid if some.index(at) in one.places)
    return mine.panel, mine.places.index(some.index(at))


def _fitted(panel: Panel, clean: Departures, target: int) -> Fit:
    """The regression of one effect, as `bsclib.causality.evidence.engine.examine` fits it."""
    mock = placebos(panel.claims)
    observed = (~np.isnan(clean.left[:, :, target])).any(axis=0).sum() * panel.months
    return fit(clean, panel.claims, target, bool(observed < NARROW), mock.of(mock.effect == target))


def _slope(left: np.ndarray, cause: int, effect: int, lag: int) -> tuple[float, float]:
    """The plain least-squares slope of effect on cause, each unit with its constant, and its standard error."""
    months = left.shape[1]
    parts = []
    for unit in left:
        both = np.column_stack([unit[: months - lag, cause], unit[lag:, effect]])
        both = both[~np.isnan(both).any(axis=1)]
        if len(both):
            parts.append(both - both.mean(axis=0))
    x, y = np.concatenate(parts).T
    slope = float(x @ y / (x @ x))
    free = len(x) - len(parts) - 1
    return slope, float(np.sqrt(((y - slope * x) ** 2).sum() / free / (x @ x)))


def by_unit(scorecard: Scorecard, actuals: pd.DataFrame, cause: str, effect: str) -> pd.DataFrame:
    """One link tested in each unit alone, and in all of them together.

    Parameters
    ----------
    scorecard : Scorecard
    actuals : DataFrame
        What was observed.
    cause, effect : str
        Ids of the link's KPIs.

    Returns
    -------
    DataFrame
        Rows as `bsclib.causality.evidence.link_evidence` gives them: the first for all units together (`unit` empty),
        then one a unit. No rows when fewer than two units report.
    """
    units = [unit for unit in pd.unique(check_actuals(actuals, scorecard)["unit"].astype(str)) if unit]
    if len(units) < 2:
        return link_evidence(scorecard, actuals).iloc[:0]
    all_ = pd.concat([link_evidence(scorecard, actuals, unit) for unit in (None, *sorted(units))], ignore_index=True)
    return all_[(all_["cause"] == cause) & (all_["effect"] == effect)].reset_index(drop=True)
