"""Exercises on criteria: weights from judgements in pairs, the odd judgement, entropy, what a candidate is worth."""

from __future__ import annotations

import numpy as np

from bsclib.design.selection.criteria import CRITERIA, entropy_weights
from bsclib.design.selection.judgements import ahp, pairwise
from bsclib.design.selection.shortlist import JUDGEMENTS, weighted_scores
from bsclib.study.answer_functions import Function
from bsclib.study.answers import Choice, Names, Number
from bsclib.study.exercises.case import Case, highest, plain
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import precision

CALLED = {criterion.name: criterion.name.replace("_", " ") for criterion in CRITERIA}
_THREE = ("relevance", "timeliness", "cost_to_collect")
_FOUR = ("relevance", "measurability", "timeliness", "cost_to_collect")
_ODD = ("measurability", "cost_to_collect")
"""The judgement that is turned round."""


@exercise("criterion first other", slips="products root row_mean column first_row other_row")
def criterion_weight(case: Case) -> Facts:
    """The weight of a criterion from a matrix of three."""
    judged = {pair: value for pair, value in JUDGEMENTS.items() if set(pair) <= set(_THREE)}
    matrix = pairwise(_THREE, judged)
    asked, products = _THREE[len(case.scorecard.kpis) % 2], matrix.prod(axis=1)
    weights, (first, other) = ahp(matrix).weights, [name for name in _THREE if name != asked]
    roots = [f"{products[name] ** (1 / 3):.2f}" for name in (asked, *_THREE)]
    return Facts(
        Number(float(weights[asked]), within=0.01, unit="share"),
        code=(
            f"from bsclib.design import ahp, pairwise\n\nthree = {judged!r}\n"
            f'answer = ahp(pairwise({list(_THREE)!r}, three)).weights["{asked}"]'
        ),
        names={"criterion": CALLED[asked], "first": CALLED[first], "other": CALLED[other]},
        slips={
            "products": products[asked] / products.sum(),
            "root": products[asked] ** (1 / 3),
            "row_mean": matrix.loc[asked].mean(),
            "column": matrix[asked].sum() / matrix.to_numpy().sum(),
            "first_row": float(weights[first]),
            "other_row": float(weights[other]),
        },
        sum=f"{roots[0]} / ({' + '.join(roots[1:])})",
        given=(
            ("this one, over that one", *(CALLED[name] for name in matrix.columns)),
            *((CALLED[str(name)], *map(_times, row)) for name, row in matrix.iterrows()),
        ),
    )


_TRIED = (
    [[1, 3, 5], [1 / 3, 1, 2], [1 / 5, 1 / 2, 1]],
    [[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]],
    [[1, 1, 9], [1, 1, 2], [1 / 9, 1 / 2, 1]],
)
"""Matrices of judgements with which a learner's own function is tried."""


def _shared(values: np.ndarray) -> list[float]:
    return (values / values.sum()).tolist()


@exercise(slips="row_means column_shares products columns roots")
def weigh(case: Case) -> Facts:
    """A function of the learner's own that turns a matrix of judgements into weights."""
    matrices = [np.array(matrix) for matrix in _TRIED]
    roots = [matrix.prod(axis=1) ** (1 / 3) for matrix in matrices]
    return Facts(
        Function(tuple(map(_shared, roots)), tuple((matrix,) for matrix in _TRIED)),
        code=(
            "def answer(matrix):\n"
            "    roots = [(row[0] * row[1] * row[2]) ** (1 / 3) for row in matrix]\n"
            "    return [root / sum(roots) for root in roots]"
        ),
        slips={
            "row_means": tuple(_shared(matrix.mean(axis=1)) for matrix in matrices),
            "column_shares": tuple(_shared((matrix / matrix.sum(axis=0)).sum(axis=1)) for matrix in matrices),
            "products": tuple(_shared(matrix.prod(axis=1)) for matrix in matrices),
            "columns": tuple(_shared(matrix.prod(axis=0) ** (1 / 3)) for matrix in matrices),
            "roots": tuple(root.tolist() for root in roots),
        },
        given=(("", "A", "B", "C"), ("A", "1", "3", "5"), ("B", "1/3", "1", "2"), ("C", "1/5", "1/2", "1")),
    )


