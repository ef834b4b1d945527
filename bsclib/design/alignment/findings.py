"""What is wrong, or unwise, between scorecards above and below each other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import pandas as pd

from bsclib.actuals.table import check_actuals
from bsclib.design.alignment.cascade import Cascade, cascade, levels, way_text
from bsclib.design.alignment.initiatives import goal_balance, initiative_routes
from bsclib.design.alignment.matrix import alignment
from bsclib.design.alignment.score_roll_up import COLUMNS as READ
from bsclib.design.alignment.score_roll_up import readings as read_twice
from bsclib.design.alignment.targets import closing_targets, target_gaps
from bsclib.design.review.rules import CASCADE, OURS, SEVERITIES
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.status import words
from bsclib.scoring.scores import score
from bsclib.wording import counted, effect_texts, listed, money, month_name, number, quoted, signed

COLUMNS = ["rule", "severity", "where", "what", "why", "fix", "source"]
RULES: dict[str, tuple[str, str, str, str]] = {
    "BSC601": (
        "medium",
        "what the organisation wants there, nobody below works for",
        "name it in supports of the objective that serves it, or say why nobody needs to",
        CASCADE,
    ),
    "BSC602": (
        "low",
        "it may be good for the department and for nobody else",
        "say in supports what it serves above, or ask whether it is needed",
        CASCADE,
    ),
    "BSC603": (
        "high",
        "the objective serves something that is not there: a wish of the past, or a slip of the pen",
        "correct supports, or take it out",
        CASCADE,
    ),
    "BSC611": (
        "high",
        "what supports itself in a circle supports nothing: each waits for the others",
        "keep the support that leads up, and take out the one that leads back down",
        OURS,
    ),
    "BSC612": (
        "low",
        "of two claims on one goal only the stronger counts",
        "keep one",
        OURS,
    ),
    "BSC613": (
        "low",
        "when this team is overloaded, the goal has nobody",
        "ask who else serves it, or watch this team first",
        OURS,
    ),
    "BSC614": (
        "medium",
        "nothing connects it with the other scorecards, so nobody can say what it is for",
        "name in supports what its objectives serve, or leave it out",
        OURS,
    ),
    "BSC615": (
        "low",
        "they rest on this level's own work alone",
        "name them in supports of the objectives below that serve them, or leave them as this level's own",
        CASCADE,
    ),
    "BSC616": (
        "medium",
        "what stands above this one is not looked at, so nobody can say what it is for",
        "name the other scorecard, too; or correct supports",
        OURS,
    ),
    "BSC621": (
        "high",
        "if every target below were met, the one above would be missed",
        "agree on targets below that come to it, such as those of closing_targets, or on another one above",
        OURS,
    ),
    "BSC622": (
        "low",
        "units are asked for more than the level above needs: that may be a reserve, or an old target",
        "say that it is a reserve, or bring the two together",
        OURS,
    ),
    "BSC623": (
        "medium",
        "two things go by one name, and a result is compared with another thing's target",
        "agree on one definition, or give one of them an id of its own",
        OURS,
    ),
    "BSC624": (
        "medium",
        "whether the targets come to the whole cannot be told, and its results stand for fewer units than they seem to",
        "add the unit where it is missing, or correct its name",
        OURS,
    ),
    "BSC625": (
        "medium",
        "the level has targets and nobody knows where it stands: nothing can be read from below or compared",
        "add its actuals, as actuals.csv beside the scorecard",
        OURS,
    ),
    "BSC631": (
        "medium",
        "what the level above reports and what the levels below report do not tell the same story",
        "look at both explanations: a target below may be softer, or what is measured below may not move the goal",
        OURS,
    ),
    "BSC641": (
        "medium",
        "money is spent on it, and no goal at the top is nearer for it",
        "ask which goal it serves, and write down how; or stop it",
        OURS,
    ),
}
"""Severity, why it matters, what to do, and who says so, by rule."""
Found = Iterator[tuple[str, str, str]]
"""Rule, where, and what is found there."""


def review_alignment(
    cards: Iterable[Scorecard],
    actuals: Mapping[str, pd.DataFrame] | None = None,
    evidence: Mapping[str, pd.DataFrame] | None = None,
) -> dict[str, pd.DataFrame]:
    """Review scorecards together, in every table that this room has.

    Parameters
    ----------
    cards : iterable of Scorecard
    actuals, evidence : mapping of str to DataFrame, optional
        By the id of a scorecard: its actuals, and its links' verdicts as `bsclib.link_evidence` returns them.

    Returns
    -------
    dict of str to DataFrame
        ``levels``, ``matrix`` (of `alignment`), ``goals`` (`goal_balance`), ``targets`` (`target_gaps`), ``closing``
        (`closing_targets`), ``readings``, ``initiatives`` (`initiative_routes`) and ``findings``.

    Raises
    ------
    ScorecardError, ActualsError, UnknownNameError
        As those functions do.

    Examples
    --------
    >>> from bsclib.files import read_tower
    >>> tower = read_tower("meridian")
    >>> tables = review_alignment(tower.cards, tower.actuals)
    >>> tables["findings"]["what"][0]
    'the targets of units come to 3.4, operations wants 3.0 in December 2026: +0.40 (+13.3 %)'
    """
    given, tables = tuple(cards), dict(actuals or {})
    scores = {card.id: score(card, tables[card.id]) for card in given if card.id in tables}
    gaps, closing = target_gaps(given, tables), closing_targets(given, tables)
    read = read_twice(given, scores) if scores else pd.DataFrame(columns=READ)
    routes = initiative_routes(given, evidence)
    found = alignment_findings(given, tables, gaps, read, routes)
    goals = goal_balance(given, routes)
    parts = (levels(given), alignment(given), goals, gaps, closing, read, routes, found)
    names = ("levels", "matrix", "goals", "targets", "closing", "readings", "initiatives", "findings")
    return dict(zip(names, parts, strict=True))


def alignment_findings(
    cards: Iterable[Scorecard],
    actuals: Mapping[str, pd.DataFrame] | None = None,
    gaps: pd.DataFrame | None = None,
    readings: pd.DataFrame | None = None,
    routes: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Review scorecards together: find what is wrong, or unwise, between them.

    Parameters
    ----------
    cards : iterable of Scorecard
    actuals : mapping of str to DataFrame, optional
        By the id of a scorecard; without, nothing is said of levels without actuals and of units that are missing.
    gaps, readings, routes : DataFrame, optional
        As `target_gaps`, `readings` and `initiative_routes` return them, of the same scorecards; what is not given is
        not looked at.

    Returns
    -------
    DataFrame
        One row a finding, as `bsclib.check_scorecard` has them: `rule`, `severity`, `where` (``scorecard.objective``,
        ``scorecard.kpi`` or a scorecard), `what`, `why`, `fix`, `source`; high severity first. What a scorecard accepts
        is left out.

    Raises
    ------
    ScorecardError, ActualsError
        When two scorecards have one id, or there is none; when actuals are faulty.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> findings = alignment_findings([read_scorecard("enterprise"), read_scorecard("meridian")])
    >>> findings[["rule", "where"]].values.tolist()
    [['BSC601', 'enterprise.greener-freight'], ['BSC613', 'enterprise.skilled-workforce']]
    """
    tower = cascade(cards)
    found = [*_claims(tower), *_orphans(tower), *_teams(tower), *_copies(tower)]
    found += _actuals(tower, actuals) if actuals is not None else []
    found += _targets(tower, gaps) if gaps is not None else []
    found += _readings(readings) if readings is not None else []
    found += _money(routes) if routes is not None else []
    accepted = {(entry.rule, entry.where, card.id) for card in tower.cards for entry in card.review.accepted}
    rows = [
        (rule, RULES[rule][0], where, what, *RULES[rule][1:])
        for rule, where, what in found
        if not _accepted(rule, where, accepted)
    ]
    rows.sort(key=lambda row: (SEVERITIES.index(row[1]), row[0]))
    return pd.DataFrame(rows, columns=COLUMNS, dtype=str)


