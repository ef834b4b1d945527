"""The nouns of a scorecard: what is wanted, how it is measured, and what is believed to drive what.

Everything here is frozen and checked when it is made. A thing that would make scoring impossible is refused; a thing
that is merely unwise loads, and is left to the review. `bsclib.model.build` turns plain data, as read from YAML or
Excel, into a `Scorecard`.
"""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bsclib.errors import UnknownNameError, unknown
from bsclib.model import formula as formulas
from bsclib.model import measures, periods, unit_targets, validation
from bsclib.model.actions import Action
from bsclib.model.initiatives import Event, Initiative
from bsclib.model.perspectives import Perspective, named_set
from bsclib.model.values import (
    Baseline,
    Dated,
    Floor,
    Id,
    Name,
    Number,
    ParentThresholds,
    Part,
    Review,
    Target,
    Text,
    Thresholds,
    UnitTarget,
    ValueLimits,
    Weight,
    Word,
    check_due,
    check_format,
    shape,
    step_values,
)


class Objective(Part):
    """What is wanted, in words; KPIs measure it.

    Parameters
    ----------
    id, name : str
    perspective : str
        Id of the perspective that it belongs to.
    owner : str, optional
        Who answers for it.
    weight : float or list of {period, value}, default 1
    supports : sequence of str, optional
        Objectives above it, here or in another scorecard, such as ``enterprise.on-time-delivery``.
    """

    id: Id
    name: Name
    perspective: Id
    owner: Text = ""
    weight: Weight = 1.0
    supports: tuple[Annotated[str, Field(pattern=r"^[\w-]+(\.[\w-]+)?$")], ...] = ()


