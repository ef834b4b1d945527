"""Exercises of lesson 02: from candidates to the set that can be defended."""

from __future__ import annotations

from bsclib.design.objectives import balance
from bsclib.design.selection.kpi_tables import gaming_risks
from bsclib.model.nouns import Scorecard
from bsclib.study.answers import Choice, Names, Number
from bsclib.study.exercises.case import Case, names_of
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import phrases
from bsclib.study.lessons.props import guarded_kpi
from bsclib.wording import counted

_PARTS = {
    "a": "the formula, with what each part counts",
    "b": "what it is measured in",
    "c": "how often it is collected",
    "d": "how the ports are put together",
}


@exercise(slips="formula measured frequency")
def undefined(case: Case) -> Facts:
    """Which part of a definition is missing when two people report two numbers."""
    del case  # the same numbers for every scorecard, so that they can be worked out on paper
    return Facts(
        Choice(frozenset("d"), of=_PARTS, kind="part of the table"),
        code='answer = "d"',
        slips={"formula": frozenset("a"), "measured": frozenset("b"), "frequency": frozenset("c")},
        given=(("letter", "part of the definition"), *_PARTS.items()),
    )


@exercise("struck", slips="mixed with_leading without_kpis none", nothing="all_lead")
def only_lagging(case: Case) -> Facts:
    """Which perspectives show results and no driver."""
    card = case.scorecard
    table = balance(card)[:-1].set_index("id")
    lagging = need(frozenset(table.index[(table["kpis"] > 0) & (table["leading"] == 0)]), "all_lead")
    held = {
        view.id: [kpi for own in card.objectives_of(view.id) for kpi in card.kpis_of(own.id)]
        for view in card.perspectives
    }
    leads = {id: next((kpi.name for kpi in kpis if kpi.role == "leading"), "") for id, kpis in held.items()}
    leads = {id: name for id, name in leads.items() if name}
    why = {id: phrases()["leads"].format(kpi=name) for id, name in leads.items()}
    struck = [phrases()["has_driver"].format(perspective=card.names[id], kpi=name) for id, name in leads.items()]
    ask = phrases()["leads_left"]
    return Facts(
        Names(lagging, of=names_of(card.perspectives), kind="perspective", others=card.names, why=why, ask=ask),
        code=(
            "from bsclib.design import balance\n\n"
            "found = balance(scorecard)[:-1]\n"
            'answer = found.loc[(found["kpis"] > 0) & (found["leading"] == 0), "perspective"].tolist()'
        ),
        names={"struck": " ".join(struck)},
        emptied="none",
        slips={
            "mixed": frozenset(table.index[(table["leading"] > 0) & (table["lagging"] > 0)]),
            "with_leading": frozenset(table.index) - lagging,
            "without_kpis": frozenset(table.index[table["leading"] == 0]),
        },
        given=(
            ("perspective", "KPIs"),
            *((card.names[id], "; ".join(kpi.name for kpi in kpis) or "none") for id, kpis in held.items()),
        ),
    )


@exercise("kpi how guard", slips="itself guarded effect far cause other", nothing="no_counter")
def counter(case: Case) -> Facts:
    """Which KPI would show that another one is being gamed."""
    card = case.scorecard
    asked = need(guarded_kpi(card), "no_counter")
    row = gaming_risks(card).set_index("id").loc[asked]
    right = frozenset(filter(None, [*row["guarded_by"].split(", "), row["present"]]))
    others = {kpi.id: kpi.name for kpi in card.kpis if kpi.id != asked}
    return Facts(
        Choice(right, of=names_of(card.kpis), kind="KPI", others=card.names),
        code=(
            "from bsclib.design import gaming_risks\n\n"
            f'row = gaming_risks(scorecard).set_index("id").loc["{asked}"]\n'
            'answer = scorecard.names[row["guarded_by"].split(", ")[0] or row["present"]]'
        ),
        names={
            "kpi": case.called(asked),
            "how": row["gamed_by"] or phrases()["gamed"],
            "guard": case.called(row["guarded_by"].split(", ")[0] or row["present"]),
        },
        slips={
            "itself": frozenset({asked}),
            "guarded": frozenset(kpi.id for kpi in card.kpis if asked in kpi.guarded_by),
            "effect": frozenset(link.effect for link in card.links if link.cause == asked) - right,
            "far": _downstream(card, asked) - right,
            "cause": frozenset(link.cause for link in card.links if link.effect == asked) - right,
            "other": frozenset(others) - right,
        },
    )


