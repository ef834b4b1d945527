"""Exercises of lesson 00: finding one's way around a scorecard."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.perspectives import GENERIC_TO_IT, PERSPECTIVES
from bsclib.model.status import STATUSES
from bsclib.scoring.method import status_codes
from bsclib.scoring.rules import DIGITS
from bsclib.study.answers import Choice, Names, Number, Numbers
from bsclib.study.exercises.case import Case, Table, names_of, plain, status_choice, typed, values_table
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import phrases, precision
from bsclib.study.lessons.props import instructive_kpi
from bsclib.wording import counted


@exercise("perspective ranges", slips="higher", nothing="no_lower")
def direction(case: Case) -> Facts:
    """Which KPIs of one perspective are better when they are lower."""
    card = case.scorecard
    held = _kpis_of(card)
    ways = {id: Counter(kpi.direction for kpi in kpis) for id, kpis in held.items()}
    asked = need([id for id, count in ways.items() if count["lower_is_better"]], "no_lower")
    # Where all kinds are there to be told apart.
    perspective = max(asked, key=lambda id: (len(ways[id]), min(ways[id].values())))
    of, also = _numbered(held[perspective])
    lower = frozenset(kpi.id for kpi in held[perspective] if kpi.direction == "lower_is_better")
    ranges = ways[perspective]["within_range"]
    return Facts(
        Names(
            lower,
            of=of,
            kind="KPI of this perspective",
            also=also,
            others=card.names,
            why={kpi.id: phrases()[kpi.direction] for kpi in held[perspective] if kpi.id not in lower},
        ),
        code=_solution(perspective, 'kpi.direction == "lower_is_better"'),
        names={"perspective": case.called(perspective), "ranges": counted(ranges, "KPI") if ranges else ""},
        slips={"higher": frozenset(of) - lower},
        given=_given(held[perspective]),
    )


_EITHER = "staff-utilisation"
"""What may be read as a driver or as a result; the solution says why."""


@exercise("perspective", slips="lagging", nothing="no_leading")
def drivers(case: Case) -> Facts:
    """Which KPIs of one perspective are leading."""
    card = case.scorecard
    held = _kpis_of(card)
    roles = {id: Counter(kpi.role for kpi in kpis) for id, kpis in held.items()}
    asked = need([id for id, count in roles.items() if count["leading"]], "no_leading")
    # Where both kinds are there to be told apart, and several of each.
    perspective = max(asked, key=lambda id: min(roles[id][role] for role in ("leading", "lagging")))
    leading = frozenset(kpi.id for kpi in held[perspective] if kpi.role == "leading")
    of, also = _numbered(held[perspective])
    return Facts(
        Names(
            leading,
            of=of,
            kind="KPI of this perspective",
            also=also,
            others=card.names,
            why={kpi.id: phrases()["lagging"] for kpi in held[perspective] if kpi.role == "lagging"},
            ask=phrases()["leading_left"],
            because={kpi.id: _role(kpi) for kpi in held[perspective]},
            arguable=frozenset(kpi.id for kpi in held[perspective] if kpi.catalogue == _EITHER) & leading,
        ),
        code=_solution(perspective, 'kpi.role == "leading"'),
        names={"perspective": case.called(perspective)},
        slips={"lagging": frozenset(of) - leading},
        given=_given(held[perspective]),
    )


def _role(kpi: KPI) -> str:
    """Why a KPI leads or lags, as it is told to those who give up."""
    return phrases().get(f"role_{kpi.catalogue}") or phrases()[f"role_{kpi.role}"]


def _kpis_of(card: Scorecard) -> dict[str, list[KPI]]:
    """The KPIs of each perspective, as the scorecard lists them."""
    return {
        view.id: [kpi for own in card.objectives_of(view.id) for kpi in card.kpis_of(own.id)]
        for view in card.perspectives
    }


def _numbered(kpis: list[KPI]) -> tuple[dict[str, str], dict[str, str]]:
    """The names of KPIs, and the ids that their numbers in a table stand for."""
    return names_of(kpis), {str(at): kpi.id for at, kpi in enumerate(kpis, 1)}


def _given(kpis: list[KPI]) -> Table:
    rows = ((str(at), kpi.name, kpi.measured_in) for at, kpi in enumerate(kpis, 1))
    return ("number", "KPI", "measured in"), *rows


def _solution(perspective: str, condition: str) -> str:
    return (
        "answer = [\n    kpi.id\n"
        f'    for objective in scorecard.objectives_of("{perspective}")\n'
        f"    for kpi in scorecard.kpis_of(objective.id)\n    if {condition}\n]"
    )


@exercise(slips="financial internal_process learning_growth generic")
def it_name(case: Case) -> Facts:
    """Which perspective of the IT scorecard takes the customer's place."""
    generic, it = (names_of(PERSPECTIVES[kind]) for kind in ("generic", "it"))
    return Facts(
        Choice(frozenset({GENERIC_TO_IT["customer"]}), of=it | generic, kind="perspective of the IT scorecard"),
        code='from bsclib.model.perspectives import GENERIC_TO_IT\n\nanswer = GENERIC_TO_IT["customer"]',
        slips={id: frozenset({GENERIC_TO_IT[id]}) for id in ("financial", "internal_process", "learning_growth")}
        | {"generic": frozenset(generic)},
    )


