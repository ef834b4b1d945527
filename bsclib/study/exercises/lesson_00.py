"""Exercises of lesson 00: finding one's way around a scorecard."""

from __future__ import annotations

from collections import Counter

import numpy as np

from bsclib.model.perspectives import GENERIC_TO_IT, PERSPECTIVES
from bsclib.model.status import STATUSES
from bsclib.model.values import Thresholds
from bsclib.scoring.method import status_codes
from bsclib.scoring.rules import DIGITS
from bsclib.study.answers import Choice, Names, Numbers, Order
from bsclib.study.exercises import STATUS_COLOURS, STATUS_WORDS, Case, Exercise, Question, Slip, apart, listed, plain


def counts(case: Case) -> Question | str:
    """How many KPIs each perspective holds."""
    card = case.scorecard
    objectives = {one.id: float(len(card.objectives_of(one.id))) for one in card.perspectives}
    kpis = {p.id: float(sum(len(card.kpis_of(o.id)) for o in card.objectives_of(p.id))) for p in card.perspectives}
    expects = Numbers(kpis, of={one.id: one.name for one in card.perspectives})
    return Question(
        text="How many KPIs does each perspective hold?\n"
        f"Give a number for each of {listed(kpis)}, in this order or by name: a list, a dict or a series.",
        expects=expects,
        words="a KPI belongs to one objective, and an objective to one perspective, so each KPI is counted once.",
        code="answer = {\n"
        "    perspective.id: sum(len(scorecard.kpis_of(one.id)) for one in scorecard.objectives_of(perspective.id))\n"
        "    for perspective in scorecard.perspectives\n"
        "}",
        hints=(
            "A KPI does not name its perspective. It names its objective, and the objective names the perspective.",
            "`scorecard.objectives_of(perspective)` and `scorecard.kpis_of(objective)` list what is inside.",
        ),
        slips=apart(expects, Slip(objectives, "these are the objectives. Each is measured by KPIs of its own.")),
    )


def direction(case: Case) -> Question | str:
    """Which KPIs are better when they are lower."""
    card = case.scorecard
    lower = frozenset(kpi.id for kpi in card.kpis if kpi.direction == "lower_is_better")
    if not lower:
        return "No KPI of this scorecard is better when it is lower."
    of = {kpi.id: kpi.name for kpi in card.kpis}
    expects = Names(lower, of=of, kind="KPI", others=card.names)
    return Question(
        text="For which KPIs is lower better?\nGive their ids or names, in any order.",
        expects=expects,
        words="for these KPIs the score rises as the actual falls.",
        code='answer = [kpi.id for kpi in scorecard.kpis if kpi.direction == "lower_is_better"]',
        hints=(
            "Think of what a KPI counts: waiting, failures and cost should fall; satisfaction should rise.",
            "Each KPI says so itself: look at `kpi.direction` for each `kpi` in `scorecard.kpis`.",
        ),
        slips=apart(expects, Slip(frozenset(of) - lower, "these are the other ones: for them lower is not better.")),
    )


def drivers(case: Case) -> Question | str:
    """Which KPIs of one perspective are leading."""
    card = case.scorecard
    roles = {
        one.id: {kpi.id: kpi.role for part in card.objectives_of(one.id) for kpi in card.kpis_of(part.id)}
        for one in card.perspectives
    }
    asked = [id for id, role in roles.items() if "leading" in role.values()]
    if not asked:
        return "Every KPI of this scorecard is lagging: it shows results, and no driver of them."
    # Where both kinds are there to be told apart, and several of each.
    perspective = max(asked, key=lambda id: min(Counter(roles[id].values())[role] for role in ("leading", "lagging")))
    leading = frozenset(id for id, role in roles[perspective].items() if role == "leading")
    of = {id: card.names[id] for id in roles[perspective]}
    expects = Names(leading, of=of, kind="KPI of this perspective", others=card.names)
    return Question(
        text=f"Which KPIs of the perspective {case.called(perspective)} are leading: drivers of a result, not the "
        "result itself?\nGive their ids or names, in any order.",
        expects=expects,
        words="a leading KPI moves first. It earns its place only while the result that it drives is measured too.",
        code="answer = [\n    kpi.id\n"
        f'    for objective in scorecard.objectives_of("{perspective}")\n'
        '    for kpi in scorecard.kpis_of(objective.id)\n    if kpi.role == "leading"\n]',
        hints=(
            "Ask of each KPI: if it moves today, does something else move later because of it?",
            "Each KPI says so itself: look at `kpi.role`.",
        ),
        slips=apart(expects, Slip(frozenset(of) - leading, "these are the lagging ones: the results.")),
    )


def it_name(case: Case) -> Question | str:
    """Which perspective of the IT scorecard takes the customer's place."""
    generic = {one.id: one.name for one in PERSPECTIVES["generic"]}
    it = {one.id: one.name for one in PERSPECTIVES["it"]}
    expects = Choice(frozenset({GENERIC_TO_IT["customer"]}), of=it | generic, kind="perspective of the IT scorecard")
    looks_at = {
        "financial": "that one asks what IT contributes to the business.",
        "internal_process": "that one asks how well IT's processes run.",
        "learning_growth": "that one asks whether IT is ready for what comes.",
    }
    return Question(
        text="The generic scorecard has a perspective “Customer”. Which one of the IT scorecard takes its place?",
        expects=expects,
        words="IT's customers are those who use its services, so the perspective looks at IT through their eyes.",
        code='from bsclib.model.perspectives import GENERIC_TO_IT\n\nanswer = GENERIC_TO_IT["customer"]',
        hints=(
            "Whom does an IT department serve?",
            f"The four are {listed(it.values())}. Each asks one question. Whose view of IT would a customer's view be?",
        ),
        slips=apart(
            expects,
            *(Slip(frozenset({GENERIC_TO_IT[id]}), says) for id, says in looks_at.items()),
            Slip(frozenset(generic), "that is a perspective of the generic scorecard. What is it called for IT?"),
        ),
    )


