"""Candidates against the criteria of a good KPI: a first proposal, made from what the files say, to be overruled."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import Cube, cube
from bsclib.actuals.table import check_actuals
from bsclib.design.review.subject import MONTHS
from bsclib.design.selection.criteria import CRITERIA
from bsclib.files.catalogue import kpi_catalogue
from bsclib.model import periods
from bsclib.model.formula import quantities
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.values import weight_at
from bsclib.wording import counted, listed, percent, quoted

NO_JUDGEMENT = 3
"""What a criterion gets when nothing is known: neither good nor bad."""

_OFTEN = {"daily": 5, "weekly": 5, "monthly": 4, "quarterly": 2, "yearly": 1}
_EFFORT = {"low": 1, "medium": 3, "high": 5}
_RESISTANCE = {"high": 1, "medium": 3, "low": 5}
_MUCH, _LITTLE = 1.5, 0.5
_COMPLETE, _GAPPY, _POOR = 0.98, 0.9, 0.6

Step = tuple[int, str]


def rate_candidates(scorecard: Scorecard, actuals: pd.DataFrame | None = None, reasons: bool = False) -> pd.DataFrame:
    """Propose how each KPI does on each criterion, from what scorecard, catalogue and actuals say.

    Whoever knows the KPI knows better.

    Parameters
    ----------
    scorecard : Scorecard
        Its KPIs are the candidates. A KPI's entry in the catalogue is the one that its field `catalogue` names.
    actuals : DataFrame, optional
        Checked or not; they say how completely and how soon a KPI is reported.
    reasons : bool, default False
        True for the reason of each rating in place of the rating.

    Returns
    -------
    DataFrame
        A row a KPI (index `kpi`) and a column for each of `CRITERIA`, whole numbers from 1 (very little) to 5 (very
        much); of `cost_to_collect` less is better. With `reasons` a text in each cell.

    Raises
    ------
    ActualsError
        When the actuals cannot be read, or contradict the scorecard.

    Notes
    -----
    3 where nothing is known. Otherwise 3 and these steps, held to 1..5:

    - relevance: +1 for a path on the map from it to a lagging KPI, for a lagging KPI that others lead to, or else for
      guarding another; −1 if neither, and no link touches it, though there are links; +1 if it carries 1.5 times the
      average KPI's share of the whole score or more, −1 for half of it or less; −1 if its objective supports nothing
      above, though others do.
    - measurability: +1 for a formula of named quantities, its own or the catalogue's; +1 if 98 % of the periods due are
      reported (from its first actual on, in the units that report it), −1 below 90 %, −2 below 60 % or without any.
    - controllability: +1 for a leading KPI; +1 if an initiative changes it; −1 for a lagging one that no initiative
      changes and no link leads to, though there are links or initiatives.

    The other three start from one fact each:

    - timeliness: daily and weekly 5, monthly 4, quarterly 2, yearly 1; 1 less if its last actual is a whole period of
      its own or more behind the last period due.
    - cost_to_collect: the catalogue's effort: low 1, medium 3, high 5.
    - resistance_to_gaming: the catalogue's risk of gaming: low 5, medium 3, high 1; 1 more if the scorecard names a KPI
      that guards it (4 if the catalogue has no entry).

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    >>> int(rate_candidates(card, actuals).loc["training-hours", "controllability"])
    5
    >>> rate_candidates(card, actuals, reasons=True).loc["training-hours", "controllability"]
    'a leading KPI, which is moved directly (+1); the initiative “Reopen the service academy” changes it (+1)'
    """
    facts = _gather(scorecard, actuals)
    ratings = {
        criterion.name: [rate(kpi, facts)[reasons] for kpi in scorecard.kpis]
        for criterion, rate in zip(CRITERIA, _RULES, strict=True)
    }
    return pd.DataFrame(ratings, index=pd.Index([kpi.id for kpi in scorecard.kpis], name="kpi"))


@dataclass(frozen=True)
class _Facts:
    scorecard: Scorecard
    grid: Cube | None
    share: dict[str, float]
    entries: pd.DataFrame
    leads_to: dict[str, set[str]]
    led_by: dict[str, list[str]]

    def entry(self, kpi: KPI) -> Any:
        """The KPI's entry in the catalogue, or nothing."""
        return self.entries.loc[kpi.catalogue] if kpi.catalogue in self.entries.index else None

    def reported(self, kpi: KPI) -> np.ndarray | None:
        """Whether there is an actual, units that report it by months that are due; nothing when none is due yet."""
        if self.grid is None:
            return None
        size, months = MONTHS[kpi.frequency], self.grid.months
        due = months <= months[-1] - periods.within(months[-1] + 1, size, self.scorecard.year_starts)
        seen = ~np.isnan(self.grid.actual[:, due, self.scorecard.kpis.index(kpi)])
        reporting = seen[1:][seen[1:].any(axis=1)]
        return (reporting if len(reporting) else seen[:1]) if due.any() else None


