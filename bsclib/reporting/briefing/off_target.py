"""What is off target or at risk: for how long, what it costs, and who does something about it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.actions import Action
from bsclib.model.initiatives import Initiative, months_left, still_to_pay
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.status import words
from bsclib.reporting.briefing.means import of_a_unit
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import actual_and_expected, kpi_shares, last_period, snapshot
from bsclib.wording import NO_CHANGE, counted, listed, month_name, number, short_name

NO_INITIATIVE = "none"
YEAR = 12


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
        `weakest_unit` and its actual, where there are two units or more, and one that stood lower when it last
        reported; `points_lost`; `months` in a row with this status, and those while all units reported where it only
        looked better since; `owner` (the objective's where the KPI names none) and `initiative`: what should move it
        the better way, initiatives on it or on what drives it, and actions that are open in the unit.

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
        work = "; ".join(f"{each.name} ({each.when})" for each in work_on(scorecard, kpi.id, str(row["period"]), unit))
        lasted = _and_before(scores, kpi.id, months[kpi.id]) if part else months[kpi.id]
        weak = weakest.get(kpi.id, "")
        weak += _gone_lower(scores, scorecard, kpi) if weak and part else ""
        table.append(
            (
                kpi.name + part,
                actual,
                expected,
                weak,
                float(lost[kpi.id]),
                lasted,
                owner(scorecard, kpi),
                work or NO_INITIATIVE,
            )
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
            shown = of_a_unit(scorecard.kpi(str(id))).show(float(low["actual"]))
            found[str(id)] = f"{short_name(str(low['unit']))} {shown}"
    return found


def _gone_lower(scores: pd.DataFrame, scorecard: Scorecard, kpi: KPI) -> str:
    """The last actual of the unit that does not report any more, where it stood lower than every unit that does."""
    rows = scores[
        (scores["id"] == kpi.id) & (scores["unit"] != "") & scores["actual"].notna() & scores["score"].notna()
    ]
    now = rows[(rows["period"] == last_period(scores)) & (rows["origin"] != "carried")]
    gone = rows[~rows["unit"].isin(now["unit"])].sort_values("period").groupby("unit", observed=True).tail(1)
    gone = gone[gone["score"] < now["score"].min()].sort_values("score", kind="stable")
    if gone.empty:
        return ""
    last = of_a_unit(scorecard.kpi(kpi.id)).show(float(gone["actual"].iloc[0]))
    return f"; {short_name(str(gone['unit'].iloc[0]))} last {last}, in {month_name(str(gone['period'].iloc[0]))}"


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
    return f"{months} (before {gone} stopped reporting: {before})" if gone else f"{months} (of all units: {before})"


def owner(scorecard: Scorecard, kpi: KPI) -> str:
    """Who answers for a KPI: its own owner, else its objective's."""
    return kpi.owner or scorecard.objective(kpi.objective).owner or "nobody"


class Work(NamedTuple):
    """What should move a KPI: its name, when, all there is to say of it, and months to come."""

    name: str
    when: str
    text: str
    owner: str
    begun: bool
    start: str = ""
    shows: str = ""  # the first month in which its effect is planned to show
    id: str = ""  # of an initiative
    cost: float = 0.0  # still to pay
    ended: bool = False


def initiatives_of(scorecard: Scorecard, kpi: str, period: str, unit: str | None = None) -> str:
    """What should move a KPI the better way, what has begun first: initiatives on it or its drivers, open actions."""
    work = sorted(work_on(scorecard, kpi, period, unit), key=lambda each: not each.begun)
    return "; ".join(each.text for each in work) or NO_INITIATIVE


def work_on(scorecard: Scorecard, kpi: str, period: str, unit: str | None = None) -> list[Work]:
    """What should move a KPI the better way, one by one."""
    better = {"higher_is_better": 1.0, "lower_is_better": -1.0}.get(scorecard.kpi(kpi).direction, 0.0)
    signs = {
        link.cause: {"+": 1.0, "-": -1.0}.get(str(link.sign), 0.0) for link in scorecard.links if link.effect == kpi
    }
    lags = {link.cause: link.lag or 0 for link in scorecard.links if link.effect == kpi}
    work: list[Work] = []
    for causes in ({kpi: 1.0}, signs):
        moved = {
            each.id: [c for c in each.changes if c.kpi in causes and c.by * causes[c.kpi] * better >= 0]
            for each in done_in(scorecard, unit)
        }
        work = work or [
            _initiative(
                each,
                period,
                "" if causes is not signs else f", by way of {short_name(scorecard.names[by[0].kpi])}",
                min(change.delay + (lags[change.kpi] if causes is signs else 0) for change in by),
            )
            for each in done_in(scorecard, unit)
            if (by := moved[each.id])
        ]
    return work + [
        _action(each, period) for each in scorecard.actions if each.kpi == kpi and _is_open(each, period, unit)
    ]


def done_in(scorecard: Scorecard, unit: str | None) -> list[Initiative]:
    """The initiatives that are done in a unit; all of them for the organisation as a whole."""
    return [work for work in scorecard.initiatives if not unit or work.unit in ("", unit)]


