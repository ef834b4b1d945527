"""Exercises on missing data: whose weight goes where, and what counting missing as zero does to a colour."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from bsclib.model.status import STATUSES
from bsclib.scoring.method import status_codes
from bsclib.study.answers import Number
from bsclib.study.exercises.case import Case, children_table, literal, number_given, plain, status_choice
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import whose
from bsclib.wording import month_name, number


@dataclass(frozen=True)
class _Gap:
    """Something that rolls up from parts of which some have a score and others have none."""

    unit: str
    period: str
    parent: str
    children: pd.DataFrame

    @property
    def scored(self) -> pd.DataFrame:
        return self.children[self.children["effective_weight"].notna()]

    @property
    def zeros(self) -> float:
        """Its score where what is missing counts as 0."""
        weight = self.children["weight"]
        return float((weight * self.children["score"].fillna(0)).sum() / weight.sum())

    def names(self, case: Case) -> dict[str, object]:
        return {"parent": case.called(self.parent), "month": month_name(self.period), "whose": whose(self.unit)}

    def row(self, scores: pd.DataFrame) -> pd.Series:
        here = (scores["unit"] == self.unit) & (scores["period"] == self.period) & (scores["id"] == self.parent)
        return scores[here].iloc[0]

    @property
    def code(self) -> str:
        return (
            "children = scores[\n"
            f'    (scores["unit"] == {literal(self.unit)}) & (scores["period"] == "{self.period}")\n'
            f'    & (scores["parent"] == "{self.parent}")\n]\n'
        )


_KEYS = ["unit", "period", "parent"]


def _gaps(case: Case) -> pd.DataFrame:
    """Every gap: the unit, month and parent of parts with a score beside parts without; the latest first."""
    kpis = case.scores[case.scores["level"] == "kpi"]
    gone = kpis["score"].isna() & (kpis["weight"] > 0)
    # A KPI that has an actual and no score, for want of a target, is no gap: no policy fills it.
    kpis = kpis.assign(gone=gone, left=kpis["effective_weight"].notna(), never=gone & kpis["actual"].notna())
    # An objective that no KPI measures makes no row here, so it is never taken for a gap.
    below = _counted(kpis)
    goals = case.scores[case.scores["level"] == "objective"].merge(
        below.rename(columns={"parent": "id"}), on=["unit", "period", "id"], suffixes=("", "_below")
    )
    # A goal with a gap of its own has a score, and another one where missing counts as 0.
    lost = goals["score"].isna() & (goals["weight"] > 0)
    inner = (goals["gone"] > 0) & ~lost
    goals = goals.assign(gone=lost, left=goals["effective_weight"].notna(), never=(goals["never"] > 0) | inner)
    groups = pd.concat([below, _counted(goals)], ignore_index=True)
    groups = groups[(groups["gone"] > 0) & (groups["left"] > 0) & (groups["never"] == 0)]
    groups = groups.assign(period=groups["period"].astype(str), whole=groups["unit"] == "", enough=groups["left"] > 1)
    return groups.sort_values(["period", "whole"], ascending=False, kind="stable")


def _counted(rows: pd.DataFrame) -> pd.DataFrame:
    """For each parent, how many of its parts are gone, are left, and can never have a score."""
    return rows.groupby(_KEYS, observed=True, sort=False)[["gone", "left", "never"]].sum().reset_index()


def _read(case: Case, group: pd.Series) -> _Gap:
    unit, period, parent = (str(group[name]) for name in _KEYS)
    scores = case.scores
    rows = scores[(scores["unit"] == unit) & (scores["period"] == period) & (scores["parent"] == parent)]
    rows = rows[rows["weight"] > 0].assign(id=rows["id"].astype(str))
    return _Gap(unit, period, parent, rows.set_index("id", drop=False))


def _gap(case: Case) -> _Gap | None:
    """The latest gap, best where two parts or more are left."""
    groups = _gaps(case).sort_values("enough", ascending=False, kind="stable")
    return None if groups.empty else _read(case, groups.iloc[0])


_TRIED = 60
"""So many gaps are tried for one that decides a colour."""


def _turning(case: Case) -> _Gap | None:
    """The latest gap that decides a colour, and better one that is not asked about already; else the latest."""
    gaps = [_read(case, group) for _, group in _gaps(case).head(_TRIED).iterrows()]
    first = _gap(case)
    turning = [gap for gap in gaps if _status(case, gap.zeros) != str(gap.row(case.scores)["status"])]
    others = [gap for gap in turning or gaps if first and gap.parent != first.parent]
    return next(iter(others or turning or gaps), None)


def _status(case: Case, points: float) -> str:
    limits = case.scorecard.thresholds
    return STATUSES[int(status_codes(points / 100, limits.at_risk, limits.on_target))]


@exercise("parent month whose kpi", slips="not_spread evenly spread_evenly weight left counted", nothing="no_gap")
def redistribution(case: Case) -> Facts:
    """The share that a part carries while another one is missing."""
    gap = need(_gap(case), "no_gap")
    asked = gap.scored["weight"].idxmax()
    weight, everything = gap.scored.loc[asked, "weight"], gap.children["weight"].sum()
    lost = everything - gap.scored["weight"].sum()
    return Facts(
        Number(float(gap.scored.loc[asked, "effective_weight"]), within=0.01, unit="share"),
        code=(
            gap.code + 'scored = children[children["score"].notna()]\n'
            f'answer = scored.loc[scored["id"] == "{asked}", "weight"].iloc[0] / scored["weight"].sum()'
        ),
        names=gap.names(case) | {"kpi": case.called(asked)},
        slips={
            "not_spread": weight / everything,
            "evenly": 1 / len(gap.scored),
            "spread_evenly": (weight + lost / len(gap.scored)) / everything,
            "weight": weight,
            "left": 1 - lost / everything,
            "counted": weight / len(gap.scored),
        },
        sum=f"{plain(weight)} / {plain(everything - lost)}",
        given=children_table(gap.children),
    )


@exercise(
    "parent month whose spread zeros total weights at_risk on_target",
    slips="spread too_low none number",
    nothing="no_gap",
)
def policy(case: Case) -> Facts:
    """Which status counting missing as zero gives."""
    gap = need(_turning(case), "no_gap")
    row, after = gap.row(case.scores), _status(case, gap.zeros)
    limits, weights = case.scorecard.thresholds, float(gap.children["weight"].sum())
    return Facts(
        status_choice(after, gap.zeros),
        code=(
            "from bsclib import score\n\n"
            f'strict = score(scorecard, actuals, as_of="{gap.period}", missing="zero")\n'
            f'rows = strict[(strict["unit"] == {literal(gap.unit)}) & (strict["period"] == "{gap.period}")]\n'
            f'answer = rows.loc[rows["id"] == "{gap.parent}", "status"].iloc[0]'
        ),
        names=gap.names(case)
        | {"spread": number(float(row["score"])), "zeros": number(gap.zeros)}
        | {"total": number(gap.zeros * weights), "weights": plain(weights)}
        | {"at_risk": plain(100 * limits.at_risk), "on_target": plain(100 * limits.on_target)},
        slips={
            "spread": frozenset({str(row["status"])}) - {after},
            "too_low": frozenset({"off_target"}) - {after},
            "none": frozenset({"no_data"}),
            "number": number_given(gap.zeros),
        },
        given=children_table(gap.children),
    )
