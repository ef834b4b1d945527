"""Exercises of lesson 01: objectives worth having."""

from __future__ import annotations

from collections import Counter

from bsclib.model.values import shape
from bsclib.study.answers import Choice, Names, Number
from bsclib.study.exercises.case import Case, names_of
from bsclib.study.exercises.question import Facts, exercise, need

_WORDS = ("assignable", "achievable", "attainable", "agreed", "ambitious", "actionable")
_WRITTEN = {
    "a": "Install a new ticket tool",
    "b": "Restore services fast",
    "c": "Migrate the mail to the cloud",
    "d": "Keep the people we need",
    "e": "Introduce a change board",
    "f": "Change often and safely",
}
_WORK = frozenset("ace")


@exercise(slips="realistic agreed other")
def doran(case: Case) -> Facts:
    """What the A of SMART stood for."""
    return Facts(
        Choice(frozenset({"assignable"}), of=dict(zip(_WORDS, _WORDS, strict=True)), kind="word"),
        code='answer = "assignable"',
        slips={
            "realistic": frozenset({"achievable", "attainable"}),
            "agreed": frozenset({"agreed"}),
            "other": frozenset({"ambitious", "actionable"}),
        },
    )


@exercise(slips="results all")
def work(case: Case) -> Facts:
    """Which wordings are work and not results."""
    return Facts(
        Names(_WORK, of=_WRITTEN, kind="wording in the table"),
        code=f"answer = {sorted(_WORK)}",
        slips={"results": frozenset(_WRITTEN) - _WORK, "all": frozenset(_WRITTEN)},
        given=(("letter", "objective"), *_WRITTEN.items()),
    )


@exercise(slips="held another_dated dated", nothing="all_dated")
def dated(case: Case) -> Facts:
    """Which objectives want something to get better, and do not say by when."""
    card = case.scorecard
    within = {own.id: [shape(kpi.target) == "path" for kpi in card.kpis_of(own.id)] for own in card.objectives}
    better = [kpi for kpi in card.kpis if kpi.direction != "within_range"]
    better = [kpi for kpi in better if kpi.baseline_value not in (None, kpi.final_target)]
    undated = need(frozenset(kpi.objective for kpi in better if not any(within[kpi.objective])), "all_dated")
    of = names_of(card.objectives)
    return Facts(
        Names(undated, of=of, kind="objective", others=card.names),
        code=(
            "from bsclib.model.values import shape\n\n"
            'dated = {kpi.objective for kpi in scorecard.kpis if shape(kpi.target) == "path"}\n'
            "better = {\n    kpi.objective\n    for kpi in scorecard.kpis\n"
            '    if kpi.direction != "within_range" and kpi.baseline_value not in (None, kpi.final_target)\n}\n'
            "answer = [one.id for one in scorecard.objectives if one.id in better - dated]"
        ),
        slips={
            "held": frozenset(id for id, dates in within.items() if not any(dates)),
            "another_dated": frozenset(kpi.objective for kpi in better if shape(kpi.target) != "path"),
            "dated": frozenset(of) - undated,
        },
    )


@exercise("perspective", slips="kpis own_left_out evenly", nothing="one_perspective")
def balance(case: Case) -> Facts:
    """The share of the objectives that the fullest perspective holds."""
    card = case.scorecard
    need(len(card.perspectives) >= 2, "one_perspective")
    held = {view.id: len(card.objectives_of(view.id)) for view in card.perspectives}
    fullest = max(held, key=lambda id: held[id])
    kpis = sum(len(card.kpis_of(objective.id)) for objective in card.objectives_of(fullest))
    others = len(card.objectives) - held[fullest]
    return Facts(
        Number(held[fullest] / len(card.objectives), within=0.01, unit="share"),
        code=f'held = len(scorecard.objectives_of("{fullest}"))\nanswer = held / len(scorecard.objectives)',
        names={"perspective": case.called(fullest)},
        slips={
            "kpis": kpis / len(card.kpis),
            "own_left_out": held[fullest] / others if others else float("nan"),
            "evenly": 1 / len(card.perspectives),
        },
    )


@exercise(slips="owners objectives unowned fewest", nothing="no_owner")
def owner(case: Case) -> Facts:
    """How many KPIs the busiest owner answers for."""
    card = case.scorecard
    kpis = need(Counter(kpi.owner for kpi in card.kpis if kpi.owner), "no_owner")
    objectives = Counter(objective.owner for objective in card.objectives if objective.owner)
    return Facts(
        Number(max(kpis.values()), within=0.0),
        code=(
            "from collections import Counter\n\n"
            "owned = Counter(kpi.owner for kpi in scorecard.kpis if kpi.owner)\n"
            "answer = max(owned.values())"
        ),
        slips={
            "owners": len(kpis),
            "objectives": max(objectives.values(), default=0),
            "unowned": sum(not kpi.owner for kpi in card.kpis),
            "fewest": min(kpis.values()),
        },
    )


@exercise("perspective", slips="moved", nothing="no_initiative all_moved")
def unmoved(case: Case) -> Facts:
    """Which objectives of a perspective no initiative moves."""
    card = case.scorecard
    need(card.initiatives, "no_initiative")
    moved = {card.kpi(change.kpi).objective for initiative in card.initiatives for change in initiative.changes}
    held = {view.id: frozenset(objective.id for objective in card.objectives_of(view.id)) for view in card.perspectives}
    asked = need([id for id, objectives in held.items() if objectives - moved], "all_moved")
    # Where there are both kinds to be told apart, and several of each.
    perspective = max(asked, key=lambda id: min(len(held[id] - moved), len(held[id] & moved)))
    right, of = held[perspective] - moved, names_of(card.objectives_of(perspective))
    return Facts(
        Names(right, of=of, kind="objective of this perspective", others=card.names),
        code=(
            "moved = {\n    scorecard.kpi(change.kpi).objective\n"
            "    for initiative in scorecard.initiatives\n    for change in initiative.changes\n}\n"
            f'answer = [one.id for one in scorecard.objectives_of("{perspective}") if one.id not in moved]'
        ),
        names={"perspective": case.called(perspective)},
        slips={"moved": held[perspective] & moved},
    )


@exercise("objective id", slips="starting ending kpis", nothing="no_link")
def links_lost(case: Case) -> Facts:
    """How many links go with an objective."""
    card = case.scorecard
    need(card.links, "no_link")
    ends = [(card.kpi(link.cause).objective, card.kpi(link.effect).objective) for link in card.links]
    starting, ending = (Counter(objectives) for objectives in zip(*ends, strict=True))
    either = Counter(objective for pair in ends for objective in {*pair})
    asked = max((objective.id for objective in card.objectives), key=lambda id: either[id])
    return Facts(
        Number(either[asked], within=0.0),
        code=(
            f'gone = {{kpi.id for kpi in scorecard.kpis_of("{asked}")}}\n'
            "answer = sum(link.cause in gone or link.effect in gone for link in scorecard.links)"
        ),
        names={"objective": case.called(asked), "id": asked},
        slips={"starting": starting[asked], "ending": ending[asked], "kpis": len(card.kpis_of(asked))},
    )
