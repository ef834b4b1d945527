"""Weights shaken beside the bare product of matrices, and all methods compared beside single scores.

Ratios within one run, the median of several rounds taken in turn; on one thread, so that what is compared is work, and
not who gets the other cores.
"""

import os
import statistics

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pandas as pd
from made import KPIS, case, seconds

from bsclib import read_actuals, read_scorecard, score
from bsclib.model.nouns import Scorecard
from bsclib.scoring.compare import compare_methods
from bsclib.scoring.methods import METHODS
from bsclib.scoring.sensitivity.weights import SEED, draw_shares, regimes, shake_weights
from bsclib.scoring.tree import ALL, score_tree

UNITS, MONTHS, DRAWS, ROUNDS = 5, 60, 10_000, 11


def draw(tree) -> None:
    """The draw by itself, as shake_weights makes it."""
    ((_, shares),) = regimes(tree)
    draw_shares(tree, shares, 50.0, DRAWS, np.random.default_rng(SEED))


def shaken(scores: pd.DataFrame, ids: list[str] | None, quantiles: bool) -> float:
    """Shaking, the draw apart, over the bare product of draws × KPIs and KPIs × unit-periods."""
    tree = score_tree(scores, ALL, ALL)
    weights = np.random.default_rng(1).dirichlet(np.ones(KPIS), DRAWS)
    totals = np.ascontiguousarray(np.nan_to_num(tree.numbers["score"][:, tree.kpis]).T)
    rounds = [
        (
            seconds(shake_weights, scores, DRAWS, unit=ALL, period=ALL, ids=ids, quantiles=quantiles),
            seconds(draw, tree),
            seconds(np.matmul, weights, totals),
        )
        for _ in range(ROUNDS)
    ]
    return statistics.median((whole - apart) / bare for whole, apart, bare in rounds)


def compared(card: Scorecard, actuals: pd.DataFrame) -> float:
    """All methods compared over as many single scores by the kit's method."""
    count = sum(method.part == "attainment" for method in METHODS.values())
    rounds = [
        (
            seconds(compare_methods, card, actuals, unit=ALL, period=ALL),
            sum(seconds(score, card, actuals) for _ in range(count)),
        )
        for _ in range(ROUNDS)
    ]
    return statistics.median(whole / single for whole, single in rounds)


def main() -> None:
    """Print the ratios."""
    card, actuals = case(UNITS, MONTHS, gaps=False)
    scores = score(card, actuals)
    scores = scores[scores["unit"] != ""]
    gaps = score(card, case(UNITS, MONTHS, gaps=True)[1])
    gaps = gaps[gaps["unit"] != ""]
    print(f"{DRAWS:,} draws of weights × {UNITS * MONTHS} unit-periods × {KPIS} KPIs / bare product, the draw apart")
    print(f"  the total: chances of each status {shaken(scores, [card.id], False):6.2f}   (at most 5)")
    print(f"  the total, 1 % of data missing    {shaken(gaps, [card.id], False):6.2f}")
    print(f"  the total, quantiles too          {shaken(scores, [card.id], True):6.2f}")
    print(f"  all 19 parents                    {shaken(scores, None, False):6.2f}")
    print(f"  all 19 parents, quantiles too     {shaken(scores, None, True):6.2f}")
    print(f"compare_methods() on {UNITS} units × {MONTHS} months, every method")
    print(f"  time / as many single score()s    {compared(card, actuals):6.2f}   (at most 1.5)")
    shipped = compared(read_scorecard("meridian"), read_actuals("meridian"))
    print(f"  the same on the shipped case      {shipped:6.2f}")


if __name__ == "__main__":
    main()
