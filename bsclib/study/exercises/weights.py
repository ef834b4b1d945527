"""Exercises on criteria: weights from judgements in pairs, the odd judgement, entropy, what a candidate is worth."""

from __future__ import annotations

import pandas as pd

from bsclib.design.selection.candidates import rate_candidates
from bsclib.design.selection.criteria import CRITERIA, entropy_weights
from bsclib.design.selection.judgements import ahp, pairwise
from bsclib.design.selection.shortlist import JUDGEMENTS, weighted_scores
from bsclib.study.answers import Choice, Names, Number
from bsclib.study.exercises import SHARE, Case, Question, Slip, apart, plain, precision

CALLED = {one.name: one.name.replace("_", " ") for one in CRITERIA}
_THREE = ("relevance", "timeliness", "cost_to_collect")
_FOUR = ("relevance", "measurability", "timeliness", "cost_to_collect")
_ODD = ("measurability", "cost_to_collect")
"""The judgement that is turned round."""


def criterion_weight(case: Case) -> Question | str:
    """The weight of a criterion from a matrix of three."""
    judged = {pair: value for pair, value in JUDGEMENTS.items() if set(pair) <= set(_THREE)}
    matrix = pairwise(_THREE, judged)
    asked = _THREE[len(case.scorecard.kpis) % 2]
    row = matrix.loc[asked]
    expects = Number(float(ahp(matrix).weights[asked]), within=0.01, unit="share")
    products = matrix.prod(axis=1)
    return Question(
        text=f"Three criteria were compared in pairs: each row says how many times as much it matters as the column.\n"
        f"Which weight does {CALLED[asked]} get? {SHARE}",
        expects=expects,
        words="each row is brought to one number by multiplying, so that a judgement and its reciprocal cancel out; "
        "dividing by the sum makes weights of them.",
        code="from bsclib.design import ahp, pairwise\n\n"
        f"three = {judged!r}\n"
        f'answer = ahp(pairwise({list(_THREE)!r}, three)).weights["{asked}"]',
        hints=(
            "Multiply the three numbers in each row.",
            "Take the third root of each product: raise it to the power of 1/3.",
            "weight = its root / the sum of the three roots",
        ),
        slips=apart(
            expects,
            Slip(
                float(products[asked] / products.sum()),
                "this is made of the products themselves. Take the third root of each first.",
            ),
            Slip(float(products[asked] ** (1 / 3)), "this is the root. Divide it by the sum of the three roots."),
            Slip(float(row.mean()), "this is the mean of the row. It still has to be divided by the others' sum."),
            Slip(float(matrix[asked].sum() / matrix.to_numpy().sum()), "this is made of the column. Read the row."),
        ),
        given=_square(matrix),
    )


def _square(matrix: pd.DataFrame) -> tuple[tuple[str, ...], ...]:
    rows = [(CALLED[str(name)], *(_times(value) for value in row)) for name, row in matrix.iterrows()]
    return ("this one, over that one", *(CALLED[name] for name in matrix.columns)), *rows


def _times(value: float) -> str:
    return plain(value) if value >= 1 else f"1/{plain(1 / value)}"


def revisit(case: Case) -> Question | str:
    """Which judgement stands against the others."""
    judged = {pair: value for pair, value in JUDGEMENTS.items() if set(pair) <= set(_FOUR)}
    judged[_ODD[::-1]] = judged.pop(_ODD)  # turned round, and written as the others are
    found = ahp(pairwise(_FOUR, judged))
    worst = found.worst_pair
    if worst is None:
        return "These judgements agree perfectly: there is none to look at again."
    expects = Names(frozenset({worst.first, worst.second}), of={name: CALLED[name] for name in _FOUR}, kind="criterion")
    return Question(
        text=f"Four criteria were compared in pairs, and the consistency ratio is {found.consistency_ratio:.2f}: the "
        "judgements do not agree. Which one stands most against the others?\nGive the two criteria that it compares.",
        expects=expects,
        words="the other five judgements agree on what this one should have been. It is the one to talk about first, "
        "and whoever made it may still be right.",
        code="from bsclib.design import ahp, pairwise\n\n"
        "six = {\n" + "".join(f"    {pair!r}: {value!r},\n" for pair, value in judged.items()) + "}\n"
        f"worst = ahp(pairwise({list(_FOUR)!r}, six)).worst_pair\n"
        "answer = [worst.first, worst.second]",
        hints=(
            "Take three criteria at a time. If A is twice B, and B three times C, what should A be beside C?",
            "Put the four in order by the other judgements. Which one of the six goes against that order?",
            "`ahp(pairwise(names, six)).worst_pair` names it.",
        ),
        slips=apart(
            expects,
            Slip(
                frozenset({"relevance", "cost_to_collect"}),
                "this is the largest number, but the others bear it out.",
            ),
        ),
        given=(
            ("this one", "over that one", "times"),
            *((CALLED[a], CALLED[b], str(value)) for (a, b), value in judged.items()),
        ),
    )


