"""Chance that can be had again: the same seed gives the same draws on every machine.

Every function that draws takes `rng`, a seed or a generator of the caller's, and has a seed of its own for when
none is given, so that a report made twice says the same. The global random state is never read or set.
"""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np

from bsclib.errors import BscError, Fault


def generator(rng: Any, seed: int) -> np.random.Generator:
    """The caller's generator, or a new one from the caller's seed, or from `seed` where none is given."""
    if rng is None:
        return np.random.default_rng(seed)
    if isinstance(rng, np.random.Generator):
        return rng
    if not isinstance(rng, bool) and isinstance(rng, Integral) and int(rng) >= 0:
        return np.random.default_rng(int(rng))
    raise BscError(Fault("rng", "this makes no random numbers", got=repr(rng)[:80], allowed="a seed or a Generator"))


def check_draws(draws: Any, most: int = 200_000) -> int:
    """The number of draws, when it is one that can be done."""
    whole = not isinstance(draws, bool) and isinstance(draws, Integral)
    if not whole or not 1 <= draws <= most:
        raise BscError(Fault("draws", "so many cannot be drawn", got=repr(draws)[:80], allowed=f"1 to {most:,}"))
    return int(draws)
