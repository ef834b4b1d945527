"""KPIs as a table each: how one is defined, what definitions lack, how KPIs are gamed, and what a choice leaves out.

What a person looks at before a choice of KPIs is made, and holds against it once it is: a KPI without its counter-KPI,
an objective that nothing measures any more.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from bsclib.files.catalogue import kpi_catalogue
from bsclib.model.nouns import KPI, Scorecard

NEEDED = {"formula": "formula", "measured_in": "measured in", "owner": "owner"}
"""What a definition needs and a scorecard may leave empty; it never leaves out direction, role or frequency."""


def perspective_of(scorecard: Scorecard) -> dict[str, str]:
    """The perspective that each KPI belongs to, id by id."""
    return {kpi.id: scorecard.objective(kpi.objective).perspective for kpi in scorecard.kpis}


def kpi_definition(kpi: KPI) -> pd.DataFrame:
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
    >>> kpi_definition(read_scorecard("meridian").kpi("mttr")).iloc[0].tolist()
    ['formula', 'restore_minutes / incidents / 60']
    """
    known = kpi_catalogue().set_index("id")["parts"]
    rows = {
        "formula": kpi.formula,
        "parts": known.get(kpi.catalogue, ""),
        "measured in": kpi.measured_in,
        "direction": kpi.direction.replace("_", " "),
        "range": " to ".join(map(kpi.show, kpi.range)) if kpi.direction == "within_range" else "",
        "owner": kpi.owner,
        "frequency": kpi.frequency,
        "months put together by": kpi.aggregate,
        "units put together by": kpi.pooled,
    }
    if not rows["range"]:
        del rows["range"]  # only what is best within one has one
    return pd.DataFrame([(part, here or "not stated") for part, here in rows.items()], columns=["what", "here"])


def missing_fields(scorecard: Scorecard) -> pd.DataFrame:
    """What the definitions of the KPIs lack: formula, what it is measured in, or owner.

    Parameters
    ----------
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        `id` of each KPI that lacks something, and `lacks`, in words.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> missing_fields(read_scorecard("meridian")).empty
    True
    """
    rows = [(kpi.id, [word for field, word in NEEDED.items() if not getattr(kpi, field)]) for kpi in scorecard.kpis]
    return pd.DataFrame([(id, ", ".join(words)) for id, words in rows if words], columns=["id", "lacks"])


def gaming_risks(scorecard: Scorecard) -> pd.DataFrame:
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

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> risks = gaming_risks(read_scorecard("meridian")).set_index("id")
    >>> risks.loc["mttr", ["guarded_by", "counter_kpi"]].tolist()
    ['reopen-rate', 'reopen-rate']
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
    risks = pd.DataFrame(rows, columns=columns)
    order = risks["risk"].map({"high": 0, "medium": 1, "low": 2}).fillna(3)
    return risks.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


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

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> len(unmeasured(read_scorecard("meridian"), ["mttr", "csat"]))
    16
    """
    there = set(chosen)
    rows = []
    for objective in scorecard.objectives:
        own = [kpi.id for kpi in scorecard.kpis_of(objective.id)]
        if own and not there & set(own):
            rows.append((objective.id, ", ".join(own)))
    return pd.DataFrame(rows, columns=["id", "kpis"])
