"""Exercises on the page for a board: what a KPI costs, what to ask for, whether that is enough, what to distrust."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from bsclib.reporting.briefing.off_target import NO_INITIATIVE, initiatives_of
from bsclib.scoring.views import kpi_shares, last_known
from bsclib.study.answers import Choice, Number
from bsclib.study.exercises.case import Case, by_row, measured, plain, typed, values_table
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import precision
from bsclib.wording import formula_in_words, month_name, number

_MOST = 4
"""So many KPIs without a plan are asked about, the most costly first."""
_SAME = 0.05
"""Points: costs that lie nearer to each other look alike in a table."""


def _amiss(case: Case) -> pd.DataFrame:
    """The KPIs that cost points, the most costly first: score and share in % as they are printed, and their plan."""
    rows = case.of("kpi")
    rows = rows[rows["status"].isin(["off_target", "at_risk"]) & rows["score"].notna()]
    share = (100 * kpi_shares(case.scores, "", case.period).reindex(rows.index)).astype(float).round(1)
    score = rows["score"].astype(float).round(1)
    work = [initiatives_of(case.scorecard, str(id), case.period) != NO_INITIATIVE for id in rows.index]
    found = pd.DataFrame({"status": rows["status"], "score": score, "share": share, "planned": work})
    found["cost"] = found["share"] * (100 - found["score"]) / 100
    return found[found["cost"] >= _SAME].sort_values("cost", ascending=False, kind="stable")


@exercise("kpi precision", slips="own adds share", nothing="no_cost")
def costs(case: Case) -> Facts:
    """How many points of the overall score a KPI costs, by hand."""
    rows = _amiss(case)
    asked = set(rows[~rows["planned"]].index[:_MOST])  # the other questions are about these
    others = rows[~rows.index.isin(asked) & (rows["score"] > 0) & (rows["share"] < 100)]
    ids = [str(id) for id in others.sort_values("planned", kind="stable").index]
    id = need([*ids, *rows.index], "no_cost")[0]
    share, score = (typed(float(rows.loc[id, name]), 4) for name in ("share", "score"))
    return Facts(
        Number(share / 100 * (100 - score), within=0.1, unit="score"),
        code=f"share, score = {share!r} / 100, {score!r}\nanswer = share * (100 - score)",
        names={"kpi": case.called(id), "precision": precision(1)},
        slips={"own": 100 - score, "adds": share / 100 * score, "share": share},
        given=values_table({"score": score, "share of the overall score, in %": share}),
    )


@exercise(slips="planned lowest less", nothing="no_idle")
def ask_first(case: Case) -> Facts:
    """For which KPI a board asks for a plan first."""
    rows = _amiss(case)
    idle = need(list(rows[~rows["planned"]].index[:_MOST]), "no_idle")
    planned = list(rows[rows["planned"]].index[:1])
    need(len(idle) + len(planned) > 1, "no_idle")
    shown = [kpi for kpi in case.scorecard.kpis if kpi.id in (*idle, *planned)]
    costs = rows.loc[idle, "cost"]
    right = frozenset(costs.index[costs >= costs.max() - _SAME])
    return Facts(
        Choice(right, of={kpi.id: kpi.name for kpi in shown}, kind="KPI", also=by_row(kpi.id for kpi in shown)),
        code=(
            f"share = {rows.loc[idle, 'share'].to_dict()!r}\nscore = {rows.loc[idle, 'score'].to_dict()!r}\n"
            "answer = max(share, key=lambda kpi: share[kpi] * (100 - score[kpi]))  # of those without a plan"
        ),
        slips={
            "planned": frozenset(planned),
            "lowest": frozenset({str(rows.loc[idle, "score"].idxmin())}),
            "less": frozenset(idle),
        },
        given=(
            ("number", "KPI", "status", "score", "share of the overall score", "plan"),
            *(
                (
                    str(at),
                    kpi.name,
                    str(rows.loc[kpi.id, "status"]).replace("_", " "),
                    number(rows.loc[kpi.id, "score"]),
                    f"{number(rows.loc[kpi.id, 'share'])} %",
                    "a plan is under way or has a date" if rows.loc[kpi.id, "planned"] else "none",
                )
                for at, kpi in enumerate(shown, 1)
            ),
        ),
    )


@exercise(
    "overall target precision enough", slips="gain gap rounded average", nothing="no_idle", words="reaches falls_short"
)
def closes(case: Case) -> Facts:
    """What the overall score would be if the KPIs without a plan stood where they are expected, by hand."""
    rows = _amiss(case)
    idle = set(rows[~rows["planned"]].index[:_MOST])
    rows = rows.loc[[kpi.id for kpi in case.scorecard.kpis if kpi.id in idle]]  # the most costly is asked for before
    top = case.of("scorecard").iloc[0]
    need(len(rows) > 1 and pd.notna(top["score"]), "no_idle")
    now, gains = round(float(top["score"]), 1), [round(cost, 1) for cost in rows["cost"]]
    goal = 100 * case.scorecard.thresholds.on_target
    right = now + sum(gains)
    enough = right >= goal
    return Facts(
        Number(right, within=0.1, unit="score"),
        code=f"answer = {now!r} + {' + '.join(map(repr, gains))}",
        names={
            "overall": number(now),
            "target": f"{goal:g}",
            "precision": precision(1),
            "enough": number(right),
        },
        words="reaches" if enough else "falls_short",
        slips={
            "gain": sum(gains),
            "gap": goal - now if goal > now else math.nan,
            "rounded": float(round(right)) if right < goal <= round(right) else math.nan,
            "average": now + sum(gains) / len(gains),
        },
        given=(
            ("KPI without a plan", "score", "share of the overall score"),
            *(
                (case.scorecard.names[str(id)], number(score), f"{number(share)} %")
                for id, score, share in zip(rows.index, rows["score"], rows["share"], strict=True)
            ),
        ),
    )


@exercise("kpi unit precision place month", slips="mean without alone", nothing="no_gap")
def gap(case: Case) -> Facts:
    """What a KPI of the whole would be with the last number of the unit that did not report, by hand."""
    id, whole, last = need(_gone(case), "no_gap")
    above, below = (float(whole[name] + last[name]) for name in ("numerator", "denominator"))
    kpi = case.scorecard.kpi(id)
    now, alone = (float(row["numerator"] / row["denominator"] * kpi.scale) for row in (whole, last))
    right = above / below * kpi.scale
    expects, names = measured(case, kpi, right, abs(now - right) / 10)
    times = f" * {kpi.scale:g}" if kpi.scale != 1 else ""
    parts = formula_in_words(kpi.formula or "").split(" / ")
    heads = parts if len(parts) == 2 and not times else ["above the line", "below the line"]
    place = str(last["unit"])
    return Facts(
        expects,
        code=(
            f"answer = ({whole['numerator']:g} + {last['numerator']:g}) / "
            f"({whole['denominator']:g} + {last['denominator']:g}){times}"
        ),
        names={**names, "place": place, "month": month_name(str(last["period"]))},
        slips={
            "mean": [(now + alone) / 2, round((now + alone) / 2, 1)],
            "without": [now, round(now, 1)],
            "alone": alone,
        },
        given=(
            ("whose", *heads),
            *(
                (said, *(plain(float(row[name])) for name in ("numerator", "denominator")))
                for said, row in (
                    (f"all that reported, {month_name(case.period)}", whole),
                    (f"{place}, {month_name(str(last['period']))}", last),
                )
            ),
        ),
    )


def _gone(case: Case) -> tuple[str, pd.Series, pd.Series] | None:
    """A ratio that lacks one unit, its row of the whole, and the unit's last row; None where there is none."""
    rows = case.of("kpi")
    for id in rows.index[rows["origin"].astype(str) == "pooled_in_part"]:
        kpi, here = case.scorecard.kpi(str(id)), case.now[case.now["id"] == id].set_index("unit")
        if kpi.pooled != "ratio" or kpi.cumulates:
            continue
        for unit in (str(unit) for unit in here.index[here["actual"].isna()] if unit):
            past = last_known(case.scores[case.scores["id"] == id], unit)
            if len(past) and _apart(rows.loc[id], past.iloc[-1]):
                return str(id), rows.loc[id], past.iloc[-1]
    return None


def _apart(whole: pd.Series, last: pd.Series) -> bool:
    """Whether both have their two numbers, and the unit's make a difference that can be seen."""
    parts = [float(row[name]) for row in (whole, last) for name in ("numerator", "denominator")]
    if not np.isfinite(parts).all() or not min(parts[1], parts[3]) > 0:
        return False
    now, then = parts[0] / parts[1], (parts[0] + parts[2]) / (parts[1] + parts[3])
    return not math.isclose(now, then, rel_tol=0.005)
