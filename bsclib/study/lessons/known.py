"""What may lie beside a scorecard: the truth that its actuals were made from, and what experts say of its map."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pandas as pd

from bsclib.causality.truth import Truth, read_truth
from bsclib.errors import BscError, Fault, UnknownNameError
from bsclib.files.paths import locate
from bsclib.model.nouns import Scorecard

TRUTH, INFLUENCE = "truth.yaml", "influence.csv"


def known_truth(scorecard: Scorecard, path: str = "") -> Truth | None:
    """Look up what a scorecard's actuals were made from."""
    for place in filter(None, (path, scorecard.id)):
        file = _beside(place, TRUTH)
        if file is not None:
            truth = read_truth(file)
            if {kpi.id for kpi in scorecard.kpis} <= {*truth.processes, *(one.kpi for one in truth.identities)}:
                return truth
    return None


def known_influence(path: str) -> pd.DataFrame | None:
    """Read the experts' ratings of who influences whom that lie beside a scorecard."""
    file = _beside(path, INFLUENCE) if path else None
    if file is None:
        return None
    try:
        return pd.read_csv(file, index_col=0, encoding="utf-8").astype(float)
    except (OSError, ValueError) as error:
        what = "this is no table of influence"
        fix = "give causes as rows and effects as columns, by id, rated 0 to 4"
        raise BscError(Fault(str(file), what, got=str(error), fix=fix)) from None


def _beside(place: str, name: str) -> Path | None:
    with suppress(UnknownNameError):
        path = locate(place)
        file = (path if path.is_dir() else path.parent) / name
        return file if file.is_file() else None
    return None
