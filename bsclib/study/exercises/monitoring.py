"""Exercises on signal and noise: limits by hand, what chance does, targets met by luck, and what an action did."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from statistics import NormalDist
from typing import Any

import pandas as pd

from bsclib.signals.action_effects import action_effects
from bsclib.signals.alarm_rates import expected_false_signals, false_alarm_rate
from bsclib.signals.assurance import variation_and_assurance
from bsclib.signals.interrupted_series import FEWEST_AFTER
from bsclib.signals.limits import E2, natural_limits
from bsclib.study.answer_forms import single
from bsclib.study.answers import Names, Number
from bsclib.study.exercises.case import Case, decimals_for, plain
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import phrases, precision
from bsclib.study.lessons.lesson_08 import WORDS_SHOWN, first_months, shipped, watched
from bsclib.wording import counted, effect_texts, listed, month_name, number

_EDGES = ("lower", "upper", "target")
_SHIPPED = "from bsclib.study.lessons.lesson_08 import shipped\n\nlooked_at = shipped()\n"
_MOST, _RUN = 6, 8
_CLEAR = 0.05
"""Of the way from limit to limit: a target that is nearer to one of them is not asked about."""
_EXAMPLE = 2 / 100
"""The share of months with a false alarm in the page's example."""
_RARE = 0.05
"""A target that is met by luck so seldom is told apart from a coin."""


@exercise(
    "kpi begin precision three",
    slips="reach deviation three_deviations signed two_thirds no_factor lower",
    nothing="no_series",
)
def upper_limit(case: Case) -> Facts:
    """The upper limit of a KPI, by the learner's own code."""
    looked_at = watched(case.scorecard, case.actuals)
    id, values = need(first_months(looked_at), "no_series")
    limits = natural_limits(values)
    decimals = decimals_for(limits["moving_range"] / 10)
    mean, size, spread = float(limits["centre"]), float(limits["moving_range"]), float(values.std())
    kpi = looked_at.scorecard.kpi(id)
    return Facts(
        Number(float(limits["upper"]), within=10.0**-decimals, unit=kpi.measured_in),
        code=(
            "from bsclib.study.lessons.lesson_08 import first_months, watched\n\n"
            "_, months = first_months(watched(scorecard, actuals))  # as the page made them ready\n"
            f"answer = float(months.mean() + {E2:.2f} * months.diff().abs().mean())"
        ),
        names={
            "kpi": kpi.name,
            "begin": listed(number(value, decimals) for value in values.head(3)),
            "precision": precision(decimals),
            "three": number(mean + 3 * spread, decimals),
        },
        slips={
            "reach": E2 * size,
            "deviation": mean + E2 * spread,
            "three_deviations": mean + 3 * spread,
            "signed": mean + E2 * float(values.diff().mean()),
            "two_thirds": mean + 2 / 3 * E2 * size,
            "no_factor": mean + size,
            "lower": float(limits["lower"]),
        },
    )


@exercise("unit kpi low high missed", slips="over_target all_of_them")
def outside(case: Case) -> Facts:
    """Which of the last months lie outside their limits."""
    looked_at = shipped()
    unit, id = "Genoa", "utilisation"
    chart = looked_at.behaviour
    rows = chart[(chart["unit"] == unit) & (chart["kpi"] == id)].tail(12)
    kpi = looked_at.scorecard.kpi(id)
    beyond = (rows["actual"] > rows["upper"]) | (rows["actual"] < rows["lower"])
    told = list(rows[["period", "actual", "lower", "upper"]].itertuples(index=False))
    months = {period: month_name(period) for period in rows["period"]}
    within = phrases()["within"]
    return Facts(
        Names(
            frozenset(rows.loc[beyond, "period"]),
            of=months,
            kind="month",
            also={word: period for period, name in months.items() for word in _month_words(name)},
            why={
                period: within.format(
                    month=months[period], actual=f"{actual:.1f}", lower=f"{lower:.1f}", upper=f"{upper:.1f}"
                )
                for period, actual, lower, upper in told
                if lower <= actual <= upper
            },
            ask=phrases()["limits_left"],
        ),
        code=(
            f"{_SHIPPED}"
            f'rows = looked_at.behaviour.query("unit == {unit!r} and kpi == {id!r}").tail(12)\n'
            'beyond = (rows["actual"] > rows["upper"]) | (rows["actual"] < rows["lower"])\n'
            'answer = rows.loc[beyond, "period"].tolist()'
        ),
        names={
            "unit": unit,
            "kpi": kpi.name,
            "low": f"{kpi.range[0]:.0f}",
            "high": f"{kpi.range[1]:.0f}",
            "missed": int((rows["actual"] > kpi.range[1]).sum()),
        },
        slips={
            "over_target": frozenset(rows.loc[rows["actual"] > kpi.range[1], "period"]),
            "all_of_them": frozenset(rows.loc[rows["signal"], "period"]),
        },
        given=(
            ("month", "actual", "lower limit", "upper limit"),
            *((months[period], *(f"{value:.1f}" for value in values)) for period, *values in told),
        ),
    )


