"""The kinds of value a scorecard holds: plain text, finite numbers, and values that change on a date.

A value that may change is written as a bare number or as a list of dated ones; a target may also be a range.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    model_validator,
)

from bsclib.model import periods

_TURNS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")  # what Unicode calls them


def control_character(text: str) -> str:
    """The control character or line break that a text holds, in a sentence; nothing when it holds none."""
    for char in text:
        if char in "\u061c\u200e\u200f" or unicodedata.bidirectional(char) in _TURNS:
            return f"the character U+{ord(char):04X} turns the direction of the words around it: leave it out"
        if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") or char in "\ufffe\uffff":
            return f"the character U+{ord(char):04X} is a control character or a line break: leave it out"
    return ""


def _plain(text: str) -> str:
    if problem := control_character(text):
        raise ValueError(problem)
    return text


def _resolved(text: str, info: ValidationInfo) -> str:
    return periods.resolve(text, (info.context or {}).get("year_starts"))


def check_format(text: str) -> str:
    """Return a number format such as ``{:.1f} h``, or raise ValueError saying what one looks like."""
    if text and not re.fullmatch(r"[^{}]*\{(:[-+ ]?,?(\.\d{1,2})?[fgeE%]?)?\}[^{}]*", text):
        raise ValueError("a format holds one number in braces, such as {:.1f} h or {:,.0f}")
    return text


CUMULATED = {"year": 12, "quarter": 3}
"""How many months a target is of that cumulates."""


def check_due(text: str, info: ValidationInfo) -> str:
    """Return the period by whose end something is due, or nothing; raise ValueError saying what a period looks like."""
    return _resolved(text, info) if text else text


Text = Annotated[str, AfterValidator(_plain)]
Name = Annotated[Text, Field(min_length=1)]
Id = Annotated[str, Field(pattern=r"^[\w-]+$", max_length=64)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Period = Annotated[str, AfterValidator(_resolved)]
Word = Literal["sum", "mean", "last", "min", "max", "ratio"]


def shape(value: Any) -> str | None:
    """Which of the accepted shapes a number, a range or a dated path is written in."""
    if value is None:
        return "none"
    if isinstance(value, (dict, Dated)):
        return "dated"
    if isinstance(value, (list, tuple)):
        return "path" if not value or any(isinstance(point, (dict, Dated)) for point in value) else "range"
    return "number"


class Part(BaseModel):
    """Anything that is defined in a scorecard: frozen, and nothing beside its fields is accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Dated(Part):
    """A value that belongs to a period."""

    period: Period
    value: Number


def _written(words: str, *shapes: str) -> BeforeValidator:
    """Refuse, in words, a value that is written in another shape; one dated value is a path of one."""

    def check(value: Any) -> Any:
        unknown = isinstance(value, dict) and not {"period", "value"} & set(value)
        empty = isinstance(value, (list, tuple)) and not value
        if unknown or empty or shape(value) not in shapes or (shape(value) == "range" and len(value) != 2):
            raise ValueError(words)
        return (value,) if "path" in shapes and isinstance(value, (dict, Dated)) else value

    return BeforeValidator(check)


_Bare = Annotated[Number, Tag("number")]
_Path = Annotated[tuple[Dated, ...], Tag("path"), Field(min_length=1)]
_Range = Annotated[tuple[Number, Number], Tag("range")]
_OneDated = Annotated[Dated, Tag("dated")]
Weight = Annotated[
    _Bare | _Path,
    Discriminator(shape),
    _written("a weight is one number or dated values; units have none of their own", "number", "dated", "path"),
]
Baseline = Annotated[
    _Bare | _OneDated, Discriminator(shape), _written("a baseline is one number or one dated value", "number", "dated")
]
Target = Annotated[
    _Bare | _Range | _Path,
    Discriminator(shape),
    _written(
        "a target is one number, [low, high] or dated values; units have none of their own here: write unit_targets",
        *("number", "range", "dated", "path"),
    ),
]
Floor = Annotated[
    _Bare | _Range,
    Discriminator(shape),
    _written("a floor is one number, or [lower, upper] for within_range; it has no dates", "number", "range"),
]


class UnitTarget(Part):
    """What a unit is held against where it has a target of its own; without a floor, the KPI's holds."""

    unit: Name
    target: Target
    floor: Floor | None = None


