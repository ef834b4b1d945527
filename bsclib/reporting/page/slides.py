"""A page of HTML as slides, by python-pptx: a slide a section, on more where it is long, with tables that are tables.

Titles stand in the places that PowerPoint has for them, pictures have their alternative text, and the colours are the
page's. What the page folds away, how each score came about, is in the notes below the slide. It is an extra,
``pip install 'bsclib[pptx]'``.
"""

from __future__ import annotations

import copy
import datetime
import io
import itertools
import textwrap
from collections.abc import Iterator, Sequence
from typing import Any

from bsclib.errors import Fault, ReportError
from bsclib.files.atomic import undated
from bsclib.plots.palette import PAPER, ink_on
from bsclib.reporting.brand import COLOURS, Brand
from bsclib.reporting.page import slide_tables
from bsclib.reporting.page.blocks import Picture, Section, Table, Text, sections
from bsclib.wording import truncated

WITHOUT = "install it: pip install 'bsclib[pptx]'; a batch can also leave pptx out of its formats"
WIDE, HIGH, EDGE, TOP, FOOT = 13.333, 7.5, 0.6, 1.35, 0.55
"""Measures are inches: of a slide, of the edges beside what it says, of what is above and below."""
ACROSS = WIDE - 2 * EDGE
FRESH = HIGH - FOOT - TOP - 0.1
"""What there is room for on a slide that only has its title."""
GAP = 0.16
SIZES = {"text": 16, "bullet": 16, "head": 18, "caption": 14, "printed": 11}
"""Points of a letter."""
BOLD = ("head", "caption")
LARGER = 1.5
"""So much larger than on the page a picture may be."""
LONGEST_TITLE, LONGEST_LEAD = 90, 450
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
STYLE = (
    f'<a:lvl1pPr xmlns:a="{DRAWING}" algn="l" marL="0" indent="0"><a:buNone/><a:defRPr sz="{{size}}" b="{{bold}}">'
    '<a:solidFill><a:schemeClr val="{colour}"/></a:solidFill></a:defRPr></a:lvl1pPr>'
)
LINE = (
    f'<p:sp xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="{DRAWING}"><p:nvSpPr>'
    '<p:cNvPr id="99" name="Line"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr><p:spPr><a:xfrm>'
    '<a:off x="{left}" y="{top}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
    '</a:prstGeom><a:solidFill><a:schemeClr val="accent2"/></a:solidFill></p:spPr></p:sp>'
)


def check_slides() -> None:
    """Refuse where python-pptx is missing, before a batch runs for hours."""
    try:
        import pptx  # noqa: F401
    except ImportError as error:
        raise ReportError(Fault("slides", "python-pptx is not installed", fix=WITHOUT)) from error


def to_slides(html: str, house: Brand | None = None) -> bytes:
    """A page of HTML as a PowerPoint file; the same page gives the same bytes."""
    check_slides()
    deck = Deck(house or Brand())
    first, *others = sections(html)
    deck.open(first)
    for section in others:
        deck.add(section)
    return deck.saved(first.title)


