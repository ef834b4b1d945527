"""Exercises on evidence: a regression of one's own, verdicts, false ones, hidden drivers, what more months settle."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.causality.evidence.judging import Q
from bsclib.model import periods
from bsclib.reporting.evidence_tables import VERDICT_WORDS
from bsclib.study.answer_functions import STOPS, Function
from bsclib.study.answers import Choice, Names, Number
from bsclib.study.exercises.case import Case
from bsclib.study.exercises.claims import by_ids, by_number
from bsclib.study.exercises.question import Facts, exercise, need
from bsclib.study.exercises.texts import phrases
from bsclib.wording import amount, arrow, percent, probability

_ALSO = {
    "significant": "supported",
    "proven": "supported",
    "confirmed": "supported",
    "rejected": "refuted",
    "contradicted": "refuted",
    "undecided": "too_little_data",
}
_SHOWN = 12
_SERIES = (
    ((2, 3, 5, 4, 6, 7), (58, 61, 62, 65, 64, 67), 1),
    ((1, 4, 2, 5, 3, 6, 4), (9, 9, 8, 2, 6, 1, 4), 2),
    ((3, 1, 4, 2), (6, 2, 9, 4), 0),
)
"""Cause, effect and lag that a learner's own regression is tried on."""


def _pairs(cause: tuple[float, ...], effect: tuple[float, ...], lag: int) -> tuple[np.ndarray, np.ndarray]:
    """Each month's cause, and the effect so many months later."""
    return np.array(cause[: len(cause) - lag], dtype=float), np.array(effect[lag:], dtype=float)


def _slope(x: np.ndarray, y: np.ndarray) -> float:
    """What one unit more of the first adds to the second, by least squares."""
    away = x - x.mean()
    return float(away @ (y - y.mean()) / (away @ away))


@exercise(slips="empty no_lag backwards swapped correlation no_mean")
def slope(case: Case) -> Facts:
    """A regression of the learner's own: what one unit more of a cause adds, some months later."""
    del case  # the same numbers for every scorecard, so that they can be worked out on paper
    paired = [_pairs(*series) for series in _SERIES]
    early = [_pairs(effect, cause, lag) for cause, effect, lag in _SERIES]
    return Facts(
        Function(tuple(_slope(x, y) for x, y in paired), asked=_SERIES, within=0.005),
        code=(
            "def answer(cause, effect, lag):\n"
            "    x, y = cause[: len(cause) - lag], effect[lag:]\n"
            "    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)\n"
            "    together = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y))\n"
            "    return together / sum((a - mean_x) ** 2 for a in x)"
        ),
        slips={
            "empty": tuple(_slope(x, y) if lag else STOPS for (x, y), (*_, lag) in zip(paired, _SERIES, strict=True)),
            "no_lag": tuple(_slope(*_pairs(cause, effect, 0)) for cause, effect, _ in _SERIES),
            "backwards": tuple(_slope(y, x) for x, y in early),
            "swapped": tuple(_slope(y, x) for x, y in paired),
            "correlation": tuple(float(np.corrcoef(x, y)[0, 1]) for x, y in paired),
            "no_mean": tuple(float(x @ y / (x @ x)) for x, y in paired),
        },
    )


@exercise(
    "link sign least",
    slips="supported refuted too_little_data not_testable",
    nothing="none_readable",
    words="supported refuted too_little_data",
)
def verdict(case: Case) -> Facts:
    """The verdict that an interval gives."""
    row, least = need(_plain_case(case), "none_readable")
    right = str(row["verdict"])
    sign = "+" if row["sign"] == "+" else "−"
    return Facts(
        Choice(frozenset({right}), of=VERDICT_WORDS, kind="verdict", also=_ALSO),
        code=(
            f"sign, low, high = {1 if row['sign'] == '+' else -1}, {float(row['low'])!r}, {float(row['high'])!r}\n"
            f"smallest, q = {least!r}, {float(row['q'])!r}\n"
            "reach = max(sign * low, sign * high)  # the largest effect the stated way that is still possible\n"
            'if reach < smallest:\n    answer = "refuted"\n'
            'elif q <= 0.10:\n    answer = "supported"\n'
            'else:\n    answer = "too_little_data"'
        ),
        names={"link": case.link(row["cause"], row["effect"]), "sign": sign, "least": amount(least)},
        slips={word: frozenset({word}) for word in VERDICT_WORDS},
        words=right,
        given=(
            ("what", "value"),
            ("stated sign", sign),
            ("smallest effect that matters", amount(least)),
            ("estimate", amount(row["estimate"])),
            ("interval from", amount(row["low"])),
            ("interval to", amount(row["high"])),
            ("q", probability(row["q"])),
        ),
    )


def _plain_case(case: Case) -> tuple[pd.Series, float] | None:
    """A link whose verdict can be read off its interval, one that is refuted first, and its smallest effect."""
    readable = []
    for _, row in case.evidence[case.evidence["estimate"].notna()].iterrows():
        sign, least = 1 if row["sign"] == "+" else -1, row["smallest_effect"]
        reach = max(sign * row["low"], sign * row["high"])
        reads = "refuted" if reach < least else "supported" if row["q"] <= Q else "too_little_data"
        if reads == row["verdict"] and abs(reach - least) > 0.01 * abs(least):
            readable.append((("refuted", "too_little_data", "supported").index(reads), row, float(least)))
    return min(readable, key=lambda case: case[0])[1:] if readable else None


