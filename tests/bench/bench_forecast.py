"""How often what came lies in a forecast's band, whether its chances come true, and effects in worlds that misbehave.

    python tests/bench/bench_forecast.py [--worlds 63]

Sixteen series a world: alone, each a scorecard's KPI that no link leads to, or on the map of `worlds.py`, 60 claims of
which 24 hold. They are built on bare arrays, 60 months to fit and 12 to compare with. Seeds were not used while the
method was chosen (those were below 1,000). A band of 90 % should hold about 90 %; a chance of 30 % should come true in
30 of 100.
"""

import argparse
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from bench_scenario import MONTH, baseline_values, reached, step_responses, truth
from worlds import KPIS, LAGS, WARM_UP, World, as_scorecard, card_of, drawn_map, long

from bsclib.scenarios.fitting import FittedMap, fit_map
from bsclib.scenarios.projection import BAND, project

FIRST_SEED, MONTHS, AHEAD, DRAWS = 60_000, 60, 12, 1_000
HORIZONS = (1, 12)


@dataclass(frozen=True)
class Kind:
    """How a world misbehaves."""

    name: str
    own: float = 0.5
    wander: bool = False  # whether what nothing drives, or a series alone, is a random walk
    common: float = 0.0  # share of the noise's variance that hits all KPIs of a month alike
    volatile: float = 0.0  # standard deviation of the log of the noise's size, which lasts
    crises: bool = False  # whether that is the same for all KPIs
    growing: float = 1.0  # how many times larger noise is at the end than at the start
    heavy: bool = False  # noise of a t with three degrees of freedom
    trends: bool = False  # half of the KPIs rise or fall by 0.5 to 1.5 a year


PLAIN, OWN9 = Kind("own .5"), Kind("own .9", own=0.9)
WANDER = Kind("random walk", wander=True)
COMMON, VOLATILE = Kind("common noise .5", common=0.5), Kind("volatility", volatile=0.6)
CRISES = Kind("volatility of all alike", volatile=0.8, crises=True)
TRENDS, HEAVY, GROWING = Kind("trends", trends=True), Kind("t3 noise", heavy=True), Kind("growing", growing=3.0)


def noise(kind: Kind, rng: np.random.Generator, months: int) -> np.ndarray:
    """Noise of every KPI (months, KPIs), of variance 1 on average."""
    shape = (WARM_UP + months, KPIS)
    chance = rng.standard_t(3, shape) / np.sqrt(3) if kind.heavy else rng.standard_normal(shape)
    shared = rng.standard_normal((len(chance), 1))
    chance = np.sqrt(1 - kind.common) * chance + np.sqrt(kind.common) * shared
    log = np.zeros(shape)
    for t in range(1, len(log)):
        log[t] = 0.9 * log[t - 1] + kind.volatile * np.sqrt(1 - 0.9**2) * rng.standard_normal(KPIS)
    log = log[:, :1] if kind.crises else log
    size = np.exp(log - kind.volatile**2)
    size *= np.interp(np.arange(len(log)), [WARM_UP, WARM_UP + MONTHS], [1.0, kind.growing])[:, None]
    return chance * size


def owns(kind: Kind, driven: np.ndarray) -> np.ndarray:
    """What each KPI hands on to its next month."""
    return np.where(kind.wander & ~driven, 1.0, kind.own)


def on_map(kind: Kind, seed: int, months: int = MONTHS + AHEAD) -> tuple[World, np.ndarray]:
    """A world on the map, and what each KPI hands on."""
    rng = np.random.default_rng(seed)
    cause, effect, lag, sign, by = drawn_map(rng)
    response = np.zeros((LAGS, KPIS, KPIS))
    response[lag, effect, cause] = by
    own = owns(kind, np.isin(np.arange(KPIS), effect[by != 0]))
    moved, at_once = noise(kind, rng, months), np.linalg.inv(np.eye(KPIS) - response[0])
    for t in range(len(moved)):
        now = moved[t] + (own * moved[t - 1] if t else 0.0)
        for back in range(1, min(t, LAGS - 1) + 1):
            now = now + response[back] @ moved[t - back]
        moved[t] = at_once @ now
    values = moved[WARM_UP:] + course(kind, rng, months)
    return World(values[None], cause, effect, lag, sign, by, lag), own


def alone(kind: Kind, seed: int, months: int = MONTHS + AHEAD) -> np.ndarray:
    """Sixteen series by themselves (months, KPIs)."""
    rng = np.random.default_rng(seed)
    own, moved = owns(kind, np.zeros(KPIS, dtype=bool)), noise(kind, rng, months)
    for t in range(1, len(moved)):
        moved[t] += own * moved[t - 1]
    return moved[WARM_UP:] + course(kind, rng, months)


