"""Which goals the money goes to: from each initiative over the links of its map, and up to the goals it serves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
import numpy as np
import pandas as pd

from bsclib.design.alignment.cascade import Cascade, Node, cascade, way_text
from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.initiatives import Initiative
from bsclib.model.nouns import Scorecard
from bsclib.model.values import weight_at
from bsclib.wording import arrow, listed

VERDICTS = ("no_link", "supported", "untested", "refuted")
"""What the links of a route are worth, the best first; `untested` is too little data, not testable, or not tested."""
EFFECTS = ("helps", "unknown", "hinders")
ROUTES = [
    "card",
    "initiative",
    "name",
    "cost",
    "above",
    "goal",
    "kpi",
    "links",
    "verdict",
    "effect",
    "objective",
    "way",
]
ROUTES += ["strength", "share", "money", "reason"]
FAR = 1_000_000.0
"""Beside it the number of links on a way counts next to nothing."""


@dataclass(frozen=True)
class _Reach:
    """A KPI that an initiative moves, by itself or over links."""

    kpi: str
    chain: tuple[str, ...]
    verdict: str
    effect: str


def initiative_routes(cards: Iterable[Scorecard], evidence: Mapping[str, pd.DataFrame] | None = None) -> pd.DataFrame:
    """Say which goals at the top each initiative serves, over which links, and how much of its money stands behind.

    Parameters
    ----------
    cards : iterable of Scorecard
    evidence : mapping of str to DataFrame, optional
        By the id of a scorecard, its links' verdicts as `bsclib.link_evidence` returns them; a scorecard without has
        untested links.

    Returns
    -------
    DataFrame
        A row an initiative and goal, its best route: `card` and `initiative` (ids), `name`, `cost`; `above` and `goal`
        (ids; empty where it serves none, and `reason` says why); `kpi` (the one it changes), `links` (the KPIs from
        there on, with arrows; empty where it changes the objective's own), `verdict` (of the weakest link: no_link,
        supported, untested or refuted), `effect` (helps, hinders or unknown: which way the links lead), `objective`,
        `way` (from there up to the goal, with arrows), `strength` (1, halved by each secondary support on the way),
        `share` (of the initiative that is counted for the goal) and `money` (cost × share).

    Raises
    ------
    ScorecardError
        When two scorecards have one id, or there is none.
    UnknownNameError, BscError
        When evidence is given of a scorecard that is not there, or is another frame.

    Notes
    -----
    An initiative that serves several goals is shared between them by strength, so that its money counts once. Goals
    that it reaches over untested links share only in what reaches no goal without them; a route over a refuted link, or
    one that leads the wrong way, is shown and gets no share. The best route is the one whose
    weakest link is worth most; then the strongest, then the shortest.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> routes = initiative_routes([read_scorecard("enterprise"), read_scorecard("meridian")])
    >>> routes.query("initiative == 'runbooks'")[["goal", "links", "verdict"]].values.tolist()[1:3]
    [['disciplined-cost', '', 'no_link'], ['on-time-delivery', 'automation-coverage → mttr', 'untested']]
    """
    tower = cascade(cards)
    verdicts = dict(evidence or {})
    ids = [card.id for card in tower.cards]
    if strangers := [unknown("scorecard", id, ids, "evidence") for id in verdicts if id not in ids]:
        raise UnknownNameError(strangers)
    goals = [node for node in tower.nodes if tower.level[node[0]] == 0 and node[0] in tower.below]
    rows = []
    for card in tower.cards:
        links = _link_graph(card, verdicts.get(card.id))
        for work in card.initiatives:
            rows += _rows(tower, card, work, links, goals)
    return pd.DataFrame(rows, columns=ROUTES)


def _link_graph(card: Scorecard, evidence: pd.DataFrame | None) -> nx.DiGraph:
    """The links of a map; of two KPIs at several lags, the one that the data say most for."""
    said: dict[tuple[str, str], set[str]] = {}
    if evidence is not None:
        if lacking := [name for name in ("cause", "effect", "verdict") if name not in evidence]:
            what, fix = f"there is no column {listed(lacking)}", "give the frame of link_evidence"
            raise BscError(Fault(f"evidence of {card.id}", what, fix=fix))
        for row in evidence.itertuples():
            said.setdefault((row.cause, row.effect), set()).add(str(row.verdict))
    graph = nx.DiGraph()
    for link in card.links:
        words = said.get((link.cause, link.effect), set())
        verdict = "supported" if "supported" in words else "refuted" if words == {"refuted"} else "untested"
        graph.add_edge(link.cause, link.effect, verdict=verdict, sign=link.sign, cost=FAR ** VERDICTS.index(verdict))
    return graph


def _reached(card: Scorecard, work: Initiative, links: nx.DiGraph) -> Iterator[_Reach]:
    for change in work.changes:
        if not change.by:
            continue
        chains = nx.single_source_dijkstra_path(links, change.kpi, weight="cost") if change.kpi in links else {}
        for end, chain in ({change.kpi: [change.kpi]} | chains).items():
            edges = [links.edges[pair] for pair in pairwise(chain)]
            worst = max((VERDICTS.index(edge["verdict"]) for edge in edges), default=0)
            signs = [{"+": 1, "-": -1}.get(edge["sign"], 0) for edge in edges]
            better = {"higher_is_better": 1, "lower_is_better": -1}.get(card.kpi(end).direction, 0)
            way = int(np.sign(change.by) * np.prod(signs or [1])) * better
            yield _Reach(end, tuple(chain), VERDICTS[worst], EFFECTS[1 - way])


def _rows(
    tower: Cascade, card: Scorecard, work: Initiative, links: nx.DiGraph, goals: list[Node]
) -> list[list[object]]:
    """The best route of an initiative to each goal; one row without a goal where there is none."""
    reaches = list(_reached(card, work, links))
    best: dict[Node, tuple[tuple[float, ...], _Reach, Node]] = {}
    for reach in reaches:
        node = (card.id, card.kpi(reach.kpi).objective)
        for goal in goals:
            cost = float(tower.costs[tower.place[node], tower.place[goal]])
            wrong = reach.effect == "hinders"
            rank = (wrong, VERDICTS.index(reach.verdict), cost, len(reach.chain))
            if np.isfinite(cost) and (goal not in best or rank < best[goal][0]):
                best[goal] = rank, reach, node
    helping = {goal: VERDICTS.index(reach.verdict) for goal, (_, reach, _) in best.items() if _counts(reach)}
    proven = max(1, min(helping.values(), default=0))
    counted = [goal for goal, worth in helping.items() if worth <= proven]
    weights = {goal: float(tower.strength(np.array(rank[2]))) for goal, (rank, *_) in best.items()}
    total = sum(weights[goal] for goal in counted)
    head = [card.id, work.id, work.name, work.cost]
    rows: list[list[object]] = []
    for goal in sorted(best, key=goals.index):
        _, reach, node = best[goal]
        share = weights[goal] / total if goal in counted else 0.0
        chain = arrow(*reach.chain) if len(reach.chain) > 1 else ""
        route = [
            reach.chain[0],
            chain,
            reach.verdict,
            reach.effect,
            node[1],
            way_text(tower.ways(node, goal, most=1)[0]),
        ]
        rows.append([*head, *goal, *route, weights[goal], share, work.cost * share, ""])
    if not counted:
        changes = "it changes no KPI" if not reaches else "what its KPIs measure supports nothing at the top"
        reason = "only over links that are refuted or lead the wrong way" if best else changes
        rows.append([*head, *[""] * 8, np.nan, 1.0, work.cost, reason])
    return rows


def _counts(reach: _Reach) -> bool:
    return reach.verdict != "refuted" and reach.effect != "hinders"


def goal_balance(cards: Iterable[Scorecard], routes: pd.DataFrame | None = None) -> pd.DataFrame:
    """Put beside each goal's weight what stands behind it: objectives, teams, initiatives and money.

    Parameters
    ----------
    cards : iterable of Scorecard
    routes : DataFrame, optional
        As `initiative_routes` returns it; by default that of the same scorecards, their links untested.

    Returns
    -------
    DataFrame
        A row a goal of every scorecard that has another one below it, and at the end one without a goal for the money
        behind none: `above`, `goal`, `name`, `weight` (share of the scorecard's total, 0 to 1),
        `primary` and `secondary` (how many objectives below say that they support it), `teams` (who owns those
        objectives; their scorecard where no owner is named; with semicolons); and of goals at the top `initiatives`
        (how many serve it), `money` (what of their cost) and `money_share` (of all initiatives' cost, 0 to 1).

    Raises
    ------
    ScorecardError
        When two scorecards have one id, or there is none.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> balance = goal_balance([read_scorecard("enterprise"), read_scorecard("meridian")])
    >>> balance.query("primary + secondary == 0 and goal != ''")["goal"].tolist()
    ['greener-freight']
    """
    tower = cascade(cards)
    paths = initiative_routes(tower.cards) if routes is None else routes
    paths = paths[paths["share"] > 0]
    total = paths["money"].sum()
    rows: list[list[object]] = []
    for card in tower.cards:
        if card.id not in tower.below:
            continue
        top = tower.level[card.id] == 0
        weights = _total_weights(card)
        for objective in card.objectives:
            goal = (card.id, objective.id)
            own = [(node, how) for (node, to), how in tower.edges.items() if to == goal and node[0] != card.id]
            counts = [sum(how == strength for _, how in own) for strength in ("primary", "secondary")]
            teams = "; ".join(dict.fromkeys(tower.objective(node).owner or tower.card(node[0]).name for node, _ in own))
            behind = paths[(paths["above"] == card.id) & (paths["goal"] == objective.id)]
            money = _money(behind, total) if top else [pd.NA, np.nan, np.nan]
            rows.append([*goal, objective.name, weights[objective.id], *counts, teams, *money])
    rows.append(["", "", "No goal", 0.0, 0, 0, "", *_money(paths[paths["goal"] == ""], total)])
    columns = [
        "above",
        "goal",
        "name",
        "weight",
        "primary",
        "secondary",
        "teams",
        "initiatives",
        "money",
        "money_share",
    ]
    return pd.DataFrame(rows, columns=columns).astype({"initiatives": "Int64"})


def _money(behind: pd.DataFrame, total: float) -> list[object]:
    money = float(behind["money"].sum())
    return [len(behind), money, money / total if total else np.nan]


def _total_weights(card: Scorecard) -> dict[str, float]:
    """The share of a scorecard's total that each objective carries, by the weights that hold last."""
    last = np.array([np.iinfo(np.int32).max])

    def shares(parts: Iterable[object]) -> dict[str, float]:
        weights = {part.id: float(weight_at(part.weight, last)[0]) for part in parts}  # type: ignore[attr-defined]
        total = sum(weights.values())
        return {id: weight / total if total else 0.0 for id, weight in weights.items()}

    measured = {kpi.objective for kpi in card.kpis}
    groups = {part.id: [o for o in card.objectives_of(part.id) if o.id in measured] for part in card.perspectives}
    above = shares(part for part in card.perspectives if groups[part.id])
    weights = {id: above[part] * share for part in above for id, share in shares(groups[part]).items()}
    return {objective.id: weights.get(objective.id, 0.0) for objective in card.objectives}
