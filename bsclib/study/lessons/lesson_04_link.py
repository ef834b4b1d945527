"""One link of lesson 04, step by step and unit by unit: its tables and its picture, read aloud."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from bsclib.actuals.departures import find_departures
from bsclib.model.nouns import Scorecard
from bsclib.reporting.evidence_tables import VERDICT_WORDS
from bsclib.wording import amount, effect_unit, listed, month_name, number, quoted, signed


def alike(values: Iterable[float]) -> list[str]:
    """Numbers with as many decimals as show three figures of the largest."""
    given = list(values)
    most = max((abs(value) for value in given if np.isfinite(value)), default=0.0)
    decimals = min(max(2 - int(np.floor(np.log10(most))), 0), 8) if most > 0 else 0
    return ["–" if np.isnan(value) else number(value, decimals) for value in given]


def step_rows(steps: pd.DataFrame) -> pd.DataFrame:
    """What each step leaves of an estimate, for a page: all with the same decimals."""
    names = ["estimate", "low", "high"]
    told = np.reshape(alike(steps[names].to_numpy(float).ravel()), (len(steps), len(names)))
    return steps[["taken_out"]].join(pd.DataFrame(told, columns=names, index=steps.index))


def read_steps(steps: pd.DataFrame, cause: str, effect: str) -> str:
    """What became of an estimate on its way through the steps."""
    cause, effect = quoted(cause), quoted(effect)
    first, last = float(steps["estimate"].iloc[0]), float(steps["estimate"].iloc[-1])
    said = f"A spreadsheet says that one unit more of {cause} adds {amount(first)} to {effect}. "
    said += f"In the end it is {amount(last)}."
    if first * last < 0:
        return f"{said} Even the direction was wrong."
    if abs(last) >= 0.9 * abs(first):
        return f"{said} So trend and season fooled nobody much here, but you only know that afterwards."
    places = len(alike(steps["estimate"])[0].partition(".")[2])
    parts = steps["estimate"].abs().round(places).diff()[1:]  # of what the table shows, so that they add up
    rows = zip(steps["taken_out"][1:], parts, strict=True)
    told = listed((f"{signed(by, places)} by {name.partition(',')[0]}" for name, by in rows), len(parts))
    said += f" That is {number(-parts.sum(), places)} less, which {cause} did not bring about. Step by step: {told}."
    return f"{said} What counts as plus had hidden a part of the effect." if parts.max() > 0 else said


def read_link(
    evidence: pd.DataFrame, steps: pd.DataFrame, scorecard: Scorecard, actuals: pd.DataFrame, cause: str, effect: str
) -> str:
    """What to see in the picture of one link, left and right, and why its interval is wider than in the last step."""
    row = evidence[(evidence["cause"] == cause) & (evidence["effect"] == effect)].iloc[0]
    last, least, sign = steps.iloc[-1], row["smallest_effect"], -1 if row["sign"] == "-" else 1
    low, high, before, after = alike([row["low"], row["high"], last["low"], last["high"]])
    said = _together(find_departures(actuals, scorecard), row, sign)
    bar = f"{low} to {high} {effect_unit(scorecard.kpi(effect).measured_in)}".rstrip()
    near, far = sorted((sign * row["low"], sign * row["high"]))
    if pd.isna(least):
        said += f"On the right the effect may lie anywhere on the bar, {bar}."
    elif near >= least:
        said += f"On the right the whole bar, {bar}, lies beyond the grey block: "
        said += "even the smallest effect on it would matter."
    elif far < least:
        said += f"On the right the bar, {bar}, ends before the grey block does: no effect on it would matter."
    else:
        said += f"On the right the bar, {bar}, ends beyond the grey block: only a part of it would matter."
    if row["high"] - row["low"] <= 1.05 * (last["high"] - last["low"]):
        return said
    also = ", and because nobody has said why one level changed" if "not declared" in str(row["reason"]) else ""
    return f"{said} The table above says {before} to {after}. Here it is wider, because many links are tested{also}."


def _together(left: pd.DataFrame, row: pd.Series, sign: int) -> str:
    """The month in which cause and effect, as the picture draws them, lie furthest on the same side of 0."""
    lag = row["lag"] if pd.isna(row["lag_found"]) else row["lag_found"]
    causes, effects = sign * left[row["cause"]].shift(0 if pd.isna(lag) else int(lag)), left[row["effect"]]
    both = (causes * effects).dropna()
    if both.empty or both.max() <= 0:
        return ""
    month = both.idxmax()
    side = "below" if effects[month] < 0 else "above"
    return f"Look at {month_name(str(month))}: both lines lie far {side} 0. "


def unit_rows(each: pd.DataFrame) -> pd.DataFrame:
    """A link unit by unit, for a page: all numbers with the same decimals."""
    told = step_rows(each.assign(taken_out=""))
    names = {"unit": each["unit"].replace("", "all together"), "verdict": each["verdict"].map(VERDICT_WORDS)}
    return told.assign(**names)[["unit", "estimate", "low", "high", "verdict"]]


def read_units(each: pd.DataFrame) -> str:
    """In how many units the link that was followed holds by itself."""
    units = each[each["unit"].ne("")]
    if len(units) < 2:
        return ""
    held = int((units["verdict"] == "supported").sum())
    whole = float(each.loc[each["unit"].eq(""), "estimate"].iloc[0])
    same = int((np.sign(units["estimate"]) == np.sign(whole)).sum())
    return (
        f"In {same} of {len(units)} units the effect goes the same way as for all together. "
        f"In {held} of them the unit's own data are enough to support it."
    )
