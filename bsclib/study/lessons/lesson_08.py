"""What stages lesson 08: the scorecard whose charts are looked at; and what its tables show, read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from bsclib.errors import ActualsError
from bsclib.files.datasets import load_dataset
from bsclib.model import periods
from bsclib.model.edit import change
from bsclib.model.nouns import Scorecard
from bsclib.model.status import words as spoken
from bsclib.reporting.briefing.two_words import plain_swing
from bsclib.signals.action_effects import effect_start
from bsclib.signals.behaviour import FEWEST, process_behaviour
from bsclib.signals.interrupted_series import EACH_SIDE
from bsclib.study.lessons.aloud import is_are, spoken_months
from bsclib.wording import counted, month_name, number, percent, quoted, short_name, signed

FIRST, YEAR, MONTHS = 24, 12, 36
"""Points that limits rest on; months that are looked back; and those that a chart shows."""
WORDS_SHOWN = 10
"""So many KPIs are shown in two words; the exercise after them is about others."""


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


def first_months(looked_at: Watched) -> tuple[str, pd.Series] | None:
    """The organisation's first KPI that moves, and its first 24 points without a gap."""
    whole = looked_at.behaviour[looked_at.behaviour["unit"] == ""]
    for id, rows in whole.groupby("kpi", sort=False):
        values = rows["actual"].head(FIRST)
        if len(values) == FIRST and values.notna().all() and np.ptp(values) > 0 and values.abs().max() < 1e6:
            return str(id), values
    return None


def what_is_missing(scorecard: Scorecard, looked_at: Watched, actuals: pd.DataFrame) -> str:
    """Whose charts are shown, and why not one's own; nothing where they are one's own."""
    if looked_at.scorecard.id == scorecard.id:
        return ""
    name = short_name(looked_at.scorecard.name)
    months = actuals.dropna(subset=["actual"])["period"].nunique() if "actual" in actuals else 0
    limits = f"Limits take {FEWEST} points of a KPI, and the effect of an action {EACH_SIDE} months on each side of it"
    had = f"{short_name(scorecard.name)} has {counted(months, 'period')} of actuals"
    return f"{had}. {limits}. So you see the charts of {name} beside it."


def without_events(scorecard: Scorecard) -> Scorecard:
    """The scorecard as if nobody had written down what is known of its series."""
    return change(scorecard, scorecard.id, events=[])


WORLDS = {
    "independent": "no memory, season or trend",
    "memory 0.5": "a memory",
    "season": "a season",
    "trend": "a trend",
}
"""What a series of a made-up world has, of whose alarms the lesson has a table."""


def read_alarms(alarms: pd.DataFrame) -> str:
    """How many series of a world with a trend raise a false alarm, as they are and adjusted."""
    row = alarms.set_index("world").loc["trend"]
    raw, left, found = (percent(row[column]) for column in ("raw", "false_alarm", "found"))
    said = f"Look at the series with a trend: {raw} of them show a signal within a year, and nothing has changed."
    return f"{said} Once the trend is taken out it is {left}, and {found} of real changes are still found."


def read_signals(shown: pd.DataFrame, found: int, chance: float) -> str:
    """What is most surprising, and how many signals chance would bring."""
    if shown.empty:
        return ""
    row = shown.iloc[0]
    where = f" in {row['unit']}" if row["unit"] else ""
    times = f"{number(row['surprise'])} times as far from the centre as chance usually puts them"
    said = (
        f"Look at {quoted(row['kpi'])}{where}: its last months together lie {times}. This is its surprise, and a long "
    )
    said += "run counts more than one month."
    some = f"About {round(chance)} of the {found} signals come by chance, and nobody can say which"
    return f"{said} {some}. So begin at the top, where the surprise is largest."


