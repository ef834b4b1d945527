"""What pictures of scenarios say: levels and effects of anything scored, in its own units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.nouns import KPI, Scorecard
from bsclib.plots.lettering import safe_name
from bsclib.plots.wording import shown

_NOTHING = 0.005
"""Points; less than that is no effect."""


@dataclass(frozen=True)
class Quantity:
    """Something scored, and how its levels and effects are written.

    Parameters
    ----------
    id : str
    name : str
        As the font can draw it.
    kpi : KPI or None
        None for what has a score of 0 to 100.
    """

    id: str
    name: str
    kpi: KPI | None = None

    @classmethod
    def of(cls, scorecard: Scorecard, id: str | None = None) -> Quantity:
        """What an id stands for; by default the scorecard.

        Raises
        ------
        UnknownNameError
            When the scorecard has nothing of this id.
        """
        id = scorecard.id if id is None else id
        if id not in scorecard.names:
            raise UnknownNameError(unknown("KPI, objective or perspective", id, scorecard.names, "id"))
        kpi = next((one for one in scorecard.kpis if one.id == id), None)
        return cls(id, safe_name(scorecard.names[id], id), kpi)

    @property
    def column(self) -> str:
        """The column of `bsclib.score` that holds its history."""
        return "score" if self.kpi is None else "actual"

    def level(self, value: float) -> str:
        """A level in its own units; a score with one decimal."""
        if np.isnan(value):
            return "no data"
        return f"{value:.1f}".replace("-", "−") if self.kpi is None else shown(self.kpi, value)

    def effect(self, value: float) -> str:
        """A difference in its own units, with its sign; in points for a score.

        Examples
        --------
        >>> Quantity("all", "All").effect(-1.26), Quantity("all", "All").effect(0.031)
        ('−1.3 points', '+0.03 points')
        """
        if np.isnan(value):
            return "unknown"
        if self.kpi is None:
            return f"{signed_points(value)} points"
        text = shown(self.kpi, abs(value)).lstrip("+")
        if value and not any(digit in text for digit in "123456789"):
            text = f"{abs(value):.1g} {self.kpi.measured_in}".strip()
        return f"{'+' if value > 0 else '−'}{text}" if value else text

    def effects(self, low: float, high: float) -> str:
        """The ends of a band of differences."""
        if self.kpi is None:
            return f"{signed_points(low)} to {signed_points(high)}"
        return f"{self.effect(low)} to {self.effect(high)}"

    @property
    def goal(self) -> str:
        """What is better, in a word or two."""
        if self.kpi is None or self.kpi.direction == "higher_is_better":
            return "higher is better"
        return "lower is better" if self.kpi.direction == "lower_is_better" else "inside the range is best"


def signed_points(value: float) -> str:
    """A difference of scores with its sign; two decimals where one would say nothing.

    Examples
    --------
    >>> signed_points(3.14), signed_points(-0.04), signed_points(0.001)
    ('+3.1', '−0.04', '0')
    """
    if abs(value) < _NOTHING:
        return "0"
    return (f"{value:+.1f}" if abs(value) >= 0.095 else f"{value:+.2f}").replace("-", "−")


def chance(share: float) -> str:
    """A chance in per cent; what is nearly sure is not rounded to certainty.

    Examples
    --------
    >>> chance(0.62), chance(0.999), chance(0.001), chance(0.0), chance(float("nan"))
    ('62 %', 'over 99 %', 'under 1 %', '0 %', 'unknown')
    """
    if np.isnan(share):
        return "unknown"
    if 0 < share < 0.005:
        return "under 1 %"
    return "over 99 %" if 0.995 <= share < 1 else f"{100 * share:.0f} %"


def course(result: pd.DataFrame, id: str) -> pd.DataFrame:
    """The months of one id in a result, indexed by month since the year 0.

    Parameters
    ----------
    result : DataFrame
        As `bsclib.whatif` returns it; of one scenario.
    id : str

    Raises
    ------
    UnknownNameError
        When the id is not in the result.
    BscError
        When the result holds several scenarios.
    """
    if "scenario" in result and result["scenario"].nunique() > 1:
        names = ", ".join(dict.fromkeys(result["scenario"].astype(str)))
        raise BscError(Fault("result", "it holds several scenarios", got=names, fix="pick the rows of one of them"))
    result = texts(result)
    rows = result[result["id"] == id]
    if rows.empty:
        there = dict.fromkeys(result["id"])
        raise UnknownNameError(unknown("KPI, objective or perspective in the result", id, there, "id"))
    months = [periods.span(str(period))[0] for period in rows["period"]]
    return rows.set_index(pd.Index(months, name="month")).sort_index()


def texts(result: pd.DataFrame) -> pd.DataFrame:
    """The same with its keys as plain text: in a file an empty unit, or no first month, is a missing value."""
    keys = {name: "" for name in ("scenario", "unit", "period", "level", "id", "first_month") if name in result}
    return result.astype(dict.fromkeys(keys, "str")).fillna(keys)


def first_told(result: pd.DataFrame, id: str) -> str | None:
    """The first month in which the effect on an id could be told from noise; empty for none, None where not said."""
    return str(texts(result).set_index("id").loc[[id], "first_month"].iloc[0]) if "first_month" in result else None
