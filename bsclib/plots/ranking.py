"""How surely each alternative holds its rank when the weights of the criteria are shaken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd
from matplotlib import rc_context
from matplotlib.axes import Axes

from bsclib.plots.canvas import STYLE, brief, describe, panel, sheet
from bsclib.plots.lettering import fit, safe_name
from bsclib.plots.palette import ACTUAL, BANDS, GREY, INK, PAPER, RULE
from bsclib.plots.picture import MARGIN, WIDTH, Entry
from bsclib.wording import counted, percent

_NAMES, _VALUES, _ROW, _HEAD = 3.3, 1.75, 0.29, 0.3
_REACH: dict[str, Any] = {"color": BANDS[0], "linewidth": 7, "solid_capstyle": "round"}
_MEAN: dict[str, Any] = {"marker": "|", "markersize": 9, "markeredgewidth": 1.6, "color": INK, "linestyle": "none"}
_STATED: dict[str, Any] = {"marker": "o", "markersize": 7, "color": ACTUAL, "markeredgecolor": PAPER}
_STATED |= {"markeredgewidth": 0.8, "linestyle": "none"}


@rc_context(STYLE)
def plot_ranking(ranking: pd.DataFrame, names: Mapping[str, str] | None = None) -> Axes:
    """Draw the ranks each alternative takes when the weights are shaken, and how often it keeps its own.

    Parameters
    ----------
    ranking : DataFrame
        As `bsclib.design.rank_stability` returns it.
    names : mapping of str to str, optional
        What to call the alternatives, such as a scorecard's `names`; by default as the frame calls them.

    Returns
    -------
    Axes
        Rank across, 1 at the left; one row an alternative, the best first: a bar from its best rank to its worst, a
        disc at the stated rank, a stroke at the mean. Beside it the share of draws in which it keeps its rank, and in
        which it is first.

    Examples
    --------
    >>> from bsclib.plots import alt_text
    >>> from bsclib.design import rank_stability
    >>> found = rank_stability([[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]], [0.3, 0.4, 0.3], [True] * 3, draws=200)
    >>> alt_text(plot_ranking(found, {"2": "Uptime"}))
    'Ranks of 4 alternatives over 200 draws of the weights. First: Uptime, which keeps rank 1 in ...'
    """
    ids = [str(id) for id in ranking["alternative"]]
    called = [safe_name((names or {}).get(id, id), id) for id in ids]
    draws = int(ranking["draws"].iloc[0])
    body = _HEAD + _ROW * len(ids)
    key: list[Entry] = [
        ("rank by the stated weights", _STATED),
        ("mean rank", _MEAN),
        ("best to worst rank", {**_REACH, "solid_capstyle": "butt"}),
    ]
    figure, foot = sheet(body, "How surely each keeps its rank", f"{draws:,} draws of the weights", key)
    wide = WIDTH - _NAMES - _VALUES
    axes = panel(figure, _NAMES, foot + 0.04, wide, body - _HEAD)
    last = max(len(ids), 2, int(ranking["worst_rank"].max()))
    axes.set(xlim=(0.5, last + 0.5), ylim=(len(ids) - 0.5, -0.5), xticks=[], yticks=[])
    beside: dict[str, Any] = {"transform": axes.get_yaxis_transform(), "va": "center_baseline"}
    above = -0.5 - 0.12 / _ROW
    for rank in _ticks(last):
        axes.axvline(rank, color=RULE, linewidth=0.5, zorder=0)
        axes.text(rank, above, str(rank), ha="center", va="center_baseline", size=8, color=GREY)
    for left, word in ((0.62, "keeps it"), (1.4, "is first")):
        axes.text(1 + left / wide, above, word, ha="right", size=8, color=GREY, **beside)
    for y, (row, name) in enumerate(zip(ranking.itertuples(), called, strict=True)):
        text = fit(f"{row.rank}  {name}", (_NAMES - MARGIN) * 72 - 10, 8.5)
        axes.text((MARGIN - _NAMES) / wide, y, text, **beside)
        axes.plot([row.best_rank, row.worst_rank], [y, y], **_REACH)
        axes.plot([row.rank], [y], **_STATED, zorder=3)
        axes.plot([row.mean_rank], [y], **_MEAN, zorder=4)
        for left, share in ((0.62, row.chance_of_rank), (1.4, row.chance_best)):
            axes.text(1 + left / wide, y, percent(float(share)), ha="right", **beside)
    describe(figure, *_words(ranking, called, draws))
    return axes


def _ticks(count: int) -> list[int]:
    """The ranks that are written above: all, or the first and round ones."""
    if count <= 12:
        return list(range(1, count + 1))
    step = next(size for size in (5, 10, 20, 50, 100, 200, 500, 10**6) if count / size <= 12)
    return [1, *range(step, count + 1, step)]


def _words(ranking: pd.DataFrame, called: list[str], draws: int) -> Iterator[str]:
    yield f"Ranks of {counted(len(called), 'alternative')} over {draws:,} draws of the weights."
    shares = ranking["chance_of_rank"].to_numpy(float)
    first = ranking.iloc[0]
    yield f"First: {brief(called[0])}, which keeps rank {int(first['rank'])} in {percent(shares[0])} of the draws."
    if len(called) > 1:
        loose, reach = int(shares.argmin()), ranking[["best_rank", "worst_rank"]].to_numpy(int)
        row = f"rank {reach[loose, 0]} to {reach[loose, 1]}, its own in {percent(shares[loose])}"
        yield f"Least sure: {brief(called[loose])}, {row}."
        yield f"{counted((shares == 1).sum(), 'keeps', 'keep')} the rank in every draw."