def in_two_words(words: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """Of each KPI its two words, and what the report says for the first: as a table."""
    told = words.assign(signal=words["rule"].ne("")).to_dict("records")
    plain = words[["variation", "assurance"]].replace("_", " ", regex=True)
    plain.insert(0, "kpi", words["kpi"].map(names))
    plain.insert(2, "in_the_report", [plain_swing(row) for row in told])
    return plain


def register(card: Scorecard) -> pd.DataFrame:
    """The improvement register, and from when on each action's effect counts."""
    rows = []
    for action in card.actions:
        since, start = action.finished, effect_start(action)
        state = f"{spoken(action.state)}, {month_name(since)}" if since else spoken(action.state)
        counts = "–" if start is None else month_name(periods.period_of(start))
        rows.append((action.action, action.owner, card.names[action.kpi], state, counts))
    return pd.DataFrame(rows, columns=["action", "owner", "kpi", "state", "effect_counts_from"])


def read_words(words: pd.DataFrame) -> str:
    """A KPI that gets better and never meets its target, or how often each word of the target stands there."""
    odd = words[(words["variation"] == "improving") & (words["assurance"] == "never met")]
    luck = int((words["assurance"] == "hit and miss").sum())
    lies, it = ("lies", "it") if luck == 1 else ("lie", "them")
    said = f"{luck} of {counted(len(words), 'target')} {lies} inside the limits, so whether a month meets {it} is luck."
    if odd.empty:
        return said
    name = quoted(odd.iloc[0]["kpi"])
    return f"Look at {name}: it gets better, and it never meets its target, so it has to get better faster. {said}"


def read_marks(looked_at: Watched) -> str:
    """How many signals are left where one is marked: the first of the last year, at the KPI that has most of them."""
    whole = looked_at.behaviour[looked_at.behaviour["unit"] == ""]
    charts = {str(id): rows.tail(MONTHS) for id, rows in whole.groupby("kpi", sort=False)}
    id, rows = max(charts.items(), key=lambda chart: int(chart[1]["signal"].sum()))
    late = rows.tail(YEAR)
    if not late["signal"].any():
        return "No KPI shows a signal of the last year, so there is nothing to mark."
    month = str(late.loc[late["signal"], "period"].iloc[0])
    new, once = (_signals_left(looked_at, id, month, kind) for kind in ("definition_change", "one_off"))
    said = f"{quoted(looked_at.scorecard.names[id])} has {counted(int(rows['signal'].sum()), 'signal')}."
    return f"{said} With {month_name(month)} as a new definition {new} {is_are(new)} left, and as a one-off {once}."


def _signals_left(looked_at: Watched, id: str, month: str, kind: str) -> int:
    card = looked_at.scorecard
    event = {"period": month, "kind": kind, "kpis": [id], "why": "tried out"}
    tried = change(card, card.id, events=[*(one.model_dump() for one in card.events), event])
    chart = process_behaviour(looked_at.actuals, tried)
    return int(chart[(chart["unit"] == "") & (chart["kpi"] == id)].tail(MONTHS)["signal"].sum())


def in_units(looked_at: Watched, rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Rows of `kpi` and some columns of its values, each written as the KPI writes it, and the KPI by its name."""
    kpis = [looked_at.scorecard.kpi(id) for id in rows["kpi"]]
    told = {name: [kpi.show(value) for kpi, value in zip(kpis, rows[name], strict=True)] for name in columns}
    return pd.DataFrame({"kpi": [kpi.name for kpi in kpis], **told})


def lowest_chances(looked_at: Watched, chances: pd.DataFrame) -> pd.DataFrame:
    """The organisation's KPIs least likely to make their target: `kpi`, `month`, `forecast`, `target`, `chance`."""
    own = chances[chances["unit"] == ""].sort_values("chance", kind="stable").head(5)
    own = own.rename(columns={"expected": "forecast"})
    months = spoken_months(own["period"]).tolist()
    told = in_units(looked_at, own, ["forecast", "target"]).assign(chance=own["chance"].map(percent).tolist())
    told.insert(1, "month", months)
    return told


def count_signals(found: pd.DataFrame, chance: float, own: float) -> str:
    """How many signals a month brings, in all series and in the organisation's own, each beside those by chance."""
    whole = int((found["unit"] == "").sum())
    said = f"Signals this month, in all KPIs of all units: {len(found)}. By chance there would be about {chance:.0f}."
    return f"{said} The organisation's own KPIs show {whole} of them, and by chance there would be about {own:.1f}."


def read_chances(own: pd.DataFrame) -> str:
    """Where the least hopeful KPI goes, and what its target is."""
    if own.empty:
        return ""
    row = own.iloc[0]
    said = f"Look at the first row: {quoted(row['kpi'])} goes to {row['forecast']} by itself, "
    said += f"and {row['target']} is wanted."
    return f"{said} With a chance of {row['chance']}, waiting is no plan."


def read_effects(card: Scorecard, effects: pd.DataFrame) -> str:
    """The effect that was seen, and whether it was wanted."""
    seen = effects[effects["verdict"] == "effect_seen"]
    if seen.empty:
        return "No effect is seen yet."
    row = seen.iloc[0]
    name, low = quoted(card.names[row["kpi"]]), signed(min(row["low"], row["high"], key=abs))
    said = f"Look at {name}: even the smallest effect that fits the data is {low}, so something happened."
    return f"{said} Whether it is welcome is another question."


def read_decisions(decide: pd.DataFrame) -> str:
    """What the first row of the agenda asks, and of whom."""
    if decide.empty:
        return ""
    row = decide.iloc[0]
    return f"Look at the first row. Its owner ({row['owner']}) has one thing to say: {row['decide']}"
