"""What was decided before, from the improvement register, and what came of it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.model.status import words
from bsclib.signals.action_effects import effect_start
from bsclib.signals.interrupted_series import EACH_SIDE, STRONG_CHECK
from bsclib.wording import counted, effect_texts, effect_unit, month_name, short_name

CAME = ["decided", "action", "judged by", "owner", "due", "what came of it"]
MOST_OLD = 6


def last_decisions(scorecard: Scorecard, effects: pd.DataFrame, month: str, unit: str | None = None) -> pd.DataFrame:
    """The latest decisions of the register up to a month, newest first: the KPI, what was wanted, what came of it."""
    came = {row["action"]: effect_words(scorecard, row) for row in effects.to_dict("records")}
    verdicts = dict(zip(effects["action"], effects["verdict"], strict=True))
    names = {kpi.id: kpi.name for kpi in scorecard.kpis}
    end = periods.span(month)[1]
    decided = [action for action in scorecard.actions if action.decided and periods.span(action.decided)[0] <= end]
    decided = [action for action in decided if not unit or action.unit in ("", unit)]
    decided.sort(key=lambda action: -periods.span(str(action.decided))[0])
    rows = []
    for action in decided[:MOST_OLD]:
        later = action.finished is not None and periods.span(action.finished)[0] > end
        said = "under way" if later else came.get(action.id, words(action.state))
        early = later or verdicts.get(action.id) == "too_early"  # what was learned was not known yet
        said = f"{said}. {action.outcome}" if action.outcome and not early else said
        decided_in, due = (period_words(text, scorecard.year_starts) for text in (action.decided, action.due))
        where = f" ({short_name(action.unit)})" if action.unit and action.unit not in action.action else ""
        judged_by = names.get(action.kpi, action.kpi)
        rows.append((decided_in, action.action + where, judged_by, action.owner or "nobody", due, said))
    return pd.DataFrame(rows, columns=CAME)


def gone_wrong(scorecard: Scorecard, effects: pd.DataFrame, month: str, unit: str | None = None) -> list[str]:
    """The latest action, not settled yet, all of whose likely effects are for the worse; and when it can be judged."""
    rows = {row["action"]: row for row in effects.to_dict("records")}
    end = periods.span(month)[1]
    done = [each for each in scorecard.actions if each.finished and not each.outcome and each.id in rows]
    done = [
        each for each in done if periods.span(str(each.finished))[0] <= end and (not unit or each.unit in ("", unit))
    ]
    for action in sorted(done, key=lambda each: -periods.span(each.decided or str(each.finished))[0]):
        row = rows[action.id]
        kpi = next((kpi for kpi in scorecard.kpis if kpi.id == action.kpi), None)
        way = {"higher_is_better": 1, "lower_is_better": -1}.get(kpi.direction, 0) if kpi else 0
        if kpi is None or not way or pd.isna(row["effect"]) or max(way * row["low"], way * row["high"]) >= 0:
            continue
        which = f"“{short_name(action.action)}”{f' ({short_name(action.owner)})' if action.owner else ''}"
        start = effect_start(action)
        if row["verdict"] == "effect_seen":
            return [f"Stop or change {which}: with it {short_name(kpi.name)} moved the wrong way."]
        if row["verdict"] == "too_early" and start is not None and not pd.isna(row["months_needed"]):
            told = month_name(periods.period_of(start + int(row["months_needed"]) - 1))
            by, low, high = (text.lstrip("+−") for text in effect_texts(row["effect"], row["low"], row["high"]))
            low, high = (low, high) if row["effect"] > 0 else (high, low)
            seen = max(periods.span(month)[1] - start + 1, 1)
            since = month_name(periods.period_of(start)).split()[0]
            months = counted(int(row["months_needed"]), "month")
            first = f"in {since}, the first of {months} that tell"
            first = f"in {seen} of {months} that tell, from {since} on" if seen > 1 else first
            worse = f"{' '.join(filter(None, [by, effect_unit(kpi.measured_in)]))} worse than without it"
            return [
                f"Keep {which} until {told}, then stop unless it helps: {first}, "
                f"{short_name(kpi.name)} was {worse} ({low} to {high})."
            ]
    return []


def effect_words(scorecard: Scorecard, row: dict[str, Any]) -> str:
    """What came of a finished action: ``effect seen, for the better: −1.2 (−2.0 to −0.4) hours, wanted −1``."""
    verdict = words(row["verdict"])
    kpi = next((kpi for kpi in scorecard.kpis if kpi.id == row["kpi"]), None)
    if kpi is None or pd.isna(row["effect"]):
        return f"{verdict}: {row['reason']}"
    effect, low, high = effect_texts(row["effect"], row["low"], row["high"])
    good = {"higher_is_better": 1, "lower_is_better": -1}.get(kpi.direction, 0) * row["effect"]
    clear = row["verdict"] == "effect_seen" or (row["verdict"] == "too_early" and row["low"] * row["high"] > 0)
    so_far = "so far " if row["verdict"] == "too_early" else ""
    way = f", {so_far}for the {'better' if good > 0 else 'worse'}" if clear and good else ""
    wanted = next((each.expected_effect for each in scorecard.actions if each.id == row.get("action")), None)
    said = f"{verdict}{way}: {effect} ({low} to {high}) {effect_unit(kpi.measured_in)}".strip()
    said += "" if wanted is None else f", wanted {effect_texts(wanted)[0].removesuffix('.0')}"
    if row["verdict"] in ("too_early", "too_little_data") and not pd.isna(row["months_needed"]):
        return f"{said}; {counted(row['months_needed'], 'month')} are needed"
    weak = row["verdict"] == "effect_seen" and row["dates"] < STRONG_CHECK
    return f"{said}; a weak check, few earlier dates leave {EACH_SIDE} months on each side" if weak else said


def period_words(text: str | None, year_starts: int | None = None) -> str:
    """A month as a person says it; another period as people write it."""
    if not text:
        return ""
    return month_name(text) if periods.grain(text) == "month" else periods.shown(text, year_starts)
