"""The controls of `explore_scenario`: which KPIs are moved and how much, which initiatives run, budget, horizon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.errors import BscError
from bsclib.files.scorecard_yaml import dump_fields
from bsclib.model import periods
from bsclib.model.initiatives import months_left, still_to_pay
from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import show
from bsclib.plots.fan import plot_fan
from bsclib.plots.frontier import plot_frontier
from bsclib.plots.prospects import Quantity
from bsclib.plots.vector import svg
from bsclib.scenarios.budget import allocate, frontier
from bsclib.scenarios.definition import Scenario
from bsclib.scenarios.fitting import fit_map
from bsclib.scenarios.notes import scenario_notes
from bsclib.scenarios.projection import Projector, project
from bsclib.scoring.scores import score
from bsclib.widgets.parts import attended, options, unit_options
from bsclib.wording import counted, money, month_name, percent, short_name

FEW, MANY = 2_000, 10_000
"""Draws while a control moves, and once it rests."""
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
        self.projector = lru_cache(1)(lambda unit: Projector(self.fit(unit)))
        self.past = cache(lambda unit, id: self.scores[(self.scores["unit"] == unit) & (self.scores["id"] == id)])
        self.month = max(periods.span(str(period))[1] for period in self.actuals["period"].unique()) + 1
        self.costs = {work.id: still_to_pay(work, self.month) for work in scorecard.initiatives}
        self.works = [work for work in scorecard.initiatives if work.changes]
        self.left = [work.id for work in self.works if months_left(work, self.month)]
        self.units = list(dict.fromkeys(["", *self.scores["unit"].cat.categories]))
        self.frontier = cache(lambda unit, horizon: frontier(self.fit(unit), self.budgets, horizon=horizon))

    def _plan(self, unit: str, horizon: int, budget: float) -> dict[str, str]:
        chosen = allocate(self.fit(unit), budget, horizon=horizon).chosen
        return dict(zip(chosen["initiative"], chosen["start"], strict=True))

    @property
    def budgets(self) -> tuple[float, ...]:
        """Budgets for three months, from nothing to what buys every initiative in time; none where nothing costs."""
        works = self.works
        left = [(self.costs[work.id], max(months_left(work, self.month), 1)) for work in works]
        dearest = max((cost * min(3, months) / months for cost, months in left), default=0.0)
        most = max(dearest, 2 * sum(cost for cost, _ in left) * 3 / HORIZON)
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
        """Where the controls start: what has not ended runs; where nothing does, the first driver moves by a tenth."""
        budgets = self.budgets
        budget = budgets[len(budgets) // 2] if budgets else None
        if self.left:
            return ScenarioChoice(initiatives=tuple(self.left), budget=budget)
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

    def asked(self, choice: ScenarioChoice, draws: int, everything: bool = False) -> Iterator[pd.DataFrame | None]:
        """The rows of what is watched, and None after each slice of the work before; the same numbers as `result`."""
        watched = None if everything else choice.watch or self.scorecard.id
        projector, running = self.projector(choice.unit), self.running(choice)
        return projector.result(choice.changes, running, choice.horizon, draws, watched)

    def notes(self, choice: ScenarioChoice) -> str:
        """What one should know, as a list that opens."""
        (*_, result) = self.asked(choice, FEW, everything=True)
        notes = scenario_notes(self.fit(choice.unit), result, choice.changes, self.running(choice))
        items = "".join(f"<li>{escape(note)}</li>" for note in notes)
        return f"<details><summary>What one should know</summary><ul>{items}</ul></details>"

    def bought(self, choice: ScenarioChoice) -> str:
        """What budgets buy, as a picture."""
        names = {work.id: work.name for work in self.scorecard.initiatives}
        try:
            return svg(plot_frontier.picture(self.frontier(choice.unit, choice.horizon), names, choice.budget))
        except BscError as fault:
            return f"<p>{escape(str(fault))}</p>"

    def file(self, choice: ScenarioChoice) -> dict[str, str]:
        """The scenario as `bsc whatif --scenario` reads it."""
        asked = {"changes": dict(choice.changes), "initiatives": self.running(choice), "horizon": choice.horizon}
        scenario = Scenario(id="explored", name="Explored", unit=choice.unit, **asked)
        return {"name": "explored.yaml", "text": dump_fields(scenario)}


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
    Fan chart of Meridian Freight IT, Whole organisation, 24 months to June 2028. ...
    """
    ground = Ground(scorecard, actuals)
    if attended():
        return Explorer(ground).live()
    first = ground.first()
    show(plot_fan(ground.result(first), scorecard, scores=ground.scores))
    return None


