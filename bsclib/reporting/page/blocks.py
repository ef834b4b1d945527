"""A page of HTML taken apart again, section by section: what stands in it, for a form that is no page."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from bsclib.reporting.page.formulas import MATHML

WITHIN = frozenset(
    re.findall(
        r"\w+", "a abbr b bdi bdo br cite code dfn em i img kbd mark q s samp small span strong sub sup time u var"
    )
)
"""Elements that stand within a sentence."""
LEFT_OUT = frozenset(("details", "script", "style", "nav"))
COLOUR = re.compile(r"background:\s*(#[0-9a-fA-F]{6});\s*color:\s*(#[0-9a-fA-F]{6})")


@dataclass(frozen=True)
class Text:
    """A paragraph; `kind` is text, head, bullet or printed."""

    text: str
    kind: str = "text"


@dataclass(frozen=True)
class Picture:
    """A picture with its alternative text, and the pixels that it is shown in (0: its own)."""

    data: bytes
    kind: str
    alt: str
    width: int = 0


@dataclass(frozen=True)
class Cell:
    """A cell: its text, whether it is a number, and its ground and ink where it has its own."""

    text: str
    number: bool = False
    ground: str = ""
    ink: str = ""


@dataclass(frozen=True)
class Table:
    """A table: all rows have as many cells; the first `heads` of them are headings."""

    caption: str
    rows: tuple[tuple[Cell, ...], ...]
    heads: int


Block = Text | Picture | Table


@dataclass
class Section:
    """A part of a page under one heading; `behind` is what the page shows only to who opens it."""

    title: str
    blocks: list[Block] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)


def sections(html: str) -> list[Section]:
    """The sections of a page; the first, under its title, is what stands before any heading."""
    from lxml import html as parser  # it comes with python-pptx

    root = parser.document_fromstring(MATHML.sub(lambda formula: formula[1], html))
    parts = [Section(_text(root.find(".//h1")))]
    for place in [*root.iter("main"), *root.iter("footer")]:
        for block in _blocks(place, parts):
            if isinstance(block, Section):
                parts.append(block)
            else:
                parts[-1].blocks.append(block)
    return parts


def _blocks(element: Any, parts: list[Section]) -> Iterator[Block | Section]:
    for child in element:
        tag, kind = child.tag, child.get("class") or ""
        if not isinstance(tag, str) or tag in LEFT_OUT:
            continue
        if tag == "h2":
            yield Section(_text(child))
        elif re.fullmatch("h[3-6]", tag):
            yield Text(_text(child), "head")
        elif "disclosures" in kind:
            parts[-1].behind += [_text(one) for one in child.iter("summary", "p", "dd") if _text(one)]
        elif tag == "table":
            yield _table(child)
        elif tag == "img":
            yield from _picture(child)
        elif tag == "pre":
            yield from (Text(line, "printed") for line in (child.text_content() or "").rstrip().split("\n"))
        elif tag == "li":
            yield from _sentences(child, "bullet")
        elif tag == "div" and child.getparent().tag == "dl":
            yield Text(": ".join(_text(part) for part in child))
        elif all(isinstance(one.tag, str) and one.tag in WITHIN for one in child.iterdescendants()):
            yield from _sentences(child, "text")
        else:
            yield from _blocks(child, parts)


def _sentences(element: Any, kind: str) -> Iterator[Block]:
    """An element that holds a sentence, with the pictures in it, and lists below it."""
    below = [child for child in element if child.tag in ("ul", "ol")]
    for lower in below:
        element.remove(lower)
    if text := _text(element):
        yield Text(text, kind)
    for image in element.iter("img"):
        yield from _picture(image)
    for lower in below:
        for item in lower:
            yield from _sentences(item, kind)


def _picture(image: Any) -> Iterator[Block]:
    found = re.fullmatch(r"data:(image/[\w+.-]+);base64,(.*)", image.get("src") or "", re.DOTALL)
    alt = image.get("alt") or ""
    if found and found[1] in ("image/png", "image/jpeg", "image/gif"):
        width = image.get("width") or ""
        yield Picture(base64.b64decode(found[2]), found[1], alt, int(width) if width.isdigit() else 0)
    else:
        yield Text(f"A drawing that the page shows cannot be shown on a slide{f': {alt}' if alt else ''}.")


def _table(table: Any) -> Table:
    caption = table.find("caption")
    rows = [row for row in table.iter("tr") if next(row.iterancestors("table")) is table]
    grid: list[list[Cell]] = []
    taken: dict[tuple[int, int], Cell] = {}  # by cells that span rows
    for at, row in enumerate(rows):
        cells: list[Cell] = []
        for cell in row.iterchildren("th", "td"):
            while (at, len(cells)) in taken:
                cells.append(taken[at, len(cells)])
            made, place = _cell(cell), len(cells)
            wide, high = (int(cell.get(name) or 1) for name in ("colspan", "rowspan"))
            cells += [made, *[Cell("")] * (wide - 1)]
            taken |= {(lower, place): Cell("") for lower in range(at + 1, at + high)}
        grid.append(cells)
    width = max(map(len, grid), default=0)
    heads = sum(1 for row in rows if row.getparent().tag == "thead")
    filled = tuple((*cells, *[Cell("")] * (width - len(cells))) for cells in grid)
    return Table(_text(caption) if caption is not None else "", filled, heads)


def _cell(cell: Any) -> Cell:
    colours = next((found for one in cell.iter() if (found := COLOUR.search(one.get("style") or ""))), None)
    ground, ink = colours.groups() if colours else ("", "")
    return Cell(_text(cell), cell.get("data-number") is not None, ground, ink)


def _text(element: Any) -> str:
    return "" if element is None else " ".join(str(element.text_content()).split())
