"""The controls of `explore_objectives`: which objectives stay, and what each would bring and take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import pandas as pd

from bsclib.design.objectives import balance, first_guess, new_findings
from bsclib.design.review.findings import check_scorecard
from bsclib.design.selection.priorities import HIGHEST, LOWEST, prioritise
from bsclib.errors import BscError
from bsclib.files.scorecard_yaml import to_yaml
from bsclib.model.edit import keep
from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import show
from bsclib.plots.priorities import plot_priorities
from bsclib.plots.vector import svg
from bsclib.reporting.display import sentence, table
from bsclib.reporting.findings import in_words
from bsclib.widgets.parts import attended, options
from bsclib.wording import counted, percent


@dataclass(frozen=True)
class ObjectiveChoice:
    """What the controls of `explore_objectives` say."""

    objectives: tuple[str, ...]
    judged: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Impact and effort of those that somebody has judged; the others keep the first guess."""

    def ranked(self, scorecard: Scorecard) -> pd.DataFrame:
        """The objectives that stay, in order of priority."""
        guess = first_guess(scorecard, self.judged).loc[list(self.objectives)]
        return prioritise(self.objectives, guess["impact"], guess["effort"])

    def says(self, scorecard: Scorecard) -> str:
        """How many objectives stay and how they are spread, in a sentence."""
        left = keep(scorecard, self.objectives)
        spread = balance(left)[:-1].sort_values("objectives", ascending=False, kind="stable")
        parts = [f"{row.perspective[:40]} {row.objectives} ({percent(row.share)})" for row in spread.itertuples()]
        stay = f"{len(left.objectives)} of {len(scorecard.objectives)} objectives stay"
        return f"{stay}, {len(left.kpis)} of {len(scorecard.kpis)} KPIs with them: {', '.join(parts)}."

    def code(self) -> str:
        """The code that gives the same matrix and the same part of a `scorecard`."""
        return (
            "from bsclib.design import first_guess, prioritise\n"
            "from bsclib.plots import plot_priorities, show\n"
            "from bsclib.model.edit import keep\n\n"
            f"chosen = {list(self.objectives)!r}\n"
            f"guess = first_guess(scorecard, {dict(self.judged)!r}).loc[chosen]\n"
            'show(plot_priorities(prioritise(chosen, guess["impact"], guess["effort"]), scorecard.names))\n'
            "mine = keep(scorecard, objectives=chosen)"
        )


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

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> explore_objectives(read_scorecard("meridian"))
    Impact against effort of 18 objectives: ...
    """
    if attended():
        return Explorer(scorecard).live()
    everything = ObjectiveChoice(tuple(objective.id for objective in scorecard.objectives))
    show(plot_priorities(everything.ranked(scorecard), scorecard.names))
    return None


class Explorer:
    """Which stay, which to judge, its impact and effort; the sentence, the matrix, and what the review would say."""

    def __init__(self, scorecard: Scorecard):
        self.scorecard, self.guess = scorecard, first_guess(scorecard)
        self.ids = [part.id for home in scorecard.perspectives for part in scorecard.objectives_of(home.id)]
        self.known = cache(lambda: check_scorecard(scorecard))
        # Judging changes nothing that the review looks at, and picking another objective nothing but the sliders.
        self.findings, self.controls = lru_cache(64)(self._findings), cache(self._controls)
        self.widget: Any = None
        self.shown: list[dict[str, Any]] = []

    def live(self) -> Any:
        """The widget; a click on a disc, or on its name, picks the objective that is judged."""
        from bsclib.widgets.live import Live

        self.shown = self.controls(self.ids[0])
        self.widget = Live(f"Objectives of {self.scorecard.name}", self.shown, self.answer, picks=["judge"])
        return self.widget

    def _controls(self, judged: str) -> list[dict[str, Any]]:
        from bsclib.widgets.live import check, choice, slider

        named_ids = options(self.scorecard.names, self.ids)
        scale: dict[str, Any] = {"low": LOWEST, "high": HIGHEST, "step": 0.5, "decimals": 1}
        return [
            *(check(f"stays:{id}", name, True, group="These stay") for name, id in named_ids),
            choice("judge", "Judge", named_ids, self.ids[0]),
            *(
                slider(f"{what}:{judged}", what.capitalize(), value=float(self.guess.loc[judged, what]), **scale)
                for what in ("impact", "effort")
            ),
        ]

    def choice(self, at: Mapping[str, Any]) -> ObjectiveChoice:
        """What the controls say: of judgements, those that are not the first guess."""
        judged = {}
        for id in self.ids:
            guess = self.guess.at[id, "impact"], self.guess.at[id, "effort"]
            values = float(at.get(f"impact:{id}", guess[0])), float(at.get(f"effort:{id}", guess[1]))
            if values != guess:
                judged[id] = values
        return ObjectiveChoice(tuple(id for id in self.ids if at[f"stays:{id}"]), judged)

    def answer(self, at: dict[str, Any], part: int = 0, act: str = "") -> dict[str, Any]:
        """What stays and the matrix; once the hand rests, what the review would say."""
        choice, controls = self.choice(at), self.controls(at["judge"])
        if self.widget is not None and controls is not self.shown:  # the sliders are of the objective that is picked
            self.shown = self.widget.controls = controls
        try:
            said = choice.says(self.scorecard)
        except BscError as fault:
            fault_text = str(fault) if choice.objectives else "Keep at least one objective."
            return {"said": fault_text, "picture": "", "body": ""}
        if act == "save":
            text = to_yaml(keep(self.scorecard, choice.objectives))
            return {"said": "The scorecard, with these objectives.", "file": {"name": "scorecard.yaml", "text": text}}
        if part:
            many, found = self.findings(choice.objectives)
            return {"said": f"{said} {many}.", "body": found}
        picture = svg(plot_priorities.picture(choice.ranked(self.scorecard), self.scorecard.names))
        return {"said": said, "picture": picture, "code": choice.code(), "more": 1}

    def _findings(self, objectives: tuple[str, ...]) -> tuple[str, str]:
        """What the review has against the part that stays, and not against the whole: how many, and a table."""
        found = new_findings(self.known(), check_scorecard(keep(self.scorecard, objectives)))
        shown = in_words(found, self.scorecard)[["severity", "where", "what", "fix"]]
        caption = "What the review would say of this choice, and does not say of the whole"
        many = counted(len(found), "new finding") if len(found) else "No new findings"
        return many, (table(shown, caption) or sentence()).html