def course(kind: Kind, rng: np.random.Generator, months: int) -> np.ndarray:
    """The trends of every KPI (months, KPIs)."""
    rise = rng.choice([-1, 1], KPIS) * rng.uniform(0.5, 1.5, KPIS) * (rng.permutation(KPIS) < KPIS // 2)
    return kind.trends * rise * np.arange(months)[:, None] / 12


def fitted(kind: Kind, seed: int, linked: bool) -> tuple[FittedMap, np.ndarray]:
    """A map fitted to the first months of a world, and what came after them (months, KPIs)."""
    if linked:
        one, _ = on_map(kind, seed)
        values = one.values[0]
        one.values = one.values[:, :MONTHS]
        return fit_map(*as_scorecard(one)), values[MONTHS:]
    values = alone(kind, seed)
    names = [f"k{k}" for k in range(KPIS)]
    return fit_map(card_of(names, []), long(pd.DataFrame(values[:MONTHS], columns=names))), values[MONTHS:]


def held(kind: Kind, linked: bool, worlds: int, first: int) -> Iterator[np.ndarray]:
    """Which of what came lies inside the 90 % band (horizons, KPIs), world by world; and where the band begins."""
    at = np.array(HORIZONS) - 1
    for seed in range(first, first + worlds):
        fit, later = fitted(kind, seed, linked)
        low, middle, high = np.quantile(baseline_values(fit, AHEAD, DRAWS), BAND, axis=2)
        inside = (low <= later) & (later <= high)
        yield np.concatenate([inside[at], (high - low)[at], np.abs(later - middle)[at]])


def show_bands(worlds: int, first: int = FIRST_SEED) -> None:
    """Next month and month 12, on single series and on the map."""
    print(f"share of what came inside the 90 % band, {worlds * KPIS} forecasts a cell (bar .87 to .95): next month and")
    print("month 12; the bands' widths; the errors of the median")
    for linked in (False, True):
        for kind in (PLAIN, OWN9, WANDER, TRENDS, COMMON, VOLATILE, CRISES, HEAVY, GROWING):
            numbers = np.mean([*held(kind, linked, worlds, first)], axis=(0, 2))
            words = f"{'map' if linked else 'single'}, {kind.name}"
            print(f"{words:30}" + "".join(f"{number:8.3f}" for number in numbers), flush=True)
    print()


def chances(kind: Kind, linked: bool, worlds: int, first: int) -> tuple[np.ndarray, np.ndarray]:
    """The chances that were given of being on target in the coming months, and whether it came so."""
    given, came = [], []
    for seed in range(first, first + worlds):
        fit, later = fitted(kind, seed, linked)
        rng = np.random.default_rng(seed)
        aims = fit.latest + rng.uniform(-2, 2, KPIS) * np.ptp(fit.observed, axis=1) / 4
        kpis = [
            one.model_copy(update={"target": float(aim), "floor": -99.0})
            for one, aim in zip(fit.scorecard.kpis, aims, strict=True)
        ]
        card = fit.scorecard.model_copy(update={"kpis": tuple(kpis)})
        result = project(replace(fit, scorecard=card), None, None, AHEAD, DRAWS)
        chance = result.loc[result["level"] == "kpi", "chance_of_target"].to_numpy().reshape(AHEAD, KPIS)
        at = [0, 5, 11]
        given.append(chance[at].ravel())
        came.append((later >= aims)[at].ravel())
    return np.concatenate(given), np.concatenate(came)


def show_chances(worlds: int, first: int = FIRST_SEED) -> None:
    """What came of every tenth of the chances; tenths with fewer than 400 forecasts are merged with the next."""
    print("chance of being on target, months 1, 6 and 12: largest difference to what came, of tenths of 400 and more")
    for kind, linked in ((PLAIN, True), (OWN9, False), (WANDER, False), (TRENDS, True), (COMMON, True), (OWN9, True)):
        given, came = chances(kind, linked, worlds, first)
        order = np.argsort(given)
        tenth = np.minimum((given[order] * 10).astype(int), 9)
        groups: list[list[int]] = []
        for n in range(10):
            mine = order[tenth == n].tolist()
            if groups and len(groups[-1]) < 400:
                groups[-1] += mine
            else:
                groups.append(mine)
        if len(groups) > 1 and len(groups[-1]) < 400:
            last = groups.pop()
            groups[-1] += last
        off = [came[group].mean() - given[group].mean() for group in groups]
        words = f"{'map' if linked else 'single'}, {kind.name}"
        print(f"{words:30}{max(np.abs(off)):8.3f}  " + "".join(f"{each:+7.3f}" for each in off), flush=True)
    print()


def show_effects(worlds: int, first: int = FIRST_SEED) -> None:
    """Bands of what a lasting step does after twelve months."""
    print(f"share of 90 % bands that hold the true effect after {MONTH} months (bar .85): of all pairs that a KPI can")
    print("reach, of those truly affected; mean width; error of the median")
    for kind in (PLAIN, OWN9, WANDER, COMMON, VOLATILE, CRISES, HEAVY):
        rows = []
        for seed in range(first, first + worlds):
            one, own = on_map(kind, seed, MONTHS)
            real, some = truth(one, MONTH, own), reached(one)
            low, middle, high = np.quantile(
                step_responses(fit_map(*as_scorecard(one)), MONTH, DRAWS)[:, MONTH], BAND, axis=0
            )
            inside, affected = (low - 1e-9 <= real) & (real <= high + 1e-9), some & (np.abs(real) > 1e-9)
            rows.append(
                [
                    inside[some].mean(),
                    inside[affected].mean(),
                    (high - low)[some].mean(),
                    np.abs(middle - real)[affected].mean(),
                ]
            )
        print(f"{kind.name:30}" + "".join(f"{number:8.3f}" for number in np.mean(rows, axis=0)), flush=True)
    print()


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--worlds", type=int, default=63)
    parser.add_argument("--seed", type=int, default=FIRST_SEED)
    parser.add_argument("--only", choices=["bands", "chances", "effects"], nargs="*")
    given = parser.parse_args()
    for name, show in {"bands": show_bands, "chances": show_chances, "effects": show_effects}.items():
        if not given.only or name in given.only:
            show(given.worlds, given.seed)


if __name__ == "__main__":
    main()
