"""Exercises on a question asked of the map: how large a change is, how sure a target, what was never observed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.nouns import KPI
from bsclib.scenarios.questions import drivers
from bsclib.study.answers import Choice, Names, Number
from bsclib.study.exercises.case import Case, decimals_for, measured, plain, typed
from bsclib.study.exercises.question import Facts, NothingToAskError, exercise, need
from bsclib.study.exercises.texts import phrases
from bsclib.wording import amount

AHEAD = 24
"""How many months ahead questions look."""
SHARES = (0.1, 0.25, 0.5, 1.0)
"""By how much KPIs are changed; the smallest that brings one of them beyond what was observed."""
SPREAD = (-0.3, 0.45, -1.2, 0.0, -0.7, 1.3, -0.15, 0.2, -1.6, 0.8, -0.9, -0.45)
"""Where draws lie about a target, in shares of the way to it; positive is better."""
_MOST = 8


def good(kpi: KPI) -> int:
    """1 where more is better, -1 where less is, 0 for a range."""
    return {"higher_is_better": 1, "lower_is_better": -1}.get(kpi.direction, 0)


def _moving(case: Case) -> pd.DataFrame:
    """KPIs with a good direction and an actual that a share can be taken of; those with most links away come first."""
    rows = case.of("kpi")
    rows = rows[[bool(good(case.scorecard.kpi(id))) for id in rows["id"]]]
    rows = rows[rows["actual"].notna() & (rows["actual"] != 0)]
    causes = [link.cause for link in case.scorecard.links]
    percent = np.array([case.scorecard.kpi(id).measured_in == "%" for id in rows["id"]], dtype=bool)
    percent &= rows["actual"].abs().to_numpy() < 90  # a tenth more of it is still a percentage
    rows = rows.assign(links=[causes.count(id) for id in rows["id"]], percent=percent)
    return rows.sort_values(["percent", "links"], ascending=False, kind="stable")


@exercise(
    "kpi actual unit change precision", slips="points change other_way divided baseline target", nothing="no_actual"
)
def step(case: Case) -> Facts:
    """To which level a change in percent brings a KPI."""
    rows = _moving(case)
    need(not rows.empty, "no_actual")
    row = rows.iloc[0]
    kpi, actual = case.scorecard.kpi(row["id"]), typed(row["actual"], 4)
    share = good(kpi) * 0.1
    expects, names = measured(case, kpi, actual * (1 + share), abs(actual) / 200)
    return Facts(
        expects,
        code=f"actual = {actual!r}\nanswer = actual * (1 {'+' if share > 0 else '-'} 0.10)",
        names=names | {"actual": plain(actual), "change": f"{share:+.0%}"},
        slips={
            "points": actual + 100 * share,
            "change": abs(actual * share),
            "other_way": actual * (1 - share),
            "divided": actual / (1 - share),
            "baseline": float(row["baseline"]) * (1 + share),
            "target": float(row["target"]) * (1 + share),
        },
    )


@exercise("count kpi month target better", slips="missed edge_missed wrong_side middle", nothing="no_target")
def chance(case: Case) -> Facts:
    """The chance of reaching a target, counted in draws."""
    month = periods.span(case.period)[1] + AHEAD
    candidates: list[tuple[bool, KPI, float, float]] = []
    for id, actual in _moving(case)["actual"].items():
        kpi = case.scorecard.kpi(str(id))
        due = float(kpi.expected(np.array([month]))[0])
        way = good(kpi) * (due - float(actual))
        candidates.append((way <= 0, kpi, due, max(abs(way), 0.02 * abs(due))))
    candidates = need([candidate for candidate in candidates if candidate[-1] > 0], "no_target")
    _, kpi, due, way = min(candidates, key=lambda candidate: candidate[0])
    decimals = decimals_for(way / 50)
    draws = [due + 0.0 if z == 0 else round(due + good(kpi) * z * way, decimals) + 0.0 for z in SPREAD]
    better = [good(kpi) * (draw - due) for draw in draws]
    right = sum(gap >= 0 for gap in better) / len(draws)
    return Facts(
        Number(right, within=0.01, unit="share"),
        code=(
            f"draws = {draws!r}\ntarget = {due!r}\n"
            f"answer = sum(one {'<=' if good(kpi) < 0 else '>='} target for one in draws) / len(draws)"
        ),
        names={
            "count": len(draws),
            "kpi": case.called(kpi.id),
            "month": periods.period_of(month),
            "target": plain(due),
            "better": phrases()["lower" if good(kpi) < 0 else "higher"],
        },
        slips={
            "missed": 1 - right,
            "edge_missed": sum(gap > 0 for gap in better) / len(draws),
            "wrong_side": sum(gap <= 0 for gap in better) / len(draws),
            "middle": 0.0,
        },
        given=(("draw", "value"), *((str(n), plain(draw)) for n, draw in enumerate(draws, 1))),
    )


@exercise("share_of_actual", slips="within all", nothing="all_seen")
def beyond(case: Case) -> Facts:
    """Which changes go beyond anything that was observed."""
    rows = _moving(case)
    rows = rows.loc[[kpi.id for kpi in case.scorecard.kpis if kpi.id in rows.index]]
    seen = case.scores[(case.scores["level"] == "kpi") & (case.scores["unit"] == "")]
    span = seen.groupby(seen["id"].astype(str))["actual"].agg(["min", "max"])
    rows = rows.assign(low=span["min"].reindex(rows.index), high=span["max"].reindex(rows.index))
    ways = np.array([good(case.scorecard.kpi(id)) for id in rows["id"]])
    for share in SHARES:
        level = rows["actual"] + ways * share * rows["actual"]
        out = (level < rows["low"]) | (level > rows["high"])
        if out.any():
            break
    else:
        raise NothingToAskError("all_seen")
    shown = [*rows.index[out][: _MOST // 2], *rows.index[~out]][:_MOST]
    rows = rows.assign(level=level, out=out).loc[[id for id in rows.index if id in shown]]
    numbers = [rows[name].map(lambda value: plain(typed(value, 4))) for name in ("low", "high", "actual")]
    better = ["more" if good(case.scorecard.kpi(id)) > 0 else "less" for id in rows.index]
    of = {id: case.scorecard.names[id] for id in rows.index}
    return Facts(
        Names(frozenset(rows.index[rows["out"]]), of=of, kind="KPI of the table"),
        code=(
            f"ids = {list(rows.index)!r}\n"
            'seen = scores[(scores["level"] == "kpi") & (scores["unit"] == "")]\n'
            "answer = []\nfor id in ids:\n"
            '    actual = seen[seen["id"] == id]["actual"].dropna()\n'
            f'    up = scorecard.kpi(id).direction == "higher_is_better"\n'
            f"    level = actual.iloc[-1] * (1 + {share!r} if up else 1 - {share!r})\n"
            "    if not actual.min() <= level <= actual.max():\n        answer.append(id)"
        ),
        names={"share_of_actual": f"{share:.0%}"},
        slips={"within": frozenset(rows.index[~rows["out"]]), "all": frozenset(rows.index)},
        given=(
            ("KPI", "better is", "lowest", "highest", "latest"),
            *zip(rows.index, better, *numbers, strict=True),
        ),
    )


@exercise("months", slips="largest_effect widest other", nothing="no_link none_sure")
def strongest(case: Case) -> Facts:
    """Which driver moves the overall score most, and surely."""
    need(case.scorecard.links, "no_link")
    rows = drivers(case.fit, horizon=AHEAD, draws=400)
    rows = rows[rows["effect"].notna()].head(_MOST).reset_index(drop=True)
    low = rows["low"].round(2)
    need(len(rows) >= 2 and low.max() > 0, "none_sure")
    ids = rows["kpi"].astype(str)
    return Facts(
        Choice(frozenset(ids[low == low.max()]), of={id: case.scorecard.names[id] for id in ids}, kind="KPI"),
        code=(
            "from bsclib.scenarios import drivers, fit_map\n\n"
            f"found = drivers(fit_map(scorecard, actuals), horizon={AHEAD}, draws=400)\n"
            'answer = found.loc[found["low"].idxmax(), "kpi"]'
        ),
        names={"months": AHEAD},
        slips={
            "largest_effect": frozenset({ids[0]}),
            "widest": frozenset({ids[int((rows["high"] - rows["low"]).idxmax())]}),
            "other": frozenset(ids),
        },
        given=(
            ("KPI", "effect", "from", "to"),
            *zip(ids, *(rows[name].round(2).map(amount) for name in ("effect", "low", "high")), strict=True),
        ),
    )
