"""Exercises of lesson 01: objectives worth having."""

from __future__ import annotations

from collections import Counter

from bsclib.model.nouns import KPI
from bsclib.model.values import shape
from bsclib.study.answers import Choice, Names, Number
from bsclib.study.exercises import SHARE, Case, Exercise, Question, Slip, apart
from bsclib.study.exercises import pairwise as judgements

_WORDS = {
    "assignable": "assignable",
    "achievable": "achievable",
    "attainable": "attainable",
    "agreed": "agreed",
    "ambitious": "ambitious",
    "actionable": "actionable",
}
_WRITTEN = {
    "a": "Install a new ticket tool",
    "b": "Restore services fast",
    "c": "Migrate the mail to the cloud",
    "d": "Keep the people we need",
    "e": "Introduce a change board",
    "f": "Change often and safely",
}
_WORK = frozenset("ace")


def doran(case: Case) -> Question | str:
    """What the A of SMART stood for."""
    expects = Choice(frozenset({"assignable"}), of=_WORDS, kind="word")
    return Question(
        text="SMART is taught with many words. Which one stood for the A in Doran's article of 1981: "
        "achievable, actionable, agreed, ambitious, assignable or attainable?",
        expects=expects,
        words="it asks who will do it: the question that most lists of objectives leave open.",
        code='answer = "assignable"',
        hints=(
            "One of Doran's five letters asks for a name.",
            "What can be reached is what his R asks, realistic. His A asks who will do it.",
        ),
        slips=apart(
            expects,
            Slip(frozenset({"achievable", "attainable"}), "it is often taught so, but his R, realistic, asks that."),
            Slip(frozenset({"agreed"}), "with whom is a good question. His A asks another one: by whom?"),
            Slip(frozenset({"ambitious", "actionable"}), "that is not it. Which of these words asks for a name?"),
        ),
    )


def work(case: Case) -> Question | str:
    """Which wordings are work and not results."""
    expects = Names(_WORK, of=_WRITTEN, kind="wording in the table")
    return Question(
        text="Somebody calls these six objectives. Which of them are work that can be finished, not a result that is "
        "wanted?\nGive their letters, in any order.",
        expects=expects,
        words="work can be finished without anybody being better off. It belongs among the initiatives, under the "
        "objective it serves.",
        code=f"answer = {sorted(_WORK)}",
        hints=(
            "Ask of each: could we do it all, on time, and have gained nothing?",
            "Where the verb says what IT does to a tool or a committee, it is work. Where it says what gets better for "
            "somebody, it is a result.",
        ),
        slips=apart(
            expects,
            Slip(frozenset(_WRITTEN) - _WORK, "these are the results. The other ones are asked for."),
            Slip(
                frozenset(_WRITTEN),
                "each begins with a verb, but not each is work: some say what gets better, and not what is done.",
            ),
        ),
        given=(("letter", "objective"), *_WRITTEN.items()),
    )


