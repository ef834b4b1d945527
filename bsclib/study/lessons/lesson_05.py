"""What stages lesson 05: a first question, limits for a quarter, and what luck does to the best of many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import networkx as nx
import numpy as np
import pandas as pd

from bsclib.causality.map_claims import supported_links
from bsclib.model.edit import change
from bsclib.model.nouns import Scorecard
from bsclib.scenarios.budget import Allocation
from bsclib.scenarios.definition import Scenario
from bsclib.scenarios.fitting import FittedMap, fit_map

QUARTER = 3


def quarterly_limits(scorecard: Scorecard) -> tuple[float, float | None]:
    """Money and people for a quarter that let every initiative run, but not all of them at once."""
    work = scorecard.initiatives
    money = max((each.cost * min(QUARTER, each.months) / each.months for each in work), default=0.0)
    return float(money), float(max((each.people for each in work), default=0.0)) or None


def winners_curse(
    options: Iterable[int] = (1, 3, 10, 30), noise: Iterable[float] = (1.0, 3.0), seed: int = 5
) -> pd.DataFrame:
    """Points by which the best-looking of equal options looks better than it is, on average of 20,000 draws."""
    rng = np.random.default_rng(seed)
    errors = {many: rng.standard_normal((20_000, many)).max(axis=1).mean() for many in options}
    return pd.DataFrame(
        {"options": list(errors)} | {f"noise_{sd:g}": [sd * high for high in errors.values()] for sd in noise}
    )


def first_question(fit: FittedMap) -> tuple[str, str, str] | None:
    """A KPI to move, by how much, and the KPI furthest down its longest way along the map."""
    evidence = fit.evidence
    known = {id for id, k in fit.place.items() if np.isfinite(fit.latest[k]) and fit.latest[k] != 0}
    for rows in (evidence[evidence["verdict"] == "supported"], evidence):
        graph = nx.DiGraph([*zip(rows["cause"], rows["effect"], strict=True)])
        drivers = [id for id in fit.place if id in graph and id in known and graph.out_degree(id)]
        if not drivers:
            continue
        driver = max(drivers, key=lambda id: len(nx.descendants(graph, id)))
        away = nx.single_source_shortest_path_length(graph, driver)
        ends = [id for id in fit.place if id in known and id in away and id != driver]
        if ends:
            way = "-" if fit.scorecard.kpi(driver).direction == "lower_is_better" else "+"
            return driver, f"{way}10%", max(ends, key=lambda id: away[id])
    return None


def supported_map(scorecard: Scorecard, actuals: pd.DataFrame, fit: FittedMap) -> FittedMap:
    """The map again, with nothing but the links that the data support."""
    kept = change(scorecard, scorecard.id, links=supported_links(scorecard, fit.evidence))
    return fit_map(kept, actuals, fit.unit or None)


def can_plan(scorecard: Scorecard) -> bool:
    """Whether there are two initiatives or more that cost something and change something, to choose between."""
    return sum(bool(one.cost and one.changes) for one in scorecard.initiatives) > 1


def as_scenarios(
    allocation: Allocation,
    scorecard: Scorecard,
    single: str,
    changes: Mapping[str, str] | None = None,
    initiatives: Sequence[str] | Mapping[str, str] = (),
    horizon: int = 24,
) -> list[Scenario]:
    """What is compared: one initiative alone, everything, what the solver chose, and an option of one's own."""
    names = {work.id: work.name for work in scorecard.initiatives}
    everything = tuple(work.id for work in scorecard.initiatives if work.changes)
    starts = dict(zip(allocation.chosen["initiative"], allocation.chosen["start"].astype(str), strict=True))
    options = [
        Scenario(id="one-alone", name=names[single], initiatives=(single,), horizon=horizon),
        Scenario(id="everything", name="Everything, as planned", initiatives=everything, horizon=horizon),
        Scenario(id="chosen", name="What the budget buys", initiatives=starts, horizon=horizon),
    ][: 3 if starts else 2]
    if changes or initiatives:
        mine = initiatives if isinstance(initiatives, Mapping) else tuple(initiatives)
        own = Scenario(id="mine", name="My own", changes=dict(changes or {}), initiatives=mine, horizon=horizon)
        options.append(own)
    return options
