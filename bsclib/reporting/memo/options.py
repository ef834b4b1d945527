"""The options of a decision: what each does, costs and is expected to bring, read out of compared scenarios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.initiatives import months_left, still_to_pay, waited_for
from bsclib.model.nouns import Scorecard
from bsclib.plots.prospects import Quantity, first_told, texts
from bsclib.scenarios.definition import Scenario
from bsclib.wording import effect_texts, effect_unit, listed, money, month_name, percent, short_name

SINGLE = "With the changes"
"""What the option is called when there is only one, and it has no name."""
NOTHING = "Do nothing"
SAME = 0.05
"""Up to so large a part of the larger one, two effects are about the same: their bands are many times as wide."""


@dataclass(frozen=True)
class Option:
    """One scenario, and what it does to the goal in the last month that all of them reach."""

    id: str
    name: str
    rows: pd.DataFrame  # its result, up to that month
    goal: pd.Series  # the row of the goal in that month
    changes: Mapping[str, str]  # by KPI
    starts: Mapping[str, str]  # by initiative
    cost: float  # of all its initiatives, from the first month ahead on
    left_out: tuple[str, ...] = ()  # initiatives not ended that some of its own wait for, and that it does not hold
    more: float = 0.0  # what these still cost
    early: tuple[tuple[str, str], ...] = ()  # those that start before one of its own has ended, and that one
    notes: tuple[str, ...] = ()
    first: str | None = None  # month in which its effect on the goal can be told from noise; empty for none

    @property
    def idle(self) -> bool:
        """Whether nothing is done."""
        return not self.changes and not self.starts

    @property
    def unsure(self) -> bool:
        """Whether the band of its effect holds 0."""
        return bool(self.goal["effect_low"] <= 0 <= self.goal["effect_high"])


@dataclass(frozen=True)
class Decision:
    """What is decided between: the options, the best first, and by what they are judged."""

    scorecard: Scorecard
    goal: Quantity
    month: str  # in which the options are compared, as a person writes it
    options: tuple[Option, ...]  # those that do something; of those that bring the same, the cheapest first
    idle: Option | None = None  # the one that does nothing, where it is among them

    @property
    def best(self) -> Option:
        """The option that does most for the goal."""
        return self.options[0]

    @property
    def equals(self) -> tuple[Option, ...]:
        """The best option, and those that bring about the same and have a price as well."""
        return tuple(one for one in self.options if one is self.best or _same(one, self.best, self.goal))

    @property
    def goal_name(self) -> str:
        """What the goal is called in a sentence."""
        id, names = self.goal.id, self.scorecard.names
        return "the overall score" if id == self.scorecard.id else short_name(names[id])


def read_decision(
    scorecard: Scorecard,
    compared: pd.DataFrame,
    scenarios: Scenario | Sequence[Scenario],
    goal: str | None = None,
    notes: Mapping[str, Sequence[str]] | None = None,
) -> Decision:
    """Read the options out of a result; refuse what is no decision."""
    goal_of = Quantity.of(scorecard, goal)
    asked = {one.id: one for one in ([scenarios] if isinstance(scenarios, Scenario) else scenarios)}
    given = texts(compared if "scenario" in compared else compared.assign(scenario=next(iter(asked), "")))
    ids = list(dict.fromkeys(given["scenario"]))
    strangers = [unknown("scenario", id, asked, "scenarios") for id in ids if id not in asked]
    if strangers:
        raise UnknownNameError(strangers)
    last = str(given.groupby("scenario")["period"].max().min())
    given = given[given["period"] <= last]
    options = [
        _option(scorecard, given[given["scenario"] == id], asked[id], goal_of.id, (notes or {}).get(id, ()))
        for id in ids
    ]
    doing = [option for option in options if not option.idle]
    if not doing:
        raise BscError(Fault("compared", "no option changes anything", fix="give one a change or an initiative"))
    if any(np.isnan(option.goal["effect"]) for option in doing):
        what = f"nothing is known of {scorecard.names[goal_of.id]!r}: it has no actuals"
        raise BscError(Fault("goal", what, got=goal_of.id, fix="choose another goal"))
    doing.sort(key=lambda option: -_gain(option.goal, goal_of))
    same = [one.id for one in doing if one is doing[0] or _same(one, doing[0], goal_of)]
    doing.sort(key=lambda option: (0, option.cost) if option.id in same else (1, 0.0))
    idle = next((option for option in options if option.idle), None)
    return Decision(scorecard, goal_of, month_name(last), tuple(doing), idle)


def _option(scorecard: Scorecard, rows: pd.DataFrame, scenario: Scenario, goal: str, notes: Sequence[str]) -> Option:
    own = rows[rows["id"] == goal]
    if own.empty:
        there = rows["id"].unique()
        raise UnknownNameError(unknown("KPI, objective or perspective in the result", goal, there, "goal"))
    known = {plan.id: plan for plan in scorecard.initiatives}
    stated = scenario.initiatives if isinstance(scenario.initiatives, Mapping) else {}
    # From its own start, or from the first month ahead where neither says one, as `project` takes it.
    starts = {id: stated.get(id) or known[id].start or rows["period"].min() for id in scenario.initiatives}
    first_month = periods.span(str(rows["period"].min()))[0]
    begins = {id: periods.span(periods.resolve(start, scorecard.year_starts))[0] for id, start in starts.items()}
    waits = [id for id in waited_for(scorecard.initiatives, starts) if months_left(known[id], first_month)]
    pairs = [(id, earlier) for id in begins for earlier in known[id].after if earlier in begins]
    return Option(
        scenario.id,
        short_name(scenario.name),
        rows,
        own.iloc[-1],
        scenario.changes,
        {id: periods.period_of(month) for id, month in begins.items()},
        sum(still_to_pay(known[id], first_month, month) for id, month in begins.items()),
        tuple(waits),
        sum(still_to_pay(known[id], first_month) for id in waits),
        tuple((id, earlier) for id, earlier in pairs if begins[id] < begins[earlier] + known[earlier].months),
        tuple(notes),
        first_told(rows, goal),
    )


def _same(one: Option, other: Option, what: Quantity) -> bool:
    """Whether two options that can be had bring about the same, so that their price decides."""
    ready = all(option.cost and not (option.changes or option.left_out or option.early) for option in (one, other))
    gains = [_gain(option.goal, what) for option in (one, other)]
    return ready and abs(gains[0] - gains[1]) <= SAME * max(map(abs, gains))


def _gain(row: pd.Series, what: Quantity) -> float:
    """How much better an option is than none, on a scale of its own."""
    if what.kpi is not None and what.kpi.direction == "within_range":
        return float(row["chance_of_target"])
    return float(row["effect"]) * (-1 if what.kpi is not None and what.kpi.direction == "lower_is_better" else 1)


def option_table(decision: Decision) -> pd.DataFrame:
    """The options side by side, as text; doing nothing comes first."""
    what, first = decision.goal, decision.best.goal
    idle = percent(float(decision.idle.goal["chance_of_target"])) if decision.idle else "–"
    rows: list[tuple[str, ...]] = [(NOTHING, "–", "–", what.level(float(first["without"])), "–", idle)]
    for option in decision.options:
        told = figures(what, option.goal)
        reach = f"{told['effect']} ({told['band']})".replace(" to ", "\u00a0to\u00a0")
        price = money(option.cost) if option.cost else "–"
        rows.append((option.name, action_text(decision.scorecard, option), price, told["with"], reach, told["chance"]))
    columns = ["option", "what_is_done", "still_to_pay", "expected", "effect_(90_%)", "chance_of_target"]
    return pd.DataFrame(rows, columns=columns)


def moved_kpis(decision: Decision, option: Option) -> pd.DataFrame:
    """The KPIs that an option moves, and by how much in the month that is compared, as text."""
    last = option.rows[(option.rows["period"] == option.goal["period"]) & (option.rows["level"] == "kpi")]
    rows: list[tuple[str, ...]] = []
    for _, row in last[last["effect"].fillna(0) != 0].iterrows():
        told = figures(Quantity.of(decision.scorecard, row["id"]), row)
        effect, low, high = effect_texts(*row[["effect", "effect_low", "effect_high"]].astype(float))
        unit = effect_unit(decision.scorecard.kpi(row["id"]).measured_in)
        change = " ".join(filter(None, [effect, unit, f"({low} to {high})"]))
        rows.append((decision.scorecard.names[row["id"]], told["without"], told["with"], change, told["chance"]))
    return pd.DataFrame(rows, columns=["kpi", "without", "with", "change_(90_%)", "chance_of_target"])


def action_text(scorecard: Scorecard, option: Option) -> str:
    """What an option does, in words: the KPIs it moves, and the initiatives it runs."""
    known = {one.id: one.name for one in scorecard.initiatives}
    parts = [f"{short_name(scorecard.names[kpi])} {change_text(text)}" for kpi, text in option.changes.items()]
    done = listed([*parts, *(known[id] for id in option.starts)], most=5)
    return f"{done} (waits for {listed(known[id] for id in option.left_out)})" if option.left_out else done


def change_text(text: str) -> str:
    """A change as a person writes it."""
    text = text.replace("%", " %").replace("-", "−", 1)
    return f"held at {text.removeprefix('=')}" if text[:1] in "=0123456789" else text


def figures(what: Quantity, row: pd.Series) -> dict[str, str]:
    """What sentences need of a row again and again; an effect on percentages is told in points."""
    effect = what.effect(float(row["effect"]))
    band = what.effects(float(row["effect_low"]), float(row["effect_high"]))
    if what.kpi is not None and what.kpi.measured_in == "%" and "unknown" not in effect + band:
        effect, band = (f"{told.replace(' %', '').replace('%', '')} points" for told in (effect, band))
    return {
        "effect": effect,
        "band": band,
        "with": what.level(float(row["with_"])),
        "without": what.level(float(row["without"])),
        "chance": percent(float(row["chance_of_target"])),
    }
