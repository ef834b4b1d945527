"""What needs attention this month: signals, misses, targets met by luck, old data, and actions that are due."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.scoring.scores import restore_types
from bsclib.scoring.views import last_known, last_period, snapshot
from bsclib.signals.assurance import rank_signals, variation_and_assurance

KINDS = ("signal", "miss", "hit_and_miss", "stale", "action_due")
ITEMS = [
    *("kind", "unit", "kpi", "action", "owner", "period", "actual", "expected", "status"),
    *("variation", "assurance", "rule", "surprise", "late"),
]


def monitor(scorecard: Scorecard, behaviour: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """List what needs attention in the last month, signals first.

    Parameters
    ----------
    scorecard : Scorecard
    behaviour : DataFrame
        As `process_behaviour` returns it.
    scores : DataFrame
        As `bsclib.score` returns it, of the same months.

    Returns
    -------
    DataFrame
        A row an item, in this order of `kind`: ``signal`` (the most surprising first), ``miss`` (a KPI off target, the
        organisation's before those of units, the worst first), ``hit_and_miss`` (a KPI of the organisation whose target
        lies inside its limits), ``stale`` (no actual this month, the oldest first) and ``action_due`` (open, and due by
        the end of the month, the latest first). `unit` (empty for the organisation), `kpi`, `action` (an id of the
        register), `owner` (of the KPI, else of its objective; of an action its own), `period` (of the signal, of the
        last actual, or when the action is due), `actual`, `expected`, `status`, `variation`, `assurance`, `rule`,
        `surprise`, and `late`: by how many months the data or the action are. Empty or NaN where it does not apply.

    Raises
    ------
    BscError
        When there are no scores.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> from bsclib.signals import process_behaviour
    >>> card, actuals = load_dataset("meridian")
    >>> items = monitor(card, process_behaviour(actuals, card), score(card, actuals))
    >>> items.loc[items["kind"] == "action_due", "action"].tolist()
    ['explain-holds']
    """
    scores = restore_types(scores)
    month = periods.span(last_period(scores))[1]
    owners = {kpi.id: kpi.owner or scorecard.objective(kpi.objective).owner for kpi in scorecard.kpis}
    words = variation_and_assurance(behaviour, scorecard).set_index(["unit", "kpi"])
    rows = [
        *_signals(scorecard, behaviour, words, month),
        *_misses(scores, words),
        *_by_luck(words),
        *_stale(scores, month),
    ]
    items = pd.DataFrame(rows, columns=ITEMS)
    items["owner"] = items["kpi"].map(owners)
    items = pd.concat([items, pd.DataFrame(_due(scorecard, month), columns=ITEMS)], ignore_index=True)
    numbers = ("actual", "expected", "surprise", "late")
    texts = {name: items[name].astype(object).fillna("") for name in ITEMS if name not in numbers}
    return items.astype(dict.fromkeys(numbers, float)).assign(**texts)


def _signals(card: Scorecard, behaviour: pd.DataFrame, words: pd.DataFrame, month: int) -> Iterator[dict[str, Any]]:
    if not behaviour["signal"].any():
        return
    for row in rank_signals(behaviour, card, periods.period_of(month)).to_dict("records"):
        word = words.loc[row["unit"], row["kpi"]]
        yield {"kind": "signal", **row, "actual": word["actual"], "expected": word["target"], **_assured(word)}


def _assured(word: pd.Series) -> dict[str, Any]:
    return {"variation": word["variation"], "assurance": word["assurance"]}


def _misses(scores: pd.DataFrame, words: pd.DataFrame) -> list[dict[str, Any]]:
    last = scores[(scores["period"] == last_period(scores)) & (scores["level"] == "kpi")]
    missed = last[(last["status"] == "off_target") & last["actual"].notna()]
    missed = missed.assign(part=missed["unit"] != "").sort_values(["part", "attainment"], kind="stable")
    rows = []
    for row in missed.to_dict("records"):
        key = str(row["unit"]), str(row["id"])
        said = _assured(words.loc[key]) if key in words.index else {}
        shown = {name: row[name] for name in ("actual", "expected", "status")}
        rows.append({"kind": "miss", "unit": key[0], "kpi": key[1], "period": row["period"], **shown, **said})
    return rows


def _by_luck(words: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for (unit, kpi), word in words[words["assurance"] == "hit_and_miss"].iterrows():
        if unit == "":
            row = {"unit": unit, "kpi": kpi, "period": word["period"], "actual": word["actual"]}
            yield {"kind": "hit_and_miss", **row, "expected": word["target"], **_assured(word)}


def _stale(scores: pd.DataFrame, month: int) -> list[dict[str, Any]]:
    rows = []
    for unit in scores["unit"].astype(str).unique():
        known = last_known(scores, unit)
        known = known[snapshot(scores, unit).loc[known.index, "actual"].isna().to_numpy()]
        for kpi, row in known.iterrows():
            late = month - periods.span(str(row["period"]))[1]
            item = {"unit": unit, "kpi": str(kpi), "period": row["period"], "actual": row["actual"], "late": late}
            rows.append({"kind": "stale", **item})
    return sorted(rows, key=lambda row: -row["late"])


def _due(card: Scorecard, month: int) -> list[dict[str, Any]]:
    rows = []
    for action in card.actions:
        late = month - periods.span(action.due)[1] if action.due else -1
        if action.open and late >= 0:
            item = {"unit": action.unit, "kpi": action.kpi, "action": action.id, "owner": action.owner}
            rows.append({"kind": "action_due", **item, "period": action.due, "status": action.state, "late": late})
    return sorted(rows, key=lambda row: -row["late"])
