import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from looks import CONTRAST

from bsclib.batch.index import index_html
from bsclib.model.status import SYMBOLS
from bsclib.reporting.brand import Brand

RUDE = '<img src=x onerror="alert(1)"> & \'"</script></style>{{ROWS}}'


def report(name, score=80.0, status="at_risk", trend=(78.0, None, 80.0), state="done", error="", **parameters):
    summary = {"title": f"Desk, {name}", "status": status, "score": score, "change": 1.5, "trend": list(trend)}
    files = {"html": {"path": f"{name}.html"}, "pdf": {"path": f"{name}.pdf"}}
    if state != "done":
        summary, files = None, {"failed": {"path": f"{name}.failed.ipynb"}} if state == "failed" else {}
    return {
        "name": name,
        "parameters": {"scorecard": "desk", "unit": name, **parameters},
        "state": state,
        "error": error,
        "files": files,
        "summary": summary,
    }


def manifest(*reports, parameters=("scorecard", "unit"), **head):
    notebook = {"name": "09_report.ipynb", "sha256": "abcdef0123456789"}
    return {"kit": "bsclib 0.1.0", "notebook": notebook, "parameters": list(parameters), **head, "reports": [*reports]}


MIXED = manifest(
    report("Genoa 10", 59.26, "off_target"),
    report("Genoa 2", 84.14, "at_risk"),
    report("broken", state="failed", error="cell 3: there is no unit 'Genua'. Fix: did you mean 'Genoa'?"),
    report("Ärhus", 95.0, "on_target"),
    report("late", state="left_out"),
    report("empty", None, "no_data", trend=()),
)


def rows(page):
    """The text of each cell, row by row."""
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    cells = (
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    )
    return [[html.unescape(re.sub(r"<[^>]+>", " ", cell)).strip() for cell in row] for row in cells]


# ---- what is in it --------------------------------------------------------------------------------------------------


def test_failures_come_first_then_the_order_of_the_manifest():
    assert [row[0].split("  ")[0] for row in rows(index_html(MIXED))] == [
        *("broken", "late", "Genoa 10", "Genoa 2", "Ärhus", "empty")
    ]


def test_a_failure_says_why_and_links_the_notebook_that_was_kept():
    page = index_html(MIXED)
    assert rows(page)[0][1:3] == ["✗ failed", "cell 3: there is no unit 'Genua'. Fix: did you mean 'Genoa'?"]
    assert 'href="./broken.failed.ipynb">The notebook that failed</a>' in page
    assert rows(page)[1][1:3] == ["– left out", "It was not begun."]


def test_a_report_has_status_score_change_line_and_links():
    page = index_html(MIXED)
    row = rows(page)[2]
    assert row[1:4] == [f"{SYMBOLS['off_target']} off target", "59.3", "+1.5"]
    assert row[-1].split() == ["HTML", "PDF"]
    assert 'href="./Genoa%2010.pdf"' in page
    assert 'aria-label="3 months: from 78 to 80, lowest 78, highest 80"' in page
    assert rows(page)[5][2:5] == ["–", "+1.5", ""]


def test_the_headline_counts():
    said = "6 reports: 1 failed, 1 left out, 1 off target, 1 at risk, 1 on target, 1 no data."
    assert f'<p class="lead">{said}</p>' in index_html(MIXED)
    assert "1 report: 1 at risk." in index_html(manifest(report("a")))
    assert "No report." in index_html(manifest())


def test_a_parameter_that_all_share_is_said_once():
    page = index_html(MIXED)
    assert "The same for all: scorecard = desk." in page
    assert re.findall(r'<th scope="col" data-sort[^>]*>(\w+)', page) == ["Report", "Status", "Score", "Change", "unit"]


def test_a_notebook_that_records_nothing_is_listed_too():
    one = report("a")
    one["summary"] = None
    assert rows(index_html(manifest(one)))[0][1:5] == ["✓ made", "–", "–", ""]


def test_a_month_without_a_score_is_a_gap_in_the_line():
    page = index_html(manifest(report("a", trend=(70.0, 72.0, None, 80.0))))
    path = re.search(r'<path d="([^"]+)"', page)[1]
    assert path.count("M") == 2
    assert path.count("L") == 1


def test_all_lines_are_drawn_on_one_scale():
    page = index_html(manifest(report("a", trend=(60.0, 64.0)), report("b", trend=(90.0, 93.0))))
    assert '<span class="range">60 to 100</span>' in page
    heights = [[int(y) for y in re.findall(r"[ML]\d+ (\d+)", path)] for path in re.findall(r'<path d="([^"]+)"', page)]
    assert min(heights[0]) > max(heights[1])


def test_the_same_manifest_gives_the_same_bytes_and_all_is_in_one_file():
    page = index_html(MIXED)
    assert index_html(MIXED) == page
    assert re.findall(r'(?:src|href)="(?!\./|#|data:)', page) == []
    assert "url(" not in page
    assert "@import" not in page


def test_the_house_gives_name_colours_and_numbers():
    page = index_html(MIXED, Brand(name="A & B", band="#5b1a3a", decimal_mark=",", thousands="."))
    assert '<p dir="auto">A &amp; B</p>' in page
    assert "--band: #5b1a3a" in page
    assert rows(page)[2][2:4] == ["59,3", "+1,5"]
    assert 'data-number="59.26"' in page


