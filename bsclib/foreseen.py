"""What a what-if says, in a sentence and in tables.

Numbers come from `bsclib.scenario`; here they become words that a person can check against the frame.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import networkx as nx
import numpy as np
import pandas as pd

from bsclib.briefing import month_name
from bsclib.briefing.wording import apart, counted
from bsclib.hypotheses import supported_links
from bsclib.model import KPI, Scorecard
from bsclib.scenario import FittedMap, first_month, fit_map
from bsclib.variants import change

COLUMNS = ["level", "id", "name", "without", "with_", "band", "effect", "effect_band", "measured_in", "chance"]
TINY = 5e-4
"""Shares of a point, or of what a KPI stands at, that count as no effect."""
SURE = 0.995
"""A chance from which on, and below the rest of which, a whole percentage would say too much."""


# ------------------------------------------------------------------------------------------------------- in words


def in_words(result: pd.DataFrame, scorecard: Scorecard) -> str:
    """What comes of the overall score, in a few sentences.

    Parameters
    ----------
    result : DataFrame
        As `bsclib.whatif` gives it.
    scorecard : Scorecard
        The one it was asked of.

    Returns
    -------
    str
        The score in the last month with and without, the band, the effect and the chance.
    """
    row = _last(result).set_index("id").loc[scorecard.id]
    whose = apart(scorecard.name) + (f", {apart(str(row['unit']))}" if row["unit"] else "")
    month = month_name(str(row["period"]))
    if pd.isna(row["with_"]):
        return f"Nothing can be said of the overall score of {whose}: there is no KPI with an actual."
    band = f"90 of 100 draws end between {row['low']:.1f} and {row['high']:.1f}"
    target = f"The chance that it is on target is {chance_words(float(row['chance_of_target']))}."
    if not _moves(row, 1.0):
        return (
            f"In {month} the overall score of {whose} is expected at {row['with_']:.1f}, as without; {band}. {target}"
        )
    effect, low, high = effects(row["effect"], row["effect_low"], row["effect_high"])
    return (
        f"In {month} the overall score of {whose} is expected at {row['with_']:.1f}, without at {row['without']:.1f}; "
        f"{band}. What is asked about changes it by {effect} points, by {low} to {high} in 90 of 100 draws. {target}"
    )


def chance_words(share: float) -> str:
    """A chance as a person says it: never 0 or 100 % where some draw says otherwise.

    Examples
    --------
    >>> chance_words(0.37), chance_words(0.999), chance_words(0.0), chance_words(float("nan"))
    ('37 %', 'above 99 %', '0 %', 'unknown')
    """
    if np.isnan(share):
        return "unknown"
    if SURE < share < 1:
        return "above 99 %"
    return "below 1 %" if 0 < share < 1 - SURE else f"{share:.0%}".replace("%", " %")


def moved(result: pd.DataFrame, scorecard: Scorecard, kpis_only: bool = False) -> pd.DataFrame:
    """What moves, in the last month: everything whose effect is not nothing, the scorecard first.

    Parameters
    ----------
    result : DataFrame
        As `bsclib.whatif` gives it.
    scorecard : Scorecard
        The one it was asked of.
    kpis_only : bool
        Whether scores are left out.

    Returns
    -------
    DataFrame
        `level`, `id`, `name`, and as text `without`, `with_`, `band` (of the level with), `effect`, `effect_band`,
        `measured_in` (of the effect; points for a score), `chance` (of being at or better than the target; of a score,
        of being on target).
    """
    kpis = {kpi.id: kpi for kpi in scorecard.kpis}
    rows = []
    for row in _last(result).to_dict("records"):
        kpi = kpis.get(row["id"])
        if (kpis_only and kpi is None) or pd.isna(row["with_"]):
            continue
        if not _moves(row, 1.0 if kpi is None else max(abs(row["without"]), abs(row["with_"]))):
            continue
        level = {name: _level(kpi, row[name]) for name in ("without", "with_", "low", "high")}
        effect, low, high = effects(row["effect"], row["effect_low"], row["effect_high"])
        cells = {
            **{name: level[name] for name in ("without", "with_")},
            "band": f"{level['low']} to {level['high']}",
            "effect": effect,
            "effect_band": f"{low} to {high}",
            "measured_in": kpi.measured_in if kpi else "points",
            "chance": chance_words(float(row["chance_of_target"])),
        }
        rows.append({"level": str(row["level"]), "id": row["id"], "name": scorecard.names[row["id"]]} | cells)
    return pd.DataFrame(rows, columns=COLUMNS)


def _last(result: pd.DataFrame) -> pd.DataFrame:
    plain = result.assign(**{name: result[name].astype(str) for name in ("unit", "period", "level", "id")})
    return plain[plain["period"] == plain["period"].max()]


def _moves(row: Mapping | pd.Series, size: float) -> bool:
    ends = (row["effect"], row["effect_low"], row["effect_high"])
    return any(abs(one) > TINY * max(size, 1e-9) for one in ends)


def _level(kpi: KPI | None, value: float) -> str:
    return f"{value:.1f}".replace("-", "−") if kpi is None else kpi.show(value)


def effects(*values: float) -> list[str]:
    """Effects with their signs, all to as many decimals as show two figures of the largest.

    Examples
    --------
    >>> effects(0.82, 0.5151, 1.213), effects(-0.004, -0.26, 0.0), effects(1234.0)
    (['+0.8', '+0.5', '+1.2'], ['0', '−0.26', '0'], ['+1,234'])
    """
    most = max(abs(value) for value in values)
    decimals = min(max(1 - math.floor(math.log10(most)), 0), 8) if most > 0 else 0
    return [_signed(value, decimals) for value in values]


def _signed(value: float, decimals: int) -> str:
    text = f"{value:+,.{decimals}f}".replace("-", "−")
    return text if any(digit in text for digit in "123456789") else "0"


# ------------------------------------------------------------------------------------------------ what lesson 05 asks


def first_question(fit: FittedMap) -> tuple[str, str, str] | None:
    """A KPI to move, by how much, and the KPI to look at: the driver that most hangs on, as far as is known.

    Parameters
    ----------
    fit : FittedMap

    Returns
    -------
    tuple of str, or None
        `kpi`, `change` (10 % the good way), and the KPI furthest down its longest way along the map; None where no link
        starts at a KPI with an actual that is not 0.
    """
    evidence = fit.evidence
    known = {id for id, k in fit.place.items() if np.isfinite(fit.latest[k]) and fit.latest[k] != 0}
    for rows in (evidence[evidence["verdict"] == "supported"], evidence):
        graph = nx.DiGraph([*zip(rows["cause"], rows["effect"], strict=True)])
        drivers = [id for id in fit.place if id in graph and id in known and graph.out_degree(id)]
        if not drivers:
            continue
        driver = max(drivers, key=lambda id: len(nx.descendants(graph, id)))
        away = nx.single_source_shortest_path_length(graph, driver)
        ends = [id for id in fit.place if id in known and id in away and id != driver]
        if ends:
            way = "-" if fit.scorecard.kpi(driver).direction == "lower_is_better" else "+"
            return driver, f"{way}10%", max(ends, key=lambda id: away[id])
    return None


def only_supported(scorecard: Scorecard, actuals: pd.DataFrame, fit: FittedMap) -> FittedMap:
    """The map again, with nothing but the links that the data support."""
    kept = change(scorecard, scorecard.id, links=supported_links(scorecard, fit.evidence))
    return fit_map(kept, actuals, fit.unit or None)


def widths(results: Mapping[str, pd.DataFrame], scorecard: Scorecard, id: str) -> pd.DataFrame:
    """How wide the bands of one effect are, in several results.

    Parameters
    ----------
    results : mapping of str to DataFrame
        As `bsclib.whatif` gives them, by what to call them.
    scorecard : Scorecard
    id : str
        A KPI, or something that has a score.

    Returns
    -------
    DataFrame
        `assumed`, and as text `effect`, `effect_band` and `measured_in`, in the last month.
    """
    measured_in = next((one.measured_in for one in scorecard.kpis if one.id == id), "points")
    rows = []
    for name, result in results.items():
        row = _last(result).set_index("id").loc[id]
        middle, low, high = effects(*(float(row[one]) for one in ("effect", "effect_low", "effect_high")))
        rows.append((name, middle, f"{low} to {high}", measured_in))
    return pd.DataFrame(rows, columns=["assumed", "effect", "effect_band", "measured_in"])


def when_it_shows(result: pd.DataFrame, scorecard: Scorecard) -> pd.DataFrame:
    """The first month in which the effect on what moves could be told from noise.

    Parameters
    ----------
    result : DataFrame
        As `bsclib.whatif` gives it.
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        `name` and `first_month` (in words) of the scorecard and the KPIs that move, the earliest first; those that no
        month within the horizon will do for are counted in a last row.
    """
    ids = moved(result, scorecard)
    ids = ids.loc[ids["level"].isin(["scorecard", "kpi"]), "id"]
    told = first_month(result).set_index("id")["period"].astype(object).reindex(ids).fillna("").astype(str)
    seen = told[told != ""].sort_values(kind="stable")
    rows = [(scorecard.names[id], month_name(period)) for id, period in seen.items()]
    unseen = len(told) - len(seen)
    if unseen:
        other, others = ("other that moves", "others that move") if rows else ("that moves", "that move")
        rows.append((counted(unseen, other, others), "not within the horizon"))
    return pd.DataFrame(rows, columns=["name", "first_month"])
