"""How often the bands of a scenario hold what would really have happened, how wide they are, and what they cost.

    python tests/bench/bench_scenario.py [--replicates 30]

Worlds of known links (`worlds.py`) come from seeds that were not used while the method was chosen (those were below
1,000). In each world every KPI in turn is moved by one, for good, and the effect on every other KPI that it can reach,
in truth or by the map, is looked at twelve months later: does the 90 % band hold the truth? *Affected* are the pairs in
which the true effect is not 0; the others are easily covered. The naive band draws the supported links only, each from
its estimate and standard error, without what else the map claims.
"""

import argparse
import os
import time
from dataclasses import replace

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from worlds import KPIS, LAGS, OWN, World, as_scorecard, world

from bsclib import read_actuals, read_scorecard
from bsclib.model.build import build
from bsclib.scenarios.fitting import FittedMap, fit_map
from bsclib.scenarios.limited_scale import keep_inside
from bsclib.scenarios.paths import draw_baseline, draw_equations, effect_paths
from bsclib.scenarios.projection import BAND, project, quantiles

FIRST_SEED = 40_000
MONTH, DRAWS = 12, 1_000
HARD = {"hidden": 0.6, "trends": True}
WORLDS: list[tuple[str, int, dict, float]] = [
    ("plain", 36, {}, 0.88),
    ("plain", 60, {}, 0.88),
    ("plain", 120, {}, 0.88),
    ("hidden driver, trends, smooth seasons", 36, {**HARD, "seasons": "smooth"}, 0.85),
    ("hidden driver, trends, smooth seasons", 60, {**HARD, "seasons": "smooth"}, 0.85),
    ("hidden driver, trends, smooth seasons", 120, {**HARD, "seasons": "smooth"}, 0.85),
    ("hidden driver, trends, ragged seasons", 60, {**HARD, "seasons": "ragged"}, 0.85),
    ("half the lags wrong by one", 60, {"wrong_lags": True}, 0.85),
]


def truth(one: World, months: int, own: np.ndarray | float = OWN) -> np.ndarray:
    """What a lasting step of each KPI (rows) by one does to every KPI (columns) after so many months."""
    own = np.reshape(own, (-1, 1))
    by_lag = np.zeros((LAGS, KPIS, KPIS))
    by_lag[one.true_lag, one.effect, one.cause] = one.by
    at_once = np.linalg.inv(np.eye(KPIS) - by_lag[0])
    rest, moved = np.zeros((months + 1, KPIS, KPIS)), np.zeros((months + 1, KPIS, KPIS))
    for t in range(months + 1):
        now = by_lag[0] + (own * rest[t - 1] if t else 0.0)
        for lag in range(1, min(t, LAGS - 1) + 1):
            now = now + by_lag[lag] @ moved[t - lag]
        rest[t] = at_once @ now
        moved[t] = np.eye(KPIS) + rest[t]
    return moved[months].T


def reached(one: World) -> np.ndarray:
    """Which KPIs (columns) each KPI (rows) can reach by the map, itself left out; true links are among the claims."""
    found = np.zeros((KPIS, KPIS), dtype=bool)
    found[one.cause, one.effect] = True
    for _ in range(3):
        found |= (found.astype(int) @ found.astype(int)) > 0
    np.fill_diagonal(found, False)
    return found


def step_responses(fit: FittedMap, horizon: int, draws: int, seed: int = 1) -> np.ndarray:
    """How far a lasting step of each KPI i by one moves each KPI j (draws, horizon + 1, i, j), in their own units."""
    drawn = draw_equations(fit, draws, np.random.default_rng(seed))
    count, step = len(fit.equations), np.ones((horizon + 1, 1), dtype=np.float32)
    out = np.zeros((draws, horizon + 1, count, count), dtype=np.float32)
    for i in range(count):
        for j, path in effect_paths(fit, drawn, {i: step}, horizon + 1).items():
            out[:, :, i, j] = path.T
    return out


def baseline_values(fit: FittedMap, horizon: int, draws: int, seed: int = 1) -> np.ndarray:
    """The KPIs' values (months, KPIs, draws) when nothing is done."""
    rng = np.random.default_rng(seed)
    values = draw_baseline(fit, draw_equations(fit, draws, rng), horizon, rng)
    keep_inside(fit, values)
    return values


def naive(fit: FittedMap) -> FittedMap:
    """The same map with nothing but its supported links, as sure as they were."""
    supported = (fit.evidence["verdict"] == "supported").to_numpy()
    return replace(fit, equations=tuple(replace(one, by=one.by * supported[one.links]) for one in fit.equations))


def replicate(seed: int, months: int, options: dict) -> dict[str, float]:
    """What is counted in one world."""
    one = world(seed, months, **options)
    fit, real, some = fit_map(*as_scorecard(one)), truth(one, MONTH), reached(one)
    affected, out = some & (np.abs(real) > 1e-9), {}
    for name, map_ in {"": fit, "naive ": naive(fit)}.items():
        low, middle, high = np.quantile(step_responses(map_, MONTH, DRAWS)[:, MONTH], BAND, axis=0)
        held = (low - 1e-9 <= real) & (real <= high + 1e-9)
        out |= {f"{name}covered": held[some].mean(), f"{name}affected": held[affected].mean()}
        out |= {f"{name}width": (high - low)[some].mean(), f"{name}aff. width": (high - low)[affected].mean()}
        out |= {f"{name}error": np.abs(middle - real)[affected].mean()}
    return out


