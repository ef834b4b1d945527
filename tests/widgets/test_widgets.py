import html
import os
import sys
from types import SimpleNamespace

import labs
import nbclient
import notebooks_made
import oddities
import pytest

from bsclib import plots, read_scorecard, score, widgets
from bsclib.batch.kernels.provisioner import ThisPython
from bsclib.files.datasets import load_dataset
from bsclib.model.edit import change
from bsclib.plots.canvas import png
from bsclib.scoring.compare import compare_methods
from bsclib.widgets.parts import attended
from bsclib.widgets.weights import Explorer

UNIT, AS_OF, MISSING, THRESHOLDS, SAID, PICTURE, BUTTON, CODE = range(8)


@pytest.fixture(scope="module")
def case():
    return load_dataset("meridian")


@pytest.fixture(autouse=True)
def outside_voila(monkeypatch):
    for name in [name for name in os.environ if name.startswith("VOILA_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch):
    monkeypatch.setattr("bsclib.widgets.parts.png", lambda axes: png(axes, dpi=20))


def sitting_at(monkeypatch, content):
    """A kernel that was just asked to run a cell, with this in the request."""
    kernel = SimpleNamespace(get_parent=lambda channel: {"content": content} if content is not None else {})
    shell = SimpleNamespace(kernel=kernel)
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))


# ----------------------------------------------------------------------------------------------------- is anybody there


def test_nobody_is_there_outside_a_notebook(monkeypatch):
    assert not attended()
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    assert not attended()


@pytest.mark.parametrize(
    ("content", "there"), [({"allow_stdin": True}, True), ({"allow_stdin": False}, False), ({}, False), (None, False)]
)
def test_somebody_is_there_when_the_keyboard_is(monkeypatch, content, there):
    sitting_at(monkeypatch, content)
    assert attended() is there


def test_voila_shows_the_notebook_to_a_person(monkeypatch):
    sitting_at(monkeypatch, {"allow_stdin": False})
    monkeypatch.setenv("VOILA_BASE_URL", "/")
    assert attended()


