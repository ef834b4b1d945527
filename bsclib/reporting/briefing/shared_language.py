"""What a department and IT read together: the KPIs they share, defined once, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from bsclib.design.alignment.departments import shared_kpis
from bsclib.model.nouns import Scorecard
from bsclib.reporting.briefing.breakdown import breakdown
from bsclib.scoring.views import actual_and_expected, snapshot
from bsclib.wording import counted, formula_in_words, listed, short_name

_WHOSE = {"theirs": "measures the goal", "ours": "IT supports it"}
_COLUMNS = ["kpi", "whose", "serves", "definition", "counts", "owner", "actual", "expected", "status", "name"]
_OFF = ("off_target", "at_risk")


def shared_language(
    cards: Iterable[Scorecard], scores: Mapping[str, pd.DataFrame], card: str, department: str
) -> pd.DataFrame:
    """The KPIs that a department shares with a scorecard, with definition, owner and where each stands.

    Parameters
    ----------
    cards : iterable of Scorecard
        Those of one organisation, in any order.
    scores : mapping of str to DataFrame
        By the id of a scorecard, its scores as `bsclib.score` returns them; one without has no data.
    card : str
        Id of the scorecard, such as IT's.
    department : str
        One that `bsclib.design.alignment.departments` lists.

    Returns
    -------
    DataFrame
        As `bsclib.design.alignment.shared_kpis` orders them: `kpi` (its name; where two have the same, with whose it
        is), `whose`, `serves` (goals), `definition`, `counts`, `owner`, `actual` and `expected` (text, as the KPI
        writes numbers), `status`, and `name` (its own), all for the last month of the whole organisation. The index,
        `id`, is those of scorecard and KPI, joined by a dot.

    Raises
    ------
    ScorecardError
        When two scorecards have one id, or there is none.
    UnknownNameError
        When there is no such scorecard, or no such department beside it.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> loaded = [load_dataset(name) for name in ("enterprise", "meridian")]
    >>> scores = {card.id: score(card, actuals) for card, actuals in loaded}
    >>> rows = shared_language([card for card, _ in loaded], scores, "meridian", "Chief human resources officer")
    >>> rows[["kpi", "actual", "status"]].values.tolist()[0]
    ['Staff who leave, a year (Meridian Freight)', '10.8 %', 'at_risk']
    """
    known = {each.id: each for each in cards}
    shared = shared_kpis(known.values(), card, department)
    stands = {id: snapshot(frame) for id, frame in scores.items()}
    read = [_standing(known[row.card], stands.get(row.card), row.kpi) for row in shared.itertuples()]
    owners = " (" + shared["card"].map({id: each.name for id, each in known.items()}) + ")"
    names = shared["name"] + owners.where(shared["name"].duplicated(keep=False), "")
    table = shared.assign(kpi=names, whose=shared["whose"].map(_WHOSE))
    table[["definition", "counts"]] = table[["definition", "counts"]].map(formula_in_words)
    table[["actual", "expected", "status"]] = pd.DataFrame(read, columns=["actual", "expected", "status"], dtype=object)
    return table.set_index((shared["card"] + "." + shared["kpi"]).rename("id"))[_COLUMNS]


def shared_breakdown(
    table: pd.DataFrame,
    cards: Iterable[Scorecard],
    scores: Mapping[str, pd.DataFrame],
    actuals: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    """Take the scores of the shared KPIs apart, under the names that they bear in the table.

    Parameters
    ----------
    table : DataFrame
        As `shared_language` returns it.
    cards : iterable of Scorecard
    scores, actuals : mapping of str to DataFrame
        By the id of a scorecard; one without either is left out.

    Returns
    -------
    DataFrame
        As `breakdown` gives it, a row a KPI by the index of the table, none below another. Where two KPIs have the same
        name, their links too say which is meant.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> loaded = [load_dataset(name) for name in ("enterprise", "meridian")]
    >>> cards, actuals = [card for card, _ in loaded], {card.id: rows for card, rows in loaded}
    >>> scores = {card.id: score(card, actuals[card.id]) for card in cards}
    >>> table = shared_language(cards, scores, "meridian", "Chief human resources officer")
    >>> shared_breakdown(table, cards, scores, actuals)["name"].iloc[0]
    'Staff who leave, a year (Meridian Freight)'
    """
    called = table.loc[~table.index.duplicated(), ["name", "kpi"]]
    opened = []
    for card in cards:
        if card.id in scores and card.id in actuals:
            rows = breakdown(scores[card.id], card, actuals[card.id]).rename(index=f"{card.id}.{{}}".format)
            rows = rows.loc[[id for id in called.index if id in rows.index]]
            for name, kpi in called.loc[rows.index].itertuples(index=False):
                rows["links"] = rows["links"].str.replace(f"“{name}”", f"“{kpi}”", regex=False)
            opened.append(rows.assign(name=called.loc[rows.index, "kpi"], parent="", part=""))
    return pd.concat(opened).reindex([id for id in called.index if any(id in rows.index for rows in opened)])


def _standing(card: Scorecard, stand: pd.DataFrame | None, id: str) -> tuple[str, str, str]:
    """Actual, expected and status of a KPI, as they are written."""
    if stand is None or id not in stand.index:
        return "no data", "", "no_data"
    row = stand.loc[id]
    return *actual_and_expected(card.kpi(id), row), str(row["status"])


def shared_summary(table: pd.DataFrame, department: str) -> str:
    """What a department has to know first: how many KPIs it shares with IT, which are not on target, what is unclear.

    Parameters
    ----------
    table : DataFrame
        As `shared_language` returns it.
    department : str
        Whose table it is, such as ``Chief financial officer``.

    Examples
    --------
    >>> cost = {"kpi": ["Cost"], "name": ["Cost"], "owner": ["not stated"], "status": ["at_risk"]}
    >>> shared_summary(pd.DataFrame(cost).assign(definition="spend / users", counts="not stated"), "Controller")
    'Controller and IT share one KPI. One is not on target: “Cost”. Nobody owns “Cost”: agree on an owner first. ...'
    """
    said = [f"{department} and IT share {_one(len(table), 'KPI')}."]
    off = table.loc[table["status"].isin(_OFF), "kpi"]
    said.append(f"{_one(len(off), '')} not on target: {_quoted(off)}." if len(off) else "None is off target.")
    alike = table.loc[table["name"].duplicated(), "name"].unique()
    if len(alike):
        said.append(f"Two KPIs are called {_quoted(alike)}: say each time which of them is meant.")
    unowned = table.loc[table["owner"] == "not stated", "kpi"]
    if len(unowned):
        said.append(f"Nobody owns {_quoted(unowned)}: agree on an owner first.")
    vague = table.loc[(table["counts"] == "not stated") & table["definition"].str.contains(" / ", regex=False), "kpi"]
    if len(vague):
        said.append(f"Nobody has written down what is counted in {_quoted(vague)}.")
        said.append("The owner has to write it down before anybody argues about the numbers.")
    return " ".join(said)


def _one(count: int, noun: str) -> str:
    """A number of things, the first in a word."""
    if noun:
        return f"one {noun}" if count == 1 else counted(count, noun)
    return "One is" if count == 1 else f"{count} are"


def _quoted(names: Iterable[str]) -> str:
    return listed(f"“{short_name(name)}”" for name in names)
