"""Exercises on missing data: whose weight goes where, and what counting missing as zero would do."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from bsclib.scoring.scores import score
from bsclib.study.answers import Number, YesNo
from bsclib.study.exercises import SHARE, Case, Question, Slip, apart, children_table, literal, plain, precision

NO_GAP = (
    "Nowhere in these actuals does an objective have one KPI with a score and one without: "
    "there is no weight to spread."
)


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

    def where(self, case: Case) -> str:
        whose = f"unit {self.unit}" if self.unit else "the organisation as a whole"
        return f"{case.called(self.parent)} in {self.period}, for {whose}"

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
    kpis = kpis.assign(gone=kpis["score"].isna() & (kpis["weight"] > 0), left=kpis["effective_weight"].notna())
    # An objective that no KPI measures makes no row here, so it is never taken for a gap.
    groups = kpis.groupby(["unit", "period", "parent"], observed=True, sort=False)[["gone", "left"]].sum().reset_index()
    groups = groups[(groups["gone"] > 0) & (groups["left"] > 0)]
    if groups.empty:
        return None
    groups = groups.assign(
        period=groups["period"].astype(str), whole=groups["unit"].astype(str) == "", enough=groups["left"] > 1
    )
    first = groups.sort_values(["enough", "period", "whole"], ascending=False, kind="stable").iloc[0]
    unit, period, parent = (str(first[name]) for name in ("unit", "period", "parent"))
    rows = kpis[(kpis["unit"] == unit) & (kpis["period"] == period) & (kpis["parent"] == parent)]
    rows = rows.assign(id=rows["id"].astype(str)).set_index("id", drop=False)
    return _Gap(unit, period, parent, rows)


def redistribution(case: Case) -> Question | str:
    """The share a KPI carries while another one is missing."""
    gap = _gap(case)
    if gap is None:
        return NO_GAP
    asked = gap.scored["weight"].idxmax()
    weight, everything = gap.scored.loc[asked, "weight"], gap.children["weight"].sum()
    right = float(gap.scored.loc[asked, "effective_weight"])
    expects = Number(right, within=0.01, unit="share")
    lost = everything - gap.scored["weight"].sum()
    return Question(
        text=f"Not every KPI of {gap.where(case)}, has a score. The weight of who is missing is spread over the rest.\n"
        f"Which share of the score does {case.called(asked)} carry? {SHARE}",
        expects=expects,
        words="who has a score shares the whole between them, each in proportion to its weight.",
        code=gap.code + 'scored = children[children["score"].notna()]\n'
        f'answer = scored.loc[scored["id"] == "{asked}", "weight"].iloc[0] / scored["weight"].sum()',
        hints=(
            "Strike out the rows without a score. What do the remaining weights add up to?",
            "share = its weight / sum of the weights that are left",
        ),
        slips=apart(
            expects,
            Slip(
                float(weight / everything), "this is its share while all are there. The missing weight was not spread."
            ),
            Slip(1 / len(gap.scored), "the whole was split evenly. It is shared in proportion to the weights."),
            Slip(
                float((weight + lost / len(gap.scored)) / everything),
                "the missing weight was spread evenly. It is spread in proportion to the weights.",
            ),
            Slip(float(weight), "this is its weight as stated. Which share is that of the weights that are left?"),
        ),
        given=children_table(gap.children),
    )


def _as_zero(case: Case, gap: _Gap) -> pd.Series:
    """The row of the gap's objective when what is missing scores 0."""
    scores = score(case.scorecard, case.actuals, as_of=gap.period, missing="zero")
    return scores[(scores["unit"] == gap.unit) & (scores["period"] == gap.period) & (scores["id"] == gap.parent)].iloc[
        0
    ]


def _as_scored(case: Case, gap: _Gap) -> pd.Series:
    scores = case.scores
    return scores[(scores["unit"] == gap.unit) & (scores["period"] == gap.period) & (scores["id"] == gap.parent)].iloc[
        0
    ]


def zero(case: Case) -> Question | str:
    """What a score would be if missing counted as zero."""
    gap = _gap(case)
    if gap is None:
        return NO_GAP
    expects = Number(float(_as_zero(case, gap)["score"]), within=0.1, unit="score")
    return Question(
        text=f"Not every KPI of {gap.where(case)}, has a score. What would the objective's score be if a missing score "
        f"counted as 0?\nGive it {precision(1)}.",
        expects=expects,
        words="counting missing as zero punishes who did not report, and hides how those did who reported.",
        code=gap.code + 'answer = (children["weight"] * children["score"].fillna(0)).sum() / children["weight"].sum()',
        hints=(
            "Put a 0 where there is no score, and keep every weight.",
            "score = sum of (weight × score) / sum of all weights",
        ),
        slips=apart(
            expects,
            Slip(
                float(_as_scored(case, gap)["score"]),
                "this is the score with the missing weight spread over the others.",
            ),
            Slip(float(gap.children["score"].fillna(0).mean()), "this is the plain mean: the weights were not used."),
        ),
        given=children_table(gap.children),
    )


def policy(case: Case) -> Question | str:
    """Whether counting missing as zero changes a status."""
    gap = _gap(case)
    if gap is None:
        return NO_GAP
    before, after = str(_as_scored(case, gap)["status"]), str(_as_zero(case, gap)["status"])
    limits = case.scorecard.thresholds
    return Question(
        text=f"Look once more at {gap.where(case)}.\n"
        "Would its status change if a missing score counted as 0? Answer yes or no.",
        expects=YesNo(before != after),
        words="what is done about missing data is a choice, and it can decide a colour. So it is always stated.",
        code="from bsclib.scoring.scores import score\n\n"
        f'strict = score(scorecard, actuals, as_of="{gap.period}", missing="zero")\n'
        "status = []\n"
        "for frame in (scores, strict):\n"
        f'    rows = frame[(frame["unit"] == {literal(gap.unit)}) & (frame["period"] == "{gap.period}")]\n'
        f'    status.append(rows.loc[rows["id"] == "{gap.parent}", "status"].iloc[0])\n'
        "answer = bool(status[0] != status[1])",
        hints=(
            "Work out both scores: with the missing weight spread, and with 0 in its place.",
            "Hold each against the thresholds. Do both fall into the same band?",
        ),
        given=(
            *children_table(gap.children),
            ("at risk from", "", plain(100 * limits.at_risk)),
            ("on target from", "", plain(100 * limits.on_target)),
        ),
    )