def _times(value: float) -> str:
    return plain(value) if value >= 1 else f"1/{plain(1 / value)}"


@exercise("consistency_ratio", slips="largest", nothing="consistent")
def revisit(case: Case) -> Facts:
    """Which judgement stands against the others."""
    judged = {pair: value for pair, value in JUDGEMENTS.items() if set(pair) <= set(_FOUR)}
    judged[_ODD[::-1]] = judged.pop(_ODD)  # turned round, and written as the others are
    priorities = ahp(pairwise(_FOUR, judged))
    worst = need(priorities.worst_pair, "consistent")
    return Facts(
        Names(frozenset({worst.first, worst.second}), of={name: CALLED[name] for name in _FOUR}, kind="criterion"),
        code=(
            "from bsclib.design import ahp, pairwise\n\n"
            "six = {\n" + "".join(f"    {pair!r}: {value!r},\n" for pair, value in judged.items()) + "}\n"
            f"worst = ahp(pairwise({list(_FOUR)!r}, six)).worst_pair\n"
            "answer = [worst.first, worst.second]"
        ),
        names={"consistency_ratio": f"{priorities.consistency_ratio:.2f}"},
        slips={"largest": frozenset({"relevance", "cost_to_collect"})},
        given=(
            ("this one", "over that one", "times"),
            *((CALLED[a], CALLED[b], str(value)) for (a, b), value in judged.items()),
        ),
    )


@exercise(slips="judged alike other", nothing="all_alike")
def entropy(case: Case) -> Facts:
    """Which criterion entropy gives the greatest weight."""
    rated = case.rated
    weights = entropy_weights(rated)
    need(weights.notna().all(), "all_alike")
    judged = ahp(pairwise(list(rated), JUDGEMENTS)).weights
    counts = rated.apply(lambda column: column.value_counts()).reindex(range(1, 6)).fillna(0).astype(int)
    return Facts(
        Choice(highest(weights.round(6)), of=CALLED, kind="criterion"),
        code=(
            "from bsclib.design import entropy_weights, rate_candidates\n\n"
            "answer = entropy_weights(rate_candidates(scorecard, actuals)).idxmax()"
        ),
        slips={
            "judged": frozenset({str(judged.idxmax())}),
            "alike": frozenset(weights.index[weights == 0]),
            "other": frozenset(weights.index),
        },
        given=(
            ("criterion", *(f"rated {rating}" for rating in counts.index)),
            *((CALLED[str(name)], *(str(count) for count in counts[name])) for name in counts),
        ),
    )


@exercise("kpi precision", slips="cost_not_turned unweighted unweighted_not_turned")
def worth(case: Case) -> Facts:
    """What one candidate is worth, by hand."""
    rated = case.rated
    weights = ahp(pairwise(list(rated), JUDGEMENTS)).weights.round(2)
    exact, unturned = weighted_scores(rated, weights), rated @ weights / weights.sum()
    asked = str(((exact - unturned).abs() + rated.std(axis=1) / 100).idxmax())
    ratings = rated.loc[asked]
    good = ratings.where([one.benefit for one in CRITERIA], 6 - ratings)
    return Facts(
        Number(float(exact[asked]), within=0.01),
        code=(
            f"shares = {weights.to_dict()!r}\nratings = {ratings.to_dict()!r}\n"
            'ratings["cost_to_collect"] = 6 - ratings["cost_to_collect"]\n'
            "answer = sum(shares[name] * ratings[name] for name in shares) / sum(shares.values())"
        ),
        names={"kpi": case.called(asked), "precision": precision(2)},
        sum=" + ".join(f"{plain(weights[name])} × {plain(good[name])}" for name in weights.index)
        if round(weights.sum(), 9) == 1
        else "",
        slips={"cost_not_turned": unturned[asked], "unweighted": good.mean(), "unweighted_not_turned": ratings.mean()},
        given=(
            ("criterion", "weight", "rating"),
            *((CALLED[name], plain(weights[name]), str(ratings[name])) for name in weights.index),
        ),
    )