def _accepted(rule: str, where: str, accepted: set[tuple[str, str, str]]) -> bool:
    """Whether a scorecard accepts what is found in it, everywhere or at this place."""
    card, _, part = where.partition(".")
    return any((rule, place, card) in accepted for place in ("", where, part or card))


def _claims(tower: Cascade) -> Found:
    for claim in tower.claims:
        if claim.fault and claim.fault != "absent":
            yield "BSC603", ".".join(claim.node), f"supports {claim.said}: {claim.what}"
    absent = [(claim.node[0], claim.what) for claim in tower.claims if claim.fault == "absent"]
    for (id, other), count in Counter(absent).items():
        yield "BSC616", id, f"{counted(count, 'support')} of {other!r}, a scorecard that is not among these"
    for (node, goal), count in Counter((claim.node, claim.goal) for claim in tower.claims).items():
        if goal and count > 1:
            yield "BSC612", ".".join(node), f"supports {'.'.join(goal)} is written {counted(count, 'time')}"
    for circle in tower.circles():
        yield "BSC611", ".".join(circle[0]), f"these support each other: {way_text([*circle, circle[0]])}"


def _orphans(tower: Cascade) -> Found:
    served = {goal for node, goal in tower.edges if node[0] != goal[0]}
    serving = {node for node, goal in tower.edges}
    for card in tower.cards:
        if len(tower.cards) > 1 and card.id not in tower.below and not any(node[0] == card.id for node in serving):
            yield "BSC614", card.id, f"{card.name} neither supports another scorecard nor is supported by one"
            continue
        bare = [part for part in card.objectives if card.id in tower.below and (card.id, part.id) not in served]
        if bare and tower.level[card.id]:
            yield "BSC615", card.id, f"no objective below supports {listed(part.name for part in bare)} of {card.name}"
        for objective in card.objectives:
            node = (card.id, objective.id)
            if objective in bare and not tower.level[card.id]:
                yield "BSC601", ".".join(node), f"no objective below supports {quoted(objective.name)} of {card.name}"
            if tower.level[card.id] > 0 and node not in serving and not objective.supports:
                yield "BSC602", ".".join(node), f"{quoted(objective.name)} of {card.name} supports nothing above it"


