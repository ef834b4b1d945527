"""The same KPIs in three views: the generic perspectives, those of IT, and COBIT's domains or dimensions.

Nothing is measured twice for it. Each KPI keeps its share of the overall score, and only the groups change, so the
points of every view add up to the same score.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from bsclib.files.catalogue import kpi_catalogue
from bsclib.files.goal_tables import GoalTables
from bsclib.model.nouns import Scorecard
from bsclib.model.perspectives import GENERIC_TO_IT, PERSPECTIVES
from bsclib.scoring.views import by_group
from bsclib.wording import listed, number

DOMAINS = {
    "EDM": "Govern",
    "APO": "Plan and organise",
    "BAI": "Build and change",
    "DSS": "Run and support",
    "MEA": "Check and assure",
}
"""COBIT's five domains, with what each is about in our words."""
DIMENSIONS = ("Financial",) * 4 + ("Customer",) * 2 + ("Internal",) * 5 + ("Learning and growth",) * 2
"""The scorecard dimension of each of COBIT 2019's 13 alignment goals."""
VIEWS = {"Generic": "the generic view", "IT": "IT's own view", "COBIT": "COBIT's view"}
NOWHERE = "no place in this view"
Groups = dict[str, dict[str, float]]


def three_views(
    scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None, tables: GoalTables | None = None
) -> pd.DataFrame:
    """Look at the same KPIs in the generic perspectives, in those of IT, and in COBIT's.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
        Its own perspectives are kept in their view. Elsewhere a KPI stands where its entry in the catalogue stands, or
        else in the counterpart of its own perspective.
    unit : str, default the organisation as a whole
    tables : GoalTables, optional
        COBIT's tables, as `bsclib.files.read_goal_tables` reads them. With them the third view has COBIT's scorecard
        dimensions in place of its domains: a KPI counts where the alignment goals stand that its objective serves, in
        parts by the strength.

    Returns
    -------
    DataFrame
        `view`; `part`, the perspective, domain or dimension; `kpis`, how many; `share` (0..1) of the overall score that
        they carry; `score` (0..100); `status`; `points`, which add up to the overall score in each view, where scores
        roll up as weighted means.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> three_views(score(card, actuals), card).groupby("view", sort=False)["points"].sum().round(6).nunique()
    1
    """
    entries = kpi_catalogue().set_index("id")
    views = {
        "Generic": (_perspectives(scorecard, entries["perspective"], "generic"), _names("generic")),
        "IT": (_perspectives(scorecard, entries["it_perspective"], "it"), _names("it")),
        "COBIT": (
            _domains(scorecard, entries["cobit"])
            if tables is None
            else _dimensions(scorecard, entries["cobit"], tables),
            list(DOMAINS.values() if tables is None else dict.fromkeys(DIMENSIONS)),
        ),
    }
    blocks = []
    for view, (groups, order) in views.items():
        rows = by_group(scores, groups, unit)
        own = [part for part in rows.index if part not in (*order, NOWHERE)]
        rows = rows.reindex([part for part in (*own, *order, NOWHERE) if part in rows.index])
        blocks.append(rows.rename_axis("part").reset_index().assign(view=view))
    return pd.concat(blocks, ignore_index=True)[["view", "part", "kpis", "share", "score", "status", "points"]]


def only_in_one_view(views: pd.DataFrame) -> str:
    """The parts that are off target, above all where no part of any other view is, in a sentence."""
    off = views[views["status"] == "off_target"]
    parts = {
        str(view): listed(f"{row.part} ({number(row.score)})" for row in rows.itertuples())
        for view, rows in off.groupby("view", sort=False)
    }
    if len(parts) == 1:
        ((view, names),) = parts.items()
        return f"Look at {names}: off target in {VIEWS[view]} only. In the two others better KPIs hide it."
    if not parts:
        return "No part of any view is off target."
    return " ".join(f"Off target in {VIEWS[view]}: {names}." for view, names in parts.items())


def _names(kind: str) -> list[str]:
    return [part.name for part in PERSPECTIVES[kind]]


def _perspectives(card: Scorecard, places: pd.Series, kind: str) -> Groups:
    """The perspective of each KPI in one of the two sets."""
    names = {part.id: part.name for part in PERSPECTIVES[kind]}
    counterparts = GENERIC_TO_IT if kind == "it" else {it: generic for generic, it in GENERIC_TO_IT.items()}
    own = {part.id: part.name for part in card.perspectives}
    groups: Groups = {}
    for kpi in card.kpis:
        perspective = card.objective(kpi.objective).perspective
        place = perspective if perspective in names else places.get(kpi.catalogue, counterparts.get(perspective))
        name = own[place] if place in own else names.get(str(place), NOWHERE)
        groups[kpi.id] = {name: 1.0}
    return groups


def _domains(card: Scorecard, objectives: pd.Series) -> Groups:
    return {kpi.id: {DOMAINS.get(str(objectives.get(kpi.catalogue))[:3], NOWHERE): 1.0} for kpi in card.kpis}


def _dimensions(card: Scorecard, objectives: pd.Series, tables: GoalTables) -> Groups:
    strengths = tables.objectives.groupby(list(DIMENSIONS), sort=False).sum()
    parts: Mapping[str, pd.Series] = strengths / strengths.sum().replace(0, 1)
    groups: Groups = {}
    for kpi in card.kpis:
        objective = objectives.get(kpi.catalogue)
        served = parts[objective] if objective in tables.objectives else pd.Series(dtype=float)
        groups[kpi.id] = {str(name): float(part) for name, part in served.items() if part} or {NOWHERE: 1.0}
    return groups
