"""A question as it is put, and what is said to an answer: as plain lines for a terminal, and as HTML for a notebook.

Letters and words carry the meaning, so that it reads the same over ssh, without colour, and aloud.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

from bsclib.study.practice.answering import Places, asked_for, is_right
from bsclib.study.questions.question import LETTERS, Item
from bsclib.wording import PLAIN

WIDTH = 90
_NO_PAGE = {"workbook", "arithmetic"}
"""What questions name as their source where there is neither a book nor a page that somebody could open."""
_SURE = {
    "established": "the answer was compared with it",
    "cited": "found in two places, and credited to its source",
    "common": "in wide use",
    "ours": "our judgement",
}


@dataclass(frozen=True)
class Said:
    """What is said to an answer: the verdict, each option with its letter and explanation, and what else there is."""

    right: bool
    wrong: bool  # neither, where nobody has answered
    key: str  # the right one, in letters
    options: tuple[tuple[str, str, str], ...]  # letter, text with what it is, why
    notes: tuple[str, ...]

    @property
    def solved(self) -> str:
        """What is the right answer, in a sentence."""
        return f"The right answer is {self.key}."

    @property
    def verdict(self) -> str:
        """Whether it is right, and what would be."""
        return "Right." if self.right else f"{'Wrong. ' * self.wrong}{self.solved}"


def written(item: Item, places: Places) -> str:
    """An answer in letters, as somebody would write it."""
    if item.question.kind == "match":
        return " ".join(f"{LETTERS[option]}{match + 1}" for option, match in enumerate(places))
    return " ".join(LETTERS[place] for place in places)


def answered(item: Item, places: Places, sources: dict[str, str] | None = None) -> Said:
    """What to say to an answer; to none, what would have been right."""
    right, question = is_right(item, places), item.question
    choice = question.kind not in ("order", "match")
    options = []
    for place in item.key if question.kind == "order" else range(len(item.order)):
        option = item.options[place]
        marks = [word for word, of in (("right", item.key), ("your answer", places)) if choice and place in of]
        beside = f": {item.beside[item.key[place]]}" if question.kind == "match" else ""
        text = option.text + beside
        options.append((LETTERS[place], f"{text} ({', '.join(marks)})" if marks else text, option.why))
    notes = []
    if question.examined:
        notes = [f"In the exam: {question.examined}", f"In the literature: {question.literature}"]
    page, _, heading = question.reread.partition("#")
    source = "" if question.source in _NO_PAGE else (sources or {}).get(question.source, "")
    notes += [f"Source: {source} ({_SURE[question.confidence]})."] if source else []
    lesson = f"lesson {page[:2]}" if page[:2].isdigit() else page
    notes.append(f"To read again: {heading}, in {lesson}.")
    return Said(right, bool(places) and not right, written(item, item.key), tuple(options), tuple(notes))


def reasons(item: Item, places: Places) -> tuple[str, ...]:
    """Why an answer is right, or of each option where it is not: its letter and explanation."""
    kind, key, right = item.question.kind, item.key, is_right(item, places)
    if kind == "order":
        turns = [place for place, given in zip(key, places, strict=True) if right or given != place]
    elif kind == "match":
        turns = [place for place, given in enumerate(places) if right or given != key[place]]
    elif kind == "several":
        turns = sorted(set(key) if right else set(places) ^ set(key))
    elif right:
        return (item.options[key[0]].why,)
    else:
        turns = [*places, *key]
    return tuple(f"{_called(item, place)}: {item.options[place].why}" for place in turns)


def first_reasons(item: Item, places: Places) -> tuple[str, ...]:
    """Why a first answer is wrong, without what is right: the reason of each wrong option, or how much of it fits."""
    kind, key = item.question.kind, item.key
    if kind in ("order", "match"):
        fit = sum(given == right for given, right in zip(places, key, strict=True))
        stand = "stands in its place" if fit == 1 else "stand in their places"
        has = "has its match" if fit == 1 else "have their matches"
        return (f"{fit} of {len(key)} {stand if kind == 'order' else has}.",)
    wrong = [place for place in places if place not in key]
    if not wrong:
        lacking = len(set(key) - set(places))
        return (f"what you chose is right, and {lacking} more {'belongs' if lacking == 1 else 'belong'} to it.",)
    return tuple(f"{LETTERS[place]}: {item.options[place].why}" for place in wrong)


def _called(item: Item, place: int) -> str:
    """An option's letter with what one has to know of it: its words where places are asked for, else if it is right."""
    letter, text = LETTERS[place], item.options[place].text
    if item.question.kind == "order":
        return f"{letter} ({text})"
    if item.question.kind == "match":
        return f"{letter}{item.key[place] + 1} ({text}: {item.beside[item.key[place]]})"
    return f"{letter} is right" if place in item.key else letter


