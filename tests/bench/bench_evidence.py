"""How well the links that exist are told from those that do not, beside other methods, and what it costs.

    python tests/bench/bench_evidence.py [--replicates 30] [--without-rivals] [--sales FILE] [--insurance FILE]

Worlds of known links come from seeds that were not used while the method was chosen (those were below 20,000). PCMCI+
is compared when tigramite (GPL) is installed. The series of Box and Jenkins (columns `sales`, `lead`) and of Hyndman
and Athanasopoulos (`Quotes`, `TV.advert`) are read from copies of your own, such as those of the R packages datasets
and fpp2.
"""

import argparse
import importlib.util
import os
import statistics
import time
from collections.abc import Callable, Iterator

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from rivals import RIVALS
from scipy import stats
from worlds import World, as_scorecard, card_of, long, world

from bsclib import read_actuals, read_scorecard
from bsclib.causality.evidence.claims import claims
from bsclib.causality.evidence.engine import Findings, Panel, examine
from bsclib.causality.evidence.judging import POWER, Q
from bsclib.causality.evidence.links import link_evidence
from bsclib.causality.map_claims import placebo_check
from bsclib.causality.truth import read_truth
from bsclib.files.paths import shipped_folder

FIRST_SEED = 20_000
HARD = {"hidden": 0.6, "trends": True}
SCENARIOS: list[tuple[str, int, int, dict, float]] = [
    ("plain", 36, 0, {}, 0.75),
    ("plain", 60, 0, {}, 0.90),
    ("plain", 120, 0, {}, 0.95),
    ("half the lags wrong by one", 60, 1, {"wrong_lags": True}, 0.87),
    ("hidden driver, trends, smooth seasons", 60, 0, {**HARD, "seasons": "smooth"}, 0.85),
    ("hidden driver, trends, ragged seasons", 60, 0, {**HARD, "seasons": "ragged"}, 0.85),
]
MORE: list[tuple[str, int, int, dict]] = [
    ("window 1, all lags right", 36, 1, {}),
    ("window 1, all lags right", 60, 1, {}),
    ("window 1, all lags right", 120, 1, {}),
    ("plain", 24, 0, {}),
    ("hidden driver twice as strong", 60, 0, {"hidden": 1.2}),
    ("hidden driver twice as strong", 120, 0, {"hidden": 1.2}),
    ("five units", 24, 0, {"units": 5}),
    ("five units, half the noise shared", 24, 0, {"units": 5, "shared": 0.5}),
    ("five units, half the noise shared", 60, 0, {"units": 5, "shared": 0.5}),
    ("five units, one hidden driver", 60, 0, {"units": 5, "hidden": 0.6}),
]


def by_kit(one: World, window: int) -> Findings:
    """The kit's findings."""
    return examine([Panel(one.values, claims(one.cause, one.effect, one.lag, one.sign, window))])


def f1(supported: np.ndarray, exists: np.ndarray) -> float:
    """Harmonic mean of precision and recall."""
    return 2 * float((supported & exists).sum()) / max(1, int(supported.sum() + exists.sum()))


def replicate(one: World, window: int) -> dict[str, float]:
    """What is counted in one world; NaN where there was nothing to count."""
    found = by_kit(one, window)
    judged, exists = found.judged, one.exists
    inside = (judged.low <= one.by) & (one.by <= judged.high)
    robust = np.array([all(found.robust.get(n, (False,))) for n in range(len(exists))])

    def share(of: np.ndarray, among: np.ndarray) -> float:
        return float(of[among].mean()) if among.any() else float("nan")

    return {
        "F1": f1(judged.supported, exists),
        "found": share(judged.supported, exists),
        "false": share(judged.supported, ~exists),
        "cover": share(inside, judged.supported),
        "ref. true": share(judged.refuted, exists),
        "ref. false": share(judged.refuted, ~exists),
        "rob. true": share(robust, judged.supported & exists),
        "rob. false": share(robust, judged.supported & ~exists),
        "placebo": found.placebos_supported / max(found.placebos, 1),
        "cut": judged.cut,
    }


def run(count: int, months: int, window: int, options: dict) -> pd.DataFrame:
    """One row a world."""
    return pd.DataFrame([replicate(world(FIRST_SEED + n, months, **options), window) for n in range(count)])


