import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import SimpleNamespace

import nbclient
import nbformat
import notebooks_made
import oddities
import pytest
from playwright import sync_api

from bsclib import plots, score, widgets
from bsclib.datasets import load_dataset
from bsclib.kernels import ThisPython

UNIT, AS_OF, MISSING, THRESHOLDS, SAID, PICTURE, BUTTON, CODE = range(8)


@pytest.fixture(scope="module")
def case():
    return load_dataset("meridian")


@pytest.fixture(autouse=True)
def outside_voila(monkeypatch):
    for name in [name for name in os.environ if name.startswith("VOILA_")]:
        monkeypatch.delenv(name)


def sitting_at(monkeypatch, content):
    """A kernel that was just asked to run a cell, with this in the request."""
    kernel = SimpleNamespace(get_parent=lambda channel: {"content": content} if content is not None else {})
    shell = SimpleNamespace(kernel=kernel)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))


# ----------------------------------------------------------------------------------------------------- is anybody there


def test_nobody_is_there_outside_a_notebook(monkeypatch):
    assert not widgets.attended()
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not widgets.attended()


@pytest.mark.parametrize(
    ("content", "there"), [({"allow_stdin": True}, True), ({"allow_stdin": False}, False), ({}, False), (None, False)]
)
def test_somebody_is_there_when_the_keyboard_is(monkeypatch, content, there):
    sitting_at(monkeypatch, content)
    assert widgets.attended() is there


def test_voila_shows_the_notebook_to_a_person(monkeypatch):
    sitting_at(monkeypatch, {"allow_stdin": False})
    monkeypatch.setenv("VOILA_BASE_URL", "/")
    assert widgets.attended()


def test_a_batch_gets_the_picture_and_no_widget():
    """nbclient is what papermill and nbconvert run on."""
    cells = [
        "from bsclib.datasets import load_dataset\nfrom bsclib.widgets import attended, explore_scores",
        "explore_scores(*load_dataset('meridian'))",
        "attended()",
    ]
    notebook = notebooks_made.notebook(*map(notebooks_made.code, cells))
    nbclient.NotebookClient(notebook, kernel_manager_class=ThisPython, timeout=120).execute()
    (picture,) = notebook.cells[1].outputs
    assert picture["data"].keys() == {"image/png", "text/plain"}
    assert "Meridian Freight IT" in picture["metadata"]["image/png"]["alt"]
    assert notebook.cells[2].outputs[0]["data"]["text/plain"] == "False"
    assert "widget" not in f"{[cell.outputs for cell in notebook.cells]} {notebook.metadata}"


# -------------------------------------------------------------------------------------------------------- the controls


@pytest.fixture
def explorer(case):
    return widgets.score_explorer(*case)


def code_of(explorer):
    return explorer.children[CODE].value


def test_a_person_gets_the_controls(monkeypatch, case):
    monkeypatch.setattr(widgets, "attended", lambda: True)
    assert len(widgets.explore_scores(*case).children) == 8


def test_every_control_has_a_description(explorer):
    controls = explorer.children[:SAID]
    assert [control.description for control in controls] == ["Unit", "As of", "Missing data", "Thresholds"]
    assert not any(control.disabled for control in controls)


def test_it_starts_where_the_scorecard_stands(case, explorer):
    assert [control.value for control in explorer.children[:SAID]] == ["", "2026-06", "redistribute", (0.7, 0.9)]
    scores = score(*case)
    assert plots.alt_text(plots.plot_score_trend(scores)) in explorer.children[PICTURE].value


@pytest.mark.parametrize(
    ("control", "value", "said", "code"),
    [
        (UNIT, "Genoa", "off target", "unit='Genoa'"),
        (AS_OF, "2024-03", "February 2024", "as_of='2024-03'"),
        (MISSING, "zero", "The overall score is", "missing='zero'"),
        (THRESHOLDS, (0.2, 0.3), "on target", '"at_risk": 0.2, "on_target": 0.3'),
    ],
)
def test_everything_follows_a_control(explorer, control, value, said, code):
    before = explorer.children[PICTURE].value
    explorer.children[control].value = value
    assert said in explorer.children[SAID].value
    assert code.replace('"', "&quot;").replace("'", "&#x27;") in code_of(explorer)
    if control != MISSING:  # the organisation as a whole lacks nothing
        assert explorer.children[PICTURE].value != before


