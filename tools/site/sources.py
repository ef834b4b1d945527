"""What the site is made of: the lessons without their solutions, the guides, questions to practise, the API."""

from __future__ import annotations

import importlib
import re
import shutil
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

import nbformat

from bsclib.study.practice.item_text import answered, html_asked, html_said
from bsclib.study.questions import stock
from bsclib.study.questions.bank import Bank, Entry, read_questions
from bsclib.study.questions.question import Item

LEFT_OUT = {"notes", "solution"}
QUESTIONS = 10
"""How many questions of a topic the site shows."""
TOPICS = {
    "scorecard": "Scorecard and strategy map",
    "it-scorecard": "The IT scorecard",
    "kpis": "KPIs and targets",
    "arithmetic": "The arithmetic of scores",
    "cause-and-effect": "Cause and effect",
    "cobit": "COBIT",
    "itil": "ITIL",
    "criticism": "What critics say",
}
GUIDES = (
    *("app", "own-data", "data-contract", "tickets", "alignment", "cobit", "monitoring"),
    *("every-month", "house-style", "any-notebook", "scaling"),
    *("syllabus", "certification", "questions", "glossary", "trainer-guide"),
)
ROOMS = (
    *("", "files", "model", "actuals", "actuals.itsm", "scoring", "design", "design.alignment", "causality", "signals"),
    *("scenarios", "plots", "reporting", "reporting.briefing", "batch", "study", "widgets"),
)


def write_sources(root: Path, folder: Path) -> None:
    """Write the pages as Sphinx reads them, each in the place that links between them count on."""
    for name in ("notebooks", "practice", "api"):
        (folder / name).mkdir(parents=True)
    for name in ("docs", "datasets"):
        shutil.copytree(root / name, folder / name)
    glossary = folder / "docs" / "glossary.md"
    glossary.write_text(_headed(glossary.read_text(encoding="utf-8")), encoding="utf-8")
    promises = {file.stem: _write_notebook(file, folder) for file in sorted((root / "notebooks").glob("*.ipynb"))}
    bank = read_questions()
    for topic, title in TOPICS.items():
        (folder / "practice" / f"{topic}.md").write_text(_practice(bank, topic, title), encoding="utf-8")
    for room in ROOMS:
        (folder / "api" / f"{room or 'bsclib'}.md").write_text(_api(room), encoding="utf-8")
    for name, page in _parts(root, promises).items():
        (folder / f"{name}.md").write_text(page, encoding="utf-8")


def _write_notebook(file: Path, folder: Path) -> str:
    """Write a notebook as a learner gets it; give its promise."""
    notebook = nbformat.read(file, as_version=4)
    notebook.cells = [cell for cell in notebook.cells if not LEFT_OUT & set(cell.metadata.get("tags", []))]
    nbformat.write(notebook, folder / "notebooks" / file.name)
    return str(notebook.cells[0].source).split("\n\n")[1].replace("\n", " ")


def _headed(glossary: str) -> str:
    """The glossary with a heading for each entry, to which links lead."""
    return re.sub(r"(?m)^- \*\*(.+?)\*\*: ((?:.+\n)(?:  .+\n)*)", r"### \1\n\n\2", glossary)


def _practice(bank: Bank, topic: str, title: str) -> str:
    """Questions of a topic, evenly from all that there are, with their answers folded away."""
    entries = [entry for entry in bank.entries if entry.topic == topic]
    return "\n\n".join([f"# {title}", *_questions(bank, entries[:: max(1, len(entries) // QUESTIONS)][:QUESTIONS]), ""])


def _questions(bank: Bank, entries: Iterable[Entry]) -> Iterator[str]:
    for number, entry in enumerate(entries, 1):
        item = stock.put(entry, seed=1)
        said = html_said(answered(item, item.key, bank.sources))
        asked = f"{html_asked(item)}\n{_options(item)}"
        yield f"## Question {number}\n\n{asked}\n<details><summary>Answer</summary>\n{said}\n</details>"


def _options(item: Item) -> str:
    lists = [f'<ol type="A">{_listed(option.text for option in item.options)}</ol>']
    if item.question.kind == "match":
        lists.append(f"<ol>{_listed(item.beside)}</ol>")
    return "\n".join(lists)


def _listed(texts: Iterable[str]) -> str:
    return "".join(f"<li>{escape(text)}</li>" for text in texts)


def _api(room: str) -> str:
    name = f"bsclib.{room}" if room else "bsclib"
    directive = [f".. automodule:: {name}", "   :members:", "   :imported-members:"]
    return "\n".join([f"# {name}", "", "```{eval-rst}", *directive, "```", ""])


def _parts(root: Path, promises: dict[str, str]) -> dict[str, str]:
    """The first page, and a page for each part, which say what they lead to."""
    notebooks = {f"notebooks/{name}": promise for name, promise in promises.items()}
    rooms = {f"api/{room or 'bsclib'}": _first_line(room) for room in ROOMS}
    title, promise = (root / "README.md").read_text(encoding="utf-8").split("\n\n")[:2]
    parts = {
        "lessons": ("Lessons", {page: text for page, text in notebooks.items() if "/09_" not in page}),
        "reports": ("Reports", {page: text for page, text in notebooks.items() if "/09_" in page}),
        "practise": ("Practise", {f"practice/{topic}": "" for topic in TOPICS}),
        "guides": ("Guides", {**{f"docs/{page}": "" for page in GUIDES}, "datasets/README": ""}),
        "python": ("Python", rooms),
    }
    pages = {name: _page(f"# {heading}", below) for name, (heading, below) in parts.items()}
    listed = "\n\n".join(f"## {heading}\n\n{_list(below)}" for heading, below in parts.values())
    return {**pages, "index": "\n\n".join([title, promise, listed, _tree(parts)]) + "\n"}


def _first_line(room: str) -> str:
    return (importlib.import_module(f"bsclib.{room}".rstrip(".")).__doc__ or "").partition("\n")[0]


def _page(heading: str, below: dict[str, str]) -> str:
    return "\n\n".join([heading, _list(below), _tree(below)]) + "\n"


def _list(below: dict[str, str]) -> str:
    return "\n".join(f"- [](/{page}){': ' if text else ''}{text}" for page, text in below.items())


def _tree(pages: Iterable[str]) -> str:
    return "\n".join(["```{toctree}", ":hidden:", "", *pages, "```"])
