"""Exercises on tickets: when one is due, what a mean hides, who is forgotten, what holds are used for.

The tickets are those of the shipped case, whatever the scorecard: few people have an export of theirs at hand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bsclib.actuals.itsm.calendar import DAYS, ServiceCalendar
from bsclib.actuals.itsm.clock import due_time
from bsclib.actuals.itsm.gaming import find_gaming
from bsclib.study.answer_forms import MisfitError
from bsclib.study.answers import Choice, Names, Number
from bsclib.study.exercises.case import Case, plain
from bsclib.study.exercises.question import Facts, exercise
from bsclib.study.exercises.texts import phrases, precision
from bsclib.study.lessons.lesson_07 import (
    EXPORT,
    EXPORT_MAP,
    OUTCOMES,
    hours_to_restore,
    outcomes,
    shipped_kpis,
    shipped_tickets,
)
from bsclib.wording import month_name, number

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MOMENTS = {f"{day[:3].lower()}-{hour:02}": f"{day} {hour:02}:00" for day in _WEEKDAYS for hour in range(24)}
_WRONG_DUE = {"printed": "tue-11", "clock": "fri-20", "full_monday": "mon-12", "opening": "mon-08"}
_EDGES = (0, 5 / 60, 15 / 60, 30 / 60, 1, 2, 8, 24, float("inf"))
_DURATIONS = {
    "A": "within 5 minutes",
    "B": "in 5 to 15 minutes",
    "C": "in 15 to 30 minutes",
    "D": "in 30 to 60 minutes",
    "E": "in 1 to 2 hours",
    "F": "in 2 to 8 hours",
    "G": "in 8 to 24 hours",
    "H": "in more than 24 hours",
}
_OTHER_WORDS = {name.removeprefix("in "): id for id, name in _DURATIONS.items()}
_MEAN, _MEDIAN = "mean-time-to-restore", "median-time-to-restore"
_DUE, _SOLVED = "sla-attainment", "sla-attainment-solved"
_PROPS = "from bsclib.study.lessons.lesson_07 import"


@dataclass(frozen=True)
class Moment(Choice):
    """A weekday and an hour, in whatever order and words."""

    def _names(self, answer: Any) -> list[str]:
        if hasattr(answer, "strftime"):  # a time, as the kit's own function gives it
            answer = f"{answer:%A %H:%M}"
        if not isinstance(answer, str):
            names = super()._names(answer)
            return self._names(names[0]) if len(names) == 1 else names
        days = {word[:3] for word in re.findall(rf"\b(?:{'|'.join(DAYS)})[a-z]*", answer.casefold())}
        said = re.sub("noon|midday", "12", answer.casefold())
        times = re.findall(r"(?<!\d)(\d{1,2})(?:[:.h](\d\d))?(?!\d)(?:\s*([ap])\.?m\b)?", said)
        for what, found in (("weekday", days), ("hour", times)):
            if len(found) != 1:
                raise MisfitError(f"one {what} is asked for; this names {len(found) or 'none'}.")
        ((hour, minute, half),) = times
        if int(minute or 0):
            raise MisfitError("the minutes are wrong: a full hour is asked for. Add the hours up once more.")
        late = int(hour) % 12 + 12 * (half == "p") if half else int(hour)
        return [_MOMENTS.get(f"{days.pop()}-{late:02}", answer)]


@exercise(slips="printed clock full_monday opening")
def vendor_due(case: Case) -> Facts:
    """When a ticket is really due for which a vendor's page prints another day."""
    desk = ServiceCalendar({"mon-fri": "8:00-17:00"})
    due = due_time("2026-04-10T16:00Z", 4, desk)
    moment = f"{DAYS[due.weekday()]}-{due.hour:02}"
    return Facts(
        Moment(frozenset({moment}), of=_MOMENTS, kind="weekday and hour"),
        code=(
            "from bsclib.actuals.itsm import ServiceCalendar, due_time\n\n"
            'open_hours = ServiceCalendar({"mon-fri": "8:00-17:00"})\n'
            'answer = due_time("2026-04-10T16:00Z", 4, open_hours).strftime("%A %H:%M")'
        ),
        slips={name: frozenset({id}) for name, id in _WRONG_DUE.items()},
        given=(
            ("what", "value"),
            ("the desk is open", "Monday to Friday, 8:00 to 17:00"),
            ("opened", "Friday 16:00"),
            ("goal", "4 service hours"),
            ("the page prints", "Tuesday 11:00"),
        ),
    )