def dated(case: Case) -> Question | str:
    """Which objectives want something to get better, and do not say by when."""
    card = case.scorecard
    within = {one.id: [shape(kpi.target) == "path" for kpi in card.kpis_of(one.id)] for one in card.objectives}
    better = {kpi.objective for kpi in card.kpis if _to_improve(kpi)}
    undated = frozenset(id for id, dates in within.items() if id in better and not any(dates))
    if not undated:
        return "Wherever something is to get better in this scorecard, a target has a date."
    of = {one.id: one.name for one in card.objectives}
    expects = Names(undated, of=of, kind="objective", others=card.names)
    return Question(
        text="Which objectives have a KPI that is to get better, from a baseline to a target, but no target with a "
        "date?\nGive their ids or names, in any order. A level to hold, such as a range, needs no date.",
        expects=expects,
        words="without a date a target asks for the better level at once and for ever. Either say by when, or say that "
        "it is a level to hold.",
        code="from bsclib.model.values import shape\n\n"
        'dated = {kpi.objective for kpi in scorecard.kpis if shape(kpi.target) == "path"}\n'
        "better = {\n    kpi.objective\n    for kpi in scorecard.kpis\n"
        '    if kpi.direction != "within_range" and kpi.baseline_value not in (None, kpi.final_target)\n}\n'
        "answer = [one.id for one in scorecard.objectives if one.id in better - dated]",
        hints=(
            "A dated target has its period beside it, or is a list of such values. Without a date it is a bare number, "
            "or a range.",
            "One dated KPI is enough for an objective. Begin with the KPIs that have a date, and strike out theirs.",
            "Of what is left, strike out what has only to be held.",
        ),
        slips=apart(
            expects,
            Slip(
                frozenset(id for id, dates in within.items() if not any(dates)),
                "some of these have only a level to hold, or no KPI at all.",
            ),
            Slip(
                frozenset(kpi.objective for kpi in card.kpis if _to_improve(kpi) and shape(kpi.target) != "path"),
                "some of these have another KPI with a date. One is enough.",
            ),
            Slip(frozenset(of) - undated, "these are the other ones: they have a date, or need none."),
        ),
    )


def _to_improve(kpi: KPI) -> bool:
    return kpi.direction != "within_range" and kpi.baseline_value not in (None, kpi.final_target)


def balance(case: Case) -> Question | str:
    """The share of the objectives that the fullest perspective holds."""
    card = case.scorecard
    if len(card.perspectives) < 2:
        return "This scorecard has one perspective, which holds all there is."
    held = {one.id: len(card.objectives_of(one.id)) for one in card.perspectives}
    fullest = max(held, key=lambda id: held[id])
    expects = Number(held[fullest] / len(card.objectives), within=0.01, unit="share")
    kpis = sum(len(card.kpis_of(one.id)) for one in card.objectives_of(fullest))
    others = len(card.objectives) - held[fullest]
    return Question(
        text=f"Which share of all objectives stands in the perspective {case.called(fullest)}?\n{SHARE}",
        expects=expects,
        words="where most objectives stand is where most of the talking will be done. In the usual advice that is the "
        "internal process, with two in five.",
        code=f'held = len(scorecard.objectives_of("{fullest}"))\nanswer = held / len(scorecard.objectives)',
        hints=("Count the objectives, there and in all.", "share = objectives of the perspective / all objectives"),
        slips=apart(
            expects,
            Slip(kpis / len(card.kpis), "this is its share of the KPIs. The objectives are asked for."),
            Slip(held[fullest] / others if others else float("nan"), "divide by all objectives, its own included."),
            Slip(1 / len(card.perspectives), "this would be its share if all perspectives held as many."),
        ),
    )


def owner(case: Case) -> Question | str:
    """How many KPIs the busiest owner answers for."""
    card = case.scorecard
    kpis = Counter(kpi.owner for kpi in card.kpis if kpi.owner)
    if not kpis:
        return "No KPI of this scorecard names its owner: nobody has more than another."
    objectives = Counter(one.owner for one in card.objectives if one.owner)
    busiest = float(max(kpis.values()))
    expects = Number(busiest, within=0.0)
    unowned = float(sum(not kpi.owner for kpi in card.kpis))
    return Question(
        text="How many KPIs does the owner with the most of them answer for?",
        expects=expects,
        words="an owner can answer for a few. From the eighth on the review speaks up: whoever owns everything follows "
        "up nothing.",
        code="from collections import Counter\n\n"
        "owned = Counter(kpi.owner for kpi in scorecard.kpis if kpi.owner)\n"
        "answer = max(owned.values())",
        hints=("Make a tally: a stroke for each KPI, beside its `owner`.", "The longest row of strokes is the answer."),
        slips=apart(
            expects,
            Slip(float(len(kpis)), "this is how many owners there are."),
            Slip(float(max(objectives.values(), default=0)), "this counts objectives. KPIs are asked for."),
            Slip(unowned, "this counts the KPIs that nobody owns."),
            Slip(float(min(kpis.values())), "this is the owner with the fewest."),
        ),
    )


