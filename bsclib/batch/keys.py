"""The key of a report: one text for everything it is made from.

Two reports with one key are the same report, and one whose key has changed is made again. A key covers the notebook,
the parameters, the content of every file, folder and shipped data set that a parameter names, the versions of Python,
of each package and of this kit's own source, the formats and the house style. Of a query on a database it covers the
rows that it gives now. What a notebook reads without a parameter naming it, nobody can know.
"""

from __future__ import annotations

import functools
import itertools
import os
import platform
import sys
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from bsclib.batch.journal import file_facts
from bsclib.batch.names import digest
from bsclib.batch.template import Template
from bsclib.errors import BscError
from bsclib.files.paths import shipped_folder

MOST_FILES = 10_000
IGNORED = (".", "__pycache__")
LONGEST_PATH = 4_096
QUERY = "actuals.sql"


class Keys:
    """Makes the keys of one batch; each file is read once."""

    def __init__(
        self, template: Template, formats: Iterable[str], house: str, versions: Mapping[str, Any], without: Path
    ):
        self.defaults = {parameter.name: parameter.default for parameter in template.known}
        self.same = digest([template.sha256, sorted(formats), house, versions])
        self.without = os.path.realpath(without)  # the folder the reports go to is no input
        self.content = functools.cache(self._content)

    def of(self, values: Mapping[str, Any]) -> tuple[str, str]:
        """The key of the report with these parameters, and the part of it that covers its data, empty without any."""
        texts = sorted(set(_texts([{**self.defaults, **values}])))
        contents = {text: content for text in texts if (content := self.content(text))}
        data = digest(contents) if contents else ""
        return digest([self.same, values, data]), data

    def _content(self, text: str) -> str:
        """SHA-256 of what a text names; empty when it names nothing."""
        path = _named(text)
        if path is None:
            return ""
        if path.name in ("scorecard.yaml", "scorecard.yml", QUERY):  # what belongs to it lies beside it
            path = path.parent
        return self._folder(path) if path.is_dir() else _file(path)

    def _folder(self, folder: Path) -> str:
        """A folder is its files, hidden ones left out; of one with too many, their sizes and times have to do."""
        files = list(itertools.islice(self._files(folder), MOST_FILES))
        content = _file if len(files) < MOST_FILES else _stat
        facts: list[Any] = [(file.relative_to(folder).as_posix(), content(file)) for file in files]
        return digest([*facts, *(_query(file) for file in files if file.name == QUERY)])

    def _files(self, folder: Path) -> Iterator[Path]:
        for place, below, files in os.walk(folder):
            if os.path.realpath(place) == self.without:
                below.clear()
                continue
            below[:] = sorted(name for name in below if not name.startswith(IGNORED))
            yield from (Path(place, name) for name in sorted(files) if not name.startswith(IGNORED))


def versions() -> dict[str, Any]:
    """What reports are made with: `python`, `bsclib`, `source` (SHA-256 of the kit's own files), `packages` by name."""
    from bsclib import __version__

    root = Path(__file__).parent.parent
    files = (file.relative_to(root) for file in sorted(root.rglob("*")) if file.is_file())
    own = (file for file in files if not {"__pycache__", "_shipped"} & set(file.parts) and file.name[0] != ".")
    source = digest([(file.as_posix(), _file(root / file)) for file in own])
    return {"python": platform.python_version(), "bsclib": __version__, "source": source, "packages": _packages()}


def _packages() -> dict[str, str]:
    """Name and version of what is installed, from the names of its folders: reading each one's facts takes a second."""
    packages: dict[str, str] = {}
    for folder in map(Path, dict.fromkeys(sys.path)):
        for facts in folder.glob("*.dist-info") if folder.is_dir() else ():
            name, _, version = facts.stem.partition("-")
            packages.setdefault(name.lower(), version)
    return dict(sorted(packages.items()))


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value that could be a path."""
    if isinstance(value, str):
        if value and len(value) <= LONGEST_PATH and "\0" not in value:
            yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)


def _named(text: str) -> Path | None:
    """The file or folder that a text names, or the data set that ships under that name, or one in which it lies."""
    path = Path(text)
    try:
        if path.is_dir() or path.is_file():
            return path
    except OSError:
        return None
    return _sets().get(path.parts[0]) if path.parts else None


@functools.cache
def _sets() -> dict[str, Path]:
    return {file.parent.name: file.parent for file in sorted((shipped_folder() / "datasets").rglob("scorecard.yaml"))}


def _file(path: Path) -> str:
    """SHA-256 of a file; what cannot be read, or is no file but a pipe, has none."""
    try:
        return str(file_facts(path)["sha256"]) if path.is_file() else "no file"
    except OSError as error:
        return f"unreadable: {error.strerror}"


def _query(path: Path) -> str:
    """SHA-256 of the actuals that a query gives now; of one that gives none, a text that is never the same again."""
    from bsclib.files.scorecards import read_actuals

    try:
        return digest(read_actuals(path).to_csv(index=False))
    except BscError:
        return uuid.uuid4().hex


def _stat(path: Path) -> tuple[int, int]:
    try:
        return path.stat().st_size, path.stat().st_mtime_ns
    except OSError:
        return 0, 0
