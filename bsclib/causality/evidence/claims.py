"""What a map claims, as arrays: its links, and the lags at which each is looked for."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

# Most of it, because the lag that somebody stated beforehand is the likeliest: with equal shares a wide window would
# drown it. The others share the rest (Bonferroni, weighted), because a lag found by looking around has to be paid for.
# In simulated worlds of 60 months (`tests/bench`) four fifths instead of a half raised F1 by 0.01 to 0.03 where lags
# were stated right, and cost 0.01 where half of them were wrong by a month.
STATED = 0.8
"""The stated lag's share of the error allowed inside a window; the other lags share the rest."""


@dataclass(frozen=True)
class Claims:
    """Hypothesised links, an entry each."""

    cause: np.ndarray  # columns
    effect: np.ndarray
    lag: np.ndarray  # rows
    sign: np.ndarray  # −1 or 1
    window: np.ndarray  # rows to either side of the lag
    smallest: np.ndarray  # the smallest effect that matters; NaN for the default
    earliest: np.ndarray  # the smallest lag that the window of a claim with a longer one may reach

    def __len__(self) -> int:
        return len(self.cause)

    def of(self, which: np.ndarray) -> Claims:
        """Some of the claims."""
        return Claims(**{part.name: getattr(self, part.name)[which] for part in fields(self)})


def claims(
    cause: np.ndarray,
    effect: np.ndarray,
    lag: np.ndarray,
    sign: np.ndarray,
    window: np.ndarray | int = 1,
    smallest: np.ndarray | float = np.nan,
    earliest: np.ndarray | int = 1,
) -> Claims:
    """Claims from arrays, or from one number for all of them."""
    shape = np.shape(cause)
    whole: list[np.ndarray] = [np.asarray(part, dtype=int) for part in (cause, effect, lag, sign, window, earliest)]
    whole.insert(5, np.asarray(smallest, dtype=float))
    return Claims(*(np.broadcast_to(part, shape) for part in whole))


@dataclass(frozen=True)
class Candidates:
    """Every cause at every lag that an effect's claims allow: whose claim, column, lag, sign, share of the error."""

    claim: np.ndarray
    column: np.ndarray
    lag: np.ndarray
    sign: np.ndarray
    share: np.ndarray


def candidates(claimed: Claims, narrow: bool = False) -> Candidates:
    """The candidates of all claims on one effect, each claim's stated lag first; `narrow`: at the stated lags only."""
    # A claim that says "later" is not looked for in the same row (`earliest`): what hits cause and effect at once, such
    # as a bad month for everybody, would show there, and be taken for the claim. Of 36 links that do not exist 15 in
    # 100 were supported in simulated months of which half the noise was common, and 11 without that row.
    # Without `stated`, two claims of one cause at neighbouring lags would each take credit for the other's.
    stated = set(zip(claimed.cause.tolist(), claimed.lag.tolist(), strict=True))
    rows: list[tuple[int, int, int, int, float]] = []
    for n in range(len(claimed)):
        cause, lag, sign = int(claimed.cause[n]), int(claimed.lag[n]), int(claimed.sign[n])
        window = 0 if narrow else int(claimed.window[n])
        near = range(max(lag - window, min(lag, int(claimed.earliest[n]))), lag + window + 1)
        others = [other for other in near if other != lag and (cause, other) not in stated]
        rows.append((n, cause, lag, sign, STATED if others else 1.0))
        rows += [(n, cause, other, sign, (1 - STATED) / len(others)) for other in others]
    return Candidates(*(np.array(column) for column in zip(*rows, strict=True)))
