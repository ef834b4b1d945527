"""The case that exercises are about: one scorecard, its actuals and scores, and what is worked out of them once."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from bsclib.actuals.correlations import kpi_correlations
from bsclib.causality.evidence.links import link_evidence
from bsclib.design.selection.candidates import rate_candidates
from bsclib.files.tower import Tower
from bsclib.model.initiatives import Initiative
from bsclib.model.nouns import KPI, Objective, Scorecard
from bsclib.model.perspectives import Perspective
from bsclib.model.status import STATUSES, words
from bsclib.scenarios.fitting import FittedMap, fit_map
from bsclib.scenarios.initiatives import initiative_effects
from bsclib.scoring.views import last_period
from bsclib.study.answers import Choice, Number
from bsclib.study.exercises.levels import Levels, levels_of
from bsclib.study.exercises.texts import precision
from bsclib.wording import arrow, short_name

LONGEST = 60
"""Letters of a name in a question."""
_STATUSES = {status: words(status) for status in STATUSES if status != "undecided"}
_COLOURS = {"green": "on_target"} | dict.fromkeys(("amber", "yellow", "orange"), "at_risk") | {"red": "off_target"}
_COLOURS |= {f"{_STATUSES[status]} ({colour})": status for colour, status in _COLOURS.items()}
"""Other words by which people answer."""
Table = tuple[tuple[str, ...], ...]
"""A table of texts, its first row the heads."""


@dataclass(frozen=True)
class Case:
    """The data that questions are asked of; `scores` with the default policy for missing data."""

    scorecard: Scorecard
    actuals: pd.DataFrame
    scores: pd.DataFrame
    tower: Tower | None = None

    @cached_property
    def period(self) -> str:
        """The last month that is scored."""
        return last_period(self.scores)

    @cached_property
    def now(self) -> pd.DataFrame:
        """The last month's scores, every unit's, with plain text in place of categories."""
        rows = self.scores[self.scores["period"] == self.period]
        texts = {name: rows[name].astype(str) for name in ("unit", "period", "level", "id", "parent", "status")}
        return rows.assign(**texts)

    def link(self, cause: str, effect: str) -> str:
        """A link as a table shows it: by the names of its KPIs, as on the map."""
        return arrow(*(short_name(self.scorecard.names[id]) for id in (cause, effect)))

    @property
    def code_of_now(self) -> str:
        """Python that picks the organisation's rows of the last month from `scores`, for solutions."""
        return f'now = scores[(scores["unit"] == "") & (scores["period"] == "{self.period}")]\n'

    @cached_property
    def levels(self) -> Levels:
        """The scorecards above and below, or those of the shipped case where there is none above."""
        return levels_of(self.scorecard, self.tower)

    @cached_property
    def rated(self) -> pd.DataFrame:
        """The KPIs as candidates, rated as first proposed."""
        return rate_candidates(self.scorecard, self.actuals)

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """How closely each two KPIs move together."""
        return kpi_correlations(self.actuals, self.scorecard)

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """What the actuals say of each link, all units together."""
        return link_evidence(self.scorecard, self.actuals)

    @cached_property
    def fit(self) -> FittedMap:
        """The map fitted to the actuals, all units together."""
        return fit_map(self.scorecard, self.actuals)

    @cached_property
    def gains(self) -> dict[str, float]:
        """Points that each initiative still adds by itself, two years after the last actuals, where money is due."""
        rows = initiative_effects(self.fit, horizon=24, draws=500).query("still_to_pay > 0").set_index("initiative")
        points = rows["effect"].round(2)
        paid = [work.id for work in self.scorecard.initiatives if points.get(work.id, 0.0) > 0]
        return {id: float(points[id]) for id in paid}

    def of(self, level: str, unit: str = "") -> pd.DataFrame:
        """The last month's rows of one level and unit, by id; the organisation's by default."""
        return self.now[(self.now["level"] == level) & (self.now["unit"] == unit)].set_index("id", drop=False)

    def below(self, parent: str) -> pd.DataFrame:
        """The last month's rows of what rolls up into `parent`, by id, for the organisation as a whole."""
        return self.now[(self.now["parent"] == parent) & (self.now["unit"] == "")].set_index("id", drop=False)

    def called(self, part: str | Initiative) -> str:
        """The name of a part, by its id, or of an initiative; beside it the id, where the name alone would not do."""
        id, name = (part, self.scorecard.names[part]) if isinstance(part, str) else (part.id, part.name)
        others = [*self.scorecard.names.values(), *(work.name for work in self.scorecard.initiatives)]
        plain = len(name) <= LONGEST and others.count(name) == 1
        # The isolates keep a name that runs from right to left from turning the sentence round.
        return (
            f"“\u2068{name if len(name) <= LONGEST else name[: LONGEST - 1] + '…'}\u2069”{'' if plain else f' ({id})'}"
        )


