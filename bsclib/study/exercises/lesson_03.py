"""Exercises of lesson 03: scoring, from one KPI to what a total hides."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import numpy as np
import pandas as pd

from bsclib.model.nouns import Scorecard
from bsclib.model.status import words
from bsclib.scoring.views import contributions
from bsclib.study.answer_functions import Function
from bsclib.study.answers import Choice, Names, Number
from bsclib.study.exercises.case import Case, children_table, literal, measured, names_of, plain, values_table
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import phrases, precision, whose
from bsclib.wording import formula_in_words, listed


@exercise("parent precision", slips="unweighted counted not_divided missing_counted unclamped", nothing="no_weights")
def weights(case: Case) -> Facts:
    """The score of a parent from its children's scores and weights."""
    parent = need(_weighted_parent(case), "no_weights")
    children = case.below(parent)
    scored = children[children["effective_weight"].notna()]
    weight, values = scored["weight"], scored["score"]
    right = float(case.now.loc[(case.now["unit"] == "") & (case.now["id"] == parent), "score"].iloc[0])
    parts = [f"{plain(one)} × {plain(round(other, 2))}" for one, other in zip(weight, values, strict=True)]
    return Facts(
        Number(right, within=0.1, unit="score"),
        code=(
            case.code_of_now + f'children = now[(now["parent"] == "{parent}") & now["score"].notna()]\n'
            'answer = (children["weight"] * children["score"]).sum() / children["weight"].sum()'
        ),
        names={"parent": case.called(parent), "precision": precision(1)},
        slips={
            "unweighted": values.mean(),
            "counted": (weight * values).sum() / len(scored),
            "not_divided": (weight * values).sum(),
            "missing_counted": (weight * values).sum() / children["weight"].sum(),
            "unclamped": (weight * scored["attainment"]).sum() / weight.sum() * 100,
        },
        sum=f"({' + '.join(parts)}) / {plain(weight.sum())}",
        given=children_table(children),
    )


_TRIED: tuple[tuple[list[float], list[float | None]], ...] = (
    ([3.0, 1.0], [100.0, 40.0]),
    ([2.0, 1.0, 1.0], [50.0, 80.0, None]),
    ([1.0, 1.0, 2.0], [90.0, None, 30.0]),
    ([1.0, 1.0], [0.0, 80.0]),
)
"""Weights and scores with which a learner's own function is tried; None is missing, and 0 is a score."""
_HONEST = {
    "a": "Raise the target from 94 % to 97 %",
    "b": "Pay only in months in which the time on hold is on target too",
    "c": "Count this KPI twice in the score",
    "d": "Show the number every week in place of every month",
}


@exercise(slips="nought plain all_weights zero not_divided")
def roll_up(case: Case) -> Facts:
    """A function of the learner's own that rolls scores up."""

    def tried(sums: Callable[[list[float], list[float]], float]) -> tuple[float, ...]:
        kept = ([(w, s) for w, s in zip(*pair, strict=True) if s is not None] for pair in _TRIED)
        return tuple(sums([w for w, _ in rows], [s for _, s in rows]) for rows in kept)

    def total(weights: list[float], scores: list[float]) -> float:
        return sum(w * s for w, s in zip(weights, scores, strict=True))

    every = tuple(sum(weights) for weights, _ in _TRIED)
    totals = tried(total)
    return Facts(
        Function(tried(lambda weights, scores: total(weights, scores) / sum(weights)), _TRIED, within=0.05),
        code=(
            "def answer(weights, scores):\n"
            "    kept = [(w, s) for w, s in zip(weights, scores) if s is not None]\n"
            "    return sum(w * s for w, s in kept) / sum(w for w, _ in kept)"
        ),
        slips={
            "nought": tried(lambda weights, scores: total(weights, scores) / _of_nonzero(weights, scores)),
            "plain": tried(lambda _, scores: sum(scores) / len(scores)),
            "all_weights": tuple(one / weight for one, weight in zip(totals, every, strict=True)),
            "zero": tuple(one / len(pair[0]) for one, pair in zip(totals, _TRIED, strict=True)),
            "not_divided": totals,
        },
    )


def _of_nonzero(weights: list[float], scores: list[float]) -> float:
    """The weights of the scores that are not 0, as ``if s`` keeps them."""
    return sum(w for w, s in zip(weights, scores, strict=True) if s)


@exercise(slips="higher heavier oftener")
def incentive(case: Case) -> Facts:
    """What keeps a bonus honest."""
    return Facts(
        Choice(frozenset("b"), of=_HONEST, kind="change of the table"),
        code='answer = "b"',
        slips={"higher": frozenset("a"), "heavier": frozenset("c"), "oftener": frozenset("d")},
        given=(("letter", "change"), *_HONEST.items()),
    )


