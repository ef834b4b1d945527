"""Evidence made by hand, as `link_evidence` would give it, for scorecards of any shape."""

import numpy as np
import pandas as pd
from samples import desk

from bsclib.causality.evidence.links import TYPES

VERDICTS = ("supported", "refuted", "too_little_data", "not_testable")
CHAIN = [
    {"cause": "leavers", "effect": "mttr", "sign": "-", "lag": 6, "smallest_effect": 0.5},
    {"cause": "mttr", "effect": "cost", "sign": "+", "lag": 2, "smallest_effect": 2},
    {"cause": "load", "effect": "cost", "sign": "+", "lag": 1},
    {"cause": "mttr", "effect": "load"},
]


def chain():
    """The service desk with four links, one of which states nothing."""
    return desk(links=CHAIN)


def evidence(card, verdicts=VERDICTS, unit="", sizes=None, **columns):
    """A row a link: these verdicts in turn, and so many smallest effects (of the links that state one) each."""
    rows = []
    for at, link in enumerate(card.links):
        verdict = verdicts[at % len(verdicts)]
        known = verdict != "not_testable" and link.sign
        sign = -1 if link.sign == "-" else 1
        size = (sizes or [3.0])[at % len(sizes or [3.0])] * (link.smallest_effect or 1.0) * sign
        rows.append(
            {
                "unit": unit,
                "cause": link.cause,
                "effect": link.effect,
                "sign": link.sign or "",
                "lag": link.lag,
                "lag_found": link.lag if known else None,
                "estimate": size if known else np.nan,
                "low": size - 0.4 * abs(size) if known else np.nan,
                "high": size + 0.4 * abs(size) if known else np.nan,
                "cumulative": 1.5 * size if known else np.nan,
                "p": 0.004 if known else np.nan,
                "q": 0.01 if known else np.nan,
                "verdict": verdict,
                "months": 12 * (at + 1),
                "months_needed_low": 30.0 if verdict == "too_little_data" else np.nan,
                "months_needed_high": 90.0 if verdict == "too_little_data" else np.nan,
                "robust": True if verdict == "supported" else None,
                "units_differ": False,
                "hidden_driver": 0.3 if known else np.nan,
                "placebos": 0,
                "placebos_supported": 0,
                "reason": f"Why {link.cause} does this to {link.effect}.",
            }
        )
    found = pd.DataFrame(rows, columns=list(TYPES)).assign(**columns)
    return found.astype({"lag": "Int64", "lag_found": "Int64", "robust": "boolean"})
