"""How long the roll-up over twelve levels takes, as a ratio to twelve sparse products: run by hand or `make bench`.

A thousand objectives on twelve levels, each with a KPI, in sixty months of which some have no score. The numbers alone
are timed, from what counts for what to the goals' readings; frames, and the reading of the scorecards, are not. Held to
the limit is what scorecards look like, where up to every second objective supports a second goal; the last tower, where
all do and at random, is for comparison.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array

from bsclib.design.alignment.cascade import Cascade, cascade
from bsclib.design.alignment.score_roll_up import Places, place_weights, roll_up, roll_up_steps
from bsclib.model.build import build
from bsclib.model.nouns import Scorecard

OBJECTIVES, LEVELS, MONTHS, LIMIT, USUAL, TRIES = 1_000, 12, 60, 3.0, 0.5, 30


def made_tower(more: float, rng: np.random.Generator) -> Cascade:
    """Twelve scorecards below each other; every objective supports one goal above, and a share of them a second."""
    sizes = [len(part) for part in np.array_split(np.arange(OBJECTIVES), LEVELS)]
    return cascade(_card(level, sizes, more, rng) for level in range(LEVELS))


def _card(level: int, sizes: list[int], more: float, rng: np.random.Generator) -> Scorecard:
    objectives = []
    for at in range(sizes[level]):
        supports = []
        if level:
            goals = rng.choice(sizes[level - 1], 2, replace=False)[: 1 + (rng.random() < more)]
            strengths = rng.choice(["primary", "secondary"], len(goals), p=[0.7, 0.3])
            supports = [
                {"goal": f"level-{level - 1}.goal-{goal}", "strength": str(strength)}
                for goal, strength in zip(goals, strengths, strict=True)
            ]
        objectives.append({"id": f"goal-{at}", "name": f"Goal {at}", "perspective": "all", "supports": supports})
    kpi = {"direction": "higher_is_better", "target": 1, "floor": 0}
    return build(
        {
            "id": f"level-{level}",
            "name": f"Level {level}",
            "perspectives": [{"id": "all", "name": "All"}],
            "objectives": objectives,
            # Every tenth KPI is shared with the level above.
            "kpis": [
                {
                    "id": f"kpi-{level - (at % 10 == 9 and level > 0)}-{at}",
                    "name": "K",
                    "objective": f"goal-{at}",
                    **kpi,
                }
                for at in range(sizes[level])
            ],
        }
    )


def best_of(work: Callable[[], object]) -> float:
    """The shortest of some tries, in milliseconds."""
    times = []
    for _ in range(TRIES):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def main() -> int:
    """Measure towers of several kinds; exit with 1 if one takes too long."""
    slow = 0
    for more in (0.1, 0.36, 0.5, 1.0):
        rng = np.random.default_rng(7)
        tower = made_tower(more, rng)
        pairs = [(card.id, kpi) for card in tower.cards for kpi in card.kpis]
        score = rng.uniform(0, 100, (len(pairs), MONTHS))
        score[rng.random(score.shape) < 0.02] = np.nan
        months = [str(month) for month in range(MONTHS)]
        nodes, kpis = [(card, kpi.objective) for card, kpi in pairs], [kpi.id for _, kpi in pairs]
        places = Places(nodes, kpis, [""] * len(pairs), months, np.ones(score.shape), score)
        start = time.perf_counter()
        weight = place_weights(tower, places)
        steps = roll_up_steps(tower, weight)
        made = time.perf_counter() - start
        ends = np.array([[tower.place[goal], tower.place[node]] for node, goal in tower.edges])
        step = csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(OBJECTIVES, OBJECTIVES))
        full = np.nan_to_num(score)

        def products(step: csr_array = step, full: np.ndarray = full) -> None:
            for _ in range(LEVELS):
                step @ full

        ours = best_of(lambda steps=steps, places=places: roll_up(steps, places.share, places.score))
        theirs = best_of(products)
        ratio = ours / theirs
        slow += more <= USUAL and ratio > LIMIT
        print(
            f"{len(tower.edges):,} supports, {np.count_nonzero(weight):,} ways that count: roll-up {ours:.2f} ms, "
            f"twelve products {theirs:.2f} ms, ratio {ratio:.2f} (at most {LIMIT:g}); weights once {made:.2f} s"
        )
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
