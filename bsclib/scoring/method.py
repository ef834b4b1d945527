"""What a scoring method is made of: a rule, a clamp, a rounding, and bands with words for them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bsclib.scoring import rules


@dataclass(frozen=True)
class Bands:
    """Words for stretches of a scale.

    `edges` and `words` are in rising order, and there is one word more. An edge belongs to the band above it, or to the
    band below it where the bands are `closed` "above".
    """

    edges: tuple[float, ...]
    words: tuple[str, ...]
    closed: str = "below"

    def place(self, values: ArrayLike) -> np.ndarray:
        """The position among the words of each value's word."""
        return np.searchsorted(self.edges, rules.tidy(values), side="right" if self.closed == "below" else "left")

    def name(self, values: ArrayLike) -> np.ndarray:
        """The word of each value; "" where it is missing."""
        return rules.named(values, self.edges, self.words, self.closed)


@dataclass(frozen=True)
class Method:
    """One way to score, or one step of it.

    Parameters
    ----------
    name : str
        As it is called here.
    part : str
        Which step of scoring it is: attainment, status, roll_up, missing, expected, weights or aggregate.
    rule, source : str
        What it does, in our words, and where it is published.
    compute : callable
        The rule itself; see `bsclib.scoring.rules`.
    worked : str, optional
        The rule as a line of arithmetic, with the names of what it takes in braces.
    clamp : tuple of float, optional
        The lowest and the highest number that it gives.
    rounding : {"none", "round", "truncate"}
        Whether it gives whole numbers.
    bands : Bands, optional
        Its words, on its own scale, before the clamp.
    full : float
        What counts as 100 when a whole scorecard is scored.
    cuts : tuple of float, optional
        Where at risk and on target begin on its own scale; without, a KPI's thresholds with the target as 1.
    better : {"higher", "lower", "either"}
        Which direction it is written for.
    held : bool
        Whether scores of a whole scorecard are held to 0..100 before they roll up.
    colours : bool
        Whether parents take the mean of their children's colours (0, 50, 100) in place of their scores.
    """

    name: str
    part: str
    rule: str
    source: str
    compute: Callable[..., Any]
    worked: str = ""
    clamp: tuple[float, float] | None = None
    rounding: str = "none"
    bands: Bands | None = None
    full: float = 1.0
    cuts: tuple[float, float] | None = None
    better: str = "either"
    held: bool = True
    colours: bool = False

    @cached_property
    def takes(self) -> list[str]:
        """The names of its parameters, the actual (or the scores) apart."""
        return list(inspect.signature(self.compute).parameters)[1:]


def status_codes(share: ArrayLike, at_risk: ArrayLike, on_target: ArrayLike) -> np.ndarray:
    """Index into `STATUSES` for a share and its thresholds; the edge belongs to the better band, NaN is `no_data`.

    Examples
    --------
    >>> from bsclib.model.status import STATUSES
    >>> [STATUSES[code] for code in status_codes(np.array([1.0, 0.7, 0.1, np.nan]), 0.7, 1.0)]
    ['on_target', 'at_risk', 'off_target', 'no_data']
    """
    rounded = rules.tidy(share)
    code = np.full(np.shape(rounded), 2, dtype=np.int8)
    code[rounded >= rules.tidy(at_risk)] = 1
    code[rounded >= rules.tidy(on_target)] = 0
    code[np.isnan(rounded)] = 3
    return code
