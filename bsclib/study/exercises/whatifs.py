"""Exercises on a question asked of the map: how large a change is, how sure a target, what was never observed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.model import periods
from bsclib.model.nouns import KPI
from bsclib.scenarios.questions import drivers
from bsclib.study.answers import Choice, Names, Number
from bsclib.study.exercises import SHARE, Case, Question, Slip, apart, places, plain, precision
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


def _shown(value: float) -> float:
    """A number to four amount, so that it can be typed."""
    return float(f"{value:.4g}")


def _written(kpi: KPI, share: float) -> str:
    """A change the good way, as it is asked for."""
    return f"{'+' if good(kpi) > 0 else '-'}{share:.0%}"


def step(case: Case) -> Question | str:
    """To which level a change in percent brings a KPI."""
    rows = _moving(case)
    if rows.empty:
        return f"No KPI with a direction has an actual in {case.period} that a share could be taken of."
    row = rows.iloc[0]
    kpi, actual = case.scorecard.kpi(row["id"]), _shown(row["actual"])
    share = good(kpi) * 0.1
    decimals = places(abs(actual) / 200)
    expects = Number(actual * (1 + share), within=10.0**-decimals, unit=kpi.measured_in)
    others = [
        Slip(float(row[name]) * (1 + share), f"this is of the {name}. The change is of the latest actual.")
        for name in ("baseline", "target")
    ]
    return Question(
        text=f"The latest actual of {case.called(kpi.id)} is {plain(actual)}"
        f"{f', in {kpi.measured_in}' if kpi.measured_in else ''}. Somebody asks: what if {_written(kpi, 0.1)}?\n"
        f"To which level does that bring it, if it would otherwise stay where it is? Give it {precision(decimals)}.",
        expects=expects,
        words="a share is of the latest actual, whatever the KPI is measured in. Whoever means ten points more writes "
        "+10, without the sign for percent.",
        code=f"actual = {actual!r}\nanswer = actual * (1 {'+' if share > 0 else '-'} 0.10)",
        hints=("How much is a tenth of the latest actual?", "Is it added, or taken away?"),
        slips=apart(
            expects,
            Slip(actual + 100 * share, "these are 10 of what it is measured in. The change is a tenth of the actual."),
            Slip(abs(actual * share), "this is the change. To which level does it bring the KPI?"),
            Slip(actual * (1 - share), "this is the other way."),
            Slip(actual / (1 - share), "a tenth of the actual is added or taken away; nothing is divided."),
            *others,
        ),
    )


def chance(case: Case) -> Question | str:
    """The chance of reaching a target, counted in draws."""
    month = periods.span(case.period)[1] + AHEAD
    found: list[tuple[bool, int, KPI, float, float]] = []
    for id, actual in zip(_moving(case)["id"], _moving(case)["actual"], strict=True):
        kpi = case.scorecard.kpi(id)
        due = float(kpi.expected(np.array([month]))[0])
        way = good(kpi) * (due - float(actual))
        found.append((way <= 0, len(found), kpi, due, max(abs(way), 0.02 * abs(due))))
    found = [one for one in found if one[-1] > 0]
    if not found:
        return f"No KPI with a direction has an actual in {case.period} and a target to reach."
    *_, kpi, due, way = min(found, key=lambda one: one[:2])
    decimals = places(way / 50)
    draws = [due + 0.0 if z == 0 else round(due + good(kpi) * z * way, decimals) + 0.0 for z in SPREAD]
    better = [good(kpi) * (one - due) for one in draws]
    right = sum(one >= 0 for one in better) / len(draws)
    expects = Number(right, within=0.01, unit="share")
    worse = "at most" if good(kpi) < 0 else "at least"
    return Question(
        text=f"{len(draws)} draws of where {case.called(kpi.id)} may stand in {periods.period_of(month)}, all equally "
        f"likely. The target of that month is {plain(due)}, and it is {'lower' if good(kpi) < 0 else 'higher'} that is "
        f"better.\nWhat is the chance that the target is reached? {SHARE}",
        expects=expects,
        words="a chance is a share of the draws. The middle of them may miss the target, and still it is reached in "
        "many: say the chance, and not only the middle.",
        code=f"draws = {draws!r}\ntarget = {due!r}\n"
        f"answer = sum(one {'<=' if good(kpi) < 0 else '>='} target for one in draws) / len(draws)",
        hints=(
            f"Count the draws that are {worse} the target; which way is better stands in the question.",
            "Exactly the target is reached. Divide by the number of draws.",
        ),
        slips=apart(
            expects,
            Slip(1 - right, "these are the draws that miss it. Which way is better?"),
            Slip(sum(one > 0 for one in better) / len(draws), "a draw exactly at the target reaches it."),
            Slip(sum(one <= 0 for one in better) / len(draws), "this counts the wrong side. Which way is better?"),
            Slip(0.0, "the middle of the draws misses it. Some of the others do not."),
        ),
        given=(("draw", "value"), *((str(n), plain(one)) for n, one in enumerate(draws, 1))),
    )


def beyond(case: Case) -> Question | str:
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
        return "No KPI of this scorecard can be brought beyond what was observed by a change of its actual."
    shown = [*rows.index[out][: _MOST // 2], *rows.index[~out]][:_MOST]
    rows = rows.assign(level=level, out=out).loc[[id for id in rows.index if id in shown]]
    expects = Names(frozenset(rows.index[rows["out"]]), of=_named(case, rows), kind="KPI of the table")
    return Question(
        text=f"Each of these KPIs is changed by {share:.0%} of its latest actual, the good way. Which of them does "
        "that bring beyond everything that was ever observed of it?\nGive their ids or names, in any order.",
        expects=expects,
        words="what happens there, nobody has seen. A link that held between two numbers is drawn on as a straight "
        "line, and reality bends. A what-if says so in its notes.",
        code=f"ids = {list(rows.index)!r}\n"
        'seen = scores[(scores["level"] == "kpi") & (scores["unit"] == "")]\n'
        "answer = []\nfor id in ids:\n"
        '    actual = seen[seen["id"] == id]["actual"].dropna()\n'
        f'    up = scorecard.kpi(id).direction == "higher_is_better"\n'
        f"    level = actual.iloc[-1] * (1 + {share!r} if up else 1 - {share!r})\n"
        "    if not actual.min() <= level <= actual.max():\n        answer.append(id)",
        hints=(
            f"Work out the new level of each: {share:.0%} of the latest actual more, or less where less is better.",
            "Does it lie between the lowest and the highest actual? Then something like it was observed.",
        ),
        slips=apart(
            expects,
            Slip(frozenset(rows.index[~rows["out"]]), "these are the ones that stay within what was observed."),
            Slip(frozenset(rows.index), "not all of them: some come to where they were before."),
        ),
        given=(
            ("KPI", "better is", "lowest", "highest", "latest"),
            *(
                (
                    id,
                    "more" if good(case.scorecard.kpi(id)) > 0 else "less",
                    *(plain(_shown(row[name])) for name in ("low", "high", "actual")),
                )
                for id, row in rows.iterrows()
            ),
        ),
    )


def _named(case: Case, rows: pd.DataFrame) -> dict[str, str]:
    return {id: case.scorecard.names[id] for id in rows.index}


def strongest(case: Case) -> Question | str:
    """Which driver moves the overall score most, and surely."""
    if not case.scorecard.links:
        return "This scorecard claims no cause and effect."
    found = drivers(case.fit, horizon=AHEAD, draws=400)
    found = found[found["effect"].notna()].head(_MOST).reset_index(drop=True)
    low = found["low"].round(2)
    if len(found) < 2 or not low.max() > 0:
        return "No driver of this scorecard moves the overall score for sure."
    ids = found["kpi"].astype(str)
    expects = Choice(frozenset(ids[low == low.max()]), of={id: case.scorecard.names[id] for id in ids}, kind="KPI")
    widest = ids[int((found["high"] - found["low"]).idxmax())]
    return Question(
        text="Each KPI was moved by 10 % of its latest actual, the good way. The table says what that adds to the "
        f"overall score after {AHEAD} months, in points, with the band that holds it 90 times in 100.\nWhich KPI "
        "brings most even if things go badly, that is, at the lower end of its band? Give its id or name.",
        expects=expects,
        words="the longest bar is the best guess, and a guess. Whoever must not be disappointed looks at the lower "
        "end. And 10 % is not equally hard to reach for all of them: that the map does not know.",
        code="from bsclib.scenarios import drivers, fit_map\n\n"
        f"found = drivers(fit_map(scorecard, actuals), horizon={AHEAD}, draws=400)\n"
        'answer = found.loc[found["low"].idxmax(), "kpi"]',
        hints=("Leave the effect alone, and look at the column “from”.", "Which lower end is highest?"),
        slips=apart(
            expects,
            Slip(frozenset({ids[0]}), "its effect is the largest, but its lower end is not the highest."),
            Slip(frozenset({widest}), "its band is the widest: it may bring much, and it may bring little."),
            Slip(frozenset(ids), "another one has a higher lower end."),
        ),
        given=(
            ("KPI", "effect", "from", "to"),
            *(
                (id, *(amount(round(float(row[name]), 2)) for name in ("effect", "low", "high")))
                for id, (_, row) in zip(ids, found.iterrows(), strict=True)
            ),
        ),
    )
