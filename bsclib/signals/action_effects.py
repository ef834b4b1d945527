"""Did the actions of the improvement register help: each finished one, by the KPI that was to show it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

import numpy as np
import pandas as pd

from bsclib.actuals.departures import MonthlySeries, every_series
from bsclib.actuals.table import check_actuals
from bsclib.errors import ActualsError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.actions import Action
from bsclib.model.nouns import KPI, Scorecard
from bsclib.signals.interrupted_series import ADJUST, COLUMNS, answer
from bsclib.signals.step_regression import Observed
from bsclib.wording import counted, listed

MOST_MONTHS = 0.8
"""Share of the months in which a unit must have an actual, too, to be compared with."""
EFFECTS = ["action", "unit", "kpi", *COLUMNS[:5], "better", *COLUMNS[5:-1], "comparison", "reason"]


def action_effects(
    scorecard: Scorecard, actuals: pd.DataFrame, as_of: str | None = None, level: float = 0.95
) -> pd.DataFrame:
    """Test the effect of each finished action of the improvement register.

    Parameters
    ----------
    scorecard : Scorecard
        Its `actions`; its events are honoured.
    actuals : DataFrame
        Long, checked or not.
    as_of : period, optional
        The last month that counts; by default the last in the actuals.
    level : float, default 0.95
        Of the intervals.

    Returns
    -------
    DataFrame
        A row for each finished action, in the register's order: `action` (its id), `unit`, `kpi`, and what `effect_of`
        gives, in what the KPI is measured in; `better`, whether the effect is an improvement (missing for a range, and
        where there is no effect to tell); `comparison`, how many units without such an action it was compared with.

    Raises
    ------
    ActualsError
        When the actuals cannot be read, or there are none.

    Notes
    -----
    The effect is looked for from the month after the one in which the action was finished, and its delay; the months
    between belong to neither side. An action of one unit is compared with the mean of the units that had none on this
    KPI; what happened to all of them, events included, is then no part of its effect. Steps of events and of earlier
    actions are taken out. Earlier dates are those of all units. An action whose KPI or unit is not there, or that has
    no month in which it was finished, has ``too_little_data`` and the reason.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> effects = action_effects(*load_dataset("meridian"))
    >>> effects.loc[effects["verdict"] == "effect_seen", "action"].tolist()
    ['two-teams']
    """
    rows = until(check_actuals(actuals, scorecard), as_of, scorecard.year_starts)
    finished = [action for action in scorecard.actions if action.state == "finished"]
    if not finished:
        return pd.DataFrame(columns=EFFECTS)
    series = _Series(scorecard, rows)
    return pd.concat([_effect(series, action, level) for action in finished], ignore_index=True)[EFFECTS]


def until(actuals: pd.DataFrame, as_of: str | None, year_starts: int | None = None) -> pd.DataFrame:
    """The rows of periods that have ended by a month, with no other periods among their categories."""
    if as_of is None:
        return actuals
    try:
        last = periods.span(periods.resolve(as_of, year_starts))[1]
    except ValueError as error:
        raise ActualsError(Fault("as_of", str(error))) from None
    ends = {text: periods.span(text)[1] for text in actuals["period"].unique()}
    rows = actuals[actuals["period"].map(ends).astype(int) <= last]
    return rows.assign(period=rows["period"].astype("category").cat.remove_unused_categories())


def effect_start(action: Action) -> int | None:
    """The first month in which an action's effect can show, counted from the year 0; None while it is not done."""
    return None if action.finished is None else periods.span(action.finished)[1] + 1 + action.delay


