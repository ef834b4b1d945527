"""What somebody has learnt so far: one small file on their own machine, without a name in it.

It holds which exercises and questions were right, which known mistakes were made, when a question is due again, what
mock exams came to, and what was chosen in one lesson for the next. Each change is made under a lock, on what the file
holds by then, and written whole or not at all; so two kernels at once lose nothing. A file that cannot be read, or
that a newer version wrote, is kept aside and said; progress that cannot be saved is said too, and stops nobody from
learning.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from bsclib.errors import BscError
from bsclib.files import atomic
from bsclib.wording import counted

VERSION = 1
FILE = "progress.json"
WAIT = 10.0
"""Seconds that a change waits for another kernel's."""
Data = dict[str, Any]


def home() -> Path:
    """The folder for what a person's programs keep."""
    import platformdirs

    return platformdirs.user_data_path("bsclib", appauthor=False)


def read() -> tuple[Data, list[str]]:
    """What is known, and what there is to say about the file."""
    path = home() / FILE
    try:
        data = checked(json.loads(path.read_text(encoding="utf-8-sig")))  # a mark that some editors put first
    except (FileNotFoundError, NotADirectoryError):
        return _empty(), []
    except (OSError, ValueError, RecursionError) as problem:
        return _empty(), [f"Your progress in {path} cannot be read ({problem}), so it begins anew."]
    return data, []


