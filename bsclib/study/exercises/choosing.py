"""Exercises on the chosen set: who says the same twice, who drops out, what a constraint costs, who drives whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pandas as pd

from bsclib.design.selection.choice import choose
from bsclib.design.selection.influence import claimed_influence, dematel
from bsclib.design.selection.kpi_tables import perspective_of
from bsclib.design.selection.redundancy import apart_by_arithmetic
from bsclib.design.selection.shortlist import first_constraints, weighted_scores
from bsclib.errors import ActualsError, BscError
from bsclib.model.formula import quantities
from bsclib.study.answers import Choice, Names
from bsclib.study.exercises.case import Case, highest, names_of, plain
from bsclib.study.exercises.question import Facts, NothingToAskError, exercise, need
from bsclib.study.exercises.texts import phrases
from bsclib.wording import formula_in_words

_FAR = 0.05
_MOST = 8
_STRAY = ("stray", "Parcels that arrive on time", "100 * on_time / parcels", ("0.99", "0.11"))
"""A KPI that is made up, with the largest number of the table, so that the largest number alone is no answer."""


@exercise("kpi formula quantity raw raw_left made_up", slips="kpi_alone quantity_alone raw", nothing="none_near")
def nearest(case: Case) -> Facts:
    """Which KPI moves with another one once trend and season are taken out."""
    card = case.scorecard
    pairs = case.pairs
    both_ways = pd.concat([pairs, pairs.rename(columns={"kpi": "other", "other": "kpi"})], ignore_index=True)
    both_ways = both_ways.assign(raw=both_ways["raw"].abs(), left=both_ways["left"].abs())
    asked = need(_misleading(both_ways), "none_near")
    rows = both_ways[both_ways["kpi"] == asked].set_index("other")
    akin = rows[rows["by_arithmetic"] == "yes"].nlargest(2, "left")  # a quantity in common is not enough
    shown = pd.concat([rows.nlargest(3, "raw"), rows.nlargest(2, "left"), akin]).index.unique()
    of = {kpi.id: kpi.name for kpi in card.kpis if kpi.id in shown}
    near, most = str(rows["left"].idxmax()), str(rows["raw"].idxmax())
    real = list(of)
    numbers = {id: tuple(f"{rows.loc[id, column]:.2f}" for column in ("raw", "left")) for id in of}
    formulas = {id: card.kpi(id).formula for id in (asked, *of)}
    shared, parts = _in_common(formulas, asked, near) if {asked, near} in map(set, _apart(case)) else ([], {})
    if shared:
        most, called, formula, pair = _STRAY
        of = {most: called} | of
        numbers[most], formulas[most] = pair, formula
        parts |= {one: formula_in_words(one) for side in quantities(formula) for one in side}
    why = {id: phrases()["departs"].format(left=left) for id, (_, left) in numbers.items()}
    return Facts(
        Names(
            frozenset({near, *shared[:1]}),
            of=of | parts,
            kind=phrases()["kpi_or_quantity"] if shared else "KPI of the table",
            also=dict.fromkeys(shared, "".join(shared[:1])) | _spoken(parts),
            others=card.names,
            why=why | dict.fromkeys(parts, phrases()["not_in_both"]),
            ask=phrases()["story_left"],
        ),
        code=(
            "from bsclib.actuals import find_departures\n\n"
            "left = find_departures(actuals, scorecard)\n"
            f"others = {real!r}\n"
            f'nearest = left[others].corrwith(left["{asked}"]).abs().idxmax()\n'
            f"answer = [scorecard.names[nearest]{''.join(f', {formula_in_words(one)!r}' for one in shared[:1])}]"
        ),
        names={"kpi": case.called(asked), "formula": formula_in_words(formulas[asked]) if shared else ""}
        | {"quantity": formula_in_words("".join(shared[:1])), "made_up": phrases()["made_up"] if shared else ""}
        | dict(zip(("raw", "raw_left"), numbers[most], strict=True)),
        slips={
            "kpi_alone": frozenset({near} if shared else ()),
            "quantity_alone": frozenset(shared[:1]),
            "raw": frozenset({most}),
        },
        given=(
            ("KPI", *["formula"] * bool(shared), "as they are", "in their departures"),
            *((name, *[formula_in_words(formulas[id])] * bool(shared), *numbers[id]) for id, name in of.items()),
        ),
    )


def _spoken(parts: Mapping[str, str]) -> dict[str, str]:
    """Quantities of formulas as people speak of them: IT spending, what IT spends; none that two might be meant by."""
    said: list[tuple[str, str]] = []
    for id, name in parts.items():
        bare = name.removeprefix("IT ")
        words = {bare, f"the {bare}", *(f"{one}ing" for one in (name, bare)), f"what {name}s"}
        said += [(one, id) for one in words - {name}]
    times = Counter(word for word, _ in said)
    return {word: id for word, id in said if times[word] == 1}


def _in_common(formulas: Mapping[str, str], one: str, other: str) -> tuple[list[str], dict[str, str]]:
    """What stands in the formulas of two KPIs, and all that stands in formulas, by its own name."""
    held = {id: frozenset[str]().union(*quantities(formula)) for id, formula in formulas.items()}
    everything = sorted(frozenset[str]().union(*held.values()))
    return sorted(held[one] & held[other]), {name: formula_in_words(name) for name in everything}


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
    sizes = range(most, len(least), -1)
    sets = {size: choose(worth, card, at_most=size, at_least=least).chosen for size in sizes}
    # Where the one that is worth least has to stay, if there is such a set.
    tempting = (size for size in sizes if worth[sets[size]].min() < worth[_spare(sets[size], within)].min())
    most = next(tempting, most)
    chosen = sets[most]
    spare = _spare(chosen, within)
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


def _spare(chosen: list[str], within: dict[str, str]) -> list[str]:
    """Those of a set whose perspective holds another one too."""
    return [id for id in chosen if sum(within[one] == within[id] for one in chosen) > 1]


@exercise(slips="all_free two_steps worthless", nothing="impossible no_price")
def dearest(case: Case) -> Facts:
    """What follows from the prices of constraints."""
    card, rated = case.scorecard, case.rated
    worth, cost = weighted_scores(rated), rated["cost_to_collect"]
    apart = _apart(case)
    try:
        choice = choose(worth, card, cost=cost, apart=apart, **first_constraints(worth, card, cost, apart=apart))
    except BscError:
        raise NothingToAskError("impossible") from None
    gains = choice.prices.set_index("constraint")["gain"].round(2)
    need(len(gains) >= 2 and gains.max() > 0, "no_price")
    top, last = gains.idxmax(), gains.index[-1]
    said = {
        "a": f"What has a price of 0 is free. So we strike all of that out, and loosen “{top}” as well.",
        "b": f"One step on “{top}” brings {gains.max():.2f}, so two steps bring {2 * gains.max():.2f}.",
        "c": f"If nothing else changes, one step on “{top}” brings most. We talk about it first.",
        "d": f"The price of “{last}” is {plain(gains.iloc[-1])}, so the KPIs that it speaks of are worth little.",
    }
    return Facts(
        Choice(frozenset("c"), of=said, kind="sentence of the table"),
        code='answer = "c"',
        slips={"all_free": frozenset("a"), "two_steps": frozenset("b"), "worthless": frozenset("d")},
        given=(("letter", "what was said"), *said.items()),
    )


def _apart(case: Case) -> list[tuple[str, str]]:
    """The pairs that are redundant by arithmetic; none where there are too few months to tell."""
    try:
        return apart_by_arithmetic(case.pairs)
    except ActualsError:
        return []


@exercise(slips="gives taker other", nothing="no_influence")
def driver(case: Case) -> Facts:
    """Through which objective most influence passes."""
    card = case.scorecard
    try:
        total = dematel(claimed_influence(card)).total
    except BscError:
        raise NothingToAskError("no_influence") from None
    given, taken = total.sum(axis=1).round(3), total.sum(axis=0).round(3)
    passed = pd.concat([given, taken], axis=1).min(axis=1)
    need(passed.max() > 0, "no_influence")
    top = given.nlargest(3).index.union(taken.nlargest(3).index).union(passed.nlargest(2).index)
    shown = [one.id for one in card.objectives if one.id in top]
    return Facts(
        Choice(highest(passed), of=names_of(card.objectives), kind="objective", others=card.names),
        code=(
            "from bsclib.design import claimed_influence, dematel\n\n"
            "total = dematel(claimed_influence(scorecard)).total\n"
            "gives, takes = total.sum(axis=1).round(3), total.sum(axis=0).round(3)\n"
            "answer = gives.where(gives < takes, takes).idxmax()"
        ),
        slips={"gives": highest(given), "taker": highest(taken), "other": frozenset(given.index)},
        given=(
            ("objective", "gives", "receives"),
            *((card.names[id], f"{given[id]:.2f}", f"{taken[id]:.2f}") for id in shown),
        ),
    )
