import html
import json
import re
from urllib.parse import quote, unquote

import nbformat
import pptx
import pytest
from notebooks_made import code, markdown, notebook, png, shown
from pptx.opc.constants import RELATIONSHIP_TYPE as RT

from bsclib.batch.finish import cell_place, check_formats, error_words, finish
from bsclib.batch.journal import file_facts
from bsclib.batch.kernels.jobs import Failure
from bsclib.errors import ReportError

CELLS = [{"cell_type": "markdown", "source": "# Costs"}, {"cell_type": "code", "source": "x"}]
PRINTS = code("print(1)", shows=[{"output_type": "stream", "name": "stdout", "text": "1\n"}])


def finished(folder, *cells, failure=None, formats=("html",), name="apps", **arguments):
    made = json.loads(json.dumps(notebook(markdown("# Title"), *cells)))
    about = {"folder": str(folder), "name": name, "formats": list(formats), "notebook": "a.ipynb", "house": None}
    return finish(made, failure, {**about, **arguments})


def test_every_format_is_written_and_told(tmp_path):
    told = finished(tmp_path, PRINTS, formats=("html", "ipynb"))
    assert told == {
        "files": {"html": file_facts(tmp_path / "apps.html"), "ipynb": file_facts(tmp_path / "apps.ipynb")},
        "summary": None,
        "error": "",
        "notes": [],
    }
    assert "<title>Title</title>" in (tmp_path / "apps.html").read_text(encoding="utf-8")
    nbformat.validate(nbformat.read(tmp_path / "apps.ipynb", as_version=4))


def test_slides_say_what_the_page_says_in_the_colours_of_the_house(tmp_path):
    house = {"name": "Northwind", "band": "#ffe08a"}
    told = finished(tmp_path, markdown("## Costs"), PRINTS, formats=("pptx",), house=house)
    assert list(told["files"]) == ["pptx"]
    deck = pptx.Presentation(tmp_path / "apps.pptx")
    assert [slide.shapes.title.text for slide in deck.slides] == ["Title", "Costs", "How this report was made"]
    assert deck.core_properties.author == "Northwind"
    assert b"FFE08A" in deck.slide_master.part.part_related_by(RT.THEME).blob


def test_a_page_shows_the_drawing_and_a_slide_the_pixels_of_one_picture(tmp_path):
    both = shown("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"><text>50 % & "#1"</text></svg>', alt="a map")
    both["data"]["image/png"], both["metadata"]["image/png"] = png(), {"alt": "a map"}
    assert not finished(tmp_path, code("draw()", shows=[both]), formats=("html", "pptx"))["error"]
    page = (tmp_path / "apps.html").read_text(encoding="utf-8")
    (source,) = re.findall(r"<img[^>]* src='data:image/svg\+xml,([^']*)'", page)
    assert unquote(source) == both["data"]["image/svg+xml"]
    assert "image/png" not in page
    deck = pptx.Presentation(tmp_path / "apps.pptx")
    (picture,) = [shape for slide in deck.slides for shape in slide.shapes if shape.shape_type == 13]
    assert picture.image.content_type == "image/png"


@pytest.mark.parametrize(
    ("formats", "said"),
    [
        (["html", "docx"], r"formats: there is no format 'docx'.*pptx"),
        (["html", "html"], "a format stands twice"),
        ([], "a list of formats is needed"),
        ("html", "a list of formats is needed"),
    ],
    ids=["unknown", "twice", "none", "a text"],
)
def test_formats_that_cannot_be_are_refused(formats, said):
    with pytest.raises(ReportError, match=said):
        check_formats(formats)


def test_the_same_run_gives_the_same_bytes_whenever_it_was(tmp_path):
    told = []
    for time in ("2026-01-01T00:00:00Z", "2026-02-02T00:00:00Z"):
        cell = code("1")
        cell["id"] = "one"
        cell["metadata"]["execution"] = {"iopub.execute_input": time}
        made = notebook(cell)
        arguments = {"folder": str(tmp_path), "name": "a", "formats": ["ipynb"], "notebook": "a.ipynb"}
        told.append(finish(json.loads(json.dumps(made)), None, arguments))
    assert told[0] == told[1]


def test_the_notebook_of_an_earlier_failure_goes(tmp_path):
    (tmp_path / "apps.failed.ipynb").write_text("{}")
    finished(tmp_path, PRINTS)
    assert [one.name for one in tmp_path.iterdir()] == ["apps.html"]


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (Failure("error", 1, "it failed", "KeyError", "'mttr'"), "the cell failed with KeyError: 'mttr'."),
        (Failure("error", 1, "it failed", "ActualsError", "a.csv, line 3: no number."), "a.csv, line 3: no number."),
        (Failure("timeout", 1, "it took too long"), "it took too long. Fix: allow more: bsc batch --timeout."),
        (Failure("memory", 1, "no"), "no. Fix: read less at a time, or allow more: bsc batch --memory."),
        (Failure("died", 1, "its process died"), "its process died."),
    ],
)
def test_a_failure_is_told_in_words_and_kept_with_its_cell(tmp_path, failure, said):
    (tmp_path / "apps.html").write_text("old")
    told = finished(tmp_path, PRINTS, failure=failure)
    assert told["error"] == f'a.ipynb, cell 2 under "Title": {said}'
    assert told["files"] == {"failed": file_facts(tmp_path / "apps.failed.ipynb")}
    assert (tmp_path / "apps.html").read_text() == "old"
    kept = nbformat.read(tmp_path / "apps.failed.ipynb", as_version=4)
    nbformat.validate(kept)
    assert [output.output_type for output in kept.cells[1].outputs] == ["stream"]


