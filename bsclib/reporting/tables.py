"""A scorecard for a reviewer to read: its definitions and its actuals as tables, small enough to read line by line.

Every cell is text or a number, whatever the model holds, and an empty cell says that nothing was given.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from bsclib.model.initiatives import Initiative
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.values import Dated
from bsclib.scoring.scores import score

TABLES = {
    "perspectives": ("perspectives", "id name weight"),
    "objectives": ("objectives", "id name perspective owner weight supports"),
    "what is measured": ("kpis", "id name objective owner measured_in formula"),
    "how it is counted": ("kpis", "id direction role frequency aggregate across_units guarded_by"),
    "from where to where": ("kpis", "id baseline target path floor thresholds weight"),
    "links": ("links", "cause effect sign lag why"),
    "initiatives": ("initiatives", "id name owner start cost changes"),
    "events": ("events", "period kind kpis why"),
}
"""Of each table, the scorecard's own that it shows, and of that the fields."""


def definition_tables(scorecard: Scorecard) -> dict[str, pd.DataFrame]:
    """What a scorecard defines, by what is defined.

    Returns
    -------
    dict of str to DataFrame
        ``"perspectives"`` and ``"objectives"``; of the KPIs ``"what is measured"``, ``"how it is counted"`` and ``"from
        where to where"``; ``"links"``, ``"initiatives"`` and ``"events"``. A row a part, by its id where it has one.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> tables = definition_tables(read_scorecard("meridian"))
    >>> tables["from where to where"].set_index("id").loc["mttr", ["baseline", "target"]].tolist()
    ['8.5 (2021-07)', '5 (2026-12)']
    """
    return {
        title: pd.DataFrame(
            [[_cell(part, field) for field in fields.split()] for part in getattr(scorecard, table)],
            columns=fields.split(),
        )
        for title, (table, fields) in TABLES.items()
    }


def series_summary(scorecard: Scorecard, actuals: pd.DataFrame) -> pd.DataFrame:
    """How each KPI's actuals went, the whole organisation's, in a line.

    Parameters
    ----------
    scorecard : Scorecard
    actuals : DataFrame

    Returns
    -------
    DataFrame
        A row a KPI: `id`; `first` and `last`, months with an actual; `months` (how many have one); the `lowest`,
        `highest` and `latest` actual; `lowest_in_a_unit` and `highest_in_a_unit`, NaN where no unit reports; and how
        many months it was `on_target`, `at_risk` and `off_target`.

    Raises
    ------
    ActualsError
        As `bsclib.score` does.

    Examples
    --------
    >>> from bsclib import load_dataset
    >>> series_summary(*load_dataset("meridian")).set_index("id").loc["mttr", ["first", "last"]].tolist()
    ['2021-07', '2026-06']
    """
    scores = score(scorecard, actuals)
    scores = scores[scores["level"] == "kpi"].astype({"unit": str, "id": str, "period": str, "status": str})
    rows = dict(iter(scores.groupby("id", sort=False)))
    return pd.DataFrame([{"id": kpi.id, **_series_line(rows[kpi.id])} for kpi in scorecard.kpis])


def _series_line(rows: pd.DataFrame) -> dict[str, Any]:
    """One KPI's line, from its rows of every unit and month."""
    whole, units = rows[rows["unit"] == ""].sort_values("period"), rows.loc[rows["unit"] != "", "actual"]
    values = whole.dropna(subset=["actual"]).set_index("period")["actual"]
    return {
        "first": values.index[0] if len(values) else "",
        "last": values.index[-1] if len(values) else "",
        "months": len(values),
        "lowest": values.min(),
        "highest": values.max(),
        "latest": values.iloc[-1] if len(values) else np.nan,
        "lowest_in_a_unit": units.min(),
        "highest_in_a_unit": units.max(),
        **{status: int((whole["status"] == status).sum()) for status in ("on_target", "at_risk", "off_target")},
    }


def _cell(part: Any, field: str) -> str:
    """One cell: dates in brackets, several values with commas between them."""
    value = getattr(part, field)
    if isinstance(part, Initiative) and field == "changes":
        return ", ".join(f"{change.kpi} by {change.by:+g}" for change in value)
    if field == "thresholds":
        return f"{value.at_risk:g}, {value.on_target:g}"
    if isinstance(part, KPI) and field in ("target", "floor") and isinstance(value, tuple):
        between = " to " if isinstance(value[0], float | int) else ", "
        return between.join(map(_value_text, value))
    text = ", ".join(map(_value_text, value)) if isinstance(value, tuple) else _value_text(value)
    return text.replace("_", " ") if field in ("direction", "kind") else text


def _value_text(value: Any) -> str:
    if isinstance(value, Dated):
        return f"{value.value:g} ({value.period})"
    if value is None:
        return ""
    return f"{value:g}" if isinstance(value, int | float) else str(value)
