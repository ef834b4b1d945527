"""Graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bsclib.model.nouns import KPI, Link, Scorecard


@dataclass(frozen=True)
class Arrow:
    """All links from one box to another.

    Attributes
    ----------
    cause, effect : str
        Ids of the boxes.
    verb : str
        ``helps`` when getting better at the cause should better the effect, ``hinders`` when it should worsen it,
        ``mixed`` when the links disagree, ``moves`` when none has a sign or a range is involved. On a tested map, the
        verdict.
    signs : str
        The signs the links have: ``+``, ``-``, ``+-`` or nothing.
    lags : tuple of int
        Months, the shortest and the longest; empty when no link states a lag.
    """

    cause: str
    effect: str
    verb: str
    signs: str
    lags: tuple[int, ...]


def arrows(scorecard: Scorecard, level: str = "objective") -> list[Arrow]:
    """The arrows between objectives, or between KPIs, that the scorecard's links make.

    Parameters
    ----------
    scorecard : Scorecard
        Its links run between KPIs.
    level : {"objective", "kpi"}
        Links within one objective make no arrow between objectives.

    Returns
    -------
    list of Arrow
    """
    kpis = {kpi.id: kpi for kpi in scorecard.kpis}
    between: dict[tuple[str, str], list[tuple[str | None, int, int | None]]] = {}
    for link in scorecard.links:
        cause, effect = kpis[link.cause], kpis[link.effect]
        ends = (cause.id, effect.id) if level == "kpi" else (cause.objective, effect.objective)
        if ends[0] != ends[1]:
            good = _good(cause) * _good(effect) * {"+": 1, "-": -1}.get(link.sign or "", 0)
            between.setdefault(ends, []).append((link.sign, good, link.lag))
    return [_arrow(*ends, found) for ends, found in between.items()]


def _good(kpi: KPI) -> int:
    return {"higher_is_better": 1, "lower_is_better": -1}.get(kpi.direction, 0)


def _arrow(cause: str, effect: str, links: list[tuple[str | None, int, int | None]]) -> Arrow:
    goods = {good for _, good, _ in links if good}
    verb = "mixed" if len(goods) == 2 else {1: "helps", -1: "hinders"}.get(sum(goods), "moves")
    lags = sorted({lag for *_, lag in links if lag is not None})
    return Arrow(cause, effect, verb, "".join(sorted({s for s, *_ in links if s})), tuple({*lags[:1], *lags[-1:]}))


def in_feedback(links: Sequence[Link]) -> set[int]:
    """The links on a way from a KPI back to itself."""
    return _in_circles(links, list(range(len(links))))


def _in_circles(links: Sequence[Link], some: list[int]) -> set[int]:
    import networkx as nx

    graph = nx.DiGraph([(links[n].cause, links[n].effect) for n in some])
    circle = {id: number for number, part in enumerate(nx.strongly_connected_components(graph)) for id in part}
    return {n for n in some if circle[links[n].cause] == circle[links[n].effect]}
