"""What a notebook asks for: its `parameters` cell, read and checked before anything runs.

The cell is read with Python's own grammar. papermill reads it with a regular expression that skips, without a word, a
parameter typed ``str | None`` or one whose default holds an ``=``; and it lets an unknown or wrongly typed value pass.
A report of the wrong month must not be made, so both are errors here.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bsclib.errors import Fault, ReportError, unknown
from bsclib.reporting import parameter_types

KIND = "IT balanced scorecard"
"""Stands above the title of a page of ours when the house style has no name."""
SUMMARY = "application/vnd.bsclib.summary+json"
"""The kind of output that holds what a report comes to; nothing of it is seen."""
HIDDEN = "•••"
LONGEST_PATH = 1_000
SECRET = re.compile(
    r"(?<![a-z])(pass(word|wd|phrase)?|pwd|secret|token|credentials?|bearer|auth|pin)(?![a-z])|passwo|secret"
    r"|(api|access|private|secret|signing)_?key|connection_?string"
)
TYPE_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": 'a list such as ["a", "b"]',
    "dict": 'a table such as {"a": 1}',
}


@dataclass(frozen=True)
class Parameter:
    """One line of a notebook's `parameters` cell."""

    name: str
    annotation: str
    default: Any  # of an expression its text
    help: str
    source: str = ""  # of the cell, when the default is an expression
    secret: bool = False  # by its name, by a tag `secret` on the cell, or by a comment that begins so


def read_notebook(notebook: str | os.PathLike[str] | Mapping[str, Any]) -> Mapping[str, Any]:
    """A notebook's content, read from its file unless it is already read."""
    if isinstance(notebook, Mapping):
        return notebook
    path = Path(notebook)
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        what = "this is not a notebook"
        if isinstance(error, OSError):
            what = f"the notebook cannot be read: {error.strerror or error}"
        raise ReportError(Fault(str(path), what, fix="give the path of an .ipynb file")) from error
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        fix = "open it in Jupyter and save it again, which brings it to format 4"
        raise ReportError(Fault(str(path), "this is not a notebook of format 4: it has no cells", fix=fix))
    return content


def source_of(cell: Mapping[str, Any]) -> str:
    """The text of a cell, which a file may hold as one text or as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def tags_of(cell: Mapping[str, Any]) -> frozenset[str]:
    """The tags of a cell."""
    tags = (cell.get("metadata") or {}).get("tags") or ()  # some front ends write null
    return frozenset(tag for tag in ([tags] if isinstance(tags, str) else tags) if isinstance(tag, str))


def is_ours(notebook: Mapping[str, Any]) -> bool:
    """Whether a notebook works with this kit."""
    code = (cell for cell in notebook["cells"] if cell.get("cell_type") == "code")
    return any(re.search(r"(?m)^\s*(?:from|import)\s+bsclib\b", source_of(cell)) for cell in code)


def shown_value(value: Any, secret: bool = False) -> Any:
    """A parameter's value as readers see it: a secret hidden, and of a path that is there its last part."""
    if secret:
        return value if value in (None, "") else HIDDEN
    if isinstance(value, str) and len(value) < LONGEST_PATH and "\0" not in value and len(Path(value).parts) > 1:
        with contextlib.suppress(OSError):
            return Path(value).resolve().name if Path(value).exists() else value
    return value


def is_secret(name: str) -> bool:
    """Whether a parameter is named like a secret."""
    return bool(SECRET.search(name.lower()))


def read_parameters(notebook: str | os.PathLike[str] | Mapping[str, Any]) -> tuple[Parameter, ...] | None:
    """The parameters that the cell tagged so declares; None when no cell is."""
    cells = [cell for cell in read_notebook(notebook)["cells"] if "parameters" in tags_of(cell)]
    if not cells:
        return None
    source = re.sub(r"(?m)^[ \t]*[%!].*$", "", source_of(cells[0]))
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = f"{_name(notebook)}, parameters cell, line {getattr(error, 'lineno', None) or 1}"
        raise ReportError(Fault(place, "this is not Python", fix="write `name: type = default  # help`")) from error
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = {token.start[0]: token.string.lstrip("#").strip() for token in tokens if token.type == tokenize.COMMENT}
    declared = [parameter for statement in statements for parameter in _parameters(statement, comments, source)]
    tagged = "secret" in tags_of(cells[0])
    hidden = (replace(one, secret=tagged or is_secret(one.name) or one.help.startswith("secret")) for one in declared)
    return tuple({parameter.name: parameter for parameter in hidden}.values())


