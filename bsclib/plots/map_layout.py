"""The strategy map on paper: which boxes, in which rows, and by which ways the arrows run between them.

Perspectives are lanes, the first on top. The method is that of Sugiyama, Tagawa and Toda (1981): boxes lie in rows, an
arrow that passes a row is given a slot in it, the order within rows is improved until crossings do not get fewer, and
then everything moves as near to what it is linked with as the order allows. Nothing is drawn here; lengths are inches.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import networkx as nx
import numpy as np

from bsclib.model.graph import Arrow
from bsclib.plots.lettering import spread
from bsclib.plots.map_order import ordered

BOX = (1.56, 0.68)
PER_ROW = 5
_BESIDE, _SLOT, _EDGE = 0.16, 0.13, 0.06
_CHANNEL, _TRACK, _LANE_GAP = 0.3, 0.032, 0.1


Slot = str | tuple[Arrow, int]
"""What takes room in a row: a box, or an arrow that passes."""


@dataclass(frozen=True)
class Lane:
    """A perspective's band across the map, from `bottom` to `top`."""

    id: str
    bottom: float
    top: float


@dataclass(frozen=True)
class Layout:
    """Where everything is, measured from the lower left corner."""

    width: float
    height: float
    lanes: tuple[Lane, ...]
    """From the top to the bottom."""
    boxes: dict[str, tuple[float, float]]
    """The centre of each box; every box is `BOX` large."""
    routes: dict[Arrow, np.ndarray]
    """For each arrow cubic Bézier curves from cause to effect, of shape (pieces, 4, 2)."""


def lay_out(lanes: dict[str, list[str]], arrows: Sequence[Arrow], width: float = 8.2) -> Layout:
    """Lay out the boxes of each lane, the top lane first, and arrows between them, which may make circles."""
    rows, lane_of = _rows(lanes, arrows)
    at = {id: row for row, ids in enumerate(rows) for id in ids if isinstance(id, str)}
    ways = {arrow: _way(arrow, at) for arrow in arrows}
    links = [pair for way in ways.values() for pair in pairwise(way)]
    for slot in chain(*ways.values()):
        if not isinstance(slot, str):
            rows[slot[1]].append(slot)
    order = ordered(rows, links)
    width = max(width, *(sum(_gaps(row)) + BOX[0] + 2 * _EDGE for row in order))
    x = _across(order, links, width)
    floor, height, bands = _heights(order, lane_of, links, list(lanes))
    boxes = {id: (x[id], floor[row] + BOX[1] / 2) for id, row in at.items()}
    ports = _ports(ways, x, at)
    routes = {arrow: _route(arrow, way, ports, x, at, floor) for arrow, way in ways.items()}
    return Layout(width, height, bands, boxes, routes)


