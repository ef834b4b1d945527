"""The columns of a scorecard's workbook: what each is called, what it means, and what may stand in it.

The notes become comments on the headings; the words to choose from are the model's own.
"""

from __future__ import annotations

from typing import Any, get_args

from bsclib.errors import Fault
from bsclib.files.excel.sheet_writer import Column
from bsclib.model.actions import Action
from bsclib.model.initiatives import Event
from bsclib.model.nouns import KPI, Link
from bsclib.model.values import Limits, Part

_ID = "Letters, digits, - and _. Used once in the whole scorecard."
_WEIGHT = "How much it counts beside its neighbours; 1 if empty. Leave empty when the sheet Weights has dates for it."
_PERIOD = "2024, 2024-Q1, 2024-03, 2024-W05 or 2024-03-15. A date counts as the month or day that its cell shows."


def _choice(part: type[Part], name: str, note: str, width: int = 14) -> Column:
    """A column to choose from the words of a field's closed list, as the model has them."""
    words: list[str] = []
    open_ = [part.model_fields[name].annotation]
    while open_:
        inner: tuple[Any, ...] = get_args(open_.pop())
        words += [word for word in inner if isinstance(word, str)]
        open_ += [kind for kind in inner if not isinstance(kind, str) and kind is not type(None)]
    return Column(name, note, choices=tuple(words), width=width)


def _number(name: str, note: str) -> Column:
    return Column(name, note, number=True)


