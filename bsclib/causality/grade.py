"""Grading a map: a scorecard's links held against the truth that its actuals were made from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from bsclib.causality.truth import TrueLink, Truth
from bsclib.model.nouns import Link, Scorecard

GRADES = ("found", "wrong lag", "wrong sign", "identity", "false", "missed")
COLUMNS = ["cause", "effect", "sign", "lag", "true_sign", "true_lag", "grade", "why"]


def grade_map(scorecard: Scorecard, truth: Truth, links: Iterable[Link] | None = None) -> pd.DataFrame:
    """Say of each claimed link whether it is so, and which links were missed.

    Parameters
    ----------
    scorecard : Scorecard
        Its KPIs are those that could be linked: what starts or ends at an unseen process is missed by nobody.
    truth : Truth
    links : iterable of Link, optional
        The claims, such as a learner's own; by default the scorecard's.

    Returns
    -------
    DataFrame
        A row for each claim, then one for each link that was missed: `cause`, `effect`, `sign` and `lag` as claimed,
        `true_sign` and `true_lag` in months, `grade` (one of `GRADES`) and `why`, where the truth gives a reason. A
        claim without a sign or a lag cannot have the wrong one; a lag is right within its window.

    Examples
    --------
    >>> from bsclib import Link, read_scorecard
    >>> from bsclib.causality.truth import read_truth
    >>> from bsclib.files.paths import shipped_folder
    >>> truth = read_truth(shipped_folder() / "datasets" / "meridian" / "truth.yaml")
    >>> mine = [Link(cause="automation-coverage", effect="mttr", sign="+", lag=9)]
    >>> grade_map(read_scorecard("meridian"), truth, mine)["grade"].value_counts().to_dict()
    {'missed': 17, 'wrong sign': 1}
    """
    claims = list(scorecard.links if links is None else links)
    real: dict[tuple[str, str], list[TrueLink]] = {}
    for true in truth.links:
        real.setdefault((true.cause, true.effect), []).append(true)
    reasons = {(false.cause, false.effect): false.why for false in truth.false_links}
    computed = {identity.kpi for identity in truth.identities}
    rows = [_graded(link, real.get((link.cause, link.effect), []), reasons, computed) for link in claims]
    claimed = {(link.cause, link.effect) for link in claims}
    kpis = {kpi.id for kpi in scorecard.kpis}
    for ends, those in real.items():
        if ends not in claimed and kpis.issuperset(ends):
            rows += [(*ends, None, np.nan, _sign(true), true.lag, "missed", "") for true in those]
    return pd.DataFrame(rows, columns=COLUMNS).astype({"lag": float, "true_lag": float})


def grade_maps(scorecard: Scorecard, truth: Truth, maps: Mapping[str, Sequence[Link]]) -> pd.DataFrame:
    """Several maps of one scorecard held against the truth, a row each.

    Parameters
    ----------
    scorecard : Scorecard
    truth : Truth
    maps : mapping of str to sequence of Link
        By what to call them.

    Returns
    -------
    DataFrame
        `map`, `links`, and how many of them have each grade that `grade_map` gives; `missed` are links that exist and
        that the map lacks.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> from bsclib.causality.truth import read_truth
    >>> from bsclib.files.paths import shipped_folder
    >>> card, truth = read_scorecard("meridian"), read_truth(shipped_folder() / "datasets" / "meridian" / "truth.yaml")
    >>> grade_maps(card, truth, {"drawn": card.links, "empty": []})[["map", "links", "found", "missed"]]
         map  links  found  missed
    0  drawn     20     16       2
    1  empty      0      0      18
    """
    rows = []
    for called, links in maps.items():
        grades = grade_map(scorecard, truth, links)["grade"].tolist()
        rows.append((called, len(links), *map(grades.count, GRADES)))
    return pd.DataFrame(rows, columns=["map", "links", *(grade.replace(" ", "_") for grade in GRADES)])


def _graded(
    link: Link, real: list[TrueLink], reasons: dict[tuple[str, str], str], computed: set[str]
) -> tuple[object, ...]:
    claim = (link.cause, link.effect, link.sign, np.nan if link.lag is None else link.lag)
    why = reasons.get((link.cause, link.effect), "")
    if not real:
        return (*claim, None, np.nan, "identity" if {link.cause, link.effect} <= computed else "false", why)
    # Of several lags, the nearest to the one that was claimed.
    nearest = min(real, key=lambda true: abs(true.lag - (link.lag or 0)))
    grade = "found"
    if link.lag is not None and abs(nearest.lag - link.lag) > link.window:
        grade = "wrong lag"
    if link.sign and link.sign != _sign(nearest):
        grade = "wrong sign"
    return (*claim, _sign(nearest), nearest.lag, grade, why)


def _sign(link: TrueLink) -> str:
    return "-" if link.by < 0 else "+"
