"""What stages lesson 02: candidates from the catalogue for the perspective that has fewest."""

from __future__ import annotations

import pandas as pd

from bsclib.design.objectives import balance
from bsclib.files.catalogue import find_kpis
from bsclib.model.nouns import Scorecard
from bsclib.model.perspectives import PERSPECTIVES


def more_candidates(scorecard: Scorecard) -> pd.DataFrame:
    """Entries of the catalogue for the perspective that has the fewest KPIs, without those it has already."""
    shipped = {perspective.id for kind in PERSPECTIVES.values() for perspective in kind}
    thin = balance(scorecard)[:-1].sort_values("kpis", kind="stable")["id"]
    # Perspectives of one's own are in no catalogue: then entries of all perspectives are given.
    entries = find_kpis(perspective=next((id for id in thin if id in shipped), ""))
    has = {kpi.catalogue or kpi.id for kpi in scorecard.kpis}
    return entries[~entries["id"].isin(has)].reset_index(drop=True)
