"""Exercises on priorities: where to begin, and judgements in pairs that agree or do not."""

from __future__ import annotations

from bsclib.design.selection.judgements import ahp, pairwise
from bsclib.design.selection.priorities import prioritise
from bsclib.study.answers import Choice, Names, Number
from bsclib.study.exercises import SHARE, Case, Question, Slip, apart, literal, plain

TOO_FEW = "This scorecard has fewer than {} objectives: there are not enough to compare."
_FIRST, _SECOND = 2, 3
_RATINGS = ((5.0, 5.0), (2.0, 1.0), (4.0, 2.0), (1.5, 4.5))
"""Impact and effort of four objectives."""


def begin(case: Case) -> Question | str:
    """Which of four objectives is the quick win."""
    ids = [one.id for one in case.scorecard.objectives[:4]]
    if len(ids) < 4:
        return TOO_FEW.format("four")
    impact, effort = ({id: pair[i] for id, pair in zip(ids, _RATINGS, strict=True)} for i in (0, 1))
    ranked = prioritise(ids, impact, effort).set_index("quadrant")["id"]
    expects = Choice(
        frozenset({ranked["quick win"]}),
        of={id: case.scorecard.names[id] for id in ids},
        kind="objective in the table",
        others=case.scorecard.names,
    )
    return Question(
        text="Somebody has judged four objectives, from 1 to 5. With which one would you begin?\nGive its id or name.",
        expects=expects,
        words="it brings much for little: a quick win. The major project is planned meanwhile, the fill-in fills a "
        "gap, and the thankless task needs a reason to be there at all.",
        code="from bsclib.design import prioritise\n\n"
        f"impact = {impact!r}\n"
        f"effort = {effort!r}\n"
        'answer = prioritise(list(impact), impact, effort)["id"].iloc[0]',
        hints=(
            "Split the scale at its middle, 3, once for impact and once for effort. Which corner is each in?",
            "High impact first. Of those with high impact, which one takes little effort?",
        ),
        slips=apart(
            expects,
            Slip(frozenset({ranked["major project"]}), "it brings the most, and takes the most: a major project."),
            Slip(frozenset({ranked["fill-in"]}), "it is the easiest, but it brings little: a fill-in."),
            Slip(frozenset({ranked["thankless task"]}), "it brings the least and takes much: a thankless task."),
        ),
        given=(
            ("objective", "impact", "effort"),
            *((id, plain(impact[id]), plain(effort[id])) for id in ids),
        ),
    )


def chain(case: Case) -> Question | str:
    """The weight that two judgements give, when they are carried on."""
    ids = [one.id for one in case.scorecard.objectives[:3]]
    if len(ids) < 3:
        return TOO_FEW.format("three")
    a, b, c = ids
    told = _FIRST * _SECOND
    judged = pairwise(ids, {(a, b): _FIRST, (b, c): _SECOND, (a, c): told})
    right = float(ahp(judged).weights[a])
    expects = Number(right, within=0.01, unit="share")
    added = _FIRST + _SECOND
    return Question(
        text=f"Somebody judges that {case.called(a)} matters {_FIRST} times as much as {case.called(b)}, and {b} "
        f"{_SECOND} times as much as {case.called(c)}.\n"
        f"If the third judgement fits these two, and the three weights add up to 1, which weight does {a} get? {SHARE}",
        expects=expects,
        words="judgements multiply along a chain. The method asks for the third one all the same, and the consistency "
        "ratio tells how far it lies from what the other two say.",
        code="from bsclib.design import ahp, pairwise\n\n"
        f"ids = [{', '.join(map(literal, ids))}]\n"
        f"judgements = {{(ids[0], ids[1]): {_FIRST}, (ids[1], ids[2]): {_SECOND}, (ids[0], ids[2]): {told}}}\n"
        "answer = float(ahp(pairwise(ids, judgements)).weights[ids[0]])",
        hints=(
            f"Let {c} count 1. What do {b} and {a} count then?",
            f"Add the three up. Which share of that is {a}'s?",
        ),
        slips=apart(
            expects,
            Slip(added / (added + _SECOND + 1), "the two judgements were added. Along a chain they multiply."),
            Slip(_FIRST / (_FIRST + _SECOND + 1), "this puts the two judgements side by side. Carry them on instead."),
            Slip(_FIRST / (_FIRST + 1), "this compares the first two only. The third has a weight as well."),
            Slip(told / (told + 1), "this compares the first with the third only. The second has a weight as well."),
        ),
    )


def contradiction(case: Case) -> Question | str:
    """The judgement that does not fit the others."""
    ids = [one.id for one in case.scorecard.objectives[:4]]
    if len(ids) < 4:
        return TOO_FEW.format("four")
    a, b, c, d = ids
    judged = {(a, b): 2.0, (a, c): 4.0, (a, d): 8.0, (b, c): 2.0, (d, b): 4.0, (c, d): 2.0}
    found = ahp(pairwise(ids, judged))
    expects = Names(
        frozenset({b, d}),
        of={id: case.scorecard.names[id] for id in ids},
        kind="objective compared here",
        others=case.scorecard.names,
    )
    return Question(
        text="Six judgements compare four objectives in pairs; their consistency ratio is "
        f"{found.consistency_ratio:.2f}, and above 0.10 they should be looked at again. One of them contradicts all "
        "the others. Which two objectives does it compare?\nGive both ids, in any order.",
        expects=expects,
        words="whoever matters more by every detour cannot matter less when asked directly. Ask again, and change a "
        "judgement only for a reason, never to please the ratio.",
        code="from bsclib.design import ahp, pairwise\n\n"
        f"ids = [{', '.join(map(literal, ids))}]\n"
        "judgements = {\n"
        + "".join(
            f"    ({literal(one)}, {literal(other)}): {plain(times)},\n" for (one, other), times in judged.items()
        )
        + "}\n"
        + "answer = list(ahp(pairwise(ids, judgements)).worst_pair[:2])",
        hints=(
            "Put the four in order, by the judgements on the first one.",
            "For each judgement, go round by a third objective: multiply the two judgements on the way. Do you come to "
            "the same?",
        ),
        slips=apart(
            expects,
            Slip(frozenset({a, d}), "it is the strongest judgement, and the detours agree with it."),
            Slip(frozenset({a, b}), "the detour by the third objective agrees with this one."),
        ),
        given=(
            ("this one", "matters so many times as much", "as this one"),
            *((one, plain(times), other) for (one, other), times in judged.items()),
        ),
    )