@exercise(
    "scorecard at_risk on_target lenient score",
    slips="now too_good too_bad",
    nothing="no_score",
    words="on_target at_risk off_target",
)
def overall(case: Case) -> Facts:
    """The status of the whole scorecard, were its thresholds others."""
    card = case.scorecard
    row = case.of("scorecard").loc[card.id]
    need(pd.notna(row["score"]), "no_score")
    share, now = round(row["score"] / 100, DIGITS), row["status"]
    lenient = now != "off_target"  # stricter thresholds turn a good status, and milder ones a bad one
    at_risk = round(share + 0.03, 2) if now == "at_risk" else round(max(share - 0.03, 0.01), 2)
    on_target = round(min(max(at_risk, share, 0.9) + 0.05, 1.0), 2)
    right = STATUSES[int(status_codes(share, at_risk, on_target))]
    order = ["on_target", "at_risk", "off_target"]
    place = order.index(right)
    return Facts(
        status_choice(right),
        code=(
            case.code_of_now + f'share = round(now.loc[now["level"] == "scorecard", "score"].iloc[0] / 100, {DIGITS})\n'
            f'answer = "on target" if share >= {on_target} else "at risk" if share >= {at_risk} else "off target"'
        ),
        names={
            "scorecard": case.called(card.id),
            "at_risk": f"{100 * at_risk:g}",
            "on_target": f"{100 * on_target:g}",
            "lenient": "lenient" if lenient else "strict",
            "score": plain(round(row["score"], 2)),
        },
        words=right,
        slips={
            "now": frozenset({now}),
            "too_good": frozenset(order[:place]),
            "too_bad": frozenset(order[place + 1 :]),
        },
        given=values_table({"score": round(row["score"], 2)}),
    )


@exercise("kpi precision", slips="of_expected of_floor of_the_floor missing from_expected", nothing="no_way")
def by_hand(case: Case) -> Facts:
    """The score of one KPI, from its actual, its floor and what is expected by now."""
    rows = case.of("kpi")
    shown = instructive_kpi(case.scores, case.scorecard)  # worked out in the lesson
    rows = rows[(rows["attainment"] > 0.05) & (rows["attainment"] < 0.95) & (rows.index != shown)]
    rows = rows[rows["id"].isin([kpi.id for kpi in case.scorecard.kpis if kpi.direction != "within_range"])]
    need(len(rows), "no_way")
    # One that should fall, where there is one: its floor is the highest of the three numbers.
    row = (
        rows.assign(rises=rows["expected"] > rows["floor"]).sort_values(["rises", "attainment"], kind="stable").iloc[0]
    )
    floor, due, actual = (typed(float(row[name]), 4) for name in ("floor", "expected", "actual"))
    right = 100 * (actual - floor) / (due - floor)
    return Facts(
        Number(right, within=0.1, unit="score"),
        code=(
            f"floor, expected, actual = {floor!r}, {due!r}, {actual!r}\n"
            "answer = 100 * (actual - floor) / (expected - floor)"
        ),
        names={"kpi": case.called(str(row["id"])), "precision": precision(1)},
        slips={
            "of_expected": 100 * actual / due if due else float("nan"),
            "of_floor": 100 * actual / floor if floor else float("nan"),
            "of_the_floor": 100 * abs(actual - floor) / abs(floor) if floor else float("nan"),
            "missing": 100 - right,
            "from_expected": 100 * due / actual if actual else float("nan"),
        },
        given=values_table({"floor, where the score is 0": floor, "expected by now": due, "actual": actual}),
    )


_SAID = {
    "a": "“The score came out red, so we agreed that 60 is good enough.”",
    "b": "“Content users are everybody's business here.”",
    "c": "“We drew the arrows, and trained everybody for two years. Whether fewer changes fail, nobody has looked.”",
}
_STEPS = {"a": 6.0, "b": 2.0, "c": 10.0}


@exercise(slips="scored")
def skipped(case: Case) -> Facts:
    """Which step was left out, by what people say afterwards."""
    del case  # the same for every scorecard
    return Facts(
        Numbers(
            _STEPS,
            of={letter: letter for letter in _STEPS},
            why={letter: phrases()[f"skipped_{letter}"] for letter in _STEPS},
        ),
        code=f"answer = {[int(step) for step in _STEPS.values()]}",
        slips={"scored": dict.fromkeys(_STEPS, 9.0)},
        given=(("letter", "what was said"), *_SAID.items()),
    )
