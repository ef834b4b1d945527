"""Scenarios beside each other, all on the same draws, so that chance does not tell them apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from bsclib.errors import BscError, Fault
from bsclib.model.nouns import Scorecard
from bsclib.model.random import generator
from bsclib.scenarios.amounts import as_list
from bsclib.scenarios.definition import Scenario
from bsclib.scenarios.fitting import FittedMap, fit_map
from bsclib.scenarios.paths import SEED, Seed
from bsclib.scenarios.projection import COLUMNS, project

TEXTS = ("unit", "period", "level", "id", "first_month")


def compare(
    scorecard: Scorecard, actuals: pd.DataFrame, scenarios: Iterable[Scenario], draws: int = 10_000, rng: Seed = None
) -> pd.DataFrame:
    """Several scenarios, each asked of its own unit, on the same draws.

    Parameters
    ----------
    scorecard : Scorecard
    actuals : DataFrame
    scenarios : iterable of Scenario
        Each with an id of its own. What comes of doing nothing is the column `without` of each.
    draws, rng
        As for `project`.

    Returns
    -------
    DataFrame
        As `project` returns it for each, one below the other, with a first column `scenario`: its id.

    Raises
    ------
    BscError
        When there is no scenario, or two have the same id; and as `project` does.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> slower = Scenario(id="slower", name="Slower", changes={"mttr": "+0.5"}, horizon=6)
    >>> faster = Scenario(id="faster", name="Faster", changes={"mttr": "-0.5"}, horizon=6)
    >>> compared = compare(read_scorecard("meridian"), read_actuals("meridian"), [slower, faster], draws=200)
    >>> compared[(compared["id"] == "mttr") & (compared["period"] == "2026-12")]["effect"].round(2).tolist()
    [0.5, -0.5]
    """
    asked: Any = scenarios
    given = [asked] if isinstance(asked, Scenario) else as_list("scenarios", asked)
    other = next((one for one in given if not isinstance(one, Scenario)), None)
    if other is not None:
        fix = "make one with Scenario(id=..., name=...), or read one with read_scenario()"
        raise BscError(Fault("scenarios", "this is no scenario", repr(other)[:80], fix=fix))
    ids = [one.id for one in given]
    twice = [id for id in dict.fromkeys(ids) if ids.count(id) > 1]
    if not given or twice:
        fault = f"{', '.join(twice)}: this id is used twice" if twice else "there is nothing to compare"
        fix = "give each scenario an id of its own" if twice else "give one or more"
        raise BscError(Fault("scenarios", fault, fix=fix))
    seed = int(generator(rng, SEED).integers(2**63))
    fits = {unit: fit_map(scorecard, actuals, unit) for unit in dict.fromkeys(one.unit for one in given)}
    return stack_results(
        {one.id: project(fits[one.unit], one.changes, one.initiatives, one.horizon, draws, seed) for one in given}
    )


def compare_scenarios(fit: FittedMap, scenarios: Sequence[Scenario], draws: int = 10_000) -> pd.DataFrame:
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
        As `compare` gives it.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> slower = Scenario(id="slower", name="Slower", changes={"mttr": "+0.5"}, horizon=6)
    >>> faster = Scenario(id="faster", name="Faster", changes={"mttr": "-0.5"}, horizon=6)
    >>> compare_scenarios(fit, [slower, faster], draws=200).groupby("scenario", observed=True).size().tolist()
    [300, 300]
    """
    return stack_results({one.id: project(fit, one.changes, one.initiatives, one.horizon, draws) for one in scenarios})


def stack_results(results: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Results of `project` one below the other, each named by its scenario."""
    frames = [result.assign(scenario=id).astype(dict.fromkeys(TEXTS, "str")) for id, result in results.items()]
    table = pd.concat(frames, ignore_index=True)[["scenario", *COLUMNS]]
    return table.astype({name: pd.CategoricalDtype(list(dict.fromkeys(table[name]))) for name in ("scenario", *TEXTS)})
