"""What is off target or at risk: for how long, what it costs, and who does something about it."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.actions import Action
from bsclib.model.initiatives import Initiative
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.status import words
from bsclib.reporting.briefing.means import A_UNIT
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import actual_and_expected, kpi_shares, last_period, snapshot
from bsclib.wording import counted, listed, month_name, number, short_name

NO_INITIATIVE = "none"
MOST_TO_DECIDE = 4
"""So many KPIs are named, the most costly first; the others are counted."""


def kpis_with_status(
    scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None, status: str = "off_target"
) -> pd.DataFrame:
    """The KPIs of one status, the most costly first: who owns them, and which initiative should move them.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole
    status : {"off_target", "at_risk"}
        Which KPIs.

    Returns
    -------
    DataFrame
        `kpi` (and *without* which units, where some do not report), `actual` and `expected` (as text); of the whole the
        `weakest_unit` and its actual, where there are two units or more; `points_lost`; `months` in a row with this
        status, and those while all units reported where it only looked better since; `owner` (the objective's where
        the KPI names none) and `initiative`: what should move it the better way, initiatives on it or on what drives
        it, and actions that are open in the unit.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Notes
    -----
    ``points_lost = W * (100 - score)``, where W is the KPI's weight in the overall score: what the overall score would
    gain if this KPI alone were where it is expected to be.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> kpis_with_status(score(card, actuals), card, status="at_risk").loc["csat", ["kpi", "owner"]].tolist()
    ['User satisfaction after a ticket', 'Service desk manager']
    """
    scores = restore_types(scores)
    now = snapshot(scores, unit)
    rows = now[(now["level"] == "kpi") & (now["status"] == status)]
    lost = kpi_shares(scores, unit, last_period(scores)).reindex(rows.index) * (100 - rows["score"])
    order = lost.sort_values(ascending=False, kind="stable").index
    months = months_in_a_row(scores, unit, list(order))
    weakest = {} if unit else weakest_units(scores, scorecard, list(order))
    table = []
    for kpi, row in ((scorecard.kpi(str(id)), rows.loc[id]) for id in order):
        actual, expected = actual_and_expected(kpi, row)
        part = without(scores, kpi.id) if row["origin"] == "pooled_in_part" else ""
        work = initiatives_of(scorecard, kpi.id, str(row["period"]), unit)
        lasted = _and_before(scores, kpi.id, months[kpi.id]) if part else months[kpi.id]
        weak = weakest.get(kpi.id, "")
        table.append(
            (kpi.name + part, actual, expected, weak, float(lost[kpi.id]), lasted, owner(scorecard, kpi), work)
        )
    columns = ["kpi", "actual", "expected", "weakest_unit", "points_lost", "months", "owner", "initiative"]
    frame = pd.DataFrame(table, columns=columns, index=pd.Index(order, name="id"))
    return frame if weakest else frame.drop(columns="weakest_unit")


def weakest_units(scores: pd.DataFrame, scorecard: Scorecard, ids: list[str], status: str = "") -> dict[str, str]:
    """The unit that stands lowest in each KPI with its actual, where two units are scored; only of one status if so."""
    last = (scores["period"] == last_period(scores)) & (scores["unit"] != "")
    rows = scores[last & scores["id"].isin(ids) & scores["score"].notna() & scores["actual"].notna()]
    found = {}
    for id, part in rows.groupby(rows["id"].astype(str), observed=True):
        low = part.loc[part["score"].idxmin()]
        if len(part) > 1 and part["score"].nunique() > 1 and str(low["status"]) == (status or str(low["status"])):
            shown = scorecard.kpi(str(id)).show(float(low["actual"])).removesuffix(A_UNIT)
            found[str(id)] = f"{short_name(str(low['unit']))} {shown}"
    return found


def without(scores: pd.DataFrame, id: str) -> str:
    """Which units gave a KPI before and do not in the last month, to stand behind its name or a reason."""
    gone = _gone(scores, id)
    return f", without {gone}" if gone else ", not of all units"


def _gone(scores: pd.DataFrame, id: str) -> str:
    rows = scores[(scores["id"] == id) & (scores["unit"] != "") & scores["actual"].notna()]
    now = set(rows.loc[(rows["period"] == last_period(scores)) & (rows["origin"] != "carried"), "unit"])
    return listed((str(unit) for unit in rows["unit"].unique() if unit not in now), 2)


def in_part_since(scores: pd.DataFrame, id: str) -> int:
    """For how many months up to the last one a KPI of the whole lacks a unit."""
    rows = scores[(scores["unit"] == "") & (scores["id"] == id)].sort_values("period")
    whole = np.flatnonzero((rows["origin"] != "pooled_in_part").to_numpy()[::-1])
    return int(whole[0]) if len(whole) else len(rows)


def _and_before(scores: pd.DataFrame, id: str, months: int) -> int | str:
    """The months in a row, with those to the last month of all units where the row broke since."""
    part = in_part_since(scores, id)
    rows = scores[(scores["unit"] == "") & (scores["id"] == id)].sort_values("period")
    if months >= part or part >= len(rows) or rows["status"].iloc[-part - 1] != rows["status"].iloc[-1]:
        return months
    before = months_in_a_row(rows.iloc[:-part], "", [id])[id]
    gone = _gone(scores, id)
    return f"{months}; {before} {f'with {gone}' if gone else 'of all units'}"


def to_decide(
    scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None, told: pd.DataFrame | None = None
) -> str:
    """What a director has to decide first: what is off target, or at risk and worse than usual, with nothing planned.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole
    told : DataFrame, optional
        As `two_words` returns it; without it no KPI that is at risk is named.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> to_decide(score(card, actuals), card)
    'To decide: Open audit findings (Head of security), ... They cost 4.0 points, and no plan would improve them. ...'
    """
    off = kpis_with_status(scores, scorecard, unit)
    idle = off[off["initiative"] == NO_INITIATIVE]
    sinking = pd.DataFrame() if told is None else _sinking(scores, scorecard, unit, told)
    if off.empty:
        said = "No KPI is off target" + ("." if len(sinking) else ", so none needs a decision.")
    elif idle.empty:
        every = {1: "the KPI", 2: "both KPIs"}.get(len(off), f"all {len(off)} KPIs")
        said = f"Something is done about {every} off target."
    else:
        it, costs, them = ("It", "costs", "it") if len(idle) == 1 else ("They", "cost", "them")
        lost = f"{it} {costs} {number(idle['points_lost'].sum())} points"
        said = f"To decide: {_owned(scorecard, idle)}. {lost}, and no plan would improve {them}."
    if len(sinking):
        start = "Nor is anything planned for" if len(idle) else "To decide:"
        end = "." if len(idle) else ", and nothing is planned."
        whom = _owned(scorecard, sinking) if idle.empty else listed(_names(scorecard, sinking), MOST_TO_DECIDE)
        said += f" {start} {whom}, at risk and worse than usual{end}"
    waits = _waits(off, scorecard, last_period(scores), unit) if len(off) else ""
    return " ".join(filter(None, [said, waits]))


def _owned(scorecard: Scorecard, rows: pd.DataFrame) -> str:
    """KPIs with who answers for them."""
    pairs = zip(_names(scorecard, rows), rows["owner"], strict=True)
    owners = (f"{short_name(name)} ({short_name(who)})" for name, who in pairs)
    return listed(owners, MOST_TO_DECIDE)


def _names(scorecard: Scorecard, rows: pd.DataFrame) -> list[str]:
    """Names without what they say in brackets at their end, because an owner follows there."""
    return [re.sub(r" \([^()]*\)$", "", scorecard.names[str(id)]) for id in rows.index]


def _sinking(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None, told: pd.DataFrame) -> pd.DataFrame:
    """The KPIs at risk that show a signal for the worse, while nothing is planned."""
    risky = kpis_with_status(scores, scorecard, unit, "at_risk")
    worse = told.loc[told["signal"] & (told["variation"] == "worsening"), "kpi"] if "signal" in told else []
    return risky[risky.index.isin(worse) & (risky["initiative"] == NO_INITIATIVE)]


def _waits(off: pd.DataFrame, scorecard: Scorecard, period: str, unit: str | None) -> str:
    """That nothing has begun yet about the KPI that costs most, if so."""
    work = _work(scorecard, str(off.index[0]), period, unit)
    if not work or any(each.begun for each in work):
        return ""
    name = scorecard.names[str(off.index[0])]
    dearest = f"{short_name(name)} costs most, {number(off['points_lost'].iloc[0])} points"
    until = min(filter(None, (each.start for each in work)), default="")
    if not until:
        return f"{dearest}, and nothing about it begins: can it wait?"
    return f"{dearest}: can it wait until {month_name(until)}?"


def owner(scorecard: Scorecard, kpi: KPI) -> str:
    """Who answers for a KPI: its own owner, else its objective's."""
    return kpi.owner or scorecard.objective(kpi.objective).owner or "nobody"


