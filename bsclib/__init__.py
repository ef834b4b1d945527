"""Score, explain and test an IT balanced scorecard.

The nouns (`Scorecard`, `KPI`, …) and the verbs (`read_scorecard`, `score`, …) are imported when they are first used, so
that ``import bsclib`` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bsclib.batch import run_batch
    from bsclib.causality.evidence.links import link_evidence
    from bsclib.design.review.findings import check_scorecard
    from bsclib.errors import ActualsError, BscError, ReportError, ScorecardError, UnknownNameError
    from bsclib.files.catalogue import kpi_catalogue
    from bsclib.files.datasets import list_datasets, load_dataset
    from bsclib.files.scorecards import read_actuals, read_scorecard, write_scorecard
    from bsclib.model.edit import change, keep
    from bsclib.model.initiatives import Event, Initiative
    from bsclib.model.nouns import KPI, Link, Objective, Scorecard
    from bsclib.model.perspectives import Perspective
    from bsclib.scenarios import fit_map, project, whatif
    from bsclib.scoring.compare import compare_methods
    from bsclib.scoring.explanation import explain
    from bsclib.scoring.scores import score
    from bsclib.study.session import lesson

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
    "change",
    "check_scorecard",
    "compare_methods",
    "explain",
    "fit_map",
    "keep",
    "kpi_catalogue",
    "lesson",
    "link_evidence",
    "list_datasets",
    "load_dataset",
    "project",
    "read_actuals",
    "read_scorecard",
    "run_batch",
    "score",
    "whatif",
    "write_scorecard",
]

_HOMES = {
    "errors": ("ActualsError", "BscError", "ReportError", "ScorecardError", "UnknownNameError"),
    "causality.evidence.links": ("link_evidence",),
    "scoring.explanation": ("explain",),
    "files.catalogue": ("kpi_catalogue",),
    "files.datasets": ("list_datasets", "load_dataset"),
    "files.scorecards": ("read_actuals", "read_scorecard", "write_scorecard"),
    "model.edit": ("change", "keep"),
    "model.initiatives": ("Event", "Initiative"),
    "model.nouns": ("KPI", "Link", "Objective", "Scorecard"),
    "model.perspectives": ("Perspective",),
    "batch": ("run_batch",),
    "design.review.findings": ("check_scorecard",),
    "scenarios": ("fit_map", "project", "whatif"),
    "scoring.compare": ("compare_methods",),
    "scoring.scores": ("score",),
    "study.session": ("lesson",),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(f"bsclib.{home}"), name)
    raise AttributeError(f"module 'bsclib' has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