def _initiative(initiative: Initiative, period: str, through: str, delay: int) -> Work:
    where = f" in {short_name(initiative.unit)}" if initiative.unit and initiative.unit not in initiative.name else ""
    name, who = short_name(initiative.name) + where, initiative.owner
    cost = still_to_pay(initiative, periods.span(period)[1] + 1)
    if initiative.start is None:
        return Work(
            name,
            "no start given",
            f"{name} (no start given{through})",
            who,
            begun=False,
            id=initiative.id,
            cost=cost,
        )
    first = periods.span(initiative.start)[0]
    month, shows = periods.period_of(first), periods.period_of(first + delay)
    begun = month <= period
    when = f"{'since' if begun else 'starts'} {month_name(month)}"
    ended = not months_left(initiative, periods.span(period)[1] + 1)
    if initiative.months > 1 and ended:
        when = f"ended {month_name(periods.period_of(first + initiative.months - 1))}"
    text, later = f"{name} ({when}{through})", shows if shows > period else ""
    return Work(name, when, text, who, begun, "" if begun else month, later, initiative.id, cost, ended)


def _is_open(action: Action, period: str, unit: str | None) -> bool:
    """Whether something was still to be done in a month: of the whole, or in the unit."""
    month = periods.span(period)[0]
    decided = action.decided is None or periods.span(action.decided)[0] <= month
    later = action.finished is not None and periods.span(action.finished)[0] > month
    return decided and (action.open or later) and (not unit or action.unit in ("", unit))


def _action(action: Action, period: str) -> Work:
    where = f" in {short_name(action.unit)}" if action.unit else ""
    due = periods.period_of(periods.span(action.due)[1]) if action.due else ""
    when = f"due {month_name(due)}" if due > period else "due now" if due == period else ""
    when = f"overdue since {month_name(due)}" if "" < due < period else when
    state = "under way" if action.finished else words(action.state)  # finished later
    name = short_name(action.action)
    text = f"{name} (action{where}, {state}{when and ', '}{when})"
    return Work(name, when or state, text, action.owner, action.state != "planned", due if due > period else "")


def months_in_a_row(scores: pd.DataFrame, unit: str | None, ids: list[str]) -> dict[str, int]:
    """For how many months up to the last one each KPI has had the status it has."""
    rows = scores[(scores["unit"] == (unit or "")) & scores["id"].isin(ids)]
    counts = {}
    for id, part in rows.groupby(rows["id"].astype(str), observed=True):
        stood = part.sort_values("period")["status"].astype(str).to_numpy()[::-1]
        other = np.flatnonzero(stood != stood[0])
        counts[str(id)] = int(other[0]) if len(other) else len(stood)
    return counts


def targets_moved(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> str:
    """Which KPIs that are not on target are held to another target than a year before, where it goes in steps."""
    scores = restore_types(scores)
    now, rows = snapshot(scores, unit), scores[scores["unit"] == (unit or "")]
    amiss = set(now.index[now["status"].isin(["off_target", "at_risk"])])
    since = periods.span(last_period(scores))[0] - YEAR
    said = []
    for kpi in scorecard.kpis:
        if kpi.id not in amiss or kpi.path != "stepped" or kpi.cumulates:
            continue
        past = rows[rows["id"] == kpi.id].dropna(subset="expected").sort_values("period")
        other = past[past["expected"] != past["expected"].iloc[-1]].tail(1)
        if len(other) and periods.span(str(other["period"].iloc[0]))[0] >= since:
            new, old = (kpi.show(float(each["expected"].iloc[-1])) for each in (past, other))
            until = month_name(str(other["period"].iloc[0]))
            said.append(f"{short_name(kpi.name)} to {new} ({old} until {until})")
    return f"The target itself moved within a year: {listed(said)}." if said else ""


def watch_list(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None) -> str:
    """The KPIs that are at risk, in a sentence, the most costly first; and whose target moved within a year.

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
    risky = kpis_with_status(scores, scorecard, unit, "at_risk")
    names = [scorecard.names[str(id)] for id in risky.index]
    now = snapshot(scores, unit)
    unknown = int(((now["level"] == "kpi") & now["status"].isin(["no_data", "undecided"])).sum())
    text = f"At risk, and next to watch: {listed(names)}." if names else "No KPI is at risk."
    text += _cost_of(kpis_with_status(scores, scorecard, unit), risky)
    text += f" {counted(unknown, 'KPI has', 'KPIs have')} no data." if unknown else ""
    return " ".join(filter(None, [text, _ended(scores, scorecard, unit), targets_moved(scores, scorecard, unit)]))


def _ended(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None) -> str:
    """Which KPIs are off target though every plan aimed at them has ended."""
    now = snapshot(scores, unit)
    rows = now[(now["level"] == "kpi") & (now["status"] == "off_target")]
    works = {str(id): work_on(scorecard, str(id), str(row["period"]), unit) for id, row in rows.iterrows()}
    names = [scorecard.names[id] for id, work in works.items() if work and all(each.ended for each in work)]
    if not names:
        return ""
    plan, it_is = ("plan", "has ended, and it is") if len(names) == 1 else ("plans", "have ended, and they are")
    return f"The {plan} for {listed(names)} {it_is} still off target: ask what comes next."


def _cost_of(off: pd.DataFrame, risky: pd.DataFrame) -> str:
    """What the KPIs off target and those at risk cost together, and which of the latter costs most."""
    lost = [float(each["points_lost"].sum()) for each in (off, risky)]
    if min(lost) < NO_CHANGE:
        return ""
    first = f", {short_name(risky['kpi'].iloc[0])} most: {number(risky['points_lost'].iloc[0])}"
    return (
        f" What is off target costs {number(lost[0])} points, and what is at risk "
        f"{number(lost[1])}{first if len(risky) > 1 else ''}."
    )
