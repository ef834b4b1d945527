"""The course without action: why the score goes where it goes when nothing is done, and a plain course to hold beside.

A forecast that rises while the score has fallen for a year is doubted, and rightly so, until it says why: targets that
move, a season, trends that go on, and departures that come back. The plain course knows no map: it is what each KPI's
own past lets expect.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.actuals.breaks import season_chance
from bsclib.model import periods
from bsclib.model.random import generator
from bsclib.scenarios.baseline_path import LASTS, RECENT
from bsclib.scenarios.changes import read_intervention
from bsclib.scenarios.fitting import FittedMap
from bsclib.scenarios.limited_scale import keep_inside, to_scale
from bsclib.scenarios.path_scores import node_scores
from bsclib.scenarios.paths import SEED, Seed
from bsclib.scenarios.projection import check_band_draws, quantiles, result_frame
from bsclib.signals.forecasts import FEWEST, SEASON_CHANCE
from bsclib.signals.smoothing import smooth

PARTS = ("targets", "season", "trend", "reversion", "chance")


def course_parts(fit: FittedMap, result: pd.DataFrame) -> pd.DataFrame:
    """Why the overall score goes, without action, from where it stands to where it is expected in the last month.

    Parameters
    ----------
    fit : FittedMap
    result : DataFrame
        As `project` returns it; of a comparison, the rows of one scenario.

    Returns
    -------
    DataFrame
        A row each: `part`, `points` that it adds to the overall score, and `score` with it and all before. ``today``
        scores the latest actuals by the targets of the last month with actuals; ``targets``: by those of the horizon's
        last month; ``season``: as that time of the year is; ``trend``: trends go on, and end; ``reversion``: the rest
        of what is expected of each KPI, which is what departs from its usual level coming back to it, and links;
        ``chance``: that KPIs swing, where a score ends at 0 and 100. The last `score` is the median without action.

    Notes
    -----
    The parts come one after the other, in this order; in another order each would be somewhat larger or smaller.

    Examples
    --------
    >>> from bsclib import fit_map, project, read_actuals, read_scorecard
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> parts = course_parts(fit, project(fit, horizon=6, draws=200))
    >>> parts["part"].tolist()
    ['today', 'targets', 'season', 'trend', 'reversion', 'chance']
    """
    horizon = result["period"].nunique()
    now, then = fit.month, fit.month + horizon
    last = result[result["period"].astype(str) == periods.period_of(then)]
    season = np.array([path.season[then % 12] - path.season[now % 12] for path in fit.baseline_paths])
    trend = np.array([one.slope.mean() for one in fit.equations]) * LASTS * (1 - np.exp(-horizon / LASTS))
    at = _latest(fit)
    expected = (
        last.loc[last["level"] == "kpi"].set_index("id")["without"].reindex([kpi.id for kpi in fit.scorecard.kpis])
    )
    steps = [(now, at), (then, at), (then, at + season), (then, at + season + trend)]
    scores = [_overall(fit, _values(fit, values), month) for month, values in steps]
    scores += [
        _overall(fit, expected.to_numpy(float), then),
        float(last.loc[last["level"] == "scorecard", "without"].iloc[0]),
    ]
    return pd.DataFrame({"part": ["today", *PARTS], "points": np.diff(scores, prepend=scores[0]), "score": scores})


def plain_course(fit: FittedMap, horizon: int = 24, draws: int = 2_000, rng: Seed = None) -> pd.DataFrame:
    """Where everything goes by each KPI's own past alone, without a map.

    Parameters
    ----------
    fit : FittedMap
    horizon, draws, rng
        As for `project`.

    Returns
    -------
    DataFrame
        A row for each month and each KPI, objective, perspective and the scorecard: `unit`, `period`, `level`, `id`,
        and `plain` with `low` and `high`: median, 5 and 95 % of forecasts as `bsclib.signals.forecast` makes them, each
        KPI by itself, its season added. A KPI with fewer than 24 actuals stays at its last one, as unsure as it moved.

    Raises
    ------
    BscError
        As `project` does.

    Examples
    --------
    >>> from bsclib import fit_map, read_actuals, read_scorecard
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> plain = plain_course(fit, horizon=3, draws=200)
    >>> bool(plain.loc[plain["id"] == "mttr", "plain"].between(5, 7).all())
    True
    """
    horizon, draws = read_intervention(fit, None, None, horizon).horizon, check_band_draws(draws)
    random = generator(rng, SEED)
    expected, error, free = (
        np.array(part) for part in zip(*(_ahead(fit, k, horizon) for k in range(len(fit.latest))), strict=True)
    )
    # What a KPI is off by in one month it is off by in the next: errors go on as a random walk's, whatever their size.
    news = (fit.together @ random.standard_normal((horizon, len(expected), draws), dtype=np.float32)).cumsum(axis=0)
    news /= np.sqrt(np.arange(1, horizon + 1, dtype=np.float32))[:, None, None]
    news *= np.sqrt(free[:, None] / random.chisquare(free[:, None], (len(expected), draws))).astype(np.float32)
    paths = (expected.T[:, :, None] + error.T[:, :, None] * news).astype(np.float32)
    keep_inside(fit, paths)
    scores = node_scores(fit.scorecard, paths, fit.month + 1 + np.arange(horizon))
    scores[:, -len(expected) :] = paths
    return result_frame(fit, dict(zip(("low", "plain", "high"), quantiles(scores), strict=True)))[PLAIN]


PLAIN = ["unit", "period", "level", "id", "plain", "low", "high"]


def _ahead(fit: FittedMap, k: int, horizon: int) -> tuple[np.ndarray, np.ndarray, float]:
    """What a KPI's own past lets expect on its scale, month by month, its standard error, and degrees of freedom."""
    path = fit.baseline_paths[k]
    months = np.arange(len(path.left))
    later = fit.month + 1 + np.arange(horizon)
    values = path.level + path.slope * (months - months[-1]) + path.left
    seen = np.flatnonzero(~np.isnan(values))
    length = max(round(len(seen) / path.rows), 1) if path.rows else 1  # a quarter's actual stands in three months
    if path.rows < FEWEST:
        size, free = _step(fit, k)
        return np.full(horizon, _latest(fit)[k]), size * np.sqrt(np.arange(1, horizon + 1)), free
    at = np.arange(seen[-1], -1, -length)[::-1]
    month = fit.month - months[-1] + at
    own, season = values[at] + path.season[month % 12], np.zeros(12)
    known, error = ~np.isnan(own), 1.0
    if season_chance(own[known], month[known] // length, 12 // length) < SEASON_CHANCE:
        own, season, error = values[at], path.season, np.sqrt((path.rows - 2) / max(path.rows - 2 - path.spent, 3.0))
    ended = len(values) - 1 - int(seen[-1])  # months without an actual at its end
    smoothed = smooth(own[None, :], -(-(horizon + ended) // length))
    ahead = np.arange(ended, ended + horizon) // length
    free = max(path.rows - 2 - path.spent * bool(season.any()), 3.0)
    return smoothed.expected[0][ahead] + season[later % 12], error * smoothed.error[0][ahead], free


def _step(fit: FittedMap, k: int) -> tuple[float, float]:
    """The size of a KPI's steps from month to month, season apart, and the values it rests on."""
    path = fit.baseline_paths[k]
    seen = np.flatnonzero(~np.isnan(path.left))
    if len(seen) < 2 or path.rows < 2:
        return 0.0, 1.0
    # A quarter's actual stands in three months: as many steps of nothing between two that are larger.
    steps = (path.slope * np.diff(seen) + np.diff(path.left[seen]))[-RECENT:]
    size = float(np.sqrt((steps**2).sum() / np.diff(seen)[-RECENT:].sum()))
    return max(size, path.spread), float(min(path.rows - 1, RECENT))


def _latest(fit: FittedMap) -> np.ndarray:
    """The latest actuals on the KPIs' scales."""
    return np.array([float(to_scale(np.array(one), fit.limits[k], fit.bends[k])) for k, one in enumerate(fit.latest)])


def _values(fit: FittedMap, scale: np.ndarray) -> np.ndarray:
    """Values from places on the KPIs' scales."""
    paths = scale[None, :, None].astype(float)
    keep_inside(fit, paths)
    return np.asarray(paths[0, :, 0])


def _overall(fit: FittedMap, values: np.ndarray, month: int) -> float:
    """The overall score of values of all KPIs in a month."""
    return float(node_scores(fit.scorecard, values[None, :, None], np.array([month]))[0, 0, 0])
