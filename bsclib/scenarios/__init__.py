"""What happens if: effects along the map, initiatives, a budget, and what really would have come of it.

`fit_map` fits a scorecard's map to its actuals once, to be asked many questions: `project` moves KPIs and runs
initiatives, `drivers` and `break_even` turn the question round, `allocate` chooses. Every answer is a frame, or holds
frames, and a frame that went through a file says the same.
"""

from bsclib.scenarios.budget import Allocation, allocate, allocation_stability, frontier
from bsclib.scenarios.comparison import compare, compare_scenarios
from bsclib.scenarios.counterfactual import as_steps, compare_with_truth, moved_by_truth, true_effects
from bsclib.scenarios.course import course_parts, plain_course
from bsclib.scenarios.definition import Scenario, check_scenario
from bsclib.scenarios.files import read_scenario, write_scenario
from bsclib.scenarios.fitting import FittedMap, fit_map
from bsclib.scenarios.initiatives import break_even_share, combined_effect, initiative_effects
from bsclib.scenarios.notes import scenario_notes
from bsclib.scenarios.projection import project, whatif
from bsclib.scenarios.questions import break_even, drivers

__all__ = [
    "Allocation",
    "FittedMap",
    "Scenario",
    "allocate",
    "allocation_stability",
    "as_steps",
    "break_even",
    "break_even_share",
    "check_scenario",
    "combined_effect",
    "compare",
    "compare_scenarios",
    "compare_with_truth",
    "course_parts",
    "drivers",
    "fit_map",
    "frontier",
    "initiative_effects",
    "moved_by_truth",
    "plain_course",
    "project",
    "read_scenario",
    "scenario_notes",
    "true_effects",
    "whatif",
    "write_scenario",
]
