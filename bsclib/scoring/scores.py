"""From actuals to scores: attainment, score, status, and the roll-up from KPI to scorecard.

One vectorised pass. Actuals lie on a grid of units by months by KPIs; the scores are a grid of units by months by
nodes, where the nodes are the scorecard, its perspectives, its objectives and its KPIs, in that order.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import ORIGINS, Cube, cube, refuse_infinite
from bsclib.actuals.table import check_actuals
from bsclib.actuals.to_date import carry_forward, to_date
from bsclib.errors import BscError, Fault, ScorecardError, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.nouns import KPI, Scorecard
from bsclib.model.status import STATUSES
from bsclib.model.values import weight_at
from bsclib.scoring import rules
from bsclib.scoring.apply import Taken, apply
from bsclib.scoring.expectations import due_words, expectation, with_grain
from bsclib.scoring.method import COLOUR_SCORES, Method, status_codes
from bsclib.scoring.methods import scoring_method
from bsclib.scoring.reasons import (
    CASES,
    SCORED_ZERO,
    WITHOUT_ACTUAL,
    WORDS_ABOVE,
    grain_words,
    origin_words,
    taken_words,
)

LEVELS = ("scorecard", "perspective", "objective", "kpi")
MISSING_POLICIES = ("redistribute", "carry_forward", "propagate", "zero")
KEYS = ["unit", "period", "level", "id", "name", "parent"]
NUMBERS = ["weight", "effective_weight", "baseline", "floor", "stretch", "target", "expected", "actual", "numerator"]
NUMBERS += ["denominator", "attainment", "score", "at_risk", "on_target"]
HOW = ["method", "missing", "origin", "carried_from", "taken", "reason", "left_out"]
COLUMNS = [*KEYS, *NUMBERS, "status", "label", *HOW]
TEXTS = [*KEYS, "status", "label", *HOW[:-1]]
"""The columns that hold words; a file may have nothing where they are empty."""
_kind = lru_cache(maxsize=64)(pd.CategoricalDtype)  # pandas looks at each word, and many scores have the same ones


def score(
    scorecard: Scorecard,
    actuals: pd.DataFrame,
    method: str | Method = "kit",
    as_of: str | None = None,
    missing: str = "redistribute",
) -> pd.DataFrame:
    """Score every unit, and the organisation as a whole, in every month.

    Parameters
    ----------
    scorecard : Scorecard
        What is wanted.
    actuals : DataFrame
        What was observed; see `bsclib.actuals.table.check_actuals`.
    method : str or Method, default "kit"
        A scoring method with an attainment rule; see `bsclib.scoring.methods`.
    as_of : str, optional
        The last period that counts, such as ``"2026-06"``; by default the last one in the actuals, never the clock.
    missing : {"redistribute", "carry_forward", "propagate", "zero"}
        What a KPI without an actual does: its weight is spread over the others, its last actual is used again, its
        parents go unscored, or it scores 0.

    Returns
    -------
    DataFrame
        One row for every unit (``""``, the organisation, first), month, and node of the scorecard. `attainment` is
        unclamped, `score` runs 0..100, `effective_weight` is the share (0..1) of its parent's score that a child
        carried, `at_risk` and `on_target` are the thresholds applied. For a range, `floor`, `target` and `expected` are
        those of the nearer edge. How each number came about: `method`, `missing` (the policy), `origin` (``given``,
        ``held`` over its quarter or year, ``pooled`` from the units, ``pooled_in_part``, or why there is none:
        ``no_actual``, ``zero_denominator``, ``unit_missing``, ``parts_missing``), `carried_from` (the month of an
        actual that is used again), `taken` (JSON: what the method's rule took from the KPI and had to assume), the same
        in words in `reason`, and `left_out`, how many rows of the actuals came later. Everything is in columns, so that
        a frame that is written to a file and read again means the same.

    Raises
    ------
    ActualsError
        When the actuals are faulty, or nothing is left by `as_of`.
    UnknownNameError
        For an unknown method or policy.
    BscError
        For a changed method that still bears the name of one that ships.

    Notes
    -----
    ``attainment = (actual - floor) / (expected - floor)`` and ``score = 100 * min(max(attainment, 0), 1)``. A parent's
    score is the mean of its children's, weighted: ``sum(w * s) / sum(w)``. Statuses compare attainment (above KPIs:
    score / 100) with the thresholds after rounding to 9 decimals; the edge belongs to the better band. An objective
    that no KPI measures is left out of the roll-up under every policy.

    Examples
    --------
    >>> from bsclib.model.build import build
    >>> card = build(
    ...     {
    ...         "id": "desk",
    ...         "name": "Service desk",
    ...         "perspectives": [{"id": "users", "name": "Users"}],
    ...         "objectives": [{"id": "fast", "name": "Restore fast", "perspective": "users"}],
    ...         "kpis": [
    ...             {
    ...                 "id": "mttr",
    ...                 "name": "Time to restore",
    ...                 "objective": "fast",
    ...                 "direction": "lower_is_better",
    ...                 "target": 4,
    ...                 "baseline": 9,
    ...             }
    ...         ],
    ...     }
    ... )
    >>> actuals = pd.DataFrame({"kpi": ["mttr"], "period": ["2026-06"], "actual": [6.0]})
    >>> score(card, actuals)[["level", "id", "attainment", "score", "status"]]
             level     id  attainment  score      status
    0    scorecard   desk         0.6   60.0  off_target
    1  perspective  users         0.6   60.0  off_target
    2    objective   fast         0.6   60.0  off_target
    3          kpi   mttr         0.6   60.0  off_target
    """
    chosen = scoring_method(method)
    if missing not in MISSING_POLICIES:
        raise UnknownNameError(unknown("policy for missing data", missing, MISSING_POLICIES, "missing"))
    grid = to_date(actuals_grid(scorecard, actuals, as_of), scorecard)
    return score_cube(scorecard, grid, chosen, missing)


def restore_types(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores as `score` returns them, out of a file that kept words as text and empty words as nothing."""
    if all(isinstance(scores[name].dtype, pd.CategoricalDtype) for name in TEXTS if name in scores):
        return scores
    ranks: dict[str, Sequence[str]] = {"level": LEVELS, "status": STATUSES}
    columns = {}
    for name in TEXTS:
        if name in scores:
            # A file may hold the units 101 and 102 as numbers, with a decimal where the organisation has none.
            text = scores[name].convert_dtypes().astype("str").fillna("")
            words = ranks.get(name) or (sorted(text.unique()) if name == "period" else list(dict.fromkeys(text)))
            columns[name] = pd.Categorical(text, categories=words)
    scores = scores.assign(**columns)
    rows = [name for name in ("unit", "period", "id", "method", "missing") if name in scores]
    if scores.duplicated(rows).any():
        fix = 'where a unit is called NA, read the file by pd.read_csv(path, keep_default_na=False, na_values=[""])'
        raise BscError(Fault("scores", "rows are given twice", fix=fix))
    return scores


