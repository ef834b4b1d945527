"""What a map claims, as arrays: its links, and the lags at which each is looked for."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

STATED = 0.5
"""The stated lag's share of the error allowed inside a window; the other lags share the rest."""


@dataclass(frozen=True)
class Claims:
    """Hypothesised links, an entry each: columns of cause and effect, lag and window in rows, sign −1 or 1.

    `smallest` is the smallest effect that matters, NaN for the default. `earliest` is the smallest lag that the window
    may reach.
    """

    cause: np.ndarray
    effect: np.ndarray
    lag: np.ndarray
    sign: np.ndarray
    window: np.ndarray
    smallest: np.ndarray
    earliest: np.ndarray

    def __len__(self) -> int:
        return len(self.cause)

    def of(self, which: np.ndarray) -> Claims:
        """Some of the claims."""
        parts = {one.name: getattr(self, one.name)[which] for one in fields(self)}
        return Claims(**parts)


def claims(
    cause: np.ndarray,
    effect: np.ndarray,
    lag: np.ndarray,
    sign: np.ndarray,
    window: np.ndarray | int = 1,
    smallest: np.ndarray | float = np.nan,
    earliest: np.ndarray | int = 0,
) -> Claims:
    """Claims from arrays, or from one number for all of them."""
    shape = np.shape(cause)

    def whole(one: np.ndarray | int) -> np.ndarray:
        return np.broadcast_to(np.asarray(one, dtype=int), shape)

    least = np.broadcast_to(np.asarray(smallest, dtype=float), shape)
    return Claims(whole(cause), whole(effect), whole(lag), whole(sign), whole(window), least, whole(earliest))


@dataclass(frozen=True)
class Candidates:
    """Every cause at every lag that an effect's claims allow: whose claim, column, lag, sign, share of the error."""

    claim: np.ndarray
    column: np.ndarray
    lag: np.ndarray
    sign: np.ndarray
    share: np.ndarray


def candidates(some: Claims, narrow: bool = False) -> Candidates:
    """The candidates of all claims on one effect; each claim's stated lag comes first.

    A lag that another claim states for the same cause belongs to that claim.

    Parameters
    ----------
    some : Claims
        On one effect.
    narrow : bool
        Whether to look at the stated lags only.

    Examples
    --------
    >>> found = candidates(claims(np.array([0]), np.array([1]), np.array([3]), np.array([1])))
    >>> found.lag.tolist(), found.share.tolist()
    ([3, 2, 4], [0.5, 0.25, 0.25])
    """
    stated = set(zip(some.cause.tolist(), some.lag.tolist(), strict=True))
    found: list[tuple[int, int, int, int, float]] = []
    for n in range(len(some)):
        cause, lag, sign = int(some.cause[n]), int(some.lag[n]), int(some.sign[n])
        window = 0 if narrow else int(some.window[n])
        near = range(max(lag - window, min(lag, int(some.earliest[n]))), lag + window + 1)
        others = [one for one in near if one != lag and (cause, one) not in stated]
        found.append((n, cause, lag, sign, STATED if others else 1.0))
        found += [(n, cause, one, sign, (1 - STATED) / len(others)) for one in others]
    return Candidates(*(np.array(one) for one in zip(*found, strict=True)))
