"""Every rule applied to a scorecard: the frame of what was found, and of what was found and is accepted.

A scorecard may accept a finding, with the reason why; then it is silent, and kept in a frame of its own. What is
accepted and no longer found is itself a finding, by the last rule.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.design.review import actions, alignment, kpis, levels, map, objectives, targets, weights
from bsclib.design.review import actuals as of_actuals
from bsclib.design.review.rules import BETWEEN_LEVELS, OURS, SEVERITIES, Findings, Rule
from bsclib.design.review.subject import Subject
from bsclib.errors import ScorecardError, unknown
from bsclib.model.nouns import Scorecard
from bsclib.model.values import Accepted
from bsclib.scoring.method import Method
from bsclib.scoring.methods import find_method
from bsclib.wording import listed

COLUMNS = ["rule", "severity", "where", "what", "why", "fix", "source"]
ACCEPTED = [*COLUMNS[:5], "reason", "source"]


def check_scorecard(
    scorecard: Scorecard,
    actuals: pd.DataFrame | None = None,
    *,
    above: Scorecard | None = None,
    method: str | Method = "kit",
    accepted: bool = False,
) -> pd.DataFrame:
    """Review a scorecard: find what can be scored and is still unwise.

    Parameters
    ----------
    scorecard : Scorecard
        Its `review` sets limits of its own and accepts findings.
    actuals : DataFrame, optional
        What was observed; without, the rules that need it are skipped.
    above : Scorecard, optional
        The one whose objectives this one supports; without, as for `actuals`.
    method : str or Method, default "kit"
        The scoring method by which statuses are told, and whose own bands are looked at.
    accepted : bool, default False
        True for the findings that the scorecard accepts, in place of those that are left.

    Returns
    -------
    DataFrame
        One row a finding: `rule`, `severity` (high, medium, low), `where` (an id; ``cause -> effect`` for a link;
        ``a, b`` for several things; ``scorecard.objective`` for one of the scorecard above), `what` was found there,
        `why` it matters, `fix` and `source`. High severity first, then by rule, then in the scorecard's order. No two
        rows have the same rule and place. Those that are `accepted` have their `reason` in place of `fix`.

    Raises
    ------
    ScorecardError
        When the scorecard accepts a rule that there is not.
    ActualsError
        When the actuals are faulty.
    UnknownNameError
        For an unknown method.

    Notes
    -----
    Time is counted back from the last period in the actuals, never from today.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> check_scorecard(read_scorecard("meridian"))[["rule", "severity", "where"]].head(2).values.tolist()
    [['BSC207', 'medium', 'benefits-realised'], ['BSC207', 'medium', 'major-incidents']]
    """
    return review_scorecard(scorecard, actuals, above, method)[accepted]


def review_scorecard(
    scorecard: Scorecard,
    actuals: pd.DataFrame | None = None,
    above: Scorecard | None = None,
    method: str | Method = "kit",
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The findings that are left and those that are accepted, from one review; see `check_scorecard`."""
    _check_accepted(scorecard)
    rows = None if actuals is None else check_actuals(actuals, scorecard)
    subject = Subject(scorecard, rows, above, find_method(method, "attainment"))
    applied = [rule for rule in RULES[:-1] if subject.has(rule.needs)]
    findings = [(rule, where, what) for rule in applied for where, what in rule.find(subject)]
    findings += [(RULES[-1], where, what) for where, what in _not_found(subject, findings)]
    left, accepted = _split(findings, scorecard.review.accepted)
    return _frame(subject, left, COLUMNS), _frame(subject, accepted, ACCEPTED)


Finding = tuple[Rule, str, str]
Row = tuple[Rule, str, str, str]


def _check_accepted(scorecard: Scorecard) -> None:
    known = sorted([*(rule.id for rule in RULES), *BETWEEN_LEVELS])
    faults = [
        replace(unknown("rule", entry.rule, known, f"review.accepted[{i}].rule"), allowed=f"{known[0]} to {known[-1]}")
        for i, entry in enumerate(scorecard.review.accepted)
        if entry.rule not in known
    ]
    if faults:
        raise ScorecardError(faults)


def _split(findings: Iterable[Finding], accepted: Iterable[Accepted]) -> tuple[list[Row], list[Row]]:
    """What is left of the findings, with the remedy, and what is accepted, with the reason why."""
    reasons = {(entry.rule, entry.where): entry.why for entry in reversed([*accepted])}
    left: list[Row] = []
    silent: list[Row] = []
    for rule, where, what in findings:
        reason = reasons.get((rule.id, where)) or reasons.get((rule.id, ""))
        (silent if reason else left).append((rule, where, what, reason or rule.fix))
    return left, silent


def _not_found(subject: Subject, findings: Iterable[Finding]) -> Findings:
    """What is accepted and does not occur, for rules that were applied."""
    places = {(rule.id, where) for rule, where, _ in findings}
    rules = {rule for rule, _ in places}
    applied = {rule.id for rule in RULES[:-1] if subject.has(rule.needs)}
    idle: dict[str, list[str]] = {}
    for entry in subject.card.review.accepted:
        there = (entry.rule, entry.where) in places if entry.where else entry.rule in rules
        if entry.rule in applied and not there:
            idle.setdefault(entry.where or subject.card.id, []).append(entry.rule)
    for where, names in idle.items():
        lost = dict.fromkeys(names)
        yield where, f"{listed(lost)} {'is' if len(lost) == 1 else 'are'} accepted here, and not found"


def _frame(subject: Subject, rows: list[Row], columns: list[str]) -> pd.DataFrame:
    def place(row: Row) -> tuple[int, str, float, str]:
        rule, where = row[:2]
        first = where.split(", ")[0].split(" -> ")[0]
        return SEVERITIES.index(rule.severity), rule.id, subject.place.get(first, math.inf), where

    ordered = sorted(rows, key=place)
    data = [(rule.id, rule.severity, where, what, rule.why, last, rule.source) for rule, where, what, last in ordered]
    return pd.DataFrame(data, columns=columns, dtype=str)


_MODULES = (objectives, kpis, levels, targets, weights, map, alignment, of_actuals, actions)
_RULES = [thing for module in _MODULES for thing in vars(module).values() if isinstance(thing, Rule)]
RULES = (
    *sorted(_RULES, key=lambda rule: rule.id),
    Rule(
        "BSC901",
        "low",
        lambda subject: _not_found(subject, ()),
        why="it was mended or renamed since, and if it comes back nobody will hear of it",
        fix="take it out of accepted",
        remedy="accept it no longer",
        source=OURS,
    ),
)
"""Every rule, in the order of their ids; the last one is about what the others did not find."""
