import base64

import pytest
from nbformat import v4
from notebooks_made import code, markdown, notebook, png

from bsclib.reporting.notebook import SUMMARY
from bsclib.reporting.page import outputs
from bsclib.reporting.page.page import page, page_and_notes

PLOTLY = {"data": [{"type": "bar", "y": [1, 2]}], "layout": {}}
VEGA = {
    "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
    "data": {"values": [{"a": "A", "b": 28}]},
    "mark": "bar",
    "encoding": {"x": {"field": "a", "type": "nominal"}, "y": {"field": "b", "type": "quantitative"}},
}
ALTAIR = '<div id="altair-viz-1"></div><script>(function(spec, embedOpt){{}})({}, {{"mode": "vega-lite"}});</script>'


def made(*cells):
    text, notes = page_and_notes(notebook(*cells))
    return text.partition('<main id="content" tabindex="-1">')[2].partition("</main>")[0].strip(), notes


def data(**kinds):
    return v4.new_output("display_data", data={name.replace("__", "/"): content for name, content in kinds.items()})


def display(kinds):
    return code(shows=[v4.new_output("display_data", data=kinds)])


# ---- charts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kinds",
    [
        {"application/vnd.plotly.v1+json": PLOTLY},
        {"application/vnd.plotly.v1+json": PLOTLY, "text/html": "<div></div><script>x</script>", "text/plain": "F"},
        {"application/vnd.bokehjs_exec.v0+json": "", "text/html": "<div id='b'></div>\n<script>x</script>"},
        {"text/html": "<div id=c></div><script>document.title = 'CHART'</script>"},
        {"text/html": "<script src='https://example.org/chart.js'></script><style>a {}</style>"},
        {"application/vnd.vegalite.v5+json": VEGA, "text/plain": "<VegaLite 5 object>"},
        {"text/html": ALTAIR.format("{}")},
    ],
)
def test_a_chart_that_nothing_here_can_draw_is_noted_at_its_place(kinds, monkeypatch):
    for library in ("kaleido", "vl_convert"):
        monkeypatch.setitem(__import__("sys").modules, library, None)
    text, notes = made(markdown("## Sales"), display(kinds))
    assert "A chart that a script would draw cannot be shown in this report." in text
    assert len(notes) == 1
    assert 'cell 2 under "Sales": a chart' in notes[0]
    by_extra = any(name in str(kinds) for name in ("plotly", "vega"))
    assert ("pip install 'bsclib[charts]'" in notes[0]) == by_extra
    assert "as PNG in the cell" in notes[0]


@pytest.mark.parametrize(
    "cell",
    [
        markdown("```mermaid\ngraph LR; A[<b>] --> B\n```"),
        display({"text/vnd.mermaid": "graph LR; A[<b>] --> B"}),
        display({"text/vnd.mermaid": "graph LR; A[<b>] --> B", "text/plain": "graph LR; A"}),
    ],
    ids=["markdown", "an output", "an output with text"],
)
def test_a_diagram_in_mermaid_is_shown_as_text_and_noted(cell):
    text, notes = made(markdown("## Flow"), cell)
    assert "A diagram in mermaid is shown as text in this report.</p><pre>graph LR; A[&lt;b&gt;] --&gt; B</pre>" in text
    assert len(notes) == 1
    assert 'cell 2 under "Flow": a diagram in mermaid' in notes[0]


@pytest.mark.parametrize("kind", ["text/vnd.graphviz", "video/mp4", "model/gltf+json"])
def test_no_kind_of_output_vanishes(kind):
    text, notes = made(display({kind: "x"}))
    assert f"Content of the kind {kind} cannot be shown in this report." in text
    assert len(notes) == 1


def test_a_picture_that_comes_with_a_chart_is_shown():
    text, _ = made(display({"application/vnd.plotly.v1+json": PLOTLY, "image/png": png(2, 2)}))
    assert "data:image/png" in text
    assert "note" not in text


@pytest.mark.parametrize(
    "kinds",
    [
        {"application/vnd.vegalite.v5+json": VEGA, "text/plain": "<VegaLite 5 object>"},
        {"text/html": ALTAIR.format(__import__("json").dumps(VEGA))},
    ],
)
def test_altair_is_drawn_where_its_library_is_installed(kinds):
    pytest.importorskip("vl_convert")
    text, _ = made(display(kinds))
    assert "data:image/png;base64,iVBOR" in text


def test_a_chart_fetches_no_data():
    pytest.importorskip("vl_convert")
    spec = {**VEGA, "data": {"url": "http://127.0.0.1:9/data.json"}}
    assert "note" in made(display({"application/vnd.vegalite.v5+json": spec}))[0]


def test_plotly_is_drawn_by_kaleido(monkeypatch):
    from types import SimpleNamespace

    drawn = SimpleNamespace(calc_fig_sync=lambda figure, opts: base64.b64decode(png(3, 3)) if figure == PLOTLY else b"")
    monkeypatch.setitem(__import__("sys").modules, "kaleido", drawn)
    assert 'width="3" height="3"' in made(display({"application/vnd.plotly.v1+json": PLOTLY}))[0]