def change(act: Callable[[Data], None]) -> list[str]:
    """Change what is known, and say what went wrong with the file."""
    from filelock import FileLock, Timeout

    path = home() / FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not path.stat().st_mode & 0o222:
            return [f"Your progress is not saved: {path} is read-only. Allow writing to it, or move it away."]
        with FileLock(path.with_suffix(".lock"), timeout=WAIT):
            data, said = read()
            if said:
                said = [f"{said[0]} What was there is kept in {_put_aside(path)}."]
            act(data)
            atomic.write_text(path, json.dumps(data, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    except Timeout:
        return [f"Your progress is not saved: another program has kept {path} locked for {WAIT:.0f} seconds."]
    except (OSError, BscError) as problem:
        return [f"Your progress is not saved: {problem}"]
    return said


def _empty() -> Data:
    return {"version": VERSION, "questions": {}, "lessons": {}, "mistakes": {}, "exams": [], "chosen": {}}


def checked(data: Any) -> Data:
    """The file's content, when it is what this version writes; else ValueError says what it is not."""
    if not isinstance(data, dict) or type(version := data.get("version")) is not int:
        raise ValueError("it is no file of progress")
    if version > VERSION:
        raise ValueError(f"a newer bsclib wrote it, as version {version}")
    whole = _empty() | data
    if not _sound(whole):
        raise ValueError("its parts are not what they should be")
    return whole


def _sound(whole: Data) -> bool:
    """Whether every part is of the kind that is written here."""
    parts, exams = [whole[part] for part in ("questions", "lessons", "mistakes", "chosen")], whole["exams"]
    if not all(isinstance(part, dict) and all(isinstance(each, dict) for each in part.values()) for part in parts):
        return False
    counts = [known.get(word, 0) for known in whole["questions"].values() for word in ("right", "wrong")]
    cases = [states for lesson in whole["lessons"].values() for states in lesson.values()]
    slips = [slips for lesson in whole["mistakes"].values() for slips in lesson.values()]
    tables = isinstance(exams, list) and all(isinstance(each, dict) for each in [*cases, *slips, *exams])
    return tables and all(isinstance(count, int) for count in [*counts, *(n for one in slips for n in one.values())])


def _put_aside(path: Path) -> Path:
    """Move a file to a name beside it that is free."""
    number = 1
    while (aside := path.with_name(f"progress.aside-{number}.json")).exists():
        number += 1
    return path.rename(aside)


# ---- questions


def answered(data: Data, results: Mapping[str, bool], now: datetime) -> None:
    """Note which questions were answered rightly, and when each is due again."""
    from fsrs import Card, Rating, Scheduler

    # No steps of minutes: who learns beside a job comes back in days.
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    for id, right in results.items():
        known, rating = data["questions"].get(id, {}), Rating.Good if right else Rating.Again
        try:
            card = Card.from_dict(cast(Any, {**known["card"], "card_id": 0}))
            at = max(now, card.last_review or now)  # a clock that was set back
            card, _ = scheduler.review_card(card, rating, at)
        except (KeyError, TypeError, ValueError, OverflowError):  # none, or one that makes no sense: it is as new
            card, _ = scheduler.review_card(Card(card_id=0), rating, now)
        kept = {name: value for name, value in card.to_dict().items() if name != "card_id"}
        count = {
            word: known.get(word, 0) + (right is is_right) for word, is_right in (("right", True), ("wrong", False))
        }
        data["questions"][id] = {**count, "last": right, "card": kept}


def due(data: Data, now: datetime, among: Iterable[str] | None = None) -> list[str]:
    """The questions that are due today, the longest due first."""
    dates = {id: _due(known) for id, known in data["questions"].items()}
    wanted = set(dates if among is None else among)
    return sorted(
        (id for id, date in dates.items() if date and date.date() <= now.date() and id in wanted),
        key=lambda id: (dates[id], id),
    )


def _due(known: Mapping[str, Any]) -> datetime | None:
    try:
        date = datetime.fromisoformat(known["card"]["due"])
    except (KeyError, TypeError, ValueError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def next_due(data: Data) -> datetime | None:
    """When the next question is due."""
    return min(filter(None, map(_due, data["questions"].values())), default=None)


def due_words(data: Data, now: datetime) -> str:
    """How many questions are due, or when the next is; nothing where none was ever asked."""
    count, later = len(due(data, now)), next_due(data)
    if count:
        return f"{counted(count, 'question')} {'is' if count == 1 else 'are'} due now."
    return f"Nothing is due now; the next question is due on {later.astimezone():%Y-%m-%d}." if later else ""


# ---- lessons and exams


def lesson_states(data: Data, number: str, case: str) -> dict[str, str]:
    """What became of a lesson's exercises, asked of one case."""
    return dict(data["lessons"].get(number, {}).get(case, {}))


def exercise_checked(data: Data, number: str, case: str, name: str, state: str, slip: str = "") -> None:
    """Note what became of an exercise, and which known mistake was made; what was right stays so."""
    states = data["lessons"].setdefault(number, {}).setdefault(case, {})
    if states.get(name) != "right":
        states[name] = state
    if state == "wrong":
        slips = data["mistakes"].setdefault(number, {}).setdefault(name, {})
        slips[slip] = slips.get(slip, 0) + 1


def exported(data: Data) -> Data:
    """What a trainer may see: the exercises, on whatever data, and the mistakes; nothing that says whose they are."""
    lessons: dict[str, Any] = {}
    for number, cases in data["lessons"].items():
        states: dict[str, str] = {}
        for case in cases.values():
            states |= {name: state for name, state in case.items() if states.get(name) != "right"}
        lessons[number] = {"": states}
    return {**_empty(), "lessons": lessons, "mistakes": data["mistakes"]}


def handed_on(data: Data, scorecard: str, part: str) -> list[str]:
    """The ids of the objectives or KPIs that were chosen from a scorecard; none where nothing was chosen."""
    ids = data["chosen"].get(scorecard, {}).get(part, [])
    return [id for id in ids if isinstance(id, str)] if isinstance(ids, list) else []


def hand_on(data: Data, scorecard: str, part: str, ids: Iterable[str]) -> None:
    """Note which objectives or KPIs were chosen from a scorecard; none takes the choice back."""
    data["chosen"].setdefault(scorecard, {})[part] = list(ids)


def exam_taken(data: Data, exam: str, seed: int, right: int, count: int, passed: bool | None, now: datetime) -> None:
    """Note what a mock exam came to."""
    taken = {"exam": exam, "seed": seed, "right": right, "count": count, "passed": passed, "on": f"{now:%Y-%m-%d}"}
    data["exams"].append(taken)
