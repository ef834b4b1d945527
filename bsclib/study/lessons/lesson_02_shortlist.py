"""The candidates of lesson 02: how they are rated, what they are worth, and which of them the three steps choose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import pandas as pd

from bsclib.actuals.correlations import kpi_correlations
from bsclib.design.selection.candidates import rate_candidates
from bsclib.design.selection.criteria import CRITERIA
from bsclib.design.selection.judgements import Ahp, ahp, pairwise
from bsclib.design.selection.kpi_tables import perspective_of
from bsclib.design.selection.redundancy import apart_by_arithmetic
from bsclib.design.selection.shortlist import JUDGEMENTS, simple_choice, weighted_scores
from bsclib.errors import ActualsError, BscError, Fault, UnknownNameError, nearest, unknown
from bsclib.model.edit import keep
from bsclib.model.nouns import Scorecard
from bsclib.study.answer_forms import as_names, key
from bsclib.study.lessons.one_page import her_choice
from bsclib.study.places import begun
from bsclib.wording import counted, quoted

MANY = 7  # KPIs a perspective, as Kaplan and Norton (1996, as cited by Lipe and Salterio 2002) advise
WORDS = {one.name: one.name.replace("_", " ") for one in CRITERIA}

_Judged = TypeVar("_Judged")


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
        for (kpi, criterion), rating in _by_pair(self.overruled, '("mttr", "relevance"): 4'):
            (id,), name = ids_of(self.card, [kpi]), _criterion(criterion)
            if rating not in range(1, 6):
                where = f"your rating of {kpi}, {criterion}"
                raise BscError(Fault(where, "this is no rating", repr(rating), "a whole number from 1 to 5"))
            rated.loc[id, name] = rating
        return rated

    @cached_property
    def judgements(self) -> dict[tuple[str, str], float | str]:
        """The judgements in pairs: the kit's, and in their place those that were made, either way round."""
        given = _by_pair(self.judged, '("relevance", "controllability"): 2')
        own = {(_criterion(first), _criterion(other)): times for (first, other), times in given}
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


def known(card: Scorecard, written: object) -> list[str]:
    """The ids of the KPIs that are written by name or id, in a list or a text; what is no KPI is left out."""
    return list(dict.fromkeys(id for name in _written(card, written) for id in _called(card, name)))


def misread(card: Scorecard, written: object) -> str:
    """What of the names is no KPI, and which is meant; empty where all are known."""
    said = []
    for name in _written(card, written):
        if not _called(card, name):
            like = nearest(name, [kpi.name for kpi in card.kpis])
            said.append(f"‘{name}’ is no KPI here{f'; did you mean “{like}”?' if like else '.'}")
    return " ".join([*said, "So it is left out."]) if said else ""


def _written(card: Scorecard, written: object) -> list[str]:
    return as_names(written, {key(word) for kpi in card.kpis for word in (kpi.name, kpi.id)})


def _called(card: Scorecard, name: str) -> list[str]:
    """The id of the KPI that a name stands for; nothing where it stands for none."""
    try:
        return ids_of(card, [name])
    except UnknownNameError:
        return []


def _on_her_page(card: Scorecard) -> list[str]:
    """The ids of the objectives that the chief information officer keeps; none where this is not her scorecard."""
    stay = [one.id for one in card.objectives if one.id not in her_choice()]
    return stay if len(card.objectives) - len(stay) == len(her_choice()) else []


def replaced(short: Shortlist) -> str:
    """Which objectives are shown on her page by a KPI that is not chosen, and which KPI takes its place there."""
    card, said = short.card, []
    best = {row.whom: row.id for row in short.choice.itertuples() if row.because == "measures"}
    for id in _on_her_page(card):
        seen = next((kpi.id for kpi in card.kpis_of(id)), "")
        if seen and seen not in short.chosen and id in best:
            names = [quoted(card.names[one]) for one in (id, seen, best[id])]
            said.append(
                "On her page, {} is shown by {}. He proposes {} in its place, and tells her first.".format(*names)
            )
    return " ".join(said)


def her_page(short: Shortlist) -> str:
    """How many KPIs the objectives on the chief information officer's page would need; nothing elsewhere."""
    card, stay = short.card, _on_her_page(short.card)
    if not stay:
        return ""
    page = keep(card, objectives=stay)
    held = [kpi.id for kpi in page.kpis]
    less = simple_choice(short.worth[held], page, [pair for pair in short.apart if {*pair} <= {*held}])
    return f"The {len(stay)} objectives of her page would need {len(less)}."


def crowded(short: Shortlist) -> str:
    """Which perspective holds more KPIs than is advised after the choice too, and why."""
    card, within = short.card, perspective_of(short.card)
    most, many = Counter(within[id] for id in short.chosen).most_common(1)[0]
    if many <= MANY:
        return ""
    why = [row.because for row in short.choice.itertuples() if within[row.id] == most]
    guards = why.count("guards")
    own = counted(many - guards, "objective") + (f" and {counted(guards, 'guard')}" if guards else "")
    return f"{quoted(card.names[most])} still has {many}, though 4 to {MANY} are advised, because it holds {own}."


def _by_pair(given: Mapping[tuple[str, str], _Judged], such_as: str) -> list[tuple[tuple[str, str], _Judged]]:
    """What is said of pairs of names; what is of no pair is refused."""
    if not isinstance(given, Mapping):
        raise BscError(Fault("your judgements", "these are not of pairs", repr(given), f"such as {{{such_as}}}"))
    odd = [one for one in given if not (isinstance(one, tuple) and len(one) == 2)]
    if odd:
        raise BscError(Fault("your judgements", "this is not of a pair", repr(odd[0]), f"such as {such_as}"))
    return list(given.items())


def _criterion(written: str) -> str:
    """A criterion as the kit names it, from its name or from the words of the tables."""
    names = {key(name): name for name in WORDS}
    if key(written) not in names:
        raise UnknownNameError([unknown("criterion", written, WORDS.values())])
    return names[key(written)]
