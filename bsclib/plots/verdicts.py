"""How a map's links look once they are tested: a line and a symbol for each verdict, and how thick an effect is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.graph import Arrow
from bsclib.model.nouns import Scorecard
from bsclib.model.status import VERDICTS, words
from bsclib.plots.canvas import brief
from bsclib.plots.palette import ACTUAL, GREY, INK, LOSS
from bsclib.plots.picture import Entry

LOOKS: dict[str, dict[str, Any]] = {
    "supported": {"color": ACTUAL, "linestyle": "-", "linewidth": 1.6},
    "refuted": {"color": LOSS, "linestyle": (0, (4, 1.6)), "linewidth": 1.6},
    "too_little_data": {"color": GREY, "linestyle": (0, (1, 1.4)), "linewidth": 1.4},
    "not_testable": {"color": INK, "linestyle": (0, (5, 1.5, 1, 1.5)), "linewidth": 1.2},
}
FOR_IT = ["supported", "too_little_data", "not_testable", "refuted"]
"""What speaks most for an arrow comes first."""
BROKEN: dict[str, Any] = {"color": GREY, "linestyle": (0, (6, 3)), "linewidth": 1.3}
"""An arrow between objectives that the data refute."""
UNTOLD: dict[str, Any] = {"color": GREY, "linestyle": (0, (1, 1.4)), "linewidth": 1.4}
"""An arrow between objectives of which the data cannot tell."""
THIN, THICK = 1.1, 4.4
"""Points for a supported effect as large as the smallest that matters, and for one four times as large or larger."""


@dataclass(frozen=True)
class DrawnLink:
    """One link as it is drawn; on a tested map, the verb of its arrow is the verdict."""

    arrow: Arrow
    label: str
    look: dict[str, Any]
    size: float = math.nan
    """A supported effect in smallest effects that matter; NaN where it is not known."""


def verdict_text(verdict: str) -> str:
    """A verdict as a symbol and in words."""
    return f"{VERDICTS[verdict]} {words(verdict)}"


def of_unit(evidence: pd.DataFrame, unit: str | None) -> pd.DataFrame:
    """The evidence for one unit: the one that is asked for, the only one there is, or the organisation as a whole."""
    # Empty is all units together, and missing after a CSV file.
    units = evidence["unit"].astype(object).fillna("").astype(str)
    there = list(dict.fromkeys(units))
    if not there:
        return evidence
    wanted = there[0] if unit is None and len(there) == 1 else unit or ""
    if wanted not in there:
        whole = "there is no evidence for the organisation as a whole"
        nobody = Fault("unit", whole, "", ", ".join(there), "name one of them")
        raise UnknownNameError(unknown("unit in the evidence", wanted, there, "unit") if wanted else nobody)
    return evidence.assign(unit=units)[units == wanted]


def arrow_verdicts(evidence: pd.DataFrame, scorecard: Scorecard) -> dict[tuple[str, str], str]:
    """By the ends of each arrow between objectives, the verdict on its links that speaks most for it."""
    home = {kpi.id: kpi.objective for kpi in scorecard.kpis}
    rows = of_unit(evidence, None)
    found: dict[tuple[str, str], str] = {}
    for cause, effect, verdict in zip(rows["cause"].map(home), rows["effect"].map(home), rows["verdict"], strict=True):
        ends = cause, effect
        if cause != effect:
            found[ends] = min(found.get(ends, verdict), verdict, key=FOR_IT.index)
    return found


def smallest_effects(evidence: pd.DataFrame, scorecard: Scorecard) -> pd.Series:
    """The smallest effect that matters, by row, in the effect's units per unit of the cause; NaN where nothing says."""
    # What a link states comes before what the test held it against.
    stated = {(link.cause, link.effect, link.lag): link.smallest_effect for link in scorecard.links}
    keys = zip(evidence["cause"], evidence["effect"], evidence["lag"], strict=True)
    own = [stated.get((cause, effect, None if pd.isna(lag) else int(lag))) for cause, effect, lag in keys]
    return pd.Series(own, index=evidence.index, dtype=float).fillna(evidence["smallest_effect"].astype(float))


def drawn_links(evidence: pd.DataFrame, scorecard: Scorecard) -> list[DrawnLink]:
    """The links of a tested map, as they are drawn."""
    kpis = {kpi.id for kpi in scorecard.kpis}
    if strange := sorted({*evidence["cause"], *evidence["effect"]} - kpis):
        text = f"the evidence is about KPIs that the scorecard {scorecard.id!r} does not have"
        raise BscError(Fault("evidence", text, ", ".join(strange), fix="give the evidence for this scorecard's links"))
    sizes = (evidence["estimate"].astype(float).abs() / smallest_effects(evidence, scorecard)).to_numpy()
    links = []
    for row, size in zip(evidence.itertuples(), sizes, strict=True):
        # With too little data a large estimate is as likely luck as strength, and a refuted one is too small to matter.
        known = row.verdict == "supported" and np.isfinite(size)
        lags = () if pd.isna(row.lag) else (int(row.lag),)
        sign = row.sign if isinstance(row.sign, str) else ""
        arrow = Arrow(row.cause, row.effect, row.verdict, sign, lags)
        look = LOOKS[row.verdict] | ({"linewidth": float(np.clip(THIN * size, THIN, THICK))} if known else {})
        links.append(DrawnLink(arrow, _label(arrow, row.lag_found), look, float(size) if known else math.nan))
    return links


def _label(arrow: Arrow, measured: Any) -> str:
    """What stands on an arrow: symbol of the verdict, sign and lag."""
    sign = arrow.signs.replace("-", "−")
    stated = arrow.lags[0] if arrow.lags else None
    other = arrow.verb == "supported" and stated is not None and pd.notna(measured) and int(measured) != stated
    months = "" if stated is None else f"{int(measured)} mo, not {stated}" if other else f"{stated} mo"
    claim = ", ".join(part for part in (sign, months) if part)
    return " ".join(part for part in (VERDICTS[arrow.verb], claim) if part)


def verdict_key(drawn: list[DrawnLink]) -> list[Entry]:
    """The part of a key that explains the lines and symbols of those verdicts that occur, and how thick a line is."""
    verdicts = {link.arrow.verb for link in drawn}
    key: list[Entry] = [(verdict_text(verdict), look) for verdict, look in LOOKS.items() if verdict in verdicts]
    if any(np.isfinite(link.size) for link in drawn):
        thick = f"thick: {THICK / THIN:.0f} times as large, or more"
        ends = ((THIN, "thin: an effect as large as just matters"), (THICK, thick))
        key += [(text, {"color": ACTUAL, "solid_capstyle": "butt", "linewidth": wide}) for wide, text in ends]
    return key


def refuted_words(evidence: pd.DataFrame, names: Mapping[str, str]) -> str:
    """A sentence for alternative text that names the refuted links; empty if there are none."""
    rows = evidence[evidence["verdict"] == "refuted"]
    return broken_words(list(zip(rows["cause"], rows["effect"], strict=True)), names)


def broken_words(pairs: Sequence[tuple[str, str]], names: Mapping[str, str]) -> str:
    """The same for pairs of cause and effect."""
    links = [f"{brief(names[cause], 36)} → {brief(names[effect], 36)}" for cause, effect in pairs]
    more = f" and {len(links) - 3} more" if len(links) > 3 else ""
    return f"Refuted: {'; '.join(links[:3])}{more}." if links else ""
