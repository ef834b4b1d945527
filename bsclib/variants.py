"""The same scorecard with one thing changed or with less in it, and what that does to a number."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import pandas as pd

from bsclib.definitions import build
from bsclib.errors import BscError, Fault, ScorecardError, UnknownNameError, unknown
from bsclib.model import Scorecard
from bsclib.palette import SYMBOLS
from bsclib.robustness import red_hiding
from bsclib.scoring import score
from bsclib.views import snapshot

TABLES = ("perspectives", "objectives", "kpis")
SHOWN = ["actual", "floor", "expected", "attainment", "effective_weight", "score", "status"]


def change(scorecard: Scorecard, id: str, **fields: Any) -> Scorecard:
    """Return the scorecard with one of its parts changed.

    Parameters
    ----------
    scorecard : Scorecard
        Stays as it is.
    id : str
        A KPI, an objective, a perspective, or the scorecard itself.
    **fields
        What the part's fields become, such as ``floor=12`` or ``weight=2``.

    Returns
    -------
    Scorecard
        Checked like any other.

    Raises
    ------
    UnknownNameError
        When there is no such part, with the nearest one that is.
    ScorecardError
        When a field is unknown, or the scorecard could not be scored that way.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> doubled = change(read_scorecard("meridian"), "user_orientation", weight=2)
    >>> [perspective.weight for perspective in doubled.perspectives]
    [1.0, 2.0, 1.0, 1.0]
    """
    return _changed(scorecard, {id: fields})


def reweigh(
    scorecard: Scorecard, weights: Mapping[str, float], expected: Mapping[str, float] | None = None
) -> Scorecard:
    """Return the scorecard with other weights, and with other values expected of its KPIs.

    Parameters
    ----------
    scorecard : Scorecard
        Stays as it is.
    weights : mapping of str to float
        By the id of a KPI, an objective or a perspective, 0 or above.
    expected : mapping of str to float, optional
        By the id of a KPI that is no range: its target, which then holds at once, from the floor that it has.

    Returns
    -------
    Scorecard
        Checked like any other.

    Raises
    ------
    UnknownNameError
        When there is no such part, with the nearest one that is.
    ScorecardError
        When the scorecard could not be scored that way.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> card = reweigh(read_scorecard("meridian"), {"mttr": 3.0}, {"mttr": 5.0})
    >>> card.kpi("mttr").weight, card.kpi("mttr").target
    (3.0, 5.0)
    """
    changes: dict[str, dict[str, Any]] = {id: {"weight": weight} for id, weight in weights.items()}
    for id, value in (expected or {}).items():
        floor = scorecard.kpi(id).floors()[0]
        changes.setdefault(id, {}).update(target=value, baseline=floor, path="linear")
    return _changed(scorecard, changes)


def _changed(scorecard: Scorecard, changes: Mapping[str, Mapping[str, Any]]) -> Scorecard:
    data = scorecard.model_dump(exclude_unset=True)
    data.setdefault("perspectives", [one.model_dump() for one in scorecard.perspectives])
    parts = {scorecard.id: data}
    for table in TABLES:
        data[table] = list(data[table])
        parts |= {part["id"]: part for part in data[table]}
    strangers = [unknown("KPI, objective or perspective", id, parts) for id in changes if id not in parts]
    if strangers:
        raise UnknownNameError(strangers)
    for id, fields in changes.items():
        parts[id].update(fields)
    return build(data)


def keep(scorecard: Scorecard, objectives: Iterable[str] | None = None, kpis: Iterable[str] | None = None) -> Scorecard:
    """Return what is left of a scorecard when only these objectives and KPIs stay.

    Parameters
    ----------
    scorecard : Scorecard
        Stays as it is.
    objectives : iterable of str, optional
        Ids of the objectives that stay; by default all of them. The KPIs of the others go with them.
    kpis : iterable of str, optional
        Ids of the KPIs that stay, where their objective does; by default all of them.

    Returns
    -------
    Scorecard
        Checked like any other. Whatever speaks only of what is gone is gone too: links and guards, an initiative's
        changes and what it comes after, an initiative or event that is left with no KPI, an accepted finding, a
        perspective that has lost all its objectives. An objective that has lost its KPIs stays: it is still wanted, and
        the review says so.

    Raises
    ------
    UnknownNameError
        When there is no such objective or KPI, with the nearest one there is.
    ScorecardError
        When no KPI is left, or what is left could not be scored.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> card = keep(read_scorecard("meridian"), objectives=["restore-fast", "automate-work"])
    >>> [kpi.id for kpi in card.kpis], [(link.cause, link.effect) for link in card.links]
    (['mttr', 'automation-coverage'], [('automation-coverage', 'mttr')])
    >>> [perspective.id for perspective in card.perspectives]
    ['operational_excellence', 'future_orientation']
    """
    wanted = _ids("objective", objectives, scorecard.objectives)
    measured = _ids("KPI", kpis, scorecard.kpis)
    staying = {kpi.id for kpi in scorecard.kpis if kpi.objective in wanted and kpi.id in measured}
    if not staying:
        raise ScorecardError(Fault("what is kept", "no KPI would be left", fix="keep an objective that a KPI measures"))
    data = scorecard.model_dump(exclude_unset=True)
    data["perspectives"] = [
        one.model_dump()
        for one in scorecard.perspectives
        if any(own.id in wanted for own in scorecard.objectives_of(one.id)) or not scorecard.objectives_of(one.id)
    ]
    data["objectives"] = [row for row in data["objectives"] if row["id"] in wanted]
    rows = [row for row in data["kpis"] if row["id"] in staying]
    data["kpis"] = [_narrowed(row, "guarded_by", lambda guard: guard in staying) for row in rows]
    data["links"] = [row for row in data.get("links", ()) if {row["cause"], row["effect"]} <= staying]
    for table, field, named in (
        ("initiatives", "changes", lambda change: change["kpi"] in staying),
        ("events", "kpis", lambda kpi: kpi in staying),
    ):
        narrowed = [(_narrowed(row, field, named), row) for row in data.get(table, ())]
        data[table] = [left for left, whole in narrowed if left.get(field) or not whole.get(field)]
    going = {row["id"] for row in data["initiatives"]}
    data["initiatives"] = [_narrowed(row, "after", lambda earlier: earlier in going) for row in data["initiatives"]]
    if data.get("review"):
        ids = {row["id"] for table in (*TABLES, "initiatives") for row in scorecard.model_dump()[table]}
        gone = ids - {row["id"] for table in (*TABLES, "initiatives") for row in data[table]}
        data["review"] = _narrowed(
            data["review"], "accepted", lambda one: gone.isdisjoint(_places(one.get("where", "")))
        )
    return build(data)


def _places(where: str) -> list[str]:
    """The ids in a finding's place: of one part, of a pair, or of a link."""
    return re.split(r" -> |, ", where)