def actuals_grid(scorecard: Scorecard, actuals: pd.DataFrame, as_of: str | None = None) -> Cube:
    """Check actuals and lay them out by unit, month and KPI; `score` says what is raised."""
    if as_of is not None:
        _check_as_of(as_of, scorecard)
    return cube(check_actuals(actuals, scorecard), scorecard, as_of)


def score_cube(scorecard: Scorecard, grid: Cube, method: Method, missing: str = "redistribute") -> pd.DataFrame:
    """Score actuals that are laid out, and put together to date, already: the frame that `score` returns."""
    nodes = _nodes(scorecard, grid.months)
    table = _Table.empty(grid, nodes)
    with np.errstate(over="ignore", invalid="ignore"):  # what becomes infinite is refused, and needs no warning
        _score_kpis(table, grid, scorecard, method, missing)
        _roll_up(table, nodes, scorecard, method, missing)
    refuse_infinite(table.columns, grid.units, grid.months, nodes.ids)
    return table.frame(grid, scorecard, nodes, method, missing)


def _check_as_of(as_of: str, scorecard: Scorecard) -> None:
    try:
        periods.resolve(as_of, scorecard.year_starts)
    except ValueError as error:
        raise ScorecardError(f"as_of: {error}") from None


@dataclass(frozen=True)
class _Nodes:
    """The tree, flattened: one entry a node; `parent` indexes the nodes, and the scorecard is its own."""

    ids: list[str]
    level: np.ndarray
    parent: np.ndarray
    weight: np.ndarray

    def of(self, level: str) -> slice:
        nodes = np.flatnonzero(self.level == LEVELS.index(level))
        return slice(int(nodes[0]), int(nodes[-1]) + 1)


