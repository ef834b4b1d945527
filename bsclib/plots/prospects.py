"""What pictures of scenarios say: levels and effects of anything scored, in its own units."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.nouns import KPI, Scorecard
from bsclib.plots.lettering import safe_name
from bsclib.plots.wording import value_text
from bsclib.wording import effect_texts, number, signed

_DIGITS = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True)
class Quantity:
    """Something scored, and how its levels and effects are written."""

    id: str
    name: str
    """As the font can draw it."""
    kpi: KPI | None = None
    """None for what has a score of 0 to 100."""

    @classmethod
    def of(cls, scorecard: Scorecard, id: str | None = None) -> Quantity:
        """What an id stands for; by default the scorecard."""
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
        return number(value) if self.kpi is None or np.isnan(value) else value_text(self.kpi, value)

    def effect(self, value: float) -> str:
        """A difference in its own units, with its sign; in points for a score."""
        if np.isnan(value):
            return "unknown"
        if self.kpi is None:
            return f"{signed(value)} points"
        text = value_text(self.kpi, abs(value)).lstrip("+")
        if value and not any(digit in text for digit in "123456789"):
            text = _DIGITS.sub(f"{abs(value):.1g}", text, count=1)
        return f"{'+' if value > 0 else '−'}{text}" if value else text

    def effects(self, low: float, high: float) -> str:
        """The ends of a band of differences."""
        return " to ".join(signed(end) if self.kpi is None else self.effect(end) for end in (low, high))

    def effect_texts(self, effect: float, low: float, high: float) -> tuple[str, str]:
        """A difference with its unit, and its band, with the decimals of `bsclib.reporting.effects_table`."""
        if np.isnan([effect, low, high]).any():
            return "unknown", "unknown"
        unit = "points" if self.kpi is None else safe_name(self.kpi.measured_in, "")
        middle, least, most = effect_texts(effect, low, high)
        return f"{middle} {unit}".strip(), f"{least} to {most}"

    def is_worse(self, effect: float) -> bool:
        """Whether an effect leads away from what is better; of a range nobody can tell by its sign."""
        direction = "higher_is_better" if self.kpi is None else self.kpi.direction
        return effect < 0 if direction == "higher_is_better" else direction == "lower_is_better" and effect > 0

    @property
    def goal(self) -> str:
        """What is better, in a word or two."""
        if self.kpi is None or self.kpi.direction == "higher_is_better":
            return "higher is better"
        return "lower is better" if self.kpi.direction == "lower_is_better" else "inside the range is best"


def course(result: pd.DataFrame, id: str) -> pd.DataFrame:
    """The months of one id in a result, indexed by month since the year 0."""
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


def limits(values: pd.DataFrame, pad: float) -> tuple[float, float]:
    """The ends of an axis that holds every finite value and 0, with some room on both sides."""
    seen = np.append(values.to_numpy(float).ravel(), 0.0)
    seen = seen[np.isfinite(seen)]
    room = pad * float(np.ptp(seen)) or 1.0
    return float(seen.min()) - room, float(seen.max()) + room


def still(rows: pd.DataFrame) -> bool:
    """Whether nothing is moved in these rows of a result."""
    return not np.nan_to_num(rows[["effect_low", "effect_high"]].to_numpy(float)).any()


def texts(result: pd.DataFrame) -> pd.DataFrame:
    """The same with its keys as plain text: in a file an empty unit, or no first month, is a missing value."""
    keys = {name: "" for name in ("scenario", "unit", "period", "level", "id", "first_month") if name in result}
    return result.astype(dict.fromkeys(keys, "str")).fillna(keys)


def first_told(result: pd.DataFrame, id: str) -> str | None:
    """The first month in which the effect on an id could be told from noise; empty for none, None where not said."""
    return str(texts(result).set_index("id").loc[[id], "first_month"].iloc[0]) if "first_month" in result else None
