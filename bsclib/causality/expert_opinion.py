"""Where experts and data disagree about the map: what is judged strong and not borne out, and what was overlooked.

DEMATEL turns experts' ratings into a total relation matrix, the influence of each element on each other one, direct and
by way of others. The data give each link a verdict. Neither is the truth: a link that experts hold to be strong and the
data refute is the best question that a map can raise.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.nouns import Scorecard

CONTRADICTED, UNPROVEN, OVERLOOKED = WORDS = ("contradicted", "unproven", "overlooked")
_WORD = {(True, "refuted"): CONTRADICTED, (True, "too_little_data"): UNPROVEN, (False, "supported"): OVERLOOKED}
_BEST_FIRST = ("supported", "too_little_data", "not_testable", "refuted")
COLUMNS = ["cause", "effect", "experts", "threshold", "strength", "verdict", "links", "word"]


def experts_and_data(total: pd.DataFrame, evidence: pd.DataFrame, scorecard: Scorecard) -> pd.DataFrame:
    """The pairs about which the experts' judgement and the data's verdict disagree.

    Parameters
    ----------
    total : DataFrame
        The total relation matrix, ``bsclib.design.dematel(...).total``: the influence, 0 or above, of each row on each
        column, among objectives or among KPIs of the scorecard, by id.
    evidence : DataFrame
        As `link_evidence` gives it, for one unit.
    scorecard : Scorecard

    Returns
    -------
    DataFrame
        A row a pair that a link of the map joins, the contradicted first, then the unproven, then the overlooked, and
        within these the strongest first: `cause`, `effect`, `experts` (the total influence), `threshold` (above which
        experts are said to hold a pair to be strong; the same in every row), `strength` (``strong`` or ``weak``),
        `verdict`, `links` (how many it rests on) and `word`:

        - ``contradicted``: strong for the experts, refuted by the data;
        - ``unproven``: strong for the experts, too little data to tell;
        - ``overlooked``: weak for the experts, supported by the data.

    Raises
    ------
    BscError, UnknownNameError
        When rows and columns of the matrix are not the same; when the scorecard has no such objectives or KPIs.

    Notes
    -----
    Strong is above the mean of the matrix without its diagonal. There is no rule for this threshold: most studies leave
    it to the experts, or to whoever draws the map [1]_. Of several links between two objectives the best verdict
    counts: one supported link is a way by which the one drives the other. What cannot be tested disagrees with nobody.

    References
    ----------
    .. [1] Li and Tzeng (2009), Identification of a threshold value for the DEMATEL method using the maximum mean
       de-entropy algorithm, Expert Systems with Applications 36, 9891-9898.

    Examples
    --------
    >>> from bsclib import link_evidence, read_actuals, read_scorecard
    >>> from bsclib.design import dematel
    >>> ids = ["user-nps", "benefits-realised", "sla-met", "csat"]
    >>> ratings = pd.DataFrame([[0, 4, 2, 1], [1, 0, 3, 2], [0, 1, 0, 1], [3, 1, 0, 0]], index=ids, columns=ids)
    >>> card = read_scorecard("meridian")
    >>> evidence = link_evidence(card, read_actuals("meridian"))
    >>> experts_and_data(dematel(ratings).total, evidence, card)[["cause", "effect", "strength", "verdict", "word"]]
          cause             effect strength    verdict          word
    0  user-nps  benefits-realised   strong    refuted  contradicted
    1   sla-met               csat     weak  supported    overlooked
    """
    home = _homes(total, scorecard)
    off = total.to_numpy(float)[~np.eye(len(total), dtype=bool)]
    threshold = float(off.mean()) if len(off) else float("nan")
    verdicts: dict[tuple[str, str], list[str]] = {}
    for row in evidence.itertuples():
        pair = home.get(row.cause, ""), home.get(row.effect, "")
        if pair[0] != pair[1] and set(pair) <= set(total.index):
            verdicts.setdefault(pair, []).append(row.verdict)
    rows = []
    for (cause, effect), those in verdicts.items():
        influence, verdict = float(total.loc[cause, effect]), min(those, key=_BEST_FIRST.index)
        strong = influence > threshold
        if word := _WORD.get((strong, verdict)):
            strength = "strong" if strong else "weak"
            rows.append((cause, effect, influence, threshold, strength, verdict, len(those), word))
    rows.sort(key=lambda row: (WORDS.index(row[-1]), -row[2]))
    return pd.DataFrame(rows, columns=COLUMNS)


def _homes(total: pd.DataFrame, scorecard: Scorecard) -> dict[str, str]:
    """The element of the matrix that each KPI belongs to: itself, or its objective."""
    rows, columns = (total.index.astype(str).tolist(), total.columns.astype(str).tolist())
    if rows != columns or len(set(rows)) < len(rows):
        fix = "give each element one row and one column, in the same order"
        raise BscError(Fault("the total relation matrix", "its rows and columns are not the same elements", fix=fix))
    objectives, kpis = ({part.id for part in parts} for parts in (scorecard.objectives, scorecard.kpis))
    if set(rows) <= objectives:
        return {kpi.id: kpi.objective for kpi in scorecard.kpis}
    if not set(rows) <= kpis:
        kind, known = ("objective", objectives) if objectives & set(rows) else ("KPI", kpis)
        stranger = next(id for id in rows if id not in known)
        raise UnknownNameError(unknown(kind, stranger, known, "the total relation matrix"))
    return {id: id for id in kpis}
