"""How correlation is fooled: small experiments on pairs of series of which neither drives the other.

In each experiment many pairs are made that share a trend, a season, or nothing at all. Then two tests are asked
whether the one drives the other: plain correlation, and the kit's own. Both promise to say yes by mistake in 5 of 100
cases. What they say instead is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd

from bsclib.causality.correlation_test import LEVEL, LONGEST_LAG, correlation, innovations, p_value
from bsclib.causality.evidence.claims import claims
from bsclib.causality.evidence.cleaning import detrend
from bsclib.causality.evidence.judging import hidden_driver
from bsclib.causality.evidence.stepwise import fit
from bsclib.errors import BscError, Fault, UnknownNameError, unknown

LAG = 1
"""The lag that is stated beforehand, in months."""
FEWEST = 36
RISE, SWING, OWN, SHARE = 4.0, 1.5, 0.9, 0.5
"""A shared trend's rise in all, and a shared season's height, in standard deviations of the noise; how much of a month
is left in the next; the share of each series' noise that a hidden driver makes up."""
_WARM_UP = 60
_TOLD = ("p", "estimate", "error", "free")

Pairs = tuple[np.ndarray, np.ndarray]
"""Causes and effects, which are none, as arrays of shape (months, replicates)."""


@dataclass(frozen=True)
class _Error:
    """A way to be fooled: what it is called, how pairs are made, and which lags are looked at."""

    called: str
    made: Callable[[np.random.Generator, int, int], Pairs]
    scanned: bool = False
    picked: bool = False


def _noise(random: np.random.Generator, months: int, replicates: int) -> Pairs:
    cause, effect = random.normal(size=(2, months, replicates))
    return cause, effect


def _trend(random: np.random.Generator, months: int, replicates: int) -> Pairs:
    shared = np.linspace(0, RISE, months)[:, None]
    cause, effect = _noise(random, months, replicates)
    return cause + shared, effect + shared


def _season(random: np.random.Generator, months: int, replicates: int) -> Pairs:
    shared = SWING * np.sin(2 * np.pi * np.arange(months) / 12)[:, None]
    cause, effect = _noise(random, months, replicates)
    return cause + shared, effect + shared


def _own_past(random: np.random.Generator, months: int, replicates: int) -> Pairs:
    both = random.normal(size=(2, months + _WARM_UP, replicates))
    for month in range(1, both.shape[1]):
        both[:, month] += OWN * both[:, month - 1]
    return both[0, _WARM_UP:], both[1, _WARM_UP:]


def _hidden(random: np.random.Generator, months: int, replicates: int) -> Pairs:
    driver = np.sqrt(SHARE) * random.normal(size=(months + LAG, replicates))
    cause, effect = (np.sqrt(1 - SHARE) * one for one in _noise(random, months, replicates))
    return cause + driver[LAG:], effect + driver[:months]


_ERRORS = {
    "trend": _Error("a shared trend", _trend),
    "season": _Error("a shared season", _season),
    "own_past": _Error("their own past", _own_past),
    "lag_scan": _Error(f"the best of {LONGEST_LAG + 1} lags", _noise, scanned=True),
    "picked_lag": _Error("the lag stated after the scan", _noise, scanned=True, picked=True),
    "hidden_driver": _Error("a hidden driver", _hidden),
}
ERRORS = tuple(_ERRORS)
"""The ways to be fooled, by name."""


def false_positive_rates(
    errors: str | Iterable[str] = ERRORS, replicates: int = 200, months: int = 60, rng: int = 2026
) -> pd.DataFrame:
    """Count, for each of `errors`, how often pairs that do not drive each other are said to: a row each."""
    names = [errors] if isinstance(errors, str) else errors
    rows = [(_ERRORS[name].called, *_counted(name, replicates, months, rng)) for name in map(_known, names)]
    columns = ["cause_of_the_error", "plain", "tested", "hidden_driver", "replicates", "months"]
    return pd.DataFrame(rows, columns=columns)


@lru_cache(maxsize=64)
def _counted(error: str, replicates: int, months: int, rng: int) -> tuple[float, float, float, int, int]:
    """Shares of plain correlation and the kit's test that say yes, and the middle one's hidden driver."""
    cause, effect = _pairs(error, replicates, months, rng)
    way = _ERRORS[error]
    lag, sign, plain = _by_correlation(cause, effect, way.scanned)
    if not way.picked:
        lag, sign = np.full_like(lag, LAG), np.ones_like(sign)
    p, strength = _by_the_kit(cause, effect, lag, sign)
    yes = p < LEVEL
    middle = float(np.median(strength[yes])) if yes.any() else float("nan")
    return float((plain < LEVEL).mean()), float(yes.mean()), middle, replicates, months


def _known(error: str) -> str:
    if error not in _ERRORS:
        raise UnknownNameError(unknown("way to be fooled", error, ERRORS, "errors"))
    return error


def spurious_pair(error: str, months: int = 60, rng: int = 2026) -> pd.DataFrame:
    """One pair of an experiment, to look at: one that fools plain correlation as much as most."""
    cause, effect = _pairs(_known(error), 49, months, rng)
    lag, _, plain = _by_correlation(cause, effect, _ERRORS[error].scanned)
    left = innovations(detrend(np.concatenate([cause, effect], axis=1)[None]).left[0])
    beside, ahead = left[:, : cause.shape[1]], left[:, cause.shape[1] :]
    typical = np.argsort(plain)[len(plain) // 4]
    columns = {"cause": cause, "effect": effect, "cause_left": beside, "effect_left": ahead}
    chosen = {name: values[:, typical] for name, values in columns.items()}
    return pd.DataFrame(chosen, index=pd.RangeIndex(1, months + 1, name="month")).assign(lag=int(lag[typical]))


def _pairs(error: str, replicates: int, months: int, rng: int) -> Pairs:
    least = (("replicates", replicates, 1), ("months", months, FEWEST))
    faults = [Fault(name, "too few", got=str(got), allowed=f"{few} or more") for name, got, few in least if got < few]
    if faults:
        raise BscError(faults)
    return _ERRORS[error].made(np.random.default_rng([rng, ERRORS.index(error)]), months, replicates)


def _by_correlation(cause: np.ndarray, effect: np.ndarray, scanned: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The lag, the sign and the chance of the correlation that each pair is judged by."""
    months = len(cause)
    lags = np.arange(LONGEST_LAG + 1) if scanned else np.array([LAG])
    r = np.stack([correlation(cause[: months - lag], effect[lag:]) for lag in lags])
    p = np.stack([p_value(row, months - lag) for row, lag in zip(r, lags, strict=True)])
    best, each = p.argmin(axis=0), np.arange(cause.shape[1])
    return lags[best], np.where(r[best, each] < 0, -1, 1), p[best, each]


def _by_the_kit(cause: np.ndarray, effect: np.ndarray, lag: np.ndarray, sign: np.ndarray) -> Pairs:
    """The chance that the kit's test gives each pair, and the hidden driver that would explain it away."""
    many = cause.shape[1]
    left = detrend(np.concatenate([cause, effect], axis=1)[None])
    links = claims(np.arange(many), np.arange(many) + many, lag, sign)
    fits = [fit(left, links, many + n) for n in range(many)]
    p, estimate, error, free = (np.array([getattr(one, name)[0] for one in fits]) for name in _TOLD)
    return p, hidden_driver(sign * estimate / error, free)