def test_a_failure_of_no_cell(tmp_path):
    told = finished(tmp_path, PRINTS, failure=Failure("died", -1, "the process was killed from outside"))
    assert told["error"] == "a.ipynb: the process was killed from outside."


def test_a_page_that_cannot_be_made_is_a_failure_too(tmp_path):
    picture = code("import bsclib\ndraw()", shows=[shown("image/png", "iVBORw0KGgo=")])
    told = finished(tmp_path, picture, formats=("ipynb", "html"))
    assert "a picture has no alternative text" in told["error"]
    assert [one.name for one in tmp_path.iterdir()] == ["apps.failed.ipynb"]


def test_a_disk_that_fills_up_leaves_what_was_there_whole(tmp_path, monkeypatch):
    finished(tmp_path, PRINTS, formats=("html", "ipynb"))
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    room, true = [2], type(tmp_path).write_bytes

    def write(file, data):
        room[0] -= 1
        if room[0] <= 0:
            true(file, data[:10])
            raise OSError(28, "No space left on device")
        return true(file, data)

    monkeypatch.setattr(type(tmp_path), "write_bytes", write)
    told = finished(tmp_path, markdown("changed"), formats=("html", "ipynb"))
    assert "this cannot be written: No space left on device. Fix: make room on the disk" in told["error"]
    assert "The notebook could not be kept: " in told["error"]
    assert told["files"] == {}
    assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before


def test_letters_that_no_file_can_hold_stop_nothing(tmp_path):
    cell = code("1", shows=[{"output_type": "stream", "name": "stdout", "text": "\ud800"}])
    assert finished(tmp_path, cell, formats=("html", "ipynb"))["error"] == ""
    nbformat.read(tmp_path / "apps.ipynb", as_version=4)


@pytest.mark.parametrize(
    ("ename", "evalue", "words"),
    [
        ("KeyError", "'mttr'", "the cell failed with KeyError: 'mttr'"),
        ("ValueError", "", "the cell failed with ValueError"),
        ("ActualsError", "a.csv, line 3: no number.", "a.csv, line 3: no number"),
        ("SystemExit", "0", "the cell ended the run before its end"),
    ],
)
def test_our_own_errors_are_sentences_and_others_are_named(ename, evalue, words):
    assert error_words(ename, evalue) == words