def test_the_code_is_shown_when_asked_for(explorer):
    assert explorer.children[CODE].layout.display == "none"
    explorer.children[BUTTON].value = True
    assert explorer.children[CODE].layout.display == ""


def test_policies_differ_where_something_is_missing(explorer):
    explorer.children[UNIT].value = "Genoa"
    said = set()
    for policy in explorer.children[MISSING].options:
        explorer.children[MISSING].value = policy
        said.add(explorer.children[SAID].value)
    assert len(said) == 4


def test_the_code_gives_the_same_picture(case, monkeypatch):
    choice = widgets.Choice("Genoa", "2025-11", "carry_forward", 0.6, 0.85)
    shown = []
    monkeypatch.setattr(plots, "show", shown.append)
    exec(choice.code(), {"scorecard": case[0], "actuals": case[1]})
    expected = plots.plot_score_trend(choice.scores(*case), unit="Genoa")
    assert plots.alt_text(shown[0]) == plots.alt_text(expected)


@pytest.mark.parametrize("name", oddities.all_cases())
def test_odd_scorecards_can_be_explored(name):
    card, actuals = oddities.all_cases()[name]
    explorer = widgets.score_explorer(card, actuals)
    for control in explorer.children[:THRESHOLDS]:
        last = control.options[-1]
        control.value = last[1] if isinstance(last, tuple) else last
    assert "<script>" not in "".join(part.value for part in explorer.children[SAID:BUTTON]) + code_of(explorer)


# -------------------------------------------------------------------------------------------------- in a real notebook


@pytest.fixture
def lab(tmp_path):
    """JupyterLab with a notebook that explores the shipped case, as a learner would have it; yields its address."""
    source = "from bsclib.datasets import load_dataset\nfrom bsclib.widgets import explore_scores\n\n"
    cell = notebooks_made.code(source + "explore_scores(*load_dataset('meridian'))")
    (tmp_path / "work").mkdir()
    nbformat.write(notebooks_made.notebook(cell), tmp_path / "work" / "explore.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    settings = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": address.rpartition(":")[2],
        "ServerApp.root_dir": str(tmp_path / "work"),
        "IdentityProvider.token": "",
        "LabApp.news_url": "",
    }
    places = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    server = subprocess.Popen(
        [*command, *(f"--{name}={value}" for name, value in settings.items())],
        env={**os.environ, **places, "PYTHONPATH": str(Path(__file__).parent.parent)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(address)
        yield f"{address}/lab/tree/explore.ipynb?reset"
    finally:
        server.terminate()
        server.wait(60)


def wait_for(address):
    for _ in range(300):
        try:
            urllib.request.urlopen(f"{address}/api", timeout=5).close()
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail("JupyterLab did not start")


def run_until(page, shown):
    """Run the first cell; again if need be, as JupyterLab loses what is run before its kernel is connected."""
    for _ in range(4):
        page.locator(".jp-Notebook .cm-content").first.click()
        page.keyboard.press("Control+Enter")
        with contextlib.suppress(sync_api.TimeoutError):
            page.locator(shown).wait_for(timeout=15_000)
            return
    page.locator(shown).wait_for()


@pytest.mark.browser
def test_the_keyboard_moves_the_controls(lab, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(60_000)
    page.goto(lab)
    run_until(page, ".widget-html img")
    unit, said = page.locator(".widget-dropdown select").first, page.locator(".widget-html p[role=status]")
    before = said.inner_text()

    unit.focus()
    page.keyboard.press("ArrowDown")
    page.wait_for_function("before => document.querySelector('.widget-html p').innerText !== before", arg=before)
    assert unit.evaluate("one => one === document.activeElement"), "JupyterLab leaves the arrow keys to the control"

    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    page.locator(".widget-html p[role=status]", has_text="April 2026").wait_for()

    page.locator(".widget-toggle-button").focus()
    page.keyboard.press("Enter")
    shown = page.locator(".widget-html pre")
    shown.wait_for()
    assert "unit='Antwerp'" in shown.inner_text()
    assert "as_of='2026-05'" in shown.inner_text()
    page.close()
