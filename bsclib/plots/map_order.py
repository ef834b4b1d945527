"""Order within rows so that lines between rows cross as little as a good search can make them.

The search is the usual one for layered drawings: put everything at the mean place of its neighbours, sweeping up and
down, and then move single things along their row as long as that removes crossings.

References
----------
.. [1] Sugiyama, Tagawa, Toda (1981), Methods for visual understanding of hierarchical system structures, IEEE
   Transactions on Systems, Man, and Cybernetics 11(2).
.. [2] Gansner, Koutsofios, North, Vo (1993), A technique for drawing directed graphs, IEEE Transactions on Software
   Engineering 19(3).
.. [3] Matuszewski, Schönfeld, Molitor (1999), Using sifting for k-layer straightline crossing minimization, Graph
   Drawing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import TypeVar

import numpy as np

Slot = TypeVar("Slot", bound=Hashable)
_SWEEPS = 12


def ordered(rows: list[list[Slot]], links: Iterable[tuple[Slot, Slot]]) -> list[list[Slot]]:
    """The rows with their members in the best order found."""
    links = list(links)
    near: dict[Slot, list[Slot]] = {slot: [] for row in rows for slot in row}
    for a, b in links:
        near[a].append(b)
        near[b].append(a)
    row_of = {slot: at for at, row in enumerate(rows) for slot in row}
    beside = {
        slot: [[other for other in near[slot] if row_of[other] == side] for side in (at - 1, at + 1)]
        for slot, at in row_of.items()
    }
    best = order = [list(row) for row in rows]
    fewest = crossings(best, links)
    for sweep in range(_SWEEPS):
        if fewest == 0:
            break
        order = [list(row) for row in order]
        for at in range(len(order)) if sweep % 2 == 0 else reversed(range(len(order))):
            _by_mean(order, at, near, row_of, -1 if sweep % 2 == 0 else 1, flip=sweep % 4 > 1)
        _sift(order, beside)
        count = crossings(order, links)
        if count < fewest:
            best, fewest = order, count
    return best


def crossings(order: list[list[Slot]], links: Iterable[tuple[Slot, Slot]]) -> int:
    """How many pairs of links between neighbouring rows cross."""
    place = {slot: (at, i) for at, row in enumerate(order) for i, slot in enumerate(row)}
    between: dict[int, list[tuple[int, int]]] = {}
    for a, b in links:
        (low, i), (high, j) = sorted((place[a], place[b]))
        if low != high:
            between.setdefault(low, []).append((i, j))
    return sum(
        (a[0] - b[0]) * (a[1] - b[1]) < 0 for pairs in between.values() for n, a in enumerate(pairs) for b in pairs[:n]
    )


def _by_mean(
    order: list[list[Slot]], at: int, near: dict[Slot, list[Slot]], row_of: dict[Slot, int], side: int, flip: bool
) -> None:
    """Sort one row by the mean place of each member's neighbours in the row beside it; flip those that tie."""
    fixed = order[at + side] if 0 <= at + side < len(order) else []
    place = {slot: (i + 0.5) / len(fixed) for i, slot in enumerate(fixed)}
    place |= {slot: (i + 0.5) / len(order[at]) for i, slot in enumerate(order[at])}

    def mean(slot: Slot) -> float:
        places = [place[other] for other in near[slot] if row_of[other] in (at, at + side)]
        return sum(places) / len(places) if places else place[slot]

    if flip:
        order[at].reverse()
    order[at].sort(key=mean)


def _sift(order: list[list[Slot]], beside: dict[Slot, list[list[Slot]]]) -> None:
    """Move single members to where in their row they cross least, as long as that removes crossings."""
    better = True
    while better:
        better = False
        place = {slot: i for row in order for i, slot in enumerate(row)}
        for row in order:
            # The rows beside this one stay as they are meanwhile, and so does what a change of places gains.
            gain = _gains([[[place[other] for other in side] for side in beside[slot]] for slot in row])
            now, here = list(row), list(range(len(row)))  # `here`: by place, the number in `now` of who stands there
            for member in range(len(row)):
                stands = here.index(member)
                best, most, total = stands, 0, 0
                for there in range(stands - 1, -1, -1):
                    total += gain[here[there]][member]
                    if total > most:
                        best, most = there, total
                total = 0
                for there in range(stands + 1, len(row)):
                    total += gain[member][here[there]]
                    if total > most or (total == most and there - stands < stands - best):
                        best, most = there, total
                if best != stands:
                    here.insert(best, here.pop(stands))
                    better = True
            row[:] = [now[member] for member in here]
            place.update((slot, i) for i, slot in enumerate(row))


def _gains(linked: list[list[list[int]]]) -> list[list[int]]:
    """How many crossings go when two members of a row, the first one left of the second, change places."""
    gain = np.zeros((len(linked), len(linked)), dtype=int)
    for side in (0, 1):
        ends = [(member, to) for member, sides in enumerate(linked) for to in sides[side]]
        if not ends:
            continue
        members, places = np.array(ends).T
        mine = members == np.arange(len(linked))[:, None]
        gain += mine @ np.sign(places[:, None] - places) @ mine.T
    return gain.tolist()
