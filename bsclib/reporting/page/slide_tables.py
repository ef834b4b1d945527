"""How much room texts and tables take on a slide, and tables drawn there as PowerPoint's own.

Nobody can know which font a slide will be shown in, so a letter is taken to be a little wider than most are.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bsclib.reporting.page.blocks import Cell, Table
from bsclib.wording import truncated

LETTER, LINE = 0.6, 1.22
"""Width of a letter and height of a line, in parts of the letters' size."""
BOLDER = 1.1
"""So much wider are bold letters."""
SIZES = (13, 12, 11, 10, 9)
"""Points of a letter in a table: the largest at which its columns fit."""
MARGIN, PADDING = 0.07, 0.045
LONGEST_WORD, NATURAL = 24, 44
"""Letters of a word that may be broken; letters of a cell that need not."""
MOST_LINES = 9
"""In a cell; the notes hold the rest."""
MOST_PRINTED = 40
BARRED = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(text: str) -> str:
    """A text without letters that a file of PowerPoint cannot hold."""
    return BARRED.sub("\ufffd", text)


def letters(size: float, wide: float) -> int:
    """How many letters of a size in points fit into a line of so many inches."""
    return max(int(wide * 72 / (size * LETTER)), 1)


def height(text: str, size: float, wide: float) -> float:
    """The inches that a text takes."""
    return len(textwrap.wrap(text.replace("\N{NO-BREAK SPACE}", " "), letters(size, wide)) or [""]) * size * LINE / 72


@dataclass
class Part:
    """As many columns of a table as stand beside each other: texts, measures in inches, and what was cut off."""

    rows: list[list[Cell]]
    heads: int
    size: int
    widths: list[float]
    heights: list[float] = field(default_factory=list)
    texts: list[list[str]] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        for row in self.rows:
            texts = []
            for cell, wide in zip(row, self.widths, strict=True):
                most = letters(self.size, wide - 2 * MARGIN) * MOST_LINES
                texts.append(truncated(cell.text, most))
                self.cut += [cell.text] if len(cell.text) > most else []
            self.texts.append(texts)
            bold = [BOLDER if at == 0 or len(self.heights) < self.heads else 1.0 for at in range(len(texts))]
            rooms = [(wide - 2 * MARGIN) / wider for wide, wider in zip(self.widths, bold, strict=True)]
            tallest = max(height(text, self.size, room) for text, room in zip(texts, rooms, strict=True))
            self.heights.append(tallest + 2 * PADDING)

    def fitting(self, start: int, room: float) -> int:
        """How many rows from one on fit into so many inches."""
        count = 0
        while start + count < len(self.rows) and (room := room - self.heights[start + count]) >= 0:
            count += 1
        return count


def parts(table: Table, across: float) -> list[Part]:
    """A table cut into columns that fit beside each other, the first one repeated; mostly there is one part."""
    columns = list(zip(*table.rows, strict=True))
    for size in SIZES:
        widths = [_least(column, size, table.heads) for column in columns]
        if sum(widths) <= across:
            break
    chunks: list[list[int]] = [[]]
    for at, wide in enumerate(widths):
        if len(chunks[-1]) > 1 and sum(widths[one] for one in chunks[-1]) + wide > across:
            chunks.append([0])
        chunks[-1].append(at)
    return [
        Part(
            [[row[at] for at in chunk] for row in table.rows],
            table.heads,
            size,
            _stretched([widths[at] for at in chunk], [_natural(columns[at], size) for at in chunk], across),
        )
        for chunk in chunks
    ]


def _least(column: Sequence[Cell], size: float, heads: int) -> float:
    """The width at which no word of a column has to be broken, or only very long ones."""
    longest = max(
        (
            min(len(word), LONGEST_WORD) * (BOLDER if at < heads else 1.0)
            for at, cell in enumerate(column)
            for word in cell.text.split(" ")
        ),
        default=1,
    )
    return (longest + 1) * size * LETTER / 72 + 2 * MARGIN


def _natural(column: Sequence[Cell], size: float) -> float:
    longest = max(min(len(cell.text), NATURAL) for cell in column)
    return (longest + 1) * size * LETTER / 72 + 2 * MARGIN


def _stretched(least: list[float], natural: list[float], across: float) -> list[float]:
    """Widths between what columns need and what they would like, as far as there is room."""
    wishes = [max(wish - need, 0.0) for wish, need in zip(natural, least, strict=True)]
    share = min(1.0, (across - sum(least)) / sum(wishes)) if sum(wishes) > 0 else 0.0
    return [need + max(share, 0.0) * wish for need, wish in zip(least, wishes, strict=True)]


def draw(slide: Any, part: Part, rows: Sequence[int], place: tuple[float, float], ink: str) -> Any:
    """Draw some rows of a table; `ink` is what can be read on the headings, which bear the band's colour."""
    from pptx.dml.color import RGBColor
    from pptx.enum.text import PP_ALIGN
    from pptx.util import Inches, Pt

    high = sum(part.heights[row] for row in rows)
    measures = map(Inches, (*place, sum(part.widths), high))
    shape = slide.shapes.add_table(len(rows), len(part.widths), *measures)
    shape.table.first_row = part.heads > 0
    for column, wide in zip(shape.table.columns, part.widths, strict=True):
        column.width = Inches(wide)
    for line, row in zip(shape.table.rows, rows, strict=True):
        line.height = Inches(part.heights[row])
        for at, (drawn, cell, text) in enumerate(zip(line.cells, part.rows[row], part.texts[row], strict=True)):
            drawn.margin_left = drawn.margin_right = Inches(MARGIN)
            drawn.margin_top = drawn.margin_bottom = Inches(PADDING)
            paragraph = drawn.text_frame.paragraphs[0]
            run = paragraph.add_run()
            run.text, run.font.size = plain(text) or "\N{NO-BREAK SPACE}", Pt(part.size)
            paragraph.alignment = PP_ALIGN.RIGHT if cell.number else PP_ALIGN.LEFT
            run.font.bold = row < part.heads or at == 0
            if colour := ink if row < part.heads else cell.ink:
                run.font.color.rgb = RGBColor.from_string(colour[1:].upper())
            if cell.ground:
                drawn.fill.solid()
                drawn.fill.fore_color.rgb = RGBColor.from_string(cell.ground[1:].upper())
    return shape
