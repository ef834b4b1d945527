"""What to see on the strategy map: which box holds others back, and which arrows the data refute."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from bsclib.causality.evidence.judging import NOT_TESTABLE, REFUTED, SUPPORTED, TOO_LITTLE
from bsclib.causality.evidence.links import link_evidence
from bsclib.errors import BscError
from bsclib.model.graph import arrows
from bsclib.model.nouns import Scorecard
from bsclib.reporting.briefing.two_words import known_actuals
from bsclib.reporting.evidence_tables import VERDICT_WORDS
from bsclib.scoring.views import snapshot
from bsclib.wording import arrow, listed, number, short_name

_ORDER = [SUPPORTED, TOO_LITTLE, NOT_TESTABLE, REFUTED]
"""Of several links the verdict that speaks most for the arrow comes first."""


def link_verdicts(scores: pd.DataFrame, scorecard: Scorecard, actuals: pd.DataFrame) -> list[str]:
    """What the actuals of all units together say of each link, up to the last month of the scores.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    actuals : DataFrame

    Returns
    -------
    list of str
        A verdict a link, in the scorecard's order; ``not_testable`` where the test cannot be done at all.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> link_verdicts(score(card, actuals), card, actuals).count("refuted")
    1
    """
    if not scorecard.links:
        return []
    try:
        return list(link_evidence(scorecard, known_actuals(actuals, scorecard, scores))["verdict"])
    except BscError:
        return [NOT_TESTABLE] * len(scorecard.links)


def weakest_cause(
    scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None, verdicts: Sequence[str] = ()
) -> str:
    """Where to look first on the strategy map: the objective off target that holds back most others.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole
    verdicts : sequence of str, optional
        As `link_verdicts` returns them: each arrow is then named with its own, and one that is refuted is not followed.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is.

    Notes
    -----
    Only what is not on target itself is held back. Of several with as many arrows it is the one with the lowest score.
    What an arrow hinders is not held back.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> weakest_cause(score(card, actuals), card)
    'Look at Grow the skills we will need (58.6): by the map it holds back Change often and safely and Keep our people.'
    """
    now = snapshot(scores, unit)
    off = now[(now["level"] == "objective") & (now["status"] == "off_target")].sort_values("score", kind="stable")
    found = _arrow_verdicts(scorecard, verdicts)
    behind = set(now.index[now["status"].isin(["off_target", "at_risk"])])
    helping = [each for each in arrows(scorecard) if each.verb == "helps" and each.effect in behind]
    helping = [each for each in helping if found.get((each.cause, each.effect)) != REFUTED]
    leads = {str(id): [each for each in helping if each.cause == id] for id in off.index}
    first = max(leads, key=lambda id: len(leads[id]), default="")
    if not leads.get(first):
        return "No box off target leads to another one that is not on target, so none of them holds another back."
    names = listed(
        f"{short_name(scorecard.names[each.effect])}{_told(found.get((each.cause, each.effect), ''))}"
        for each in leads[first]
    )
    where = f"{short_name(scorecard.names[first])} ({number(off.loc[first, 'score'])})"
    return f"Look at {where}: by the map it holds back {names}."


def _arrow_verdicts(scorecard: Scorecard, verdicts: Sequence[str]) -> dict[tuple[str, str], str]:
    """By the ends of each arrow between objectives, the verdict that speaks most for it."""
    found: dict[tuple[str, str], str] = {}
    for link, verdict in zip(scorecard.links, verdicts, strict=False):
        ends = scorecard.kpi(link.cause).objective, scorecard.kpi(link.effect).objective
        found[ends] = min(found.get(ends, verdict), verdict, key=_ORDER.index)
    return found


def _told(verdict: str) -> str:
    """A verdict behind a name: of the data, which may come to another one."""
    said = {TOO_LITTLE: "not yet testable"}.get(verdict, VERDICT_WORDS.get(verdict, ""))
    return f" ({said})" if said else ""


def refuted_links(scorecard: Scorecard, verdicts: Sequence[str]) -> str:
    """Which arrows of the map the data refute, in a sentence; empty where there are none.

    Parameters
    ----------
    scorecard : Scorecard
    verdicts : sequence of str
        As `link_verdicts` returns them.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> refuted_links(card, link_verdicts(score(card, actuals), card, actuals))
    'The data refute this arrow, so do not rely on it: Satisfy the people who use our services → Deliver the value ...'
    """
    found = _arrow_verdicts(scorecard, verdicts)
    gone: dict[str, None] = {}
    for link, verdict in zip(scorecard.links, verdicts, strict=True):
        ends = scorecard.kpi(link.cause).objective, scorecard.kpi(link.effect).objective
        if verdict == REFUTED:  # by the boxes, where all of an arrow is refuted
            whole = ends[0] != ends[1] and found[ends] == REFUTED
            names = (scorecard.names[id] for id in (ends if whole else (link.cause, link.effect)))
            gone[arrow(*map(short_name, names))] = None
    if not gone:
        return ""
    these, them = ("this arrow", "it") if len(gone) == 1 else ("these arrows", "them")
    return f"The data refute {these}, so do not rely on {them}: {listed(gone, 3)}."
