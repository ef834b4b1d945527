"""Exercises on the chosen set: who says the same twice, who drops out, what a constraint costs, who drives whom."""

from __future__ import annotations

import pandas as pd

from bsclib.actuals.correlations import together
from bsclib.design.selection.candidates import rate_candidates
from bsclib.design.selection.choice import choose
from bsclib.design.selection.influence import claimed_influence, dematel
from bsclib.design.selection.kpi_tables import perspective_of
from bsclib.design.selection.shortlist import first_constraints, weighted_scores
from bsclib.errors import BscError
from bsclib.study.answers import Choice
from bsclib.study.exercises import Case, Question, Slip, apart, plain

_CLOSE = 0.7
_FAR = 0.05
_MOST = 8


def nearest(case: Case) -> Question | str:
    """Which KPI moves with another one once trend and season are taken out."""
    card = case.scorecard
    pairs = together(case.actuals, card)
    both_ways = pd.concat([pairs, pairs.rename(columns={"kpi": "other", "other": "kpi"})], ignore_index=True)
    both_ways = both_ways.assign(raw=both_ways["raw"].abs(), left=both_ways["left"].abs())
    asked = _misleading(both_ways)
    if not asked:
        return "No three KPIs of this scorecard have two years of actuals in common, with one of them clearly nearest."
    rows = both_ways[both_ways["kpi"] == asked].set_index("other")
    shown = pd.concat([rows.nlargest(3, "raw"), rows.nlargest(2, "left")]).index.unique()
    shown = [kpi.id for kpi in card.kpis if kpi.id in shown]
    of = {id: card.names[id] for id in shown}
    expects = Choice(frozenset({rows["left"].idxmax()}), of=of, kind="KPI of the table", others=card.names)
    return Question(
        text=f"Which of these KPIs moves most closely with {case.called(asked)}, up or down, once trend, season and "
        f"known events are taken out of both?\nThe table gives the correlations of the actuals as they are. Give the "
        "id or the name of the KPI.",
        expects=expects,
        words="what two KPIs share beyond the calendar shows in their departures. Only that makes one of them "
        "redundant; a trend both have makes nobody so.",
        code="from bsclib.actuals.departures import departures\n\n"
        "left = departures(actuals, scorecard)\n"
        f"others = {shown!r}\n"
        f'answer = left[others].corrwith(left["{asked}"]).abs().idxmax()',
        hints=(
            "The highest of these correlations may be nothing but two trends.",
            "`departures(actuals, scorecard)` takes trend, season and events out, a column a KPI.",
            f'`left.corr()["{asked}"]` then correlates what is left. The sign does not matter.',
        ),
        slips=apart(
            expects,
            Slip(
                frozenset({str(rows["raw"].idxmax())}),
                "this one correlates most as it is. Take out trend and season, and little is left.",
            ),
            Slip(frozenset(shown), "another one is nearer when trend and season are taken out."),
        ),
        given=(
            ("KPI", "correlation as they are, without sign"),
            *((card.names[id], f"{rows.loc[id, 'raw']:.2f}") for id in shown),
        ),
    )


def _misleading(pairs: pd.DataFrame) -> str:
    """A KPI whose nearest is another one than it seems, and clearly so; the one with the closest nearest."""
    best, closest = "", (False, 0.0)
    for kpi, rows in pairs.groupby("kpi", sort=False):
        left = rows["left"].nlargest(2).tolist()
        if len(left) < 2 or left[0] - left[1] < _FAR:
            continue
        fooled = rows.loc[rows["left"].idxmax(), "other"] != rows.loc[rows["raw"].idxmax(), "other"]
        if (fooled, left[0]) > closest:
            best, closest = str(kpi), (bool(fooled), left[0])
    return best


def drops_out(case: Case) -> Question | str:
    """Which KPI drops out when there may be one fewer."""
    card = case.scorecard
    within = perspective_of(card)
    views = len(set(within.values()))
    most = min(max(_MOST, views + 1), len(card.kpis) - 1)
    if most <= views:
        return "Every KPI of this scorecard is needed to have one in each perspective: none can drop out."
    worth = weighted_scores(rate_candidates(card, case.actuals)).round(2)
    least = dict.fromkeys(dict.fromkeys(within.values()), 1)
    chosen = choose(worth, card, at_most=most, at_least=least).chosen
    spare = [id for id in chosen if sum(within[one] == within[id] for one in chosen) > 1]
    lowest = min(worth[id] for id in spare)
    right = frozenset(id for id in spare if worth[id] == lowest)
    expects = Choice(right, of={id: card.names[id] for id in chosen}, kind="chosen KPI", others=card.names)
    alone = frozenset(id for id in chosen if worth[id] < lowest)
    return Question(
        text=f"At most {most} KPIs, and at least one in each perspective: these were chosen, for the greatest worth in "
        f"all, rated as first proposed. Now there may be {most - 1} only.\nWhich one drops out? Give its id or "
        "its name.",
        expects=expects,
        words="the one that is worth least goes, unless its perspective would be left with none. So the price of a "
        "place is what the last one to get in is worth.",
        code="from bsclib.design import choose, rate_candidates, weighted_scores\n\n"
        "rounded = weighted_scores(rate_candidates(scorecard, actuals)).round(2)\n"
        f"least = {least!r}\n"
        f"before = choose(rounded, scorecard, at_most={most}, at_least=least).chosen\n"
        f"after = choose(rounded, scorecard, at_most={most - 1}, at_least=least).chosen\n"
        "answer = next(id for id in before if id not in after)",
        hints=(
            "Begin with the KPI that is worth least. May it go?",
            "A KPI that is the only one of its perspective has to stay, whatever it is worth.",
        ),
        slips=apart(
            expects,
            Slip(alone, "it is worth less, but its perspective would be left with no KPI at all."),
            Slip(frozenset(chosen), "the set would lose more than it has to: another one is worth less, and may go."),
        ),
        given=(
            ("KPI", "perspective", "worth"),
            *((card.names[id], card.names[within[id]], plain(worth[id])) for id in chosen),
        ),
    )


