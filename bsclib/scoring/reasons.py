"""Why a cell of the scores holds what it holds, in words: made from codes and numbers, and never read back."""

from __future__ import annotations

from collections.abc import Iterator

from bsclib.actuals.aggregate import ORIGINS, REASONS
from bsclib.scoring.apply import Taken
from bsclib.scoring.method import Method

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
