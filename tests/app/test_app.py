"""The app in a browser, page by page: what is seen, by whom it can be used, what it asks for, what comes and goes."""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import copied
import pytest
import served
from axe_playwright_python.sync_playwright import Axe

from bsclib import read_actuals, read_scorecard, write_scorecard

pytestmark = [pytest.mark.slow, pytest.mark.system]
ROOT = Path(__file__).parents[2]
PAGES = ("", "scorecard", "map", "scenario", "signals", "build", "report")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def app():
    with served.running("meridian") as app:
        yield app


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_used_by_everybody(browser, app, width, scheme):
    page = served.opened(browser, app, viewport={"width": width, "height": 720}, color_scheme=scheme)
    for name in PAGES:
        page.locator(f"nav a[data-page={name or 'start'}]").click()
        page.locator("p.drawing").wait_for(state="hidden")
        page.wait_for_timeout(1000)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert Axe().run(page, options=WCAG).response["violations"] == [], name
        assert page.locator("nav a[aria-current=page]").count() == 1
    assert page.wrong == []
    assert {address.split("/")[2] for address in page.asked if address.startswith("http")} == {app.host}
    page.close()


def bare(folder):
    """Lakeside without links and initiatives."""
    card = read_scorecard("lakeside")
    write_scorecard(card, folder, read_actuals("lakeside", card))
    text = (folder / "scorecard.yaml").read_text()
    (folder / "scorecard.yaml").write_text(text.partition("\nlinks:")[0] + "\n")


STEPS = {
    "scorecard": lambda first: first.get_by_label("Missing data").select_option("zero"),
    "map": lambda first: first.get_by_label("Evidence for").select_option(index=1),
    "scenario": lambda first: first.get_by_role("slider", name="Months ahead").press("ArrowRight"),
    "signals": lambda first: first.get_by_label("KPI").select_option(index=1),
    "build": lambda first: first.get_by_label("Name of the scorecard").fill("Another name"),
}


@pytest.mark.parametrize("made", ["lakeside", bare, copied.many], ids=["lakeside", "bare", "many"])
def test_every_page_answers_on_other_scorecards(browser, made, tmp_path):
    path = made if isinstance(made, str) else str(tmp_path)
    if path != made:
        made(tmp_path)
    with served.running(path) as app:
        page = served.opened(browser, app)
        for name in PAGES:
            page.locator(f"nav a[data-page={name or 'start'}]").click()
            page.locator("p.drawing").wait_for(state="hidden")
            first = page.locator(".bsclib-explorer[data-turn]").first
            if name in STEPS and (made is not bare or name != "scenario"):
                turn = int(first.get_attribute("data-turn"))
                STEPS[name](first)
                page.wait_for_function(ANSWERED, arg=turn)
            assert page.evaluate("document.documentElement.scrollWidth") <= 1280, name
            assert Axe().run(page, options=WCAG).response["violations"] == [], name
        page.on("dialog", lambda dialog: dialog.accept())
        assert page.wrong == []
        assert {address.split("/")[2] for address in page.asked if address.startswith("http")} == {app.host}
        page.close()


ANSWERED = """turn => {
  const { turn: now, waits } = document.querySelector(".bsclib-explorer[data-turn]").dataset;
  return Number(now) > turn && !waits;
}"""


def test_somebodys_own_data_are_uploaded_mended_explored_and_reported(browser, app, tmp_path):
    page = served.opened(browser, app)
    page.locator("#bsc-file").set_input_files(
        {"name": "big.xlsx", "mimeType": "x", "buffer": b"PK\3\4" + bytes(20_000_001)}
    )
    page.locator(".said", has_text="Nothing has changed. big.xlsx has 20 MB").wait_for()
    card, actuals = read_scorecard("lakeside"), read_actuals("lakeside")
    write_scorecard(card, tmp_path / "mine", actuals)
    good = (tmp_path / "mine" / "actuals.csv").read_bytes()
    for rows, words in (
        (good + b"North,nobody,2026-01,1,,\n", "because the file has faults"),
        (good, f"{card.name} has"),
    ):
        zipped = io.BytesIO()
        with zipfile.ZipFile(zipped, "w") as archive:
            archive.write(tmp_path / "mine" / "scorecard.yaml", "mine/scorecard.yaml")
            archive.writestr("mine/actuals.csv", rows)
        page.locator("#bsc-file").set_input_files({"name": "mine.zip", "mimeType": "x", "buffer": zipped.getvalue()})
        page.locator("section .said", has_text=words).wait_for()
        if rows != good:
            page.set_viewport_size({"width": 390, "height": 844})
            faults = page.locator(".faults")
            assert faults.evaluate("one => one.scrollWidth <= one.clientWidth"), "how to mend it is seen at once"
            page.set_viewport_size({"width": 1280, "height": 720})
            assert "there is no KPI 'nobody'" in page.locator(".faults td").nth(1).inner_text()
            assert page.locator("h1").inner_text() == "Meridian Freight IT"
    assert page.locator("h1").inner_text() == card.name
    page.locator("nav a[data-page=scorecard]").click()
    page.locator(".bsclib-explorer svg", has_text=card.name).first.wait_for()
    page.locator("nav a[data-page=report]").click()
    page.locator("button", has_text="Make the report").click()
    page.locator("a[download]").wait_for(timeout=120_000)
    with page.expect_download() as download:
        page.locator("a[download]").click()
    html = download.value.path().read_text(encoding="utf-8")
    assert card.name in html
    assert str(app.temporary) not in html
    assert not [file for file in app.temporary.rglob("*") if file.suffix in (".csv", ".yaml", ".zip", ".html")]
    page.reload()
    page.locator("h1", has_text="The report").wait_for()
    page.locator("nav a[data-page=start]").click()
    page.locator("h1", has_text=card.name).wait_for()
    page.locator("button", has_text="Show the example again").click()
    page.locator("h1", has_text="Meridian Freight IT").wait_for()
    assert page.wrong == []
    page.close()


