"""What the data say of a strategy map's links, as a table for people: verdicts in words, numbers to three figures."""

from __future__ import annotations

import pandas as pd

from bsclib.wording import amount, arrow, counted, probability

VERDICT_WORDS = {
    "supported": "supported",
    "refuted": "refuted",
    "too_little_data": "too little data",
    "not_testable": "not testable",
}


def evidence_table(evidence: pd.DataFrame) -> pd.DataFrame:
    """Evidence as people read it: verdicts in words, numbers to three figures.

    Parameters
    ----------
    evidence : DataFrame
        As `bsclib.causality.link_evidence` gives it.

    Returns
    -------
    DataFrame
        `number` (from 1), `link`, `claims` (sign and lag), `verdict` (``supported, small`` where the effect is there
        and smaller than what matters by default), `estimate`, `low`, `high` (what one unit more of the cause adds at
        the lag), `long_run` (what it adds in the end, over all lags and by what the effect hands on to itself) and `q`
        as text, `robust` (yes, no, or empty).

    Examples
    --------
    >>> from bsclib import link_evidence, load_dataset
    >>> evidence_table(link_evidence(*load_dataset("meridian"))).loc[18, ["link", "claims", "verdict"]].tolist()
    ['patch-latency → audit-findings', '+, 2 months', 'supported']
    """
    return pd.DataFrame(
        {
            "number": range(1, len(evidence) + 1),
            "link": [arrow(*ends) for ends in zip(evidence["cause"], evidence["effect"], strict=True)],
            "claims": [_claim(*claim) for claim in zip(evidence["sign"], evidence["lag"], strict=True)],
            "verdict": [
                VERDICT_WORDS[verdict] + (", small" if small else "")
                for verdict, small in zip(evidence["verdict"], evidence["small"].eq(True), strict=True)
            ],
            **{name: evidence[name].map(amount).to_numpy() for name in ("estimate", "low", "high")},
            "long_run": evidence["cumulative"].map(amount).to_numpy(),
            "q": evidence["q"].map(probability).to_numpy(),
            "robust": ["" if pd.isna(robust) else "yes" if robust else "no" for robust in evidence["robust"]],
        }
    )


def round_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame for reading: its numbers to three figures, as text.

    Parameters
    ----------
    frame : DataFrame
        Any; words, and truth values, stay.

    Returns
    -------
    DataFrame
        A copy; a missing number is a dash.

    Examples
    --------
    >>> round_numbers(pd.DataFrame({"step": ["first"], "estimate": [1.23456], "clear": [-0.5]})).iloc[0].tolist()
    ['first', '1.23', '−0.5']
    """
    numbers = frame.select_dtypes("number").columns
    return frame.assign(**{name: frame[name].astype(float).map(amount) for name in numbers})


def _claim(sign: object, lag: float) -> str:
    way = {"+": "+", "-": "−"}.get(str(sign), "no sign")
    return f"{way}, {'no lag' if pd.isna(lag) else counted(lag, 'month')}"
