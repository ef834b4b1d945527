"""What a what-if says, in a sentence and in tables.

Numbers come from `bsclib.scenarios`; here they become words that a person can check against the frame.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bsclib.model.nouns import KPI, Change, Scorecard
from bsclib.scenarios import first_month
from bsclib.scenarios.counterfactual import following
from bsclib.wording import counted, listed, month_name, short_name

if TYPE_CHECKING:
    from bsclib.scenarios.budget import Allocation

COLUMNS = ["level", "id", "name", "without", "with_", "band", "effect", "effect_band", "measured_in", "chance"]
TINY = 5e-4
"""Shares of a point, or of what a KPI stands at, that count as no effect."""
SURE = 0.995
"""A chance from which on, and below the rest of which, a whole percentage would say too much."""


# ------------------------------------------------------------------------------------------------------- in words


def in_words(result: pd.DataFrame, scorecard: Scorecard) -> str:
    """What comes of the overall score, in a few sentences.

    Parameters
    ----------
    result : DataFrame
        As `bsclib.whatif` gives it.
    scorecard : Scorecard
        The one it was asked of.

    Returns
    -------
    str
        The score in the last month with and without, the band, the effect and the chance.
    """
    row = _last(result).set_index("id").loc[scorecard.id]
    whose = short_name(scorecard.name) + (f", {short_name(str(row['unit']))}" if row["unit"] else "")
    month = month_name(str(row["period"]))
    if pd.isna(row["with_"]):
        return f"Nothing can be said of the overall score of {whose}: there is no KPI with an actual."
    band = f"90 of 100 draws end between {row['low']:.1f} and {row['high']:.1f}"
    target = f"The chance that it is on target is {chance_words(float(row['chance_of_target']))}."
    if not _moves(row, 1.0):
        return (
            f"In {month} the overall score of {whose} is expected at {row['with_']:.1f}, as without; {band}. {target}"
        )
    effect, low, high = effects(row["effect"], row["effect_low"], row["effect_high"])
    return (
        f"In {month} the overall score of {whose} is expected at {row['with_']:.1f}, without at {row['without']:.1f}; "
        f"{band}. What is asked about changes it by {effect} points, by {low} to {high} in 90 of 100 draws. {target}"
    )


def chance_words(share: float) -> str:
    """A chance as a person says it: never 0 or 100 % where some draw says otherwise.

    Examples
    --------
    >>> chance_words(0.37), chance_words(0.999), chance_words(0.0), chance_words(float("nan"))
    ('37 %', 'above 99 %', '0 %', 'unknown')
    """
    if np.isnan(share):
        return "unknown"
    if SURE < share < 1:
        return "above 99 %"
    return "below 1 %" if 0 < share < 1 - SURE else f"{share:.0%}".replace("%", " %")


def moved(result: pd.DataFrame, scorecard: Scorecard, kpis_only: bool = False) -> pd.DataFrame:
    """What moves, in the last month: everything whose effect is not nothing, the scorecard first.

    Parameters
    ----------
    result : DataFrame
        As `bsclib.whatif` gives it.
    scorecard : Scorecard
        The one it was asked of.
    kpis_only : bool
        Whether scores are left out.

    Returns
    -------
    DataFrame
        `level`, `id`, `name`, and as text `without`, `with_`, `band` (of the level with), `effect`, `effect_band`,
        `measured_in` (of the effect; points for a score), `chance` (of being at or better than the target; of a score,
        of being on target).
    """
    kpis = {kpi.id: kpi for kpi in scorecard.kpis}
    rows = []
    for row in _last(result).to_dict("records"):
        kpi = kpis.get(row["id"])
        if (kpis_only and kpi is None) or pd.isna(row["with_"]):
            continue
        if not _moves(row, 1.0 if kpi is None else max(abs(row["without"]), abs(row["with_"]))):
            continue
        level = {name: _level(kpi, row[name]) for name in ("without", "with_", "low", "high")}
        effect, low, high = effects(row["effect"], row["effect_low"], row["effect_high"])
        cells = {
            **{name: level[name] for name in ("without", "with_")},
            "band": f"{level['low']} to {level['high']}",
            "effect": effect,
            "effect_band": f"{low} to {high}",
            "measured_in": kpi.measured_in if kpi else "points",
            "chance": chance_words(float(row["chance_of_target"])),
        }
        rows.append({"level": str(row["level"]), "id": row["id"], "name": scorecard.names[row["id"]]} | cells)
    return pd.DataFrame(rows, columns=COLUMNS)


def _last(result: pd.DataFrame) -> pd.DataFrame:
    plain = result.assign(**{name: result[name].astype(str) for name in ("unit", "period", "level", "id")})
    return plain[plain["period"] == plain["period"].max()]


def _moves(row: Mapping | pd.Series, size: float) -> bool:
    ends = (row["effect"], row["effect_low"], row["effect_high"])
    return any(abs(one) > TINY * max(size, 1e-9) for one in ends)


def _level(kpi: KPI | None, value: float) -> str:
    return f"{value:.1f}".replace("-", "−") if kpi is None else kpi.show(value)


def effects(*values: float) -> list[str]:
    """Effects with their signs, all to as many decimals as show two figures of the largest.

    Examples
    --------
    >>> effects(0.82, 0.5151, 1.213), effects(-0.004, -0.26, 0.0), effects(1234.0)
    (['+0.8', '+0.5', '+1.2'], ['0', '−0.26', '0'], ['+1,234'])
    """
    most = max(abs(value) for value in values)
    decimals = min(max(1 - math.floor(math.log10(most)), 0), 8) if most > 0 else 0
    return [_signed(value, decimals) for value in values]


def _signed(value: float, decimals: int) -> str:
    text = f"{value:+,.{decimals}f}".replace("-", "−")
    return text if any(digit in text for digit in "123456789") else "0"


# ------------------------------------------------------------------------------------------------ what lesson 05 asks


def widths(results: Mapping[str, pd.DataFrame], scorecard: Scorecard, id: str) -> pd.DataFrame:
    """How wide the bands of one effect are, in several results.

    Parameters
    ----------
    results : mapping of str to DataFrame
        As `bsclib.whatif` gives them, by what to call them.
    scorecard : Scorecard
    id : str
        A KPI, or something that has a score.

    Returns
    -------
    DataFrame
        `assumed`, and as text `effect`, `effect_band` and `measured_in`, in the last month.
    """
    measured_in = next((one.measured_in for one in scorecard.kpis if one.id == id), "points")
    rows = []
    for name, result in results.items():
        row = _last(result).set_index("id").loc[id]
        middle, low, high = effects(*(float(row[one]) for one in ("effect", "effect_low", "effect_high")))
        rows.append((name, middle, f"{low} to {high}", measured_in))
    return pd.DataFrame(rows, columns=["assumed", "effect", "effect_band", "measured_in"])


def when_it_shows(result: pd.DataFrame, scorecard: Scorecard) -> pd.DataFrame:
    """The first month in which the effect on what moves could be told from noise.

    Parameters
    ----------
    result : DataFrame
        As `bsclib.whatif` gives it.
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        `name` and `first_month` (in words) of the scorecard and the KPIs that move, the earliest first; those that no
        month within the horizon will do for are counted in a last row.
    """
    ids = moved(result, scorecard)
    ids = ids.loc[ids["level"].isin(["scorecard", "kpi"]), "id"]
    told = first_month(result).set_index("id")["period"].astype(object).reindex(ids).fillna("").astype(str)
    seen = told[told != ""].sort_values(kind="stable")
    rows = [(scorecard.names[id], month_name(period)) for id, period in seen.items()]
    unseen = len(told) - len(seen)
    if unseen:
        other, others = ("other that moves", "others that move") if rows else ("that moves", "that move")
        rows.append((counted(unseen, other, others), "not within the horizon"))
    return pd.DataFrame(rows, columns=["name", "first_month"])


def held_words(held: pd.DataFrame) -> str:
    """Say in a sentence how often the bands held the truth.

    Parameters
    ----------
    held : DataFrame
        As `held_against` gives it.

    Returns
    -------
    str
        About the last month of each KPI that was said to follow, or that did; what was moved itself, by as much as was
        asked, is no prediction.

    Examples
    --------
    >>> rows = pd.DataFrame({"period": ["2026-07"] * 2, "id": ["a", "b"], "effect_low": 1, "effect_high": 3})
    >>> held_words(rows.assign(effect=2, truth=[2, 4], inside=[True, False]))
    'Of 2 KPIs that were said to follow, or that did, the band held the truth in 1. It missed b.'
    """
    followed = following(held)
    if followed.empty:
        return "Nothing was said to follow, and nothing would have followed."
    missed = list(followed.loc[~followed["inside"], "id"])
    many = f"{len(followed)} KPIs that were" if len(followed) > 1 else "1 KPI that was"
    held_in = f"the band held the truth in {len(followed) - len(missed)}."
    return f"Of {many} said to follow, or that did, {held_in}" + (f" It missed {', '.join(missed)}." if missed else "")


def plans(scorecard: Scorecard) -> pd.DataFrame:
    """What the initiatives of a scorecard plan.

    Parameters
    ----------
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        A row an initiative: `initiative` (its id), `start` (with hyphens that do not break), `months`, `cost`,
        `people`, `after` (ids of those that must have ended), `changes` in words.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> plans(read_scorecard("meridian")).loc[0, "changes"]
    'automation-coverage +8 from month 3, growing over 6 months, chance 80 %'
    """
    rows = [
        (
            one.id,
            (one.start or "").replace("-", "\u2011"),
            one.months,
            one.cost,
            one.people,
            ", ".join(one.after),
            _changes(one.changes),
        )
        for one in scorecard.initiatives
    ]
    return pd.DataFrame(rows, columns=["initiative", "start", "months", "cost", "people", "after", "changes"])


def _changes(changes: Iterable[Change]) -> str:
    return "; ".join(f"{one.kpi} {_signed_initiatives(one.by)}{_when(one)}" for one in changes)


def _signed_initiatives(value: float) -> str:
    return f"{value:+g}".replace("-", "−")


def _when(change: Change) -> str:
    grows = f", growing over {counted(change.ramp, 'month')}" if change.ramp else ""
    sure = f", chance {change.chance:.0%}".replace("%", " %") if change.chance < 1 else ""
    return f" from month {change.delay}{grows}{sure}"


def choice_words(allocation: Allocation, scorecard: Scorecard) -> str:
    """What a solver chose, and what comes of it, in sentences.

    Parameters
    ----------
    allocation : Allocation
        As `bsclib.scenarios.allocate` gives it.
    scorecard : Scorecard

    Returns
    -------
    str
    """
    names = {one.id: short_name(one.name) for one in scorecard.initiatives}
    rows = allocation.chosen.sort_values("start", kind="stable")
    if rows.empty:
        return "Nothing is chosen: no initiative that can be paid for is expected to add to the overall score."
    runs = [
        f"{names[id]} from {month_name(str(start))}"
        for id, start in zip(rows["initiative"], rows["start"], strict=True)
    ]
    left = [names[one.id] for one in scorecard.initiatives if one.changes and one.id not in set(rows["initiative"])]
    said = f"Chosen: {listed(runs, 12)}, for {rows['cost'].sum():,.0f} in all."
    more = f" Not chosen: {listed(left, 12)}." if left else ""
    score = f" The overall score is expected at {allocation.score:.1f}, without them at {allocation.without:.1f}."
    proof = "No other choice does better on these draws." if allocation.optimal else _gap(allocation.gap)
    return f"{said}{more}{score} {proof}"


def _gap(gap: float) -> str:
    return f"The solver was stopped: another choice may do better on these draws, by {gap:.2f} points at most."
