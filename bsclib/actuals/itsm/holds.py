"""When a ticket's clock stood still, in open time: holds that overlap are made one, and lie within their ticket."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Holds:
    """Holds of many tickets on the scale of open seconds: disjoint, in order, ticket by ticket."""

    ticket: np.ndarray  # the place of its ticket
    start: np.ndarray
    end: np.ndarray

    def within(self, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
        """Seconds that each ticket was on hold between two moments of its own."""
        low, high = lower[self.ticket], upper[self.ticket]
        seconds = np.minimum(self.end, high) - np.maximum(self.start, low)
        return np.bincount(self.ticket, weights=np.fmax(seconds, 0), minlength=len(lower))

    def postpone(self, start: np.ndarray, goal: np.ndarray) -> np.ndarray:
        """The moment at which each ticket's goal is spent: holds that begin before then put it off."""
        begin = start[self.ticket]
        seconds = np.fmax(self.end - np.maximum(self.start, begin), 0)
        bounded = np.where(np.isfinite(seconds), seconds, 0)
        first = np.searchsorted(self.ticket, self.ticket)
        before = np.cumsum(bounded) - bounded
        used = np.maximum(self.start, begin) - begin - (before - before[first])
        counts = used < goal[self.ticket]
        return start + goal + np.bincount(self.ticket, weights=np.where(counts, seconds, 0), minlength=len(start))


def merge(ticket: np.ndarray, start: np.ndarray, end: np.ndarray) -> Holds:
    """Make one of holds of a ticket that touch or overlap; a hold without a start is none."""
    known = ~np.isnan(start) & ~np.isnan(end)
    ticket, start, end = ticket[known], start[known], end[known]
    order = np.lexsort((start, ticket))
    ticket, start, end = ticket[order], start[order], end[order]
    if not len(ticket):
        return Holds(ticket, start, end)
    # A ticket's place and an end's rank make one growing number, so that one pass finds the latest end so far.
    rank = np.unique(end, return_inverse=True)[1].reshape(-1)
    latest = np.maximum.accumulate(ticket * len(end) + rank)
    ends = np.empty(len(end))
    ends[rank] = end
    reached = ends[latest - ticket * len(end)]
    new = np.append(True, (ticket[1:] != ticket[:-1]) | (start[1:] > reached[:-1]))
    last = np.append(np.flatnonzero(new)[1:] - 1, len(end) - 1)
    return Holds(ticket[new], start[new], reached[last])
