"""Exercises on tickets: when one is due, mean or median, who is forgotten, what holds are used for, what users feel.

The tickets are those of the shipped case, whatever the scorecard: few people have an export of theirs at hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    spoken,
)
from bsclib.wording import month_name, number

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_HOURS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MOMENTS = {f"{day[:3].lower()}-{hour:02}": f"{day} {hour:02}:00" for day in _WEEKDAYS for hour in range(24)}
_WRONG_DUE = {"printed": "tue-11", "clock": "fri-20", "full_monday": "mon-12", "opening": "mon-08"}
_PROPOSED = {
    "A": "90 of 100 incidents are over within their goal, and it is at risk down to 85",
    "B": "once a year we ask all users how content they are: 4.1 of 5 on average, at risk down to 3.9; "
    "we show how many answered",
    "C": "we ask users on the next day, and 90 of 100 say that they can work again; it is at risk down to 80; "
    "we show how many answered",
    "D": "all users are content with the service desk",
    "E": "after each ticket the agent writes down how content its user was: 4.5 of 5 on average, at risk down to 4.3; "
    "we show for how many",
    "F": "users rate their ticket on the same day: 4.2 of 5 on average, at risk down to 4.0; we show how many answered",
}
_IN_AN_XLA = frozenset("CF")
_IN_NO_XLA = {"A": "by_the_clock", "B": "only_a_survey", "D": "only_a_wish", "E": "agent_says"}
_MEAN, _MEDIAN = "mean-time-to-restore", "median-time-to-restore"
_OWNER, _CONTROLLER = "the service owner", "the controller"
_DUE, _SOLVED, _OPEN = "sla-attainment", "sla-attainment-solved", "ticket-backlog"
_BEFORE = re.compile(r"\W*(?:port\s+)?([a-e])\b(?:\W*\b(?:with|at|has|is)\b)?\W*", re.IGNORECASE)
_AFTER = re.compile(r"[\s,;(]+(?:(?:for|of|at|in|by|is|port)\s+)*([a-e])\W*$", re.IGNORECASE)
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
        for hour, word in enumerate(_HOURS, 1):
            said = re.sub(rf"\b{word}\b", str(hour), said)
        times = re.findall(r"(?<!\d)(\d{1,2})(?:[:.h](\d\d))?(?!\d)(?:\s*([ap])\.?m\b)?", said)
        for what, found in (("weekday", days), ("time of day", times)):
            if not found:
                raise MisfitError(f"the {what} is missing. Write both, such as “Wednesday 15:00”.")
            if len(found) > 1:
                raise MisfitError(f"one {what} is asked for; this names {len(found)}.")
        ((hour, minute, half),) = times
        if int(minute or 0):
            raise MisfitError("the minutes are wrong: a full hour is asked for. Add the hours up once more.")
        late = int(hour) % 12 + 12 * (half == "p") if half else int(hour)
        return [_MOMENTS.get(f"{days.pop()}-{late:02}", answer)]


@dataclass(frozen=True)
class PortShare(Number):
    """A share, beside the letter of the port whose share it is: "C 10 %", "10 % in port C", ("C", 0.1)."""

    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def port(self) -> str:
        """The port whose share this is; none where it is no port's own."""
        return next((port for port, share in self.shares.items() if share == self.right), "")

    @property
    def told(self) -> str:
        """The right answer, written."""
        return f"{self.port}: {Number(self.right, self.within, self.unit).told}"

    def _fault(self, answer: Any) -> str:
        if isinstance(answer, Mapping):
            answer = [part for pair in answer.items() for part in pair]
        if isinstance(answer, (list, tuple)):
            answer = " ".join(str(part) for part in answer)
        letter, share = _apart(answer) if isinstance(answer, str) else ("", answer)
        if letter and not re.search(r"\d|\w{3}", share):
            raise MisfitError("two things are asked for: a letter, and a share beside it.")
        largest = max(self.shares, key=lambda port: self.shares[port])
        mixed_up = letter and self.port and (letter == largest) != (self.port == largest)
        return super()._fault(share) or (mixed_up and f"the share is right, but it is not that of port {letter}.") or ""


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


@exercise("unit month count mean total longer", slips="means medians reason")
def which_figure(case: Case) -> Facts:
    """Which figure tells what a user usually waits, which one what all waits come to, and for which reason."""
    now = _last_month()
    means, medians = (now.xs(id, level="kpi")["actual"].drop("") for id in (_MEAN, _MEDIAN))
    unit = str((means / medians).idxmax())
    hours = hours_to_restore(unit)
    mean, median = f"the mean, {spoken(hours.mean())}", f"the median, {spoken(hours.median())}"
    ninetieth = f"the 90th percentile, {spoken(hours.quantile(0.9))}"
    many = len(hours)
    lines = {
        "A": (_OWNER, mean, "because every incident counts in it"),
        "B": (_OWNER, median, "because half of the users wait no longer than that"),
        "C": (_OWNER, median, "because the slow incidents are exceptions and may be left out"),
        "D": (_CONTROLLER, f"{mean}, times {many}", "because it is all hours, divided by the number of incidents"),
        "E": (_CONTROLLER, f"{median}, times {many}", "because the slow incidents do not pull it up"),
        "F": (_CONTROLLER, f"{ninetieth}, times {many}", "because the bad cases are what costs money"),
    }
    why = {letter: phrases()[f"figure_{letter}"] for letter in "ACEF"}
    known = {
        "unit": unit,
        "month": month_name(_month()),
        "count": many,
        "mean": f"{hours.mean():.1f}",
        "total": _whole(10 * round(hours.sum() / 10)),
        "longer": int((hours > hours.mean()).sum()),
    }
    return Facts(
        Names(
            frozenset("BD"),
            of={letter: ", ".join(said) for letter, said in lines.items()},
            kind="line of the table",
            why={letter: said.format(**known) for letter, said in why.items()},
            ask=phrases()["figures_left"],
        ),
        code='answer = ["B", "D"]',
        names=known,
        slips={"means": frozenset("AD"), "medians": frozenset("BE"), "reason": frozenset("CD")},
        given=(("line", "to whom", "figure", "reason"), *((letter, *said) for letter, said in lines.items())),
    )


