"""Weights from judgements in pairs: Saaty's analytic hierarchy process, and which judgement to think over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from bsclib.design.selection.matrices import MOST_NAMED, Matrix, number, places, read_square
from bsclib.errors import BscError, Fault, UnknownNameError, unknown
from bsclib.wording import listed

RANDOM_INDEX: dict[str, dict[int, float]] = {
    "saaty_1980": dict(enumerate((0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51), start=1)),
    "saaty_2005": dict(
        enumerate((0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.52, 1.54, 1.56, 1.58, 1.59), start=3)
    ),
}
"""The consistency index that random judgements have on average, by how many things are compared, as printed.

Drawn 20,000 times for 3 to 7 things it is 0.525, 0.881, 1.114, 1.248 and 1.339: the table of 2005 is the accurate one.
"""

TOLERATED, HOPELESS = 0.1, 1.0
"""Consistency ratios: above the first, look again (Saaty 1980); above the second, chance would do as well."""

_WHERE = "the pairwise judgements"
_ROUNDING = 0.005 + 1e-12
_NOTHING = 1e-9
_DECIMALS = 4
_MOST = 1_000_000


class Judgement(NamedTuple):
    """A judgement to think over."""

    first: Any
    second: Any
    judged: float
    consistent: float
    consistency_ratio: float


class Ahp(NamedTuple):
    """What `ahp` finds."""

    weights: Any
    consistency_ratio: float
    worst_pair: Judgement | None

    @property
    def consistent(self) -> bool:
        """Whether the ratio, to four decimals, is 0.1 or less, which is tolerated."""
        return round(self.consistency_ratio, _DECIMALS) <= TOLERATED

    @property
    def hopeless(self) -> bool:
        """Whether the ratio is above 1: random judgements would agree better, and the weights mean nothing."""
        return round(self.consistency_ratio, _DECIMALS) > HOPELESS

    @property
    def _ratio(self) -> str:
        """The ratio with two decimals, or with more where two would hide on which side of an edge it lies."""
        near = any(0 < round(abs(self.consistency_ratio - edge), _DECIMALS) < 0.005 for edge in (TOLERATED, HOPELESS))
        return f"{self.consistency_ratio:.{_DECIMALS if near else 2}f}"

    @property
    def advice(self) -> str:
        """What to make of the ratio, and where to look again, in words."""
        ratio = f"Consistency ratio {self._ratio}: "
        if self.consistent or self.worst_pair is None:
            return f"{ratio}{TOLERATED:g} or less, so the judgements agree well enough."
        says = f"above {TOLERATED:g}, so look at the judgements again before you use these weights. "
        if self.hopeless:
            says = f"above {HOPELESS:g}, so random judgements would agree better. Do not use these weights. "
        first, second, judged, consistent, after = self.worst_pair
        if not isinstance(self.weights, pd.Series):
            first, second = f"row {first + 1}", f"row {second + 1}"
        says += f"Talk about {first} against {second} first: it was judged {_times(judged)}, and the other judgements "
        says += f"together say {_times(consistent)}. With that number in its place the ratio would be {after:.2f}."
        if len(self.weights) == 3:
            says += " With three things compared, any of the three judgements could be the one that is off."
        return ratio + says


def ahp(matrix: ArrayLike | pd.DataFrame, random_index: str = "saaty_2005") -> Ahp:
    """Turn judgements in pairs into weights, and say how well the judgements agree.

    Parameters
    ----------
    matrix : DataFrame or array, square
        How many times as much each row matters as each column: 1 on the diagonal, and the reciprocal across it. Saaty's
        scale runs from 1 (as much) to 9 (extremely more); a fraction may be text, ``"1/3"``, and a reciprocal that is
        rounded to two decimals is taken for what was meant. `pairwise` makes such a matrix from one half.
    random_index : {"saaty_2005", "saaty_1980"}
        The table of `RANDOM_INDEX` that the consistency index is set against.

    Returns
    -------
    Ahp
        `weights` (above 0, adding up to 1, by name for a frame), `consistency_ratio` (0 for judgements that agree,
        about 1 for random ones) and `worst_pair`, the judgement that stands most against the others or None: `first`,
        `second`, `judged`, what would be `consistent`, and the `consistency_ratio` it would leave. Its `consistent`,
        `hopeless` and `advice` say what that means. Weights are given however inconsistent the judgements are.

    Raises
    ------
    BscError
        When the matrix is not square, a cell is empty, no number, not above 0 or beyond all measure, the diagonal is
        not 1, two judgements of a pair are not each other's reciprocal, or the table knows no index for so many things.
    UnknownNameError
        When there is no such table.

    Notes
    -----
    The weights are the principal eigenvector of the matrix, λ its eigenvalue. With n things compared, the consistency
    index is ``(λ − n) / (n − 1)``; the ratio divides it by the random index. Two things are always consistent.

    The worst pair: each judgement in turn is taken out, and the eigenvector of what is left says what would be
    consistent with the others, ``w_i / w_j``; it is the one whose replacement by that value lowers the ratio most. A
    judgement is taken out by putting 0 in both its cells and adding 1 to the two cells of the diagonal (Harker 1987).
    Saaty (2003) finds the pair by the largest ``a_ij w_j / w_i`` and replaces it the same way. With three things
    compared, leaving out any one judgement makes the other two agree, and the first one is named.

    References
    ----------
    .. [1] Saaty (1980), The Analytic Hierarchy Process, McGraw-Hill.
    .. [2] Saaty (2003), Decision-making with the AHP: why is the principal eigenvector necessary, European Journal of
       Operational Research 145(1).
    .. [3] Harker (1987), Alternative modes of questioning in the analytic hierarchy process, Mathematical Modelling
       9(3-5).

    Examples
    --------
    >>> judgements = {("cost", "quality"): 2, ("cost", "speed"): 6, ("quality", "speed"): 3}
    >>> found = ahp(pairwise(["cost", "quality", "speed"], judgements))
    >>> found.weights.round(2).to_dict(), round(found.consistency_ratio, 6)
    ({'cost': 0.6, 'quality': 0.3, 'speed': 0.1}, 0.0)
    """
    if random_index not in RANDOM_INDEX:
        raise UnknownNameError(unknown("table of random indices", random_index, RANDOM_INDEX, "random_index"))
    table = read_square(matrix, _WHERE, " against ", "compare each pair; pairwise() fills in the reciprocals")
    judged = _reciprocal(table)
    expected = RANDOM_INDEX[random_index]
    if len(judged) > max(expected):
        fix = f"compare at most {max(expected)} at a time, in groups"
        raise BscError(Fault(random_index, f"there is no random index for {len(judged)} things", fix=fix))
    ratio = _ratio(judged, expected)
    return Ahp(table.by_row(_principal(judged)[1]), ratio, _worst(judged, ratio, expected, table.rows))


def pairwise(names: Iterable[str], judgements: Mapping[tuple[str, str], float | str]) -> pd.DataFrame:
    """Make the whole matrix from one judgement a pair.

    Parameters
    ----------
    names : iterable of str
        What is compared, two or more.
    judgements : mapping of (first, second) to float or str
        How many times as much the first matters as the second, above 0; ``"1/3"`` where it matters less. Each pair
        once, either way round.

    Returns
    -------
    DataFrame
        Square, 1 on the diagonal, reciprocal across it; see `ahp`.

    Raises
    ------
    UnknownNameError
        When a judgement is about something that is not among the names.
    BscError
        When something else than a pair is judged, a pair is not judged, judged twice, or compared with itself, or a
        judgement is no number above 0.

    Examples
    --------
    >>> pairwise(["cost", "speed"], {("cost", "speed"): 4})
           cost  speed
    cost   1.00    4.0
    speed  0.25    1.0
    """
    ids = list(names)
    if len(ids) < 2 or len(set(ids)) < len(ids):
        got = ", ".join(map(str, ids))
        raise BscError(Fault("names", "this cannot be compared in pairs", got, "two different names or more"))
    if odd := [repr(pair) for pair in judgements if not isinstance(pair, tuple) or len(pair) != 2]:
        raise BscError(Fault(_WHERE, "this is no pair of names", ", ".join(odd), "(first, second)"))
    if strangers := [name for pair in judgements for name in pair if name not in ids]:
        raise UnknownNameError([unknown("name to compare", name, ids, _WHERE) for name in dict.fromkeys(strangers)])
    table, faults = pd.DataFrame(np.eye(len(ids)), index=ids, columns=ids), []
    for (first, second), times in judgements.items():
        value = number(times)
        if first == second:
            faults.append(Fault(_WHERE, f"{first} is compared with itself", fix="leave it out"))
        elif (second, first) in judgements and ids.index(first) > ids.index(second):
            faults.append(Fault(_WHERE, f"{second} and {first} are compared twice", fix="judge each pair once"))
        elif value is None or value <= 0:
            fault = f"{first} against {second} is no judgement"
            faults.append(Fault(_WHERE, fault, repr(times), 'a number above 0, or a fraction such as "1/3"'))
        else:
            table.loc[first, second], table.loc[second, first] = value, 1 / value
    lacking = [pair for pair in combinations(ids, 2) if pair not in judgements and pair[::-1] not in judgements]
    if lacking:
        named = listed([" against ".join(map(str, pair)) for pair in lacking], MOST_NAMED)
        faults.append(Fault(_WHERE, f"not judged: {named}", fix="compare each pair once"))
    if faults:
        raise BscError(faults)
    return table


def _reciprocal(table: Matrix) -> np.ndarray:
    """The matrix, exactly reciprocal; of a pair, the judgement of 1 or above counts, and the other may be rounded."""
    given = table.values
    faults = []
    if (given <= 0).any():
        allowed = "above 0; a fraction where the row matters less"
        faults.append(Fault(_WHERE, f"0 or below: {places(table.cell, given <= 0)}", allowed=allowed))
    beyond = (given > 0) & (np.maximum(given, 1 / np.where(given > 0, given, 1)) > _MOST)
    if beyond.any():
        fault = f"beyond what anybody can judge: {places(table.cell, beyond)}"
        faults.append(Fault(_WHERE, fault, allowed=f"up to {_MOST:,} times; Saaty's scale ends at 9"))
    off = np.diag(np.diag(given) != 1)
    if off.any():
        faults.append(Fault(_WHERE, f"not 1 on the diagonal: {places(table.cell, off)}", fix="put 1 there"))
    exact = np.eye(len(given))
    for i, j in combinations(range(len(given)), 2):
        large, small = max(given[i, j], given[j, i]), min(given[i, j], given[j, i])
        if beyond[i, j] or beyond[j, i]:
            continue
        if small > 0 and abs(small - 1 / large) > min(_ROUNDING, 0.05 / large):
            fault = f"{table.cell(i, j)} is {given[i, j]:g}, and {table.cell(j, i)} is {given[j, i]:g}"
            fix = f"they must be reciprocal: {_times(1 / given[i, j])} beside {_times(given[i, j])}"
            faults.append(Fault(_WHERE, fault, fix=fix))
        elif small > 0:
            exact[i, j] = large if given[i, j] == large else 1 / large
            exact[j, i] = 1 / exact[i, j]
    if faults:
        raise BscError(faults)
    return exact


def _principal(matrix: np.ndarray) -> tuple[float, np.ndarray]:
    """The largest eigenvalue of a positive matrix, and its eigenvector, adding up to 1."""
    values, vectors = np.linalg.eig(matrix)
    largest = int(np.argmax(values.real))
    vector = np.abs(vectors[:, largest].real)
    return float(values[largest].real), vector / vector.sum()


def _ratio(judged: np.ndarray, expected: Mapping[int, float]) -> float:
    size = len(judged)
    return max(0.0, _principal(judged)[0] - size) / (size - 1) / expected[size] if size > 2 else 0.0


def _worst(judged: np.ndarray, ratio: float, expected: Mapping[int, float], names: tuple[Any, ...]) -> Judgement | None:
    if ratio < _NOTHING:
        return None
    candidates = []
    for i, j in combinations(range(len(judged)), 2):
        first, second = (i, j) if judged[i, j] >= 1 else (j, i)
        rest, mended = judged.copy(), judged.copy()
        rest[i, j] = rest[j, i] = 0
        rest[i, i] = rest[j, j] = 2
        weights = _principal(rest)[1]
        value = float(weights[first] / weights[second])
        mended[first, second], mended[second, first] = value, 1 / value
        after = _ratio(mended, expected)
        candidates.append(Judgement(names[first], names[second], float(judged[first, second]), value, after))
    return min(candidates, key=lambda judgement: round(judgement.consistency_ratio, 9))


def _times(value: float) -> str:
    """A judgement as people write it: 3, or 1/3."""
    times = max(value, 1 / value)
    text = f"{times:.2g}" if times < 9.95 else f"{times:.0f}"
    return text if value >= 1 or text == "1" else f"1/{text}"