def _ids(kind: str, given: Iterable[str] | None, parts: tuple[Any, ...]) -> set[str]:
    known = [part.id for part in parts]
    ids = known if given is None else [given] if isinstance(given, str) else list(given)
    strangers = [unknown(kind, id, known) for id in ids if id not in known]
    if strangers:
        raise UnknownNameError(strangers)
    return set(ids)


def _narrowed(row: dict[str, Any], field: str, stays: Callable[[Any], bool]) -> dict[str, Any]:
    return {**row, field: [one for one in row[field] if stays(one)]} if row.get(field) else row


def side_by_side(
    variants: Mapping[str, pd.DataFrame], id: str, unit: str | None = None, period: str | None = None
) -> pd.DataFrame:
    """One number under several scorecards or policies, a row each.

    Parameters
    ----------
    variants : mapping of str to DataFrame
        Scores as `bsclib.score` returns them, by what to call them.
    id : str
        A KPI, an objective, a perspective, or the scorecard.
    unit : str, optional
        By default the organisation as a whole.
    period : str, optional
        A month; by default the last one scored.

    Returns
    -------
    DataFrame
        `variant`; `actual`, `floor`, `expected` and `attainment` of a KPI; `effective_weight` where the variants differ
        in it; `score` and `status`.

    Raises
    ------
    UnknownNameError
        When the id, the unit or the month is not in the scores.
    """
    if not variants:
        raise BscError(Fault("variants", "there is nothing to put side by side", fix="give at least one"))
    rows = []
    for scores in variants.values():
        stand = snapshot(scores, unit, period)
        if id not in stand.index:
            raise UnknownNameError(unknown("KPI, objective or perspective in the scores", id, stand.index))
        rows.append(stand.loc[id, SHOWN])
    found = pd.DataFrame(rows).reset_index(drop=True).astype(dict.fromkeys(SHOWN[:-1], float)).astype({"status": str})
    found.insert(0, "variant", list(variants))
    idle = ["effective_weight"] if found["effective_weight"].nunique() < 2 else []
    return found.drop(columns=idle + ([] if stand.loc[id, "level"] == "kpi" else SHOWN[:4]))


def totals_apart(
    stated: pd.DataFrame, changed: pd.DataFrame, unit: str | None = None, period: str | None = None
) -> pd.DataFrame:
    """What a change does to every total: its score, its status, and what it hides.

    Parameters
    ----------
    stated, changed : DataFrame
        Scores as `bsclib.score` returns them, before and after.
    unit : str, optional
        By default the organisation as a whole.
    period : str, optional
        A month; by default the last one scored before.

    Returns
    -------
    DataFrame
        A row for the scorecard and each perspective and objective that a KPI measures: `id`, `level`, `stated` (its
        score before), `score`, `stated_status`, `status`, `flips` (whether the status is another one), and of the
        changed scores `geometric`, `harmonic`, `worst` and `hidden`; see `bsclib.robustness.red_hiding`.

    Raises
    ------
    UnknownNameError
        When the unit or the month is not in the scores.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    >>> heavier = score(reweigh(card, {"user_orientation": 5.0}), actuals)
    >>> found = totals_apart(score(card, actuals), heavier)
    >>> found["id"][0], bool(found["score"][0] > found["stated"][0])
    ('meridian', True)
    """
    before = snapshot(stated, unit, period)
    month = str(before["period"].iloc[0])
    found = red_hiding(changed, unit or "", month).astype({"id": str, "level": str, "status": str})
    found = found[found["id"].isin(_measured(before))].reset_index(drop=True)
    found["stated"] = before.loc[found["id"], "score"].to_numpy(float)
    found["stated_status"] = before.loc[found["id"], "status"].astype(str).to_numpy()
    found["flips"] = found["status"] != found["stated_status"]
    means = ["geometric", "harmonic", "worst", "hidden"]
    return found[["id", "level", "stated", "score", "stated_status", "status", "flips", *means]]


