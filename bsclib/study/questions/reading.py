"""Where a question sends its reader, a heading in a lesson or a page, and the words that the glossary explains."""

from __future__ import annotations

import json
import re
from functools import cache

from bsclib.files.paths import shipped_folder


@cache
def headings(page: str) -> tuple[str, ...]:
    """The headings of a notebook, or of a page of the documentation, by its name without an ending."""
    notebook, text = (shipped_folder() / f"{folder}" for folder in ("notebooks", "docs"))
    if (file := notebook / f"{page}.ipynb").is_file():
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        texts = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        lines = "\n".join(texts).split("\n")
    elif (file := text / f"{page}.md").is_file():
        lines = file.read_text(encoding="utf-8").split("\n")
    else:
        return ()
    return tuple(line.lstrip("#").strip() for line in lines if re.match(r"#{1,4} ", line))


@cache
def pages() -> tuple[str, ...]:
    """The names of every notebook and page that a question may send to."""
    folders = {"notebooks": "*.ipynb", "docs": "*.md"}
    return tuple(sorted(file.stem for name, kind in folders.items() for file in (shipped_folder() / name).glob(kind)))


@cache
def glossary() -> frozenset[str]:
    """The words that the glossary explains, in small letters."""
    text = (shipped_folder() / "docs" / "glossary.md").read_text(encoding="utf-8")
    entries = re.findall(r"(?m)^- \*\*(.+?)\*\*|^\| `(\w+)` \|", text)
    return frozenset(word.strip().casefold() for entry in entries for part in entry for word in part.split(","))
