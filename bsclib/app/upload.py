"""Somebody's own data, uploaded: looked at before it is opened, read in a folder that is gone the moment it is read.

A workbook or a zipped folder is a scorecard with its actuals; a table of actuals goes with the scorecard that is shown;
anybody else's workbook or table is imported, and what it leaves open is asked.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from bsclib.errors import ActualsError, BscError, Fault, ScorecardError, visible
from bsclib.files.excel.sheet_reader import open_book
from bsclib.files.imports.mapping import ImportMapping, Question, answer_of, answered
from bsclib.files.imports.reading import import_files
from bsclib.files.scorecards import ACTUALS, WORKBOOK, has_actuals, read_actuals_and_notes, read_scorecard
from bsclib.model.nouns import Scorecard
from bsclib.wording import listed

LARGEST = 20_000_000
"""Bytes of a file that may be uploaded."""
MOST_UNPACKED, MOST_PARTS, MOST_SHEETS = 200_000_000, 5_000, 100
"""Bytes to which it may unpack, files in a zip, and sheets of a workbook."""
KINDS = (".xlsx", ".xlsm", ".csv", ".tsv", ".txt", ".zip")
CARDS = ("scorecard.yaml", "scorecard.yml", WORKBOOK)
FILES = (*CARDS, *(name for name in ACTUALS if not name.endswith(".sql")), "targets.csv", "actions.yaml")
"""What is taken out of a zip. A query is not: it would ask the server's databases."""
_PROGRAMS = {b"MZ": "a Windows program", b"\x7fELF": "a Linux program", b"#!": "a script", b"%PDF": "a PDF document"}
PARTS = ("where", "what", "got", "allowed", "fix")
_OLD_FORMAT = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Case:
    """A scorecard and its actuals, and what was guessed in reading them."""

    scorecard: Scorecard
    actuals: pd.DataFrame = field(repr=False)
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Asked:
    """What an import leaves open, with the file that is kept until it is answered."""

    questions: Sequence[Question]
    mapping: ImportMapping = field(default_factory=ImportMapping)
    name: str = ""
    content: bytes = field(default=b"", repr=False)

    def asks(self) -> list[dict[str, Any]]:
        """The questions, for a form."""
        return [
            {"text": one.text, "shown": list(one.shown), "choices": list(one.choices), "form": one.form}
            for one in self.questions
        ]


def read_upload(name: str, content: bytes, case: Case) -> Case | Asked:
    """Read a file of somebody's; `case` is what is shown, to whose scorecard a table of actuals may belong."""
    name = file_name(name)
    suffix = _look(name, content)
    with _placed(name, content) as file:
        if suffix in (".xlsx", ".xlsm"):
            with open_book(file, ScorecardError) as book:
                own = {"scorecard", "kpis"} & set(book.titles) and {"perspectives", "objectives"} & set(book.titles)
            return _read(file) if own else _import(file, ImportMapping())
        if suffix == ".zip":
            return _read(_unpack(file))
        try:
            actuals, notes = read_actuals_and_notes(file, case.scorecard)
        except ActualsError as error:
            if _are_actuals(content):
                raise
            try:
                return _import(file, ImportMapping())
            except BscError:
                raise error from None
        return Case(case.scorecard, _some(actuals, name), notes)


def answer(asked: Asked, answers: Sequence[str]) -> Case | Asked:
    """Go on with an import whose questions are answered, in their order."""
    mapping, faults = asked.mapping, []
    for question, text in zip(asked.questions, answers, strict=False):
        try:
            mapping = answered(mapping, question, answer_of(question, text))
        except (ScorecardError, ValueError) as error:
            faults.append(Fault(question.text, str(error), text, question.hint))
    if faults:
        raise ScorecardError(faults)
    with _placed(asked.name, asked.content) as file:
        return _import(file, mapping)


