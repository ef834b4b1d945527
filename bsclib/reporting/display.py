"""Sentences and tables as a notebook shows them: plain HTML, everything escaped, a caption on every table.

Names are a person's own words, so nothing here lets them act as HTML, as a formula, or turn the text around them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from bsclib.model.status import SYMBOLS, words
from bsclib.plots.palette import COLOURS, ink_on
from bsclib.reporting.notebook import SUMMARY
from bsclib.wording import PLAIN, Markup, html_table, truncated

if TYPE_CHECKING:
    from bsclib.reporting.brand import Brand

HEADS = {"kpi": "KPI", "kpis": "KPIs", "p": "p", "q": "q", "topsis_rank": "TOPSIS rank"}
NUMBERS = {
    "change_in_a_month": "{:+.1f}",
    "change_in_a_year": "{:+.1f}",
    "points": "{:+.1f}",
    "share": "{:.1%}",
    "weight": "{:g}",
    "attainment": "{:.3f}",
    "effective_weight": "{:.3f}",
}
"""How a column of numbers is written unless a table says otherwise; all others get one decimal."""
NOTHING = ("", "–", "no data")
UNBROKEN = 12
"""Letters up to which a number and its unit stay on one line."""
LONGEST = 240
"""Letters in a cell; a name of five hundred would push the rest off the page."""


@dataclass(frozen=True, repr=False)
class Html:
    """Something that shows itself as HTML in a notebook and as text everywhere else."""

    text: str
    html: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return self.html

    def page(self, house: Brand | None = None) -> str:
        """Itself as one page of HTML that needs nothing else, in the style of the reports."""
        from nbformat.v4 import new_code_cell, new_notebook, new_output

        from bsclib.reporting.page.page import page  # nbconvert takes long to import

        shown = new_output("display_data", {"text/html": self.html, "text/plain": self.text})
        return page(new_notebook(cells=[new_code_cell("", outputs=[shown])]), house=house)


def heading(text: str, level: int = 1) -> Html:
    """A title made from a person's names: the page's own, or of a section that is not always there.

    Parameters
    ----------
    text : str
    level : int, default 1
        To 6; 1 is the page's own title.

    Examples
    --------
    >>> heading("Bits & bytes")._repr_html_()
    '<h1 class="tex2jax_ignore mathjax_ignore" dir="auto">Bits &amp; bytes</h1>'
    """
    return Html(text, f'<h{level} class="{PLAIN}" dir="auto">{escape(text)}</h{level}>')


def bullets(texts: Iterable[str], lead: bool = False) -> Html:
    """Sentences as a list; nothing where there are none.

    Parameters
    ----------
    texts : iterable of str
    lead : bool
        Set them apart, as the first thing that a page says.

    Examples
    --------
    >>> bullets(["Cost < budget."])._repr_html_()
    '<ul class="tex2jax_ignore mathjax_ignore" style="max-width: 44rem"><li dir="auto">Cost &lt; budget.</li></ul>'
    """
    texts = list(texts)
    space = ' style="margin-bottom: .4em"' if lead else ""
    items = "".join(f'<li dir="auto"{space}>{escape(text)}</li>' for text in texts)
    style = f"max-width: 44rem{'; line-height: 1.4' if lead else ''}"
    html = f'<ul class="{PLAIN}" style="{style}">{items}</ul>' if texts else ""
    return Html("\n".join(f"- {text}" for text in texts), html)


def sentence(*texts: str, lead: bool = False) -> Html:
    """Sentences as one paragraph.

    Parameters
    ----------
    *texts : str
        Empty ones are left out.
    lead : bool
        Set it larger, as the first thing that a page says.

    Examples
    --------
    >>> sentence("Cost < budget.", "")._repr_html_()
    '<p class="tex2jax_ignore mathjax_ignore" style="max-width: 44rem">Cost &lt; budget.</p>'
    """
    text = " ".join(filter(None, texts))
    style = "max-width: 44rem; font-size: 1.25em; line-height: 1.45" if lead else "max-width: 44rem"
    return Html(text, f'<p class="{PLAIN}" style="{style}">{escape(text)}</p>' if text else "")


def table(
    frame: pd.DataFrame,
    caption: str,
    formats: Mapping[str, str] | None = None,
    otherwise: str = "",
    below: str = "",
) -> Html | None:
    """A frame as a table with a caption, its first column the heads of the rows.

    Parameters
    ----------
    frame : DataFrame
        A column whose name ends in `status` gets symbols, words and colours. The index is not shown; one that is called
        `id` says what a row is about, and its name and score then lead to what `disclosures` shows of it on the page.
    caption : str
        What the table shows.
    formats : mapping of str to str, optional
        How the numbers of a column are written, such as ``{"points": "{:+.2f}"}``.
    otherwise : str
        What is said instead of a table without rows; by default nothing is shown.
    below : str
        A column of text that stands in brackets below the first one, and not in a column of its own.

    Returns
    -------
    Html or None
        None for a frame without rows, when nothing is to be said instead. A missing number is a dash.

    Examples
    --------
    >>> table(pd.DataFrame({"kpi": ["Cost"], "points": [-1.25]}), "What it costs")
    What it costs
     KPI Points
    Cost   −1.2
    """
    if frame.empty:
        return sentence(otherwise) if otherwise else None
    formats = {**NUMBERS, **(formats or {})}
    under = [f"({text})" if text else "" for text in frame[below]] if below else []
    frame = frame.drop(columns=below) if below else frame
    cells = {name: [_cell(value, name, formats) for value in frame[name]] for name in frame}
    sides = ["right" if all(map(_is_number, column)) else "left" for column in cells.values()]
    columns = [
        [_status_chip(cell) if name.endswith("status") and cell in SYMBOLS else cell for cell in column]
        for name, column in cells.items()
    ]
    about = list(map(str, frame.index)) if frame.index.name == "id" else []
    leading = [at for at, name in enumerate(cells) if at == 0 or name == "score"]
    plain = pd.DataFrame({_head(name): [cell[:80] for cell in column] for name, column in cells.items()})
    for at in leading if about else ():
        columns[at] = [_leading(cell, id) for cell, id in zip(columns[at], about, strict=True)]
    for at, text in enumerate(under):
        columns[0][at] = Markup(f"{_made_safe(columns[0][at])} <br><small>{escape(truncated(text, LONGEST))}</small>")
    tied = [[_tied(cell, side == "right") for cell in column] for column, side in zip(columns, sides, strict=True)]
    html = html_table([_head(name) for name in cells], zip(*tied, strict=True), caption, sides)
    return Html(f"{caption}\n{plain.to_string(index=False)}", html)


def disclosures(frame: pd.DataFrame, caption: str) -> Html:
    """A tree of scores that a reader opens one by one, by mouse or keyboard and without a script.

    Parameters
    ----------
    frame : DataFrame
        By `id`, as `bsclib.reporting.briefing.breakdown` gives it: `parent` (an id, or empty), `name`, `score`,
        `status`, `part` and `why`; `points` are not shown. Each other column holds a fact, which is shown under its
        name where it is stated.
    caption : str
        What the reader finds in it.

    Returns
    -------
    Html
        On a page the names and scores of tables by the same ids lead here; on paper it is left out.

    Examples
    --------
    >>> top = {
    ...     "parent": "",
    ...     "name": "IT",
    ...     "score": 60.0,
    ...     "status": "off_target",
    ...     "part": "",
    ...     "why": "Cost is off target.",
    ... }
    >>> disclosures(pd.DataFrame([top], index=["it"]), "Open a score")
    Open a score
    IT: 60.0, off target. Cost is off target.
    """
    rows = dict(zip(map(str, frame.index), frame.to_dict("records"), strict=True))
    facts = [name for name in frame if name not in ("parent", "name", "score", "status", "points", "part", "why")]
    below: dict[str, list[str]] = {}
    for id, row in rows.items():
        below.setdefault(row["parent"], []).append(id)

    def items(parent: str) -> str:
        opened = "".join(f"<li>{_disclosure(id, rows[id], facts, items(id))}</li>" for id in below.get(parent, ()))
        return f"<ul>{opened}</ul>" if opened else ""

    lines = [
        f"{row['name']}: {_cell(row['score'], 'score', {})}, {words(row['status'])}. {row['why']}"
        for row in rows.values()
    ]
    html = f'<div class="disclosures {PLAIN}"><p>{escape(caption)}</p>{items("")}</div>'
    return Html("\n".join([caption, *lines]), html)


def named(frame: pd.DataFrame, names: Mapping[str, str], column: str = "id") -> pd.DataFrame:
    """A frame with names in place of ids.

    Parameters
    ----------
    frame : DataFrame
    names : mapping of str to str
        By id, such as a scorecard's `names`.
    column : str
        Which column holds the ids; ``"id"`` is then called ``"name"``.

    Returns
    -------
    DataFrame
        A copy; an id without a name stays as it is.

    Examples
    --------
    >>> named(pd.DataFrame({"id": ["mttr"], "score": [60.0]}), {"mttr": "Time to restore"})
                  name  score
    0  Time to restore   60.0
    """
    if column == "id":
        frame = frame.drop(columns="name", errors="ignore")
    texts = [names.get(str(id), str(id)) for id in frame[column]]
    return frame.assign(**{column: texts}).rename(columns={"id": "name"})


def record(summary: Mapping[str, Any]) -> None:
    """Put into the notebook what its report comes to, for an index of reports; nobody who reads the report sees it.

    Parameters
    ----------
    summary : mapping
        Plain data for JSON. An index shows `title`, `status`, `score`, `change` and `trend`; an Excel extract is made
        of `kpis`. `bsclib.reporting.briefing.report_data` makes one of scores; any other notebook may record its own.

    Examples
    --------
    >>> record({"title": "Genoa: June 2026", "status": "at_risk", "score": 74.2})
    """
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is not None:
        display({SUMMARY: dict(summary), "text/plain": ""}, raw=True)


def _leading(cell: str, id: str) -> str:
    return (
        Markup(f'<span data-about="{escape(id)}">{escape(cell)}</span>')
        if id and type(cell) is str and cell not in NOTHING
        else cell
    )


def _made_safe(cell: str) -> str:
    return cell if isinstance(cell, Markup) else escape(cell)


def _disclosure(id: str, row: Mapping[str, Any], facts: Iterable[str], below: str) -> str:
    """A score that opens to how it came about, and to what is below it."""
    name, part = (
        escape(truncated(row["name"], LONGEST)),
        f" <small>{escape(row['part'])}</small>" if row["part"] else "",
    )
    score = f"<strong>{_cell(row['score'], 'score', {})}</strong> " if pd.notna(row["score"]) else ""
    head = f'<span dir="auto">{name}</span> {score}{_status_chip(row["status"])}{part}'
    stated = "".join(f'<dt>{_head(name)}</dt><dd dir="auto">{escape(row[name])}</dd>' for name in facts if row[name])
    said = f'<p dir="auto">{escape(row["why"])}</p>{f"<dl>{stated}</dl>" if stated else ""}{below}'
    return f'<details><summary>{head}</summary><div id="score.{escape(id)}">{said}</div></details>'


def _head(name: str) -> str:
    text = name.replace("_", " ")
    return HEADS.get(name) or text[:1].upper() + text[1:]


def _tied(cell: str, number: bool = False) -> str:
    """The same, with no line break between a number and its per cent, or its unit where that is short."""
    gap = " " if number and len(cell) <= UNBROKEN else " %"
    tied = cell.replace(gap, gap.replace(" ", "\u00a0"))
    return Markup(tied) if isinstance(cell, Markup) else tied


def _cell(value: Any, name: str, formats: Mapping[str, str]) -> str:
    if isinstance(value, str):
        return truncated(value, LONGEST)
    if pd.isna(value):
        return "–"
    if isinstance(value, (float, np.floating)):
        text = re.sub(r"(?<=\d)%", " %", formats.get(name, "{:,.1f}").format(value))
        zero = not any(digit in text for digit in "123456789")
        return text.lstrip("+-") if zero else text.replace("-", "−")
    return f"{value:,}"


def _is_number(cell: str) -> bool:
    return cell in NOTHING or cell.lstrip("+−-")[:1].isdigit()


def _status_chip(status: str) -> Markup:
    colours = f"background: {COLOURS[status]}; color: {ink_on(COLOURS[status])}"
    style = f"{colours}; padding: .1em .5em; border-radius: .3em; white-space: nowrap"
    return Markup(f'<span style="{style}">{SYMBOLS[status]} {words(status)}</span>')
