"""Exercises of lesson 01: objectives worth having."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cache

import pandas as pd

from bsclib.errors import UnknownNameError
from bsclib.files.datasets import answer_key
from bsclib.files.scorecards import read_scorecard
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.values import shape
from bsclib.reporting.findings import place_named
from bsclib.study.answer_forms import IncomparableError
from bsclib.study.answers import Choice, Expects, Names, Number
from bsclib.study.exercises.case import Case, names_of, plain
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import phrases
from bsclib.study.lessons.lakeside import fair
from bsclib.study.marking import mark_review
from bsclib.wording import counted, listed, month_name, sentence

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


_ENOUGH = 0.5
"""The share of the faults of a reviewed scorecard that has to be found."""
_A = {"objective": "an objective", "KPI": "a KPI", "link": "a link", "initiative": "an initiative"}
_KINDS = tuple(_A)
"""Kinds of place in each of which a fault has to be found."""
_LAYERS = {
    "a": "Nine of ten wards call the patient record fast by December",
    "b": "Serve the wards so that they have time for their patients",
    "c": "Put a tablet on every ward",
    "d": "Answer the wards faster",
}


@exercise(slips="target initiative objective")
def mission(case: Case) -> Facts:
    """Which sentence is the mission of a perspective."""
    return Facts(
        Choice(frozenset("b"), of=_LAYERS, kind="sentence of the table"),
        code='answer = "b"',
        slips={"target": frozenset("a"), "initiative": frozenset("c"), "objective": frozenset("d")},
        given=(("letter", "sentence"), *_LAYERS.items()),
    )


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
        Names(
            _WORK,
            of=_WRITTEN,
            kind="wording in the table",
            why=dict.fromkeys(frozenset(_WRITTEN) - _WORK, phrases()["a_result"]),
            ask=phrases()["finish_left"],
        ),
        code=f"answer = {sorted(_WORK)}",
        slips={"results": frozenset(_WRITTEN) - _WORK, "all": frozenset(_WRITTEN)},
        given=(("letter", "objective"), *_WRITTEN.items()),
    )


_EXCUSES = {
    "a": "No target of “Keep the service levels” has a date: the level was promised, and holds from the first day.",
    "b": "No KPI measures “Free money for change”: everybody knows what is meant, and measuring takes time.",
    "c": "Tests before a release make “Deployments” worse: that is their price, and the board agreed to it.",
    "d": "One person owns eight KPIs: her deputy will take some of them soon, and until then she manages.",
}


@exercise(slips="reasons")
def excuse(case: Case) -> Facts:
    """Which reasons for living with a finding are none."""
    del case  # the same for every scorecard
    return Facts(
        Names(
            frozenset("bd"),
            of=_EXCUSES,
            kind="line of the table",
            why={letter: phrases()[f"reason_{letter}"] for letter in "ac"},
            ask=phrases()["excuses_left"],
        ),
        code='answer = ["b", "d"]',
        slips={"reasons": frozenset("ac")},
        given=(("letter", "finding and reason"), *_EXCUSES.items()),
    )


_IN_OBJECTIVES = frozenset({"share-knowledge", "new-case-system", "stay-available", "reduce-backlog"})
"""Of the planted faults those that the table of objectives shows."""
_IN_COUNTING = frozenset({"requests-on-time", "service-level", "online-requests", "cost-per-request"})
"""Of the planted faults those that formulas show, and how months and units are put together."""


@exercise(slips="weights")
def first_table(case: Case) -> Facts:
    """Which objectives of the reviewed scorecard hold a fault that their table shows."""
    del case  # another scorecard is reviewed
    objectives = _reviewed()[0].objectives
    sound = [one.id for one in objectives if one.id not in _IN_OBJECTIVES]
    return Facts(
        Names(
            _IN_OBJECTIVES,
            of=names_of(objectives),
            kind="objective of Lakeside",
            why=dict.fromkeys(sound, phrases()["sound_objective"]),
            ask=phrases()["columns_left"],
        ),
        code=f"answer = {sorted(_IN_OBJECTIVES)}",
        slips={"weights": frozenset({"stay-available", "reduce-backlog"})},
    )


@exercise(slips="same put_together")
def counted_twice(case: Case) -> Facts:
    """Which KPIs of the reviewed scorecard are counted twice, or put together in a way that their formula forbids."""
    del case  # another scorecard is reviewed
    kpis = _reviewed()[0].kpis
    why = {kpi.id: phrases()[_sound(kpi)] for kpi in kpis if kpi.id not in _IN_COUNTING}
    return Facts(
        Names(_IN_COUNTING, of=names_of(kpis), kind="KPI of Lakeside", why=why, ask=phrases()["traps_left"]),
        code=f"answer = {sorted(_IN_COUNTING)}",
        slips={
            "same": frozenset({"requests-on-time", "service-level"}),
            "put_together": frozenset({"online-requests", "cost-per-request"}),
        },
    )


def _sound(kpi: KPI) -> str:
    """Why nothing is wrong with the way in which a KPI is put together: the phrase of it."""
    if "ratio" in (kpi.aggregate, kpi.pooled):
        return "sound_ratio"
    return "sound_median" if kpi.formula.startswith("median") else "sound_count"


@cache
def _reviewed() -> tuple[Scorecard, pd.DataFrame]:
    """The scorecard that is reviewed, and the faults that were planted in it."""
    return read_scorecard("lakeside"), answer_key("lakeside")


@dataclass(frozen=True)
class Review(Expects):
    """Places in Lakeside's scorecard where something is wrong: the share `right` of those planted has to be found."""

    right: float

    @property
    def rows(self) -> tuple[tuple[str, ...], ...]:
        """The planted faults, by the names of their places."""
        card, key = _reviewed()
        names = card.names | {one.id: one.name for one in card.initiatives}
        places = [place_named(where, names) for where in key["where"]]
        return ("where", "what is wrong"), *zip(places, key["what"], strict=True)

    def _fault(self, answer: object) -> str:
        if callable(answer):
            raise IncomparableError("Places are asked for, and this is a function.")
        card, key = _reviewed()
        try:
            marked = mark_review(answer, key, card, fair(card))
        except UnknownNameError as strange:
            (first, *_) = strange.faults
            meant = sentence(first.fix)
            parts = [f"{first.what}.", meant and f"{meant.rstrip('.?')}{'?' if '?' in meant else '.'}"]
            return " ".join(filter(None, [*parts, first.allowed and f"A place is {first.allowed}."]))
        if marked.guessed:
            return f"{marked.score}. {marked.rest}"
        wanted = math.ceil(self.right * len(key)) - len(marked.found)
        lacks = [counted(wanted, "more fault")] if wanted > 0 else []
        lacks += [f"one in {_A[kind]}" for kind in _KINDS if kind not in marked.kinds]
        which = " The cell below says which." if marked.wrong["fair"].any() else ""
        return f"{marked.score}.{which} You still need {listed(lacks)}. {marked.rest}" if lacks else ""