def show_coverage(count: int) -> None:
    """The bars."""
    print(f"share of 90 % bands that hold the true effect after {MONTH} months, {count} worlds, about 75 pairs each;")
    print("of all pairs that a KPI can reach, and of those that are truly affected; mean widths; error of the median")
    for n, (name, months, options, bar) in enumerate(WORLDS):
        table = pd.DataFrame([replicate(FIRST_SEED + seed, months, options) for seed in range(count)])
        mean, spread = table.mean(), table["covered"].std() / count**0.5
        if not n:
            print(f"{'world':38}{'months':>7}{'bar':>6}{'±':>6}" + "".join(f"{column:>17}" for column in mean.index))
        print(f"{name:38}{months:7}{bar:6.2f}{spread:6.3f}" + "".join(f"{one:17.3f}" for one in mean), flush=True)
    print()


def show_forecasts(count: int) -> None:
    """How often the actuals that came lie in the 90 % band of the path without any change."""
    print("share of later actuals inside the 90 % band of the forecast, 1, 6, 12 and 24 months ahead")
    for name, months, options in (
        ("plain", 36, {}),
        ("trends", 60, {"trends": True}),
        ("hidden driver, trends, ragged seasons", 60, {**HARD, "seasons": "ragged"}),
    ):
        held = []
        for seed in range(count):
            one = world(FIRST_SEED + seed, months + 24, **options)
            later = one.values[0, months:]
            one.values = one.values[:, :months]
            low, _, high = np.quantile(baseline_values(fit_map(*as_scorecard(one)), 24, DRAWS), BAND, axis=2)
            held.append(((low <= later) & (later <= high))[[0, 5, 11, 23]].mean(axis=1))
        print(f"{name:38}{months:7}" + "".join(f"{share:8.3f}" for share in np.mean(held, axis=0)), flush=True)
    print()


def show_time(rounds: int = 5) -> None:
    """10,000 draws of 24 months of 28 KPIs, beside drawing the normals and taking the quantiles alone."""
    fit = fit_map(*large())
    changes = {f"k{k}": "+1" for k in range(4)}
    rng = np.random.default_rng(1)

    def bare(take_quantiles) -> None:
        normals = rng.standard_normal((24, 28, 10_000), dtype=np.float32)
        scores = normals[:, :20]
        for shares in (BAND, BAND, (0.5,)):  # with, effect, without
            for values in (normals, scores):
                take_quantiles(values, shares)

    def by_numpy(values: np.ndarray, shares: tuple[float, ...]) -> None:
        np.quantile(values, shares, axis=-1)

    def by_kit(values: np.ndarray, shares: tuple[float, ...]) -> None:
        quantiles(values.copy(), shares)

    jobs = {
        "normals and numpy.quantile": lambda: bare(by_numpy),
        "normals and the kit's quantiles": lambda: bare(by_kit),
        "project, 10,000 draws": lambda: project(fit, changes, None, 24, 10_000),
        "project, 2,000 draws": lambda: project(fit, changes, None, 24, 2_000),
    }
    best = dict.fromkeys(jobs, np.inf)
    for _ in range(rounds):
        for name, job in jobs.items():
            start = time.perf_counter()
            job()
            best[name] = min(best[name], time.perf_counter() - start)
    for name, spent in best.items():
        print(f"{name:38}{1000 * spent:8.0f} ms")
    whole, numpy_, kit = best["project, 10,000 draws"], *list(best.values())[:2]
    print(f"project, 10,000 draws, over the first  {whole / numpy_:8.2f}   (at most 2)")
    print(f"                       over the second {whole / kit:8.2f}   (at most 2)")
    start = time.perf_counter()
    fit_map(*large())
    print(f"{'fit_map':38}{1000 * (time.perf_counter() - start):8.0f} ms\n")


def large() -> tuple:
    """28 KPIs of 60 months, four of which drive all others, on a scorecard of 19 further nodes."""
    rng = np.random.default_rng(FIRST_SEED)
    names = [f"k{k}" for k in range(28)]
    moved = rng.standard_normal((60, 28))
    links = [(cause, effect, 1 + (cause + effect) % 4) for effect in range(4, 28) for cause in {effect % 4, effect - 4}]
    for cause, effect, lag in links:
        moved[lag:, effect] += 0.4 * moved[:-lag, cause]
    lanes = ["corporate_contribution", "user_orientation", "operational_excellence", "future_orientation"]
    card = build(
        {
            "id": "s",
            "name": "S",
            "perspectives": "it",
            "objectives": [{"id": f"o{n}", "name": f"O{n}", "perspective": lanes[n % 4]} for n in range(14)],
            "kpis": [
                {
                    "id": name,
                    "name": name,
                    "objective": f"o{k % 14}",
                    "direction": "higher_is_better",
                    "floor": -9,
                    "target": 9,
                }
                for k, name in enumerate(names)
            ],
            "links": [{"cause": f"k{c}", "effect": f"k{e}", "sign": "+", "lag": lag} for c, e, lag in links],
        }
    )
    months = [f"{2020 + t // 12}-{t % 12 + 1:02d}" for t in range(60)]
    wide = pd.DataFrame(moved, columns=names).assign(period=months)
    return card, wide.melt("period", var_name="kpi", value_name="actual")


def show_meridian() -> None:
    """The shipped case: what the bands of one question look like."""
    fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    result = project(fit, {"training-hours": "+10%"})
    last = result[result["period"] == result["period"].cat.categories[-1]]
    print("meridian, training-hours +10 %, after 24 months")
    print(last[last["effect_low"] != last["effect_high"]].round(3).to_string(index=False))


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--replicates", type=int, default=30)
    given = parser.parse_args()
    show_time()
    show_coverage(given.replicates)
    show_forecasts(given.replicates)
    show_meridian()


if __name__ == "__main__":
    main()
