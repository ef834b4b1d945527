"""What an executed notebook recorded of itself: read back for the index, the comparison of batches and the extract.

The notebook may be anybody's, so nothing is believed: what is not of its kind is left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from bsclib.reporting.notebook import SUMMARY
from bsclib.wording import truncated

LONGEST = 300  # letters of a text
MONTHS = 24
MOST = 2_000  # KPIs


def summary_of(notebook: Mapping[str, Any]) -> dict[str, Any] | None:
    """What a notebook recorded with `bsclib.reporting.record`, None without; the last word counts."""
    recorded = [
        output["data"][SUMMARY]
        for cell in notebook.get("cells", ())
        for output in cell.get("outputs", ())
        if SUMMARY in output.get("data", {})
    ]
    if not recorded or not isinstance(recorded[-1], Mapping):
        return None
    summary = _kept(recorded[-1], TOP)
    rows = recorded[-1].get("kpis")
    if isinstance(rows, list):
        kpis = [_kept(row, ROW) for row in rows[:MOST] if isinstance(row, Mapping)]
        summary["kpis"] = [kpi for kpi in kpis if kpi.get("id")]
    return summary


def _kept(given: Mapping[str, Any], kinds: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    read = {name: kind(given.get(name)) for name, kind in kinds.items()}
    return {name: value for name, value in read.items() if value is not None or (name in given and given[name] is None)}


def _text(value: Any) -> str | None:
    return truncated(value, LONGEST) if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    number = isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 1e300
    return value if number and math.isfinite(value) else None


def _trend(value: Any) -> list[float | None] | None:
    return [_number(one) for one in value[-MONTHS:]] if isinstance(value, list) else None


TOP: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("title", "unit", "period", "status"), _text),
    **dict.fromkeys(("score", "change"), _number),
    "trend": _trend,
}
_TEXTS = ("id", "name", "perspective", "objective", "shown", "expected_shown", "status")
ROW: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(("actual", "expected", "score", "change"), _number),
}