def overall(case: Case) -> Question | str:
    """The status of the whole scorecard."""
    card = case.scorecard
    row = case.of("scorecard").loc[card.id]
    if np.isnan(row["score"]):
        return f"Nothing could be scored in {case.period}, so there is no status to find."
    expects = Choice(frozenset({row["status"]}), of=STATUS_WORDS, kind="status", also=STATUS_COLOURS)
    own = card.thresholds
    usual, order = Thresholds(), ["on_target", "at_risk", "off_target"]
    mistaken = STATUSES[int(status_codes(row["score"] / 100, usual.at_risk, usual.on_target))]
    return Question(
        text=f"What is the status of {case.called(card.id)} in {case.period}: on target, at risk or off target?",
        expects=expects,
        words="the score, divided by 100, is compared with the scorecard's own thresholds.",
        code=f'now = scores[(scores["unit"] == "") & (scores["period"] == "{case.period}")]\n'
        'answer = now.loc[now["level"] == "scorecard", "status"].iloc[0]',
        hints=(
            "A threshold is a share: 0.7 means a score of 70.",
            "Begin at the top. Is the score as high as where “on target” begins? If not, as where “at risk” does?",
        ),
        slips=apart(
            expects,
            Slip(frozenset({mistaken}), "by a KPI's usual thresholds, perhaps; the scorecard has its own."),
            Slip(frozenset(order[: order.index(row["status"])]), "the score does not reach that far."),
            Slip(frozenset(order[order.index(row["status"]) + 1 :]), "the score reaches further than that."),
        ),
        given=(
            ("what", "value"),
            ("score", plain(round(float(row["score"]), 2))),
            ("at risk from (share)", plain(own.at_risk)),
            ("on target from (share)", plain(own.on_target)),
        ),
    )


def worst_objective(case: Case) -> Question | str:
    """Which objective stands lowest."""
    card = case.scorecard
    score = case.of("objective")["score"].dropna().round(DIGITS)
    if score.nunique() < 2:
        return f"Fewer than two objectives have different scores in {case.period}: none of them is the lowest."
    lowest = frozenset(score.index[score == score.min()])
    kpis = case.of("kpi")
    holders = frozenset(kpis.loc[kpis["score"].round(DIGITS) == kpis["score"].round(DIGITS).min(), "parent"])
    expects = Choice(lowest, of={one.id: one.name for one in card.objectives}, kind="objective", others=card.names)
    return Question(
        text=f"Which objective has the lowest score in {case.period}, for the organisation as a whole?\n"
        "Give its id or its name.",
        expects=expects,
        words="this is where to look first. Whether it matters most is another question: that depends on its weight.",
        code=f'now = scores[(scores["unit"] == "") & (scores["period"] == "{case.period}")]\n'
        'objectives = now[now["level"] == "objective"].set_index("id")\n'
        'answer = objectives["score"].idxmin()',
        hints=(
            'Keep the rows of one unit (""), one period and the level "objective".',
            "Sort them: `.sort_values('score')`. What could not be scored is not the lowest.",
        ),
        slips=apart(
            expects,
            Slip(frozenset(score.index[score == score.max()]), "this one has the highest score."),
            Slip(
                holders,
                "it holds the KPI that stands lowest, but its other KPIs lift it. Look at the objectives' own scores.",
            ),
            Slip(frozenset(score.index), "another objective has a lower score."),
        ),
    )


def ranking(case: Case) -> Question | str:
    """The perspectives in order of their scores."""
    card = case.scorecard
    score = case.of("perspective")["score"].dropna().round(DIGITS).sort_values()
    if score.nunique() < 2:
        return f"Fewer than two perspectives have different scores in {case.period}: there is nothing to put in order."
    tiers = tuple(frozenset(tied.index) for _, tied in score.groupby(score))
    return Question(
        text=f"Put the perspectives in order of their scores in {case.period}, lowest first.\n"
        "Give a list of ids or names; leave out what has no score.",
        expects=Order(tiers, of={one.id: one.name for one in card.perspectives}, kind="perspective", others=card.names),
        words="scores run from 0 to 100 whatever the KPIs are measured in, so that they can be put side by side.",
        code=f'now = scores[(scores["unit"] == "") & (scores["period"] == "{case.period}")]\n'
        'perspectives = now[now["level"] == "perspective"].dropna(subset=["score"])\n'
        'answer = perspectives.sort_values("score")["id"].tolist()',
        hints=(
            'The level is "perspective", the unit "".',
            "`sort_values` puts the lowest first, unless told otherwise.",
        ),
    )


EXERCISES = (
    Exercise("counts", counts),
    Exercise("direction", direction),
    Exercise("drivers", drivers),
    Exercise("it_name", it_name),
    Exercise("overall", overall),
    Exercise("worst_objective", worst_objective),
    Exercise("ranking", ranking),
)
