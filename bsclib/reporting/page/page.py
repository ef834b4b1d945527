"""An executed notebook as one page of HTML that needs nothing else: no network, no script, no second file.

nbconvert fills the template in ``templates/report``; this module decides what goes into it. Code is left out, and so is
whatever belongs to a learner or a trainer. Two things stop a page of a notebook that works with this kit: a picture
without alternative text, and anything that would be fetched from elsewhere; in any other notebook's page there is a
note instead. Nothing random and no time enters it: the same notebook gives the same bytes.
"""

from __future__ import annotations

import base64
import functools
import importlib.metadata
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape, unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
from nbconvert.exporters.templateexporter import TemplateExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from bsclib.errors import Fault, ReportError
from bsclib.plots.palette import AT_NIGHT
from bsclib.reporting.brand import Brand, css_text
from bsclib.reporting.notebook import KIND, is_ours, read_notebook, read_parameters, shown_value, source_of, tags_of
from bsclib.reporting.page import formulas, outputs, tables
from bsclib.reporting.page.markup import Found, balanced
from bsclib.reporting.page.outputs import SCRIPT, note_html
from bsclib.wording import truncated

HIDDEN_TAGS = frozenset({"exercise", "solution", "notes", "interactive-only"})
NO_WORDS = "A picture without a description"
RESERVED = {"content", "contents", "made"}
PLAIN = ' !"$()*+,-./:;=?@[]^_`{|}~'
"""What may stand in the address of a drawing as it is, beside letters and digits; shorter than base64."""
HEADING = re.compile(r"<h([1-6])\b([^>]*)>(.*?)</h\1>", re.DOTALL | re.IGNORECASE)
ID = re.compile(r"""\s*\bid\s*=\s*["']([^"']+)["']""")


