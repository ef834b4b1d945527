"""One scorecard under every scoring method: where their colours differ, and which choice makes the difference.

A method is a composition of choices. To find the one that matters, each is replaced by the kit's, all others kept, and
the scorecard is scored again: the choice that turns the status into the kit's is the one.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from bsclib.actuals.aggregate import Cube
from bsclib.actuals.to_date import to_date
from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.model import periods
from bsclib.model.nouns import Scorecard
from bsclib.model.status import STATUSES
from bsclib.scoring.method import Method
from bsclib.scoring.methods import scoring_method
from bsclib.scoring.published import METHODS
from bsclib.scoring.scores import MISSING_POLICIES, actuals_grid, score_cube
from bsclib.scoring.tree import Which, rows_of

COLUMNS = ["unit", "period", "level", "id", "parent", "method", "attainment", "score", "status", "label", "reason"]
Methods = Iterable[str | Method]


def compare_methods(
    scorecard: Scorecard,
    actuals: pd.DataFrame,
    methods: Methods | None = None,
    as_of: str | None = None,
    missing: str = "redistribute",
    unit: Which = None,
    period: Which = None,
) -> pd.DataFrame:
    """Score one scorecard by many methods, side by side.

    Parameters
    ----------
    scorecard, actuals, as_of, missing
        As for `bsclib.score`.
    methods : iterable of str or Method, optional
        By default every method that has an attainment rule, the kit's own first. Each needs a name of its own.
    unit, period : str, iterable of str or ALL, optional
        By default the organisation as a whole, and the last month; `bsclib.scoring.tree.ALL` takes every one.

    Returns
    -------
    DataFrame
        One row for every method, unit, month and node: `unit`, `period`, `level`, `id`, `parent`, `method`,
        `attainment` (unclamped, 1 where the method's full score lies), `score` (0..100), `status`, the method's own
        word in `label`, what it took and assumed in `reason`, and `statuses`: how many different ones the methods give
        to the node (1 where all agree; no data is not counted).

    Raises
    ------
    UnknownNameError
        For an unknown method, policy, unit or period.
    BscError
        When no method is given, or two of the same name.
    ActualsError, ScorecardError
        As `bsclib.score` does.

    Notes
    -----
    The actuals are checked and laid out once, and scored by each method as `bsclib.score` does.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> both = compare_methods(read_scorecard("meridian"), read_actuals("meridian"), ["kit", "sap_achievement"])
    >>> both.loc[both["id"] == "meridian", "method"].tolist()
    ['kit', 'sap_achievement']
    """
    chosen = _methods(methods)
    grid = _grid(scorecard, actuals, as_of, missing)
    if unit is None or isinstance(unit, str):
        grid = _in_unit(grid, unit or "", scorecard)
    return _score_by_each(scorecard, grid, chosen, missing, unit, period)


def _methods(methods: Methods | None) -> list[Method]:
    if isinstance(methods, (str, Method)):
        methods = [methods]
    given = [method for method in METHODS.values() if method.part == "attainment"] if methods is None else list(methods)
    chosen = [scoring_method(method) for method in given]
    names = [method.name for method in chosen]
    if not names:
        raise BscError(Fault("methods", "no method is given", fix="leave it out to compare all of them"))
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        fix = "give each a name of its own: dataclasses.replace(method, name=...)"
        raise BscError(Fault("methods", "two methods have the same name", got=", ".join(twice), fix=fix))
    return chosen


def _grid(scorecard: Scorecard, actuals: pd.DataFrame, as_of: str | None, missing: str) -> Cube:
    if missing not in MISSING_POLICIES:
        raise UnknownNameError(unknown("policy for missing data", missing, MISSING_POLICIES, "missing"))
    return to_date(actuals_grid(scorecard, actuals, as_of), scorecard)


def _score_by_each(
    card: Scorecard, grid: Cube, methods: Sequence[Method], missing: str, unit: Which, period: Which
) -> pd.DataFrame:
    first = score_cube(card, grid, methods[0], missing)
    rows = np.flatnonzero(rows_of(first, "unit", unit) & rows_of(first, "period", period))
    whole, parts = len(rows) == len(first), []
    for method in methods:
        frame = first if method is methods[0] else score_cube(card, grid, method, missing)
        parts.append(frame[COLUMNS] if whole else frame[COLUMNS].iloc[rows])
    table = pd.DataFrame({name: _stack([part[name] for part in parts]) for name in COLUMNS}, copy=False)
    codes = table["status"].cat.codes.to_numpy().reshape(len(parts), -1)
    kinds = sum((codes == code).any(axis=0).astype(int) for code in range(3))
    table["statuses"] = np.tile(kinds, len(parts))
    return table


def _stack(columns: list[pd.Series]) -> Any:
    """Columns one below the other; the words of categorical ones are brought together, not compared row by row."""
    if not isinstance(columns[0].dtype, pd.CategoricalDtype):
        return np.concatenate([column.to_numpy() for column in columns])
    categories = [column.cat.categories.tolist() for column in columns]
    words = list(dict.fromkeys(word for names in categories for word in names))
    place = {word: i for i, word in enumerate(words)}
    small = np.min_scalar_type(-max(len(words), 1))
    codes = [
        np.array([*(place[word] for word in names), -1], dtype=small)[column.cat.codes.to_numpy()]
        for names, column in zip(categories, columns, strict=True)
    ]
    return pd.Categorical.from_codes(np.concatenate(codes), dtype=pd.CategoricalDtype(words), validate=False)


def disagreements(
    scorecard: Scorecard,
    actuals: pd.DataFrame,
    methods: Methods | None = None,
    as_of: str | None = None,
    missing: str = "redistribute",
    unit: str | None = None,
    period: str | None = None,
) -> pd.DataFrame:
    """List where a method's status is not the kit's, and which of its choices makes the difference.

    Parameters
    ----------
    scorecard, actuals, methods, as_of, missing
        As for `compare_methods`.
    unit, period : str, optional
        By default the organisation as a whole, and the last month.

    Returns
    -------
    DataFrame
        One row for every node and method whose status differs: `unit`, `period`, `level`, `id`, `method`, `score`,
        `status`, `kit_score`, `kit_status`, `choice` and `why`, in words; and `statuses`, all that the methods give to
        the node. `choice` is one of ``a level to hold``, ``where the scale begins``, ``where the scale ends``,
        ``direction``, ``rounding``, ``cuts``, ``clamp``, ``colours``, ``full score``, ``rule``, two of them joined by
        ``and``, or ``everything together``. No rows when all agree.

    Raises
    ------
    UnknownNameError, BscError, ActualsError, ScorecardError
        As `compare_methods` does.

    Notes
    -----
    Each choice of the method is replaced by the kit's, all others kept, in the whole scorecard. A choice is named when
    the node then has the kit's status: the first such choice in the order above; if no single one does it, the first
    pair, and if no pair, ``everything together``. Other choices may do it too. Above the KPIs the difference comes up
    from below.

    Examples
    --------
    >>> from bsclib import read_actuals, read_scorecard
    >>> found = disagreements(read_scorecard("meridian"), read_actuals("meridian"), ["sap_achievement"])
    >>> bool((found["status"].astype(str) != found["kit_status"].astype(str)).all())
    True
    """
    kit = METHODS["kit"]
    _, *given = _methods([kit, *(one for one in _methods(methods) if one != kit)])
    grid = _in_unit(_grid(scorecard, actuals, as_of, missing), unit or "", scorecard)
    table = _score_by_each(scorecard, grid, [kit, *given], missing, unit or "", period)
    nodes = len(scorecard.names)
    by_kit = table.iloc[:nodes]
    words = by_kit["status"].astype(str).to_numpy()
    every = np.array(table["status"].astype(str)).reshape(len(given) + 1, nodes)
    sets = [", ".join(word for word in STATUSES if word in column) for column in every.T]
    period = str(by_kit["period"].iloc[0])
    month = grid if missing == "carry_forward" else _in_month(grid, period)
    parts = []
    for number, method in enumerate(given, start=1):
        rows = table.iloc[number * nodes : (number + 1) * nodes]
        differs = every[number] != words
        choices = _Choices(
            scorecard, grid if "checkins" in method.takes else month, method, missing, unit or "", period
        )
        decisive = choices.decisive(differs, words) if differs.any() else []
        part = rows[["unit", "period", "level", "id", "method", "score", "status"]][differs].assign(
            kit_score=by_kit["score"].to_numpy()[differs],
            kit_status=pd.Categorical(words[differs], categories=list(STATUSES)),
            choice=[" and ".join(names) if names else "everything together" for names in decisive],
            why=[choices.explain(names) for names in decisive],
            statuses=[sets[node] for node in np.flatnonzero(differs)],
        )
        parts.append(part)
    return pd.concat(parts, ignore_index=True) if parts else _no_disagreement(table)


def _no_disagreement(table: pd.DataFrame) -> pd.DataFrame:
    empty = table.iloc[:0][["unit", "period", "level", "id", "method", "score", "status"]]
    return empty.assign(kit_score=0.0, kit_status=table.iloc[:0]["status"], choice="", why="", statuses="")


_ARRAYS = ("actual", "numerator", "denominator", "note", "length")


def _in_unit(grid: Cube, unit: str, card: Scorecard) -> Cube:
    if unit not in grid.units:
        raise UnknownNameError(unknown("unit", unit, filter(None, grid.units), "unit"))
    if not unit and not all(kpi.has_own_target for kpi in card.kpis):
        return grid  # the whole's target is made of those of all units there are
    at = grid.units.index(unit)
    return dataclasses.replace(grid, units=[unit], **{name: getattr(grid, name)[at : at + 1] for name in _ARRAYS})


def _in_month(grid: Cube, period: str) -> Cube:
    at = grid.months == periods.span(period)[0]
    return dataclasses.replace(grid, months=grid.months[at], **{name: getattr(grid, name)[:, at] for name in _ARRAYS})


@dataclasses.dataclass(frozen=True)
class _Change:
    """A choice that is not the kit's: how to take the kit's instead, and what to say of it."""

    name: str
    why: str
    undo: Callable[[Method], Method]


@dataclasses.dataclass(frozen=True)
class _Choices:
    """The choices of one method, tried one after the other on one unit in one month."""

    card: Scorecard
    grid: Cube
    method: Method
    missing: str
    unit: str
    period: str

    def decisive(self, differs: np.ndarray, kit: np.ndarray) -> list[tuple[str, ...]]:
        """For each node that differs, the fewest choices that give it the kit's status."""
        names_of: dict[int, tuple[str, ...]] = {}
        changes = _changes(self.method)
        for group in [*((change,) for change in changes), *combinations(changes, 2)]:
            todo = [int(node) for node in np.flatnonzero(differs) if node not in names_of]
            if not todo:
                break
            words = self._statuses(group)
            names_of |= {node: tuple(change.name for change in group) for node in todo if words[node] == kit[node]}
        return [names_of.get(int(node), ()) for node in np.flatnonzero(differs)]

    def explain(self, names: tuple[str, ...]) -> str:
        """What the named choices are, in words."""
        texts = [change.why for change in _changes(self.method) if change.name in names]
        return "; ".join(texts) if texts else f"no one choice or pair of choices alone: {self.method.rule}"

    def _statuses(self, group: tuple[_Change, ...]) -> np.ndarray:
        method = self.method
        for change in group:
            method = change.undo(method)
        frame = score_cube(self.card, self.grid, method, self.missing)
        here = (frame["unit"] == self.unit) & (frame["period"] == self.period)
        return np.array(frame["status"][here.to_numpy()].astype(str))


_HOLD = "where the floor is no worse than what is expected, the kit asks only whether the level is held"


def _changes(method: Method) -> list[_Change]:
    """What this method does otherwise than the kit, the particular before the general."""
    takes, linear = set(method.takes), method.compute is METHODS["kit"].compute
    knows_no_floor = takes <= {"target", "expected", "goal"}
    changes = []
    if not linear:
        changes.append(_Change("a level to hold", _HOLD, _with_levels_held))
    if "baseline" in takes:
        why = "its scale begins at the baseline, the kit's at the floor"
        changes.append(_Change("where the scale begins", why, lambda one: _with_parameters(one, {"baseline": "floor"})))
    if knows_no_floor:
        rule = method.rule.split(";")[0]
        why = f"its rule ({rule}) knows no floor: its scale begins at 0 or at twice the target, the kit's at the floor"
        changes.append(_Change("where the scale begins", why, _with_kit_rule))
    if takes & {"max", "best"}:
        why = "its scale ends at the stretch, the kit's at what is expected"
        to_expected = dict.fromkeys(("max", "best"), "expected")
        changes.append(_Change("where the scale ends", why, lambda one: _with_parameters(one, to_expected)))
    if method.better != "either":
        why = f"it is written for {method.better} is better: a KPI of the other direction is seen in a mirror"
        changes.append(_Change("direction", why, lambda one: dataclasses.replace(one, better="either")))
    if method.rounding != "none":
        why = f"it {method.rounding}s to whole numbers, the kit does not"
        changes.append(_Change("rounding", why, lambda one: dataclasses.replace(one, rounding="none")))
    if method.cuts:
        begin = " and ".join(f"{cut / method.full:.4g}" for cut in method.cuts)
        why = f"at risk and on target begin at {begin} of its full score, in the kit where the thresholds say"
        changes.append(_Change("cuts", why, lambda one: dataclasses.replace(one, cuts=None)))
    if method.clamp or not method.held:
        why = "it holds scores in other limits than 0 to 100"
        changes.append(_Change("clamp", why, lambda one: dataclasses.replace(one, clamp=None, held=True)))
    if method.colours:
        why = "its parents take the mean of their children's colours, the kit's of their scores"
        changes.append(_Change("colours", why, lambda one: dataclasses.replace(one, colours=False)))
    if linear and method.full != 1:
        why = f"its full score is {method.full:g} times what is expected"
        changes.append(_Change("full score", why, lambda one: dataclasses.replace(one, full=1.0)))
    if not (linear or knows_no_floor):
        changes.append(_Change("rule", f"its rule is another: {method.rule}", _with_kit_rule))
    return changes


def _with_parameters(method: Method, instead: dict[str, str]) -> Method:
    """The method with some parameters of its rule taken from elsewhere."""
    rule, takes = method.compute, method.takes

    def compute(actual: Any, **given: Any) -> Any:
        return rule(actual, **{name: given[instead.get(name, name)] for name in takes})

    return _with_rule(method, compute, [instead.get(name, name) for name in takes])


def _with_kit_rule(method: Method) -> Method:
    """The method with the kit's rule, brought to the method's scale."""
    kit = METHODS["kit"]

    def compute(actual: Any, **given: Any) -> Any:
        return method.full * kit.compute(actual, **given)

    return _with_rule(method, compute, kit.takes)


def _with_levels_held(method: Method) -> Method:
    """The method with the kit's answer where there is no way to go from the floor to what is expected."""
    rule, takes, kit = method.compute, method.takes, METHODS["kit"]

    def compute(actual: Any, **given: Any) -> Any:
        forward = given["sign"] * (given["expected"] - given["floor"]) > 0
        held = method.full * kit.compute(actual, **{name: given[name] for name in kit.takes})
        return np.where(forward, rule(actual, **{name: given[name] for name in takes}), held)

    return _with_rule(method, compute, [*takes, *kit.takes])


def _with_rule(method: Method, compute: Callable[..., Any], takes: Iterable[str]) -> Method:
    """The method with another rule, and what that takes."""
    return dataclasses.replace(method, compute=compute, takes=tuple(dict.fromkeys(takes)))
