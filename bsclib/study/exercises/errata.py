"""Exercises on pages that print scoring rules: what is wrong with a number, and a rule redone by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bsclib.files.datasets import published_errata
from bsclib.scoring.methods import attainment, find_method
from bsclib.scoring.rules import weighted_mean
from bsclib.study.answers import Number
from bsclib.study.exercises.case import Case, plain, values_table
from bsclib.study.exercises.question import Facts, exercise
from bsclib.study.exercises.texts import precision

_ACTUAL, _EXPECTED = (52.0, 130.0, 71.0, 19.0), (60.0, 100.0, 72.0, 25.0)


@exercise("page", slips="printed still ratio")
def printed_halfway(case: Case) -> Facts:
    """How far a KPI has come that should fall to zero."""
    return Facts(
        Number(attainment("okr_tracker_linear", 100, baseline=200, target=0), within=0.01, unit="share"),
        code=(
            "from bsclib.scoring import attainment\n\n"
            'answer = attainment("okr_tracker_linear", 100, baseline=200, target=0)'
        ),
        names={"page": _page("Leantime", "200")},
        slips={"printed": 1.0, "still": 0.0, "ratio": 2.0},
        sum="(100 - 200) / (0 - 200)",
        given=values_table({"baseline": 200, "target": 0, "actual": 100}),
    )


@exercise("precision", slips="not_cut rounded not_cut_not_capped not_capped")
def truncated(case: Case) -> Facts:
    """A vendor's rule by hand: truncate, cap, then take the mean."""
    rule = find_method("cascade_health")
    actual, expected = np.array(_ACTUAL), np.array(_EXPECTED)

    def mean(**choice: object) -> float:
        variant = replace(rule, **choice)  # type: ignore[arg-type]
        return float(weighted_mean(attainment(variant, actual, expected=expected), np.ones(len(actual))))

    return Facts(
        Number(mean(), within=0.01, unit="score"),
        code=(
            "from bsclib.scoring import attainment\n\n"
            f"each = attainment('cascade_health', {list(_ACTUAL)}, expected={list(_EXPECTED)})\n"
            "answer = each.mean()"
        ),
        names={"precision": precision(2)},
        slips={
            "not_cut": mean(rounding="none"),
            "rounded": mean(rounding="round"),
            "not_cut_not_capped": mean(rounding="none", clamp=None),
            "not_capped": mean(clamp=None),
        },
        given=(
            ("KPI", "actual", "expected by now"),
            *zip("1234", map(plain, _ACTUAL), map(plain, _EXPECTED), strict=True),
        ),
    )


def _page(where: str, says: str) -> str:
    """What a page prints, and whose page it is."""
    errata = published_errata()
    row = errata[errata["where"].str.contains(where) & errata["printed"].str.contains(says)].iloc[0]
    return f"{row['where'].replace(chr(34), '')}: “{row['printed']}”"
