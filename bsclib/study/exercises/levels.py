"""The scorecards above and below the one in hand, and what is worked out of them once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import pandas as pd

from bsclib.design.alignment.cascade import cascade
from bsclib.design.alignment.matrix import alignment
from bsclib.design.alignment.score_roll_up import readings
from bsclib.design.alignment.targets import target_gaps
from bsclib.files.tower import Tower, read_tower
from bsclib.model.nouns import Scorecard
from bsclib.scoring.scores import score
from bsclib.wording import counted, listed

SHIPPED = "meridian"


@dataclass(frozen=True)
class Levels:
    """A scorecard among those above and below it."""

    tower: Tower
    card: Scorecard

    @cached_property
    def cards(self) -> tuple[Scorecard, ...]:
        """All of them, the top level first."""
        return cascade(self.tower.cards).cards

    @cached_property
    def aligned(self) -> pd.DataFrame:
        """How each objective supports each goal above it."""
        return alignment(self.cards)

    @cached_property
    def claims(self) -> pd.DataFrame:
        """What objectives themselves say that they support."""
        return self.aligned[self.aligned["direct"]].astype({"strength": "str"})

    @cached_property
    def above(self) -> Scorecard:
        """The scorecard above that most objectives of the one in hand support."""
        own = self.claims[self.claims["below"] == self.card.id]
        id = own["above"].value_counts().index[0]
        return next(card for card in self.cards if card.id == id)

    @cached_property
    def scores(self) -> dict[str, pd.DataFrame]:
        """The scores of every scorecard that has actuals, by its id."""
        known = self.tower.actuals
        return {card.id: score(card, known[card.id]) for card in self.cards if card.id in known}

    @cached_property
    def readings(self) -> pd.DataFrame:
        """Each goal as its own KPIs, and as the levels below, say it; the last month."""
        rows = readings(self.cards, self.scores)
        return rows[rows["period"] == rows["period"].max()]

    @cached_property
    def gaps(self) -> pd.DataFrame:
        """Where targets below do not come to the target above."""
        return target_gaps(self.cards, self.tower.actuals)

    @property
    def lent(self) -> bool:
        """Whether these are the shipped case's."""
        return self is shipped_levels()

    def says(self, scorecard: Scorecard) -> str:
        """Whose levels these are, in a sentence: a scorecard's own, or lent by the shipped case."""
        if scorecard.id == self.card.id:
            others = [card.name for card in self.cards if card.id != self.card.id]
            many = counted(len(others), "scorecard")
            return f"You work with {scorecard.name}, and with {many} around it: {listed(others)}."
        return f"No scorecard above {scorecard.name} is known, so you work with those of {self.card.name} here."


@cache
def shipped_levels() -> Levels:
    """The tower of Meridian Freight, and its IT's scorecard in it."""
    tower = read_tower(SHIPPED)
    return Levels(tower, next(card for card in tower.cards if card.id == SHIPPED))


def levels_of(scorecard: Scorecard, tower: Tower | None = None) -> Levels:
    """The levels around a scorecard; those of the shipped case where nothing stands above it."""
    cards = tower.cards if tower else ()
    if tower and any(card.id == scorecard.id for card in cards):
        claims = alignment(cards).query("direct")
        if (claims["below"] == scorecard.id).any():
            return Levels(tower, scorecard)
    return shipped_levels()
