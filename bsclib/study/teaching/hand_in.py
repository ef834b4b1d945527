"""What a hidden test of an assignment does: it says what was answered, in plain data, and what that is worth.

The notebook that was handed in runs this beside code of its author, who can change anything there. So the mark that
counts is not made here: `grading` takes the answer out, and judges it where that code never ran.
"""

from __future__ import annotations

import copy
import json
import math
import numbers
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from bsclib.errors import BscError, Fault
from bsclib.study.session import Lesson

KIND = "application/vnd.bsclib.answer+json"
LONGEST = 100_000
"""Letters of an answer; a longer one is none that an exercise asks for."""
DEEPEST = 6


class NoMarkError(BscError):
    """An answer that gets no points; the message is what `Lesson.check` says."""

    def _render_traceback_(self) -> list[str]:
        """One line, in place of a traceback that explains nothing to a learner."""
        return [str(self)]


def hand_in(name: str, names: dict[str, Any], points: float) -> float:
    """The points of an exercise, from the notebook's own `answer` and `lesson`; the answer is used up."""
    from IPython.display import display

    answer, lesson = names.pop("answer", ...), names.get("lesson")
    display({KIND: {"exercise": name, "answer": to_plain(answer, _tried(lesson, name))}}, raw=True)
    if not isinstance(lesson, Lesson):
        raise NoMarkError(Fault("lesson", "this is no lesson any more", fix="give your own values another name"))
    outcome = lesson.check(name, answer)
    if outcome.state != "right":
        raise NoMarkError(str(outcome))
    return points


def _tried(lesson: Any, name: str) -> Sequence[tuple[Any, ...]]:
    """What a function is tried with where one is asked for."""
    question = lesson._question(name) if isinstance(lesson, Lesson) else None
    return getattr(getattr(question, "expects", None), "asked", ())


def to_plain(answer: Any, tried: Sequence[tuple[Any, ...]] = ()) -> dict[str, Any]:
    """An answer as data that JSON can hold: of a function what it gives; of what is no answer only its kind."""
    try:
        if callable(answer) and tried:
            plain = {"results": [_result(answer, arguments) for arguments in tried]}
        else:
            plain = _plain(answer, 0)
        return plain if len(json.dumps(plain)) <= LONGEST else {"other": "an answer that is too long"}
    except Exception as reason:  # an object of the learner's own may do anything
        return {"other": type(reason).__name__}


def from_plain(plain: Any) -> Any:
    """The answer that `to_plain` made data of; never anything that runs."""
    try:
        return _answer(plain, 0)
    except (TypeError, ValueError, KeyError, AttributeError):
        return Unreadable()


class Unreadable:
    """An answer that cannot be compared with anything."""

    def __repr__(self) -> str:
        return "nothing that can be read"


def _result(function: Any, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """What a learner's function gives, which may be an error."""
    try:
        return _plain(function(*copy.deepcopy(arguments)), 1)
    except Exception as problem:
        return {"other": type(problem).__name__}


def _plain(answer: Any, depth: int) -> dict[str, Any]:
    if depth > DEEPEST:
        raise ValueError("too deep")
    if answer is ...:
        return {"dots": True}
    if answer is None or isinstance(answer, (bool, np.bool_)):
        return {"value": None if answer is None else bool(answer)}
    if isinstance(answer, str):
        return {"value": str(answer)}
    if isinstance(answer, numbers.Integral):
        return {"integer": str(int(answer))}
    if isinstance(answer, numbers.Number) or type(answer).__name__ == "Decimal":
        return {"number": repr(float(answer))}
    if isinstance(answer, pd.DataFrame):
        rows = [_all(row, depth) for row in answer.astype(object).to_numpy().tolist()]
        return {"columns": _all(answer.columns, depth), "index": _all(answer.index, depth), "rows": rows}
    if isinstance(answer, pd.Series):
        return {"column": _all(answer.tolist(), depth), "index": _all(answer.index, depth)}
    if isinstance(answer, Mapping):
        return {"names": _all(answer.keys(), depth), "values": _all(answer.values(), depth)}
    if isinstance(answer, (set, frozenset)):
        return {"set": _all(answer, depth)}
    if isinstance(answer, (list, tuple, range, pd.Index, np.ndarray)) or hasattr(answer, "__next__"):
        return {"list": _all(answer, depth)}
    if type(answer).__module__.startswith("pandas"):  # a month, a day
        return {"value": str(answer)}
    return {"other": type(answer).__name__}


def _all(things: Any, depth: int) -> list[dict[str, Any]]:
    plain = []
    for number, thing in enumerate(things):
        if number >= LONGEST:
            raise ValueError("too long")
        plain.append(_plain(thing, depth + 1))
    return plain


def _answer(plain: Mapping[str, Any], depth: int) -> Any:
    if depth > DEEPEST:
        raise ValueError("too deep")

    def every(part: str) -> list[Any]:
        return [_answer(each, depth + 1) for each in plain[part]]

    if plain.get("dots") is True:
        return ...
    if "value" in plain and (plain["value"] is None or isinstance(plain["value"], (str, bool))):
        return plain["value"]
    if "integer" in plain:
        return int(plain["integer"])
    if "number" in plain:
        value = float(plain["number"])
        return value if math.isfinite(value) else float("nan")
    if "rows" in plain:
        rows = [[_answer(cell, depth + 1) for cell in row] for row in plain["rows"]]
        return pd.DataFrame(rows, index=every("index"), columns=every("columns"))
    if "column" in plain:
        return pd.Series(every("column"), index=every("index"))
    if "names" in plain:
        return dict(zip(every("names"), every("values"), strict=True))
    if "set" in plain:
        return set(every("set"))
    if "other" in plain:
        return Unreadable()
    if "results" in plain:
        return tuple(every("results"))
    return every("list")
