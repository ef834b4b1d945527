"""The controls of `explore_signals`: pick a KPI, look at its signals, and mark a point with its cause."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, get_args

import numpy as np
import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.errors import BscError
from bsclib.files.home import Home
from bsclib.files.paths import AnyPath
from bsclib.files.scorecard_yaml import to_yaml
from bsclib.model import periods
from bsclib.model.edit import change
from bsclib.model.initiatives import Event
from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import show
from bsclib.plots.process_behaviour import plot_process_behaviour
from bsclib.plots.vector import svg
from bsclib.signals.assurance import signal_ways
from bsclib.signals.behaviour import behaviour_of
from bsclib.signals.observations import observed
from bsclib.widgets.parts import attended, options, unit_options
from bsclib.wording import counted

KINDS = get_args(Event.model_fields["kind"].annotation)
MONTHS = 36
Spec = dict[str, Any]
Marks = tuple[tuple[str, str, str, str], ...]
"""Month, kind, KPI and cause of each point that was marked."""


def with_event(scorecard: Scorecard, period: str, kind: str, kpi: str, why: str) -> Scorecard:
    """The scorecard with one event more, or with another cause for the one that is there already."""
    same = {"period": period, "kind": kind, "kpis": (kpi,)}
    kept = [event for event in scorecard.events if event.model_dump(exclude={"why"}) != same]
    return change(scorecard, scorecard.id, events=[*(event.model_dump() for event in kept), {**same, "why": why}])


def explore_signals(scorecard: Scorecard, actuals: pd.DataFrame, save_to: AnyPath = "") -> Any:
    """Pick a KPI, see which of its points are more than noise, and mark one with its cause.

    Parameters
    ----------
    scorecard : Scorecard
    actuals : DataFrame
    save_to : path-like, optional
        Where the scorecard goes with the events that are marked: a folder, a YAML file or a workbook. Empty writes
        nothing; the code that is shown makes the same scorecard. What somebody else has saved there meanwhile is not
        saved over.

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
        return Explorer(scorecard, actuals, save_to).live()
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