def score_rival(rival: Callable, count: int, months: int, window: int, options: dict) -> tuple[float, float]:
    """F1 and share of false links supported, by another method."""
    pairs = []
    for n in range(count):
        one = world(FIRST_SEED + n, months, **options)
        found = rival(one, window)
        pairs.append((f1(found, one.exists), float(found[~one.exists].mean())))
    scores, false = zip(*pairs, strict=True)
    return statistics.fmean(scores), statistics.fmean(false)


def show_bars(count: int, rivals: dict[str, Callable]) -> None:
    """The bars, and the other methods beside them."""
    print(f"F1, and share of the links that do not exist that were supported; means of {count} worlds")
    print(f"{'world':40}{'months':>7}{'window':>7}{'bar':>6}{'F1':>7}{'±':>6}{'false':>7}{'cover':>7}", end="")
    print("".join(f"{name:>24}" for name in rivals))
    for name, months, window, options, bar in SCENARIOS:
        table = run(count, months, window, options)
        mean, spread = table.mean(), table["F1"].std() / count**0.5
        line = f"{name:40}{months:7}{window:7}{bar:6.2f}{mean['F1']:7.3f}{spread:6.3f}{mean['false']:7.3f}"
        print(f"{line}{mean['cover']:7.3f}", end="")
        for rival in rivals.values():
            score, false = score_rival(rival, count, months, window, options)
            print(f"{score:16.3f}  ({false:.2f})", end="", flush=True)
        print()
    print("bars: false at most 0.06, cover at least 0.88\n")


def show_more(count: int) -> None:
    """Everything else that is counted."""
    print(
        "Found and false: supported among the links that exist, and that do not; ref(uted) likewise; rob(ust) among the"
    )
    print("supported ones that exist, and that do not; placebo beside cut, the share that chance alone would let pass")
    worlds = [(name, months, window, options) for name, months, window, options, _ in SCENARIOS] + MORE
    for n, (name, months, window, options) in enumerate(worlds):
        mean = run(count, months, window, options).mean()
        if not n:
            print(f"{'world':40}{'months':>7}{'window':>7}" + "".join(f"{column:>11}" for column in mean.index))
        print(f"{name:40}{months:7}{window:7}" + "".join(f"{value:11.3f}" for value in mean), flush=True)
    print()