def _gather(scorecard: Scorecard, actuals: pd.DataFrame | None) -> _Facts:
    import networkx as nx

    grid = cube(check_actuals(actuals, scorecard), scorecard) if actuals is not None and len(actuals) else None
    month = int(grid.months[-1]) if grid else periods.LAST_YEAR * 12
    graph = nx.DiGraph((link.cause, link.effect) for link in scorecard.links)
    return _Facts(
        scorecard,
        grid,
        _shares(scorecard, month),
        kpi_catalogue().set_index("id"),
        {id: nx.descendants(graph, id) for id in graph},
        {id: sorted(graph.predecessors(id)) for id in graph},
    )


def _shares(scorecard: Scorecard, month: int) -> dict[str, float]:
    """The share of the whole score that each KPI carries when nothing is missing."""

    def spread(parts: Iterable[Any], share: float) -> list[tuple[Any, float]]:
        weights = [(part, float(weight_at(part.weight, np.array([month]))[0])) for part in parts]
        total = sum(weight for _, weight in weights)
        return [(part, share * weight / total if total else 0.0) for part, weight in weights]

    measured = {kpi.objective for kpi in scorecard.kpis}
    objectives = [objective for objective in scorecard.objectives if objective.id in measured]
    filled = {objective.perspective for objective in objectives}
    shares: dict[str, float] = {}
    for perspective, upper in spread([one for one in scorecard.perspectives if one.id in filled], 1.0):
        for objective, middle in spread([one for one in objectives if one.perspective == perspective.id], upper):
            shares |= {kpi.id: share for kpi, share in spread(scorecard.kpis_of(objective.id), middle)}
    return shares


def _stepped(start: int, steps: list[Step], unknown: str, told: str = "") -> tuple[int, str]:
    """The score after the steps, and the reasons; `told` is why it starts where it does."""
    said = [told] * bool(told) + [f"{why} ({step:+d})" if step else why for step, why in steps]
    score = min(max(start + sum(step for step, _ in steps), 1), 5)
    return score, "; ".join(said) or f"no judgement: {unknown}"


def _named(card: Scorecard, ids: Iterable[str]) -> str:
    return listed(quoted(card.names[id]) for id in ids)


def _relevance(kpi: KPI, facts: _Facts) -> tuple[int, str]:
    card, steps = facts.scorecard, []
    effects = facts.leads_to.get(kpi.id, ())
    reached = [effect for effect in card.kpis if effect.id in effects and effect.role == "lagging"]
    if reached:
        more = f" and {len(reached) - 1} more" if len(reached) > 1 else ""
        steps.append((1, f"leads to {quoted(reached[0].name)}{more} on the map"))
    elif kpi.role == "lagging" and (drivers := facts.led_by.get(kpi.id)):
        steps.append((1, f"{_named(card, drivers)} {'lead' if len(drivers) > 1 else 'leads'} to it on the map"))
    elif guarded := [quoted(other.name) for other in card.kpis if kpi.id in other.guarded_by]:
        steps.append((1, f"guards {listed(guarded)}"))
    elif card.links and kpi.id not in facts.leads_to:
        steps.append((-1, "no link of the map touches it"))
    share, average = 100 * facts.share[kpi.id], 100 / len(card.kpis)
    carries = f"of the whole score, and the average KPI {average:.1f} %"
    if share >= _MUCH * average:
        steps.append((1, f"it carries {share:.1f} % {carries}"))
    elif share <= _LITTLE * average:
        steps.append((-1, f"it carries only {share:.1f} % {carries}"))
    if any(objective.supports for objective in card.objectives) and not card.objective(kpi.objective).supports:
        steps.append((-1, "its objective supports nothing above"))
    return _stepped(NO_JUDGEMENT, steps, "an average weight, and nothing on the map")


