"""Exercises of lesson 04: cause and effect."""

from __future__ import annotations

from bsclib.study.exercises import Exercise, verdicts
from bsclib.study.exercises import chains as along
from bsclib.study.exercises import claims as claimed

EXERCISES = (
    Exercise("not_testable", claimed.not_testable),
    Exercise("orphans", claimed.orphans),
    Exercise("by_chance", claimed.by_chance),
    Exercise("taken_out", claimed.taken_out),
    Exercise("verdict", verdicts.verdict),
    Exercise("false_among", verdicts.false_among),
    Exercise("months", verdicts.months),
    Exercise("hidden", verdicts.hidden),
    Exercise("total_effect", along.total_effect),
    Exercise("total_lag", along.total_lag),
    Exercise("weakest", along.weakest),
)
