"""The controls of `explore_signals`: pick a KPI, look at its signals, and mark a point with its cause."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.errors import BscError
from bsclib.files.scorecards import write_scorecard
from bsclib.model import periods
from bsclib.model.edit import change
from bsclib.model.initiatives import Event
from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import show
from bsclib.plots.process_behaviour import plot_process_behaviour
from bsclib.signals.assurance import signal_ways
from bsclib.signals.behaviour import behaviour_of
from bsclib.signals.observations import observed
from bsclib.widgets.parts import NAMES, Controls, attended, control, image, no_image, options, outputs, unit_control
from bsclib.wording import counted

KINDS = get_args(Event.model_fields["kind"].annotation)
MONTHS = 36


def with_event(scorecard: Scorecard, period: str, kind: str, kpi: str, why: str) -> Scorecard:
    """The scorecard with one event more, or with another cause for the one that is there already."""
    same = {"period": period, "kind": kind, "kpis": (kpi,)}
    kept = [event for event in scorecard.events if event.model_dump(exclude={"why"}) != same]
    return change(scorecard, scorecard.id, events=[*(event.model_dump() for event in kept), {**same, "why": why}])


def explore_signals(scorecard: Scorecard, actuals: pd.DataFrame, save_to: str = "") -> Any:
    """Pick a KPI, see which of its points are more than noise, and mark one with its cause.

    Parameters
    ----------
    scorecard : Scorecard
    actuals : DataFrame
    save_to : str, optional
        Where the scorecard goes with the events that are marked: a folder, a YAML file or a workbook. Empty writes
        nothing; the code that is shown makes the same scorecard.

    Returns
    -------
    ipywidgets.Widget or None
        Controls for a person, as `explore_scores` gives them. With nobody there, the KPI with the most signals is shown
        and nothing returned.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> explore_signals(read_scorecard("meridian"), read_actuals("meridian"))
    Process behaviour chart of ...
    """
    if attended():
        return Explorer(scorecard, actuals, save_to).box
    chart = _behaviour(scorecard, actuals, "")
    if len(chart):
        show(plot_process_behaviour(chart, scorecard, _most(chart), months=MONTHS))
    return None


def _behaviour(scorecard: Scorecard, actuals: pd.DataFrame, unit: str) -> pd.DataFrame:
    series = [one for one in observed(actuals, scorecard) if one.unit == unit]
    return behaviour_of(series, scorecard) if series else pd.DataFrame(columns=["kpi", "signal"])


def _most(chart: pd.DataFrame) -> str:
    """The KPI with the most signals among its last months."""
    recent = chart.groupby("kpi", sort=False).tail(MONTHS)
    return str(recent.groupby("kpi", sort=False)["signal"].sum().idxmax())


class Explorer(Controls):
    """Unit, KPI, month, kind and cause, a button that marks; a sentence, the picture; a button, and the code."""

    def __init__(self, scorecard: Scorecard, actuals: pd.DataFrame, save_to: str = ""):
        super().__init__()
        import ipywidgets

        self.scorecard, self.actuals, self.save_to = scorecard, check_actuals(actuals, scorecard), save_to
        self.marked: list[tuple[str, str, str, str]] = []
        self.unit = unit_control(self.actuals)
        self.chart = _behaviour(scorecard, self.actuals, "")
        ids = [kpi.id for kpi in scorecard.kpis]
        first = _most(self.chart) if len(self.chart) else ids[0]
        self.kpi = control("Dropdown", "KPI", options=options(scorecard.names, ids), value=first, layout=NAMES)
        self.month = control("Dropdown", "Point", options=[], layout=NAMES)
        kinds = [(kind.replace("_", " "), kind) for kind in KINDS]
        self.kind = control("Dropdown", "What it was", options=kinds, value="one_off")
        self.why = control("Text", "Cause", placeholder="what people know about it", layout=NAMES)
        self.mark = ipywidgets.Button(description="Mark the point", layout={"width": "12rem"})
        self.mark.on_click(lambda _: self.add())
        (self.picture,) = outputs(1)
        self.on([self.unit], self.turn)
        self.on([self.kpi], self.follow)
        self.follow()
        controls = self.unit, self.kpi, self.month, self.kind, self.why, self.mark
        self.box = self.laid_out(*controls, self.sentence, self.picture)

    def turn(self) -> None:
        """Work out the limits of another unit, or with another event."""
        self.chart = _behaviour(self.scorecard, self.actuals, self.unit.value)
        self.follow()

    def follow(self, said: str = "") -> None:
        """Show the KPI, its signals first among the points that can be marked."""
        rows = self.chart[self.chart["kpi"] == self.kpi.value]
        if rows.empty:
            self.month.options, self.picture.value = [], no_image()
            self.say(f"{said} There is no actual of this KPI here.".strip(), self.shown_code())
            return
        signals = rows[rows["signal"]]
        ways = signal_ways(rows, self.scorecard)
        named = [(f"{row['period']}: {row['rule']}", row["period"]) for _, row in signals[::-1].iterrows()]
        others = rows.loc[~rows["signal"] & rows["actual"].notna(), "period"][::-1]
        points = [*named, *((period, period) for period in others)]
        self.month.options, self.month.value = points, points[0][1]
        self.picture.value = image(
            plot_process_behaviour(self.chart, self.scorecard, self.kpi.value, self.unit.value, MONTHS)
        )
        worse = int((ways == "worsening").sum())
        count = f"{counted(len(signals), 'signal') if len(signals) else 'No signal'} in {counted(len(rows), 'point')}"
        limits = rows["rests_on"].iloc[-1]
        about = f"{count}{f', {worse} for the worse' if worse else ''}. Limits: {limits.removeprefix('no limits: ')}."
        self.say(f"{said} {about}".strip(), self.shown_code())

    def add(self) -> None:
        """Add the event to the scorecard, write it where that is wanted, and look again."""
        if not self.month.value:
            return
        if not self.why.value.strip():
            self.say("Say the cause first: a mark without one explains nothing.")
            return
        event = (_first_month(self.month.value), self.kind.value, self.kpi.value, self.why.value.strip())
        try:
            self.scorecard = with_event(self.scorecard, *event)
            if self.save_to:
                write_scorecard(self.scorecard, self.save_to)
        except BscError as fault:
            self.say(str(fault))
            return
        self.marked.append(event)
        self.why.value = ""
        self.chart = _behaviour(self.scorecard, self.actuals, self.unit.value)
        self.follow(f"Marked {event[0]}{f', and written to {self.save_to}' if self.save_to else ''}.")

    def shown_code(self) -> str:
        """The code that gives the same picture and the same scorecard, from a `scorecard` and its `actuals`."""
        lines = [
            "from bsclib.plots import plot_process_behaviour, show",
            "from bsclib.signals import process_behaviour",
        ]
        if self.marked:
            lines.append("from bsclib.model.edit import change")
            fields = ("period", "kind", "kpis", "why")
            events = [
                dict(zip(fields, (period, kind, [kpi], why), strict=True)) for period, kind, kpi, why in self.marked
            ]
            lines += ["", f"events = {events!r}"]
            lines.append("scorecard = change(scorecard, scorecard.id, events=[*scorecard.events, *events])")
        lines += ["", "behaviour = process_behaviour(actuals, scorecard)"]
        picked = f"{self.kpi.value!r}, {self.unit.value!r}"
        return "\n".join([*lines, f"show(plot_process_behaviour(behaviour, scorecard, {picked}))"])


def _first_month(period: str) -> str:
    """An event is of a month: of a quarter, its first."""
    return periods.period_of(int(np.min(periods.span(period))))