def _measurability(kpi: KPI, facts: _Facts) -> tuple[int, str]:
    steps: list[Step] = []
    entry = facts.entry(kpi)
    if any(quantities(kpi.formula)):
        steps.append((1, "its formula names what is counted"))
    elif entry is not None and not kpi.formula:
        steps.append((1, "the catalogue's formula names what is counted"))
    elif kpi.formula:
        steps.append((0, "its formula is in words"))
    seen = facts.reported(kpi)
    if seen is not None and not seen.any():
        steps.append((-2, "there is no actual"))
    elif seen is not None:
        share = float(seen[:, int(seen.any(axis=0).argmax()) :].mean())
        step = 1 if share >= _COMPLETE else -2 if share < _POOR else -1 if share < _GAPPY else 0
        steps.append((step, f"{percent(share)} of the periods due are reported"))
    return _stepped(NO_JUDGEMENT, steps, "no formula and no actuals")


def _controllability(kpi: KPI, facts: _Facts) -> tuple[int, str]:
    card, steps = facts.scorecard, []
    changing = [work.name for work in card.initiatives if kpi.id in {change.kpi for change in work.changes}]
    led_by = facts.led_by.get(kpi.id, [])
    if kpi.role == "leading":
        steps.append((1, "a leading KPI, which is moved directly"))
    if changing:
        steps.append((1, f"the initiative {quoted(changing[0])} changes it"))
    elif kpi.role == "lagging" and led_by:
        steps.append((0, f"a lagging KPI, moved through {_named(card, led_by)}"))
    elif kpi.role == "lagging" and (card.links or card.initiatives):
        steps.append((-1, "a lagging KPI that no initiative changes and no link leads to"))
    return _stepped(NO_JUDGEMENT, steps, "a lagging KPI, without links or initiatives")


def _timeliness(kpi: KPI, facts: _Facts) -> tuple[int, str]:
    seen = facts.reported(kpi)
    # 0 too where there is no actual at all.
    behind = 0 if seen is None else int(np.flip(seen.any(axis=0)).argmax()) // MONTHS[kpi.frequency]
    steps = [(-1, f"its last actual is {counted(behind, 'period')} behind")] if behind else []
    return _stepped(_OFTEN[kpi.frequency], steps, "", told=f"reported {kpi.frequency}")


def _cost_to_collect(kpi: KPI, facts: _Facts) -> tuple[int, str]:
    entry = facts.entry(kpi)
    if entry is None or entry["effort"] not in _EFFORT:
        return _stepped(NO_JUDGEMENT, [], _no_entry(kpi))
    return _stepped(_EFFORT[entry["effort"]], [], "", told=f"the catalogue calls the effort {entry['effort']}")


def _resistance_to_gaming(kpi: KPI, facts: _Facts) -> tuple[int, str]:
    entry = facts.entry(kpi)
    risk = None if entry is None else entry["gaming_risk"]
    guards: list[Step] = [(1, f"guarded by {_named(facts.scorecard, kpi.guarded_by)}")] if kpi.guarded_by else []
    if risk not in _RESISTANCE:
        return _stepped(NO_JUDGEMENT, guards, _no_entry(kpi))
    return _stepped(_RESISTANCE[risk], guards, "", told=f"the catalogue calls the risk of gaming {risk}")


def _no_entry(kpi: KPI) -> str:
    return f"the catalogue has no entry {kpi.catalogue}" if kpi.catalogue else "no entry of the catalogue is named"


_RULES = (_relevance, _measurability, _controllability, _timeliness, _cost_to_collect, _resistance_to_gaming)
"""In the order of `CRITERIA`."""
