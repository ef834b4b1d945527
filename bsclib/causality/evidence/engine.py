"""A whole map tested on arrays: departures, one regression an effect, verdicts, checks, placebo links."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields

import numpy as np

from bsclib.actuals.breaks import CLEAR
from bsclib.causality.evidence import checks
from bsclib.causality.evidence.claims import Claims
from bsclib.causality.evidence.cleaning import Departures, Rolled, bounded, undeclared
from bsclib.causality.evidence.judging import DEFAULT_SMALLEST, Estimates, Judged, judge
from bsclib.causality.evidence.stepwise import Fit, fit, settle

# A window costs links whose lag is right and saves those that are off by a month. In simulated worlds of 33 months
# (`tests/bench`) F1 was 0.67 with a window and 0.74 without where all lags were right, and 0.62 and 0.44 where half of
# them were wrong: a choice for those who stated their lags with care.
NARROW = 36
"""Months below which only the stated lags are looked at."""


@dataclass(frozen=True)
class Panel:
    """Series that share their periods, and the links claimed between them."""

    values: np.ndarray  # (units, rows, columns); NaN where nothing was observed; a row is a period, none left out
    claims: Claims  # in columns and rows of `values`
    months: int = 1  # in a row: 1, 3 or 12
    breaks: Sequence[np.ndarray] = ()  # for each column, its known breaks (rows, breaks): 0 before, 1 after


@dataclass
class Findings:
    """What the data say of every claim, in the panels' order; false or NaN for those that could not be tested."""

    estimates: Estimates
    judged: Judged
    tested: np.ndarray
    shift: np.ndarray  # the lag found less the lag stated, in rows of the panel
    cumulative: np.ndarray  # the response in the long run
    alike: dict[int, list[int]] = field(default_factory=dict)  # claims that one cannot be told apart from, as in `Fit`
    robust: dict[int, tuple[bool, bool]] = field(default_factory=dict)  # holds in every other quarter, and in the rest
    unit_estimates: dict[int, np.ndarray] = field(default_factory=dict)  # each unit's, where units differ
    missing: dict[int, list[int]] = field(default_factory=dict)  # units in which a claim was not observed
    wrong: dict[int, int] = field(
        default_factory=dict
    )  # values of cause or effect that look wrong, and carry no weight
    moving: dict[int, tuple[int, int]] = field(default_factory=dict)  # over how many rows cause and effect are means
    shifted: dict[int, tuple[int | None, int | None]] = field(
        default_factory=dict
    )  # row from which on their level moves
    placebos: int = 0
    placebos_supported: int = 0


@dataclass(frozen=True)
class _Fitted:
    """One effect's regression, the panel it is of, and where that panel's claims begin."""

    first: int
    panel: Panel
    fit: Fit
    placebos: Claims
    wrong: np.ndarray  # how many values of each column look wrong
    rolled: Mapping[int, Rolled]  # columns that are means of their last rows
    shifted: Mapping[int, int]  # columns whose level moves without an event, and from which row on

    @property
    def at(self) -> np.ndarray:
        return self.first + self.fit.mine


def examine(panels: Sequence[Panel]) -> Findings:
    """Test every claim of a map; panels of effects that are reported less often are judged together with the others."""
    return next(found for found in examined(panels) if found is not None)


def examined(panels: Sequence[Panel]) -> Iterator[Findings | None]:
    """As `examine`; before the findings, None after each slice of the work."""
    total = sum(len(panel.claims) for panel in panels)
    tests = Estimates(**{part.name: np.full(total, np.nan) for part in fields(Estimates)})
    tested, shift, cumulative = np.zeros(total, dtype=bool), np.zeros(total, dtype=int), np.full(total, np.nan)
    fitted: list[_Fitted] = []
    for panel in panels:
        fitted += yield from _fit(panel, fitted[-1].first + len(fitted[-1].panel.claims) if fitted else 0, tests)
    judged = judge(tests)
    for of_effect in fitted:
        fit_, at, map_ = of_effect.fit, of_effect.at, of_effect.panel.claims
        settle(fit_, map_, judged.supported[at])
        tested[at], cumulative[at] = fit_.tested, fit_.cumulative
        shift[at] = fit_.candidates.lag[fit_.chosen] - map_.lag[fit_.mine]
    findings = Findings(tests, judged, tested, shift, cumulative)
    for of_effect in fitted:
        yield None
        _check(findings, of_effect)
    yield findings


