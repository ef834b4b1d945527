"""Every score of a report, opened: how it came about, down to what was observed, and who is behind it.

In sentences, with the numbers as they stand in the report: as many decimals, and parts that add up to what is printed.
`bsclib.explain` gives the same reckoning with the digits that a pocket calculator needs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from bsclib.design.alignment.departments import definition_of
from bsclib.model.nouns import KPI, Link, Scorecard
from bsclib.model.status import words
from bsclib.reporting.briefing.map_words import link_verdicts
from bsclib.reporting.briefing.off_target import initiatives_of, owner
from bsclib.reporting.briefing.two_words import limits_words, met_words, swing_words, target_words, two_words
from bsclib.reporting.evidence_tables import VERDICT_WORDS
from bsclib.scoring import rules
from bsclib.scoring.explanation import counts_as, kpi_steps
from bsclib.scoring.method import Method
from bsclib.scoring.methods import method_of
from bsclib.scoring.reasons import CASES, actual_sources, grain_words
from bsclib.scoring.scores import TEXTS, restore_types
from bsclib.scoring.views import actual_and_expected, kpi_shares, last_known, last_known_words, last_period, snapshot
from bsclib.wording import adding_up, counted, formula_in_words, month_name, number

MOST_ADDED = 12
"""Parts that are added up in a sentence; more can be seen below it."""
POOLED = " Where one number is divided by another below, both were added up over the units first."
"""Said once, not with each KPI of the whole."""
POOLED_BY = {"mean": "the mean of the units", "sum": "the sum of the units"}
FACTS = ["definition", "owner", "signal", "links", "initiative"]
TOLD_ELSEWHERE = ("Actual", "Actual to date", "Expected by now", "Status", "Take care")


def breakdown(
    scores: pd.DataFrame,
    scorecard: Scorecard,
    actuals: pd.DataFrame,
    unit: str | None = None,
    told: pd.DataFrame | None = None,
    method: Method | None = None,
    verdicts: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Take every score of the last month apart, from the overall score down to what was observed.

    Parameters
    ----------
    scores : DataFrame, as `bsclib.score` returns it
    scorecard : Scorecard
    actuals : DataFrame
        The links are tested on those of all units together, up to the last month of the scores.
    unit : str, default the organisation as a whole
    told : DataFrame, optional
        As `two_words` returns it; by default it is made here.
    method : Method, optional
        The one they were scored by; it must be given when it is no method that ships.
    verdicts : DataFrame, optional
        As `link_verdicts` returns them; by default they are made here.

    Returns
    -------
    DataFrame
        A row for the scorecard and each perspective, objective and KPI, by `id`, each followed by what is below it:
        `parent` (an id, empty above all), `name`, `score` (0..100), `status`; `points`, what it adds to the score above
        it, and `part`, the same in words; `why`, how it came about, in sentences. Of KPIs `definition`, `owner`,
        `signal` (what natural limits say of it, and of its target), `links` (what it should move and what should move
        it, with the verdicts) and `initiative`; empty for all others.

    Raises
    ------
    UnknownNameError
        When the unit is not in the scores, with the nearest that is; or when the scores are by a method that does not
        ship, and it is not given.

    Notes
    -----
    Points are rounded so that those below a score add up to it as it is printed: the largest remainders are rounded up.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> card, actuals = load_dataset("meridian")
    >>> opened = breakdown(score(card, actuals), card, actuals)
    >>> print(opened.loc["mttr", "why"])
    In June 2026 it was 6.0 h (216,330 / 601 / 60). That is 89.9 % of the way from 12.0 h, ...
    """
    scores = restore_types(scores)
    now = snapshot(scores, unit).astype(dict.fromkeys(TEXTS, "str"))
    rows: dict[str, Any] = dict(zip(map(str, now.index), now.assign(id=now.index).to_dict("records"), strict=True))
    method = method_of(scores, method)
    past = scores[scores["unit"] == (unit or "")]
    shares = kpi_shares(scores, unit, last_period(scores))
    gone = {str(id): row for id, row in last_known(past, unit or "").iterrows()}
    below: dict[str, list[str]] = {}
    for id, row in rows.items():
        below.setdefault(row["parent"], []).append(id)
    parts = dict(part for id in rows for part in _parts([rows[one] for one in below.get(id, ())], rows[id], method))
    tested = link_verdicts(scores, scorecard, actuals) if verdicts is None else verdicts
    facts = _facts(scorecard, scores, actuals, unit, told, tested["verdict"])
    pooled = POOLED if not unit and (now["origin"] == "pooled").any() else ""
    table = []
    for id in _in_order(below):
        row = rows[id]
        if row["level"] == "kpi":
            kpi = scorecard.kpi(id)
            why = _kpi_words(kpi, row, past, method, gone.get(id), float(shares.get(id, np.nan)))
        else:
            why = _above_words(row, [parts[one][0] for one in below.get(id, ())], method)
            why += pooled * (not row["parent"])
        table.append((row["parent"], row["name"], row["score"], row["status"], *parts.get(id, (np.nan, "")), why))
    columns = ["parent", "name", "score", "status", "points", "part", "why"]
    frame = pd.DataFrame(table, columns=columns, index=pd.Index(_in_order(below), name="id"))
    return frame.join(facts.reindex(frame.index).fillna(""))


