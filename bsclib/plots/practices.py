"""Which practices of ITIL 4 a scorecard covers with KPIs, and which it leaves without any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes

from bsclib.plots.canvas import STYLE, brief, describe, panel, sheet
from bsclib.plots.lettering import fit, safe_name
from bsclib.plots.palette import ACTUAL, GREY, INK, PAPER, RULE
from bsclib.plots.picture import MARGIN, WIDTH, Entry
from bsclib.wording import counted, listed

_NAMES, _ROW, _DISC, _MOST, _SIZE = 3.2, 0.27, 0.2, 7, 10.0
_SERVED: dict[str, Any] = {"marker": "o", "markersize": 8, "color": ACTUAL, "linestyle": "none"}
_NONE: dict[str, Any] = {"marker": "o", "markersize": 7, "markerfacecolor": PAPER, "markeredgecolor": GREY}
_NONE |= {"markeredgewidth": 1.0, "linestyle": "none"}
_SIDES = (("general management", "technical management"), ("service management",))


@rc_context(STYLE)
def plot_practices(coverage: pd.DataFrame, name: str = "") -> Axes:
    """Draw how many KPIs serve each practice of ITIL 4.

    Parameters
    ----------
    coverage : DataFrame
        As `bsclib.files.practice_coverage` returns it.
    name : str, optional
        Whose KPIs they are, for the title.

    Returns
    -------
    Axes
        Practices in two columns, by group: a disc for each KPI, a ring where there is none. More than seven discs are
        written as a number.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> from bsclib.files import practice_coverage
    >>> from bsclib.plots import alt_text
    >>> alt_text(plot_practices(practice_coverage(read_scorecard("meridian")), "Meridian"))
    'ITIL 4 practices that KPIs of Meridian serve: 15 of 34. Most: Workforce and talent management, 4; ...'
    """
    owner = safe_name(name, "the scorecard") if name else "the scorecard"
    columns = [_lines(coverage, groups) for groups in _SIDES]
    rows = max(map(len, columns))
    body = _ROW * rows
    served = int((coverage["kpis"] > 0).sum())
    key: list[Entry] = [("one KPI", _SERVED), ("no KPI", _NONE)]
    note = f"{served} of {counted(len(coverage), 'practice')} have a KPI, by the kit's catalogue of KPIs"
    figure, foot = sheet(body, f"Which ITIL 4 practices have KPIs: {owner}", note, key)
    axes = panel(figure, 0, foot + 0.04, WIDTH, body)
    axes.set(xlim=(0, WIDTH), ylim=(rows - 0.5, -0.5), xticks=[], yticks=[])
    for side, lines in enumerate(columns):
        left = MARGIN + side * WIDTH / 2
        for y, (practice, count) in enumerate(lines):
            if count is None:
                axes.text(left, y, practice, va="center_baseline", weight="bold", color=INK, size=_SIZE)
                axes.plot([left, left + WIDTH / 2 - 3 * MARGIN], [y + 0.45] * 2, color=RULE, linewidth=0.8)
                continue
            look: dict[str, Any] = {"va": "center_baseline", "color": INK if count else GREY, "size": _SIZE}
            axes.text(left, y, fit(practice, (_NAMES - MARGIN) * 72, _SIZE), **look)
            _discs(axes, left + _NAMES, y, count)
    describe(figure, *_words(coverage, owner))
    return axes


def _lines(coverage: pd.DataFrame, groups: tuple[str, ...]) -> list[tuple[str, int | None]]:
    """Heads, without a number, and practices with the number of their KPIs."""
    lines: list[tuple[str, int | None]] = []
    for group in groups:
        part = coverage[coverage["group"] == group]
        lines += [(group.capitalize(), None), *zip(part["practice"], part["kpis"].astype(int), strict=True)]
    return lines


def _discs(axes: Axes, left: float, y: int, count: int) -> None:
    if count == 0:
        axes.plot([left], [y], **_NONE)
        return
    shown = count if count <= _MOST else 1
    axes.plot([left + _DISC * at for at in range(shown)], [y] * shown, **_SERVED)
    if count > _MOST:
        axes.text(left + 0.14, y, f"× {count}", va="center_baseline")


def _words(coverage: pd.DataFrame, owner: str) -> Iterator[str]:
    rows = coverage.sort_values("kpis", ascending=False, kind="stable")
    served = rows[rows["kpis"] > 0]
    yield f"ITIL 4 practices that KPIs of {brief(owner)} serve: {len(served)} of {len(rows)}."
    if len(served):
        yield f"Most: {'; '.join(f'{row.practice}, {row.kpis}' for row in served.head(3).itertuples())}."
    if lacking := list(coverage.loc[coverage["kpis"] == 0, "practice"]):
        yield f"None: {listed(lacking, most=3)}."
