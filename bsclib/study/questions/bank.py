"""The question bank as files: what a question is, read with the line of every fault.

A file holds the questions of one topic, sources that they name, and cases: a story and the questions about it. A
trainer's own file is read the same way, and may name the sources that ship::

    topic: kpis
    questions:
      - id: kpi-needs-owner
        stem: Which part of a KPI's definition says whom to ask when it turns bad?
        ...

What cannot be marked is refused here. What can be marked, and had better be changed, is the matter of `check`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any

from pydantic import Field, ValidationError, model_validator

from bsclib.errors import BscError, Fault, unknown
from bsclib.files.paths import AnyPath, shipped_folder
from bsclib.files.yaml_tree import Node, place, plain, read_tree
from bsclib.model.build import details_of, fault_of
from bsclib.model.validation import Loc
from bsclib.model.values import Id, Name, Part, Text
from bsclib.study.questions import stock
from bsclib.study.questions.question import Bank, Bloom, Confidence, Difficulty, Entry, Kind, Question, made
from bsclib.study.questions.recipes import RECIPES


class OptionFields(Part):
    """What a file may say of an option."""

    text: Text = ""
    number: Text = ""
    to: Text = ""
    right: bool = False
    why: Name


class QuestionFields(Part):
    """What a file may say of a question."""

    id: Id
    kind: Kind = "single"
    exams: tuple[Name, ...] = ()
    difficulty: Difficulty
    bloom: Bloom
    stem: Name
    recipe: Text = ""
    options: tuple[OptionFields, ...] = Field(min_length=2)
    source: Id
    confidence: Confidence
    reread: Name
    terms: tuple[Name, ...] = ()
    examined: Text = ""
    literature: Text = ""

    @model_validator(mode="after")
    def _can_be_marked(self) -> QuestionFields:
        """Refuse what no answer to could be marked."""
        if faults := list(_unmarkable(made(self.model_dump()))):
            raise ValueError("; ".join(faults))
        return self


class Case(Part):
    """A story and the questions about it."""

    id: Id
    story: Name
    questions: tuple[QuestionFields, ...] = Field(min_length=3, max_length=5)


class QuestionFile(Part):
    """What a file of questions holds."""

    topic: Id = ""
    sources: dict[Id, Name] = Field(default={})
    questions: tuple[QuestionFields, ...] = ()
    cases: tuple[Case, ...] = ()


def read_questions(path: AnyPath | None = None) -> Bank:
    """Read the question bank, or a file or folder of questions of your own.

    Parameters
    ----------
    path : str or path, optional
        A YAML file, or a folder whose YAML files are read together. By default the bank that ships.

    Returns
    -------
    Bank
        Its `entries`, each with the `question`, its `topic`, `where` it stands (file and line), and the `story` and the
        `case` that it belongs to, if any; and `sources`, titles by id, those that ship among them.

    Raises
    ------
    BscError
        With every fault of every file: what is misspelt or missing, a question that could not be marked (a single
        choice without exactly one right option), an id that stands twice.

    Examples
    --------
    >>> bank = read_questions()
    >>> entry = bank.entries[0]
    >>> entry.topic, sum(option.right for option in entry.question.options)
    ('arithmetic', 1)
    """
    shipped, given = _shipped(), _given(path)
    faults: list[Fault] = []
    entries: list[Entry] = []
    sources = {} if path is None else _read_file(shipped / "sources.yaml")[1]
    for file in _files(given):
        try:
            found, named = _read_file(file)
        except BscError as error:
            faults += error.faults
            continue
        entries += found
        sources |= named
    first: dict[str, str] = {}
    for entry in entries:
        where = first.setdefault(entry.question.id, entry.where)
        if where != entry.where:
            what = f"the id {entry.question.id!r} stands here again; it is in {where}"
            faults.append(Fault(entry.where, what, fix="give each question an id of its own, and never change it"))
    if not entries and not faults:
        faults.append(Fault(str(given), "there is no question here", fix="write some under questions:"))
    if faults:
        raise BscError(faults)
    return Bank(tuple(entries), sources)


def changed_at(path: AnyPath | None = None) -> float:
    """When a bank last changed, in seconds: by what ships with it, or by the newest of somebody's own files."""
    return stock.changed_at() if path is None else max(file.stat().st_mtime for file in _files(Path(path)))


def _shipped() -> Path:
    return shipped_folder() / "datasets" / "questions"


