"""Marking a review: what was found of the faults that are there, what was missed, and what was flagged without one.

A reviewer names places: ids or names of what the scorecard holds, or a link as ``cause -> effect``; and beside a place,
who likes, the rule or a few words. The comparing is about places. What somebody wrote in words is kept, to be read
beside what the answer key says.
"""

from __future__ import annotations

import html
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from bsclib.model.nouns import Scorecard
from bsclib.reporting.findings import place_named
from bsclib.study.places import Flag, around, flags_of, part_of, places_of
from bsclib.wording import PLAIN, counted, html_table

PARTS = ("scorecard", "perspective", "objective", "KPI", "link", "initiative")
"""What a fault may be in, in the order in which a review goes through them."""
_NOT_HERE = "nothing was planted here; it may be a fair finding, if your reason would convince the owner"
_FAIR = "nothing was planted here, and it is a fair finding"
BESIDE = "nothing is planted in this itself; look around it: above, below, at its links and initiatives"
NOT_YET = "○ Not attempted. Put what you found where the dots are, then run this again."
_OTHERWISE = "something is wrong here, but not this"


@dataclass(frozen=True, eq=False)
class Marking:
    """What became of a review; shown, it says what was found, and of the rest only how much there is."""

    found: pd.DataFrame  # a row a fault: rule, where, part, said (by the reviewer), what, why
    missed: pd.DataFrame  # the other faults of the key
    wrong: pd.DataFrame  # a row a place that was flagged and is no fault of the key: where, said, why, fair
    title: str
    named: int  # places that were flagged
    names: Mapping[str, str] = field(default_factory=dict)  # of ids, for the page
    kinds: frozenset[str] = frozenset()  # of the places that were flagged and have a fault
    all_of: str = ""  # the kind of which all were flagged, or all but one, though several have no fault
    where: str = ""  # in what it was looked for, such as "in these two tables"
    unread: tuple[str, ...] = ()  # what is said of places that nobody knows

    @property
    def guessed(self) -> bool:
        """Whether of many places that were flagged more than a third have no fault, or all of a kind were flagged."""
        return self._scattered or bool(self.all_of)

    @property
    def _scattered(self) -> bool:
        return self.named > 5 and 3 * self.unfounded > self.named

    @property
    def unfounded(self) -> int:
        """How many of the places that were flagged have no fault, and are not fair either."""
        return len(self.wrong) - int(self.wrong["fair"].sum())

    @property
    def score(self) -> str:
        """The result in words."""
        found = f"{len(self.found)} of {len(self.found) + len(self.missed)} found"
        if self.guessed:
            without = f", and {self.unfounded} of your {counted(self.named, 'place')} without a fault"
            right = self.named - len(self.wrong)
            shared = f"; the other {right} name {counted(len(self.found), 'fault')} together"
            return f"{found}{without if self.unfounded else ''}{shared if right > len(self.found) > 0 else ''}"
        many, fair = len(self.wrong), len(self.wrong) - self.unfounded
        wrong = (
            f"{many} more flagged that {'was' if many == 1 else 'were'} not planted{self.where and f' {self.where}'}"
            if many
            else "nothing else flagged"
        )
        good = "" if not fair else " and is fair" if many == 1 else f", {fair if fair < many else 'all'} of them fair"
        return f"{found}, {wrong}{good}"

    @property
    def rest(self) -> str:
        """How many faults are left, and in what; not which."""
        if self._scattered:
            return "That is more than one place in three. Take out what you could not defend; then you are told which."
        if self.all_of:
            return (
                f"Nearly every {self.all_of} is named, so that is no finding yet. Name only those that you could "
                "defend, and look at links and initiatives too."
            )
        if self.missed.empty:
            return "That is all of them."
        count = Counter(self.missed["part"])
        parts = [f"{count[part]} in {_some(part, count[part])}" for part in PARTS if part in count]
        return f"Still to be found: {', '.join(parts)}. When you have looked again, the solution lists them."

    @property
    def _untouched(self) -> bool:
        return not self.named and not self.unread

    def __repr__(self) -> str:
        if self._untouched:
            return NOT_YET
        lines = [f"{self.title}: {self.score}.", *(textwrap.fill(text, 100) for text in self.unread)]
        for symbol, head, rows in self._tables({}):
            lines += ["", f"{symbol} {head}:"]
            for where, *texts in rows:
                lines += [f"  {where}", *(textwrap.indent(textwrap.fill(text, 94), " " * 6) for text in texts if text)]
        return "\n".join([*lines, "", self.rest])

    def _repr_html_(self) -> str:
        if self._untouched:
            return f'<div role="status" class="{PLAIN}"><p dir="auto">{NOT_YET}</p></div>'
        parts = [f'<p dir="auto"><strong>{html.escape(self.title)}: {self.score}.</strong></p>']
        parts += [f'<p dir="auto">{html.escape(text)}</p>' for text in self.unread]
        for symbol, head, rows in self._tables(self.names):
            heads = ("Where", "You wrote", "What is wrong", "What harm it does") if symbol == "✔" else ("Where", "Why")
            columns = [column for column in zip(heads, *rows, strict=True) if any(column[1:])]
            heads, *cells = zip(*columns, strict=True)
            parts.append(html_table(heads, cells, f"{symbol} {head}"))
        parts.append(f"<p>{html.escape(self.rest)}</p>")
        return f'<div role="status" class="{PLAIN}">{"".join(parts)}</div>'

    def _tables(self, names: Mapping[str, str]) -> Iterator[tuple[str, str, Sequence[tuple[str, ...]]]]:
        """What is shown: a symbol, a head, and rows of texts that begin with the place."""
        if self.guessed:
            return

        def called(where: str) -> str:
            return place_named(where, names) if names else where

        if len(self.found):
            rows = self.found[["where", "said", "what", "why"]].itertuples(index=False)
            yield "✔", "Found", [(called(row.where), row.said, row.what, row.why) for row in rows]
        if len(self.wrong):
            rows = self.wrong.itertuples(index=False)
            places = [(f"{called(row.where)} ({row.said})" if row.said else called(row.where), row.why) for row in rows]
            yield "○", "Flagged, and not planted", places


