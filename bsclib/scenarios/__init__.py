"""What happens if: effects along the map, initiatives, and what nobody knows."""

from bsclib.scenarios.budget import Allocation, allocate, frontier, holding
from bsclib.scenarios.definition import Scenario, check_scenario
from bsclib.scenarios.fitting import Equation, FittedMap, fit_map
from bsclib.scenarios.path_scores import scores_of
from bsclib.scenarios.paths import levels, responses
from bsclib.scenarios.projection import project, whatif
from bsclib.scenarios.questions import break_even, compare, drivers, first_month

__all__ = [
    "Allocation",
    "Equation",
    "FittedMap",
    "Scenario",
    "allocate",
    "break_even",
    "check_scenario",
    "compare",
    "drivers",
    "first_month",
    "fit_map",
    "frontier",
    "holding",
    "levels",
    "project",
    "responses",
    "scores_of",
    "whatif",
]