SHEETS: dict[str, tuple[Column, ...]] = {
    "Scorecard": (
        Column("id", "The scorecard's id. " + _ID),
        Column("name", "The organisation, and what of it is scored.", width=40),
        _number(
            "at_risk", "The status is at_risk from this share of the full score, above the KPIs; 0.7 if both are empty."
        ),
        _number("on_target", "The status is on_target from this share on, above the KPIs; 0.9 if both are empty."),
        _number("format", "What the workbook is laid out by; bsclib fills it in. Leave it as it is."),
        _number(
            "year_starts", "The month, 1 to 12, in which your years start, if fiscal years such as FY2026 are used."
        ),
    ),
    "Perspectives": (
        Column("id", _ID, width=26),
        Column("name", "What people call it.", width=30),
        _number("weight", _WEIGHT),
    ),
    "Objectives": (
        Column("id", _ID, width=22),
        Column("name", "What is wanted, in words.", width=40),
        Column("perspective", "The perspective it belongs to.", source="Perspectives", width=26),
        Column("owner", "Who answers for it.", width=22),
        _number("weight", _WEIGHT),
        Column(
            "supports",
            "The objectives it supports, such as enterprise.growth; commas between several, (secondary) behind one.",
            width=30,
        ),
    ),
    "KPIs": (
        Column("id", _ID, width=22),
        Column("name", "What people call it.", width=34),
        Column("objective", "The objective it measures.", source="Objectives", width=22),
        Column("measured_in", "The unit of measurement: hours, %, EUR, yes/no, days late."),
        Column("formula", "How it is computed; for a ratio, numerator / denominator.", width=34),
        Column("owner", "Who answers for it.", width=22),
        Column("catalogue", "Its entry in the KPI catalogue.", width=22),
        _choice(KPI, "direction", "Which way is better.", width=18),
        _choice(KPI, "role", "Driver of a result, or the result; lagging if empty."),
        _choice(KPI, "frequency", "How often it is observed; monthly if empty."),
        _choice(KPI, "aggregate", "How it is put together over time; mean if empty."),
        _choice(KPI, "across_units", "How it is put together across units; as over time if empty."),
        _number("baseline", "Where it started. Leave empty when the sheet Targets has it with a date."),
        _number(
            "target", "Where it should be. Leave empty when the sheet Targets has dates for it, or for within_range."
        ),
        _number("target_low", "For within_range only: the lower edge of the range."),
        _number("target_high", "For within_range only: the upper edge of the range."),
        _choice(KPI, "path", "How a dated target moves between its dates; linear if empty."),
        _number("floor", "Where the score is 0; the baseline if empty."),
        _number("floor_lower", "For within_range only: where the score is 0 below; one range-width away if empty."),
        _number("floor_upper", "For within_range only: where the score is 0 above; one range-width away if empty."),
        _number("stretch", "The best imaginable; only some scoring methods use it."),
        _number("at_risk", "The status is at_risk from this attainment on; 0.7 if empty."),
        _number("on_target", "The status is on_target from this attainment on; 1 if empty."),
        _number("weight", _WEIGHT),
        Column("guarded_by", "The counter-KPIs that would show gaming; commas between several.", width=22),
        Column("format", "How a value is shown, such as {:.1f} h."),
        Column("due", "For a milestone only: the day by which it is to be done. Its actual is that day, or not yet."),
        _choice(KPI, "cumulates", "The target is of a year or quarter, and months add up to date; empty otherwise."),
        Column("profile", "What share of such a target each month has: 12 or 3 numbers, with ; between them."),
        _number("lowest", "The lowest value that there can be; as its words tell, or none, if empty."),
        _number("highest", "The highest value that there can be, such as 100; as its words tell, or none, if empty."),
    ),
    "Targets": (
        Column("kpi", "The KPI.", source="KPIs", width=22),
        Column(
            "field",
            "What the value is: the KPI's baseline, or a point of its target's path.",
            choices=("target", "baseline"),
        ),
        Column("period", "Of a unit's target empty, if it always holds. " + _PERIOD),
        _number("value", "The value at that period. Rows of one path stand in the order of time."),
        Column("unit", "The unit whose target it is; empty for the organisation as a whole.", width=22),
        _number("high", "Of a unit's range, the upper edge; value is then the lower."),
        _number("floor", "Of a unit's target: where its score is 0; as the KPI's if empty."),
        _number("floor_high", "Of a unit's range: where its score is 0 above; floor is then where it is 0 below."),
    ),
    "Weights": (
        Column("id", "The perspective, objective or KPI that the weight belongs to.", width=26),
        Column("period", "The weight holds from the first month of this period. " + _PERIOD),
        _number("weight", "The weight from then on. Rows of one id stand in the order of time."),
    ),
    "Links": (
        Column("cause", "The KPI that is claimed to drive.", source="KPIs", width=22),
        Column("effect", "The KPI that is claimed to be driven.", source="KPIs", width=22),
        _choice(Link, "sign", "+ when more of the cause gives more of the effect, - when it gives less."),
        _number("lag", "Months until the effect shows."),
        _number("window", "Months over which the cause is averaged; 1 if empty."),
        _number("smallest_effect", "The smallest effect that would matter."),
        Column("why", "Why this is believed.", width=50),
    ),
    "Initiatives": (
        Column("id", "Letters, digits, - and _.", width=22),
        Column("name", "What people call it.", width=34),
        Column("owner", "Who answers for it.", width=22),
        Column("start", "When it starts. " + _PERIOD),
        _number("cost", "What it costs in all, spent evenly over its months; 0 if empty."),
        _number("months", "How many months it runs; 1 if empty."),
        _number("people", "How many people it binds full time while it runs; 0 if empty."),
        Column("after", "The initiatives that must have ended before it starts; commas between several.", width=22),
        Column("unit", "The unit in which it is done; all of them if empty.", width=16),
    ),
    "Changes": (
        Column("initiative", "The initiative.", source="Initiatives", width=22),
        Column("kpi", "The KPI that it should move.", source="KPIs", width=22),
        _number("by", "By how much, in the KPI's own measure."),
        _number("delay", "Months until the change begins; 0 if empty."),
        _number("ramp", "Months over which the change grows; 0 if empty."),
        _number("chance", "How likely it is, from 0 to 1; 1 if empty."),
    ),
    "Events": (
        Column("period", "When. " + _PERIOD),
        _choice(Event, "kind", "What kind of break it is.", width=20),
        Column("kpis", "The KPIs it touches, with commas between several; all of them if empty.", width=34),
        Column("why", "What happened.", width=50),
    ),
    "Actions": (
        Column("id", "Letters, digits, - and _.", width=22),
        Column("finding", "Plan: what was seen.", width=40),
        Column("cause", "Plan: what is believed to be behind it.", width=40),
        Column("action", "Plan: what is to be done.", width=40),
        Column("owner", "Plan: the role that answers for it.", width=22),
        Column("kpi", "Plan: the KPI that is to show whether it helped.", source="KPIs", width=22),
        Column("unit", "Plan: the unit in which it is done; all of them if empty.", width=22),
        Column("decided", "Plan: the month of the meeting that decided it. " + _PERIOD),
        Column("due", "Plan: by when it is to be done. " + _PERIOD),
        _number("expected_effect", "Check: by how much it is to move the KPI, in the KPI's own measure."),
        _number("delay", "Check: months until the effect shows once it is done; 0 if empty."),
        _choice(Action, "state", "Do: how far it is; planned if empty."),
        Column("finished", "Do: when it was done. " + _PERIOD),
        Column("outcome", "Act: what was learned, and what was decided on seeing the effect.", width=40),
    ),
    "Accepted": (
        Column("rule", "The rule of bsc check, such as BSC207."),
        Column("where", "The id where it is found, as bsc check writes it; everywhere if empty.", width=34),
        Column("why", "Why you live with what it finds.", width=50),
    ),
    "Limits": (
        Column("limit", "Where rules of bsc check begin to speak.", choices=tuple(Limits.model_fields), width=22),
        _number("value", "The limit; for objectives and kpis the fewest."),
        _number("most", "For objectives and kpis only: the most."),
    ),
    "Actuals": (
        Column("unit", "The organisation or team; empty for the organisation as a whole.", width=22),
        Column("kpi", "The KPI.", source="KPIs", width=22),
        Column("period", _PERIOD),
        _number("actual", "What was observed; empty when nothing was."),
        _number("numerator", "For a ratio: its upper part."),
        _number("denominator", "For a ratio: its lower part."),
    ),
}
"""Every sheet of the workbook, in its order."""