@exercise(slips="targets asked")
def xla(case: Case) -> Facts:
    """Which lines could stand in an agreement on experience as they are."""
    return Facts(
        Names(
            _IN_AN_XLA,
            of=_PROPOSED,
            kind="line of the table",
            why={line: phrases()[reason] for line, reason in _IN_NO_XLA.items()},
            ask=phrases()["experience_left"],
        ),
        code=f"answer = {sorted(_IN_AN_XLA)}",
        slips={"targets": _IN_AN_XLA | set("AE"), "asked": _IN_AN_XLA | {"B"}},
        given=(("line", "what is proposed"), *_PROPOSED.items()),
    )


@exercise("unit month precision", slips="forgotten all_open taken_away below as_met")
def open_forgotten(case: Case) -> Facts:
    """The service level with the tickets that stand open past their goal."""
    now = _last_month()
    every, solved = (now.xs(id, level="kpi").drop("") for id in (_DUE, _SOLVED))
    unit = str((solved["actual"] - every["actual"]).idxmax())
    met, count, due = solved.loc[unit, "numerator"], solved.loc[unit, "denominator"], every.loc[unit, "denominator"]
    late, still_open = due - count, now.loc[(unit, _OPEN), "actual"]
    return Facts(
        Number(float(every.loc[unit, "actual"]), within=0.01, unit="%"),
        code=f"met, solved, late = {plain(met)}, {plain(count)}, {plain(late)}\nanswer = 100 * met / (solved + late)",
        names={"unit": unit, "month": month_name(_month()), "precision": precision(2)},
        slips={
            "forgotten": float(100 * met / count),
            "all_open": float(100 * met / (count + still_open)),
            "taken_away": float(100 * (met - late) / count),
            "below": float(100 * met / (count - late)),
            "as_met": float(100 * (met + late) / due),
        },
        given=(
            ("what", "tickets"),
            ("solved in the month", plain(count)),
            ("of these, within their goal", plain(met)),
            ("open at the month's end", plain(still_open)),
            ("of these, past their goal", plain(late)),
        ),
    )


@exercise(
    "unit month precision met solved",
    slips="holds_counted opened_then opened_and_open how_many all_solved open_counted all_units whole_year",
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
            "all_solved": float(len(solved)),
            "open_counted": float(now.loc[(unit, _DUE), "actual"]),
            "all_units": float(now.loc[("", _SOLVED), "actual"]),
            "whole_year": _share(mine.dropna(subset=["resolved"]), OUTCOMES[:2]),
        },
    )


@exercise(slips="other without of_the_rest among_ports how_many")
def look_at(case: Case) -> Facts:
    """Whose tickets are worth a look, by the share that was met only by a hold; the units' names are hidden."""
    found = find_gaming(shipped_tickets(), shuffles=0).sort_values("met", ascending=False)
    ports = found.set_axis(list("ABCDE"))
    met, held = ports["met"].astype(int), ports["met_by_hold"].astype(int)
    shares, free = held / met, met - held
    one = str(ports.index[ports["look"]][0])
    others = [port for port in ports.index if port != one]
    return Facts(
        PortShare(float(shares[one]), within=0.01, unit="share", shares=shares.to_dict()),
        code=(
            f"met = {met.to_dict()}\n"
            f"without = {free.to_dict()}\n"
            "shares = {port: (met[port] - without[port]) / met[port] for port in met}\n"
            "port = max(shares, key=shares.get)\n"
            'answer = f"{port} {shares[port]:.1%}"'
        ),
        slips={
            "other": [float(shares[port]) for port in others],
            "without": [float(free[port] / met[port]) for port in (one, *others)],
            "of_the_rest": float(held[one] / free[one]),
            "among_ports": float(held[one] / held.sum()),
            "how_many": [float(held[port]) for port in (one, *others)],
        },
        given=(
            ("port", "tickets that met their goal", "of these, without the help of a hold"),
            *((str(port), _whole(met[port]), _whole(free[port])) for port in ports.index),
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


def _month() -> str:
    return str(shipped_kpis()["period"].max())


def _last_month() -> pd.DataFrame:
    """The KPIs of the last month, by unit and KPI."""
    kpis = shipped_kpis()
    return kpis[kpis["period"] == _month()].set_index(["unit", "kpi"])


def _apart(written: str) -> tuple[str, str]:
    """The letter of a port, before a share or after it, and the share; no letter where there is none."""
    said = re.sub(r"(?s),?\s+because\b.*$", "", written)
    found = _BEFORE.match(said) or _AFTER.search(said)
    share = said[: found.start()] + said[found.end() :] if found else said
    return found[1].upper() if found else "", share.replace(",", "") if "/" in share else share


def _whole(count: float) -> str:
    return number(count, 0)


def _share(tickets: pd.DataFrame, ended: tuple[str, ...]) -> float:
    return float(100 * outcomes(tickets).isin(ended).mean())
