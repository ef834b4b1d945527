"""The nouns of a scorecard: what is wanted, how it is measured, and what is believed to drive what.

Everything here is frozen and checked when it is made. A thing that would make scoring impossible is refused; a thing
that is merely unwise loads, and is left to the review. `bsclib.model.build` turns plain data, as read from YAML or
Excel, into a `Scorecard`.
"""

from __future__ import annotations

import math
import re
from functools import cached_property
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bsclib import wording
from bsclib.errors import UnknownNameError, unknown
from bsclib.model import formula as formulas
from bsclib.model import periods, validation
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
    Period,
    Review,
    Target,
    Text,
    Thresholds,
    ValueLimits,
    Weight,
    Word,
    check_format,
    step_values,
)

_MINUS = re.compile(r"(?<!\w)-(?=[\d.])")


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
        How they add up across units; by default as over time (`last` as `sum`).
    baseline : float or {period, value}, optional
        Where it started.
    target : float, (float, float) or list of {period, value}
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
    target: Target
    path: Literal["linear", "stepped"] = "linear"
    floor: Floor | None = None
    stretch: Number | None = None
    limits: ValueLimits | None = None
    thresholds: Thresholds = Thresholds()
    weight: Weight = 1.0
    guarded_by: tuple[Id, ...] = ()
    format: Annotated[Text, AfterValidator(check_format)] = ""

    @model_validator(mode="after")
    def _can_be_scored(self) -> KPI:
        if faults := list(validation.kpi_faults(self)):
            raise validation.validation_error(faults, self)
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
        if value is None or math.isnan(value):
            return "no data"
        figures = wording.number(value, 0) if abs(value) >= 1000 else wording.amount(value)
        text = _MINUS.sub("−", self.format.format(value)) if self.format else self._measured(figures)
        if beside is None or math.isclose(value, beside, rel_tol=1e-9) or text != self.show(beside):
            return text
        digits = next(many for many in range(3, 18) if f"{value:.{many}g}" != f"{beside:.{many}g}")
        return self._measured(_MINUS.sub("−", f"{value:,.{digits}g}"))

    def _measured(self, text: str) -> str:
        return f"{text}{'' if self.measured_in == '%' else ' '}{self.measured_in}".strip()


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


class Change(Part):
    """What an initiative does to one KPI: `by` so much, after `delay` months, growing over `ramp` months.

    Parameters
    ----------
    kpi : str
        Id of the KPI.
    by : float
        In what the KPI is measured in.
    delay, ramp : int, default 0
        Months.
    chance : float, default 1
        How likely it is, 0 to 1.
    """

    kpi: Id
    by: Number
    delay: Annotated[int, Field(strict=True, ge=0)] = 0
    ramp: Annotated[int, Field(strict=True, ge=0)] = 0
    chance: Annotated[Number, Field(ge=0, le=1)] = 1.0


class Initiative(Part):
    """Work that should move a KPI.

    It runs for `months` from its `start`, spends its `cost` evenly over them and binds so many `people`, full time,
    in each. It can start once those in `after` have ended.

    Parameters
    ----------
    id, name : str
    owner : str, optional
        Who answers for it.
    start : period, optional
    cost, people : float, default 0
    months : int, default 1
    after : sequence of str, optional
        Ids of initiatives.
    changes : sequence of Change, optional

    Examples
    --------
    >>> work = Initiative(id="runbooks", name="Automate runbooks", changes=[Change(kpi="automation-coverage", by=12)])
    >>> work.months, work.changes[0].by
    (1, 12.0)
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
    """A known break in the series; without `kpis` it touches all of them.

    Parameters
    ----------
    period : str
    kind : {"tool_change", "definition_change", "reorganisation", "one_off"}
    kpis : sequence of str, optional
    why : str, optional
    """

    period: Period
    kind: Literal["tool_change", "definition_change", "reorganisation", "one_off"]
    kpis: tuple[Id, ...] = ()
    why: Text = ""


class Scorecard(Part):
    """Objectives in perspectives, the KPIs that measure them, and the map that links them.

    Parameters
    ----------
    id, name : str
    perspectives : {"it", "generic"} or sequence of Perspective
    objectives, kpis : sequence of Objective, sequence of KPI
    links, initiatives, events : sequences of Link, Initiative and Event, optional
    thresholds : {at_risk, on_target}, default 0.7 and 0.9
        Of score / 100, above the KPIs.
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
    thresholds: ParentThresholds = ParentThresholds()
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
