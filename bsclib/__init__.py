"""Score, explain and test an IT balanced scorecard.

The nouns (`Scorecard`, `KPI`, …) and the verbs (`read_scorecard`, `score`, …) are imported when they are first used, so
that ``import bsclib`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bsclib.errors import ActualsError, BscError, ReportError, ScorecardError, UnknownNameError
    from bsclib.evidence import link_evidence
    from bsclib.explanations import explain
    from bsclib.files import read_actuals, read_scorecard, write_scorecard
    from bsclib.model import KPI, Event, Initiative, Link, Objective, Perspective, Scorecard
    from bsclib.reports import run_batch
    from bsclib.review import check_scorecard
    from bsclib.scenario import whatif
    from bsclib.scoring import score

__version__ = "0.1.0"

__all__ = [
    "KPI",
    "ActualsError",
    "BscError",
    "Event",
    "Initiative",
    "Link",
    "Objective",
    "Perspective",
    "ReportError",
    "Scorecard",
    "ScorecardError",
    "UnknownNameError",
    "check_scorecard",
    "explain",
    "link_evidence",
    "read_actuals",
    "read_scorecard",
    "run_batch",
    "score",
    "whatif",
    "write_scorecard",
]

_HOMES = {
    "errors": ("ActualsError", "BscError", "ReportError", "ScorecardError", "UnknownNameError"),
    "evidence": ("link_evidence",),
    "explanations": ("explain",),
    "files": ("read_actuals", "read_scorecard", "write_scorecard"),
    "model": ("KPI", "Event", "Initiative", "Link", "Objective", "Perspective", "Scorecard"),
    "reports": ("run_batch",),
    "review": ("check_scorecard",),
    "scenario": ("whatif",),
    "scoring": ("score",),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"bsclib.{home}"), name)
    raise AttributeError(f"module 'bsclib' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
