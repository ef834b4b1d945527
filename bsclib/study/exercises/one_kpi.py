"""Exercises on one KPI: what is expected by now, attainment, thresholds."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.nouns import KPI
from bsclib.model.status import STATUSES
from bsclib.model.values import Dated
from bsclib.scoring.method import status_codes
from bsclib.study.answers import Number
from bsclib.study.exercises.case import (
    Case,
    Table,
    decimals_for,
    measured,
    number_given,
    plain,
    status_choice,
    values_table,
)
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.lessons.props import instructive_kpi
from bsclib.wording import month_name


@exercise("kpi unit precision", slips="path_end next stepped from_zero month_more month_less half", nothing="no_path")
def expected(case: Case) -> Facts:
    """What a KPI should be by now, on the straight line to its target."""
    month = periods.span(case.period)[1]
    on_the_way = [(kpi, leg) for kpi in case.scorecard.kpis if (leg := _leg(kpi, month))]
    told = {*_by_hand(case)["id"].head(1), instructive_kpi(case.scores, case.scorecard)}
    unheard = ((kpi, leg) for kpi, leg in on_the_way if kpi.id not in told)  # the page has said it of the others
    kpi, (start, end) = need(next(unheard, None) or next(iter(on_the_way), None), "no_path")
    first, last = periods.span(start.period)[1], periods.span(end.period)[1]
    step, gone = (end.value - start.value) / (last - first), month - first
    right = float(kpi.expected(np.array([month]))[0])
    path = kpi.points()
    expects, names = measured(case, kpi, right, abs(step) / 3)
    return Facts(
        expects,
        code=(
            "from bsclib.model.periods import span\n\n"
            f'start, end = span("{start.period}")[1], span("{end.period}")[1]\n'
            f'share = (span("{case.period}")[1] - start) / (end - start)\n'
            f"answer = {start.value!r} + share * ({end.value!r} - {start.value!r})"
        ),
        names=names,
        slips={
            "path_end": path[-1].value,
            "next": end.value,
            "stepped": start.value,
            "from_zero": end.value * gone / (last - first),
            "month_more": right + step,
            "month_less": right - step,
            "half": (start.value + end.value) / 2,
        },
        sum=f"{plain(start.value)} + {gone} / {last - first} × ({plain(end.value)} - {plain(start.value)})",
        given=(("due by the end of", "value"), *((_ends(point), plain(point.value)) for point in path)),
    )


def _ends(point: Dated) -> str:
    """The month at whose end a value is due."""
    return month_name(periods.period_of(periods.span(point.period)[1]))


def _leg(kpi: KPI, month: int) -> tuple[Dated, Dated] | None:
    """The two dated values a month lies strictly between, on a linear path that moves there."""
    if kpi.direction == "within_range" or kpi.path != "linear" or kpi.cumulates:
        return None
    legs = ((start, end) for start, end in pairwise(kpi.points()) if start.value != end.value)
    return next((leg for leg in legs if periods.span(leg[0].period)[1] < month < periods.span(leg[1].period)[1]), None)


@exercise("kpi", slips="clamped still_to_go final_target ratio of_floor upside_down", nothing="no_actual")
def attainment(case: Case) -> Facts:
    """The attainment of one KPI, by hand."""
    rows = _by_hand(case)
    rows = rows[rows["actual"].notna()]
    need(not rows.empty, "no_actual")
    row = rows.iloc[0]
    floor, due, actual, target = (float(row[name]) for name in ("floor", "expected", "actual", "target"))
    right = float(row["attainment"])
    return Facts(
        Number(right, within=0.01, unit="share"),
        code=(
            f"floor, expected, actual = {floor!r}, {due!r}, {actual!r}\nanswer = (actual - floor) / (expected - floor)"
        ),
        names={"kpi": case.called(row["id"])},
        slips={
            "clamped": np.clip(right, 0, 1),
            "still_to_go": 1 - right,
            "final_target": (actual - floor) / (target - floor) if target != floor else np.nan,
            "ratio": actual / due if due else np.nan,
            "of_floor": actual / floor if floor else np.nan,
            "upside_down": due / actual if actual else np.nan,
        },
        given=_to_type(due - floor, {"floor": floor, "expected by now": due, "final target": target, "actual": actual}),
    )


def _to_type(way: float, values: Mapping[str, float]) -> Table:
    """Values with as many decimals as it takes to see a thousandth of the way."""
    return values_table({name: round(value, decimals_for(abs(way) / 1000)) for name, value in values.items()})


@exercise("kpi unit precision", slips="from_zero wrong_end on_target floor_left_out final_target", nothing="no_floor")
def threshold(case: Case) -> Facts:
    """From which actual on a KPI is at risk, no longer off target."""
    rows = _by_hand(case)
    need(not rows.empty, "no_floor")
    row = rows.iloc[0]
    kpi = case.scorecard.kpi(row["id"])
    floor, due = float(row["floor"]), float(row["expected"])
    way = due - floor
    share, top = kpi.thresholds.at_risk, kpi.thresholds.on_target
    expects, names = measured(case, kpi, floor + share * way, abs(way) / 40)
    return Facts(
        expects,
        code=(
            f"floor, expected, threshold = {floor!r}, {due!r}, {share!r}\n"
            "answer = floor + threshold * (expected - floor)"
        ),
        names=names,
        slips={
            "from_zero": share * (floor + way),
            "wrong_end": floor + (1 - share) * way,
            "on_target": floor + top * way,
            "floor_left_out": share * way,
            "final_target": floor + share * (float(row["target"]) - floor),
        },
        given=(
            *_to_type(way, {"floor": floor, "expected by now": due}),
            *values_table({"at risk from (share)": share, "on target from (share)": top})[1:],
        ),
    )


@exercise("at_risk on_target", slips="worse_band of_expected number")
def edge(case: Case) -> Facts:
    """The status exactly at a threshold, which the actual has to be brought to first."""
    kpis = case.scorecard.kpis
    kpi = next((kpi for kpi in kpis if kpi.thresholds.at_risk < kpi.thresholds.on_target), kpis[0])
    share, top = kpi.thresholds.at_risk, kpi.thresholds.on_target
    right = STATUSES[int(status_codes(share, share, top))]
    return Facts(
        status_choice(right, share),
        code=(
            f"attainment, at_risk, on_target = {share!r}, {share!r}, {top!r}\n"
            "if attainment >= on_target:\n    answer = 'on_target'\n"
            "elif attainment >= at_risk:\n    answer = 'at_risk'\n"
            "else:\n    answer = 'off_target'"
        ),
        names={"at_risk": plain(share), "on_target": plain(top)},
        slips={
            "worse_band": frozenset({"off_target"}),
            "of_expected": frozenset({"on_target"}) - {right},
            "number": number_given(share),
        },
        given=values_table({"floor": 20, "expected by now": 10, "actual": round(20 - 10 * share, 6)}),
    )


def _by_hand(case: Case) -> pd.DataFrame:
    """The organisation's KPIs whose attainment takes the formula; those that teach most first."""
    rows = case.of("kpi")
    kpis = [case.scorecard.kpi(id) for id in rows["id"]]
    sign = np.array([{"higher_is_better": 1, "lower_is_better": -1}.get(kpi.direction, 0) for kpi in kpis])
    way = sign * (rows["expected"] - rows["floor"])
    rows = rows.assign(falls=sign < 0, inside=rows["attainment"].between(0.05, 0.95))[way > 0]
    return rows.sort_values(["inside", "falls"], ascending=False, kind="stable")
