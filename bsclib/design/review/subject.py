"""What a rule looks at: a scorecard, and the actuals laid out so that rules can ask of them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import GIVEN, HELD, ZERO_DENOMINATOR, Cube
from bsclib.actuals.to_date import to_date
from bsclib.files.catalogue import kpi_catalogue
from bsclib.model import periods
from bsclib.model.limits import is_percentage, value_limits
from bsclib.model.nouns import KPI, Objective, Scorecard
from bsclib.model.values import Dated, Limits
from bsclib.scoring.method import Method
from bsclib.scoring.scores import actuals_grid, score_cube
from bsclib.wording import listed, quoted

MONTHS = {"daily": 1, "weekly": 1, "monthly": 1, "quarterly": 3, "yearly": 12}
"""How many months of actuals, which speak in months, one observation of each frequency takes."""
YEAR = 12


@dataclass
class Subject:
    """A scorecard under review, with what is known beside it."""

    card: Scorecard
    rows: pd.DataFrame | None  # as `check_actuals` returns them
    above: Scorecard | None
    method: Method

    @property
    def limits(self) -> Limits:
        """Where the rules begin to speak."""
        return self.card.review.limits

    def has(self, needed: str) -> bool:
        """Whether there is what a rule needs."""
        table, filled = self.rows is not None, self.rows is not None and len(self.rows) > 0
        return {"": True, "table": table, "actuals": filled, "above": self.above is not None}[needed]

    @cached_property
    def grid(self) -> Cube:
        """The actuals by unit (the organisation first), month and KPI."""
        return actuals_grid(self.card, cast(pd.DataFrame, self.rows))

    @property
    def as_of(self) -> int:
        """The last month of the actuals, counted from the year 0."""
        return int(self.grid.months[-1])

    @cached_property
    def reported(self) -> np.ndarray:
        """Whether a unit itself reported a KPI in a month: shape (units, months, KPIs), the organisation first."""
        note, known = self.grid.note, ~np.isnan(self.grid.actual)
        return (note == ZERO_DENOMINATOR) | (np.isin(note, [GIVEN, HELD]) & known)

    @cached_property
    def statuses(self) -> np.ndarray:
        """The status, as a word, of each unit (the organisation first), month and KPI."""
        scores = score_cube(self.card, to_date(self.grid, self.card), self.method)
        words = scores.loc[scores["level"] == "kpi", "status"].to_numpy(dtype=object)
        return words.reshape(self.grid.actual.shape)

    @cached_property
    def catalogue(self) -> dict[str, dict[str, str]]:
        """The KPI catalogue, by id."""
        return {row["id"]: row for row in kpi_catalogue().to_dict("records")}

    @cached_property
    def rows_given(self) -> pd.DataFrame:
        """The rows of the actuals in which something was observed."""
        rows = cast(pd.DataFrame, self.rows)
        return rows[rows[["actual", "numerator", "denominator"]].notna().any(axis=1)]

    @cached_property
    def observed(self) -> set[str]:
        """The KPIs that have an actual."""
        return set(self.rows_given["kpi"].astype(str))

    @cached_property
    def with_parts(self) -> set[str]:
        """The KPIs of which some actual came as numerator and denominator."""
        if self.rows is None:
            return set()
        return set(self.rows.loc[self.rows["denominator"].notna(), "kpi"].astype(str))

    @property
    def may_have_units(self) -> bool:
        """Whether the actuals are of several units, as far as is known."""
        return self.rows is None or not len(self.rows) or len(self.grid.units) > 2

    def unit_names(self, chosen: Iterable[int]) -> str:
        """Units by their position in `grid`, in words."""
        return listed([self.grid.units[u] or "the organisation as a whole" for u in chosen])

    def names(self, ids: Iterable[str]) -> str:
        """Parts of the scorecard by their names, in a sentence; an id that it does not have stays as it is."""
        return listed(quoted(self.card.names.get(id, id)) for id in ids)

    @cached_property
    def place(self) -> dict[str, int]:
        """The place of each id in the scorecard."""
        return {id: i for i, id in enumerate(self.card.names)}

    def in_order(self, ids: Iterable[str]) -> list[str]:
        """Ids in the scorecard's order."""
        return sorted(ids, key=self.place.__getitem__)

    def owner(self, kpi: KPI) -> str:
        """Who answers for a KPI: its own owner, else its objective's."""
        return kpi.owner or self.card.objective(kpi.objective).owner

    def pair(self, a: KPI | Objective, b: KPI | Objective) -> str:
        """Where a finding about two things is."""
        return ", ".join(self.in_order([a.id, b.id]))


def improvement(kpi: KPI) -> bool:
    """Whether the KPI is to move from its baseline to its target, and is not a level to hold."""
    return kpi.direction != "within_range" and kpi.baseline_value not in (None, kpi.final_target)


def dated(kpi: KPI) -> bool:
    """Whether the target has a date."""
    return isinstance(kpi.target, tuple) and isinstance(kpi.target[0], Dated)


def past(kpi: KPI, month: int) -> bool:
    """Whether the last dated target lies before a month; a step is in force from its date on, and so for a year."""
    if not dated(kpi):
        return False
    first, end = periods.span(kpi.points()[-1].period)
    return month > (end if kpi.path == "linear" else first + YEAR)


def weightless(weight: float | tuple[Dated, ...]) -> bool:
    """Whether something never has any weight."""
    return not any(point.value for point in weight) if isinstance(weight, tuple) else weight == 0


def worse(kpi: KPI, value: float, than: float) -> bool:
    """Whether a value is worse than another, in the KPI's direction; never for a range."""
    return {"higher_is_better": value < than, "lower_is_better": value > than}.get(kpi.direction, False)


def possible_values(kpi: KPI) -> str:
    """What `value_limits` allows, in words."""
    low, high = value_limits(kpi)
    if kpi.limits is not None:
        ends = [f"not {word} {kpi.show(end)}" for word, end in (("below", low), ("above", high)) if math.isfinite(end)]
        return f"its limits say {' and '.join(ends)}"
    if is_percentage(kpi):
        return f"a share like this lies between {low:g} and {high:g} %"
    if math.isfinite(high):
        return f"points of {high:g} lie between {low:g} and {high:g}"
    return f"{kpi.measured_in} are not below {low:g} here"


def distinct_values(kpi: KPI, first: float, second: float) -> tuple[str, str]:
    """Two values as `KPI.show` writes them, with the digits that tell one from the other."""
    return kpi.show(first, second), kpi.show(second, first)


def look_alikes(names: Iterable[str]) -> list[list[str]]:
    """The groups of names that differ only in capitals, spaces or dashes."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(_closed(name).casefold(), []).append(name)
    return [group for group in groups.values() if len(group) > 1]


def difference(names: Iterable[str]) -> str:
    """In what such names differ."""
    closed = {_closed(name) for name in names}
    if len(closed) == 1:
        return "spaces or dashes"
    opened = {unicodedata.normalize("NFKC", name).casefold() for name in names}
    return "capitals" if len(opened) == 1 else "capitals, spaces or dashes"


def _closed(name: str) -> str:
    """A name without spaces and dashes; between two digits one stays, because 1-12 and 11-2 are two things."""
    text = unicodedata.normalize("NFKC", name)
    return re.sub(r"[\s_\u2010-\u2015\u2212-]+", lambda gap: "-" if _between_digits(gap) else "", text)


def _between_digits(gap: re.Match[str]) -> bool:
    return gap.string[: gap.start()][-1:].isdigit() and gap.string[gap.end() :][:1].isdigit()
