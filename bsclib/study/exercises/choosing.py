"""Exercises on the chosen set: who says the same twice, who drops out, what a constraint costs, who drives whom."""

from __future__ import annotations

import pandas as pd

from bsclib.design.selection.choice import choose
from bsclib.design.selection.constraints import kpi_names
from bsclib.design.selection.influence import claimed_influence, dematel
from bsclib.design.selection.kpi_tables import perspective_of
from bsclib.design.selection.redundancy import apart_by_arithmetic
from bsclib.design.selection.shortlist import first_constraints, weighted_scores
from bsclib.errors import ActualsError, BscError
from bsclib.study.answers import Choice
from bsclib.study.exercises.case import Case, highest, names_of, plain
from bsclib.study.exercises.question import Facts, NothingToAskError, exercise, need

_FAR = 0.05
_MOST = 8


@exercise("kpi", slips="raw other", nothing="none_near")
def nearest(case: Case) -> Facts:
    """Which KPI moves with another one once trend and season are taken out."""
    card = case.scorecard
    pairs = case.pairs
    both_ways = pd.concat([pairs, pairs.rename(columns={"kpi": "other", "other": "kpi"})], ignore_index=True)
    both_ways = both_ways.assign(raw=both_ways["raw"].abs(), left=both_ways["left"].abs())
    asked = need(_misleading(both_ways), "none_near")
    rows = both_ways[both_ways["kpi"] == asked].set_index("other")
    shown = pd.concat([rows.nlargest(3, "raw"), rows.nlargest(2, "left")]).index.unique()
    of = {kpi.id: kpi.name for kpi in card.kpis if kpi.id in shown}
    return Facts(
        Choice(frozenset({rows["left"].idxmax()}), of=of, kind="KPI of the table", others=card.names),
        code=(
            "from bsclib.actuals import find_departures\n\n"
            "left = find_departures(actuals, scorecard)\n"
            f"others = {list(of)!r}\n"
            f'answer = left[others].corrwith(left["{asked}"]).abs().idxmax()'
        ),
        names={"kpi": case.called(asked)},
        slips={"raw": frozenset({str(rows["raw"].idxmax())}), "other": frozenset(of)},
        given=(
            ("KPI", "as they are", "in their departures"),
            *((name, f"{rows.loc[id, 'raw']:.2f}", f"{rows.loc[id, 'left']:.2f}") for id, name in of.items()),
        ),
    )


def _misleading(pairs: pd.DataFrame) -> str:
    """A KPI whose nearest is another one than it seems, and clearly so; the one with the closest nearest."""
    best, closest = "", (False, 0.0)
    for kpi, rows in pairs.groupby("kpi", sort=False):
        left = rows["left"].nlargest(2).tolist()
        fooled = bool(rows["left"].idxmax() != rows["raw"].idxmax())
        if len(left) == 2 and left[0] - left[1] >= _FAR and (fooled, left[0]) > closest:
            best, closest = str(kpi), (fooled, left[0])
    return best


@exercise("most fewer", slips="only_one other", nothing="all_needed")
def drops_out(case: Case) -> Facts:
    """Which KPI drops out when there may be one fewer."""
    card = case.scorecard
    within = perspective_of(card)
    least = dict.fromkeys(within.values(), 1)
    most = min(max(_MOST, len(least) + 1), len(card.kpis) - 1)
    need(most > len(least), "all_needed")
    worth = weighted_scores(case.rated).round(2)
    chosen = choose(worth, card, at_most=most, at_least=least).chosen
    spare = [id for id in chosen if sum(within[one] == within[id] for one in chosen) > 1]
    lowest = min(worth[id] for id in spare)
    right = frozenset(id for id in spare if worth[id] == lowest)
    return Facts(
        Choice(right, of={id: card.names[id] for id in chosen}, kind="chosen KPI", others=card.names),
        code=(
            "from bsclib.design import choose, rate_candidates, weighted_scores\n\n"
            "rounded = weighted_scores(rate_candidates(scorecard, actuals)).round(2)\n"
            f"least = {least!r}\n"
            f"before = choose(rounded, scorecard, at_most={most}, at_least=least).chosen\n"
            f"after = choose(rounded, scorecard, at_most={most - 1}, at_least=least).chosen\n"
            "answer = next(id for id in before if id not in after)"
        ),
        names={"most": most, "fewer": most - 1},
        slips={"only_one": frozenset(id for id in chosen if worth[id] < lowest), "other": frozenset(chosen)},
        given=(
            ("KPI", "perspective", "worth"),
            *((card.names[id], card.names[within[id]], plain(worth[id])) for id in chosen),
        ),
    )


