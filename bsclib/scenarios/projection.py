"""What happens if: KPIs are moved, initiatives run, and everything that hangs on them moves along the map.

Every draw is two worlds with the same noise, one with the intervention and one without; their difference is its effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault
from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.model.random import generator
from bsclib.scenarios.changes import Changes, Initiatives, Intervention, pushes, read_intervention
from bsclib.scenarios.fitting import FittedMap, fit_map
from bsclib.scenarios.limited_scale import keep_inside, to_scale
from bsclib.scenarios.path_scores import kpi_scores, node_scores, on_target, roll_up
from bsclib.scenarios.paths import SEED, Baseline, Departures, Seed, draw_equations, effect_paths
from bsclib.scoring.scores import LEVELS

EFFECTS = ["effect", "effect_low", "effect_high"]
COLUMNS = ["unit", "period", "level", "id", "without", "with_", "low", "high"]
COLUMNS += [*EFFECTS, "chance_of_target", "first_month"]
BAND = (0.05, 0.5, 0.95)
"""The shares of the draws below the band's low end, its middle and its high end."""
TOLD_APART = 2.80
"""Standard deviations that an effect must reach: found at 5 %, both sides, with a chance of 80 %."""
FOR_NOISE = 500
"""Draws from which the standard deviation of noise is taken."""
ROUNDED = 1e-4
"""Points of score that rounding may cost."""
FEWEST, MOST = 100, 200_000
SLICE = 8
"""Months drawn in one slice of the work."""


def whatif(
    scorecard: Scorecard,
    actuals: pd.DataFrame,
    changes: Changes | None = None,
    initiatives: Initiatives | None = None,
    horizon: int = 24,
    draws: int = 10_000,
    rng: Seed = None,
    unit: str | None = None,
) -> pd.DataFrame:
    """What happens to every KPI and every score if some KPIs are moved, or some initiatives run.

    Parameters
    ----------
    scorecard : Scorecard
    actuals : DataFrame
    changes, initiatives, horizon, draws, rng
        As for `project`.
    unit : str, optional
        As for `fit_map`.

    Returns
    -------
    DataFrame
        As `project` returns it.

    Raises
    ------
    ActualsError, UnknownNameError, BscError
        As `fit_map` and `project` do.

    Notes
    -----
    **Without.** ``level + trend + season + departure``, from the last actual on. Season and the line from which
    departures are measured are what `bsclib.causality.evidence.cleaning` takes out of the actuals; each draw takes a
    line of its own, as sure as it is, and departs from that one, so that every draw starts where the actuals end. A
    trend that hardly stands out of the noise is there in some draws and none in the others; one that is there goes on
    until it ends, in each draw in another month, 24 months ahead on average: the median bends, and the band holds both
    a trend that goes on and one that has just ended. The departure follows the map:
    ``departure[t] = own · departure[t−1] + Σ by · departure of a cause[t−lag] + noise``. `own` may reach 1: such a KPI
    wanders, and has no level to come back to. Noise is as large as in the last 24 actuals, and hits KPIs together as
    far as it did.

    **With.** A change is a lasting shift of the KPI itself, from the first month on, or held at a level whatever else
    would move it. It travels along the map's links, each at the lag that the data found, and an effect hands on what it
    got: ``moved[t] = push[t] + rest[t]``, ``rest[t] = own · rest[t−1] + Σ by · moved of a cause[t−lag]``; in the long
    run one unit more of a cause adds ``by / (1 − own)``. The same noise is drawn with and without, so that it cancels
    in the effect. Values stay within the KPI's limits, stated or as its unit allows (`bsclib.model.limits`), or ever
    was: near a limit that no actual reached, the scale bends, so that a value comes closer and never there.

    **What is drawn.** Each KPI's equation, from all selections of its claimed causes
    (`bsclib.scenarios.equations`); its noise, level, trend and season; whether each change of an initiative comes off.
    Neither that nor the course without depends on what else is asked: two questions meet the same futures.
    Causes that the data do not support are there in some of the draws: they widen the band, and the median stays where
    the supported ones put it.

    **What is not.** A driver that nobody measured, a link that nobody claimed, a link that bends, and whatever changes
    the way things hang together. A quarter's KPI is read month by month, as if it were reported so.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> found = whatif(read_scorecard("meridian"), read_actuals("meridian"), {"training-hours": "+10%"}, draws=500)
    >>> last = found[(found["period"] == "2028-06") & (found["id"] == "change-failure-rate")].iloc[0]
    >>> bool(last["effect_low"] < last["effect"] < last["effect_high"] < 0)
    True
    """
    return project(fit_map(scorecard, actuals, unit), changes, initiatives, horizon, draws, rng)


