"""What is missing, and where a comparison may mislead."""

from __future__ import annotations

import pandas as pd

from bsclib.model import periods
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.status import SYMBOLS, words
from bsclib.reporting.briefing.off_target import months_in_a_row, owner
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import actual_and_expected, last_period, snapshot
from bsclib.wording import NO_CHANGE, counted, listed, month_name, short_name


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


def caveats(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> str:
    """Which of this month's numbers lack a unit, and so may look better or worse than things are; empty if none does.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole
        A unit lacks no unit.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> caveats(score(card, actuals), card)
    'Take care: Training hours per person lacks Genoa since May 2026. Until then the KPI was ...'
    """
    scores = restore_types(scores)
    now = snapshot(scores, unit)
    part = [str(id) for id in now.index[now["origin"] == "pooled_in_part"]]
    if not part:
        return ""
    names = [scorecard.names[id] for id in part]
    if len(part) > 1:
        return (
            f"Take care: of {listed(names, 3)} not all units report, so the whole may look better or worse than it is."
        )
    kpi, last = scorecard.kpi(part[0]), str(now["period"].iloc[0])
    lacking = {unit: month for unit, month in _last_seen(scores, None)[kpi.id].items() if unit and month < last}
    if len(lacking) != 1:
        return f"Take care: of {names[0]} not all units report, so the whole may look better or worse than it is."
    ((place, month),) = lacking.items()
    there = scores[(scores["unit"] == place) & (scores["id"] == kpi.id) & (scores["period"] == month)].iloc[0]
    since = month_name(periods.period_of(periods.span(month)[1] + 1))
    said = f"Take care: {short_name(kpi.name)} lacks {short_name(place)} since {since}."
    past = scores[scores["period"].astype(str) <= month]
    if past[(past["unit"] == "") & (past["id"] == kpi.id)]["status"].iloc[-1] == "off_target":
        said += (
            f" Until then the KPI was off target for {counted(months_in_a_row(past, '', [kpi.id])[kpi.id], 'month')}."
        )
    if not abs(apart := there["score"] - now.loc[kpi.id, "score"]) >= NO_CHANGE:  # nor where either has no score
        return said
    worse, better = ("worse", "better") if apart < 0 else ("better", "worse")
    shown, whole = (actual_and_expected(kpi, row)[0] for row in (there, now.loc[kpi.id]))
    return (
        f"{said} Its last number there was {shown}, {worse} than the {whole} of the others, "
        f"so the whole looks {better} than it is."
    )


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


def _overdue(kpi: KPI, latest: str, last: str, year_starts: int | None) -> str:
    size = {"quarterly": "quarter", "yearly": "year"}.get(kpi.frequency, "month")
    length = {"quarter": 3, "year": 12}.get(size, 1)
    end = periods.span(last)[0] + length - 1 - periods.within(periods.span(last)[0], length, year_starts)
    since = periods.span(last)[0] - periods.span(latest)[0]
    if end > periods.span(last)[0] and since < length:
        return f"not due before its {size} ends, in {month_name(periods.period_of(end))}"
    return f"no actual for {counted(since, 'month')}"


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
        sentences.append(f"Not scored, for want of a target: {listed(aimless)}.")
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
