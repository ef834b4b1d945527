"""The candidates of lesson 02: how they are rated, what they are worth, and which of them the three steps choose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from bsclib.actuals.correlations import kpi_correlations
from bsclib.design.selection.candidates import rate_candidates
from bsclib.design.selection.criteria import CRITERIA
from bsclib.design.selection.judgements import Ahp, ahp, pairwise
from bsclib.design.selection.redundancy import apart_by_arithmetic
from bsclib.design.selection.shortlist import JUDGEMENTS, simple_choice, weighted_scores
from bsclib.errors import ActualsError, BscError, Fault, UnknownNameError, unknown
from bsclib.model.nouns import Scorecard
from bsclib.study.answer_forms import key
from bsclib.study.places import begun

WORDS = {one.name: one.name.replace("_", " ") for one in CRITERIA}


@dataclass(frozen=True)
class Shortlist:
    """The candidates, what is thought of them, and the set that follows from it."""

    card: Scorecard
    actuals: pd.DataFrame
    overruled: Mapping[tuple[str, str], int] = field(default_factory=dict)
    judged: Mapping[tuple[str, str], float | str] = field(default_factory=dict)

    @cached_property
    def proposed(self) -> pd.DataFrame:
        """Ratings as the kit proposes them."""
        return rate_candidates(self.card, self.actuals)

    @cached_property
    def rated(self) -> pd.DataFrame:
        """Ratings with what was overruled."""
        rated = self.proposed.copy()
        for (kpi, criterion), rating in self.overruled.items():
            (id,), name = ids_of(self.card, [kpi]), _criterion(criterion)
            if rating not in range(1, 6):
                where = f"your rating of {kpi}, {criterion}"
                raise BscError(Fault(where, "this is no rating", repr(rating), "a whole number from 1 to 5"))
            rated.loc[id, name] = rating
        return rated

    @cached_property
    def judgements(self) -> dict[tuple[str, str], float | str]:
        """The judgements in pairs: the kit's, and in their place those that were made, either way round."""
        own = {(_criterion(first), _criterion(other)): times for (first, other), times in self.judged.items()}
        return {pair: times for pair, times in JUDGEMENTS.items() if pair[::-1] not in own} | own

    @cached_property
    def agreed(self) -> Ahp:
        """The weights of the criteria, from judgements in pairs."""
        return ahp(pairwise(list(self.rated), self.judgements))

    @cached_property
    def worth(self) -> pd.Series:
        """What each candidate is worth."""
        return weighted_scores(self.rated, self.agreed.weights)

    @property
    def cost(self) -> pd.Series:
        """What each is rated to cost to collect."""
        return self.rated["cost_to_collect"]

    @cached_property
    def pairs(self) -> pd.DataFrame:
        """How closely candidates move together; empty where there are too few months."""
        try:
            return kpi_correlations(self.actuals, self.card)
        except ActualsError:
            return pd.DataFrame(columns=["kpi", "other", "months", "raw", "left", "by_arithmetic"])

    @property
    def apart(self) -> list[tuple[str, str]]:
        """The pairs that are redundant by arithmetic: they move together, and their formulas share a quantity."""
        return apart_by_arithmetic(self.pairs)

    @cached_property
    def choice(self) -> pd.DataFrame:
        """The simple choice."""
        return simple_choice(self.worth, self.card, self.apart)

    @property
    def chosen(self) -> list[str]:
        """The ids of the KPIs that are chosen."""
        return [str(id) for id in self.choice["id"]]


def ids_of(card: Scorecard, written: Iterable[str]) -> list[str]:
    """The ids of KPIs that are written by name or id, each once."""
    first = begun([(kpi.id, kpi.name) for kpi in card.kpis], 1)
    ids = {way: min(one) for way, one in first.items()}
    ids |= {key(word): kpi.id for kpi in card.kpis for word in (kpi.name, kpi.id)}
    if strange := [name for name in written if key(name) not in ids]:
        raise UnknownNameError([unknown("KPI", name, [kpi.name for kpi in card.kpis]) for name in strange])
    return list(dict.fromkeys(ids[key(name)] for name in written))


def _criterion(written: str) -> str:
    """A criterion as the kit names it, from its name or from the words of the tables."""
    names = {key(name): name for name in WORDS}
    if key(written) not in names:
        raise UnknownNameError([unknown("criterion", written, WORDS.values())])
    return names[key(written)]
