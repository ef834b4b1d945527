"""Is it so? A map's claims of cause and effect, tested on what was observed.

`link_evidence` gives each link a verdict; around it stand what the map claims, how correlation is fooled, chains from a
driver to an outcome, experts' opinion, and worlds whose truth is known, in which one can look up who was right.
"""

from bsclib.causality.adjustment import adjustment_steps
from bsclib.causality.chains import causal_chains, lineage
from bsclib.causality.correlation_test import lag_scan, unlinked_pairs
from bsclib.causality.evidence.links import evidence_by_unit, link_evidence
from bsclib.causality.expert_opinion import experts_and_data
from bsclib.causality.grade import grade_map, grade_maps
from bsclib.causality.map_claims import (
    placebo_check,
    placebo_warning,
    supported_links,
)
from bsclib.causality.simulation import simulate
from bsclib.causality.truth import read_truth

__all__ = [
    "adjustment_steps",
    "causal_chains",
    "evidence_by_unit",
    "experts_and_data",
    "grade_map",
    "grade_maps",
    "lag_scan",
    "lineage",
    "link_evidence",
    "placebo_check",
    "placebo_warning",
    "read_truth",
    "simulate",
    "supported_links",
    "unlinked_pairs",
]