def _rows(lanes: dict[str, list[str]], arrows: Sequence[Arrow]) -> tuple[list[list[Slot]], list[str]]:
    """Rows of boxes from the bottom up, and the lane each belongs to; within a lane causes lie below their effects."""
    rows: list[list[Slot]] = []
    lane_of: list[str] = []
    for lane, ids in reversed(lanes.items()):
        inside = nx.DiGraph((a.cause, a.effect) for a in arrows if a.cause in ids and a.effect in ids)
        circles = nx.condensation(inside)
        floors: list[list[Slot]] = []
        for generation in nx.topological_generations(circles):
            linked = [id for id in ids if id in {m for node in generation for m in circles.nodes[node]["members"]}]
            parts = -(-len(linked) // PER_ROW)
            floors += [linked[part::parts] for part in range(parts)]  # type: ignore[misc]
        loose = [id for id in ids if id not in inside]
        floors += [[] for _ in range(max(-(-len(ids) // PER_ROW), 1) - len(floors))]
        for id in loose:
            min((f for f in floors if len(f) < PER_ROW), key=len, default=floors[-1]).append(id)
        rows += floors
        lane_of += [lane] * len(floors)
    return rows, lane_of


def _way(arrow: Arrow, at: dict[str, int]) -> list[Slot]:
    """The box an arrow leaves, a slot in each row that it passes, and the box it comes to."""
    start, end = at[arrow.cause], at[arrow.effect]
    step = 1 if end > start else -1
    return [arrow.cause, *((arrow, row) for row in range(start + step, end, step)), arrow.effect]


def _half(slot: Slot) -> float:
    return BOX[0] / 2 if isinstance(slot, str) else 0.0


def _gaps(row: list[Slot]) -> list[float]:
    """Least distances between the centres of neighbours."""
    boxes = [(_half(a), _half(b)) for a, b in pairwise(row)]
    return [a + (_BESIDE if a and b else _SLOT) + b for a, b in boxes]


def _across(order: list[list[Slot]], links: list[tuple[Slot, Slot]], width: float) -> dict[Slot, float]:
    """Draw everything towards what it is linked with; passing arrows pull harder, which straightens them."""
    pull: dict[Slot, list[tuple[Slot, float]]] = {slot: [] for row in order for slot in row}
    for a, b in links:
        strength = (1.0, 2.0, 8.0)[(not isinstance(a, str)) + (not isinstance(b, str))]
        pull[a].append((b, strength))
        pull[b].append((a, strength))
    even = {slot: place for row in order for slot, place in zip(row, _even(row, width), strict=True)}
    x = dict(even)
    for sweep in range(24):
        for row in order if sweep % 2 == 0 else reversed(order):
            wanted = []
            for slot in row:
                near = [(x[other], strength) for other, strength in pull[slot]]
                near.append((even[slot], 0.3 if isinstance(slot, str) else 0.02))
                wanted.append(sum(at * strength for at, strength in near) / sum(strength for _, strength in near))
            if row:
                low, high = _half(row[0]) + _EDGE, width - _half(row[-1]) - _EDGE
                x.update(zip(row, map(float, spread(wanted, _gaps(row), low, high)), strict=True))
    return x


def _even(row: list[Slot], width: float) -> np.ndarray:
    if not row:
        return np.zeros(0)
    places = np.concatenate([[0.0], np.cumsum(_gaps(row))])
    slack = (width - places[-1] - _half(row[0]) - _half(row[-1])) / (len(row) + 1)
    return places + _half(row[0]) + slack * np.arange(1, len(row) + 1)


def _heights(
    order: list[list[Slot]], lane_of: list[str], links: list[tuple[Slot, Slot]], lanes: list[str]
) -> tuple[list[float], float, tuple[Lane, ...]]:
    """Where each row of boxes begins, with more room above it the more arrows run there; and the lanes' bands."""
    row_of = {slot: row for row, slots in enumerate(order) for slot in slots}
    floor: list[float] = []
    edges: dict[str, list[float]] = {}
    y = 0.0
    for row, lane in enumerate(lane_of):
        last = row == len(lane_of) - 1
        above = sum(min(row_of[a], row_of[b]) == row for a, b in links)
        side = sum(row_of[a] == row_of[b] == row for a, b in links)
        room = 0.14 + (0.2 if side else 0) if last else min(_CHANNEL + _TRACK * above, 0.9)
        first = row == 0 or lane_of[row - 1] != lane
        y += _LANE_GAP if first else 0.0
        edges.setdefault(lane, [y - (0.0 if row == 0 else _LANE_GAP / 2)])
        floor.append(y + (0.12 if first else 0.0))
        y = floor[-1] + BOX[1] + room
        edges[lane].append(y)
    return floor, y, tuple(Lane(lane, edges[lane][0], edges[lane][-1]) for lane in lanes)


def _ports(ways: dict[Arrow, list[Slot]], x: dict[Slot, float], at: dict[str, int]) -> dict[tuple[Arrow, str], float]:
    """Where along its box each arrow leaves or comes in, so that arrows do not meet there."""
    sides: dict[tuple[str, bool], list[tuple[float, Arrow]]] = {}
    for arrow, way in ways.items():
        cause, effect = at[arrow.cause], at[arrow.effect]
        sides.setdefault((arrow.cause, effect >= cause), []).append((x[way[1]], arrow))
        sides.setdefault((arrow.effect, effect <= cause), []).append((x[way[-2]], arrow))
    ports = {}
    for (id, _), ends in sides.items():
        step = min(0.3, 0.8 * BOX[0] / len(ends))
        for place, (_, arrow) in enumerate(sorted(ends, key=lambda end: end[0])):
            ports[arrow, id] = x[id] + (place - (len(ends) - 1) / 2) * step
    return ports


def _route(
    arrow: Arrow,
    way: list[Slot],
    ports: dict[tuple[Arrow, str], float],
    x: dict[Slot, float],
    at: dict[str, int],
    floor: list[float],
) -> np.ndarray:
    start, end = ports[arrow, arrow.cause], ports[arrow, arrow.effect]
    row, goal = at[arrow.cause], at[arrow.effect]
    if row == goal:
        y = floor[row] + BOX[1]
        rise = min(0.16 + 0.06 * abs(end - start), 0.4)
        return np.array([[(start, y), (start, y + rise), (end, y + rise), (end, y)]])
    up = goal > row
    pieces, here = [], (start, floor[row] + (BOX[1] if up else 0.0))
    for slot in way[1:]:
        step = goal if isinstance(slot, str) else slot[1]
        enter = (end if isinstance(slot, str) else x[slot], floor[step] + (0.0 if up else BOX[1]))
        bend = 0.55 * (enter[1] - here[1])
        pieces.append([here, (here[0], here[1] + bend), (enter[0], enter[1] - bend), enter])
        here = enter
        if not isinstance(slot, str):
            leave = (enter[0], floor[step] + (BOX[1] if up else 0.0))
            pieces.append([enter, _toward(enter, leave), _toward(leave, enter), leave])
            here = leave
    return np.array(pieces)


def _toward(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    return (2 * a[0] + b[0]) / 3, (2 * a[1] + b[1]) / 3


def edge_points(route: np.ndarray, steps: int = 12) -> np.ndarray:
    """Points along a route, an array of shape (pieces * steps, 2)."""
    t = np.linspace(0, 1, steps)[None, :, None]
    a, b, c, d = (route[:, None, i, :] for i in range(4))
    points = a * (1 - t) ** 3 + 3 * b * t * (1 - t) ** 2 + 3 * c * t**2 * (1 - t) + d * t**3
    return points.reshape(-1, 2)
