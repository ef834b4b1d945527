"""Exercises of lesson 00: finding one's way around a scorecard."""

from __future__ import annotations

from collections import Counter

import pandas as pd

from bsclib.model.perspectives import GENERIC_TO_IT, PERSPECTIVES
from bsclib.model.status import STATUSES
from bsclib.scoring.method import status_codes
from bsclib.scoring.rules import DIGITS
from bsclib.study.answers import Choice, Names, Numbers, Order
from bsclib.study.exercises.case import Case, highest, names_of, status_choice, values_table
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.wording import listed


@exercise("perspectives", slips="objectives")
def counts(case: Case) -> Facts:
    """How many KPIs each perspective holds."""
    card = case.scorecard
    held = {view.id: card.objectives_of(view.id) for view in card.perspectives}
    kpis = {id: float(sum(len(card.kpis_of(one.id)) for one in objectives)) for id, objectives in held.items()}
    return Facts(
        Numbers(kpis, of=names_of(card.perspectives)),
        code=(
            "answer = {\n"
            "    view.id: sum(len(scorecard.kpis_of(objective.id)) for objective in scorecard.objectives_of(view.id))\n"
            "    for view in scorecard.perspectives\n"
            "}"
        ),
        names={"perspectives": listed(card.names[id] for id in kpis)},
        slips={"objectives": {id: float(len(objectives)) for id, objectives in held.items()}},
    )


@exercise(slips="higher", nothing="no_lower")
def direction(case: Case) -> Facts:
    """Which KPIs are better when they are lower."""
    card = case.scorecard
    lower = need(frozenset(kpi.id for kpi in card.kpis if kpi.direction == "lower_is_better"), "no_lower")
    of = names_of(card.kpis)
    return Facts(
        Names(lower, of=of, kind="KPI", others=card.names),
        code='answer = [kpi.id for kpi in scorecard.kpis if kpi.direction == "lower_is_better"]',
        slips={"higher": frozenset(of) - lower},
    )


@exercise("perspective", slips="lagging", nothing="no_leading")
def drivers(case: Case) -> Facts:
    """Which KPIs of one perspective are leading."""
    card = case.scorecard
    roles = {
        view.id: {kpi.id: kpi.role for objective in card.objectives_of(view.id) for kpi in card.kpis_of(objective.id)}
        for view in card.perspectives
    }
    asked = need([id for id, role in roles.items() if "leading" in role.values()], "no_leading")
    # Where both kinds are there to be told apart, and several of each.
    perspective = max(asked, key=lambda id: min(Counter(roles[id].values())[role] for role in ("leading", "lagging")))
    leading = frozenset(id for id, role in roles[perspective].items() if role == "leading")
    of = {id: card.names[id] for id in roles[perspective]}
    return Facts(
        Names(leading, of=of, kind="KPI of this perspective", others=card.names),
        code=(
            "answer = [\n    kpi.id\n"
            f'    for objective in scorecard.objectives_of("{perspective}")\n'
            '    for kpi in scorecard.kpis_of(objective.id)\n    if kpi.role == "leading"\n]'
        ),
        names={"perspective": case.called(perspective)},
        slips={"lagging": frozenset(of) - leading},
    )


@exercise("perspectives", slips="financial internal_process learning_growth generic")
def it_name(case: Case) -> Facts:
    """Which perspective of the IT scorecard takes the customer's place."""
    generic, it = (names_of(PERSPECTIVES[kind]) for kind in ("generic", "it"))
    return Facts(
        Choice(frozenset({GENERIC_TO_IT["customer"]}), of=it | generic, kind="perspective of the IT scorecard"),
        code='from bsclib.model.perspectives import GENERIC_TO_IT\n\nanswer = GENERIC_TO_IT["customer"]',
        names={"perspectives": listed(it.values())},
        slips={id: frozenset({GENERIC_TO_IT[id]}) for id in ("financial", "internal_process", "learning_growth")}
        | {"generic": frozenset(generic)},
    )


@exercise("scorecard at_risk on_target lenient", slips="now too_good too_bad", nothing="no_score")
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
            "at_risk": at_risk,
            "on_target": on_target,
            "lenient": "lenient" if lenient else "strict",
        },
        slips={
            "now": frozenset({now}),
            "too_good": frozenset(order[:place]),
            "too_bad": frozenset(order[place + 1 :]),
        },
        given=values_table({"score": round(row["score"], 2)}),
    )


@exercise(slips="highest lowest_kpi other", nothing="all_alike")
def worst_objective(case: Case) -> Facts:
    """Which objective stands lowest."""
    card = case.scorecard
    score = case.of("objective")["score"].dropna().round(DIGITS)
    need(score.nunique() >= 2, "all_alike")
    kpis = case.of("kpi")
    lowest_kpis = highest(-kpis["score"].round(DIGITS))
    return Facts(
        Choice(highest(-score), of=names_of(card.objectives), kind="objective", others=card.names),
        code=(
            case.code_of_now + 'objectives = now[now["level"] == "objective"].set_index("id")\n'
            'answer = objectives["score"].idxmin()'
        ),
        slips={
            "highest": highest(score),
            "lowest_kpi": frozenset(kpis.loc[list(lowest_kpis), "parent"]),
            "other": frozenset(score.index),
        },
    )


@exercise(nothing="all_alike")
def ranking(case: Case) -> Facts:
    """The perspectives in order of their scores."""
    card = case.scorecard
    score = case.of("perspective")["score"].dropna().round(DIGITS).sort_values()
    need(score.nunique() >= 2, "all_alike")
    tiers = tuple(frozenset(tied.index) for _, tied in score.groupby(score))
    return Facts(
        Order(tiers, of=names_of(card.perspectives), kind="perspective", others=card.names),
        code=(
            case.code_of_now + 'perspectives = now[now["level"] == "perspective"].dropna(subset=["score"])\n'
            'answer = perspectives.sort_values("score")["id"].tolist()'
        ),
    )
