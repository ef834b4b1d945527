"""Where a KPI goes by itself: its actuals, its forecast with bands of 80 and 90 %, and its target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from bsclib.errors import BscError, Fault
from bsclib.model import periods
from bsclib.model.nouns import KPI, Scorecard
from bsclib.plots.canvas import brief, draw, unit_name
from bsclib.plots.lettering import safe_name
from bsclib.plots.palette import ACTUAL, GREY, LINES
from bsclib.plots.picture import WIDTH, Entry, in_words, page
from bsclib.plots.process_behaviour import (
    DATES,
    LEFT,
    RIGHT,
    TALL,
    TARGET,
    label_ends,
    of_series,
    set_scale,
    target_ends,
)
from bsclib.plots.wording import period_words, value_text
from bsclib.scoring.expectations import month_by_month
from bsclib.wording import percent

_ACTUAL: dict[str, Any] = {"color": ACTUAL, "linewidth": 1.4, "marker": "o", "markersize": 2.6}
_FORECAST: dict[str, Any] = {"color": LINES[0], "linewidth": 2.0, "linestyle": (0, (5, 1.5))}
_BANDS: list[dict[str, Any]] = [{"color": LINES[0], "alpha": alpha, "linewidth": 0} for alpha in (0.16, 0.26)]


def plot_forecast(
    ahead: pd.DataFrame,
    history: pd.DataFrame,
    scorecard: Scorecard,
    id: str,
    unit: str | None = None,
    narrow: pd.DataFrame | None = None,
    months: int = 36,
    chance: float | None = None,
) -> Axes:
    """Draw how a KPI went and where it goes by itself.

    Parameters
    ----------
    ahead : DataFrame
        As `bsclib.signals.forecast` returns it for a scorecard, with a level of 0.9.
    history : DataFrame
        As `bsclib.signals.process_behaviour` returns it.
    scorecard : Scorecard
    id : str
        The KPI.
    unit : str, optional
        By default the organisation as a whole.
    narrow : DataFrame, optional
        The same forecast with a level of 0.8, drawn within.
    months : int
        How much history.
    chance : float, optional
        Of making the target, as `bsclib.signals.target_chances` has it: said under the title.

    Returns
    -------
    Axes
        The KPI in its own units over months since the year 0. The lines are labelled ``actual``, ``forecast`` and
        ``target``.

    Raises
    ------
    UnknownNameError, BscError
        When the KPI or the unit is not in the history; when the forecast has none of it.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> from bsclib.plots import alt_text
    >>> from bsclib.signals import forecast, process_behaviour
    >>> scorecard, actuals = load_dataset("meridian")
    >>> ahead = forecast(actuals, to="2026-12", scorecard=scorecard)
    >>> alt_text(plot_forecast(ahead, process_behaviour(actuals, scorecard), scorecard, "mttr"))
    'Forecast of Mean time to restore, Whole organisation, to December 2026, by the ...'
    """
    kpi, past = scorecard.kpi(id), of_series(history, scorecard, id, unit, months)
    bands = [_of_series(frame, id, unit) for frame in (ahead, narrow) if frame is not None]
    wide = bands[0]
    when = np.arange(past.index[0], wide.index[-1] + 1)
    own = month_by_month(scorecard, unit or "", int(past.index[-1])).kpi(id)
    target = np.atleast_2d(own.expected(when)).astype(float)
    end = wide.iloc[-1]
    notes = [unit_name(unit), str(end["method"])]
    notes += [] if chance is None else [f"chance of the target then: {percent(chance)}"]
    title = f"Where it goes by itself: {safe_name(kpi.name, id)}"
    picture, foot = page(TALL + DATES, title, " · ".join(filter(None, notes)), _key(kpi, len(bands)))
    panel = picture.panel(LEFT, foot + DATES, WIDTH - LEFT - RIGHT, TALL)
    set_scale(panel, when, [past["actual"].to_numpy(), wide[["low", "high", "expected"]].to_numpy(), target])
    last = past["actual"].iloc[-1]
    for frame, look in zip(bands, _BANDS, strict=False):
        months_ahead = np.append(past.index[-1], frame.index)
        panel.area(months_ahead, np.append(last, frame["low"]), np.append(last, frame["high"]), zorder=1, **look)
    for edge in target[:1] if kpi.direction != "within_range" else target:
        panel.line(when, edge, label="target", zorder=2, **TARGET)
    panel.line(past.index, past["actual"], label="actual", solid_joinstyle="round", zorder=3, **_ACTUAL)
    line = np.append(last, wide["expected"])
    panel.line(np.append(past.index[-1], wide.index), line, label="forecast", zorder=4, **_FORECAST)
    look = {"color": LINES[0]}
    ends = [(float(end["expected"]), f"forecast {value_text(kpi, end['expected'])}", {**look, "weight": "bold"})]
    for column, word in (("high", "90 %: to"), ("low", "90 %: from")):
        if not np.isnan(end[column]):
            ends.append((float(end[column]), f"{word} {value_text(kpi, end[column])}", {"color": GREY}))
    label_ends(panel, [*ends, *target_ends(kpi, target)])
    picture.alt = in_words(_words(kpi, bands, target, unit, chance))
    return draw(picture)


def _of_series(ahead: pd.DataFrame, id: str, unit: str | None) -> pd.DataFrame:
    rows = ahead[(ahead["kpi"] == id) & (ahead["unit"] == (unit or ""))]
    if rows.empty:
        raise BscError(Fault("ahead", f"the forecast has nothing of {id}", got=unit or "the whole organisation"))
    return rows.set_axis([periods.span(period)[1] for period in rows["period"]])


def _key(kpi: KPI, bands: int) -> list[Entry]:
    target = "edges of the range" if kpi.direction == "within_range" else "target"
    key: list[Entry] = [("actual", _ACTUAL), ("forecast", _FORECAST), (target, TARGET)]
    wide = {"linewidth": 8, "solid_capstyle": "butt"}
    return [*key, *(("90 % of what may come", {**_BANDS[0], **wide}), ("80 %", {**_BANDS[1], **wide}))[:bands]]


def _words(
    kpi: KPI, bands: list[pd.DataFrame], target: np.ndarray, unit: str | None, chance: float | None
) -> Iterator[str]:
    end = bands[0].iloc[-1]
    until = period_words(end["period"])
    yield f"Forecast of {brief(kpi.name)}, {brief(unit_name(unit))}, to {until}, by the {end['method']}."
    yield f"It comes to {value_text(kpi, end['expected'])}."
    for frame, share in zip(bands, ("90 %", "80 %"), strict=False):
        last = frame.iloc[-1]
        if not np.isnan(last["low"]):
            yield f"{share}: {value_text(kpi, last['low'])} to {value_text(kpi, last['high'])}."
    if not np.isnan(target[:, -1]).any():
        edges = dict.fromkeys(value_text(kpi, edge) for edge in target[:, -1])
        made = "" if chance is None else f", made with a chance of {percent(chance)}"
        yield f"Target then {' to '.join(edges)}{made}."