def _nodes(card: Scorecard, months: np.ndarray) -> _Nodes:
    parents = [card.id, *(card.id for _ in card.perspectives)]
    parents += [*(objective.perspective for objective in card.objectives), *(kpi.objective for kpi in card.kpis)]
    ids = list(card.names)
    position = {id: i for i, id in enumerate(ids)}
    weights = [np.ones(len(months))]
    parts: tuple[Any, ...] = (*card.perspectives, *card.objectives, *card.kpis)
    weights += [weight_at(part.weight, months) for part in parts]
    sizes = [1, len(card.perspectives), len(card.objectives), len(card.kpis)]
    level = np.repeat(np.arange(4, dtype=np.int8), sizes)
    return _Nodes(ids, level, np.array([position[parent] for parent in parents]), np.stack(weights, axis=1))


@dataclass
class _Table:
    """The result, each an array of shape (units, months, nodes): numbers, and codes with the words that they index."""

    columns: dict[str, np.ndarray]
    codes: dict[str, np.ndarray]
    words: dict[str, list[str]]

    @classmethod
    def empty(cls, grid: Cube, nodes: _Nodes) -> _Table:
        shape = (len(grid.units), len(grid.months), len(nodes.ids))
        columns = {name: np.full(shape, np.nan) for name in NUMBERS}
        columns["weight"][...] = nodes.weight
        codes = {name: np.zeros(shape, dtype=np.int32) for name in ("origin", "carried_from", "taken", "reason")}
        codes["status"] = np.full(shape, STATUSES.index("no_data"), dtype=np.int8)
        words = {"status": list(STATUSES), "origin": ["", *WORDS_ABOVE, *ORIGINS, "carried"]}
        return cls(columns, codes, words)

    def frame(self, grid: Cube, card: Scorecard, nodes: _Nodes, method: Method, missing: str) -> pd.DataFrame:
        shape = self.codes["status"].shape
        months = [periods.period_of(int(month)) for month in grid.months]
        parents = list(dict.fromkeys(["", *(nodes.ids[parent] for parent in nodes.parent)]))
        parent = np.array([parents.index(nodes.ids[parent]) for parent in nodes.parent])
        parent[0] = 0
        names = list(dict.fromkeys(card.names.values()))
        place = {name: at for at, name in enumerate(names)}
        constant = np.zeros((1, 1, 1))
        words = {
            "unit": (np.arange(shape[0])[:, None, None], grid.units),
            "period": (np.arange(shape[1])[None, :, None], months),
            "level": (nodes.level[None, None, :], LEVELS),
            "id": (np.arange(shape[2])[None, None, :], nodes.ids),
            "name": (np.array([place[name] for name in card.names.values()])[None, None, :], names),
            "parent": (parent[None, None, :], parents),
            "label": self._labels(method),
            "method": (constant, [method.name]),
            "missing": (constant, [missing]),
            **{name: (codes, self.words[name]) for name, codes in self.codes.items()},
        }
        data: dict[str, Any] = {name: _categorical(codes, texts, shape) for name, (codes, texts) in words.items()}
        data |= {name: array.reshape(-1) for name, array in self.columns.items()}
        data["left_out"] = np.full(len(data["unit"]), grid.left_out)
        return pd.DataFrame({name: data[name] for name in COLUMNS}, copy=False)

    def _labels(self, method: Method) -> tuple[np.ndarray, list[str]]:
        """The method's own words for where things stand, if it has any."""
        if not method.bands:
            return np.zeros((1, 1, 1)), [""]
        share = self.columns["attainment"]
        return np.where(np.isnan(share), 0, method.bands.positions(share * method.full) + 1), ["", *method.bands.words]


