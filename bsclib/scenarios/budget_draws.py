"""The draws that a budget is decided on: every KPI at the horizon, and what each initiative would add to it."""

from __future__ import annotations

import numpy as np

from bsclib.errors import BscError, Fault
from bsclib.model import periods
from bsclib.model.nouns import Initiative
from bsclib.scenarios.changes import ramp_share
from bsclib.scenarios.constraints import Calendar
from bsclib.scenarios.fitting import FittedMap
from bsclib.scenarios.paths import Drawn, draw_baseline, draw_equations, effect_paths
from bsclib.scenarios.schedule import Draws
from bsclib.scenarios.score_shares import Scale, score_scale

_AT_ONCE = 500


def draw_outcomes(
    fit: FittedMap, calendar: Calendar, draws: int, rng: np.random.Generator, luck: int = 1
) -> list[Draws]:
    """Draw what the map may be, and how each initiative may turn out."""
    # Effects add up, because the equations of the map are linear. Every change of an initiative comes off or not, each
    # by itself, and whether it does is the same whenever it starts.
    scale = _scale(fit, calendar.horizon)
    parts = [_draws(fit, calendar, min(_AT_ONCE, draws - done), rng, luck, scale) for done in range(0, draws, _AT_ONCE)]
    values, added = (np.concatenate([getattr(one, name) for one in parts]) for name in ("values", "effects"))
    if luck == 1:
        return [Draws(values, added, scale)]
    maps = np.arange(len(values)).reshape(-1, luck)
    return [Draws(values[one], added[one], scale) for one in maps]


def _scale(fit: FittedMap, horizon: int) -> Scale:
    known = np.isfinite([one.level for one in fit.baseline_paths])
    scale = score_scale(fit.scorecard, fit.month + horizon, known, fit.limits)
    if not scale.weight.any():
        month = periods.period_of(fit.month + horizon)
        raise BscError(Fault("actuals", f"nothing that carries weight in {month} has an actual"))
    return scale


def _draws(fit: FittedMap, calendar: Calendar, maps: int, rng: np.random.Generator, luck: int, scale: Scale) -> Draws:
    drawn = _repeated(draw_equations(fit, maps, rng), luck)
    values = draw_baseline(fit, drawn, calendar.horizon, rng)[-1].T.astype(float)
    initiatives = fit.scorecard.initiatives
    moved = sorted({fit.place[change.kpi] for one in initiatives for change in one.changes})
    step = np.ones((calendar.horizon, 1), dtype=np.float32)
    responses = {k: effect_paths(fit, drawn, {k: step}, calendar.horizon) for k in moved}
    added = np.zeros((len(values), len(initiatives), calendar.periods, values.shape[1]))
    for a, initiative in enumerate(initiatives):
        _add(fit, initiative, calendar, responses, added[:, a], rng)
    added[:, :, :, scale.weight == 0] = 0.0
    return Draws(np.nan_to_num(values), added, scale)


def _repeated(drawn: Drawn, luck: int) -> Drawn:
    """The same equations, each so many times."""
    own, noise = np.repeat(drawn.own, luck, axis=1), np.repeat(drawn.noise, luck, axis=1)
    return Drawn(own, noise, tuple(np.repeat(one, luck, axis=1) for one in drawn.by))


def _add(
    fit: FittedMap,
    initiative: Initiative,
    calendar: Calendar,
    responses: dict[int, dict[int, np.ndarray]],
    added: np.ndarray,
    rng: np.random.Generator,
) -> None:
    """What one initiative adds at the horizon (draws, starts, KPIs), by the period in which it starts."""
    for change in initiative.changes:
        comes = rng.random(len(added)) < change.chance
        for period in range(calendar.periods):
            begin = fit.month + 1 + period * calendar.every
            path = change.by * ramp_share(fit, change, begin, calendar.horizon)
            # Each month's part of the change has been at work for as many months as are left.
            parts = np.diff(path, prepend=0.0)[::-1]
            for j, response in responses[fit.place[change.kpi]].items():
                added[:, period, j] += comes * (parts @ response)
