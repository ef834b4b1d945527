"""Relative links in a lesson's text, made to work where an edition lies: to a copy, or to nothing but their words.

A lesson links to another lesson, to a page of ``docs/`` or to a file of ``datasets/``. A linked page is copied beside
the edition, and so is what that page links to. What an edition leaves out is no longer linked: its words stay.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from bsclib.files.paths import shipped_folder

_LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(([^()\s]*)((?:\s+\"[^\"]*\")?)\)")
_CODE = re.compile(r"(?ms)^(```|~~~).*?^\1|`[^`\n]*`")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|#|$", re.IGNORECASE)
COPIED = ("docs", "datasets")
KEYS = ("truth.yaml", "answer_key.yaml")
"""Answers: never copied for a learner."""


@dataclass
class Copies:
    """The files that an edition's links lead to; `lessons` are the notebooks it holds, by their real paths."""

    lessons: Collection[Path]
    left_out: Collection[str] = ()  # names of files that are not handed out
    files: dict[str, bytes] = field(default_factory=dict)  # by their place in the edition

    def mended(self, text: str, source: Path, place: str) -> str:
        """A text whose links work from `place` in the edition; `source` is the file in which it stood."""
        kept = [match.span() for match in _CODE.finditer(text)]

        def new(match: re.Match[str]) -> str:
            if any(start <= match.start() < end for start, end in kept):
                return match[0]
            return self._link(match, source, place)

        return _LINK.sub(new, text)

    def _link(self, match: re.Match[str], source: Path, place: str) -> str:
        picture, words, target, title = match.groups()
        if _ELSEWHERE.match(target):
            return match[0]
        path, hash, heading = target.partition("#")
        there = self._placed(Path(os.path.normpath(source.parent / unquote(path))))
        if there is None:
            return words
        leads = posixpath.relpath(there, posixpath.dirname(place) or ".").replace(" ", "%20")
        return f"{picture}[{words}]({leads}{hash}{heading}{title})"

    def _placed(self, file: Path) -> str | None:
        """Where a file lies in the edition, copied if need be; None where it is not handed out."""
        if not file.is_file() or file.name in self.left_out:
            return None
        if file.suffix == ".ipynb":
            return file.name if file.resolve() in self.lessons else None
        try:
            inside = PurePosixPath(file.resolve().relative_to(shipped_folder().resolve()).as_posix())
        except ValueError:
            return None
        if inside.parts[0] not in COPIED:
            return None
        place = str(inside)
        if place not in self.files:
            self.files[place] = b""  # pages that link to each other
            raw = file.read_bytes()
            self.files[place] = self.mended(raw.decode(), file, place).encode() if file.suffix == ".md" else raw
        return place
