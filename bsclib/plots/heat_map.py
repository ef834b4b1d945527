"""How units compare: scores by unit and perspective."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle

from bsclib.model.status import STATUSES, SYMBOLS
from bsclib.plots.canvas import STYLE, WHOLE, brief, describe, panel, sheet, status_key
from bsclib.plots.lettering import fit, safe_name
from bsclib.plots.palette import COLOURS, GREY, INK, PAPER, RULE, ink_on
from bsclib.plots.picture import MARGIN, WIDTH
from bsclib.plots.wording import overall_words, period_words, tally
from bsclib.scoring.views import by_unit, last_period, month_before
from bsclib.wording import counted, month_name, number

_ROW, _UNITS, _CELL = 0.38, 2.1, 1.45


@rc_context(STYLE)
def plot_heat_map(scores: pd.DataFrame, period: str | None = None, most: int = 40, unit: str | None = None) -> Axes:
    """Draw the score of every unit in every perspective, the weakest unit first.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    period : str, optional
        A month; by default the last one scored.
    most : int
        Of many units, only so many of the weakest are drawn.
    unit : str, optional
        One whose row is marked, if it is drawn.

    Returns
    -------
    Axes
        One row a unit, the organisation as a whole first; one column for the overall score, one for what it was a year
        before, where that is known, and one a perspective.

    Raises
    ------
    UnknownNameError
        When the month is not in the scores.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard, score
    >>> from bsclib.plots import alt_text
    >>> alt_text(plot_heat_map(score(read_scorecard("meridian"), read_actuals("meridian"))))
    'Heat map of Meridian Freight IT in June 2026: 4 perspectives and 5 units. ...'
    """
    period = period or last_period(scores)
    values = by_unit(scores, "score", period).astype(float)
    order = values.iloc[1:, 0].sort_values(kind="stable", na_position="last").index
    left_out = len(order) - most
    shown = {unit: safe_name(unit, f"unit {place}") for place, unit in enumerate(values.index) if unit}
    values = values.loc[["", *order[:most]]]
    everyone = by_unit(scores, "status", period)
    status = everyone.reindex(values.index)
    names = by_unit(scores, "name", period).iloc[0].astype(str)
    heads = ["Overall", *(safe_name(names[id], id) for id in values.columns[1:])]
    cells, colours, tops = _with_a_year_ago(scores, period, values, status, heads)
    tall, wide = cells.shape
    cell = min(_CELL, max(0.8, (WIDTH - _UNITS - MARGIN) / wide))
    title = safe_name(names.iloc[0], values.columns[0])
    note = f"{month_name(period)} · weakest unit first" + (
        f" · {left_out} stronger units are not drawn" if left_out > 0 else ""
    )
    width = max(_UNITS + cell * wide + MARGIN, 6.5)
    wrapped = [fit(head, cell * 72 - 6, 8.5, lines=3, bold=True) for head in tops]
    top = 0.1 + 0.15 * max(head.count("\n") + 1 for head in wrapped)
    body = _ROW * tall + top
    figure, foot = sheet(body, f"Scores by unit: {title}", note, status_key(colours.stack()), width)
    axes = panel(figure, _UNITS, foot + 0.06, cell * wide, _ROW * tall)
    codes = colours.apply(lambda column: column.map(STATUSES.index)).to_numpy(float)
    shades = ListedColormap([COLOURS[status] for status in STATUSES])
    edges = np.arange(wide + 1), np.arange(tall + 1)
    axes.pcolormesh(*edges, codes, cmap=shades, vmin=-0.5, vmax=len(STATUSES) - 0.5, edgecolors=PAPER, linewidth=2)
    axes.set(xlim=(0, wide), ylim=(tall, 0))
    _label_cells(axes, cells.to_numpy(), colours.to_numpy())
    units = [fit(shown.get(one, WHOLE), (_UNITS - MARGIN) * 72 - 20, 8.5, lines=2) for one in values.index]
    marked = [at for at, one in enumerate(values.index) if unit and one == unit]
    units = [f"▸ {name}" if at in marked else name for at, name in enumerate(units)]
    axes.set_yticks(np.arange(tall) + 0.5, labels=units, size=8.5, color=INK, va="center")
    for at in (0, *marked):
        axes.get_yticklabels()[at].set_fontweight("bold")
    axes.set_xticks(np.arange(wide) + 0.5, labels=wrapped, size=8.5, color=INK, weight="bold", rotation=0)
    axes.tick_params(length=0, labeltop=True, labelbottom=False, pad=4)
    first, *others = _words(title, period, values, everyone.iloc[:, 0], heads)
    describe(figure, first, overall_words(scores, None, period), *others)
    return axes


def _with_a_year_ago(
    scores: pd.DataFrame, period: str, values: pd.DataFrame, status: pd.DataFrame, heads: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Scores, statuses and heads with a second column: the overall score a year before, where there is any."""
    before = month_before(period, 12)
    if before not in set(scores["period"].astype(str)):
        return values, status, heads
    past = by_unit(scores, "score", before).iloc[:, 0].astype(float).reindex(values.index)
    if past.isna().all():
        return values, status, heads
    stood = by_unit(scores, "status", before).iloc[:, 0].astype(str).reindex(values.index).fillna("no_data")
    cells, colours = values.copy(), status.astype(object).copy()
    cells.insert(1, before, past)
    colours.insert(1, before, stood)
    return cells, colours, [heads[0], "Overall, a year ago", *heads[1:]]


def _label_cells(axes: Axes, values: np.ndarray, status: np.ndarray) -> None:
    for (row, column), value in np.ndenumerate(values):
        word = str(status[row, column])
        look: dict[str, Any] = {"color": ink_on(COLOURS[word]), "size": 9.5}
        if word == "no_data":
            hatched: dict[str, Any] = {"fill": False, "hatch": "////", "edgecolor": RULE, "linewidth": 0}
            axes.add_patch(Rectangle((column + 0.02, row + 0.05), 0.96, 0.9, **hatched))
            look = {"color": GREY, "size": 8, "bbox": {"facecolor": COLOURS[word], "edgecolor": "none", "pad": 1.5}}
        axes.text(column + 0.5, row + 0.5, f"{SYMBOLS[word]} {number(value)}", ha="center", va="center", **look)


def _words(title: str, period: str, values: pd.DataFrame, status: pd.Series, heads: list[str]) -> Iterator[str]:
    units = len(status) - 1
    and_units = f" and {counted(units, 'unit')}" if units else ""
    yield f"Heat map of {brief(title)} in {period_words(period)}: {len(heads) - 1} perspectives{and_units}."
    if units:
        yield f"Units: {tally(status.iloc[1:], STATUSES)}."
    cells = (values.iloc[1:] if units else values.iloc[:, 1:]).stack().dropna()
    if len(cells):
        named = dict(zip(values.columns, heads, strict=True))
        for word, (unit, id) in (("Weakest", cells.idxmin()), ("Strongest", cells.idxmax())):
            where = f"{brief(unit)}, {brief(named[id])}" if units else brief(named[id])
            yield f"{word}: {where}, {number(values.loc[unit, id])}."
