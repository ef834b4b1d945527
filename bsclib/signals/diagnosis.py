"""Where a KPI's trouble may come from: the drivers upstream on the map that moved before it did."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from bsclib.errors import UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.nouns import Link, Scorecard

UPSTREAM = [
    "kpi",
    "effect",
    "driver",
    "steps",
    "sign",
    "lag",
    "verdict",
    "moved",
    "way",
    "before",
    "explains",
    "answer",
]
ANSWERS = ("moved_first", "moved_later", "did_not_move", "no_limits", "not_measured")
WINDOW = 12
"""Months up to the last one in which a move counts."""


def diagnose(
    kpi: str,
    scorecard: Scorecard,
    behaviour: pd.DataFrame,
    evidence: pd.DataFrame | None = None,
    unit: str | None = None,
) -> pd.DataFrame:
    """Go up the map from a KPI that is off target: which of its drivers moved, and which moved first.

    Parameters
    ----------
    kpi : str
    scorecard : Scorecard
    behaviour : DataFrame
        As `process_behaviour` returns it.
    evidence : DataFrame, optional
        As `bsclib.link_evidence` returns it; without it the links have no verdict.
    unit : str, default the organisation as a whole

    Returns
    -------
    DataFrame
        A row for each driver: the `kpi` that is asked about, the `effect` and `driver` of the link, how many `steps` it
        is up the map, the link's `sign`, `lag` and `verdict`; `moved`, the period of the driver's first signal of the
        last 12 months, `way` (``up`` or ``down`` from its centre), `before`, by how many months that was before the
        KPI's own first signal (before the last month where it has none), `explains`, whether driver and sign together
        lead the way that the effect went (missing where one of them has none), and the `answer`: ``moved_first``,
        ``moved_later``, ``did_not_move``, ``no_limits`` (too few actuals), or ``not_measured`` in a row without a
        driver: there the map ends, and what is behind it nobody measures. What moved first comes first, the earliest
        at the top; from it the way goes on upwards.

    Raises
    ------
    UnknownNameError
        When there is no such KPI, or no chart of this unit.

    Notes
    -----
    That a driver moved first and the right way is a lead, and no proof; the verdict says what the data say of the link.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> from bsclib.signals import process_behaviour
    >>> card, actuals = load_dataset("meridian")
    >>> chart = process_behaviour(actuals, card)
    >>> diagnose("change-failure-rate", card, chart)[["driver", "answer"]].values.tolist()
    [['training-hours', 'moved_first'], ...]
    """
    scorecard.kpi(kpi)
    own = behaviour[behaviour["unit"] == (unit or "")]
    if own.empty:
        raise UnknownNameError(unknown("chart of a unit", unit or "", filter(None, behaviour["unit"].unique()), "unit"))
    last = max(periods.span(text)[1] for text in own["period"])
    moves = {str(id): _move(part, last) for id, part in own.groupby("kpi", observed=True, sort=False)}
    verdicts = _verdicts(evidence)
    since = moves.get(kpi, _STILL).month or last
    rows: list[dict[str, Any]] = []
    seen, at, steps = {kpi}, [kpi], 1
    while at:
        above = []
        for effect in at:
            links = [link for link in scorecard.links if link.effect == effect and link.cause not in seen]
            if not any(link.effect == effect for link in scorecard.links):
                rows.append({"effect": effect, "driver": "", "steps": steps, "answer": "not_measured"})
            for link in links:
                row = _row(link, moves, since, verdicts)
                rows.append(row | {"steps": steps})
                seen.add(link.cause)
                if row["answer"] == "moved_first":
                    above.append(link.cause)
        at, steps = above, steps + 1
    frame = pd.DataFrame(rows, columns=UPSTREAM).assign(kpi=kpi)
    order = frame["answer"].map(ANSWERS.index)
    frame = frame.assign(order=order).sort_values(
        ["steps", "order", "before"], ascending=[True, True, False], kind="stable", ignore_index=True
    )
    texts = {name: frame[name].astype(object).fillna("") for name in ("driver", "sign", "verdict", "moved", "way")}
    return frame.drop(columns="order").assign(**texts)


class Move(NamedTuple):
    """The first signal of a series in the window: its month, period and way; `watched` if the series has limits."""

    month: int = 0
    period: str = ""
    way: int = 0
    watched: bool = False


_STILL = Move()


def _move(part: pd.DataFrame, last: int) -> Move:
    months = np.array([periods.span(text)[1] for text in part["period"]])
    watched = bool((part["centre"].notna() & (months > last - WINDOW)).any())
    marked = part[(part["signal"] & (months > last - WINDOW)).to_numpy()]
    if marked.empty:
        return Move(watched=watched)
    first = marked.iloc[0]
    month = periods.span(str(first["period"]))[1]
    return Move(month, str(first["period"]), int(np.sign(first["actual"] - first["centre"])), True)


def _verdicts(evidence: pd.DataFrame | None) -> dict[tuple[str, str, Any], str]:
    if evidence is None:
        return {}
    rows = evidence[["cause", "effect", "lag", "verdict"]].itertuples(index=False)
    return {(str(row[0]), str(row[1]), None if pd.isna(row[2]) else int(row[2])): str(row[3]) for row in rows}


def _row(link: Link, moves: dict[str, Move], since: int, verdicts: dict[tuple[str, str, Any], str]) -> dict[str, Any]:
    """One link of the map, and whether its cause moved first."""
    cause, effect = moves.get(link.cause, _STILL), moves.get(link.effect, _STILL)
    row: dict[str, Any] = {"effect": link.effect, "driver": link.cause, "sign": link.sign, "lag": link.lag}
    row["verdict"] = verdicts.get((link.cause, link.effect, link.lag), "")
    if not cause.month:
        return row | {"answer": "did_not_move" if cause.watched else "no_limits"}
    sign = {"+": 1, "-": -1}.get(link.sign or "", 0)
    if sign and cause.way and effect.way:
        row["explains"] = cause.way * sign == effect.way
    row |= {"moved": cause.period, "way": {1: "up", -1: "down"}.get(cause.way, ""), "before": since - cause.month}
    return row | {"answer": "moved_first" if cause.month <= since else "moved_later"}