def _in_order(below: dict[str, list[str]], id: str = "") -> list[str]:
    """Ids below one, each followed by what is below it."""
    return [one for child in below.get(id, ()) for one in (child, *_in_order(below, child))]


def _parts(children: Sequence[Any], above: Any, method: Method) -> Iterator[tuple[str, tuple[float, str]]]:
    """What each of the children adds to what is above them, by id: in points, and in words."""
    carrying = [child for child in children if not math.isnan(child["effective_weight"])]
    whole = sum(child["weight"] for child in carrying)
    points = [child["effective_weight"] * counts_as(child, method) for child in carrying]
    printed = dict(zip((child["id"] for child in carrying), adding_up(points, above["score"]), strict=True))
    for child in children:
        if child["id"] not in printed:
            yield child["id"], (math.nan, "adds nothing")
            continue
        share = f"{number(100 * child['effective_weight'])} % of the weight"
        if whole > 0 and math.isclose(child["effective_weight"], child["weight"] / whole, rel_tol=1e-9):
            share = f"weight {child['weight']:g} of {whole:g}"
        counts = f", counts as {counts_as(child, method):g}" if method.colours else ""
        said = f"adds {number(printed[child['id']])}: {share}{counts}"
        if len(carrying) == 1 and not counts:
            said = "carries all of it"
        yield child["id"], (printed[child["id"]], said)


def _above_words(row: Any, points: Sequence[float], method: Method) -> str:
    """How a score above the KPIs came about."""
    if math.isnan(row["score"]):
        return f"It has no score: {row['reason'] or 'nothing below it was scored'}."
    carrying = [number(part) for part in points if not math.isnan(part)]
    if len(carrying) == 1:
        said = "One part below it carries all of the weight, so its score is that part's."
        said = said if not method.colours else "One part below it carries all of the weight."
    elif len(carrying) <= MOST_ADDED:
        said = f"The parts below it add up to it: {' + '.join(carrying)} = {number(row['score'])}."
    else:
        said = f"The {len(carrying)} parts below it add up to it."
    if len(carrying) < len(points):
        idle = len(points) - len(carrying)
        because = "because it has no score" if idle == 1 else "because they have no score"
        said += f" {counted(idle, 'part adds', 'parts add')} nothing, {because}."
    return f"{said} {_status_words(row, row['score'] / 100, '')}"


def _kpi_words(kpi: KPI, row: Any, past: pd.DataFrame, method: Method, gone: Any, share: float) -> str:
    """How a KPI's score came about, from its actual to what it carries."""
    when, taken = month_name(row["period"]), json.loads(row["taken"] or "{}")
    if math.isnan(row["actual"]):
        said = [f"There is no score for {when}: {row['reason'] or 'no actual'}."]
        if not math.isnan(row["score"]):
            said = [f"It scores {number(row['score'])} in {when}: {row['reason'] or 'no actual'}."]
        return " ".join([*said, *([f"Last known: {last_known_words(kpi, gone)}."] if gone is not None else [])])
    actual, expected = actual_and_expected(kpi, row)
    made, whence = actual_sources(row, taken, past)
    if row["origin"] == "pooled":  # said once, of all
        whence = "" if made else POOLED_BY.get(kpi.pooled, whence)
    source = ", ".join(filter(None, (made, whence)))
    verb = f"By the end of {when} it came to" if "since" in taken else f"In {when} it was"
    said = [f"{verb} {actual}{f' ({source})' if source else ''}."]
    said += _way_words(kpi, row, taken, method, expected)
    if "grain" in taken:
        said.append(f"Take care: it is {grain_words(*taken['grain'])}.")
    if not math.isnan(row["score"]):
        said.append(_status_words(row, row["attainment"], " %"))
        if share > 0:
            said.append(f"It carries {number(100 * share)} % of the overall score.")
    return " ".join(said)


