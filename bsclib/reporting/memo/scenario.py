"""What a scenario's file comes to, for a report on a scorecard."""

from __future__ import annotations

import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.scenarios.definition import Scenario, check_scenario
from bsclib.scenarios.files import read_scenario
from bsclib.scenarios.fitting import fit_map
from bsclib.scenarios.notes import scenario_notes
from bsclib.scenarios.projection import project


def scenario_report(
    path: str, scorecard: Scorecard, actuals: pd.DataFrame, unit: str = "", as_of: str = "", draws: int = 10_000
) -> tuple[Scenario, pd.DataFrame, list[str]]:
    """Read a scenario, and ask the scorecard's map what it comes to.

    Parameters
    ----------
    path : str
        A scenario's file, or a shipped one such as ``meridian/train-people``.
    scorecard : Scorecard
    actuals : DataFrame
    unit, as_of : str, optional
        By default the scenario's own unit, else the organisation; the last period that counts, by default the last.
    draws : int

    Returns
    -------
    Scenario, DataFrame, list of str
        What is asked; what `bsclib.whatif` returns for it; what a reader must know of it (`scenario_notes`).

    Raises
    ------
    BscError
        When the file cannot be read, or the scenario does not fit the scorecard.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    >>> scenario, result, notes = scenario_report("meridian/train-people", card, actuals, draws=200)
    >>> scenario.name, scenario.horizon == result["period"].nunique()
    ('Train people', True)
    """
    scenario = read_scenario(path)
    check_scenario(scenario, scorecard)
    if as_of:
        actuals = check_actuals(actuals, scorecard)
        last = periods.span(periods.resolve(as_of, scorecard.year_starts))[1]
        actuals = actuals[[periods.span(str(period))[1] <= last for period in actuals["period"]]]
    fit = fit_map(scorecard, actuals, unit or scenario.unit or None)
    asked = scenario.changes, scenario.initiatives
    result = project(fit, *asked, scenario.horizon, draws)
    return scenario, result, scenario_notes(fit, result, *asked)