def test_a_batch_gets_the_picture_and_no_widget():
    """nbclient is what papermill and nbconvert run on."""
    cells = [
        "from bsclib.files.datasets import load_dataset\nfrom bsclib.widgets import explore_scores",
        "explore_scores(*load_dataset('meridian'))",
        "from bsclib.widgets.parts import attended\nattended()",
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
    return widgets.scores.Explorer(*case).box


def code_of(explorer):
    return explorer.children[CODE].value


def test_a_person_gets_the_controls(monkeypatch, case):
    monkeypatch.setattr(widgets.scores, "attended", lambda: True)
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
    choice = widgets.scores.ScoreChoice("Genoa", "2025-11", "carry_forward", 0.6, 0.85)
    shown = []
    monkeypatch.setattr(plots, "show", shown.append)
    exec(choice.code(), {"scorecard": case[0], "actuals": case[1]})
    expected = plots.plot_score_trend(choice.scores(*case), unit="Genoa")
    assert plots.alt_text(shown[0]) == plots.alt_text(expected)


@pytest.mark.parametrize("name", oddities.all_cases())
def test_odd_scorecards_can_be_explored(name):
    card, actuals = oddities.all_cases()[name]
    explorer = widgets.scores.Explorer(card, actuals).box
    for control in explorer.children[:THRESHOLDS]:
        last = control.options[-1]
        control.value = last[1] if isinstance(last, tuple) else last
    assert "<script>" not in "".join(part.value for part in explorer.children[SAID:BUTTON]) + code_of(explorer)


# ------------------------------------------------------------------------------------------------------------- weights

W_UNIT, W_PARENT, W_WEIGHTS, W_KPI, W_EXPECTED, W_SAID, W_AUDIT, W_PICTURE, W_BUTTON, W_CODE = range(10)


@pytest.fixture
def weights(case):
    return widgets.weights.Explorer(*case).box


def unescaped(part):
    return html.unescape(part.value)


def test_a_batch_gets_what_each_kpi_costs_and_a_table_of_methods(case, capsys):
    assert widgets.explore_weights(*case) is None
    assert capsys.readouterr().out.startswith("Waterfall from 100 to the score of Meridian Freight IT")
    assert "<caption" in widgets.explore_methods(*case)._repr_html_()


def test_a_person_gets_sliders_and_a_picker(monkeypatch, case):
    for room in (widgets.weights, widgets.methods):
        monkeypatch.setattr(room, "attended", lambda: True)
    assert len(widgets.explore_weights(*case).children) == 10
    assert len(widgets.explore_methods(*case).children) == 6


def test_the_weights_start_as_stated(case, weights):
    card, actuals = case
    assert weights.children[W_PARENT].value == card.id
    sliders = weights.children[W_WEIGHTS].children
    assert [slider.description for slider in sliders] == [one.name for one in card.perspectives]
    assert [slider.value for slider in sliders] == [one.weight for one in card.perspectives]
    assert weights.children[W_SAID].value.endswith("No status flips.</p>")
    picture = plots.plot_contributions(score(card, actuals))
    assert plots.alt_text(picture) in unescaped(weights.children[W_PICTURE])
    assert "reweigh(scorecard, {}, {})" in weights.children[W_CODE].value
    assert weights.children[W_EXPECTED].disabled


def test_a_dragged_weight_is_followed(case, weights):
    card, actuals = case
    before = weights.children[W_PICTURE].value
    weights.children[W_UNIT].value = "Genoa"
    weights.children[W_WEIGHTS].children[0].value = 4.0
    heavier = score(change(card, card.perspectives[0].id, weight=4), actuals)
    now = heavier[(heavier["unit"] == "Genoa") & (heavier["id"] == card.id)]["score"].iloc[-1]
    assert f"{card.name}: {now:.1f}" in unescaped(weights.children[W_SAID])
    assert "from off target to at risk" in weights.children[W_SAID].value
    assert weights.children[W_PICTURE].value != before
    assert f"{{'{card.perspectives[0].id}': 4.0}}" in unescaped(weights.children[W_CODE])
    assert "Geometric" in weights.children[W_AUDIT].value


def test_another_parent_has_weights_of_its_own(case, weights):
    card = case[0]
    weights.children[W_WEIGHTS].children[0].value = 4.0
    weights.children[W_PARENT].value = "satisfy-users"
    kpis = card.kpis_of("satisfy-users")
    assert [slider.description for slider in weights.children[W_WEIGHTS].children] == [kpi.name for kpi in kpis]
    assert weights.children[W_SAID].value.endswith("No status flips.</p>")
    assert [id for _, id in weights.children[W_KPI].options] == ["", *(kpi.id for kpi in kpis)]


def test_what_is_expected_can_be_dragged_too(case, weights):
    card, actuals = case
    weights.children[W_KPI].value = "csat"
    slider = weights.children[W_EXPECTED]
    assert not slider.disabled
    now = score(card, actuals)
    row = now[(now["unit"] == "") & (now["id"] == "csat")].iloc[-1]
    assert slider.value == pytest.approx(row["expected"])
    assert "{}, {}" in weights.children[W_CODE].value
    slider.value = row["floor"] + (row["actual"] - row["floor"]) * 0.9
    assert "{'csat': " in unescaped(weights.children[W_CODE])
    changed = now[(now["unit"] == "") & (now["id"] == card.id)]["score"].iloc[-1]
    assert f"{card.name}: {changed:.1f}" not in unescaped(weights.children[W_SAID])
    weights.children[W_KPI].value = ""
    assert f"{card.name}: {changed:.1f}" in unescaped(weights.children[W_SAID])


def test_weights_that_cannot_be_are_refused_in_words(weights):
    for slider in weights.children[W_WEIGHTS].children:
        slider.value = 0.0
    assert "weight" in weights.children[W_SAID].value


def test_the_code_of_weights_gives_the_same_picture(case, monkeypatch):
    choice = widgets.weights.WeightChoice("user_orientation", "Genoa", {"satisfy-users": 3.0}, {"csat": 4.0})
    shown = []
    monkeypatch.setattr(plots, "show", shown.append)
    exec(choice.code(), {"scorecard": case[0], "actuals": case[1]})
    expected = plots.plot_contributions(choice.scores(*case), "user_orientation", unit="Genoa")
    assert plots.alt_text(shown[0]) == plots.alt_text(expected)


@pytest.mark.parametrize("name", oddities.all_cases())
def test_weights_and_methods_of_odd_scorecards_can_be_explored(name):
    card, actuals = oddities.all_cases()[name]
    explorer = widgets.weights.Explorer(card, actuals).box
    for control in (explorer.children[W_PARENT], explorer.children[W_UNIT], explorer.children[W_KPI]):
        control.value = control.options[-1][1]
    for slider in explorer.children[W_WEIGHTS].children:
        slider.value = slider.max
    explorer.children[W_EXPECTED].value = explorer.children[W_EXPECTED].max
    shown = (*explorer.children[W_SAID:W_BUTTON], explorer.children[W_CODE])
    methods = widgets.methods.Explorer(card, actuals).box
    methods.children[M_METHODS].value = methods.children[M_METHODS].options
    assert "<script>" not in "".join(part.value for part in (*shown, *methods.children[M_SAID:M_BUTTON]))


# ------------------------------------------------------------------------------------------------------------- methods

M_UNIT, M_METHODS, M_SAID, M_TABLE, M_BUTTON, M_CODE = range(6)


def test_methods_are_picked(case):
    card, actuals = case
    explorer = widgets.methods.Explorer(card, actuals).box
    assert explorer.children[M_METHODS].options[0] == "kit"
    explorer.children[M_UNIT].value = "Genoa"
    explorer.children[M_METHODS].value = ("kit", "sap_achievement")
    compared = compare_methods(card, actuals, ["kit", "sap_achievement"], unit="Genoa")
    apart = compared.drop_duplicates("id")["statuses"].gt(1).sum()
    assert f"2 methods: {apart} of {len(card.names)} statuses depend" in explorer.children[M_SAID].value
    total = compared[(compared["id"] == card.id) & (compared["method"] == "sap_achievement")]["score"].iloc[0]
    assert f" {total:.1f}</td>" in explorer.children[M_TABLE].value
    names = {"scorecard": card, "actuals": actuals}
    exec(unescaped(explorer.children[M_CODE]).removeprefix("<pre>").removesuffix("</pre>"), names)
    assert names["compared"].equals(compared)


def test_no_method_is_no_table(case):
    explorer = widgets.methods.Explorer(*case).box
    explorer.children[M_METHODS].value = ()
    assert "Pick at least one method." in explorer.children[M_SAID].value
    assert "<table" not in explorer.children[M_TABLE].value


# -------------------------------------------------------------------------------------------------- in a real notebook


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    source = (
        "from bsclib.files.datasets import load_dataset\nfrom bsclib.widgets import explore_scores, explore_signals\n\n"
    )
    cells = "explore_scores(*load_dataset('meridian'))", "explore_signals(*load_dataset('meridian'), save_to='marked')"
    folder = tmp_path_factory.mktemp("lab")
    with labs.running(folder, source + cells[0], cells[1]) as address:
        yield SimpleNamespace(address=address, folder=folder / "work")


@pytest.fixture(scope="module")
def page(lab, browser):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(60_000)
    page.goto(lab.address)
    labs.run_until(page, ".widget-html img")
    yield page
    page.close()


@pytest.mark.system
def test_the_keyboard_moves_the_controls(page):
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


@pytest.mark.system
def test_a_point_is_marked_with_its_cause_and_saved(lab, page):
    labs.run_until(page, ".widget-text input", cell=1)
    said = page.locator(".widget-html p[role=status]").last
    kpi, point, kind = (page.get_by_label(label, exact=True).last for label in ("KPI", "Point", "What it was"))
    page.get_by_label("Unit", exact=True).last.select_option("Genoa")
    kpi.select_option("Booked share of working hours")
    page.locator(".jp-Notebook").get_by_text("10 signals in 60 points").wait_for()
    assert point.locator("option").first.inner_text().split() == ["2026-06:", "outside", "the", "limits"]
    point.select_option(point.locator("option", has_text="2025-11").get_attribute("value"))
    kind.select_option("reorganisation")
    page.get_by_label("Cause", exact=True).fill("two teams carry the work of three")
    page.get_by_role("button", name="Mark the point").click()
    page.locator(".jp-Notebook").get_by_text("Marked 2025-11, and written to marked.").wait_for()
    assert "no limits" not in said.inner_text()
    event = read_scorecard(lab.folder / "marked").events[-1]
    assert (event.period, event.kind, event.kpis) == ("2025-11", "reorganisation", ("utilisation",))
    assert event.why == "two teams carry the work of three"


@pytest.mark.parametrize(("unit", "offered"), [("", ["", "k0", "k2"]), ("North", ["", "k0"]), ("South", ["", "k0"])])
def test_only_a_target_that_the_slider_can_move_is_offered(unit, offered):
    """k0 is a mean; k1 is to date; k2 adds up, and only North has a target of its own."""
    add = {"aggregate": "sum"}
    own = [{"unit": "North", "target": 2, "floor": 9}]
    kpis = (oddities.kpi(), oddities.kpi("k1", **add, cumulates="year"), oddities.kpi("k2", **add, unit_targets=own))
    rows = [(name, id, "2025-01", 6.0) for name in ("North", "South") for id in ("k0", "k1", "k2")]
    explorer = Explorer(oddities.card(*kpis), oddities.actuals(*rows))
    explorer.unit.value = unit
    assert [value for _, value in explorer.kpi.options] == offered
