"""When the level of a series moved, by how much, and between which months that was."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from bsclib.actuals.breaks import CLEAR, EDGE, MOST_SHIFTS, level_shift, season_chance
from bsclib.actuals.departures import regressors, without
from bsclib.actuals.gaps import kept
from bsclib.errors import BscError, Fault
from bsclib.model.nouns import Scorecard
from bsclib.signals.observations import Observations, observed
from bsclib.signals.prediction import SEASON_CHANCE


def change_points(
    actuals: pd.DataFrame | pd.Series, scorecard: Scorecard | None = None, level: float = 0.9
) -> pd.DataFrame:
    """Changes of level beside trend and season that no event explains, and how well their dates are known.

    Parameters
    ----------
    actuals : DataFrame or Series
        Long, checked or not; or one series whose index is monthly periods.
    scorecard : Scorecard, optional
        Pools the units, and says which breaks are known: those are taken out first.
    level : float, default 0.9
        How often the months from `low` to `high` hold the true one, 0 to 1.

    Returns
    -------
    DataFrame
        A row for each change, the first of a series first: `unit`, `kpi`, `period` (the first of the new level), `low`
        and `high` (the first and the last that it may have been), `size` in what the KPI is measured in and `clear`,
        the size in standard errors.

    Raises
    ------
    ActualsError
        When the actuals cannot be read, or there are none.
    BscError
        When the level is out of range.

    Notes
    -----
    A change is found as `bsclib.actuals.find_breaks` finds it: clear by five standard errors that allow for memory, six
    points or more from either end. Its date may be any whose step leaves so little more over that the difference, in
    variances of the noise, is below x with (1 − e^(−x/2))² = `level` (Siegmund 1988, Annals of Statistics 16; Eo and
    Morley 2015, Quantitative Economics 6).

    Examples
    --------
    >>> values = [5.0, 5.2, 4.9, 5.1, 4.8, 5.0, 5.1, 4.9] * 4
    >>> months = pd.period_range("2023-01", periods=32, freq="M")
    >>> found = change_points(pd.Series(values, index=months) + 2.0 * (months >= "2024-01"))
    >>> found[["period", "low", "high"]].values.tolist()
    [['2024-01', '2024-01', '2024-01']]
    """
    if not 0 < level < 1:
        raise BscError(Fault("level", "an interval cannot have it", got=str(level), allowed="above 0 and below 1"))
    farthest = -2 * np.log(1 - np.sqrt(level))
    rows = [row for series in observed(actuals, scorecard) for row in _changes(series, scorecard, farthest)]
    return pd.DataFrame(rows, columns=["unit", "kpi", "period", "low", "high", "size", "clear"])


def _changes(series: Observations, scorecard: Scorecard | None, farthest: float) -> Iterator[tuple]:
    seen = np.flatnonzero(~np.isnan(series.values))
    events = [event for event in scorecard.events if not event.kpis or series.id in event.kpis] if scorecard else []
    values = series.values[seen]
    months, per_year = series.months[seen], max(12 // series.length, 1)
    terms = regressors(months, np.full(len(seen), series.length), events)
    if season_chance(values, series.places[seen], per_year) >= SEASON_CHANCE:  # none to take out: its columns go
        terms = np.hstack([terms[:, :2], terms[:, terms.shape[1] - len(events) :]])
    found: list[tuple[int, float, float]] = []
    for _ in range(MOST_SHIFTS):
        steps = [_step(len(seen), place) for place, _, _ in found]
        place, size, clear = level_shift(values, np.column_stack([terms, *steps]))
        if abs(clear) < CLEAR:
            break
        found.append((place, size, clear))
    year_starts = scorecard.year_starts if scorecard else None
    for place, size, clear in sorted(found):
        others = np.column_stack([terms, *(_step(len(seen), other) for other, _, _ in found if other != place)])
        ends = _dates(values, others, place, farthest)
        named = (series.named(int(series.months[seen[at]]), year_starts) for at in (place, *ends))
        yield series.unit, series.id, *named, size, clear


def _step(count: int, place: int) -> np.ndarray:
    return (np.arange(count) >= place).astype(float)


def _dates(values: np.ndarray, terms: np.ndarray, place: int, farthest: float) -> tuple[int, int]:
    """The first and the last place at which a step leaves hardly more over than at its best."""
    count = len(values)
    everything = np.ones(count, dtype=bool)
    over = {}
    for at in range(EDGE, count - EDGE + 1):
        left = without(values, np.column_stack([terms, _step(count, at)]), everything)
        over[at] = float(left @ left), left
    left = over[place][1]
    own = float(kept(left[None, :, None])[0])
    noise = over[place][0] / max(count - terms.shape[1] - 2, 1) * (1 + own) / (1 - own)
    possible = [at for at, (rest, _) in over.items() if rest - over[place][0] <= farthest * noise]
    return min(possible), max(possible)
