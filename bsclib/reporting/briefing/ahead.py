"""What all that is planned comes to: the map asked for a year and a half ahead, for the report's first sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import pandas as pd

from bsclib.errors import BscError
from bsclib.model import periods
from bsclib.model.initiatives import Initiative, months_left, still_to_pay, waited_for
from bsclib.model.nouns import KPI, Scorecard
from bsclib.reporting.briefing.means import of_a_unit
from bsclib.reporting.briefing.off_target import done_in, work_on
from bsclib.reporting.briefing.overview import fell_most
from bsclib.reporting.briefing.two_words import known_actuals
from bsclib.scenarios.course import plain_course
from bsclib.scenarios.fitting import fit_map
from bsclib.scenarios.projection import Projector
from bsclib.scoring.methods import method_of
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import kpi_shares, last_period, overall_score, snapshot
from bsclib.wording import NO_CHANGE, chance, listed, month_name, number, short_name

HORIZON = 18
"""Months ahead: planned changes have come by then, and what they drive had time to follow."""
DRAWS = 2_000
MOST = 4
"""So many KPIs that other plans help are named."""
DEAR, WORTH = 0.25, 0.25
"""A plan that takes such a share of the money is put up for decision where it brings less than that share of its part
of the points."""
FEW_DRAWS = 500
"""Enough to tell which unit would lose most."""
MOST_UNITS = 12
"""Where there are more units, none is looked for that would lose most: each takes a fit of the map."""
FEWEST = 24
"""Months with an overall score below which nothing is said of the months ahead."""


class Loss(NamedTuple):
    """A unit, and how many points it would lose."""

    unit: str
    points: float


@dataclass(frozen=True)
class Ahead:
    """A unit, or the whole, with everything that is planned there: the last month ahead."""

    month: str
    top: str
    """Id of the scorecard."""
    rows: pd.DataFrame
    """By id, as `bsclib.scenarios.project` gives them; `without`, and `chance_without`, with what comes anyway."""
    brings: Mapping[str, float]
    """By initiative that has not ended, the points that it brings to the overall score with what it waits for."""
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """Between which points that lies in nine of ten cases."""
    loses: Loss | None = None
    """The unit that would lose most by what `dearest` finds, and how many points."""
    ended: bool = False
    """Whether something that has ended comes anyway."""
    plain: float = float("nan")
    """The overall score then by each KPI's own past alone, without a map and without a plan."""
    since: str = ""
    """The last month of the actuals."""
    goal: float = 90.0
    """From which overall score on it is on target."""
    helped: str = ""
    """A sentence: which KPIs at which no plan is aimed other plans help, all the way along the map."""

    @property
    def score(self) -> str:
        """The overall score then, as it is written."""
        return self._written("with_")

    @property
    def gain(self) -> float:
        """What all that has not ended adds to the overall score then."""
        return self._top("with_") - self._top("without")

    @property
    def changes_little(self) -> bool:
        """Whether the overall score is the same as it is written, with what has not ended and without."""
        return self.score == self._written("without")

    @property
    def below(self) -> bool:
        """Whether all that is planned does not lead to what is on target."""
        return self._top("with_") < self.goal

    @property
    def target(self) -> str:
        """From which overall score on it is on target."""
        return f"{self.goal:g}"

    @property
    def outlook(self) -> str:
        """What all that is planned makes of the overall score, in two sentences."""
        without = self._written("without")
        likely, before = (chance(self._top(name), tens=True) for name in ("chance_of_target", "chance_without"))
        change = ""
        if self.ended and not self.brings:
            said = f"the plans, which have ended, lead to about {self.score} in {self.month}"
        elif self.changes_little:
            said = f"all plans change little: about {without} in {self.month}, with them or without"
        else:
            plans = "the open plans" if self.ended else "all plans"  # what has ended comes anyway
            said = f"{plans} lead to about {self.score} in {self.month}, instead of {without} without them"
            change = f" instead of {before.removeprefix('about ')}" if before != likely else ""
        return f"By the strategy map {said}. The chance of {self.target} (on target) is {likely}{change}."

    @property
    def hangs(self) -> str:
        """That the forecast hangs on the map, where the past alone leads elsewhere; nothing otherwise."""
        if pd.isna(self.plain) or abs(self.plain - self._top("without")) < 1:
            return ""
        return (
            f"the forecast hangs on the map: without plans it says {self._written('without')}, each KPI's own past "
            f"{number(self.plain, 0)}."
        )

    def explained(self, unit: str = "") -> str:
        """How that was computed, and what it hangs on."""
        ends = [number(self._top(name)) for name in ("with_", "low", "high", "without")]
        where = short_name(unit) if unit else "the organisation as a whole"
        given = ", with what has ended and still shows," if self.ended else ""
        said = (
            f"The strategy map was fitted to the actuals of {where} up to {self.since} and asked {HORIZON} months "
            f"ahead, because most of what is planned shows by then, in {DRAWS:,} draws. Each plan comes off as often "
            f"as it says itself. With all plans half of the "
            f"draws end above {ends[0]} in {self.month}, and 90 of 100 between {ends[1]} and {ends[2]}. Doing nothing "
            f"more{given} ends at {ends[3]} by this map"
        )
        if pd.isna(self.plain):
            return f"{said}.{self.helped}"
        said += f", and doing nothing at {number(self.plain)} by each KPI's own past alone."
        hangs = " So the chance of being on target hangs on the map." if self.hangs else ""
        return f"{said}{hangs}{self.helped}"

    def unmoved(self, id: str) -> bool:
        """Whether nothing that has not ended moves what has this id, as far as a score is written."""
        return id in self.rows.index and abs(float(self.rows.loc[id, "effect"])) < NO_CHANGE

    def _written(self, column: str) -> str:
        """A score then: whole, or with one decimal where whole ones say another gain, or that a target is reached."""
        ends = [self._top(name) for name in ("with_", "without")]
        apart = round(ends[0]) - round(ends[1]) != round(ends[0] - ends[1])
        crossed = any(round(end) >= self.goal > end for end in ends)
        return number(self._top(column), int(apart or crossed))

    def _top(self, column: str) -> float:
        return float(self.rows.loc[self.top, column])

    def helps(self, kpi: KPI, unit: str = "") -> tuple[str, str] | None:
        """A KPI then without and with all that is planned, where that is better as it is written."""
        without, with_ = (float(self.rows.loc[kpi.id, name]) for name in ("without", "with_"))
        kpi = of_a_unit(kpi) if unit else kpi
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
        By unit, empty for the whole, which is beside each unit that is asked for. None where no initiative with a start
        changes a KPI there, where the overall score is known for fewer than 24 months, and where scores are not the
        kit's own, because the map is scored by these.

    Notes
    -----
    Initiatives that have ended are in both courses, the one with all plans and the one without, because what still
    comes of them comes anyway. What an initiative brings is asked together with what it waits for.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> found = foreseen(score(card, actuals), card, actuals)
    >>> sorted(found), found[""].month
    (['', 'Genoa'], 'December 2027')
    >>> found[""].outlook
    'By the strategy map the open plans lead to about 91 in December 2027, instead of 86 without them. The chance ...'
    """
    scores = restore_types(scores)
    if method_of(scores).name != "kit":
        return {}
    known = known_actuals(actuals, scorecard, scores)
    fallen = None if unit else fell_most(scores)
    found = {}
    for place in dict.fromkeys([unit or "", "", *([fallen.unit] if fallen else [])]):
        works = [work.id for work in done_in(scorecard, place) if work.start and work.changes]
        tops = scores[(scores["level"] == "scorecard") & (scores["unit"] == place) & scores["score"].notna()]
        if not works or len(tops) < FEWEST or pd.isna(overall_score(scores, place, last_period(scores))):
            continue
        try:
            found[place] = _ahead(scorecard, known, place, works)
        except BscError:  # what cannot be fitted is not foreseen
            continue
    found = {place: one for place, one in found.items() if pd.notna(one.rows.loc[one.top, "with_"])}
    if not unit and "" in found:
        found[""] = replace(found[""], loses=_loses_most(scorecard, known, found[""], last_period(scores)))
    return {place: replace(one, helped=_helped(scores, scorecard, place, one)) for place, one in found.items()}


def dearest(scorecard: Scorecard, ahead: Ahead, month: str) -> Initiative | None:
    """The open plan that takes most of the money, where it brings little and nothing waits for it."""
    end = periods.span(month)[1] + 1
    left = [work for work in scorecard.initiatives if work.id in ahead.brings]
    cost = {work.id: still_to_pay(work, end) for work in left}
    whole, waited = sum(cost.values()), {id for work in left for id in work.after}
    free = [work for work in left if work.id not in waited]
    if len(left) < 2 or not free or not whole or ahead.gain < NO_CHANGE:
        return None
    work = max(free, key=lambda each: cost[each.id])
    share = cost[work.id] / whole
    return work if share >= DEAR and ahead.brings[work.id] < WORTH * share * ahead.gain else None


def _loses_most(scorecard: Scorecard, actuals: pd.DataFrame, ahead: Ahead, month: str) -> Loss | None:
    """The unit in which the dearest plan brings most, and how much; nothing where it brings no more than to all."""
    work = dearest(scorecard, ahead, month)
    units = [unit for unit in map(str, actuals["unit"].unique()) if unit and work and work.unit in ("", unit)]
    brings = {}
    for unit in units if len(units) <= MOST_UNITS else []:
        try:
            rows = _last_month(Projector(fit_map(scorecard, actuals, unit)), [work.id] if work else [], FEW_DRAWS)
        except BscError:  # what cannot be fitted is not foreseen
            continue
        brings[unit] = float(rows.loc[scorecard.id, "effect"])
    most = max(brings, key=lambda unit: brings[unit], default="")
    gained = ahead.brings[work.id] if work else 0.0
    return Loss(most, brings[most]) if most and brings[most] >= gained + NO_CHANGE else None


def _helped(scores: pd.DataFrame, scorecard: Scorecard, unit: str, ahead: Ahead) -> str:
    """Which KPIs that cost points and have no plan other plans help, all the way along the map."""
    now, month = snapshot(scores, unit), last_period(scores)
    rows = now[(now["level"] == "kpi") & now["status"].isin(["off_target", "at_risk"])]
    lost = kpi_shares(scores, unit, month).reindex(rows.index) * (100 - rows["score"])
    shown = {str(id): ahead.helps(scorecard.kpi(str(id)), unit) for id in lost.sort_values(ascending=False).index}
    shown = {id: ends for id, ends in shown.items() if ends and not work_on(scorecard, id, month, unit)}
    said = [f"{scorecard.names[id]} ({ends[1]} instead of {ends[0]})" for id, ends in shown.items() if ends]
    return f" Plans aimed at other KPIs help these too: {listed(said, MOST)}." if said else ""


def _ahead(scorecard: Scorecard, actuals: pd.DataFrame, unit: str, works: list[str]) -> Ahead:
    fit = fit_map(scorecard, actuals, unit or None)
    projector, known = Projector(fit), scorecard.initiatives
    left = [work.id for work in known if work.id in works and months_left(work, fit.month + 1)]
    anyway = _last_month(projector, [id for id in works if id not in left])
    rows = _last_month(projector, works)
    rows = rows.assign(without=anyway["with_"], chance_without=anyway["chance_of_target"])
    rows["effect"] = rows["with_"] - rows["without"]
    brings, ranges = {}, {}
    for id in left:
        both = [id, *(other for other in waited_for(known, [id]) if other in left)]
        top = _last_month(projector, both).loc[scorecard.id]
        brings[id], ranges[id] = float(top["effect"]), (float(top["effect_low"]), float(top["effect_high"]))
    plain = plain_course(fit, HORIZON, DRAWS)
    end = plain.loc[plain["level"] == "scorecard", "plain"].iloc[-1]
    return Ahead(
        month=month_name(str(rows["period"].iloc[0])),
        top=scorecard.id,
        rows=rows,
        brings=brings,
        ranges=ranges,
        ended=len(left) < len(works),
        plain=float(end),
        since=month_name(periods.period_of(fit.month)),
        goal=100 * scorecard.thresholds.on_target,
    )


def _last_month(projector: Projector, works: list[str], draws: int = DRAWS) -> pd.DataFrame:
    (result,) = (frame for frame in projector.result(None, works, HORIZON, draws) if frame is not None)
    rows = result[result["period"].astype(str) == str(result["period"].iloc[-1])]
    return rows.set_index(rows["id"].astype(str))