def _month_words(name: str) -> tuple[str, ...]:
    """Other ways to write ``"January 2026"``."""
    month, year = name.split()
    return month, month[:3], f"{month[:3]} {year}"


@dataclass(frozen=True)
class SmallShare(Number):
    """A share of less than one in a hundred; ``0.8`` is a percentage as well, because nobody has to write the sign."""

    def _fault(self, answer: Any) -> str:
        fault = super()._fault(answer)
        bare = fault and not re.search(r"[^\d.,\s+eE-]", str(single(answer, "one number")))
        percentage = Number(self.right, within=self.within / 2, unit="share")
        return "" if bare and not percentage.fault(f"{single(answer, 'one number')} %") else fault


@exercise("precision", slips="one_side seven one_month")
def eight_in_a_row(case: Case) -> Facts:
    """How likely eight points on one side of the centre are by chance."""
    right = 2 * 0.5**_RUN
    return Facts(
        SmallShare(right, within=0.001, unit="share"),
        code=f"answer = 2 * 0.5**{_RUN}",
        names={"precision": precision(3)},
        slips={"one_side": right / 2, "seven": 2 * right, "one_month": 0.5},
    )


@exercise("rare times", slips="off_target always", nothing="no_luck")
def by_luck(case: Case) -> Facts:
    """Which targets lie inside the limits, so that chance decides whether they are met."""
    looked_at = watched(case.scorecard, case.actuals)
    words = variation_and_assurance(looked_at.behaviour, looked_at.scorecard)
    whole = words[(words["unit"] == "") & words["target"].notna() & words["centre"].notna()]
    kpis = {kpi.id: kpi for kpi in looked_at.scorecard.kpis if kpi.direction != "within_range"}
    whole = whole[whole["kpi"].isin(list(kpis))].set_index("kpi")
    near = (whole[["lower", "upper"]].sub(whole["target"], axis=0)).abs().min(axis=1)
    whole = whole[near > _CLEAR * (whole["upper"] - whole["lower"])]
    need(len(whole), "no_luck")
    later = whole[~whole.index.isin(list(dict.fromkeys(words.loc[words["unit"] == "", "kpi"]))[:WORDS_SHOWN])]
    whole = later if later["assurance"].nunique() > 1 else whole
    # Some of each word, those whose target is sure first.
    order = whole["assurance"].map({"never_met": 0, "always_met": 0, "hit_and_miss": 1})
    shown = pd.concat([part.head(_MOST // 2) for _, part in whole.groupby(order)])
    right = need(frozenset(shown.index[shown["assurance"] == "hit_and_miss"]), "no_luck")
    signs = {id: "at least" if kpis[id].direction == "higher_is_better" else "at most" for id in shown.index}
    off = [id for id, row in shown.iterrows() if (row["actual"] < row["target"]) == (signs[id] == "at least")]
    digits = {id: decimals_for((row["upper"] - row["lower"]) / 10) for id, row in shown.iterrows()}
    chances = {str(id): _met(row, signs[id] == "at least") for id, row in shown.loc[list(right)].iterrows()}
    rare = min(chances, key=lambda id: chances[id])
    seldom = chances[rare] < _RARE
    return Facts(
        Names(
            right,
            of={id: kpis[id].name for id in shown.index},
            kind="KPI of the table",
            others=looked_at.scorecard.names,
            why={id: phrases()[word.split("_")[0]] for id, word in shown["assurance"].items() if id not in right},
            ask=phrases()["luck_left"],
        ),
        code="\n".join(
            [
                "rows = {  # lower limit, upper limit, target",
                *(
                    f"    {kpis[id].name!r}: ({', '.join(plain(round(row[column], digits[id])) for column in _EDGES)}),"
                    for id, row in shown.iterrows()
                ),
                "}",
                "answer = [kpi for kpi, (lower, upper, target) in rows.items() if lower < target < upper]",
            ]
        ),
        names={
            "rare": f"“{kpis[rare].name}”" if seldom else "",
            "times": number(100 * chances[rare], 0),
        },
        slips={"off_target": frozenset(off), "always": frozenset(shown.index) - right},
        given=(
            ("KPI", "in", "lower limit", "upper limit", "expected by now"),
            *(
                (
                    kpis[id].name,
                    kpis[id].measured_in,
                    number(row["lower"], digits[id]),
                    number(row["upper"], digits[id]),
                    f"{signs[id]} {number(row['target'], digits[id])}",
                )
                for id, row in shown.iterrows()
            ),
        ),
    )


def _met(row: pd.Series, at_least: bool) -> float:
    """In which share of months a target is met by luck: limits lie three standard deviations from the centre."""
    above = row["target"] > row["centre"]
    room = (row["upper"] if above else row["lower"]) - row["centre"]
    beyond = NormalDist().cdf(-3 * (row["target"] - row["centre"]) / room)
    return beyond if above == at_least else 1 - beyond


@exercise("series rate precision", slips="all_series one_series a_year example in_percent share_in_percent whole")
def by_chance(case: Case) -> Facts:
    """How many false signals a month has when many series are watched."""
    rate, whole = false_alarm_rate("wheeler"), shipped().behaviour.query("unit == ''")
    series, rate = round(expected_false_signals(whole) / rate), round(rate, 3)
    return Facts(
        Number(series * rate, within=0.1, unit="signals"),
        code=f"answer = {series} * {rate}",
        names={"series": series, "rate": plain(rate), "precision": precision(1)},
        slips={
            "all_series": float(series),
            "one_series": rate,
            "a_year": 12 * series * rate,
            "example": series * _EXAMPLE,
            "in_percent": 100 * series * rate,
            "share_in_percent": 100 * rate,
            "whole": float(round(series * rate)),
        },
        given=(
            ("what", "value"),
            ("series that are watched", plain(series)),
            ("share of months with a false alarm, of one series", plain(rate)),
        ),
    )


@cache
def _shipped_effects() -> pd.DataFrame:
    looked_at = shipped()
    return action_effects(looked_at.scorecard, looked_at.actuals)


@exercise("months", slips="largest by_size all_of_them one_month not_better")
def helped(case: Case) -> Facts:
    """Which finished actions show an effect, by their intervals."""
    looked_at = shipped()
    card = looked_at.scorecard
    effects = _shipped_effects()
    told = effects[effects["effect"].notna()].set_index("action")
    names = {action.id: action.action for action in card.actions if action.id in told.index}
    letters = dict(zip(told.index, "ABCDEFGH", strict=False))
    right = frozenset(letters[id] for id in told.index[told["verdict"] == "effect_seen"])
    better = frozenset(letters[id] for id in told.index[told["better"].eq(True)])
    early = frozenset(letters[id] for id in told.index[told["verdict"] == "too_early"])
    texts = {id: effect_texts(row["effect"], row["low"], row["high"]) for id, row in told.iterrows()}  # as the agenda
    ends = {letters[id]: tuple(float(text.replace("−", "-")) for text in texts[id][1:]) for id in told.index}
    months = {letters[id]: int(row["months_after"]) for id, row in told.iterrows()}
    largest = frozenset({letters[told["effect"].abs().idxmax()]})
    rows = [
        (
            letters[id],
            names[id],
            card.kpi(row["kpi"]).name,
            plain(int(row["months_after"])),
            texts[str(id)][0],
            " to ".join(texts[str(id)][1:]),
        )
        for id, row in told.iterrows()
    ]
    return Facts(
        Names(
            right,
            of={letter: names[id] for id, letter in letters.items()},
            kind="action",
            why={
                letter: phrases()["too_early" if letter in early else "holds_0"].format(
                    letter=letter, months=counted(int(told.loc[id, "months_after"]), "month")
                )
                for id, letter in letters.items()
                if letter not in right
            },
            ask=phrases()["effects_left"],
        ),
        code=(
            f"intervals = {ends}\nmonths = {months}\n"
            "answer = [\n"
            "    letter\n"
            "    for letter, (low, high) in intervals.items()\n"
            f"    if (low > 0 or high < 0) and months[letter] >= {FEWEST_AFTER}\n"
            "]"
        ),
        names={"months": months[min(right)]},
        slips={
            "largest": largest,
            "by_size": right | largest,
            "all_of_them": frozenset(letters.values()),
            "one_month": right | early,
            "not_better": better,
        },
        given=(("action", "what was done", "KPI", "months after", "effect", "interval of 95 %"), *rows),
    )


_SEEN = {
    "A": ("missed", "common cause", "hit and miss"),
    "B": ("missed", "worsening", "hit and miss"),
    "C": ("met", "worsening", "always met"),
    "D": ("missed", "common cause", "never met"),
    "E": ("met", "common cause", "always met"),
    "F": ("met", "common cause", "hit and miss"),
}
"""Six KPIs: whether they met their target this month, and their two words."""


@exercise(slips="missed signals for_the_worse without_met")
def worth_a_day(case: Case) -> Facts:
    """Which of a month's KPIs somebody should spend a day on."""
    signals = frozenset(id for id, (_, variation, _) in _SEEN.items() if variation != "common cause")
    never = frozenset(id for id, (_, _, assurance) in _SEEN.items() if assurance == "never met")
    missed = frozenset(id for id, (now, _, _) in _SEEN.items() if now == "missed")
    lucky = {id: phrases()["luck"] for id, seen in _SEEN.items() if seen[1:] == ("common cause", "hit and miss")}
    return Facts(
        Names(
            signals | never,
            of={id: f"KPI {id}" for id in _SEEN},
            kind="KPI of the table",
            why=lucky | {"E": phrases()["nothing_new"]},
            ask=phrases()["days_left"],
        ),
        code=(
            f"seen = {_SEEN}\n"
            "answer = [\n"
            '    kpi for kpi, (_, word, target) in seen.items() if word != "common cause" or target == "never met"\n'
            "]"
        ),
        slips={
            "missed": missed,
            "signals": signals,
            "for_the_worse": signals & missed,
            "without_met": (signals | never) & missed,
        },
        given=(("KPI", "target this month", "variation", "assurance"), *((id, *seen) for id, seen in _SEEN.items())),
    )