@exercise("count value", slips="free other", nothing="impossible no_price")
def dearest(case: Case) -> Facts:
    """Which constraint costs most."""
    card = case.scorecard
    rated = case.rated
    worth, cost = weighted_scores(rated), rated["cost_to_collect"]
    apart = _apart(case)
    constraints = first_constraints(worth, card, cost, apart=apart)
    try:
        choice = choose(worth, card, cost=cost, apart=apart, **constraints)
    except BscError:
        raise NothingToAskError("impossible") from None
    called = {kpi.id: name for kpi, name in zip(card.kpis, kpi_names(card), strict=True)}
    by_id = {f"not both {a} and {b}": f"not both {called[a]} and {called[b]}" for a, b in apart}
    prices = choice.prices.assign(gain=choice.prices["gain"].round(2))
    need(len(prices) >= 2 and prices["gain"].max() > 0, "no_price")
    gains = prices.set_index("constraint")["gain"]
    return Facts(
        Choice(
            highest(gains),
            of={text: text for text in gains.index},
            kind="constraint",
            also=by_id | {text.removeprefix("a ").split(" of ")[0]: text for text in gains.index if text[:2] == "a "},
        ),
        code=(
            "from bsclib.design import choose, rate_candidates, weighted_scores\n\n"
            f"asked = {constraints!r}\n"
            "ratings = rate_candidates(scorecard, actuals)\n"
            'costs = ratings["cost_to_collect"]\n'
            f"apart = {apart!r}  # redundant by arithmetic\n"
            "prices = choose(weighted_scores(ratings), scorecard, cost=costs, apart=apart, **asked).prices\n"
            'answer = prices.loc[prices["gain"].idxmax(), "constraint"]'
        ),
        names={"count": len(choice.chosen), "value": f"{choice.value:.2f}"},
        slips={"free": frozenset(gains.index[gains == 0]), "other": frozenset(gains.index)},
        given=(
            ("constraint, loosened by one step", "worth of the best set then"),
            *((row.constraint, f"{row.value:.2f}") for row in prices.itertuples()),
        ),
    )


def _apart(case: Case) -> list[tuple[str, str]]:
    """The pairs that are redundant by arithmetic; none where there are too few months to tell."""
    try:
        return apart_by_arithmetic(case.pairs)
    except ActualsError:
        return []


@exercise(slips="prominence gives taker other", nothing="no_influence")
def driver(case: Case) -> Facts:
    """Which objective drives most."""
    card = case.scorecard
    try:
        influence = dematel(claimed_influence(card))
    except BscError:
        raise NothingToAskError("no_influence") from None
    relation, prominence = influence.relation.round(6), influence.prominence.round(6)
    top = relation.abs().nlargest(3).index.union(prominence.nlargest(3).index, sort=False)
    shown = [one.id for one in card.objectives if one.id in top]
    given, taken = influence.total.sum(axis=1), influence.total.sum(axis=0)
    return Facts(
        Choice(highest(relation), of=names_of(card.objectives), kind="objective", others=card.names),
        code=(
            "from bsclib.design import claimed_influence, dematel\n\n"
            "answer = dematel(claimed_influence(scorecard)).relation.idxmax()"
        ),
        slips={
            "prominence": highest(prominence),
            "gives": highest(given.round(6)),
            "taker": highest(-relation),
            "other": frozenset(given.index),
        },
        given=(
            ("objective", "gives", "takes"),
            *((card.names[id], f"{given[id]:.3f}", f"{taken[id]:.3f}") for id in shown),
        ),
    )