class Work(NamedTuple):
    """What should move a KPI: in words, whether it has begun, and its month to come."""

    text: str
    begun: bool
    start: str = ""


def initiatives_of(scorecard: Scorecard, kpi: str, period: str, unit: str | None = None) -> str:
    """What should move a KPI the better way, what has begun first: initiatives on it or its drivers, open actions."""
    work = sorted(_work(scorecard, kpi, period, unit), key=lambda each: not each.begun)
    return "; ".join(each.text for each in work) or NO_INITIATIVE


def _work(scorecard: Scorecard, kpi: str, period: str, unit: str | None) -> list[Work]:
    better = {"higher_is_better": 1.0, "lower_is_better": -1.0}.get(scorecard.kpi(kpi).direction, 0.0)
    signs = {
        link.cause: {"+": 1.0, "-": -1.0}.get(str(link.sign), 0.0) for link in scorecard.links if link.effect == kpi
    }
    work: list[Work] = []
    for causes in ({kpi: 1.0}, signs):
        moved = {
            each.id: [c.kpi for c in each.changes if c.kpi in causes and c.by * causes[c.kpi] * better >= 0]
            for each in scorecard.initiatives
        }
        work = work or [
            _initiative(each, period, f", by way of {short_name(scorecard.names[by[0]])}" if kpi not in by else "")
            for each in scorecard.initiatives
            if (by := moved[each.id])
        ]
    return work + [
        _action(each, period) for each in scorecard.actions if each.kpi == kpi and _is_open(each, period, unit)
    ]


