"""The syllabus: one page on the whole course, written from the notebooks by ``make derived``."""

from __future__ import annotations

from bsclib.files import atomic
from bsclib.files.paths import shipped_folder
from bsclib.study.questions.exams import shipped_exams
from bsclib.study.sittings import WORDS_A_MINUTE, Course, lessons, read_course
from bsclib.wording import counted

COMMAND = "python -m bsclib.study.syllabus"


def page() -> str:
    """The page as Markdown."""
    courses = [read_course(name) for name in lessons()]
    minutes = sum(one.stated for one in courses)
    head = [
        "# Syllabus",
        f"<!-- Written by `{COMMAND}`; do not edit. -->",
        f"The course has {counted(len(courses), 'lesson')}, from one case's first question to the report. "
        f"They take {minutes:,} minutes together, without what is optional. "
        "No sitting is longer than an hour, and each one ends at a place to stop.",
        f"Minutes follow one rule: {WORDS_A_MINUTE} words a minute, tables and pictures at half, and for each exercise "
        "what it states, or two minutes where its answers are folded. If you need twice as long, you are in good "
        "company.",
    ]
    return "\n\n".join([*head, _overview(courses), *map(_lesson, courses)]) + "\n"


def _overview(courses: list[Course]) -> str:
    rows = [
        f"| [{one.notebook[:2]} {one.title}](../notebooks/{one.notebook}.ipynb) | {one.promise} | {one.stated} "
        f"| {len(one.core)} | {', '.join(one.needs) or 'nothing'} |"
        for one in courses
    ]
    return "\n".join(["| lesson | you will be able to | minutes | sittings | needs |", "|---|---|---|---|---|", *rows])


def _lesson(one: Course) -> str:
    parts = [f"## {one.notebook[:2]} {one.title}"]
    if len(one.sittings) > 1:
        rows = [
            f"| {part.title}{' (optional)' if part.optional else ''} | {part.stated or '–'} |" for part in one.sittings
        ]
        parts.append("\n".join(["| sitting | minutes |", "|---|---|", *rows]))
    parts.append(_served(one.exams) or "What exams ask of it stands in [certification](certification.md).")
    return "\n\n".join(parts)


def _served(tags: tuple[str, ...]) -> str:
    """The topics of exams of which questions send back to a lesson, an exam a line."""
    lines = []
    for exam in shipped_exams().values():
        topics = [topic.name for topic in exam.topics if f"{exam.id}.{topic.id}" in tags]
        if topics or exam.id in tags:
            lines.append(f"- {exam.name}{': ' if topics else ''}{'; '.join(topics)}")
    return "\n".join(["It serves these exam topics:", "", *lines]) if lines else ""


if __name__ == "__main__":
    atomic.write_text(shipped_folder() / "docs" / "syllabus.md", page())