def _fit(panel: Panel, first: int, tests: Estimates) -> Generator[None, None, list[_Fitted]]:
    """Fit a panel's effects, slice by slice, and enter what they say into `tests`."""
    departures, wrong = bounded(panel.values, 12 // panel.months, panel.breaks)
    map_, moved, mock = panel.claims, movement(panel.values, departures.rolled), checks.placebos(panel.claims)
    fitted, shifted = [], undeclared(departures)
    # Named is what would be offered as an event too.
    named = {k: row for k, (row, clear) in shifted.items() if clear >= CLEAR}
    if shifted:
        steps = [(np.arange(panel.values.shape[1]) >= row)[:, None].astype(float) for row, _ in shifted.values()]
        breaks = [*(panel.breaks or [np.zeros((panel.values.shape[1], 0))] * panel.values.shape[2])]
        for k, step in zip(shifted, steps, strict=True):
            breaks[k] = np.column_stack([breaks[k], step])
        yield
        levelled, _ = bounded(panel.values, 12 // panel.months, breaks)
    for effect in np.unique(map_.effect):
        yield
        along = mock.of(mock.effect == effect)
        fit_ = fit(departures, map_, int(effect), short(departures, int(effect), panel.months), along)
        fitted.append(_Fitted(first, panel, fit_, along, wrong.sum(axis=(0, 1)), departures.rolled, named))
    for of_effect in fitted:
        fit_, at = of_effect.fit, of_effect.at
        for name in ("estimate", "error", "stated_estimate", "stated_error", "free", "p", "carry"):
            getattr(tests, name)[at] = getattr(fit_, name)
        yield
        if shifted:
            _other(tests, of_effect, levelled)
        tests.sign[at], tests.share[at] = map_.sign[fit_.mine], fit_.candidates.share[fit_.chosen]
        tests.rows[at], tests.values[at] = fit_.seen, fit_.values
        tests.terms[at] = len(fit_.rows.table) - fit_.rows.free
        with np.errstate(divide="ignore", invalid="ignore"):
            default = DEFAULT_SMALLEST * fit_.noise / moved[map_.cause[fit_.mine]]
        stated = map_.smallest[fit_.mine]
        smallest, tests.default[at] = np.where(np.isnan(stated), default, stated), np.isnan(stated)
        # Refuted is the verdict on which somebody stops working, so it has to hold with lasting errors too.
        below = [int(n) for n in np.flatnonzero(fit_.tested & (fit_.reach < smallest))]
        for n, reach in checks.lasting_reach(fit_, map_, below).items():
            fit_.reach[n] = max(fit_.reach[n], reach)
        tests.smallest[at], tests.reach[at] = smallest, fit_.reach
    return fitted


def _other(tests: Estimates, fitted: _Fitted, levelled: Departures) -> None:
    """Enter what one effect's claims would say if changes of level that nobody declared were declared."""
    fit_, map_ = fitted.fit, fitted.panel.claims
    other = fit(levelled, map_, fit_.effect, short(levelled, fit_.effect, fitted.panel.months), fitted.placebos)
    # What is excluded has to be so either way.
    fit_.reach = np.fmax(fit_.reach, other.reach)
    for n, at in enumerate(fitted.at.tolist()):
        estimate, error, _, _ = other.squares.added(other.beside(n))
        for name, candidate in (("other", fit_.chosen[n]), ("other_stated", fit_.stated[n])):
            getattr(tests, f"{name}_estimate")[at] = estimate[candidate]
            getattr(tests, f"{name}_error")[at] = error[candidate]


def _check(findings: Findings, fitted: _Fitted) -> None:
    """Add what the checks say of one effect's claims, and count its placebo links."""
    fit_, at, panel = fitted.fit, fitted.at, fitted.panel
    findings.alike |= {int(at[n]): [int(at[m]) for m in others] for n, others in enumerate(fit_.alike) if others}
    if len(fitted.placebos):
        p = checks.placebo_chances(fit_, fitted.placebos)
        findings.placebos += int((~np.isnan(p)).sum())
        # At the cut that the map's own links had to pass: judged among themselves, placebos would set an easier one.
        findings.placebos_supported += int((p <= findings.judged.cut).sum())
    supported = [n for n in range(len(at)) if findings.judged.supported[at[n]]]
    for n in supported:
        findings.robust[int(at[n])] = checks.holds_in_quarters(fit_, panel.claims, n, max(3 // panel.months, 1))
    ends = fitted.wrong[panel.claims.cause[fit_.mine]] + fitted.wrong[panel.claims.effect[fit_.mine]]
    findings.wrong |= {int(n): int(count) for n, count in zip(at, ends, strict=True) if count}
    windows = {k: one.window for k, one in fitted.rolled.items()}
    for n, *places in zip(at, panel.claims.cause[fit_.mine], panel.claims.effect[fit_.mine], strict=True):
        if windows.keys() & {*places}:
            cause, effect = (windows.get(int(column), 1) for column in places)
            findings.moving[int(n)] = cause, effect
        if fitted.shifted.keys() & {*places}:
            findings.shifted[int(n)] = fitted.shifted.get(int(places[0])), fitted.shifted.get(int(places[1]))
    units = panel.values.shape[0]
    if units > 1:
        findings.missing |= {int(at[n]): gone for n in range(len(at)) if (gone := fit_.missing(n, units))}
        for n in supported:
            of_units = checks.between_units(fit_, n, units)
            if of_units.chance <= checks.APART:
                findings.unit_estimates[int(at[n])] = of_units.estimates


def short(departures: Departures, effect: int, months: int) -> bool:
    """Whether an effect was observed for too short a time to look beside the stated lags; `months` are in a row."""
    return bool((~np.isnan(departures.left[:, :, effect])).any(axis=0).sum() * months < NARROW)


def movement(values: np.ndarray, rolled: Mapping[int, Rolled]) -> np.ndarray:
    """Standard deviation of each column's values, trend, season and steps included, units together."""
    values = values.copy()
    for k, one in rolled.items():
        values[:, :, k] = one.behind.months
    with np.errstate(divide="ignore", invalid="ignore"):
        count = (~np.isnan(values)).sum(axis=1)
        apart = values - (np.nansum(values, axis=1) / count)[:, None]
        return np.sqrt(np.nansum(apart**2, axis=(0, 1)) / (count.sum(axis=0) - (count > 0).sum(axis=0)))


def own_noise(left: np.ndarray) -> np.ndarray:
    """Standard deviation of what each column's own past leaves over, units together; NaN where there is too little."""
    now, before = left[:, 1:], left[:, :-1]
    both = ~np.isnan(now) & ~np.isnan(before)
    now, before = np.where(both, now, 0.0), np.where(both, before, 0.0)
    count, shared = both.sum(axis=(0, 1)), (now * before).sum(axis=(0, 1))
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = (now**2).sum(axis=(0, 1)) - shared**2 / (before**2).sum(axis=(0, 1))
        return np.where(count > 2, np.sqrt(np.maximum(rest, 0.0) / (count - 1)), np.nan)
