"""The controls of `explore_weights`: the weights below one parent, and what is expected of one KPI."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from bsclib.errors import BscError
from bsclib.model.edit import reweigh
from bsclib.model.nouns import Scorecard
from bsclib.model.status import words
from bsclib.plots.canvas import show
from bsclib.plots.waterfall import plot_contributions
from bsclib.reporting.display import sentence, table
from bsclib.scoring.scores import score
from bsclib.scoring.variants import compare_totals
from bsclib.scoring.views import snapshot
from bsclib.widgets.parts import NAMES, Controls, attended, column, control, image, options, outputs, unit_control
from bsclib.wording import number


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
    Waterfall from 100 to the score of Meridian Freight IT, Whole organisation, 2026-06: ...
    """
    if attended():
        return Explorer(scorecard, actuals).box
    show(plot_contributions(score(scorecard, actuals)))
    return None


class Explorer(Controls):
    """Unit, parent, its weights, KPI, what is expected of it; sentence, audit and picture; a button, the code."""

    def __init__(self, scorecard: Scorecard, actuals: pd.DataFrame):
        super().__init__()
        self.scorecard, self.actuals, self.stated = scorecard, actuals, score(scorecard, actuals)
        self.unit = unit_control(self.stated)
        parents = _parents(snapshot(self.stated))
        names = options(scorecard.names, parents)
        self.parent = control("Dropdown", "Weights below", options=names, value=parents[0])
        self.weights = column([])
        self.kpi = control("Dropdown", "Expected of")
        self.expected = control("FloatSlider", "Expected by now", continuous_update=False, readout_format=".4g")
        self.audit, self.picture = outputs(2)
        self.on([self.unit, self.parent], self.start)
        self.on([self.kpi], self.choose)
        self.on([self.expected], self.follow)
        self.start()
        controls = self.unit, self.parent, self.weights, self.kpi, self.expected
        self.box = self.laid_out(*controls, self.sentence, self.audit, self.picture)

    def start(self) -> None:
        """Set the sliders to what is stated for this parent."""
        stand = snapshot(self.stated, self.unit.value)
        below = stand[(stand["parent"] == self.parent.value) & stand.index.isin(_weighing(stand))]["weight"]
        top = float(below.max()) or 1.0
        scale = {"min": 0.0, "max": 4 * top, "step": top / 10, "continuous_update": False, "readout_format": ".3g"}
        look = {"style": {"description_width": "20rem"}, "layout": NAMES}
        self.sliders = {
            str(id): control("FloatSlider", self.scorecard.names[str(id)], value=weight, **scale, **look)
            for id, weight in below.items()
        }
        self.on(self.sliders.values(), self.follow)
        self.weights.children = tuple(self.sliders.values())
        with self.silence():
            self.kpi.options = [("as stated", ""), *options(self.scorecard.names, self._points(stand))]
            self.kpi.value = ""
        self.choose()

    def _points(self, stand: pd.DataFrame) -> list[str]:
        """The KPIs below the parent of which a value is expected that can be moved."""
        here = {self.parent.value}
        for _ in range(3):
            here |= set(stand.index[stand["parent"].isin(here)])
        kpis = [kpi for kpi in self.scorecard.kpis if kpi.id in here and kpi.direction != "within_range"]
        # What is moved is the KPI's own target: not that of a year, nor of the unit that is shown, nor one it lacks.
        unit = self.unit.value
        kpis = [kpi for kpi in kpis if not kpi.cumulates and unit not in {row.unit for row in kpi.unit_targets}]
        way = stand["expected"] - stand["floor"]
        return [kpi.id for kpi in kpis if pd.notna(way[kpi.id]) and way[kpi.id] != 0]

    def choose(self) -> None:
        """Set the slider to what is expected of this KPI."""
        self.expected.disabled = not self.kpi.value
        if self.kpi.value:
            row = snapshot(self.stated, self.unit.value).loc[self.kpi.value]
            floor, now = float(row["floor"]), float(row["expected"])
            low, high = sorted([floor + 0.05 * (now - floor), floor + 2 * (now - floor)])
            with self.silence(), self.expected.hold_trait_notifications():
                self.expected.min, self.expected.max, self.expected.step = low, high, (high - low) / 40
                self.expected.value = now
        self.follow()

    def choice(self) -> WeightChoice:
        """What differs from what is stated."""
        stand, kpi = snapshot(self.stated, self.unit.value), self.kpi.value
        weights = {id: round(slider.value, 6) for id, slider in self.sliders.items()}
        weights = {id: value for id, value in weights.items() if abs(value - stand.loc[id, "weight"]) > 1e-6}
        moved = kpi and abs(self.expected.value - stand.loc[kpi, "expected"]) > 1e-9
        expected = {kpi: float(f"{self.expected.value:.6g}")} if moved else {}
        return WeightChoice(self.parent.value, self.unit.value, weights, expected)

    def follow(self) -> None:
        """Score anew, and show what came of it."""
        choice = self.choice()
        try:
            scores = choice.scores(self.scorecard, self.actuals)
            apart = compare_totals(self.stated, scores, choice.unit)
        except BscError as error:
            self.say(str(error))
            return
        apart.insert(0, "name", [self.scorecard.names[id] for id in apart["id"]])
        self.say(_told(apart, choice.parent), choice.code())
        shown = apart[apart["flips"] | apart["id"].isin([choice.parent, self.scorecard.id])]
        columns = ["name", "stated", "score", "status", "geometric", "harmonic", "worst", "hidden"]
        caption = "Score as stated and now; means that forgive less; KPIs off target hidden below"
        self.audit.value = (table(shown[columns], caption) or sentence()).html
        self.picture.value = image(plot_contributions(scores, choice.parent, choice.unit))


def _told(apart: pd.DataFrame, parent: str) -> str:
    """The parent's score, and which statuses are others than with the stated weights."""
    row = apart.set_index("id").loc[parent]
    now, was = (
        f"{number(row[score])}, {words(row[status])}" if pd.notna(row[score]) else "no data"
        for score, status in (("score", "status"), ("stated", "stated_status"))
    )
    changed = apart[apart["flips"]].itertuples()
    flips = [f"{flip.name[:60]} from {words(flip.stated_status)} to {words(flip.status)}" for flip in changed]
    turned = f"{len(flips)} flip: {'; '.join(flips[:4])}." if flips else "No status flips."
    return f"{row['name'][:60]}: {now} (as stated: {was}). {turned}"


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
