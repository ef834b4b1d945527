"""What stages lesson 08: the scorecard whose charts are looked at, and what is missing where it is not one's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pandas as pd

from bsclib.errors import ActualsError
from bsclib.files.datasets import load_dataset
from bsclib.model.edit import change
from bsclib.model.nouns import Scorecard
from bsclib.signals.behaviour import FEWEST, process_behaviour
from bsclib.signals.interrupted_series import EACH_SIDE
from bsclib.wording import counted, short_name

STEPS = {
    "vision": "What is the vision?",
    "now": "Where are we now?",
    "target": "Where do we want to be?",
    "plan": "How do we get there?",
    "act": "Take action",
    "check": "Did we get there?",
    "momentum": "How do we keep the momentum going?",
}
"""ITIL 4's continual improvement model (AXELOS 2019, ITIL Foundation)."""


@dataclass(frozen=True)
class Watched:
    """A scorecard with its actuals and their charts."""

    scorecard: Scorecard
    actuals: pd.DataFrame
    behaviour: pd.DataFrame


@cache
def shipped() -> Watched:
    """Meridian Freight, where there are five years of months."""
    scorecard, actuals = load_dataset("meridian")
    return Watched(scorecard, actuals, process_behaviour(actuals, scorecard))


def watched(scorecard: Scorecard, actuals: pd.DataFrame) -> Watched:
    """The scorecard itself where any KPI of the organisation has limits, else the shipped case."""
    try:
        own = Watched(scorecard, actuals, process_behaviour(actuals, scorecard))
    except ActualsError:
        return shipped()
    whole = own.behaviour[own.behaviour["unit"] == ""]
    return own if whole["centre"].notna().any() else shipped()


def what_is_missing(scorecard: Scorecard, looked_at: Watched, actuals: pd.DataFrame) -> str:
    """Whose charts are shown, and why not one's own."""
    name = short_name(looked_at.scorecard.name)
    if looked_at.scorecard.id == scorecard.id:
        return f"These are the charts of {name}."
    months = actuals.dropna(subset=["actual"])["period"].nunique() if "actual" in actuals else 0
    limits = f"Limits take {FEWEST} points of a KPI, and the effect of an action {EACH_SIDE} months on each side of it"
    had = f"{short_name(scorecard.name)} has {counted(months, 'period')} of actuals"
    return f"{had}. {limits}. So you see the charts of {name} beside it."


def without_events(scorecard: Scorecard) -> Scorecard:
    """The scorecard as if nobody had written down what is known of its series."""
    return change(scorecard, scorecard.id, events=[])
