"""What a projection says, in sentences and in tables.

Numbers come from `bsclib.scenarios`; here they become words that a person can check against the frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from bsclib.errors import UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.initiatives import Change, months_left
from bsclib.model.nouns import KPI, Scorecard
from bsclib.scenarios.counterfactual import moved_by_truth
from bsclib.wording import adds_up, counted, effect_texts, listed, month_name, number, percent, short_name

if TYPE_CHECKING:
    from bsclib.scenarios.budget import Allocation

COLUMNS = ["level", "id", "name", "without", "with_", "band", "effect", "effect_band", "measured_in", "chance"]
EFFECT = ["effect", "effect_low", "effect_high"]
NOT_ADDED = (
    "The effect is worked out in each draw, and its middle is shown. So it need not be the first number minus the "
    "second."
)
"""Why an effect is not the level with minus the level without."""
TINY = 5e-4
"""Shares of a point, or of what a KPI stands at, that count as no effect."""
ROUNDING = 1e-6
"""Shares of what a KPI stands at that come of reckoning with decimals."""


def projection_summary(result: pd.DataFrame, scorecard: Scorecard) -> str:
    """What comes of the overall score, in a few sentences.

    Parameters
    ----------
    result : DataFrame
        As `bsclib.whatif` gives it.
    scorecard : Scorecard

    Returns
    -------
    str

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, whatif
    >>> card = read_scorecard("meridian")
    >>> result = whatif(card, read_actuals("meridian"), {"training-hours": "+10%"}, horizon=6, draws=200)
    >>> projection_summary(result, card)[:70]
    'In December 2026 the overall score of Meridian Freight IT is expected '
    """
    row = _last_month(result).set_index("id").loc[scorecard.id]
    whose = short_name(scorecard.name) + (f", {short_name(row['unit'])}" if row["unit"] else "")
    if pd.isna(row["with_"]):
        return f"Nothing can be said of the overall score of {whose}: there is no KPI with an actual."
    expected = f"In {month_name(row['period'])} the overall score of {whose} is expected at {number(row['with_'])}"
    band = f"90 of 100 draws end between {number(row['low'])} and {number(row['high'])}"
    target = f"The chance that it is on target is {percent(float(row['chance_of_target']))}."
    if not _moves(row, 1.0):
        return f"{expected}, as without; {band}. {target}"
    effect, low, high = effect_texts(*row[EFFECT])
    without = number(row["without"])
    why = "" if adds_up(without, number(row["with_"]), effect) else f" {NOT_ADDED}"
    return (
        f"{expected}, without at {without}; {band}. The change you ask about moves it by {effect} points, "
        f"by {low} to {high} in 90 of 100 draws.{why} {target}"
    )


def effects_table(result: pd.DataFrame, scorecard: Scorecard, kpis_only: bool = False) -> pd.DataFrame:
    """What moves, in the last month: everything whose effect is not nothing, the scorecard first.

    An effect that is small beside the level of a KPI is shown where its whole band lies on one side of 0.

    Parameters
    ----------
    result : DataFrame
        As `bsclib.whatif` gives it.
    scorecard : Scorecard
    kpis_only : bool
        Whether scores are left out.

    Returns
    -------
    DataFrame
        `level`, `id`, `name`, and as text `without`, `with_`, `band` (of the level with), `effect`, `effect_band`,
        `measured_in` (of the effect; points for a score), `chance` (of being at or better than the target; of a score,
        of being on target).

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, whatif
    >>> card = read_scorecard("meridian")
    >>> result = whatif(card, read_actuals("meridian"), {"cloud-waste": "-1"}, horizon=6, draws=200)
    >>> effects_table(result, card, kpis_only=True)[["id", "effect", "measured_in"]].to_numpy().tolist()
    [['cloud-waste', '−1.0', '%']]
    """
    kpis = {kpi.id: kpi for kpi in scorecard.kpis}
    rows = []
    for row in _last_month(result).to_dict("records"):
        kpi = kpis.get(row["id"])
        if (kpis_only and kpi is None) or pd.isna(row["with_"]):
            continue
        size = 1.0 if kpi is None else max(abs(row["without"]), abs(row["with_"]))
        if not _moves(row, size) and not (kpi and _surely(row, size)):
            continue
        effect, low, high = effect_texts(*(row[name] for name in EFFECT))
        without, with_, least, most = (_level(kpi, row[name]) for name in ("without", "with_", "low", "high"))
        unit, chance = kpi.measured_in if kpi else "points", percent(float(row["chance_of_target"]))
        cells = (without, with_, f"{least} to {most}", effect, f"{low} to {high}", unit, chance)
        rows.append((row["level"], row["id"], scorecard.names[row["id"]], *cells))
    return pd.DataFrame(rows, columns=COLUMNS)


def _last_month(result: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last month, keys as plain text: in a file an empty unit is a missing value."""
    keys = {name: "" for name in ("unit", "period", "level", "id", "first_month") if name in result}
    plain = result.astype(dict.fromkeys(keys, "str")).fillna(keys)
    return plain[plain["period"] == plain["period"].max()]


