"""An exercise on which practice of ITIL 4 a KPI serves."""

from __future__ import annotations

from bsclib.files.catalogue import kpi_catalogue, practice_coverage
from bsclib.study.answers import Names
from bsclib.study.exercises.case import Case, names_of
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import phrases

_DESK = ("Incident management", "Service desk", "Service level management", "Service request management")
_HOLDS = "on-hold-share"
_REASONS = {"Service level management": "promise", "Service desk": "calls"}
"""Why KPIs of these practices are none of incident management."""
_MOST = 10


@exercise("practice left also", slips="desk by_its_word", nothing="no_practice", words="incidents other")
def of_practice(case: Case) -> Facts:
    """Which KPIs of the scorecard serve one practice."""
    card = case.scorecard
    practices = kpi_catalogue().set_index("id")["practice"]
    served = {kpi.id: str(practices[kpi.catalogue]) for kpi in card.kpis if kpi.catalogue in practices.index}
    need(served, "no_practice")
    coverage = practice_coverage(card).set_index("practice")["kpis"]
    first = coverage[list(_DESK)]
    practice = str(first.idxmax() if first.max() else coverage.idxmax())
    right = frozenset(id for id, name in served.items() if name == practice)
    # Those that are easily taken for them come first.
    near = [id for id in served if id not in right and served[id] in _DESK]
    others = [kpi.id for kpi in card.kpis if kpi.id not in right and kpi.id not in near]
    shown = {*right, *[*near, *others][: max(_MOST - len(right), 0)]}
    word = practice.split()[0].casefold()
    belongs = phrases()["belongs"]
    titles = {f"practice {name}": str(name) for name in coverage.index}
    why = {id: belongs.format(kpi=card.names[id], practice=name) for id, name in served.items() if id not in right}
    why |= {f"practice {name}": phrases()["a_practice"].format(practice=practice) for name in coverage.index}
    if practice == _DESK[0]:
        for id in (id for id in why if served.get(id) in _REASONS):
            holds = card.kpi(id).catalogue == _HOLDS
            why[id] = phrases()["holds" if holds else _REASONS[served[id]]].format(kpi=card.names[id])
    return Facts(
        Names(
            right, of=names_of(card.kpis) | titles, kind="KPI", others=card.names, why=why, ask=phrases()["work_left"]
        ),
        code=(
            "from bsclib import kpi_catalogue\n\n"
            'practices = kpi_catalogue().set_index("id")["practice"]\n'
            f'answer = [kpi.name for kpi in scorecard.kpis if practices.get(kpi.catalogue) == "{practice}"]'
        ),
        names={"practice": practice, **_of_incidents(practice == _DESK[0])},
        words="incidents" if practice == _DESK[0] else "other",
        slips={
            "desk": frozenset(id for id, name in served.items() if name in _DESK),
            "by_its_word": frozenset(kpi.id for kpi in card.kpis if word in kpi.name.casefold()),
        },
        given=(("KPI", "measured in"), *((kpi.name, kpi.measured_in) for kpi in card.kpis if kpi.id in shown)),
    )


def _of_incidents(asked: bool) -> dict[str, str]:
    """What is said of incident management alone."""
    said = {"left": "failed", "also": "with_requests"}
    return {name: phrases()[phrase] if asked else "" for name, phrase in said.items()}
