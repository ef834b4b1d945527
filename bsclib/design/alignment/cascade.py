"""Scorecards above and below each other: what every objective claims to support, and which ways lead up from it.

A level is not stated anywhere: a scorecard stands below those whose objectives its own support. The strongest way from
an objective to a goal is the one with the fewest secondary supports on it; among those, the shortest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import networkx as nx
import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from bsclib.errors import Fault, ScorecardError, nearest
from bsclib.model.nouns import Objective, Scorecard
from bsclib.wording import arrow, counted

STRENGTHS = ("primary", "secondary", "none")
SECONDARY = 0.5
"""What a secondary support counts beside a primary one, as S beside P (1 and 2) in the tables of COBIT 2019."""
MOST_WAYS = 50
Node = tuple[str, str]
"""An objective: the id of its scorecard, and its own."""


@dataclass(frozen=True)
class Claim:
    """One goal that an objective says it supports; where it leads nowhere, what is wrong with it."""

    node: Node
    goal: Node | None
    strength: str
    said: str
    fault: str = ""  # unknown, unclear, own, absent
    what: str = ""  # of an absent scorecard, its id


@dataclass(frozen=True)
class Cascade:
    """Scorecards, top first, and the claims between their objectives."""

    cards: tuple[Scorecard, ...]
    level: Mapping[str, int]
    claims: tuple[Claim, ...]

    @cached_property
    def nodes(self) -> list[Node]:
        """Every objective, by level."""
        return [(card.id, objective.id) for card in self.cards for objective in card.objectives]

    @cached_property
    def place(self) -> dict[Node, int]:
        """The place of every objective among the nodes."""
        return {node: at for at, node in enumerate(self.nodes)}

    @cached_property
    def edges(self) -> dict[tuple[Node, Node], str]:
        """The claims that lead somewhere; of a goal that is claimed twice, the stronger."""
        edges: dict[tuple[Node, Node], str] = {}
        for claim in self.claims:
            if claim.goal and edges.get((claim.node, claim.goal)) != "primary":
                edges[claim.node, claim.goal] = claim.strength
        return edges

    @cached_property
    def graph(self) -> nx.DiGraph:
        """The objectives, each with arrows to the goals that it supports."""
        graph = nx.DiGraph()
        graph.add_nodes_from(self.nodes)
        graph.add_edges_from(self.edges)
        return graph

    @cached_property
    def costs(self) -> np.ndarray:
        """From each objective (row) up to each goal: secondary supports on the way, and behind them its steps."""
        size = len(self.nodes)
        ends = np.array([[self.place[node], self.place[goal]] for node, goal in self.edges], dtype=int).reshape(-1, 2)
        costs = [1.0 + size * (strength == "secondary") for strength in self.edges.values()]
        return dijkstra(csr_array((costs, (ends[:, 0], ends[:, 1])), shape=(size, size)))

    def secondary(self, costs: np.ndarray) -> np.ndarray:
        """How many secondary supports are on ways of these costs; infinitely many where there is none."""
        return np.floor(costs / len(self.nodes))

    def strength(self, costs: np.ndarray) -> np.ndarray:
        """What ways of these costs count: 1, halved by each secondary support; 0 where there is none."""
        return np.where(np.isfinite(costs), SECONDARY ** self.secondary(np.nan_to_num(costs, posinf=0.0)), 0.0)

    def ways(self, node: Node, goal: Node, most: int = MOST_WAYS) -> list[list[Node]]:
        """The ways from an objective up to a goal, the strongest first; of very many, only so many."""
        if not np.isfinite(self.costs[self.place[node], self.place[goal]]):
            return []
        if node == goal:
            return [[node]]
        paths = nx.shortest_simple_paths(self.graph, node, goal, weight=self._cost)
        return [path for path, _ in zip(paths, range(most), strict=False)]

    def _cost(self, node: Node, goal: Node, _: object = None) -> float:
        return 1.0 + len(self.nodes) * (self.edges[node, goal] == "secondary")

    def objective(self, node: Node) -> Objective:
        """The objective itself."""
        return self.card(node[0]).objective(node[1])

    def card(self, id: str) -> Scorecard:
        """The scorecard of an id."""
        return next(card for card in self.cards if card.id == id)

    @cached_property
    def below(self) -> set[str]:
        """The scorecards that have another one below them."""
        return {goal[0] for node, goal in self.edges if node[0] != goal[0]}

    def circles(self) -> Iterator[list[Node]]:
        """Objectives that support each other in a circle; one circle of each knot."""
        for knot in nx.strongly_connected_components(self.graph):
            if len(knot) > 1:
                yield [node for node, _ in nx.find_cycle(self.graph.subgraph(sorted(knot)), min(knot))]


def way_text(way: Iterable[Node]) -> str:
    """A way up, as it is written."""
    return arrow(*(".".join(node) for node in way))


def cascade(cards: Iterable[Scorecard]) -> Cascade:
    """Order scorecards by level and read what their objectives claim; none twice, and at least one."""
    given = tuple(cards)
    ids = [card.id for card in given]
    if not given:
        raise ScorecardError(Fault("cards", "there is no scorecard", fix="give those of two levels or more"))
    if again := sorted({id for id in ids if ids.count(id) > 1}):
        fix = "give each scorecard an id of its own: supports names it by its id"
        raise ScorecardError(
            [Fault(id, f"{counted(ids.count(id), 'scorecard')} have this id", fix=fix) for id in again]
        )
    claims = tuple(claim for card in given for claim in _claims(card, given))
    graph = nx.DiGraph()
    graph.add_nodes_from(ids)
    graph.add_edges_from(
        (claim.goal[0], claim.node[0]) for claim in claims if claim.goal and claim.goal[0] != claim.node[0]
    )
    knots = nx.condensation(graph)
    level = {
        id: depth
        for depth, generation in enumerate(nx.topological_generations(knots))
        for knot in generation
        for id in knots.nodes[knot]["members"]
    }
    return Cascade(tuple(sorted(given, key=lambda card: (level[card.id], card.id))), level, claims)


def _claims(card: Scorecard, cards: tuple[Scorecard, ...]) -> Iterator[Claim]:
    for objective in card.objectives:
        node = (card.id, objective.id)
        for support in objective.supports:
            prefix, _, id = support.goal.rpartition(".")
            goal, fault, what = _named(card, prefix, id, cards)
            if goal == node:
                goal, fault, what = None, "own", f"{objective.name!r} supports itself"
            yield Claim(node, goal, support.strength, support.goal, fault, what)


def _named(card: Scorecard, prefix: str, id: str, cards: tuple[Scorecard, ...]) -> tuple[Node | None, str, str]:
    """The goal that a text names; else what is wrong with it."""
    homes = [other for other in cards if any(objective.id == id for objective in other.objectives)]
    if prefix:
        if any(home.id == prefix for home in homes):
            return (prefix, id), "", ""
        there = next((other for other in cards if other.id == prefix), None)
        guess = nearest(id, [objective.id for objective in there.objectives]) if there else nearest(prefix, _ids(cards))
        lacking = f"{prefix} has no objective {id!r}" if there else f"there is no scorecard {prefix!r} here"
        if there is None and not guess and homes:
            guess = f"{homes[0].id}.{id}"
        if there is None and not guess:
            return None, "absent", prefix
        return None, "unknown", f"{lacking}{f'; did you mean {guess!r}?' if guess else ''}"
    others = [home for home in homes if home is not card] or homes
    if len(others) == 1:
        return (others[0].id, id), "", ""
    if others:
        ways = " or ".join(f"{home.id}.{id}" for home in others)
        return None, "unclear", f"{id!r} is an objective of several scorecards: write {ways}"
    guess = nearest(id, [objective.id for other in cards for objective in other.objectives])
    return None, "unknown", f"no scorecard has an objective {id!r}{f'; did you mean {guess!r}?' if guess else ''}"


def _ids(cards: tuple[Scorecard, ...]) -> list[str]:
    return [card.id for card in cards]


def levels(cards: Iterable[Scorecard]) -> pd.DataFrame:
    """Order scorecards from the top down, by what their objectives support.

    Parameters
    ----------
    cards : iterable of Scorecard
        Those of one organisation, in any order, each with an id of its own.

    Returns
    -------
    DataFrame
        A row a scorecard: `level` (0 at the top), `card` (its id), `name`, `above` (ids of the scorecards whose
        objectives its own support, with commas), `objectives` and `kpis` (counts).

    Raises
    ------
    ScorecardError
        When two scorecards have one id, or there is none.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> levels([read_scorecard("meridian"), read_scorecard("enterprise")])[["level", "card", "above"]]
       level        card       above
    0      0  enterprise
    1      1    meridian  enterprise
    """
    tower = cascade(cards)
    rows = []
    for card in tower.cards:
        above = sorted({goal[0] for node, goal in tower.edges if node[0] == card.id != goal[0]})
        counts = len(card.objectives), len(card.kpis)
        rows.append((tower.level[card.id], card.id, card.name, ", ".join(above), *counts))
    return pd.DataFrame(rows, columns=["level", "card", "name", "above", "objectives", "kpis"])
