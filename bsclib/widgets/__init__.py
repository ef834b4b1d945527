"""Explorers: a few controls, one library call, one picture, and the code that would give the same.

With nobody at the controls (papermill, nbval, nbconvert) an explorer shows its picture as it starts and leaves no
widget behind: a batch has no use for controls, and live ones can make it hang.
"""

from __future__ import annotations

import os
import sys
from typing import Any

import pandas as pd

from bsclib.causality.evidence import link_evidence
from bsclib.model.nouns import Scorecard
from bsclib.plots import plot_contributions, plot_priorities, plot_score_trend, plot_strategy_map, show
from bsclib.scoring.scores import score
from bsclib.widgets.kpis import KpiChoice, first_choice, kpi_explorer
from bsclib.widgets.map import MapChoice, map_explorer
from bsclib.widgets.methods import MethodChoice, method_explorer
from bsclib.widgets.objectives import ObjectiveChoice, objective_explorer
from bsclib.widgets.scenario import Ground, ScenarioChoice, scenario_explorer
from bsclib.widgets.scores import Choice, score_explorer
from bsclib.widgets.weights import Weighting, weight_explorer

__all__ = [
    "Choice",
    "KpiChoice",
    "MapChoice",
    "MethodChoice",
    "ObjectiveChoice",
    "ScenarioChoice",
    "Weighting",
    "attended",
    "explore_kpis",
    "explore_map",
    "explore_methods",
    "explore_objectives",
    "explore_scenario",
    "explore_scores",
    "explore_weights",
    "kpi_explorer",
    "map_explorer",
    "method_explorer",
    "objective_explorer",
    "scenario_explorer",
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
    ipywidgets.Widget or Html
        Controls for a person, as `explore_scores` gives them. With nobody there, the table as it starts.
    """
    if not attended():
        return MethodChoice().table(scorecard, actuals)
    return method_explorer(scorecard, actuals)


def explore_objectives(scorecard: Scorecard) -> Any:
    """Choose which objectives stay, judge what each would bring and take; see what is left, and what the review says.

    Parameters
    ----------
    scorecard : Scorecard
        Its objectives are chosen from.

    Returns
    -------
    ipywidgets.Widget or None
        Controls for a person, as `explore_scores` gives them. With nobody there, impact and effort of all objectives by
        the first guess are shown, and nothing returned.
    """
    if not attended():
        everything = ObjectiveChoice(tuple(one.id for one in scorecard.objectives))
        show(plot_priorities(everything.ranked(scorecard), scorecard.names))
        return None
    return objective_explorer(scorecard)


def explore_kpis(
    scorecard: Scorecard, actuals: pd.DataFrame, worth: pd.Series | None = None, cost: pd.Series | None = None
) -> Any:
    """Move the constraints, and see which KPIs are chosen, what each costs, and what the review says.

    Parameters
    ----------
    scorecard : Scorecard
        Its KPIs are the candidates.
    actuals : DataFrame
        What was observed.
    worth, cost : Series, optional
        Of each KPI; by default the first proposal of `bsclib.design.rate_candidates`.

    Returns
    -------
    ipywidgets.Widget or Html
        Controls for a person, as `explore_scores` gives them. With nobody there, the choice as it starts.
    """
    if not attended():
        return first_choice(scorecard, actuals, worth, cost)
    return kpi_explorer(scorecard, actuals, worth, cost)


def explore_map(scorecard: Scorecard, actuals: pd.DataFrame) -> Any:
    """Pick a link of the map and see its evidence; pick a KPI and see what lies up and down the map from it.

    Parameters
    ----------
    scorecard : Scorecard
        Its links are what is looked at.
    actuals : DataFrame
        What was observed.

    Returns
    -------
    ipywidgets.Widget or None
        Controls for a person, as `explore_scores` gives them. With nobody there, the map with its verdicts is shown,
        and nothing returned.
    """
    if not attended():
        show(plot_strategy_map(scorecard, evidence=link_evidence(scorecard, actuals)))
        return None
    return map_explorer(scorecard, actuals)


def explore_scenario(scorecard: Scorecard, actuals: pd.DataFrame) -> Any:
    """Move KPIs, switch initiatives on and off, set a budget and a horizon; see where it leads and what money buys.

    Parameters
    ----------
    scorecard : Scorecard
        Its map and its initiatives are what is asked.
    actuals : DataFrame
        What was observed.

    Returns
    -------
    ipywidgets.Widget or None
        Controls for a person, as `explore_scores` gives them: 2,000 draws while a control moves, 10,000 once it rests.
        With nobody there, the fan chart as it starts is shown, and nothing returned.
    """
    ground = Ground(scorecard, actuals)
    if not attended():
        first = ground.first()
        show(ground.fan(first, ground.result(first)))
        return None
    return scenario_explorer(scorecard, actuals, ground)
