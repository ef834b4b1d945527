"""What all that is planned comes to: the map asked for a year and a half ahead, for the report's first sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from bsclib.errors import BscError
from bsclib.model.nouns import KPI, Scorecard
from bsclib.reporting.briefing.off_target import done_in
from bsclib.reporting.briefing.overview import fell_most
from bsclib.reporting.briefing.two_words import known_actuals
from bsclib.scenarios.fitting import fit_map
from bsclib.scenarios.projection import Projector
from bsclib.scoring.methods import method_of
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import last_period, overall_score
from bsclib.wording import month_name, number

HORIZON = 18
"""Months ahead: planned changes have come by then, and what they drive had time to follow."""
DRAWS = 2_000
FEWEST = 24
"""Months with an overall score below which nothing is said of the months ahead."""


@dataclass(frozen=True)
class Ahead:
    """A unit, or the whole, with everything that is planned there: the last month ahead."""

    month: str
    top: str
    """Id of the scorecard."""
    rows: pd.DataFrame
    """By id, as `bsclib.scenarios.project` gives them."""
    brings: Mapping[str, float]
    """By initiative, the points that it brings to the overall score when it runs alone."""

    @property
    def score(self) -> str:
        """The overall score then, as a whole number."""
        return number(float(self.rows.loc[self.top, "with_"]), 0)

    @property
    def chance(self) -> str:
        """How likely it is to be on target then, as coarsely as that is known."""
        share = float(self.rows.loc[self.top, "chance_of_target"])
        tens = round(10 * share)
        return "under 10 %" if share < 0.1 else "over 90 %" if share > 0.9 else f"about {tens}0 %"

    @property
    def outlook(self) -> str:
        """What all that is planned makes of the overall score, in a sentence."""
        without = number(float(self.rows.loc[self.top, "without"]), 0)
        said = f"All that is planned leads to about {self.score} in {self.month}, without it {without}"
        if without == self.score:
            said = f"All that is planned changes little: about {without} in {self.month}, with it or without"
        return f"{said}; the chance of being on target then is {self.chance}."

    def helps(self, kpi: KPI) -> tuple[str, str] | None:
        """A KPI then without and with all that is planned, where that is better as it is written."""
        without, with_ = (float(self.rows.loc[kpi.id, name]) for name in ("without", "with_"))
        shown = kpi.show(without), kpi.show(with_)
        middle = sum(kpi.range) / 2 if kpi.direction == "within_range" else 0.0
        apart = {"higher_is_better": with_ - without, "lower_is_better": without - with_}
        better = apart.get(kpi.direction, abs(without - middle) - abs(with_ - middle)) > 0
        return shown if better and shown[0] != shown[1] else None


def foreseen(
    scores: pd.DataFrame, scorecard: Scorecard, actuals: pd.DataFrame, unit: str | None = None
) -> dict[str, Ahead]:
    """What all that is planned comes to in a year and a half: of the unit asked for, and of one that fell much.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    actuals : DataFrame
    unit : str, default the organisation as a whole

    Returns
    -------
    dict of str to Ahead
        By unit, empty for the whole. None where no initiative with a start changes a KPI there, where the overall score
        is known for fewer than 24 months, and where scores are not the kit's own, because the map is scored by these.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> found = foreseen(score(card, actuals), card, actuals)
    >>> sorted(found), found[""].month
    (['', 'Genoa'], 'December 2027')
    >>> found[""].outlook
    'All that is planned leads to about 91 in December 2027, without it 85; the chance of being on target then is ...'
    """
    scores = restore_types(scores)
    if method_of(scores).name != "kit":
        return {}
    known = known_actuals(actuals, scorecard, scores)
    fallen = None if unit else fell_most(scores)
    found = {}
    for place in dict.fromkeys([unit or "", *([fallen.unit] if fallen else [])]):
        works = [work.id for work in done_in(scorecard, place) if work.start and work.changes]
        tops = scores[(scores["level"] == "scorecard") & (scores["unit"] == place) & scores["score"].notna()]
        if not works or len(tops) < FEWEST or pd.isna(overall_score(scores, place, last_period(scores))):
            continue
        try:
            found[place] = _ahead(scorecard, known, place, works)
        except BscError:  # what cannot be fitted is not foreseen
            continue
    return {place: one for place, one in found.items() if pd.notna(one.rows.loc[one.top, "with_"])}


def _ahead(scorecard: Scorecard, actuals: pd.DataFrame, unit: str, works: list[str]) -> Ahead:
    projector = Projector(fit_map(scorecard, actuals, unit or None))
    last = {tuple(some): _last_month(projector, some) for some in (works, *([one] for one in works))}
    brings = {one: float(last[one,].loc[scorecard.id, "effect"]) for one in works}
    rows = last[tuple(works)]
    return Ahead(month_name(str(rows["period"].iloc[0])), scorecard.id, rows, brings)


def _last_month(projector: Projector, works: list[str]) -> pd.DataFrame:
    (result,) = (frame for frame in projector.result(None, works, HORIZON, DRAWS) if frame is not None)
    rows = result[result["period"].astype(str) == str(result["period"].iloc[-1])]
    return rows.set_index(rows["id"].astype(str))
