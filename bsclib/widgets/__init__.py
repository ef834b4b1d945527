"""Explorers: a few controls, one library call, one picture, and the code that would give the same.

With nobody at the controls (papermill, nbval, nbconvert) an explorer shows its picture as it starts and leaves no
widget behind: a batch has no use for controls, and live ones can make it hang.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import pandas as pd

from bsclib.model import Scorecard
from bsclib.plots import plot_contributions, plot_score_trend, show
from bsclib.scoring import score
from bsclib.widgets.method_controls import MethodChoice, method_explorer
from bsclib.widgets.score_controls import Choice, score_explorer
from bsclib.widgets.weight_controls import Weighting, weight_explorer

__all__ = [
    "Choice",
    "MethodChoice",
    "Weighting",
    "attended",
    "explore_methods",
    "explore_scores",
    "explore_weights",
    "method_explorer",
    "score_explorer",
    "weight_explorer",
]


def attended() -> bool:
    """Whether somebody is at the controls.

    Returns
    -------
    bool
        False outside a notebook, and where whoever runs it takes no keyboard input: papermill, nbval, nbconvert. Voilà
        takes none either, but shows the notebook to a person; it is known by the variables it sets.

    Examples
    --------
    >>> attended()
    False
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return False
    if any(name.startswith("VOILA_") for name in os.environ):
        return True
    request = kernel.get_parent("shell") or {}
    return bool(request.get("content", {}).get("allow_stdin", False))


def explore_scores(scorecard: Scorecard, actuals: pd.DataFrame) -> Any:
    """Turn the choices behind a score, and watch it follow: unit, month, what is missing, thresholds.

    Parameters
    ----------
    scorecard : Scorecard
        What is wanted.
    actuals : DataFrame
        What was observed.

    Returns
    -------
    ipywidgets.Widget or None
        Controls for a person, each to be used by keyboard: Tab goes from one to the next, the arrow keys change it.
        With nobody there, the picture is shown and nothing returned.
    """
    first = score(scorecard, actuals)
    if not attended():
        show(plot_score_trend(first))
        return None
    return score_explorer(scorecard, actuals, first)


def explore_weights(scorecard: Scorecard, actuals: pd.DataFrame) -> Any:
    """Drag the weights below one parent, and what is expected of a KPI; see the score, what flips, what is hidden.

    Parameters
    ----------
    scorecard : Scorecard
        What is wanted.
    actuals : DataFrame
        What was observed.

    Returns
    -------
    ipywidgets.Widget or None
        Controls for a person, as `explore_scores` gives them. With nobody there, what each KPI costs the score is
        shown, and nothing returned.
    """
    first = score(scorecard, actuals)
    if not attended():
        show(plot_contributions(first))
        return None
    return weight_explorer(scorecard, actuals, first)


def explore_methods(scorecard: Scorecard, actuals: pd.DataFrame) -> Any:
    """Pick scoring methods, and see one scorecard under all of them, side by side.

    Parameters
    ----------
    scorecard : Scorecard
        What is wanted.
    actuals : DataFrame
        What was observed.

    Returns
    -------
    ipywidgets.Widget or Shown
        Controls for a person, as `explore_scores` gives them. With nobody there, the table as it starts.
    """
    if not attended():
        return MethodChoice().table(scorecard, actuals)
    return method_explorer(scorecard, actuals)
