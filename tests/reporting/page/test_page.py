import html
import re

import nbformat
import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from looks import CONTRAST, UNREACHED
from nbclient import NotebookClient
from nbformat import v4
from notebooks_made import PARAMETERS, code, markdown, notebook, png, shown

from bsclib.errors import ReportError
from bsclib.files.paths import shipped_folder
from bsclib.reporting.brand import Brand
from bsclib.reporting.display import disclosures, table
from bsclib.reporting.notebook import SUMMARY
from bsclib.reporting.page import tables
from bsclib.reporting.page.page import NO_WORDS, page, page_and_notes

LESSONS = sorted((shipped_folder() / "notebooks").glob("*.ipynb"))
NAME = '"Quoted" <b>& Söhne</b> שביעות 😀 ' + "long " * 100
COSTS = pd.DataFrame(
    {"Unit": ["Apps", "Data"], "Cost": [1200.5, 3.0], "Period": ["2026-05", "2026-06"], "n": ["–", "7"]}
)
NODE = {"parent": "", "name": NAME, "score": 60.0, "status": "off_target", "part": "", "why": "Cost is."}
SCORES = pd.DataFrame(
    [NODE, {**NODE, "parent": "it", "name": "Cost", "part": "adds 60.0", "owner": "Apps"}], index=["it", "cost"]
).fillna("")
ABOUT = pd.DataFrame({"kpi": ["Cost", "All others"], "score": [60.0, 1.0]}, index=pd.Index(["cost", "gone"], name="id"))
PICTURE = shown("image/png", png(), alt='Heat map: "Apps" <lowest>')
# Every way a page can go: headings, formulas, tables, pictures, prints, names that try to break out.
OURS = code("from bsclib import score")
EVERYTHING = notebook(
    OURS,
    markdown("# The report\n\nWhat it says.\n\n## Where we stand\n\nIn `code`, $x_i$ and a [link](#Trends)."),
    code(PARAMETERS, "parameters"),
    code("months = 12", "injected-parameters"),
    code(shows=[v4.new_output("stream", name="stdout", text="told \x1b[31mred\x1b[0m <b>")]),
    code(shows=[v4.new_output("stream", name="stderr", text="warned")]),
    markdown("### By unit"),
    code(shows=[shown("text/html", COSTS.style.set_caption("Costs").to_html())]),
    code(shows=[shown("text/html", pd.DataFrame(1.5, ["a"], [f"Column {i}" for i in range(30)]).to_html())]),
    code(shows=[shown("text/html", COSTS[["Cost"]].style.background_gradient(cmap="Blues").to_html())]),
    code(shows=[shown("text/html", table(ABOUT, "Scores").html)]),
    code(shows=[shown("text/html", disclosures(SCORES, "Open a score").html)]),
    markdown(f"## Trends\n\n```python\nLink({', '.join(['cause'] * 60)})\n{'x' * 400}\n```"),
    code(shows=[PICTURE]),
    code(shows=[shown("text/markdown", "## What moved\n\nUp.\n\n## What moved\n\n$$\\frac{a}{b}$$")]),
    code(shows=[shown("text/html", f"<h2>{html.escape(NAME)}</h2><p>{html.escape(NAME)}</p>")]),
    code(shows=[shown("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg'/>", alt="a map")]),
    code(shows=[v4.new_output("execute_result", data={"text/plain": ["<fi", "ve>"]})]),
)


@pytest.fixture(scope="module")
def whole():
    return page(EVERYTHING)


def body(*cells):
    return page(notebook(*cells)).partition('<main id="content" tabindex="-1">')[2].partition("</main>")[0].strip()


# ---- what is in it --------------------------------------------------------------------------------------------------


def test_the_first_heading_is_the_title_and_stands_once(whole):
    assert "<title>The report</title>" in whole
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", whole) == ["The report"]


def test_a_title_that_is_given_takes_the_place_of_the_notebooks_and_is_escaped():
    made = page(EVERYTHING, title="<Own> & title")
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", made) == ["&lt;Own&gt; &amp; title"]
    assert "The report" not in made


def test_a_later_level_one_heading_ranks_below_the_title():
    assert '<h2 id="Second">Second</h2>' in body(markdown("# First"), markdown("# Second"))


def test_headings_of_every_origin_are_in_the_contents_once(whole):
    contents = whole[whole.index("<nav") : whole.index("</nav>")]
    linked = [html.unescape(one) for one in re.findall(r'href="#([^"]*)"', contents)]
    assert linked[:5] == ["Where-we-stand", "By-unit", "Trends", "What-moved", "What-moved-2"]
    assert linked[-1] == "made"
    ids = [html.unescape(one) for one in re.findall(r'\bid="([^"]*)"', whole)]
    assert set(linked) <= set(ids)
    assert len(ids) == len(set(ids))