@dataclass
class Page:
    """What the template asks while it writes one page; it gathers the headings on the way."""

    title: str = ""
    place: str = "the notebook"
    house: Brand = field(default_factory=Brand)
    headings: list[tuple[int, str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    provenance: dict[str, Any] = field(default_factory=dict)
    notes: list[Fault] = field(default_factory=list)  # what it cannot show, and what it lacks
    ours: bool = False  # a notebook that works with this kit: of those alternative text is asked
    kind: str = ""
    fallback: str = "Report"  # title of a page whose notebook has none
    has_title: bool = False
    outputs: int = 0
    regions: Counter[str] = field(default_factory=Counter)  # the labels of tables so far

    def markdown(self, source: str, cell: Mapping[str, Any]) -> str:
        """Markdown as HTML, formulas and headings included."""
        renderer = Renderer(escape=False, attachments=cell.get("attachments", {}), exclude_anchor_links=True)
        html = tables.without_empty_heads(MarkdownWithMath(renderer=renderer).render(source))
        if renderer.diagrams:
            self.note(str(cell["metadata"].get("place", "a cell")), outputs.DIAGRAM, outputs.DRAW)
        return self._checked(self._anchored(html), cell)

    def html(self, source: str, cell: Mapping[str, Any]) -> str:
        """An output's own HTML in the page's form: tables in boxes of their own, headings with anchors."""
        self.outputs += 1
        tidy = tables.tidy(balanced(source), f"table-{self.outputs}", self.house.write)
        apart = tables.told_apart(tables.reachable(tables.without_empty_heads(tidy)), self.regions)
        return self._checked(self._anchored(apart), cell)

    def picture(self, output: Mapping[str, Any], kind: str, cell: Mapping[str, Any]) -> str:
        """A picture as part of the page itself, with its alternative text and, if it tells them, its measures."""
        facts = output.get("metadata", {}).get(kind, {})
        alt = str(facts.get("alt") or "").strip()
        if not alt:
            alt = NO_WORDS
            fix = f'display it with metadata={{"{kind}": {{"alt": "…"}}}}'
            self._fault(cell, "a picture has no alternative text", fix)
        data = output["data"][kind]
        drawing = kind == "image/svg+xml"
        source = f"'data:{kind},{quote(data, PLAIN)}'" if drawing else f'"data:{kind};base64,{"".join(data.split())}"'
        wide, high = _measures(source.partition(",")[2]) if kind == "image/png" else ("", "")
        wide, high = facts.get("width", wide), facts.get("height", high)
        size = f' width="{escape(str(wide))}" height="{escape(str(high))}"' if wide and high else ""
        drawn = ' class="drawn"' if self.ours else ""  # by us, dark on white: it may be turned round on a dark page
        return f'<img{drawn} src={source} alt="{escape(alt)}"{size}>'

    def formula(self, source: str) -> str:
        """A formula that came as an output."""
        return formulas.block(source.strip().strip("$"))

    def running(self) -> str:
        """The head of each printed page but the first: whose report it is, and which."""
        sides = (("top-left", self.house.name or self.kind), ("top-right", self.title or self.fallback))
        boxes = (f"@{side} {{ content: {css_text(text)}; }}" for side, text in sides)
        return f"@page {{ {' '.join(boxes)} }}"

    def contents(self) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
        """The level-2 headings (anchor, text), each with the level-3 headings under it."""
        tops: list[tuple[str, str, list[tuple[str, str]]]] = []
        for level, anchor, text in self.headings:
            if level == 2:
                tops.append((anchor, text, []))
            elif level == 3 and tops:
                tops[-1][2].append((anchor, text))
        yield from tops

    def _anchored(self, html: str) -> str:
        return HEADING.sub(self._heading, html)

    def _heading(self, match: re.Match[str]) -> str:
        level, attributes, inner = int(match[1]), match[2], match[3]
        text = " ".join(unescape(re.sub(r"<[^>]*>", "", inner)).split())
        if level == 1 and not self.has_title:  # the page has it in its own head
            self.has_title, self.title = True, self.title or text
            return ""
        level = max(level, 2)
        given = ID.search(attributes)
        anchor = given[1] if given else self._anchor(text)
        self.headings.append((level, anchor, text))
        return f'<h{level} id="{escape(anchor)}"{ID.sub("", attributes)}>{inner}</h{level}>'

    def _anchor(self, text: str) -> str:
        """The name of a heading as Jupyter makes it, spaces as hyphens, so that a notebook's own links work too."""
        name = re.sub(r"\s+", "-", text)[:80] or "section"
        taken = RESERVED | {anchor for _, anchor, _ in self.headings}
        later = (f"{name}-{number}" for number in itertools.count(2))
        return next(anchor for anchor in itertools.chain([name], later) if anchor not in taken)

    def _checked(self, html: str, cell: Mapping[str, Any]) -> str:
        """HTML without what it would fetch: in a notebook of ours a fault, in any other a note at that place."""
        if not self.ours:
            html = SCRIPT.sub("", html)
        for what, fix, tag in Found(html).faults:
            self._fault(cell, what, fix)
            if tag and not self.ours:
                html = html.replace(tag, note_html(f"{what.partition(',')[0]}, and is not shown"), 1)
        return html

    def _fault(self, cell: Mapping[str, Any], what: str, fix: str) -> None:
        fault = Fault(f"{self.place}, {cell['metadata'].get('place', 'a cell')}", what, fix=fix)
        (self.faults if self.ours else self.notes).append(fault)

    def note(self, place: str, what: str, fix: str) -> None:
        """Note what cannot be shown of a cell."""
        self.notes.append(Fault(f"{self.place}, {place}", what, fix=fix))


class Renderer(IPythonRenderer):
    """nbconvert's markdown, with formulas written out instead of left to a script from the network."""

    diagrams = 0

    def block_mermaidjs(self, code: str) -> str:
        """A diagram that only a script could draw."""
        self.diagrams += 1
        return outputs.diagram_html(code)

    def inline_math(self, body: str) -> str:
        """A formula in a sentence; two sums of money are none."""
        money = body[:1].isspace() or body[-1:].isspace()
        return escape(f"${body}$", quote=False) if money else formulas.inline(body)

    def block_math(self, body: str) -> str:
        """A formula on a line of its own."""
        return formulas.block(body)

    def latex_environment(self, name: str, body: str) -> str:
        """A formula of several lines."""
        return formulas.block(body)


def page(notebook: Any, title: str | None = None, house: Brand | None = None) -> str:
    """An executed notebook as one page of HTML; a ReportError lists the faults that stop it."""
    return page_and_notes(notebook, title, house)[0]


def page_and_notes(
    notebook: Any, title: str | None = None, house: Brand | None = None, pixels: bool = False
) -> tuple[str, list[str]]:
    """The page, and in words what it cannot show, and what it lacks; a picture that is both as pixels if asked."""
    content = read_notebook(notebook)
    run = content.get("metadata", {}).get("papermill") or {}
    place = Path(run.get("input_path") or "the notebook").name
    provenance = _provenance(content, run)
    ours = is_ours(content)
    fallback = Path(place).stem if run.get("input_path") and not ours else "Report"
    state = Page(title or "", place, house or Brand(), provenance=provenance, ours=ours, fallback=fallback)
    state.kind = KIND if ours else ""
    html, resources = _exporter().from_notebook_node(
        _cells(content, state, pixels), {"page": state, "at_night": AT_NIGHT}
    )
    filled = resources["page"]  # the exporter fills a copy
    if filled.faults:
        raise ReportError(filled.faults)
    return tables.led(html) + "\n", list(dict.fromkeys(str(fault) for fault in filled.notes))


@functools.cache
def _exporter() -> TemplateExporter:
    """The exporter, made once: compiling its template takes longer than filling it."""
    return TemplateExporter(
        template_name="report",
        extra_template_basedirs=[str(Path(__file__).parent / "templates")],
        file_extension=".html",
        default_preprocessors=[],
        exclude_raw=True,
    )


def _cells(content: Mapping[str, Any], page: Page, pixels: bool) -> nbformat.NotebookNode:
    """The cells that a reader of the report sees, each told where it stands in its notebook."""
    kept, above, number = [], "", 0
    for cell in content["cells"]:
        number += "injected-parameters" not in tags_of(cell)
        source = source_of(cell)
        heading = re.search(r"(?m)^#{1,6}\s+(.+)$", source) if cell["cell_type"] == "markdown" else None
        above = heading[1].strip() if heading else above
        if tags_of(cell) & HIDDEN_TAGS or "injected-parameters" in tags_of(cell) or outputs.is_left_out(cell):
            continue
        place = f"cell {number}" + (f' under "{above}"' if above else "")
        metadata = {**(cell.get("metadata") or {}), "place": place, "folded": outputs.is_folded(cell)}
        kept.append({**cell, "source": source, "metadata": metadata})
        if cell["cell_type"] == "code":
            kept[-1]["outputs"] = outputs.shown_outputs(cell, functools.partial(page.note, place), pixels)
    return nbformat.from_dict({"cells": kept, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def _provenance(content: Mapping[str, Any], run: Mapping[str, Any]) -> dict[str, Any]:
    """How the page was made: the parameters it ran with, and with what."""
    given = run.get("parameters") or {}
    try:
        known = read_parameters(content) or ()
    except ReportError:  # it ran, so it is a notebook in another language; what was given is all there is to say
        known = ()
    rows = [
        {
            "name": parameter.name,
            "value": _value_text(shown_value(given.get(parameter.name, parameter.default), parameter.secret)),
            "default": _value_text(shown_value(parameter.default, parameter.secret)),
            "changed": parameter.name in given and given[parameter.name] != parameter.default,
            "help": parameter.help,
        }
        for parameter in known
    ]
    python = (content.get("metadata", {}).get("language_info") or {}).get("version", "")
    with_ = {"Notebook": Path(run.get("input_path") or "").name, "bsclib": _version(), "Python": python}
    return {"parameters": rows, "with": {name: text for name, text in with_.items() if text}}


def _value_text(value: Any) -> str:
    return truncated(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str), 300)


def _version() -> str:
    try:
        return importlib.metadata.version("bsclib")
    except importlib.metadata.PackageNotFoundError:  # run from a folder that was never installed
        return ""


def _measures(encoded: str) -> tuple[int, int] | tuple[str, str]:
    """Width and height in pixels from a PNG's head, so that the page does not jump while it loads."""
    head = base64.b64decode(encoded[:32])
    if head[12:16] != b"IHDR":
        return "", ""
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