class Explorer:
    """Unit, KPI and its move, initiatives, budget, horizon, what to watch; sentence, fan, notes, what budgets buy."""

    def __init__(self, ground: Ground):
        self.ground, self.first = ground, ground.first()
        # The sliders change with what is picked, and with nothing else.
        self.controls = cache(self._controls)
        self.job: Iterator[dict[str, Any]] = iter(())
        self.widget: Any = None
        self.shown: list[dict[str, Any]] = []

    def live(self) -> Any:
        """The widget."""
        from bsclib.widgets.live import Live

        card, movable = self.ground.scorecard, self.ground.movable()
        causes = {link.cause for link in card.links}
        driver = next((id for id in movable if id in causes), next(iter(movable), ""))
        self.shown = self.controls("", next(iter(self.first.changes), driver), False)
        self.widget = Live(f"Scenarios of {card.name}", self.shown, self.answer)
        return self.widget

    def _controls(self, unit: str, kpi: str, planned: bool) -> list[dict[str, Any]]:
        from bsclib.widgets.live import check, choice, slider

        card, first, budgets = self.ground.scorecard, self.first, self.ground.budgets
        scored = [(short_name(card.names[id]), id) for id in list(card.names)[1 : -len(card.kpis)]]
        watched = [("The overall score", ""), *scored, *options(card.names, [one.id for one in card.kpis])]
        controls = [choice("unit", "Unit", unit_options(self.ground.units), "")]
        if movable := self.ground.movable(unit):
            start = int(first.changes[kpi][:-1]) if kpi in first.changes else 0
            controls.append(choice("kpi", "KPI", options(card.names, movable), kpi))
            controls.append(slider(f"by:{kpi}", "Moved by", -50, 50, 1, start, unit=" %", signed=True))
        for work in self.ground.works:
            cost = self.ground.costs[work.id]
            price = f", {money(cost)}" if cost else ""
            text = f"{work.name[:80]}{price if work.id in self.ground.left else ', has ended'}"
            running = work.id in first.initiatives
            controls.append(check(f"runs:{work.id}", text, running, group="Initiatives", disabled=planned))
        if budgets:
            top = int(budgets[-1])
            controls.append(check("planned", "The budget chooses, and when", False))
            controls.append(slider("budget", "Each 3 months", 0, top, max(top // 60, 1), int(first.budget or 0)))
        controls.append(slider("horizon", "Months ahead", 3, 60, 1, first.horizon))
        return [*controls, choice("watch", "Watch", watched, "")]

    def choice(self, at: dict[str, Any]) -> ScenarioChoice:
        """What the controls say."""
        movable = set(self.ground.movable(at["unit"]))
        moves = {name.removeprefix("by:"): int(by) for name, by in at.items() if name.startswith("by:")}
        changes = {kpi: f"{by:+d}%" for kpi, by in moves.items() if by and kpi in movable}
        running = tuple(work.id for work in self.ground.works if at[f"runs:{work.id}"])
        budget = float(at["budget"]) if self.ground.budgets else None
        return ScenarioChoice(
            at["unit"], changes, running, int(at["horizon"]), at["watch"], budget, bool(at.get("planned"))
        )

    def answer(self, at: dict[str, Any], part: int = 0, act: str = "") -> dict[str, Any]:
        """Roughly while a control moves; in full, part by part, once it rests, and then notes and what budgets buy."""
        choice = self.choice(at)
        if act == "save":
            return {"said": "The scenario, for bsc whatif.", "file": self.ground.file(choice)}
        if part:
            self.job = self.settled(choice) if part == 1 else self.job
            answer = next(self.job, None)
            return {} if answer is None else {**answer, "more": part + 1}
        self.job = iter(())
        movable, kpi = self.ground.movable(choice.unit), at.get("kpi", "")
        kpi = kpi if kpi in movable else next(iter(movable), "")
        controls = self.controls(choice.unit, kpi, choice.planned)
        if self.widget is not None and controls is not self.shown:
            self.shown = self.widget.controls = controls
        code = {"code": choice.code(self.ground.budgets), "values": {"kpi": kpi} if kpi else {}}
        (*_, result) = self.ground.asked(choice, FEW)
        return {**self.seen(choice, result, f"{FEW:,} draws so far"), **code, "more": 1}

    def seen(self, choice: ScenarioChoice, result: pd.DataFrame, draws: str) -> dict[str, Any]:
        """The sentence and the fan chart."""
        card, past = self.ground.scorecard, self.ground.past(choice.unit, choice.watch or self.ground.scorecard.id)
        running = list(self.ground.running(choice))
        cost = sum(self.ground.costs[id] for id in running)
        said = _told(card, choice, result, running, cost, draws)
        facts = _facts(card, choice, result, running, cost)
        return {
            "said": said,
            "picture": svg(plot_fan.picture(result, card, choice.watch or None, past)),
            "facts": facts,
        }

    def settled(self, choice: ScenarioChoice) -> Iterator[dict[str, Any]]:
        """All draws, then the notes, then what budgets buy: what comes of each slice of the work."""
        for result in self.ground.asked(choice, MANY):
            yield {} if result is None else self.seen(choice, result, f"{MANY:,} draws")
        notes = self.ground.notes(choice)
        yield {"body": notes}
        if self.ground.budgets:
            yield {"body": notes + self.ground.bought(choice)}


def _facts(
    scorecard: Scorecard, choice: ScenarioChoice, result: pd.DataFrame, running: list[str], cost: float
) -> list[tuple[str, str]]:
    """What a choice is and what comes of it, so that two can stand side by side."""
    what = Quantity.of(scorecard, choice.watch or None)
    row = result[result["id"].astype(str) == what.id].iloc[-1]
    works = {work.id: work for work in scorecard.initiatives}
    moved = [f"{scorecard.names[kpi][:60]} {by.replace('-', '−')}" for kpi, by in choice.changes.items()]
    facts = [
        ("KPIs moved", "; ".join(moved) or "none"),
        ("Initiatives", "; ".join(works[id].name[:60] for id in running) or "none"),
        ("Still to pay", money(cost)),
    ]
    if np.isnan(row["with_"]):
        return facts
    name = scorecard.names[what.id] if choice.watch else "Overall score"
    return [
        *facts,
        (f"{name[:60]} in {month_name(str(row['period']))}", what.level(row["with_"])),
        ("Without the changes", what.level(row["without"])),
        ("Effect", f"{what.effect(row['effect'])} ({what.effects(row['effect_low'], row['effect_high'])})"),
        ("Chance of being on target", percent(row["chance_of_target"])),
    ]


def _told(
    scorecard: Scorecard, choice: ScenarioChoice, result: pd.DataFrame, running: list[str], cost: float, draws: str
) -> str:
    """What comes of a choice, in a sentence or two."""
    what = Quantity.of(scorecard, choice.watch or None)
    row = result[result["id"].astype(str) == what.id].iloc[-1]
    name = scorecard.names[what.id] if choice.watch else "The overall score"
    if np.isnan(row["with_"]):
        return f"Nothing is known of {name}: it has no actuals."
    parts = [f"{scorecard.names[kpi][:60]} {by.replace('-', '−')}" for kpi, by in choice.changes.items()]
    if scorecard.initiatives:
        parts += [f"{counted(len(running), 'initiative')} for {money(cost)}"]
    return (
        f"{'; '.join(parts) or 'Nothing is moved'}. "
        f"{name} in {month_name(str(row['period']))}: {what.level(row['with_'])} instead of "
        f"{what.level(row['without'])}, {what.effect(row['effect'])} "
        f"({what.effects(row['effect_low'], row['effect_high'])}); chance of being on target "
        f"{percent(row['chance_of_target'])}. {draws}."
    )
