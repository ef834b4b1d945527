"""The controls of `explore_kpis`: how many KPIs, of what kind, at what cost; and what each constraint costs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
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
from bsclib.widgets.parts import LABELS, WIDE, attended, code_on_demand, no_image, said, shown_code
from bsclib.wording import counted, number

Pairs = Iterable[tuple[str, str]]
_NONE = "Nothing: what the review has against the chosen set, it has against the whole scorecard too."


@dataclass(frozen=True)
class KpiChoice:
    """What the controls of `explore_kpis` say."""

    constraints: Mapping[str, Any]
    """`at_most`, `at_least`, `leading` and `budget` of `bsclib.design.choose`, whichever are asked."""
    apart: bool = True
    proposed: bool = True

    def code(self) -> str:
        """The code that chooses the same set, from a `scorecard` and its `actuals`."""
        needed = ["choose"]
        needed += ["rate_candidates", "weighted_scores"] if self.proposed else []
        needed += ["redundancy_clusters", "redundant_pairs"] if self.apart else []
        lines = [f"from bsclib.design import {', '.join(sorted(needed))}", ""]
        if self.proposed:
            lines.append("rated = rate_candidates(scorecard, actuals)")
            lines.append('worth, cost = weighted_scores(rated), rated["cost_to_collect"]')
        apart = ", apart=redundant_pairs(redundancy_clusters(actuals, scorecard))" if self.apart else ""
        lines.append(f"constraints = {dict(self.constraints)!r}")
        lines.append(f"chosen = choose(worth, scorecard, cost=cost{apart}, **constraints)")
        return "\n".join(lines)


@dataclass(frozen=True)
class Ground:
    """What is chosen from, and what stays the same whatever the controls say."""

    scorecard: Scorecard
    actuals: pd.DataFrame
    worth: pd.Series
    cost: pd.Series
    twins: tuple[tuple[str, str], ...]
    proposed: bool
    known: pd.DataFrame

    def first(self) -> KpiChoice:
        """Where the controls start."""
        constraints = first_constraints(self.worth, self.scorecard, self.cost, apart=self.twins)
        return KpiChoice(constraints, True, self.proposed)

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
        shown = [
            table(rows, "The chosen set", {"worth": "{:.2f}", "cost": "{:g}"}),
            table(prices, caption, {"gain": "{:.2f}"}, otherwise="No constraint holds anything back."),
        ]
        return [part for part in shown if part]

    def findings(self, selection: Selection) -> Html:
        """What the review has against the chosen set, and not against the whole scorecard."""
        if not selection.chosen:
            return sentence("With no KPI there is nothing to review.")
        observed = self.actuals[self.actuals["kpi"].isin(selection.chosen)]
        now = check_scorecard(keep(self.scorecard, kpis=selection.chosen), None if observed.empty else observed)
        new = new_findings(self.known, now)
        caption = "New findings of the review, were these all"
        return table(new[["rule", "severity", "where", "what"]], caption, otherwise=_NONE) or sentence()

    def report(self, choice: KpiChoice) -> Html:
        """What a choice gives: a sentence, the set, the prices, the findings."""
        selection = self.selection(choice)
        parts = [sentence(_told(selection, None)), *self.tables(selection), self.findings(selection)]
        return Html("\n".join(part.text for part in parts), "".join(part.html for part in parts))


def ground_for(
    scorecard: Scorecard,
    actuals: pd.DataFrame,
    worth: pd.Series | None = None,
    cost: pd.Series | None = None,
) -> Ground:
    """Gather what `explore_kpis` chooses from; worth and cost are the first proposal unless they are given."""
    rated = rate_candidates(scorecard, actuals)
    return Ground(
        scorecard,
        actuals,
        weighted_scores(rated) if worth is None else worth,
        (rated["cost_to_collect"] if cost is None else cost).astype(float),
        tuple(redundant_pairs(redundancy_clusters(actuals, scorecard))),
        worth is None,
        check_scorecard(scorecard, actuals),
    )


def explore_kpis(
    scorecard: Scorecard, actuals: pd.DataFrame, worth: pd.Series | None = None, cost: pd.Series | None = None
) -> Any:
    """Move the constraints, and see which KPIs are chosen, what each costs, and what the review says.

    Parameters
    ----------
    scorecard : Scorecard
        Its KPIs are the candidates.
    actuals : DataFrame
        What was observed.
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
    ground = ground_for(scorecard, actuals, worth, cost)
    return explorer(ground) if attended() else ground.report(ground.first())


