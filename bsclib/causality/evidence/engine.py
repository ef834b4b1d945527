"""A whole map tested on arrays: departures, one regression an effect, verdicts, checks, placebo links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from bsclib.causality.evidence import checks
from bsclib.causality.evidence.claims import Claims
from bsclib.causality.evidence.cleaning import Departures, depart
from bsclib.causality.evidence.judging import DEFAULT_SMALLEST, Estimates, Judged, judge
from bsclib.causality.evidence.stepwise import Fit, fit

NARROW = 36
"""Months below which only the stated lags are looked at."""


@dataclass(frozen=True)
class Panel:
    """Series that share their periods, and the links claimed between them.

    Parameters
    ----------
    values : array of shape (units, rows, columns)
        NaN where nothing was observed. A row is a period, and none is left out.
    claims : Claims
        In columns and rows of `values`.
    months : int
        Months in a row: 1, 3 or 12.
    breaks : sequence of array of shape (rows, breaks), optional
        For each column, its known breaks: 0 before, 1 after.
    """

    values: np.ndarray
    claims: Claims
    months: int = 1
    breaks: Sequence[np.ndarray] = ()


@dataclass
class Findings:
    """What the data say of every claim, in the panels' order.

    Attributes
    ----------
    estimates : Estimates
        What the regressions say; NaN for claims that could not be tested.
    judged : Judged
        What follows; false or NaN for claims that could not be tested.
    tested : array of bool
        Which could.
    shift : array of int
        The lag found less the lag stated, in rows of the panel.
    cumulative : array
        The response in the long run.
    alike : dict of int to list of int
        The claims that one cannot be told apart from; itself where that is the effect's own past.
    robust : dict of int to (bool, bool)
        Whether a supported claim holds on changes, and with lasting errors.
    apart : dict of int to array
        Each unit's estimate, where units differ.
    missing : dict of int to list of int
        Units in which a claim was not observed.
    placebos, placebos_supported : int
        How many placebo links there were, and how many would have been supported.
    """

    estimates: Estimates
    judged: Judged
    tested: np.ndarray
    shift: np.ndarray
    cumulative: np.ndarray
    alike: dict[int, list[int]] = field(default_factory=dict)
    robust: dict[int, tuple[bool, bool]] = field(default_factory=dict)
    apart: dict[int, np.ndarray] = field(default_factory=dict)
    missing: dict[int, list[int]] = field(default_factory=dict)
    placebos: int = 0
    placebos_supported: int = 0


@dataclass(frozen=True)
class _Fitted:
    """One effect's regression, the panel it is of, and where that panel's claims begin."""

    first: int
    panel: Panel
    departures: Departures
    fit: Fit
    placebos: Claims

    @property
    def at(self) -> np.ndarray:
        return self.first + self.fit.mine


def examine(panels: Sequence[Panel]) -> Findings:
    """Test every claim of a map.

    Parameters
    ----------
    panels : sequence of Panel
        Usually one; effects reported by the quarter or the year have panels of their own. All are judged together.

    Returns
    -------
    Findings

    Examples
    --------
    >>> from bsclib.causality.evidence.claims import claims
    >>> chance = np.random.default_rng(1).normal(size=(1, 90, 3))
    >>> chance[0, 2:, 1] += 0.8 * chance[0, :-2, 0]
    >>> map_ = claims(cause=np.array([0, 0]), effect=np.array([1, 2]), lag=np.array([2, 2]), sign=np.array([1, 1]))
    >>> found = examine([Panel(chance, map_)])
    >>> found.judged.supported.tolist(), found.shift.tolist()
    ([True, False], [0, 0])
    """
    total = sum(len(panel.claims) for panel in panels)
    tests = Estimates(**{one.name: np.full(total, np.nan) for one in fields(Estimates)})
    tested, shift, cumulative = np.zeros(total, dtype=bool), np.zeros(total, dtype=int), np.full(total, np.nan)
    fitted: list[_Fitted] = []
    for panel in panels:
        first = fitted[-1].first + len(fitted[-1].panel.claims) if fitted else 0
        fitted += _fit(panel, first, tests)
    for one in fitted:
        tested[one.at], cumulative[one.at] = one.fit.tested, one.fit.cumulative
        shift[one.at] = one.fit.candidates.lag[one.fit.chosen] - one.panel.claims.lag[one.fit.mine]
    judged = judge(tests.of(tested)).spread(tested)
    found = Findings(tests, judged, tested, shift, cumulative)
    for one in fitted:
        _check(found, one)
    return found


def _fit(panel: Panel, first: int, tests: Estimates) -> list[_Fitted]:
    """Fit a panel's effects, and enter what they say into `tests`."""
    departures = depart(panel.values, 12 // panel.months, panel.breaks)
    map_, noise, mock = panel.claims, own_noise(departures.left), checks.placebos(panel.claims)
    fitted = []
    for effect in np.unique(map_.effect):
        along = mock.of(mock.effect == effect)
        observed = (~np.isnan(departures.left[:, :, effect])).any(axis=0).sum() * panel.months
        one = fit(departures, map_, int(effect), bool(observed < NARROW), along)
        noise[effect] = one.noise
        fitted.append(_Fitted(first, panel, departures, one, along))
    for effect_of in fitted:
        one, at = effect_of.fit, effect_of.at
        for name in ("estimate", "error", "free", "p"):
            getattr(tests, name)[at] = getattr(one, name)
        tests.sign[at], tests.share[at] = map_.sign[one.mine], one.candidates.share[one.chosen]
        tests.rows[at], tests.values[at], tests.terms[at] = one.seen, one.values, len(one.rows.table) - one.rows.free
        with np.errstate(divide="ignore", invalid="ignore"):
            default = DEFAULT_SMALLEST * noise[one.effect] / noise[map_.cause[one.mine]]
        smallest = np.where(np.isnan(map_.smallest[one.mine]), default, map_.smallest[one.mine])
        below = [int(n) for n in np.flatnonzero(one.tested & (one.reach < smallest))]
        for n, lasting in checks.lasting_errors(one, map_, below).items():
            one.reach[n] = max(one.reach[n], lasting.reach)
        tests.smallest[at], tests.reach[at] = smallest, one.reach
    return fitted


def _check(found: Findings, fitted: _Fitted) -> None:
    one, at, panel = fitted.fit, fitted.at, fitted.panel
    found.alike |= {int(at[n]): [int(at[m]) for m in others] for n, others in enumerate(one.alike) if others}
    if len(fitted.placebos):
        p = checks.placebo_chances(one, fitted.placebos)
        found.placebos += int((~np.isnan(p)).sum())
        found.placebos_supported += int((p <= found.judged.cut).sum())
    places = [n for n in range(len(at)) if found.judged.supported[at[n]]]
    lasting = checks.lasting_errors(one, panel.claims, places)
    for n in places:
        changes = checks.holds_on_changes(one, fitted.departures, panel.claims, n)
        found.robust[int(at[n])] = changes, lasting[n].holds
    units = panel.values.shape[0]
    if units > 1:
        found.missing |= {int(at[n]): gone for n in range(len(at)) if (gone := one.missing(n, units))}
        for n in places:
            own = checks.between_units(one, n, units)
            if own.chance <= checks.APART:
                found.apart[int(at[n])] = own.estimates


def own_noise(left: np.ndarray) -> np.ndarray:
    """Standard deviation of what each column's own past leaves over, units together; NaN where there is too little."""
    now, before = left[:, 1:], left[:, :-1]
    both = ~np.isnan(now) & ~np.isnan(before)
    now, before = np.where(both, now, 0.0), np.where(both, before, 0.0)
    count, shared = both.sum(axis=(0, 1)), (now * before).sum(axis=(0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = (now**2).sum(axis=(0, 1)) - shared**2 / (before**2).sum(axis=(0, 1))
        return np.where(count > 2, np.sqrt(np.maximum(rest, 0.0) / (count - 1)), np.nan)
