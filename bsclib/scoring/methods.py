"""Scoring methods by name: apply their rules, say their words, roll scores up in their way.

The methods themselves are data, in `bsclib.scoring.published`; each gives the number of its source, on the scale of its
source. `bsclib.score` applies any of those with an attainment rule to a whole scorecard.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from bsclib.errors import BscError, Fault, UnknownNameError, nearest, unknown
from bsclib.scoring import rules
from bsclib.scoring.method import Method
from bsclib.scoring.published import METHODS


def find_method(name: str | Method, part: str = "") -> Method:
    """Return the method of this name.

    Parameters
    ----------
    name : str or Method
        A method is returned as it is.
    part : str, optional
        Which step it has to be.

    Returns
    -------
    Method

    Raises
    ------
    UnknownNameError
        With the names there are.

    Examples
    --------
    >>> find_method("infor_cpm").rule
    '(a - t + |t|) / |t|; 1 + a for a target of 0'
    """
    if isinstance(name, Method) and part not in ("", name.part):
        raise UnknownNameError(Fault("method", f"{name.name} has no {part} rule", f"a {name.part} rule"))
    if isinstance(name, Method):
        return name
    known = [method.name for method in METHODS.values() if part in ("", method.part)]
    if name not in known:
        kind = f"scoring method with an {part} rule" if part == "attainment" else "scoring method"
        raise UnknownNameError(unknown(kind, name, known, "method"))
    return METHODS[name]


def scoring_method(name: str | Method) -> Method:
    """The method to score a whole scorecard by: its name has to tell it from those that ship."""
    method = find_method(name, "attainment")
    if METHODS.get(method.name, method) != method:
        what = f"it bears the name {method.name!r}, but is not the method that ships under it"
        fix = 'give it a name of its own: dataclasses.replace(method, name="ours")'
        raise BscError(Fault("method", what, fix=fix))
    return method


def method_of(scores: pd.DataFrame, method: Method | None = None) -> Method:
    """The method that made some scores: a shipped one by its name, one of one's own when it is given."""
    name = str(scores["method"].iloc[0])
    if method is None and name in METHODS:
        return METHODS[name]
    if method is None:
        what = f"the scores are by {name!r}, which is no method that ships"
        fix = "give the method that made them: explain(scores, id, method=...)"
        raise UnknownNameError(Fault("method", what, allowed=", ".join(METHODS), fix=fix))
    if method.name != name:
        fix = "give the one that made them"
        raise BscError(Fault("method", f"the scores are by {name!r}", got=method.name, fix=fix))
    return scoring_method(method)


def attainment(method: str | Method, actual: ArrayLike, **parameters: Any) -> Any:
    """Apply a method's attainment rule, its rounding and its clamp, on the scale of its source.

    Parameters
    ----------
    method : str or Method
        A method whose part is `attainment`.
    actual : float or array
        What was observed, in the KPI's own unit.
    **parameters
        What the method takes: `target`, `baseline`, `min`, `max`, `goal`, `red`, `worst`, `best`, `band`, `edges`,
        `anchors`, `expected`, `checkins`.

    Returns
    -------
    float or array
        A float for a scalar actual.

    Raises
    ------
    UnknownNameError
        For an unknown method, or a parameter that it does not take.
    BscError
        For a parameter that is missing or not finite, or bands whose edges do not rise or fall.

    Examples
    --------
    >>> attainment("spider_goal_red_flag", 500, goal=700, red=500)
    3.3333333333333335
    >>> attainment("infor_cpm", [50, 100], target=50)
    array([1., 2.])
    """
    chosen = find_method(method, "attainment")
    values = _on_own_scale(chosen, actual, parameters)
    if chosen.clamp:
        values = np.clip(values, *chosen.clamp)
    return float(values) if np.ndim(values) == 0 else values


def status(name: str | Method, actual: ArrayLike, **parameters: Any) -> Any:
    """Return the source's own word for an actual.

    Parameters
    ----------
    name : str or Method
        A method whose part is `status`, or an attainment method that states bands.
    actual : float or array
        What was observed.
    **parameters
        What the method takes.

    Returns
    -------
    str or array of str

    Raises
    ------
    UnknownNameError, BscError
        As `attainment` does.

    Examples
    --------
    >>> status("oracle_kpi_bands", 100, edges=[50, 80, 100, 125])
    'Acceptable'
    """
    chosen = find_method(name)
    if chosen.part == "status":
        words = _apply_rule(chosen, actual, parameters)
    elif chosen.bands:
        words = chosen.bands.labels(_on_own_scale(chosen, actual, parameters))
    else:
        having = [method.name for method in METHODS.values() if method.part == "status" or method.bands]
        raise UnknownNameError(Fault("status", f"{chosen.name} has no words of its own", allowed=", ".join(having)))
    return str(words) if np.ndim(words) == 0 else words