def _moves(row: Mapping | pd.Series, size: float) -> bool:
    return any(abs(row[name]) > TINY * max(size, 1e-9) for name in EFFECT)


def _surely(row: Mapping, size: float) -> bool:
    """Whether a band lies on one side of 0, and not by a rounding error."""
    return row["effect_low"] * row["effect_high"] > 0 and abs(row["effect"]) > ROUNDING * size


def _level(kpi: KPI | None, value: float) -> str:
    return number(value) if kpi is None else kpi.show(value)


def band_table(results: Mapping[str, pd.DataFrame], scorecard: Scorecard, id: str) -> pd.DataFrame:
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

    Raises
    ------
    UnknownNameError
        When a result has nothing of this id.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, whatif
    >>> card = read_scorecard("meridian")
    >>> result = whatif(card, read_actuals("meridian"), {"mttr": "-10%"}, draws=200)
    >>> band_table({"as it is": result}, card, "mttr")[["assumed", "measured_in"]].values.tolist()
    [['as it is', 'hours']]
    """
    measured_in = next((kpi.measured_in for kpi in scorecard.kpis if kpi.id == id), "points")
    rows = []
    for name, result in results.items():
        last = _last_month(result).set_index("id")
        if id not in last.index:
            raise UnknownNameError(unknown("KPI, objective or perspective", id, last.index, "id", scorecard.names))
        middle, low, high = effect_texts(*last.loc[id, EFFECT])
        rows.append((name, middle, f"{low} to {high}", measured_in))
    return pd.DataFrame(rows, columns=["assumed", "effect", "effect_band", "measured_in"])


def first_month_table(result: pd.DataFrame, scorecard: Scorecard) -> pd.DataFrame:
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

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, whatif
    >>> card = read_scorecard("meridian")
    >>> result = whatif(card, read_actuals("meridian"), {"mttr": "-10%"}, draws=200)
    >>> list(first_month_table(result, card))
    ['name', 'first_month']
    """
    moves = effects_table(result, scorecard)
    ids = moves.loc[moves["level"].isin(["scorecard", "kpi"]), "id"]
    first = _last_month(result).set_index("id")["first_month"].reindex(ids)
    seen = first[first != ""].sort_values(kind="stable")
    rows = [(scorecard.names[id], month_name(period)) for id, period in seen.items()]
    unseen = len(first) - len(seen)
    if unseen:
        those = ("other that moves", "others that move") if rows else ("that moves", "that move")
        rows.append((counted(unseen, *those), "not within the horizon"))
    return pd.DataFrame(rows, columns=["name", "first_month"])


