"""How closely KPIs move together, pair by pair: as they are observed, and in what trend, season and events leave over.

Two KPIs that both rise look related even when neither drives the other. So each pair has two correlations, and
the second one, of their departures, is the one to believe. KPIs whose formulas share a quantity move together by
arithmetic, whatever happens; such pairs are marked.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import monthly
from bsclib.actuals.departures import find_departures
from bsclib.model.formula import identity
from bsclib.model.nouns import Scorecard

LEAST_MONTHS = 24
"""Months that two KPIs must have in common to be compared: in fewer, chance alone reaches 0.7 too often."""
DECIMALS = 9
"""Of a correlation, so that machines whose last digits differ agree on which pair is closer."""


def kpi_correlations(actuals: pd.DataFrame, scorecard: Scorecard) -> pd.DataFrame:
    """Correlate each two KPIs, as they are and when trend, season and events are taken out.

    Parameters
    ----------
    actuals : DataFrame
        Long, checked or not; the organisation as a whole is compared.
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        A row a pair of KPIs with 24 months or more in common: `kpi`, `other`, `months`, `raw` (correlation of the
        actuals, -1 to 1), `left` (correlation of their departures over the same months), and `by_arithmetic`: ``"yes"``
        where their formulas share a quantity, so that one moves the other whatever happens.

    Raises
    ------
    ActualsError
        When the actuals cannot be read, or there are none.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> scorecard, actuals = load_dataset("meridian")
    >>> pairs = kpi_correlations(actuals, scorecard).set_index(["kpi", "other"])
    >>> pair = pairs.loc[("automation-coverage", "technical-debt")]
    >>> bool(pair["raw"] < -0.95), bool(abs(pair["left"]) < 0.3)
    (True, True)
    """
    left = find_departures(actuals, scorecard)
    rows = monthly(actuals, scorecard).astype({"unit": str, "kpi": str, "period": str})
    raw = rows[rows["unit"] == ""].pivot(index="period", columns="kpi", values="actual")
    raw = raw.reindex(index=left.index, columns=left.columns).where(left.notna())
    (corrected, months), (uncorrected, _) = departure_correlations(left), departure_correlations(raw)
    first, second = np.triu_indices(len(left.columns), 1)
    ids = left.columns.astype(str)
    pairs = pd.DataFrame({"kpi": ids[first], "other": ids[second]})
    for name, square in (("months", months), ("raw", uncorrected), ("left", corrected)):
        pairs[name] = square.to_numpy()[first, second]
    pairs = pairs.dropna().reset_index(drop=True)
    formulas = [pairs[end].map(lambda id: scorecard.kpi(id).formula) for end in ("kpi", "other")]
    pairs["by_arithmetic"] = ["yes" if identity(*both) else "no" for both in zip(*formulas, strict=True)]
    return pairs


def departure_correlations(left: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Correlations (-1..1) and months in common, KPIs by KPIs; NaN for too few months or a KPI that does not vary."""
    seen = left.notna().to_numpy(dtype=int)
    months = pd.DataFrame(seen.T @ seen, index=left.columns, columns=left.columns)
    # Scaled to 1 first: the squares of very large or very small values would leave the range of a float.
    size = left.abs().max().replace(0, 1).fillna(1)
    with np.errstate(divide="ignore", invalid="ignore"):
        correlation = (left / size).corr(min_periods=LEAST_MONTHS).round(DECIMALS).clip(-1, 1)
    return correlation.rename_axis(index=None, columns=None), months.rename_axis(index=None, columns=None)