def show_needed(count: int) -> None:
    """Whether the range of months needed holds what is needed, for links that exist and are undecided."""
    print("months needed, where a link that exists is undecided: the truth, from 2,000 months, beside the range")
    for months in (24, 36, 60):
        inside, above, ends = [], [], []
        for n in range(count // 4):
            one = world(FIRST_SEED + n, months)
            found, long_run = by_kit(one, 0), by_kit(world(FIRST_SEED + n, 2000), 0).estimates
            judged, by = found.judged, np.where(one.exists, one.by, np.nan)
            level = Q * min(int(judged.supported.sum()) + 1, len(by)) / len(by)
            strength = (stats.norm.isf(level) + stats.norm.ppf(POWER)) * long_run.error / by
            truth = np.maximum(3 + strength**2 * long_run.free, months + 1)
            waiting = one.exists & found.tested & ~judged.supported & ~judged.refuted
            inside += list(((judged.needed_low <= truth) & (truth <= judged.needed_high))[waiting])
            above += list((truth > judged.needed_high)[waiting])
            ends += list(np.column_stack([judged.needed_low, truth, judged.needed_high])[waiting])
        low, middle, high = np.median(ends, axis=0)
        shares = f"inside {np.mean(inside):.2f}, above {np.mean(above):.2f}"
        print(f"{months:4} months, {len(inside):4} links: {shares}; medians {middle:.0f} in {low:.0f} to {high:.0f}")
    print()


def show_time(rounds: int = 15) -> None:
    """A 60-link map with all checks, over the bare least-squares fits of its twelve effects."""
    one = world(FIRST_SEED, 60)
    values, everything, bare, frames = one.values[0], [], [], []
    card, actuals = as_scorecard(one)

    def fits() -> None:
        for effect in np.unique(one.effect):
            mine = np.flatnonzero(one.effect == effect)
            rows = np.arange(6, len(values))
            terms = [np.ones(len(rows)), rows, values[rows - 1, effect]]
            terms += [values[rows - one.lag[n], one.cause[n]] for n in mine]
            np.linalg.lstsq(np.column_stack(terms), values[rows, effect], rcond=None)

    for job in (by_kit, link_evidence):
        job(*((one, 0) if job is by_kit else (card, actuals)))
    for _ in range(rounds):
        for job, spent in (
            (fits, bare),
            (lambda: by_kit(one, 0), everything),
            (lambda: link_evidence(card, actuals), frames),
        ):
            start = time.perf_counter()
            job()
            spent.append(time.perf_counter() - start)
    print(f"a 60-link map, all checks: {1000 * statistics.median(everything):.0f} ms")
    ratio = statistics.median(whole / part for whole, part in zip(everything, bare, strict=True))
    print(f"  over its {len(np.unique(one.effect))} bare least-squares fits {ratio:7.0f}   (at most 300)")
    ratio = statistics.median(whole / part for whole, part in zip(frames, bare, strict=True))
    print(f"  link_evidence(), from frame to frame, window 1 {ratio:7.0f}\n")


def show_series(sales: str, insurance: str) -> None:
    """The published series, from the user's copies."""
    columns = ["lag", "lag_found", "estimate", "low", "high", "cumulative", "p", "verdict", "robust", "hidden_driver"]
    for title, frame, lags in real_series(sales, insurance):
        cause, effect = frame.columns
        links = [{"cause": cause, "effect": effect, "sign": "+", "lag": lag, "window": 0} for lag in lags]
        found = link_evidence(card_of(frame, links), long(frame))
        print(f"{title}, lags {', '.join(map(str, lags))}, window 0")
        print(found[columns].round(4).to_string(index=False), "\n")


def real_series(sales: str, insurance: str) -> Iterator[tuple[str, pd.DataFrame, list[int]]]:
    """Title, cause and effect, and the lags to claim."""
    if sales:
        frame = pd.read_csv(sales)[["lead", "sales"]]
        yield from (("Box and Jenkins' sales with a leading indicator", frame, lags) for lags in ([1, 3], [1], [3]))
    if insurance:
        frame = pd.read_csv(insurance)[["TV.advert", "Quotes"]].set_axis(["adverts", "quotes"], axis=1)
        yield "Insurance quotes and television advertising", frame, [0, 1]


def show_meridian() -> None:
    """The shipped case beside its truth."""
    found = link_evidence(read_scorecard("meridian"), read_actuals("meridian"))
    truth = read_truth(shipped_folder() / "datasets" / "meridian" / "truth.yaml")
    real = {(link.cause, link.effect): link for link in truth.links}
    pairs = list(zip(found["cause"], found["effect"], strict=True))
    found.insert(
        5, "truth", [f"{real[pair].by:+g} at {real[pair].lag}" if pair in real else "no link" for pair in pairs]
    )
    columns = ["cause", "effect", "sign", "lag", "truth", "verdict", "lag_found", "estimate", "low", "high"]
    print("meridian, its five units in one regression, beside its truth")
    print(found[[*columns, "cumulative", "q", "robust", "hidden_driver"]].round(3).to_string(index=False))
    supported, exists = found["verdict"] == "supported", found["truth"] != "no link"
    print(f"supported {int((supported & exists).sum())} of the {int(exists.sum())} links that exist", end=", ")
    print(f"{int((supported & ~exists).sum())} of the {int((~exists).sum())} that do not")
    print(placebo_check(found).to_string(index=False))


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--replicates", type=int, default=30)
    parser.add_argument("--without-rivals", action="store_true")
    parser.add_argument("--sales", default="", help="bjsales as CSV")
    parser.add_argument("--insurance", default="", help="insurance of fpp2 as CSV")
    given = parser.parse_args()
    rivals = {} if given.without_rivals else dict(RIVALS)
    if rivals and importlib.util.find_spec("tigramite") is None:
        del rivals["PCMCI+ + BH"]
        print("tigramite is not installed: PCMCI+ is left out")
    show_bars(given.replicates, rivals)
    show_more(given.replicates)
    show_needed(given.replicates)
    show_time()
    show_series(given.sales, given.insurance)
    show_meridian()


if __name__ == "__main__":
    main()
