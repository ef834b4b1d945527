"""The controls of `explore_objectives`: which objectives stay, and what each would bring and take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from bsclib.design.objectives import balance, first_guess, new_findings
from bsclib.design.review.findings import check_scorecard
from bsclib.design.selection.priorities import HIGHEST, LOWEST, prioritise
from bsclib.errors import BscError
from bsclib.model.edit import keep
from bsclib.model.nouns import Scorecard
from bsclib.plots.canvas import show
from bsclib.plots.priorities import plot_priorities
from bsclib.reporting.display import named, table
from bsclib.widgets.parts import (
    LABELS,
    NAMES,
    WIDE,
    attended,
    code_on_demand,
    image,
    no_image,
    options,
    said,
    shown_code,
)
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

    def findings(self, scorecard: Scorecard) -> pd.DataFrame:
        """What the review has against the part that stays, and not against the whole."""
        return new_findings(check_scorecard(scorecard), check_scorecard(keep(scorecard, self.objectives)))

    def says(self, scorecard: Scorecard, findings: pd.DataFrame) -> str:
        """How many objectives stay and how they are spread, in a sentence."""
        left = keep(scorecard, self.objectives)
        spread = balance(left)[:-1].sort_values("objectives", ascending=False, kind="stable")
        parts = [f"{row.perspective[:40]} {row.objectives} ({percent(row.share)})" for row in spread.itertuples()]
        stay = f"{len(left.objectives)} of {len(scorecard.objectives)} objectives stay"
        with_them = f"{len(left.kpis)} of {len(scorecard.kpis)} KPIs with them"
        new = counted(len(findings), "new finding") if len(findings) else "No new findings"
        return f"{stay}, {with_them}: {', '.join(parts)}. {new}."

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
        return explorer(scorecard)
    everything = ObjectiveChoice(tuple(objective.id for objective in scorecard.objectives))
    show(plot_priorities(everything.ranked(scorecard), scorecard.names))
    return None


def explorer(scorecard: Scorecard) -> Any:
    """The list, which to judge, its impact and effort; a sentence, the findings, the picture; a button, the code."""
    return _Explorer(scorecard).box


class _Explorer:
    """The controls, and what follows them."""

    def __init__(self, scorecard: Scorecard):
        import ipywidgets

        self.scorecard = scorecard
        self.guess = first_guess(scorecard)
        self.judged: dict[str, tuple[float, float]] = {}
        ids = [part.id for home in scorecard.perspectives for part in scorecard.objectives_of(home.id)]
        look = {"options": options(scorecard.names, ids), "style": LABELS, "layout": NAMES}
        rows = min(len(ids), 20)
        self.objectives = ipywidgets.SelectMultiple(value=ids, rows=rows, description="These stay", **look)
        self.picked = ipywidgets.Dropdown(value=ids[0], description="Judge", **look)
        scale = {"min": LOWEST, "max": HIGHEST, "step": 0.5, "continuous_update": False, "readout_format": ".1f"}
        self.impact, self.effort = (
            ipywidgets.FloatSlider(description=word, style=LABELS, layout=WIDE, **scale)
            for word in ("Impact", "Effort")
        )
        self.sentence, self.findings, self.picture = (ipywidgets.HTML() for _ in range(3))
        more, self.code = code_on_demand()
        self.quiet = False
        self.objectives.observe(self.follow, "value")
        self.picked.observe(self.turn, "value")
        for slider in (self.impact, self.effort):
            slider.observe(self.judge, "value")
        self.turn()
        self.follow()
        controls = [self.objectives, self.picked, self.impact, self.effort]
        self.box = ipywidgets.VBox([*controls, self.sentence, self.findings, self.picture, more, self.code])

    def turn(self, _: object = None) -> None:
        """Set the sliders to what is thought of another objective."""
        self.quiet = True
        guess = self.guess.loc[self.picked.value]
        self.impact.value, self.effort.value = self.judged.get(self.picked.value, (guess["impact"], guess["effort"]))
        self.quiet = False

    def judge(self, _: object = None) -> None:
        """Keep what the sliders say of this objective, if it is not the first guess."""
        if self.quiet:
            return
        guess, values = self.guess.loc[self.picked.value], (self.impact.value, self.effort.value)
        self.judged.pop(self.picked.value, None)
        if values != (guess["impact"], guess["effort"]):
            self.judged[self.picked.value] = values
        self.follow()

    def choice(self) -> ObjectiveChoice:
        """What the controls say."""
        return ObjectiveChoice(tuple(self.objectives.value), dict(self.judged))

    def follow(self, _: object = None) -> None:
        """Show what the choice leaves, and what the review would say of it."""
        choice = self.choice()
        try:
            findings = choice.findings(self.scorecard)
        except BscError as error:
            text = str(error) if choice.objectives else "Keep at least one objective."
            self.sentence.value, self.findings.value, self.picture.value = said(text), "", no_image()
            return
        self.sentence.value = said(choice.says(self.scorecard, findings))
        self.findings.value = _shown(findings, self.scorecard)
        self.picture.value = image(plot_priorities(choice.ranked(self.scorecard), self.scorecard.names))
        self.code.value = shown_code(choice.code())


def _shown(findings: pd.DataFrame, scorecard: Scorecard) -> str:
    columns = ["rule", "severity", "where", "what", "fix"]
    caption = "What the review would say of this choice, and does not say of the whole"
    shown = table(named(findings, scorecard.names, "where")[columns], caption)
    return shown._repr_html_() if shown else ""
