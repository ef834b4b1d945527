"""The controls of `explore_methods`: a unit, and which methods are set side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.model.nouns import Scorecard
from bsclib.reporting.display import Html, sentence, table
from bsclib.scoring.compare import compare_methods
from bsclib.scoring.published import METHODS
from bsclib.scoring.variants import methods_table
from bsclib.widgets.parts import attended, unit_options
from bsclib.wording import counted

_ALL = tuple(method.name for method in METHODS.values() if method.part == "attainment")
_FIRST = ("kit", "bsc_designer_progress", "spider_goal_red_flag", "cascade_health")
_CAPTION = "Symbol of the status, and score, by method (● on target, ▲ at risk, ◆ off target, ○ no data)"


@dataclass(frozen=True)
class MethodChoice:
    """What the controls of `explore_methods` say."""

    unit: str = ""
    methods: tuple[str, ...] = _FIRST

    def compared(self, scorecard: Scorecard, actuals: pd.DataFrame) -> pd.DataFrame:
        """The scores under each method."""
        return compare_methods(scorecard, actuals, self.methods, unit=self.unit)

    def table(self, compared: pd.DataFrame, scorecard: Scorecard) -> Html:
        """The scorecard, its perspectives, and the nodes to which the methods give the most different statuses."""
        return table(methods_table(compared, scorecard.names), _CAPTION) or sentence()

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
    if attended():
        return Explorer(scorecard, actuals).live()
    first = MethodChoice()
    return first.table(first.compared(scorecard, actuals), scorecard)


class Explorer:
    """A unit and the methods; how far they agree, and the table."""

    def __init__(self, scorecard: Scorecard, actuals: pd.DataFrame):
        self.scorecard, self.actuals = scorecard, check_actuals(actuals, scorecard)
        self.compared = lru_cache(32)(lambda choice: choice.compared(scorecard, self.actuals))

    def live(self) -> Any:
        """The widget."""
        from bsclib.widgets.live import Live, check, choice

        units = unit_options(self.actuals["unit"].cat.categories)
        methods = [check(f"by:{name}", METHODS[name].called, name in _FIRST, group="Methods") for name in _ALL]
        title = f"{self.scorecard.name} by other methods"
        return Live(title, [choice("unit", "Unit", units, ""), *methods], self.answer, saves=False)

    def answer(self, at: Mapping[str, Any], part: int = 0, act: str = "") -> dict[str, Any]:
        """How far the methods agree, and the table."""
        choice = MethodChoice(at["unit"], tuple(name for name in _ALL if at[f"by:{name}"]))
        if not choice.methods:
            return {"said": "Pick at least one method.", "body": ""}
        compared = self.compared(choice)
        body = choice.table(compared, self.scorecard).html
        return {"said": choice.says(compared), "body": body, "code": choice.code()}
