"""What is really so in a simulated organisation: how each KPI moves by itself, and what drives what.

A scorecard's links are claims. A truth holds the links that exist, the drivers nobody measures, and what happened
when; the claims that do not hold are listed too, with the reason they look convincing. `simulate` makes actuals from
it, so whoever studies those actuals can afterwards look up who was right.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, model_validator

from bsclib.errors import Fault, ScorecardError, unknown
from bsclib.files.yaml_part import read_part
from bsclib.model import periods
from bsclib.model.values import Id, Name, Number, Part, Period, Text

Share = Annotated[Number, Field(ge=0, lt=1)]
Amount = Annotated[Number, Field(ge=0)]
Months = Annotated[int, Field(strict=True, ge=0, le=120)]
Whole = Annotated[int, Field(strict=True)]


class Process(Part):
    """How one quantity moves by itself; one that no KPI is named after stays unseen: a volume, or a hidden driver."""

    level: Number  # where it stands in the first month
    trend: Number = 0.0  # change a year
    season: dict[Id, Number] = Field(default_factory=dict)  # size of each named season
    own: Share = 0.0  # share of last month's departure that is left this month
    noise: Amount = 0.0  # standard deviation of what happens to it each month for no reason that is modelled
    spread: Amount = 0.0  # standard deviation of the units' lasting differences
    offsets: dict[Name, Number] = Field(default_factory=dict)  # these differences, stated by name instead
    decimals: Annotated[int, Field(strict=True, ge=-6, le=9)] = 0  # to which it is counted; of a ratio, its numerator
    lowest: Number | None = None  # what it cannot pass
    highest: Number | None = None
    of: tuple[Id, ...] = ()  # processes whose sum is the denominator, for a KPI that is a ratio
    sized: bool = False  # whether it grows with the size of the unit, as a volume does
    common: bool = False  # whether all units share one and the same course of chance
    first: Period | None = None  # the first month it was reported


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
    """Everything that actuals are made from."""

    seed: Annotated[int, Field(strict=True, ge=0)] = 0
    first: Period = "2020-01"
    units: Annotated[dict[Text, Annotated[Number, Field(gt=0)]], Field(min_length=1)] = Field(default={"": 1.0})
    seasons: dict[Id, Annotated[tuple[Number, ...], Field(min_length=12, max_length=12)]] = Field(default_factory=dict)
    processes: dict[Id, Process]
    identities: tuple[Identity, ...] = ()
    links: tuple[TrueLink, ...] = ()
    false_links: tuple[FalseLink, ...] = ()
    pushes: tuple[Step, ...] = ()  # happen to the thing itself and travel along the links
    shifts: tuple[Step, ...] = ()  # only change how it is counted
    gaps: tuple[Gap, ...] = ()
    missing: Share = 0.0  # of the actuals, lost at random

    @model_validator(mode="after")
    def _holds_together(self) -> Truth:
        if faults := list(_faults(self)):
            raise ValueError("; ".join(faults))
        return self


def _faults(truth: Truth) -> Iterator[str]:
    for where, name, known in _names(truth):
        if name not in known:
            yield str(unknown("name", name, known, where)).removesuffix(".")
    for identity in truth.identities:
        if identity.kpi in truth.processes:
            yield f"{identity.kpi!r} is both process and identity"
    for step in _dated(truth):
        if step.until is not None and periods.span(step.until)[1] < periods.span(step.start)[0]:
            yield f"something ends in {step.until}, before it starts in {step.start}"
    done = order(truth)
    circle = [name for name in truth.processes if name not in done]
    if circle:
        yield f"these drive each other within one month: {', '.join(circle)}; give one of their links a lag"


def _dated(truth: Truth) -> list[Step | Gap]:
    return [*truth.pushes, *truth.shifts, *truth.gaps]


def _names(truth: Truth) -> Iterator[tuple[str, str, list[str]]]:
    """Every name that is used: where, the name, and the names there are."""
    processes, units = list(truth.processes), list(truth.units)
    reported = [*processes, *(identity.kpi for identity in truth.identities)]
    for name, process in truth.processes.items():
        yield from ((f"the season of {name}", season, list(truth.seasons)) for season in process.season)
        yield from ((f"what {name} is a share of", part, processes) for part in process.of)
        yield from ((f"the offsets of {name}", unit, units) for unit in process.offsets)
    for identity in truth.identities:
        parts = (*identity.numerator, *identity.denominator)
        yield from ((f"the parts of {identity.kpi}", part, processes) for part in parts)
    for link in truth.links:
        yield from (("a link", end, processes) for end in (link.cause, link.effect))
    for claim in truth.false_links:
        yield from (("a false link", end, reported) for end in (claim.cause, claim.effect))
    yield from (("a push or shift", step.process, processes) for step in (*truth.pushes, *truth.shifts))
    yield from (("a gap", gap.kpi, reported) for gap in truth.gaps)
    yield from (("a push, shift or gap", step.unit, ["", *units]) for step in _dated(truth))


def order(truth: Truth) -> list[str]:
    """The processes, each after everything that drives it within the month."""
    instant = {
        name: {link.cause for link in truth.links if link.effect == name and link.lag == 0} for name in truth.processes
    }
    done: list[str] = []
    while ready := [n for n in instant if n not in done and instant[n].isdisjoint(instant.keys() - set(done))]:
        done += ready
    return done


def read_truth(path: str | Path) -> Truth:
    """Read a truth from YAML.

    Parameters
    ----------
    path : str or Path
        A ``truth.yaml``, such as those beside the shipped data sets.

    Returns
    -------
    Truth

    Raises
    ------
    ScorecardError
        With every fault and its line, when the file is not YAML or does not hold a truth.

    Examples
    --------
    >>> from bsclib.files.paths import shipped_folder
    >>> truth = read_truth(shipped_folder() / "datasets" / "meridian" / "truth.yaml")
    >>> len(truth.false_links)
    4
    """
    begins = "processes, and below each its level"
    return read_part(Path(path), Truth, lambda loc: Truth.model_fields if len(loc) == 1 else (), "truth", begins)


def build_truth(data: Any, where: str = "") -> Truth:
    """Make a truth from plain data; `where` leads each fault."""
    try:
        return Truth.model_validate(data)
    except ValidationError as error:
        faults = []
        for detail in error.errors():
            place = ": ".join(part for part in (where, ".".join(map(str, detail["loc"]))) if part)
            got = "" if isinstance(detail["input"], (dict, list, tuple)) else repr(detail["input"])
            faults.append(Fault(place, detail["msg"].removeprefix("Value error, "), got=got))
        raise ScorecardError(faults) from None
