"""The parts of docs/trainer-guide.md that the lessons decide: timetables, and what each lesson holds for a trainer.

`make derived` writes them between the guide's signs. Minutes are those that each sitting states. What is optional is
not counted: it is what to add.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from bsclib.files import atomic
from bsclib.files.paths import shipped_folder
from bsclib.files.yaml_tree import plain, read_tree
from bsclib.reporting.notebook import source_of
from bsclib.study.exercises.texts import FOLDER
from bsclib.study.sittings import Sitting, read_course
from bsclib.study.teaching.editions import GUIDE
from bsclib.study.teaching.lesson_notebook import LessonNotebook, shipped_lessons
from bsclib.wording import counted, listed, sentence


class Plan(NamedTuple):
    """Days, their end, what minutes are multiplied by, and the lessons in order; what does not fit is left out."""

    days: int
    end: int
    pace: float
    lessons: tuple[str, ...]


STRETCH, COFFEE, LUNCH = 90, 15, 60
"""Minutes at a stretch without a pause, and of the pauses."""
START, NOON, EVENING = 9 * 60, 11 * 60 + 30, 17 * 60
OWN = "Your own scorecard"
PLANS: Mapping[str, Plan] = {
    "half a day": Plan(1, 12 * 60 + 30, 1.0, ("00", "03", "08", "09_executive_report")),
    "one day": Plan(1, EVENING, 1.0, ("00", "01", "03", "04", "05", "08", "09_executive_report")),
    "three days": Plan(
        3, EVENING, 1.5, ("00", "01", "02", "03", "04", "05", "06", "07", "08", "09_executive_report", "10")
    ),
}
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_SIGN = re.compile(r"(?s)(<!-- made: ([\w ]+) -->\n).*?(<!-- /made -->)")


def sittings_of(one: LessonNotebook) -> list[Sitting]:
    """The parts of a lesson in order; the first one bears the lesson's name."""
    course = read_course(one.path.stem, one.content, one.number)
    first, *others = course.sittings
    title = first.title if first.title == course.title else f"{course.title}: {first.title}"
    return [replace(first, title=title), *others]


def rows_of(plan: str, lessons: Iterable[LessonNotebook]) -> Iterator[tuple[int, int, int, str, Sitting | None]]:
    """A timetable: day, begin and end in minutes of the day, what it is, and the sitting, if it is one."""
    days, end, pace, wanted = PLANS[plan]
    known = {one.path.stem: one for one in lessons}
    chosen = [one for want in wanted for name, one in known.items() if name == want or name.startswith(f"{want}_")]
    day, clock, since, eaten = 1, START, 0, end < EVENING
    for part in (part for one in chosen for part in sittings_of(one) if not part.optional):
        pieces = _pieces(round(part.stated * pace))
        for number, minutes in enumerate(pieces, 1):
            pause = _pause(since, minutes, clock, eaten)
            if clock + pause + minutes > end:
                if day == days or number > 1:
                    break
                day, clock, since, eaten, pause = day + 1, START, 0, False, 0
            if pause:
                yield day, clock, clock + pause, "lunch" if pause == LUNCH else "pause", None
                clock, since, eaten = clock + pause, 0, eaten or pause == LUNCH
            name = part.title + (f" ({number} of {len(pieces)})" if len(pieces) > 1 else "")
            yield day, clock, clock + minutes, name, part
            clock, since = clock + minutes, since + minutes
    if days > 1 and end - clock > STRETCH // 2:
        yield day, clock, clock + COFFEE, "pause", None
        yield day, clock + COFFEE, end, OWN, None


