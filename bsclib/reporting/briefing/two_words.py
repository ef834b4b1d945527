"""Signal or noise, in two words per KPI as the NHS says them, and where each KPI is heading if nothing is done."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.model import periods
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.status import words
from bsclib.scoring.views import last_period, snapshot
from bsclib.signals.alarm_rates import expected_false_signals
from bsclib.signals.assurance import SYMBOLS, variation_and_assurance
from bsclib.signals.behaviour import behaviour_of
from bsclib.signals.forecasts import chances_of
from bsclib.signals.observations import observed
from bsclib.wording import chance, counted, listed, month_name, number

SMALL = 0.1
"""Below such a chance waiting will not do."""


def two_words(
    scores: pd.DataFrame, scorecard: Scorecard, actuals: pd.DataFrame, unit: str | None = None
) -> pd.DataFrame:
    """What the natural limits say of each KPI and of its target, and what the forecast says.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
        Actuals count up to their last month.
    scorecard : Scorecard
    actuals : DataFrame
    unit : str, default the organisation as a whole

    Returns
    -------
    DataFrame
        As `bsclib.signals.variation_and_assurance` returns it, with the columns of `bsclib.signals.target_chances`
        beside it (`by` the forecast's period), `by_chance`, how many signals would come by chance, and the `status` in
        the scores. No rows where nothing was observed.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> two_words(score(card, actuals), card, actuals).set_index("kpi").loc["on-hold-share", "assurance"]
    'never_met'
    """
    known, end = known_actuals(actuals, scorecard, scores), periods.span(last_period(scores))[1]
    series = [] if known.empty else [one for one in observed(known, scorecard) if one.unit == (unit or "")]
    if not series:
        return pd.DataFrame(columns=["kpi", "variation", "assurance", "rule", "chance", "by_chance", "status"])
    behaviour = behaviour_of(series, scorecard)
    said = variation_and_assurance(behaviour, scorecard).drop(columns="target")
    chances = chances_of(series, scorecard).rename(columns={"period": "by"})
    both = said.merge(chances, on=["unit", "kpi"], how="left", sort=False)
    now = both["period"].map(lambda period: periods.span(period)[1]) == end
    by_chance = expected_false_signals(behaviour, period=last_period(scores))
    status = both["kpi"].map(snapshot(scores, unit)["status"].astype(str).rename_axis(None))
    return both.assign(signal=(both["rule"] != "") & now, by_chance=by_chance, status=status)


def known_actuals(actuals: pd.DataFrame, scorecard: Scorecard, scores: pd.DataFrame) -> pd.DataFrame:
    """The actuals that were known in the last month of the scores."""
    rows, end = check_actuals(actuals, scorecard), periods.span(last_period(scores))[1]
    early = rows["period"].astype(str).map(lambda period: periods.span(period)[1]) <= end
    return rows[early & (rows["actual"].notna() | rows["numerator"].notna())]


def signal_sentences(told: pd.DataFrame, scorecard: Scorecard) -> list[str]:
    """How many KPIs show more than noise, which way, and how many targets lie where chance decides or out of reach.

    Parameters
    ----------
    told : DataFrame, as `two_words` returns it
    scorecard : Scorecard

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> signal_sentences(two_words(score(card, actuals), card, actuals), card)[0]
    '7 KPIs show a signal this month, where about 0.8 would by chance.'
    """
    judged = told[~told["variation"].isin(["too_little_data"])]
    if judged.empty:
        return ["There are too few months to tell a signal from noise: 12 are needed."]
    signals = judged[judged["signal"]]
    count = len(signals)
    sentences = [f"{counted(count, 'KPI shows', 'KPIs show') if count else 'No KPI shows'} a signal this month"]
    if count:
        by_chance = number(float(judged["by_chance"].iloc[0]), 1)
        sentences[0] += f", where about {by_chance} would by chance"
    for way, word, odd in (("worsening", "Worse", "on_target"), ("improving", "Better", "off_target")):
        despite = f" ({words(odd)} all the same)"
        rows = signals[signals["variation"] == way]
        names = [scorecard.kpi(row.kpi).name + despite * (row.status == odd) for row in rows.itertuples()]
        sentences += [f"{word} than usual: {listed(names)}"] * bool(names)
    never = listed(scorecard.kpi(id).name for id in judged.loc[judged["assurance"] == "never_met", "kpi"])
    luck = int(((judged["assurance"] == "hit_and_miss") & ~judged["signal"]).sum())
    sentences += [f"As things run now, these hardly ever reach what is expected: {never}"] * bool(never)
    if luck:
        others = f"{luck} {'other' if luck == 1 else 'others'}" if never or count else counted(luck, "KPI")
        sentences.append(
            f"For {others} a single month says little, because what is expected lies within their usual swing. Those "
            "that stay off target still cost points"
        )
    return [f"{each}." for each in sentences]


def signal_table(told: pd.DataFrame, scorecard: Scorecard) -> pd.DataFrame:
    """The two words with their symbols, and the forecast, as a small table.

    Parameters
    ----------
    told : DataFrame, as `two_words` returns it
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        `kpi`, `variation` (symbol and words: a signal, or else the trend) and `assurance` (symbol and word; of what is
        expected now), `target` and `by` when it is to be met; what is `expected` then if nothing is done, the bands
        `80 %` and `90 %`, and the `chance` of the target.
        All of it is text.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> shown = signal_table(two_words(score(card, actuals), card, actuals), card).set_index("kpi")
    >>> shown.loc["Changes that failed", "variation"].split()
    ['↘', 'worse', 'than', 'usual']
    """
    rows = []
    for row in told.to_dict("records"):
        kpi = scorecard.kpi(row["kpi"])
        target = by = expected = "–"
        bands = ["–", "–"]
        if isinstance(row["by"], str):
            by, expected = month_name(periods.period_of(periods.span(row["by"])[1])), kpi.show(row["expected"])
            one = row["target"] == row["target_high"]
            target = kpi.show(row["target"]) if one else _from_to(kpi, row["target"], row["target_high"])
            ends = ((row["low_80"], row["high_80"]), (row["low_90"], row["high_90"]))
            bands = ["–" if math.isnan(low) else _from_to(kpi, low, high) for low, high in ends]
        rows.append(
            (
                kpi.name,
                swing_words(row),
                variation_words(row["assurance"]),
                target,
                by,
                expected,
                *bands,
                chance(row["chance"]),
            )
        )
    columns = ["kpi", "variation", "assurance", "target", "by", "expected", "80 %", "90 %", "chance"]
    table = pd.DataFrame(rows, columns=columns, index=pd.Index(told["kpi"], name="id"))
    unbroken = [name for name in table if name not in ("kpi", "variation", "by")]
    return table.assign(
        **{
            name: table[name].str.replace(" ", "\N{NO-BREAK SPACE}").str.replace("-", "\N{NON-BREAKING HYPHEN}")
            for name in unbroken
        }
    )


def variation_words(word: str) -> str:
    """What natural limits say, symbol and word."""
    return f"{SYMBOLS[word]} {words(word)}"


def swing_words(row: Mapping[str, Any]) -> str:
    """What a KPI does, symbol and words."""
    return f"{SYMBOLS[str(row['variation'])]} {plain_swing(row)}"


def plain_swing(row: Mapping[str, Any]) -> str:
    """What a KPI does, in words: a signal of this month, or else its trend, or neither."""
    when = "than usual" if row["signal"] else "in the long run"
    said = {"improving": f"better {when}", "worsening": f"worse {when}", "common_cause": "within its usual swing"}
    word = str(row["variation"])
    return said.get(word, words(word))


_MET = {
    "always_met": "is always met",
    "never_met": "is hardly ever met",
    "hit_and_miss": "lies within the usual swing, so some months meet it and others miss it",
}


def met_words(word: str) -> str:
    """How often what is expected now is met, in a sentence."""
    return f"What is expected now {_MET[word]}." if word in _MET else f"What is expected now: {words(word)}."


def limits_words(row: Mapping[str, Any], kpi: KPI) -> str:
    """The natural limits of a KPI's last month, in brackets; nothing where there are none."""
    known = not math.isnan(row["lower"]) and not math.isnan(row["upper"])
    return f" ({_from_to(kpi, row['lower'], row['upper'])})" if known and row["variation"] == "common_cause" else ""


def target_words(row: Mapping[str, Any], kpi: KPI) -> str:
    """The chance of the target ahead, where it is another than what is expected now; nothing where none is foreseen."""
    if not isinstance(row["by"], str) or math.isnan(row["chance"]):
        return ""
    one = row["target"] == row["target_high"]
    target = kpi.show(row["target"]) if one else _from_to(kpi, row["target"], row["target_high"])
    by = month_name(periods.period_of(periods.span(row["by"])[1]))
    return f" The chance of {target} in {by} is {chance(row['chance'])}."


def no_chance(told: pd.DataFrame) -> str:
    """That waiting will not do, where every chance is small; nothing otherwise."""
    if told.empty or (best := float(told["chance"].max())) >= SMALL:
        return ""
    every = f"{'every chance here is' if best <= 0.005 else 'no chance here is above'} {chance(best)}"
    return f"Look at the last column: {every}, so waiting will not do."


def _from_to(kpi: KPI, low: float, high: float) -> str:
    """A band in the KPI's own decimals, its unit once."""
    first, last = kpi.show(low), kpi.show(high)
    unit = re.split(r"\d", last)[-1]
    return f"{first.removesuffix(unit) or first} to {last}"
