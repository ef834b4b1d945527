"""Scores up: what the levels below say of a goal, beside what its own KPIs say.

A goal's reading from below is the mean of the results below it, each counted once. A result is a KPI as one unit, or
the organisation as a whole, is measured by it: scorecards that hold a KPI of one id hold the same result. Of the places
where it stands below a goal, the one on the strongest way counts, then the nearest; where several are alike, they share
it. So no order of scorecards, objectives or supports changes a number.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from bsclib.design.alignment.cascade import Cascade, Node, cascade
from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.nouns import Scorecard
from bsclib.scoring.explanation import Explanation
from bsclib.scoring.scores import restore_types
from bsclib.scoring.steps import Step
from bsclib.scoring.tree import rows_of
from bsclib.wording import arrow, month_name, number

COLUMNS = [
    "card",
    "objective",
    "name",
    "period",
    "own",
    "from_below",
    "difference",
    "results",
    "units",
    "status",
    "status_below",
]
TINY = 1e-12
"""Less than this is what rounding leaves of nothing."""


@dataclass(frozen=True)
class Places:
    """Where results stand: a KPI in an objective, its share of the objective, and its scores by month."""

    node: list[Node]
    kpi: list[str]
    scope: list[str]  # the one unit that its scorecard is about; else nothing
    months: list[str]
    share: np.ndarray  # (places, months)
    score: np.ndarray

    def __len__(self) -> int:
        return len(self.kpi)


def readings(cards: Iterable[Scorecard], scores: Mapping[str, pd.DataFrame], unit: str | None = None) -> pd.DataFrame:
    """Read each goal twice: from the levels below, and from its own KPIs.

    Parameters
    ----------
    cards : iterable of Scorecard
    scores : mapping of str to DataFrame
        By the id of a scorecard, as `bsclib.score` returns them; a scorecard without is passed over.
    unit : str, optional
        Scores of this unit alone, of the scorecards that have it; by default each scorecard's whole.

    Returns
    -------
    DataFrame
        A row a month and objective that has others below it: `card`, `objective`, `name`, `period`, `own` (its own
        score, 0 to 100), `from_below`, `difference` (from below minus own, in points), `results` (how many distinct
        ones were counted), `units` (the units that it speaks of, where those below are single units), `status` and
        `status_below` (by the scorecard's thresholds).

    Raises
    ------
    ScorecardError
        When two scorecards have one id, or there is none.
    UnknownNameError
        When scores are given of a scorecard that is not there, or none has such a unit.

    Notes
    -----
    ``from below = sum(w * a * s) / sum(w * a)`` over the results below: `s` is a KPI's score where it stands, `a` its
    share of its objective, and `w` is 1, halved by each secondary support on its strongest way up. A result without a
    score is left out above and below the line.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> (above, of_above), (below, of_below) = load_dataset("enterprise"), load_dataset("meridian")
    >>> scores = {"enterprise": score(above, of_above), "meridian": score(below, of_below)}
    >>> read = readings([above, below], scores)
    >>> int(read.query("objective == 'on-time-delivery'")["results"].iloc[-1])
    5
    """
    tower = cascade(cards)
    places, own = _places(tower, scores, unit)
    goals = [node for node in tower.nodes if node[0] in tower.below]
    weight = place_weights(tower, places)
    below = roll_up(roll_up_steps(tower, weight), places.share, places.score)
    at = np.array([tower.place[goal] for goal in goals if weight[tower.place[goal]].any()], dtype=int)
    nodes = [tower.nodes[place] for place in at]
    nothing = np.full(len(places.months), np.nan)
    mine = np.array([own.get(node, nothing) for node in nodes]).reshape(len(at), len(nothing))
    cuts = [tower.card(card).thresholds for card, _ in nodes]
    edges = [np.array([[getattr(cut, name)] for cut in cuts]).reshape(-1, 1) for name in ("at_risk", "on_target")]
    repeated = np.repeat(np.arange(len(at)), len(nothing))
    words = np.array([(*node, tower.objective(node).name) for node in nodes], dtype=object).reshape(-1, 3)
    units = np.array([_units(places, weight[place]) for place in at], dtype=object)
    columns = {
        **dict(zip(("card", "objective", "name"), words[repeated].T, strict=True)),
        "period": places.months * len(at),
        "own": mine.ravel(),
        "from_below": below[at].ravel(),
        "difference": (below[at] - mine).ravel(),
        "results": _results(places, weight[at]).ravel(),
        "units": units[repeated],
        "status": _statuses(mine, *edges).ravel(),
        "status_below": _statuses(below[at], *edges).ravel(),
    }
    return pd.DataFrame(columns)[COLUMNS]


def _units(places: Places, weight: np.ndarray) -> str:
    """The units that a reading speaks of; nothing where the whole is among what it counts."""
    scopes = {places.scope[place] for place in np.flatnonzero(weight)}
    return "" if "" in scopes else "; ".join(sorted(scopes))


def _results(places: Places, weight: np.ndarray) -> np.ndarray:
    """How many distinct results with a score are counted, by goal and month."""
    keys, _ = pd.factorize(pd.Series(list(zip(places.kpi, places.scope, strict=True)), dtype=object))
    known, counted = ~np.isnan(places.score), weight > 0
    alone = np.bincount(keys)[keys] == 1
    total = csr_array(counted[:, alone].astype(float)) @ known[alone].astype(float)
    for key in np.unique(keys[~alone]):
        total += (counted[:, keys == key].astype(float) @ known[keys == key].astype(float)) > 0
    return total.astype(int)


def _statuses(values: np.ndarray, at_risk: np.ndarray, on_target: np.ndarray) -> np.ndarray:
    share = np.round(values / 100, 9)
    return np.select(
        [np.isnan(share), share >= on_target, share >= at_risk], ["no_data", "on_target", "at_risk"], "off_target"
    )


@dataclass(frozen=True)
class Steps:
    """What is added up to which sum, level by level from the bottom."""

    own: csr_array  # (objectives, places): what counts for each beyond the sums of those that support it
    levels: list[tuple[slice, csr_array]]  # from the second lowest up: the objectives of a level, and what they take


def roll_up_steps(tower: Cascade, weight: np.ndarray) -> Steps:
    """Take the weights of places (objectives, places) apart, so that each level takes the sums of those below it."""
    # A sum that is taken over brings along what was counted on two ways, or elsewhere; `own` takes that back.
    level = np.array([tower.level[card] for card, _ in tower.nodes])
    ends = [(tower.place[goal], tower.place[node]) for node, goal in tower.edges]
    rows, columns = np.array([end for end in ends if level[end[0]] < level[end[1]]], dtype=int).reshape(-1, 2).T
    size = len(level)
    taken = csr_array((tower.strength(tower.costs[columns, rows]), (rows, columns)), shape=(size, size))
    counts = csr_array(weight)
    own = (counts - taken @ counts).tocsr()
    own.data[np.abs(own.data) < TINY] = 0.0
    own.eliminate_zeros()
    starts = np.searchsorted(level, np.arange(level.max() + 2))
    slices = [slice(int(first), int(last)) for first, last in itertools.pairwise(starts)]
    return Steps(own, [(rows, taken[rows]) for rows in reversed(slices[:-1])])


def roll_up(steps: Steps, share: np.ndarray, score: np.ndarray) -> np.ndarray:
    """The weighted means of scores (places, months), a row an objective; missing where none is known below it."""
    months = score.shape[1]
    parts = np.empty((len(score), 2 * months))
    scored, held = parts[:, :months], parts[:, months:]
    known = score == score
    np.multiply(share, known, out=held)
    np.multiply(held, np.where(known, score, 0.0), out=scored)
    sums = steps.own @ parts
    for rows, taken in steps.levels:
        sums[rows] += taken @ sums
    above, below = sums[:, :months], sums[:, months:]
    return np.divide(above, below, out=np.full(above.shape, np.nan), where=below > TINY)


def place_weights(tower: Cascade, places: Places) -> np.ndarray:
    """What each place counts for each objective (objectives, places): the strength of its way, once a result."""
    at = np.array([tower.place[node] for node in places.node], dtype=int)
    costs = tower.costs[at].T
    costs[at, np.arange(len(at))] = np.inf  # a goal's own KPIs are its own reading
    weight = tower.strength(costs)
    wholes = {kpi: key for key, kpi in enumerate(dict.fromkeys(places.kpi))}
    kpi = np.array([wholes[id] for id in places.kpi], dtype=int)
    shared = np.flatnonzero(np.bincount(kpi, minlength=1) > 1)
    for key in shared:
        group = np.flatnonzero(kpi == key)
        scope = np.array([places.scope[place] for place in group])
        whole = group[scope == ""]
        # What one unit has is part of the whole, where the whole is there.
        there = np.isfinite(costs[:, whole]).any(axis=1) if len(whole) else np.zeros(len(costs), dtype=bool)
        for unit in dict.fromkeys(scope):
            members = group[scope == unit]
            nearest = costs[:, members].min(axis=1, keepdims=True)
            best = (costs[:, members] == nearest) & np.isfinite(nearest)
            parts = weight[:, members] * best / np.maximum(best.sum(axis=1, keepdims=True), 1)
            weight[:, members] = np.where(there[:, None] & (unit != ""), 0.0, parts)
    return weight


def _places(
    tower: Cascade, scores: Mapping[str, pd.DataFrame], unit: str | None
) -> tuple[Places, dict[Node, np.ndarray]]:
    """Every KPI that has scores, where it stands; and the objectives' own scores."""
    ids = [card.id for card in tower.cards]
    if strangers := [unknown("scorecard", id, ids, "scores") for id in scores if id not in ids]:
        raise UnknownNameError(strangers)
    frames = {id: restore_types(scores[id]) for id in ids if id in scores}
    units = {id: [str(name) for name in frame["unit"].cat.categories if name] for id, frame in frames.items()}
    if unit and not any(unit in names for names in units.values()):
        raise UnknownNameError(unknown("unit", unit, sorted({name for names in units.values() for name in names})))
    frames = {id: frame for id, frame in frames.items() if not unit or unit in units[id]}
    if not frames:
        raise BscError(Fault("scores", "there are none", fix="give those of one scorecard or more, by its id"))
    months = sorted({str(period) for frame in frames.values() for period in frame["period"].cat.categories})
    node: list[Node] = []
    kpis: list[str] = []
    scope: list[str] = []
    share, score = [], []
    own: dict[Node, np.ndarray] = {}
    for id, frame in frames.items():
        rows = frame[rows_of(frame, "unit", unit or "")].astype(dict.fromkeys(["id", "period", "parent"], "str"))
        total = rows.groupby(["parent", "period"])["weight"].transform("sum")
        rows = rows.assign(share=(rows["weight"] / total.where(total > 0)).fillna(0.0))
        wide = {
            name: rows.pivot(index="id", columns="period", values=name).reindex(columns=months)
            for name in ("share", "score")
        }
        card = tower.card(id)
        own |= {(id, part.id): wide["score"].loc[part.id].to_numpy() for part in card.objectives}
        node += [(id, kpi.objective) for kpi in card.kpis]
        kpis += (held := [kpi.id for kpi in card.kpis])
        scope += [units[id][0] if len(units[id]) == 1 and not unit else ""] * len(held)
        share.append(wide["share"].loc[held].to_numpy())
        score.append(wide["score"].loc[held].to_numpy())
    return Places(node, kpis, scope, months, np.nan_to_num(np.concatenate(share)), np.concatenate(score)), own


def explain_reading(
    cards: Iterable[Scorecard],
    scores: Mapping[str, pd.DataFrame],
    card: str,
    objective: str,
    period: str | None = None,
    unit: str | None = None,
) -> Explanation:
    """Explain a goal's reading from below: every result, and each way that leads from it up to the goal.

    Parameters
    ----------
    cards, scores, unit
        As for `readings`.
    card, objective : str
        The goal.
    period : str, optional
        A month; by default the last one.

    Returns
    -------
    Explanation

    Raises
    ------
    UnknownNameError
        When there is no such goal, or no such month.

    Examples
    --------
    >>> from bsclib import load_dataset, score
    >>> (above, of_above), (below, of_below) = load_dataset("enterprise"), load_dataset("meridian")
    >>> scores = {"enterprise": score(above, of_above), "meridian": score(below, of_below)}
    >>> print(explain_reading([above, below], scores, "enterprise", "faster-offers"))
    Bring new services to market faster (enterprise.faster-offers), from below: June 2026
    ...
    """
    tower = cascade(cards)
    places, own = _places(tower, scores, unit)
    goal = (card, objective)
    if goal not in tower.place:
        raise UnknownNameError(unknown("goal", ".".join(filter(None, goal)), [".".join(node) for node in tower.nodes]))
    period = period or places.months[-1]
    if period not in places.months:
        raise UnknownNameError(unknown("period in the scores", period, places.months))
    month = places.months.index(period)
    weights = place_weights(tower, places)
    mean = roll_up(roll_up_steps(tower, weights), places.share[:, [month]], places.score[:, [month]])
    weight, below_it = weights[tower.place[goal]], float(mean[tower.place[goal], 0])
    steps, above, below = [], [], []
    for at in np.argsort(-weight * places.share[:, month], kind="stable"):
        ways = tower.ways(places.node[at], goal) if places.node[at] != goal else []
        if not ways:
            continue
        home = tower.card(places.node[at][0])
        name = f"{home.kpi(places.kpi[at]).name}, {home.name}"
        score, part = places.score[at, month], weight[at] * places.share[at, month]
        text = "; or ".join(arrow(*(tower.objective(node).name for node in way)) for way in ways)
        if weight[at] and not np.isnan(score):
            above.append(f"{part:.4g} × {number(score)}")
            below.append(f"{part:.4g}")
            text = f"score {number(score)}, counts {part:.4g}, by {text}"
        else:
            text = f"{'no score' if weight[at] else 'the same result once more, so not counted'}, by {text}"
        steps.append(Step(name, text))
    reckoning = f"({' + '.join(above)}) / ({' + '.join(below)}) = {number(below_it)}" if above else "none"
    steps.append(Step("From below", reckoning))
    mine = own.get(goal, np.full(len(places.months), np.nan))[month]
    steps.append(Step("On its own KPIs", number(mine)))
    if not np.isnan(mine - below_it):
        steps.append(Step("Difference", f"{number(below_it - mine)} points"))
    when = ", ".join(filter(None, [unit, month_name(period)]))
    title = f"{tower.objective(goal).name} ({'.'.join(goal)}), from below: {when}"
    return Explanation(title, tuple(steps))
