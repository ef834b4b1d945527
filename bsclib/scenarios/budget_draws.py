"""The draws that a budget is decided on: every KPI at the horizon, and what each initiative would add to it."""

from __future__ import annotations

import numpy as np

from bsclib.errors import BscError, Fault
from bsclib.model import periods
from bsclib.scenarios.changes import ramp_share
from bsclib.scenarios.constraints import Calendar
from bsclib.scenarios.fitting import FittedMap
from bsclib.scenarios.limited_scale import keep_inside
from bsclib.scenarios.paths import draw_baseline, draw_equations, effect_paths
from bsclib.scenarios.schedule import Draws
from bsclib.scenarios.score_shares import Scale, score_scale

_AT_ONCE = 500


def draw_outcomes(
    fit: FittedMap, calendar: Calendar, draws: int, rng: np.random.Generator, luck: int = 1
) -> list[Draws]:
    """Draw what the map may be, and how each initiative may turn out."""
    # Effects add up, because the equations of the map are linear. Every change of an initiative comes off or not, each
    # by itself, and whether it does is the same whenever it starts.
    month = fit.month + calendar.horizon
    known = np.isfinite([path.level for path in fit.baseline_paths])
    scale = score_scale(fit.scorecard, month, known, fit.limits)
    if not scale.weight.any():
        what = f"nothing that carries weight in {periods.period_of(month)} has an actual"
        raise BscError(Fault("actuals", what))
    parts = [_draws(fit, calendar, min(_AT_ONCE, draws - done), rng, luck, scale) for done in range(0, draws, _AT_ONCE)]
    values, added = (np.concatenate(part) for part in zip(*parts, strict=True))
    if luck == 1:
        return [Draws(values, added, scale)]
    return [Draws(values[at : at + luck], added[at : at + luck], scale) for at in range(0, len(values), luck)]


def _draws(
    fit: FittedMap, calendar: Calendar, maps: int, rng: np.random.Generator, luck: int, scale: Scale
) -> tuple[np.ndarray, np.ndarray]:
    """KPIs at the horizon (draws, KPIs), each map so many times, and what initiatives add, by when they start."""
    drawn = draw_equations(fit, maps, rng).repeated(luck)
    base = draw_baseline(fit, drawn, calendar.horizon, rng)[-1:]
    keep_inside(fit, base)
    values = base[0].T.astype(float)
    initiatives = fit.scorecard.initiatives
    moved = sorted({fit.place[change.kpi] for initiative in initiatives for change in initiative.changes})
    step = np.ones((calendar.horizon, 1), dtype=np.float32)
    responses = {k: effect_paths(fit, drawn, {k: step}, calendar.horizon) for k in moved}
    added = np.zeros((len(values), len(initiatives), calendar.periods, values.shape[1]))
    for a, initiative in enumerate(initiatives):
        begun = calendar.begun(initiative)
        for change in initiative.changes:
            comes = rng.random(len(values)) < change.chance
            for period in range(calendar.periods):
                begin = begun if begun is not None else fit.month + 1 + period * calendar.every
                path = change.by * ramp_share(fit, change, begin, calendar.horizon)
                # Each month's part of the change has been at work for as many months as are left.
                parts = np.diff(path, prepend=0.0)[::-1]
                for j, response in responses[fit.place[change.kpi]].items():
                    added[:, a, period, j] += comes * (parts @ response)
    added[:, :, :, scale.weight == 0] = 0.0
    return np.nan_to_num(values), added