def _categorical(codes: np.ndarray, names: Sequence[str], shape: tuple[int, ...]) -> pd.Categorical:
    flat = np.broadcast_to(codes.astype(np.min_scalar_type(-max(len(names), 1))), shape).reshape(-1)
    return pd.Categorical.from_codes(flat, dtype=_kind(tuple(names)), validate=False)


def _score_kpis(table: _Table, grid: Cube, card: Scorecard, method: Method, missing: str) -> None:
    """Fill the KPIs' part of the table."""
    first = len(card.names) - len(card.kpis)
    columns = {name: array[:, :, first:] for name, array in table.columns.items()}
    actual, source = carry_forward(grid, card) if missing == "carry_forward" else (grid.actual, None)
    columns["actual"][...], columns["numerator"][...] = actual, grid.numerator
    columns["denominator"][...] = grid.denominator
    note, notes = np.zeros(actual.shape, dtype=np.int32), {("", ""): 0}
    for k, kpi in enumerate(card.kpis):
        aim = expectation(kpi, grid.months, grid.units, card.year_starts, bool(grid.alone[k]))
        applied = apply(method, kpi, aim, np.ascontiguousarray(actual[:, :, k]))
        column = {name: array[:, :, k] for name, array in columns.items()}
        for name in ("floor", "target", "expected", "score", "at_risk", "on_target"):
            column[name][...] = getattr(applied, name)
        column["attainment"][...] = applied.share
        column["stretch"][...], column["baseline"][...] = aim.stretch, aim.baseline
        place, taken = applied.place, applied.taken
        if kpi.cumulates:
            place = place * len(grid.months) + np.arange(len(grid.months))
            dues = due_words(kpi, grid.months, card.year_starts)
            taken = [situation | due for situation in taken for due in dues]
        place, taken = with_grain(kpi, grid.length[:, :, k], place, taken)
        codes = np.zeros(len(taken), dtype=np.int32)
        for at in np.flatnonzero(np.bincount(place.reshape(-1))).tolist():
            codes[at] = notes.setdefault(_note_pair(taken[at], method, kpi), len(notes))
        note[:, :, k] = codes[place]
    if missing == "zero":
        columns["attainment"][np.isnan(actual)] = columns["score"][np.isnan(actual)] = 0.0
    kpi_codes = {name: array[:, :, first:] for name, array in table.codes.items()}
    kpi_codes["status"][...] = status_codes(columns["attainment"], columns["at_risk"], columns["on_target"])
    _write_reasons(table, kpi_codes, grid, (np.where(np.isnan(actual), 0, note), list(notes)), source, missing)


def _note_pair(taken: Taken, method: Method, kpi: KPI) -> tuple[str, str]:
    """What was taken and assumed, as JSON and in words."""
    if not taken:
        return "", ""
    words = list(taken_words(taken, method, kpi.stretch is not None, kpi.baseline_value is not None))
    words = [*words, *([CASES[taken["case"]]] if "case" in taken else [])]
    words += [grain_words(*taken["grain"])] if "grain" in taken else []
    return json.dumps(taken), "; ".join(words)


def _write_reasons(
    table: _Table,
    codes: dict[str, np.ndarray],
    grid: Cube,
    noted: tuple[np.ndarray, list[tuple[str, str]]],
    source: np.ndarray | None,
    missing: str,
) -> None:
    """Say of each KPI's cell where its actual comes from and what its attainment had to assume; and so in words."""
    note, notes = noted
    origins = table.words["origin"]
    months = ["", *(periods.period_of(int(month)) for month in grid.months)]
    codes["origin"][...] = grid.note + origins.index(ORIGINS[0])
    if source is not None:
        carried = np.isnan(grid.actual) & (source >= 0)
        codes["origin"][carried] = origins.index("carried")
        codes["carried_from"][carried] = source[carried] + 1
    # One code for each way in which a reason can be put together, so that each text is made once.
    whence = np.where(codes["carried_from"] > 0, len(origins) + codes["carried_from"], codes["origin"])
    code = whence * len(notes) + note
    used = np.flatnonzero(np.bincount(code.reshape(-1), minlength=1))
    zero = {origins.index(word): SCORED_ZERO for word in WITHOUT_ACTUAL} if missing == "zero" else {}
    texts = {text: at for at, text in enumerate(["", *WORDS_ABOVE.values()])}
    place = np.zeros(used[-1] + 1, dtype=np.int32)
    for used_code in used.tolist():
        origin, at = divmod(used_code, len(notes))
        carried = max(origin - len(origins), 0)
        words = zero.get(origin) or origin_words(origins[0 if carried else origin], months[carried])
        text = "; ".join(filter(None, (words, notes[at][1])))
        place[used_code] = texts.setdefault(text, len(texts))
    codes["reason"][...] = place[code]
    jsons = {text: at for at, text in enumerate(dict.fromkeys(text for text, _ in notes))}
    codes["taken"][...] = np.array([jsons[text] for text, _ in notes])[note]
    table.words |= {"carried_from": months, "taken": list(jsons), "reason": list(texts)}


