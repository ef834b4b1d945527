"""The controls of `explore_weights`: the weights below one parent, and what is expected of one KPI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from bsclib.files.scorecard_yaml import to_yaml
from bsclib.model.edit import reweigh
from bsclib.model.nouns import Scorecard
from bsclib.model.status import words
from bsclib.plots.canvas import show
from bsclib.plots.vector import svg
from bsclib.plots.waterfall import plot_contributions
from bsclib.reporting.display import sentence, table
from bsclib.scoring.scores import score
from bsclib.scoring.sensitivity.flips import turning_weights
from bsclib.scoring.variants import compare_totals
from bsclib.scoring.views import snapshot
from bsclib.widgets.parts import Ground, attended, options, unit_options
from bsclib.wording import number, short_name


@dataclass(frozen=True)
class WeightChoice:
    """What the controls of `explore_weights` say: only what differs from what is stated."""

    parent: str
    unit: str = ""
    weights: Mapping[str, float] = field(default_factory=dict)
    expected: Mapping[str, float] = field(default_factory=dict)

    def scores(self, scorecard: Scorecard, actuals: pd.DataFrame) -> pd.DataFrame:
        """The scores that these weights give."""
        return score(reweigh(scorecard, self.weights, self.expected), actuals)

    def code(self) -> str:
        """The code that gives the same table and picture, from a `scorecard` and its `actuals`."""
        return (
            "from bsclib.model.edit import reweigh\n"
            "from bsclib.plots import plot_contributions, show\n"
            "from bsclib.scoring import compare_totals, score\n\n"
            f"changed = reweigh(scorecard, {dict(self.weights)!r}, {dict(self.expected)!r})\n"
            "scores = score(changed, actuals)\n"
            f"apart = compare_totals(score(scorecard, actuals), scores, unit={self.unit!r})\n"
            f"show(plot_contributions(scores, {self.parent!r}, unit={self.unit!r}))"
        )


def explore_weights(scorecard: Scorecard, actuals: pd.DataFrame) -> Any:
    """Drag the weights below one parent, and what is expected of a KPI; see the score, what flips, what is hidden.

    Parameters
    ----------
    scorecard : Scorecard
    actuals : DataFrame

    Returns
    -------
    ipywidgets.Widget or None
        Controls for a person, as `explore_scores` gives them. With nobody there, what each KPI costs the score is
        shown, and nothing returned.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> explore_weights(read_scorecard("meridian"), read_actuals("meridian"))
    Waterfall from 100 to the score of Meridian Freight IT, Whole organisation, June 2026: ...
    """
    if attended():
        return Explorer(scorecard, actuals).live()
    show(plot_contributions(score(scorecard, actuals)))
    return None


class Explorer:
    """Unit, parent, its weights, KPI, what is expected of it; sentence, picture and audit."""

    def __init__(self, scorecard: Scorecard, actuals: pd.DataFrame):
        self.scorecard, self.ground = scorecard, Ground(scorecard, actuals)
        self.stated = cache(lambda unit: self.ground.scores(scorecard, unit, last=1))
        self.stand = cache(lambda unit: snapshot(self.stated(unit), unit))
        # The sliders change with what is picked, and with nothing else.
        self.controls, self.below = cache(self._controls), cache(self._below)
        self.widget: Any = None
        self.shown: list[dict[str, Any]] = []

    def live(self) -> Any:
        """The widget."""
        from bsclib.widgets.live import Live

        self.shown = self.controls("", _parents(self.stand(""))[0], "")
        self.widget = Live(f"Weights of {self.scorecard.name}", self.shown, self.answer)
        return self.widget

    def _controls(self, unit: str, parent: str, kpi: str) -> list[dict[str, Any]]:
        """The controls, with the sliders of the parent and of the KPI that are picked, where they are stated to be."""
        from bsclib.widgets.live import choice, slider

        stand, names = self.stand(unit), self.scorecard.names
        below = self.below(unit, parent)
        top = float(below.max()) or 1.0
        controls = [
            choice("unit", "Unit", unit_options(self.ground.units), unit),
            choice("parent", "Weights below", options(names, _parents(self.stand(""))), parent),
        ]
        for id, weight in below.items():
            scale = 0.0, 4 * top, top / 20, float(weight)
            controls.append(slider(f"{parent}/{id}", short_name(names[id]), *scale, decimals=2, group="Weights"))
        points = [("as stated", ""), *options(names, self._points(unit, parent))]
        controls.append(choice("kpi", "Expected of", points, kpi))
        if kpi:
            floor, now = float(stand.loc[kpi, "floor"]), float(stand.loc[kpi, "expected"])
            low, high = sorted([floor + 0.05 * (now - floor), floor + 2 * (now - floor)])
            step = (high - low) / 80
            decimals = max(0, int(np.ceil(-np.log10(step))))
            controls.append(slider(f"{unit}:{kpi}", "Expected by now", low, high, step, now, decimals=decimals))
        return controls

    def _below(self, unit: str, parent: str) -> pd.Series:
        """The weights of what is below a parent."""
        stand = self.stand(unit)
        return stand[(stand["parent"] == parent) & stand.index.isin(_weighing(stand))]["weight"]

    def _points(self, unit: str, parent: str) -> list[str]:
        """The KPIs below the parent of which a value is expected that can be moved."""
        stand, here = self.stand(unit), {parent}
        for _ in range(3):
            here |= set(stand.index[stand["parent"].isin(here)])
        kpis = [kpi for kpi in self.scorecard.kpis if kpi.id in here and kpi.direction != "within_range"]
        # What is moved is the KPI's own target: not that of a year, nor of the unit that is shown, nor one it lacks.
        kpis = [kpi for kpi in kpis if not kpi.cumulates and unit not in {row.unit for row in kpi.unit_targets}]
        way = stand["expected"] - stand["floor"]
        return [kpi.id for kpi in kpis if pd.notna(way[kpi.id]) and way[kpi.id] != 0]

    def choice(self, at: dict[str, Any]) -> WeightChoice:
        """What differs from what is stated."""
        unit, parent, kpi = at["unit"], at["parent"], at["kpi"]
        below = self.below(unit, parent)
        weights = {str(id): round(float(at.get(f"{parent}/{id}", weight)), 6) for id, weight in below.items()}
        weights = {id: value for id, value in weights.items() if abs(value - below[id]) > 1e-6}
        expected = float(self.stand(unit).loc[kpi, "expected"]) if kpi else 0.0
        aim = at.get(f"{unit}:{kpi}", expected) if kpi else 0.0
        moved = abs(aim - expected) > 1e-9
        return WeightChoice(parent, unit, weights, {kpi: float(f"{aim:.6g}")} if moved else {})

    def answer(self, at: dict[str, Any], part: int = 0, act: str = "") -> dict[str, Any]:
        """The sentence, the picture, and what the other totals say."""
        if at["kpi"] and at["kpi"] not in self._points(at["unit"], at["parent"]):
            at["kpi"] = ""
        choice = self.choice(at)
        changed = reweigh(self.scorecard, choice.weights, choice.expected)
        if act == "save":
            file = {"name": "scorecard.yaml", "text": to_yaml(changed)}
            return {"said": "The scorecard, with these weights.", "file": file}
        scores = self.ground.scores(changed, choice.unit, last=1)
        if part:
            return {"said": self.told(scores, choice), "body": self.audit(scores, choice)}
        controls = self.controls(at["unit"], at["parent"], at["kpi"])
        if self.widget is not None and controls is not self.shown:
            self.shown = self.widget.controls = controls
        picture = svg(plot_contributions.picture(scores, choice.parent, choice.unit))
        told = {"said": self.told(scores, choice), "picture": picture, "code": choice.code()}
        return {**told, "ticks": self.ticks(scores, choice), "values": {"kpi": at["kpi"]}, "more": 1}

    def ticks(self, scores: pd.DataFrame, choice: WeightChoice) -> dict[str, list[tuple[float, str]]]:
        """Where on each weight's track a status turns, the other weights staying where they are."""
        found: dict[str, list[tuple[float, str]]] = {}
        for id, weight, node, status in turning_weights(snapshot(scores, choice.unit), choice.parent):
            whose = "" if node == choice.parent else f"{short_name(self.scorecard.names[node], 24)} "
            said = f"above {weight:.2f}: {whose}{words(status)}"
            found.setdefault(f"{choice.parent}/{id}", []).append((weight, said))
        return {name: sorted(ticks) for name, ticks in found.items()}

    def told(self, scores: pd.DataFrame, choice: WeightChoice) -> str:
        """The parent's score, and which statuses are others than with the stated weights."""
        before, now = self.stand(choice.unit), snapshot(scores, choice.unit)
        was, turned = before["status"].astype(str), now["status"].astype(str)
        flips = now.index[(was != turned).to_numpy() & (now["level"] != "kpi").to_numpy()]
        standing = (
            f"{number(score)}, {words(status)}" if pd.notna(score) else "no data"
            for score, status in (
                (stand.at[choice.parent, "score"], statuses[choice.parent])
                for stand, statuses in ((now, turned), (before, was))
            )
        )
        names = self.scorecard.names
        each = [f"{names[id][:60]} from {words(was[id])} to {words(turned[id])}" for id in flips]
        said = f"{len(each)} flip: {'; '.join(each[:4])}." if each else "No status flips."
        return "{}: {} (as stated: {}). {}".format(names[choice.parent][:60], *standing, said)

    def audit(self, scores: pd.DataFrame, choice: WeightChoice) -> str:
        """What other means would say, and what is hidden: a table of totals."""
        apart = compare_totals(self.stated(choice.unit), scores, choice.unit)
        apart.insert(0, "name", [self.scorecard.names[id] for id in apart["id"]])
        shown = apart[apart["flips"] | apart["id"].isin([choice.parent, self.scorecard.id])]
        columns = ["name", "stated", "score", "status", "geometric", "harmonic", "worst", "hidden"]
        caption = "Score as stated and now; means that forgive less; KPIs off target hidden below"
        return (table(shown[columns], caption) or sentence()).html


def _parents(stand: pd.DataFrame) -> list[str]:
    """What has weights below it: first those with two children or more."""
    count = stand.loc[sorted(_weighing(stand)), "parent"].astype(str).value_counts()
    parents = [str(id) for id in stand.index if count.get(str(id), 0)]
    return [id for id in parents if count[id] > 1] or parents


def _weighing(stand: pd.DataFrame) -> set[str]:
    """The KPIs, and everything that has one below it, but the scorecard."""
    ids = set(stand.index[stand["level"] == "kpi"])
    for _ in range(2):
        ids |= set(stand.loc[sorted(ids), "parent"].astype(str)) - {""}
    return ids - set(stand.index[stand["level"] == "scorecard"])