def test_a_page_of_one_part_has_no_contents():
    assert "<nav" not in page(notebook(markdown("# Title\n\nText.\n\n## Only part")))


def test_code_is_not_shown(whole):
    assert "injected" not in whole
    assert "months: int" not in whole


@pytest.mark.parametrize("tag", ["exercise", "solution", "notes", "interactive-only"])
def test_what_belongs_to_learners_and_trainers_is_left_out(tag):
    said = shown("text/plain", "SECRET")
    assert (
        body(markdown("# T"), markdown("SECRET", tag), code("1", tag, shows=[said])) == '<div class="text">\n\n</div>'
    )


def test_live_controls_and_scripts_leave_a_note_at_their_place():
    control = v4.new_output(
        "display_data",
        data={"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "VBox(children=…)"},
    )
    script = shown("application/javascript", "alert(1)")
    made = body(code(shows=[control, script]))
    assert re.findall(r'<p class="note">(.*?)</p>', made) == [
        "A live control cannot be shown in this report.",
        "Content of the kind application/javascript cannot be shown in this report.",
    ]
    assert "alert" not in made
    assert "VBox" not in made


def test_printed_text_loses_its_colours_and_is_escaped(whole):
    assert '<pre class="printed">told red &lt;b&gt;</pre>' in whole
    assert "<summary>Messages while it ran</summary><pre>warned</pre>" in whole
    assert '<pre class="printed">&lt;five&gt;</pre>' in whole


def test_pictures_are_inside_with_their_words_and_measures(whole):
    assert 'alt="Heat map: &quot;Apps&quot; &lt;lowest&gt;" width="1200" height="300">' in whole
    assert "src='data:image/svg+xml,%3Csvg" in whole


def test_the_parameters_of_the_run_are_at_the_end(monkeypatch):
    monkeypatch.setattr("importlib.metadata.version", lambda name: f"{name} 1.2.3")
    ran = notebook(*EVERYTHING.cells)
    ran.metadata["papermill"] = {"parameters": {"months": 12}, "input_path": "somewhere/09_report.ipynb"}
    end = page(ran).partition("<footer")[2]
    rows = re.findall(r"<tr.*?</tr>", end)[1:]
    assert [re.findall(r">([^<>]+)<", row) for row in rows] == [
        ["unit", "empty", "empty", "unit to report on; empty for all"],
        ["months", "12", "24", "how many months the trends show"],
    ]
    assert ['class="changed"' in row for row in rows] == [False, True]
    assert "<dd>09_report.ipynb</dd>" in end
    assert "<dt>bsclib</dt><dd>bsclib 1.2.3</dd>" in end


def test_a_notebook_in_another_language_can_be_shown():
    assert "Title" in page(notebook(markdown("# Title"), code("x <- 1", "parameters")))


def test_the_same_notebook_gives_the_same_bytes(whole):
    again = notebook(*[v4.new_markdown_cell(c.source) if c.cell_type == "markdown" else c for c in EVERYTHING.cells])
    again.cells[7] = code(shows=[shown("text/html", COSTS.style.set_caption("Costs").to_html())])  # another random id
    again.cells[9] = code(shows=[shown("text/html", COSTS[["Cost"]].style.background_gradient(cmap="Blues").to_html())])
    assert page(again) == whole


@pytest.mark.parametrize("data", [{SUMMARY: {"score": 84.1}, "text/plain": ""}, {"text/html": " ", "text/plain": ""}])
def test_what_shows_nothing_leaves_no_trace(data):
    assert body(code(shows=[v4.new_output("display_data", data=data)])) == ""


# ---- in a house style ---------------------------------------------------------------------------------------------

HOUSE = Brand("A & <b>", "data:image/png;base64,aaaa", "#5b1a3a", "#f2b134", "#8a1f55", ",", ".")


def test_a_house_gives_name_logo_and_colours():
    made = page(EVERYTHING, house=HOUSE)
    assert '<p dir="auto">A &amp; &lt;b&gt;</p>' in made
    assert '<img class="logo" src="data:image/png;base64,aaaa" alt="Logo">' in made
    assert made.index("--band: #5b1a3a") > made.index("--band: #0d3b4a")
    assert "IT balanced scorecard" not in made
    assert "IT balanced scorecard" in page(EVERYTHING)


def test_printed_pages_have_a_running_head_from_which_no_text_gets_out(whole):
    assert '@top-right { content: "The\\20 report"; }' in whole
    rude = page(notebook(markdown("Text.")), title='"; } </style><script>', house=HOUSE)
    assert rude.count("</style>") == 1
    assert '@top-left { content: "A\\20 \\26 \\20 \\3c b\\3e "; }' in rude


def test_a_house_writes_the_numbers_of_tables_and_nothing_else():
    costs = pd.DataFrame(
        {
            "Unit": ["Apps 1.5", "Data"],
            "Cost": ["1,200.5 EUR", "3.0 EUR"],
            "Range": ["1.5 h to 2.5 h", "3.5 h"],
            "Version": ["1.2.3", "3.11"],
            "Month": ["2026-05", "2026-06"],
        }
    )
    cells = [markdown("# T\n\nIt cost 1,200.5 EUR."), code(shows=[shown("text/html", costs.to_html(index=False))])]
    made = page(notebook(*cells, code(shows=[v4.new_output("stream", name="stdout", text="1.5")])), house=HOUSE)
    row, other = re.findall(r"<tr.*?</tr>", made, re.DOTALL)[1:3]
    assert re.findall(r">([^<>]+)</td>", row) == ["Apps 1.5", "1.200,5 EUR", "1,5 h to 2,5 h", "1.2.3", "2026-05"]
    assert re.findall(r">([^<>]+)</td>", other) == ["Data", "3,0 EUR", "3,5 h", "3.11", "2026-06"]
    assert "It cost 1,200.5 EUR." in made
    assert '<pre class="printed">1.5</pre>' in made


# ---- anybody's notebook -----------------------------------------------------------------------------------------


def test_a_foreign_page_bears_its_own_title_and_none_of_ours():
    ran = notebook(markdown("Sales went up."))
    ran.metadata["papermill"] = {"input_path": "somewhere/sales.ipynb"}
    made = page(ran)
    assert "<title>sales</title>" in made
    assert "IT balanced scorecard" not in made


def test_a_foreign_picture_without_words_is_shown_and_noted():
    made, notes = page_and_notes(notebook(markdown("# T"), code(shows=[shown("image/png", png(2, 2))])))
    assert f'alt="{NO_WORDS}"' in made
    assert notes == [
        'the notebook, cell 2 under "T": a picture has no alternative text. '
        'Fix: display it with metadata={"image/png": {"alt": "…"}}.'
    ]


@pytest.mark.parametrize(
    "source",
    [
        '<img alt="x" src="https://example.org/a.png">',
        '<link rel="stylesheet" href="https://example.org/a.css">',
        '<iframe src="https://example.org"></iframe>',
        "<iframe srcdoc='<p>a</p>'></iframe>",
        '<meta http-equiv="refresh" content="0; url=https://example.org">',
        '<object data="data:application/pdf;base64,aaaa"></object>',
    ],
)
def test_what_a_foreign_page_would_fetch_is_taken_out_and_noted(source):
    made, notes = page_and_notes(notebook(code(shows=[shown("text/html", f"<p>before</p>{source}")])))
    content = made.partition("<main")[2].partition("</main>")[0]
    assert '<p class="note">' in content
    assert source.partition(">")[0] + ">" not in content
    assert "<p>before</p>" in content
    assert len(notes) == 1


def test_sound_is_played_from_the_page_itself():
    sound = "<audio controls><source src='data:audio/wav;base64,UklGRg==' type='audio/wav'></audio>"
    made, notes = page_and_notes(notebook(code(shows=[shown("text/html", sound)])))
    assert sound in made
    assert "media-src data:" in made
    assert notes == []


@pytest.mark.parametrize("name", ["password", "api_key", "ApiKey", "db_password", "ACCESS_TOKEN", "client_secret"])
def test_what_is_named_like_a_secret_is_hidden(name):
    ran = notebook(code(f'{name}: str = "hunter2"  # to the database', "parameters"))
    ran.metadata["papermill"] = {"parameters": {name: "hunter3"}}
    made = page(ran)
    assert "hunter" not in made
    assert "<td>•••</td><td>•••</td>" in made


@pytest.mark.parametrize("name", ["unit", "author", "tokenizer", "max_tokens", "key", "passengers", "passport_country"])
def test_what_only_sounds_like_one_is_shown(name):
    assert "hunter2" in page(notebook(code(f'{name}: str = "hunter2"', "parameters")))


# ---- what stops it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        code(shows=[shown("image/png", png(2, 2))]),
        code(shows=[shown("image/png", png(2, 2), alt="  ")]),
        code(shows=[shown("image/jpeg", "aaaa")]),
        code(shows=[shown("image/svg+xml", "<svg/>")]),
        code(shows=[shown("text/html", '<img src="data:image/png;base64,aaaa">')]),
        markdown("![](data:image/png;base64,aaaa)"),
    ],
)
def test_a_picture_without_words_stops_the_page_and_its_cell_is_named(cell):
    with pytest.raises(ReportError, match='the notebook, cell 3 under "Trends": a picture has no alternative text'):
        page(notebook(markdown("# T"), markdown("## Trends"), cell, OURS))


