"""What is missing, and where a comparison may mislead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.model import periods
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.status import SYMBOLS, words
from bsclib.reporting.briefing.means import of_a_unit
from bsclib.reporting.briefing.off_target import months_in_a_row, owner
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import (
    actual_and_expected,
    last_known,
    last_known_words,
    last_period,
    overall_score,
    snapshot,
)
from bsclib.wording import NO_CHANGE, counted, listed, month_name, number, sentence, short_name

MOST = 2
"""So many warnings come first; `guards` says the rest."""
if TYPE_CHECKING:
    from bsclib.reporting.briefing.ahead import Ahead


def missing_actuals(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> pd.DataFrame:
    """The KPIs that have no actual in the last month, and who could supply it.

    What one unit never reported is not missing there, as long as another reports it.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, optional
        By default the organisation as a whole, with what any unit lacks.

    Returns
    -------
    DataFrame
        `kpi`, `where` (units), `last_actual` (the last month any of them gave one), `last_known` (what it was of the
        organisation or the one unit, and its status then), `why` and `owner`.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> list(missing_actuals(score(card, actuals), card))
    ['kpi', 'where', 'last_actual', 'last_known', 'why', 'owner']
    """
    scores = restore_types(scores)
    last = str(snapshot(scores, unit)["period"].iloc[0])
    seen = _last_seen(scores, unit)
    table = {}
    for kpi in scorecard.kpis:
        lacking = {place: month for place, month in seen.get(kpi.id, {}).items() if month < last}
        if not unit and kpi.id not in seen:
            table[kpi.id] = kpi.name, "everywhere", "never", "", "never reported", owner(scorecard, kpi)
        if lacking:
            units = [place for place in lacking if place]
            where = listed(units, 3) if units else "the organisation as a whole"
            latest = max(lacking.values())
            why = _overdue(kpi, latest, last, scorecard.year_starts)
            known = _last_known(scores, kpi, lacking)
            table[kpi.id] = kpi.name, where, month_name(latest), known, why, owner(scorecard, kpi)
    columns = ["kpi", "where", "last_actual", "last_known", "why", "owner"]
    return pd.DataFrame(list(table.values()), columns=columns, index=pd.Index(table, name="id"))


def _last_known(scores: pd.DataFrame, kpi: KPI, lacking: dict[str, str]) -> str:
    """The last value of the organisation or the one unit that lacks one, and its status then."""
    place = "" if "" in lacking else next(iter(lacking))
    if len(lacking) > 1 and place:
        return ""
    of = (scores["unit"] == place) & (scores["id"] == kpi.id) & (scores["period"] == lacking[place])
    row = scores[of].iloc[0]
    return f"{actual_and_expected(kpi, row)[0]}, {SYMBOLS[row['status']]} {words(str(row['status']))}"


def filled(actuals: pd.DataFrame, scores: pd.DataFrame, scorecard: Scorecard) -> pd.DataFrame:
    """The actuals with the last number of each unit in place of the one that it did not give for the last month.

    Parameters
    ----------
    actuals : DataFrame
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        The actuals, checked, with a row more for each unit and KPI that are due and lack their last month.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> len(filled(actuals, score(card, actuals), card)) - len(actuals)
    1
    """
    rows, scores = check_actuals(actuals, scorecard), restore_types(scores)
    last, lacking = last_period(scores), missing_actuals(scores, scorecard)
    added, empty = [], pd.Series(False, index=rows.index)
    for kpi in (scorecard.kpi(str(id)) for id in lacking.index):
        for place, month in _last_seen(scores, None).get(kpi.id, {}).items():
            of = (rows["kpi"] == kpi.id) & (rows["unit"] == place) & (rows["period"].astype(str) == month)
            if month < last and of.any() and not kpi.cumulates and _is_due(scorecard, kpi.id, {place: month}, last):
                added.append(rows[of].head(1).astype({"period": object}).assign(period=last))
                empty |= (rows["kpi"] == kpi.id) & (rows["unit"] == place) & (rows["period"].astype(str) == last)
    return pd.concat([rows[~empty].astype({"period": object}), *added], ignore_index=True) if added else rows


def caveats(
    scores: pd.DataFrame,
    scorecard: Scorecard,
    unit: str | None = None,
    complete: pd.DataFrame | None = None,
    ahead: Mapping[str, Ahead] | None = None,
) -> str:
    """Which numbers not to rely on: what lacks a unit or an actual, what hangs on the map, what its guard contradicts.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole
    complete : DataFrame, optional
        The scores of what `filled` gives: without them nothing is said of what a missing number does to the score.
    ahead : mapping of str to Ahead, optional
        As `foreseen` returns it: without it nothing is said of the months ahead.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Notes
    -----
    What the whole would be with a unit's last number is put together as the KPI pools its units.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> caveats(score(card, actuals), card)
    "Take care: with Genoa's last number, Training hours per person would be 2.3 h, not 2.5 h. ..."
    """
    scores = restore_types(scores)
    part = "" if unit else _in_part(scores, scorecard)
    lacking = [*filter(None, [part, _left_out(scores, scorecard, unit or "")])]
    if lacking and complete is not None and (then := _with_all(scores, complete, unit or "")):
        would = "; with it the overall score would be"
        with_it = ", and the overall score" if lacking == [part] and part.startswith("with ") else would
        lacking[-1] = f"{lacking[-1].removesuffix('.')}{with_it} {then}."
    foreseen = (ahead or {}).get(unit or "")
    hangs = foreseen.hangs if foreseen else ""
    said = [*filter(None, [*lacking, hangs, at_a_price(scores, scorecard, unit, 1)])]
    first, *others = [*said[: max(MOST, len(lacking))], ""]
    return " ".join([f"Take care: {first}", *map(sentence, filter(None, others))]) if first else ""


def _with_all(scores: pd.DataFrame, complete: pd.DataFrame, unit: str) -> str:
    """What the overall score would be with the last numbers of what is missing; nothing where that is the same."""
    last = last_period(scores)
    now, then = (overall_score(restore_types(each), unit, last) for each in (scores, complete))
    if np.isnan([now, then]).any() or abs(now - then) < NO_CHANGE:
        return ""
    tops = scores[(scores["level"] == "scorecard") & (scores["unit"] == unit) & (scores["period"] != last)]
    past = tops.sort_values("period")["score"].tail(24).dropna()
    lowest = f", its lowest in {len(past)} months" if len(past) >= 12 and then < past.min() <= now else ""
    return f"{number(then)}{lowest or f', not {number(now)}'}"


def _in_part(scores: pd.DataFrame, scorecard: Scorecard) -> str:
    """Which numbers of the whole lack a unit, and what they would be with it."""
    now = snapshot(scores)
    part = [str(id) for id in now.index[now["origin"] == "pooled_in_part"]]
    if not part:
        return ""
    kpi, last = scorecard.kpi(part[0]), str(now["period"].iloc[0])
    lacking = {place: month for place, month in _last_seen(scores, None)[kpi.id].items() if place and month < last}
    if len(part) > 1 or len(lacking) != 1:
        names = listed((scorecard.names[id] for id in part), 3)
        return f"of {names} not all units report, so the whole may look better or worse than it is."
    ((place, month),) = lacking.items()
    there = scores[(scores["unit"] == place) & (scores["id"] == kpi.id) & (scores["period"] == month)].iloc[0]
    if with_it := _with_it(scores, scorecard, kpi, now.loc[kpi.id], there):
        return f"with {short_name(place)}'s last number, {short_name(kpi.name)} would be {with_it}."
    since = month_name(periods.period_of(periods.span(month)[1] + 1))
    return f"{short_name(place)} has not reported {short_name(kpi.name)} since {since}."


def _with_it(scores: pd.DataFrame, scorecard: Scorecard, kpi: KPI, whole: pd.Series, there: pd.Series) -> str:
    """What the whole would be with a unit's last number; nothing where that would look the same."""
    units = scores[(scores["id"] == kpi.id) & (scores["unit"] != "") & (scores["period"] == whole["period"])]
    known = units[units["actual"].notna()]
    if kpi.cumulates or not np.isclose(_pooled(kpi, known), whole["actual"], rtol=1e-6):
        return ""
    with_it = _pooled(kpi, pd.concat([known, there.to_frame().T]))
    shown = [of_a_unit(kpi).show(float(value)) for value in (with_it, whole["actual"])]
    return "" if np.isnan(with_it) or shown[0] == shown[1] else f"{shown[0]}, not {shown[1]}"


