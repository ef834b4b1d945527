"""The options of a decision: what each does, costs and is expected to bring, read out of compared scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.nouns import Initiative, Scorecard
from bsclib.plots.prospects import Quantity, attributes, chance
from bsclib.wording import listed, month_name, short_name

SINGLE = "With the changes"
"""What the option is called when there is only one, and it has no name."""
NOTHING = "Do nothing"


@dataclass(frozen=True)
class Option:
    """One scenario, and what it does to the goal in the last month that all of them reach.

    Parameters
    ----------
    id, name : str
    rows : DataFrame
        Its result, up to that month.
    goal : Series
        The row of the goal in that month.
    changes : mapping of str to str
        By KPI.
    starts : mapping of str to str
        Of its initiatives, by id.
    cost : float
        Of all its initiatives.
    notes : tuple of str
    first : str or None
        The month in which its effect on the goal could be told from noise; empty for none, None where nobody knows.
    """

    id: str
    name: str
    rows: pd.DataFrame
    goal: pd.Series
    changes: Mapping[str, str]
    starts: Mapping[str, str]
    cost: float
    notes: tuple[str, ...] = ()
    first: str | None = None

    @property
    def idle(self) -> bool:
        """Whether nothing is done."""
        return not self.changes and not self.starts

    @property
    def unsure(self) -> bool:
        """Whether the band of its effect holds 0."""
        return bool(self.goal["effect_low"] <= 0 <= self.goal["effect_high"])


@dataclass(frozen=True)
class Choice:
    """What is decided between: the options, the best first, and by what they are judged.

    Parameters
    ----------
    scorecard : Scorecard
    goal : Quantity
    month : str
        In which the options are compared, as a person writes it.
    options : tuple of Option
        Those that do something.
    idle : Option or None
        The one that does nothing, where it is among them.
    """

    scorecard: Scorecard
    goal: Quantity
    month: str
    options: tuple[Option, ...]
    idle: Option | None = None

    @property
    def best(self) -> Option:
        """The option that does most for the goal."""
        return self.options[0]

    @property
    def goal_name(self) -> str:
        """What the goal is called in a sentence."""
        id, names = self.goal.id, self.scorecard.names
        return "the overall score" if id == self.scorecard.id else short_name(names[id])


def read_choice(
    scorecard: Scorecard, compared: pd.DataFrame, goal: str | None = None, names: Mapping[str, str] | None = None
) -> Choice:
    """Read the options out of a result.

    Parameters
    ----------
    scorecard : Scorecard
    compared : DataFrame
        As `bsclib.scenarios.compare` or `bsclib.whatif` returns it.
    goal : str, optional
        A KPI, objective or perspective; by default the scorecard.
    names : mapping of str to str, optional
        Of the scenarios, by id.

    Returns
    -------
    Choice

    Raises
    ------
    UnknownNameError
        When the goal is not in the result.
    BscError
        When no option does anything, or nothing is known of the goal.
    """
    what = Quantity.of(scorecard, goal)
    given = compared if "scenario" in compared else compared.assign(scenario=SINGLE)
    if "scenario" not in compared:
        given.attrs = {"scenarios": {SINGLE: dict(compared.attrs)}}
    months = given["period"].astype(str)
    whose = given["scenario"].astype(str)
    last = str(months.groupby(whose).max().min())
    found = [
        _option(scorecard, given[(whose == id).to_numpy() & (months <= last).to_numpy()], id, what.id, names or {})
        for id in dict.fromkeys(whose)
    ]
    doing = [one for one in found if not one.idle]
    if not doing:
        raise BscError(Fault("compared", "no option changes anything", fix="give one a change or an initiative"))
    if any(np.isnan(one.goal["effect"]) for one in doing):
        what_ = f"nothing is known of {scorecard.names[what.id]!r}: it has no actuals"
        raise BscError(Fault("goal", what_, got=what.id, fix="choose another goal"))
    doing.sort(key=lambda one: -_gain(one.goal, what))
    return Choice(scorecard, what, month_name(last), tuple(doing), next((one for one in found if one.idle), None))


def _option(scorecard: Scorecard, rows: pd.DataFrame, id: str, goal: str, names: Mapping[str, str]) -> Option:
    about = attributes(rows)
    own = rows[rows["id"].astype(str) == goal]
    if own.empty:
        raise UnknownNameError(
            unknown("KPI, objective or perspective in the result", goal, rows["id"].unique(), "goal")
        )
    known: dict[str, Initiative] = {one.id: one for one in scorecard.initiatives}
    starts = about.get("initiatives") or {}
    starts = dict(starts) if isinstance(starts, Mapping) else {one: known[one].start or "" for one in starts}
    return Option(
        id,
        short_name(names.get(id, id)),
        rows,
        own.iloc[-1],
        dict(about.get("changes") or {}),
        starts,
        float(sum(known[one].cost for one in starts)),
        tuple(about.get("notes") or ()),
        (about.get("first_month") or {}).get(goal),
    )


def _gain(row: pd.Series, what: Quantity) -> float:
    """How much better an option is than none, on a scale of its own."""
    if what.kpi is not None and what.kpi.direction == "within_range":
        return float(row["chance_of_target"])
    return float(row["effect"]) * (-1 if what.kpi is not None and what.kpi.direction == "lower_is_better" else 1)


def option_table(choice: Choice) -> pd.DataFrame:
    """The options side by side.

    Returns
    -------
    DataFrame
        As text: the `option`, `what_is_done`, its `cost`, the level of the goal that is `expected`, the effect with its
        band, and the `chance_of_target`; doing nothing comes first.
    """
    what, first = choice.goal, choice.best.goal
    idle = chance(float(choice.idle.goal["chance_of_target"])) if choice.idle else "–"
    rows: list[tuple[str, ...]] = [(NOTHING, "–", "–", what.level(float(first["without"])), "–", idle)]
    for one in choice.options:
        row = one.goal
        reach = what.effects(float(row["effect_low"]), float(row["effect_high"]))
        rows.append(
            (
                one.name,
                done(choice.scorecard, one),
                f"{one.cost:,.0f}" if one.cost else "–",
                what.level(float(row["with_"])),
                f"{what.effect(float(row['effect']))} ({reach})".replace(" to ", "\u00a0to\u00a0"),
                chance(float(row["chance_of_target"])),
            )
        )
    columns = ["option", "what_is_done", "cost", "expected", "effect_(90_%)", "chance_of_target"]
    return pd.DataFrame(rows, columns=columns)


def done(scorecard: Scorecard, option: Option) -> str:
    """What an option does, in words: the KPIs it moves, and the initiatives it runs."""
    known = {one.id: one.name for one in scorecard.initiatives}
    parts = [f"{short_name(scorecard.names[kpi])} {change_words(text)}" for kpi, text in option.changes.items()]
    return listed([*parts, *(known[id] for id in option.starts)], most=5)


def change_words(text: str) -> str:
    """A change as a person writes it.

    Examples
    --------
    >>> change_words("-10%"), change_words("=98")
    ('−10 %', 'held at 98')
    """
    text = text.replace("%", " %").replace("-", "−", 1)
    return f"held at {text.removeprefix('=')}" if text[:1] in "=0123456789" else text


def facts(choice: Choice) -> dict[str, Any]:
    """What sentences need of the best option again and again."""
    row, what = choice.best.goal, choice.goal
    return {
        "effect": what.effect(float(row["effect"])),
        "band": what.effects(float(row["effect_low"]), float(row["effect_high"])),
        "with": what.level(float(row["with_"])),
        "without": what.level(float(row["without"])),
        "chance": chance(float(row["chance_of_target"])),
    }