@pytest.mark.parametrize(
    "source",
    [
        '<img alt="x" src="https://example.org/a.png">',
        '<link rel="stylesheet" href="a.css">',
        '<iframe src="https://example.org"></iframe>',
        '<video poster="a.png"></video>',
        '<object data="a.pdf"></object>',
        '<img alt="x" src="figure.png">',
    ],
)
def test_nothing_is_fetched(source):
    with pytest.raises(ReportError, match="would fetch"):
        page(notebook(code(shows=[shown("text/html", source)]), OURS))


def test_a_page_may_not_send_its_reader_elsewhere():
    with pytest.raises(ReportError, match="<meta> would change"):
        page(
            notebook(
                code(shows=[shown("text/html", '<meta http-equiv="refresh" content="0; url=https://a.org">')]), OURS
            )
        )


def test_all_faults_come_at_once():
    blind = shown("image/png", png(2, 2))
    with pytest.raises(ReportError, match=r"2 faults:\n.*cell 1:.*\n.*cell 3:"):
        page(notebook(code(shows=[blind]), markdown("text"), code(shows=[blind]), OURS))


# ---- tables ---------------------------------------------------------------------------------------------------------


def test_columns_of_numbers_are_marked_headings_too_and_others_are_not():
    made = tables.tidy(COSTS.to_html(index=False), "t")
    assert re.findall(r"<t[hd] data-number>(.*?)<", made) == ["Cost", "n", "1200.5", "–", "3.0", "7"]


