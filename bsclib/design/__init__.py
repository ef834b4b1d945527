"""Is this the right scorecard: review what is unwise, weigh and rank objectives, choose the few KPIs that steer."""

from bsclib.design.cobit import rating_findings, relative_importance
from bsclib.design.maturity import assess_maturity, maturity_statements
from bsclib.design.objectives import balance, first_guess, new_findings, ownership
from bsclib.design.review.findings import RULES, check_scorecard
from bsclib.design.review.sins import seven_sins
from bsclib.design.review.smart import smart_criteria
from bsclib.design.selection.candidates import rate_candidates
from bsclib.design.selection.choice import choose
from bsclib.design.selection.criteria import CRITERIA, entropy_weights, rank_stability
from bsclib.design.selection.influence import claimed_influence, dematel
from bsclib.design.selection.judgements import ahp, pairwise
from bsclib.design.selection.kpi_tables import gaming_risks, kpi_definition, missing_fields, unguarded, unmeasured
from bsclib.design.selection.priorities import prioritise
from bsclib.design.selection.redundancy import redundancy_clusters, redundant_pairs
from bsclib.design.selection.shortlist import (
    JUDGEMENTS,
    chosen_table,
    compare_rankings,
    first_constraints,
    simple_choice,
    weighted_scores,
)

__all__ = [
    "CRITERIA",
    "JUDGEMENTS",
    "RULES",
    "ahp",
    "assess_maturity",
    "balance",
    "check_scorecard",
    "choose",
    "chosen_table",
    "claimed_influence",
    "compare_rankings",
    "dematel",
    "entropy_weights",
    "first_constraints",
    "first_guess",
    "gaming_risks",
    "kpi_definition",
    "maturity_statements",
    "missing_fields",
    "new_findings",
    "ownership",
    "pairwise",
    "prioritise",
    "rank_stability",
    "rate_candidates",
    "rating_findings",
    "redundancy_clusters",
    "redundant_pairs",
    "relative_importance",
    "seven_sins",
    "simple_choice",
    "smart_criteria",
    "unguarded",
    "unmeasured",
    "weighted_scores",
]
