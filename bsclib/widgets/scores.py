"""The controls of `explore_scores`: unit, month, what is missing, thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from bsclib.model.edit import change
from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import show
from bsclib.plots.score_trend import plot_score_trend
from bsclib.reporting.briefing import headline
from bsclib.scoring.scores import MISSING_POLICIES, score
from bsclib.widgets.parts import Controls, attended, control, image, outputs, unit_control
from bsclib.wording import month_name


@dataclass(frozen=True)
class ScoreChoice:
    """What the controls of `explore_scores` say."""

    unit: str
    as_of: str
    missing: str
    at_risk: float
    on_target: float

    def scores(self, scorecard: Scorecard, actuals: pd.DataFrame) -> pd.DataFrame:
        """The scores that this choice gives."""
        thresholds = {"at_risk": self.at_risk, "on_target": self.on_target}
        changed = change(scorecard, scorecard.id, thresholds=thresholds)
        return score(changed, actuals, as_of=self.as_of, missing=self.missing)

    def code(self) -> str:
        """The code that gives the same picture, from a `scorecard` and its `actuals`."""
        return (
            "from bsclib import score\n"
            "from bsclib.plots import plot_score_trend, show\n"
            "from bsclib.model.edit import change\n\n"
            f'thresholds = {{"at_risk": {self.at_risk}, "on_target": {self.on_target}}}\n'
            "changed = change(scorecard, scorecard.id, thresholds=thresholds)\n"
            f"scores = score(changed, actuals, as_of={self.as_of!r}, missing={self.missing!r})\n"
            f"show(plot_score_trend(scores, unit={self.unit!r}))"
        )


def explore_scores(scorecard: Scorecard, actuals: pd.DataFrame) -> Any:
    """Turn the choices behind a score, and watch it follow: unit, month, what is missing, thresholds.

    Parameters
    ----------
    scorecard : Scorecard
    actuals : DataFrame

    Returns
    -------
    ipywidgets.Widget or None
        Controls for a person, each to be used by keyboard: Tab goes from one to the next, the arrow keys change it.
        With nobody there, the picture is shown and nothing returned.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> explore_scores(read_scorecard("meridian"), read_actuals("meridian"))
    Line chart of 5 scores of Meridian Freight IT, Whole organisation, 24 months to 2026-06. ...
    """
    if attended():
        return Explorer(scorecard, actuals).box
    show(plot_score_trend(score(scorecard, actuals)))
    return None


class Explorer(Controls):
    """Four controls, a sentence, the picture, a button, and the code that it shows."""

    def __init__(self, scorecard: Scorecard, actuals: pd.DataFrame):
        super().__init__()
        self.scorecard, self.actuals = scorecard, actuals
        scores, edges = score(scorecard, actuals), scorecard.thresholds
        months = [(month_name(month), month) for month in scores["period"].cat.categories]
        at_rest = {"continuous_update": False}
        limits = {"min": min(0.0, edges.at_risk), "max": max(1.0, edges.on_target), "step": 0.01}
        self.controls = [
            unit_control(scores),
            control("SelectionSlider", "As of", options=months, value=months[-1][1], **at_rest),
            control("Dropdown", "Missing data", options=MISSING_POLICIES),
            control("FloatRangeSlider", "Thresholds", value=(edges.at_risk, edges.on_target), **limits, **at_rest),
        ]
        (self.picture,) = outputs(1)
        self.on(self.controls, self.follow)
        self.follow()
        self.box = self.laid_out(*self.controls, self.sentence, self.picture)

    def follow(self) -> None:
        """Score anew, and show what came of it."""
        unit, as_of, missing, edges = (control.value for control in self.controls)
        choice = ScoreChoice(unit, as_of, missing, *(round(edge, 4) for edge in edges))
        scores = choice.scores(self.scorecard, self.actuals)
        self.picture.value = image(plot_score_trend(scores, unit=unit))
        self.say(headline(scores, unit), choice.code())
