"""The nouns of a scorecard: what is wanted, how it is measured, and what is believed to drive what.

Everything here is frozen and checked when it is made. A thing that would make scoring impossible is refused; a thing
that is merely unwise loads, and is left to the review. `bsclib.model.build`
turns plain data, as read from YAML or Excel, into a `Scorecard`.
"""

from __future__ import annotations

import math
from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bsclib.errors import UnknownNameError, nearest, unknown
from bsclib.model import formula as formulas
from bsclib.model import periods
from bsclib.model import validation as integrity
from bsclib.model.validation import gathered
from bsclib.model.values import (
    Baseline,
    Dated,
    Floor,
    Id,
    Name,
    Number,
    ParentThresholds,
    Part,
    Period,
    Review,
    Target,
    Text,
    Thresholds,
    Weight,
    Word,
    check_format,
    stepped,
)


class Perspective(Part):
    """A point of view on the organisation."""

    id: Id
    name: Name
    weight: Weight = 1.0


class Objective(Part):
    """What is wanted, in words; KPIs measure it."""

    id: Id
    name: Name
    perspective: Id
    owner: Text = ""
    weight: Weight = 1.0
    supports: tuple[Annotated[str, Field(pattern=r"^[\w-]+(\.[\w-]+)?$")], ...] = ()


class KPI(Part):
    """What is measured, which way is better, and what it should be by when.

    `target` is a number, a range ``(low, high)`` for `within_range`, or a path of dated values.
    """

    id: Id
    name: Name
    objective: Id
    measured_in: Text = ""
    formula: Text = ""
    owner: Text = ""
    catalogue: Text = ""
    direction: Literal["higher_is_better", "lower_is_better", "within_range"]
    role: Literal["leading", "lagging"] = "lagging"
    frequency: Literal["daily", "weekly", "monthly", "quarterly", "yearly"] = "monthly"
    aggregate: Word = "mean"
    across_units: Word | None = None
    baseline: Baseline | None = None
    target: Target
    path: Literal["linear", "stepped"] = "linear"
    floor: Floor | None = None
    stretch: Number | None = None
    thresholds: Thresholds = Thresholds()
    weight: Weight = 1.0
    guarded_by: tuple[Id, ...] = ()
    format: Annotated[Text, AfterValidator(check_format)] = ""

    @model_validator(mode="after")
    def _can_be_scored(self) -> KPI:
        faults = integrity.kpi_faults(self)
        if faults:
            raise gathered(faults, self)
        return self

    @property
    def pooled(self) -> str:
        """The word by which units are pooled: `across_units`, else as over time, with `last` turned to `sum`."""
        return self.across_units or ("sum" if self.aggregate == "last" else self.aggregate)

    @cached_property
    def scale(self) -> float:
        """The constant factor of a ratio's formula: ``1/60`` for ``restore_minutes / incidents / 60``."""
        return formulas.scale(self.formula)

    @property
    def range(self) -> tuple[float, float]:
        """The target of `within_range`, low and high."""
        low, high = self.target  # type: ignore[misc]
        return float(low), float(high)  # type: ignore[arg-type]

    @property
    def final_target(self) -> float:
        """The target, or the last value of its path."""
        last = self.target[-1] if isinstance(self.target, tuple) else self.target
        return last.value if isinstance(last, Dated) else float(last)

    def floors(self) -> tuple[float, float]:
        """The floor below and the floor above; a KPI with one target has the same floor twice."""
        if isinstance(self.floor, tuple):
            return self.floor
        if self.direction == "within_range":
            low, high = self.range
            return low - (high - low), high + (high - low)
        value = self.floor if self.floor is not None else self.baseline_value
        return float(value), float(value)  # type: ignore[arg-type]

    @property
    def baseline_value(self) -> float | None:
        """The baseline without its date."""
        return self.baseline.value if isinstance(self.baseline, Dated) else self.baseline

    def points(self) -> list[Dated]:
        """The dated values of the way from baseline to target."""
        target = self.target if isinstance(self.target, tuple) else ()
        return [point for point in (self.baseline, *target) if isinstance(point, Dated)]

    def expected(self, months: np.ndarray) -> np.ndarray:
        """What the KPI should be by each month (months since year 0); a range gives low and high in two rows.

        Between two dated values a linear path is a straight line and a stepped path keeps the earlier value. Before its
        first date a stepped path is at the baseline, and a linear path at its first value.
        """
        months = np.asarray(months)
        if not isinstance(self.target, tuple):
            return np.full(months.shape, self.target)
        if self.direction == "within_range":
            return np.stack([np.full(months.shape, edge) for edge in self.range])
        points = self.points()
        if self.path == "stepped":
            dated = [point for point in self.target if isinstance(point, Dated)]
            return stepped(dated, months, self.baseline_value)
        return np.interp(months, [periods.span(p.period)[1] for p in points], [p.value for p in points])

    def show(self, value: float) -> str:
        """A value as a person writes it: by `format`, else a rounded number and what it is measured in.

        Examples
        --------
        >>> kpi = KPI(
        ...     id="mttr",
        ...     name="Time to restore",
        ...     objective="fast",
        ...     measured_in="hours",
        ...     direction="lower_is_better",
        ...     target=4,
        ...     baseline=9,
        ... )
        >>> kpi.show(4.25)
        '4.25 hours'
        """
        if value is None or math.isnan(value):
            return "no data"
        if self.format:
            return self.format.format(value)
        number = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
        return f"{number}{'' if self.measured_in == '%' else ' '}{self.measured_in}".strip()


