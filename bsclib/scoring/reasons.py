"""Why a cell of the scores holds what it holds, in words: made from codes and numbers, and never read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import ORIGINS, REASONS
from bsclib.scoring.apply import Taken
from bsclib.scoring.method import Method, bracketed, figure
from bsclib.wording import month_name

WITHOUT_ACTUAL = ORIGINS[ORIGINS.index("no_actual") :]
WORDS_ABOVE = {
    "nothing_below": "nothing below it that carries weight was scored",
    "child_missing": "a child was not scored",
    "no_kpi": "no KPI measures it",
}
"""Why something above the KPIs has no score."""
SCORED_ZERO = "no actual: scored 0"
CARRIED = "carried forward from {}"
MIRRORED = "written for {} is better: the actual counts as 2 × expected - actual"
CASES = {
    "inside": "inside the range",
    "no_target": "no target of its own: this KPI adds up over units, and its target is the whole's",
    "hold": "expected is no better than the floor: 1 if the actual is as good as expected, else 0",
}
WARNINGS = {
    "by_zero": "the rule divides by what is expected, which is 0: no answer",
    "below_zero": "the rule is written for targets above 0: below 0 it misleads",
}
ASSUMED = {
    "red": "where at risk begins",
    "edges": "floor, where at risk begins, expected, best",
    "min": "the floor",
    "worst": "the floor",
}
WITHOUT_STRETCH = {"max": "as expected, for want of a stretch", "best": "as expected, for want of a stretch"}
WITHOUT_BASELINE = {"baseline": "the floor"}


def grain_words(actual: str, target: str) -> str:
    """That an actual is held against a target of another length of time, and what would mend it."""
    finer = {"month": "", "quarter": "month"}.get(target, "month quarter")
    want = f"cumulates: {target}" if actual in finer else f"frequency: {_FREQUENCIES[actual]}"
    return f"of a {actual}, held against the target of a {target}, for want of {want}"


_FREQUENCIES = {"month": "monthly", "quarter": "quarterly", "year": "yearly"}


def origin_words(origin: str, carried_from: str = "") -> str:
    """Where an actual comes from, or why there is none; nothing where it was simply given."""
    return CARRIED.format(carried_from) if carried_from else REASONS[ORIGINS.index(origin)]


def actual_sources(row: Any, taken: Mapping[str, Any], history: pd.DataFrame) -> tuple[str, str]:
    """The sum or the ratio that an actual is, nothing where it was given as it is; and where it comes from."""
    whence = origin_words(row["origin"], row["carried_from"])
    if "since" in taken and not row["carried_from"]:
        whence = " to ".join(map(month_name, dict.fromkeys((taken["since"], row["period"]))))
        rows = history[(history["id"] == row["id"]) & (history["period"].astype("str") >= taken["since"])]
        to_date = rows.assign(period=rows["period"].astype("str")).sort_values("period")["actual"].to_numpy()
        if pd.isna(row["numerator"]) and len(to_date) > 1:
            return " + ".join(map(bracketed, np.diff(to_date, prepend=0.0))), whence
    if pd.isna(row["numerator"]) or not row["denominator"]:
        return "", whence
    ratio = row["numerator"] / row["denominator"]
    factor = row["actual"] / ratio if ratio else 1.0
    times = "" if abs(factor - 1) < 1e-9 else f" × {figure(factor)}" if factor > 1 else f" / {figure(1 / factor)}"
    times = " × 12 months × 100" if abs(factor - 1200) < 1e-6 else times
    return f"{figure(row['numerator'])} / {figure(row['denominator'])}{times}", whence


def taken_words(taken: Taken, method: Method, stretch: bool, baseline: bool) -> Iterator[str]:
    """What a method took from a KPI and had to assume; `stretch` and `baseline` say whether the KPI has one."""
    assumed = ASSUMED | ({} if stretch else WITHOUT_STRETCH) | ({} if baseline else WITHOUT_BASELINE)
    texts = [
        f"{name} = {_parameter_text(name, taken[name])}{f' ({assumed[name]})' if name in assumed else ''}"
        for name in method.takes
        if name in taken
    ]
    if texts:
        yield ", ".join(texts)
    if taken.get("mirrored"):
        yield MIRRORED.format(method.better)
    if "warning" in taken:
        yield WARNINGS[taken["warning"]]


def _parameter_text(name: str, value: object) -> str:
    if name == "anchors" and isinstance(value, list):
        return ", ".join(f"{actual:.10g} → {score:g}" for actual, score in value)
    return f"[{', '.join(f'{part:.10g}' for part in value)}]" if isinstance(value, list) else f"{value:.10g}"