@given(st.text(max_size=30), st.floats(0, 100), st.floats(-100, 100))
def test_whatever_names_hold_the_table_keeps_its_form(name, score, change):
    one = report(name, score, unit=name)
    one["summary"]["change"] = change
    page = index_html(manifest(one, report("b", state="failed", error=name)))
    assert [len(row) for row in rows(page)] == [5, 7]
    assert index_html(manifest(one)).count("<tr") == 2


def test_no_text_gets_out():
    one = report(RUDE, status=RUDE, unit=RUDE)
    one["summary"]["title"] = RUDE
    head = {"kit": RUDE, "notebook": {"name": RUDE, "sha256": RUDE}, "versions": {"python": RUDE}}
    page = index_html(manifest(one, report("b", state="failed", error=RUDE), parameters=(RUDE, "unit"), **head))
    assert RUDE not in page
    assert "<img" not in page
    assert (page.count("<script"), page.count("</script"), page.count("</style")) == (1, 1, 1)
    assert RUDE.replace("'", "&#x27;") not in page
    assert page.count("<tr") == 3


# ---- in a browser ---------------------------------------------------------------------------------------------------

MANY = manifest(*MIXED["reports"], *(report(f"Unit {n}", 70 + n % 30, "at_risk", unit=RUDE) for n in range(600)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("batch")
    (folder / "index.html").write_text(index_html(MANY), encoding="utf-8")
    (folder / "mixed.html").write_text(index_html(MIXED), encoding="utf-8")
    return folder


@pytest.fixture
def opened(browser, folder):
    """The index in a real browser, as from a file share."""
    opened = []

    def open_index(name="mixed.html", width=1280, **how):
        tab = browser.new_page(viewport={"width": width, "height": 800}, **how)
        tab.asked, tab.said = [], []
        tab.on("request", lambda request: tab.asked.append(request.url))
        tab.on("console", lambda message: tab.said.append(message.text))
        tab.on("pageerror", lambda error: tab.said.append(str(error)))
        tab.goto((folder / name).as_uri())
        opened.append(tab)
        return tab

    yield open_index
    for tab in opened:
        tab.close()


def names(tab):
    return tab.evaluate("[...document.querySelectorAll('tbody th')].map(th => th.firstChild.textContent)")


@pytest.mark.system
@pytest.mark.parametrize("look", [(1280, "light"), (375, "dark")], ids=str)
def test_a_browser_shows_it_without_asking_for_anything(opened, look):
    tab = opened("index.html", look[0], color_scheme=look[1])
    assert len(tab.asked) == 1
    assert tab.said == []
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
    assert tab.evaluate("document.querySelectorAll('img').length") == 0
    assert tab.locator("tbody tr").first.is_visible()
    assert tab.evaluate(CONTRAST) == []


@pytest.mark.system
def test_the_keyboard_sorts_and_failures_stay_first(opened):
    tab = opened()
    tab.get_by_role("button", name="Score").focus()
    tab.keyboard.press("Enter")
    assert names(tab) == ["broken", "late", "Genoa 10", "Genoa 2", "Ärhus", "empty"]
    assert tab.get_by_role("columnheader", name="Score").get_attribute("aria-sort") == "ascending"
    tab.keyboard.press("Space")
    assert tab.get_by_role("columnheader", name="Score").get_attribute("aria-sort") == "descending"
    assert names(tab) == ["broken", "late", "Ärhus", "Genoa 2", "Genoa 10", "empty"]
    tab.get_by_role("button", name="Report").click()
    assert names(tab) == ["broken", "late", "Ärhus", "empty", "Genoa 2", "Genoa 10"]
    tab.get_by_role("button", name="unit").click()
    assert names(tab)[2:] == ["Ärhus", "empty", "Genoa 2", "Genoa 10"]
    assert tab.locator("[aria-sort]").count() == 1


@pytest.mark.system
def test_words_and_statuses_filter(opened):
    tab = opened()
    find = tab.get_by_role("searchbox", name="Find")
    find.fill("GENOA 2")
    assert names(tab) == ["Genoa 2"]
    assert tab.get_by_role("status").text_content() == "1 of 6 reports"
    find.fill("genua")  # words of an error
    assert names(tab) == ["broken"]
    find.fill("nothing of the kind")
    assert tab.get_by_text("No report fits.").is_visible()
    find.fill("")
    tab.get_by_role("checkbox", name="at risk").check()
    tab.get_by_role("checkbox", name="failed").check()
    assert names(tab) == ["broken", "Genoa 2"]
    find.fill("genoa")
    assert names(tab) == ["broken", "Genoa 2"]  # the error names Genoa, too
    find.press("Enter")
    assert tab.url.endswith("mixed.html")


@pytest.mark.system
def test_rows_come_as_they_are_scrolled_to_and_all_are_printed(opened):
    tab = opened("index.html")
    assert len(names(tab)) == 200
    tab.evaluate("scrollTo(0, document.body.scrollHeight)")
    tab.locator("tbody tr").nth(200).wait_for(state="attached")  # the page's policy lets no test wait by a script
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert len(names(tab)) == 606
    tab.emulate_media(media="print")
    assert not tab.locator("form").is_visible()


@pytest.mark.system
def test_without_its_script_it_is_a_plain_table(opened):
    tab = opened("index.html", java_script_enabled=False)
    assert tab.locator("tbody tr").count() == 606
    assert tab.locator("tbody tr").first.is_visible()
    assert not tab.locator("form").is_visible()
