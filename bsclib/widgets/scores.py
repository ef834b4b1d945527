"""The controls of `explore_scores`: unit, month, what is missing, thresholds, and what is to be explained."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from bsclib.files.scorecard_yaml import to_yaml
from bsclib.model.edit import change
from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import show
from bsclib.plots.score_trend import plot_score_trend
from bsclib.plots.vector import svg
from bsclib.reporting.briefing import headline
from bsclib.scoring.explanation import explain
from bsclib.scoring.scores import MISSING_POLICIES, score
from bsclib.widgets.parts import Ground, attended, options, unit_options
from bsclib.wording import month_name


@dataclass(frozen=True)
class ScoreChoice:
    """What the controls of `explore_scores` say."""

    unit: str
    as_of: str
    missing: str
    at_risk: float
    on_target: float

    def changed(self, scorecard: Scorecard) -> Scorecard:
        """The scorecard with these thresholds."""
        return change(scorecard, scorecard.id, thresholds={"at_risk": self.at_risk, "on_target": self.on_target})

    def scores(self, scorecard: Scorecard, actuals: pd.DataFrame) -> pd.DataFrame:
        """The scores that this choice gives."""
        return score(self.changed(scorecard), actuals, as_of=self.as_of, missing=self.missing)

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
        A click on a line, or a choice under *Explain*, says how that number came about. With nobody there, the picture
        is shown and nothing returned.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> explore_scores(read_scorecard("meridian"), read_actuals("meridian"))
    Line chart of 5 scores of Meridian Freight IT, Whole organisation, 24 months to June 2026. ...
    """
    if attended():
        return Explorer(scorecard, actuals).live()
    show(plot_score_trend(score(scorecard, actuals)))
    return None


class Explorer:
    """Six controls; a sentence, the picture, and one number explained."""

    def __init__(self, scorecard: Scorecard, actuals: pd.DataFrame):
        self.scorecard, self.ground = scorecard, Ground(scorecard, actuals)
        # The same choice again, as when something is undone or only explained, is not worked out again.
        self.scores = lru_cache(64)(self._scores)

    def live(self) -> Any:
        """The widget."""
        from bsclib.widgets.live import Live, choice, slider, steps

        card, edges = self.scorecard, self.scorecard.thresholds
        units, months = unit_options(self.ground.units), [(month_name(month), month) for month in self.ground.periods]
        scale = min(0.0, edges.at_risk), max(1.0, edges.on_target), 0.01
        policies = [(policy.replace("_", " "), policy) for policy in MISSING_POLICIES]
        controls = [
            choice("unit", "Unit", units, ""),
            steps("as_of", "As of", months, months[-1][1]),
            choice("missing", "Missing data", policies, policies[0][1]),
            slider("at_risk", "At risk from", *scale, edges.at_risk, decimals=2, pushes=[("on_target", 1)]),
            slider("on_target", "On target from", *scale, edges.on_target, decimals=2, pushes=[("at_risk", -1)]),
            choice("explain", "Explain", [("nothing", ""), *options(card.names, card.names)], ""),
        ]
        return Live(f"Scores of {card.name}", controls, self.answer, picks=["explain"])

    def _scores(self, choice: ScoreChoice) -> pd.DataFrame:
        return self.ground.scores(choice.changed(self.scorecard), choice.unit, choice.as_of, choice.missing)

    def answer(self, at: dict[str, Any], part: int = 0, act: str = "") -> dict[str, Any]:
        """The sentence, the picture, and how one number came about."""
        choice = ScoreChoice(at["unit"], at["as_of"], at["missing"], round(at["at_risk"], 4), round(at["on_target"], 4))
        if act == "save":
            return {"said": "The scorecard, with these thresholds.", **self.file(choice)}
        scores = self.scores(choice)
        body = explain(scores, at["explain"], choice.unit)._repr_html_() if at["explain"] else ""
        picture = svg(plot_score_trend.picture(scores, unit=choice.unit))
        return {"said": headline(scores, choice.unit), "picture": picture, "body": body, "code": choice.code()}

    def file(self, choice: ScoreChoice) -> dict[str, Any]:
        """The scorecard as `bsc` reads it."""
        return {"file": {"name": "scorecard.yaml", "text": to_yaml(choice.changed(self.scorecard))}}
