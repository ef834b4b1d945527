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
from bsclib.widgets.parts import LABELS, WIDE, attended, code_on_demand, no_image, said, shown_code, unit_control
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
        What is wanted.
    actuals : DataFrame
        What was observed.

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
    return explorer(scorecard, actuals) if attended() else MethodChoice().table(scorecard, actuals)


def explorer(scorecard: Scorecard, actuals: pd.DataFrame) -> Any:
    """Two controls, a sentence, the table, a button, and the code that it shows."""
    import ipywidgets

    unit = unit_control(score(scorecard, actuals))
    methods = ipywidgets.SelectMultiple(
        options=_ALL, value=_FIRST, rows=10, description="Methods", style=LABELS, layout=WIDE
    )
    heading, shown = ipywidgets.HTML(), ipywidgets.HTML()
    more, code = code_on_demand()

    def follow(_: object = None) -> None:
        choice = MethodChoice(unit.value, tuple(methods.value))
        if not choice.methods:
            heading.value, shown.value = said("Pick at least one method."), no_image()
            return
        heading.value = said(choice.says(choice.compared(scorecard, actuals)))
        shown.value = choice.table(scorecard, actuals)._repr_html_() + no_image()
        code.value = shown_code(choice.code())

    for control in (unit, methods):
        control.observe(follow, "value")
    follow()
    return ipywidgets.VBox([unit, methods, heading, shown, more, code])
