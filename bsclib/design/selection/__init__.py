"""Which KPIs: judge candidates against criteria, weigh the criteria, and choose the few that will steer.

Experts' views go in as pairwise judgements (`ahp`) or ratings of influence (`dematel`), the data's own view as entropy
weights and redundancy. Every function takes tables and returns tables; nothing is drawn or read from files.
"""

from bsclib.design.selection.candidates import CRITERIA, Criterion, candidates
from bsclib.design.selection.choice import Selection, choose
from bsclib.design.selection.criteria import entropy_weights, rank_stability, topsis, weighted_sum
from bsclib.design.selection.influence import Dematel, dematel
from bsclib.design.selection.pairwise import RANDOM_INDEX, Ahp, Judgement, ahp, pairwise
from bsclib.design.selection.priorities import prioritise
from bsclib.design.selection.redundancy import keep_best, pairs, redundant

__all__ = [
    "CRITERIA",
    "RANDOM_INDEX",
    "Ahp",
    "Criterion",
    "Dematel",
    "Judgement",
    "Selection",
    "ahp",
    "candidates",
    "choose",
    "dematel",
    "entropy_weights",
    "keep_best",
    "pairs",
    "pairwise",
    "prioritise",
    "rank_stability",
    "redundant",
    "topsis",
    "weighted_sum",
]
