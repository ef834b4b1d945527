"""The controls of `explore_methods`: a unit, and which methods are set side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from bsclib.model.nouns import Scorecard
from bsclib.reporting.display import Html, sentence, table
from bsclib.scoring.compare import compare_methods
from bsclib.scoring.published import METHODS
from bsclib.scoring.scores import score
from bsclib.scoring.variants import methods_table
from bsclib.widgets.parts import Controls, attended, control, no_image, outputs, unit_control
from bsclib.wording import counted

_ALL = tuple(method.name for method in METHODS.values() if method.part == "attainment")
_FIRST = ("kit", "bsc_designer_progress", "spider_goal_red_flag", "sap_achievement", "cascade_health")
_CAPTION = "Symbol of the status, and score, by method (● on target, ▲ at risk, ◆ off target, ○ no data)"


@dataclass(frozen=True)
class MethodChoice:
    """What the controls of `explore_methods` say."""

    unit: str = ""
    methods: tuple[str, ...] = _FIRST

    def compared(self, scorecard: Scorecard, actuals: pd.DataFrame) -> pd.DataFrame:
        """The scores under each method."""
        return compare_methods(scorecard, actuals, self.methods, unit=self.unit)

    def table(self, scorecard: Scorecard, actuals: pd.DataFrame) -> Html:
        """The scorecard, its perspectives, and the nodes to which the methods give the most different statuses."""
        return table(methods_table(self.compared(scorecard, actuals), scorecard.names), _CAPTION) or sentence()

    def says(self, compared: pd.DataFrame) -> str:
        """How far the methods agree, in a sentence."""
        nodes = compared.drop_duplicates("id")["statuses"]
        apart = int((nodes > 1).sum())
        return f"{counted(len(self.methods), 'method')}: {apart} of {len(nodes)} statuses depend on the method."

    def code(self) -> str:
        """The code that gives the same table, from a `scorecard` and its `actuals`."""
        return (
            "from bsclib.reporting import table\n"
            "from bsclib.scoring import compare_methods, methods_table\n\n"
            f"compared = compare_methods(scorecard, actuals, {list(self.methods)!r}, unit={self.unit!r})\n"
            f"table(methods_table(compared, scorecard.names), {_CAPTION!r})"
        )


def explore_methods(scorecard: Scorecard, actuals: pd.DataFrame) -> Any:
    """Pick scoring methods, and see one scorecard under all of them, side by side.

    Parameters
    ----------
    scorecard : Scorecard
    actuals : DataFrame

    Returns
    -------
    ipywidgets.Widget or Html
        Controls for a person, as `explore_scores` gives them. With nobody there, the table as it starts.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> print(explore_methods(read_scorecard("meridian"), read_actuals("meridian")).text)
    Symbol of the status, and score, by method ...
    """
    return Explorer(scorecard, actuals).box if attended() else MethodChoice().table(scorecard, actuals)


class Explorer(Controls):
    """Two controls, a sentence, the table, a button, and the code that it shows."""

    def __init__(self, scorecard: Scorecard, actuals: pd.DataFrame):
        super().__init__()
        self.scorecard, self.actuals = scorecard, actuals
        self.unit = unit_control(score(scorecard, actuals))
        self.methods = control("SelectMultiple", "Methods", options=_ALL, value=_FIRST, rows=10)
        (self.shown,) = outputs(1)
        self.on([self.unit, self.methods], self.follow)
        self.follow()
        self.box = self.laid_out(self.unit, self.methods, self.sentence, self.shown)

    def follow(self) -> None:
        """Score under the methods that are picked."""
        choice = MethodChoice(self.unit.value, tuple(self.methods.value))
        if not choice.methods:
            self.say("Pick at least one method.")
            self.shown.value = no_image()
            return
        self.say(choice.says(choice.compared(self.scorecard, self.actuals)), choice.code())
        self.shown.value = choice.table(self.scorecard, self.actuals).html + no_image()