def mark_review(found: Any, key: pd.DataFrame, scorecard: Scorecard, fair: pd.DataFrame | None = None) -> Marking:
    """Hold a review against the key.

    Parameters
    ----------
    found : list, dict, DataFrame or str
        The places that were flagged: ids or names of perspectives, objectives, KPIs and initiatives, a link as
        ``"cause -> effect"``, ``"scorecard"`` or ``"map"`` for the whole, or an owner's name. A list may also hold
        pairs of a place and a rule (``"BSC302"``, or ``302``) or a few words; a dict takes a place to these; a frame
        has a column `where` and perhaps `rule`, as `bsclib.design.check_scorecard` returns it. Nothing yet is
        ``...``, None or an empty list.
    key : DataFrame
        Columns `rule`, `where`, `what`, `why`, a row a fault, as `bsclib.files.datasets.answer_key` returns it.
    scorecard : Scorecard
        What was reviewed.
    fair : DataFrame, optional
        Columns `where` and `what`: findings that are not in the key and that a reviewer may well flag, such as others
        of `bsclib.design.check_scorecard`. They are told as fair, and do not count as guesses.

    Returns
    -------
    Marking
        A place alone finds every fault in it; a place with a rule finds that fault only. A finding about two KPIs is
        found by either. A place that is named twice counts once. Where more than five places are
        flagged and over a third of them have no fault, or where one column was copied, what was found is
        counted and not shown.

    Raises
    ------
    UnknownNameError
        With every place that is not in the scorecard, and the nearest name for each.

    Examples
    --------
    >>> from bsclib import read_scorecard
    >>> card = read_scorecard("lakeside")
    >>> faults = [
    ...     ("BSC102", "answer-citizens", "Nobody owns the objective.", "Nobody is asked."),
    ...     ("BSC301", "call-wait", "The target is the baseline.", "Nothing is to become better."),
    ... ]
    >>> key = pd.DataFrame(faults, columns=["rule", "where", "what", "why"])
    >>> mark_review(["call wait", "map"], key, card)
    Review of Lakeside Town Council IT: 1 of 2 found, 1 more flagged that was not planted.
    <BLANKLINE>
    ✔ Found:
      call-wait
          The target is the baseline.
          Nothing is to become better.
    <BLANKLINE>
    ○ Flagged, and not planted:
      map
          nothing was planted here; it may be a fair finding, if your reason would convince the owner
    <BLANKLINE>
    Still to be found: 1 in an objective. When you have looked again, the solution lists them.
    """
    return mark_flags(flags_of(found, scorecard), key, scorecard, fair)


