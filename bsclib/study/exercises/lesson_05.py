"""Exercises of lesson 05: what if, and what to do."""

from __future__ import annotations

from bsclib.study.exercises import Exercise, plans, whatifs
from bsclib.study.exercises import budget as worth

EXERCISES = (
    Exercise("step", whatifs.step),
    Exercise("chance", whatifs.chance),
    Exercise("beyond", whatifs.beyond),
    Exercise("strongest", whatifs.strongest),
    Exercise("ramp", plans.ramp),
    Exercise("too_late", plans.too_late),
    Exercise("visible", plans.visible),
    Exercise("break_even", worth.break_even),
    Exercise("best_set", worth.best_set),
    Exercise("luck", worth.luck),
)
