"""The controls of `explore_objectives`: which objectives stay, and what each would bring and take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from bsclib.design.objectives import HIGHEST, LOWEST, balance, first_guess, new_findings
from bsclib.design.review.findings import check_scorecard
from bsclib.design.selection.priorities import prioritise
from bsclib.errors import BscError
from bsclib.model.edit import keep
from bsclib.model.nouns import Scorecard
from bsclib.plots import plot_priorities
from bsclib.reporting.display import named, table
from bsclib.widgets.parts import LABELS, WIDE, code_on_demand, image, no_image, said, shown_code

_NAMES = {"width": "44rem", "max_width": "100%"}


@dataclass(frozen=True)
class ObjectiveChoice:
    """What the controls of `explore_objectives` say.

    Parameters
    ----------
    objectives : tuple of str
        The ids of those that stay.
    judged : mapping of str to (float, float)
        Impact and effort, 1 to 5, of those that somebody has judged; the others keep the first guess.
    """

    objectives: tuple[str, ...]
    judged: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def ranked(self, scorecard: Scorecard) -> pd.DataFrame:
        """The objectives that stay, in order of priority."""
        guess = first_guess(scorecard, self.judged).loc[list(self.objectives)]
        return prioritise(self.objectives, guess["impact"], guess["effort"])

    def findings(self, scorecard: Scorecard) -> pd.DataFrame:
        """What the review has against the part that stays, and not against the whole."""
        return new_findings(check_scorecard(scorecard), check_scorecard(keep(scorecard, self.objectives)))

    def says(self, scorecard: Scorecard, found: pd.DataFrame) -> str:
        """How many objectives stay and how they are spread, in a sentence."""
        left = keep(scorecard, self.objectives)
        spread = balance(left)[:-1].sort_values("objectives", ascending=False, kind="stable")
        parts = [f"{row.perspective[:40]} {row.objectives} ({row.share:.0%})" for row in spread.itertuples()]
        stay = f"{len(left.objectives)} of {len(scorecard.objectives)} objectives stay"
        with_them = f"{len(left.kpis)} of {len(scorecard.kpis)} KPIs with them"
        new = f"{len(found) or 'No'} new finding{'' if len(found) == 1 else 's'}"
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


def objective_explorer(scorecard: Scorecard) -> Any:
    """Make the controls of `explore_objectives`, whoever is there.

    Parameters
    ----------
    scorecard : Scorecard
        Its objectives are chosen from.

    Returns
    -------
    ipywidgets.VBox
        Its children are the list of objectives, the one to judge, its impact and its effort; a sentence, the findings,
        the picture, a button, and the code that it shows.
    """
    return _Explorer(scorecard).box


class _Explorer:
    """The controls, and what follows them."""

    def __init__(self, scorecard: Scorecard):
        import ipywidgets

        self.scorecard = scorecard
        self.guess = first_guess(scorecard)
        self.judged: dict[str, tuple[float, float]] = {}
        options = _options(scorecard)
        ids = [id for _, id in options]
        self.objectives = ipywidgets.SelectMultiple(
            options=options, value=ids, rows=min(len(ids), 20), description="These stay", style=LABELS, layout=_NAMES
        )
        self.one = ipywidgets.Dropdown(options=options, value=ids[0], description="Judge", style=LABELS, layout=_NAMES)
        scale = {"min": LOWEST, "max": HIGHEST, "step": 0.5, "continuous_update": False, "readout_format": ".1f"}
        self.impact, self.effort = (
            ipywidgets.FloatSlider(description=word, style=LABELS, layout=WIDE, **scale)
            for word in ("Impact", "Effort")
        )
        self.sentence, self.findings, self.picture = (ipywidgets.HTML() for _ in range(3))
        more, self.code = code_on_demand()
        self.quiet = False
        self.objectives.observe(self.follow, "value")
        self.one.observe(self.turn, "value")
        for slider in (self.impact, self.effort):
            slider.observe(self.judge, "value")
        self.turn()
        self.follow()
        controls = [self.objectives, self.one, self.impact, self.effort]
        self.box = ipywidgets.VBox([*controls, self.sentence, self.findings, self.picture, more, self.code])

    def turn(self, _: object = None) -> None:
        """Set the sliders to what is thought of another objective."""
        self.quiet = True
        guess = self.guess.loc[self.one.value]
        self.impact.value, self.effort.value = self.judged.get(self.one.value, (guess["impact"], guess["effort"]))
        self.quiet = False

    def judge(self, _: object = None) -> None:
        """Keep what the sliders say of this objective, if it is not the first guess."""
        if self.quiet:
            return
        guess, values = self.guess.loc[self.one.value], (self.impact.value, self.effort.value)
        self.judged.pop(self.one.value, None)
        if values != (guess["impact"], guess["effort"]):
            self.judged[self.one.value] = values
        self.follow()

    def choice(self) -> ObjectiveChoice:
        """What the controls say."""
        return ObjectiveChoice(tuple(self.objectives.value), dict(self.judged))

    def follow(self, _: object = None) -> None:
        """Show what the choice leaves, and what the review would say of it."""
        choice = self.choice()
        try:
            found = choice.findings(self.scorecard)
        except BscError as error:
            text = str(error) if choice.objectives else "Keep at least one objective."
            self.sentence.value, self.findings.value, self.picture.value = said(text), "", no_image()
            return
        self.sentence.value = said(choice.says(self.scorecard, found))
        self.findings.value = _shown(found, self.scorecard)
        self.picture.value = image(plot_priorities(choice.ranked(self.scorecard), self.scorecard.names))
        self.code.value = shown_code(choice.code())


def _shown(found: pd.DataFrame, scorecard: Scorecard) -> str:
    columns = ["rule", "severity", "where", "what", "fix"]
    caption = "What the review would say of this choice, and does not say of the whole"
    shown = table(named(found, scorecard.names, "where")[columns], caption)
    return shown._repr_html_() if shown else ""


def _options(scorecard: Scorecard) -> list[tuple[str, str]]:
    """The objectives by name, perspective by perspective, with the id where two are called the same."""
    ordered = [one for home in scorecard.perspectives for one in scorecard.objectives_of(home.id)]
    names = [one.name for one in ordered]
    return [(f"{one.name} ({one.id})" if names.count(one.name) > 1 else one.name, one.id) for one in ordered]