def _way_words(kpi: KPI, row: Any, taken: dict[str, Any], method: Method, expected: str) -> Iterable[str]:
    """How far the way from floor to target has been gone, by the rule of the method."""
    case = taken.get("case")
    if case == "no_target":
        return [f"It has no score: {CASES['no_target']}."]
    score, share = f"the score is {number(row['score'])}", row["attainment"]
    if case == "inside" and (method.takes_floor or not method.takes_range):
        return [f"That is inside its range of {expected}, so {score}."]
    if method.compute is not rules.linear_attainment or taken.get("mirrored") or math.isnan(share):
        steps = kpi_steps(pd.Series({**row, "known": ""}), pd.DataFrame(), method) if "since" not in taken else []
        shown = [step for step in steps if step.label not in TOLD_ELSEWHERE]
        return [f"Expected by now: {expected}.", *(f"{step.label}: {step.brief}." for step in shown)]
    if case == "hold":
        good = "as good as" if share >= 1 else "worse than"
        return [f"It is {good} what is expected, {expected}, and there is no way to go, so {score}."]
    floor, goal = kpi.show(row["floor"], row["expected"]), f"{expected}, which is expected by now"
    if kpi.direction == "within_range":
        goal = f"{kpi.show(row['expected'], row['actual'])}, the nearer edge of its range of {expected}"
    elif "of" in taken or "share" in taken:
        goal = f"{expected}, which is due by now of the {'quarter' if taken.get('of') == 3 else 'year'}'s target"
    elif row["expected"] == row["target"]:
        goal = f"the target of {expected}"
    elif not math.isnan(row["target"]):
        goal += f" on the way to the target of {kpi.show(row['target'], row['expected'])}"
    if share <= 0:
        beyond = "no better than" if share == 0 else "beyond"
        return [f"That is {beyond} {floor}, where {score}. From there the way leads to {goal}."]
    whole = f", so {score}" if share > 1 and method.held else ""
    return [f"That is {_share(row)} % of the way from {floor}, where the score is 0, to {goal}{whole}."]


def _share(row: Any) -> str:
    return _apart(100 * row["attainment"], [100 * row[edge] for edge in ("at_risk", "on_target")])


def _apart(value: float, edges: Sequence[float]) -> str:
    """A number with one decimal; with more where it would look like an edge that it misses."""
    near = [edge for edge in edges if round(value - edge, 7)]
    tries = (number(value, digits) for digits in range(1, 8))
    return next(
        (text for text in tries if text not in {number(edge, len(text.partition(".")[2])) for edge in near}), ""
    )


def _status_words(row: Any, share: float, mark: str) -> str:
    """Which status it has, and between which edges."""
    at_risk, on_target = (f"{round(100 * row[edge], 2):g}{mark}" for edge in ("at_risk", "on_target"))
    own = f"{_apart(100 * share, [100 * row[edge] for edge in ('at_risk', 'on_target')])}{mark}"
    bands = {
        "on_target": f"{own} is at least {on_target}",
        "at_risk": f"{own} is at least {at_risk} and below {on_target}",
        "off_target": f"{own} is below {at_risk}",
    }
    why = f", because {bands[row['status']]}" if row["status"] in bands else ""
    return f"It is {words(row['status'])}{why}."


def _facts(
    card: Scorecard,
    scores: pd.DataFrame,
    actuals: pd.DataFrame,
    unit: str | None,
    told: pd.DataFrame | None,
    verdicts: pd.Series,
) -> pd.DataFrame:
    """What stands behind each KPI: a row a KPI."""
    limits = two_words(scores, card, actuals, unit) if told is None else told
    signals = {
        str(row["kpi"]): f"{swing_words(row)}{limits_words(row, card.kpi(row['kpi']))}. {met_words(row['assurance'])}"
        f"{target_words(row, card.kpi(row['kpi']))}"
        for row in limits.to_dict("records")
    }
    links, last = _link_words(card, verdicts), last_period(scores)
    table = {
        kpi.id: [
            formula_in_words(definition_of(kpi)),
            owner(card, kpi),
            signals.get(kpi.id, "too little data"),
            "\n".join(text for link, text in links if kpi.id in (link.cause, link.effect)) or "none",
            initiatives_of(card, kpi.id, last, unit),
        ]
        for kpi in card.kpis
    }
    return pd.DataFrame.from_dict(table, orient="index", columns=FACTS)


def _link_words(card: Scorecard, verdicts: pd.Series) -> list[tuple[Link, str]]:
    """Each link in a sentence, with what the actuals say of it."""
    said = []
    for link, verdict in zip(card.links, verdicts, strict=True):
        moves = {"+": "rises", "-": "falls"}.get(str(link.sign), "moves")
        after = f" {counted(link.lag, 'month')} later" if link.lag else ""
        cause, effect = card.names[link.cause], card.names[link.effect]
        said.append((link, f"By the map, when “{cause}” rises, “{effect}” {moves}{after}: {VERDICT_WORDS[verdict]}."))
    return said