def project(
    fit: FittedMap,
    changes: Changes | None = None,
    initiatives: Initiatives | None = None,
    horizon: int = 24,
    draws: int = 10_000,
    rng: Seed = None,
) -> pd.DataFrame:
    """As `whatif`, of a map that is fitted already; the method is described there.

    Parameters
    ----------
    fit : FittedMap
        As `fit_map` returns it.
    changes : dict of str to str or float, optional
        By KPI: ``"+10%"`` of the latest actual (of its size, where it is below 0), ``"+3"`` in its own unit, ``"=98"``
        or a number for a level that is held. All from the first month after the last actual, for good.
    initiatives : sequence of str, or dict of str to str, optional
        Initiatives of the scorecard by id, each from its own start, or from the period given; from the first month
        ahead where neither says one. Of one that has started, only what had not come by the last actuals counts. Where
        a KPI is held at a level, nothing that an initiative does to it counts.
    horizon, draws : int
        Months ahead, 1 to 120; draws, 100 to 200,000.
    rng : int or Generator, optional
        By default a fixed seed: the same question gets the same answer.

    Returns
    -------
    DataFrame
        A row for each month and each KPI, objective, perspective and the scorecard, with `unit`, `period`, `level` and
        `id`; KPIs in their own units, all others in scores (0..100):

        - `without`, `with_`: medians of the paths, noise drawn; `low`, `high`: 5 and 95 % of the path with;
        - `effect`, `effect_low`, `effect_high`: median, 5 and 95 % of the difference, draw by draw;
        - `chance_of_target`: of a KPI, the share of the draws in which it is at least as good as expected of that month
          (inside its range); of all others, in which the status is on target;
        - `first_month`: the first month in which the effect could be told from noise; empty where none will do. The
          same in every row of an id.

        NaN where there is no actual, and in what rests on nothing else. `bsclib.scenarios.scenario_notes` says what a
        reader must know of it.

    Raises
    ------
    UnknownNameError
        For a KPI or an initiative that is not in the scorecard; the nearest is named.
    BscError
        For a change that cannot be read or has nothing to start from, a KPI that is set in two ways, and a horizon or a
        number of draws that will not do; with all faults at once.

    Notes
    -----
    **The first month.** From the first month in which anything moves, the months are averaged. In the month that is
    given, the median effect on that average reaches 2.80 standard deviations (``z.975 + z.8``) of the average without
    it, noise, level and trend drawn: from then on a test at 5 %, both sides, would find it with a chance of 80 %.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> result = project(fit, {"mttr": "-3"}, draws=500)
    >>> result.loc[result["id"] == "mttr", "first_month"].iloc[0]
    '2026-07'
    """
    asked = read_intervention(fit, changes, initiatives, horizon)
    rng = generator(rng, SEED)
    drawn = draw_equations(fit, check_band_draws(draws), rng)
    pushed = pushes(fit, asked, draws, rng)
    course = _undisturbed(fit, Departures(fit, drawn, rng).baseline(asked.horizon))
    numbers, first = _numbers(fit, asked, pushed, course)
    return result_frame(fit, numbers, first)[COLUMNS]


def effect_at_horizon(fit: FittedMap, goal: str, *asked: Any) -> tuple[float, ...]:
    """The median effect on a goal in the last month, and its 5 and 95 %; `asked` as of `project`."""
    result = project(fit, *asked)
    return tuple(result.loc[result["id"] == goal, EFFECTS].iloc[-1].astype(float).tolist())


def check_band_draws(draws: Any) -> int:
    """The number of draws, when it is one that makes a band."""
    whole = not isinstance(draws, bool) and isinstance(draws, int | np.integer)
    if not whole or not FEWEST <= draws <= MOST:
        allowed = f"{FEWEST} to {MOST:,}"
        raise BscError(Fault("draws", "so many do not make a band", got=repr(draws)[:80], allowed=allowed))
    return int(draws)


