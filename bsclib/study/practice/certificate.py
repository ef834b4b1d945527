"""What somebody has learnt, as a certificate on paper: the name that was typed, the course, the day, results by topic.

It says what it rests on, so that nobody takes it for more: answers given on one's own machine, and no vendor's exam.
The name is put on the page and kept nowhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from html import escape

import pandas as pd

from bsclib import __version__
from bsclib.errors import BscError, Fault
from bsclib.model.values import control_character
from bsclib.study.practice import overview, progress
from bsclib.study.questions.exams import shipped_exams
from bsclib.study.questions.reading import headings, pages
from bsclib.wording import counted, html_table, listed, month_name

LONGEST_NAME = 80
COURSE = "IT balanced scorecard"
_STYLE = """
@page {size: A4; margin: 18mm 20mm; border: 1.5pt solid #1b4f72}
body {font: 10.5pt/1.45 "DejaVu Sans", sans-serif; color: #1a1a1a; margin: 8mm 6mm}
h1 {font-size: 24pt; font-weight: normal; color: #1b4f72; margin: 0 0 10mm}
.name {font-size: 19pt; margin: 0; border-bottom: .5pt solid #888; padding-bottom: 1mm; overflow-wrap: anywhere}
table {border-collapse: collapse; width: 100%; margin-top: 7mm; page-break-inside: avoid}
caption {font-size: 12pt; font-weight: bold; color: #1b4f72; padding-bottom: 1mm}
th, td {padding: .8mm 2mm; border-bottom: .3pt solid #bbb; font-weight: normal; min-width: 0 !important}
thead th {font-weight: bold}
.basis {font-size: 9pt; margin-top: 8mm; border-top: .5pt solid #888; padding-top: 2mm}
"""
_BASIS = (
    "What this is worth: the kit counted these answers on the learner's own machine, and nobody watched. It is no "
    "certificate of ISACA, PeopleCert, the Balanced Scorecard Institute or any other vendor, and stands for none of "
    "their exams. Mock exams follow the form of real ones with questions of the kit's own."
)


def check_name(name: str) -> str:
    """A name as it can be printed on one line."""
    plain = " ".join(name.split())
    odd = any(unicodedata.category(letter) in ("Co", "Cn") for letter in plain)
    if not plain or odd or control_character(plain) or len(plain) > LONGEST_NAME:
        allowed = f"letters, up to {LONGEST_NAME} of them"
        raise BscError(Fault("name", "this cannot be printed as a name", repr(name)[:80], allowed, "type another one"))
    return plain


def certificate_html(name: str, data: progress.Data, now: datetime) -> str:
    """The certificate as a page of HTML; where nothing was learnt yet there is none."""
    name, lessons, topics, exams = check_name(name), overview.lessons(data), overview.topics(data, now), data["exams"]
    met, done = int(topics["met"].sum()), int(lessons["right"].sum())
    if not (met or done or exams):
        raise BscError(
            Fault("progress", "there is nothing to certify yet", fix="answer some questions: bsc study quiz")
        )
    basis = [f"{met} of {counted(int(topics['questions'].sum()), 'question')} of the question bank"]
    basis += [f"{done} of {counted(int(lessons['exercises'].sum()), 'exercise')} of the lessons"]
    basis += [counted(len(exams), "mock exam")]
    day = now.astimezone()
    tables = [
        _table("Questions by topic", topics[topics["met"] > 0].assign(topic=_topic_name), _TOPICS),
        _table("Exercises by lesson", lessons[lessons["right"] > 0].assign(lesson=_lesson_name), _LESSONS),
        _table("Mock exams, the last ten", overview.exams(data).assign(exam=_exam_name), _EXAMS),
    ]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Certificate of study: {escape(name)}'
        f"</title><style>{_STYLE}</style></head><body><h1>Certificate of study</h1>"
        f'<p class="name" dir="auto">{escape(name)}</p>'
        f"<p>has studied the course <strong>{COURSE}</strong>. This is where it stands on "
        f"<strong>{day.day} {month_name(f'{day:%Y-%m}')}</strong>: it rests on {listed(basis)}.</p>"
        f'{"".join(tables)}<p class="basis">{_BASIS} Counted by bsclib {__version__}.</p></body></html>'
    )


_TOPICS = {"topic": "Topic", "questions": "In the bank", "met": "Answered", "right at last": "Right at last"}
_LESSONS = {"lesson": "Lesson", "exercises": "Exercises", "right": "Right"}
_EXAMS = {"exam": "Exam", "on": "Handed in", "right": "Right", "result": "Result"}


def _topic_name(topics: pd.DataFrame) -> list[str]:
    """What the kit's own final calls the topics of the bank."""
    names = {topic.id: topic.name for topic in shipped_exams()["final"].topics}
    return [names.get(id, id) for id in topics["topic"]]


def _lesson_name(lessons: pd.DataFrame) -> list[str]:
    titles = {page[:2]: headings(page)[0] for page in pages() if page[:2].isdigit()}
    return [f"{number} {titles.get(number, '')}" for number in lessons["lesson"]]


def _exam_name(exams: pd.DataFrame) -> list[str]:
    known = shipped_exams()
    return [known[id].name if id in known else id for id in map(str, exams["exam"])]


def _table(caption: str, frame: pd.DataFrame, heads: Mapping[str, str]) -> str:
    """Columns of a frame as a table; nothing where there are no rows."""
    if frame.empty:
        return ""
    columns = list(heads)
    rows = [[str(cell) for cell in row] for row in frame[columns].itertuples(index=False)]
    sides = ["right" if frame[name].dtype.kind in "iuf" else "left" for name in columns]
    return html_table(list(heads.values()), rows, caption, sides)
