"""What can go wrong, said so that a person can put it right.

Every message names the place, what is wrong, what was found there, what is allowed and how to mend it. All the faults
of one file are gathered and raised together: nobody likes to mend a file one message at a time.
"""

from __future__ import annotations

import difflib
import errno
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and how to put it right."""

    where: str  # file, line, sheet and cell, or the name of the argument
    what: str
    got: str = ""
    allowed: str = ""
    fix: str = ""

    def __str__(self) -> str:
        parts = [("Got", _short(self.got)), ("Allowed", _short(self.allowed, 1500)), ("Fix", _short(self.fix))]
        tail = "".join(f" {word}: {_stop(text)}" for word, text in parts if text)
        where = _short(self.where)
        where = where.replace("\n", "\\n")  # a heading may hold a line break, and a line begins with its place
        return visible(f"{where}{': ' if where else ''}{_stop(_short(self.what, 1500))}{tail}")


def visible(text: str) -> str:
    """A text whose control characters, and those that turn the direction of what follows, are seen and do nothing.

    A name that is kept apart from its surroundings by a pair of marks, as `bsclib.wording.short_name` does, stays so.
    """
    return _UNSEEN.sub(lambda found: found[1] or found[0].encode("unicode_escape").decode(), text)


_TURNS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_CONTROLS = f"\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_TURNS}"
_UNSEEN = re.compile(f"(\u2068[^\n{_CONTROLS}]*\u2069)|[{_CONTROLS}]")


def _short(text: str, limit: int = 300) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _stop(text: str) -> str:
    return text if text.endswith(("?", "!", ".")) else text + "."


def unreadable(path: object, problem: OSError) -> Fault:
    """The fault of a file that the system does not let us read."""
    fix = _UNREADABLE.get(problem.errno or 0, "look whether it is there, and whether you may read it")
    return Fault(str(path), f"this cannot be read: {problem.strerror or problem}", fix=fix)


_UNREADABLE = {
    errno.EISDIR: "it is a folder: give the path of a file",
    errno.EACCES: "ask for the right to read it; on Windows, close it in the program that has it open",
    errno.EPERM: "ask for the right to read it",
    errno.ELOOP: "mend the symbolic link, which leads back to itself",
}
MOST_FAULTS = 20
MOST_SHOWN = 50  # of an error's faults; it holds them all


def first_faults(faults: list[Fault], rest: str = "faults like these", where: str = "") -> list[Fault]:
    """As many faults as a person reads, and how many more there are of the rest."""
    more = len(faults) - MOST_FAULTS
    return faults[:MOST_FAULTS] + ([Fault(where, f"and {more:,} more {rest}")] if more > 0 else [])


class BscError(Exception):
    """Base of every error this library raises on purpose.

    Parameters
    ----------
    faults : str, Fault or iterable of Fault
        What is wrong. Several faults make one message, a line each.

    Attributes
    ----------
    faults : tuple of Fault
        The faults one by one, for programs; all of them, where the message shows the first fifty.
    """

    def __init__(self, faults: str | Fault | Iterable[Fault]):
        if isinstance(faults, str):
            self.faults: tuple[Fault, ...] = (Fault("", faults.removesuffix(".")),)
        elif isinstance(faults, Fault):
            self.faults = (faults,)
        else:
            self.faults = tuple(faults)
        shown = self.faults[:MOST_SHOWN]
        more = [f"  and {len(self.faults) - len(shown):,} more"] if len(self.faults) > len(shown) else []
        lines = [f"{len(self.faults):,} faults:", *(f"  {fault}" for fault in shown), *more]
        super().__init__(str(self.faults[0]) if len(self.faults) == 1 else "\n".join(lines))


class ScorecardError(BscError, ValueError):
    """A scorecard cannot be read, or could not be scored."""


class ActualsError(BscError, ValueError):
    """A table of actuals cannot be read, or contradicts its scorecard."""


class ReportError(BscError):
    """A report cannot be made."""


class UnknownNameError(BscError, LookupError):
    """A name that is not known; the message offers the nearest one that is."""


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name most like `name`, or an empty text."""
    names = {str(spelling).casefold(): str(spelling) for spelling in known}
    matches = difflib.get_close_matches(str(name)[:200].casefold(), names, n=1, cutoff=0.6)
    return names[matches[0]] if matches else ""


def unknown(
    kind: str, name: str, known: Iterable[str], where: str = "", names: Mapping[str, str] | None = None
) -> Fault:
    """The fault of naming something of a `kind`, such as ``"KPI"``, that is not known; `names` are those of ids."""
    known = list(map(str, known))
    what = f"there is no {kind} {_short(str(name), 80)!r}"
    return Fault(where, what, allowed=", ".join(known) or "none is defined", fix=suggestion(name, known, names))


def suggestion(name: str, known: Iterable[str], names: Mapping[str, str] | None = None) -> str:
    """The id that has this name among `names`, else the nearest that is known; empty where none is like it."""
    meant = [id for id, title in (names or {}).items() if id in known and title and _letters(title) == _letters(name)]
    if meant:
        ids = " and of ".join(meant)
        return f"that is the name of {ids}: write {meant[0] if len(meant) == 1 else 'the one that is meant'}"
    guess = nearest(name, known)
    return f"did you mean {guess!r}?" if guess else ""


def _letters(text: object) -> str:
    """A name without what people spell differently: capitals, spaces and dashes."""
    return "".join(character for character in str(text).casefold() if character.isalnum())
