"""What there is to choose from: definitions and what they lack, roles, games and guards, KPIs that move together.

What lesson 02 and its explorer look at before a choice of KPIs is made, and hold against it afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from bsclib.files.catalogue import find_kpis, kpi_catalogue
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.perspectives import PERSPECTIVES

NEEDED = {"formula": "formula", "measured_in": "measured in", "owner": "owner"}
"""What a definition needs and a scorecard may leave empty; it never leaves out direction, role or frequency."""
CLAIMED = 3
"""Influence of a claimed link on the scale 0 (none) to 4 (very strong) that DEMATEL uses."""


def perspective_of(scorecard: Scorecard) -> dict[str, str]:
    """The perspective that each KPI belongs to, id by id."""
    return {kpi.id: scorecard.objective(kpi.objective).perspective for kpi in scorecard.kpis}


def roles(scorecard: Scorecard) -> pd.DataFrame:
    """How many leading and lagging KPIs each perspective has.

    Parameters
    ----------
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        `id` of the perspective, `kpis`, `leading`, `lagging`: how many.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> roles(read_scorecard("meridian")).iloc[0].to_dict()
    {'id': 'corporate_contribution', 'kpis': 5, 'leading': 0, 'lagging': 5}
    """
    where = perspective_of(scorecard)
    rows = []
    for one in scorecard.perspectives:
        own = [kpi.role for kpi in scorecard.kpis if where[kpi.id] == one.id]
        rows.append((one.id, len(own), own.count("leading"), own.count("lagging")))
    return pd.DataFrame(rows, columns=["id", "kpis", "leading", "lagging"])


def definition(kpi: KPI) -> pd.DataFrame:
    """What makes two people work out the same number: the definition of a KPI, line by line.

    Parameters
    ----------
    kpi : KPI
        The parts of its formula come from its entry in the catalogue, if it has one.

    Returns
    -------
    DataFrame
        `what` (formula, parts, measured in, …) and `here`, both text; ``"not stated"`` where something is left open.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> definition(read_scorecard("meridian").kpi("mttr")).iloc[0].tolist()
    ['formula', 'restore_minutes / incidents / 60']
    """
    known = kpi_catalogue().set_index("id")["parts"]
    rows = {
        "formula": kpi.formula,
        "parts": known.get(kpi.catalogue, ""),
        "measured in": kpi.measured_in,
        "direction": kpi.direction.replace("_", " "),
        "owner": kpi.owner,
        "frequency": kpi.frequency,
        "months put together by": kpi.aggregate,
        "units put together by": kpi.pooled,
    }
    return pd.DataFrame([(what, here or "not stated") for what, here in rows.items()], columns=["what", "here"])


def lacking(scorecard: Scorecard) -> pd.DataFrame:
    """What the definitions of the KPIs lack: formula, what it is measured in, or owner.

    Parameters
    ----------
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        `id` of each KPI that lacks something, and `lacks`, in words.
    """
    rows = [(kpi.id, [word for field, word in NEEDED.items() if not getattr(kpi, field)]) for kpi in scorecard.kpis]
    return pd.DataFrame([(id, ", ".join(words)) for id, words in rows if words], columns=["id", "lacks"])


def more_candidates(scorecard: Scorecard) -> pd.DataFrame:
    """Entries of the catalogue for the perspective that has the fewest KPIs, without those it has already.

    Parameters
    ----------
    scorecard : Scorecard
        Perspectives of its own are in no catalogue: then entries of all perspectives are given.

    Returns
    -------
    DataFrame
        As `bsclib.files.catalogue.kpi_catalogue` gives them.
    """
    shipped = {one.id for kind in PERSPECTIVES.values() for one in kind}
    thin = roles(scorecard).sort_values("kpis", kind="stable")["id"]
    found = find_kpis(perspective=next((id for id in thin if id in shipped), ""))
    has = {kpi.catalogue or kpi.id for kpi in scorecard.kpis}
    return found[~found["id"].isin(has)].reset_index(drop=True)


def gaming(scorecard: Scorecard) -> pd.DataFrame:
    """How each KPI is gamed, and what would show it.

    Parameters
    ----------
    scorecard : Scorecard
        A KPI's entry in the catalogue is the one that its field `catalogue` names.

    Returns
    -------
    DataFrame
        A row a KPI, those most easily gamed first: `id`; `risk` (low, medium, high) and `gamed_by` from the catalogue,
        empty where it has no entry; `guarded_by`, the ids of the counter-KPIs that the scorecard names, joined by
        commas; `counter_kpi`, the id of the catalogue's counter-KPI; `present`, the KPI of the scorecard that is this
        counter-KPI, or an empty text.
    """
    known = kpi_catalogue().set_index("id")
    present = {kpi.catalogue: kpi.id for kpi in scorecard.kpis if kpi.catalogue}
    rows = []
    for kpi in scorecard.kpis:
        entry = known.loc[kpi.catalogue] if kpi.catalogue in known.index else dict.fromkeys(known.columns, "")
        counter = entry["counter_kpi"]
        guards = ", ".join(kpi.guarded_by)
        rows.append((kpi.id, entry["gaming_risk"], entry["gamed_by"], guards, counter, present.get(counter, "")))
    columns = ["id", "risk", "gamed_by", "guarded_by", "counter_kpi", "present"]
    found = pd.DataFrame(rows, columns=columns)
    order = found["risk"].map({"high": 0, "medium": 1, "low": 2}).fillna(3)
    return found.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def unguarded(scorecard: Scorecard, chosen: Iterable[str]) -> pd.DataFrame:
    """The chosen KPIs whose counter-KPIs were all left out.

    Parameters
    ----------
    scorecard : Scorecard
    chosen : iterable of str
        Ids of KPIs.

    Returns
    -------
    DataFrame
        `id`, and `guards`: the ids of those that would show its being gamed, joined by commas.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> unguarded(read_scorecard("meridian"), ["mttr", "sla-met", "on-hold-share"]).values.tolist()
    [['mttr', 'reopen-rate']]
    """
    there = set(chosen)
    rows = [
        (kpi.id, ", ".join(kpi.guarded_by))
        for kpi in scorecard.kpis
        if kpi.id in there and kpi.guarded_by and not there & set(kpi.guarded_by)
    ]
    return pd.DataFrame(rows, columns=["id", "guards"])


def unmeasured(scorecard: Scorecard, chosen: Iterable[str]) -> pd.DataFrame:
    """The objectives of which all KPIs were left out.

    Parameters
    ----------
    scorecard : Scorecard
    chosen : iterable of str
        Ids of KPIs.

    Returns
    -------
    DataFrame
        `id` of the objective, and `kpis`: the ids of those that would measure it, joined by commas. An objective that
        had no KPI to begin with is not among them.
    """
    there = set(chosen)
    rows = []
    for objective in scorecard.objectives:
        own = [kpi.id for kpi in scorecard.kpis_of(objective.id)]
        if own and not there & set(own):
            rows.append((objective.id, ", ".join(own)))
    return pd.DataFrame(rows, columns=["id", "kpis"])
