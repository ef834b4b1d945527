"""Exercises on missing data: whose weight goes where, and what counting missing as zero would do."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from bsclib.scoring.scores import score
from bsclib.study.answers import Number
from bsclib.study.exercises.case import Case, children_table, literal, plain, status_choice
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import precision, whose


@dataclass(frozen=True)
class _Gap:
    """An objective of which one KPI has a score and another has none."""

    unit: str
    period: str
    parent: str
    children: pd.DataFrame

    @property
    def scored(self) -> pd.DataFrame:
        return self.children[self.children["effective_weight"].notna()]

    def names(self, case: Case) -> dict[str, object]:
        return {"objective": case.called(self.parent), "month": self.period, "whose": whose(self.unit)}

    def row(self, scores: pd.DataFrame) -> pd.Series:
        here = (scores["unit"] == self.unit) & (scores["period"] == self.period) & (scores["id"] == self.parent)
        return scores[here].iloc[0]

    def row_with_zeros(self, case: Case) -> pd.Series:
        return self.row(score(case.scorecard, case.actuals, as_of=self.period, missing="zero"))

    @property
    def code(self) -> str:
        return (
            "children = scores[\n"
            f'    (scores["unit"] == {literal(self.unit)}) & (scores["period"] == "{self.period}")\n'
            f'    & (scores["parent"] == "{self.parent}")\n]\n'
        )


def _gap(case: Case) -> _Gap | None:
    """The latest gap: the organisation's before a unit's, and best where two KPIs are left."""
    kpis = case.scores[case.scores["level"] == "kpi"]
    gone = kpis["score"].isna() & (kpis["weight"] > 0)
    # A KPI that has an actual and no score, for want of a target, is no gap: no policy fills it.
    unscored = gone & kpis["actual"].notna()
    kpis = kpis.assign(gone=gone, left=kpis["effective_weight"].notna(), unscored=unscored)
    # An objective that no KPI measures makes no row here, so it is never taken for a gap.
    groups = kpis.groupby(["unit", "period", "parent"], observed=True, sort=False)[["gone", "left", "unscored"]]
    groups = groups.sum().reset_index()
    groups = groups[(groups["gone"] > 0) & (groups["left"] > 0) & (groups["unscored"] == 0)]
    if groups.empty:
        return None
    groups = groups.assign(period=groups["period"].astype(str), whole=groups["unit"] == "", enough=groups["left"] > 1)
    first = groups.sort_values(["enough", "period", "whole"], ascending=False, kind="stable").iloc[0]
    unit, period, parent = (str(first[name]) for name in ("unit", "period", "parent"))
    rows = kpis[(kpis["unit"] == unit) & (kpis["period"] == period) & (kpis["parent"] == parent)]
    rows = rows.assign(id=rows["id"].astype(str)).set_index("id", drop=False)
    return _Gap(unit, period, parent, rows)


@exercise("objective month whose kpi", slips="not_spread evenly spread_evenly weight", nothing="no_gap")
def redistribution(case: Case) -> Facts:
    """The share a KPI carries while another one is missing."""
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
        },
        given=children_table(gap.children),
    )


@exercise("objective month whose precision", slips="redistributed unweighted", nothing="no_gap")
def zero(case: Case) -> Facts:
    """What a score would be if missing counted as zero."""
    gap = need(_gap(case), "no_gap")
    return Facts(
        Number(float(gap.row_with_zeros(case)["score"]), within=0.1, unit="score"),
        code=gap.code + 'answer = (children["weight"] * children["score"].fillna(0)).sum() / children["weight"].sum()',
        names=gap.names(case) | {"precision": precision(1)},
        slips={"redistributed": gap.row(case.scores)["score"], "unweighted": gap.children["score"].fillna(0).mean()},
        given=children_table(gap.children),
    )


@exercise("objective month whose", slips="spread", nothing="no_gap")
def policy(case: Case) -> Facts:
    """Which status counting missing as zero gives."""
    gap = need(_gap(case), "no_gap")
    before, after = str(gap.row(case.scores)["status"]), str(gap.row_with_zeros(case)["status"])
    limits = case.scorecard.thresholds
    return Facts(
        status_choice(after),
        code=(
            "from bsclib import score\n\n"
            f'strict = score(scorecard, actuals, as_of="{gap.period}", missing="zero")\n'
            f'rows = strict[(strict["unit"] == {literal(gap.unit)}) & (strict["period"] == "{gap.period}")]\n'
            f'answer = rows.loc[rows["id"] == "{gap.parent}", "status"].iloc[0]'
        ),
        names=gap.names(case),
        slips={"spread": frozenset({before}) - {after}},
        given=(
            *children_table(gap.children),
            ("at risk from", "", plain(100 * limits.at_risk)),
            ("on target from", "", plain(100 * limits.on_target)),
        ),
    )
