"""What to do first: impact against effort, in four quadrants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from bsclib.design.selection.priorities import HIGHEST, LOWEST, QUADRANTS
from bsclib.plots.canvas import brief, drawn
from bsclib.plots.discs import LINE, STRIP, Field, Heading, Item, field_with_list
from bsclib.plots.lettering import safe_name
from bsclib.plots.palette import ACTUAL, GREY, LANE
from bsclib.plots.picture import Picture, in_words
from bsclib.wording import amount, counted

_SIDES = {"quick win": (0, 1), "major project": (1, 1), "fill-in": (0, 0), "thankless task": (1, 0)}


@drawn
def plot_priorities(priorities: pd.DataFrame, names: Mapping[str, str] | None = None) -> Picture:
    """Draw impact against effort, a numbered disc an objective, with the four quadrants named.

    Parameters
    ----------
    priorities : DataFrame
        As `bsclib.design.prioritise` returns it.
    names : mapping of str to str, optional
        What to call the objectives, by id, such as a scorecard's `names`; by default their ids.

    Returns
    -------
    Axes
        Effort across, impact up. The number on a disc is the priority; objectives of one place stand side by side, and
        a disc that had to give way is tied to its place by a line. The list beside it names them.

    Examples
    --------
    >>> from bsclib.plots import alt_text
    >>> from bsclib.design import prioritise
    >>> found = prioritise(["restore", "train"], {"restore": 5, "train": 3}, {"restore": 2, "train": 4})
    >>> alt_text(plot_priorities(found))
    'Impact against effort of 2 objectives: 1 quick win, 1 major project. First: restore (impact 5, effort 2), ...'
    """
    called = {str(id): safe_name((names or {}).get(id, id), id) for id in priorities["id"]}
    middle = float(priorities["impact_middle"].iloc[0]), float(priorities["effort_middle"].iloc[0])
    note = "number: priority, 1 first; equals share it · what lies on a line belongs to its better side"
    points = priorities[["effort", "impact"]].to_numpy(float)
    ends = [_ends(points[:, side], middle[1 - side]) for side in (0, 1)]
    lines, words = list(_lines(priorities, called)), ("effort →", "impact →")
    picture, field = field_with_list("What first: impact against effort", note, lines, ends[0], ends[1], words)
    _divide(field, middle)
    split = np.array([middle[1], middle[0]])
    hard, much = points[:, :1] > middle[1], points[:, 1:] >= middle[0]
    beyond = np.hstack([hard, much])
    low, high = np.where(beyond, split, -np.inf), np.where(beyond, np.inf, split)
    ids = [str(id) for id in priorities["id"]]
    field.draw(points, priorities["priority"].tolist(), [ACTUAL] * len(points), low, high, ids)
    picture.alt = in_words(_words(priorities, called))
    return picture


def _ends(values: np.ndarray, middle: float) -> tuple[float, float]:
    """The whole scale of 1 to 5, or else what there is, with room on both sides of the middle."""
    if values.min() >= LOWEST and values.max() <= HIGHEST and LOWEST < middle < HIGHEST:
        return LOWEST, HIGHEST
    below, above = max(middle - float(values.min()), 0.0), max(float(values.max()) - middle, 0.0)
    reach = max(below, above) or 1.0
    return middle - max(below, reach / 3), middle + max(above, reach / 3)


def _divide(field: Field, middle: tuple[float, float]) -> None:
    panel, (level, hard) = field.panel, middle
    (left, right), (low, high) = panel.xlim, panel.ylim
    panel.box(left, level, hard - left, high - level, facecolor=LANE, linewidth=0, zorder=0)
    panel.box(hard, low, right - hard, level - low, facecolor=LANE, linewidth=0, zorder=0)
    panel.line([hard, hard], [low, high], **LINE)
    panel.line([left, right], [level, level], **LINE)
    strip = STRIP / 2 / panel.height * (high - low)
    for quadrant, (side, upper) in _SIDES.items():
        x, y = (hard + (right if side else left)) / 2, high - strip if upper else low + strip
        panel.write(x, y, f"{quadrant}s", color=GREY, weight="bold", size=9, ha="center", va="center")


def _lines(priorities: pd.DataFrame, called: Mapping[str, str]) -> Iterator[Heading | Item]:
    for quadrant in QUADRANTS:
        part = priorities[priorities["quadrant"] == quadrant]
        if len(part):
            yield Heading(f"{quadrant}s".capitalize())
        for row in part.itertuples():
            yield Item(int(row.priority), called[str(row.id)], id=str(row.id))


def _words(priorities: pd.DataFrame, called: Mapping[str, str]) -> Iterator[str]:
    counts = priorities["quadrant"].value_counts()
    said = [counted(counts[one], one) for one in QUADRANTS if counts.get(one)]
    yield f"Impact against effort of {counted(len(priorities), 'objective')}: {', '.join(said)}."
    first = [
        f"{brief(called[str(row.id)])} (impact {amount(row.impact)}, effort {amount(row.effort)})"
        for row in priorities.head(3).itertuples()
    ]
    yield f"First: {', '.join(first)}."
    last = priorities[priorities["quadrant"] == QUADRANTS[-1]]
    if len(last):
        yield f"Last: {', '.join(brief(called[str(id)]) for id in last['id'][-3:])}."