def _downstream(card: Scorecard, id: str) -> frozenset[str]:
    """What a KPI moves by the links of the scorecard, over all detours."""
    reached: set[str] = set()
    coming = [id]
    while coming:
        last = coming.pop()
        new = {link.effect for link in card.links if link.cause == last} - reached
        reached |= new
        coming += sorted(new)
    return frozenset(reached - {id})


_SIGNALS = {
    "a": "Major incidents in the last quarter",
    "b": "Days since a restore from backup was last tried",
    "c": "Budget variance of the year so far",
    "d": "Users who are satisfied after a ticket",
}
_WAYS = {
    "a": "The best of the five ports restores in 5.1 hours, so all aim at 5.1",
    "b": "We restored in 6.9 hours last year, so we aim at 6.6",
    "c": "Two teams can restore 320 incidents a month in 6 hours, and we expect 300",
    "d": "The board wanted 4, we offered 8, so the target is 6",
}
_MINUTES, _PEOPLE, _HOURS = 20, 9, 2
"""To collect one KPI in one unit; at the review meeting; hours that it takes."""


@exercise(slips="result money users")
def kri(case: Case) -> Facts:
    """Which measure warns of a risk before it comes true."""
    return Facts(
        Choice(frozenset("b"), of=_SIGNALS, kind="measure of the table"),
        code='answer = "b"',
        slips={"result": frozenset("a"), "money": frozenset("c"), "users": frozenset("d")},
        given=(("letter", "measure"), *_SIGNALS.items()),
    )


_SIX = {
    "a": ("Project milestones on time", "Deliver projects on time", "4.1", "e"),
    "b": ("User satisfaction after a ticket", "Solve it the first time", "3.5", "none needed"),
    "c": ("Solved at first contact", "Solve it the first time", "3.9", "d"),
    "d": ("Tickets reopened", "Solve it the first time", "3.3", "b"),
    "e": ("Budget variance", "Control what IT costs", "3.7", "none needed"),
    "f": ("IT cost per user", "Control what IT costs", "4.0", "none needed"),
}
"""Candidates by letter: KPI, objective, worth, and the guard that it needs."""


@exercise(slips="uncovered unguarded one_round everything wrong_cut none")
def three_steps(case: Case) -> Facts:
    """Which KPIs the three steps choose."""
    del case  # the same for every scorecard, so that it can be worked out on paper
    return Facts(
        Names(
            frozenset("abcde"),
            of={letter: name for letter, (name, *_) in _SIX.items()},
            kind="KPI of the table",
            why={"f": phrases()["twin"]},
            ask=phrases()["steps_left"],
        ),
        code='answer = ["a", "c", "e", "d", "b"]  # covers; covers; guards a, and f goes; guards c; guards d',
        slips={
            "uncovered": frozenset("acef"),
            "unguarded": frozenset("acf"),
            "one_round": frozenset("acdef"),
            "everything": frozenset(_SIX),
            "wrong_cut": frozenset("abcdf"),
        },
        emptied="none",
        given=(
            ("letter", "KPI", "objective", "worth", "its guard"),
            *((letter, *row) for letter, row in _SIX.items()),
        ),
    )


@exercise(slips="benchmark history negotiation")
def target_way(case: Case) -> Facts:
    """Which target rests on what the work can do."""
    return Facts(
        Choice(frozenset("c"), of=_WAYS, kind="sentence of the table"),
        code='answer = "c"',
        slips={"benchmark": frozenset("a"), "history": frozenset("b"), "negotiation": frozenset("d")},
        given=(("letter", "what was said"), *_WAYS.items()),
    )


_OFF = "a_month collecting meeting meetings without_review without_units one_person collected_once"


@exercise("kpis units minutes people hours", slips=_OFF)
def running(case: Case) -> Facts:
    """What a scorecard costs to run, in hours a year."""
    kpis = len(case.scorecard.kpis)
    units = max(case.now.loc[case.now["unit"] != "", "unit"].nunique(), 1)
    collect, review = kpis * units * _MINUTES / 60, _PEOPLE * _HOURS
    return Facts(
        Number(12.0 * (collect + review), within=5.0, unit="hours"),
        code=f"answer = 12 * ({kpis} * {units} * {_MINUTES} / 60 + {_PEOPLE} * {_HOURS})",
        names={
            "kpis": counted(kpis, "KPI"),
            "units": counted(units, "unit"),
            "minutes": _MINUTES,
            "people": _PEOPLE,
            "hours": _HOURS,
        },
        slips={
            "a_month": collect + review,
            "collecting": collect,
            "meeting": float(review),
            "meetings": 12.0 * review,
            "without_review": 12 * collect,
            "without_units": 12 * (kpis * _MINUTES / 60 + review),
            "one_person": 12 * (collect + _HOURS),
            "collected_once": 12 * kpis * _MINUTES / 60,
        },
    )
