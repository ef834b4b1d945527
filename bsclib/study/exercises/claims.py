"""Exercises on what a map claims and leaves out, and on what correlation makes of KPIs that nobody linked."""

from __future__ import annotations

from bsclib.causality.correlation_test import unlinked_pairs
from bsclib.causality.evidence.testable import untestable
from bsclib.model.formula import identity
from bsclib.study.answers import Names, Number
from bsclib.study.exercises.case import Case, by_row, names_of
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import phrases, precision
from bsclib.wording import arrow, formula_in_words

CHANCE = 0.05
"""Share of the correlations that pass for real by chance."""
_SHOWN = 8


def by_number(case: Case, places: list[int]) -> dict[str, str]:
    """What links are called in answers: their numbers in the scorecard, and cause → effect, by name."""
    links = case.scorecard.links
    return {str(at + 1): case.link(links[at].cause, links[at].effect) for at in places}


def by_ids(case: Case, places: list[int]) -> dict[str, str]:
    """What else links may be called: cause → effect, by the ids of the KPIs."""
    links = case.scorecard.links
    return {arrow(links[at].cause, links[at].effect): str(at + 1) for at in places}


@exercise(slips="lag_of_zero arithmetic_only silent_only", nothing="no_link all_testable")
def not_testable(case: Case) -> Facts:
    """Which links no data could test."""
    card = case.scorecard
    need(card.links, "no_link")
    blocked = need(untestable(card), "all_testable")
    free = [at for at in range(len(card.links)) if at not in blocked]
    free.sort(key=lambda at: card.links[at].lag != 0)  # those of lag 0 look as if they could not be tested
    places = sorted([*blocked, *free][: max(_SHOWN, len(blocked))])
    right = frozenset(str(at + 1) for at in blocked)
    links = {str(at + 1): card.links[at] for at in places}
    formulas = {id: card.kpi(id).formula for link in links.values() for id in (link.cause, link.effect)}
    same = [number for number, link in links.items() if identity(formulas[link.cause], formulas[link.effect])]
    silent = [number for number, link in links.items() if None in (link.sign, link.lag)]
    at_once = [number for number, link in links.items() if link.lag == 0]
    why = dict.fromkeys((number for number in at_once if number not in right), phrases()["with_lag_0"])
    return Facts(
        Names(
            right,
            of=by_number(case, places),
            kind="link of the table",
            also=by_ids(case, places),
            why=why,
            ask=phrases()["testable_left"],
        ),
        code=(
            "from bsclib.causality.evidence.testable import untestable\n\n"
            "answer = [at + 1 for at in untestable(scorecard)]"
        ),
        slips={"lag_of_zero": frozenset(at_once), "arithmetic_only": frozenset(same), "silent_only": frozenset(silent)},
        given=(
            ("number", "link", "sign", "lag", "the cause is", "the effect is"),
            *(
                (
                    number,
                    case.link(link.cause, link.effect),
                    (link.sign or "none").replace("-", "−"),
                    "none" if link.lag is None else str(link.lag),
                    formula_in_words(formulas[link.cause]) or "not said",
                    formula_in_words(formulas[link.effect]) or "not said",
                )
                for number, link in links.items()
            ),
        ),
    )


@exercise("count", slips="effects causes linked", nothing="no_link all_linked")
def orphans(case: Case) -> Facts:
    """Which KPIs the map leaves out."""
    card = case.scorecard
    need(card.links, "no_link")
    causes, effects = ({getattr(link, end) for link in card.links} for end in ("cause", "effect"))
    ids = frozenset(kpi.id for kpi in card.kpis)
    out = need(ids - causes - effects, "all_linked")
    order = [id for one in card.perspectives for id in _within(case, one.id)]
    return Facts(
        Names(
            out,
            of=names_of(card.kpis),
            kind="KPI",
            also=by_row(order),
            others=card.names,
            why=dict.fromkeys(ids - out, phrases()["touched"]),
            ask=phrases()["arrows_left"],
        ),
        code=(
            "linked = {id for link in scorecard.links for id in (link.cause, link.effect)}\n"
            "answer = [kpi.id for kpi in scorecard.kpis if kpi.id not in linked]"
        ),
        names={"count": len(card.kpis)},
        slips={"effects": ids - causes, "causes": ids - effects, "linked": ids - out},
        given=(
            ("perspective", "its KPIs"),
            *(
                (one.name, "; ".join(f"{order.index(id) + 1} {card.names[id]}" for id in below))
                for one in card.perspectives
                if (below := _within(case, one.id))
            ),
        ),
    )


def _within(case: Case, perspective: str) -> list[str]:
    """The ids of a perspective's KPIs."""
    of = {one.id: one.perspective for one in case.scorecard.objectives}
    return [kpi.id for kpi in case.scorecard.kpis if of[kpi.objective] == perspective]


@exercise("count precision", slips="twice with_itself kpis pairs", nothing="too_few")
def by_chance(case: Case) -> Facts:
    """How count pairs of KPIs correlate by chance alone."""
    count = len(case.scorecard.kpis)
    need(count >= 3, "too_few")
    pairs = count * (count - 1) / 2
    decimals = 0 if pairs * CHANCE >= 20 else 1
    return Facts(
        Number(pairs * CHANCE, within=10.0**-decimals),
        code=f"kpis = len(scorecard.kpis)\npairs = kpis * (kpis - 1) / 2\nanswer = {CHANCE} * pairs",
        names={"count": count, "precision": precision(decimals)},
        slips={"twice": 2 * pairs * CHANCE, "with_itself": count**2 * CHANCE, "kpis": count * CHANCE, "pairs": pairs},
    )


@exercise("first second months correlation first_id second_id", slips="raw nothing_left", nothing="none_fades")
def taken_out(case: Case) -> Facts:
    """What is left of a correlation once trend and season are taken out."""
    pairs = unlinked_pairs(case.scorecard, case.actuals)
    pairs = pairs.assign(gone=pairs["raw"].abs() - pairs["left"].abs())
    pairs = pairs[(pairs["raw"].abs() > 0.5) & (pairs["gone"] > 0.2)]
    need(not pairs.empty, "none_fades")
    row = pairs.loc[pairs["gone"].idxmax()]
    first, second = str(row["kpi"]), str(row["other"])
    return Facts(
        Number(float(row["left"]), within=0.02),
        code=(
            "from bsclib.actuals import find_departures\n\n"
            "left = find_departures(actuals, scorecard)\n"
            f'answer = left["{first}"].corr(left["{second}"])'
        ),
        names={
            "first": case.called(first),
            "second": case.called(second),
            "months": int(row["months"]),
            "correlation": f"{row['raw']:.2f}".replace("-", "−"),
            "first_id": first,
            "second_id": second,
        },
        slips={"raw": float(row["raw"]), "nothing_left": 0.0},
    )
