"""Exercises on evidence: which verdict, how many false ones, how many months more, which hidden driver."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from bsclib.causality.evidence.judging import Q
from bsclib.reporting.evidence_tables import VERDICT_WORDS
from bsclib.study.answers import Choice, Number
from bsclib.study.exercises import Case, Question, Slip, apart
from bsclib.study.exercises.claims import by_number
from bsclib.wording import amount, arrow, probability

_ALSO = {
    "significant": "supported",
    "proven": "supported",
    "confirmed": "supported",
    "rejected": "refuted",
    "contradicted": "refuted",
    "undecided": "too_little_data",
}
_NOTHING = "No link of this scorecard could be tested: see `evidence` for the reasons."
_SHOWN = 12


def verdict(case: Case) -> Question | str:
    """The verdict that an interval gives."""
    asked = _plain_case(case)
    if asked is None:
        return "No link of this scorecard was tested and has a verdict that can be read off its interval."
    row, least = asked
    link = arrow(row["cause"], row["effect"])
    right = str(row["verdict"])
    expects = Choice(frozenset({right}), of=VERDICT_WORDS, kind="verdict", also=_ALSO)
    says = {
        "supported": "it would have to be sure enough: q at most 0.10.",
        "refuted": "then the whole interval would have to lie below the smallest effect that matters.",
        "too_little_data": "then an effect that matters would still have to be possible, and none be sure.",
        "not_testable": "it states sign and lag, and both KPIs move: it was tested.",
    }
    words = {
        "supported": "it is there, and sure enough: of all links supported at this q, one in ten at most is false.",
        "refuted": "an effect that matters is excluded. That is more than not to be found: somebody may stop working "
        "on it.",
        "too_little_data": "nothing was found, and an effect that matters is not excluded either. Not found is no "
        "proof that it is not there.",
    }
    sign = "+" if row["sign"] == "+" else "−"
    return Question(
        text=f"The map claims {link}, sign {sign}. The table gives what one unit more of the cause adds to the "
        "effect.\nWhat is the verdict: supported, refuted, too little data, or not testable?",
        expects=expects,
        words=words[right],
        code=f"sign, low, high = {1 if row['sign'] == '+' else -1}, {float(row['low'])!r}, {float(row['high'])!r}\n"
        f"smallest, q = {least!r}, {float(row['q'])!r}\n"
        "reach = max(sign * low, sign * high)  # the largest effect the stated way that is still possible\n"
        'if q <= 0.10:\n    answer = "supported"\n'
        'elif reach < smallest:\n    answer = "refuted"\n'
        'else:\n    answer = "too_little_data"',
        hints=(
            "First: is q at most 0.10?",
            "If not: how large may the effect be, in the stated direction, at the far end of the interval?",
            "Is that more or less than the smallest effect that would matter?",
        ),
        slips=apart(expects, *(Slip(frozenset({word}), says[word]) for word in VERDICT_WORDS if word != right)),
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
    found = []
    for at, link in enumerate(case.scorecard.links):
        row = case.evidence.loc[at]
        least = row["smallest_effect"]
        if math.isnan(row["estimate"]):
            continue
        sign = 1 if link.sign == "+" else -1
        reach = max(sign * row["low"], sign * row["high"])
        reads = "supported" if row["q"] <= Q else "refuted" if reach < least else "too_little_data"
        far = abs(reach - least) > 0.01 * abs(least)
        if reads == row["verdict"] and far:
            found.append((("refuted", "too_little_data", "supported").index(reads), at, row, float(least)))
    return min(found, key=lambda one: one[:2])[2:] if found else None


def false_among(case: Case) -> Question | str:
    """How many of the supported links are false."""
    found = case.evidence
    supported, tested = int((found["verdict"] == "supported").sum()), int(found["p"].notna().sum())
    if not supported:
        return "No link of this scorecard is supported." if tested else _NOTHING
    expects = Number(Q * supported, within=0.04)
    return Question(
        text=f"{tested} links were tested and {supported} {'is' if supported == 1 else 'are'} supported. Verdicts are "
        "given so that of the supported ones no more than the share q = 0.10 is false, on average.\nHow many false "
        "ones is that, at most? Give it to one decimal.",
        expects=expects,
        words="so a map with many supported links has a false one among them, and nobody can say which. A low q, a "
        "robust link and a story that holds together say where to look last.",
        code="from bsclib.causality import link_evidence\n\n"
        'verdicts = link_evidence(scorecard, actuals)["verdict"]\n'
        'answer = 0.10 * (verdicts == "supported").sum()',
        hints=(
            "The share is one of the supported links, not of all that were tested.",
            "One in ten, at most.",
        ),
        slips=apart(
            expects,
            Slip(Q * tested, "this is a tenth of the tested ones. The promise is about those that are supported."),
            Slip(0.05 * tested, "five in a hundred of the tested is what p < 0.05 promises if no link exists."),
            Slip(0.05 * supported, "q is 0.10 here, not 0.05."),
            Slip(0.0, "no test can promise that."),
        ),
    )


def months(case: Case) -> Question | str:
    """How many months more a link needs."""
    found = case.evidence
    rows = found[(found["verdict"] == "too_little_data") & found["estimate"].notna()]
    rows = rows[np.isfinite(rows["months_needed_low"])]
    if rows.empty:
        return "No link of this scorecard was tested and is left with too little data."
    row = rows.loc[rows["months_needed_low"].idxmax()]
    low, high, seen = float(row["months_needed_low"]), float(row["months_needed_high"]), float(row["months"])
    expects = Number(low - seen, within=0.5)
    return Question(
        text=f"{arrow(row['cause'], row['effect'])} has too little data. How many more months have to be observed, at "
        "least, before a link that is there would be found with a chance of 80 %?",
        expects=expects,
        words="and that is the least: there is a range because nobody knows yet how strong the link is. A decision "
        "that cannot wait so long has to be taken without this evidence.",
        code="from bsclib.causality import link_evidence\n\n"
        f"row = link_evidence(scorecard, actuals).loc[{row.name}]\n"
        'answer = row["months_needed_low"] - row["months"]',
        hints=(
            "At least: take the lower end of the range.",
            "Some months have been observed already.",
        ),
        slips=apart(
            expects,
            Slip(low, "these are the months needed in all. Some have been observed already."),
            Slip(high - seen, "this is the other end of the range, if the link is weak. At least is asked for."),
            Slip(high, "this is the other end of the range, and in all."),
        ),
        given=(
            ("what", "months"),
            ("observed so far", amount(seen)),
            ("needed in all, from", amount(low)),
            ("needed in all, to", amount(high)),
        ),
    )


def hidden(case: Case) -> Question | str:
    """Which supported link falls first to something that nobody measured."""
    found = case.evidence
    rows = found[(found["verdict"] == "supported") & found["hidden_driver"].notna()]
    if len(rows) < 2:
        return "Fewer than two links of this scorecard are supported: there is nothing to choose between."
    rows = rows.assign(shown=rows["hidden_driver"].round(2)).sort_values("hidden_driver", kind="stable")
    picked = rows if len(rows) <= _SHOWN else pd.concat([rows.iloc[: _SHOWN // 2], rows.iloc[-_SHOWN // 2 :]])
    places = sorted(int(at) for at in picked.index)
    right = frozenset(str(at + 1) for at in rows.index[rows["shown"] == rows["shown"].min()])
    of = by_number(case, places)
    expects = Choice(right, of=of, kind="link of the table")
    strongest = frozenset(str(at + 1) for at in rows.index[rows["shown"] == rows["shown"].max()])
    return Question(
        text="Something that nobody measured may drive both ends of a link. The table says how large a share of the "
        "noise of both it would have to make up to explain the link away.\nWhich of these links would fall first? Give "
        "its number.",
        expects=expects,
        words="the weakest unseen driver is enough for it. Whether there is one, no number can say: ask those who know "
        "the work what else changed in those months.",
        code="from bsclib.causality import link_evidence\n\n"
        "evidence = link_evidence(scorecard, actuals)\n"
        'supported = evidence[evidence["verdict"] == "supported"]\n'
        'answer = supported["hidden_driver"].idxmin() + 1',
        hints=(
            "A link that only a strong hidden driver can explain away stands firmly.",
            "So look for the one that needs the weakest.",
        ),
        slips=apart(
            expects,
            Slip(strongest, "this one would need the strongest hidden driver of all: it stands most firmly."),
            Slip(frozenset(of), "another one falls to a weaker hidden driver."),
        ),
        given=(
            ("number", "link", "hidden driver that would explain it away"),
            *((number, link, f"{rows.loc[int(number) - 1, 'shown']:.2f}") for number, link in of.items()),
        ),
    )
