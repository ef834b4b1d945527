"""Exercises of lesson 03: scoring, from one KPI to what a total hides."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.scoring.rules import DIGITS
from bsclib.study.answers import Choice, Names, Number
from bsclib.study.exercises import (
    Case,
    Exercise,
    Question,
    Slip,
    apart,
    children_table,
    literal,
    missing_data,
    one_kpi,
    places,
    plain,
    precision,
)
from bsclib.study.exercises import errata as printed


def weights(case: Case) -> Question | str:
    """The score of a parent from its children's scores and weights."""
    parent = _weighted_parent(case)
    if not parent:
        return f"Nothing in this scorecard had two children with a score in {case.period}: no weights were at work."
    children = case.below(parent)
    scored = children[children["effective_weight"].notna()]
    weight, values = scored["weight"], scored["score"]
    right = float(case.now.loc[(case.now["unit"] == "") & (case.now["id"] == parent), "score"].iloc[0])
    expects = Number(right, within=0.1, unit="score")
    unclamped = float((weight * scored["attainment"]).sum() / weight.sum() * 100)
    return Question(
        text=f"What is the score of {case.called(parent)} in {case.period}, for the organisation as a whole?\n"
        f"Work it out from what rolls up into it. Give it {precision(1)}.",
        expects=expects,
        words="a parent's score is the mean of its children's, each counted by its weight. Who has no score is left "
        "out, above the line and below.",
        code=f'now = scores[(scores["unit"] == "") & (scores["period"] == "{case.period}")]\n'
        f'children = now[(now["parent"] == "{parent}") & now["score"].notna()]\n'
        'answer = (children["weight"] * children["score"]).sum() / children["weight"].sum()',
        hints=(
            "A weight of 2 makes a child count twice.",
            "Multiply each score by its weight and add up. By what must the sum be divided?",
            "score = sum of (weight × score) / sum of the weights, over the children that have a score",
        ),
        slips=apart(
            expects,
            Slip(float(values.mean()), "this is the plain mean: the weights were not used."),
            Slip(
                float((weight * values).sum() / len(scored)),
                "divide by the sum of the weights, not by how many there are.",
            ),
            Slip(
                float((weight * values).sum()), "this is the sum. It still has to be divided by the sum of the weights."
            ),
            Slip(
                float((weight * values).sum() / children["weight"].sum()),
                "the weight of who has no score was counted too. That treats missing as zero.",
            ),
            Slip(unclamped, "a child beyond its target does not make up for others: its score stops at 100."),
        ),
        given=children_table(children),
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


# --------------------------------------------------------------------------------------------------- ratios over units


def ratio(case: Case) -> Question | str:
    """One ratio for the organisation, from its units' parts."""
    found = _pooled_ratio(case)
    if found is None:
        return (
            f"No KPI is a ratio that two units or more gave their parts of in {case.period}, with a mean of ratios "
            "that differs from the ratio of sums."
        )
    id, units, right = found
    kpi = case.scorecard.kpi(id)
    top, bottom = units["numerator"], units["denominator"]
    mean = float((kpi.scale * top / bottom).mean())
    decimals = places(abs(right - mean) / 3)
    expects = Number(right, within=10.0**-decimals, unit=kpi.measured_in)
    how = f" Its formula is {kpi.formula}." if kpi.formula else ""
    where = f'(scores["id"] == "{id}") & (scores["period"] == "{case.period}")'
    return Question(
        text=f"What is {case.called(id)} in {case.period} for all units together?{how} Give it {precision(decimals)}"
        f"{f', in {kpi.measured_in}' if kpi.measured_in else ''}.",
        expects=expects,
        words="the parts are summed first and divided afterwards: a large unit counts for more than a small one.",
        code=f'units = scores[{where} & (scores["unit"] != "")]\n'
        'units = units.dropna(subset=["numerator", "denominator"])\n'
        f'scale = scorecard.kpi("{id}").scale\n'
        'answer = scale * units["numerator"].sum() / units["denominator"].sum()',
        hints=(
            "A unit with ten cases should not weigh as much as one with a thousand.",
            "Add up all numerators. Add up all denominators. Divide once.",
            *(("The formula has a constant factor in it. Use it as well.",) if kpi.scale != 1 else ()),
        ),
        slips=apart(
            expects,
            Slip(mean, "this is the mean of the ratios; the parts were not summed."),
            Slip(
                float((kpi.scale * top / bottom).sum()), "the units' ratios were added up. Add the parts, then divide."
            ),
            Slip(
                float(top.sum() / bottom.sum()),
                "the parts are summed, but the constant factor of the formula is missing.",
            ),
            Slip(
                float(kpi.scale * bottom.sum() / top.sum()) if top.sum() else np.nan,
                "this is upside down: the numerators belong above the line.",
            ),
        ),
        given=(
            ("unit", "numerator", "denominator"),
            *((unit, plain(a), plain(b)) for unit, a, b in zip(units["unit"], top, bottom, strict=True)),
        ),
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


# ------------------------------------------------------------------------------------------------- what a total hides


def worst_unit(case: Case) -> Question | str:
    """Which unit stands lowest."""
    rows = case.now[(case.now["level"] == "scorecard") & (case.now["unit"] != "")].dropna(subset=["score"])
    values = rows.set_index("unit")["score"].round(DIGITS)
    if values.nunique() < 2:
        return f"Fewer than two units have different scores in {case.period}: none of them is the lowest."
    lowest = frozenset(values.index[values == values.min()])
    kpis = case.now[(case.now["level"] == "kpi") & case.now["unit"].isin(values.index)]
    off = (kpis["status"] == "off_target").groupby(kpis["unit"]).sum()
    expects = Choice(lowest, of={unit: unit for unit in values.index}, kind="unit")
    return Question(
        text=f"Which unit has the lowest score overall in {case.period}?",
        expects=expects,
        words="the organisation as a whole can look well while one unit does not: it is one of several in the total.",
        code=f'now = scores[(scores["period"] == "{case.period}") & (scores["level"] == "scorecard")]\n'
        'units = now[now["unit"] != ""].set_index("unit")\n'
        'answer = units["score"].idxmin()',
        hints=(
            'The level is "scorecard". The organisation itself has an empty unit: leave it out.',
            '`.set_index("unit")["score"].sort_values()` shows the order.',
        ),
        slips=apart(
            expects,
            Slip(frozenset(values.index[values == values.max()]), "this unit has the highest score."),
            Slip(
                frozenset(off.index[off == off.max()]),
                "it has the most KPIs off target, but a score also depends on how far off they are and on weights.",
            ),
            Slip(frozenset(values.index), "another unit has a lower score."),
        ),
    )


def hidden(case: Case) -> Question | str:
    """Which KPIs are off target below a parent that looks well."""
    found = _hidden(case)
    if found is None:
        return f"In {case.period} no KPI is off target below a parent that looks better: the totals hide nothing here."
    unit, level, status, hiding = found
    card = case.scorecard
    off = case.of("kpi", unit)
    off = off[off["status"] == "off_target"]
    expects = Names(hiding, of={kpi.id: kpi.name for kpi in card.kpis}, kind="KPI", others=card.names)
    parent = {
        "objective": 'row["parent"]',
        "perspective": 'scorecard.objective(row["parent"]).perspective',
        "scorecard": "scorecard.id",
    }[level]
    said = status.replace("_", " ")
    return Question(
        text=f"Which KPIs are off target in {case.period} although the {level} they belong to is {said}? Look at "
        f"{f'unit {unit}' if unit else 'the organisation as a whole'}.\nGive their ids or names, in any order.",
        expects=expects,
        words="a mean lets good scores cover bad ones. Whoever reads only the top line never sees these KPIs.",
        code=f'now = scores[(scores["unit"] == {literal(unit)}) & (scores["period"] == "{case.period}")]\n'
        'now = now.set_index("id")\n'
        'off = now[(now["level"] == "kpi") & (now["status"] == "off_target")]\n'
        f'answer = [id for id, row in off.iterrows() if now.loc[{parent}, "status"] == "{status}"]',
        hints=(
            "Begin with the KPIs that are off target. For each, look at what it rolls up into.",
            f"Keep those whose {level} has the status “{said}”.",
        ),
        slips=apart(
            expects,
            Slip(
                frozenset(off["id"]),
                f"these are all the KPIs off target. Of some the {level} is not {said}: nothing is hidden there.",
            ),
        ),
    )


def _hidden(case: Case) -> tuple[str, str, str, frozenset[str]] | None:
    """Unit, level and status of the nearest parents that look better than KPIs below them, and those KPIs."""
    units = list(dict.fromkeys(case.now["unit"]))
    for status in ("on_target", "at_risk"):
        for level in ("objective", "perspective", "scorecard"):
            for unit in units:
                above, kpis = case.of(level, unit)["status"], case.of("kpi", unit)
                off = kpis.loc[kpis["status"] == "off_target", "id"]
                hiding = frozenset(id for id in off if above[_above(case, id, level)] == status)
                if hiding:
                    return unit, level, status, hiding
    return None


def _above(case: Case, kpi: str, level: str) -> str:
    card = case.scorecard
    objective = card.objective(card.kpi(kpi).objective)
    return {"objective": objective.id, "perspective": objective.perspective, "scorecard": card.id}[level]


EXERCISES = (
    Exercise("expected", one_kpi.expected),
    Exercise("attainment", one_kpi.attainment),
    Exercise("threshold", one_kpi.threshold),
    Exercise("edge", one_kpi.edge),
    Exercise("weights", weights),
    Exercise("ratio", ratio),
    Exercise("redistribution", missing_data.redistribution),
    Exercise("zero", missing_data.zero),
    Exercise("policy", missing_data.policy),
    Exercise("truncated", printed.truncated),
    Exercise("printed_mean", printed.printed_mean),
    Exercise("printed_halfway", printed.printed_halfway),
    Exercise("worst_unit", worst_unit),
    Exercise("hidden", hidden),
)