class _Series:
    """The actuals by unit and month, laid out when they are first asked for."""

    def __init__(self, card: Scorecard, rows: pd.DataFrame):
        self.card, self.rows = card, rows
        self.place = {kpi.id: k for k, kpi in enumerate(card.kpis)}

    @cached_property
    def units(self) -> list[str]:
        """The units that have actuals."""
        return [str(unit) for unit in self.rows["unit"].unique() if unit]

    @cached_property
    def _of(self) -> dict[str, MonthlySeries]:
        return every_series(self.rows, self.card)

    def column(self, unit: str, kpi: str) -> np.ndarray:
        """One KPI of one unit (or the organisation) by month; the months are the same for all, NaN is no actual."""
        if unit not in self._of:
            raise UnknownNameError(unknown("unit in the actuals", unit, filter(None, self._of), "unit"))
        return self._of[unit].values[:, self.place[kpi]]

    def length(self, unit: str, kpi: str) -> int:
        """How many months one actual covers."""
        lengths = self._of[unit].lengths[:, self.place[kpi]]
        return int(max(lengths.max(initial=1), 1))

    def observed(self, unit: str, kpi: str, others: Iterable[str] = (), before: int = 0) -> Observed:
        """A unit's KPI, less the mean of others'; events' steps, and those of actions `before` a month, are terms."""
        own = self.column(unit, kpi)
        others = list(others)
        if others:
            own = own - np.mean([self.column(other, kpi) for other in others], axis=0)
        known = ~np.isnan(own)
        month = self._of[unit].months[known]
        events = [event for event in self.card.events if not others and (not event.kpis or kpi in event.kpis)]
        spans = [periods.span(event.period) for event in events if event.kind == "one_off"]
        once = np.array([any(first <= each <= last for first, last in spans) for each in month], dtype=bool)
        starts = [periods.span(event.period)[0] for event in events if event.kind != "one_off"]
        starts += self._earlier(unit, kpi, before)
        terms = np.column_stack([month >= first for first in starts]).astype(float)[~once] if starts else None
        return Observed(month[~once], own[known][~once], terms=terms, length=self.length(unit, kpi))

    def _earlier(self, unit: str, kpi: str, before: int) -> list[int]:
        """When earlier actions took effect on a unit's KPI."""
        mine = [action for action in self.card.actions if action.kpi == kpi and action.unit in ("", unit)]
        starts = {start for action in mine if (start := effect_start(action)) is not None}
        return sorted(start for start in starts if start < before)


def _effect(series: _Series, action: Action, level: float) -> pd.DataFrame:
    """The row of one action."""
    start = effect_start(action)
    problem = _problem(series, action)
    if problem or start is None:
        row = pd.DataFrame([dict.fromkeys(COLUMNS, np.nan)])
        row = row.assign(period="", verdict="too_little_data", scale="difference", season=False, dates=0, larger=0)
        row = row.assign(months_before=0, months_after=0, level=level, reason=problem)
        return row.assign(action=action.id, unit=action.unit, kpi=action.kpi, better=pd.NA, comparison=0)
    others = _without_action(series, action) if action.unit else []
    done = periods.span(str(action.finished))[0]
    own = series.observed(action.unit, action.kpi, others, start).without(done, start)
    pool = [own]
    if action.unit:
        pool += [series.observed(unit, action.kpi, [other for other in others if other != unit]) for unit in others]
    elif len(series.units) > 1:
        pool += [series.observed(unit, action.kpi, (), start).without(done, start) for unit in series.units]
    row = answer(own, start, action.expected_effect, ADJUST, level, pool)
    if others:
        row["reason"] += f"; compared with {counted(len(others), 'unit')} that did nothing of the kind"
    row["reason"] += _beside(series.card, action, start)
    better = _better(series.card.kpi(action.kpi), row)
    return row.assign(action=action.id, unit=action.unit, kpi=action.kpi, better=better, comparison=len(others))


def _problem(series: _Series, action: Action) -> str:
    """Why the effect of an action cannot be looked for; empty where it can."""
    if action.kpi not in series.place:
        return str(unknown("KPI", action.kpi, series.place))
    if action.unit and action.unit not in series.units:
        return str(unknown("unit", action.unit, series.units))
    return "" if action.finished else "nobody has written when it was finished"


def _without_action(series: _Series, action: Action) -> list[str]:
    """The units without a finished action on this KPI, that have an actual in most of the months of the one with it."""
    had = {other.unit for other in series.card.actions if other.kpi == action.kpi and other.state == "finished"}
    if "" in had:
        had = set(series.units)
    own = ~np.isnan(series.column(action.unit, action.kpi))
    shared = {unit: int((own & ~np.isnan(series.column(unit, action.kpi))).sum()) for unit in series.units}
    return [unit for unit in series.units if unit not in had and shared[unit] > MOST_MONTHS * own.sum()]


def _beside(card: Scorecard, action: Action, start: int) -> str:
    """What else began to show in the same month, in words."""
    same = [other for other in card.actions if other.kpi == action.kpi and other.id != action.id]
    same = [other for other in same if "" in (action.unit, other.unit) or action.unit == other.unit]
    names = [other.id for other in same if effect_start(other) == start]
    return f"; so does {listed(names)}, and the two cannot be told apart" if names else ""


def _better(kpi: KPI, row: pd.DataFrame) -> object:
    """Whether an effect improves the KPI; missing where there is none."""
    if row["verdict"].iloc[0] != "effect_seen" or kpi.direction == "within_range":
        return pd.NA
    return bool((row["effect"].iloc[0] > 0) == (kpi.direction == "higher_is_better"))
