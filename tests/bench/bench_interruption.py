"""How often `effect_of` sees an effect where there is none, and where there is one: `make bench` prints the table.

Bar: where nothing happened, no more than .07 of the series at a level of .95, for a memory of up to .6.
"""

import sys
from collections.abc import Callable

import numpy as np
from scipy.signal import lfilter

from bsclib.signals.interrupted_series import ADJUST, answer
from bsclib.signals.step_regression import Observed, fit_step

FIRST = 2021 * 12
SEASON = np.array([-1, -1, 0, -1, -1, 0, -1, -1, 0, 2, 3, 1]) * 0.7
WORLDS: dict[str, tuple[float, Callable[[np.ndarray], np.ndarray]]] = {
    "independent": (0.0, lambda month: 0.0 * month),
    "memory .3": (0.3, lambda month: 0.0 * month),
    "memory .5": (0.5, lambda month: 0.0 * month),
    "memory .6": (0.6, lambda month: 0.0 * month),
    "trend": (0.0, lambda month: 0.05 * month),
    "season": (0.0, lambda month: SEASON[month % 12]),
    "season and memory .5": (0.5, lambda month: SEASON[month % 12] + 0.02 * month),
}
BAR = 0.07


def drawn(world: str, count: int, months: int, seed: int) -> np.ndarray:
    """Series of a world, a row each; their noise has a standard deviation of 1."""
    memory, course = WORLDS[world]
    noise = np.random.default_rng(seed).standard_normal((count, months + 100))
    series = lfilter([np.sqrt(1 - memory**2)], [1, -memory], noise, axis=1)[:, 100:]
    return series + course(np.arange(months))


def seen(series: np.ndarray, start: int, check: bool = True) -> float:
    """In which share of the series an effect is seen, with or without asking the same of earlier dates."""
    month = FIRST + np.arange(series.shape[1])
    told = 0
    for values in series:
        own = Observed(month, values)
        if check:
            told += answer(own, FIRST + start, None, ADJUST, 0.95, [own])["verdict"].iloc[0] == "effect_seen"
        else:
            step = fit_step(own, FIRST + start, ADJUST)
            told += step is not None and abs(step.size) > step.reach(0.95)
    return told / len(series)


def main(count: int = 1000) -> None:
    """Print the table and hold the bar."""
    print(f"{'world':24}{'months':>12}{'wrong, interval':>17}{'wrong, checked':>16}{'step of 2 seen':>16}")
    worst = 0.0
    for world in WORLDS:
        for months, start in ((60, 45), (48, 36)):
            series = drawn(world, count, months, seed=18)
            step = 2.0 * (np.arange(months) >= start)
            some = max(count // 10, 20)
            found = seen(series, start, check=False), seen(series[:some], start), seen(series[:some] + step, start)
            print(f"{world:24}{f'{start}+{months - start}':>12}{found[0]:>17.3f}{found[1]:>16.3f}{found[2]:>16.2f}")
            worst = max(worst, found[0])
    if worst > BAR:
        sys.exit(f"an effect is seen in {worst:.3f} of the series without one; at most {BAR}")


if __name__ == "__main__":
    main()
