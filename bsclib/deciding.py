"""Choosing between initiatives, as lesson 05 goes about it: what each brings, what all bring, what a budget buys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bsclib.briefing import month_name
from bsclib.briefing.wording import apart, counted, listed
from bsclib.model import Change, Scorecard
from bsclib.scenario import FittedMap, break_even, project
from bsclib.scenario.definition import Scenario
from bsclib.scenario.questions import stacked

if TYPE_CHECKING:
    from bsclib.scenario.budget import Allocation

QUARTER = 3
EFFECTS = ["effect", "effect_low", "effect_high"]


def can_plan(scorecard: Scorecard) -> bool:
    """Whether there are two initiatives or more that cost something and change something, to choose between."""
    return sum(bool(one.cost and one.changes) for one in scorecard.initiatives) > 1


def plans(scorecard: Scorecard) -> pd.DataFrame:
    """What the initiatives of a scorecard plan.

    Parameters
    ----------
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        A row an initiative: `initiative` (its id), `start` (with hyphens that do not break), `months`, `cost`,
        `people`, `after` (ids of those that must have ended), `changes` in words.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> plans(read_scorecard("meridian")).loc[0, "changes"]
    'automation-coverage +8 from month 3, growing over 6 months, chance 80 %'
    """
    rows = [
        (
            one.id,
            (one.start or "").replace("-", "\u2011"),
            one.months,
            one.cost,
            one.people,
            ", ".join(one.after),
            _changes(one.changes),
        )
        for one in scorecard.initiatives
    ]
    return pd.DataFrame(rows, columns=["initiative", "start", "months", "cost", "people", "after", "changes"])


def _changes(changes: Iterable[Change]) -> str:
    return "; ".join(f"{one.kpi} {_signed(one.by)}{_when(one)}" for one in changes)


def _signed(value: float) -> str:
    return f"{value:+g}".replace("-", "−")


def _when(change: Change) -> str:
    grows = f", growing over {counted(change.ramp, 'month')}" if change.ramp else ""
    sure = f", chance {change.chance:.0%}".replace("%", " %") if change.chance < 1 else ""
    return f" from month {change.delay}{grows}{sure}"


def alone(fit: FittedMap, horizon: int = 24, draws: int = 1_000) -> pd.DataFrame:
    """What each initiative adds to the overall score when it runs alone.

    Parameters
    ----------
    fit : FittedMap
    horizon, draws
        As for `bsclib.scenario.project`.

    Returns
    -------
    DataFrame
        A row an initiative that changes something, the largest effect first: `initiative` (its id), `cost`; in the last
        month, in points, `effect`, `effect_low` and `effect_high`; `per_100_000`: the effect for each 100,000 it costs.
    """
    rows = [
        (one.id, one.cost, *_whole(fit, [one.id], horizon, draws)) for one in fit.scorecard.initiatives if one.changes
    ]
    found = pd.DataFrame(rows, columns=["initiative", "cost", *EFFECTS])
    per = 1e5 * found["effect"] / found["cost"].replace(0, np.nan)
    return found.assign(per_100_000=per).sort_values("effect", ascending=False, kind="stable", ignore_index=True)


def together(fit: FittedMap, gains: pd.DataFrame, horizon: int = 24, draws: int = 1_000) -> pd.DataFrame:
    """What all initiatives add to the overall score together, beside what they would add if effects added up.

    Parameters
    ----------
    fit : FittedMap
    gains : DataFrame
        As `alone` gives it.
    horizon, draws
        As for `bsclib.scenario.project`.

    Returns
    -------
    DataFrame
        `initiatives`, `cost`, and in points in the last month `effect`, `effect_low`, `effect_high`: the sum of them
        alone (without a band), and all of them together.
    """
    both = _whole(fit, list(gains["initiative"]), horizon, draws)
    cost = gains["cost"].sum()
    rows = [("the sum of each alone", cost, gains["effect"].sum(), np.nan, np.nan), ("all together", cost, *both)]
    return pd.DataFrame(rows, columns=["initiatives", "cost", *EFFECTS])


def _whole(fit: FittedMap, ids: list[str], horizon: int, draws: int) -> tuple[float, ...]:
    result = project(fit, initiatives=ids, horizon=horizon, draws=draws)
    row = result[result["level"].astype(str) == "scorecard"].iloc[-1]
    return tuple(float(row[name]) for name in EFFECTS)


def must_come(
    fit: FittedMap, initiatives: Iterable[str], worth: float, horizon: int = 24, draws: int = 200
) -> pd.DataFrame:
    """Which share of its plan must come before an initiative has earned its cost.

    Parameters
    ----------
    fit : FittedMap
    initiatives : iterable of str
        Their ids.
    worth : float
        What a point of the overall score is worth for a year, in the money of the costs.
    horizon, draws
        As for `bsclib.scenario.break_even`.

    Returns
    -------
    DataFrame
        A row an initiative: `initiative`, `cost`, `earned` (as planned, on average), and in words `share`, and
        `if_the_rest_goes_well` and `if_it_goes_badly`: the same in the best and the worst twentieth of the draws.
    """
    rows = []
    for id in initiatives:
        found = break_even(fit, id, worth, horizon, draws).iloc[0]
        rows.append((id, found["cost"], found["earned"], *(_part(found[name]) for name in ("share", "low", "high"))))
    columns = ["initiative", "cost", "earned", "share", "if_the_rest_goes_well", "if_it_goes_badly"]
    return pd.DataFrame(rows, columns=columns)


def _part(share: float) -> str:
    return f"{share:.0%}".replace("%", " %") if np.isfinite(share) else "ten times would not do"


def purse(scorecard: Scorecard) -> tuple[float, float | None]:
    """Money and people for a quarter that let every initiative run, and not all of them at once.

    Parameters
    ----------
    scorecard : Scorecard

    Returns
    -------
    tuple of float
        As much money as the dearest takes in a quarter, and as many people as the largest binds; no limit on people
        (None) where none binds any.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> purse(read_scorecard("meridian"))
    (180000.0, 5.0)
    """
    money = max((one.cost * min(QUARTER, one.months) / one.months for one in scorecard.initiatives), default=0.0)
    people = max((one.people for one in scorecard.initiatives), default=0.0)
    return float(money), float(people) or None


def choice_words(allocation: Allocation, scorecard: Scorecard) -> str:
    """What a solver chose, and what comes of it, in sentences.

    Parameters
    ----------
    allocation : Allocation
        As `bsclib.scenario.allocate` gives it.
    scorecard : Scorecard

    Returns
    -------
    str
    """
    names = {one.id: apart(one.name) for one in scorecard.initiatives}
    rows = allocation.chosen.sort_values("start", kind="stable")
    if rows.empty:
        return "Nothing is chosen: no initiative that can be paid for is expected to add to the overall score."
    runs = [
        f"{names[id]} from {month_name(str(start))}"
        for id, start in zip(rows["initiative"], rows["start"], strict=True)
    ]
    left = [names[one.id] for one in scorecard.initiatives if one.changes and one.id not in set(rows["initiative"])]
    said = f"Chosen: {listed(runs, 12)}, for {rows['cost'].sum():,.0f} in all."
    more = f" Not chosen: {listed(left, 12)}." if left else ""
    score = f" The overall score is expected at {allocation.score:.1f}, without them at {allocation.without:.1f}."
    proof = "No other choice does better on these draws." if allocation.optimal else _gap(allocation.gap)
    return f"{said}{more}{score} {proof}"


def _gap(gap: float) -> str:
    return f"The solver was stopped: another choice may do better on these draws, by {gap:.2f} points at most."


def as_scenarios(
    allocation: Allocation,
    scorecard: Scorecard,
    single: str,
    changes: Mapping[str, str] | None = None,
    initiatives: Sequence[str] | Mapping[str, str] = (),
    horizon: int = 24,
) -> list[Scenario]:
    """What is compared: one initiative alone, everything, what the solver chose, and an option of one's own.

    Parameters
    ----------
    allocation : Allocation
        As `bsclib.scenario.allocate` gives it.
    scorecard : Scorecard
    single : str
        The initiative that runs alone.
    changes, initiatives
        One's own option, as in a `Scenario`; left out where both are empty.
    horizon : int

    Returns
    -------
    list of Scenario
        The last one is the decision: one's own option, or what was chosen.
    """
    names = {one.id: one.name for one in scorecard.initiatives}
    rows = allocation.chosen
    everything = tuple(one.id for one in scorecard.initiatives if one.changes)
    found = [
        Scenario(id="one-alone", name=names[single], initiatives=(single,), horizon=horizon),
        Scenario(id="everything", name="Everything, as planned", initiatives=everything, horizon=horizon),
    ]
    if len(rows):
        starts = dict(zip(rows["initiative"], rows["start"].astype(str), strict=True))
        found.append(Scenario(id="chosen", name="What the budget buys", initiatives=starts, horizon=horizon))
    if changes or initiatives:
        mine = initiatives if isinstance(initiatives, Mapping) else tuple(initiatives)
        found.append(Scenario(id="mine", name="My own", changes=dict(changes or {}), initiatives=mine, horizon=horizon))
    return found


def side_by_side(fit: FittedMap, scenarios: Sequence[Scenario], draws: int = 10_000) -> pd.DataFrame:
    """Scenarios asked of one fitted map, all on the same draws.

    Parameters
    ----------
    fit : FittedMap
    scenarios : sequence of Scenario
        Each with an id of its own; their units are not looked at.
    draws : int

    Returns
    -------
    DataFrame
        As `bsclib.scenario.compare` gives it.
    """
    return stacked({one.id: project(fit, one.changes, one.initiatives, one.horizon, draws) for one in scenarios})


def best_looking(
    options: Iterable[int] = (1, 3, 10, 30), noise: Iterable[float] = (1.0, 3.0), seed: int = 5
) -> pd.DataFrame:
    """How much the best of several options looks better than it is, when all are worth the same.

    Parameters
    ----------
    options : iterable of int
        How many there are to choose from.
    noise : iterable of float
        Standard deviation of the error of each estimate, in points.
    seed : int

    Returns
    -------
    DataFrame
        `options`, and a column for each noise: points by which the one that looks best looks better than it is, on
        average over 20,000 choices.
    """
    rng = np.random.default_rng(seed)
    errors = {many: rng.standard_normal((20_000, many)).max(axis=1).mean() for many in options}
    return pd.DataFrame(
        {"options": list(errors)} | {f"noise_{one:g}": [one * high for high in errors.values()] for one in noise}
    )