def _given(path: AnyPath | None) -> Path:
    return _shipped() if path is None else Path(path or "no name given")


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        files = (file for file in path.iterdir() if not file.name.startswith("."))
        return sorted(file for file in files if file.suffix in (".yaml", ".yml"))
    if path.is_file():
        return [path]
    raise BscError(Fault(str(path), "there is no file or folder of this name", fix="give the path of a YAML file"))


def _read_file(path: Path) -> tuple[list[Entry], dict[str, str]]:
    root = read_tree(path, "file of questions", "topic and questions")
    try:
        file = QuestionFile.model_validate(plain(root))
    except ValidationError as error:
        faults = [fault_of(each, lambda loc: _place(path, root, loc), _fields(each)) for each in details_of(error)]
        raise BscError(faults) from None
    asked: list[tuple[Loc, QuestionFields, str, str]] = []
    asked += [(("questions", i), question, "", "") for i, question in enumerate(file.questions)]
    for i, case in enumerate(file.cases):
        asked += [(("cases", i, "questions", j), each, case.story, case.id) for j, each in enumerate(case.questions)]
    entries = []
    for loc, question, story, id in asked:
        where = f"{_place(path, root, loc).rpartition(', ')[0]}, {question.id}"
        entries.append(Entry(made(question.model_dump()), file.topic or path.stem, where, story, id))
    return entries, file.sources


def _place(path: Path, root: Node, loc: Loc) -> str:
    return f"{path.name}, {place(root, loc)}"


def _fields(detail: Any) -> list[str]:
    """The fields that there may be where a fault was found."""
    steps = [step for step in detail["loc"][:-1] if isinstance(step, str)]
    parts: dict[str, type[Part]] = {"options": OptionFields, "questions": QuestionFields, "cases": Case}
    return list(parts.get(steps[-1] if steps else "", QuestionFile).model_fields)


# --------------------------------------------------------------------------------------------- what cannot be marked


def _unmarkable(question: Question) -> Iterator[str]:
    """Why a question of its kind cannot be marked."""
    kind, options, right = question.kind, question.options, len(question.right)
    texts = [option.number if kind == "numeric" else option.text for option in options]
    if "" in texts:
        field = "number" if kind == "numeric" else "text"
        yield f"option {texts.index('') + 1} of {question.id!r} has no {field}"
    if len(set(texts)) < len(texts):
        yield f"two options of {question.id!r} are the same"
    if kind in ("single", "numeric") and right != 1:
        yield f"{question.id!r} has {right} right options: mark exactly one with right: true"
    if kind == "several" and not 2 <= right < len(options):
        yield f"{question.id!r} has {right} right options of {len(options)}: mark two or more, and leave one wrong"
    if kind in ("order", "match") and (right or len(options) < 3):
        yield f"{question.id!r} needs three options or more, in the right order or with their match, none marked right"
    pairs = [option.to for option in options]
    if kind == "match" and ("" in pairs or len(set(pairs)) < len(pairs)):
        yield f"each option of {question.id!r} needs a match of its own: to: ..."
    if kind != "match" and any(pairs):
        yield f"{question.id!r} is no match, so its options have no to:"
    if bool(question.examined) != bool(question.literature):
        yield f"{question.id!r} says only one of examined and literature: say both, or neither"
    yield from _recipe_faults(question)


def _recipe_faults(question: Question) -> Iterator[str]:
    numbers = [option.number for option in question.options]
    if question.kind != "numeric":
        if question.recipe or any(numbers):
            yield f"{question.id!r} is not numeric, so it has neither recipe: nor number:"
        return
    if question.recipe not in RECIPES:
        fault = unknown("recipe", question.recipe, RECIPES)
        yield f"{fault.what}; allowed: {fault.allowed}"
        return
    for text in (question.stem, *(option.why for option in question.options)):
        for name in _names(text) - RECIPES[question.recipe].given:
            given = ", ".join(sorted(RECIPES[question.recipe].given))
            yield f"the recipe {question.recipe!r} draws no {{{name}}}; allowed: {given}"
    for number in numbers:
        if number not in RECIPES[question.recipe].results:
            allowed = ", ".join(RECIPES[question.recipe].results)
            yield f"the recipe {question.recipe!r} works out no {number!r}; allowed: {allowed}"


def _names(text: str) -> set[str]:
    """The names in braces; a brace without a partner is a name that no recipe draws."""
    try:
        return {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    except ValueError:
        return {text}
