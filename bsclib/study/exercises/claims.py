"""Exercises on what a map claims and leaves out, and on what correlation makes of KPIs that nobody linked."""

from __future__ import annotations

from bsclib.causality.correlation_test import unlinked_pairs
from bsclib.causality.evidence.testable import untestable
from bsclib.model.formula import identity
from bsclib.study.answers import Names, Number
from bsclib.study.exercises import Case, Question, Slip, apart, precision
from bsclib.wording import arrow

CHANCE = 0.05
"""Share of the correlations that pass for real by chance."""
_SHOWN = 8


def by_number(case: Case, places: list[int]) -> dict[str, str]:
    """What links are called in answers: their numbers in the scorecard, and cause → effect."""
    links = case.scorecard.links
    return {str(at + 1): arrow(links[at].cause, links[at].effect) for at in places}


def not_testable(case: Case) -> Question | str:
    """Which links no data could test."""
    card = case.scorecard
    blocked = untestable(card)
    if not blocked:
        return "Every link of this map can be tested." if card.links else "This scorecard claims no cause and effect."
    free = [at for at in range(len(card.links)) if at not in blocked]
    free.sort(key=lambda at: card.links[at].lag != 0)  # those of lag 0 look as if they could not be tested
    places = sorted([*blocked, *free][: max(_SHOWN, len(blocked))])
    right = frozenset(str(at + 1) for at in blocked)
    expects = Names(right, of=by_number(case, places), kind="link of the table")
    links = {str(at + 1): card.links[at] for at in places}
    formulas = {id: card.kpi(id).formula for link in links.values() for id in (link.cause, link.effect)}
    same = [number for number, link in links.items() if identity(formulas[link.cause], formulas[link.effect])]
    silent = [number for number, link in links.items() if None in (link.sign, link.lag)]
    at_once = [number for number, link in links.items() if link.lag == 0]
    return Question(
        text="Which of these links can no data test: because they are arithmetic, state no sign or no lag, or because "
        "two KPIs are said to drive each other within the same month?\nGive their numbers.",
        expects=expects,
        words="what is true by arithmetic cannot fail, and what states no sign or no lag cannot either. A claim that "
        "cannot fail claims nothing.",
        code="from bsclib.causality.evidence.testable import untestable\n\n"
        "answer = [at + 1 for at in untestable(scorecard)]",
        hints=(
            "Look for two KPIs that are computed from the same quantity: one cannot move without the other.",
            "Then look for a link without a sign or a lag, and for two links that lead to and fro without a lag.",
        ),
        slips=apart(
            expects,
            Slip(frozenset(at_once), "a lag of 0 can be tested: the effect comes within the same month."),
            Slip(frozenset(same), "these are arithmetic. Others cannot be tested for another reason."),
            Slip(frozenset(silent), "these state too little. Others cannot be tested for another reason."),
        ),
        given=(
            ("number", "link", "sign", "lag", "the cause is", "the effect is"),
            *(
                (
                    number,
                    arrow(link.cause, link.effect),
                    link.sign or "none",
                    "none" if link.lag is None else str(link.lag),
                    formulas[link.cause] or "not said",
                    formulas[link.effect] or "not said",
                )
                for number, link in links.items()
            ),
        ),
    )


def orphans(case: Case) -> Question | str:
    """Which KPIs the map leaves out."""
    card = case.scorecard
    if not card.links:
        return "This scorecard claims no cause and effect."
    causes, effects = ({getattr(link, end) for link in card.links} for end in ("cause", "effect"))
    out = frozenset(kpi.id for kpi in card.kpis) - causes - effects
    if not out:
        return "Every KPI of this scorecard is in the map."
    expects = Names(out, of={kpi.id: kpi.name for kpi in card.kpis}, kind="KPI", others=card.names)
    ids = frozenset(kpi.id for kpi in card.kpis)
    return Question(
        text=f"Which of the {len(card.kpis)} KPIs does no link touch, neither as cause nor as effect?\n"
        "Give their ids or names, in any order.",
        expects=expects,
        words="nobody has said what these are for: what drives them, or what they drive. Either the map lacks a link, "
        "or the scorecard has a KPI too many.",
        code="linked = {id for link in scorecard.links for id in (link.cause, link.effect)}\n"
        "answer = [kpi.id for kpi in scorecard.kpis if kpi.id not in linked]",
        hints=(
            "Each link names two KPIs: `link.cause` and `link.effect`.",
            "Collect both ends of all links in a set. Which KPIs are not in it?",
        ),
        slips=apart(
            expects,
            Slip(ids - causes, "some of these are the effect of another one: they are in the map."),
            Slip(ids - effects, "some of these are the cause of another one: they are in the map."),
            Slip(ids - out, "these are the ones that are in the map."),
        ),
    )


