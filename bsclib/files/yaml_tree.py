"""YAML as a tree in which every value keeps the line it stands on, so that a fault can say where it is.

The dialect is plain: numbers are decimal, dates stay text, `yes`, `no`, `on` and `off` are truth values as YAML 1.1 has
them, and a key that stands twice is a fault instead of a silent choice. A key without a value counts as left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bsclib.errors import Fault, ScorecardError, unreadable

LARGEST = 20_000_000
DEEPEST = 40
MOST_VALUES = 1_000_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_STRING = "tag:yaml.org,2002:str"
WHOLE = re.compile(r"[-+]?[0-9]+")
DECIMAL = re.compile(
    r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
)
_TRUE, _FALSE, _NOTHING = {"true", "yes", "on"}, {"false", "no", "off"}, {"", "~", "null"}
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass
class Node:
    """A value, its line, how many values it holds once aliases are unfolded, and how an unquoted one is written."""

    line: int
    value: Any = None
    size: int = 1
    written: str = ""
    key_lines: dict[str, int] = field(default_factory=dict)


def read_tree(
    path: Path, holds: str = "scorecard", fields: str = "id, name, perspectives, objectives and kpis"
) -> Node:
    """Read a YAML file whose top is a mapping; messages say what it `holds` and the `fields` it begins with."""
    name, empty = path.name, Fault(path.name, "the file is empty", fix=f"write {fields}")
    text = _decode(path, holds)
    if not text.strip():
        raise ScorecardError(empty)
    reader = _Reader(name, holds)
    try:
        root = reader.read(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as problem:
        raise ScorecardError(_syntax_fault(problem, text, name)) from None
    except yaml.YAMLError as problem:
        raise ScorecardError(Fault(name, f"this is not YAML: {problem}")) from None
    if root.value is None:
        raise ScorecardError(empty)
    if not isinstance(root.value, dict):
        got = f"a {'list' if isinstance(root.value, list) else 'single value'}"
        what = f"a {holds} is a mapping of fields"
        raise ScorecardError(Fault(f"{name}, line {root.line}", what, got, fix=f"write {fields}"))
    if reader.faults:
        raise ScorecardError(reader.faults)
    return root


def plain(node: Node) -> Any:
    """The tree as plain dicts, lists and values; keys without a value are left out."""
    if isinstance(node.value, dict):
        return {key: plain(inner) for key, inner in node.value.items() if inner.value is not None}
    return [plain(inner) for inner in node.value] if isinstance(node.value, list) else node.value


def place(root: Node, steps: Sequence[int | str]) -> str:
    """The line and the path of a place in the tree: ``line 14, kpis[2].target``."""
    node, line, words = root, root.line, ""
    for step in steps:
        value = node.value
        if isinstance(value, dict) and step in value:
            node, line, words = value[step], node.key_lines[str(step)], f"{words}.{step}"
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            node, line, words = value[step], value[step].line, f"{words}[{step}]"
        elif isinstance(value, dict) and isinstance(step, str) and step == steps[-1]:
            words = f"{words}.{step}"
    return ", ".join([f"line {line}", *([words.lstrip(".")] if words else [])])


def _decode(path: Path, holds: str) -> str:
    try:
        if path.stat().st_size > LARGEST:
            allowed = f"up to {LARGEST // 1_000_000} MB"
            raise ScorecardError(Fault(path.name, f"the file is too large for a {holds}", allowed=allowed))
        data = path.read_bytes()
    except OSError as problem:
        raise ScorecardError(unreadable(path, problem)) from problem
    encoding = next((encoding for mark, encoding in _MARKS.items() if data.startswith(mark)), "utf-8")
    if b"\0" in data and encoding == "utf-8":
        what = "this is not a text file, or not in UTF-8"
        raise ScorecardError(Fault(path.name, what, fix="save it again as UTF-8 text"))
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as problem:
        line, start = data.count(b"\n", 0, problem.start) + 1, max(problem.start - 20, 0)
        got = " ".join(data[start : problem.start + 20].decode("cp1252", "replace").split())
        fault = Fault(f"{path.name}, line {line}", "the file is not in UTF-8", got, fix="save it again as UTF-8")
        raise ScorecardError(fault) from None
    if odd := _CONTROL.search(text):
        where = f"{path.name}, line {text.count(chr(10), 0, odd.start()) + 1}"
        what = f"the control character U+{ord(odd[0]):04X} is in the text"
        raise ScorecardError(Fault(where, what, fix="take it out"))
    return text


class _Reader:
    """Builds the tree from the parser's events; nothing in it can be made to run deep or to unfold without end."""

    def __init__(self, name: str, holds: str):
        self.name = name
        self.holds = holds
        self.faults: list[Fault] = []
        self.anchors: dict[str, Node] = {}

    def read(self, events: Iterator[Any]) -> Node:
        root = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise self._stop(event, "a second document begins", f"keep one {self.holds} in a file")
                root = self._node(next(events), events, 0)
        return root or Node(1, None)

    def _stop(self, event: Any, what: str, fix: str) -> ScorecardError:
        return ScorecardError([*self.faults, Fault(f"{self.name}, line {event.start_mark.line + 1}", what, fix=fix)])

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            if event.anchor in self.anchors:
                return self.anchors[event.anchor]
            what = f"there is no anchor &{event.anchor} before this"
            raise self._stop(event, what, "quote a text that begins with *")
        if depth > DEEPEST:
            raise self._stop(event, f"values are nested more than {DEEPEST} deep", f"a {self.holds} needs five levels")
        if event.tag not in (None, _STRING):
            raise self._stop(event, f"the tag {event.tag} means nothing here", "quote a text that begins with !")
        node = Node(event.start_mark.line + 1)
        if isinstance(event, yaml.ScalarEvent):
            node.value = _scalar(event.value) if event.implicit[0] else event.value
            node.written = event.value if event.implicit[0] else ""
        elif isinstance(event, yaml.SequenceStartEvent):
            node.value = []
            while not isinstance(inner := next(events), yaml.SequenceEndEvent):
                node.value.append(self._count(node, self._node(inner, events, depth + 1), inner))
        else:
            node.value = {}
            while not isinstance(inner := next(events), yaml.MappingEndEvent):
                key = self._node(inner, events, depth + 1)
                value = self._count(node, self._node(next(events), events, depth + 1), inner)
                self._add(node, key, value, getattr(inner, "value", ""))
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def _count(self, node: Node, inner: Node, event: Any) -> Node:
        node.size += inner.size
        if node.size > MOST_VALUES:
            raise self._stop(event, f"the aliases unfold to more than {MOST_VALUES:,} values", "write the values out")
        return inner

    def _add(self, node: Node, key: Node, value: Node, written: str) -> None:
        where = f"{self.name}, line {key.line}"
        if not isinstance(key.value, str):
            fix = f'put it in quotes: "{written}"' if written else ""
            got = written or "a list, a mapping or nothing"
            self.faults.append(Fault(where, "a field's name should be text", got=got, fix=fix))
        elif key.value in node.value:
            first = node.key_lines[key.value]
            self.faults.append(Fault(where, f"{key.value!r} stands here again; it is on line {first}", fix="keep one"))
        else:
            node.value[key.value], node.key_lines[key.value] = value, key.line