class KPI(Part):
    """What is measured, which way is better, and what it should be by when.

    `target` is a number, a range ``(low, high)`` for `within_range`, or a path of dated values.

    Parameters
    ----------
    id, name, objective : str
        The objective is the id of the one that it measures.
    measured_in, formula, owner, catalogue : str, optional
        The unit of measurement; names and numbers with ``+ - * /``; who answers for it; its entry in the catalogue.
    direction : {"higher_is_better", "lower_is_better", "within_range"}
    role : {"leading", "lagging"}, default "lagging"
    frequency : {"daily", "weekly", "monthly", "quarterly", "yearly"}, default "monthly"
    aggregate : {"sum", "mean", "last", "min", "max", "ratio"}, default "mean"
        How actuals add up over time.
    across_units : the same words, optional
        How they add up across units; by default as over time (`last` as `sum`; of answers and milestones as `mean`).
    baseline : float or {period, value}, optional
        Where it started.
    target : float, (float, float) or list of {period, value}
        May be left out where all units have one: theirs then add up as the actuals do.
    unit_targets : sequence of {unit, target, floor}, optional
        What units are held against. A KPI that adds up over units leaves a unit without one unscored; of others, the
        KPI's own target holds.
    cumulates : {"year", "quarter"}, optional
        The target is that of a year or quarter, and the actuals are those of its months: they are added up to date, and
        compared with the share of the target that is due by now. Takes `aggregate` ``sum`` or ``ratio``.
    profile : sequence of float, optional
        The share of the target that is due in each of the months, 12 or 3 that add up to 1; by default alike.
    path : {"linear", "stepped"}, default "linear"
    floor : float or (float, float), optional
        Where the score is 0; by default the baseline, and for a range one range-width beyond each edge.
    stretch : float, optional
        The best imaginable; only some methods use it.
    limits : (lowest, highest) of what a value can be, None for no end, optional
    thresholds : {at_risk, on_target}, default 0.7 and 1.0
        Of attainment.
    weight : float or list of {period, value}, default 1
    guarded_by : sequence of str, optional
        Ids of the counter-KPIs that would show gaming.
    format : str, optional
        How a value is shown, such as ``{:.1f} h``.
    due : period, optional
        Of a milestone, the day (or the period) by whose end it is to be done; its actual is how many days late it was.

    Examples
    --------
    >>> more = {"objective": "fast", "direction": "lower_is_better"}
    >>> kpi = KPI(id="mttr", name="Time to restore", measured_in="hours", target=4, baseline=9, **more)
    >>> kpi.floors(), kpi.show(4.25)
    ((9.0, 9.0), '4.25 hours')
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
    target: Target = Field(default=None)  # type: ignore[assignment]
    unit_targets: tuple[UnitTarget, ...] = ()
    cumulates: Literal["year", "quarter"] | None = None
    profile: tuple[Annotated[Number, Field(ge=0)], ...] = ()
    path: Literal["linear", "stepped"] = "linear"
    floor: Floor | None = None
    stretch: Number | None = None
    limits: ValueLimits | None = None
    thresholds: Thresholds = Thresholds()
    weight: Weight = 1.0
    guarded_by: tuple[Id, ...] = ()
    format: Annotated[Text, AfterValidator(check_format)] = ""
    due: Annotated[Text, AfterValidator(check_due)] = ""

    @model_validator(mode="after")
    def _can_be_scored(self) -> KPI:
        if faults := list(unit_targets.unit_target_faults(self)):
            raise validation.validation_error(faults, self)
        if self.unit_targets:  # what is made of the units' is not stated, so it does not count as set
            if shape(self.target) == "none":
                self.__dict__["target"] = unit_targets.whole_target(self)
            if self.floor is None and self.baseline is None:
                self.__dict__["floor"] = unit_targets.whole_floor(self)
        if faults := list(validation.kpi_faults(self)):
            raise validation.validation_error(faults, self)
        return self

    @property
    def pooled(self) -> str:
        """The word by which units are pooled: `across_units`, else as over time, with `last` turned to `sum`."""
        # The last answer or delay of two units is no backlog: two of them do not add up.
        last = "mean" if self.due or measures.is_yes_no(self.measured_in) else "sum"
        return self.across_units or (last if self.aggregate == "last" else self.aggregate)

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
        return unit_targets.final_value(self.target)

    @property
    def has_own_target(self) -> bool:
        """Whether the whole's target is stated, and not made of its units'."""
        return "target" in self.model_fields_set

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
        """What the KPI should be by each month.

        Between two dated values a linear path is a straight line and a stepped path keeps the earlier value. Before its
        first date a stepped path is at the baseline, and a linear path at its first value.

        Parameters
        ----------
        months : array of int, counted from the year 0

        Returns
        -------
        ndarray of float
            As many, in what the KPI is measured in; of a range two rows, low and high.
        """
        months = np.asarray(months)
        if not isinstance(self.target, tuple):
            return np.full(months.shape, self.target)
        if self.direction == "within_range":
            return np.stack([np.full(months.shape, edge) for edge in self.range])
        if self.path == "stepped":
            dated = [point for point in self.target if isinstance(point, Dated)]
            return step_values(dated, months, self.baseline_value)
        points = self.points()
        return np.interp(months, [periods.span(p.period)[1] for p in points], [p.value for p in points])

    def show(self, value: float, beside: float | None = None) -> str:
        """A value as a person writes it: by `format`, else to three figures; more, to tell it from one `beside` it."""
        return measures.show(self, value, beside)


class Link(Part):
    """A claimed cause and effect. Without a sign or a lag it loads, but cannot be tested.

    Parameters
    ----------
    cause, effect : str
        Ids of KPIs.
    sign : {"+", "-"}, optional
        Whether more of the cause gives more of the effect, or less.
    lag : int, optional
        Months until the effect shows, 0 to 120.
    window : int, default 1
        Months over which the cause is averaged, up to 24; 0 and 1 are one month.
    smallest_effect : float, optional
        The smallest effect that would matter, of the effect for one of the cause.
    why : str, optional
    """

    cause: Id
    effect: Id
    sign: Literal["+", "-"] | None = None
    lag: Annotated[int, Field(strict=True, ge=0, le=120)] | None = None
    window: Annotated[int, Field(strict=True, ge=0, le=24)] = 1
    smallest_effect: Annotated[Number, Field(ge=0)] | None = None
    why: Text = ""


class Scorecard(Part):
    """Objectives in perspectives, the KPIs that measure them, and the map that links them.

    Parameters
    ----------
    id, name : str
    perspectives : {"it", "generic"} or sequence of Perspective
    objectives, kpis : sequence of Objective, sequence of KPI
    links, initiatives, events, actions : sequences of Link, Initiative, Event and Action, optional
    thresholds : {at_risk, on_target}, default 0.7 and 0.9
        Of score / 100, above the KPIs.
    year_starts : int, optional
        The month, 1 to 12, in which the organisation's years start: where it is 4, FY2026 begins in April 2025.
    review : {limits, accepted}, optional

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> card = read_scorecard("meridian")
    >>> card.kpi("mttr").objective, [kpi.id for kpi in card.kpis_of("restore-fast")]
    ('restore-fast', ['mttr'])
    """

    id: Id
    name: Name
    perspectives: Annotated[
        tuple[Perspective, ...],
        Field(min_length=1),
        BeforeValidator(named_set, json_schema_input_type=Literal["it", "generic"] | tuple[Perspective, ...]),
    ]
    objectives: Annotated[tuple[Objective, ...], Field(min_length=1)]
    kpis: Annotated[tuple[KPI, ...], Field(min_length=1)]
    links: tuple[Link, ...] = ()
    initiatives: tuple[Initiative, ...] = ()
    events: tuple[Event, ...] = ()
    actions: tuple[Action, ...] = ()
    thresholds: ParentThresholds = ParentThresholds()
    year_starts: Annotated[int, Field(strict=True, ge=1, le=12)] | None = None
    review: Review = Review()

    @model_validator(mode="after")
    def _holds_together(self) -> Scorecard:
        if faults := validation.scorecard_faults(self):
            raise validation.validation_error(faults, self)
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
        return tuple(objective for objective in self.objectives if objective.perspective == perspective)


def _find(kind: str, id: str, parts: tuple[Any, ...]) -> Any:
    for part in parts:
        if part.id == id:
            return part
    raise UnknownNameError(unknown(kind, id, [part.id for part in parts], names={part.id: part.name for part in parts}))