# ---- plain lines


def lines_of(item: Item, number: int, count: int, flagged: bool = False, width: int = WIDTH) -> list[str]:
    """A question as lines of text."""
    head = f"Question {number} of {count}{', flagged' if flagged else ''}"
    lines = [head, ""]
    for text in (item.entry.story, item.question.stem):
        lines += [*textwrap.wrap(text, width), ""] if text else []
    for place, option in enumerate(item.options):
        lines += _hanging(LETTERS[place], option.text, width)
    if item.question.kind == "match":
        lines.append("")
        for place, text in enumerate(item.beside):
            lines += _hanging(str(place + 1), text, width)
    return [*lines, ""]


def lines_said(said: Said, width: int = WIDTH) -> list[str]:
    """What is said to an answer, as lines of text."""
    lines = [said.verdict, ""]
    for letter, text, why in said.options:
        lines += [*_hanging(letter, text, width), *textwrap.indent(textwrap.fill(why, width - 5), " " * 5).split("\n")]
    return [*lines, "", *(line for note in said.notes for line in textwrap.wrap(note, width))]


def _hanging(head: str, text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, initial_indent=f"  {head:<3}", subsequent_indent=" " * 5)


def wrapped(texts: Iterable[str], width: int = WIDTH) -> list[str]:
    """Sentences as lines."""
    return [line for text in texts for line in (textwrap.wrap(text, width) if text else [""])]


# ---- HTML


def html_asked(item: Item) -> str:
    """The story and the stem."""
    story = f"<p><em>{escape(item.entry.story)}</em></p>" if item.entry.story else ""
    style = "max-width: 44rem; line-height: 1.4"
    return f'<div class="{PLAIN}" dir="auto" style="{style}">{story}<p>{escape(item.question.stem)}</p></div>'


def html_options(item: Item) -> str:
    """The options with their letters; of a match what they are matched with, numbered."""
    lists = [("upper-alpha", [option.text for option in item.options])]
    if item.question.kind == "match":
        lists.append(("decimal", list(item.beside)))
    return "".join(
        f'<ol style="list-style: {style}; max-width: 44rem; line-height: 1.4">'
        f"{''.join(f'<li>{escape(text)}</li>' for text in texts)}</ol>"
        for style, texts in lists
    )


def html_said(said: Said) -> str:
    """What is said to an answer; a screen reader says it when it comes."""
    rows = "".join(
        f"<li><strong>{letter}</strong> {escape(text)}<br>{escape(why)}</li>" for letter, text, why in said.options
    )
    notes = "".join(f"<p>{escape(note)}</p>" for note in said.notes)
    colour = "#1b7f5c" if said.right else "#b3441e" if said.wrong else "#767676"
    style = f"border-left: .3em solid {colour}; padding: .1em .8em; max-width: 44rem; line-height: 1.4"
    head = f'<p role="status" aria-live="polite"><strong>{escape(said.verdict)}</strong></p>'
    listed = f'<ul style="list-style: none; padding: 0">{rows}</ul>'
    return f'<div class="{PLAIN}" dir="auto" style="{style}">{head}{listed}{notes}</div>'


def prompt(item: Item) -> str:
    """What is asked for, before the place where it is typed."""
    return f"Your answer ({asked_for(item)}): "