@dataclass(frozen=True)
class Course:
    """What chance drew, and where everything goes when nothing is done: arrays (months, KPIs or nodes, draws)."""

    baseline: Baseline
    values: np.ndarray  # of the KPIs
    scores: np.ndarray  # of all
    without: dict[int, np.ndarray] = field(default_factory=dict)  # medians, by node


def _undisturbed(fit: FittedMap, baseline: Baseline) -> Course:
    """The course without the changes, which chance has drawn."""
    values = baseline.paths()
    keep_inside(fit, values)
    return Course(baseline, values, node_scores(fit.scorecard, values, fit.month + 1 + np.arange(len(values))))


def _numbers(
    fit: FittedMap, asked: Intervention, pushed: Mapping[int, np.ndarray], course: Course, node: int | None = None
) -> tuple[dict[str, np.ndarray], list[str]]:
    """The frame's numbers (months, nodes), by column, and the first month of each node; of all, or of one."""
    card, months = fit.scorecard, fit.month + 1 + np.arange(asked.horizon)
    above, after = len(card.names) - len(card.kpis), _moved(fit, asked, pushed, course)
    if node is not None and node >= above:
        before = course.values[:, node - above, None]
        then = after.get(node - above, course.values[:, node - above])[:, None].copy()
    else:
        before, then = course.scores, course.scores.copy()
        for k, values in after.items():
            kpi_scores(card.kpis[k], values, months, then[:, above + k])
        roll_up(card, then, months)
        if node is not None:
            before, then = before[:, node, None], then[:, node, None]
        else:
            before[:, above:] = then[:, above:] = course.values
            for k, values in after.items():
                then[:, above + k] = values
    chance = np.empty(then.shape[:2])
    for n, at in enumerate(range(len(card.names)) if node is None else [node]):
        if at < above:
            chance[:, n] = (then[:, n] >= 100 * card.thresholds.on_target - ROUNDED).mean(axis=1)
            continue
        kpi = card.kpis[at - above]
        share = on_target(kpi, then[:, n], months).mean(axis=1)
        chance[:, n] = np.where(np.isnan(kpi.expected(months)).reshape(-1, len(months))[0], np.nan, share)
    chance[np.isnan(then[:, :, 0])] = np.nan
    moves = [np.abs(values - course.values[:, k])[:, :FOR_NOISE] > 0 for k, values in after.items()]
    start = next(iter(np.flatnonzero(np.any(moves, axis=(0, 2))).tolist()), None) if moves else None
    difference = then - before
    first = _first_months(fit, start, before[:, :, :FOR_NOISE], difference[:, :, :FOR_NOISE])
    if node is None:
        without = quantiles(before)[1]
    else:
        if node not in course.without:
            course.without[node] = quantiles(before.copy())[1]
        without = course.without[node]
    numbers = {"without": without, "chance_of_target": chance}
    numbers |= zip(("low", "with_", "high"), quantiles(then), strict=True)
    numbers |= zip(("effect_low", "effect", "effect_high"), quantiles(difference), strict=True)
    return numbers, first


def _moved(
    fit: FittedMap, asked: Intervention, pushed: Mapping[int, np.ndarray], course: Course
) -> dict[int, np.ndarray]:
    """The values (months, draws) of every KPI that the changes reach."""
    held = {}
    for k, level in asked.held.items():
        aim = to_scale(np.array(level), fit.limits[k], fit.bends[k]).astype(np.float32)
        held[k] = aim - course.baseline.paths([k])[:, 0]
    effects = effect_paths(fit, course.baseline.drawn, pushed, asked.horizon, held)
    if not effects:
        return {}
    paths = course.baseline.paths([*effects])
    for n, effect in enumerate(effects.values()):
        paths[:, n] += effect
    keep_inside(fit, paths, [*effects])
    return {k: paths[:, n] for n, k in enumerate(effects)}


