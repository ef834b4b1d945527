"""Small scorecards above and below each other, and any of them that chance gives."""

import pandas as pd
from hypothesis import strategies as st

from bsclib.model.build import build


def card(id, objectives, kpis=(), **more):
    """A scorecard: `objectives` are ids with what each supports; `kpis` ids with objective and fields."""
    return build(
        {
            "id": id,
            "name": f"The {id}",
            "perspectives": [{"id": "all", "name": "All"}],
            "objectives": [
                {
                    "id": name,
                    "name": name.capitalize(),
                    "perspective": "all",
                    "owner": f"Owner of {name}",
                    "supports": to,
                }
                for name, to in objectives.items()
            ],
            "kpis": [kpi(*row) for row in kpis] or [kpi(f"{id}-k", next(iter(objectives)))],
            **more,
        }
    )


def kpi(id, objective, fields=None):
    """A KPI from 0 to 100."""
    usual = {"id": id, "name": id.capitalize(), "objective": objective, "direction": "higher_is_better"}
    return usual | {"target": 100, "floor": 0} | (fields or {})


def secondary(goal):
    return {"goal": goal, "strength": "secondary"}


def actuals(rows, period="2026-06"):
    """Actuals of one month: by KPI a number, or by KPI and unit."""
    given = [
        (unit, kpi, value)
        for kpi, values in rows.items()
        for unit, value in (values.items() if isinstance(values, dict) else [("", values)])
    ]
    return pd.DataFrame(given, columns=["unit", "kpi", "actual"]).assign(period=period)


@st.composite
def towers(draw):
    """Two to four levels of scorecards; KPIs are shared at random, and everything supports anything above."""
    cards, above = [], []
    for level in range(draw(st.integers(2, 4))):
        for place in range(draw(st.integers(1, 2))):
            id = f"l{level}{'ab'[place]}"
            objectives = {}
            for at in range(draw(st.integers(1, 3))):
                goals = draw(st.lists(st.sampled_from(above), max_size=3, unique=True)) if above else []
                objectives[f"o{at}"] = [
                    secondary(goal) if draw(st.booleans()) else goal for goal in draw(st.permutations(goals))
                ]
            shared = draw(st.lists(st.sampled_from(["p", "q", "r", "s"]), max_size=3, unique=True))
            kpis = [(name, draw(st.sampled_from(sorted(objectives)))) for name in shared]
            cards.append(card(id, objectives, [*kpis, (f"{id}-own", "o0")]))
        above = [f"{one.id}.{objective.id}" for one in cards for objective in one.objectives if one.id[1] == str(level)]
    return cards
