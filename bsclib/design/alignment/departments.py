"""A shared language: the KPIs that IT and each neighbouring department have in common.

A department is who owns a goal on a level above. What it shares with IT are the KPIs of its goals, and those of the
objectives that support them: two readings of one thing, which both sides have to read alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import pandas as pd

from bsclib.design.alignment.cascade import STRENGTHS, cascade
from bsclib.design.alignment.matrix import alignment
from bsclib.errors import UnknownNameError, unknown
from bsclib.files.catalogue import kpi_catalogue
from bsclib.model.nouns import KPI, Scorecard

SHARED = ["department", "whose", "card", "kpi", "name", "objective", "serves", "strength"]
SHARED += ["definition", "counts", "owner"]
_NAME = re.compile(r"[a-z_]\w*", re.IGNORECASE)
WORDS = {"higher_is_better": "higher is better", "lower_is_better": "lower is better", "within_range": "within a range"}


def departments(cards: Iterable[Scorecard], card: str) -> pd.DataFrame:
    """List the departments that share KPIs with a scorecard: the owners of the goals above that it supports.

    Parameters
    ----------
    cards : iterable of Scorecard
        Those of one organisation, in any order.
    card : str
        Id of the scorecard whose neighbours are asked for, such as IT's.

    Returns
    -------
    DataFrame
        A row a department, in the order of the goals: `department` (the goals' owner), `goals` (their names), `theirs`
        and `ours` (how many KPIs of their goals, and of the objectives that support them). Goals without an owner have
        no department, and none is listed where nothing is supported.

    Raises
    ------
    ScorecardError
        When two scorecards have one id, or there is none.
    UnknownNameError
        When `card` is not the id of one of them.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> found = departments([read_scorecard("enterprise"), read_scorecard("meridian")], "meridian")
    >>> found[["department", "theirs", "ours"]].values.tolist()[0]
    ['Chief financial officer', 2, 7]
    """
    shared = _shared(list(cards), card)
    rows = []
    for department, part in shared.groupby("department", sort=False):
        theirs = part[part["whose"] == "theirs"]
        goals = "; ".join(dict.fromkeys(part["serves"].explode()))
        rows.append((department, goals, theirs["kpi"].nunique(), int((part["whose"] == "ours").sum())))
    return pd.DataFrame(rows, columns=["department", "goals", "theirs", "ours"])


def shared_kpis(cards: Iterable[Scorecard], card: str, department: str) -> pd.DataFrame:
    """List the KPIs that a department and a scorecard share, with what both have to read alike.

    Parameters
    ----------
    cards : iterable of Scorecard
    card : str
        Id of the scorecard, such as IT's.
    department : str
        One that `departments` lists.

    Returns
    -------
    DataFrame
        A row a KPI, once however many goals it serves: `department`; `whose` (theirs: it measures a goal of theirs;
        ours: it measures an objective that supports one); `card`, `kpi` (ids); `name`; `objective` and `serves` (names
        of the objective and of the goals); `strength` (of the support: primary, secondary; empty where it is theirs);
        `definition` (formula, unit, and which way is better); `counts` (what each name in the formula counts, where the
        KPI's entry in the catalogue says it of the same names); `owner`. What is left open is ``"not stated"``. Theirs
        come first, then ours, primary before secondary.

    Raises
    ------
    ScorecardError
        When two scorecards have one id, or there is none.
    UnknownNameError
        When there is no such scorecard, or no such department beside it.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> cards = [read_scorecard("enterprise"), read_scorecard("meridian")]
    >>> shared_kpis(cards, "meridian", "Chief human resources officer")[["whose", "kpi"]].values.tolist()[:2]
    [['theirs', 'staff-turnover'], ['ours', 'training-hours']]
    """
    shared = _shared(list(cards), card)
    known = list(dict.fromkeys(shared["department"]))
    if department not in known:
        raise UnknownNameError(unknown("department", department, known, f"beside {card}"))
    mine = shared[shared["department"] == department]
    return mine.assign(serves=mine["serves"].map("; ".join)).reset_index(drop=True)


def _shared(cards: list[Scorecard], card: str) -> pd.DataFrame:
    """The KPIs that every department shares with a scorecard; `serves` are lists of goals' names."""
    tower = cascade(cards)
    ids = [one.id for one in tower.cards]
    if card not in ids:
        raise UnknownNameError(unknown("scorecard", card, ids))
    aligned = alignment(tower.cards)
    served = aligned[(aligned["below"] == card) & (aligned["strength"] != "none")]
    rows: dict[tuple[str, str, str], list[object]] = {}
    for support in served.itertuples():
        goal = tower.objective((support.above, support.goal))
        if not goal.owner:
            continue
        theirs = (support.above, goal.id, ""), (card, support.objective, str(support.strength))
        for at, (home, objective, strength) in enumerate(theirs):
            for kpi in tower.card(home).kpis:
                if kpi.objective == objective:
                    named = tower.objective((home, objective)).name
                    row = rows.setdefault((goal.owner, home, kpi.id), _row(goal.owner, at, home, kpi, named, strength))
                    _add(row, goal.name, strength)
    order = list(dict.fromkeys(department for department, _, _ in rows))
    strengths = ("", *STRENGTHS)
    found = sorted(rows.values(), key=lambda row: (order.index(str(row[0])), strengths.index(str(row[7]))))
    return pd.DataFrame(found, columns=SHARED)


def _row(department: str, ours: int, home: str, kpi: KPI, objective: str, strength: str) -> list[object]:
    head: list[object] = [department, "ours" if ours else "theirs", home, kpi.id, kpi.name, objective, [], strength]
    return [*head, definition_of(kpi), _counts(kpi), _stated(kpi.owner)]


def _add(row: list[object], goal: str, strength: str) -> None:
    """Note one more goal that a KPI serves; of several supports the stronger counts."""
    serves = row[SHARED.index("serves")]
    if isinstance(serves, list) and goal not in serves:
        serves.append(goal)
    if strength == "primary":
        row[SHARED.index("strength")] = strength


def definition_of(kpi: KPI) -> str:
    """What a KPI is reckoned from, in what it is measured, and which way is better."""
    unit = ", in %" if kpi.measured_in == "%" else f" ({kpi.measured_in})" if kpi.measured_in else ""
    return f"{_stated(kpi.formula)}{unit}; {WORDS[kpi.direction]}"


def _counts(kpi: KPI) -> str:
    """What the names of a formula count, as the catalogue says it, if it speaks of the same names."""
    parts = str(kpi_catalogue().set_index("id")["parts"].get(kpi.catalogue, ""))
    named = {part.partition(":")[0].strip() for part in parts.split(";")}
    return _stated(parts if set(_NAME.findall(kpi.formula)) <= named else "")


def _stated(text: str) -> str:
    return text or "not stated"
