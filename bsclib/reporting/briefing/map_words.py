"""What to see on the strategy map: which box holds others back, and what the data say of the arrows."""

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
from bsclib.wording import arrow, counted, listed, number, short_name

_ORDER = [SUPPORTED, TOO_LITTLE, NOT_TESTABLE, REFUTED]
"""Of several links the verdict that speaks most for the arrow comes first."""


def link_verdicts(scores: pd.DataFrame, scorecard: Scorecard, actuals: pd.DataFrame) -> pd.DataFrame:
    """What the actuals of all units together say of each link, up to the last month of the scores.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    actuals : DataFrame

    Returns
    -------
    DataFrame
        As `bsclib.causality.link_evidence` returns it, a row a link in the scorecard's order; where the test cannot be
        done at all only `unit`, `cause`, `effect`, `lag` and the `verdict`, ``not_testable``.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> tested = link_verdicts(score(card, actuals), card, actuals)
    >>> tested.loc[tested["verdict"] == "refuted", ["cause", "effect"]].values.tolist()
    [['user-nps', 'benefits-realised']]
    """
    try:
        if scorecard.links:
            return link_evidence(scorecard, known_actuals(actuals, scorecard, scores))
    except BscError:
        pass
    rows = [("", link.cause, link.effect, link.lag, NOT_TESTABLE) for link in scorecard.links]
    return pd.DataFrame(rows, columns=["unit", "cause", "effect", "lag", "verdict"])


def weakest_cause(
    scores: pd.DataFrame, scorecard: Scorecard, unit: str | None = None, verdicts: pd.DataFrame | None = None
) -> str:
    """Where to look first on the strategy map: the objective off target that holds back most others.

    With verdicts also what the data say of all arrows, and on which not to rely.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    unit : str, default the organisation as a whole
    verdicts : DataFrame, optional
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
    'Look at Grow the skills we will need (58.6): by the map it holds back most others, Change often ...'
    """
    now = snapshot(scores, unit)
    off = now[(now["level"] == "objective") & (now["status"] == "off_target")].sort_values("score", kind="stable")
    tested = [] if verdicts is None else list(verdicts["verdict"])
    found = _arrow_verdicts(scorecard, tested)
    behind = set(now.index[now["status"].isin(["off_target", "at_risk"])])
    helping = [each for each in arrows(scorecard) if each.verb == "helps" and each.effect in behind]
    helping = [each for each in helping if found.get((each.cause, each.effect)) != REFUTED]
    leads = {str(id): [each for each in helping if each.cause == id] for id in off.index}
    first = max(leads, key=lambda id: len(leads[id]), default="")
    of_all = _of_all(scorecard, found, tested, "the data of all units" if unit else "the data")
    if not leads.get(first):
        none = "No box off target leads to another one that is not on target, so none of them holds another back."
        return " ".join([none, *of_all])
    names = listed(
        f"{short_name(scorecard.names[each.effect])}{_told(found.get((each.cause, each.effect), ''))}"
        for each in leads[first]
    )
    most = "most others, " if len(leads[first]) > 1 and len(off) > 1 else ""
    where = f"{short_name(scorecard.names[first])} ({number(off.loc[first, 'score'])})"
    return " ".join([f"Look at {where}: by the map it holds back {most}{names}.", *of_all])


def _of_all(scorecard: Scorecard, found: dict[tuple[str, str], str], tested: Sequence[str], data: str) -> list[str]:
    """What the data say of the arrows together, and which of them, or of the links behind them, they refute."""
    said = [verdict for (cause, effect), verdict in found.items() if cause != effect]
    ways = [("support", said.count(SUPPORTED)), ("refute", said.count(REFUTED))]
    ways.append(("cannot tell of", len(said) - sum(count for _, count in ways)))
    of = f"Of {counted(len(said), 'arrow')} {data} {listed(f'{way} {count}' for way, count in ways if count)}."
    gone: dict[str, None] = {}
    for link, verdict in zip(scorecard.links, tested, strict=False):
        ends = scorecard.kpi(link.cause).objective, scorecard.kpi(link.effect).objective
        if verdict == REFUTED:  # by the boxes, where all of an arrow is refuted
            whole = ends[0] != ends[1] and found[ends] == REFUTED
            names = (scorecard.names[id] for id in (ends if whole else (link.cause, link.effect)))
            gone[arrow(*map(short_name, names))] = None
    if ways[0][1]:
        of += (
            " Supported means that the data fit an arrow, not that it exists: something unmeasured may move both ends."
        )
    return [*[of] * bool(said), *[f"Do not rely on what they refute: {listed(gone, 3)}."] * bool(gone)]


def _arrow_verdicts(scorecard: Scorecard, verdicts: Sequence[str]) -> dict[tuple[str, str], str]:
    """By the ends of each arrow between objectives, the verdict that speaks most for it."""
    found: dict[tuple[str, str], str] = {}
    for link, verdict in zip(scorecard.links, verdicts, strict=False):
        ends = scorecard.kpi(link.cause).objective, scorecard.kpi(link.effect).objective
        found[ends] = min(found.get(ends, verdict), verdict, key=_ORDER.index)
    return found


def _told(verdict: str) -> str:
    """A verdict behind a name."""
    return f" ({VERDICT_WORDS[verdict]})" if verdict else ""
