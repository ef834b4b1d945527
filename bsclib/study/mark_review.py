"""Marking a review: what was found of the faults that are there, what was missed, and what was flagged without one.

A reviewer names places: ids or names of what the scorecard holds, or a link as ``cause -> effect``; and beside a place,
who likes, the rule or a few words. The comparing is about places. What somebody wrote in words is kept, to be read
beside what the answer key says.
"""

from __future__ import annotations

import html
import textwrap
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from bsclib.model.nouns import Scorecard
from bsclib.study.places import Flag, around, flags_of, part_of, places_of

PARTS = ("scorecard", "perspective", "objective", "KPI", "link", "initiative")
"""What a fault may be in, in the order in which a review goes through them."""
_PLAIN = "tex2jax_ignore mathjax_ignore"
_NOT_HERE = "nothing is planted here; is there a reason that would convince the owner?"
_BESIDE = "nothing is planted in this itself; look around it: above, below, at its links and initiatives"
_OTHERWISE = "something is wrong here, but not this"


@dataclass(frozen=True, eq=False)
class Marking:
    """What became of a review; shown, it says what was found, and of the rest only how much there is.

    Attributes
    ----------
    found : DataFrame
        A row a fault that was found: `rule, where, part, said, what, why`. `said` is what the reviewer wrote of it.
    missed : DataFrame
        The other faults of the key: `rule, where, part, what, why`.
    wrong : DataFrame
        A row a place that was flagged without a fault: `where, said, why`.
    title : str
        What was reviewed.
    """

    found: pd.DataFrame
    missed: pd.DataFrame
    wrong: pd.DataFrame
    title: str

    @property
    def score(self) -> str:
        """The result in words.

        Examples
        --------
        >>> Marking(
        ...     pd.DataFrame(index=range(14)), pd.DataFrame(index=range(12)), pd.DataFrame(index=range(2)), ""
        ... ).score
        '14 of 26 found, 2 flagged without a fault'
        """
        wrong = f"{len(self.wrong)} flagged without a fault" if len(self.wrong) else "nothing flagged without a fault"
        return f"{len(self.found)} of {len(self.found) + len(self.missed)} found, {wrong}"

    @property
    def rest(self) -> str:
        """How many faults are left, and in what; not which."""
        if self.missed.empty:
            return "That is all of them."
        count = Counter(self.missed["part"])
        parts = [f"{count[part]} in {_some(part, count[part])}" for part in PARTS if part in count]
        return f"Still to be found: {', '.join(parts)}. When you have looked again, .missed lists them."

    def __repr__(self) -> str:
        lines = [f"{self.title}: {self.score}."]
        for symbol, head, rows in self._tables():
            lines += ["", f"{symbol} {head}:"]
            for where, *texts in rows:
                lines += [f"  {where}", *(textwrap.indent(textwrap.fill(one, 94), " " * 6) for one in texts if one)]
        return "\n".join([*lines, "", self.rest])

    def _repr_html_(self) -> str:
        parts = [f'<p dir="auto"><strong>{html.escape(self.title)}: {self.score}.</strong></p>']
        left = 'style="text-align: left; vertical-align: top; padding: .1em 1.5em .1em 0"'
        for symbol, head, rows in self._tables():
            heads = ("Where", "You wrote", "What is wrong", "What harm it does") if symbol == "✔" else ("Where", "Why")
            kept = [i for i in range(len(heads)) if any(row[i] for row in rows)]
            parts.append(f"<table><caption {left}>{symbol} {head}</caption><thead><tr>")
            parts += [f'<th scope="col" {left}>{heads[i]}</th>' for i in kept]
            parts.append("</tr></thead><tbody>")
            for row in rows:
                first, *cells = [html.escape(row[i]) for i in kept]
                parts.append(f'<tr><th scope="row" dir="auto" {left}>{first}</th>')
                parts += [f'<td dir="auto" {left}>{cell}</td>' for cell in cells]
                parts.append("</tr>")
            parts.append("</tbody></table>")
        parts.append(f"<p>{html.escape(self.rest)}</p>")
        return f'<div role="status" class="{_PLAIN}">{"".join(parts)}</div>'

    def _tables(self) -> Iterator[tuple[str, str, list[tuple[str, ...]]]]:
        """What is shown: a symbol, a head, and rows of texts that begin with the place."""
        if len(self.found):
            rows = self.found[["where", "rule", "said", "what", "why"]].itertuples(index=False)
            yield "✔", "Found", [(f"{one.where} ({one.rule})", one.said, one.what, one.why) for one in rows]
        if len(self.wrong):
            rows = self.wrong.itertuples(index=False)
            yield "✘", "Flagged without a fault", [(_with(one.where, one.said), one.why) for one in rows]


