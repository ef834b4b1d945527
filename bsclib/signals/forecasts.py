"""Where a KPI goes by itself, how unsure that is, and how likely it makes its target."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from bsclib.actuals.breaks import season_chance
from bsclib.errors import BscError, Fault
from bsclib.model import periods
from bsclib.model.limits import value_limits
from bsclib.model.nouns import Scorecard
from bsclib.scoring.expectations import month_by_month
from bsclib.signals.limits import is_time
from bsclib.signals.observations import Observations, known_breaks, observed, some
from bsclib.signals.smoothing import smooth

FEWEST = 24
"""Points from which on the three forecasts are made; from fewer, only the last value is held."""
SEASON_CHANCE = 0.1
"""How often a test may find a season where there is none."""
MOST_AHEAD = 120
LONGEST = 120
"""Points of a series that are looked at, its last ones."""


def predict_many(values: np.ndarray, places: np.ndarray, per_year: int, horizon: int) -> tuple[np.ndarray, ...]:
    """Expected values, their standard errors and degrees of freedom, and whether a season was found."""
    count = (~np.isnan(values)).sum(axis=1)
    season, ahead, tested = np.zeros(values.shape), np.zeros((len(values), horizon)), np.zeros(len(values), dtype=bool)
    for row in np.flatnonzero(count >= 2 * per_year) if per_year > 1 else ():
        seen = ~np.isnan(values[row])
        if season_chance(values[row, seen], places[row, seen], per_year) < SEASON_CHANCE:
            tested[row] = True
            season[row], ahead[row] = _season(values[row], places[row], per_year, horizon)
    smoothed = smooth(values - season, horizon)
    free = np.maximum(count - 2 - (per_year - 1) * tested, 3)
    lost = np.sqrt((count - 2) / free * (1 + per_year / count * tested))
    return smoothed.expected + ahead, smoothed.error * lost[:, None], free, tested


def _season(values: np.ndarray, places: np.ndarray, per_year: int, horizon: int) -> tuple[np.ndarray, np.ndarray]:
    """What the time of the year adds, in the months there are and in those ahead."""
    seen = ~np.isnan(values)
    times = (places[:, None] % per_year == np.arange(per_year)).astype(float)
    line = (places - places.mean())[:, None] / len(places)
    terms = np.hstack([times, line])
    fitted = np.linalg.lstsq(terms[seen], values[seen], rcond=None)[0][:per_year]
    known = times[seen].any(axis=0)
    effect = np.where(known, fitted - fitted[known].mean(), 0.0)
    later = (places[-1] + 1 + np.arange(horizon)) % per_year
    return effect[places % per_year], effect[later]


def forecast(
    actuals: pd.DataFrame | pd.Series,
    horizon: int = 12,
    level: float = 0.9,
    to: str | None = None,
    scorecard: Scorecard | None = None,
) -> pd.DataFrame:
    """Where series go by themselves, if nothing is done and nothing breaks.

    Parameters
    ----------
    actuals : DataFrame or Series
        Long, checked or not; or one series whose index is monthly periods.
    horizon : int, default 12
        Months ahead of each series' last actual, 1 to 120.
    level : float, default 0.9
        How likely each month's actual lies within the band, 0 to 1.
    to : str, optional
        The period to forecast to, instead of `horizon`.
    scorecard : Scorecard, optional
        Pools the units, tells which breaks are known and where a value can lie at all.

    Returns
    -------
    DataFrame
        A row for each period ahead: `unit`, `kpi` (of a bare Series neither), `period`, `expected`, `low`, `high` and
        `method`: ``mean of three``, with ``season`` where a test found one, or ``last value`` where there are fewer
        than 24 points since the last known break. A series that has actuals up to `to` has no rows.

    Raises
    ------
    ActualsError
        When the actuals cannot be read, or there are none.
    BscError
        When the horizon or the level is out of range, or all series have ended by `to` or later.

    Notes
    -----
    The mean of simple exponential smoothing, a damped trend and Theta, after a season where an F-test finds one. The
    band is Student's t of their models' errors and their distance from each other, widened by the errors that rolling
    origins made where those were larger. On simulated series of 24, 36 and 60 points, independent, with memory, season
    or trend, random walks and log-normal ones, bands of 90 % hold 89 to 95 % of what comes. Times are forecast in
    logarithms, shares kept within 0 and 100 %. With fewer points the last value is held, as unsure as the series moved.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> scorecard, actuals = load_dataset("meridian")
    >>> ahead = forecast(actuals, to="2026-12", scorecard=scorecard)
    >>> ahead.query("unit == '' and kpi == 'mttr'")["period"].tolist()[-1]
    '2026-12'
    """
    if not 0 < level < 1:
        raise BscError(Fault("level", "a band cannot hold this share", got=str(level), allowed="above 0 and below 1"))
    if to is None and (isinstance(horizon, bool) or not isinstance(horizon, int) or not 1 <= horizon <= MOST_AHEAD):
        allowed = f"whole months, 1 to {MOST_AHEAD}"
        raise BscError(Fault("horizon", "a forecast cannot reach so far", got=str(horizon), allowed=allowed))
    series = some(observed(actuals, scorecard))
    ends = [_last_month(one, horizon, to, scorecard) for one in series]
    if not any(end > one.months[-1] for one, end in zip(series, ends, strict=True)):
        last = periods.period_of(max(int(one.months[-1]) for one in series))
        raise BscError(
            Fault("to", "there are actuals up to then already", got=str(to), fix=f"name a month after {last}")
        )
    table = _table(series, _ahead(series, ends, scorecard), level, scorecard.year_starts if scorecard else None)
    return table if isinstance(actuals, pd.DataFrame) else table.drop(columns=["unit", "kpi"])


@dataclass(frozen=True)
class _Ahead:
    """What is expected of one series, period by period, on the scale on which its errors are alike."""

    months: np.ndarray
    expected: np.ndarray
    error: np.ndarray
    free: float
    method: str
    log: bool
    ends: tuple[float, float]

    def quantile(self, share: float) -> np.ndarray:
        """The value that an actual lies below with this chance, within what it can be."""
        places = self.expected + (stdtrit(self.free, share) * self.error if share != 0.5 else 0.0)
        return np.clip(np.exp(places) if self.log else places, *self.ends)

    def chance_below(self, value: float) -> float:
        """The chance that the last period's actual lies below a value."""
        if self.log and value <= 0:
            return 0.0
        apart = (np.log(value) if self.log else value) - self.expected[-1]
        if not self.error[-1] > 0:
            return float(apart >= 0) if self.error[-1] == 0 else np.nan
        return float(stdtr(self.free, apart / self.error[-1]))