def _roll_up(table: _Table, nodes: _Nodes, card: Scorecard, method: Method, missing: str) -> None:
    """Weighted means from KPIs to objectives to perspectives to the scorecard."""
    cuts = (card.thresholds.at_risk, card.thresholds.on_target)
    if method.cuts:
        cuts = (method.cuts[0] / method.full, method.cuts[1] / method.full)
    for name, cut in zip(("at_risk", "on_target"), cuts, strict=True):
        table.columns[name][:, :, : nodes.of("kpi").start] = cut
    measured = _measured(nodes)
    for level in reversed(LEVELS[1:]):
        children = np.arange(len(nodes.ids))[nodes.of(level)]
        children = children[measured[children]]
        for parent in np.unique(nodes.parent[children]):
            _roll_up_parent(table, int(parent), children[nodes.parent[children] == parent], method, missing)
    score, above = table.columns["score"], slice(0, nodes.of("kpi").start)
    table.columns["attainment"][:, :, above] = score[:, :, above] / 100
    table.columns["effective_weight"][:, :, 0] = np.where(np.isnan(score[:, :, 0]), np.nan, 1.0)
    thresholds = (table.columns["at_risk"][:, :, above], table.columns["on_target"][:, :, above])
    table.codes["status"][:, :, above] = status_codes(score[:, :, above] / 100, *thresholds)
    below = "child_missing" if missing == "propagate" else "nothing_below"
    for column, words in (("origin", dict(zip(WORDS_ABOVE, WORDS_ABOVE, strict=True))), ("reason", WORDS_ABOVE)):
        place = table.words[column].index
        why = np.where(measured[above], place(words[below]), place(words["no_kpi"]))
        table.codes[column][:, :, above] = np.where(np.isnan(score[:, :, above]), why, 0)


def _measured(nodes: _Nodes) -> np.ndarray:
    """Whether a node is a KPI or has one below it."""
    measured = nodes.level == LEVELS.index("kpi")
    for _ in LEVELS:
        measured[nodes.parent[measured]] = True
    return measured


def _roll_up_parent(table: _Table, parent: int, children: np.ndarray, method: Method, missing: str) -> None:
    scores, weight = (table.columns[name][:, :, children] for name in ("score", "weight"))
    if method.colours:
        scores = _colours(table, children)
    mean, share = rules.weighted_shares(scores, weight)
    if missing == "propagate":
        mean[((weight > 0) & np.isnan(scores)).any(axis=2)] = np.nan
    # A mean of scores cannot leave the range of the scores; arithmetic may, by one unit in the last place.
    table.columns["score"][:, :, parent] = np.clip(mean, 0, 100) if method.held else mean
    counted = ~np.isnan(scores) & (weight > 0) & ~np.isnan(mean)[..., None]
    table.columns["effective_weight"][:, :, children] = np.where(counted, share, np.nan)


def _colours(table: _Table, children: np.ndarray) -> np.ndarray:
    """100, 50 or 0 by the children's status."""
    score, at_risk, on_target = (table.columns[name][:, :, children] for name in ("score", "at_risk", "on_target"))
    attainment = table.columns["attainment"][:, :, children]
    share = np.where(np.isnan(attainment), score / 100, attainment)
    return COLOUR_SCORES[status_codes(share, at_risk, on_target)]
