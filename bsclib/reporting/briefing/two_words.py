"""Signal or noise, in two words per KPI as the NHS says them, and where each KPI is heading if nothing is done."""

from __future__ import annotations

import math
import re

import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.model import periods
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.status import words
from bsclib.scoring.views import last_period
from bsclib.signals.alarm_rates import expected_false_signals
from bsclib.signals.assurance import SYMBOLS, variation_and_assurance
from bsclib.signals.behaviour import behaviour_of
from bsclib.signals.forecasts import chances_of
from bsclib.signals.observations import observed
from bsclib.wording import counted, listed, number, percent


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
        beside it (`by` the forecast's period), and `by_chance`, how many signals would come by chance. No rows where
        nothing was observed.

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
        return pd.DataFrame(columns=["kpi", "variation", "assurance", "rule", "chance", "by_chance"])
    behaviour = behaviour_of(series, scorecard)
    said = variation_and_assurance(behaviour, scorecard).drop(columns="target")
    chances = chances_of(series, scorecard).rename(columns={"period": "by"})
    both = said.merge(chances, on=["unit", "kpi"], how="left", sort=False)
    now = both["period"].map(lambda period: periods.span(period)[1]) == end
    by_chance = expected_false_signals(behaviour, period=last_period(scores))
    return both.assign(signal=(both["rule"] != "") & now, by_chance=by_chance)


def known_actuals(actuals: pd.DataFrame, scorecard: Scorecard, scores: pd.DataFrame) -> pd.DataFrame:
    """The actuals that were known in the last month of the scores."""
    rows, end = check_actuals(actuals, scorecard), periods.span(last_period(scores))[1]
    early = rows["period"].astype(str).map(lambda period: periods.span(period)[1]) <= end
    return rows[early & (rows["actual"].notna() | rows["numerator"].notna())]


def signal_sentence(told: pd.DataFrame, scorecard: Scorecard) -> str:
    """How many KPIs show more than noise, and for which a month meets the target by luck or never.

    Parameters
    ----------
    told : DataFrame, as `two_words` returns it
    scorecard : Scorecard

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> signal_sentence(two_words(score(card, actuals), card, actuals), card)
    '7 KPIs changed by more than noise this month, ...'
    """
    judged = told[~told["variation"].isin(["too_little_data"])]
    if judged.empty:
        return "There are too few months to tell a signal from noise: 12 are needed."
    worse = _named(judged[judged["signal"] & (judged["variation"] == "worsening")], scorecard)
    better = _named(judged[judged["signal"] & (judged["variation"] == "improving")], scorecard)
    count = int(judged["signal"].sum())
    sentences = [f"{counted(count, 'KPI') if count else 'No KPI'} changed by more than noise this month"]
    if count:
        by_chance = number(float(judged["by_chance"].iloc[0]), 1)
        sentences[0] += f", where about {by_chance} would by chance"
    sentences += [f"For the worse: {worse}"] * bool(worse) + [f"For the better: {better}"] * bool(better)
    never = _named(judged[judged["assurance"] == "never_met"], scorecard)
    luck = int((judged["assurance"] == "hit_and_miss").sum())
    sentences += [f"Unless something changes, these never meet their target: {never}"] * bool(never)
    if luck:
        lies, it = ("target lies", "it") if luck == 1 else ("targets lie", "them")
        sentences.append(f"{luck} {lies} inside natural limits, so whether a month meets {it} is luck")
    return ". ".join(sentences) + "."


def signal_table(told: pd.DataFrame, scorecard: Scorecard) -> pd.DataFrame:
    """The two words with their symbols, and the forecast, as a small table.

    Parameters
    ----------
    told : DataFrame, as `two_words` returns it
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        `kpi`, `variation` and `target` (symbol and word), `by` (when the forecast is of), `expected`, the bands `80 %`
        and `90 %`, and the `chance` of the target, all as text.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> shown = signal_table(two_words(score(card, actuals), card, actuals), card).set_index("kpi")
    >>> shown.loc["Changes that failed", "variation"].split()
    ['↘', 'worsening']
    """
    rows = []
    for row in told.to_dict("records"):
        kpi = scorecard.kpi(row["kpi"])
        expected, *bands = "–", "–", "–"
        if isinstance(row["by"], str):
            expected = kpi.show(row["expected"])
            ends = ((row["low_80"], row["high_80"]), (row["low_90"], row["high_90"]))
            bands = ["–" if math.isnan(low) else _from_to(kpi, low, high) for low, high in ends]
        rows.append(
            (
                kpi.name,
                variation_words(row["variation"]),
                variation_words(row["assurance"]),
                row["by"] if isinstance(row["by"], str) else "–",
                expected,
                *bands,
                _chance(row["chance"]),
            )
        )
    columns = ["kpi", "variation", "target", "by", "expected", "80 %", "90 %", "chance"]
    table = pd.DataFrame(rows, columns=columns, index=pd.Index(told["kpi"], name="id"))
    unbroken = [name for name in table if name != "kpi"]  # a row is a line, but where its name is long
    return table.assign(
        **{
            name: table[name].str.replace(" ", "\N{NO-BREAK SPACE}").str.replace("-", "\N{NON-BREAKING HYPHEN}")
            for name in unbroken
        }
    )


def variation_words(word: str) -> str:
    """What natural limits say, symbol and word."""
    return f"{SYMBOLS[word]} {words(word)}"


def _chance(chance: float) -> str:
    return "–" if math.isnan(chance) else percent(chance)


def _named(rows: pd.DataFrame, scorecard: Scorecard) -> str:
    return listed(scorecard.kpi(id).name for id in rows["kpi"])


def _from_to(kpi: KPI, low: float, high: float) -> str:
    """A band in the KPI's own decimals, its unit once."""
    first, last = kpi.show(low), kpi.show(high)
    unit = re.split(r"\d", last)[-1]
    return f"{first.removesuffix(unit) or first} to {last}"