def dearest(case: Case) -> Question | str:
    """Which constraint costs most."""
    card = case.scorecard
    rated = rate_candidates(card, case.actuals)
    worth, cost = weighted_scores(rated), rated["cost_to_collect"]
    constraints = first_constraints(worth, card, cost)
    try:
        found = choose(worth, card, cost=cost, **constraints)
    except BscError as clash:
        return f"These KPIs satisfy no constraints worth asking about: {clash}"
    prices = found.prices.assign(gain=found.prices["gain"].round(2))
    if len(prices) < 2 or not prices["gain"].max() > 0:
        return "Here no constraint holds anything back: loosened by one step, the chosen set stays the same."
    of = {text: text for text in prices["constraint"]}
    right = frozenset(prices.loc[prices["gain"] == prices["gain"].max(), "constraint"])
    expects = Choice(right, of=of, kind="constraint")
    free = frozenset(prices.loc[prices["gain"] == 0, "constraint"])
    return Question(
        text=f"{len(found.chosen)} KPIs were chosen, worth {found.value:.2f} in all, rated as first proposed. Then "
        "each constraint was loosened by one step, for itself alone, and the best set found again.\n"
        "Which constraint costs most? Give it as written.",
        expects=expects,
        words="its price is what the set gains when it is loosened by one step. This is the constraint to talk about "
        "first; those with a price of 0 can be left in peace.",
        code="from bsclib.design import choose, rate_candidates, weighted_scores\n\n"
        f"asked = {constraints!r}\n"
        "ratings = rate_candidates(scorecard, actuals)\n"
        'costs = ratings["cost_to_collect"]\n'
        "prices = choose(weighted_scores(ratings), scorecard, cost=costs, **asked).prices\n"
        'answer = prices.loc[prices["gain"].idxmax(), "constraint"]',
        hints=(
            "For each constraint: by how much is the set worth more once it is loosened?",
            "Take what the set was worth before from what it is worth then.",
        ),
        slips=apart(
            expects,
            Slip(free, "loosened, it leaves the set as it is: it costs nothing at all."),
            Slip(frozenset(of), "another one costs more."),
        ),
        given=(
            ("constraint, loosened by one step", "worth of the best set then"),
            *((row.constraint, f"{row.value:.2f}") for row in prices.itertuples()),
        ),
    )


def driver(case: Case) -> Question | str:
    """Which objective drives most."""
    card = case.scorecard
    try:
        found = dematel(claimed_influence(card))
    except BscError:
        return "The links of this scorecard tell nothing of which objective drives which."
    relation, prominence = found.relation.round(6), found.prominence.round(6)
    right = frozenset(relation.index[relation == relation.max()])
    expects = Choice(right, of={one.id: one.name for one in card.objectives}, kind="objective", others=card.names)
    top = relation.abs().nlargest(3).index.union(prominence.nlargest(3).index, sort=False)
    shown = [one.id for one in card.objectives if one.id in top]
    given, taken = found.total.sum(axis=1), found.total.sum(axis=0)
    return Question(
        text="These objectives give and take influence, all detours included. Which one drives most: of which is the "
        "*relation* the greatest?\nGive its id or its name.",
        expects=expects,
        words="what gives far more than it takes is a driver: work there, and others move. It need not be the one that "
        "has most to do with all the others.",
        code="from bsclib.design import claimed_influence, dematel\n\n"
        "answer = dematel(claimed_influence(scorecard)).relation.idxmax()",
        hints=(
            "The relation is what an objective gives less what it takes.",
            "From what it gives take what it takes, line by line. Which difference is the greatest?",
        ),
        slips=apart(
            expects,
            Slip(
                frozenset(prominence.index[prominence == prominence.max()]),
                "this one has the greatest prominence: it gives and takes most, together.",
            ),
            Slip(
                frozenset(given.index[given.round(6) == given.round(6).max()]),
                "this one gives most. Take from it what it takes.",
            ),
            Slip(frozenset(relation.index[relation == relation.min()]), "this one is driven most: it takes."),
        ),
        given=(
            ("objective", "gives", "takes"),
            *((card.names[id], f"{given[id]:.3f}", f"{taken[id]:.3f}") for id in shown),
        ),
    )
