"""The site's sources, and the site itself, opened from its folder."""

import base64
import functools
import http.server
import importlib
import re
import subprocess
import sys
import threading
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat import v4

from bsclib.study.questions.bank import read_questions
from tools.site.__main__ import ROOT, _update, main
from tools.site.sources import GUIDES, ROOMS, TOPICS, _headed, write_sources


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "source"
    write_sources(ROOT, folder)
    return folder


def test_no_solution_and_no_note_reaches_the_site(sources):
    notebooks = [nbformat.read(file, as_version=4) for file in (sources / "notebooks").glob("*.ipynb")]
    assert len(notebooks) == len(list((ROOT / "notebooks").glob("*.ipynb")))
    tags = {tag for notebook in notebooks for cell in notebook.cells for tag in cell.metadata.get("tags", [])}
    assert "exercise" in tags
    assert not tags & {"notes", "solution"}


def test_every_guide_topic_and_room_has_its_place():
    assert set(GUIDES) == {file.stem for file in (ROOT / "docs").glob("*.md")}
    assert set(TOPICS) == {entry.topic for entry in read_questions().entries}
    rooms = {room for room in ROOMS if room}
    assert all(importlib.import_module(f"bsclib.{room}").__all__ for room in rooms)
    declared = {
        ".".join(file.parent.relative_to(ROOT / "bsclib").parts)
        for file in (ROOT / "bsclib").rglob("__init__.py")
        if re.search(r"^__all__ = \[\n", file.read_text(encoding="utf-8"), re.M)
    }
    assert declared - {""} <= rooms


def test_every_question_has_its_answer_folded_away(sources):
    for file in (sources / "practice").glob("*.md"):
        text = file.read_text(encoding="utf-8")
        assert text.count("## Question") == text.count("<details><summary>Answer") == text.count("</details>") >= 8


def test_each_entry_of_the_glossary_becomes_a_heading():
    assert _headed("- **As of**: The month.\n  Not today.\n\n- **Unit**: A team.\n") == (
        "### As of\n\nThe month.\n  Not today.\n\n### Unit\n\nA team.\n"
    )


def test_what_stays_the_same_is_left_alone(tmp_path):
    fresh, kept = tmp_path / "fresh", tmp_path / "kept"
    (fresh / "a").mkdir(parents=True)
    (kept / "gone").mkdir(parents=True)
    for folder, text in ((fresh, "new"), (kept, "old")):
        (folder / "same.md").write_text("same")
        (folder / "other.md").write_text(text)
    (fresh / "a" / "b.md").write_text("b")
    before = (kept / "same.md").stat().st_mtime_ns
    _update(fresh, kept)
    assert sorted(str(file.relative_to(kept)) for file in kept.rglob("*")) == ["a", "a/b.md", "other.md", "same.md"]
    assert (kept / "other.md").read_text() == "new"
    assert (kept / "same.md").stat().st_mtime_ns == before


# ---- the site itself


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Without running the notebooks: `make site` does, and each runs in a test of its own."""
    folder = tmp_path_factory.mktemp("built") / "site"
    made = [sys.executable, "-m", "tools.site", str(folder), "-D", "nb_execution_mode=off"]
    subprocess.run(made, cwd=ROOT, check=True)
    return folder


WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


class Page(HTMLParser):
    """What a page links to, loads and can be linked to at."""

    def __init__(self, file):
        super().__init__()
        self.links, self.loads, self.ids, self.words = [], [], set(), []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.ids.update(filter(None, (given.get("id"), given.get("name"))))
        if tag == "img":
            self.words.append(given.get("alt", ""))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        self.loads += [given[name] for name in ("src", "href") if given.get(name) and tag in ("script", "img", "link")]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--help"], 0, "usage: python -m tools.site"),
        ([], 2, "the following arguments are required: folder"),
        (["--hepl"], 2, "the following arguments are required: folder"),
        ([str(ROOT / "docs")], 2, "holds something that is no site: name a folder that is new"),
        ([str(ROOT / "README.md")], 2, "holds something that is no site"),
    ],
    ids=["help", "nothing", "an unknown option", "another folder", "a file"],
)
def test_nothing_is_made_where_no_folder_is_named(tmp_path, monkeypatch, capsys, arguments, code, said):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit, match=str(code)):
        main(arguments)
    out, err = capsys.readouterr()
    assert said in (err if code else out)
    assert not list(tmp_path.iterdir())


@pytest.mark.system
def test_a_picture_of_a_lesson_is_told_in_words(tmp_path):
    picture = {"image/png": base64.b64encode(b"a picture").decode()}
    shown = v4.new_output("display_data", picture, metadata={"image/png": {"alt": "Two lines, and they cross."}})
    plotted = v4.new_code_cell("plot()", outputs=[shown], execution_count=1)
    page = v4.new_notebook(cells=[v4.new_markdown_cell("# A"), plotted])
    (tmp_path / "in").mkdir()
    nbformat.write(page, tmp_path / "in" / "index.ipynb")
    conf, off = str(ROOT / "tools" / "site"), "nb_execution_mode=off"
    made = [sys.executable, "-m", "sphinx", "-q", "-c", conf, "-D", off, str(tmp_path / "in"), str(tmp_path / "out")]
    subprocess.run(made, cwd=ROOT, check=True)
    assert Page(tmp_path / "out" / "index.html").words == ["Two lines, and they cross."]


@pytest.mark.slow
@pytest.mark.system
class TestSite:
    def test_every_link_within_leads_somewhere(self, site):
        pages = {file: Page(file) for file in site.rglob("*.html")}
        broken = []
        for file, page in pages.items():
            for link in page.links:
                path, _, anchor = unquote(link).partition("#")
                if ":" in path:
                    continue
                target = (file.parent / path).resolve() if path else file
                if not target.exists() or (anchor and target in pages and anchor not in pages[target].ids):
                    broken.append((file.name, link))
        assert not broken

    def test_no_page_loads_anything_from_elsewhere(self, site):
        for file in site.rglob("*.html"):
            assert not [address for address in Page(file).loads if re.match(r"(https?:)?//", address)]

    @pytest.mark.parametrize("width", [1280, 390])
    @pytest.mark.parametrize("how", ["file", "http"])
    def test_it_can_be_read_and_searched(self, site, browser, how, width):
        with Served(site) as address:
            start = f"{address}/index.html" if how == "http" else (site / "index.html").as_uri()
            page = browser.new_page(viewport={"width": width, "height": 900})
            asked, wrong = [], []
            page.on("request", lambda request: asked.append(request.url))
            page.on("pageerror", lambda error: wrong.append(str(error)))
            page.goto(start)
            page.goto(start.replace("index.html", "search.html?q=attainment"))
            page.wait_for_selector("#search-results li a")
            for name in ("notebooks/03_scoring", "docs/glossary", "practice/cobit", "api/scoring"):
                page.goto(start.replace("index.html", f"{name}.html"))
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                assert Axe().run(page, options=WCAG).response["violations"] == []
            page.close()
        assert not wrong
        assert all(url.startswith((address, "file:", "data:", "blob:")) for url in asked)


class Served:
    """The folder on loopback."""

    def __init__(self, folder: Path):
        handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=folder)
        handler.log_message = lambda *_: None
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