@exercise("tested supported", slips="of_tested p_of_tested p_of_supported none", nothing="none_tested none_supported")
def false_among(case: Case) -> Facts:
    """How many of the supported links are false."""
    evidence = case.evidence
    supported, tested = int((evidence["verdict"] == "supported").sum()), int(evidence["p"].notna().sum())
    need(tested, "none_tested")
    need(supported, "none_supported")
    return Facts(
        Number(Q * supported, within=0.04),
        code=(
            "from bsclib import link_evidence\n\n"
            'verdicts = link_evidence(scorecard, actuals)["verdict"]\n'
            'answer = 0.10 * (verdicts == "supported").sum()'
        ),
        names={"tested": tested, "supported": supported},
        slips={"of_tested": Q * tested, "p_of_tested": 0.05 * tested, "p_of_supported": 0.05 * supported, "none": 0.0},
    )


@exercise("link used", slips="in_all all_used if_weak if_weak_in_all", nothing="none_waits")
def months(case: Case) -> Facts:
    """How many months more a link needs."""
    evidence = case.evidence
    rows = evidence[(evidence["verdict"] == "too_little_data") & evidence["estimate"].notna()]
    rows = rows[np.isfinite(rows["months_needed_low"])]
    need(not rows.empty, "none_waits")
    row = rows.loc[rows["months_needed_low"].idxmax()]
    low, high, seen = float(row["months_needed_low"]), float(row["months_needed_high"]), float(row["months"])
    spans = [periods.span(str(period)) for period in case.actuals["period"].unique()]
    observed = max(end for _, end in spans) - min(begin for begin, _ in spans) + 1
    return Facts(
        Number(low - seen, within=0.5),
        code=(
            "from bsclib import link_evidence\n\n"
            f"row = link_evidence(scorecard, actuals).loc[{row.name}]\n"
            'answer = row["months_needed_low"] - row["months"]'
        ),
        names={"link": case.link(row["cause"], row["effect"]), "used": amount(seen)},
        slips={"in_all": low, "all_used": low - observed, "if_weak": high - seen, "if_weak_in_all": high},
    )


@exercise("cut", slips="firm", nothing="too_few alike")
def hidden(case: Case) -> Facts:
    """Which supported links something that nobody measured could explain away."""
    evidence = case.evidence
    rows = evidence[(evidence["verdict"] == "supported") & evidence["hidden_driver"].notna()]
    need(len(rows) >= 2, "too_few")
    rows = rows.assign(shown=rows["hidden_driver"].round(2)).sort_values("hidden_driver", kind="stable")
    picked = rows if len(rows) <= _SHOWN else pd.concat([rows.iloc[: _SHOWN // 2], rows.iloc[-_SHOWN // 2 :]])
    places = sorted(int(at) for at in picked.index)
    of = by_number(case, places)
    shown = picked.set_axis(picked.index.map(lambda at: str(at + 1)))["shown"]
    few, more = need(_parting(shown), "alike")
    middle = round((few + more) / 2, 2)
    cut = middle if middle < more else few
    right = frozenset(shown.index[shown <= cut])
    return Facts(
        Names(
            right,
            of=of,
            kind="link of the table",
            also=by_ids(case, places),
            why=dict.fromkeys(set(of) - right, phrases()["needs_stronger"]),
            ask=phrases()["stronger_left"],
        ),
        code=(
            "from bsclib import link_evidence\n\n"
            "evidence = link_evidence(scorecard, actuals)\n"
            'supported = evidence[evidence["verdict"] == "supported"]\n'
            f'answer = [at + 1 for at in supported.index if supported["hidden_driver"][at].round(2) <= {cut!r}]'
        ),
        names={"cut": percent(cut)},
        slips={"firm": frozenset(of) - right},
        given=(
            ("number", "link", "hidden driver that would explain it away"),
            *((number, link, percent(shown[number])) for number, link in of.items()),
        ),
    )


def _parting(shares: pd.Series) -> tuple[float, float] | None:
    """Two neighbours in size that part about the lowest quarter from the rest; None where all are alike."""
    values = np.unique(shares)
    enough = [at for at in range(len(values) - 1) if (shares <= values[at]).sum() >= max(len(shares) // 4, 1)]
    at = enough[0] if enough else len(values) - 2
    return (float(values[at]), float(values[at + 1])) if len(values) > 1 else None


@exercise("", slips="sure both neither", nothing="no_two")
def more_months(case: Case) -> Facts:
    """What more months settle: whether something unseen drives both ends, or what has too little data."""
    evidence = case.evidence
    firm = evidence[(evidence["verdict"] == "supported") & evidence["hidden_driver"].notna()]
    waits = evidence[(evidence["verdict"] == "too_little_data") & np.isfinite(evidence["months_needed_low"])]
    need(len(firm) and len(waits), "no_two")
    at = {"sure": firm["hidden_driver"].idxmin(), "weak": waits["months_needed_low"].idxmin()}
    links = {word: case.link(*evidence.loc[place, ["cause", "effect"]]) for word, place in at.items()}
    ids = {arrow(*evidence.loc[place, ["cause", "effect"]]): word for word, place in at.items()}
    ids |= {str(int(place) + 1): word for word, place in at.items()}  # its number in the table of all links
    return Facts(
        Choice(frozenset({"weak"}), of=links | {"both": "both", "neither": "neither"}, kind="answer", also=ids),
        given=(
            ("number", "link", "verdict", "somebody suspects"),
            *(
                (str(int(at[word]) + 1), links[word], VERDICT_WORDS[evidence["verdict"][at[word]]], doubt)
                for word, doubt in zip(at, phrases()["suspects"].split(" · "), strict=True)
            ),
        ),
        code=f'answer = "{links["weak"]}"',
        slips={word: frozenset({word}) for word in ("sure", "both", "neither")},
    )
