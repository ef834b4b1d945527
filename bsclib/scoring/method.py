"""What a scoring method is made of: a rule, a clamp, a rounding, bands with words for them, and how it is explained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from bsclib.errors import BscError, Fault
from bsclib.scoring import rules

PARAMETERS = (
    *("floor", "expected", "sign", "baseline", "target", "goal", "red", "min", "max", "worst", "best"),
    *("edges", "anchors", "band", "checkins"),
)
"""What an attainment rule can take from a KPI."""
KIT_WORDS = (
    "The attainment of a KPI is its share of the way from the floor, where the score is 0, to what is expected by now, "
    "(actual − floor) / (expected − floor)"
)


MAKERS = {
    **{"kit": "this kit", "atlas_copco": "Atlas Copco", "bsc_designer": "BSC Designer", "cascade": "Cascade"},
    **{"clearpoint": "ClearPoint", "cognos": "Cognos", "engagedly": "Engagedly", "excel": "Excel"},
    **{"federal": "US government", "infor_cpm": "Infor CPM", "microsoft": "Microsoft", "nice_scorecard": "NICE"},
    **{"okr_tracker": "OKR Tracker", "oracle": "Oracle", "perdoo": "Perdoo", "performancepoint": "PerformancePoint"},
    **{"planview": "Planview", "profit": "Profit.co", "sap": "SAP", "spider": "Spider Strategies"},
}
"""Whose methods they are, by what the methods' names begin with."""


@dataclass(frozen=True)
class Bands:
    """Words for stretches of a scale: `edges` and `words` in rising order, one word more than edges."""

    edges: tuple[float, ...]
    words: tuple[str, ...]
    closed: str = "below"  # an edge belongs to the band above it; "above": to the one below it

    def positions(self, values: ArrayLike) -> np.ndarray:
        """The position among the words of each value's word."""
        return np.searchsorted(self.edges, rules.tidy(values), side="right" if self.closed == "below" else "left")

    def labels(self, values: ArrayLike) -> np.ndarray:
        """The word of each value; "" where it is missing."""
        return rules.labels(values, self.edges, self.words, self.closed)


@dataclass(frozen=True)
class Method:
    """One way to score, or one step of it.

    A method of one's own is a shipped one with something replaced, under a name of its own:
    ``dataclasses.replace(find_method("kit"), name="ours", held=False)``.

    Parameters
    ----------
    name : str
        As it is called here. No method of one's own can bear the name of one that ships.
    part : str
        Which step of scoring it is: attainment, status, roll_up, missing, expected, weights or aggregate.
    rule, source : str
        What it does, in our words, and where it is published.
    compute : callable
        The rule itself; see `bsclib.scoring.rules`.
    takes : tuple of str
        The names of what the rule takes, the actual (or the scores and weights) apart; an attainment rule may take any
        of `PARAMETERS`. It is called with them by name.
    optional : tuple of str
        Which of these have a default.
    worked : str or callable
        The rule as a line of arithmetic, with the names of what it takes in braces; or a function that makes such a
        line of these numbers and others, given by name. It is shown only where it comes to what the rule gave.
    words : str
        The rule as a sentence for a director; by default made of the name, the rule and the source.
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
    takes: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    worked: str | Callable[..., str] = ""
    words: str = ""
    clamp: tuple[float, float] | None = None
    rounding: str = "none"
    bands: Bands | None = None
    full: float = 1.0
    cuts: tuple[float, float] | None = None
    better: str = "either"
    held: bool = True
    colours: bool = False

    def __post_init__(self) -> None:
        faults = [
            Fault(field, "there is no such choice", got=repr(value), allowed=", ".join(choices))
            for field, value, choices in (
                ("rounding", self.rounding, tuple(rules.ROUNDINGS)),
                ("better", self.better, ("higher", "lower", "either")),
                *(("takes", name, PARAMETERS) for name in self.takes if self.part == "attainment"),
            )
            if value not in choices
        ]
        if not 0 < self.full < np.inf:
            faults.append(Fault("full", "nothing can be a share of it", got=repr(self.full), allowed="above 0"))
        for field, pair in (("clamp", self.clamp), ("cuts", self.cuts)):
            if pair and not pair[0] <= pair[1]:
                faults.append(Fault(field, "the lower one comes first", got=repr(pair)))
        if faults:
            raise BscError(faults)

    @property
    def called(self) -> str:
        """What it is called on a page: whose it is, and which of theirs."""
        start = next((start for start in MAKERS if f"{self.name}_".startswith(f"{start}_")), "")
        rest = self.name.removeprefix(start).strip("_").replace("_", " ").replace("kpi", "KPI")
        return ": ".join(part for part in (MAKERS.get(start, ""), rest) if part)

    @property
    def takes_floor(self) -> bool:
        """Whether the rule measures from the floor."""
        return "floor" in self.takes

    @property
    def takes_range(self) -> bool:
        """Whether the rule sees the whole band, so that an actual inside a range need not count as its edge."""
        return "band" in self.takes

    def sentence(self) -> str:
        """How a KPI is scored, to be read by somebody who does not know the method; without a full stop."""
        rule = self.words or f"Each KPI is scored by the rule of {self.name}, {self.rule} ({self.source})"
        if self.compute is rules.linear_attainment and not self.words:
            rule = KIT_WORDS
        steps = {"none": [], "round": ["rounded to a whole number"], "truncate": ["cut to a whole number"]}[
            self.rounding
        ]
        if self.clamp:
            low, high = (f"{limit:g}".replace("-", "−") for limit in self.clamp)
            one_side = f"at most {high}" if np.isinf(self.clamp[0]) else f"at least {low}"
            steps.append(f"held between {low} and {high}" if np.isfinite(self.clamp).all() else one_side)
        steps.append("times 100" if self.full == 1 else f"times 100 / {self.full:g}")
        steps += ["held between 0 and 100"] if self.held else []
        return f"{rule}; {', '.join(steps)}, it is the score"


def figure(value: float, digits: int = 6) -> str:
    """A number with the digits that a pocket calculator needs, and no more: a plain minus, as it is typed."""
    if np.isnan(value):
        return "none"
    if value == 0 or 1e-3 <= abs(value) < 1e15:
        # Beyond 15 significant digits stands what floating point leaves behind.
        digits = min(digits, 14 - int(np.log10(max(abs(value), 1.0))))
        text = f"{value:,.{digits}f}"
        return text.rstrip("0").rstrip(".") if digits else text
    return f"{value:.6g}"


def bracketed(value: float) -> str:
    """A number in a line of arithmetic, in brackets where it is below 0."""
    return f"({figure(value)})" if value < 0 else figure(value)


COLOUR_SCORES = np.array([100.0, 50.0, 0.0, np.nan, np.nan])
"""What a status counts as where parents take the mean of colours, in the order of `STATUSES`."""


def status_codes(share: ArrayLike, at_risk: ArrayLike, on_target: ArrayLike) -> np.ndarray:
    """Index into `STATUSES` for a share and its thresholds; the edge belongs to the better band, NaN is `no_data`."""
    rounded = rules.tidy(share)
    code = np.full(np.shape(rounded), 2, dtype=np.int8)
    code[rounded >= rules.tidy(at_risk)] = 1
    code[rounded >= rules.tidy(on_target)] = 0
    code[np.isnan(rounded)] = 3
    return code
