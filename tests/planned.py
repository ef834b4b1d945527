"""A small organisation with a link that holds, and four initiatives, to ask what if."""

from functools import cache

import numpy as np
import pandas as pd

from bsclib import score
from bsclib.model.build import build
from bsclib.scenarios import fit_map
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import exercises_of


def kpi(id, **more):
    plain = {"name": id.title(), "objective": "do", "direction": "higher_is_better", "floor": 0, "target": 100}
    return {"id": id} | plain | more


def change(kpi, by, delay=0, ramp=0, chance=1.0):
    return {"kpi": kpi, "by": by, "delay": delay, "ramp": ramp, "chance": chance}


CARD = {
    "id": "depot",
    "name": "Depot IT",
    "perspectives": [{"id": "all", "name": "All"}],
    "objectives": [{"id": "do", "name": "Do it", "perspective": "all"}],
    "kpis": [
        kpi("courses", measured_in="%", target=80),
        kpi("speed", measured_in="%", target=90),
        kpi("waste", direction="lower_is_better", floor=60, target=20, measured_in="tons"),
        kpi("load", direction="within_range", floor=[40, 90], target=[60, 70]),
    ],
    "links": [{"cause": "courses", "effect": "speed", "sign": "+", "lag": 1, "smallest_effect": 0.1}],
    "initiatives": [
        {"id": "school", "name": "School", "start": "2026-08", "cost": 60, "months": 2, "people": 2}
        | {"changes": [change("courses", 10, delay=1, ramp=4, chance=0.6)]},
        {"id": "sorting", "name": "Sorting", "start": "2026-07", "cost": 50}
        | {"changes": [change("waste", -8, delay=4, ramp=2)]},
        {"id": "scales", "name": "Scales", "start": "2026-09", "cost": 50, "people": 1, "after": ["sorting"]}
        | {"changes": [change("waste", -6)]},
        {"id": "posters", "name": "Posters", "cost": 10},
    ],
}
FIRST, MONTHS = 2023, 42


def actuals():
    """Courses wander, speed follows them a month later, waste only swings."""
    rng = np.random.default_rng(7)
    chance = rng.standard_normal((MONTHS, 4))
    courses = 50 + 4 * chance[:, 0]
    speed = 60 + 0.8 * (np.roll(courses, 1) - 50) + 1.5 * chance[:, 1]
    wide = {"courses": courses, "speed": speed, "waste": 40 + 4 * chance[:, 2], "load": 65 + chance[:, 3]}
    frame = pd.DataFrame(wide).round(2)
    frame["period"] = [f"{FIRST + at // 12}-{at % 12 + 1:02d}" for at in range(MONTHS)]
    return frame.melt("period", var_name="kpi", value_name="actual")


@cache
def fitted():
    return fit_map(build(CARD), actuals())


def case(gains=None, **changes):
    """The small organisation, or one with parts replaced; `gains` stands for what its initiatives add alone."""
    card = build(CARD | changes)
    rows = actuals()
    rows = rows[rows["kpi"].isin([one.id for one in card.kpis])]
    found = Case(card, rows, score(card, rows))
    if not changes:
        found.__dict__["fit"] = fitted()
    if gains is not None:
        found.__dict__["gains"] = gains
    return found


def asked(name, of=None, **changes):
    return {one.name: one for one in exercises_of("05")}[name].ask(of or case(**changes))
