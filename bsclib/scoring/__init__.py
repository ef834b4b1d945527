"""Actuals become attainment, score and status, and roll up: by the kit's rule, a published one, or one of your own.

`score` gives the frame that everything above is made of, and `explain` says how one number in it came about. The rest
compares methods and choices, and says how far a total can be trusted: what it hides, and what it hangs on.
"""

from bsclib.scoring.attribution import movement_causes
from bsclib.scoring.compare import compare_methods, disagreements
from bsclib.scoring.conformance import conformance_table
from bsclib.scoring.explanation import explain
from bsclib.scoring.goalposts import change_causes, moved_goalposts
from bsclib.scoring.method import Method
from bsclib.scoring.methods import attainment, find_method, roll_up, status
from bsclib.scoring.published import METHODS
from bsclib.scoring.scores import MISSING_POLICIES, score
from bsclib.scoring.sensitivity.flips import smallest_flips
from bsclib.scoring.sensitivity.hiding import compensation, hidden_kpis, missing_bounds, noncompensatory_means
from bsclib.scoring.sensitivity.measurement_error import measurement_error
from bsclib.scoring.sensitivity.ranks import unit_rank_stability
from bsclib.scoring.sensitivity.weights import shake_weights
from bsclib.scoring.tree import ALL
from bsclib.scoring.variants import compare_pooling, compare_totals, compare_variants, methods_table
from bsclib.scoring.views import last_period, snapshot

__all__ = [
    "ALL",
    "METHODS",
    "MISSING_POLICIES",
    "Method",
    "attainment",
    "change_causes",
    "compare_methods",
    "compare_pooling",
    "compare_totals",
    "compare_variants",
    "compensation",
    "conformance_table",
    "disagreements",
    "explain",
    "find_method",
    "hidden_kpis",
    "last_period",
    "measurement_error",
    "methods_table",
    "missing_bounds",
    "moved_goalposts",
    "movement_causes",
    "noncompensatory_means",
    "roll_up",
    "score",
    "shake_weights",
    "smallest_flips",
    "snapshot",
    "status",
    "unit_rank_stability",
]