class Link(Part):
    """A claimed cause and effect. Without a sign or a lag it loads, but cannot be tested."""

    cause: Id
    effect: Id
    sign: Literal["+", "-"] | None = None
    lag: Annotated[int, Field(strict=True, ge=0, le=120)] | None = None
    window: Annotated[int, Field(strict=True, ge=0, le=24)] = 1
    smallest_effect: Annotated[Number, Field(ge=0)] | None = None
    why: Text = ""


class Change(Part):
    """What an initiative does to one KPI: `by` so much, after `delay` months, growing over `ramp` months."""

    kpi: Id
    by: Number
    delay: Annotated[int, Field(strict=True, ge=0)] = 0
    ramp: Annotated[int, Field(strict=True, ge=0)] = 0
    chance: Annotated[Number, Field(ge=0, le=1)] = 1.0


class Initiative(Part):
    """Work that should move a KPI.

    It runs for `months` from its `start`, spends its `cost` evenly over them and binds so many `people`, full time,
    in each. It can start once those in `after` have ended.
    """

    id: Id
    name: Name
    owner: Text = ""
    start: Period | None = None
    cost: Annotated[Number, Field(ge=0)] = 0.0
    months: Annotated[int, Field(strict=True, ge=1, le=120)] = 1
    people: Annotated[Number, Field(ge=0)] = 0.0
    after: tuple[Id, ...] = ()
    changes: tuple[Change, ...] = ()


class Event(Part):
    """A known break in the series; without `kpis` it touches all of them."""

    period: Period
    kind: Literal["tool_change", "definition_change", "reorganisation", "one_off"]
    kpis: tuple[Id, ...] = ()
    why: Text = ""


# ------------------------------------------------------------------------------------------------------ perspectives

PERSPECTIVES: dict[str, tuple[Perspective, ...]] = {
    "generic": (
        Perspective(id="financial", name="Financial"),
        Perspective(id="customer", name="Customer"),
        Perspective(id="internal_process", name="Internal process"),
        Perspective(id="learning_growth", name="Learning and growth"),
    ),
    "it": (
        Perspective(id="corporate_contribution", name="Corporate contribution"),
        Perspective(id="user_orientation", name="User orientation"),
        Perspective(id="operational_excellence", name="Operational excellence"),
        Perspective(id="future_orientation", name="Future orientation"),
    ),
}
"""Kaplan and Norton's four (1992) and Van Grembergen and Van Bruggen's four for IT (1997)."""

GENERIC_TO_IT = {generic.id: it.id for generic, it in zip(PERSPECTIVES["generic"], PERSPECTIVES["it"], strict=True)}


def _named_set(value: Any) -> Any:
    if isinstance(value, str):
        if value not in PERSPECTIVES:
            guess = nearest(value, PERSPECTIVES)
            fix = f"; did you mean {guess!r}?" if guess else ""
            raise ValueError(
                f"{value!r} is not a set of perspectives: write it, generic, or a list of id and name{fix}"
            )
        return PERSPECTIVES[value]
    return value


class Scorecard(Part):
    """Objectives in perspectives, the KPIs that measure them, and the map that links them."""

    id: Id
    name: Name
    perspectives: Annotated[
        tuple[Perspective, ...],
        Field(min_length=1),
        BeforeValidator(_named_set, json_schema_input_type=Literal["it", "generic"] | tuple[Perspective, ...]),
    ]
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1)]
    kpis: Annotated[tuple[KPI, ...], Field(min_length=1)]
    links: tuple[Link, ...] = ()
    initiatives: tuple[Initiative, ...] = ()
    events: tuple[Event, ...] = ()
    thresholds: ParentThresholds = ParentThresholds()
    review: Review = Review()

    @model_validator(mode="after")
    def _holds_together(self) -> Scorecard:
        faults = integrity.scorecard_faults(self)
        if faults:
            raise gathered(faults, self)
        return self

    @cached_property
    def names(self) -> dict[str, str]:
        """The name of everything that is scored, by id, the scorecard itself first."""
        scored: tuple[Any, ...] = (self, *self.perspectives, *self.objectives, *self.kpis)
        return {part.id: part.name for part in scored}

    def kpi(self, id: str) -> KPI:
        """The KPI of this id. Raises UnknownNameError with the nearest one."""
        return _find("KPI", id, self.kpis)

    def objective(self, id: str) -> Objective:
        """The objective of this id. Raises UnknownNameError with the nearest one."""
        return _find("objective", id, self.objectives)

    def perspective(self, id: str) -> Perspective:
        """The perspective of this id. Raises UnknownNameError with the nearest one."""
        return _find("perspective", id, self.perspectives)

    def kpis_of(self, objective: str) -> tuple[KPI, ...]:
        """The KPIs that measure an objective."""
        return tuple(kpi for kpi in self.kpis if kpi.objective == objective)

    def objectives_of(self, perspective: str) -> tuple[Objective, ...]:
        """The objectives in a perspective."""
        return tuple(one for one in self.objectives if one.perspective == perspective)


def _find(kind: str, id: str, parts: tuple[Any, ...]) -> Any:
    for part in parts:
        if part.id == id:
            return part
    raise UnknownNameError(unknown(kind, id, [part.id for part in parts]))