def coverage_sentence(held: pd.DataFrame) -> str:
    """How often the bands held the truth.

    Parameters
    ----------
    held : DataFrame
        As `bsclib.scenarios.compare_with_truth` gives it.

    Returns
    -------
    str
        About the last month of each KPI that was said to follow, or that did; what was moved itself, by as much as was
        asked, is no prediction.

    Examples
    --------
    >>> rows = pd.DataFrame({"period": ["2026-07"] * 2, "id": ["a", "b"], "effect_low": 1, "effect_high": 3})
    >>> coverage_sentence(rows.assign(effect=2, truth=[2, 4], inside=[True, False]))
    'Of 2 KPIs that were said to follow, or that did, the band held the truth in 1. It missed b.'
    """
    followed = moved_by_truth(held)
    if followed.empty:
        return "Nothing was said to follow, and nothing would have followed."
    missed = list(followed.loc[~followed["inside"], "id"])
    many = counted(len(followed), "KPI that was", "KPIs that were")
    held_in = f"the band held the truth in {len(followed) - len(missed)}."
    return f"Of {many} said to follow, or that did, {held_in}" + (f" It missed {', '.join(missed)}." if missed else "")


def initiative_table(scorecard: Scorecard) -> pd.DataFrame:
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
    >>> initiative_table(read_scorecard("meridian")).loc[0, "changes"]
    'Recurring procedures that are automated +8 from month 3, growing over 6 months, chance 80 %'
    """
    rows = []
    for plan in scorecard.initiatives:
        start, after = (plan.start or "").replace("-", "\u2011"), ", ".join(plan.after)
        changes = "; ".join(_change_text(change, scorecard.names) for change in plan.changes)
        rows.append((plan.id, start, plan.months, plan.cost, plan.people, after, changes))
    return pd.DataFrame(rows, columns=["initiative", "start", "months", "cost", "people", "after", "changes"])


def _change_text(change: Change, names: Mapping[str, str]) -> str:
    by = f"{change.by:+g}".replace("-", "−")
    grows = f", growing over {counted(change.ramp, 'month')}" if change.ramp else ""
    sure = f", chance {percent(change.chance)}" if change.chance < 1 else ""
    return f"{names[change.kpi]} {by} from month {change.delay}{grows}{sure}"


def allocation_summary(allocation: Allocation, scorecard: Scorecard) -> str:
    """What a solver chose, and what comes of it, in sentences.

    Parameters
    ----------
    allocation : Allocation
        As `bsclib.scenarios.allocate` gives it.
    scorecard : Scorecard

    Examples
    --------
    >>> from bsclib import fit_map, read_actuals, read_scorecard
    >>> from bsclib.scenarios import allocate
    >>> card = read_scorecard("meridian")
    >>> plan = allocate(fit_map(card, read_actuals("meridian")), 100_000, draws=50)
    >>> allocation_summary(plan, card).startswith("Chosen: ")
    True
    """
    names = {plan.id: plan.name for plan in scorecard.initiatives}
    rows = allocation.chosen.sort_values("start", kind="stable")
    if rows.empty:
        return "Nothing is chosen: no initiative that can be paid for is expected to add to the overall score."
    pairs = zip(rows["initiative"], rows["start"], strict=True)
    first = periods.span(str(allocation.periods["period"].iloc[0]))[0]
    runs = []
    for id, start in pairs:
        when = "(goes on)" if periods.span(str(start))[0] < first else f"from {month_name(str(start))}"
        runs.append(f"“{short_name(names[id])}” {when}")
    taken = set(rows["initiative"])
    open_ = [plan for plan in scorecard.initiatives if plan.changes and months_left(plan, first)]
    left = [f"“{short_name(plan.name)}”" for plan in open_ if plan.id not in taken]
    said = f"Chosen: {listed(runs, 12)}, for {number(rows['still_to_pay'].sum(), 0)} in all."
    more = f" Not chosen: {listed(left, 12)}." if left else ""
    score, without = number(allocation.score), number(allocation.without)
    proof = "No other choice does better on these draws."
    if not allocation.optimal:
        gap = number(allocation.gap, 2)
        proof = f"The solver was stopped: another choice may do better on these draws, by {gap} points at most."
    return f"{said}{more} The overall score is expected at {score}, without them at {without}. {proof}"
