"""What an exercise says: texts in a file beside it, which a trainer or a translator can edit without reading Python.

There is a file for each lesson and an entry for each exercise, in the order in which the lesson puts them::

    attainment:
      title: The share of the way
      text: What is the attainment of {kpi} in {period}?[[ It is measured in {unit}.]]
      hints: [from a nudge, to nearly all of the way]
      words: why the right answer is right.
      slips: {ratio: what to say to somebody who gave this wrong answer.}
      nothing: {no_actual: why there is nothing to ask of this scorecard.}
      minutes: 5  # how long it takes; 4 unless stated

A name in braces is filled in from the data. What stands between ``[[`` and ``]]`` is left out where a name in it stands
for nothing. Python says which names, slips and reasons there are; a file that does not fit is refused with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple

from bsclib.errors import BscError, Fault, nearest
from bsclib.files.yaml_tree import place, plain, read_tree

FOLDER = Path(__file__).parent
COMMON = frozenset({"period", "share"})
"""Names that every text may use: the last month that is scored, and how a share may be answered."""
MINUTES = 4
"""How long an exercise takes that does not say it."""
LONGEST = 30
_OPTIONAL = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
Steps = tuple[int | str, ...]


class Needs(NamedTuple):
    """What the texts of an exercise have to hold, and the names they may use."""

    names: frozenset[str] = frozenset()
    slips: frozenset[str] = frozenset()
    nothing: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    @property
    def places(self) -> set[Steps]:
        """Where a text has to stand; further hints may follow the first."""
        words: set[Steps] = {("words", answer) for answer in self.words} or {("words",)}
        said = {(kind, name) for kind, names in (("slips", self.slips), ("nothing", self.nothing)) for name in names}
        return {("title",), ("text",), ("hints", 0)} | words | said


@dataclass(frozen=True)
class Texts:
    """The texts of one exercise; those of `words` by right answer, or by an empty text where there is one for all."""

    title: str
    text: str
    hints: tuple[str, ...]
    words: Mapping[str, str]
    slips: Mapping[str, str]
    nothing: Mapping[str, str]
    minutes: int = MINUTES


def read_texts(path: Path, needs: Mapping[str, Needs]) -> dict[str, Texts]:
    """Read a file of texts, and hold it against what the exercises need; the order is the file's."""
    root = read_tree(path, "lesson's texts", "an entry for each exercise")
    entries = plain(root)
    faults = [_strange(f"{path.name}, {place(root, [id])}", "exercise", id, needs) for id in entries if id not in needs]
    faults += [Fault(path.name, f"the exercise {id!r} has no texts here") for id in needs if id not in entries]
    for id in [id for id in entries if id in needs]:
        leaves, wanted = dict(_leaves(entries[id])), needs[id].places
        for steps in wanted - leaves.keys():
            faults.append(Fault(f"{path.name}, {place(root, [id])}", f"there is no text for {_path(steps)}"))
        for steps, text in leaves.items():
            where = f"{path.name}, {place(root, [id, *steps])}"
            if steps == ("minutes",):
                if not isinstance(text, int) or not 1 <= text <= LONGEST:
                    faults.append(
                        Fault(where, "this is no number of minutes", str(text), f"a whole number, 1 to {LONGEST}")
                    )
            elif steps not in wanted and not (len(steps) == 2 and steps[0] == "hints"):
                faults.append(_strange(where, "text", _path(steps), map(_path, sorted(wanted, key=str))))
            elif not isinstance(text, str):
                faults.append(Fault(where, "this is no text", got=str(text), fix="put it in quotes"))
            else:
                faults += _template_faults(where, text, _known(steps[0], needs[id]))
    if faults:
        raise BscError(faults)
    return {id: _texts(entry) for id, entry in entries.items()}


def _known(part: int | str, needs: Needs) -> frozenset[str]:
    """The names that a text may be filled in with: a title with none, and a reason why nothing is asked with few."""
    return frozenset() if part == "title" else COMMON if part == "nothing" else needs.names | COMMON


def fill(text: str, values: Mapping[str, object]) -> str:
    """A text with its names filled in, without the optional parts in which a name stands for nothing."""
    kept = _OPTIONAL.sub(lambda part: part[1] if all(values[name] != "" for name in _names(part[1])) else "", text)
    return kept.format_map(values)


@cache
def phrases() -> dict[str, str]:
    """What several exercises say alike."""
    return plain(read_tree(FOLDER / "phrases.yaml", "phrases", "a text for each name"))


def precision(decimals: int) -> str:
    """What a question says of the precision it asks for; an answer may be off by one in the last place."""
    return phrases().get(f"to_{decimals}", phrases()["to_many"]).format(decimals=decimals)


def whose(unit: str) -> str:
    """Of whom something is asked: a unit, or the organisation as a whole."""
    return phrases()["unit"].format(unit=unit) if unit else phrases()["whole"]


def _texts(entry: dict[str, Any]) -> Texts:
    words = entry["words"]
    return Texts(
        title=entry["title"],
        text=entry["text"],
        hints=tuple(entry["hints"]),
        words=words if isinstance(words, dict) else {"": words},
        slips=entry.get("slips", {}),
        nothing=entry.get("nothing", {}),
        minutes=entry.get("minutes", MINUTES),
    )


def _leaves(value: Any, steps: Steps = ()) -> Iterator[tuple[Steps, Any]]:
    """Every single value, with the keys that lead to it."""
    if isinstance(value, (dict, list)):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, (*steps, key))
    else:
        yield steps, value


def _template_faults(where: str, text: str, known: frozenset[str]) -> Iterator[Fault]:
    try:
        names = set(_names(text))
    except ValueError:
        yield Fault(where, "a brace has no partner", got=text, fix="write {{ and }} for braces that stay")
        return
    for name in sorted(names - known):
        yield _strange(where, "name to fill in", name, known)
    optional = _OPTIONAL.findall(text)
    if not text.count("[[") == text.count("]]") == len(optional) or not all(any(_names(part)) for part in optional):
        yield Fault(where, "an optional part [[…]] is not closed, or has no name in it that may be empty", got=text)


def _names(text: str) -> Iterator[str]:
    """The names in braces, with whatever else stands in the braces beside them."""
    for _, name, format, conversion in Formatter().parse(text):
        if name is not None:
            yield name + (f"!{conversion}" if conversion else "") + (f":{format}" if format else "")


def _strange(where: str, kind: str, name: str, known: Any) -> Fault:
    known = sorted(known)
    guess = nearest(name, known)
    fix = f"did you mean {guess!r}?" if guess else ""
    return Fault(where, f"there is no {kind} {name!r}", allowed=", ".join(known), fix=fix)


def _path(steps: Steps) -> str:
    return ".".join(map(str, steps))