@exercise("faults enough")
def review(case: Case) -> Facts:
    """The planted faults of another scorecard."""
    planted = len(_reviewed()[1])
    return Facts(
        Review(_ENOUGH),
        code='from bsclib.files import answer_key\n\nanswer = answer_key("lakeside")["where"].tolist()',
        names={"faults": planted, "enough": math.ceil(_ENOUGH * planted)},
    )


@exercise("perspective", slips="held another_dated dated", nothing="all_dated")
def dated(case: Case) -> Facts:
    """Which objectives of a perspective want something to get better, and do not say by when."""
    card = case.scorecard
    homes = [(view, [_dated_or_not(card, own.id) for own in card.objectives_of(view.id)]) for view in card.perspectives]
    telling = [(view, kinds.count("undated"), len(kinds)) for view, kinds in homes if "undated" in kinds]
    need(telling, "all_dated")
    # Where there are others to be told apart from them.
    asked = max(telling, key=lambda one: min(one[1], one[2] - one[1]))[0]
    objectives = card.objectives_of(asked.id)
    of, kinds = names_of(objectives), {own.id: _dated_or_not(card, own.id) for own in objectives}
    undated = frozenset(id for id, kind in kinds.items() if kind == "undated")
    rows = [(kpi.name, own.name, _from(kpi), _aim(kpi)) for own in objectives for kpi in card.kpis_of(own.id)]
    by = {kpi.objective: kpi.name for kpi in card.kpis if shape(kpi.target) == "path"}
    why = {
        id: phrases()["dated_by"].format(kpi=by[id]) if kind == "dated" else phrases()["only_held"]
        for id, kind in kinds.items()
        if kind != "undated"
    }
    open_ = {kpi.objective: kpi for kpi in reversed(card.kpis) if kpi.objective in undated and _undated(kpi)}
    because = {
        id: phrases()["undated_by"].format(kpi=kpi.name, start=_from(kpi), to=_aim(kpi)) for id, kpi in open_.items()
    }
    return Facts(
        Names(undated, of=of, kind="objective of this perspective", others=card.names, why=why, because=because),
        code=(
            "from bsclib.model.values import shape\n\n"
            'dated = {kpi.objective for kpi in scorecard.kpis if shape(kpi.target) == "path"}\n'
            "better = {\n    kpi.objective\n    for kpi in scorecard.kpis\n"
            '    if kpi.direction != "within_range" and kpi.baseline_value not in (None, kpi.final_target)\n}\n'
            f'answer = [one.id for one in scorecard.objectives_of("{asked.id}") if one.id in better - dated]'
        ),
        names={"perspective": case.called(asked.id)},
        slips={
            "held": frozenset(id for id, kind in kinds.items() if kind in ("undated", "held")),
            "another_dated": frozenset(kpi.objective for kpi in card.kpis if kpi.objective in of and _undated(kpi)),
            "dated": frozenset(of) - undated,
        },
        given=(("KPI", "objective", "from", "to"), *rows),
    )


