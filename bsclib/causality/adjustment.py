"""One link adjusted for what could pretend to be a cause: what its estimate becomes, step by step."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import cube
from bsclib.actuals.table import check_actuals
from bsclib.causality.evidence.checks import placebos
from bsclib.causality.evidence.cleaning import bounded, detrend
from bsclib.causality.evidence.engine import Panel, examine, short
from bsclib.causality.evidence.series import Series
from bsclib.causality.evidence.stepwise import fit
from bsclib.causality.evidence.testable import link_panels
from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.nouns import Scorecard
from bsclib.wording import arrow

# Of a normal distribution, so a little narrower than the t-interval of the evidence: this one is for the eye.
SURE = 1.645
"""Standard errors to either side of an estimate, 90 % of the time."""


def adjustment_steps(scorecard: Scorecard, actuals: pd.DataFrame, cause: str, effect: str) -> pd.DataFrame:
    """One link's estimate while one thing after the other is taken out that could pretend to be a cause.

    Parameters
    ----------
    scorecard : Scorecard
    actuals : DataFrame
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
    UnknownNameError, BscError
        When there is no such link; when it cannot be tested.

    Notes
    -----
    Units are pooled, each with a constant of its own. The first steps are plain least squares on what is left of the
    two series; from the own past on it is the regression of `link_evidence`.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> steps = adjustment_steps(read_scorecard("meridian"), read_actuals("meridian"), "mttr", "sla-met")
    >>> steps["taken_out"].tolist()[:2]
    ['nothing: as observed', 'the trend, unit by unit']
    """
    links = {(link.cause, link.effect): at for at, link in reversed([*enumerate(scorecard.links)])}
    if (cause, effect) not in links:
        raise UnknownNameError(unknown("link", arrow(cause, effect), [arrow(*ends) for ends in links]))
    panel, place, lag = _panel_of(scorecard, actuals, links[cause, effect])
    column, target = int(panel.claims.cause[place]), int(panel.claims.effect[place])
    clean, _ = bounded(panel.values, 12 // panel.months, panel.breaks)
    # With the placebo links along, as `engine.examine` fits it: the same regression, to the last digit.
    mock = placebos(panel.claims)
    fitted = fit(clean, panel.claims, target, short(clean, target, panel.months), mock.of(mock.effect == target))
    at = int(np.flatnonzero(fitted.mine == place)[0])
    if not fitted.tested[at]:
        raise BscError(Fault(arrow(cause, effect), "there is too little data to test this link"))
    chosen = int(np.flatnonzero((fitted.candidates.claim == at) & (fitted.candidates.lag == lag))[0])
    broken = any(panel.breaks[k].shape[1] for k in (column, target)) if panel.breaks else False
    several = len(panel.values) > 1
    stages = [
        ("nothing: as observed", panel.values),
        ("the trend, unit by unit" if several else "the trend", detrend(panel.values, 1).left),
        *([("the known breaks", detrend(panel.values, 1, panel.breaks).left)] if broken else []),
        (
            "the season, and what a moving mean hands on" if clean.rolled.keys() & {column, target} else "the season",
            clean.left,
        ),
    ]
    rows = [(words, *_slope(left, column, target, lag)) for words, left in stages]
    estimate, error, _, _ = fitted.squares.added([])
    shared = "the effect's own past, and what hits all units at once" if several else "the effect's own past"
    rows.append((shared, float(estimate[chosen]), float(error[chosen])))
    if fitted.beside(at):
        estimate, error, _, _ = fitted.squares.added(fitted.beside(at))
        rows.append(("what else is said to drive it", float(estimate[chosen]), float(error[chosen])))
    steps = pd.DataFrame(rows, columns=["taken_out", "estimate", "error"])
    steps["low"], steps["high"] = (steps["estimate"] + side * SURE * steps["error"] for side in (-1, 1))
    return steps.assign(clear=steps["estimate"] / steps["error"]).drop(columns="error")


def _panel_of(scorecard: Scorecard, actuals: pd.DataFrame, at: int) -> tuple[Panel, int, int]:
    """The panel that holds a link, its place there, and the lag that the evidence is about, in rows."""
    rows = check_actuals(actuals, scorecard)
    panels, reasons = link_panels(Series(scorecard, rows, cube(rows, scorecard)))
    if at in reasons:
        link = scorecard.links[at]
        raise BscError(Fault(arrow(link.cause, link.effect), f"this link cannot be tested: {reasons[at]}"))
    places = [(n, laid) for laid in panels for n in laid.places]
    among = [n for n, _ in places].index(at)
    laid = places[among][1]
    place, shift = laid.places.index(at), examine([each.panel for each in panels]).shift[among]
    return laid.panel, place, int(laid.panel.claims.lag[place] + shift)


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
