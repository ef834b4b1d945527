"""What a scenario's file comes to, for a report on a scorecard."""

from __future__ import annotations

import pandas as pd

from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.scenarios import Scenario, check_scenario, whatif
from bsclib.scenarios.files import read_scenario


def reported(
    path: str, scorecard: Scorecard, actuals: pd.DataFrame, unit: str = "", as_of: str = "", draws: int = 10_000
) -> tuple[Scenario, pd.DataFrame]:
    """Read a scenario, and ask the scorecard's map what it comes to.

    Parameters
    ----------
    path : str
        A scenario's file, or a shipped one such as ``meridian/train-people``.
    scorecard : Scorecard
    actuals : DataFrame
    unit : str, optional
        By default the scenario's own; else the organisation as a whole.
    as_of : str, optional
        The last period that counts; by default the last in the actuals.
    draws : int

    Returns
    -------
    Scenario
        What is asked.
    DataFrame
        As `bsclib.whatif` returns it.

    Raises
    ------
    BscError
        When the file cannot be read, or the scenario does not fit the scorecard.
    """
    asked = read_scenario(path)
    check_scenario(asked, scorecard)
    if as_of:
        last = periods.span(as_of)[1]
        actuals = actuals[[periods.span(str(period))[1] <= last for period in actuals["period"]]]
    place = unit or asked.unit or None
    return asked, whatif(scorecard, actuals, asked.changes, asked.initiatives, asked.horizon, draws, unit=place)
