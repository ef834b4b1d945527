"""What the explorers have in common: names for their choices, and actuals laid out once of which a unit is scored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache

import pandas as pd

from bsclib.actuals.aggregate import cube
from bsclib.actuals.table import check_actuals
from bsclib.actuals.to_date import to_date
from bsclib.interactive import attended as attended
from bsclib.model.nouns import Scorecard
from bsclib.model.periods import period_of
from bsclib.scoring.methods import scoring_method
from bsclib.scoring.scores import score_cube
from bsclib.wording import short_name


def options(names: Mapping[str, str], ids: Iterable[str]) -> list[tuple[str, str]]:
    """Names for a drop-down, with the id behind a name that several have."""
    pairs = [(short_name(names[id]), id) for id in ids]
    count = Counter(name for name, _ in pairs)
    return [(f"{name} ({id})" if count[name] > 1 else name, id) for name, id in pairs]


def unit_options(units: Iterable[str]) -> list[tuple[str, str]]:
    """The organisation as a whole, and its units."""
    return [("The organisation as a whole", ""), *((unit, unit) for unit in units if unit)]


class Ground:
    """Actuals laid out once, of which one unit is scored at a time: the numbers that `bsclib.score` gives."""

    def __init__(self, scorecard: Scorecard, actuals: pd.DataFrame):
        self.scorecard, self.actuals = scorecard, check_actuals(actuals, scorecard)
        self._grid = lru_cache(128)(lambda as_of: to_date(cube(self.actuals, scorecard, as_of), scorecard))
        whole = self._grid(None)
        self.units, self.periods = whole.units, [period_of(int(month)) for month in whole.months]

    def scores(
        self,
        scorecard: Scorecard,
        unit: str,
        as_of: str | None = None,
        missing: str = "redistribute",
        last: int | None = None,
    ) -> pd.DataFrame:
        """Scores of one unit in all months, or in so many of the last ones, under a scorecard with the same KPIs."""
        return score_cube(scorecard, self._grid(as_of).only(unit, last), scoring_method("kit"), missing)