def test_a_table_of_many_columns_and_a_long_word_are_marked_for_paper():
    wide = tables.tidy(pd.DataFrame([range(10)]).to_html(), "t")
    assert '<div class="table wide"' in wide
    assert "wide" not in tables.tidy(pd.DataFrame([range(8)]).to_html(), "t")
    frame = pd.DataFrame({"a": ["x" * 25, "x" * 24 + " y"]})
    assert re.findall(r"<td([^>]*)>x", tables.tidy(frame.to_html(index=False), "t")) == [" data-long", ""]


def test_a_table_without_caption_still_has_a_name():
    assert 'role="group" tabindex="0" aria-label="Table"' in tables.tidy(COSTS.to_html(), "t")


@pytest.mark.parametrize(
    ("text", "number"),
    [("−4 %", 1), ("+1.2", 1), ("12,5 h", 1), ("$1,200", 1), ("▲ 3", 1), ("2026-06", 0), ("4 of 5", 0), ("A1", 0)],
)
def test_what_counts_as_a_number(text, number):
    assert tables.tidy(f"<table><tr><td>{text}</td></tr></table>", "t").count("data-number") == number


def test_the_index_name_joins_the_row_of_headings():
    frame = COSTS.set_index("Unit")
    assert tables.tidy(frame.to_html(), "t").count("<tr") == frame.to_html().count("<tr") - 1
    spanned = frame.rename_axis(columns="What")  # here the two rows would hide each other's words
    assert tables.tidy(spanned.to_html(), "t").count("<tr") == spanned.to_html().count("<tr")


# ---- formulas -------------------------------------------------------------------------------------------------------


def test_two_sums_of_money_are_no_formula():
    assert "<p>from $120,000 to $140,000</p>" in body(markdown("from $120,000 to $140,000"))


def test_two_tables_of_one_name_are_told_apart():
    made = page(notebook(OURS, code(shows=[shown("text/html", COSTS.style.set_caption("Costs").to_html())] * 2)))
    assert re.findall(r'role="region" tabindex="0" aria-label="([^"]*)"', made) == ["Costs", "Costs (2)"]


def test_a_picture_in_an_output_is_reached_by_the_keyboard():
    made = page(notebook(OURS, code(shows=[shown("text/html", '<figure style="margin: 0">x</figure>')])))
    assert '<figure tabindex="0" aria-label="Picture" style="margin: 0">' in made


