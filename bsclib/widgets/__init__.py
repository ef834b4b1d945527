"""Explorers: a few controls, one library call, one picture, and the code that would give the same.

With nobody at the controls (papermill, nbval, nbconvert) an explorer shows its picture as it starts and leaves no
widget behind: a batch has no use for controls, and live ones can make it hang.
"""

from bsclib.widgets.builder import build_scorecard
from bsclib.widgets.kpis import explore_kpis
from bsclib.widgets.map import explore_map
from bsclib.widgets.methods import explore_methods
from bsclib.widgets.objectives import explore_objectives
from bsclib.widgets.scenario import explore_scenario
from bsclib.widgets.scores import explore_scores
from bsclib.widgets.signals import explore_signals
from bsclib.widgets.weights import explore_weights

__all__ = [
    "build_scorecard",
    "explore_kpis",
    "explore_map",
    "explore_methods",
    "explore_objectives",
    "explore_scenario",
    "explore_scores",
    "explore_signals",
    "explore_weights",
]
