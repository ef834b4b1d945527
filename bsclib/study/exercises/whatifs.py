"""Exercises on a question asked of the map: a change, an effect by hand, a chance, what was never observed."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.measures import in_words
from bsclib.model.nouns import KPI
from bsclib.scenarios.questions import drivers
from bsclib.study.answer_functions import Function
from bsclib.study.answers import Choice, Names, Number
from bsclib.study.exercises.case import Case, by_row, decimals_for, measured, plain, typed
from bsclib.study.exercises.question import Facts, NothingToAskError, exercise, need
from bsclib.study.exercises.texts import phrases
from bsclib.wording import listed, month_name, number, percent, signed

AHEAD = 24
"""How many months ahead questions look."""
SHARES = (0.1, 0.25, 0.5, 1.0)
"""By how much KPIs are changed; the smallest that brings one of them beyond what was observed."""
SPREAD = (-0.3, 0.45, -1.2, 0.0, -0.7, 1.3, -0.15, 0.2, -1.6, 0.8, -0.9, -0.45)
"""Where draws lie about a target, in shares of the way to it; positive is better."""
_MOST = 8
_CARRIED = (
    (4.0, ((0.5, 2), (3.0, 1)), 3),
    (4.0, ((0.5, 2), (3.0, 1)), 2),
    (-2.0, ((1.5, 1), (0.4, 3), (-2.0, 2)), 8),
    (5.0, ((0.2, 0), (0.7, 4)), 4),
    (5.0, ((0.2, 0), (0.7, 4)), 1),
)
"""Sizes, links as pairs of effect and lag, and months in which a learner's own function says what has arrived."""


def _arrived(size: float, links: tuple[tuple[float, int], ...], month: int) -> float:
    """What has come to the end of a chain."""
    return size * math.prod(effect for effect, _ in links) if month >= sum(lag for _, lag in links) else 0.0


@exercise(slips="at_once after longest added per_unit")
def along(case: Case) -> Facts:
    """One effect carried along the map, by a function of the learner's own."""
    del case  # the same numbers for every scorecard, so that they can be worked out on paper
    right = tuple(_arrived(*one) for one in _CARRIED)
    late = [(sum(lag for _, lag in links), month) for _, links, month in _CARRIED]
    return Facts(
        Function(right, asked=_CARRIED, within=0.001),
        code=(
            "def answer(size, links, month):\n"
            "    for effect, lag in links:\n"
            "        size, month = size * effect, month - lag\n"
            "    return size if month >= 0 else 0"
        ),
        slips={
            "at_once": tuple(_arrived(size, links, 10**6) for size, links, _ in _CARRIED),
            "after": tuple(0.0 if month <= lag else value for value, (lag, month) in zip(right, late, strict=True)),
            "longest": tuple(
                _arrived(size, links, 10**6) if month >= max(lag for _, lag in links) else 0.0
                for size, links, month in _CARRIED
            ),
            "added": tuple(
                size * sum(effect for effect, _ in links) if month >= lag else 0.0
                for (size, links, month), (lag, _) in zip(_CARRIED, late, strict=True)
            ),
            "per_unit": tuple(_arrived(1.0, links, month) for _, links, month in _CARRIED),
        },
    )


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
        names=names | {"actual": plain(actual), "change": f"{100 * share:+.0f} %".replace("-", "−")},
        slips={
            "points": actual + 100 * share,
            "change": abs(actual * share),
            "other_way": actual * (1 - share),
            "divided": actual / (1 - share),
            "baseline": float(row["baseline"]) * (1 + share),
            "target": float(row["target"]) * (1 + share),
        },
    )


@exercise(
    "count kpi month target better",
    slips="counted counted_above missed edge_missed wrong_side middle",
    nothing="no_target",
)
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
            "month": month_name(periods.period_of(month)),
            "target": plain(due),
            "better": phrases()["lower" if good(kpi) < 0 else "higher"],
        },
        slips={
            "counted": float(sum(gap >= 0 for gap in better)),
            "counted_above": float(sum(gap > 0 for gap in better)),
            "missed": 1 - right,
            "edge_missed": sum(gap > 0 for gap in better) / len(draws),
            "wrong_side": sum(gap <= 0 for gap in better) / len(draws),
            "middle": 0.0,
        },
        given=(("draw", "value"), *((str(n), number(draw, decimals)) for n, draw in enumerate(draws, 1))),
    )