REQUIRED = {
    "Scorecard": ("id", "name"),
    "Perspectives": ("id", "name"),
    "Objectives": ("id", "name", "perspective"),
    "KPIs": ("id", "name", "objective", "direction"),
    "Targets": ("kpi", "period", "value"),
    "Weights": ("id", "period", "weight"),
    "Links": ("cause", "effect"),
    "Initiatives": ("id", "name"),
    "Changes": ("initiative", "kpi", "by"),
    "Events": ("period", "kind"),
    "Actions": ("id", "action", "kpi"),
    "Accepted": ("rule", "why"),
    "Limits": ("limit", "value"),
}
"""The columns without which a sheet says nothing. The first four sheets have to be there."""

LISTS = {"supports", "guarded_by", "kpis", "after", "profile"}
"""The columns whose cells hold several ids, or shares."""

PERIODS = {"period", "start", "decided", "due", "finished"}
"""The columns whose cells hold a period."""

WHOLE = {"lag", "window", "delay", "ramp", "months", "year_starts", "format"}
"""The columns whose numbers are whole."""

EDGES = {
    "target_low": ("target", 0),
    "target_high": ("target", 1),
    "floor_lower": ("floor", 0),
    "floor_upper": ("floor", 1),
    "lowest": ("limits", 0),
    "highest": ("limits", 1),
}
"""The columns that hold one edge of a range: the field they belong to, and which edge."""

MEASURED = {
    "KPIs": ("baseline", "target", *EDGES, "floor", "stretch"),
    "Targets": ("value", "high", "floor", "floor_high"),
    "Changes": ("by",),
    "Actions": ("expected_effect",),
}
"""The columns whose numbers are in a KPI's own measure."""
OPEN = {"limits"}
"""The fields of which one edge may be left empty."""

PAIRS = ("objectives", "kpis")
"""The limits that are a fewest and a most."""


def foreign(file: str, titles: list[str]) -> Fault:
    """The fault of a workbook that somebody made for another purpose."""
    what = "this is no scorecard's workbook; `bsc import` reads it"
    return Fault(file, what, ", ".join(titles), fix=f"bsc import {file} -o my-scorecard")