class Projector:
    """Questions to one map, one after the other, with the same chance: each number is that of `project`."""

    # What chance drew is kept for as many draws, and the course without the changes for as many months.

    def __init__(self, fit: FittedMap):
        self.fit = fit
        self.departures: dict[int, Departures] = {}
        self.kept: dict[int, Course] = {}

    def result(
        self,
        changes: Changes | None = None,
        initiatives: Initiatives | None = None,
        horizon: int = 24,
        draws: int = 10_000,
        id: str | None = None,
    ) -> Iterator[pd.DataFrame | None]:
        """The frame, of all nodes or the rows of one; before it None after each slice of the work."""
        fit, rng = self.fit, generator(None, SEED)
        asked = read_intervention(fit, changes, initiatives, horizon)
        if draws not in self.departures:
            self.departures[draws] = Departures(fit, draw_equations(fit, check_band_draws(draws), rng), rng)
        pushed = pushes(fit, asked, draws, rng)
        if draws not in self.kept or len(self.kept[draws].values) != asked.horizon:
            yield None
            self.kept.pop(draws, None)
            departures = self.departures[draws]
            for months in range(SLICE, asked.horizon, SLICE):
                departures.until(months)
                yield None
            baseline = departures.baseline(asked.horizon)
            yield None
            self.kept[draws] = _undisturbed(fit, baseline)
        yield None
        node = None if id is None else list(fit.scorecard.names).index(id)
        course = self.kept[draws]
        if node is None:  # the medians sort what they are taken of
            course = replace(course, scores=course.scores.copy())
        numbers, first = _numbers(fit, asked, pushed, course, node)
        yield result_frame(fit, numbers, first, node)[COLUMNS]


def _first_months(fit: FittedMap, start: int | None, base: np.ndarray, effect: np.ndarray) -> list[str]:
    """The first month in which the effect on nodes, some of which move from `start` on, could be told from noise."""
    if start is None:
        return [""] * effect.shape[1]
    count = np.arange(1, len(base) - start + 1, dtype=base.dtype)[:, None, None]
    noise = (np.cumsum(base[start:], axis=0) / count).std(axis=2)
    size = np.abs(np.median(np.cumsum(effect[start:], axis=0) / count, axis=2))
    told = (size >= TOLD_APART * noise) & (size > 0)
    first = np.where(told.any(axis=0), told.argmax(axis=0), -1)
    return [periods.period_of(fit.month + 1 + start + int(h)) if h >= 0 else "" for h in first]


def quantiles(values: np.ndarray, at: tuple[float, ...] = BAND) -> np.ndarray:
    """Quantiles over the last axis, as `numpy.quantile` defines them, first; `values` is sorted in place."""
    values.sort(axis=-1)
    last = values.shape[-1] - 1
    out = []
    for share in at:
        below = int(share * last)
        part = values.dtype.type(share * last - below)
        here, next_ = values[..., below], values[..., min(below + 1, last)]
        out.append(here + part * (next_ - here))
    return np.stack(out)


def result_frame(
    fit: FittedMap, numbers: dict[str, np.ndarray], first: Sequence[str] = (), node: int | None = None
) -> pd.DataFrame:
    """Numbers (months, nodes), by column, as a row each, with unit, month, level and id; of all nodes or of one."""
    card, shape = fit.scorecard, next(iter(numbers.values())).shape
    first = first or [""] * shape[1]
    ids, words = list(card.names), sorted({"", *first})
    months = [periods.period_of(fit.month + 1 + h) for h in range(shape[0])]
    level = np.repeat(np.arange(4), [1, len(card.perspectives), len(card.objectives), len(card.kpis)])
    at = np.arange(len(ids)) if node is None else np.array([node])
    texts = {
        "unit": (np.zeros(1, dtype=int), [fit.unit]),
        "period": (np.arange(len(months))[:, None], months),
        "level": (level[at], list(LEVELS)),
        "id": (at, ids),
        "first_month": (np.array([words.index(month) for month in first]), words),
    }
    data: dict[str, Any] = {
        name: pd.Categorical.from_codes(np.broadcast_to(codes, shape).reshape(-1), categories=categories)
        for name, (codes, categories) in texts.items()
    }
    data |= {name: values.reshape(-1).astype(float) for name, values in numbers.items()}
    return pd.DataFrame(data)