def measured(case: Case, kpi: KPI, right: float, step: float) -> tuple[Number, dict[str, object]]:
    """A value of a KPI in its unit, asked for so precisely that a difference of `step` is seen, and what to call it."""
    decimals = decimals_for(step)
    names: dict[str, object] = {"kpi": case.called(kpi.id), "unit": kpi.measured_in, "precision": precision(decimals)}
    return Number(right, within=10.0**-decimals, unit=kpi.measured_in), names


def by_row(ids: Iterable[str]) -> dict[str, str]:
    """The numbers of a table's rows, each another word for what stands in its row."""
    return {str(n): id for n, id in enumerate(ids, 1)}


def names_of(parts: Iterable[Perspective | Objective | KPI | Initiative]) -> dict[str, str]:
    """The names of parts of a scorecard, by id."""
    return {part.id: part.name for part in parts}


def status_choice(right: str, number: float = math.nan) -> Choice:
    """A status to choose, by its word or by its colour; the number that it comes of is known, and is none."""
    forms = (
        [f"{number:.2f}", f"{number:.0f}"]
        if number >= 10
        else [f"{number:.2f}", f"{100 * number:.0f} %", f"{100 * number:.0f}%"]
    )
    also = {} if math.isnan(number) else dict.fromkeys([*number_given(number), *forms], f"{number:.1f}")
    return Choice(frozenset({right}), of=_STATUSES, kind="status", also={**_COLOURS, **also})


def number_given(number: float) -> frozenset[str]:
    """The slip of somebody who gives the right number where `status_choice` asks for its status."""
    return frozenset({f"{number:.1f}"})


def decimals_for(step: float) -> int:
    """How many decimals a number needs so that a difference of `step` is seen, 0 to 8."""
    return int(min(max(math.ceil(-math.log10(step)), 0), 8)) if step > 0 else 8


def plain(value: float) -> str:
    """A number as it is typed into a calculator, so unlike one of `bsclib.wording`."""
    if math.isnan(value):
        return "no data"
    return f"{value:.0f}" if abs(value) >= 1e8 else f"{value:.8g}"


def typed(value: float, figures: int = 3) -> float:
    """A number cut to so many figures, so that it can be typed."""
    return float(f"{value:.{figures}g}")


def literal(text: str) -> str:
    r"""A text as Python writes it, in double quotes."""
    return json.dumps(text, ensure_ascii=False)


def values_table(values: Mapping[str, float], heads: tuple[str, str] = ("what", "value")) -> Table:
    """What a question gives by name."""
    return heads, *((name, plain(value)) for name, value in values.items())


def highest(values: pd.Series) -> frozenset[str]:
    """Everything that shares the highest value."""
    return frozenset(values.index[values == values.max()])


def children_table(children: pd.DataFrame) -> Table:
    """What a question gives of the children of a parent: weights and scores."""
    rows = zip(children["name"].astype(str), children["weight"], children["score"], strict=True)
    return ("child", "weight", "score"), *((id, plain(weight), plain(round(value, 2))) for id, weight, value in rows)
