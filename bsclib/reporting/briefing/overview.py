"""Where we stand: the overall score, the perspectives, and how many KPIs have which status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from bsclib.model.nouns import Scorecard
from bsclib.model.status import STATUSES, words
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import last_known, last_period, month_before, overall_score, snapshot
from bsclib.wording import NO_CHANGE, OVERALL, counted, listed, month_name, number, short_name

if TYPE_CHECKING:
    from bsclib.reporting.briefing.ahead import Ahead

MUCH, FEWEST_UNITS = 5.0, 4
"""A fall in points that is named where no other unit fell by half as much; of three units and the whole at least."""
_STATUS_WORDS = {status: words(status) for status in STATUSES} | {"no_data": "without data"}


def title(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> str:
    """What the briefing is about: whose scorecard, which unit, which month.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> title(score(card, actuals), card, "Genoa")
    'Meridian Freight IT, Genoa: June 2026'
    """
    name = ", ".join(short_name(part) for part in (scorecard.name, unit) if part)
    return f"{name}: {month_name(last_period(scores))}"


def headline(scores: pd.DataFrame, unit: str | None = None, ahead: Mapping[str, Ahead] | None = None) -> str:
    """The overall score in one sentence: its status, and how it compares with a month and a year before.

    Of a unit that fell much more than the others a second sentence says so; of the whole `to_decide` asks about it.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    unit : str, default the organisation as a whole
    ahead : mapping of str to Ahead, optional
        As `foreseen` returns it: a last sentence then says what all that is planned comes to.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> headline(score(*load_dataset("meridian")))
    'The overall score is ...'
    """
    scores = restore_types(scores)
    top = snapshot(scores, unit).iloc[0]
    if np.isnan(top["score"]):
        return f"There is no overall score for {month_name(top['period'])}: {top['reason']}."
    now = f"The overall score is {number(top['score'])} of 100, {words(top['status'])}"
    months = [month_before(top["period"], back) for back in (1, 12)]
    comparisons, unit_said = list[str](), False
    for month in months:
        if not np.isnan(earlier := overall_score(scores, unit, month)):
            apart = top["score"] - earlier
            comparisons.append(f"{_difference(apart, unit_said)} in {month_name(month)}")
            unit_said = unit_said or abs(apart) >= NO_CHANGE
    said = f"{now}: {', '.join(comparisons)}." if comparisons else f"{now}."
    planned = (ahead or {}).get(unit or "")
    more = [planned.outlook, _unmoved(scores, unit, planned)] if planned else []
    return " ".join(filter(None, [said, _no_other(scores, unit or ""), *more]))


def _unmoved(scores: pd.DataFrame, unit: str | None, ahead: Ahead) -> str:
    """The perspective that stands lowest, where nothing that is planned moves it."""
    now = snapshot(scores, unit)
    rows = now[(now["level"] == "perspective") & now["score"].notna()]
    if len(rows) < 2 or ahead.changes_little:
        return ""
    low = rows.loc[rows["score"].idxmin()]
    if low["status"] == "on_target" or not ahead.unmoved(str(low.name)):
        return ""
    return f"No plan moves {short_name(str(low['name']))} ({number(low['score'])}, the lowest)."


class Fall(NamedTuple):
    """A unit that fell much more than the others: by so many points since a month, and by how much the next one."""

    unit: str
    points: float
    since: str
    next: float


def fell_most(scores: pd.DataFrame) -> Fall | None:
    """The unit that fell much more than the others, where the whole fell; in a year, or else in a month."""
    tops = scores[(scores["level"] == "scorecard") & scores["score"].notna()]
    by_month = {str(month): rows.set_index("unit")["score"] for month, rows in tops.groupby("period", observed=True)}
    last = last_period(scores)
    for months in (12, 1):
        earlier = by_month.get(month_before(last, months), pd.Series(dtype=float))
        apart = (by_month.get(last, earlier) - earlier).dropna()
        if len(apart) < FEWEST_UNITS or not apart.get("", 0.0) <= -NO_CHANGE:
            continue
        apart = apart.drop("").sort_values(kind="stable")
        most, next_ = float(apart.iloc[0]), float(apart.iloc[1])
        if most > -MUCH or most > 2 * next_:
            return None
        return Fall(str(apart.index[0]), -most, month_name(month_before(last, months)), -next_)
    return None


def _no_other(scores: pd.DataFrame, unit: str) -> str:
    """Of a unit that fell much more than the others, by how much these did."""
    fall = fell_most(scores)
    if fall is None or fall.unit != unit:
        return ""
    more = f"by more than {number(fall.next)} " if fall.next >= NO_CHANGE else ""
    return f"No other unit fell {more.strip() or 'since then'}."


def _difference(points: float, unit_said: bool) -> str:
    if abs(points) < NO_CHANGE:
        return "as much as"
    return f"{number(abs(points))}{'' if unit_said else ' points'} {'more' if points > 0 else 'less'} than"


def summary(scores: pd.DataFrame, unit: str | None = None) -> str:
    """What stands behind the overall score: the best and the worst perspective, or how many KPIs have which status.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    unit : str, default the organisation as a whole

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> summary(score(*load_dataset("meridian")))
    'All 4 perspectives are at risk, from ...'
    """
    now = snapshot(scores, unit)
    scored = now[(now["level"] == "perspective") & now["score"].notna()].sort_values("score", kind="stable")
    if len(scored) > 1 and scored["score"].iloc[-1] - scored["score"].iloc[0] >= NO_CHANGE:
        alike = scored["status"].nunique() == 1
        worst, best = (
            f"{short_name(row.name)} ({number(row.score)}{'' if alike else f', {words(row.status)}'})"
            for row in scored.iloc[[0, -1]][["name", "score", "status"]].itertuples(index=False, name="Row")
        )
        every = (
            f"{'Both' if len(scored) == 2 else f'All {len(scored)}'} perspectives are {words(scored['status'].iloc[0])}"
        )
        return f"{every}, from {worst} to {best}." if alike else f"Strongest is {best}, weakest {worst}."
    kpis = now[now["level"] == "kpi"]
    counts = kpis["status"].value_counts()
    (first, word), *others = [(int(counts[code]), word) for code, word in _STATUS_WORDS.items() if counts.get(code)]
    if others:
        parts = [f"{first} {'is' if first == 1 else 'are'} {word}", *(f"{count} {word}" for count, word in others)]
        return f"Of {counted(len(kpis), 'KPI')}, {listed(parts)}."
    return f"{'The only KPI is' if first == 1 else f'All {first} KPIs are'} {word}."


def weakest_unit(scores: pd.DataFrame) -> str:
    """Which unit stands lowest in the last month, and in which of its perspectives; or why there is none to look at.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> weakest_unit(score(*load_dataset("meridian")))
    'Look at Genoa: ...'
    """
    rows = restore_types(scores)
    rows = rows[(rows["period"] == last_period(scores)) & rows["score"].notna() & (rows["unit"] != "")]
    tops = rows[rows["level"] == "scorecard"].sort_values("score", kind="stable")
    if len(tops) < 2 or tops["score"].iloc[-1] - tops["score"].iloc[0] < NO_CHANGE:
        return "There are no two units with different scores, so there is none to look at first."
    lowest = tops.iloc[0]
    views = rows[(rows["unit"] == lowest["unit"]) & (rows["level"] == "perspective")]
    views = views.sort_values("score", kind="stable")
    bad = [short_name(name) for name in views.loc[views["status"] == "off_target", "name"]]
    reason = f"{listed(bad)} {'is' if len(bad) == 1 else 'are'} off target" if bad else ""
    if not bad and len(views):
        reason = (
            f"its lowest perspective, {short_name(views['name'].iloc[0])}, stands at {number(views['score'].iloc[0])}"
        )
    place = f"{number(lowest['score'])} of 100, the lowest of {len(tops)} units"
    gone = last_known(restore_types(scores), str(lowest["unit"]))  # what it gave before and does not now
    gone = gone[~gone.index.isin(rows.loc[rows["unit"] == lowest["unit"], "id"].astype(str))]
    gone = gone[snapshot(scores)["score"].reindex(gone.index).notna().to_numpy()]  # while others give it
    without = f" It has not reported {listed(gone['name'], 2)}, so its score does without." if len(gone) else ""
    without += _outside(scores, rows)
    return f"Look at {short_name(str(lowest['unit']))}: {place}{', because ' + reason if reason else ''}.{without}"


def how_to_read_units(scores: pd.DataFrame, unit: str | None = None) -> str:
    """What the rows and columns of the heat map are."""
    past = scores[(scores["level"] == "scorecard") & (scores["period"] == month_before(last_period(scores), 12))]
    said = "The first row is the whole, and below it stand the units, the weakest first."
    said += " The second column tells how the overall score stood a year ago." if past["score"].notna().any() else ""
    said += f" ▸ marks {short_name(unit)}." if unit else ""
    return f"{said} A box with ◆ is off target."


def _outside(scores: pd.DataFrame, units: pd.DataFrame) -> str:
    """Which scores of the whole lie outside those of its units, and why that can be; nothing where none does."""
    whole = snapshot(scores)
    whole = whole[whole["level"].isin(["scorecard", "perspective"])]
    ends = units.groupby(units["id"].astype(str), observed=True)["score"].agg(["min", "max"]).reindex(whole.index)
    apart = (whole["score"] > ends["max"] + NO_CHANGE) | (whole["score"] < ends["min"] - NO_CHANGE)
    names = listed(OVERALL if row["level"] == "scorecard" else row["name"] for _, row in whole[apart].iterrows())
    lie = "lies" if apart.sum() == 1 else "lie"
    why = "because the whole is scored on the numbers of all units together, not on their scores"
    return f" {names} of the whole {lie} outside what its units score, {why}." if names else ""


def course(scores: pd.DataFrame, unit: str | None = None, months: int = 24) -> str:
    """How the overall score went: between which scores it lay, when, and how long it has had its status.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    unit : str, default the organisation as a whole
    months : int
        How far back.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> course(score(*load_dataset("meridian")))
    'In 24 months the overall score lay between 84.2 (November 2025) and 93.6 (April 2025). At 84.3 it is ...'
    """
    rows = restore_types(scores)
    top = str(snapshot(rows, unit).index[0])
    rows = rows[(rows["unit"] == (unit or "")) & (rows["id"] == top)].sort_values("period").tail(months)
    known = rows[rows["score"].notna()]
    if len(known) < 2 or known["score"].max() - known["score"].min() < NO_CHANGE:
        return ""
    low, high = (
        f"{number(known.loc[at, 'score'])} ({month_name(str(known.loc[at, 'period']))})"
        for at in (known["score"].idxmin(), known["score"].idxmax())
    )
    said = f"In {len(rows)} months the overall score lay between {low} and {high}."
    today = known["score"].iloc[-1] if known.index[-1] == rows.index[-1] else np.nan
    if 0 < today - known["score"].min() < 2 * NO_CHANGE:
        said += f" At {number(today)} it is almost at its lowest now."
    now = str(rows["status"].iloc[-1])
    other = np.flatnonzero((rows["status"].astype(str) != now).to_numpy()[::-1])
    last = f"for {counted(int(other[0]), 'month')}" if len(other) else "all the time"
    fine = np.flatnonzero((rows["status"] == "on_target").to_numpy()[::-1])
    longer = f", and not on target for {fine[0]}" if len(other) and len(fine) and fine[0] > other[0] else ""
    return f"{said} It has been {words(now)} {last}{longer}."


def past_scores(scores: pd.DataFrame, unit: str | None, month: str) -> pd.Series:
    """The scores of a unit in a month, by id; empty when there are none."""
    past = scores[(scores["unit"] == (unit or "")) & (scores["period"] == month)]
    return past.set_index(past["id"].astype(str))["score"]


def standing(scores: pd.DataFrame, unit: str | None = None) -> pd.DataFrame:
    """Overall score and perspectives, compared with a month and a year before.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    unit : str, default the organisation as a whole

    Returns
    -------
    DataFrame
        `perspective`, `score` (0..100), `status`; `change_in_a_month` and `change_in_a_year` in points, each only where
        there are such months; and the number of KPIs that are `on_target`, `at_risk`, `off_target`, and have `no_data`.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> standing(score(*load_dataset("meridian")))["perspective"].tolist()
    [...]
    """
    scores = restore_types(scores)
    now = snapshot(scores, unit)
    rows = now[now["level"].isin(["scorecard", "perspective"])]
    table = pd.DataFrame({"perspective": rows["name"].astype(str), "score": rows["score"].array}, index=rows.index)
    table.iloc[0, 0] = OVERALL
    table["status"] = rows["status"].astype(str)
    for column, months in (("change_in_a_month", 1), ("change_in_a_year", 12)):
        past = past_scores(scores, unit, month_before(last_period(scores), months)).reindex(rows.index)
        if past.notna().any():
            table[column] = rows["score"] - past
    kpis = now[now["level"] == "kpi"]
    above = kpis["parent"].astype(str).map(now["parent"].astype(str))
    counts = pd.crosstab(above, kpis["status"].astype(str)).reindex(rows.index, fill_value=0)
    counts.iloc[0] = counts.sum()
    for word in ("on_target", "at_risk", "off_target", "no_data"):
        table[word] = counts.get(word, 0)
    return table
