"""A small map whose evidence is written down, so that every answer can be worked out by hand."""

import pandas as pd
from samples import table

from bsclib import score
from bsclib.causality.evidence.links import TYPES
from bsclib.model.build import build
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.question import exercises_of


def kpi(id, **more):
    return {
        "id": id,
        "name": id.title(),
        "objective": "do",
        "direction": "higher_is_better",
        "floor": 0,
        "target": 9,
    } | more


def link(cause, effect, sign="+", lag=1, **more):
    return {"cause": cause, "effect": effect, "sign": sign, "lag": lag} | more


CARD = {
    "id": "shop",
    "name": "Shop IT",
    "perspectives": [{"id": "all", "name": "All"}],
    "objectives": [{"id": "do", "name": "Do it", "perspective": "all"}],
    "kpis": [
        kpi("courses", formula="hours / staff"),
        kpi("speed", formula="100 * met / tickets"),
        kpi("smiles", formula="points / answers"),
        kpi("sales", formula="sold - returned"),
        kpi("margin", formula="(sold - cost) / sold"),
        kpi("noise"),
    ],
    "links": [
        link("courses", "speed", lag=3, smallest_effect=0.2),
        link("speed", "smiles", lag=0, smallest_effect=0.1),
        link("smiles", "sales", lag=2, smallest_effect=1),
        link("sales", "margin", lag=0),
    ],
}
NAMES = ["estimate", "low", "high", "cumulative", "p", "q", "verdict", "months"]
NAMES += ["months_needed_low", "months_needed_high", "hidden_driver"]
EVIDENCE = [
    (0.5, 0.3, 0.7, 1.5, 0.001, 0.003, "supported", 50, None, None, 0.4),
    (0.02, -0.04, 0.06, 0.04, 0.3, 0.3, "refuted", 52, None, None, 0.1),
    (0.8, -0.5, 2.1, 2.0, 0.15, 0.2, "too_little_data", 48, 70, 190, 0.2),
    (None, None, None, None, None, None, "not_testable", 52, None, None, None),
]


def case(rows=EVIDENCE, **changes):
    """The map, with another evidence or with parts of it replaced."""
    card = build(CARD | changes)
    actuals = table(*((one.id, "2026-06", 5.0) for one in card.kpis))
    found = pd.DataFrame(rows[: len(card.links)], columns=NAMES).astype(dict.fromkeys([*NAMES[:6], *NAMES[7:]], float))
    for name in ("cause", "effect", "sign", "lag"):
        found[name] = [getattr(one, name) for one in card.links][: len(found)]
    found["lag"] = found["lag"].astype("Int64")
    stated = {at: one.smallest_effect for at, one in enumerate(card.links)}
    asked = Case(card, actuals, score(card, actuals))
    found["smallest_effect"] = pd.Series(stated, dtype=float)
    found = found.assign(placebos=0, placebos_supported=0, units_differ=False).reindex(columns=list(TYPES))
    asked.__dict__["evidence"] = found
    return asked


def asked(name, of=None, **changes):
    return {one.name: one for one in exercises_of("04")}[name].ask(of or case(**changes))