class Thresholds(Part):
    """Where `at_risk` and `on_target` begin, as shares; the edge belongs to the better band."""

    at_risk: Number = 0.7
    on_target: Number = 1.0

    @model_validator(mode="after")
    def _in_order(self) -> Thresholds:
        stated = {"at_risk": self.at_risk, "on_target": self.on_target}
        percents = [f"{name}: {value / 100:g}" for name, value in stated.items() if value >= 10]
        if percents:  # a KPI that far beyond its target is no KPI's aim
            raise ValueError(f"thresholds are shares of the full score, not percentages: write {', '.join(percents)}")
        if self.at_risk > self.on_target:
            raise ValueError(f"thresholds are out of order: at_risk {self.at_risk:g} is above {self.on_target:g}")
        return self


class ParentThresholds(Thresholds):
    """Thresholds of whatever is above the KPIs, where `on_target` begins earlier."""

    on_target: Number = 0.9


def _ends(value: Any) -> Any:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError("write two numbers, [lowest, highest], such as [0, 100]; null where there is no end")
    return value


def _in_order(ends: tuple[float | None, float | None]) -> tuple[float | None, float | None]:
    low, high = ends
    if low is None and high is None:
        raise ValueError("limits without an end say nothing: write one number or two, or leave them out")
    if low is not None and high is not None and low >= high:
        raise ValueError(f"limits are [lowest, highest]: {low:g} is not below {high:g}")
    return ends


ValueLimits = Annotated[tuple[Number | None, Number | None], BeforeValidator(_ends), AfterValidator(_in_order)]


def _two(value: Any) -> Any:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError("write two numbers, [fewest, most]")
    return value


def _rule(text: str) -> str:
    if not re.fullmatch(r"BSC[1-9]\d\d", text):
        raise ValueError("a rule is written as BSC207")
    return text


_Pair = Annotated[tuple[Number, Number], BeforeValidator(_two)]
_Share = Annotated[Number, Field(ge=0, le=1)]
_Count = Annotated[Number, Field(ge=0)]


class Limits(Part):
    """Where the review begins to speak; `bsclib.design.review` says what each is compared with."""

    objectives: _Pair = (15.0, 20.0)  # fewest and most
    perspective_share: _Share = 0.6
    kpis: _Pair = (4.0, 7.0)  # of an objective
    all_kpis: _Count = 28.0
    band: _Share = 0.02
    young: _Count = 3.0  # months
    heaviest: _Share = 0.6
    lightest: _Share = 0.02
    settled: _Count = 6.0  # months
    stale: _Count = 1.0  # of a KPI's own periods
    gaps: _Share = 0.2
    watched: Annotated[Number, Field(ge=1)] = 24.0  # months
    twins: _Share = 0.95
    owner: _Count = 7.0  # KPIs

    @model_validator(mode="after")
    def _in_order(self) -> Limits:
        for name in ("objectives", "kpis"):
            fewest, most = getattr(self, name)
            if not 0 <= fewest <= most:
                raise ValueError(f"{name} is [fewest, most]; got {fewest:g} and {most:g}")
        return self


class Accepted(Part):
    """A finding of the review that somebody lives with: which rule, where (everywhere when left out), and why."""

    rule: Annotated[str, AfterValidator(_rule)]
    where: Text = ""
    why: Name


class Review(Part):
    """How a scorecard wants to be reviewed: its own limits, and the findings it accepts."""

    limits: Limits = Limits()
    accepted: tuple[Accepted, ...] = ()


def weight_at(weight: float | tuple[Dated, ...], months: np.ndarray) -> np.ndarray:
    """A weight in each month: each dated weight holds from its date, the first one also before."""
    if isinstance(weight, tuple):
        return step_values(list(weight), np.asarray(months), None)
    return np.full(np.shape(months), float(weight))


def step_values(points: list[Dated], months: np.ndarray, before: float | None) -> np.ndarray:
    """The value that holds in each month: each from its date on, and `before` (else the first) until then."""
    starts = [periods.span(point.period)[0] for point in points]
    values = [points[0].value if before is None else before, *(point.value for point in points)]
    return np.asarray(values, dtype=float)[np.searchsorted(starts, months, side="right")]
