"""The seven deadly sins of the IT scorecard, and what of each a file can show."""

from __future__ import annotations

import pandas as pd

from bsclib.errors import ScorecardError, unknown

SINS: dict[str, tuple[tuple[str, ...], str]] = {
    "IT-centric view": (
        ("BSC106", "BSC107", "BSC601", "BSC602", "BSC603"),
        "whether every perspective is looked from, and whether objectives serve those of the scorecard above",
    ),
    "measures that do not matter": (
        ("BSC103", "BSC108", "BSC212", "BSC301", "BSC402", "BSC504", "BSC507", "BSC604", "BSC704", "BSC707"),
        "KPIs that move no score, drive nothing, ask for nothing or never move",
    ),
    "no standard definitions": (
        ("BSC205", "BSC206", "BSC208", "BSC209", "BSC210", "BSC211"),
        "whether each KPI has one formula and one way of being added up; not whether people keep to it",
    ),
    "over-reliance on tools": (
        (),
        "nothing: a file does not show whether people talk about the numbers or only look at them",
    ),
    "no drill-down": (
        ("BSC711", "BSC803"),
        "whether a ratio can be followed to its parts, and whether several units report",
    ),
    "too many metrics": (
        ("BSC105", "BSC109", "BSC201", "BSC213", "BSC706"),
        "how many objectives and KPIs there are (too few are counted here too), and which say the same",
    ),
    "no individual impact": (
        ("BSC102", "BSC204", "BSC606", "BSC801"),
        "whether somebody answers for each; not whether it touches what they do, or what they earn",
    ),
}
"""Each sin, the rules that show something of it, and what of it a file can show (Working Council for CIOs, 2003)."""


def seven_sins(findings: pd.DataFrame) -> pd.DataFrame:
    """Count the findings of a review under the seven deadly sins of the IT scorecard.

    Parameters
    ----------
    findings : DataFrame
        As `check_scorecard` returns it.

    Returns
    -------
    DataFrame
        One row a sin: `sin`, `rules` (ids, with commas), `findings` (how many), and `seen`, what of the sin a file can
        show. 0 findings do not acquit where a file shows little.

    Raises
    ------
    ScorecardError
        When the frame is not of findings.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> from bsclib.design.review.findings import check_scorecard
    >>> seven_sins(check_scorecard(read_scorecard("meridian")))[["sin", "findings"]].tail(2).values.tolist()
    [['too many metrics', 1], ['no individual impact', 0]]
    """
    if "rule" not in findings:
        raise ScorecardError(unknown("column", "rule", findings.columns, "findings"))
    counts = findings["rule"].value_counts()
    rows = [
        (sin, ", ".join(rules), int(counts.reindex(rules, fill_value=0).sum()), seen)
        for sin, (rules, seen) in SINS.items()
    ]
    return pd.DataFrame(rows, columns=["sin", "rules", "findings", "seen"])