def mark_review(found: Any, key: pd.DataFrame, scorecard: Scorecard) -> Marking:
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

    Returns
    -------
    Marking
        A place alone finds every fault in it; a place with a rule finds that fault only. A finding about two KPIs is
        found by either. A place that is named twice counts once.

    Raises
    ------
    UnknownNameError
        With every place that is not in the scorecard, and the nearest name for each.

    Examples
    --------
    >>> from bsclib.model.build import build
    >>> card = build(
    ...     {
    ...         "id": "desk",
    ...         "name": "Service desk",
    ...         "perspectives": [{"id": "users", "name": "Users"}],
    ...         "objectives": [{"id": "fast", "name": "Restore fast", "perspective": "users"}],
    ...         "kpis": [
    ...             {
    ...                 "id": "mttr",
    ...                 "name": "Time to restore",
    ...                 "objective": "fast",
    ...                 "direction": "lower_is_better",
    ...                 "target": 9,
    ...                 "baseline": 9,
    ...             }
    ...         ],
    ...     }
    ... )
    >>> faults = [
    ...     ("BSC102", "fast", "Nobody owns the objective.", "Nobody is asked."),
    ...     ("BSC301", "mttr", "The target is the baseline.", "Nothing is to become better."),
    ... ]
    >>> key = pd.DataFrame(faults, columns=["rule", "where", "what", "why"])
    >>> mark_review(["time to restore", "map"], key, card)
    Review of Service desk: 1 of 2 found, 1 flagged without a fault.
    <BLANKLINE>
    ✔ Found:
      mttr (BSC301)
          The target is the baseline.
          Nothing is to become better.
    <BLANKLINE>
    ✘ Flagged without a fault:
      map
          nothing is planted here; is there a reason that would convince the owner?
    <BLANKLINE>
    Still to be found: 1 in an objective. When you have looked again, .missed lists them.
    """
    flags = flags_of(found, scorecard)
    faults = [places_of(str(row.where), str(row.what), scorecard) for row in key.itertuples()]
    hits: list[list[Flag]] = [[] for _ in faults]
    wrong = []
    for flag in flags:
        here = [i for i, places in enumerate(faults) if places & flag.places]
        right = [i for i in here if flag.rule in ("", key["rule"].iloc[i])]
        for i in right:
            hits[i].append(flag)
        if not right:
            beside = any(places & around(flag.places, scorecard) for places in faults)
            why = _OTHERWISE if here else _BESIDE if beside else _NOT_HERE
            wrong.append((flag.where, flag.said or flag.rule, why))
    rows = key[["rule", "where", "what", "why"]].assign(
        part=[part_of(where, scorecard) for where in key["where"]],
        said=["; ".join(dict.fromkeys(flag.said for flag in hit if flag.said)) for hit in hits],
    )
    hit = np.array([bool(one) for one in hits], dtype=bool)
    return Marking(
        found=rows.loc[hit, ["rule", "where", "part", "said", "what", "why"]].reset_index(drop=True),
        missed=rows.loc[~hit, ["rule", "where", "part", "what", "why"]].reset_index(drop=True),
        wrong=pd.DataFrame(wrong, columns=["where", "said", "why"]),
        title=f"Review of {scorecard.name}",
    )


def _some(part: str, count: int) -> str:
    if part == "scorecard":
        return "the scorecard as a whole"
    return f"{part}s" if count > 1 else f"{'an' if part[0] in 'aeiou' else 'a'} {part}"


def _with(where: str, said: str) -> str:
    return f"{where} ({said})" if said else where