def _scalar(text: str) -> Any:
    """What an unquoted text means."""
    if WHOLE.fullmatch(text) and len(text) <= 300:
        return int(text)
    if DECIMAL.fullmatch(text):
        return float(text.lower().replace(".inf", "inf").replace(".nan", "nan"))
    word = text.lower() if text in (text.lower(), text.upper(), text.capitalize()) else text
    if word in _NOTHING:
        return None
    return True if word in _TRUE else False if word in _FALSE else text


def _syntax_fault(problem: yaml.MarkedYAMLError, text: str, name: str) -> Fault:
    mark = problem.problem_mark or problem.context_mark
    row, column = (mark.line, mark.column) if mark else (0, 0)
    lines = text.split("\n")
    line = lines[row] if row < len(lines) else ""
    said, at = problem.problem or "", line[column : column + 1]
    where, got = f"{name}, line {row + 1}", line.strip()
    if "\t" in line[: column + 1] and ("token" in said or "tab" in said or "indentation" in said):
        return Fault(where, "a tab is used where only spaces may stand", got, fix="replace tabs by spaces")
    if "cannot start any token" in said:
        what = f"a text that begins with {at!r} needs quotes"
        return Fault(where, what, got, fix=f'put the text in quotes, such as measured_in: "{at}"')
    if "mapping values are not allowed" in said:
        what = "a colon stands where none can, or the line is indented too far"
        return Fault(where, what, got, fix='put a text with ": " in it in quotes, and align the fields')
    if "node content" in said or "expected ',' or" in said or "expected <block end>" in said or "block mapping" in said:
        what = "a bracket or quote does not end well, or the line is indented unlike its neighbours"
        return Fault(where, what, got, fix='quote a text that begins with { or [, such as format: "{:.1f} h"')
    if "end of stream" in said and "quoted" in (problem.context or ""):
        begun = problem.context_mark.line + 1 if problem.context_mark else row + 1
        return Fault(f"{name}, line {begun}", "a quote is opened and never closed", lines[begun - 1].strip())
    return Fault(where, "this is not YAML: " + " ".join(filter(None, [problem.context, said])), got)
