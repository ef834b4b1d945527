"""The type of a notebook's parameter: what may be given, and what the notebook receives.

papermill writes text, numbers, true, false, none, lists and tables with text for keys into a cell, and everything else
as text. So a parameter that is annotated as a date, a Decimal or the like is given nothing: the notebook would receive
a text instead. Without an annotation the default's type counts, and a default that is an expression, such as
``60 * 60``, is worked out in a process of its own.
"""

from __future__ import annotations

import ast
import contextlib
import functools
import json
import math
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Optional, Union

if TYPE_CHECKING:
    from pydantic import TypeAdapter

TYPES: dict[str, Any] = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "List": list}
TYPES |= {"dict": dict, "Dict": dict, "Any": Any, "object": Any, "tuple": tuple, "Tuple": tuple}
TYPES |= {"None": type(None), "Sequence": list, "Iterable": list, "Collection": list, "Mapping": dict}
GENERICS: dict[str, Any] = {"Optional": Optional, "Union": Union, "list": list, "List": list}
GENERICS |= dict.fromkeys(("Sequence", "Iterable", "Collection", "MutableSequence"), list)
TABLES = ("dict", "Dict", "Mapping", "MutableMapping")
TUPLES = ("tuple", "Tuple")
CONSTANTS: dict[str, Any] = {"true": True, "false": False, "none": None, "null": None}
CONSTANTS |= {"inf": math.inf, "+inf": math.inf, "-inf": -math.inf, "infinity": math.inf, "nan": math.nan}
YES_NO = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
NOT_GIVEN = {"date", "datetime", "time", "timedelta", "Decimal", "Fraction", "Timestamp", "Timedelta", "Period", "UUID"}
NOT_GIVEN |= {"set", "frozenset", "bytes", "bytearray"}
"""Types of defaults for which a text would stand in silence."""
PATIENCE = 60.0  # seconds for a parameters cell to be worked out
LEARN = """
import json, sys
source, wanted = json.load(sys.stdin)
names = {"__name__": "__main__"}
exec(compile(source, "<parameters>", "exec"), names)
kinds = (bool, int, float, str, list, tuple, dict, type(None))
found = {name: names[name] for name in wanted if name in names}
learned = {n: [type(value).__name__, value if isinstance(value, kinds) else None] for n, value in found.items()}
print("\\0" + json.dumps(learned, default=str))
"""


class Learned(NamedTuple):
    """What a default that is an expression comes to."""

    kind: str  # the name of its type; empty when it is not known
    value: Any


class NotGivenError(ValueError):
    """Values of this type cannot be given to a notebook."""


def convert(annotation: str, default: Any, value: Any) -> Any:
    """A value as the notebook will receive it; ValueError when it has the wrong type."""
    value = plain(value)
    if not annotation:
        return _as_default(default, value)
    from pydantic import ValidationError  # it takes a fifth of a second to import

    adapter = _adapter(annotation)
    if value == "None":  # as papermill's command line has it
        with contextlib.suppress(ValidationError):
            return plain(adapter.validate_python(None))
    with contextlib.suppress(ValidationError):
        return plain(adapter.validate_python(value))
    return plain(adapter.validate_python(parse(value) if isinstance(value, str) else value))


@functools.cache
def learned_defaults(source: str, names: tuple[str, ...]) -> dict[str, tuple[str, Any]]:
    """Type and value of defaults that are expressions, worked out in a clean process; without those that fail there."""
    asked = json.dumps([source, names])
    try:
        ran = subprocess.run(
            [sys.executable, "-c", LEARN], input=asked, capture_output=True, text=True, timeout=PATIENCE, check=True
        )
        return {name: (kind, value) for name, (kind, value) in json.loads(ran.stdout.rpartition("\0")[2]).items()}
    except (OSError, subprocess.SubprocessError, ValueError):
        return {}


def _as_default(default: Any, value: Any) -> Any:
    """A value for a parameter without a type: text is read as its default's type if it can be."""
    if isinstance(default, Learned):
        if default.kind in NOT_GIVEN:
            raise NotGivenError(default.kind)
        if default.kind and default.value is None and default.kind != "NoneType":
            return value  # an object of some kind: as papermill would
        default = default.value
    if isinstance(default, (set, frozenset, bytes)):
        raise NotGivenError(type(default).__name__)
    if not isinstance(value, str) or isinstance(default, str):
        return value
    if isinstance(default, bool) and value.strip().casefold() in YES_NO:
        return YES_NO[value.strip().casefold()]
    parsed = parse(value)
    if isinstance(default, bool) and not isinstance(parsed, (int, float)) and parsed is not None:
        raise ValueError("text for what is true or false")
    if default is None or parsed is None or isinstance(parsed, (int, float)):  # numbers, true and false, as papermill
        return parsed
    same = (list, tuple) if isinstance(default, (list, tuple)) else type(default)
    return parsed if isinstance(parsed, same) else value


def plain(value: Any) -> Any:
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
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray)):
        return [plain(part) for part in value]
    raise ValueError(f"{type(value).__name__} is no plain value")


def parse(text: str) -> Any:
    """The value a text stands for in JSON or Python; the text when it stands for none."""
    if text.strip().casefold() in CONSTANTS:
        return CONSTANTS[text.strip().casefold()]
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(text)
    with contextlib.suppress(ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return plain(ast.literal_eval(text.strip()))
    return text


@functools.cache
def _adapter(annotation: str) -> TypeAdapter[Any]:
    from pydantic import ConfigDict, TypeAdapter

    try:
        return TypeAdapter(_type(ast.parse(annotation, mode="eval").body), config=ConfigDict(strict=True))
    except (SyntaxError, TypeError) as error:
        raise NotGivenError(annotation) from error


def _type(node: ast.expr) -> Any:
    """The type an annotation names; NotGivenError when it is none of those that parameters are made of."""
    match node:
        case ast.Constant(value=None):
            return type(None)
        case ast.Constant(value=str(text)):
            return _type(ast.parse(text, mode="eval").body)
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in TYPES:
            return _loose(TYPES[name]) if name in TUPLES else TYPES[name]
        case ast.BinOp(op=ast.BitOr()):
            return Union[_type(node.left), _type(node.right)]  # noqa: UP007 — built while running, not an annotation
        case ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name)):
            return _generic(name, node.slice)
    raise NotGivenError(ast.unparse(node))


def _generic(name: str, inside: ast.expr) -> Any:
    parts = inside.elts if isinstance(inside, ast.Tuple) else [inside]
    if name == "Literal":
        return Literal[ast.literal_eval(inside)]
    if name in ("Annotated", "Final"):
        return _type(parts[0])
    if name in TABLES and len(parts) == 2 and _type(parts[0]) in (str, Any):
        return dict[str, _type(parts[1])]  # type: ignore[misc]
    if name in TUPLES:
        many = len(parts) == 2 and isinstance(parts[1], ast.Constant) and parts[1].value is ...
        kinds = (_type(parts[0]), ...) if many else tuple(map(_type, parts))
        return _loose(tuple.__class_getitem__(kinds))
    if name in GENERICS:
        types = tuple(map(_type, parts))
        return GENERICS[name][types if len(types) > 1 else types[0]]
    raise NotGivenError(name)


def _loose(kind: Any) -> Any:
    """A tuple may be given as a list: the notebook receives a list."""
    from pydantic import Strict

    return Annotated[kind, Strict(False)]