def _undated(kpi: KPI) -> bool:
    """Whether it is to get better, and does not say by when."""
    moves = kpi.direction != "within_range" and kpi.baseline_value not in (None, kpi.final_target)
    return moves and shape(kpi.target) != "path"


def _dated_or_not(card: Scorecard, objective: str) -> str:
    """Whether an objective has a dated KPI, one that is to get better without a date, or only a level to hold."""
    kpis = card.kpis_of(objective)
    if any(shape(kpi.target) == "path" for kpi in kpis):
        return "dated"
    return "undated" if any(map(_undated, kpis)) else "held"


def _from(kpi: KPI) -> str:
    return "" if kpi.baseline_value is None else plain(kpi.baseline_value)


def _aim(kpi: KPI) -> str:
    """A target as people write it: a value, a range, or the values of a path with their dates."""
    if kpi.direction == "within_range":
        return "a range"
    if shape(kpi.target) == "path":
        points = [point for point in kpi.points() if point.value != kpi.baseline_value] or kpi.points()
        return ", ".join(f"{plain(point.value)} by {month_name(point.period)}" for point in points)
    return plain(kpi.final_target)


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
    by = {card.kpi(change.kpi).objective: work.name for work in card.initiatives for change in work.changes}
    why = {id: phrases()["moved"].format(initiative=by[id]) for id in held[perspective] & moved}
    kpis = {id: listed((f"“{kpi.name}”" for kpi in card.kpis_of(id)), most=3) for id in right}
    because = {id: phrases()["unmoved"].format(kpis=names or "a KPI of it") for id, names in kpis.items()}
    return Facts(
        Names(right, of=of, kind="objective of this perspective", others=card.names, why=why, because=because),
        code=(
            "moved = {\n    scorecard.kpi(change.kpi).objective\n"
            "    for initiative in scorecard.initiatives\n    for change in initiative.changes\n}\n"
            f'answer = [one.id for one in scorecard.objectives_of("{perspective}") if one.id not in moved]'
        ),
        names={"perspective": case.called(perspective)},
        slips={"moved": held[perspective] & moved},
        given=(
            ("KPI", "objective"),
            *((kpi.name, own.name) for own in card.objectives_of(perspective) for kpi in card.kpis_of(own.id)),
        ),
    )


@exercise("objective", slips="starting ending kpis twice", nothing="no_link")
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
        names={"objective": case.called(asked)},
        slips={
            "starting": starting[asked],
            "ending": ending[asked],
            "kpis": len(card.kpis_of(asked)),
            "twice": starting[asked] + ending[asked],
        },
        given=(("KPI of this objective", "measured in"), *((kpi.name, kpi.measured_in) for kpi in card.kpis_of(asked))),
    )
