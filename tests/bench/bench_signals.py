"""False alarms and steps found in worlds whose truth is known; whether bands hold what they say; and how fast it is.

    python tests/bench/bench_signals.py [--m3 FILE]

FILE is your own copy of the monthly series of the M3 competition: the sheet M3Month of M3C.xls, which the International
Institute of Forecasters offers (forecasters.org), saved as CSV or .xlsx: a row a series, its months in columns 1, 2, ….
Ratios of the processor's time within one run, the median of several rounds taken in turn.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

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
# 18 months ahead of all 1,428 monthly series, from the forecasts of the competition that the R package Mcomp keeps
# (M3Forecast); Makridakis, S. and Hibon, M. (2000), The M3-Competition: results, conclusions and implications,
# International Journal of Forecasting 16, 451-476, print 16.91, 15.30, 14.59 and 13.85.
M3_ERRORS = {
    "m3-monthly-NAIVE2": 16.89,
    "m3-monthly-SINGLE": 15.30,
    "m3-monthly-DAMPEN": 14.58,
    "m3-monthly-THETA": 13.93,
}
M3_AHEAD, M3_LONGEST = 18, 120
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


def read_m3(path: str) -> list[np.ndarray]:
    """The monthly series of a copy of the M3 competition, the months to be forecast included."""
    table = pd.read_csv(path) if Path(path).suffix.casefold() == ".csv" else pd.read_excel(path)
    months = table[[name for name in table.columns if str(name).strip().isdigit()]].to_numpy(dtype=float)
    series = [row[~np.isnan(row)] for row in months]
    if not series or min(map(len, series)) < 24 + M3_AHEAD:
        sys.exit(f"{path}: no M3 monthly series (rows with columns 1, 2, … that hold {24 + M3_AHEAD} months or more)")
    return series


def m3_table(path: str) -> bool:
    """Print how many of the last twelve months of M3's series lie in their band, and errors beside published ones."""
    series = read_m3(path)
    print(f"\nM3, {len(series):,} monthly series: actuals within the band of 90 %, 12 months ahead")
    kept = True
    for points in (24, 36, 60):
        values = np.stack([one[-points - 12 :] for one in series if len(one) >= points + 12])
        share = coverage(values, points)
        kept &= BAND[0] <= share <= BAND[1]
        print(f"{points:>3} points, {len(values):>5,} series{share:8.3f}")
    past = np.full((len(series), M3_LONGEST), np.nan)
    for row, one in zip(past, series, strict=True):
        known = one[:-M3_AHEAD][-M3_LONGEST:]
        row[M3_LONGEST - len(known) :] = known
    later = np.stack([one[-M3_AHEAD:] for one in series])
    expected = predict_many(past, np.tile(np.arange(M3_LONGEST), (len(past), 1)), 12, M3_AHEAD)[0]
    error = float((200 * np.abs(later - expected) / (np.abs(later) + np.abs(expected))).mean())
    print(f"symmetric error, {M3_AHEAD} months ahead, %: the mean of three {error:.2f}; published:", end=" ")
    print(", ".join(f"{name} {value:.2f}" for name, value in M3_ERRORS.items()))
    return kept and error <= M3_ERRORS["m3-monthly-SINGLE"]


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
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--m3", default="", help="M3's monthly series: the sheet M3Month of M3C.xls as CSV or .xlsx")
    given = parser.parse_args()
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
    if given.m3:
        kept.append(m3_table(given.m3))
    else:
        print("\nM3: left out, for want of --m3 (the sheet M3Month of M3C.xls of forecasters.org, as CSV or .xlsx)")
    print("\nevery bar is kept" if all(kept) else "\nA BAR IS NOT KEPT")
    sys.exit(not all(kept))


if __name__ == "__main__":
    main()
