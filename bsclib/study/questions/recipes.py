"""The recipes by which numeric questions come to their numbers: a draw, and how its results are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from random import Random

from bsclib.study.questions import practice_numbers, scoring_numbers
from bsclib.study.questions.scoring_numbers import Numbers


@dataclass(frozen=True)
class Recipe:
    """How the numbers of a question come about, and how its answers are written."""

    draw: Callable[[Random], tuple[Numbers, Numbers]]
    digits: int
    unit: str = ""

    @cached_property
    def results(self) -> tuple[str, ...]:
        """The names of what it works out."""
        return tuple(self.draw(Random(0))[1])

    @cached_property
    def given(self) -> frozenset[str]:
        """The names of what it draws, which the stem may use."""
        return frozenset(self.draw(Random(0))[0])


RECIPES: dict[str, Recipe] = {
    "higher": Recipe(scoring_numbers.higher, 2),
    "lower": Recipe(scoring_numbers.lower, 2),
    "beyond": Recipe(scoring_numbers.beyond, 0),
    "below_floor": Recipe(scoring_numbers.below_floor, 0),
    "in_range": Recipe(scoring_numbers.in_range, 0),
    "on_the_way": Recipe(scoring_numbers.on_the_way, 1),
    "mean_of_three": Recipe(scoring_numbers.mean_of_three, 1),
    "effective_weight": Recipe(scoring_numbers.effective_weight, 0, "%"),
    "missing": Recipe(scoring_numbers.missing, 0),
    "uneven_branches": Recipe(scoring_numbers.uneven_branches, 1, "%"),
    "pooled": Recipe(scoring_numbers.pooled, 1, "%"),
    "other_means": Recipe(scoring_numbers.other_means, 1),
    "not_held": Recipe(scoring_numbers.not_held, 0),
    "bounds": Recipe(scoring_numbers.bounds, 0),
    "mtbf": Recipe(practice_numbers.mtbf, 2, "%"),
    "in_series": Recipe(practice_numbers.in_series, 2, "%"),
    "in_parallel": Recipe(practice_numbers.in_parallel, 2, "%"),
    "downtime": Recipe(practice_numbers.downtime, 1, "minutes"),
    "promoters": Recipe(practice_numbers.promoters, 0),
    "failed_changes": Recipe(practice_numbers.failed_changes, 1, "%"),
    "budget": Recipe(practice_numbers.budget, 1, "%"),
    "earned": Recipe(practice_numbers.earned, 2),
    "returns": Recipe(practice_numbers.returns, 0, "%"),
    "slow_one": Recipe(practice_numbers.slow_one, 1, "hours"),
    "on_hold": Recipe(practice_numbers.on_hold, 0, "hours"),
    "apdex": Recipe(practice_numbers.apdex, 2),
    "sum_of_chain": Recipe(practice_numbers.sum_of_chain, 1, "points"),
    "scaled_chain": Recipe(practice_numbers.scaled_chain, 2, "%"),
    "false_alarms": Recipe(practice_numbers.false_alarms, 0, "%"),
    "steps_of_q": Recipe(practice_numbers.steps_of_q, 4),
    "expected_gain": Recipe(practice_numbers.expected_gain, 1, "points"),
    "three_judgements": Recipe(practice_numbers.three_judgements, 1, "%"),
    "guesses": Recipe(practice_numbers.guesses, 2),
}
"""Every recipe by the name that a question gives it."""
