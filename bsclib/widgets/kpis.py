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
from bsclib.files.scorecard_yaml import to_yaml
from bsclib.model.edit import keep
from bsclib.model.nouns import Scorecard
from bsclib.reporting.display import Html, named, sentence, table
from bsclib.reporting.findings import in_words
from bsclib.widgets.parts import attended
from bsclib.wording import counted, number, short_name


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


MOST_PAIRS = 100
"""So many pairs may exclude each other for prices to be shown at once: each of them is the whole choice again."""


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

    def tables(self, selection: Selection, apart: bool) -> list[Html]:
        """The chosen set, and what each constraint costs; `apart` says whether pairs exclude each other."""
        rows = named(chosen_table(self.scorecard, selection.chosen, self.worth, self.cost), self.scorecard.names)
        chosen = table(rows, "The chosen set", {"worth": "{:.2f}", "cost": "{:g}"}) or sentence()
        return [chosen, self.prices(selection, apart)]

    def prices(self, selection: Selection, apart: bool) -> Html:
        """What each constraint costs, where that is soon found."""
        if apart and len(self.twins) > MOST_PAIRS:
            said = f"{len(self.twins)} pairs exclude each other. What each constraint costs would take minutes to find."
            return sentence(f"{said} If you can wait, run the code, and then chosen.prices.")
        prices = selection.prices.sort_values("gain", ascending=False, kind="stable")
        prices = prices.rename(columns={"step": "loosened_by"}).query("gain > 0")
        prices = prices[["constraint", "loosened_by", "gain", "enters", "leaves"]]
        for column in ("enters", "leaves"):
            prices[column] = [", ".join(map(self.called, filter(None, ids.split(", ")))) for ids in prices[column]]
        caption = "What a constraint costs: loosened by one step, the set gains"
        return table(prices, caption, {"gain": "{:.2f}"}, "No constraint holds anything back.") or sentence()

    def called(self, id: str) -> str:
        """What a person calls a part; one without a name keeps its id."""
        works = {work.id: work.name for work in self.scorecard.initiatives}
        return short_name({**works, **self.scorecard.names}.get(id, id), 60)

    def findings(self, selection: Selection) -> Html:
        """What the review has against the chosen set, and not against the whole scorecard."""
        if not selection.chosen:
            return sentence("With no KPI there is nothing to review.")
        observed = self.actuals[self.actuals["kpi"].isin(selection.chosen)]
        now = check_scorecard(keep(self.scorecard, kpis=selection.chosen), None if observed.empty else observed)
        new = new_findings(self.known, now)
        caption = "New findings of the review, were these all"
        none = "Nothing: what the review has against the chosen set, it has against the whole scorecard too."
        shown = in_words(new, self.scorecard)[["severity", "where", "what"]]
        return table(shown, caption, otherwise=none) or sentence()

    def told(self, selection: Selection, before: list[str] | None = None) -> str:
        """How many there are and what they are worth; who entered and who left since the last choice."""
        text = f"{counted(len(selection.chosen), 'KPI')} chosen, worth {number(selection.value)} in all"
        text += f", at a cost of {selection.cost:g} to collect." if selection.cost else "."
        if before is None:
            return text
        enters = ", ".join(self.called(id) for id in selection.chosen if id not in before)
        leaves = ", ".join(self.called(id) for id in before if id not in selection.chosen)
        if not enters and not leaves:
            return f"{text} Nobody enters, and nobody leaves."
        return f"{text} Enters: {enters or 'nobody'}. Leaves: {leaves or 'nobody'}."

    def report(self, choice: KpiChoice) -> Html:
        """What a choice gives: a sentence, the set, the prices, the findings."""
        selection = self.selection(choice)
        parts = [sentence(self.told(selection)), *self.tables(selection, choice.apart), self.findings(selection)]
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
    return Explorer(ground).live() if attended() else ground.report(ground.first())


class Explorer:
    """Six controls, a sentence, the chosen set with the prices, and the findings."""

    def __init__(self, ground: Ground):
        self.ground = ground
        self.before: list[str] | None = None
        self.last: tuple[KpiChoice, Selection] | None = None

    def live(self) -> Any:
        """The widget."""
        from bsclib.widgets.live import Live, check, slider

        ground = self.ground
        start, many, total = ground.first().constraints, len(ground.scorecard.kpis), self.total
        least = max(start.get("at_least", {}).values(), default=0)
        low, high = start.get("leading", (0.0, 1.0))
        share = {"decimals": 0, "unit": " %"}
        controls = [
            slider("at_most", "At most in all", 1, many, 1, start["at_most"]),
            slider("at_least", "At least in each", 0, min(many, 7), 1, least),
            slider("low", "Leading, at least", 0, 100, 5, round(100 * low), pushes=[("high", 1)], **share),
            slider("high", "Leading, at most", 0, 100, 5, round(100 * high), pushes=[("low", -1)], **share),
            slider("budget", "Budget", 0, total, 1, min(math.ceil(start.get("budget", total)), total)),
            check("apart", "Never two that say the same", True),
        ]
        return Live(f"Choice of KPIs for {ground.scorecard.name}", controls, self.answer)

    @property
    def total(self) -> int:
        """What all KPIs cost."""
        return math.ceil(float(self.ground.cost.sum()))

    def choice(self, at: dict[str, Any]) -> KpiChoice:
        """What the controls say."""
        constraints: dict[str, Any] = {"at_most": int(at["at_most"])}
        if least := attainable(self.ground.scorecard, int(at["at_least"])):
            constraints["at_least"] = least
        leading = at["low"] / 100, at["high"] / 100
        if leading != (0.0, 1.0):
            constraints["leading"] = leading
        if at["budget"] < self.total:
            constraints["budget"] = float(at["budget"])
        return KpiChoice(constraints, bool(at["apart"]), self.ground.proposed)

    def answer(self, at: dict[str, Any], part: int = 0, act: str = "") -> dict[str, Any]:
        """What is chosen and what it costs; what the review says once the controls rest."""
        choice = self.choice(at)
        try:
            selection = self._selection(choice)
        except BscError as clash:
            return {"said": str(clash), "code": choice.code()}  # the last set that fits stays
        if act == "save":
            mine = keep(self.ground.scorecard, kpis=selection.chosen)
            file = {"name": "scorecard.yaml", "text": to_yaml(mine)}
            return {"said": "The scorecard, with the chosen KPIs only.", "file": file}
        tables = "".join(part.html for part in self.ground.tables(selection, choice.apart))
        if part:
            return {"body": tables + self.ground.findings(selection).html}
        told = self.ground.told(selection, self.before)
        self.before = selection.chosen
        return {"said": told, "code": choice.code(), "body": tables, "more": 1}

    def _selection(self, choice: KpiChoice) -> Selection:
        """The set of a choice, with its prices found once: what is asked when the controls rest is of the same one."""
        if self.last is None or self.last[0] != choice:
            self.last = choice, self.ground.selection(choice)
        return self.last[1]
