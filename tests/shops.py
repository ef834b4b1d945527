"""A shop without a map of its own, and actuals that all rise."""

import numpy as np
import pandas as pd

from bsclib.model.build import build

MONTHS = [f"{2022 + at // 12}-{at % 12 + 1:02d}" for at in range(48)]


def shop(*links, **more):
    """KPIs a to e; c and d are computed from the same quantity."""
    formulas = {"c": "cost / users", "d": "100 * cost / budget"}
    plain = {"objective": "do", "direction": "higher_is_better", "floor": 0, "target": 9}
    return build(
        {
            "id": "shop",
            "name": "Shop",
            "perspectives": [{"id": "all", "name": "All"}],
            "objectives": [{"id": "do", "name": "Do it", "perspective": "all"}],
            "kpis": [{"id": id, "name": id.upper(), "formula": formulas.get(id, ""), **plain} for id in "abcde"],
            "links": [dict(zip(("cause", "effect", "sign", "lag"), link, strict=False)) for link in links],
            **more,
        }
    )


def rising(seed=1):
    random, month = np.random.default_rng(seed), np.arange(48)
    frames = [pd.DataFrame({"kpi": id, "period": MONTHS, "actual": month + random.normal(size=48)}) for id in "abcde"]
    return pd.concat(frames, ignore_index=True)