def explorer(ground: Ground) -> Any:
    """Five controls, a sentence, the chosen set with the prices, the findings, a button, and the code that it shows."""
    return _Explorer(ground).box


class _Explorer:
    """The controls, and what follows them."""

    def __init__(self, ground: Ground):
        import ipywidgets

        self.ground = ground
        self.before: list[str] | None = None
        self.controls = _controls(ground)
        self.sentence, self.tables, self.findings = (ipywidgets.HTML() for _ in range(3))
        more, self.code = code_on_demand()
        for control in self.controls.values():
            control.observe(self.follow, "value")
        self.follow()
        shown = [self.sentence, self.tables, self.findings]
        self.box = ipywidgets.VBox([*self.controls.values(), *shown, more, self.code])

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

    def follow(self, _: object = None) -> None:
        """Choose anew, and show what came of it."""
        choice = self.choice()
        self.code.value = shown_code(choice.code())
        try:
            selection = self.ground.selection(choice)
        except BscError as clash:
            self.sentence.value = said(str(clash))
            self.tables.value, self.findings.value = no_image(), ""
            return
        self.sentence.value = said(_told(selection, self.before))
        self.tables.value = _as_output(*self.ground.tables(selection)) + no_image()
        self.findings.value = _as_output(self.ground.findings(selection))
        self.before = selection.chosen


def _as_output(*parts: Html) -> str:
    """HTML that JupyterLab sets as it sets the output of a cell: tables with room between their columns."""
    return f'<div class="jp-RenderedHTMLCommon jp-OutputArea-output">{"".join(part.html for part in parts)}</div>'


def _told(selection: Selection, before: list[str] | None) -> str:
    """How many there are and what they are worth; who entered and who left since the last choice."""
    text = f"{counted(len(selection.chosen), 'KPI')} chosen, worth {number(selection.value)} in all"
    text += f", at a cost of {selection.cost:g} to collect." if selection.cost else "."
    if before is None:
        return text
    enters = [id for id in selection.chosen if id not in before]
    leaves = [id for id in before if id not in selection.chosen]
    if not enters and not leaves:
        return f"{text} Nobody enters, and nobody leaves."
    return f"{text} Enters: {', '.join(enters) or 'nobody'}. Leaves: {', '.join(leaves) or 'nobody'}."


def _controls(ground: Ground) -> dict[str, Any]:
    import ipywidgets

    look = {"style": LABELS, "layout": WIDE, "continuous_update": False}
    first, many = ground.first(), len(ground.scorecard.kpis)
    start, total = first.constraints, math.ceil(float(ground.cost.sum()))
    return {
        "at_most": ipywidgets.IntSlider(value=start["at_most"], min=1, max=many, description="At most in all", **look),
        "at_least": ipywidgets.IntSlider(
            value=max(start.get("at_least", {}).values(), default=0),
            min=0,
            max=min(many, 7),
            description="At least in each",
            **look,
        ),
        "leading": ipywidgets.FloatRangeSlider(
            value=start.get("leading", (0.0, 1.0)),
            min=0.0,
            max=1.0,
            step=0.05,
            readout_format=".0%",
            description="Leading share",
            **look,
        ),
        "budget": ipywidgets.IntSlider(
            value=min(math.ceil(start.get("budget", total)), total),
            min=0,
            max=total,
            description="Budget",
            **look,
        ),
        "apart": ipywidgets.Checkbox(
            value=first.apart, description="Never two that say the same", style=LABELS, layout=WIDE
        ),
    }
