"""Exercises on priorities: the rule of the corners, and judgements in pairs that agree or do not."""

from __future__ import annotations

from bsclib.design.selection.judgements import ahp, pairwise
from bsclib.design.selection.priorities import QUADRANTS
from bsclib.study.answer_functions import Function
from bsclib.study.answers import Names, Number
from bsclib.study.exercises.case import Case, literal, names_of, plain
from bsclib.study.exercises.question import Facts, exercise, need

_FIRST, _SECOND = 2, 3
_TRIED = ((5.0, 2.0), (4.0, 4.5), (1.5, 1.0), (2.0, 5.0), (3.0, 3.0), (3.0, 3.5))
"""Impact and effort with which a learner's own function is tried; two lie on the edge."""


def _corner(impact: float, effort: float, edge: bool = True) -> str:
    much = impact >= 3 if edge else impact > 3
    little = effort <= 3 if edge else effort < 3
    return QUADRANTS[2 * (not much) + (not little)]


@exercise(slips="edge effort_turned impact_alone plural")
def corner(case: Case) -> Facts:
    """A function of the learner's own that puts an objective into its corner."""
    return Facts(
        Function(tuple(_corner(*pair) for pair in _TRIED), _TRIED),
        code=(
            "def answer(impact, effort):\n"
            "    if impact >= 3:\n        return 'quick win' if effort <= 3 else 'major project'\n"
            "    return 'fill-in' if effort <= 3 else 'thankless task'"
        ),
        slips={
            "edge": tuple(_corner(*pair, edge=False) for pair in _TRIED),
            "effort_turned": tuple(_corner(impact, 6 - effort) for impact, effort in _TRIED),
            "plural": tuple(f"{_corner(*pair)}s" for pair in _TRIED),
            "impact_alone": tuple(QUADRANTS[0] if impact >= 3 else QUADRANTS[2] for impact, _ in _TRIED),
        },
    )


@exercise(
    "first times second next_times third first_name second_name third_name",
    slips="added side_by_side without_third without_second",
    nothing="too_few",
)
def chain(case: Case) -> Facts:
    """The weight that two judgements give, when they are carried on."""
    ids = [one.id for one in case.scorecard.objectives[:3]]
    need(len(ids) >= 3, "too_few")
    a, b, c = ids
    told, added = _FIRST * _SECOND, _FIRST + _SECOND
    judged = pairwise(ids, {(a, b): _FIRST, (b, c): _SECOND, (a, c): told})
    return Facts(
        Number(float(ahp(judged).weights[a]), within=0.01, unit="share"),
        code=(
            "from bsclib.design import ahp, pairwise\n\n"
            f"ids = [{', '.join(map(literal, ids))}]\n"
            f"judgements = {{(ids[0], ids[1]): {_FIRST}, (ids[1], ids[2]): {_SECOND}, (ids[0], ids[2]): {told}}}\n"
            "answer = float(ahp(pairwise(ids, judgements)).weights[ids[0]])"
        ),
        names={
            "times": _FIRST,
            "next_times": _SECOND,
            **{at: case.called(id) for at, id in (("first", a), ("second", b), ("third", c))},
            **{f"{at}_name": case.scorecard.names[id] for at, id in (("first", a), ("second", b), ("third", c))},
        },
        slips={
            "added": added / (added + _SECOND + 1),
            "side_by_side": _FIRST / (_FIRST + _SECOND + 1),
            "without_third": _FIRST / (_FIRST + 1),
            "without_second": told / (told + 1),
        },
        sum=f"{told} / ({told} + {_SECOND} + 1)",
    )


@exercise("consistency_ratio", slips="strongest agreeing", nothing="too_few")
def contradiction(case: Case) -> Facts:
    """The judgement that does not fit the others."""
    of = names_of(case.scorecard.objectives[:4])
    need(len(of) >= 4, "too_few")
    a, b, c, d = of
    judged = {(a, b): 2.0, (a, c): 4.0, (a, d): 8.0, (b, c): 2.0, (d, b): 4.0, (c, d): 2.0}
    ratio = ahp(pairwise(list(of), judged)).consistency_ratio
    said = "".join(f"    ({literal(a)}, {literal(b)}): {plain(times)},\n" for (a, b), times in judged.items())
    return Facts(
        Names(frozenset({b, d}), of=of, kind="objective of the table", others=case.scorecard.names),
        code=(
            f"from bsclib.design import ahp, pairwise\n\nids = [{', '.join(map(literal, of))}]\n"
            f"judgements = {{\n{said}}}\n"
            "answer = list(ahp(pairwise(ids, judgements)).worst_pair[:2])"
        ),
        names={"consistency_ratio": f"{ratio:.2f}"},
        slips={"strongest": frozenset({a, d}), "agreeing": frozenset({a, b})},
        given=(
            ("this one", "matters so many times as much", "as this one"),
            *((of[one], plain(times), of[other]) for (one, other), times in judged.items()),
        ),
    )
