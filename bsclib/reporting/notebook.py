"""What a notebook asks for: its `parameters` cell, read and checked before anything runs.

The cell is read with Python's own grammar. papermill reads it with a regular expression that skips, without a word, a
parameter typed ``str | None`` or one whose default holds an ``=``; and it lets an unknown or wrongly typed value pass.
A report of the wrong month must not be made, so both are errors here.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import io
import json
import os
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Optional, Union

from pydantic import ConfigDict, TypeAdapter, ValidationError

from bsclib.errors import Fault, ReportError, unknown

TYPES: dict[str, Any] = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}
GENERICS: dict[str, Any] = {"list": list, "List": list, "dict": dict, "Dict": dict}
GENERICS |= {"Optional": Optional, "Union": Union}
TYPE_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "list": 'a list such as ["a", "b"]',
    "dict": 'a table such as {"a": 1}',
}
CONSTANTS = {"true": True, "false": False, "none": None, "null": None}


@dataclass(frozen=True)
class Parameter:
    """One line of a notebook's `parameters` cell."""

    name: str
    annotation: str
    default: Any
    help: str


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
    declared = [parameter for statement in statements for parameter in _parameters(statement, comments)]
    return tuple({parameter.name: parameter for parameter in declared}.values())


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
        whole number where one is asked for, ``"[1, 2]"`` a list. A parameter without a type takes any value; text for
        it is read as a value of its default's type if it can be, and stays text if not.

    Returns
    -------
    dict of str to object
        The values as the notebook will receive them.

    Raises
    ------
    ReportError
        If a name is unknown or a value has the wrong type; every fault of the call is listed.

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
        try:
            values[name] = _convert(by_name[name], value)
        except ValueError:
            allowed = _allowed(by_name[name].annotation)
            place = f"{where}, parameter {str(name)[:80]!r}"
            faults.append(Fault(place, "the value has the wrong type", got=repr(value), allowed=allowed))
    return values, faults


def _name(notebook: str | os.PathLike[str] | Mapping[str, Any]) -> str:
    return "the notebook" if isinstance(notebook, Mapping) else Path(notebook).name


def _parameters(statement: ast.stmt, comments: Mapping[int, str]) -> Iterator[Parameter]:
    """The parameter a statement of the cell declares, if it declares one."""
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        name, annotation, value = statement.target.id, ast.unparse(statement.annotation).strip("'\""), statement.value
    elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        name, annotation, value = statement.targets[0].id, "", statement.value
    else:
        return
    if value is None:  # declared without a value: papermill does not count it either
        return
    try:
        default = ast.literal_eval(value)
    except (ValueError, TypeError):
        default = ast.unparse(value)
    yield Parameter(name, annotation, default, comments.get(statement.end_lineno or 0, ""))


def _allowed(annotation: str) -> str:
    words = TYPE_WORDS.get(annotation.partition("[")[0], "")
    return f"{annotation or 'text, numbers, true, false, none, lists and tables'}{f' ({words})' if words else ''}"


def _type(node: ast.expr) -> Any:
    """The type an annotation names; Any when it is none of those that parameters are made of."""
    match node:
        case ast.Constant(value=None):
            return type(None)
        case ast.Constant(value=str(text)):
            return _type(ast.parse(text, mode="eval").body)
        case ast.Name(id=name):
            return TYPES.get(name, Any)
        case ast.BinOp(op=ast.BitOr()):
            return Union[_type(node.left), _type(node.right)]  # noqa: UP007 — built while running, not an annotation
        case ast.Subscript(value=ast.Name(id="Literal") | ast.Attribute(attr="Literal")):
            return Literal[ast.literal_eval(node.slice)]
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name)) if name in GENERICS:
            inner = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            types = tuple(_type(part) for part in inner)
            return GENERICS[name][types if len(types) > 1 else types[0]]
    return Any


@functools.cache
def _adapter(annotation: str) -> TypeAdapter[Any]:
    try:
        return TypeAdapter(_type(ast.parse(annotation, mode="eval").body), config=ConfigDict(strict=True))
    except (SyntaxError, ValueError, TypeError):
        return TypeAdapter(Any)


def _convert(parameter: Parameter, value: Any) -> Any:
    """A value as the notebook will receive it; ValueError when it has the wrong type."""
    value = _plain(value)
    if not parameter.annotation:
        return _as_default(parameter.default, value)
    adapter = _adapter(parameter.annotation)
    with contextlib.suppress(ValidationError):
        return adapter.validate_python(value)
    return adapter.validate_python(_parse(value) if isinstance(value, str) else value)


def _as_default(default: Any, value: Any) -> Any:
    """A value for a parameter without a type: text is read as its default's type if it can be."""
    if not isinstance(value, str) or isinstance(default, str):
        return value
    parsed = _parse(value)
    same = type(parsed) is type(default) or (isinstance(default, float) and type(parsed) is int)
    return parsed if same or default is None else value


def _plain(value: Any) -> Any:
    """A value in the plain types a notebook can be given; ValueError when it holds any other."""
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        value = value.item()
    if isinstance(value, str):
        value.encode()  # a lone surrogate (a name that is not UTF-8) could not be written down: UnicodeError
        return str(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [_plain(part) for part in value]
    raise ValueError(f"{type(value).__name__} is no plain value")


def _parse(text: str) -> Any:
    """The value a text stands for in JSON or Python; the text when it stands for none."""
    if text.strip().casefold() in CONSTANTS:
        return CONSTANTS[text.strip().casefold()]
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(text)
    with contextlib.suppress(ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return _plain(ast.literal_eval(text.strip()))
    return text