def unmoved(case: Case) -> Question | str:
    """Which objectives of a perspective no initiative moves."""
    card = case.scorecard
    if not card.initiatives:
        return "This scorecard has no initiatives: nothing is being done for any objective that it knows of."
    moved = {card.kpi(change.kpi).objective for initiative in card.initiatives for change in initiative.changes}
    still = {
        one.id: frozenset(own.id for own in card.objectives_of(one.id)) - moved
        for one in card.perspectives
        if {own.id for own in card.objectives_of(one.id)} - moved
    }
    if not still:
        return "Some initiative moves a KPI of each objective."
    # Where there are both kinds to be told apart, and several of each.
    held = {id: len(card.objectives_of(id)) for id in still}
    perspective = max(still, key=lambda id: min(len(still[id]), held[id] - len(still[id])))
    of = {one.id: one.name for one in card.objectives_of(perspective)}
    expects = Names(still[perspective], of=of, kind="objective of this perspective", others=card.names)
    return Question(
        text=f"For which objectives of the perspective {case.called(perspective)} does no initiative move a KPI?\n"
        "Give their ids or names, in any order.",
        expects=expects,
        words="an objective that nothing is done for is a wish, unless it stands where it should and has only to be "
        "held. The other way round, an initiative that moves no KPI costs money and shows nothing.",
        code="moved = {\n    scorecard.kpi(change.kpi).objective\n"
        "    for initiative in scorecard.initiatives\n    for change in initiative.changes\n}\n"
        f'answer = [one.id for one in scorecard.objectives_of("{perspective}") if one.id not in moved]',
        hints=(
            "Go from the initiative to the KPIs it changes, and from each KPI to its objective.",
            "Strike out the objectives you come to. The ones that are left are asked for.",
        ),
        slips=apart(expects, Slip(frozenset(of) - still[perspective], "these are the ones that an initiative moves.")),
    )


def links_lost(case: Case) -> Question | str:
    """How many links go with an objective."""
    card = case.scorecard
    if not card.links:
        return "This scorecard has no links: nothing but its own KPIs goes with an objective."
    ends = [(card.kpi(link.cause).objective, card.kpi(link.effect).objective) for link in card.links]
    asked = max((one.id for one in card.objectives), key=lambda id: sum(id in pair for pair in ends))
    expects = Number(float(sum(asked in pair for pair in ends)), within=0.0)
    return Question(
        text=f"Suppose that you drop the objective {case.called(asked)}, and its KPIs with it. How many links of the "
        "map go too?",
        expects=expects,
        words="what an objective is worth is also what hangs on it. Look at the map before you strike something out.",
        code=f'gone = {{kpi.id for kpi in scorecard.kpis_of("{asked}")}}\n'
        "answer = sum(link.cause in gone or link.effect in gone for link in scorecard.links)",
        hints=(
            "A link goes when the KPI at either of its ends goes.",
            f'First list the KPIs: `scorecard.kpis_of("{asked}")`. Then go through `scorecard.links`.',
        ),
        slips=apart(
            expects,
            Slip(
                float(sum(pair[0] == asked for pair in ends)), "these are the links that start there. Which end there?"
            ),
            Slip(
                float(sum(pair[1] == asked for pair in ends)), "these are the links that end there. Which start there?"
            ),
            Slip(float(len(card.kpis_of(asked))), "this is how many KPIs go."),
        ),
    )


EXERCISES = (
    Exercise("doran", doran),
    Exercise("dated", dated),
    Exercise("work", work),
    Exercise("balance", balance),
    Exercise("owner", owner),
    Exercise("unmoved", unmoved),
    Exercise("begin", judgements.begin),
    Exercise("chain", judgements.chain),
    Exercise("contradiction", judgements.contradiction),
    Exercise("links_lost", links_lost),
)