def test_a_cell_is_named_by_its_number_and_its_heading():
    given = {"cell_type": "code", "source": "months = 1", "metadata": {"tags": ["injected-parameters"]}}
    assert cell_place(CELLS, 1, "a.ipynb") == 'a.ipynb, cell 2 under "Costs"'
    assert cell_place([given, *CELLS[1:]], 1, "a.ipynb") == "a.ipynb, cell 1"
    assert cell_place(CELLS, -1, "a.ipynb") == cell_place(CELLS, 2, "a.ipynb") == "a.ipynb"


def test_a_secret_is_hidden_wherever_it_stands_and_nothing_else_is(tmp_path):
    asks = code('password: str = "def"\npin: int = 0\nunit: str = "a"', "parameters")
    picture = shown("image/png", "aaaa1234bbbb", alt="x 1234")
    says = code(
        "def f(): return 1234", shows=[{"output_type": "stream", "name": "stdout", "text": "1234 12345\n"}, picture]
    )
    made = json.loads(json.dumps(notebook(asks, says)))
    made["metadata"]["papermill"] = {"parameters": {"password": "x", "pin": 1234, "unit": "a"}, "n": 1234}
    about = {"folder": str(tmp_path), "name": "a", "formats": ["ipynb"], "notebook": "a.ipynb", "house": None}
    assert finish(made, None, about)["error"] == ""
    kept = nbformat.read(tmp_path / "a.ipynb", as_version=4)
    assert kept.cells[0].source.startswith("password: str = •••\n")
    assert kept.cells[1].source == "def f(): return •••"
    assert kept.cells[1].outputs[0].text == "••• •••5\n"
    assert kept.cells[1].outputs[1].data["image/png"] == "aaaa1234bbbb"
    assert kept.cells[1].outputs[1].metadata["image/png"]["alt"] == "x •••"
    assert kept.metadata.papermill["parameters"] == {"password": "•••", "pin": "•••", "unit": "a"}


SECRET = """pä"<s'w>o&rd"""


@pytest.mark.parametrize(
    "written",
    [SECRET, html.escape(SECRET), html.escape(SECRET, quote=False), repr(SECRET), json.dumps(SECRET), quote(SECRET)],
)
@pytest.mark.parametrize("kind", ["text/html", "text/plain", "image/svg+xml", "text/markdown"])
def test_a_secret_is_hidden_however_it_is_written(tmp_path, written, kind):
    cells = [
        code('password: str = ""', "parameters"),
        code("1", shows=[shown(kind, f"<p>with {written}</p>", alt=written)]),
    ]
    made = json.loads(json.dumps(notebook(*cells)))
    made["metadata"]["papermill"] = {"parameters": {"password": SECRET}}
    about = {"folder": str(tmp_path), "name": "a", "formats": ["ipynb"], "notebook": "a.ipynb", "house": None}
    assert finish(made, None, about)["error"] == ""
    text = (tmp_path / "a.ipynb").read_text(encoding="utf-8")
    assert text.count("•••") >= 3
    assert "rd" not in text.partition("with")[2].partition("</p>")[0]


@pytest.mark.parametrize(
    "word", ["code", "markdown", "stream", "stdout", "parameters", "python3", "display_data", "text"]
)
def test_a_secret_that_is_a_word_of_notebooks_leaves_it_whole(tmp_path, word):
    told = {"output_type": "stream", "name": "stdout", "text": f"with {word}\n"}
    made = json.loads(
        json.dumps(notebook(markdown("# T"), code('password: str = ""', "parameters"), code("1", shows=[told])))
    )
    made["metadata"]["papermill"] = {"parameters": {"password": word}}
    about = {"folder": str(tmp_path), "name": "a", "formats": ["ipynb", "html"], "notebook": "a.ipynb", "house": None}
    assert finish(made, None, about)["error"] == ""
    kept = nbformat.read(tmp_path / "a.ipynb", as_version=4)
    nbformat.validate(kept)
    assert kept.cells[2].outputs[0] == {**told, "text": "with •••\n"}
    assert kept.cells[1].metadata.tags == ["parameters"]
