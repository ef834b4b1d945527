"""What a budget buys: the score that the best choice reaches, and what enters and leaves at each step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault
from bsclib.plots.canvas import brief, drawn
from bsclib.plots.discs import Field
from bsclib.plots.lettering import fit, safe_name
from bsclib.plots.palette import ACTUAL, GREY, INK, LINES, RULE
from bsclib.plots.picture import MARGIN, WIDTH, Entry, Panel, Picture, Ticks, in_words, page
from bsclib.plots.ticks import round_ticks, short_number
from bsclib.wording import counted, money, number, signed

_LEFT, _WIDE, _TALL, _UNDER = 0.62, 4.9, 3.0, 0.46
_ITEM, _MOVE, _MOST = 0.24, 0.16, 4
"""Of the list: inches for a step and for what enters or leaves, and how many of these a step names."""
_BAND: dict[str, Any] = {"color": LINES[0], "alpha": 0.2, "linewidth": 0}
_LINE: dict[str, Any] = {"color": ACTUAL, "linewidth": 1.8}
_AT: dict[str, Any] = {"color": INK, "linewidth": 1.0, "linestyle": (0, (3, 2))}


@drawn
def plot_frontier(
    frontier: pd.DataFrame, names: Mapping[str, str] | None = None, budget: float | None = None
) -> Picture:
    """Draw the score that the best choice reaches at each budget, and what enters and leaves as it grows.

    Parameters
    ----------
    frontier : DataFrame
        As `bsclib.scenarios.frontier` returns it.
    names : mapping of str to str, optional
        What to call the initiatives, by id; by default their ids.
    budget : float, optional
        One budget to mark.

    Returns
    -------
    Axes
        Budget across, score up, in steps: a budget buys what a smaller one buys. The band holds 90 % of the draws. A
        numbered disc stands where the choice changes; the list beside it says how.

    Raises
    ------
    BscError
        When the frame is empty.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> from bsclib.plots import alt_text
    >>> from bsclib.scenarios import fit_map, frontier
    >>> fit = fit_map(read_scorecard("meridian"), read_actuals("meridian"))
    >>> alt_text(plot_frontier(frontier(fit, [0, 100_000], draws=20)))
    'The score that the best choice reaches at 2 budgets: ... at 0, ... at 100,000. From 100,000: + ...'
    """
    if frontier.empty:
        raise BscError(Fault("frontier", "there is no budget to draw", fix="give at least one budget"))
    rows = frontier.sort_values("budget", kind="stable").reset_index(drop=True)
    steps = _steps(rows)
    wide = WIDTH - _LEFT - _WIDE - 2 * MARGIN - 0.2
    moves = [_moves(enters, leaves, names or {}, _MOST) for _, enters, leaves in steps]
    body = max(_TALL + _UNDER, _ITEM * (1 + len(steps)) + _MOVE * sum(map(len, moves)) + 0.05)
    key: list[Entry] = [
        ("expected score of the best choice", _LINE),
        ("90 % of the draws", {**_BAND, "linewidth": 8, "solid_capstyle": "butt"}),
    ]
    key += [("your budget", _AT)] if budget is not None else []
    picture, foot = page(body, "What a budget buys", _note(frontier, rows, budget), key)
    budgets, score, low, high = (rows[one].to_numpy(float) for one in ("budget", "score", "low", "high"))
    seen = np.concatenate([score, low, high])
    across = (float(min(budgets[0], np.inf if budget is None else budget)), float(max(budgets[-1], budget or 0.0)))
    corner = _LEFT, foot + body - _TALL
    field = Field.on(picture, corner, (_WIDE, _TALL), _ends(*across), _ends(float(seen.min()), float(seen.max())))
    panel = field.panel
    _set_ticks(panel)
    panel.area(np.repeat(budgets, 2)[1:], *(np.repeat(one, 2)[:-1] for one in (low, high)), zorder=1, **_BAND)
    panel.line(budgets, score, drawstyle="steps-post", label="score", zorder=2, **_LINE)
    if budget is not None:
        panel.line([budget, budget], panel.ylim, zorder=1.5, label="budget", **_AT)
    at = [step for step, _, _ in steps]
    field.draw(np.column_stack([budgets[at], score[at]]), list(range(1, len(at) + 1)), [ACTUAL] * len(at))
    under = _LEFT + _WIDE / 2, corner[1] - 0.36
    picture.write(*under, _budget_words(frontier), color=GREY, ha="center", va="center_baseline", size=8)
    _write_list(picture, foot + body, wide, rows.iloc[at], moves)
    picture.alt = in_words(_words(rows, steps, names or {}))
    return picture


def members(chosen: Any) -> list[str]:
    """The ids of the initiatives in one cell of a frontier; where none is chosen, a file holds a missing value."""
    return [part.strip() for part in chosen.split(",") if part.strip()] if isinstance(chosen, str) else []


def _steps(rows: pd.DataFrame) -> list[tuple[int, list[str], list[str]]]:
    """The rows at which the choice is another one: what enters, what leaves."""
    before: list[str] = []
    steps = []
    for at, chosen in enumerate(rows["initiatives"]):
        now = members(chosen)
        enters, leaves = [id for id in now if id not in before], [id for id in before if id not in now]
        if at == 0 or enters or leaves:
            steps.append((at, enters, leaves))
        before = now
    return steps


def _write_list(picture: Picture, top: float, wide: float, rows: pd.DataFrame, moves: list[list[str]]) -> None:
    """From which budget on the choice is another one, the score then, and what enters and leaves."""
    left, y = WIDTH - MARGIN - wide, top - _ITEM
    look: dict[str, Any] = {"va": "baseline"}
    picture.write(left + 0.3, y + 0.06, "from a budget of", size=8, color=GREY, **look)
    picture.write(left + wide, y + 0.06, "score", size=8, color=GREY, ha="right", **look)
    for place, (row, texts) in enumerate(zip(rows.itertuples(), moves, strict=True), 1):
        y -= _ITEM
        picture.write(left + 0.2, y + 0.06, str(place), color=ACTUAL, weight="bold", ha="right", **look)
        picture.write(left + 0.3, y + 0.06, money(float(row.budget)), weight="bold", **look)
        picture.write(left + wide, y + 0.06, number(float(row.score)), weight="bold", ha="right", **look)
        for text in texts:
            y -= _MOVE
            picture.write(left + 0.3, y + 0.06, fit(text, (wide - 0.3) * 72, 8), size=8, color=GREY, **look)


def _moves(enters: list[str], leaves: list[str], names: Mapping[str, str], most: int = 0) -> list[str]:
    """What enters and what leaves, a text each; beyond the most that are named, the others are counted."""
    signs = [("+", id) for id in enters] + [("−", id) for id in leaves]
    texts = [f"{sign} {safe_name(names.get(id, id), id)}" for sign, id in signs]
    return [*texts[: most - 1], f"and {len(texts) - most + 1} more"] if most and len(texts) > most else texts


def _ends(low: float, high: float) -> tuple[float, float]:
    return (low, high) if high - low > 1e-9 * max(abs(high), 1e-9) else (low - 0.5, high + 0.5)


def _set_ticks(panel: Panel) -> None:
    """Round numbers along both edges, no budget below nothing, and hairlines across at the scores."""
    across, up = (round_ticks(*ends) for ends in (panel.xlim, panel.ylim))
    panel.below, panel.beside = (
        Ticks(ticks, [short_number(tick) for tick in ticks], size=8, length=3)
        for ticks in ([tick for tick in across if tick >= 0], up)
    )
    for tick in up:
        panel.line(panel.xlim, [tick, tick], color=RULE, linewidth=0.5, zorder=0)


def _budget_words(frontier: pd.DataFrame) -> str:
    if "every" not in frontier:
        return "budget"
    every = int(frontier["every"].iloc[0])
    return f"budget for each {'month' if every == 1 else counted(every, 'month')}"


def _note(frontier: pd.DataFrame, rows: pd.DataFrame, budget: float | None) -> str:
    """How far ahead, and what the next unit of money buys: at the budget that is marked, or where it buys most."""
    horizon, unit = (frontier[name].iloc[0] if name in frontier else None for name in ("horizon", "unit_of_money"))
    parts = [f"overall score {horizon} months on" if horizon else "overall score"]
    buys = rows["next_unit"].astype(float)
    if unit and pd.notna(unit) and buys.notna().any():
        below = rows.index[rows["budget"] <= (np.inf if budget is None else budget)]
        at = int(buys.idxmax()) if budget is None or not len(below) else int(below[-1])
        if pd.notna(buys[at]):
            most = "most, " if budget is None else ""
            where = f"from {money(float(rows['budget'][at]))} on"
            parts.append(f"{where}, {money(float(unit))} more buys {most}{signed(float(buys[at]))} points")
    return " · ".join(parts)


def _words(
    rows: pd.DataFrame, steps: list[tuple[int, list[str], list[str]]], names: Mapping[str, str]
) -> Iterator[str]:
    ends = rows.iloc[[0, -1] if len(rows) > 1 else [0]].itertuples()
    reached = ", ".join(f"{number(row.score)} at {money(float(row.budget))}" for row in ends)
    yield f"The score that the best choice reaches at {counted(len(rows), 'budget')}: {reached}."
    short = {id: brief(safe_name(name, id), 36) for id, name in names.items()}
    for at, enters, leaves in steps:
        if enters or leaves:
            yield f"From {money(float(rows['budget'].iloc[at]))}: {', '.join(_moves(enters, leaves, short))}."