def test_a_heading_in_which_nothing_stands_is_a_cell():
    made = page(
        notebook(OURS, markdown("| | a |\n|-|-|\n| x | 1 |"), code(shows=[shown("text/html", COSTS.to_html())]))
    )
    assert not re.search(r"<th[^>]*>\s*</th>", made)
    assert tables.without_empty_heads('<th scope="col" id="x"> </th><th>a</th>') == '<td id="x"></td><th>a</th>'


def test_names_and_scores_lead_to_what_is_shown_of_them_and_are_plain_where_nothing_is(whole):
    assert '<a href="#score.cost">Cost</a>' in whole
    assert '<a href="#score.cost">60.0</a>' in whole
    assert ">All others<" in whole
    assert "data-about" not in whole
    assert "score." not in page(notebook(code(shows=[shown("text/html", table(ABOUT, "Scores").html)])))


# ---- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(params=[(1280, "light"), (1280, "dark"), (320, "light"), (320, "dark")], ids=str)
def opened(request, browser, whole, tmp_path):
    """The page in a real browser, and every address that it asked for."""
    width, scheme = request.param
    (tmp_path / "index.html").write_text(whole, encoding="utf-8")
    tab = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab.asked, tab.said = [], []
    tab.on("request", lambda request: tab.asked.append(request.url))
    tab.on("console", lambda message: tab.said.append(message.text))
    tab.goto((tmp_path / "index.html").as_uri())
    yield tab
    tab.close()


@pytest.mark.system
def test_a_browser_shows_it_well(opened):
    assert [address for address in opened.asked if not address.startswith(("file:", "data:"))] == []
    assert opened.said == []
    assert opened.evaluate("[...document.images].filter(i => !i.alt.trim() || !i.naturalWidth).length") == 0
    assert opened.evaluate(UNREACHED) == []
    assert opened.evaluate(CONTRAST) == []
    assert opened.evaluate("document.documentElement.lang") == "en"


@pytest.mark.system
def test_every_entry_of_the_contents_leads_to_its_heading(opened):
    links = opened.locator("nav a:visible")
    for index in range(links.count()):
        links.nth(index).click()
        target = opened.evaluate("decodeURIComponent(location.hash.slice(1))")
        top = opened.evaluate("id => document.getElementById(id).getBoundingClientRect().top", target)
        assert -1 <= top <= 800
        assert opened.evaluate("document.querySelector(':target').id") == target


@pytest.mark.system
def test_the_keyboard_reaches_the_text_first(opened):
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "skip"
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.id") == "content"


@pytest.mark.system
def test_a_score_opens_where_it_stands_and_where_a_table_leads_to_it(opened):
    shut = "document.querySelectorAll('.disclosures details:not([open])').length"
    assert opened.evaluate(shut) == 2
    opened.locator("main td a", has_text="60.0").focus()
    opened.keyboard.press("Enter")
    assert opened.evaluate(shut) == 0
    top = opened.evaluate("document.querySelector(':target').getBoundingClientRect().top")
    assert 0 <= top <= 800
    opened.locator("summary", has_text="adds 60.0").press("Space")
    assert opened.evaluate(shut) == 1


@pytest.mark.system
def test_a_name_cannot_break_out(opened):
    assert opened.locator("main b").count() == 0
    assert opened.evaluate(
        "[...document.querySelectorAll('main p')].some(p => p.textContent.includes('<b>& Söhne</b>'))"
    )


@pytest.mark.system
def test_it_prints_on_paper(browser, whole):
    tab = browser.new_page(color_scheme="dark")
    tab.set_content(whole)
    tab.emulate_media(media="print", color_scheme="dark")
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not tab.locator("nav").is_visible()
    assert not tab.locator(".disclosures").is_visible()
    paper = tab.pdf(prefer_css_page_size=True)
    tab.close()
    assert paper.startswith(b"%PDF")
    assert re.search(rb"/MediaBox\s*\[0 0 59[45][\d.]* 84[12][\d.]*\]", paper), "this is not A4"


@pytest.mark.system
def test_a_script_in_an_output_does_not_run(browser):
    tab = browser.new_page()
    tab.set_content(page(notebook(code(shows=[shown("text/html", "<script>document.title = 'ran'</script>")]))))
    assert tab.title() == "Report"
    tab.close()


@pytest.mark.slow
@pytest.mark.system
@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.stem)
def test_every_lessons_page_is_for_everybody(browser, lesson):
    made = page(NotebookClient(nbformat.read(lesson, 4), timeout=600, resources={"metadata": {"path": "/"}}).execute())
    for width in (1280, 320):
        tab = browser.new_page(viewport={"width": width, "height": 800})
        tab.set_content(made)
        assert tab.evaluate(UNREACHED) == []
        found = Axe().run(tab).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
        tab.close()