class Deck:
    """Slides in the making: what a section says goes where there is room, and else begins the next slide."""

    def __init__(self, house: Brand):
        import pptx

        self.house = house
        self.file = pptx.Presentation()
        self.file.slide_width, self.file.slide_height = _inches(WIDE), _inches(HIGH)
        self.opening, self.plain = self.file.slide_layouts[0], self.file.slide_layouts[5]
        self.slide: Any = None
        self.title, self.part, self.down = "", 1, 0.0
        self._paint()
        self._arrange(self.opening, (1.6, 2.9, 40), (4.8, 2.0, 18), line=4.6)
        self._arrange(self.plain, (0.3, TOP - 0.45, 26), line=TOP - 0.12)

    def open(self, section: Section) -> None:
        """The first slide: the title, and below it what the page says before its first heading, if that is short."""
        lead = itertools.takewhile(lambda block: isinstance(block, Text) and block.kind == "text", section.blocks)
        said = [block.text for block in lead if isinstance(block, Text)]
        if sum(map(len, said)) > LONGEST_LEAD:
            said = []
        self._begin(section.title, self.opening)
        subtitle = self.slide.placeholders[1]
        subtitle.text_frame.text = slide_tables.plain("\n".join(filter(None, [self.house.name, *said])))
        if not subtitle.text_frame.text:
            subtitle._element.getparent().remove(subtitle._element)
        if rest := section.blocks[len(said) :]:
            self.add(Section(section.title, rest, section.behind))

    def add(self, section: Section) -> None:
        """A section, on as many slides as it takes."""
        self._begin(section.title, self.plain)
        first = self.slide
        under = False  # whether a heading stands above, which a table does not leave
        groups = [list(alike) for _, alike in itertools.groupby(section.blocks, type)]
        for blocks, after in zip(groups, [*groups[1:], []], strict=True):
            texts = [block for block in blocks if isinstance(block, Text)]
            alone = [text for text in texts[-1:] if after and text.kind == "head"]
            self._texts(texts[: len(texts) - len(alone)])
            if alone and self._room < self._least(after[0]) and self.down > TOP + 0.2:
                self._next()
            self._texts(alone)
            for block in blocks:
                if isinstance(block, Table):
                    self._table(block, under)
                elif isinstance(block, Picture):
                    self._picture(block)
            under = bool(alone)
        if section.behind:
            self._note(first, *section.behind)

    def saved(self, title: str) -> bytes:
        """The file, without the time at which it was made."""
        about, then = self.file.core_properties, datetime.datetime(2000, 1, 1)
        about.title, about.author, about.last_modified_by = title[:250], self.house.name or "bsclib", ""
        about.created = about.modified = then
        about.revision = 1
        buffer = io.BytesIO()
        self.file.save(buffer)
        return undated(buffer.getvalue())

    # ---- the ground --------------------------------------------------------------------------------------------------

    def _paint(self) -> None:
        """The page's colours as the theme's, so that whoever goes on with the slides has them at hand."""
        from lxml import etree
        from pptx.enum.dml import MSO_THEME_COLOR

        given = {name: getattr(self.house, name) or colour for name, colour in COLOURS.items()}
        theme_of = "/theme"
        part = next(
            rel.target_part for rel in self.file.slide_master.part.rels.values() if rel.reltype.endswith(theme_of)
        )
        theme = etree.fromstring(part.blob)
        places = {"dk2": "band", "accent1": "band", "accent2": "accent", "hlink": "link", "folHlink": "link"}
        for place, name in places.items():
            (found,) = theme.iter(f"{{{DRAWING}}}{place}")
            found.clear()
            etree.SubElement(found, f"{{{DRAWING}}}srgbClr", val=given[name][1:].upper())
        for font in theme.iter(f"{{{DRAWING}}}latin"):
            font.set("typeface", "Arial")
        part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)
        fill = self.opening.background.fill
        fill.solid()
        fill.fore_color.theme_color = MSO_THEME_COLOR.TEXT_2
        self.ink = ink_on(given["band"])

    def _arrange(self, layout: Any, *texts: tuple[float, float, int], line: float) -> None:
        """Where title, text, slide number and a line in the accent's colour stand on every slide of a kind."""
        from lxml import etree
        from pptx.enum.text import MSO_ANCHOR

        for place in [*layout.placeholders]:
            at = place.placeholder_format.idx
            if at == 12:
                _put(place, WIDE - EDGE - 1, HIGH - FOOT + 0.08, 1, 0.3)
            elif at in (10, 11):  # date and footer
                place._element.getparent().remove(place._element)
            else:
                top, high, size = texts[at]
                _put(place, EDGE, top, ACROSS, high)
                place.text_frame.vertical_anchor = MSO_ANCHOR.TOP if at else MSO_ANCHOR.BOTTOM
                style = place.text_frame._txBody.find(f"{{{DRAWING}}}lstStyle")
                style.clear()
                colour = ("bg1" if self.ink == PAPER else "tx1") if layout is self.opening else "tx2"
                text = STYLE.format(size=size * 100, bold=int(not at), colour=colour)
                place.text_frame.margin_left = 0
                style.append(etree.fromstring(text))
        measures = {"left": EDGE, "top": line, "wide": ACROSS, "high": 0.035}
        drawn = LINE.format(**{name: int(_inches(inches)) for name, inches in measures.items()})
        layout.shapes._spTree.append(etree.fromstring(drawn))

    # ---- what is on it -----------------------------------------------------------------------------------------------

    def _begin(self, title: str, layout: Any = None) -> None:
        """A new slide; without a layout it goes on with the section, and its title says so."""
        self.part = 1 if layout else self.part + 1
        self.title = title
        self.slide = self.file.slides.add_slide(layout or self.plain)
        shown = slide_tables.plain(truncated(title, LONGEST_TITLE)) + (f" ({self.part})" if self.part > 1 else "")
        self.slide.shapes.title.text = shown
        places: Any = (layout or self.plain).placeholders
        (number,) = (place for place in places if place.placeholder_format.idx == 12)
        element = copy.deepcopy(number._element)
        element.nvSpPr.cNvPr.set("id", str(90 + len(self.slide.shapes)))
        self.slide.shapes._spTree.append(element)
        self.down = TOP + 0.1

    @property
    def _room(self) -> float:
        return HIGH - FOOT - self.down

    def _next(self) -> None:
        self._begin(self.title)

    def _least(self, block: Any) -> float:
        """The inches that a heading takes with the beginning of what it stands above."""
        high = 0.5
        if isinstance(block, Table):
            part = slide_tables.parts(block, ACROSS)[0]
            high += sum(part.heights[: part.heads + 3])
            high += _height(block.caption, "caption") + 2 * GAP if block.caption else GAP
        return high

    def _texts(self, texts: Sequence[Text]) -> None:
        """Paragraphs, as many to a slide as there is room for."""
        box: list[tuple[str, str]] = []
        high = 0.0
        for text, kind in self._pieces(texts):
            needed = _height(text, kind) + (0 if kind == "printed" else 0.09)
            keep = 0.6 if kind == "head" else 0.0  # a heading does not stand alone
            if high + needed + keep > self._room and (box or self._room < HIGH - FOOT - TOP - 0.2):
                self._box(box, high)
                self._next()
                box, high = [], 0.0
            box.append((text, kind))
            high += needed
        self._box(box, high)

    def _pieces(self, texts: Sequence[Text]) -> Iterator[tuple[str, str]]:
        """Paragraphs, cut where one alone would fill more than a slide; of printed lines the first ones."""
        printed = [text for text in texts if text.kind == "printed"]
        for text in texts:
            if text.kind == "printed" and text in printed[slide_tables.MOST_PRINTED :]:
                continue
            letters = slide_tables.letters(SIZES[text.kind], ACROSS) * 12
            for piece in textwrap.wrap(text.text, letters, replace_whitespace=False, drop_whitespace=False) or [""]:
                yield slide_tables.plain(piece), text.kind
        if len(printed) > slide_tables.MOST_PRINTED:
            yield f"… and {len(printed) - slide_tables.MOST_PRINTED:,} more lines, which the page shows", "text"

    def _box(self, paragraphs: Sequence[tuple[str, str]], high: float) -> None:
        from pptx.util import Pt

        if not paragraphs:
            return
        shape = self.slide.shapes.add_textbox(*map(_inches, (EDGE, self.down, ACROSS, high)))
        frame = shape.text_frame
        frame.word_wrap = True
        frame.margin_left = frame.margin_right = frame.margin_top = frame.margin_bottom = 0
        for at, (text, kind) in enumerate(paragraphs):
            paragraph = frame.paragraphs[0] if at == 0 else frame.add_paragraph()
            run = paragraph.add_run()
            run.text = f"•  {text}" if kind == "bullet" else text
            run.font.size, run.font.bold = Pt(SIZES[kind]), kind in BOLD
            run.font.name = "Courier New" if kind == "printed" else None
            paragraph.space_after = Pt(0 if kind == "printed" else 5)
        self.down += high + GAP

    def _picture(self, picture: Picture) -> None:
        """A picture, as large as there is room for; on a slide of its own where little is left."""
        shape = self.slide.shapes.add_picture(io.BytesIO(picture.data), 0, 0)
        ratio = shape.height / shape.width
        wide = min(ACROSS, LARGER * (picture.width or shape.image.size[0]) / 96)
        if self._room < min(wide * ratio, 0.7 * (HIGH - FOOT - TOP)) and self.down > TOP + 0.2:
            shape._element.getparent().remove(shape._element)
            self._next()
            shape = self.slide.shapes.add_picture(io.BytesIO(picture.data), 0, 0)
        wide = min(wide, self._room / ratio)
        _put(shape, EDGE + (ACROSS - wide) / 2, self.down, wide, wide * ratio)
        shape._element.nvPicPr.cNvPr.set("descr", slide_tables.plain(picture.alt))
        self.down += wide * ratio + GAP

    def _table(self, table: Table, stays: bool) -> None:
        """A table, on as many slides as it takes, each with its caption and its headings; on one, if that will do."""
        if len(table.rows) <= table.heads:
            return
        caption = table.caption
        for part in slide_tables.parts(table, ACROSS):
            at = part.heads
            while at < len(part.rows):
                head = part.heights[: part.heads]
                above = _height(caption, "caption") + 0.09 + GAP if caption else 0.0
                fits = part.fitting(at, self._room - above - sum(head))
                rest = len(part.rows) - at
                least = min(3, rest)
                if not stays and part.fitting(at, FRESH - above - sum(head)) == rest:
                    least = rest
                if fits < least and self.down > TOP + 0.2:
                    self._next()
                    continue
                fits -= rest - fits == 1 and fits > 2  # no row goes on alone
                rows = [*range(part.heads), *range(at, at + max(fits, 1))]
                if caption:
                    self._box([(slide_tables.plain(caption), "caption")], above - GAP)
                    self.down -= GAP / 2
                shape = slide_tables.draw(self.slide, part, rows, (EDGE, self.down), self.ink)
                shape._element.nvGraphicFramePr.cNvPr.set("descr", slide_tables.plain(table.caption or "Table"))
                self.down += sum(part.heights[row] for row in rows) + 2 * GAP
                at += max(fits, 1)
                caption = f"{table.caption or 'Table'}, continued"
            self._note(self.slide, *part.cut)

    def _note(self, slide: Any, *lines: str) -> None:
        """Add to what whoever presents a slide sees below it."""
        if lines:
            frame = slide.notes_slide.notes_text_frame
            frame.text = "\n".join([*filter(None, [frame.text]), *map(slide_tables.plain, lines)])


def _height(text: str, kind: str) -> float:
    """The inches that a paragraph takes; bold letters are wider."""
    return slide_tables.height(text, SIZES[kind], ACROSS / (slide_tables.BOLDER if kind in BOLD else 1.0))


def _inches(number: float) -> Any:
    from pptx.util import Inches

    return Inches(number)


def _put(shape: Any, left: float, top: float, wide: float, high: float) -> None:
    shape.left, shape.top, shape.width, shape.height = map(_inches, (left, top, wide, high))
