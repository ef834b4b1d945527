"""The strategy map as a graph: arrows between objectives or KPIs, and the links that come back to where they began.

Several links may run between the KPIs of two objectives; a map shows them as one arrow, which says whether the cause
helps the effect, hinders it, or both. Feedback matters because a link within it drives its own cause.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bsclib.model.nouns import KPI, Link, Scorecard


@dataclass(frozen=True)
class Arrow:
    """All links from one box to another; `lags` are the shortest and the longest, in months, where any is stated."""

    cause: str
    effect: str
    # `helps` when getting better at the cause should better the effect, `hinders` when it should worsen it, `mixed`
    # when the links disagree, `moves` when none has a sign or a range is involved. On a tested map, the verdict.
    verb: str
    signs: str
    lags: tuple[int, ...]


def arrows(scorecard: Scorecard, level: str = "objective") -> list[Arrow]:
    """The arrows between objectives (or KPIs, by `level`); links within one objective make none between objectives."""
    kpis = {kpi.id: kpi for kpi in scorecard.kpis}
    between: dict[tuple[str, str], list[tuple[str | None, int, int | None]]] = {}
    for link in scorecard.links:
        cause, effect = kpis[link.cause], kpis[link.effect]
        ends = (cause.id, effect.id) if level == "kpi" else (cause.objective, effect.objective)
        if ends[0] != ends[1]:
            good = _good(cause) * _good(effect) * {"+": 1, "-": -1}.get(link.sign or "", 0)
            between.setdefault(ends, []).append((link.sign, good, link.lag))
    return [_arrow(*ends, links) for ends, links in between.items()]


def _good(kpi: KPI) -> int:
    return {"higher_is_better": 1, "lower_is_better": -1}.get(kpi.direction, 0)


def _arrow(cause: str, effect: str, links: list[tuple[str | None, int, int | None]]) -> Arrow:
    goods = {good for _, good, _ in links if good}
    verb = "mixed" if len(goods) == 2 else {1: "helps", -1: "hinders"}.get(sum(goods), "moves")
    lags = sorted({lag for *_, lag in links if lag is not None})
    return Arrow(cause, effect, verb, "".join(sorted({s for s, *_ in links if s})), tuple({*lags[:1], *lags[-1:]}))


def in_feedback(links: Sequence[Link], among: Iterable[int] | None = None) -> set[int]:
    """The links, by their place, on a way from a KPI back to itself; only ways over those `among` count."""
    import networkx as nx

    places = range(len(links)) if among is None else list(among)
    graph = nx.DiGraph([(links[place].cause, links[place].effect) for place in places])
    # A way out and back again is what joins two KPIs into one strongly connected component.
    circle = {id: number for number, part in enumerate(nx.strongly_connected_components(graph)) for id in part}
    return {place for place in places if circle[links[place].cause] == circle[links[place].effect]}
