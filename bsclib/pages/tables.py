"""Tables that pandas wrote, made fit for a page: each in a box that scrolls by itself, numbers to the right.

The table's own text is left as it is; only boxes, marks for numbers and steady ids are added.
"""

from __future__ import annotations

import re
from html import escape, unescape

ROW = re.compile(r"<tr\b[^>]*>.*?</tr>", re.DOTALL | re.IGNORECASE)
CELL = re.compile(r"<(t[dh])\b([^>]*)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL | re.IGNORECASE)
HEAD = re.compile(r"<thead\b.*?</thead>", re.DOTALL | re.IGNORECASE)
CAPTION = re.compile(r"<caption\b[^>]*>(.*?)</caption>", re.DOTALL | re.IGNORECASE)
NUMBER = re.compile(r"\W{0,3}?[−–+-]?\s?[$€£]?\d[\d.,'\s\u00a0\u202f]*(\s?(%|[^\W\d]{1,6}(/[^\W\d]+)?))?")
NOTHING = {"", "–", "—", "-", "·", "nan", "n/a", "none", "no data"}


def tidy(html: str, name: str) -> str:
    """Bring the tables of one output into the page's form.

    Parameters
    ----------
    html : str
        An output's HTML.
    name : str
        Stands for the random id that a pandas Styler gives its table, so that the same data give the same bytes.

    Returns
    -------
    str
        The HTML, other than its tables unchanged.

    Examples
    --------
    >>> print(tidy("<table><tr><td>1.5 h</td></tr></table>", "t1"))
    <div class="table" role="group" tabindex="0" aria-label="Table"><table><tr><td
    data-number>1.5 h</td></tr></table></div>
    """
    html = re.sub(r"<style scoped>.*?</style>\s*", "", html, flags=re.DOTALL)
    for given in dict.fromkeys(re.findall(r'<table id="(T_[0-9a-f]+)"', html)):
        html = html.replace(given, name)
    coloured = " light" if re.search(r"<style\b.*background.*</style>", html, re.DOTALL | re.IGNORECASE) else ""
    return TABLE.sub(lambda match: _boxed(match[0], coloured), html)


def _one_head(match: re.Match[str]) -> str:
    """Join the two rows of headings that pandas writes, columns above and index below, where neither hides one."""
    rows = [list(CELL.finditer(row)) for row in ROW.findall(match[0])]
    if len(rows) != 2 or len(rows[0]) != len(rows[1]):
        return match[0]
    pairs = list(zip(*rows, strict=True))
    if any(_text(above[3]) and _text(below[3]) for above, below in pairs):
        return match[0]
    cells = "".join((below if _text(below[3]) else above)[0] for above, below in pairs)
    return f"<thead><tr>{cells}</tr></thead>"


def _boxed(table: str, coloured: str) -> str:
    table = HEAD.sub(_one_head, table)
    caption = CAPTION.search(table)
    label = escape(_text(caption[1])) if caption else "Table"
    head = f'<div class="table{coloured}" role="{"region" if caption else "group"}" tabindex="0" aria-label="{label}">'
    numeric = _numeric_columns(table)
    return head + ROW.sub(lambda row: _marked(row[0], numeric), table) + "</div>"


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", "", html)).split())


def _columns(row: str) -> list[re.Match[str]]:
    """List the cells of a row from the right: row labels that span rows leave gaps on the left only."""
    return list(CELL.finditer(row))[::-1]


def _numeric_columns(table: str) -> frozenset[int]:
    """Find the columns, counted from the right, that hold numbers and nothing else."""
    numbers: dict[int, bool] = {}
    for row in ROW.findall(table):
        for position, cell in enumerate(_columns(row)):
            text = _text(cell[3])
            if cell[1].lower() == "td" and text.casefold() not in NOTHING:
                numbers[position] = numbers.get(position, True) and bool(NUMBER.fullmatch(text))
    return frozenset(position for position, all_numbers in numbers.items() if all_numbers)


def _marked(row: str, numeric: frozenset[int]) -> str:
    """Mark the cells of numeric columns, headings too."""
    for position, cell in enumerate(_columns(row)):  # from the right, so that earlier places stay where they are
        if position in numeric:
            after = cell.start() + 1 + len(cell[1])
            row = f"{row[:after]} data-number{row[after:]}"
    return row
