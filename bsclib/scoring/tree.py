"""The frame that `score` returns, laid out as a tree of arrays, so that totals can be taken apart.

One row of each array is a case (a unit in a month), one column a node: the scorecard, its perspectives, objectives and
KPIs. Nothing is scored anew: weights, scores and thresholds are those in the frame.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model.status import STATUSES
from bsclib.scoring.rules import tidy, weighted_shares
from bsclib.scoring.scores import LEVELS, restore_types

ALL = slice(None)
"""Every unit, or every month: ``unit=ALL``."""

Which = str | Iterable[str] | slice | None
_NUMBERS = ("weight", "effective_weight", "actual", "attainment", "score", "at_risk", "on_target")
_WORDS = ("unit", "period", "level", "id", "parent", "status", "method")


@dataclass(frozen=True)
class ScoreTree:
    """Scores as arrays of shape (cases, nodes); `parent` indexes the nodes, and the scorecard is its own."""

    frame: pd.DataFrame  # the same rows, case by case and node by node
    ids: list[str]
    level: np.ndarray
    parent: np.ndarray
    measured: np.ndarray  # which nodes are KPIs or have one below
    numbers: dict[str, np.ndarray]
    status: np.ndarray

    @property
    def cases(self) -> int:
        """How many units in months there are."""
        return len(self.status)

    @property
    def root(self) -> int:
        """The scorecard."""
        return int(np.flatnonzero(self.level == 0)[0])

    @property
    def kpis(self) -> np.ndarray:
        """The KPIs, as positions among the nodes."""
        return np.flatnonzero(self.level == LEVELS.index("kpi"))

    @property
    def parents(self) -> np.ndarray:
        """Everything above the KPIs, the scorecard first."""
        above = np.flatnonzero(self.level < LEVELS.index("kpi"))
        return above[np.argsort(self.level[above], kind="stable")]

    def children(self, node: int) -> np.ndarray:
        """The children of a node that are KPIs or have one below them."""
        return np.flatnonzero((self.parent == node) & self.measured & (np.arange(len(self.ids)) != node))

    def kpis_under(self, node: int) -> np.ndarray:
        """The KPIs below a node; of a KPI, itself."""
        kpis = self.kpis
        ancestor = kpis
        below = ancestor == node
        for _ in LEVELS:
            ancestor = self.parent[ancestor]
            below |= ancestor == node
        return kpis[below]

    def kpi_shares(self, node: int) -> np.ndarray:
        """The share of a node's score that each KPI below it carries, in each case: the product along the way."""
        share = np.nan_to_num(self.numbers["effective_weight"])
        kpis = self.kpis_under(node)
        product, ancestor = np.ones((self.cases, len(kpis))), kpis
        while (ancestor != node).any():
            product = product * np.where(ancestor == node, 1.0, share[:, ancestor])
            ancestor = np.where(ancestor == node, node, self.parent[ancestor])
        return product

    def rows(self, nodes: np.ndarray) -> pd.DataFrame:
        """Unit, period, level and id of some nodes, all cases."""
        take = (np.arange(self.cases)[:, None] * len(self.ids) + nodes).reshape(-1)
        return self.frame[["unit", "period", "level", "id"]].iloc[take].reset_index(drop=True)

    def node(self, id: str | None) -> int:
        """The position of an id; of the scorecard when there is none."""
        if id is None:
            return self.root
        if id not in self.ids:
            raise UnknownNameError(unknown("KPI, objective or perspective", id, self.ids))
        return self.ids.index(id)

    def total(self, id: str | None) -> int:
        """As `node`, of something that has weights below it."""
        node = self.node(id)
        if node in self.kpis:
            raise BscError(Fault("id", f"{id!r} is a KPI: no weights lie below it", fix="name what it is part of"))
        return node


def score_tree(scores: pd.DataFrame, unit: Which = None, period: Which = None, means: bool = True) -> ScoreTree:
    """Lay a frame of scores out as a tree; with `means`, only where a score is the mean of those below it."""
    absent = [name for name in (*_WORDS, *_NUMBERS) if name not in scores.columns]
    if absent:
        fix = "give the frame that score() returns, with all its columns"
        raise BscError([Fault("scores", f"the column {name!r} is missing", fix=fix) for name in absent])
    scores = restore_types(scores)
    wanted = rows_of(scores, "unit", unit) & rows_of(scores, "period", period)
    frame = scores if wanted.all() else scores[wanted]
    _, methods = _codes(frame["method"])
    if len(methods) != 1:
        raise BscError(Fault("scores", "one scoring method at a time", got=", ".join(methods) or "no rows"))
    tree = _arrange(frame)
    if means:
        _check_means(tree)
    return tree


