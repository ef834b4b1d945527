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
from bsclib.widgets.parts import LABELS, WIDE, attended, code_on_demand, image, said, shown_code, unit_control
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
        What is wanted.
    actuals : DataFrame
        What was observed.

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
        return explorer(scorecard, actuals)
    show(plot_score_trend(score(scorecard, actuals)))
    return None


def explorer(scorecard: Scorecard, actuals: pd.DataFrame) -> Any:
    """Four controls, a sentence, the picture, a button, and the code that it shows."""
    import ipywidgets

    scores = score(scorecard, actuals)
    controls = _controls(scorecard, scores)
    sentence, picture = ipywidgets.HTML(), ipywidgets.HTML()
    more, code = code_on_demand()

    def follow(_: object = None) -> None:
        edges = (round(edge, 4) for edge in controls["thresholds"].value)
        choice = ScoreChoice(controls["unit"].value, controls["as_of"].value, controls["missing"].value, *edges)
        changed = choice.scores(scorecard, actuals)
        sentence.value = said(headline(changed, choice.unit))
        picture.value = image(plot_score_trend(changed, unit=choice.unit))
        code.value = shown_code(choice.code())

    for control in controls.values():
        control.observe(follow, "value")
    follow()
    return ipywidgets.VBox([*controls.values(), sentence, picture, more, code])


def _controls(scorecard: Scorecard, scores: pd.DataFrame) -> dict[str, Any]:
    import ipywidgets

    look = {"style": LABELS, "layout": WIDE}
    months = [(month_name(month), month) for month in scores["period"].cat.categories]
    edges = scorecard.thresholds
    return {
        "unit": unit_control(scores),
        "as_of": ipywidgets.SelectionSlider(
            options=months, value=months[-1][1], description="As of", continuous_update=False, **look
        ),
        "missing": ipywidgets.Dropdown(options=MISSING_POLICIES, description="Missing data", **look),
        "thresholds": ipywidgets.FloatRangeSlider(
            value=(edges.at_risk, edges.on_target),
            min=min(0.0, edges.at_risk),
            max=max(1.0, edges.on_target),
            step=0.01,
            description="Thresholds",
            continuous_update=False,
            **look,
        ),
    }