def check_parameters(
    notebook: str | os.PathLike[str] | Mapping[str, Any], parameters: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Check values against a notebook's `parameters` cell.

    Parameters
    ----------
    notebook : path or mapping
        An ``.ipynb`` file, or its content.
    parameters : mapping of str to object, optional
        The values to run it with. Text, which is all a command line can give, is read as the type asks: ``"3"`` is a
        whole number where one is asked for, ``"[1, 2]"`` a list, ``"None"`` nothing, ``"inf"`` and ``"nan"`` numbers. A
        parameter without a type takes any value; text for it is read as a value of its default's type if it can be,
        and stays text if not. A default that is an expression is worked out first, in a process of its own.

    Returns
    -------
    dict of str to object
        The values as the notebook will receive them.

    Raises
    ------
    ReportError
        If a name is unknown, a value has the wrong type, or the type is one that no value can be given for (a date, a
        Decimal); every fault of the call is listed.

    Examples
    --------
    >>> cell = {"metadata": {"tags": ["parameters"]}, "source": "months: int = 24  # how far back"}
    >>> check_parameters({"cells": [cell]}, {"months": "12"})
    {'months': 12}
    """
    if not parameters:
        return {}
    known = read_parameters(notebook)
    if known is None:
        fix = "tag a cell `parameters` and write `name: type = default  # help` in it, or give no parameters"
        raise ReportError(Fault(_name(notebook), "parameters were given, but no cell is tagged `parameters`", fix=fix))
    values, faults = check_values(known, parameters, _name(notebook))
    if faults:
        raise ReportError(faults)
    return values


def check_values(
    known: Sequence[Parameter], given: Mapping[str, Any], where: str
) -> tuple[dict[str, Any], list[Fault]]:
    """Check values against parameters that are read already: for ten thousand sets of values of one notebook."""
    by_name = {parameter.name: parameter for parameter in known}
    faults, values = [], {}
    for name, value in given.items():
        if name not in by_name:
            faults.append(unknown("parameter", name, by_name, where))
            continue
        parameter, place = by_name[name], f"{where}, parameter {str(name)[:80]!r}"
        try:
            values[name] = parameter_types.convert(parameter.annotation, _default(parameter, known), value)
        except parameter_types.NotGivenError as error:
            what = f"a notebook cannot be given a {error}: it would receive a text"
            faults.append(
                Fault(place, what, repr(value), fix="make the parameter a text, and convert it in a later cell")
            )
        except ValueError:
            allowed = _allowed(parameter.annotation)
            faults.append(Fault(place, "the value has the wrong type", got=repr(value), allowed=allowed))
    return values, faults


def _default(parameter: Parameter, known: Sequence[Parameter]) -> Any:
    """A parameter's default; of an expression without a type, what it comes to."""
    if not parameter.source or parameter.annotation:
        return parameter.default
    names = tuple(other.name for other in known if other.source and not other.annotation)
    learned = parameter_types.learned_defaults(parameter.source, names).get(parameter.name, ("", None))
    return parameter_types.Learned(*learned)


def _name(notebook: str | os.PathLike[str] | Mapping[str, Any]) -> str:
    return "the notebook" if isinstance(notebook, Mapping) else Path(notebook).name


def _parameters(statement: ast.stmt, comments: Mapping[int, str], source: str) -> Iterator[Parameter]:
    """The parameter a statement of the cell declares, if it declares one."""
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        name, annotation, value = statement.target.id, ast.unparse(statement.annotation).strip("'\""), statement.value
    elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        name, annotation, value = statement.targets[0].id, "", statement.value
    else:
        return
    if value is None:  # declared without a value: papermill does not count it either
        return
    help = comments.get(statement.end_lineno or 0, "")
    try:
        yield Parameter(name, annotation, ast.literal_eval(value), help)
    except (ValueError, TypeError):
        yield Parameter(name, annotation, ast.unparse(value), help, source)


def _allowed(annotation: str) -> str:
    words = TYPE_WORDS.get(annotation.partition("[")[0], "")
    return f"{annotation or 'text, numbers, true, false, none, lists and tables'}{f' ({words})' if words else ''}"