def _measured(stand: pd.DataFrame) -> set[str]:
    """The parents of KPIs, and theirs."""
    parents = stand["parent"].astype(str)
    found = set(parents[stand["level"] == "kpi"])
    for _ in range(2):
        found |= set(parents.loc[sorted(found - {""})])
    return found - {""}


def methods_apart(compared: pd.DataFrame, names: Mapping[str, str], most: int = 12) -> pd.DataFrame:
    """Scores and statuses of one month under many methods, a column a method.

    Parameters
    ----------
    compared : DataFrame
        As `bsclib.comparison.compare_methods` returns it, of one unit and one month.
    names : mapping of str to str
        What to call the nodes, by id.
    most : int
        At most so many rows: the scorecard and its perspectives, then the nodes to which the methods give the most
        different statuses.

    Returns
    -------
    DataFrame
        `name`, `statuses` (how many different ones), and a column a method: a symbol for the status, and the score.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> from bsclib.comparison import compare_methods
    >>> card = read_scorecard("meridian")
    >>> compared = compare_methods(card, read_actuals("meridian"), ["kit", "sap_achievement"])
    >>> methods_apart(compared, card.names, most=1).columns.tolist()
    ['name', 'statuses', 'kit', 'sap_achievement']
    """
    rows = compared.assign(id=compared["id"].astype(str), method=compared["method"].astype(str))
    scores = [f"{value:.1f}" if pd.notna(value) else "–" for value in rows["score"]]
    rows["cell"] = [f"{SYMBOLS[str(status)]} {text}" for status, text in zip(rows["status"], scores, strict=True)]
    first = rows.drop_duplicates("id").set_index("id")
    order = first.assign(low=~first["level"].isin(["scorecard", "perspective"]))
    order = order.sort_values(["low", "statuses"], ascending=[True, False], kind="stable")
    wide = rows.set_index(["id", "method"])["cell"].unstack(sort=False).loc[order.index[:most]]
    wide.insert(0, "statuses", first.loc[wide.index, "statuses"])
    wide.insert(0, "name", [names[id] for id in wide.index])
    return wide.reset_index(drop=True).rename_axis(columns=None)


def pooled_both_ways(scorecard: Scorecard, actuals: pd.DataFrame, most: int = 6) -> pd.DataFrame:
    """Ratios of all units together: the ratio of the sums, and the mean of the units' ratios beside it.

    Parameters
    ----------
    scorecard : Scorecard
        Its KPIs that are pooled by `ratio` are looked at.
    actuals : DataFrame
        What was observed.
    most : int
        So many KPIs, those first for which it makes the greatest difference.

    Returns
    -------
    DataFrame
        `kpi`, `ratio_of_the_sums` and `mean_of_the_ratios`, in the last month.
    """
    ratios = [kpi.id for kpi in scorecard.kpis if kpi.pooled == "ratio"]
    averaged = scorecard
    for id in ratios:
        averaged = change(averaged, id, across_units="mean")
    cards = {"ratio_of_the_sums": scorecard, "mean_of_the_ratios": averaged}
    found = pd.DataFrame({name: snapshot(score(card, actuals)).loc[ratios, "actual"] for name, card in cards.items()})
    found.insert(0, "kpi", [scorecard.names[id] for id in ratios])
    apart = (found["mean_of_the_ratios"] / found["ratio_of_the_sums"] - 1).abs()
    return found.loc[apart.sort_values(ascending=False).index[:most]]


def instructive(scores: pd.DataFrame, scorecard: Scorecard) -> str:
    """The KPI whose number a change shows best: with an actual, on the way from a floor to a target, near a threshold.

    Parameters
    ----------
    scores : DataFrame
        As `bsclib.score` returns it.
    scorecard : Scorecard
        The one that was scored.

    Returns
    -------
    str
        Its id; empty when the organisation as a whole has no such KPI in the last month.
    """
    now = snapshot(scores)
    points = [kpi.id for kpi in scorecard.kpis if kpi.direction != "within_range"]
    rows = now.loc[points]
    rows = rows[rows["attainment"].notna() & (rows["expected"] != rows["floor"])]
    if rows.empty:
        return ""
    still = rows["expected"] == rows["target"]
    return str(((rows["attainment"] - rows["at_risk"]).abs() + 1e6 * still).idxmin())
