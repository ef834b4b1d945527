"""Exercises on one KPI: what is expected by now, attainment, thresholds."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.nouns import KPI
from bsclib.model.status import STATUSES
from bsclib.model.values import Dated
from bsclib.scoring.method import status_codes
from bsclib.study.answers import Choice, Number
from bsclib.study.exercises import (
    SHARE,
    STATUS_COLOURS,
    STATUS_WORDS,
    Case,
    Question,
    Slip,
    apart,
    places,
    plain,
    precision,
)


def expected(case: Case) -> Question | str:
    """What a KPI should be by now, on the straight line to its target."""
    month = periods.span(case.period)[1]
    found = next(((kpi, leg) for kpi in case.scorecard.kpis if (leg := _leg(kpi, month))), None)
    if found is None:
        return f"No KPI of this scorecard is on its way, in a straight line, between two dated values in {case.period}."
    kpi, (start, end) = found
    first, last = periods.span(start.period)[1], periods.span(end.period)[1]
    step, gone = (end.value - start.value) / (last - first), month - first
    right = float(kpi.expected(np.array([month]))[0])
    decimals = places(abs(step) / 3)
    expects = Number(right, within=10.0**-decimals, unit=kpi.measured_in)
    path = kpi.points()
    return Question(
        text=f"The target of {case.called(kpi.id)} is a path: a straight line from each dated value to the next. "
        f"Each value is due at the end of its period.\nWhat is expected by the end of {case.period}?{_in(kpi)} Give it "
        f"{precision(decimals)}.",
        expects=expects,
        words="on a straight line every month brings the same step: what counts is the share of the months gone.",
        code="from bsclib.model.periods import span\n\n"
        f'start, end = span("{start.period}")[1], span("{end.period}")[1]\n'
        f'share = (span("{case.period}")[1] - start) / (end - start)\n'
        f"answer = {start.value!r} + share * ({end.value!r} - {start.value!r})",
        hints=(
            "Which two dated values does the month lie between?",
            f"Count the months from the end of the earlier value's period to {case.period}, and to the later's end.",
            "expected = earlier + months gone / all months × (later − earlier)",
        ),
        slips=apart(
            expects,
            Slip(path[-1].value, "this is where the path ends. Less of the way, or more, is due by now."),
            Slip(end.value, "this is the next dated value. Not all of the way to it is due yet."),
            Slip(start.value, "this is the earlier value, as on a stepped path. This path is a straight line."),
            Slip(end.value * gone / (last - first), "the path starts at the earlier value, not at zero."),
            Slip(right + step, "one month too many was counted."),
            Slip(right - step, "one month too few was counted. A value is due at the end of its period."),
        ),
        given=(("due by the end of", "value"), *((point.period, plain(point.value)) for point in path)),
    )


def _leg(kpi: KPI, month: int) -> tuple[Dated, Dated] | None:
    """The two dated values a month lies strictly between, on a linear path that moves there."""
    if kpi.direction == "within_range" or kpi.path != "linear":
        return None
    for start, end in pairwise(kpi.points()):
        moves = start.value != end.value
        if moves and periods.span(start.period)[1] < month < periods.span(end.period)[1]:
            return start, end
    return None


def attainment(case: Case) -> Question | str:
    """The attainment of one KPI, by hand."""
    rows = _by_hand(case)
    rows = rows[rows["actual"].notna()]
    if rows.empty:
        return f"No KPI with a floor and a better target has an actual for the organisation in {case.period}."
    row = rows.iloc[0]
    floor, due, actual, target = (float(row[name]) for name in ("floor", "expected", "actual", "target"))
    right = float(row["attainment"])
    expects = Number(right, within=0.01, unit="share")
    clamped = "not clamped: it may leave the range from 0 to 1. The score may not."
    ratios = [
        Slip(
            actual / due if due else np.nan, "this is actual / expected. Where is the floor, at which the score is 0?"
        ),
        Slip(
            due / actual if actual else np.nan,
            "this is expected / actual. Where is the floor, at which the score is 0?",
        ),
    ]
    return Question(
        text=f"What is the attainment of {case.called(row['id'])} in {case.period}, for the organisation as a whole?\n"
        f"{SHARE}",
        expects=expects,
        words="attainment is the share of the way from the floor to what is expected by now. It works the same for "
        "KPIs that should fall: both differences change their sign.",
        code=f"floor, expected, actual = {floor!r}, {due!r}, {actual!r}\n"
        "answer = (actual - floor) / (expected - floor)",
        hints=(
            "Think of a way: it begins at the floor, and by now it should have come to what is expected.",
            "How long is that way, and how much of it has the actual come?",
            "attainment = (actual − floor) / (expected − floor)",
        ),
        slips=apart(
            expects,
            Slip(float(np.clip(right, 0, 1)), f"attainment is {clamped}"),
            Slip(1 - right, "this is the share of the way that is still to go."),
            Slip(
                (actual - floor) / (target - floor) if target != floor else np.nan,
                "this is held against the final target. What is expected by now is another value.",
            ),
            *ratios,
        ),
        given=(
            ("what", "value"),
            ("floor", plain(floor)),
            ("expected by now", plain(due)),
            ("final target", plain(target)),
            ("actual", plain(actual)),
        ),
    )


def threshold(case: Case) -> Question | str:
    """From which actual on a KPI is at risk, no longer off target."""
    rows = _by_hand(case)
    if rows.empty:
        return "No KPI of this scorecard has a floor and a target better than it."
    row = rows.iloc[0]
    kpi = case.scorecard.kpi(row["id"])
    floor, way = float(row["floor"]), float(row["expected"] - row["floor"])
    share, top = kpi.thresholds.at_risk, kpi.thresholds.on_target
    decimals = places(abs(way) / 40)
    expects = Number(floor + share * way, within=10.0**-decimals, unit=kpi.measured_in)
    return Question(
        text=f"At which actual would {case.called(kpi.id)} just have been at risk in {case.period}, and no longer off "
        f"target?{_in(kpi)} Give it {precision(decimals)}.",
        expects=expects,
        words="a threshold is a share of the way from the floor to what is expected, here turned back into an actual.",
        code=f"floor, expected, threshold = {floor!r}, {float(row['expected'])!r}, {share!r}\n"
        "answer = floor + threshold * (expected - floor)",
        hints=(
            "At that actual the attainment is the threshold “at risk”.",
            "Solve attainment = (actual − floor) / (expected − floor) for the actual.",
        ),
        slips=apart(
            expects,
            Slip(
                share * (floor + way), "this is a share of what is expected. The way begins at the floor, not at zero."
            ),
            Slip(floor + (1 - share) * way, "this was measured from the wrong end: start at the floor."),
            Slip(floor + top * way, "this is where “on target” begins."),
            Slip(share * way, "this is how much of the way it is. The floor has to be added."),
        ),
        given=(
            ("what", "value"),
            ("floor", plain(floor)),
            ("expected by now", plain(float(row["expected"]))),
            ("at risk from (share)", plain(share)),
            ("on target from (share)", plain(top)),
        ),
    )


def edge(case: Case) -> Question | str:
    """The status exactly at a threshold."""
    kpi = next((one for one in case.scorecard.kpis if one.thresholds.at_risk < one.thresholds.on_target), None)
    kpi = kpi or case.scorecard.kpis[0]
    share, top = kpi.thresholds.at_risk, kpi.thresholds.on_target
    right = STATUSES[int(status_codes(share, share, top))]
    expects = Choice(frozenset({right}), of=STATUS_WORDS, kind="status", also=STATUS_COLOURS)
    return Question(
        text=f"Suppose that the attainment of {case.called(kpi.id)} came to exactly {plain(share)}.\n"
        "What would its status be?",
        expects=expects,
        words="the edge belongs to the better band. Decided the other way round, the colour would be another.",
        code=f"attainment, at_risk, on_target = {share!r}, {share!r}, {top!r}\n"
        "if attainment >= on_target:\n    answer = 'on_target'\n"
        "elif attainment >= at_risk:\n    answer = 'at_risk'\n"
        "else:\n    answer = 'off_target'",
        hints=(
            "The value lies on the edge between two bands. Which one does it belong to?",
            "“From 0.7” takes 0.7 in.",
        ),
        slips=apart(expects, Slip(frozenset({"off_target"}), "the edge itself belongs to the better band.")),
        given=(("status", "from (share)"), ("at risk", plain(share)), ("on target", plain(top))),
    )


def _by_hand(case: Case) -> pd.DataFrame:
    """The organisation's KPIs whose attainment takes the formula; those that teach most first."""
    rows = case.of("kpi")
    kpis = [case.scorecard.kpi(id) for id in rows["id"]]
    sign = np.array([{"higher_is_better": 1, "lower_is_better": -1}.get(kpi.direction, 0) for kpi in kpis])
    way = sign * (rows["expected"] - rows["floor"])
    rows = rows.assign(falls=sign < 0, inside=rows["attainment"].between(0.05, 0.95))[way > 0]
    return rows.sort_values(["inside", "falls"], ascending=False, kind="stable")


def _in(kpi: KPI) -> str:
    return f" It is measured in {kpi.measured_in}." if kpi.measured_in else ""
