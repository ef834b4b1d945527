"""Frames as `bsclib.scenarios` gives them, made by hand: the levels and effects that a test says, and nothing
fitted."""

import numpy as np
import pandas as pd

from bsclib.model import periods

LEVELS = ("scorecard", "perspective", "objective", "kpi")


def result(card, effects, last="2026-06", horizon=24, start=None, spread=1.0, chance=0.6, first_month=None):
    """What `whatif` gives: every id at a level, with an effect that grows to what `effects` says, others without one.

    `start` holds levels by id (default 60), `spread` how wide the bands are in multiples of the effect, `first_month`
    months by id; without it the column is left out, as where nobody knows.
    """
    first = periods.span(last)[0] + 1
    levels = [
        (card.id, "scorecard"),
        *((one.id, "perspective") for one in card.perspectives),
        *((one.id, "objective") for one in card.objectives),
        *((one.id, "kpi") for one in card.kpis),
    ]
    rows = []
    for step in range(horizon):
        share = (step + 1) / horizon
        for id, level in levels:
            at, effect = (start or {}).get(id, 60.0), share * effects.get(id, 0.0)
            half = spread * (0.6 * abs(effect) + 0.02 * abs(at) * np.sqrt(share))
            moved = spread * 0.6 * abs(effect)
            rows.append(
                {
                    "unit": "",
                    "period": periods.period_of(first + step),
                    "level": level,
                    "id": id,
                    "without": at,
                    "with_": at + effect,
                    "low": at + effect - half,
                    "high": at + effect + half,
                    "effect": effect,
                    "effect_low": effect - moved,
                    "effect_high": effect + moved,
                    "chance_of_target": chance if effects else 0.4,
                }
            )
    frame = pd.DataFrame(rows)
    frame["level"] = pd.Categorical(frame["level"], LEVELS, ordered=True)
    return frame if first_month is None else frame.assign(first_month=frame["id"].map(first_month).fillna(""))


def compared(card, scenarios, **more):
    """What `compare` gives: a result for each scenario, one below the other, named in the first column."""
    parts = []
    for name, effects in scenarios.items():
        part = result(card, effects, **more)
        part.insert(0, "scenario", name)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def drivers(*rows):
    """What `drivers` gives, from (kpi, change, effect, low, high, through)."""
    return pd.DataFrame(rows, columns=["kpi", "change", "effect", "low", "high", "through"])


def frontier(*rows):
    """What `frontier` gives, from (budget, score, low, high, initiatives, next_unit)."""
    return pd.DataFrame(rows, columns=["budget", "score", "low", "high", "initiatives", "next_unit"])
