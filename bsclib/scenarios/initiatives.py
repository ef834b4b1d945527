"""Choosing between initiatives, as lesson 05 goes about it: what each brings, what all bring, what a budget buys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bsclib.model.nouns import Scorecard
from bsclib.scenarios import FittedMap, break_even, project
from bsclib.scenarios.definition import Scenario
from bsclib.scenarios.questions import stacked

if TYPE_CHECKING:
    from bsclib.scenarios.budget import Allocation

QUARTER = 3
EFFECTS = ["effect", "effect_low", "effect_high"]


def can_plan(scorecard: Scorecard) -> bool:
    """Whether there are two initiatives or more that cost something and change something, to choose between."""
    return sum(bool(one.cost and one.changes) for one in scorecard.initiatives) > 1


def alone(fit: FittedMap, horizon: int = 24, draws: int = 1_000) -> pd.DataFrame:
    """What each initiative adds to the overall score when it runs alone.

    Parameters
    ----------
    fit : FittedMap
    horizon, draws
        As for `bsclib.scenarios.project`.

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
        As for `bsclib.scenarios.project`.

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
        As for `bsclib.scenarios.break_even`.

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
        As `bsclib.scenarios.allocate` gives it.
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
        As `bsclib.scenarios.compare` gives it.
    """
    return stacked({one.id: project(fit, one.changes, one.initiatives, one.horizon, draws) for one in scenarios})