def _shown(kpi: KPI, value: float) -> str:
    """A value that can be reckoned with: one that is told in words is a number here."""
    return plain(typed(value, 4)) if in_words(kpi, value) else kpi.show(value)


@exercise("share_of_actual beyond_all level", slips="none within all", nothing="all_seen")
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
    kpis = [case.scorecard.kpi(id) for id in rows.index]
    numbers = [
        [_shown(kpi, at) for kpi, at in zip(kpis, rows[name], strict=True)] for name in ("low", "high", "actual")
    ]
    better = ["more" if good(kpi) > 0 else "less" for kpi in kpis]
    over = [kpi.id for kpi in kpis if kpi.measured_in == "%" and rows.loc[kpi.id, "level"] > 100]
    of = {id: case.scorecard.names[id] for id in rows.index}
    return Facts(
        Names(
            frozenset(rows.index[rows["out"]]),
            of=of,
            kind="KPI of the table",
            also=by_row(of),
            why=dict.fromkeys(rows.index[~rows["out"]], phrases()["seen_before"]),
            ask=phrases()["span_left"],
        ),
        code=(
            f"ids = {list(rows.index)!r}\n"
            'seen = scores[(scores["level"] == "kpi") & (scores["unit"] == "")]\n'
            "answer = []\nfor id in ids:\n"
            '    actual = seen[seen["id"] == id]["actual"].dropna()\n'
            f'    up = scorecard.kpi(id).direction == "higher_is_better"\n'
            f"    level = actual.iloc[-1] * (1 + {share!r} if up else 1 - {share!r})\n"
            "    if not actual.min() <= level <= actual.max():\n        answer.append(id)"
        ),
        names={
            "share_of_actual": percent(share),
            "beyond_all": case.called(over[0]) if over else "",
            "level": number(rows.loc[over[0], "level"], 0) if over else "",
        },
        slips={"within": frozenset(rows.index[~rows["out"]]), "all": frozenset(rows.index)},
        emptied="none",
        given=(
            ("number", "KPI", "better is", "lowest", "highest", "latest"),
            *zip(by_row(of), of.values(), better, *numbers, strict=True),
        ),
    )


@exercise("months left_out", slips="left_out largest_effect widest other", nothing="no_link none_sure one_leads")
def strongest(case: Case) -> Facts:
    """Which driver moves the overall score most, and surely."""
    need(case.scorecard.links, "no_link")
    rows = drivers(case.fit, horizon=AHEAD, draws=1_000)
    rows = rows[rows["effect"].notna()].round({"effect": 2, "low": 2, "high": 2})
    need(len(rows) >= 2 and rows["low"].max() > 0, "none_sure")
    ahead = []
    while len(rows) and rows["low"].iloc[0] == rows["low"].max():
        ahead.append(str(rows["kpi"].iloc[0]))
        rows = rows.iloc[1:]  # who leads in both columns shows nobody which one was read
    rows = rows.head(_MOST).reset_index(drop=True)
    low, ids = rows["low"], rows["kpi"].astype(str)
    need(len(rows) >= 2 and low.max() > 0 and low.iloc[0] < low.max(), "one_leads")
    return Facts(
        Choice(
            frozenset(ids[low == low.max()]),
            of={id: case.scorecard.names[id] for id in [*ids, *ahead]},
            kind="KPI",
            also=by_row(ids),
        ),
        code=(
            "from bsclib.scenarios import drivers, fit_map\n\n"
            f"found = drivers(fit_map(scorecard, actuals), horizon={AHEAD}, draws=1_000)\n"
            f"found = found[found['kpi'].isin({list(ids)!r})]\n"
            'answer = found.loc[found["low"].idxmax(), "kpi"]'
        ),
        names={"months": AHEAD, "left_out": listed(case.called(id) for id in ahead)},
        slips={
            "left_out": frozenset(ahead),
            "largest_effect": frozenset({ids[0]}),
            "widest": frozenset({ids[int((rows["high"] - rows["low"]).idxmax())]}),
            "other": frozenset(ids),
        },
        given=(
            ("number", "KPI", "middle", "90 of 100"),
            *zip(
                by_row(ids),
                ids.map(case.scorecard.names),
                rows["effect"].map(lambda value: signed(value, 2)),
                (f"{signed(low, 2)} to {signed(high, 2)}" for low, high in rows[["low", "high"]].to_numpy()),
                strict=True,
            ),
        ),
    )
