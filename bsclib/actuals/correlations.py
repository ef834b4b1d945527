"""Correlations."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import monthly
from bsclib.actuals.departures import departures
from bsclib.model.formula import identity
from bsclib.model.nouns import Scorecard


def together(actuals: pd.DataFrame, scorecard: Scorecard) -> pd.DataFrame:
    """How closely each two KPIs move together, as they are and when trend, season and events are taken out.

    Parameters
    ----------
    actuals : DataFrame
        What was observed.
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        A row a pair of KPIs with 24 months or more in common: `kpi`, `other`, `months`, `raw` (correlation of the
        actuals, -1 to 1), `left` (correlation of their departures over the same months), and `by_arithmetic`: ``"yes"``
        where their formulas share a quantity, so that one moves the other whatever happens.
    """
    left = departures(actuals, scorecard)
    rows = monthly(actuals, scorecard).astype({"unit": str, "kpi": str, "period": str})
    raw = rows[rows["unit"] == ""].pivot(index="period", columns="kpi", values="actual")
    raw = raw.reindex(index=left.index, columns=left.columns).where(left.notna())
    (corrected, months), (uncorrected, _) = correlations(left), correlations(raw)
    first, second = np.triu_indices(len(left.columns), 1)
    ids = left.columns.astype(str)
    found = pd.DataFrame({"kpi": ids[first], "other": ids[second]})
    for name, frame in (("months", months), ("raw", uncorrected), ("left", corrected)):
        found[name] = frame.to_numpy()[first, second]
    found = found.dropna().reset_index(drop=True)
    formulas = {kpi.id: kpi.formula for kpi in scorecard.kpis}
    same = [identity(formulas[a], formulas[b]) for a, b in zip(found["kpi"], found["other"], strict=True)]
    found["by_arithmetic"] = ["yes" if one else "no" for one in same]
    return found


LEAST = 24
"""Months that two KPIs must have in common to be compared."""


_DECIMALS = 9


def correlations(left: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Correlate departures pair by pair, over the months in which both have one.

    Parameters
    ----------
    left : DataFrame
        As `bsclib.actuals.departures.departures` returns it.

    Returns
    -------
    correlation, months : DataFrame
        KPIs by KPIs. The correlation (-1..1) is NaN for pairs with fewer than 24 months in common, and where a KPI does
        not vary in them; the number of months is there for all.

    Examples
    --------
    >>> left = pd.DataFrame({"a": np.arange(24.0), "b": -np.arange(24.0), "c": 1.0})
    >>> found, months = correlations(left)
    >>> float(found.loc["a", "b"]), bool(np.isnan(found.loc["a", "c"])), int(months.loc["a", "c"])
    (-1.0, True, 24)
    """
    seen = left.notna().to_numpy(dtype=int)
    months = pd.DataFrame(seen.T @ seen, index=left.columns, columns=left.columns)
    size = left.abs().max().replace(0, 1).fillna(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (left / size).corr(min_periods=LEAST).round(_DECIMALS).clip(-1, 1)
    return found.rename_axis(index=None, columns=None), months.rename_axis(index=None, columns=None)
