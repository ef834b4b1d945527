"""What an answer leans on: the links between what is moved and the goal, and what is left without each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import networkx as nx
import numpy as np
import pandas as pd

from bsclib.causality.evidence.judging import SUPPORTED
from bsclib.errors import BscError, Fault
from bsclib.model.nouns import Scorecard
from bsclib.scenarios.fitting import FittedMap
from bsclib.scenarios.projection import effect_at_horizon

MOST = 12
"""Links that are tried; of more, those that the data show most clearly."""


def kpis_under(scorecard: Scorecard, goal: str) -> set[str]:
    """The KPIs that make up a goal: itself, or those below an objective, a perspective or the scorecard."""
    if goal == scorecard.id:
        return {kpi.id for kpi in scorecard.kpis}
    objectives = {one.id for one in scorecard.objectives if goal in (one.id, one.perspective)}
    return {kpi.id for kpi in scorecard.kpis if kpi.id == goal or kpi.objective in objectives}


def moved_kpis(scorecard: Scorecard, changes: Iterable[str], initiatives: Iterable[str]) -> set[str]:
    """The KPIs that changes and initiatives move themselves."""
    begun = set(initiatives)
    by_work = (change.kpi for one in scorecard.initiatives if one.id in begun for change in one.changes)
    return {*changes, *by_work}


def links_between(scorecard: Scorecard, evidence: pd.DataFrame, moved: Iterable[str], goal: str) -> pd.DataFrame:
    """The rows of the evidence whose links lie on any way from the KPIs that are moved to the goal."""
    if len(evidence) != len(scorecard.links):
        got = f"{len(evidence)} rows for {len(scorecard.links)} links"
        raise BscError(Fault("evidence", "it is not about this scorecard's links, of one unit", got=got))
    graph = nx.DiGraph(zip(evidence["cause"], evidence["effect"], strict=True))
    after, before = _reached(graph, set(moved)), _reached(graph.reverse(copy=False), kpis_under(scorecard, goal))
    return evidence[evidence["cause"].isin(after) & evidence["effect"].isin(before)]


def _reached(graph: nx.DiGraph, some: set[str]) -> set[str]:
    return some.union(*(nx.descendants(graph, one) for one in some if one in graph))


def link_sensitivity(
    fit: FittedMap,
    changes: Mapping[str, str | float] | None = None,
    initiatives: Iterable[str] | Mapping[str, str | None] | None = None,
    horizon: int = 24,
    goal: str | None = None,
    draws: int = 1_000,
) -> pd.DataFrame:
    """What is left of the effect on a goal when one link is not there."""
    card, goal = fit.scorecard, goal or fit.scorecard.id
    initiatives = initiatives if isinstance(initiatives, Mapping) else list(initiatives or ())
    moved = moved_kpis(card, changes or {}, initiatives)
    links = links_between(card, fit.evidence, moved, goal)
    links = links[links["verdict"] == SUPPORTED].sort_values("p", kind="stable").head(MOST)
    columns = ["cause", "effect", "left", "low", "high", "whole"]
    if links.empty:
        return pd.DataFrame(columns=columns)
    asked = goal, changes, initiatives, horizon, draws
    whole = effect_at_horizon(fit, *asked)[0]
    rows = [
        (cause, effect, *effect_at_horizon(without_link(fit, cause, effect), *asked), whole)
        for cause, effect in zip(links["cause"], links["effect"], strict=True)
    ]
    table = pd.DataFrame(rows, columns=columns)
    lost = (table["left"] - whole).abs()
    return table.loc[lost.sort_values(ascending=False, kind="stable").index].reset_index(drop=True)


def without_link(fit: FittedMap, cause: str, effect: str) -> FittedMap:
    """The same map, had it no link from one KPI to another."""
    k, links = fit.place[effect], fit.scorecard.links
    gone = [n for n, link in enumerate(links) if (link.cause, link.effect) == (cause, effect)]
    equation = fit.equations[k]
    by = np.where(np.isin(equation.links, gone), 0, equation.by).astype(equation.by.dtype)
    return replace(fit, equations=(*fit.equations[:k], replace(equation, by=by), *fit.equations[k + 1 :]))