class Explorer:
    """Unit, KPI, point, what it was and its cause; the sentence, and the chart, on which a click picks a point."""

    def __init__(self, scorecard: Scorecard, actuals: pd.DataFrame, save_to: AnyPath = ""):
        self.scorecard, self.actuals = scorecard, check_actuals(actuals, scorecard)
        self.home = Home(save_to) if save_to else None
        if self.home:
            self.home.knows(scorecard)
        self.written: Marks = ()
        self.card, self.chart = lru_cache(32)(self._card), lru_cache(32)(self._chart)
        # The points are others where another KPI is picked, and with nothing else.
        self.controls = lru_cache(256)(self._controls)
        self.widget: Any = None
        self.shown: list[Spec] = []

    def live(self) -> Any:
        """The widget."""
        from bsclib.widgets.live import Live

        chart = self.chart("", ())
        kpi = _most(chart) if len(chart) else self.scorecard.kpis[0].id
        self.shown = self.controls("", kpi, ())
        self.widget = Live(f"Signals of {self.scorecard.name}", self.shown, self.answer, picks=["month"])
        return self.widget

    def _card(self, marked: Marks) -> Scorecard:
        card = self.scorecard
        for mark in marked:
            card = with_event(card, *mark)
        return card

    def _chart(self, unit: str, marked: Marks) -> pd.DataFrame:
        return _behaviour(self.card(marked), self.actuals, unit)

    def _rows(self, unit: str, kpi: str, marked: Marks) -> pd.DataFrame:
        chart = self.chart(unit, marked)
        return chart[chart["kpi"] == kpi]

    def _controls(self, unit: str, kpi: str, marked: Marks) -> list[Spec]:
        from bsclib.widgets.live import button, choice, text

        names, units = self.scorecard.names, self.actuals["unit"].cat.categories
        points = _points(self._rows(unit, kpi, marked))
        kinds = [(kind.replace("_", " "), kind) for kind in KINDS]
        return [
            choice("unit", "Unit", unit_options(units), ""),
            choice("kpi", "KPI", options(names, [one.id for one in self.scorecard.kpis]), kpi),
            choice("month", "Point", points, points[0][1] if points else "", disabled=not points),
            choice("kind", "What it was", kinds, "one_off"),
            text("why", "Cause"),
            button("mark", "Mark the point"),
            {"name": "marked", "label": "", "kind": "hidden", "value": []},
        ]

    def answer(self, at: dict[str, Any], part: int = 0, act: str = "") -> dict[str, Any]:
        """The sentence and the chart; a point that is marked becomes an event, and the limits follow."""
        unit, kpi = at["unit"], at["kpi"]
        marked: Marks = tuple((one[0], one[1], one[2], one[3]) for one in at["marked"])
        if act == "save":
            file = {"name": "scorecard.yaml", "text": to_yaml(self.card(marked))}
            return {"said": "The scorecard, with the points that are marked.", "file": file}
        said, turned = "", False
        if act == "mark":
            said, more = self._marked(at, marked)
            turned, marked = more != marked, more
        elif marked != self.written:
            said = self._write(marked, "The marks are as they were")
        rows = self._rows(unit, kpi, marked)
        controls = self.controls(unit, kpi, marked)
        if self.widget is not None and controls is not self.shown:
            self.shown = self.widget.controls = controls
        points = [value for _, value in controls[2]["options"]]
        month = at["month"] if at["month"] in points else next(iter(points), "")
        values = {"month": month, "marked": [list(mark) for mark in marked], **({"why": ""} if turned else {})}
        told = {"code": self._code(unit, kpi, marked), "values": values, "turned": turned}
        if rows.empty:
            return {**told, "said": f"{said} There is no actual of this KPI here.".strip(), "picture": ""}
        picture = plot_process_behaviour.picture(self.chart(unit, marked), self.card(marked), kpi, unit, MONTHS)
        return {**told, "said": f"{said} {self._told(rows, marked)}".strip(), "picture": svg(picture)}

    def _told(self, rows: pd.DataFrame, marked: Marks) -> str:
        """How many signals there are, and what the limits rest on."""
        signals = int(rows["signal"].sum())
        worse = int((signal_ways(rows, self.card(marked)) == "worsening").sum())
        count = f"{counted(signals, 'signal') if signals else 'No signal'} in {counted(len(rows), 'point')}"
        return f"{count}{f', {worse} for the worse' if worse else ''}. Limits: {rows['rests_on'].iloc[-1]}."

    def _marked(self, at: dict[str, Any], marked: Marks) -> tuple[str, Marks]:
        """The marks with one more, written where that is wanted; or as they were, and why."""
        if not at["month"]:
            return "There is no point to mark.", marked
        if not at["why"].strip():
            return "Say the cause first: a mark without one explains nothing.", marked
        mark = _first_month(at["month"]), at["kind"], at["kpi"], at["why"].strip()
        more = (*(one for one in marked if one[:3] != mark[:3]), mark)
        try:
            self.card(more)
        except BscError as fault:
            return str(fault), marked
        said = self._write(more, f"Marked {mark[0]}")
        return said, more if self.written == more else marked

    def _write(self, marked: Marks, done: str) -> str:
        """Write the scorecard with these marks where that is wanted, and say so."""
        try:
            if self.home:
                self.home.write(self.card(marked))
        except BscError as fault:
            return str(fault)
        self.written = marked
        return f"{done}, and written to {self.home.place}." if self.home else f"{done}."

    def _code(self, unit: str, kpi: str, marked: Marks) -> str:
        """The code that gives the same picture and the same scorecard, from a `scorecard` and its `actuals`."""
        lines = [
            "from bsclib.plots import plot_process_behaviour, show",
            "from bsclib.signals import process_behaviour",
        ]
        if marked:
            fields = ("period", "kind", "kpis", "why")
            events = [dict(zip(fields, (period, kind, [id], why), strict=True)) for period, kind, id, why in marked]
            lines += ["from bsclib.model.edit import change", "", f"events = {events!r}"]
            lines.append("scorecard = change(scorecard, scorecard.id, events=[*scorecard.events, *events])")
        lines += ["", "behaviour = process_behaviour(actuals, scorecard)"]
        return "\n".join([*lines, f"show(plot_process_behaviour(behaviour, scorecard, {kpi!r}, {unit!r}))"])


def _points(rows: pd.DataFrame) -> list[tuple[str, str]]:
    """The points for a drop-down: first the signals, the latest first, and then the others."""
    signals = rows[rows["signal"]]
    others = rows.loc[~rows["signal"] & rows["actual"].notna(), "period"] if len(rows) else []
    named = [(f"{row['period']}: {row['rule']}", row["period"]) for _, row in signals[::-1].iterrows()]
    return [*named, *((period, period) for period in list(others)[::-1])]


def _first_month(period: str) -> str:
    """An event is of a month: of a quarter, its first."""
    return periods.period_of(int(np.min(periods.span(period))))
