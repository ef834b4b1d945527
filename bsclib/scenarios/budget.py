"""Which initiatives, and when: what does most for the score within a budget, people and dependencies.

The best schedule is found exactly, but for a sample of draws: it is the best for those. What it is worth is told on
fresh draws that had no part in the choice, because whatever is chosen as the best looks better on its own draws than it
is: the winner's curse.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.random import generator
from bsclib.scenarios.amounts import AMOUNT, Amount, as_list, is_amount, read_amounts, whole_number
from bsclib.scenarios.budget_draws import draw_outcomes
from bsclib.scenarios.changes import MOST_MONTHS
from bsclib.scenarios.constraints import Calendar, infeasibility, schedule_constraints, used
from bsclib.scenarios.fitting import FittedMap
from bsclib.scenarios.paths import SEED, Seed
from bsclib.scenarios.schedule import Draws, Schedule, Task

CHOSEN = ["initiative", "start", "months", "still_to_pay", "people", "alone"]
FRESH = 2_000
"""Draws on which a schedule is judged."""
LUCK = 12
"""Draws of noise and success for each map by which `allocation_stability` judges."""


@dataclass(frozen=True, eq=False)
class Allocation:
    """Which initiatives run from when, and what that is worth.

    Attributes
    ----------
    chosen : DataFrame
        A row an initiative, the first to start first: `initiative`, `start` (a month), `months`, `still_to_pay` (what
        of its cost falls into the months ahead), `people`, and `alone`: the points of the overall score that it adds
        when it runs alone.
    score, without, low, high : float
        The expected overall score at the horizon with what is chosen and with nothing, and 5 and 95 % of the one with
        it, on fresh draws; 0..100.
    score_in_sample, without_in_sample : float
        The same expected scores on the draws by which it was chosen.
    periods : DataFrame
        A row a period: `period`, `budget`, `spent`, `people` (NaN without a limit), `people_used`.
    optimal, gap : bool, float
        Whether no schedule does better on the draws by which it was chosen; if not proven, how many points one might.
    notes : tuple of str
        What a reader must know.
    """

    chosen: pd.DataFrame
    score: float
    without: float
    low: float
    high: float
    score_in_sample: float
    without_in_sample: float
    periods: pd.DataFrame = field(repr=False)
    optimal: bool
    gap: float
    notes: tuple[str, ...] = ()


def allocate(
    fit: FittedMap,
    budget: Amount,
    *,
    people: Amount | None = None,
    every: int = 3,
    horizon: int = 24,
    draws: int = 60,
    rng: Seed = None,
    must: Iterable[str] = (),
    leave: Iterable[str] = (),
) -> Allocation:
    """Choose initiatives and their starts so that the expected overall score at the horizon is highest.

    Parameters
    ----------
    fit : FittedMap
        Its scorecard's initiatives are the candidates, whatever start they were planned for. One that has begun goes on
        at once or stops, and only what is still to pay and still to come counts; one that has ended is no candidate.
    budget : float or sequence of float
        Money a period, or one amount for each; what is not spent is lost.
    people : float or sequence of float, optional
        People at any time in a period; no limit when left out.
    every, horizon : int
        Months of a period, with whose first one initiatives start; months ahead, 1 to 120, within which they must end.
    draws : int
        Draws by which it is chosen, 1 to 1,000.
    rng : int or Generator, optional
        By default a fixed seed: the same question gets the same answer.
    must, leave : iterable of str
        Initiatives that must be chosen, and that must not.

    Returns
    -------
    Allocation

    Raises
    ------
    UnknownNameError
        When an initiative is not in the scorecard.
    BscError
        When a number is not one that there can be, or no schedule keeps to everything that is asked: the message names
        what clashes, none of which could be spared, and how far it would have to give way.

    Notes
    -----
    Maximise the mean over draws of ``Σ share · score`` over which initiative starts when, an integer linear program
    that scipy's `milp` (HiGHS [1]_) solves to the end: the sample average approximation [2]_. An initiative's effects
    add up along the map and are put into each draw's scores, which are flat below the floor and beyond what is
    expected; so two initiatives that push one KPI beyond its target are not counted twice.

    Money is spent evenly over an initiative's months; money and people are counted in each period. An initiative that
    comes `after` others starts when they have ended.

    Draws are few so that the program is solved in seconds. Another sample may choose otherwise: `allocation_stability`
    says how often, and `score` against `score_in_sample` how much of the gain was luck in the draws.

    References
    ----------
    .. [1] Huangfu, Hall (2018), Parallelizing the dual revised simplex method, Mathematical Programming Computation 10.
    .. [2] Kleywegt, Shapiro, Homem-de-Mello (2002), The sample average approximation method for stochastic discrete
       optimization, SIAM Journal on Optimization 12.

    Examples
    --------
    >>> from bsclib import fit_map, read_actuals, read_scorecard
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> chosen = allocate(fit, 90_000, horizon=12, draws=8)
    >>> chosen.optimal, chosen.score > chosen.without
    (True, True)
    """
    return _question(fit, [budget], draws, people, every, horizon, must, leave).answers(draws, rng)[0]


def frontier(
    fit: FittedMap,
    budgets: Iterable[float],
    *,
    people: Amount | None = None,
    every: int = 3,
    horizon: int = 24,
    draws: int = 60,
    rng: Seed = None,
    must: Iterable[str] = (),
    leave: Iterable[str] = (),
) -> pd.DataFrame:
    """The score that each budget buys, and what the next unit of money buys.

    Parameters
    ----------
    fit : FittedMap
    budgets : iterable of float
        Money a period.
    people, every, horizon, draws, rng, must, leave
        As for `allocate`; all budgets are judged by the same draws.

    Returns
    -------
    DataFrame
        A row a budget, from the smallest: `budget`, `score` (expected, on fresh draws), `low`, `high` (5 and 95 % of
        it), `initiatives` (the ids chosen, joined by commas, in order of their start), and `next_unit`: the points of
        score that a unit more of money a period buys on the way to the next budget; NaN in the last row. The same in
        every row: `unit_of_money`, that unit, which is the smallest step between the budgets, and `every` and `horizon`
        in months.

    Raises
    ------
    UnknownNameError, BscError
        As `allocate` does, for the smallest budget that cannot be kept.

    Notes
    -----
    On the draws by which it is chosen a larger budget never buys less. On fresh ones it may, by a little: then what it
    seemed to buy was luck.

    Examples
    --------
    >>> from bsclib import fit_map, read_actuals, read_scorecard
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> frontier(fit, [0, 90_000], horizon=12, draws=8)[["budget", "unit_of_money", "every", "horizon"]]
        budget  unit_of_money  every  horizon
    0      0.0        90000.0      3       12
    1  90000.0        90000.0      3       12
    """
    given = as_list("budgets", budgets)
    wrong = [Fault("budgets", "this is no amount", repr(one)[:60], AMOUNT) for one in given if not is_amount(one)]
    if wrong:
        raise BscError(wrong)
    question = _question(fit, sorted({*given}), draws, people, every, horizon, must, leave)
    allocations = question.answers(draws, rng)
    table = pd.DataFrame({"budget": [amounts[0] for amounts in question.budgets]})
    for name in ("score", "low", "high"):
        table[name] = [getattr(allocation, name) for allocation in allocations]
    table["initiatives"] = [", ".join(allocation.chosen["initiative"]) for allocation in allocations]
    steps = np.diff(table["budget"])
    unit = float(steps.min()) if len(steps) else math.nan
    table["next_unit"] = np.append(np.diff(table["score"]) / steps * unit, math.nan)
    return table.assign(unit_of_money=unit, every=every, horizon=horizon)


def allocation_stability(
    fit: FittedMap,
    budget: Amount,
    draws: int = 40,
    *,
    people: Amount | None = None,
    every: int = 3,
    horizon: int = 24,
    rng: Seed = None,
    must: Iterable[str] = (),
    leave: Iterable[str] = (),
) -> pd.DataFrame:
    """How often each initiative is chosen when the map is another one that the data allow.

    Parameters
    ----------
    fit : FittedMap
    budget, people, every, horizon, rng, must, leave
        As for `allocate`.
    draws : int
        Maps that are drawn, 1 to 1,000.

    Returns
    -------
    DataFrame
        A row an initiative that has not ended, the one that is chosen most often first: `initiative`, `share` of the
        draws in which it is chosen (0..1), and `start`: the month in which it then starts most often (empty when it is
        never chosen).

    Notes
    -----
    In each draw the map is known, as nobody knows it, and the best schedule for it is found; noise and the success of
    initiatives stay unknown, and are averaged over 12 draws of their own. A share near 1 or 0 is a choice that hardly
    depends on what the data leave open; one near .5 is a choice to wait with, or to learn more about.

    Examples
    --------
    >>> from bsclib import fit_map, read_actuals, read_scorecard
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> bool(allocation_stability(fit, 90_000, draws=3, horizon=12)["share"].between(0, 1).all())
    True
    """
    question = _question(fit, [budget], draws, people, every, horizon, must, leave)
    samples = draw_outcomes(fit, question.calendar, draws, generator(rng, SEED), LUCK)
    starts = np.array([question.best(question.budgets[0], sample).starts for sample in samples]).reshape(draws, -1)
    rows = []
    for a, initiative in enumerate(fit.scorecard.initiatives):
        if not question.calendar.left(initiative):
            continue
        chosen = starts[starts[:, a] >= 0, a]
        usual = question.start(a, int(np.bincount(chosen).argmax())) if len(chosen) else ""
        rows.append((initiative.id, len(chosen) / draws, usual))
    table = pd.DataFrame(rows, columns=["initiative", "share", "start"])
    return table.sort_values("share", ascending=False, kind="stable", ignore_index=True)


@dataclass(frozen=True)
class _Question:
    """What was asked of a fitted map, checked: amounts a period, and what must and must not be chosen."""

    fit: FittedMap
    calendar: Calendar
    budgets: list[np.ndarray]
    people: np.ndarray | None
    must: list[str]
    leave: list[str]

    def month(self, period: int) -> str:
        """The first month of a period."""
        return periods.period_of(self.fit.month + 1 + period * self.calendar.every)

    def start(self, initiative: int, period: int) -> str:
        """The month in which an initiative starts that is chosen for a period, or started where it has begun."""
        begun = self.calendar.begun(self.fit.scorecard.initiatives[initiative])
        return self.month(period) if begun is None else periods.period_of(begun)

    def best(self, budget: np.ndarray, sample: Draws) -> Schedule:
        """The best schedule for some draws."""
        plans = self.fit.scorecard.initiatives
        constraints = schedule_constraints(plans, self.calendar, budget, self.people, self.must, self.leave)
        task = Task(sample, constraints)
        schedule = task.best()
        if schedule is None:
            raise BscError(infeasibility(constraints, task.shape, self.calendar.horizon))
        return schedule

    def answers(self, draws: int, rng: Seed) -> list[Allocation]:
        """For each budget the best schedule for some draws, and what it is worth on fresh ones."""
        chance = generator(rng, SEED)
        sample, fresh = (draw_outcomes(self.fit, self.calendar, count, chance)[0] for count in (draws, FRESH))
        return [self._answer(budget, sample, fresh) for budget in self.budgets]

    def _answer(self, budget: np.ndarray, sample: Draws, fresh: Draws) -> Allocation:
        schedule = self.best(budget, sample)
        starts, nothing = schedule.starts, np.full(len(schedule.starts), -1)
        score, without = fresh.scores(starts), float(fresh.scores(nothing).mean())
        low, high = np.quantile(score, [0.05, 0.95])
        return Allocation(
            chosen=self._chosen(starts, fresh, without),
            score=float(score.mean()),
            without=without,
            low=float(low),
            high=float(high),
            score_in_sample=float(sample.scores(starts).mean()),
            without_in_sample=float(sample.scores(nothing).mean()),
            periods=self._periods(starts, budget),
            optimal=schedule.optimal,
            gap=schedule.gap,
            notes=tuple(self._notes(schedule)),
        )

    def _chosen(self, starts: np.ndarray, fresh: Draws, without: float) -> pd.DataFrame:
        rows = []
        for a in sorted(np.flatnonzero(starts >= 0), key=lambda a: (starts[a], a)):
            plan, only = self.fit.scorecard.initiatives[a], np.full(len(starts), -1)
            only[a] = starts[a]
            alone = float(fresh.scores(only).mean()) - without
            cost = self.calendar.cost(plan)
            rows.append((plan.id, self.start(int(a), int(starts[a])), plan.months, cost, plan.people, alone))
        return pd.DataFrame(rows, columns=CHOSEN).astype(dict.fromkeys(["still_to_pay", "people", "alone"], float))

    def _periods(self, starts: np.ndarray, budget: np.ndarray) -> pd.DataFrame:
        chosen = np.flatnonzero(starts >= 0)
        both = used(self.fit.scorecard.initiatives, self.calendar)
        spent, bound = (each[chosen, starts[chosen]].sum(axis=0) for each in both)
        people = np.full(len(budget), np.nan) if self.people is None else self.people
        names = [self._period(period) for period in range(self.calendar.periods)]
        return pd.DataFrame({"period": names, "budget": budget, "spent": spent, "people": people, "people_used": bound})

    def _period(self, period: int) -> str:
        """A period by its own name where it has one, else by its first month."""
        first, size = self.month(period), {1: "month", 3: "quarter", 12: "year"}.get(self.calendar.every)
        month = periods.span(first)[0]
        year_starts = self.fit.scorecard.year_starts
        name = periods.containing(month, size, year_starts) if size else first
        return name if periods.span(name)[0] == month else first

    def _notes(self, schedule: Schedule) -> Iterator[str]:
        plans = self.fit.scorecard.initiatives
        if not plans:
            yield "The scorecard has no initiatives: there is nothing to choose from."
        elif not (schedule.starts >= 0).any():
            yield "Nothing is chosen: no initiative is both affordable and worth more than nothing."
        begun = [plan for plan in plans if self.calendar.begun(plan) is not None]
        running, ended = ([plan.id for plan in begun if bool(self.calendar.left(plan)) is yes] for yes in (True, False))
        if running:
            said = "Each goes on at once or stops, and only what is still to pay and still to come counts."
            yield f"Begun before {self.month(0)}: {', '.join(running)}. {said}"
        if ended:
            said = "Nothing is left to decide, and what is still to come of it is in no score here."
            yield f"Ended before {self.month(0)}: {', '.join(ended)}. {said}"
        long = [plan.id for plan in plans if self.calendar.left(plan) > self.calendar.horizon]
        if long:
            yield f"Longer than the horizon, and so never chosen: {', '.join(long)}."
        if not schedule.optimal:
            yield f"The search was ended early: another schedule may be better, by at most {schedule.gap:.2g} points."


def _question(
    fit: FittedMap, budgets: Sequence[Any], draws: int, people: Any, every: int, horizon: int, must: Any, leave: Any
) -> _Question:
    """Check what is asked; all faults are said at once."""
    faults: list[Fault] = []
    months = whole_number("horizon", horizon, MOST_MONTHS, "months ahead", faults)
    length = whole_number("every", every, MOST_MONTHS if faults else months, "months of a period", faults)
    whole_number("draws", draws, 1_000, "draws", faults)
    calendar = Calendar(length, months, fit.month + 1)
    money = [read_amounts("budget", amount, calendar, faults) for amount in budgets]
    if not budgets:
        faults.append(Fault("budgets", "there is none", allowed="a list of amounts a period"))
    bound = None if people is None else read_amounts("people", people, calendar, faults)
    known = [plan.id for plan in fit.scorecard.initiatives]
    ids = {name: list(dict.fromkeys(as_list(name, given))) for name, given in (("must", must), ("leave", leave))}
    names = [unknown("initiative", str(id), known, name) for name in ids for id in ids[name] if id not in known]
    if names:
        raise UnknownNameError([*names, *faults])
    if faults:
        raise BscError(faults)
    return _Question(fit, calendar, money, bound, **ids)
