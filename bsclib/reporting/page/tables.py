"""Tables that pandas wrote, made fit for a page: each in a box that scrolls by itself, numbers to the right.

The table's own text is left as it is; only boxes, marks and steady ids are added, and the marks within numbers change
where a house style asks for it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from html import escape, unescape

ROW = re.compile(r"<tr\b[^>]*>.*?</tr>", re.DOTALL | re.IGNORECASE)
CELL = re.compile(r"<(t[dh])\b([^>]*)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
TABLE = re.compile(r"<(/?)table\b[^>]*>", re.IGNORECASE)
HEAD = re.compile(r"<thead\b.*?</thead>", re.DOTALL | re.IGNORECASE)
CAPTION = re.compile(r"<caption\b[^>]*>(.*?)</caption>", re.DOTALL | re.IGNORECASE)
EMPTY_HEAD = re.compile(r"<th\b([^>]*)>(?:\s|&nbsp;)*</th>", re.IGNORECASE)
SCOPE = re.compile(r"""\s*\bscope\s*=\s*["']?\w+["']?""", re.IGNORECASE)
REGION = re.compile(r'(<div class="table[^"]*" role="region" tabindex="0" aria-label=")([^"]*)')
NUMBER = re.compile(r"\W{0,3}?[−–+-]?\s?[$€£]?\d[\d.,'\s\u00a0\u202f]*(\s?(%|[^\W\d]{1,6}(/[^\W\d]+)?))?")
PYTHON_NUMBER = r"\W{0,3}?[−–+-]?\s?[$€£]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?(\s?(%|[^\W\d]{1,6}(/[^\W\d]+)?))?"
RANGE = re.compile(rf"{PYTHON_NUMBER}( to {PYTHON_NUMBER})?")
"""A number, or a range of numbers, as Python writes it; 1.2.3 and 12,5 are none."""
WIDE = 9
"""Columns that fit on an upright page."""
LONG = re.compile(r"[^\s\u200b\u00ad-]{25,}")
NOTHING = {"", "–", "—", "-", "·", "nan", "n/a", "none", "no data"}


def tidy(html: str, name: str, write: Callable[[str], str] = str) -> str:
    """Bring the tables of one output into the page's form."""
    html = re.sub(r"<style scoped>.*?</style>\s*", "", html, flags=re.DOTALL)
    for id in dict.fromkeys(re.findall(r'<table id="(T_[0-9a-f]+)"', html)):  # pandas draws them anew in each run
        html = html.replace(id, name)
    coloured = " light" if re.search(r"<style\b.*background.*</style>", html, re.DOTALL | re.IGNORECASE) else ""
    parts, place = [], 0
    for start, end in _outermost(html):
        parts += [html[place:start], _box(html[start:end], coloured, write)]
        place = end
    return "".join([*parts, html[place:]])


def without_empty_heads(html: str) -> str:
    """A heading in which nothing stands is a cell like others: nobody has to be told of it."""
    return EMPTY_HEAD.sub(lambda head: f"<td{SCOPE.sub('', head[1])}></td>", html)


def reachable(html: str) -> str:
    """Pictures of outputs, which scroll where a page is narrow, as places that the keyboard reaches."""
    return re.sub(r"<figure\b(?![^>]*\btabindex)", '<figure tabindex="0" aria-label="Picture"', html)


def told_apart(html: str, taken: Counter[str]) -> str:
    """The regions of a page under labels of their own: the second of a name is numbered."""

    def own(region: re.Match[str]) -> str:
        taken[region[2]] += 1
        return f"{region[1]}{region[2]}{f' ({taken[region[2]]})' if taken[region[2]] > 1 else ''}"

    return REGION.sub(own, html)


def led(html: str) -> str:
    """A page whose names and scores lead to what it shows of them; where it shows nothing, they are plain."""
    shown = set(re.findall(r'<div id="(score\.[^"]*)"', html))

    def leading(part: re.Match[str]) -> str:
        place = f"score.{part[1]}"
        return f'<a href="#{place}">{part[2]}</a>' if place in shown else part[2]

    return re.sub(r'<span data-about="([^"]*)">([^<]*)</span>', leading, html)


def _outermost(html: str) -> Iterator[tuple[int, int]]:
    """Where each table begins and ends that lies in no other."""
    start, depth = 0, 0
    for tag in TABLE.finditer(html):
        if not tag[1]:
            start, depth = (start if depth else tag.start()), depth + 1
        elif depth:
            depth -= 1
            if not depth:
                yield start, tag.end()


def _joined_head(match: re.Match[str]) -> str:
    """Join the two rows of headings that pandas writes, columns above and index below, where neither hides one."""
    rows = [list(CELL.finditer(row)) for row in ROW.findall(match[0])]
    if len(rows) != 2 or len(rows[0]) != len(rows[1]):
        return match[0]
    pairs = list(zip(*rows, strict=True))
    if any(_text(above[3]) and _text(below[3]) for above, below in pairs):
        return match[0]
    cells = "".join((below if _text(below[3]) else above)[0] for above, below in pairs)
    return f"<thead><tr>{cells}</tr></thead>"


def _box(table: str, coloured: str, write: Callable[[str], str]) -> str:
    if len(TABLE.findall(table)) > 2:  # a table of tables is only boxed: its cells are no numbers
        return f'<div class="table{coloured}" role="group" tabindex="0" aria-label="Table">{table}</div>'
    table = HEAD.sub(_joined_head, table)
    caption = CAPTION.search(table)
    label = escape(_text(caption[1])) if caption else "Table"
    kind = coloured + (" wide" if max((len(_columns(row)) for row in ROW.findall(table)), default=0) > WIDE else "")
    head = f'<div class="table{kind}" role="{"region" if caption else "group"}" tabindex="0" aria-label="{label}">'
    numeric, written = _columns_of(table, NUMBER), _columns_of(table, RANGE)
    return head + ROW.sub(lambda row: _mark_cells(row[0], numeric, written, write), table) + "</div>"


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def _columns(row: str) -> list[re.Match[str]]:
    """The cells of a row from the right: row labels that span rows leave gaps on the left only."""
    return list(CELL.finditer(row))[::-1]


def _columns_of(table: str, kind: re.Pattern[str]) -> frozenset[int]:
    """The columns, counted from the right, whose cells are all of this kind."""
    uniform: dict[int, bool] = {}
    for row in ROW.findall(table):
        for position, cell in enumerate(_columns(row)):
            text = _text(cell[3])
            if cell[1].lower() == "td" and text.casefold() not in NOTHING:
                uniform[position] = uniform.get(position, True) and bool(kind.fullmatch(text))
    return frozenset(position for position, same in uniform.items() if same)


def _mark_cells(row: str, numeric: frozenset[int], written: frozenset[int], write: Callable[[str], str]) -> str:
    """Mark the cells of numeric columns, headings too, and those with a word that has to be broken on paper."""
    for position, cell in enumerate(_columns(row)):  # from the right, so that earlier places stay where they are
        inner, marks = cell[3], ""
        if position in written and cell[1].lower() == "td":
            inner = re.sub(r"(<[^>]*>)|[^<]+", lambda part: part[0] if part[1] else write(part[0]), inner)
        if position in numeric:
            marks = " data-number"
        elif LONG.search(_text(inner)):
            marks = " data-long"
        if marks or inner != cell[3]:
            row = f"{row[: cell.start()]}<{cell[1]}{marks}{cell[2]}>{inner}</{cell[1]}>{row[cell.end() :]}"
    return row
