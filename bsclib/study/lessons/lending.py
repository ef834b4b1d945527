"""Which scorecard lessons 04 and 05 are about: the one that is given, or the shipped one where it has no map to ask."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from bsclib.causality.evidence.links import link_evidence
from bsclib.causality.truth import Truth
from bsclib.files.paths import AnyPath
from bsclib.files.scorecards import read_actuals, read_scorecard
from bsclib.model.nouns import Scorecard
from bsclib.scenarios.fitting import FittedMap, fit_map
from bsclib.scoring.scores import score
from bsclib.study.lessons.lesson_05 import first_question
from bsclib.study.lessons.lesson_05_works import can_plan
from bsclib.study.lessons.props import followed_link, known_truth
from bsclib.study.session import Lesson, lesson
from bsclib.wording import short_name

SHIPPED = "meridian"
_LAST: list[tuple[Scorecard, Opened]] = []
"""The last scorecard that a lesson was asked for, and the lesson; so a notebook's first cell can be run again."""


class Opened(NamedTuple):
    """A lesson, where its scorecard was read from, and which scorecard it is, in a sentence."""

    lesson: Lesson
    source: str
    says: str


def open_lesson(
    number: str, scorecard: Scorecard | AnyPath, actuals: pd.DataFrame | None = None, learner: str = ""
) -> Opened:
    """Open lesson 04 or 05 on a scorecard; the shipped one is lent to one whose map cannot be asked."""
    for asked, opened in _LAST:
        if actuals is None and scorecard in (asked, opened.lesson.case.scorecard):
            return opened
    source = "" if isinstance(scorecard, Scorecard) else str(scorecard)
    given = lesson(number, scorecard, actuals, learner=learner)
    card = given.case.scorecard
    if card.links and (number != "05" or first_question(given.case.fit)):
        opened = Opened(given, source, f"This is the map of {short_name(card.name)}.")
    else:
        lent = lesson(number, SHIPPED, learner=learner)
        why = "has no link that can be asked about" if card.links else "claims no cause and effect"
        shipped = lent.case.scorecard.name
        opened = Opened(lent, SHIPPED, f"{short_name(card.name)} {why}, so you work with {shipped} here.")
    _LAST[:] = [(card, opened)]
    return opened


class Followed(NamedTuple):
    """One link to follow step by step, and the scorecard, actuals and evidence it is taken from."""

    card: Scorecard
    actuals: pd.DataFrame
    evidence: pd.DataFrame
    cause: str
    effect: str


def link_to_follow(scorecard: Scorecard, actuals: pd.DataFrame, evidence: pd.DataFrame) -> Followed:
    """The link whose test shows most; where none could be tested, one of the shipped case."""
    link = followed_link(evidence, scorecard)
    if link is not None:
        return Followed(scorecard, actuals, evidence, *link)
    card, observed = read_scorecard(SHIPPED), read_actuals(SHIPPED)
    found = link_evidence(card, observed)
    cause, effect = followed_link(found, card) or ("", "")
    return Followed(card, observed, found, cause, effect)


class Plan(NamedTuple):
    """A fitted map with initiatives to choose between, its scorecard, actuals and scores, and what is said of it."""

    fit: FittedMap
    card: Scorecard
    actuals: pd.DataFrame
    scores: pd.DataFrame
    says: str


def open_plan(scorecard: Scorecard, actuals: pd.DataFrame, fit: FittedMap, scores: pd.DataFrame) -> Plan:
    """The scorecard in hand if it has initiatives to choose between, else the shipped case."""
    if can_plan(fit):
        return Plan(fit, scorecard, actuals, scores, f"These are the initiatives of {scorecard.name}.")
    card, observed = read_scorecard(SHIPPED), read_actuals(SHIPPED)
    says = f"{short_name(scorecard.name)} has no initiatives to choose between, so these are those of {card.name}."
    return Plan(fit_map(card, observed), card, observed, score(card, observed), says)


class Judged(NamedTuple):
    """A scorecard whose truth is known, its evidence, and what is said of it."""

    card: Scorecard
    truth: Truth
    evidence: pd.DataFrame
    says: str


def with_truth(scorecard: Scorecard, source: str, evidence: pd.DataFrame) -> Judged:
    """The scorecard in hand if its truth is known, else the shipped case."""
    truth = known_truth(scorecard, source)
    if truth is not None:
        return Judged(scorecard, truth, evidence, f"The truth about {scorecard.name} is known.")
    card = read_scorecard(SHIPPED)
    known = known_truth(card)
    if known is None:
        raise LookupError(f"the truth about {SHIPPED} is not shipped")
    says = f"Nobody knows the truth about {scorecard.name}. So {card.name} is judged instead."
    return Judged(card, known, link_evidence(card, read_actuals(SHIPPED)), says)
