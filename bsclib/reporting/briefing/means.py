"""Counts of the whole that are means of the units: shown as such, because nobody has 0.4 of a finding."""

from __future__ import annotations

import re

import pandas as pd
from pydantic import PrivateAttr

from bsclib.model import measures
from bsclib.model.nouns import KPI, Scorecard
from bsclib.scoring.scores import restore_types

_EACH = re.compile(r"\b(?:a|per) (?:month and )?(\w+)$")
_TIMES = frozenset({"hour", "day", "week", "month", "quarter", "year"})
_RATE = re.compile(r"/|\b(?:per|a|an|of|each)\b")


class _MeanOfUnits(KPI):
    """A count that is shown as the mean of its units."""

    _own: KPI = PrivateAttr()


def means_said(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> Scorecard:
    """A scorecard that shows its counts as ``6.4 a port`` where the whole is the mean of its units.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole
        The numbers of a unit are no means, so its scorecard stays as it is.

    Notes
    -----
    A KPI counts something where its units gave nothing but whole numbers, and it is no share, time or answer. What a
    unit is called is read off what KPIs are measured in, such as tickets a port; else it is a unit.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> means_said(score(card, actuals), card).kpi("audit-findings").show(6.4)
    '6.4 a port'
    """
    scores = restore_types(scores)
    units = scores[(scores["unit"] != "") & (scores["level"] == "kpi") & scores["actual"].notna()]
    if unit or units["unit"].nunique() < 2:
        return scorecard
    whole = (units["actual"] % 1 == 0).groupby(units["id"].astype(str), observed=True).all()
    counts = {kpi.id for kpi in scorecard.kpis if kpi.pooled == "mean" and whole.get(kpi.id, False) and _can_count(kpi)}
    return scorecard.model_copy(
        update={"kpis": tuple(_said(kpi, a_unit(scorecard)) if kpi.id in counts else kpi for kpi in scorecard.kpis)}
    )


def _can_count(kpi: KPI) -> bool:
    """Whether nothing in a KPI's unit of measurement says that it counts no things."""
    unit = kpi.measured_in
    share = measures.in_percent(unit) or measures.in_shares(unit) or "%" in kpi.format
    rated = not kpi.format and _RATE.search(unit)  # the unit of measurement says it: days per ticket
    return not (share or rated or kpi.due or measures.is_yes_no(unit) or measures.time_unit(unit))


def a_unit(scorecard: Scorecard) -> str:
    """What stands behind the mean of a count: what KPIs call a unit that are measured in so many a port."""
    found = [match[1] for kpi in scorecard.kpis if (match := _EACH.search(kpi.measured_in)) and match[1] not in _TIMES]
    return f" a {found[0]}" if len(set(found)) == 1 else " a unit"


def _said(kpi: KPI, each: str) -> KPI:
    if isinstance(kpi, _MeanOfUnits):
        return kpi
    name = "format" if kpi.format else "measured_in"
    bare = str(getattr(kpi, name)).removesuffix(each)
    shown = _MeanOfUnits.model_construct(kpi.model_fields_set | {name}, **{**dict(kpi), name: bare + each})
    shown._own = kpi.model_copy(update={name: bare})
    return shown


def of_a_unit(kpi: KPI) -> KPI:
    """The KPI as one of the units shows it."""
    return kpi._own if isinstance(kpi, _MeanOfUnits) else kpi