def _teams(tower: Cascade) -> Found:
    for card in tower.cards:
        for objective in () if tower.level[card.id] else card.objectives:
            goal = (card.id, objective.id)
            own = [node for node, to in tower.edges if to == goal and node[0] != card.id]
            teams = {tower.objective(node).owner or tower.card(node[0]).name for node in own}
            if len(teams) == 1:
                works = listed(tower.objective(node).name for node in own)
                yield "BSC613", ".".join(goal), f"{quoted(objective.name)} hangs on {teams.pop()} alone: {works}"


def _copies(tower: Cascade) -> Found:
    """KPIs of one id that are not counted alike."""
    first: dict[str, tuple[str, KPI]] = {}
    for card in tower.cards:
        for kpi in card.kpis:
            home, other = first.setdefault(kpi.id, (card.id, kpi))
            fields = ("direction", "measured_in", "formula", "aggregate", "pooled", "cumulates")
            apart = [name for name in fields if getattr(kpi, name) != getattr(other, name)]
            if apart:
                said = "; ".join(f"{_field(name)} {_said(kpi, name)}, there {_said(other, name)}" for name in apart)
                yield "BSC623", f"{card.id}.{kpi.id}", f"it is defined otherwise than in {home}: {said}"


def _field(name: str) -> str:
    return "across_units" if name == "pooled" else name


def _said(kpi: KPI, name: str) -> str:
    return str(getattr(kpi, name) or "nothing")


def _actuals(tower: Cascade, actuals: Mapping[str, pd.DataFrame]) -> Found:
    units = {}
    for card in tower.cards:
        if card.id in actuals:
            units[card.id] = {str(unit) for unit in check_actuals(actuals[card.id], card)["unit"].unique() if unit}
        else:
            yield "BSC625", card.id, f"{card.name} has no actuals"
    known = {unit for names in units.values() for unit in names}
    for card in tower.cards:
        named = {row.unit for kpi in card.kpis for row in kpi.unit_targets}
        own = units.get(card.id, set())
        if strangers := sorted(named - known):
            yield "BSC624", card.id, f"targets are stated for {listed(strangers)}, of whom no scorecard has actuals"
        elif own and (elsewhere := sorted(named - own)):
            yield "BSC624", card.id, f"targets are stated for {listed(elsewhere)}, whose actuals stand elsewhere only"
    many = {id: names for id, names in units.items() if len(names) > 1}
    everywhere = {unit for names in many.values() for unit in names}
    for id, names in many.items():
        if lacking := sorted(everywhere - names):
            homes = listed(other for other, theirs in many.items() if set(lacking) & theirs)
            yield "BSC624", id, f"there are no actuals of {listed(lacking)} here, as there are in {homes}"
    for id, names in units.items():
        if many and len(names) == 1 and not names <= everywhere:
            yield "BSC624", id, f"{names.copy().pop()} has actuals here and in no scorecard above"


def _targets(tower: Cascade, gaps: pd.DataFrame) -> Found:
    last = gaps.groupby(["above", "below", "kpi", "unit", "edge"], sort=False).tail(1)
    for row in last.itertuples():
        if row.verdict not in ("falls_short", "goes_beyond"):
            continue
        kpi = tower.card(row.above).kpi(row.kpi)
        edge = "" if row.edge == "target" else f" ({row.edge} edge)"
        when = f" in {month_name(row.period)}" if row.period else ""
        whose = f" for {row.unit}" if row.unit else ""
        below, stated = kpi.show(row.from_below, row.stated), kpi.show(row.stated, row.from_below)
        made = f"the targets of units come to {below}" if row.units > 1 else f"{row.below} states {below}"
        share = f" ({signed(row.gap_percent)} %)" if pd.notna(row.gap_percent) else ""
        what = f"{made}, {row.above} wants {stated}{whose}{when}{edge}: {effect_texts(row.gap)[0]}{share}"
        rule = "BSC621" if row.verdict == "falls_short" else "BSC622"
        yield rule, f"{row.below.split(', ')[0]}.{row.kpi}", what


def _readings(readings: pd.DataFrame) -> Found:
    last = readings[(readings["period"] == readings["period"].max()) & (readings["units"] == "")]
    for row in last.itertuples():
        if row.status != row.status_below and "no_data" not in (row.status, row.status_below):
            own, below = (
                f"{number(value)} ({words(status)})"
                for value, status in ((row.own, row.status), (row.from_below, row.status_below))
            )
            what = f"{row.name} scores {own} on its own KPIs and {below} from below in {month_name(row.period)}"
            yield "BSC631", f"{row.card}.{row.objective}", what


def _money(routes: pd.DataFrame) -> Found:
    for row in routes[(routes["goal"] == "") & (routes["share"] > 0)].itertuples():
        cost = f" costs {money(row.cost)} and" if row.cost else ""
        yield (
            "BSC641",
            f"{row.card}.{row.initiative}",
            f"{quoted(row.name)}{cost} serves no goal at the top: {row.reason}",
        )