# ---- other content --------------------------------------------------------------------------------------------------


def test_what_shows_something_beside_its_script_is_shown_and_noted():
    text, notes = made(display({"text/html": "<table><tr><td>1</td></tr></table><script>sort()</script>"}))
    assert "<td data-number>1</td>" in text
    assert "sort()" not in text
    assert "a part that a script would draw" in notes[0]


@pytest.mark.parametrize("kind", ["application/pdf", "application/geo+json", "application/x-own"])
def test_content_of_another_kind_is_noted(kind):
    text, notes = made(display({kind: "x", "text/plain": "<Own object>"}))
    assert '<p class="note">' in text
    assert "<Own" not in text
    assert len(notes) == 1


def test_json_is_shown_as_text_and_a_moving_picture_as_a_picture():
    assert "&#34;a&#34;: 1" in made(display({"application/json": {"a": 1}, "text/plain": "<JSON object>"}))[0]
    assert '<img src="data:image/gif;base64,R0lG">' in made(display({"image/gif": "R0lG\n"}))[0]


@pytest.mark.parametrize(
    "kinds", [{SUMMARY: {}}, {"application/vnd.bokehjs_load.v0+json": "x", "text/html": "<b>B</b>"}]
)
def test_what_is_not_for_readers_is_left_out_without_a_word(kinds):
    assert made(display(kinds)) == ("", [])


def test_an_end_that_is_meant_leaves_no_trace():
    ends = v4.new_output("error", ename="SystemExit", evalue="0", traceback=[])
    said = v4.new_output("stream", name="stderr", text="x.py:1: UserWarning: To exit: use 'exit', 'quit', or Ctrl-D.\n")
    assert made(code(shows=[ends, said])) == ("", [])


def test_a_formula_as_a_result_and_a_table_in_a_table():
    assert "<mfrac>" in made(display({"text/latex": "$\\displaystyle \\frac{x}{2}$", "text/plain": "x/2"}))[0]
    nested = "<table><tr><td><table><tr><td>7</td></tr></table></td><td>o</td></tr></table><p>after</p>"
    assert (
        f'aria-label="Table">{nested.replace("<p>after</p>", "")}</div><p>after</p>'
        in made(display({"text/html": nested}))[0]
    )


# ---- what cells say of themselves ------------------------------------------------------------------------------------


def printing(source, *tags, name="stdout", **metadata):
    cell = code(source, *tags, shows=[{"output_type": "stream", "name": name, "text": "SAID"}])
    cell["metadata"].update(metadata)
    return cell


def test_nothing_is_shown_of_lines_that_are_empty():
    empty = {"output_type": "stream", "name": "stdout", "text": " \n\n"}
    assert "<pre" not in made(code("print()", shows=[empty]))[0]


@pytest.mark.parametrize(
    "cell",
    [
        printing("1", "remove-cell"),
        printing("1", "remove_cell"),
        printing("1", "remove-output"),
        printing("#| include: false\n1"),
        printing("#| label: a\n#| output: false\n1"),
        printing("#| warning: false\n1", name="stderr"),
        markdown("SAID", "remove-cell"),
    ],
)
def test_what_a_cell_keeps_from_readers_is_left_out(cell):
    assert "SAID" not in page(notebook(cell))


@pytest.mark.parametrize(
    "cell", [printing("1", "remove-input"), printing("1", "hide-input"), printing("#| echo: false\n1")]
)
def test_what_it_shows_is_shown(cell):
    assert '<pre class="printed">SAID</pre>' in page(notebook(cell))


@pytest.mark.parametrize(
    "cell", [printing("1", "hide-output"), printing("1", "hide-cell"), printing("1", jupyter={"outputs_hidden": True})]
)
def test_what_a_cell_hides_is_there_for_who_opens_it(cell):
    text, _ = made(cell)
    assert text.startswith('<details class="noise"><summary>Details</summary>')
    assert "SAID" in text
    cell["metadata"]["title"] = "All <30> of them"
    assert made(cell)[0].startswith('<details class="noise"><summary>All &lt;30&gt; of them</summary>')


@pytest.mark.parametrize(
    ("printed", "shown_as"),
    [
        ("1/50\r2/50\rfinished\n", "finished\n"),
        ("50 %\rdone", "done"),
        ("12345\rab", "ab345"),
        ("a\r\nb", "a\nb"),
        ("abc\b\bX", "aX"),
        ("\x1b[32m10%\x1b[0m\r\x1b[32m100%\x1b[0m", "100%"),
        ("plain\n  text ", "plain\n  text "),
    ],
)
def test_printed_text_stands_as_a_terminal_leaves_it(printed, shown_as):
    assert outputs.as_terminal(printed) == shown_as
