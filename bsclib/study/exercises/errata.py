"""Exercises on pages that print scoring rules: what is wrong with a number, and a rule redone by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bsclib.files.datasets import published_errata
from bsclib.scoring.methods import attainment, find_method
from bsclib.scoring.rules import weighted_mean
from bsclib.study.answers import Number
from bsclib.study.exercises import SHARE, Case, Question, Slip, apart, plain, precision

_AVERAGED = (1.21, 20.27, -24.09, -10.67, 4.1)
_ACTUAL, _EXPECTED = (52.0, 130.0, 71.0, 19.0), (60.0, 100.0, 72.0, 25.0)


def printed_mean(case: Case) -> Question | str:
    """The mean that a page gets wrong."""
    values = np.array(_AVERAGED)
    expects = Number(float(weighted_mean(values, np.ones(len(values)))), within=0.01)
    return Question(
        text=f"{_page('SAP SSM', 'average')} What is their mean? Give it {precision(2)}.",
        expects=expects,
        words="a mean lies between the lowest and the highest of its numbers, and is their sum divided by how many "
        "they are. A page is no proof: work one example through before you trust a rule.",
        code=f"values = {list(_AVERAGED)}\nanswer = sum(values) / len(values)",
        hints=("Add the five numbers up. Do you know the sum?", "The page stopped one step too early."),
        slips=apart(
            expects,
            Slip(float(values.sum()), "this is what the page prints: the sum. It is not divided yet."),
            Slip(float(np.abs(values).mean()), "the minus signs were dropped."),
            Slip(float(np.median(values)), "this is the median, the one in the middle."),
        ),
        given=(("number", "value"), *((str(at), plain(value)) for at, value in enumerate(_AVERAGED, 1))),
    )


def printed_halfway(case: Case) -> Question | str:
    """How far a KPI has come that should fall to zero."""
    expects = Number(attainment("okr_tracker_linear", 100, baseline=200, target=0), within=0.01, unit="share")
    return Question(
        text=f"{_page('Leantime', '200')} Which share of the way has an actual of 100 come, on the way from 200 to 0?\n"
        f"{SHARE}",
        expects=expects,
        words="what counts is the way from where it began to where it should be. Zero is a target like any other; only "
        "rules that divide by the target stumble over it.",
        code="from bsclib.scoring.methods import attainment\n\n"
        'answer = attainment("okr_tracker_linear", 100, baseline=200, target=0)',
        hints=(
            "How long is the whole way, and how much of it lies behind?",
            "share = (actual − baseline) / (target − baseline)",
        ),
        slips=apart(
            expects,
            Slip(1.0, "this is what the report asks for. At that actual the target is not reached yet."),
            Slip(0.0, "it has moved: it began at 200."),
            Slip(2.0, "this is the baseline over the actual. Where is the target in it?"),
        ),
        given=(("what", "value"), ("baseline", "200"), ("target", "0"), ("actual", "100")),
    )


def truncated(case: Case) -> Question | str:
    """A vendor's rule by hand: truncate, cap, then take the mean."""
    rule = find_method("cascade_health")
    actual, expected = np.array(_ACTUAL), np.array(_EXPECTED)

    def mean(**choice: object) -> float:
        one = replace(rule, **choice)  # type: ignore[arg-type]
        return float(weighted_mean(attainment(one, actual, expected=expected), np.ones(len(actual))))

    expects = Number(mean(), within=0.01, unit="score")
    rows = zip(_ACTUAL, _EXPECTED, strict=True)
    return Question(
        text="Cascade takes the actual as a percentage of what is expected by now, cuts its decimals off, lets none "
        "count for more than 100, and takes the plain mean.\n"
        f"What does it give for these four other children? Give it {precision(2)}.",
        expects=expects,
        words="the same four actuals give different numbers, by what is done in which order. Whoever publishes a "
        "score has to say whether and when it is rounded and held.",
        code="from bsclib.scoring.methods import attainment\n\n"
        f"each = attainment('cascade_health', {list(_ACTUAL)}, expected={list(_EXPECTED)})\n"
        "answer = each.mean()",
        hints=(
            "Work out the four percentages first: actual / expected.",
            "Cut the decimals off each. Then look whether one is above 100.",
            "Only now add up, and divide by four.",
        ),
        slips=apart(
            expects,
            Slip(mean(rounding="none"), "the decimals were kept to the end. Here each is cut off before the mean."),
            Slip(mean(rounding="round"), "each was rounded. To cut decimals off is to round down."),
            Slip(mean(rounding="none", clamp=None), "one of the four runs beyond 100 and pays for the others."),
            Slip(mean(clamp=None), "one of the four runs beyond 100 and pays for the others."),
        ),
        given=(
            ("KPI", "actual", "expected by now"),
            *((f"{i}", plain(a), plain(e)) for i, (a, e) in enumerate(rows, 1)),
        ),
    )


def _page(where: str, says: str) -> str:
    """What a page prints, and whose page it is."""
    errata = published_errata()
    row = errata[errata["where"].str.contains(where) & errata["printed"].str.contains(says)].iloc[0]
    return f"{row['where'].replace(chr(34), '')}: “{row['printed']}”"
