"""A linter for questions: what can be marked, and had better be changed.

Some rules look at one question: its words, its options, what it refers to. Others look at all of them together: a right
answer that is the longest too often, or in one place, lets people pass who know nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import get_args

import pandas as pd

from bsclib.errors import BscError, Fault, nearest
from bsclib.study.questions.exams import tags
from bsclib.study.questions.guessing import strategies
from bsclib.study.questions.numeric import fill
from bsclib.study.questions.question import Bank, Entry, Kind, Question
from bsclib.study.questions.reading import glossary, headings, pages

SEEDS = 200
"""With how many seeds a numeric question has to have an answer."""
ALIKE = 0.85
"""Share of the words of two stems from which on they are alike."""
SHORTEST_WHY = 12
"""Letters that an explanation has at least."""
LONGER, SLACK = 2.0, 24
"""An option may be so many times as long as the shortest one, and so many letters longer than that."""

_MARKUP = re.compile(r"<[a-zA-Z/!][^>]*>|\$|&#?\w+;|`|\*\*")
_CATCH_ALL = re.compile(
    r"\b(all|none|both|neither|either) of (the above|these|those|the others?)\b"
    r"|\b(?-i:[A-D] and [A-D])\b|\b(as|the) above\b|\babove$",
    re.I,
)
_NEGATION = re.compile(
    r"\b(neither\b[^.]*? nor|not|no|never|none|nothing|nobody|nor|neither|cannot|except|without|\w+n[’']t)\b", re.I
)
_ACRONYM = re.compile(r"[A-Z][A-Z&0-9]")
_WORD = re.compile(r"[\w%&-]+")


def check_questions(bank: Bank) -> pd.DataFrame:
    """Look a bank of questions over.

    Parameters
    ----------
    bank : Bank
        As `read_questions` gives it.

    Returns
    -------
    DataFrame
        A row a finding, in the order of the files and then those on all questions together: `where` (file, line and
        id), `what` is unwise, `got` and `fix`. Empty when there is nothing to say.

    Notes
    -----
    Over all single choices, the right option may be the longest, or in one place, no more often than chance would have
    it in 19 of 20 banks whose authors do not care.

    Examples
    --------
    >>> from bsclib.study import read_questions
    >>> check_questions(read_questions()).empty
    True
    """
    faults = [fault for entry in bank.entries for fault in _question_faults(entry, bank.sources)]
    faults += [*_alike(bank.entries), *_given_away(bank)]
    rows = [(fault.where, fault.what, fault.got, fault.fix) for fault in faults]
    return pd.DataFrame(rows, columns=["where", "what", "got", "fix"])


def tally(bank: Bank) -> pd.DataFrame:
    """How many questions there are of each topic and kind, and in how many cases."""
    kinds = list(get_args(Kind))
    rows = pd.DataFrame(
        [(entry.topic, entry.case, entry.question.kind) for entry in bank.entries], columns=["topic", "case", "kind"]
    )
    table = pd.crosstab(rows["topic"], rows["kind"]).reindex(columns=kinds, fill_value=0)
    cases = rows.loc[rows["case"] != ""].groupby("topic")["case"].nunique()
    return table.assign(all=table.sum(axis=1), cases=cases.reindex(table.index, fill_value=0)).reset_index()


def _question_faults(entry: Entry, sources: Iterable[str]) -> Iterator[Fault]:
    question = entry.question
    for finding in (_words, _options, _numbers):
        for what, got, fix in finding(question):
            yield Fault(entry.where, what, got, fix=fix)
    for what, got, known in _references(question, sources):
        guess = nearest(got, known)
        yield Fault(entry.where, what, got, fix=f"did you mean {guess!r}?" if guess else "")


Finding = tuple[str, str, str]


# ---- one question


def _texts(question: Question) -> list[str]:
    options = [text for option in question.options for text in (option.text, option.to, option.why)]
    return [question.stem, *options, question.examined, question.literature]


def _words(question: Question) -> Iterator[Finding]:
    for text in _texts(question):
        if markup := _MARKUP.search(text):
            yield "HTML, a formula or markup stands in a text", markup[0], "write plain words, and amounts as 5 EUR"
    if not question.stem.endswith(("?", ":", ".")):
        yield "the stem does not end like a sentence", question.stem[-30:], "end it with ?, : or a full stop"
    for option in question.options:
        if len(option.why) < SHORTEST_WHY:
            yield (
                "an explanation says too little",
                option.why,
                "say why the option tempts, and why it is right or wrong",
            )
    *_, ask = _sentences(question.stem)
    negated = [text for text in _sentences(question.stem) if len(_NEGATION.findall(text)) > 1]
    if negated:
        yield "a double negative", negated[0], "say it the other way round"
    if question.kind == "single" and _NEGATION.search(ask):
        for option in question.options:
            if _NEGATION.search(option.text):
                yield "the stem is negative and so is an option", option.text, "make one of the two positive"


def _sentences(text: str) -> list[str]:
    return re.split(r"(?<=[.?!]) +", text)


def _options(question: Question) -> Iterator[Finding]:
    if question.kind == "numeric":
        return
    texts = [option.text for option in question.options]
    for text in texts:
        if catch := _CATCH_ALL.search(text):
            yield "an option speaks of the others", catch[0], "say what is meant; options are shuffled"
    shortest, longest = min(texts, key=len), max(texts, key=len)
    choice = question.kind in ("single", "several")
    if choice and len(longest) > LONGER * len(shortest) and len(longest) - len(shortest) > SLACK:
        got = f"{len(shortest)} and {len(longest)} letters: {longest}"
        yield "options are of unlike length", got, "write them of about the same length"
    if len({text.endswith(".") for text in texts}) > 1:
        yield "some options end with a full stop, others without", "", "write all in the same form"
    if len({text[0].isupper() for text in texts if text[0].isalpha() and not _ACRONYM.match(text)}) > 1:
        yield "some options begin with a capital letter, others without", "", "write all in the same form"


def _numbers(question: Question) -> Iterator[Finding]:
    try:
        for seed in range(SEEDS if question.kind == "numeric" else 0):
            fill(question, seed)
    except BscError as error:
        yield error.faults[0].what, "", error.faults[0].fix


def _references(question: Question, sources: Iterable[str]) -> Iterator[tuple[str, str, Iterable[str]]]:
    """What is referred to and is not there, with what is."""
    if question.source not in sources:
        yield "this source is not listed", question.source, sources
    for tag in question.exams:
        if tag not in tags():
            yield "there is no such exam, or topic of an exam", tag, tags()
    for term in question.terms:
        if term.casefold() not in glossary():
            yield "the glossary does not explain this term", term, glossary()
    page, _, heading = question.reread.partition("#")
    if not headings(page):
        yield "there is no lesson or page of this name to reread", page, pages()
    elif heading not in headings(page):
        yield f"{page} has no such heading to reread", heading, headings(page)


# ---- all of them


def _alike(entries: Iterable[Entry]) -> Iterator[Fault]:
    """Stems that ask the same in nearly the same words; of one story, each asks something of its own."""
    words = [(entry, frozenset(_WORD.findall(f"{entry.story} {entry.question.stem}".casefold()))) for entry in entries]
    for (first, some), (second, others) in combinations(words, 2):
        if len(some & others) >= ALIKE * len(some | others) and not (first.case and first.case == second.case):
            got = f"{second.question.stem} (the other is in {first.where})"
            yield Fault(second.where, "two stems are alike", got, fix="ask something else, or leave one out")


def _given_away(bank: Bank) -> Iterator[Fault]:
    """Strategies by which somebody who knows nothing does better than chance."""
    for row in strategies(bank).itertuples():
        if row.right > row.most:
            got = f"right {row.right:.0f} times in {row.questions}, and chance explains {row.most}"
            fix = "move right options to other places" if row.strategy.startswith("always") else "shorten right options"
            yield Fault("all single choices", f"the strategy {row.strategy!r} does too well", got, fix=fix)