def test_what_a_workbook_leaves_open_is_answered_in_the_page(browser, app):
    page = served.opened(browser, app)
    rows = b"KPI,Target,Jan 2026,Feb 2026\nTickets <b>answered</b>,900,850,930\n"
    page.locator("#bsc-file").set_input_files({"name": "desk.csv", "mimeType": "text/csv", "buffer": rows})
    page.locator(".asks select").select_option("higher_is_better")
    page.locator(".asks button").click()
    page.locator("section p", has_text="Your data: 1 KPI").wait_for()
    assert page.locator("main b").count() == 0
    page.close()


def test_voila_shows_a_lesson_without_notes_and_solutions(tmp_path):
    cells = [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": "Seen"},
        {"cell_type": "markdown", "id": "b", "metadata": {"tags": ["notes"]}, "source": "Secret"},
        {"cell_type": "code", "id": "c", "metadata": {"tags": ["solution"]}, "source": "print('Secret')"},
    ]
    for cell in cells[2:]:
        cell |= {"execution_count": None, "outputs": []}
    about = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    lesson = {"cells": cells, "metadata": about, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / "lesson.ipynb").write_text(json.dumps(lesson))
    (tmp_path / "config").mkdir()
    shutil.copy(ROOT / "bsclib" / "app" / "voila.json", tmp_path / "config")
    port = served.free_port()
    voila = subprocess.Popen(
        [sys.executable, "-m", "voila", "lesson.ipynb", "--no-browser", f"--port={port}", "--Voila.port_retries=0"],
        cwd=tmp_path,
        env={**os.environ, "JUPYTER_CONFIG_PATH": str(tmp_path / "config")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        text = served.wait_until(lambda: served.text_of(f"http://127.0.0.1:{port}/"))
    finally:
        voila.terminate()
        voila.wait(60)
    assert "Seen" in text
    assert "Secret" not in text


def test_back_and_forward_go_from_page_to_page(browser, app):
    page = served.opened(browser, app)
    for name in ("scorecard", "report"):
        page.locator(f"nav a[data-page={name}]").click()
    page.go_back()
    page.locator(".bsclib-explorer svg").first.wait_for()
    assert page.locator("h1").inner_text() == "Where we stand"
    page.go_forward()
    assert page.locator("h1").inner_text() == "The report"
    page.close()


def processes_of(kernel_id):
    """The processes of a kernel, by the name of its connection file."""
    found = [entry for entry in Path("/proc").glob("[0-9]*/cmdline") if kernel_id in served.read(entry)]
    return [int(entry.parent.name) for entry in found]


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the kernel's process is found in /proc")
def test_a_kernel_that_dies_under_the_hand_is_told_and_the_page_goes_on_where_it_was(browser, app):
    page = served.opened(browser, app, "scenario")
    slider = page.get_by_role("slider", name="Months ahead")
    slider.wait_for()
    place = slider.bounding_box()
    middle = place["y"] + place["height"] / 2
    page.mouse.move(place["x"] + place["width"] / 2, middle)
    page.mouse.down()
    for step in range(20):
        page.mouse.move(place["x"] + place["width"] * (0.5 + step / 50), middle)
        if step == 10:
            (pid,) = processes_of(served.kernel_of(page))
            os.kill(pid, signal.SIGKILL)
    page.mouse.up()
    months = slider.input_value()
    page.get_by_text("has ended unexpectedly").wait_for()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("status").filter(has_text="10,000 draws").wait_for()
    assert page.get_by_role("slider", name="Months ahead").input_value() == months
    page.close()


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="the kernel's process is found in /proc")
def test_what_was_typed_into_tables_outlives_the_kernel(browser, app):
    page = served.opened(browser, app, "build")
    name, first = page.get_by_label("Name of the scorecard"), page.get_by_label("Name, Control what IT costs")
    name.fill("Half done")
    (pid,) = processes_of(served.kernel_of(page))
    os.kill(pid, signal.SIGKILL)
    first.fill("Control what IT costs us")  # nobody hears it any more
    page.get_by_text("has ended unexpectedly").wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("status").filter(has_text="What you typed here before, and did not save, is back.").wait_for()
    assert name.input_value() == "Half done"
    page.get_by_label("Name, Control what IT costs us").wait_for()
    page.get_by_role("button", name="Reset").click()
    page.get_by_label("Name, Control what IT costs", exact=True).wait_for()
    page.locator(".bsclib-explorer:not([data-unsaved=yes])").wait_for()
    page.reload()
    page.get_by_label("Name, Control what IT costs", exact=True).wait_for()
    page.wait_for_timeout(1000)
    assert name.input_value() == "Meridian Freight IT"
    assert "is back" not in page.locator("main").inner_text()
    page.close()


def test_who_stays_on_a_page_with_unsaved_work_goes_on_with_it(browser, app):
    page = served.opened(browser, app, "build")
    page.get_by_label("Name of the scorecard").fill("Half done")
    page.locator(".bsclib-explorer[data-unsaved=yes]").wait_for()
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.evaluate("() => { location.href = '/report' }")
    served.wait_until(lambda: page.wait_for_timeout(100) or asked)
    assert asked == ["beforeunload"]
    page.wait_for_timeout(1000)
    assert app.kernels(), "the kernel is there still"
    page.get_by_label("Name of the scorecard").fill("")
    page.get_by_text("Name of the scorecard: ").first.wait_for()
    assert page.wrong == []
    page.remove_listener("dialog", stay)
    page.close()
