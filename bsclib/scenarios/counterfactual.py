"""What a change would really have done, where the truth that the actuals were made from is known.

A prediction can be held against the truth only where somebody made the truth. The effect is worked out without chance:
the same world twice, once with the moves and once without, through the links that exist
(`bsclib.causality.simulation`), whatever the scorecard claims.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import cube
from bsclib.actuals.table import check_actuals
from bsclib.causality.simulation import LENGTHS, grown, simulate
from bsclib.causality.truth import Step, Truth
from bsclib.errors import Fault, ScorecardError, unknown
from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.scenarios.changes import Changes, Initiatives, read_intervention
from bsclib.scenarios.fitting import FittedMap

ROUNDING = 1e-5
"""What counts as no difference, beside 1 or the number itself: predictions are drawn in single precision."""
_WHOLE_YEAR = 11
"""Months run beyond the horizon, so that the quarter and the year that hold its last month are complete."""


def true_effects(
    scorecard: Scorecard, truth: Truth, moves: Iterable[Step], last: str, horizon: int = 24, unit: str = ""
) -> pd.DataFrame:
    """What moves of KPIs would really have done to all KPIs.

    Parameters
    ----------
    scorecard : Scorecard
        Says what is measured, how often, and how units are brought together. Its links play no part: the truth's do.
    truth : Truth
        What its actuals were made from.
    moves : iterable of Step
        Each moves one KPI (`process`) `by` so much, in the KPI's own unit, as `unit` below sees it, from a month on,
        growing over a ramp. What several do adds up.
    last, horizon : str, int
        The last month before the prediction begins, and how many months after it.
    unit : str
        The unit that moves and is looked at; by default all of them move alike, and the organisation is looked at.

    Returns
    -------
    DataFrame
        A row for each month after `last` and each KPI: `period`, `id`, `effect` (in the KPI's own unit), and `long_run`
        (what `effect` comes to when nothing else ever happens; the same in every row of a KPI, missing where the links
        go round in a circle that never settles).

    Raises
    ------
    ScorecardError
        When the truth lacks a KPI of the scorecard, a move names no KPI of it, or the truth begins only after `last`.

    Notes
    -----
    Without chance, effects add up along the links: ``rest[t] = own · rest[t−1] + Σ by · movement of the cause[t−lag]``.
    What a KPI cannot pass (below 0, above 100 %) is not looked at. In the long run one unit more of a cause moves its
    effect by ``by / (1 − own)``.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> from bsclib.causality import read_truth
    >>> from bsclib.files.paths import shipped_folder
    >>> truth = read_truth(shipped_folder() / "datasets" / "meridian" / "truth.yaml")
    >>> faster = Step(process="mttr", by=-1, start="2026-07")
    >>> effects = true_effects(read_scorecard("meridian"), truth, [faster], last="2026-06", horizon=12)
    >>> effects[effects["id"] == "sla-met"].iloc[[0, 1, -1]]
          period       id    effect  long_run
    7    2026-07  sla-met  0.800000  1.142857
    34   2026-08  sla-met  1.040000  1.142857
    304  2027-06  sla-met  1.142857  1.142857
    """
    steps = list(moves)
    _check(scorecard, truth, steps, last, unit)
    ids = [kpi.id for kpi in scorecard.kpis]
    place = {id: k for k, id in enumerate(ids)}
    # The same world without chance, and without what keeps a number within its bounds.
    calm = {"noise": 0.0, "lowest": None, "highest": None, "decimals": 9}
    processes = {id: process.model_copy(update=calm) for id, process in truth.processes.items()}
    quiet = truth.model_copy(update={"processes": processes, "gaps": (), "missing": 0.0})
    begin, before = periods.span(last)[1] + 1, periods.span(truth.first)[0]
    at = slice(begin - before, begin - before + horizon)
    still = _observed(scorecard, quiet, at.stop, unit)
    lift = _lift(scorecard, truth, unit)
    driving = [step for step in steps if step.process in truth.processes]
    pushes = [step.model_copy(update={"by": step.by / lift[place[step.process]], "unit": unit}) for step in driving]
    moved = quiet.model_copy(update={"pushes": (*quiet.pushes, *pushes)})
    effect = (_observed(scorecard, moved, at.stop, unit) - still)[at]
    lasting = _long_run(scorecard, truth, pushes) * lift
    for step in steps:
        if step not in driving:  # what is arithmetic on others drives nothing
            effect[:, place[step.process]] += step.by * grown(step, begin + np.arange(horizon))
            lasting[place[step.process]] += step.by if step.until is None else 0.0
    return pd.DataFrame(
        {
            "period": np.repeat([periods.period_of(begin + t) for t in range(horizon)], len(ids)),
            "id": np.tile(np.array(ids, dtype=object), horizon),
            "effect": np.round(effect, 9).reshape(-1) + 0.0,
            "long_run": np.tile(np.round(lasting, 9) + 0.0, horizon),
        }
    )


def as_steps(
    fit: FittedMap,
    result: pd.DataFrame,
    changes: Changes | None = None,
    initiatives: Initiatives | None = None,
    worked: bool = True,
) -> list[Step]:
    """The moves that a what-if asked about, for `true_effects`.

    Parameters
    ----------
    fit : FittedMap
    result : DataFrame
        As `project` gives it.
    changes, initiatives
        What it was asked.
    worked : bool
        Whether each change of an initiative comes off; otherwise it counts for its chance, which is what comes of it on
        average.

    Returns
    -------
    list of Step
        In the KPIs' own units. Of an initiative that has begun, what is still to come. A KPI that is held at a level
        moves, month by month, from where it was expected without.

    Examples
    --------
    >>> from bsclib import fit_map, project, read_actuals, read_scorecard
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> changes = {"mttr": "-1"}
    >>> [step] = as_steps(fit, project(fit, changes, draws=100), changes)
    >>> step.process, step.by, step.start
    ('mttr', -1.0, '2026-07')
    """
    asked = read_intervention(fit, changes, initiatives, result["period"].nunique())
    first = periods.period_of(fit.month + 1)
    steps = []
    for moved in asked.changes:
        kpi = fit.scorecard.kpis[moved.kpi].id
        if moved.level is None:
            steps.append(Step(process=kpi, by=moved.by, start=first))
        else:
            expected = result.loc[result["id"].astype(str) == kpi, "without"].to_numpy(float)
            rises = enumerate(np.diff(moved.level - expected, prepend=0.0).tolist(), start=fit.month + 1)
            steps += [Step(process=kpi, by=rise, start=periods.period_of(month)) for month, rise in rises]
    for begun in asked.starts:
        for change in begun.initiative.changes:
            share = 1.0 if worked else change.chance
            start, months = begun.start + change.delay, change.ramp + 1
            left = min(months, start + months - fit.month - 1)  # months of the ramp that are still to come
            if left > 0:
                start, by = max(start, fit.month + 1), change.by * share * left / months
                steps.append(Step(process=change.kpi, by=by, start=periods.period_of(start), ramp=left - 1))
    return steps


def compare_with_truth(predicted: pd.DataFrame, happened: pd.DataFrame) -> pd.DataFrame:
    """A prediction and what really would have happened, row by row.

    Parameters
    ----------
    predicted : DataFrame
        As `bsclib.scenarios.whatif` gives it; only the rows that `happened` holds count.
    happened : DataFrame
        As `true_effects` gives it, for the same unit and moves.

    Returns
    -------
    DataFrame
        A row for each KPI and month of both: `period`, `id`, `effect`, `effect_low` and `effect_high` as predicted,
        `truth` (the effect there would have been), `inside` (whether it lies in the band, edges included), `long_run`.

    Examples
    --------
    >>> predicted = pd.DataFrame(
    ...     {"period": ["2026-07"], "id": ["sales"], "effect": [2.0], "effect_low": [1.0], "effect_high": [3.0]}
    ... )
    >>> truth = pd.DataFrame({"period": ["2026-07"], "id": ["sales"], "effect": [3.5], "long_run": [4.0]})
    >>> compare_with_truth(predicted, truth)[["id", "truth", "inside"]]
          id  truth  inside
    0  sales    3.5   False
    """
    said = predicted[["period", "id", "effect", "effect_low", "effect_high"]]
    said = said.assign(period=said["period"].astype(str), id=said["id"].astype(str))
    both = said.merge(happened.rename(columns={"effect": "truth"}), on=["period", "id"])
    room = ROUNDING * (1 + both["truth"].abs())
    inside = both["truth"].between(both["effect_low"] - room, both["effect_high"] + room)
    return both.assign(inside=inside)[[*said, "truth", "inside", "long_run"]]


def moved_by_truth(held: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last month that are a prediction: a band with some width, or a truth that it missed.

    Parameters
    ----------
    held : DataFrame
        As `compare_with_truth` gives it.

    Returns
    -------
    DataFrame
        Rows of `held`: what was moved itself, by as much as was asked, is not among them.

    Examples
    --------
    >>> held = pd.DataFrame({"period": "2026-07", "id": ["a", "b"], "effect_low": [1.0, 2], "effect_high": [3.0, 2]})
    >>> moved_by_truth(held.assign(truth=2.0, inside=True))["id"].tolist()
    ['a']
    """
    last = held[held["period"] == held["period"].max()]
    size = ROUNDING * (1 + last["truth"].abs())
    return last[(last["effect_high"] - last["effect_low"] > size) | ~last["inside"]]


def _observed(scorecard: Scorecard, truth: Truth, months: int, unit: str) -> np.ndarray:
    """What would be seen of each KPI (months, KPIs), from the truth's first month on."""
    actuals = check_actuals(simulate(scorecard, truth, months=months + _WHOLE_YEAR), scorecard)
    grid = cube(actuals, scorecard)
    first = periods.span(truth.first)[0] - int(grid.months[0])
    return grid.actual[grid.units.index(unit), max(first, 0) :]


def _lift(scorecard: Scorecard, truth: Truth, unit: str) -> np.ndarray:
    """By how much each KPI rises, as it is reported, when its process rises by one in each unit."""
    lift = np.ones(len(scorecard.kpis))
    for k, kpi in enumerate(scorecard.kpis):
        process = truth.processes.get(kpi.id)
        sizes = np.array(list(truth.units.values())) if process and process.sized else np.ones(len(truth.units))
        whole = sizes.sum() if kpi.pooled == "sum" else sizes.mean()
        lift[k] = sizes[list(truth.units).index(unit)] if unit else whole
        lift[k] *= LENGTHS[kpi.frequency] if kpi.aggregate == "sum" else 1
    return lift


def _long_run(scorecard: Scorecard, truth: Truth, pushes: list[Step]) -> np.ndarray:
    """What lasting pushes come to in each KPI's process in the end; NaN in a circle that never settles."""
    names = list(truth.processes)
    place = {name: n for n, name in enumerate(names)}
    travel, pushed = np.zeros((len(names), len(names))), np.zeros(len(names))
    for link in truth.links:
        travel[place[link.effect], place[link.cause]] += link.by / (1 - truth.processes[link.effect].own)
    for push in pushes:
        pushed[place[push.process]] += push.by if push.until is None else 0.0
    settles = np.abs(np.linalg.eigvals(travel)).max() < 1
    total = np.linalg.solve(np.eye(len(names)) - travel, pushed) if settles else np.full(len(names), np.nan)
    return np.array([total[place[kpi.id]] if kpi.id in place else 0.0 for kpi in scorecard.kpis])


def _check(scorecard: Scorecard, truth: Truth, steps: list[Step], last: str, unit: str) -> None:
    ids = [kpi.id for kpi in scorecard.kpis]
    faults = [unknown("KPI", step.process, ids, "a move") for step in steps if step.process not in ids]
    if unit and unit not in truth.units:
        faults.append(unknown("unit", unit, truth.units, "the truth"))
    if periods.span(last)[1] < periods.span(truth.first)[0]:
        what = f"the truth begins in {truth.first}, after the last month before the prediction"
        faults.append(Fault("truth", what, got=last, fix="give actuals that the truth was made for"))
    if faults:
        raise ScorecardError(faults)
