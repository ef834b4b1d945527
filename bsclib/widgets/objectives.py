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
from bsclib.reporting.display import named, sentence, table
from bsclib.widgets.parts import NAMES, Controls, attended, control, image, no_image, options, outputs
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
        return Explorer(scorecard).box
    everything = ObjectiveChoice(tuple(objective.id for objective in scorecard.objectives))
    show(plot_priorities(everything.ranked(scorecard), scorecard.names))
    return None


class Explorer(Controls):
    """The list, which to judge, its impact and effort; a sentence, the findings, the picture; a button, the code."""

    def __init__(self, scorecard: Scorecard):
        super().__init__()
        self.scorecard, self.guess = scorecard, first_guess(scorecard)
        self.judged: dict[str, tuple[float, float]] = {}
        self.kept: tuple[str, ...] = ()
        ids = [part.id for home in scorecard.perspectives for part in scorecard.objectives_of(home.id)]
        look = {"options": options(scorecard.names, ids), "layout": NAMES}
        self.objectives = control("SelectMultiple", "These stay", value=ids, rows=min(len(ids), 20), **look)
        self.picked = control("Dropdown", "Judge", value=ids[0], **look)
        scale = {"min": LOWEST, "max": HIGHEST, "step": 0.5, "continuous_update": False, "readout_format": ".1f"}
        self.impact, self.effort = (control("FloatSlider", word, **scale) for word in ("Impact", "Effort"))
        self.findings, self.picture = outputs(2)
        self.on([self.objectives], self.follow)
        self.on([self.picked], self.turn)
        self.on([self.impact, self.effort], self.judge)
        self.turn()
        self.follow()
        controls = self.objectives, self.picked, self.impact, self.effort
        self.box = self.laid_out(*controls, self.sentence, self.findings, self.picture)

    def turn(self) -> None:
        """Set the sliders to what is thought of another objective."""
        guess = tuple(self.guess.loc[self.picked.value, ["impact", "effort"]])
        with self.silence():
            self.impact.value, self.effort.value = self.judged.get(self.picked.value, guess)

    def judge(self) -> None:
        """Keep what the sliders say of this objective, if it is not the first guess."""
        values = self.impact.value, self.effort.value
        self.judged.pop(self.picked.value, None)
        if values != tuple(self.guess.loc[self.picked.value, ["impact", "effort"]]):
            self.judged[self.picked.value] = values
        self.follow()

    def chosen(self) -> tuple[str, ...]:
        """The objectives that stay; a click without Ctrl, which would leave one alone, takes it out or back in."""
        now = tuple(self.objectives.value)
        if len(now) == 1 and len(self.kept) > 2:
            ids = [id for _, id in self.objectives.options]
            now = tuple(id for id in ids if (id in self.kept) != (id == now[0]))
            with self.silence():
                self.objectives.value = now
        self.kept = now
        return now

    def follow(self) -> None:
        """Show what the choice leaves, and what the review would say of it."""
        choice = ObjectiveChoice(self.chosen(), dict(self.judged))
        try:
            findings = choice.findings(self.scorecard)
        except BscError as error:
            self.say(str(error) if choice.objectives else "Keep at least one objective.")
            self.findings.value, self.picture.value = "", no_image()
            return
        self.say(choice.says(self.scorecard, findings), choice.code())
        columns = ["severity", "where", "what", "fix"]
        caption = "What the review would say of this choice, and does not say of the whole"
        shown = table(named(findings, self.scorecard.names, "where")[columns], caption)
        self.findings.value = (shown or sentence()).html
        self.picture.value = image(plot_priorities(choice.ranked(self.scorecard), self.scorecard.names))