def mark_flags(
    flags: Sequence[Flag], key: pd.DataFrame, scorecard: Scorecard, fair: pd.DataFrame | None = None
) -> Marking:
    """Hold what was flagged against the key, as `mark_review` does."""
    faults = [places_of(str(row.where), str(row.what), scorecard) for row in key.itertuples()]
    others = (
        []
        if fair is None
        else [(places_of(str(row.where), str(row.what), scorecard), str(row.what)) for row in fair.itertuples()]
    )
    hits: list[list[Flag]] = [[] for _ in faults]
    wrong: list[tuple[str, str, str, bool]] = []
    kinds, sound = set[str](), set[str]()
    for flag in flags:
        here = [i for i, places in enumerate(faults) if places & flag.places]
        right = [i for i in here if flag.rule in ("", key["rule"].iloc[i])]
        for i in right:
            hits[i].append(flag)
        if right:
            kinds |= {part_of(place, scorecard) for place in flag.places}
        else:
            sound |= flag.places
            beside = any(places & around(flag.places, scorecard) for places in faults)
            known = [] if here else [what for places, what in others if places & flag.places]
            why = _OTHERWISE if here else BESIDE if beside else _NOT_HERE
            wrong.append((flag.where, flag.said or flag.rule, f"{_FAIR}: {known[0]}" if known else why, bool(known)))
    rows = key[["rule", "where", "what", "why"]].assign(
        part=[part_of(where, scorecard) for where in key["where"]],
        said=["; ".join(dict.fromkeys(flag.said for flag in hit if flag.said)) for hit in hits],
    )
    hit = np.array([bool(flags) for flags in hits], dtype=bool)
    return Marking(
        found=rows.loc[hit, ["rule", "where", "part", "said", "what", "why"]].reset_index(drop=True),
        missed=rows.loc[~hit, ["rule", "where", "part", "what", "why"]].reset_index(drop=True),
        wrong=pd.DataFrame(wrong, columns=["where", "said", "why", "fair"]),
        title=f"Review of {scorecard.name}",
        named=len(flags),
        names={**scorecard.names, **{one.id: one.name for one in scorecard.initiatives}},
        kinds=frozenset(kinds),
        all_of=_all_of(frozenset[str]().union(*(flag.places for flag in flags)), sound, scorecard),
    )


def _all_of(named: frozenset[str], sound: set[str], card: Scorecard) -> str:
    """The kind of which all were named, or all but one, though several have no fault; empty where there is none."""
    links = [f"{link.cause} -> {link.effect}" for link in card.links]
    kinds = {"objective": [one.id for one in card.objectives], "KPI": [one.id for one in card.kpis], "link": links}
    copied = (
        kind
        for kind, ids in kinds.items()
        if len(ids) > 5 and len(named & set(ids)) >= len(ids) - 1 and len(sound & set(ids)) > 1
    )
    return next(copied, "")


def _some(part: str, count: int) -> str:
    if part == "scorecard":
        return "the scorecard as a whole"
    return f"{part}s" if count > 1 else f"{'an' if part[0] in 'aeiou' else 'a'} {part}"
