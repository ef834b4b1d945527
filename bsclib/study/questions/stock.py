"""Single questions of the bank that ships, without reading the rest: a quiz in a terminal asks for five of hundreds.

What ships has been checked, and each of its questions begins with ``- id:``. Their places are found by this line, and
only the chosen ones are read as YAML. A test holds what is found here against what `bank` reads.

When the bank last changed stands in ``changed.json``, beside a digest of its texts, because a file's own time is that
of the checkout; `make derived` writes it again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TypeVar

import yaml

from bsclib.errors import UnknownNameError, unknown
from bsclib.files import atomic
from bsclib.files.paths import shipped_folder
from bsclib.study.questions.numeric import fill
from bsclib.study.questions.question import Entry, Item, made

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_BEGIN = re.compile(r"(?m)^(cases:|questions:)|^( *)- id: (\S+)")
T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """Where a question of the bank stands: its topic, and the lines of it or of the case that it belongs to."""

    id: str
    topic: str
    start: int
    end: int
    case: str = ""


@cache
def _texts() -> dict[str, str]:
    """The bank's files by topic."""
    folder = shipped_folder() / "datasets" / "questions"
    files = (file for file in sorted(folder.glob("*.yaml")) if file.stem != "sources")
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


@cache
def places(topic: str = "") -> tuple[Place, ...]:
    """Where the questions of a topic stand, those that send back to a lesson, or all; of a lesson without cases."""
    texts = _texts()
    every = tuple(place for name, text in texts.items() if topic in ("", name) for place in _places(name, text))
    if every:
        return every
    back = re.compile(rf"reread: '?{re.escape(topic)}#")
    alone = (place for place in places() if not place.case)
    if found := tuple(one for one in alone if back.search(texts[one.topic], one.start, one.end)):
        return found
    raise UnknownNameError(unknown("topic", topic, texts))


def _places(topic: str, text: str) -> Iterable[Place]:
    begins = list(_BEGIN.finditer(text))
    outer = [match for match in begins if match[1] or len(match[2]) == 2]
    ends = {match: later.start() for match, later in zip(outer, [*outer[1:], None], strict=True) if later}
    for match in outer:
        if match[1]:
            continue
        end = ends.get(match, len(text))
        inner = [each[3] for each in begins if each[2] and len(each[2]) > 2 and match.start() < each.start() < end]
        for id in inner or [match[3]]:
            yield Place(id, topic, match.start(), end, match[3] if inner else "")


def read_entry(place: Place) -> Entry:
    """The question of a place."""
    whole = yaml.load(_texts()[place.topic][place.start : place.end], Loader=_LOADER)[0]
    fields = next(each for each in whole["questions"] if each["id"] == place.id) if place.case else whole
    return Entry(made(fields), place.topic, place.id, whole.get("story", ""), place.case)


@cache
def sources() -> dict[str, str]:
    """The titles of what questions name as their source."""
    return dict(yaml.load(_sources_text(), Loader=_LOADER)["sources"])


def _sources_text() -> str:
    return (shipped_folder() / "datasets" / "questions" / "sources.yaml").read_text(encoding="utf-8")


# ---- when it changed

CHANGED = Path(__file__).with_name("changed.json")


def changed_at() -> float:
    """When the bank that ships last changed, in seconds: the same in every checkout."""
    return datetime.fromisoformat(json.loads(CHANGED.read_text(encoding="utf-8"))["at"]).timestamp()


def changed_text(now: datetime) -> str:
    """What ``changed.json`` should hold: as it is while the bank's texts are those it knows, else with this time."""
    known = json.loads(CHANGED.read_text(encoding="utf-8")) if CHANGED.exists() else {}
    seen = digest(*_texts().items(), _sources_text()).hex()
    if known.get("digest") != seen:
        known = {"at": f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", "digest": seen}
    return json.dumps(known, indent=2) + "\n"


# ---- chance that needs no generator


def shuffled(things: Sequence[T], *seeds: object) -> list[T]:
    """Things in an order that hangs on the seeds alone: the same on every machine, and with every version of Python."""
    return sorted(things, key=lambda thing: digest(*seeds, thing))


def digest(*things: object) -> bytes:
    """A number drawn by what things are."""
    return hashlib.sha256("\x1f".join(map(repr, things)).encode()).digest()


def put(entry: Entry, seed: int, topic: str | None = None) -> Item:
    """A question as it is put: with numbers drawn, and its options shuffled; `topic` is an exam's, if it is for one."""
    question = fill(entry.question, seed)
    places = tuple(range(len(question.options)))
    order, matches = (tuple(shuffled(places, seed, question.id, of)) for of in ("options", "matches"))
    if question.kind == "order" and order == places:
        order = order[::-1]  # an order that is shown solved asks nothing
    return Item(
        entry, question, entry.topic if topic is None else topic, order, matches if question.kind == "match" else ()
    )


if __name__ == "__main__":
    atomic.write_text(CHANGED, changed_text(datetime.now(UTC)))