@exercise("unit month mean count longer within", slips="most mean middle_row one_short last_half")
def half_restored(case: Case) -> Facts:
    """In which row of a table of durations the incident in the middle lies."""
    now = _last_month()
    means, medians = (now.xs(id, level="kpi")["actual"].drop("") for id in (_MEAN, _MEDIAN))
    unit = str((means / medians).idxmax())
    hours = hours_to_restore(unit)
    rows = pd.cut(hours, _EDGES, labels=list(_DURATIONS)).value_counts(sort=False)
    place = {name: str(pd.cut([value], _EDGES, labels=list(_DURATIONS))[0]) for name, value in _middle(hours).items()}
    up_to = rows.cumsum()
    before = str(rows.index[max(list(rows.index).index(place["median"]) - 1, 0)])
    return Facts(
        Choice(frozenset({place["median"]}), of=_DURATIONS, kind="row of the table", also=_OTHER_WORDS),
        code=(
            f"counts = {rows.tolist()}\n"
            "row = 0\n"
            "while sum(counts[: row + 1]) < sum(counts) / 2:\n"
            "    row += 1\n"
            f'answer = "{"".join(_DURATIONS)}"[row]'
        ),
        names={
            "unit": unit,
            "month": month_name(_month()),
            "mean": f"{means[unit]:.1f}",
            "count": len(hours),
            "longer": int((hours > hours.mean()).sum()),
            "within": int(up_to[place["median"]]),
        },
        slips={
            "most": frozenset({str(rows.idxmax())}),
            "mean": frozenset({place["mean"]}),
            "middle_row": frozenset("DE"),
            "one_short": frozenset({before}),
            "last_half": frozenset("GH"),
        },
        given=(("row", "restored", "incidents"), *((id, _DURATIONS[id], plain(rows[id])) for id in _DURATIONS)),
    )


@exercise("unit month precision", slips="forgotten taken_away below as_met")
def open_forgotten(case: Case) -> Facts:
    """The service level with the tickets that stand open past their goal."""
    now = _last_month()
    every, solved = (now.xs(id, level="kpi").drop("") for id in (_DUE, _SOLVED))
    unit = str((solved["actual"] - every["actual"]).idxmax())
    met, count, due = solved.loc[unit, "numerator"], solved.loc[unit, "denominator"], every.loc[unit, "denominator"]
    late = due - count
    return Facts(
        Number(float(every.loc[unit, "actual"]), within=0.01, unit="%"),
        code=f"met, solved, late = {plain(met)}, {plain(count)}, {plain(late)}\nanswer = 100 * met / (solved + late)",
        names={"unit": unit, "month": month_name(_month()), "precision": precision(2)},
        slips={
            "forgotten": float(100 * met / count),
            "taken_away": float(100 * (met - late) / count),
            "below": float(100 * met / (count - late)),
            "as_met": float(100 * (met + late) / due),
        },
        given=(
            ("what", "tickets"),
            ("solved in the month", plain(count)),
            ("of these, within their goal", plain(met)),
            ("open at the month's end, past their goal", plain(late)),
        ),
    )


@exercise(
    "unit month precision met solved", slips="holds_counted opened_then opened_and_open how_many open_counted all_units"
)
def by_hand(case: Case) -> Facts:
    """A service level that the learner's own code works out of the tickets."""
    now = _last_month()
    unit = str(now.xs(_SOLVED, level="kpi")["actual"].drop("").idxmax())
    tickets = shipped_tickets()
    mine = tickets[tickets["unit"] == unit]
    solved, opened = (mine[mine[time].dt.strftime("%Y-%m") == _month()] for time in ("resolved", "opened"))
    return Facts(
        Number(float(now.loc[(unit, _SOLVED), "actual"]), within=0.01, unit="%"),
        code=(
            f"{_PROPS} shipped_tickets\n\n"
            "tickets = shipped_tickets()\n"
            f'month = tickets["resolved"].dt.strftime("%Y-%m") == "{_month()}"\n'
            f'solved = tickets[(tickets["unit"] == "{unit}") & month]\n'
            'hours = (solved["resolved"] - solved["opened"]).dt.total_seconds() / 3600 - solved["hold_hours"]\n'
            'answer = float(100 * (hours <= solved["goal_resolution"]).mean())'
        ),
        names={
            "unit": unit,
            "month": month_name(_month()),
            "precision": precision(2),
            "met": int(_share(solved, OUTCOMES[:2]) / 100 * len(solved) + 0.5),
            "solved": len(solved),
        },
        slips={
            "holds_counted": _share(solved, OUTCOMES[:1]),
            "opened_then": _share(opened.dropna(subset=["resolved"]), OUTCOMES[:2]),
            "opened_and_open": float(100 * outcomes(opened).isin(OUTCOMES[:2]).sum() / len(opened)),
            "how_many": float(outcomes(solved).isin(OUTCOMES[:2]).sum()),
            "open_counted": float(now.loc[(unit, _DUE), "actual"]),
            "all_units": float(now.loc[("", _SOLVED), "actual"]),
        },
    )


