"""False alarms and steps found in worlds whose truth is known; whether bands hold what they say; and how fast it is.

Ratios of the processor's time within one run, the median of several rounds taken in turn.
"""

import statistics
import sys
import time

import numpy as np
import pandas as pd

from bsclib.signals import false_alarms, forecast
from bsclib.signals.alarm_rates import WORLDS
from bsclib.signals.forecasts import predict_many
from bsclib.signals.run_rules import RULE_SETS, fired

SERIES, FORECASTS, ROUNDS, SEED = 2_000, 1_000, 7, 7
MOST = {"independent": 0.15, "season": 0.20, "trend": 0.20, "season and memory 0.5": 0.26}
MEMORY, FOUND = 0.33, 0.71
BAND = (0.88, 0.95)
RULES_BAR, FORECAST_BAR = 300, 40
AHEAD = {
    **WORLDS,
    "random walk": lambda rng, series, months: np.cumsum(rng.standard_normal((series, months)), axis=1),
    "log-normal": lambda rng, series, months: np.exp(0.5 * rng.standard_normal((series, months))),
}


def alarm_table() -> bool:
    """Print false alarms and steps found; whether all are within their bars for a baseline of 36."""
    kept = True
    for baseline in (36, 24):
        print(f"\nfalse alarm within 12 months, Wheeler's rules, {SERIES:,} series a world, baseline {baseline}")
        print(f"{'world':24}{'raw':>7}{'false':>7}{'found':>7}{'at most':>9}")
        for row in false_alarms(SERIES, baseline, seed=SEED).itertuples():
            most = MOST.get(row.world, MEMORY)
            kept &= baseline != 36 or (row.false_alarm <= most and row.found >= FOUND)
            print(f"{row.world:24}{row.raw:7.3f}{row.false_alarm:7.3f}{row.found:7.3f}{most:9.2f}")
    return kept


def coverage_table() -> bool:
    """Print how many of the next twelve months lie within bands of 90 %."""
    kept = True
    print(f"\nactuals within the band of 90 %, 12 months ahead, {FORECASTS:,} series a world")
    print(f"{'world':24}" + "".join(f"{points:>8}" for points in (24, 36, 60)) + "  points")
    for number, (world, draw) in enumerate(AHEAD.items()):
        shares = []
        for points in (24, 36, 60):
            values = draw(np.random.default_rng([SEED, points, number]), FORECASTS, points + 12)
            shares.append(coverage(values, points))
        kept &= all(BAND[0] <= share <= BAND[1] for share in shares)
        print(f"{world:24}" + "".join(f"{share:8.3f}" for share in shares))
    return kept


def coverage(values: np.ndarray, points: int) -> float:
    """The share of what comes after so many points that lies within its band of 90 %."""
    from scipy.special import stdtrit

    places = np.tile(np.arange(points), (len(values), 1))
    expected, error, free, _ = predict_many(values[:, :points], places, 12, values.shape[1] - points)
    reach = stdtrit(free, 0.95)[:, None] * error
    return float((np.abs(values[:, points:] - expected) <= reach).mean())


def ratio(fast, slow) -> float:
    """How many times the processor's time the one takes as the other; a busy machine would stop the longer one more."""
    fast(), slow()
    return statistics.median(spent(fast) / spent(slow) for _ in range(ROUNDS))


def spent(job) -> float:
    """The processor's seconds of one call."""
    start = time.process_time()
    job()
    return time.process_time() - start


def main() -> None:
    """Print all; the last line says whether every bar is kept."""
    rng = np.random.default_rng(SEED)
    places = rng.standard_normal((1_000, 60))
    rules = ratio(lambda: [fired(places, name) for name in RULE_SETS], lambda: np.cumsum(places, axis=1))
    print(f"all rules on 1,000 x 60: {rules:.0f} times a cumsum of it (bar {RULES_BAR})")
    values = rng.standard_normal((130, 60))
    months = pd.period_range("2021-01", periods=60, freq="M").astype(str)
    table = pd.DataFrame(
        {
            "kpi": np.repeat([f"k{number}" for number in range(130)], 60),
            "period": np.tile(months, 130),
            "actual": values.ravel(),
        }
    )
    at = np.arange(60)
    lines = ratio(lambda: forecast(table), lambda: [np.polyfit(at, row, 1) for row in values])
    print(f"forecasts of 130 series in one call: {lines:.1f} times 130 lines of numpy.polyfit (bar {FORECAST_BAR})")
    kept = [rules <= RULES_BAR, lines <= FORECAST_BAR, alarm_table(), coverage_table()]
    print("\nevery bar is kept" if all(kept) else "\nA BAR IS NOT KEPT")
    sys.exit(not all(kept))


if __name__ == "__main__":
    main()
