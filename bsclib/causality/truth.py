"""What is really so in a simulated organisation: how each KPI moves by itself, and what drives what.

A scorecard's links are claims. A truth holds the links that exist, the drivers nobody measures, and what happened
when; the claims that do not hold are listed too, with the reason they look convincing. `simulate` makes actuals from
it, so whoever studies those actuals can afterwards look up who was right.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import Field, ValidationError, model_validator

from bsclib.errors import Fault, ScorecardError, unknown
from bsclib.files import atomic
from bsclib.model import periods
from bsclib.model.values import Id, Name, Number, Part, Period, Text

Share = Annotated[Number, Field(ge=0, lt=1)]
Amount = Annotated[Number, Field(ge=0)]
Months = Annotated[int, Field(strict=True, ge=0, le=120)]
Whole = Annotated[int, Field(strict=True)]


class Process(Part):
    """How one quantity moves by itself.

    A process that no KPI is named after stays unseen: a volume, or a hidden driver.

    Parameters
    ----------
    level : float
        Where it stands in the first month.
    trend : float
        Change a year.
    season : dict of str to float
        Size of each named season.
    own : float, 0 up to 1
        Share of last month's departure that is left this month.
    noise : float
        Standard deviation of what happens to it each month for no reason that is modelled.
    spread : float
        Standard deviation of the units' lasting differences; `offsets` states them by name instead.
    decimals : int
        To how many decimals it is counted; of a ratio, its numerator.
    lowest, highest : float, optional
        What it cannot pass.
    of : tuple of str
        The processes whose sum is the denominator, for a KPI that is a ratio.
    sized : bool
        Whether it grows with the size of the unit, as a volume does.
    common : bool
        Whether all units share one and the same course of chance.
    first : str, optional
        The first month it was reported.
    """

    level: Number
    trend: Number = 0.0
    season: dict[Id, Number] = Field(default_factory=dict)
    own: Share = 0.0
    noise: Amount = 0.0
    spread: Amount = 0.0
    offsets: dict[Name, Number] = Field(default_factory=dict)
    decimals: Annotated[int, Field(strict=True, ge=-6, le=9)] = 0
    lowest: Number | None = None
    highest: Number | None = None
    of: tuple[Id, ...] = ()
    sized: bool = False
    common: bool = False
    first: Period | None = None


class TrueLink(Part):
    """One unit more of the cause moves the effect by `by`, `lag` months later."""

    cause: Id
    effect: Id
    lag: Months = 0
    by: Number


class FalseLink(Part):
    """A link that the scorecard claims and that does not exist, and why it looks as if it did."""

    cause: Id
    effect: Id
    why: Text = ""


class Step(Part):
    """A process is moved `by` so much from `start` on, growing over `ramp` months, in one unit or (empty) in all."""

    process: Id
    by: Number
    start: Period
    until: Period | None = None
    ramp: Months = 0
    unit: Text = ""
    why: Text = ""


class Identity(Part):
    """A KPI that is arithmetic on other processes: each part is a weighted sum of them."""

    kpi: Id
    numerator: Annotated[dict[Id, Number], Field(min_length=1)]
    denominator: Annotated[dict[Id, Number], Field(min_length=1)]


class Gap(Part):
    """Months in which a KPI was not reported, in one unit or (empty) in all."""

    kpi: Id
    start: Period
    until: Period
    unit: Text = ""
    why: Text = ""


class Truth(Part):
    """Everything that actuals are made from.

    `pushes` happen to the thing itself and travel along the links; `shifts` only change how it is counted. `missing` is
    the share of actuals that get lost at random.
    """

    seed: Annotated[int, Field(strict=True, ge=0)] = 0
    first: Period = "2020-01"
    units: Annotated[dict[Text, Annotated[Number, Field(gt=0)]], Field(min_length=1)] = Field(default={"": 1.0})
    seasons: dict[Id, Annotated[tuple[Number, ...], Field(min_length=12, max_length=12)]] = Field(default_factory=dict)
    processes: dict[Id, Process]
    identities: tuple[Identity, ...] = ()
    links: tuple[TrueLink, ...] = ()
    false_links: tuple[FalseLink, ...] = ()
    pushes: tuple[Step, ...] = ()
    shifts: tuple[Step, ...] = ()
    gaps: tuple[Gap, ...] = ()
    missing: Share = 0.0

    @model_validator(mode="after")
    def _holds_together(self) -> Truth:
        faults = list(_faults(self))
        if faults:
            raise ValueError("; ".join(faults))
        return self


def _faults(truth: Truth) -> Iterator[str]:
    for where, name, known in _names(truth):
        if name not in known:
            yield str(unknown("name", name, known, where)).removesuffix(".")
    yield from (f"{one.kpi!r} is both process and identity" for one in truth.identities if one.kpi in truth.processes)
    for one in _dated(truth):
        if one.until is not None and periods.span(one.until)[1] < periods.span(one.start)[0]:
            yield f"something ends in {one.until}, before it starts in {one.start}"
    done = order(truth)
    circle = [name for name in truth.processes if name not in done]
    if circle:
        yield f"these drive each other within one month: {', '.join(circle)}; give one of their links a lag"


def _dated(truth: Truth) -> list[Step | Gap]:
    return [*truth.pushes, *truth.shifts, *truth.gaps]


def _names(truth: Truth) -> Iterator[tuple[str, str, list[str]]]:
    """Every name that is used: where, the name, and the names there are."""
    processes, units = list(truth.processes), list(truth.units)
    reported = [*processes, *(one.kpi for one in truth.identities)]
    for name, process in truth.processes.items():
        yield from ((f"the season of {name}", season, list(truth.seasons)) for season in process.season)
        yield from ((f"what {name} is a share of", part, processes) for part in process.of)
        yield from ((f"the offsets of {name}", unit, units) for unit in process.offsets)
    for one in truth.identities:
        yield from ((f"the parts of {one.kpi}", part, processes) for part in (*one.numerator, *one.denominator))
    for link in truth.links:
        yield from (("a link", end, processes) for end in (link.cause, link.effect))
    for claim in truth.false_links:
        yield from (("a false link", end, reported) for end in (claim.cause, claim.effect))
    yield from (("a push or shift", step.process, processes) for step in (*truth.pushes, *truth.shifts))
    yield from (("a gap", gap.kpi, reported) for gap in truth.gaps)
    yield from (("a push, shift or gap", one.unit, ["", *units]) for one in _dated(truth))


def order(truth: Truth) -> list[str]:
    """The processes, each after everything that drives it within the month.

    Examples
    --------
    >>> order(
    ...     Truth(
    ...         processes={"sales": Process(level=9), "visits": Process(level=5)},
    ...         links=[TrueLink(cause="visits", effect="sales", by=0.5)],
    ...     )
    ... )
    ['visits', 'sales']
    """
    waiting, done = list(truth.processes), list[str]()
    while waiting:
        ready = [name for name in waiting if not any(cause in waiting for cause in _at_once(truth, name))]
        if not ready:
            break
        done += ready
        waiting = [name for name in waiting if name not in ready]
    return done


def _at_once(truth: Truth, name: str) -> list[str]:
    return [link.cause for link in truth.links if link.effect == name and link.lag == 0]


# --------------------------------------------------------------------------------------------------------------- files


def read_truth(path: str | Path) -> Truth:
    """Read a truth from YAML.

    Raises
    ------
    ScorecardError
        With every fault, when the file is not YAML or does not hold a truth.
    """
    file = Path(path)
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ScorecardError(Fault(str(file), "this cannot be read", got=error.strerror or "")) from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ScorecardError(Fault(str(file), "this is not YAML", got=str(error).replace("\n", " "))) from None
    return build_truth(data, str(file))


def build_truth(data: Any, where: str = "") -> Truth:
    """Make a truth from plain data.

    Raises
    ------
    ScorecardError
        With every fault that was found; `where` leads each.

    Examples
    --------
    >>> build_truth({"processes": {"visits": {"level": 5, "own": 2}}})
    Traceback (most recent call last):
    ...
    bsclib.errors.ScorecardError: processes.visits.own: Input should be less than 1. Got: 2.
    """
    try:
        return Truth.model_validate(data)
    except ValidationError as error:
        faults = []
        for detail in error.errors():
            place = ": ".join(part for part in (where, ".".join(map(str, detail["loc"]))) if part)
            got = "" if isinstance(detail["input"], (dict, list, tuple)) else repr(detail["input"])
            faults.append(Fault(place, detail["msg"].removeprefix("Value error, "), got=got))
        raise ScorecardError(faults) from None


def write_truth(truth: Truth, path: str | Path) -> None:
    """Write a truth as YAML, leaving out what is as it is by default."""
    text = yaml.safe_dump(truth.model_dump(mode="json", exclude_defaults=True), sort_keys=False, allow_unicode=True)
    atomic.write_text(path, text, ScorecardError)
