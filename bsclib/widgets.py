"""Explorers: a few controls, one library call, one picture, and the code that would give the same.

With nobody at the controls (papermill, nbval, nbconvert) an explorer shows its picture as it starts and leaves no
widget behind: a batch has no use for controls, and live ones can make it hang.
"""

from __future__ import annotations

import base64
import os
import sys
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from bsclib.briefing import headline, month_name
from bsclib.model import Scorecard
from bsclib.plots import alt_text, plot_score_trend, png, show
from bsclib.scoring import MISSING_POLICIES, score
from bsclib.variants import change

WHOLE = "The organisation as a whole"
WIDE = {"width": "30rem", "max_width": "100%"}
LABELS = {"description_width": "8rem"}
KEEP_KEYS = (
    "this.closest('.widget-vbox')?.querySelectorAll('select, button, [tabindex]')"
    ".forEach(one => one.setAttribute('data-lm-suppress-shortcuts', 'true'))"
)
"""Run when the picture loads: JupyterLab would take the arrow keys for itself (ipywidgets issue 3912)."""


def attended() -> bool:
    """Whether somebody is at the controls.

    Returns
    -------
    bool
        False outside a notebook, and where whoever runs it takes no keyboard input: papermill, nbval, nbconvert. Voilà
        takes none either, but shows the notebook to a person; it is known by the variables it sets.

    Examples
    --------
    >>> attended()
    False
    """
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return False
    if any(name.startswith("VOILA_") for name in os.environ):
        return True
    request = kernel.get_parent("shell") or {}
    return bool(request.get("content", {}).get("allow_stdin", False))


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
            "from bsclib.variants import change\n\n"
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
    """
    first = score(scorecard, actuals)
    if not attended():
        show(plot_score_trend(first))
        return None
    return score_explorer(scorecard, actuals, first)


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
    said, picture, code = ipywidgets.HTML(), ipywidgets.HTML(), ipywidgets.HTML(layout={"display": "none"})
    more = ipywidgets.ToggleButton(description="Show me the code", layout={"width": "12rem"})

    def follow(_: object = None) -> None:
        edges = (round(edge, 4) for edge in controls["thresholds"].value)
        choice = Choice(controls["unit"].value, controls["as_of"].value, controls["missing"].value, *edges)
        found = choice.scores(scorecard, actuals)
        said.value = f'<p role="status" class="mathjax_ignore">{escape(headline(found, choice.unit))}</p>'
        picture.value = _image(plot_score_trend(found, unit=choice.unit))
        code.value = f"<pre>{escape(choice.code())}</pre>"

    for control in controls.values():
        control.observe(follow, "value")
    more.observe(lambda change: code.layout.set_trait("display", "" if change["new"] else "none"), "value")
    follow()
    return ipywidgets.VBox([*controls.values(), said, picture, more, code])


def _controls(scorecard: Scorecard, scores: pd.DataFrame) -> dict[str, Any]:
    import ipywidgets

    look = {"style": LABELS, "layout": WIDE}
    units = [(unit or WHOLE, unit) for unit in scores["unit"].cat.categories]
    months = [(month_name(month), month) for month in scores["period"].cat.categories]
    edges = scorecard.thresholds
    return {
        "unit": ipywidgets.Dropdown(options=units, value="", description="Unit", **look),
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


def _image(axes: Any) -> str:
    data = base64.b64encode(png(axes)).decode("ascii")
    alt = escape(alt_text(axes))
    look = f'style="max-width: 60rem; width: 100%" onload="{KEEP_KEYS}"'
    return f'<img {look} alt="{alt}" src="data:image/png;base64,{data}">'