def _weighted_parent(case: Case) -> str:
    """The first parent where weights make a difference, else the first with two scored children."""
    second = ""
    for level in ("objective", "perspective", "scorecard"):
        for parent in case.of(level)["id"]:
            scored = case.below(parent).dropna(subset=["effective_weight"])
            if len(scored) > 1:
                if abs((scored["effective_weight"] * scored["score"]).sum() - scored["score"].mean()) > 1:
                    return parent
                second = second or parent
    return second


@exercise(
    "kpi formula precision unit factor",
    slips="mean_of_ratios sum_of_ratios without_factor upside_down",
    nothing="no_ratio",
)
def ratio(case: Case) -> Facts:
    """One ratio for the organisation, from its units' parts."""
    id, units, right = need(_pooled_ratio(case), "no_ratio")
    kpi = case.scorecard.kpi(id)
    parts = ("numerator", "denominator")
    top, bottom = (units[part] for part in parts)
    mean = float((kpi.scale * top / bottom).mean())
    expects, names = measured(case, kpi, right, abs(right - mean) / 3)
    where = f'(scores["id"] == "{id}") & (scores["period"] == "{case.period}")'
    return Facts(
        expects,
        code=(
            f'units = scores[{where} & (scores["unit"] != "")]\n'
            'units = units.dropna(subset=["numerator", "denominator"])\n'
            f'scale = scorecard.kpi("{id}").scale\n'
            'answer = scale * units["numerator"].sum() / units["denominator"].sum()'
        ),
        names=names | {"formula": formula_in_words(kpi.formula), "factor": plain(kpi.scale) if kpi.scale != 1 else ""},
        slips={
            "mean_of_ratios": mean,
            "sum_of_ratios": (kpi.scale * top / bottom).sum(),
            "without_factor": top.sum() / bottom.sum(),
            "upside_down": float(kpi.scale * bottom.sum() / top.sum()) if top.sum() else np.nan,
        },
        sum=f"{plain(kpi.scale)} × {plain(top.sum())} / {plain(bottom.sum())}",
        given=(("unit", *parts), *zip(units["unit"], top.map(plain), bottom.map(plain), strict=True)),
    )


def _pooled_ratio(case: Case) -> tuple[str, pd.DataFrame, float] | None:
    """The ratio KPI whose mean of ratios is furthest, for its size, from the ratio of sums."""
    best, apart_by = None, 1e-4
    rows = case.now[(case.now["level"] == "kpi") & (case.now["unit"] != "") & (case.now["denominator"] > 0)]
    rows = rows.dropna(subset=["numerator"])
    for kpi in case.scorecard.kpis:
        units = rows[rows["id"] == kpi.id]
        if kpi.pooled != "ratio" or len(units) < 2:
            continue
        right = float(case.of("kpi").loc[kpi.id, "actual"])
        pooled = kpi.scale * units["numerator"].sum() / units["denominator"].sum()
        mean = (kpi.scale * units["numerator"] / units["denominator"]).mean()
        # An actual that was given for the organisation itself wins over its units' parts: nothing to sum then.
        if np.isclose(right, pooled, rtol=1e-9) and abs(mean - right) > apart_by * abs(right):
            best, apart_by = (kpi.id, units, right), abs(mean - right) / abs(right) if right else np.inf
    return best


@exercise(
    "unit score kpi carries points line lacking",
    slips="added lacks_itself undivided all_of_it line",
    nothing="none_below",
)
def lift(case: Case) -> Facts:
    """To which score one KPI has to come, so that the lowest unit's colour turns."""
    unit, kpi, line = need(_lifted(case), "none_below")
    row = contributions(case.scores, unit=unit).loc[kpi]
    score, share = round(float(case.of("scorecard", unit)["score"].iloc[0]), 2), round(float(row["share"]), 4)
    points = round(float(row["score"]), 2)
    lacking = round(line - score, 2)
    return Facts(
        Number(points + lacking / share, within=0.1, unit="score"),
        code=(
            f"score, share, overall, line = {points!r}, {share!r}, {score!r}, {line!r}\n"
            "answer = score + (line - overall) / share"
        ),
        names={
            "unit": unit,
            "score": plain(score),
            "kpi": case.called(kpi),
            "carries": plain(share * 100),
            "points": plain(points),
            "line": plain(line),
            "lacking": plain(lacking),
        },
        slips={
            "added": points + lacking,
            "lacks_itself": lacking / share,
            "undivided": points + lacking * share,
            "all_of_it": 100.0,
            "line": line,
        },
        given=values_table(
            {f"overall score of {unit}": score, "the line": line, "score of the KPI": points, "its share": share}
        ),
    )


def _lifted(case: Case) -> tuple[str, str, float] | None:
    """The lowest unit below a line, the KPI that costs it most of those that could lift it there, and the line."""
    rows = case.now[(case.now["level"] == "scorecard") & (case.now["unit"] != "")].dropna(subset=["score"])
    limits = case.scorecard.thresholds
    for unit, score in rows.set_index("unit")["score"].sort_values().items():
        line = next((100 * edge for edge in (limits.at_risk, limits.on_target) if score < 100 * edge - 0.1), None)
        if line is None:
            continue
        kpis = contributions(case.scores, unit=str(unit))
        enough = kpis["share"] * (99 - kpis["score"]) > line - score
        # One that scores 0 may lie far below its floor, so nobody knows what its first points take.
        costs = kpis.loc[enough & (kpis["score"] > 1), "cost"]
        if len(costs):
            return str(unit), str(costs.idxmax()), line
    return None