def _pooled(kpi: KPI, rows: pd.DataFrame) -> float:
    """The actuals of units put together as the KPI says; NaN where that cannot be."""
    if rows.empty:
        return np.nan
    if kpi.pooled == "ratio":
        above, below = rows["numerator"].astype(float), rows["denominator"].astype(float)
        return float(above.sum(skipna=False) / below.sum(skipna=False) * kpi.scale) if below.sum() else np.nan
    return float(rows["actual"].astype(float).agg(kpi.pooled))


def _left_out(scores: pd.DataFrame, scorecard: Scorecard, unit: str) -> str:
    """Which KPIs a unit has given before and lacks now, so that its score leaves them out."""
    now = snapshot(scores, unit)
    known = last_known(scores[scores["expected"].notna()], unit)
    gone = missing_actuals(scores, scorecard, unit)
    seen, last = _last_seen(scores, unit), str(now["period"].iloc[0])
    due = [id for id in gone.index.intersection(known.index) if _is_due(scorecard, str(id), seen.get(id, {}), last)]
    gone = gone.loc[due]
    gone = gone[now["score"].reindex(gone.index).isna().to_numpy()]
    if gone.empty:
        return ""
    named = [
        f"{short_name(row.kpi)} (last {last_known_words(scorecard.kpi(str(row.Index)), known.loc[row.Index])})"
        for row in gone.itertuples()
    ]
    if len(named) == 1:
        return f"the score leaves out {named[0]}."
    return f"the score leaves out {listed(gone['kpi'], 3)}, because they have no number for {month_name(last)}."