def entropy(case: Case) -> Question | str:
    """Which criterion entropy gives the greatest weight."""
    rated = rate_candidates(case.scorecard, case.actuals)
    found = entropy_weights(rated)
    if found.isna().any():
        return "The candidates here are rated alike on every criterion, so entropy has nothing to go by."
    largest = frozenset(found.index[found.round(6) == found.round(6).max()])
    expects = Choice(largest, of=CALLED, kind="criterion")
    weights = ahp(pairwise(list(rated), JUDGEMENTS)).weights
    alike = frozenset(found.index[found == 0])
    counts = rated.apply(lambda column: column.value_counts()).reindex(range(1, 6)).fillna(0).astype(int)
    return Question(
        text="The table counts how many candidates got which rating, as first proposed. To which criterion does "
        "entropy give the greatest weight?\nGive its name.",
        expects=expects,
        words="on this criterion the candidates differ most, for the size of its ratings. It tells them apart; whether "
        "it matters is for people to say.",
        code="from bsclib.design import entropy_weights, rate_candidates\n\n"
        "answer = entropy_weights(rate_candidates(scorecard, actuals)).idxmax()",
        hints=(
            "Entropy knows nothing of what matters. It looks for the criterion that tells candidates apart.",
            "Where are the ratings spread widest? A 1 beside many a 5 is wider than a 3 beside many a 4.",
            "`entropy_weights(rate_candidates(scorecard, actuals))` gives all six.",
        ),
        slips=apart(
            expects,
            Slip(
                frozenset({str(weights.idxmax())}),
                "people judged this one to matter most. Entropy asks on which the candidates differ.",
            ),
            Slip(alike, "all candidates are alike on this one: its weight is 0."),
            Slip(frozenset(found.index), "on another one the candidates differ more."),
        ),
        given=(
            ("criterion", *(f"rated {rating}" for rating in counts.index)),
            *((CALLED[str(name)], *(str(many) for many in counts[name])) for name in counts),
        ),
    )


def worth(case: Case) -> Question | str:
    """What one candidate is worth, by hand."""
    rated = rate_candidates(case.scorecard, case.actuals)
    weights = ahp(pairwise(list(rated), JUDGEMENTS)).weights.round(2)
    exact, unturned = weighted_scores(rated, weights), rated @ weights / weights.sum()
    asked = str(((exact - unturned).abs() + rated.std(axis=1) / 100).idxmax())
    ratings = rated.loc[asked]
    expects = Number(float(exact[asked]), within=0.01)
    good = ratings.where([one.benefit for one in CRITERIA], 6 - ratings)
    return Question(
        text=f"What is {case.called(asked)} worth, from 1 to 5, with these weights and ratings? Of cost less is "
        f"better, so its rating is turned round.\nGive it {precision(2)}.",
        expects=expects,
        words="each rating counts by the weight of its criterion. A high one can pay for a low one, which is the weak "
        "point of every sum.",
        code=f"shares = {weights.to_dict()!r}\n"
        f"ratings = {ratings.to_dict()!r}\n"
        'ratings["cost_to_collect"] = 6 - ratings["cost_to_collect"]\n'
        "answer = sum(shares[name] * ratings[name] for name in shares) / sum(shares.values())",
        hints=(
            "First turn the rating of cost round: a cheap KPI is a good one, so 1 becomes 5, and 5 becomes 1.",
            "Multiply each rating by its weight, and add up.",
            "The weights add up to about 1. Divide by their sum to be exact.",
        ),
        slips=apart(
            expects,
            Slip(float(unturned[asked]), "the rating of cost was not turned round: 5 is dear, not good."),
            Slip(float(good.mean()), "this is the plain mean: the weights were not used."),
            Slip(float(ratings.mean()), "this is the plain mean, and cost was not turned round."),
        ),
        given=(
            ("criterion", "weight", "rating"),
            *((CALLED[name], plain(weights[name]), str(ratings[name])) for name in weights.index),
        ),
    )
