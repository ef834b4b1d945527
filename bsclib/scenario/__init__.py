"""What happens if: effects along the map, initiatives, and what nobody knows."""

from bsclib.scenario.budget import Allocation, allocate, frontier, holding
from bsclib.scenario.definition import Scenario, check_scenario
from bsclib.scenario.fitting import Equation, FittedMap, fit_map
from bsclib.scenario.paths import levels, responses
from bsclib.scenario.projection import project, whatif
from bsclib.scenario.questions import break_even, compare, drivers, first_month
from bsclib.scenario.rolling import scores_of

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