def rows_of(scores: pd.DataFrame, column: str, choice: Which) -> pd.Series:
    """Which rows are of the units, or of the periods, that were asked for."""
    values = scores[column]
    if values.empty:
        raise BscError(Fault("scores", "there are no rows"))
    known = list(values.cat.categories) if isinstance(values.dtype, pd.CategoricalDtype) else sorted(set(values))
    if isinstance(choice, slice):
        return pd.Series(True, index=scores.index)
    if choice is None:
        choice = "" if column == "unit" else str(max(values.astype(str)))
    names = [choice] if isinstance(choice, str) else list(choice)
    kind = "unit" if column == "unit" else "period in the scores"
    faults = [unknown(kind, name, filter(None, known), column) for name in names if name not in known]
    if faults:
        raise UnknownNameError(faults)
    return values.isin(names)


def _arrange(frame: pd.DataFrame) -> ScoreTree:
    codes = {name: _codes(frame[name]) for name in ("unit", "period", "id")}
    (unit, _), (period, months), (node, ids) = codes.values()
    case = unit * len(months) + period
    cell = case * len(ids) + node
    order = np.argsort(cell, kind="stable")
    cases, nodes = len(np.flatnonzero(np.bincount(case))), len(ids)
    # As many rows as there are cells, and no two alike: then every cell is filled.
    twice = (np.diff(cell[order]) == 0).any()
    parents = {str(up) for up in frame["parent"].unique()} - {""}
    if len(frame) != cases * nodes or twice or not parents <= set(ids):
        fix = "leave out whole units or whole months only"
        raise BscError(Fault("scores", "rows are missing or given twice: every node is needed", fix=fix))
    if (np.diff(order) != 1).any():
        frame = frame.iloc[order]
    first = frame.iloc[:nodes]
    level = np.array([LEVELS.index(str(word)) for word in first["level"]], dtype=np.int64)
    place = {id: i for i, id in enumerate(ids)}
    parent = np.array([place[str(up)] if str(up) else i for i, up in enumerate(first["parent"])])
    measured = level == LEVELS.index("kpi")
    for _ in LEVELS:
        measured[parent[measured]] = True
    shape = (cases, nodes)
    numbers = {name: frame[name].to_numpy(dtype=float).reshape(shape) for name in _NUMBERS}
    code, status_words = _codes(frame["status"])
    status = np.array([STATUSES.index(word) for word in status_words], dtype=np.int8)[code].reshape(shape)
    return ScoreTree(frame, ids, level, parent, measured, numbers, status)


def _codes(column: pd.Series) -> tuple[np.ndarray, list[str]]:
    """Each row's place among the words that occur, in the order of the categories where there are some."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        code, words = pd.factorize(column.astype(str))
        return code, [str(word) for word in words]
    codes = column.cat.codes.to_numpy()
    used = np.flatnonzero(np.bincount(codes, minlength=1)) if (codes >= 0).all() else np.array([], dtype=int)
    if not len(used) and len(codes):
        raise BscError(Fault("scores", f"the column {column.name!r} has empty cells"))
    place = np.zeros(len(column.cat.categories), dtype=np.int64)
    place[used] = np.arange(len(used))
    return place[codes], [str(word) for word in column.cat.categories[used]]


def _check_means(tree: ScoreTree) -> None:
    """Shaking weights makes sense only where a score is the weighted mean of those below it."""
    score, share = tree.numbers["score"], np.nan_to_num(tree.numbers["effective_weight"])
    part = share * np.where(share > 0, score, 0.0)
    for node in tree.parents:
        mean, own = part[:, tree.children(int(node))].sum(axis=1), score[:, node]
        off = np.abs(mean - own) > 1e-6 * np.maximum(1.0, np.abs(own))
        if (off & ~np.isnan(own)).any():
            what = f"the score of {tree.ids[node]!r} is not the weighted mean of its children's"
            fix = "give unchanged scores of a method that rolls up scores, not colours"
            raise BscError(Fault("scores", what, fix=fix))


def roll_up_tree(tree: ScoreTree, kpis: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Scores of all nodes, a row a case, from those of the KPIs by weighted means; a missing one's weight is spread."""
    out = np.full((len(kpis), len(tree.ids)), np.nan)
    out[:, tree.kpis] = kpis
    for node in reversed(tree.parents):
        below = tree.children(int(node))
        if len(below):
            weights = np.broadcast_to(weight[:, below], out[:, below].shape)
            out[:, node], _ = weighted_shares(out[:, below], weights)
    return out


def as_statuses(codes: np.ndarray) -> pd.Categorical:
    """Statuses from their positions in `STATUSES`."""
    return pd.Categorical.from_codes(np.asarray(codes).reshape(-1), categories=list(STATUSES))


def lowest_score(cut: np.ndarray) -> np.ndarray:
    """The lowest score (0..100) that still meets a cut (0..1), as statuses are compared: at 9 decimals."""
    return (tidy(cut) - 0.5e-9) * 100