def _initiative(initiative: Initiative, period: str, through: str) -> Work:
    name = short_name(initiative.name)
    if initiative.start is None:
        return Work(f"{name} (no start given{through})", begun=False)
    first = periods.period_of(periods.span(initiative.start)[0])
    begun = first <= period
    text = f"{name} ({'since' if begun else 'starts'} {month_name(first)}{through})"
    return Work(text, begun, "" if begun else first)


def _is_open(action: Action, period: str, unit: str | None) -> bool:
    """Whether something was still to be done in a month: of the whole, or in the unit."""
    month = periods.span(period)[0]
    decided = action.decided is None or periods.span(action.decided)[0] <= month
    later = action.finished is not None and periods.span(action.finished)[0] > month
    return decided and (action.open or later) and (not unit or action.unit in ("", unit))


def _action(action: Action, period: str) -> Work:
    where = f" in {short_name(action.unit)}" if action.unit else ""
    due = periods.period_of(periods.span(action.due)[1]) if action.due else ""
    when = f", due {month_name(due)}" if due > period else ", due now" if due == period else ""
    when = f", overdue since {month_name(due)}" if "" < due < period else when
    state = "under way" if action.finished else words(action.state)  # finished later
    text = f"{short_name(action.action)} (action{where}, {state}{when})"
    return Work(text, action.state != "planned", due if due > period else "")


def months_in_a_row(scores: pd.DataFrame, unit: str | None, ids: list[str]) -> dict[str, int]:
    """For how many months up to the last one each KPI has had the status it has."""
    rows = scores[(scores["unit"] == (unit or "")) & scores["id"].isin(ids)]
    counts = {}
    for id, part in rows.groupby(rows["id"].astype(str), observed=True):
        stood = part.sort_values("period")["status"].astype(str).to_numpy()[::-1]
        other = np.flatnonzero(stood != stood[0])
        counts[str(id)] = int(other[0]) if len(other) else len(stood)
    return counts


def watch_list(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> str:
    """The KPIs that are at risk, in a sentence, the most costly first.

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
    >>> watch_list(score(card, actuals), card)
    'At risk, and next to watch: ...'
    """
    names = [scorecard.names[str(id)] for id in kpis_with_status(scores, scorecard, unit, "at_risk").index]
    now = snapshot(scores, unit)
    unknown = int(((now["level"] == "kpi") & now["status"].isin(["no_data", "undecided"])).sum())
    text = f"At risk, and next to watch: {listed(names)}." if names else "No KPI is at risk."
    return f"{text} {counted(unknown, 'KPI has', 'KPIs have')} no data." if unknown else text
