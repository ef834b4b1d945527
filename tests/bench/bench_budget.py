"""The budget's search: 40 initiatives over 8 quarters to the end, and small tasks against all schedules there are.

Prints seconds of processor time, the gap that is left, and the largest difference from brute force. With `full` as
argument, more worlds and more draws.
"""

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy as np
from scheduled import brute_force, drawn, keeps, large, work

from bsclib.scenarios.constraints import Calendar, schedule_constraints
from bsclib.scenarios.schedule import Task

SMALL, NEAR = 25, 1e-6


def solved(draws: int, seed: int) -> bool:
    """One large task, solved to the end."""
    sample, initiatives, calendar, budget, people = large(draws=draws, seed=seed)
    began = time.process_time()
    found = Task(sample, schedule_constraints(initiatives, calendar, budget, people, [], [])).best()
    took = time.process_time() - began
    fine = keeps(found.starts, initiatives, calendar, budget, people)
    before, after = (sample.scores(starts).mean() for starts in (np.full(40, -1), found.starts))
    print(
        f"40 initiatives x 8 quarters, {draws} draws, world {seed}: {took:.1f} s, gap {found.gap:.2g} points, "
        f"{(found.starts >= 0).sum()} chosen, score {before:.2f} -> {after:.2f}, keeps to everything: {fine}",
        flush=True,
    )
    return bool(found.optimal and fine)


def difference(seed: int) -> float:
    """How far the score found lies from the best of all schedules of a small task."""
    rng = np.random.default_rng(seed)
    calendar = Calendar(3, 12)
    initiatives = [
        work(
            f"i{a}",
            cost=float(rng.integers(1, 30)),
            months=int(rng.integers(1, 10)),
            people=float(rng.integers(0, 4)),
            after=[f"i{b}" for b in range(a) if rng.random() < 0.1],
        )
        for a in range(5)
    ]
    values, effects = rng.normal(15, 40, (4, 5)), rng.normal(4, 25, (4, 5, 4, 5))
    sample, budget, people = drawn(values, effects), np.full(4, 25.0), np.full(4, 4.0)
    found = Task(sample, schedule_constraints(initiatives, calendar, budget, people, [], [])).best()
    best = brute_force(sample, initiatives, calendar, budget, people)
    return float(abs(sample.scores(found.starts).mean() - best))


def main() -> int:
    """Print what was measured; 1 when something is not solved to the end, or brute force does better."""
    full = "full" in sys.argv[1:]
    worst = max(difference(seed) for seed in range(SMALL))
    print(
        f"brute force over 5^5 schedules, {SMALL} tasks of 5 initiatives x 4 quarters: differs by at most {worst:.1e}"
    )
    done = [solved(draws, seed) for draws in ((10, 30, 60) if full else (10,)) for seed in range(3 if full else 1)]
    return int(not all(done) or worst > NEAR)


if __name__ == "__main__":
    sys.exit(main())
