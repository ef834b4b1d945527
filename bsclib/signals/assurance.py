"""What the limits say in two words, as the NHS does in *Making Data Count*: of the KPI, and of its target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.nouns import KPI, Scorecard
from bsclib.scoring.expectations import month_by_month
from bsclib.signals.alarm_rates import last_period
from bsclib.signals.run_rules import NO_WAY, STEPS

SYMBOLS = {
    **{"improving": "↗", "worsening": "↘", "common_cause": "∿", "too_little_data": "?"},
    **{"always_met": "✓", "never_met": "✗", "hit_and_miss": "≈", "no_target": "–"},
}
"""What is written beside each word."""
WORDS = [
    *("unit", "kpi", "period", "actual", "target", "centre", "lower", "upper"),
    *("variation", "assurance", "rule", "rests_on"),
]
RANKED = ["unit", "kpi", "period", "rule", "surprise", "variation"]


def variation_and_assurance(behaviour: pd.DataFrame, scorecard: Scorecard) -> pd.DataFrame:
    """Say of each KPI whether its last point is more than noise, and whether it will meet its target by itself.

    Parameters
    ----------
    behaviour : DataFrame
        As `process_behaviour` returns it.
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        A row for each unit and KPI at its last actual: `unit`, `kpi`, `period`, `actual`, `target` (what is expected
        by then, of a month where the KPI cumulates; of a range the edge that is nearer to the centre; NaN where the
        unit has none), `centre`, `lower`, `upper`, `variation` (``improving``, ``worsening``, ``common_cause``,
        ``too_little_data``), `assurance` (``always_met``, ``never_met``, ``hit_and_miss``, ``too_little_data``,
        ``no_target``), the `rule` that fired and what the limits `rests_on`.

    Notes
    -----
    A signal on the better side of the centre is an improvement, and so is a clear trend that way, whether or not its
    last point is a signal. Of a range the side that is nearer to its middle is the better one. A target beyond the
    limits is always met, or never, as long as nothing changes; a target inside them is hit and missed by luck.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> from bsclib.signals import process_behaviour
    >>> scorecard, actuals = load_dataset("meridian")
    >>> words = variation_and_assurance(process_behaviour(actuals, scorecard), scorecard)
    >>> words.query("unit == '' and kpi == 'csat'")[["variation", "assurance"]].values.tolist()
    [['improving', 'never_met']]
    """
    seen = behaviour[behaviour["actual"].notna()]
    last = seen.groupby(["unit", "kpi"], sort=False, observed=True).tail(1)
    before = seen.groupby(["unit", "kpi"], sort=False, observed=True)["actual"].shift()
    rows, cards = [], {}
    for at, row in zip(last.index, last.to_dict("records"), strict=True):
        month = periods.span(str(row["period"]))[1]
        if (row["unit"], month) not in cards:
            cards[row["unit"], month] = month_by_month(scorecard, row["unit"], month)
        kpi = cards[row["unit"], month].kpi(row["kpi"])
        low, high = (float(edge) for edge in np.atleast_2d(kpi.expected(np.array([month])))[[0, -1], 0])
        near = low if abs(row["centre"] - low) <= abs(row["centre"] - high) else high
        said = _variation(row, kpi, low, high, float(before[at])), _assurance(row, kpi, low, high)
        rows.append({**row, "target": near, "variation": said[0], "assurance": said[1]})
    return pd.DataFrame(rows, columns=WORDS)


def _variation(row: Mapping[Any, Any], kpi: KPI, low: float, high: float, before: float) -> str:
    if np.isnan(row["centre"]):
        return "too_little_data"
    if row["signal"] and row["rule"] not in NO_WAY:
        return _way(kpi, row["actual"], before if row["rule"] in STEPS else row["centre"], (low + high) / 2)
    if row["trend"]:
        return _way(kpi, row["centre"], row["centre"] - row["trend"], (low + high) / 2)
    return "common_cause"


def _way(kpi: KPI, now: float, since: float, middle: float) -> str:
    """Whether a value is better than another; of a range the one that is nearer to its middle is."""
    if kpi.direction == "within_range":
        better = abs(now - middle) < abs(since - middle)
    else:
        better = (now > since) == (kpi.direction == "higher_is_better")
    return "improving" if better else "worsening"


def signal_ways(behaviour: pd.DataFrame, scorecard: Scorecard) -> pd.Series:
    """Of each row which way its signal goes, ``improving`` or ``worsening``; empty where there is none."""
    before = behaviour.groupby(["unit", "kpi"], sort=False, observed=True)["actual"].shift()
    ways = pd.Series("", index=behaviour.index)
    for at, row in behaviour[behaviour["signal"] & ~behaviour["rule"].isin(NO_WAY)].iterrows():
        kpi = scorecard.kpi(row["kpi"])
        middle = sum(kpi.range) / 2 if kpi.direction == "within_range" else np.nan
        ways[at] = _way(kpi, row["actual"], before[at] if row["rule"] in STEPS else row["centre"], middle)
    return ways


def _assurance(row: Mapping[Any, Any], kpi: KPI, low: float, high: float) -> str:
    if np.isnan(row["centre"]):
        return "too_little_data"
    if np.isnan(low):
        return "no_target"
    return assurance(row["lower"], row["upper"], low, high, kpi.direction)


def assurance(lower: float, upper: float, low: float, high: float, direction: str) -> str:
    """What limits say of a target, or of a range from `low` to `high`."""
    if direction == "within_range":
        always, never = lower >= low and upper <= high, upper < low or lower > high
    elif direction == "higher_is_better":
        always, never = lower >= low, upper < low
    else:
        always, never = upper <= low, lower > low
    return "always_met" if always else "never_met" if never else "hit_and_miss"


def rank_signals(behaviour: pd.DataFrame, scorecard: Scorecard, period: str | None = None) -> pd.DataFrame:
    """The signals of one month, the most surprising first.

    Parameters
    ----------
    behaviour : DataFrame
        As `process_behaviour` returns it.
    scorecard : Scorecard
    period : str, optional
        By default the last in the frame.

    Returns
    -------
    DataFrame
        A row for each signal: `unit`, `kpi`, `period`, `rule`, `surprise` (how far off the actual and those before it
        lie together, in standard deviations of such a sum: the most of the last 1, 4 and 8) and `variation`.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> from bsclib.signals import process_behaviour
    >>> scorecard, actuals = load_dataset("meridian")
    >>> rank_signals(process_behaviour(actuals, scorecard), scorecard)["surprise"].is_monotonic_decreasing
    True
    """
    rows = behaviour[behaviour["signal"]]
    month = periods.span(period or last_period(behaviour))[1]
    rows = rows[np.array([periods.span(text)[1] == month for text in rows["period"]], dtype=bool)]
    surprise = _surprise(behaviour).reindex(rows.index)
    ways = signal_ways(behaviour, scorecard).reindex(rows.index)  # of a month without signals, no rows
    ranked = rows[["unit", "kpi", "period", "rule"]].assign(surprise=surprise, variation=ways)
    return ranked.sort_values("surprise", ascending=False, kind="stable", ignore_index=True)[RANKED]


def _surprise(behaviour: pd.DataFrame) -> pd.Series:
    """How far off points lie together with those before them, in standard deviations."""
    apart = behaviour["actual"] - behaviour["centre"]
    room = (behaviour["upper"] - behaviour["centre"]).where(apart > 0, behaviour["centre"] - behaviour["lower"])
    places = (3 * apart / room.where(room > 0)).fillna(apart.where(apart == 0, np.sign(apart) * FARTHEST))
    places = places.clip(-FARTHEST, FARTHEST).groupby([behaviour["unit"], behaviour["kpi"]], sort=False, observed=True)
    sums = [places.rolling(n).sum().droplevel([0, 1]).abs() / np.sqrt(n) for n in (1, 4, 8)]
    return pd.concat(sums, axis=1).max(axis=1)


FARTHEST = 99.0
"""Standard deviations that stand for infinitely many, where a value never moved before."""
