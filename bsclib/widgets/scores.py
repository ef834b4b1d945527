"""The controls of `explore_scores`: unit, month, what is missing, thresholds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from bsclib.model.edit import change
from bsclib.model.nouns import Scorecard
from bsclib.plots import plot_score_trend
from bsclib.reporting.briefing import headline
from bsclib.scoring.scores import MISSING_POLICIES, score
from bsclib.widgets.parts import LABELS, WIDE, code_on_demand, image, said, shown_code, unit_control
from bsclib.wording import month_name


@dataclass(frozen=True)
class Choice:
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


def score_explorer(scorecard: Scorecard, actuals: pd.DataFrame, scores: pd.DataFrame | None = None) -> Any:
    """Make the controls of `explore_scores`, whoever is there.

    Parameters
    ----------
    scorecard : Scorecard
        What is wanted.
    actuals : DataFrame
        What was observed.
    scores : DataFrame, optional
        Their scores, where they are known already.

    Returns
    -------
    ipywidgets.VBox
        Its children are the four controls, a sentence, the picture, a button, and the code that it shows.
    """
    import ipywidgets

    scores = score(scorecard, actuals) if scores is None else scores
    controls = _controls(scorecard, scores)
    sentence, picture = ipywidgets.HTML(), ipywidgets.HTML()
    more, code = code_on_demand()

    def follow(_: object = None) -> None:
        edges = (round(edge, 4) for edge in controls["thresholds"].value)
        choice = Choice(controls["unit"].value, controls["as_of"].value, controls["missing"].value, *edges)
        found = choice.scores(scorecard, actuals)
        sentence.value = said(headline(found, choice.unit))
        picture.value = image(plot_score_trend(found, unit=choice.unit))
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