def _pieces(minutes: int) -> list[int]:
    """A sitting cut into even pieces that nobody needs a pause in."""
    count = -(-minutes // STRETCH)
    return [minutes // count + (at < minutes % count) for at in range(count)]


def _pause(since: int, minutes: int, clock: int, eaten: bool) -> int:
    if since and not eaten and clock >= NOON:
        return LUNCH
    return COFFEE if since and since + minutes > STRETCH else 0


def timetable(plan: str, lessons: Iterable[LessonNotebook]) -> str:
    """A timetable as Markdown."""
    lessons = list(lessons)
    rows = list(rows_of(plan, lessons))
    out = ["| day | from | to | part | teaching | exercising |", "|---|---|---|---|---|---|"]
    for day, begin, end, what, part in rows:
        times = f"| {day} | {_time(begin)} | {_time(end)} |"
        if part is None:
            out.append(f"{times} *{what}* | | {end - begin if what == OWN else ''} |")
        else:
            exercising = round(part.exercising * (end - begin) / max(part.stated, 1))
            out.append(f"{times} `{part.lesson[:2]}` {what} | {end - begin - exercising} | {exercising} |")
    taught = sum(end - begin for _, begin, end, _, part in rows if part)
    there = {part.lesson for *_, part in rows if part}
    missing = [one.path.stem for one in lessons if one.path.stem not in there]
    out += ["", f"{counted(taught, 'minute')} of work, pauses left out."]
    if missing:
        out[-1] += f" Not in it: {listed([f'`{name}`' for name in missing], most=12)}."
    return "\n".join(out)


def lesson_block(one: LessonNotebook) -> str:
    """What a trainer should know of a lesson, as Markdown."""
    parts = sittings_of(one)
    core, optional = [part for part in parts if not part.optional], [part for part in parts if part.optional]
    lines = ["| part | minutes | teaching | exercising | exercises |", "|---|---|---|---|---|"]
    for part in core:
        names = ", ".join(f"`{name}`" for name in part.exercises) or "none that checks itself"
        teaching = part.stated - part.exercising
        lines.append(f"| {part.title} | {part.stated} | {teaching} | {part.exercising} | {names} |")
    aims = re.findall(r"(?m)^- (.+)$", source_of(one.cells[0]))
    lines += [
        "",
        "Key points, which the learners should be able to do in the end:",
        "",
        *(f"- {_unlinked(aim)}" for aim in aims),
    ]
    if one.number:
        mixed = [f"- `{name}`: {_open(says)}" for name, says in _mix_ups(one)]
        lines += ["", "Common mix-ups, as the exercises answer them:", "", *mixed]
    late = [name for part in core for name in list(part.exercises)[2:]]
    if late:
        shown = listed([f"`{name}`" for name in late[-4:]], most=4)
        lines += ["", f"*If late, drop* {shown}: hand {'it' if len(late) == 1 else 'them'} on as homework."]
    else:
        lines += ["", "*If late, drop* nothing: it is short."]
    add = listed([f"“{part.title}”" for part in optional], most=6) if optional else "the next lesson's first exercise"
    lines.append(f"*If fast, add* {add}.")
    return "\n".join(lines)


def _mix_ups(one: LessonNotebook) -> Iterator[tuple[str, str]]:
    """The first wrong answer that each of the first exercises knows."""
    texts = _texts(one.number)
    known = ((name, next(iter(texts[name].get("slips", {}).values()), "")) for name in one.exercises)
    yield from itertools.islice(((name, says) for name, says in known if says), 6)


def _texts(number: str) -> dict[str, Any]:
    """What the exercises of a lesson say, by name."""
    return plain(read_tree(FOLDER / f"lesson_{number}.yaml")) if number else {}


def _open(text: str) -> str:
    """A text with what is filled in from the data left open."""
    plain_text = re.sub(r"\[\[.*?\]\]", "", text)
    return sentence(" ".join(_unlinked(re.sub(r"\{\w+\}", "…", plain_text)).split()))


def _unlinked(text: str) -> str:
    """A text whose links, which lead from another folder, are their words."""
    return _LINK.sub(r"\1", text)


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def guide_text(text: str) -> str:
    """The guide with its derived parts as the lessons have them now."""
    lessons = shipped_lessons()
    known = {one.path.stem: one for one in lessons}

    def part(match: re.Match[str]) -> str:
        name = match[2]
        made = timetable(name, lessons) if name in PLANS else lesson_block(known[name])
        return f"{match[1]}{made}\n{match[3]}"

    return _SIGN.sub(part, text)


if __name__ == "__main__":
    guide = shipped_folder() / "docs" / GUIDE
    atomic.write_text(guide, guide_text(guide.read_text(encoding="utf-8")))