@exercise(slips="fewest other")
def look_at(case: Case) -> Facts:
    """Whose tickets are worth a look, by how holds fall; the units' names are hidden."""
    found = find_gaming(shipped_tickets(), shuffles=0).sort_values("met", ascending=False)
    units = pd.Series(list("ABCDE"), found.index)
    heads = ("port", "met", "only by a hold", "held, of those near", "held, of those far")
    rows = [
        (row.met, row.met_by_hold, f"{row.held_near} of {row.near}", f"{row.held_far} of {row.far}")
        for row in found[["met", "met_by_hold", "near", "held_near", "far", "held_far"]].map(_whole).itertuples()
    ]
    return Facts(
        Choice(frozenset(units[found["look"]]), of={unit: f"port {unit}" for unit in units}, kind="port"),
        code=(
            f"near = {dict(zip(units, found['near'].tolist(), strict=True))}\n"
            f"held = {dict(zip(units, found['held_near'].tolist(), strict=True))}\n"
            "shares = {port: held[port] / near[port] for port in near}\n"
            "answer = max(shares, key=shares.get)"
        ),
        slips={"fewest": frozenset({units[found["met_by_hold_share"].idxmin()]}), "other": frozenset(units)},
        given=(heads, *((unit, *row) for unit, row in zip(units, rows, strict=True))),
    )


@exercise(
    "unit count met precision",
    slips="all_of_them expected with_itself others_away a_share_each of_the_held own_share",
)
def surplus(case: Case) -> Facts:
    """How many tickets more than elsewhere were met only by their holds."""
    found = find_gaming(shipped_tickets(), shuffles=0).set_index("unit")
    unit = str(found.index[found["look"]][0])
    others, mine = found.drop(index=unit)[["met", "met_by_hold"]].sum(), found.loc[unit]
    expected = mine["met"] * others["met_by_hold"] / others["met"]
    whole = mine["met"] * found["met_by_hold"].sum() / found["met"].sum()
    return Facts(
        Number(float(mine["met_by_hold"] - expected), within=1, unit="tickets"),
        code=(
            f"saved, met = {plain(mine['met_by_hold'])}, {plain(mine['met'])}\n"
            f"others_saved, others_met = {plain(others['met_by_hold'])}, {plain(others['met'])}\n"
            "answer = saved - met * others_saved / others_met"
        ),
        names={
            "unit": unit,
            "count": _whole(mine["met_by_hold"]),
            "met": _whole(mine["met"]),
            "precision": precision(0),
        },
        slips={
            "all_of_them": float(mine["met_by_hold"]),
            "expected": float(expected),
            "with_itself": float(mine["met_by_hold"] - whole),
            "others_away": float(mine["met_by_hold"] - others["met_by_hold"]),
            "a_share_each": float(mine["met_by_hold"] - others["met_by_hold"] / (len(found) - 1)),
            "of_the_held": float(mine["met_by_hold"] * (1 - others["met_by_hold"] / others["met"])),
            "own_share": float(mine["met_by_hold"] * (1 - others["met_by_hold"] / mine["met"])),
        },
        given=(
            ("whose", "met", "met only by a hold"),
            (unit, _whole(mine["met"]), _whole(mine["met_by_hold"])),
            ("the other units together", _whole(others["met"]), _whole(others["met_by_hold"])),
        ),
    )


@exercise(slips="month_first open_too nothing_missing")
def foreign(case: Case) -> Facts:
    """Which rows of another system's export cannot be used."""
    heads, *rows = (tuple(line.split(";")) for line in EXPORT.splitlines())
    numbers = {row[0]: row[0] for row in rows}
    return Facts(
        Names(
            frozenset({"4713", "4714"}),
            of=numbers,
            kind="ticket of the export",
            why={"4711": phrases()["in_order"], "4712": phrases()["day_first"], "4715": phrases()["open"]}
            | {"4716": phrases()["in_order"]},
            ask=phrases()["times_left"],
        ),
        code="\n".join(
            [
                "from datetime import datetime\n",
                "rows = {",
                *(f"    {number!r}: ({opened!r}, {solved!r})," for number, opened, solved, _ in rows),
                "}",
                "def time(text):",
                f'    return datetime.strptime(text, "{EXPORT_MAP["dates"]}")  # the day comes first',
                "answer = [",
                "    number for number, (opened, solved) in rows.items()",
                "    if not opened or (solved and time(solved) < time(opened))",
                "]",
            ]
        ),
        slips={
            "month_first": frozenset({"4712", "4714"}),
            "open_too": frozenset({"4713", "4714", "4715"}),
            "nothing_missing": frozenset({"4713"}),
        },
        given=(heads, *(tuple(cell or "–" for cell in row) for row in rows)),
    )


def _middle(hours: pd.Series) -> dict[str, float]:
    return {"median": float(hours.median()), "mean": float(hours.mean())}


def _month() -> str:
    return str(shipped_kpis()["period"].max())


def _last_month() -> pd.DataFrame:
    """The KPIs of the last month, by unit and KPI."""
    kpis = shipped_kpis()
    return kpis[kpis["period"] == _month()].set_index(["unit", "kpi"])


def _whole(count: float) -> str:
    return number(count, 0)


def _share(tickets: pd.DataFrame, ended: tuple[str, ...]) -> float:
    return float(100 * outcomes(tickets).isin(ended).mean())