@contextmanager
def _placed(name: str, content: bytes) -> Iterator[Path]:
    """The file in a folder that is gone afterwards, and that no fault names."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        try:
            yield file
        except BscError as error:
            raise type(error)([_without(folder, fault) for fault in error.faults]) from error


def _without(folder: str, fault: Fault) -> Fault:
    parts = (str(getattr(fault, part)) for part in PARTS)
    plain = (text.replace(f"{folder}{os.sep}", "").replace(folder, "") for text in parts)
    return Fault(**dict(zip(PARTS, plain, strict=True)))


def file_name(name: str) -> str:
    """The name of a file as a fault may show it: no folders, and no letters that mean something to a system."""
    last = visible(name.replace("\\", "/").rpartition("/")[2])
    stem, _, suffix = last.rpartition(".")
    plain = re.sub(r"[^\w (),+-]+", "_", stem).strip()[:80] or "upload"
    return f"{plain}.{re.sub('[^a-z]', '', suffix.casefold())[:5]}" if stem else plain


def _look(name: str, content: bytes) -> str:
    """The kind of a file, once it is seen to be what its name says, and not too much."""
    suffix = PurePosixPath(name).suffix
    if suffix not in KINDS:
        raise ScorecardError(Fault(name, "this kind of file is not read here", suffix, listed(KINDS)))
    if not content:
        raise ScorecardError(Fault(name, "the file is empty"))
    zipped = content.startswith(b"PK\3\4")
    if found := next((word for start, word in _PROGRAMS.items() if content.startswith(start)), ""):
        raise ScorecardError(Fault(name, f"this is no table, whatever it is called: it is {found}"))
    if suffix in (".csv", ".tsv", ".txt"):
        if zipped or (b"\0" in content[:4096] and content[:2] not in (b"\xff\xfe", b"\xfe\xff")):
            fix = "save it as CSV, or upload the workbook itself"
            raise ScorecardError(Fault(name, "this is no text file", fix=fix))
        return suffix
    if content.startswith(_OLD_FORMAT):
        what = "this is a workbook of Excel 97 to 2003, or one with a password"
        raise ScorecardError(Fault(name, what, fix="save it as .xlsx without a password"))
    if not zipped:
        what = "this is no workbook" if suffix != ".zip" else "this is no zip file"
        raise ScorecardError(Fault(name, f"{what}, or only a part of one", fix="save it anew, and upload that"))
    return _look_inside(name, content, suffix)


def _look_inside(name: str, content: bytes, suffix: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as problem:
        what = "the file is damaged, or only a part of it has come"
        raise ScorecardError(Fault(name, what, fix="save it anew, and upload that")) from problem
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MOST_UNPACKED:
        got, allowed = f"{unpacked / 1e6:,.0f} MB", f"up to {MOST_UNPACKED // 1_000_000} MB"
        raise ScorecardError(Fault(name, "it would unpack to too much, and was not opened", got, allowed))
    if len(parts) > MOST_PARTS:
        raise ScorecardError(Fault(name, "it holds too many files", f"{len(parts):,}", f"up to {MOST_PARTS:,}"))
    if any(part.flag_bits & 1 for part in parts):
        raise ScorecardError(Fault(name, "it is locked with a password", fix="save it without one"))
    names = {part.filename for part in parts}
    sheets = sum(bool(re.fullmatch(r"(?i)/?xl/(work|chart)sheets/[^/]+\.xml", one)) for one in names)
    if sheets > MOST_SHEETS:
        fix = "keep the sheets with KPIs and values, and leave out the others"
        raise ScorecardError(Fault(name, "it has too many sheets", f"{sheets:,}", f"up to {MOST_SHEETS}", fix))
    if suffix == ".zip" and "[Content_Types].xml" in names:
        what, fix = "this is a workbook in a file that is called .zip", "give its name the ending .xlsx"
        raise ScorecardError(Fault(name, what, fix=fix))
    return suffix


def _unpack(file: Path) -> Path:
    """The files of the one scorecard in a zip, and no others."""
    folder, fix = file.parent / "scorecard", "zip the folder of one scorecard"
    folder.mkdir()
    with zipfile.ZipFile(file) as archive:
        parts = [(PurePosixPath(part.filename.replace("\\", "/")), part) for part in archive.infolist()]
        if parts and all(part.header_offset for _, part in parts):
            raise ScorecardError(Fault(file.name, "something stands before the zip, such as another one", fix=fix))
        files = [(path, part) for path, part in parts if not part.is_dir() and "__MACOSX" not in path.parts]
        cards = {path for path, _ in files if path.name.casefold() in CARDS}
        if len(cards) != 1:
            what = "there are several scorecards in it" if cards else "there is no scorecard in it"
            got = listed((str(path) for path in (cards or dict(parts))), 10)
            raise ScorecardError(Fault(file.name, what, got, " or ".join(CARDS), fix))
        (place,) = {path.parent for path in cards}
        own = [(path.name.casefold(), part) for path, part in files if path.parent == place]
        if twice := [name for name, count in Counter(name for name, _ in own).items() if count > 1 and name in FILES]:
            what = "it holds a file more than once, and only one of them can count"
            raise ScorecardError(Fault(file.name, what, listed(twice), fix="keep the one that counts"))
        try:
            for name, part in own:
                if name in FILES:
                    (folder / name).write_bytes(archive.read(part))
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as problem:
            what = "a file in it is damaged, or packed in a way that is not read here"
            raise ScorecardError(Fault(file.name, what, fix="zip the folder anew")) from problem
        if "actuals.sql" in dict(own):
            what, fix = "actuals that a database gives are not read here", "put an actuals.csv into the zip"
            raise ActualsError(Fault(str(place / "actuals.sql"), what, fix=fix))
    return folder


def _read(path: Path) -> Case:
    """A scorecard and its actuals; the faults of both at once."""
    faults: list[Fault] = []
    card = actuals = None
    notes: list[str] = []
    try:
        card = read_scorecard(path)
    except BscError as error:
        faults += error.faults
    try:
        if not has_actuals(path):
            fix = "put an actuals.csv beside the scorecard: unit, kpi, period, actual"
            raise ActualsError(Fault("actuals.csv", "there are no actuals, so there is nothing to show", fix=fix))
        actuals, notes = read_actuals_and_notes(path, card)
        actuals = _some(actuals, "actuals")
    except BscError as error:
        faults += [fault for fault in error.faults if fault not in faults]
    if faults or card is None or actuals is None:
        raise ScorecardError(faults)
    return Case(card, actuals, notes)


def _some(actuals: pd.DataFrame, name: str) -> pd.DataFrame:
    """Actuals of which there is at least one row."""
    if actuals.empty:
        fix = "write a row for each KPI and period below them"
        raise ActualsError(Fault(name, "there are headings and no actuals, so there is nothing to show", fix=fix))
    return actuals


def _are_actuals(content: bytes) -> bool:
    """Whether a table has the headings of actuals, so that its faults are those of actuals."""
    first = content[:2000].decode("utf-8", "replace").splitlines()[:1]
    headings = {word.strip(' "\ufeff').casefold() for word in re.split("[,;\t]", first[0])} if first else set()
    return {"kpi", "period"} <= headings


def _import(file: Path, mapping: ImportMapping) -> Case | Asked:
    imported = import_files([file], mapping)
    if imported.questions:
        return Asked(imported.questions, imported.mapping, file.name, file.read_bytes())
    if imported.scorecard is None or imported.actuals is None:
        raise ActualsError(Fault(file.name, "there are no values in it"))
    return Case(imported.scorecard, imported.actuals, imported.notes)
