"""The controls of `explore_scenario`: which KPIs are moved and how much, which initiatives run, budget, horizon."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.errors import BscError
from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import show
from bsclib.plots.fan import plot_fan
from bsclib.plots.frontier import plot_frontier
from bsclib.plots.prospects import Quantity
from bsclib.scenarios.budget import allocate, frontier
from bsclib.scenarios.fitting import fit_map
from bsclib.scenarios.notes import scenario_notes
from bsclib.scenarios.projection import project
from bsclib.scoring.scores import score
from bsclib.widgets.parts import (
    NAMES,
    Controls,
    attended,
    column,
    control,
    image,
    no_image,
    options,
    outputs,
    said,
    unit_control,
)
from bsclib.wording import counted, money, month_name, percent, short_name

FEW, MANY = 2_000, 10_000
"""Draws while a control moves, and once it rests."""
REST = 0.4
"""Seconds after which a control that moves no more is taken to rest."""
HORIZON = 24
_STEPS = 6


@dataclass(frozen=True)
class ScenarioChoice:
    """What the controls of `explore_scenario` say."""

    unit: str = ""
    changes: Mapping[str, str] = field(default_factory=dict)
    """By KPI, such as ``"+10%"``."""
    initiatives: tuple[str, ...] = ()
    horizon: int = HORIZON
    watch: str = ""
    """What is drawn; empty for the scorecard."""
    budget: float | None = None
    """Money for each three months; None where no initiative costs anything."""
    planned: bool = False
    """Whether the budget chooses the initiatives, and when they start."""

    def code(self, budgets: tuple[float, ...] = ()) -> str:
        """The code that gives the same pictures, from a `scorecard` and its `actuals`."""
        planned = self.planned and self.budget is not None
        unit = f", {self.unit!r}" if self.unit else ""
        watch = f", {self.watch!r}" if self.watch else ""
        needed = ["allocate"] * planned + ["fit_map"] + ["frontier"] * bool(budgets) + ["project"]
        lines = [
            "from bsclib import score",
            f"from bsclib.plots import plot_fan, {'plot_frontier, ' if budgets else ''}show",
            f"from bsclib.scenarios import {', '.join(needed)}\n",
            f"fit = fit_map(scorecard, actuals{unit})",
            f"changes = {dict(self.changes)!r}",
        ]
        if planned:
            lines += [f"chosen = allocate(fit, {self.budget:g}, horizon={self.horizon}).chosen"]
            lines += ['initiatives = dict(zip(chosen["initiative"], chosen["start"]))']
        else:
            lines += [f"initiatives = {list(self.initiatives)!r}"]
        lines += [f"result = project(fit, changes, initiatives, horizon={self.horizon})"]
        lines += [f"show(plot_fan(result, scorecard{watch}, scores=score(scorecard, actuals)))"]
        if budgets:
            lines += [f"bought = frontier(fit, {[float(one) for one in budgets]}, horizon={self.horizon})"]
            lines += ["names = {one.id: one.name for one in scorecard.initiatives}"]
            lines += [f"show(plot_frontier(bought, names, budget={self.budget:g}))"]
        return "\n".join(lines)


class Ground:
    """What stays the same whatever the controls say: each unit's fitted map, made once, and what budgets buy."""

    def __init__(self, scorecard: Scorecard, actuals: pd.DataFrame):
        self.scorecard, self.actuals = scorecard, check_actuals(actuals, scorecard)
        self.scores = score(scorecard, self.actuals)
        # Worked out once: the map of a unit, when each initiative of a budget starts, and what each budget buys.
        self.fit = cache(lambda unit: fit_map(scorecard, self.actuals, unit or None))
        self.plan = cache(self._plan)
        self.frontier = cache(lambda unit, horizon: frontier(self.fit(unit), self.budgets, horizon=horizon))

    def _plan(self, unit: str, horizon: int, budget: float) -> dict[str, str]:
        chosen = allocate(self.fit(unit), budget, horizon=horizon).chosen
        return dict(zip(chosen["initiative"], chosen["start"], strict=True))

    @property
    def budgets(self) -> tuple[float, ...]:
        """Budgets for three months, from nothing to what buys every initiative in time; none where nothing costs."""
        works = [work for work in self.scorecard.initiatives if work.changes]
        dearest = max((work.cost * min(3, work.months) / work.months for work in works), default=0.0)
        most = max(dearest, 2 * sum(work.cost for work in works) * 3 / HORIZON)
        if most <= 0:
            return ()
        size = 10 ** np.floor(np.log10(most / _STEPS))
        step = size * next(factor for factor in (1, 2, 2.5, 3, 4, 5, 6, 8, 10) if factor * size * _STEPS >= most)
        return tuple(float(step * at) for at in range(_STEPS + 1))

    def movable(self, unit: str = "") -> list[str]:
        """The KPIs that can be moved by a share of their latest actual."""
        latest = self.fit(unit).latest
        return [kpi.id for kpi, at in zip(self.scorecard.kpis, latest, strict=True) if np.isfinite(at) and at != 0]

    def first(self) -> ScenarioChoice:
        """Where the controls start: every initiative runs; where there is none, the first driver moves by a tenth."""
        budgets = self.budgets
        budget = budgets[len(budgets) // 2] if budgets else None
        works = tuple(work.id for work in self.scorecard.initiatives if work.changes)
        if works:
            return ScenarioChoice(initiatives=works, budget=budget)
        movable, causes = self.movable(), {link.cause for link in self.scorecard.links}
        driver = next((id for id in movable if id in causes), movable[0] if movable else None)
        if driver is None:
            return ScenarioChoice(budget=budget)
        lower = self.scorecard.kpi(driver).direction == "lower_is_better"
        return ScenarioChoice(changes={driver: "-10%" if lower else "+10%"}, budget=budget)

    def running(self, choice: ScenarioChoice) -> tuple[str, ...] | dict[str, str]:
        """The initiatives that run; with their starts where the budget chooses them."""
        if not choice.planned or choice.budget is None:
            return choice.initiatives
        return self.plan(choice.unit, choice.horizon, choice.budget)

    def result(self, choice: ScenarioChoice, draws: int = MANY) -> pd.DataFrame:
        """What comes of a choice."""
        return project(self.fit(choice.unit), choice.changes, self.running(choice), choice.horizon, draws)

    def fan(self, choice: ScenarioChoice, result: pd.DataFrame) -> Any:
        """The picture of what is watched."""
        return plot_fan(result, self.scorecard, choice.watch or None, self.scores)


def explore_scenario(scorecard: Scorecard, actuals: pd.DataFrame) -> Any:
    """Move KPIs, switch initiatives on and off, set a budget and a horizon; see where it leads and what money buys.

    Parameters
    ----------
    scorecard : Scorecard
        Its map and its initiatives are what is asked.
    actuals : DataFrame

    Returns
    -------
    ipywidgets.Widget or None
        Controls for a person, as `explore_scores` gives them: 2,000 draws while a control moves, 10,000 once it rests.
        With nobody there, the fan chart as it starts is shown, and nothing returned.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> explore_scenario(read_scorecard("meridian"), read_actuals("meridian"))
    Fan chart of Meridian Freight IT, Whole organisation, 24 months to 2028-06. ...
    """
    ground = Ground(scorecard, actuals)
    if attended():
        return Explorer(ground).box
    first = ground.first()
    show(ground.fan(first, ground.result(first)))
    return None


class _Resting:
    """Do something once nothing has come for a moment; at once where no loop runs, for then nobody is dragging."""

    def __init__(self, act: Callable[[], None]):
        self.act = act
        self.handle: asyncio.TimerHandle | None = None

    def __call__(self) -> bool:
        """Whether it waits."""
        if self.handle:
            self.handle.cancel()
        try:
            self.handle = asyncio.get_running_loop().call_later(REST, self.act)
        except RuntimeError:
            self.act()
            return False
        return True


class Explorer(Controls):
    """Unit, KPI and its move, initiatives, budget, horizon, what to watch; sentence, fan, notes, frontier; code."""

    def __init__(self, ground: Ground):
        super().__init__()
        self.ground, first = ground, ground.first()
        self.moves: dict[str, tuple[bool, int]] = {kpi: (True, int(text[:-1])) for kpi, text in first.changes.items()}
        self.controls = _controls(ground, first)
        self.works = _works(ground.scorecard, first)
        self.picture, self.notes, self.bought = outputs(3)
        self.rested = _Resting(self.settle)
        unit, kpi, counts, by, *others = self.controls.values()
        self.on([unit], self.turn)
        self.on([kpi], self.pick)
        self.on([counts, by], self.move)
        self.on([*self.works.children, *others], self.follow)
        self.settle()
        shown = self.sentence, self.picture, self.notes, self.bought
        self.box = self.laid_out(unit, kpi, counts, by, self.works, *others, *shown)

    def choice(self) -> ScenarioChoice:
        """What the controls say."""
        at = {name: control.value for name, control in self.controls.items()}
        changes = {kpi: f"{by:+d}%" for kpi, (counts, by) in self.moves.items() if counts and by}
        works = [work.id for work in self.ground.scorecard.initiatives if work.changes]
        running = tuple(id for id, box in zip(works, self.works.children, strict=True) if box.value)
        budget = float(at["budget"]) if self.ground.budgets else None
        planned = bool(at["planned"] and budget is not None)
        return ScenarioChoice(at["unit"], changes, running, at["horizon"], at["watch"], budget, planned)

    def turn(self) -> None:
        """Turn to another unit: the KPIs that can be moved are others, what is asked of them stays."""
        movable = self.ground.movable(self.controls["unit"].value)
        self.moves = {kpi: move for kpi, move in self.moves.items() if kpi in movable}
        kpi = self.controls["kpi"].value
        with self.silence():
            self.controls["kpi"].options = options(self.ground.scorecard.names, movable)
            self.controls["kpi"].value = kpi if kpi in movable else next(iter(movable), None)
        self.pick()
        self.follow()

    def pick(self) -> None:
        """Show how much the KPI that is picked is moved."""
        counts, by = self.moves.get(self.controls["kpi"].value, (True, 0))
        with self.silence():
            self.controls["counts"].value, self.controls["by"].value = counts, by

    def move(self) -> None:
        """Move the KPI that is picked."""
        if self.controls["kpi"].value is not None:
            self.moves[self.controls["kpi"].value] = (self.controls["counts"].value, self.controls["by"].value)
            self.follow()

    def follow(self) -> None:
        """Show what comes of it: roughly while controls move, in full once they rest."""
        if self.rested():
            self.show(FEW)

    def settle(self) -> None:
        """Show everything in full, and what budgets buy."""
        self.show(MANY)
        if not self.ground.budgets:
            return
        choice = self.choice()
        names = {work.id: work.name for work in self.ground.scorecard.initiatives}
        try:
            bought = self.ground.frontier(choice.unit, choice.horizon)
            self.bought.value = image(plot_frontier(bought, names, choice.budget))
        except BscError as fault:
            self.bought.value = said(str(fault))

    def show(self, draws: int) -> None:
        """Show the sentence, the fan chart and the notes."""
        choice = self.choice()
        self.show_code(choice.code(self.ground.budgets))
        for box in self.works.children:
            box.disabled = choice.planned
        try:
            result = self.ground.result(choice, draws)
        except BscError as fault:
            self.say(str(fault))
            self.picture.value, self.notes.value = no_image(), ""
            return
        fit, running = self.ground.fit(choice.unit), self.ground.running(choice)
        self.say(_told(self.ground.scorecard, choice, result, running, draws))
        self.picture.value = image(self.ground.fan(choice, result))
        notes = scenario_notes(fit, result, choice.changes, running)
        items = "".join(f"<li>{escape(note)}</li>" for note in notes)
        summary = "<summary>What one should know</summary>"
        self.notes.value = f'<details class="mathjax_ignore">{summary}<ul>{items}</ul></details>'


def _told(
    scorecard: Scorecard, choice: ScenarioChoice, result: pd.DataFrame, running: Iterable[str], draws: int
) -> str:
    """What comes of a choice, in a sentence or two."""
    what = Quantity.of(scorecard, choice.watch or None)
    row = result[result["id"].astype(str) == what.id].iloc[-1]
    name = scorecard.names[what.id] if choice.watch else "The overall score"
    if np.isnan(row["with_"]):
        return f"Nothing is known of {name}: it has no actuals."
    costs, running = {work.id: work.cost for work in scorecard.initiatives}, list(running)
    parts = [f"{scorecard.names[kpi][:60]} {by.replace('-', '−')}" for kpi, by in choice.changes.items()]
    parts += [f"{counted(len(running), 'initiative')} for {money(sum(costs[id] for id in running))}"]
    return (
        f"{'; '.join(parts)}. {name} in {month_name(str(row['period']))}: {what.level(row['with_'])} instead of "
        f"{what.level(row['without'])}, {what.effect(row['effect'])} "
        f"({what.effects(row['effect_low'], row['effect_high'])}); chance of being on target "
        f"{percent(row['chance_of_target'])}. {draws:,} draws."
    )


def _works(scorecard: Scorecard, first: ScenarioChoice) -> Any:
    """A box to tick for each initiative that changes something."""
    boxes = []
    for work in scorecard.initiatives:
        if work.changes:
            text = f"{work.name[:80]}{f', {money(work.cost)}' if work.cost else ''}"
            boxes.append(control("Checkbox", text, NAMES, value=work.id in first.initiatives))
    return column(boxes, {"max_height": "18rem", "overflow": "auto", **NAMES})


def _controls(ground: Ground, first: ScenarioChoice) -> dict[str, Any]:
    """The controls in order, but for the initiatives, which come after `by`."""
    card, movable, budgets = ground.scorecard, ground.movable(), ground.budgets
    causes = {link.cause for link in card.links}
    kpi = next(iter(first.changes), next((id for id in movable if id in causes), next(iter(movable), None)))
    by = int(first.changes[kpi][:-1]) if kpi is not None and kpi in first.changes else 0
    most = int(budgets[-1]) if budgets else 1
    scored = [(short_name(card.names[id]), id) for id in list(card.names)[1 : -len(card.kpis)]]
    watched = [("The overall score", ""), *scored, *options(card.names, [kpi.id for kpi in card.kpis])]
    none, money = {"disabled": not movable}, {"disabled": not budgets}
    amount = {"min": 0, "max": most, "step": max(most // 60, 1), "continuous_update": False, "readout_format": ",d"}
    return {
        "unit": unit_control(ground.actuals),
        "kpi": control("Dropdown", "KPI", NAMES, options=options(card.names, movable), value=kpi, **none),
        "counts": control("Checkbox", "Its change counts", value=True, **none),
        "by": control("IntSlider", "Moved by %", value=by, min=-50, max=50, **none),
        "planned": control("Checkbox", "The budget chooses, and when", value=False, **money),
        "budget": control("IntSlider", "Each 3 months", value=int(first.budget or 0), **amount, **money),
        "horizon": control("IntSlider", "Months ahead", value=first.horizon, min=3, max=60),
        "watch": control("Dropdown", "Watch", NAMES, options=watched, value=""),
    }
