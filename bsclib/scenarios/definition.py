"""A question of the kind "what if": which KPIs are moved, which initiatives run, how far ahead we look.

A change is written as a person says it: `+10%` and `-5%` are shares of the latest actual, `+3` and `-0.5` are amounts
in the KPI's own measure, `=98` holds the KPI at a level.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, BeforeValidator, Field, ValidationError

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.build import fault_of
from bsclib.model.initiatives import Initiative
from bsclib.model.nouns import Scorecard
from bsclib.model.validation import Loc
from bsclib.model.values import Id, Name, Part, Text

CHANGES = "+10%, -5%, +3, -0.5 or =98"
_CHANGE = re.compile(r"(?P<sign>[-+=])(?P<number>-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)(?P<share>%?)")


@dataclass(frozen=True)
class Move:
    """A change of one KPI, read: by a `share` of its latest actual, `by` an amount, or to a `level`."""

    kind: Literal["share", "by", "level"]
    amount: float


def read_change(given: object) -> Move:
    """Read one change."""
    text = change_text(given)
    number = float(text[1:].rstrip("%"))
    if text[0] == "=":
        return Move("level", number)
    signed = -number if text[0] == "-" else number
    return Move("share", signed / 100) if text.endswith("%") else Move("by", signed)


def change_text(given: Any) -> str:
    """One change as it is kept: without spaces, a bare number as the level that it is."""
    numeric = isinstance(given, int | float | np.integer | np.floating) and not isinstance(given, bool)
    if numeric and math.isfinite(given):
        number = float(given)
        return f"={int(number) if number.is_integer() and abs(number) < 1e15 else number!r}"
    text = re.sub(r"\s+", "", given).replace("−", "-") if isinstance(given, str) else ""
    parsed = _CHANGE.fullmatch(text)
    if parsed and math.isfinite(float(parsed["number"])):
        wrong = parsed["share"] if parsed["sign"] == "=" else parsed["number"].startswith("-")
        if not wrong:
            return text
    raise BscError(Fault("", "this is not a change", repr(given)[:60], CHANGES, _remedy(text)))


def _remedy(text: str) -> str:
    bare = text.lstrip("=")
    if _CHANGE.fullmatch(f"={bare}") and bare.endswith("%"):
        level = text.startswith("=")
        return f"write ={bare[:-1]}: a level is in the KPI's own measure" if level else f"write +{bare} or -{bare}"
    if _CHANGE.fullmatch(f"={bare}"):
        return f"write ={bare} for a level, or +{bare} for so much more"
    comma = text.replace(",", ".", 1)
    return f"write {comma}" if "," in text and _CHANGE.fullmatch(comma) else ""


def _kept(given: object) -> str:
    try:
        return change_text(given)
    except BscError as error:
        fault = error.faults[0]
        raise ValueError(f"{fault.what}: {fault.fix or f'write {fault.allowed}'}") from None


def _starts(given: Any) -> Any:
    return tuple(given) if isinstance(given, list) or given == {} else given


_Start = Annotated[str, AfterValidator(periods.check_period)]  # a fiscal one is resolved by the scorecard's years


class Scenario(Part):
    """A question, and what would be done: changes of KPIs, initiatives, how many months ahead, for which unit.

    `changes` holds a change for each KPI; they last from the first month after the latest actual. `initiatives` are
    ids, which start as the scorecard plans, or `{id: start}`. An empty `unit` is the organisation as a whole.

    Examples
    --------
    >>> Scenario(id="faster", name="Restore faster", changes={"mttr": "-10%"}, initiatives=["runbooks"]).horizon
    24
    """

    id: Id
    name: Name
    question: Text = ""
    changes: dict[Id, Annotated[str, BeforeValidator(_kept)]] = Field(default_factory=dict)
    initiatives: Annotated[tuple[Id, ...] | dict[Id, _Start], BeforeValidator(_starts)] = ()
    horizon: Annotated[int, Field(strict=True, ge=1, le=120)] = 24
    unit: Text = ""

    @property
    def moves(self) -> dict[str, Move]:
        """The changes, read."""
        return {kpi: read_change(text) for kpi, text in self.changes.items()}


def build_scenario(data: Any, place: Callable[[Loc], str] = lambda loc: ".".join(map(str, loc))) -> Scenario:
    """Make a scenario from plain data, as read from YAML."""
    given = data.get("initiatives", ()) if isinstance(data, Mapping) else ()
    # Said once, where pydantic would say it of each shape that initiatives may have.
    if isinstance(given, str) or not isinstance(given, Iterable):
        allowed = "a list of ids, such as [runbooks], or a start for each, such as {runbooks: 2026-09}"
        raise BscError(Fault(place(("initiatives",)), "these are no initiatives", repr(given)[:60], allowed))
    try:
        return Scenario.model_validate(data)
    except ValidationError as error:
        raise BscError([_said(detail, place) for detail in error.errors()]) from None


def _said(detail: Any, place: Callable[[Loc], str]) -> Fault:
    # Between a field and what is in it pydantic names the shape that it tried, which stands in no file.
    loc = tuple(step for step in detail["loc"] if not (isinstance(step, str) and step.startswith(("tuple[", "dict["))))
    return fault_of({**detail, "loc": loc}, place, Scenario.model_fields)


def check_scenario(scenario: Scenario, scorecard: Scorecard) -> None:
    """Refuse a scenario that does not fit a scorecard.

    Parameters
    ----------
    scenario : Scenario
    scorecard : Scorecard

    Raises
    ------
    UnknownNameError
        When a KPI or an initiative is not in the scorecard, with the nearest one that is; all of them are named.
    BscError
        When an initiative is named twice, or starts before one has ended that it comes after, in this scenario.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> check_scenario(Scenario(id="x", name="X", changes={"mtrt": "-10%"}), read_scorecard("meridian"))
    Traceback (most recent call last):
    ...
    bsclib.errors.UnknownNameError: changes: there is no KPI 'mtrt'. Allowed: ... Fix: did you mean 'mttr'?
    """
    kpis, known = [kpi.id for kpi in scorecard.kpis], {one.id: one for one in scorecard.initiatives}
    strangers = [unknown("KPI", id, kpis, "changes") for id in scenario.changes if id not in kpis]
    strangers += [unknown("initiative", id, known, "initiatives") for id in scenario.initiatives if id not in known]
    if strangers:
        raise UnknownNameError(strangers)
    ids = list(scenario.initiatives)
    named = {id: ids.count(id) for id in ids}
    twice = [f"{id!r} is named {count} times" for id, count in named.items() if count > 1]
    faults = [Fault("initiatives", what, fix="name it once") for what in twice]
    begins, odd = _begins(scenario, scorecard.year_starts)
    faults += odd or [*_too_early(begins, known)]
    if faults:
        raise BscError(faults)


def _begins(scenario: Scenario, year_starts: int | None) -> tuple[dict[str, int], list[Fault]]:
    """The months in which this scenario has initiatives start, and what is no month of the scorecard's years."""
    begins: dict[str, int] = {}
    faults = []
    for id, start in scenario.initiatives.items() if isinstance(scenario.initiatives, dict) else ():
        try:
            begins[id] = periods.span(periods.resolve(start, year_starts))[0]
        except ValueError as error:
            faults.append(Fault(f"initiatives, {id}", f"its start: {error}"))
    return begins, faults


def _too_early(begins: dict[str, int], known: dict[str, Initiative]) -> Iterator[Fault]:
    """Starts that a scenario gives and that do not wait for what they come after."""
    for id, start in begins.items():
        for earlier in known[id].after:
            ended = begins[earlier] + known[earlier].months if earlier in begins else start
            if start < ended:
                what = f"{id!r} would start before {earlier!r} has ended, which it comes after"
                fix = f"start it in {periods.period_of(ended)} or later"
                yield Fault("initiatives", what, periods.period_of(start), fix=fix)