def _is_due(scorecard: Scorecard, id: str, seen: dict[str, str], last: str) -> bool:
    """Whether an actual of the last month should be there by now."""
    latest = max((month for month in seen.values() if month < last), default="")
    return not latest or _not_due_before(scorecard.kpi(id), latest, last, scorecard.year_starts) is None


def at_a_price(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None, most: int = 2) -> str:
    """The KPIs on target whose guard is off target, each with its own; the guard that is longest off target first."""
    now = snapshot(scores, unit)
    stood = now["status"].astype(str)
    fine = [kpi for kpi in scorecard.kpis if stood[kpi.id] == "on_target"]
    guards = {guard for kpi in fine for guard in kpi.guarded_by if stood[guard] == "off_target"}
    months = months_in_a_row(scores, unit, sorted(guards))
    said: list[str] = []
    for guard in sorted(months, key=lambda id: -months[id])[:most]:
        names = listed((short_name(kpi.name) for kpi in fine if guard in kpi.guarded_by), 2)
        may = "may come at the cost" if not said else "at the cost"
        said.append(f"{names} {may} of {short_name(scorecard.names[guard])} (off target)")
    return f"{', and '.join(said)}." if said else ""


def guards(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> str:
    """What a guard is, and all KPIs on target whose guard is off target; nothing where there is none."""
    said = at_a_price(scores, scorecard, unit, len(scorecard.kpis))
    what = "A guard is a KPI that shows what another one may cost. Here guards are off target:"
    return f"{what} {said}" if said else ""


def _without_target(scores: pd.DataFrame, scorecard: Scorecard, unit: str, last: str) -> list[str]:
    """The names of the KPIs that have an actual, and no target to hold it against."""
    here = scores[(scores["unit"] == unit) & (scores["period"] == last) & (scores["level"] == "kpi")]
    return [scorecard.names[str(id)] for id in here["id"][here["actual"].notna() & here["expected"].isna()]]


def _last_seen(scores: pd.DataFrame, unit: str | None) -> dict[str, dict[str, str]]:
    """By KPI and unit, the last month with an actual of its own."""
    own = scores["actual"].notna() & (scores["level"] == "kpi") & (scores["origin"] != "carried")
    own &= (scores["unit"] == unit) if unit else True
    rows = scores.loc[own, ["id", "unit", "period"]].astype(str)
    last: dict[str, dict[str, str]] = {}
    for (id, place), month in rows.groupby(["id", "unit"], sort=False)["period"].max().items():
        last.setdefault(id, {})[place] = month
    return last


def _not_due_before(kpi: KPI, latest: str, last: str, year_starts: int | None) -> tuple[str, int] | None:
    """The quarter or year that has to end first, and its last month; None where an actual is due."""
    size = {"quarterly": "quarter", "yearly": "year"}.get(kpi.frequency, "month")
    length = {"quarter": 3, "year": 12}.get(size, 1)
    end = periods.span(last)[0] + length - 1 - periods.within(periods.span(last)[0], length, year_starts)
    since = periods.span(last)[0] - periods.span(latest)[0]
    return (size, end) if end > periods.span(last)[0] and since < length else None


def _overdue(kpi: KPI, latest: str, last: str, year_starts: int | None) -> str:
    if waits := _not_due_before(kpi, latest, last, year_starts):
        return f"not due before its {waits[0]} ends, in {month_name(periods.period_of(waits[1]))}"
    return f"no actual for {counted(periods.span(last)[0] - periods.span(latest)[0], 'month')}"


def gaps(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> str:
    """How much is missing, in sentences: KPIs without data, those never reported, objectives without a KPI.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> gaps(score(card, actuals), card)
    '1 KPI lacks an actual for this month in at least one unit.'
    """
    scores = restore_types(scores)
    seen = _last_seen(scores, unit)
    last = str(snapshot(scores, unit)["period"].iloc[0])
    lacking = sum(min(months.values()) < last for months in seen.values())
    never = [kpi.name for kpi in scorecard.kpis if kpi.id not in seen]
    if not seen:
        return f"No KPI has an actual {'in this unit' if unit else 'anywhere'}."
    sentences = ["Every KPI that was reported before has an actual this month."]
    if lacking:
        where = " in at least one unit" if not unit and scores["unit"].nunique() > 1 else ""
        sentences = [f"{counted(lacking, 'KPI lacks', 'KPIs lack')} an actual for this month{where}."]
    if never:
        sentences.append(f"Never reported{' in this unit' if unit else ''}: {listed(never)}.")
    if aimless := _without_target(scores, scorecard, unit or "", last):
        sentences.append(f"Not scored, because they have no target: {listed(aimless)}.")
    idle = [objective.name for objective in scorecard.objectives if not scorecard.kpis_of(objective.id)]
    if idle:
        sentences.append(f"No KPI measures: {listed(idle)}.")
    late = int(scores["left_out"].iloc[0])
    if late:
        rows = counted(late, "row of the actuals ends", "rows of the actuals end")
        sentences.append(f"{rows} after {month_name(last)} and {'is' if late == 1 else 'are'} left out.")
    return " ".join(sentences)


def series_breaks(scores: pd.DataFrame, scorecard: Scorecard, months: int = 24) -> pd.DataFrame:
    """The known breaks in the series of the last months, across which a comparison may mislead.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    months : int
        How far back.

    Returns
    -------
    DataFrame
        `month`, `kind`, `kpis` (names; all where the event names none) and `why`, the latest first.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> series_breaks(score(card, actuals), card)[["month", "kind"]].to_numpy().tolist()
    [['July 2024', 'tool change']]
    """
    last = periods.span(last_period(scores))[1]
    near = [event for event in scorecard.events if last - months < periods.span(event.period)[0] <= last]
    rows = [
        (
            month_name(periods.period_of(periods.span(event.period)[0])),
            event.kind.replace("_", " "),
            listed((scorecard.kpi(id).name for id in event.kpis), 3) or "all",
            event.why,
        )
        for event in sorted(near, key=lambda event: periods.span(event.period), reverse=True)
    ]
    return pd.DataFrame(rows, columns=["month", "kind", "kpis", "why"])
