"""The controls of `explore_kpis`: how many KPIs, of what kind, at what cost; and what each constraint costs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bsclib.design.objectives import new_findings
from bsclib.design.review.findings import check_scorecard
from bsclib.design.selection.candidates import rate_candidates
from bsclib.design.selection.choice import Selection, choose
from bsclib.design.selection.redundancy import redundancy_clusters, redundant_pairs
from bsclib.design.selection.shortlist import attainable, chosen_table, first_constraints, weighted_scores
from bsclib.errors import BscError
from bsclib.model.edit import keep
from bsclib.model.nouns import Scorecard
from bsclib.reporting.display import Html, named, sentence, table
from bsclib.widgets.parts import Controls, attended, control, no_image, outputs
from bsclib.wording import counted, number


@dataclass(frozen=True)
class KpiChoice:
    """What the controls of `explore_kpis` say."""

    constraints: Mapping[str, Any]
    """`at_most`, `at_least`, `leading` and `budget` of `bsclib.design.choose`, whichever are asked."""
    apart: bool = True
    proposed: bool = True

    def code(self) -> str:
        """The code that chooses the same set, from a `scorecard` and its `actuals`."""
        needed = ["choose", *["rate_candidates", "weighted_scores"] * self.proposed]
        needed += ["redundancy_clusters", "redundant_pairs"] * self.apart
        rated = (
            "rated = rate_candidates(scorecard, actuals)\n"
            'worth, cost = weighted_scores(rated), rated["cost_to_collect"]\n'
        )
        apart = ", apart=redundant_pairs(redundancy_clusters(actuals, scorecard))" if self.apart else ""
        return (
            f"from bsclib.design import {', '.join(sorted(needed))}\n\n{rated if self.proposed else ''}"
            f"constraints = {dict(self.constraints)!r}\n"
            f"chosen = choose(worth, scorecard, cost=cost{apart}, **constraints)"
        )


class Ground:
    """What is chosen from; worth and cost are the first proposal unless they are given."""

    def __init__(
        self, scorecard: Scorecard, actuals: pd.DataFrame, worth: pd.Series | None = None, cost: pd.Series | None = None
    ):
        rated = rate_candidates(scorecard, actuals)
        self.scorecard, self.actuals, self.proposed = scorecard, actuals, worth is None
        self.worth = weighted_scores(rated) if worth is None else worth
        self.cost = (rated["cost_to_collect"] if cost is None else cost).astype(float)
        self.twins = tuple(redundant_pairs(redundancy_clusters(actuals, scorecard)))
        self.known = check_scorecard(scorecard, actuals)

    def first(self) -> KpiChoice:
        """Where the controls start."""
        constraints = first_constraints(self.worth, self.scorecard, self.cost, apart=self.twins)
        return KpiChoice(constraints, proposed=self.proposed)

    def selection(self, choice: KpiChoice) -> Selection:
        """The set that the choice gives."""
        apart = self.twins if choice.apart else ()
        return choose(self.worth, self.scorecard, cost=self.cost, apart=apart, **choice.constraints)

    def tables(self, selection: Selection) -> list[Html]:
        """The chosen set, and what each constraint costs."""
        rows = named(chosen_table(self.scorecard, selection.chosen, self.worth, self.cost), self.scorecard.names)
        prices = selection.prices.sort_values("gain", ascending=False, kind="stable")
        prices = prices.rename(columns={"step": "loosened_by"}).query("gain > 0")
        prices = prices[["constraint", "loosened_by", "gain", "enters", "leaves"]]
        caption = "What a constraint costs: loosened by one step, the set gains"
        return [
            table(rows, "The chosen set", {"worth": "{:.2f}", "cost": "{:g}"}) or sentence(),
            table(prices, caption, {"gain": "{:.2f}"}, "No constraint holds anything back.") or sentence(),
        ]

    def findings(self, selection: Selection) -> Html:
        """What the review has against the chosen set, and not against the whole scorecard."""
        if not selection.chosen:
            return sentence("With no KPI there is nothing to review.")
        observed = self.actuals[self.actuals["kpi"].isin(selection.chosen)]
        now = check_scorecard(keep(self.scorecard, kpis=selection.chosen), None if observed.empty else observed)
        new = new_findings(self.known, now)
        caption = "New findings of the review, were these all"
        none = "Nothing: what the review has against the chosen set, it has against the whole scorecard too."
        return table(new[["rule", "severity", "where", "what"]], caption, otherwise=none) or sentence()

    def report(self, choice: KpiChoice) -> Html:
        """What a choice gives: a sentence, the set, the prices, the findings."""
        selection = self.selection(choice)
        parts = [sentence(_told(selection)), *self.tables(selection), self.findings(selection)]
        return Html("\n".join(part.text for part in parts if part.text), "".join(part.html for part in parts))


def explore_kpis(
    scorecard: Scorecard, actuals: pd.DataFrame, worth: pd.Series | None = None, cost: pd.Series | None = None
) -> Any:
    """Move the constraints, and see which KPIs are chosen, what each costs, and what the review says.

    Parameters
    ----------
    scorecard : Scorecard
        Its KPIs are the candidates.
    actuals : DataFrame
    worth, cost : Series, optional
        Of each KPI; by default the first proposal.

    Returns
    -------
    ipywidgets.Widget or Html
        Controls for a person, as `explore_scores` gives them. With nobody there, the choice as it starts.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> print(explore_kpis(read_scorecard("meridian"), read_actuals("meridian")).text)
    15 KPIs chosen, worth ...
    """
    ground = Ground(scorecard, actuals, worth, cost)
    return Explorer(ground).box if attended() else ground.report(ground.first())


class Explorer(Controls):
    """Five controls, a sentence, the chosen set with the prices, the findings, a button, and the code that it shows."""

    def __init__(self, ground: Ground):
        super().__init__()
        self.ground = ground
        self.before: list[str] | None = None
        self.controls = _controls(ground)
        self.tables, self.findings = outputs(2)
        self.on(self.controls.values(), self.follow)
        self.follow()
        self.box = self.laid_out(*self.controls.values(), self.sentence, self.tables, self.findings)

    def choice(self) -> KpiChoice:
        """What the controls say."""
        said = {name: control.value for name, control in self.controls.items()}
        constraints: dict[str, Any] = {"at_most": said["at_most"]}
        if least := attainable(self.ground.scorecard, said["at_least"]):
            constraints["at_least"] = least
        leading = tuple(round(edge, 2) for edge in said["leading"])
        if leading != (0.0, 1.0):
            constraints["leading"] = leading
        if said["budget"] < self.controls["budget"].max:
            constraints["budget"] = float(said["budget"])
        return KpiChoice(constraints, said["apart"], self.ground.proposed)

    def follow(self) -> None:
        """Choose anew, and show what came of it."""
        choice = self.choice()
        try:
            selection = self.ground.selection(choice)
        except BscError as clash:
            if self.before is None:
                self.say(str(clash), choice.code())
                self.tables.value, self.findings.value = no_image(), ""
            else:
                self.say(f"{clash} Below stands the last set that fits.", choice.code())
            return
        self.say(_told(selection, self.before), choice.code())
        self.tables.value = _as_output(*self.ground.tables(selection)) + no_image()
        self.findings.value = _as_output(self.ground.findings(selection))
        self.before = selection.chosen


def _as_output(*parts: Html) -> str:
    """HTML that JupyterLab sets as it sets the output of a cell: tables with room between their columns."""
    return f'<div class="jp-RenderedHTMLCommon jp-OutputArea-output">{"".join(part.html for part in parts)}</div>'


def _told(selection: Selection, before: list[str] | None = None) -> str:
    """How many there are and what they are worth; who entered and who left since the last choice."""
    text = f"{counted(len(selection.chosen), 'KPI')} chosen, worth {number(selection.value)} in all"
    text += f", at a cost of {selection.cost:g} to collect." if selection.cost else "."
    if before is None:
        return text
    enters = ", ".join(id for id in selection.chosen if id not in before)
    leaves = ", ".join(id for id in before if id not in selection.chosen)
    if not enters and not leaves:
        return f"{text} Nobody enters, and nobody leaves."
    return f"{text} Enters: {enters or 'nobody'}. Leaves: {leaves or 'nobody'}."


def _controls(ground: Ground) -> dict[str, Any]:
    start, many = ground.first().constraints, len(ground.scorecard.kpis)
    total = math.ceil(float(ground.cost.sum()))
    budget = min(math.ceil(start.get("budget", total)), total)
    least = max(start.get("at_least", {}).values(), default=0)
    shares = {"value": start.get("leading", (0.0, 1.0)), "min": 0.0, "max": 1.0, "step": 0.05, "readout_format": ".0%"}
    look = {"continuous_update": False}
    return {
        "at_most": control("IntSlider", "At most in all", value=start["at_most"], min=1, max=many, **look),
        "at_least": control("IntSlider", "At least in each", value=least, min=0, max=min(many, 7), **look),
        "leading": control("FloatRangeSlider", "Leading share", **shares, **look),
        "budget": control("IntSlider", "Budget", value=budget, min=0, max=total, **look),
        "apart": control("Checkbox", "Never two that say the same", value=True),
    }