def roll_up(name: str | Method, scores: ArrayLike, weights: ArrayLike = 1.0, **parameters: Any) -> float:
    """Bring the scores of children together in one of the published ways.

    Parameters
    ----------
    name : str or Method
        A method whose part is `roll_up`.
    scores : array of float
        One a child, on the scale of the source; NaN where there is none.
    weights : array of float, optional
        One a child; equal when left out.
    **parameters
        What the method takes.

    Returns
    -------
    float

    Examples
    --------
    >>> roll_up("planview_health", [60, 20, 50])
    43.0
    >>> roll_up("bsc_designer_weights", [1, 1, 1], [2, 5, 7], scale=10)
    1.4
    """
    chosen = find_method(name, "roll_up")
    weights, given = _numbers(weights, "weights"), _numbers(scores, "scores")
    if weights.ndim and weights.shape != given.shape:
        raise BscError(Fault("weights", f"there are {weights.size} weights for {given.size} scores"))
    if (weights < 0).any() or not (weights > 0).any():
        raise BscError(Fault("weights", "weights cannot be negative, nor all be 0", got=str(weights.tolist())))
    return float(chosen.compute(given, weights, **_check_parameters(chosen, parameters)))


def _on_own_scale(method: Method, actual: ArrayLike, parameters: dict[str, Any]) -> np.ndarray:
    return rules.ROUNDINGS[method.rounding](_apply_rule(method, actual, parameters))


def _apply_rule(method: Method, actual: ArrayLike, parameters: dict[str, Any]) -> Any:
    given, taken = _numbers(actual, "actual"), _check_parameters(method, parameters)
    try:
        return method.compute(given, **taken)
    except ValueError as error:
        shapes = {name: np.shape(value) for name, value in taken.items() if np.ndim(value)}
        raise BscError(Fault(method.name, f"{error}", got=f"shapes {given.shape} and {shapes}")) from None


def _numbers(values: ArrayLike, name: str) -> np.ndarray:
    try:
        numbers = np.asarray(values, dtype=float)
    except (TypeError, ValueError):
        raise BscError(Fault(name, "this is not a number", got=repr(values)[:80])) from None
    if np.isinf(numbers).any():
        raise BscError(Fault(name, "this is infinite", fix="give a number, or nan where nothing was observed"))
    return numbers


def _check_parameters(method: Method, parameters: dict[str, Any]) -> dict[str, Any]:
    """The parameters, when they are those that the method takes and can be reckoned with."""
    names = method.takes
    faults = [
        Fault(name, f"{method.name} does not take it", allowed=", ".join(names), fix=_guess(name, names))
        for name in parameters
        if name not in names
    ]
    faults += [
        Fault(name, f"{method.name} needs it", allowed=", ".join(names))
        for name in names
        if name not in parameters and name not in method.optional
    ]
    if faults:
        raise UnknownNameError(faults)
    return {name: _parameter(name, value) for name, value in parameters.items()}


def _guess(name: str, names: tuple[str, ...]) -> str:
    return f"did you mean {nearest(name, names)!r}?" if nearest(name, names) else ""


def _parameter(name: str, value: Any) -> Any:
    if name == "pattern":
        return value
    if name == "anchors":
        return _anchors(value)
    if name in ("edges", "cuts", "band"):
        if np.ndim(value) == 0:
            raise BscError(Fault(name, "this is not a list of edges", got=repr(value)[:80]))
        edges = [_numbers(edge, name) for edge in value]
        _check_edges(name, edges)
        return edges
    numbers = _numbers(value, name)
    if name in ("scale", "checkins") and not (numbers > 0).all():
        raise BscError(Fault(name, "this has to be above 0", got=repr(value)[:80]))
    if np.isnan(numbers).any() and numbers.ndim == 0:
        raise BscError(Fault(name, "this is missing", fix="give a number"))
    return numbers


def _anchors(value: Any) -> dict[float, float]:
    try:
        anchors = {float(actual): float(score) for actual, score in dict(value).items()}
    except (TypeError, ValueError):
        anchors = {}
    if len(anchors) != 2 or not np.isfinite([*anchors, *anchors.values()]).all():
        allowed = "{actual: score, actual: score}"
        raise BscError(Fault("anchors", "two different anchors are needed", got=repr(value)[:80], allowed=allowed))
    return anchors


def _check_edges(name: str, edges: list[np.ndarray]) -> None:
    shown = str([edge.tolist() for edge in edges])
    if name == "band":
        if len(edges) != 2 or np.any(edges[0] > edges[1]):
            raise BscError(Fault(name, "this is not a band", got=shown, allowed="[low, high]"))
        return
    steps = [following - edge for edge, following in pairwise(edges)]
    rising, falling = all(np.all(step > 0) for step in steps), all(np.all(step < 0) for step in steps)
    if len(edges) < 2 or not (rising or (falling and name == "edges")):
        raise BscError(Fault(name, "bands need edges in order, each different from the next", got=shown))
