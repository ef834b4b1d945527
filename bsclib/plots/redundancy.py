"""Which KPIs move together: a clustered heat map of the correlations of their departures."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps, rc_context
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_hex
from matplotlib.patches import Rectangle

from bsclib.actuals.correlations import LEAST_MONTHS, departure_correlations
from bsclib.actuals.departures import find_departures
from bsclib.design.selection.redundancy import ABOVE, cluster_order, redundancy_clusters
from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import STYLE, brief, describe, panel, sheet, unit_name
from bsclib.plots.lettering import fit, safe_name
from bsclib.plots.palette import GREY, INK, LANE, PAPER, contrast, ink_on
from bsclib.plots.picture import MARGIN, Entry
from bsclib.wording import counted, number

_NAMES, _HEAD, _LEAST_WIDTH = 2.75, 0.22, 8.3
_CELL, _SMALL, _MANY = 0.3, 0.13, 60
_LEVELS = 21
_ALIKE = 2
"""Months by which what pairs rest on may differ, so that the title says it once."""
_READABLE = 4.5


def _shades() -> list[str]:
    """Purple to orange by way of nearly white; where numbers could not be read on a shade, the next darker one."""
    colours = colormaps["PuOr_r"]
    shades = []
    for share in np.linspace(0.08, 0.92, _LEVELS):
        step = 0.004 if share > 0.5 else -0.004
        while contrast(ink_on(shade := to_hex(colours(share))), shade) < _READABLE:
            share += step
        shades.append(shade)
    return shades


_SHADES = _shades()
"""Purple for opposite ways, orange for the same way: two colours that people of all kinds of sight tell apart."""


@rc_context(STYLE)
def plot_redundancy(actuals: pd.DataFrame, scorecard: Scorecard, unit: str | None = None, above: float = ABOVE) -> Axes:
    """Draw how closely each two KPIs move together without trend and season, with the groups outlined.

    Parameters
    ----------
    actuals : DataFrame
        Long actuals, checked or not.
    scorecard : Scorecard
        Its KPIs are compared.
    unit : str, optional
        By default the organisation as a whole.
    above : float
        Correlation from which KPIs are redundant, as for `bsclib.design.redundancy_clusters`.

    Returns
    -------
    Axes
        KPIs by KPIs, those that move together side by side. Below the diagonal their correlations, in hundredths;
        above it, the months each rests on, where these are not alike. A pair that could not be compared is grey. Of
        more than 60 KPIs only the colours are drawn.

    Raises
    ------
    BscError, ActualsError, UnknownNameError
        As `bsclib.design.redundancy_clusters` does.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> from bsclib.plots import alt_text
    >>> alt_text(plot_redundancy(read_actuals("meridian"), read_scorecard("meridian")))
    'Heat map of which of 27 KPIs of Meridian Freight IT move together, Whole organisation: 1 group. ...'
    """
    import seaborn as sns  # takes longer to import than all other pictures together

    clusters = redundancy_clusters(actuals, scorecard, unit, above)
    correlations, months = departure_correlations(find_departures(actuals, scorecard, unit))
    order = cluster_order(correlations, above)
    correlations, months = correlations.loc[order, order], months.loc[order, order]
    size, few = len(order), len(order) <= _MANY
    cell = _CELL if few else _SMALL
    names = {kpi.id: safe_name(kpi.name, kpi.id) for kpi in scorecard.kpis}
    groups = list(_groups(clusters.set_index("kpi")["cluster"].loc[order].to_numpy()))
    body = _HEAD + cell * size
    title = f"Which KPIs move together: {safe_name(scorecard.name, scorecard.id)}"
    note = f"{unit_name(unit)} · trend, season and events taken out"
    held = _below(months)
    apart = few and held.size > 0 and np.ptp(held) > _ALIKE
    if apart:
        note += " · below: correlation in hundredths, above: months in common"
    elif few and held.size:
        low, high = held.min(), held.max()
        note += f" · correlation in hundredths, of {f'{low:g} to {high:g}' if low < high else f'{low:g}'} months"
    key = _key(above, groups, bool(np.isnan(_below(correlations)).any()))
    figure, foot = sheet(body, title, note, key, max(_NAMES + cell * size + MARGIN, _LEAST_WIDTH))
    axes = panel(figure, _NAMES, foot + 0.04, cell * size, cell * size)
    axes.set_facecolor(PAPER)
    lower = np.tril(np.ones((size, size), dtype=bool), -1)
    scale: dict[str, Any] = {"cmap": ListedColormap(_SHADES), "vmin": -1 - 1 / 20, "vmax": 1 + 1 / 20, "cbar": False}
    grid: dict[str, Any] = {"linewidths": 0.8, "linecolor": PAPER, "xticklabels": False, "yticklabels": False}
    sns.heatmap(correlations, ax=axes, mask=~lower | correlations.isna(), **scale, **grid)
    axes.set(xlabel="", ylabel="", xticks=[], yticks=[])
    for row, column in np.argwhere(lower & correlations.isna().to_numpy()):
        axes.add_patch(Rectangle((column, row), 1, 1, facecolor=LANE, edgecolor=PAPER, linewidth=0.8))
    if few:
        _write_cells(axes, correlations.to_numpy(), months.to_numpy() if apart else None)
    for first, last in groups:
        sides = (first, first), last - first, last - first
        axes.add_patch(Rectangle(*sides, fill=False, edgecolor=INK, linewidth=1.8, zorder=4))
    _write_names(axes, [names[id] for id in order], cell, {at for one in groups for at in range(*one)})
    describe(figure, *_words(scorecard, unit, correlations, groups, names))
    return axes


def _below(correlation: pd.DataFrame) -> np.ndarray:
    return correlation.to_numpy()[np.tril_indices(len(correlation), -1)]


def _groups(numbers: np.ndarray) -> Iterator[tuple[int, int]]:
    """Where each run of two or more equal numbers begins and ends."""
    starts = np.flatnonzero(np.append(True, numbers[1:] != numbers[:-1]))
    for first, last in pairwise([*starts.tolist(), len(numbers)]):
        if last - first > 1:
            yield first, last


def _shade(value: float) -> str:
    return _SHADES[int(np.clip(round((value + 1) / 2 * (_LEVELS - 1)), 0, _LEVELS - 1))]


def _write_cells(axes: Axes, correlation: np.ndarray, months: np.ndarray | None) -> None:
    where: dict[str, Any] = {"ha": "center", "va": "center_baseline"}
    for row in range(len(correlation)):
        for column in range(row):
            value = correlation[row, column]
            colour = GREY if np.isnan(value) else ink_on(_shade(value))
            axes.text(column + 0.5, row + 0.5, number(100 * value, 0, none="–"), size=6.5, color=colour, **where)
            if months is not None:
                axes.text(row + 0.5, column + 0.5, str(months[column, row]), size=6, color=GREY, **where)


def _write_names(axes: Axes, names: list[str], cell: float, grouped: set[int]) -> None:
    """A number and a name beside each row; the number again above its column."""
    size = len(names)
    points, lines = (7.5, 2) if size <= _MANY else (6.5, 1)
    number = 0.26
    for at, name in enumerate(names):
        bold = at in grouped
        look: dict[str, Any] = {"size": points, "weight": "bold" if bold else "normal"}
        look |= {"transform": axes.get_yaxis_transform(), "va": "center", "linespacing": 1.02}
        text = fit(name, (_NAMES - MARGIN - number) * 72 - 8, points, lines=lines, bold=bold)
        axes.text((MARGIN + number - _NAMES) / (cell * size), at + 0.5, text, **look)
        look |= {"color": INK if bold else GREY, "ha": "right"}
        axes.text((MARGIN + number - 0.07 - _NAMES) / (cell * size), at + 0.5, str(at + 1), **look)
        if size <= _MANY:
            above: dict[str, Any] = {"ha": "center", "va": "bottom", "size": 7, "color": INK if bold else GREY}
            axes.text(at + 0.5, -0.15, str(at + 1), weight=look["weight"], **above)


def _key(above: float, groups: list[tuple[int, int]], unknown: bool) -> list[Entry]:
    swatch: dict[str, Any] = {"linewidth": 8, "solid_capstyle": "butt"}
    said = {-1.0: "−100 opposite ways", -0.5: "−50", 0.0: "0", 0.5: "50", 1.0: "100 the same way"}
    key: list[Entry] = [(text, {"color": _shade(value), **swatch}) for value, text in said.items()]
    if groups:
        many = " on average" if any(last - first > 2 for first, last in groups) else ""
        frame = {"marker": "s", "markersize": 9, "fillstyle": "none", "markeredgewidth": 1.6, "color": INK}
        key.append((f"move together: {100 * above:.3g} or more{many}, either way", {**frame, "linestyle": "none"}))
    if unknown:
        key.append((f"not compared: fewer than {LEAST_MONTHS} months, or one does not vary", {"color": LANE, **swatch}))
    return key


def _words(
    scorecard: Scorecard,
    unit: str | None,
    correlation: pd.DataFrame,
    groups: list[tuple[int, int]],
    names: dict[str, str],
) -> Iterator[str]:
    many = f"{counted(len(correlation), 'KPI')} of {brief(scorecard.name)}"
    said = counted(len(groups), "group") if groups else "no two do"
    yield f"Heat map of which of {many} move together, {unit_name(unit)}: {said}."
    for first, last in groups:
        inside = [brief(names[str(id)], 32) for id in correlation.columns[first:last]]
        pair = f"{' and '.join(inside)}: {correlation.iloc[first, first + 1]:.2f}."
        yield pair if len(inside) == 2 else f"{', '.join(inside)}."
    if lacking := int(np.isnan(_below(correlation)).sum()):
        yield f"{counted(lacking, 'pair')} could not be compared."