@exercise("level status whose at_risk on_target beside sums them", slips="all_off_target none", nothing="none_hidden")
def hidden(case: Case) -> Facts:
    """Which KPIs are off target below a parent that looks well."""
    unit, level, status, hiding = need(_hidden(case), "none_hidden")
    card, kpis = case.scorecard, case.of("kpi", unit)
    above, totals = _above(card)[level], case.of(level, unit)
    off = [id for id in kpis.index[kpis["status"] == "off_target"] if not math.isnan(totals.loc[above[id], "score"])]
    parent = {
        "objective": 'row["parent"]',
        "perspective": 'scorecard.objective(row["parent"]).perspective',
        "scorecard": "scorecard.id",
    }[level]
    seen = {id: totals.loc[above[id]] for id in off if id not in hiding}
    why = {
        id: phrases()["well"].format(parent=row["name"], score=plain(round(row["score"], 2)))
        for id, row in seen.items()
    }
    sums = [
        phrases()["covers"].format(
            parent=totals.loc[above[id], "name"],
            total=plain(round(totals.loc[above[id], "score"], 1)),
            sum=_sum(kpis[kpis["parent"] == above[id]]) if level == "objective" else "",
            kpi=card.names[id],
            score=plain(round(kpis.loc[id, "score"], 1)),
        )
        for id in off
        if id in hiding
    ]
    return Facts(
        Names(hiding, of=names_of(card.kpis), kind="KPI", others=card.names, why=why),
        code=(
            f'now = scores[(scores["unit"] == {literal(unit)}) & (scores["period"] == "{case.period}")]\n'
            'now = now.set_index("id")\n'
            'off = now[(now["level"] == "kpi") & (now["status"] == "off_target")]\n'
            f'answer = [row["name"] for id, row in off.iterrows() if now.loc[{parent}, "status"] == "{status}"]'
        ),
        names={"level": level, "status": words(status), "whose": whose(unit)}
        | {"at_risk": plain(100 * card.thresholds.at_risk), "on_target": plain(100 * card.thresholds.on_target)}
        | {"beside": "what rolls up into it" if level == "objective" else ""}
        | {"sums": " ".join(sums), "them": "this KPI" if len(hiding) == 1 else "these KPIs"},
        slips={"all_off_target": frozenset(off)},
        emptied="none",
        given=(
            ("KPI off target", level, f"{'what rolls up into' if level == 'objective' else 'score of'} the {level}"),
            *(
                (
                    card.names[id],
                    card.names[above[id]],
                    _parts(kpis[kpis["parent"] == above[id]])
                    if level == "objective"
                    else plain(round(totals.loc[above[id], "score"], 2)),
                )
                for id in off
            ),
        ),
    )


def _parts(children: pd.DataFrame) -> str:
    """What rolls up into a parent: scores, and where there are several, their weights."""
    weights, scores = children["weight"], [plain(round(one, 1)) for one in children["score"]]
    if weights.nunique() == 1:
        return listed(scores) + ", equal weights" * (len(scores) > 1)
    return listed(f"{one} (weight {plain(weight)})" for one, weight in zip(scores, weights, strict=True))


def _sum(children: pd.DataFrame) -> str:
    """The mean of what rolls up, as a sum in numbers."""
    known = children.dropna(subset=["score"])
    rows = zip(known["weight"], known["score"], strict=True)
    parts = [f"{plain(w)} × {plain(round(s, 1))}" if w != 1 else plain(round(s, 1)) for w, s in rows]
    return f", which is ({' + '.join(parts)}) / {plain(known['weight'].sum())}"


def _hidden(case: Case) -> tuple[str, str, str, frozenset[str]] | None:
    """Unit, level and status of the nearest parents that look better than KPIs below them, and those KPIs."""
    above, units = _above(case.scorecard), case.now["unit"].unique()
    for status, level, unit in itertools.product(("on_target", "at_risk"), above, units):
        kpis = case.of("kpi", unit)
        hides = kpis["id"].map(above[level]).map(case.of(level, unit)["status"]) == status
        hiding = frozenset(kpis.index[hides & (kpis["status"] == "off_target")])
        if hiding:
            return unit, level, status, hiding
    return None


def _above(card: Scorecard) -> dict[str, dict[str, str]]:
    """For each level, what of it each KPI belongs to."""
    homes = {kpi.id: card.objective(kpi.objective) for kpi in card.kpis}
    return {
        "objective": {id: home.id for id, home in homes.items()},
        "perspective": {id: home.perspective for id, home in homes.items()},
        "scorecard": dict.fromkeys(homes, card.id),
    }
