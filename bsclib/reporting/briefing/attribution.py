"""What moved since the month before, and why: the overall score's change, attributed to the KPIs."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from bsclib.model.nouns import KPI, Scorecard
from bsclib.reporting.briefing.off_target import weakest_units, without
from bsclib.scoring.attribution import counted_otherwise, movement_causes
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import last_period, month_before, movements, overall_score, snapshot
from bsclib.wording import NO_CHANGE, OVERALL, adding_up, listed, month_name, number, signed

OTHERS = "All other KPIs"
CAUSES = {
    "actual": "what was observed",
    "expected": "targets that move with time",
    "weight": "changed weights",
    "missing": "data that came or went",
    "definition": "KPIs that are counted otherwise by now",
}


def movement_table(scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None, most: int = 8) -> pd.DataFrame:
    """What moved the overall score since the month before, and why; the points add up to its change exactly.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole
    most : int
        So many KPIs, the largest movement first; the others are brought together in one row.

    Returns
    -------
    DataFrame
        `kpi`, `before` and `now` (actuals, as text, with as many digits as tell them apart), `points` that it added to
        the overall score, and `why`, with the weakest unit where the whole got better and that is off target. The last
        row is the overall score itself. Empty when nothing moved, or one of the two months has no overall score.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    See Also
    --------
    bsclib.scoring.views.movements : how a change is shared out.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> movement_table(score(card, actuals), card, most=1)["kpi"].tolist()
    [..., 'All other KPIs', 'Overall score']
    """
    scores = restore_types(scores)
    points = movements(scores, unit)
    columns = ["kpi", "before", "now", "points", "why"]
    month = last_period(scores)
    before, now = (overall_score(scores, unit, period) for period in (month_before(month), month))
    if np.isnan(before) or np.isnan(now):
        return pd.DataFrame(columns=columns)
    otherwise = counted_otherwise(scorecard, month_before(month), month)
    largest = points[points["points"].abs() >= NO_CHANGE].head(most)
    stand = snapshot(scores, unit)
    part = set(stand.query("origin == 'pooled_in_part'").index)
    fine = [str(id) for id in largest.index if stand.loc[id, "status"] != "off_target"]
    behind = {} if unit else weakest_units(scores, scorecard, fine, "off_target")
    rows = [
        (
            *(kpi.name, *told_apart(kpi, row.before, row.now), row.points),
            _why(kpi, row, kpi.id in otherwise)
            + (without(scores, kpi.id) if kpi.id in part else "")
            + _but(behind.get(kpi.id, ""), row.points),
        )
        for row in largest.itertuples()
        for kpi in [scorecard.kpi(str(row.Index))]
    ]
    about = [str(id) for id in largest.index]
    rest = points.drop(largest.index)["points"].sum()
    if abs(rest) >= NO_CHANGE:
        rows.append((OTHERS, "", "", rest, ""))
        about.append("")
    if not rows:
        return pd.DataFrame(columns=columns)
    rows.append((OVERALL, *both_scores(before, now), now - before, ""))
    return pd.DataFrame(rows, columns=columns, index=pd.Index([*about, scorecard.id], name="id"))


def told_apart(kpi: KPI, before: float, now: float) -> tuple[str, str]:
    """Two values as the KPI shows them, with more digits where they would look alike and are not."""
    digits = re.fullmatch(r"(.*\{[^}]*\.)(\d)(f\}.*)", kpi.format)
    if digits and not np.isnan([before, now]).any():
        for many in range(int(digits[2]), int(digits[2]) + 3):
            finer = kpi.model_copy(update={"format": f"{digits[1]}{many}{digits[3]}"})
            if finer.show(before) != finer.show(now):
                return finer.show(before), finer.show(now)
    return kpi.show(before, now), kpi.show(now, before)


def _but(place: str, points: float) -> str:
    """That a unit is off target, where the whole moved for the better and is not."""
    return f", but {place} is off target" if place and points > 0 else ""


def _why(kpi: KPI, row: Any, otherwise: bool) -> str:
    before, now, score_before, score_now = row.before, row.now, row.score_before, row.score_now
    if np.isnan(score_before):
        return "was not scored before"
    if np.isnan(score_now):
        return "is not scored now"
    if abs(score_now - score_before) < 1e-9:
        return "carries more or less weight than before"
    if otherwise:
        return "is counted otherwise now, so the two months cannot be compared"
    if np.isnan(before) or np.isnan(now):
        return "no actual now: scored by the policy" if np.isnan(now) else "has an actual again"
    if kpi.cumulates:  # what is to date grows of itself
        return "nearer to what is due by now" if score_now > score_before else "farther from what is due by now"
    if now == before:
        return "stands still while more was expected" if score_now < score_before else "stands still; less was expected"
    rose = score_now > score_before
    if kpi.direction == "within_range":
        if max(score_before, score_now) >= 100:
            return "in its range again" if rose else "no longer in its range"
        return "nearer to its range" if rose else "farther from its range"
    better = (now > before) == (kpi.direction == "higher_is_better")
    if better == rose:
        slightly = "slightly " if kpi.show(before) == kpi.show(now) else ""
        return f"{slightly}{'better' if better else 'worse'}"
    return "better, but more was expected" if better else "worse, but less was expected"


def movement(scores: pd.DataFrame, unit: str | None = None, scorecard: Scorecard | None = None) -> str:
    """What `movement_table` shows, in a sentence; or why there is nothing to show.

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
    >>> movement(score(*load_dataset("meridian")))
    'Since May 2026 the overall score ...'
    """
    scores = restore_types(scores)
    points = movements(scores, unit)["points"]
    last = last_period(scores)
    before, now = (overall_score(scores, unit, period) for period in (month_before(last), last))
    month, earlier = month_name(last), month_name(month_before(last))
    if points.empty:
        return f"{month} is the first month with actuals, so there is nothing to compare it with."
    if np.isnan(before) or np.isnan(now):
        lacking = month if np.isnan(now) else earlier
        return f"There is no overall score for {lacking}, so there is no change to share out."
    up, down = points.clip(lower=0).sum(), -points.clip(upper=0).sum()
    if up < NO_CHANGE and down < NO_CHANGE:
        return f"Nothing moved since {earlier}."
    change = now - before
    way = "stayed where it was"
    if abs(change) >= NO_CHANGE:
        verb = "rose" if change > 0 else "fell"
        earlier_score, score = both_scores(before, now)
        way = f"{verb} by {number(abs(change))} points, from {earlier_score} to {score}"
    added, taken = (number(abs(part)) for part in adding_up([up, -down], change))
    both = f" KPIs that pulled it up added {added} points, KPIs that pulled it down took {taken}."
    pulls = both if min(up, down) >= NO_CHANGE else ""
    return f"Since {earlier} the overall score {way}.{pulls}{_causes(scores, unit, scorecard)}"


def both_scores(before: float, now: float) -> tuple[str, str]:
    """Two scores as a reader subtracts them: with one decimal where that gives their difference, or else with two."""
    apart = now - before
    if round(round(now, 1) - round(before, 1), 1) == round(apart, 1):
        return number(before), number(now)
    return number(round(now, 2) - round(apart, 2), 2), number(now, 2)  # the last figure of the earlier one gives way


def _causes(scores: pd.DataFrame, unit: str | None, scorecard: Scorecard | None) -> str:
    """What of the change is not what was observed: in a sentence, if there is any."""
    parts = movement_causes(scores, unit, scorecard=scorecard).sum()
    printed = dict(zip(parts.index, adding_up(list(parts), float(parts.sum())), strict=True))
    printed = {cause: value for cause, value in printed.items() if value}
    if not set(printed) - {"actual"}:
        return ""
    said = [f"{signed(value)} points come from {CAUSES[str(cause)]}" for cause, value in printed.items()]
    return f" Of this change, {listed(said)}."
