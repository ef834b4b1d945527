"""Where a scorecard is kept: written there only if nobody else has written there since it was read."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bsclib.errors import BscError, Fault, ScorecardError
from bsclib.files.paths import AnyPath
from bsclib.files.register import ACTIONS
from bsclib.files.scorecards import WORKBOOK, WORKBOOKS, YAML, read_scorecard, write_scorecard
from bsclib.files.unit_targets import TARGETS
from bsclib.model.nouns import Scorecard


class ClashError(ScorecardError):
    """A file is no longer what it was when it was opened."""


class Home:
    """Where a scorecard is kept, and what was there when it was last read or written."""

    def __init__(self, path: AnyPath):
        self.place = place = Path(path)
        if place.suffix.casefold() not in (*YAML, *WORKBOOKS) or place.is_dir():
            names = ["scorecard.yaml", "scorecard.yml", WORKBOOK]
            place = next((place / name for name in names if (place / name).exists()), place / names[0])
        self.file, self.seen = place, ""

    def stamp(self) -> str:
        """What the files of the scorecard hold now; empty where there are none."""
        files = [self.file, *(self.file.with_name(name) for name in (TARGETS, ACTIONS))]
        there = [file.read_bytes() for file in files[: 1 if self.file.suffix in WORKBOOKS else 3] if file.is_file()]
        return hashlib.sha256(b"\0".join(there)).hexdigest() if there else ""

    def read(self) -> Scorecard:
        """The scorecard that is there."""
        self.seen = self.stamp()
        return read_scorecard(self.file)

    def knows(self, card: Scorecard | None) -> None:
        """Take it that somebody has seen what is there, if it is this scorecard."""
        before = self.stamp()
        try:
            self.seen = before if card is not None and read_scorecard(self.file) == card else ""
        except BscError:
            self.seen = ""

    def write(self, card: Scorecard) -> None:
        """Write it, unless somebody else has written there since."""
        if self.stamp() != self.seen:
            what = "somebody else, or you in another tab, has saved this since you opened it: nothing was written"
            raise ClashError(Fault(self.file.name, what, fix="open what is there now, or save yours beside it"))
        write_scorecard(card, self.file)
        self.seen = self.stamp()

    @property
    def draft(self) -> Path:
        """Where a scorecard waits that is not whole yet."""
        return self.file.with_name(f"{self.file.stem}.draft.yaml")

    def beside(self, card: Scorecard) -> Path:
        """Write it under the next free name beside the one that is there."""
        names = (self.file.with_stem(f"{self.file.stem}-{at}") for at in range(2, 1000))
        file = next(name for name in names if not name.exists())
        write_scorecard(card, file)
        return file
