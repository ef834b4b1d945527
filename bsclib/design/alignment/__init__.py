"""Above and below: which objective serves which goal, whether targets and scores add up, and where the money goes.

Every function takes the scorecards of one organisation in any order. Which of them stands above which is told by what
their objectives support; nothing is copied from one to another.
"""

from bsclib.design.alignment.cascade import levels
from bsclib.design.alignment.departments import departments, shared_kpis
from bsclib.design.alignment.findings import alignment_findings, review_alignment
from bsclib.design.alignment.initiatives import goal_balance, initiative_routes
from bsclib.design.alignment.matrix import alignment, support_matrix
from bsclib.design.alignment.score_roll_up import explain_reading, readings
from bsclib.design.alignment.targets import closing_targets, target_gaps

__all__ = [
    "alignment",
    "alignment_findings",
    "closing_targets",
    "departments",
    "explain_reading",
    "goal_balance",
    "initiative_routes",
    "levels",
    "readings",
    "review_alignment",
    "shared_kpis",
    "support_matrix",
    "target_gaps",
]