def by_chance(case: Case) -> Question | str:
    """How many pairs of KPIs correlate by chance alone."""
    many = len(case.scorecard.kpis)
    if many < 3:
        return "With fewer than three KPIs there are hardly any pairs to be fooled by."
    pairs = many * (many - 1) / 2
    decimals = 0 if pairs * CHANCE >= 20 else 1
    expects = Number(pairs * CHANCE, within=10.0**-decimals)
    return Question(
        text=f"Suppose that none of the {many} KPIs had anything to do with any other, and that none had a trend or a "
        f"season. Somebody correlates every two of them.\nHow many of these correlations have p < 0.05, on average? "
        f"Give it {precision(decimals)}.",
        expects=expects,
        words="one pair in twenty passes by chance, and there are more pairs than people think. Whoever looks at all "
        "of them will have something to report.",
        code=f"kpis = len(scorecard.kpis)\npairs = kpis * (kpis - 1) / 2\nanswer = {CHANCE} * pairs",
        hints=(
            "How many pairs are there? Each KPI can be paired with every other one; a pair counts once.",
            "Of those that have nothing to do with each other, five in a hundred have p < 0.05.",
        ),
        slips=apart(
            expects,
            Slip(2 * pairs * CHANCE, "each pair was counted twice: A with B is B with A."),
            Slip(many * many * CHANCE, "a KPI is not paired with itself, and each pair counts once."),
            Slip(many * CHANCE, "these are five in a hundred of the KPIs. How many pairs do they make?"),
            Slip(pairs, "this is how many pairs there are. Five in a hundred of them pass by chance."),
        ),
    )


def taken_out(case: Case) -> Question | str:
    """What is left of a correlation once trend and season are taken out."""
    pairs = unlinked_pairs(case.scorecard, case.actuals)
    pairs = pairs.assign(gone=pairs["raw"].abs() - pairs["left"].abs())
    pairs = pairs[(pairs["raw"].abs() > 0.5) & (pairs["gone"] > 0.2)]
    if pairs.empty:
        return "No two KPIs that the map does not join correlate here, and no longer do without trend and season."
    row = pairs.loc[pairs["gone"].idxmax()]
    first, second = str(row["kpi"]), str(row["other"])
    expects = Number(float(row["left"]), within=0.02)
    return Question(
        text=f"No link joins {case.called(first)} and {case.called(second)}, and yet their correlation over "
        f"{int(row['months'])} months is {row['raw']:.2f}. What is it once trend, season and known events are taken "
        "out of both?\n`departures(actuals, scorecard)` of `bsclib.actuals.departures` takes them out. "
        "Give it to 2 decimals "
        "(0.02 off is let pass).",
        expects=expects,
        words="the two share a trend or a season, and little else. Correlate what is left, never the actuals as they "
        "are.",
        code="from bsclib.actuals.departures import departures\n\n"
        "left = departures(actuals, scorecard)\n"
        f'answer = left["{first}"].corr(left["{second}"])',
        hints=(
            "`departures` gives a frame with a row a month and a column a KPI.",
            f'Pick two columns, `left["{first}"]` and `left["{second}"]`: `.corr` of the one takes the other.',
        ),
        slips=apart(
            expects,
            Slip(float(row["raw"]), "this is the correlation of the actuals as they are."),
            Slip(0.0, "not exactly. Something is always left over by chance: work it out."),
        ),
    )