def _last_month(series: Observations, horizon: int, to: str | None, scorecard: Scorecard | None) -> int:
    if to is None:
        return int(series.months[-1]) + horizon
    try:
        end = periods.span(periods.resolve(to, scorecard.year_starts if scorecard else None))[1]
    except ValueError as error:
        raise BscError(Fault("to", str(error))) from None
    return min(end, int(series.months[-1]) + MOST_AHEAD)


def _ahead(series: Sequence[Observations], ends: Sequence[int], scorecard: Scorecard | None) -> list[_Ahead]:
    """The forecasts of many series, all those of one length of period at once."""
    recent = [_recent(one, scorecard) for one in series]
    steps = [(end - int(one.months[-1])) // one.length for one, end in zip(series, ends, strict=True)]
    out: dict[int, _Ahead] = {}
    by_length = sorted(range(len(series)), key=lambda at: series[at].length)
    for length, group in itertools.groupby(by_length, key=lambda at: series[at].length):
        rows = list(group)
        horizon = max(1, *(steps[at] for at in rows))
        wide = min(max(len(recent[at]) for at in rows), LONGEST)
        values, places = np.full((len(rows), wide), np.nan), np.zeros((len(rows), wide), dtype=int)
        for row, at in enumerate(rows):
            own = recent[at][-wide:]
            values[row, wide - len(own) :] = own
            places[row] = series[at].places[-1] - np.arange(wide)[::-1]
        long = (~np.isnan(values)).sum(axis=1) >= FEWEST
        told = [
            np.full((len(rows), horizon), np.nan),
            np.full((len(rows), horizon), np.nan),
            np.ones(len(rows)),
            long.copy(),
        ]
        if long.any():
            for whole, part in zip(
                told, predict_many(values[long], places[long], max(12 // length, 1), horizon), strict=True
            ):
                whole[long] = part
        for row, at in enumerate(rows):
            held = None if long[row] else _held(values[row], horizon)
            expected, error, free, method = held or (
                told[0][row],
                told[1][row],
                told[2][row],
                _METHODS[bool(told[3][row])],
            )
            many = max(steps[at], 0)
            months = series[at].months[-1] + length * np.arange(1, many + 1)
            kpi = series[at].kpi
            ends_of = value_limits(kpi) if kpi else (-np.inf, np.inf)
            out[at] = _Ahead(months, expected[:many], error[:many], float(free), method, _in_logs(series[at]), ends_of)
    return [out[at] for at in range(len(series))]


_METHODS = {False: "mean of three", True: "mean of three, season"}


def _recent(series: Observations, scorecard: Scorecard | None) -> np.ndarray:
    """A series since its last known break, what one-off events explain left out, on the scale it is forecast on."""
    begins, explained = known_breaks(series, scorecard)
    values = np.where(explained, np.nan, series.values)
    values = np.log(values) if _in_logs(series) else values
    after = values[begins[-1] :] if begins else values
    return after if (~np.isnan(after)).any() else values


def _in_logs(series: Observations) -> bool:
    seen = series.values[~np.isnan(series.values)]
    return series.kpi is not None and is_time(series.kpi) and bool((seen > 0).all())


def _held(values: np.ndarray, horizon: int) -> tuple[np.ndarray, np.ndarray, float, str]:
    """The last value, as unsure as a random walk whose steps are as large as those of the series."""
    at = np.flatnonzero(~np.isnan(values))
    moves = np.diff(values[at]) / np.sqrt(np.diff(at)) if len(at) > 1 else np.array([np.nan])
    error = np.sqrt(np.mean(moves**2) * np.arange(1, horizon + 1))
    return np.full(horizon, values[at[-1]]), error, float(max(len(at) - 1, 1)), "last value"


def _table(
    series: Sequence[Observations], ahead: Sequence[_Ahead], level: float, year_starts: int | None
) -> pd.DataFrame:
    many = [len(path.expected) for path in ahead]
    columns = {
        "unit": np.repeat([one.unit for one in series], many),
        "kpi": np.repeat([one.id for one in series], many),
        "period": [
            one.named(int(month), year_starts) for one, path in zip(series, ahead, strict=True) for month in path.months
        ],
    }
    for name, share in (("expected", 0.5), ("low", (1 - level) / 2), ("high", (1 + level) / 2)):
        columns[name] = np.concatenate([path.quantile(share) for path in ahead])
    return pd.DataFrame({**columns, "method": np.repeat([path.method for path in ahead], many)})


def target_chances(actuals: pd.DataFrame, scorecard: Scorecard, horizon: int = 12) -> pd.DataFrame:
    """How likely each KPI makes its target by the target's date, if nothing is done and nothing breaks.

    Parameters
    ----------
    actuals : DataFrame
        Long, checked or not.
    scorecard : Scorecard
    horizon : int, default 12
        Months ahead that count where the target has no date, or one that has passed.

    Returns
    -------
    DataFrame
        A row for each unit and KPI that has a target: `unit`, `kpi`, `period` (the last until the target's date),
        `target` and `target_high` (the same but of a range), `expected`, `low_80`, `high_80`, `low_90`,
        `high_90`, `chance` (0 to 1; NaN where one value says nothing about its spread) and `method`, as `forecast` has
        it.

    Raises
    ------
    ActualsError
        When the actuals cannot be read, or there are none.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> scorecard, actuals = load_dataset("meridian")
    >>> chances = target_chances(actuals, scorecard).query("unit == ''").set_index("kpi")["chance"]
    >>> bool(chances["automation-coverage"] > 0.5 > chances["on-hold-share"])
    True
    """
    return chances_of(some(observed(actuals, scorecard)), scorecard, horizon)


def chances_of(series: Sequence[Observations], scorecard: Scorecard, horizon: int = 12) -> pd.DataFrame:
    """The same for series that are laid out already."""
    latest = max(int(one.months[-1]) for one in series)
    cards = {unit: month_by_month(scorecard, unit, latest) for unit in {one.unit for one in series}}
    ends = [_target_month(one, horizon) for one in series]
    rows = []
    for one, path in zip(series, _ahead(series, ends, scorecard), strict=True):
        month = path.months[-1:]
        low, high = (float(edge) for edge in np.atleast_2d(cards[one.unit].kpi(one.id).expected(month))[[0, -1], 0])
        below, above = path.chance_below(low), 1 - path.chance_below(high)
        chances = {"lower_is_better": below, "higher_is_better": above, "within_range": 1 - below - above}
        shares = (0.5, 0.1, 0.9, 0.05, 0.95)
        values = [float(path.quantile(share)[-1]) for share in shares]
        chance = chances[scorecard.kpi(one.id).direction]
        period = one.named(int(month[0]), scorecard.year_starts)
        rows.append((one.unit, one.id, period, low, high, *values, chance, path.method))
    table = pd.DataFrame(rows, columns=CHANCES)
    return table[table["target"].notna()].reset_index(drop=True)


def _target_month(series: Observations, horizon: int) -> int:
    """The month in which a target is to be made: its own, or some months ahead where that has no date or has passed."""
    last = int(series.months[-1])
    dates = [periods.span(point.period)[1] for point in series.kpi.points()] if series.kpi else []
    later = [date for date in dates[-1:] if date >= last + series.length]
    return min(later[0], last + MOST_AHEAD) if later else last + max(horizon, series.length)


CHANCES = [
    *("unit", "kpi", "period", "target", "target_high", "expected"),
    *("low_80", "high_80", "low_90", "high_90", "chance", "method"),
]
