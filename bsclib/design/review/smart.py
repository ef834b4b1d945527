"""Doran's five criteria, asked of every objective: what the scorecard itself can answer, and what it cannot."""

from __future__ import annotations

import pandas as pd

from bsclib.design.review.subject import dated, improvement, past, worse
from bsclib.design.review.words import is_verb_and_object, work_word
from bsclib.errors import ScorecardError
from bsclib.model import periods
from bsclib.model.limits import value_limits
from bsclib.model.nouns import KPI, Objective, Scorecard
from bsclib.wording import listed

CRITERIA = ("specific", "measurable", "assignable", "realistic", "time_related")
YES, NO, OPEN = "yes", "no", "cannot tell"
Answer = tuple[str, str, str]


def smart_criteria(scorecard: Scorecard, as_of: str | None = None) -> pd.DataFrame:
    """Ask of every objective whether it is specific, measurable, assignable, realistic and time-related.

    Parameters
    ----------
    scorecard : Scorecard
        Whose objectives are asked about.
    as_of : str, optional
        The period that it is now; a target dated before it is no longer ahead. Without, every date will do.

    Returns
    -------
    DataFrame
        One row for each objective and criterion: `objective` (id), `criterion`, `met` (yes, no or cannot tell), `text`
        (the name, owner or value that the answer rests on) and `why`.

    Raises
    ------
    ScorecardError
        When `as_of` is not a period.

    Notes
    -----
    The words are Doran's: *assignable* says who will do it, *realistic* what can be achieved with the resources there
    are. He adds that not every objective needs all five. A file cannot show that a target is realistic, only that it is
    not.

    References
    ----------
    .. [1] Doran, G. T. (1981). There's a S.M.A.R.T. way to write management's goals and objectives. Management Review
       70(11), 35-36.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> answers = smart_criteria(read_scorecard("meridian"))
    >>> answers[answers["objective"] == "restore-fast"][["criterion", "met", "text"]].values.tolist()[:3]
    [['specific', 'yes', 'Restore services fast'],
     ['measurable', 'yes', 'Mean time to restore'],
     ['assignable', 'yes', 'Head of service operations']]
    """
    try:
        now = None if as_of is None else periods.span(as_of)[1]
    except ValueError as error:
        raise ScorecardError(f"as_of: {error}") from None
    rows = []
    for objective in scorecard.objectives:
        kpis = scorecard.kpis_of(objective.id)
        owner = (YES, objective.owner, "one owner answers for it") if objective.owner else (NO, "", "nobody owns it")
        answers = (_specific(objective), _measurable(kpis), owner, _realistic(kpis), _in_time(kpis, now))
        rows += [(objective.id, criterion, *answer) for criterion, answer in zip(CRITERIA, answers, strict=True)]
    return pd.DataFrame(rows, columns=["objective", "criterion", "met", "text", "why"], dtype=str)


def _specific(objective: Objective) -> Answer:
    if word := work_word(objective.name):
        return NO, objective.name, f"it begins with {word!r}: that is work, and not what comes of it"
    met, why = {
        None: (OPEN, "whether this is a verb and an object, a person has to read"),
        True: (YES, "a verb and an object"),
        False: (NO, "it begins with a subject: begin with a verb, such as 'Answer users faster'"),
    }[is_verb_and_object(objective.name)]
    return met, objective.name, why


def _measurable(kpis: tuple[KPI, ...]) -> Answer:
    if not kpis:
        return NO, "", "no KPI measures it"
    return YES, listed(kpi.name for kpi in kpis), "a KPI measures it" if len(kpis) == 1 else "KPIs measure it"


def _realistic(kpis: tuple[KPI, ...]) -> Answer:
    if not kpis:
        return OPEN, "", "there is no target to judge"
    for kpi in kpis:
        low, high = value_limits(kpi)
        for edge in kpi.range if kpi.direction == "within_range" else (kpi.final_target,):
            if not low - 1e-9 <= edge <= high + 1e-9:
                return NO, f"{kpi.id}: {kpi.show(edge)}", "no actual can ever lie there"
        if kpi.stretch is not None and worse(kpi, kpi.stretch, kpi.final_target):
            return NO, f"{kpi.id}: {kpi.show(kpi.final_target)}", f"it is beyond the stretch, {kpi.show(kpi.stretch)}"
    text = listed(f"{kpi.id}: {_aim(kpi)}" for kpi in kpis)
    return OPEN, text, "whether the people and the money are there, its owner has to say"


def _aim(kpi: KPI) -> str:
    if kpi.direction == "within_range":
        return " to ".join(map(kpi.show, kpi.range))
    start = f"{kpi.show(kpi.baseline_value)} to " if kpi.baseline_value is not None else ""
    return f"{start}{kpi.show(kpi.final_target)}"


def _in_time(kpis: tuple[KPI, ...], now: int | None) -> Answer:
    if not kpis:
        return NO, "", "without a KPI there is no target, and no date"
    with_date = [kpi for kpi in kpis if dated(kpi)]
    ahead = [kpi for kpi in with_date if now is None or not past(kpi, now)]
    if with_date:
        text = listed(f"{kpi.id}: {kpi.points()[-1].period}" for kpi in ahead or with_date)
        return (YES, text, "a target has a date") if ahead else (NO, text, "the last date is past")
    if moving := [kpi for kpi in kpis if improvement(kpi)]:
        text = listed(f"{kpi.id}: {_aim(kpi)}" for kpi in moving)
        return NO, text, "something is to get better, and nothing says by when"
    return YES, listed(f"{kpi.id}: {_aim(kpi)}" for kpi in kpis), "a level to hold, in every period from now on"
