import html
import json
import os
import re
import sys
from types import SimpleNamespace

import copied
import labs
import nbclient
import notebooks_made
import oddities
import pytest
from axe_playwright_python.sync_playwright import Axe
from pandas.testing import assert_frame_equal

from bsclib import plots, read_scorecard, score, widgets
from bsclib.batch.kernels.provisioner import ThisPython
from bsclib.files.datasets import load_dataset
from bsclib.model.edit import change
from bsclib.scoring.compare import compare_methods
from bsclib.scoring.scores import MISSING_POLICIES
from bsclib.widgets.parts import attended
from bsclib.widgets.weights import Explorer

MONTHS = ("2026-06", "2025-03", "2024-05", "2023-01")


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
    return widgets.scores.Explorer(*case).live()


def moved(live, **values):
    """What the kernel answers when controls are moved."""
    live.asked = {"turn": live.asked["turn"] + 1, "values": {**live.asked["values"], **values}}
    assert live.shown["turn"] == live.asked["turn"]
    return live.shown


def test_a_person_gets_the_controls(monkeypatch, case):
    monkeypatch.setattr(widgets.scores, "attended", lambda: True)
    assert widgets.explore_scores(*case).title == "Scores of Meridian Freight IT"


def test_every_control_has_a_label(explorer):
    labels = ["Unit", "As of", "Missing data", "At risk from", "On target from", "Explain"]
    assert [control["label"] for control in explorer.controls] == labels


def test_it_starts_where_the_scorecard_stands(case, explorer):
    start = {"unit": "", "as_of": "2026-06", "missing": "redistribute", "at_risk": 0.7, "on_target": 0.9, "explain": ""}
    assert explorer.start == start
    assert html.escape(plots.alt_text(plots.plot_score_trend(score(*case)))) in explorer.shown["picture"]


@pytest.mark.parametrize(
    ("control", "value", "said", "code"),
    [
        ("unit", "Genoa", "off target", "unit='Genoa'"),
        ("as_of", "2024-03", "February 2024", "as_of='2024-03'"),
        ("missing", "zero", "The overall score is", "missing='zero'"),
        ("at_risk", 0.2, "at risk", '"at_risk": 0.2, "on_target": 0.9'),
        ("on_target", 0.8, "on target", '"at_risk": 0.7, "on_target": 0.8'),
    ],
)
def test_everything_follows_a_control(explorer, control, value, said, code):
    before = explorer.shown["picture"]
    answer = moved(explorer, **{control: value})
    assert said in answer["said"]
    assert code in answer["code"]
    if control != "missing":  # the organisation as a whole lacks nothing
        assert answer["picture"] != before


def test_thresholds_that_cannot_be_are_refused_in_words(explorer):
    assert "at_risk" in moved(explorer, at_risk=0.95)["said"]


def test_policies_differ_where_something_is_missing(explorer):
    said = {moved(explorer, unit="Genoa", missing=policy)["said"] for policy in MISSING_POLICIES}
    assert len(said) == 4


def test_one_unit_is_scored_as_all_are_together(case):
    explorer = widgets.scores.Explorer(*case)
    for policy, unit, as_of in zip(MISSING_POLICIES, ("", "Genoa", "Genoa", "Antwerp"), MONTHS, strict=True):
        choice = widgets.scores.ScoreChoice(unit, as_of, policy, 0.6, 0.85)
        everything = choice.scores(*case)
        whole = everything[everything["unit"] == unit].reset_index(drop=True)
        assert_frame_equal(explorer.scores(choice), whole, check_categorical=False)


def test_a_number_is_explained(explorer):
    assert moved(explorer, explain="mttr")["body"].count("<table") == 1
    assert "Overall" not in moved(explorer, explain="")["body"]
    assert 'data-id="user_orientation"' in explorer.shown["picture"], "a click on a line picks it"
    assert explorer.picks == ["explain"]


def test_the_code_gives_the_same_picture(case, explorer, monkeypatch):
    answer = moved(explorer, unit="Genoa", as_of="2025-11", missing="carry_forward", at_risk=0.6, on_target=0.85)
    shown = []
    monkeypatch.setattr(plots, "show", shown.append)
    exec(answer["code"], {"scorecard": case[0], "actuals": case[1]})
    assert f'aria-label="{html.escape(plots.alt_text(shown[0]))}"' in answer["picture"]


def test_the_file_that_is_saved_gives_the_same_scores(case, explorer, tmp_path):
    explorer.asked = {"turn": 1, "values": {**explorer.start, "on_target": 0.8}, "act": "save"}
    file = explorer.shown["file"]
    (tmp_path / file["name"]).write_text(file["text"], encoding="utf-8")
    saved = read_scorecard(tmp_path / file["name"])
    assert saved == change(case[0], case[0].id, thresholds={"at_risk": 0.7, "on_target": 0.8})


@pytest.mark.parametrize("name", oddities.all_cases())
def test_odd_scorecards_can_be_explored(name):
    card, actuals = oddities.all_cases()[name]
    live = widgets.scores.Explorer(card, actuals).live()
    for control in live.controls:
        if control["kind"] == "choice":
            moved(live, **{control["name"]: control["options"][-1][1]})
    assert "<script" not in live.shown["picture"] + live.shown["body"]


# ------------------------------------------------------------------------------------------------------------- weights


@pytest.fixture
def weights(case):
    return widgets.weights.Explorer(*case).live()


def sliders(live):
    return {control["label"]: control for control in live.controls if control.get("group") == "Weights"}


def audit(live):
    """What comes once the controls rest."""
    assert live.shown["more"] == 1
    live.asked = {**live.asked, "turn": live.asked["turn"] + 1, "part": 1}
    assert "more" not in live.shown
    return live.shown["body"]


def test_a_batch_gets_what_each_kpi_costs_and_a_table_of_methods(case, capsys):
    assert widgets.explore_weights(*case) is None
    assert capsys.readouterr().out.startswith("Waterfall from 100 to the score of Meridian Freight IT")
    assert "<caption" in widgets.explore_methods(*case)._repr_html_()


def test_a_person_gets_sliders_and_a_picker(monkeypatch, case):
    for room in (widgets.weights, widgets.methods):
        monkeypatch.setattr(room, "attended", lambda: True)
    assert len(widgets.explore_weights(*case).controls) == 7
    assert widgets.explore_methods(*case).title == "Meridian Freight IT by other methods"


def test_the_weights_start_as_stated(case, weights):
    card, actuals = case
    assert weights.start["parent"] == card.id
    assert list(sliders(weights)) == [one.name for one in card.perspectives]
    assert [slider["value"] for slider in sliders(weights).values()] == [one.weight for one in card.perspectives]
    assert weights.shown["said"].endswith("No status flips.")
    picture = plots.plot_contributions(score(card, actuals))
    assert html.escape(plots.alt_text(picture)) in weights.shown["picture"]
    assert "reweigh(scorecard, {}, {})" in weights.shown["code"]


def test_a_dragged_weight_is_followed(case, weights):
    card, actuals = case
    before = moved(weights, unit="Genoa")["picture"]
    first = card.perspectives[0].id
    answer = moved(weights, **{f"{card.id}/{first}": 4.0})
    heavier = score(change(card, first, weight=4), actuals)
    now = heavier[(heavier["unit"] == "Genoa") & (heavier["id"] == card.id)]["score"].iloc[-1]
    assert f"{card.name}: {now:.1f}" in answer["said"]
    assert "from off target to at risk" in answer["said"]
    assert answer["picture"] != before
    assert f"{{'{first}': 4.0}}" in answer["code"]
    assert "Geometric" in audit(weights)


def test_another_parent_has_weights_of_its_own(case, weights):
    card = case[0]
    moved(weights, **{f"{card.id}/{card.perspectives[0].id}": 4.0})
    assert moved(weights, parent="satisfy-users")["said"].endswith("No status flips.")
    kpis = card.kpis_of("satisfy-users")
    assert list(sliders(weights)) == [kpi.name for kpi in kpis]
    assert [id for _, id in weights.controls[-1]["options"]] == ["", *(kpi.id for kpi in kpis)]
    assert "{'corporate_contribution': 4.0}" in moved(weights, parent=card.id)["code"], "the other's weights are kept"


@pytest.mark.parametrize("parent", ["meridian", "satisfy-users"])
def test_a_tick_stands_where_a_status_turns(case, weights, parent):
    ticks = moved(weights, unit="Genoa", parent=parent)["ticks"]
    assert ticks
    stated = {slider["name"]: slider["value"] for slider in sliders(weights).values()}
    for name, found in ticks.items():
        for weight, said in found:
            if weight < 8:
                near, far = (moved(weights, **{name: weight * side})["said"] for side in (0.999, 1.001))
                assert near.split(". ")[-1] != far.split(". ")[-1], said
        moved(weights, **stated)


def test_what_is_expected_can_be_dragged_too(case, weights):
    card, actuals = case
    moved(weights, kpi="csat")
    slider = weights.controls[-1]
    now = score(card, actuals)
    row = now[(now["unit"] == "") & (now["id"] == "csat")].iloc[-1]
    assert slider["value"] == pytest.approx(row["expected"])
    assert "{}, {}" in weights.shown["code"]
    answer = moved(weights, **{slider["name"]: row["floor"] + (row["actual"] - row["floor"]) * 0.9})
    assert "{'csat': " in answer["code"]
    overall = now[(now["unit"] == "") & (now["id"] == card.id)]["score"].iloc[-1]
    assert f"{card.name}: {overall:.1f}" not in answer["said"]
    assert f"{card.name}: {overall:.1f}" in moved(weights, kpi="")["said"]


def test_a_kpi_that_is_not_below_the_parent_is_let_go(weights):
    moved(weights, kpi="csat")
    assert moved(weights, parent="restore-fast")["values"] == {"kpi": ""}


def test_weights_that_cannot_be_are_refused_in_words(weights):
    answer = moved(weights, **{slider["name"]: 0.0 for slider in sliders(weights).values()})
    assert "weight" in answer["said"]


def test_the_code_and_the_file_of_weights_give_the_same_picture(case, weights, monkeypatch, tmp_path):
    moved(weights, unit="Genoa", parent="user_orientation", kpi="csat")
    aims = {"user_orientation/satisfy-users": 3.0, "Genoa:csat": 4.0}
    answer = moved(weights, **aims)
    shown = []
    monkeypatch.setattr(plots, "show", shown.append)
    exec(answer["code"], {"scorecard": case[0], "actuals": case[1]})
    assert f'aria-label="{html.escape(plots.alt_text(shown[0]))}"' in answer["picture"]
    weights.asked = {**weights.asked, "turn": 9, "act": "save"}
    (tmp_path / "scorecard.yaml").write_text(weights.shown["file"]["text"], encoding="utf-8")
    saved = score(read_scorecard(tmp_path), case[1])
    assert plots.alt_text(plots.plot_contributions(saved, "user_orientation", unit="Genoa")) == plots.alt_text(shown[0])


@pytest.mark.parametrize("name", oddities.all_cases())
def test_weights_and_methods_of_odd_scorecards_can_be_explored(name):
    card, actuals = oddities.all_cases()[name]
    live = widgets.weights.Explorer(card, actuals).live()
    for picked in ("parent", "unit", "kpi"):
        control = next(control for control in live.controls if control["name"] == picked)
        moved(live, **{picked: control["options"][-1][1]})
    moved(live, **{control["name"]: control["max"] for control in live.controls if control["kind"] == "slider"})
    methods = widgets.methods.Explorer(card, actuals).live()
    every = {control["name"]: True for control in methods.controls if control["kind"] == "check"}
    shown = [live.shown["picture"], audit(live), moved(methods, **every)["body"]]
    assert "<script>" not in "".join(shown)


# ------------------------------------------------------------------------------------------------------------- methods


def by(live, *methods):
    """Only these methods are ticked."""
    return {control["name"]: control["name"][3:] in methods for control in live.controls if control["kind"] == "check"}


def test_methods_are_picked(case):
    card, actuals = case
    live = widgets.methods.Explorer(card, actuals).live()
    assert [control["label"] for control in live.controls[:2]] == ["Unit", "this kit"]
    answer = moved(live, unit="Genoa", **by(live, "kit", "sap_achievement"))
    compared = compare_methods(card, actuals, ["kit", "sap_achievement"], unit="Genoa")
    apart = compared.drop_duplicates("id")["statuses"].gt(1).sum()
    assert f"2 methods: {apart} of {len(card.names)} statuses depend" in answer["said"]
    total = compared[(compared["id"] == card.id) & (compared["method"] == "sap_achievement")]["score"].iloc[0]
    assert f"\xa0{total:.1f}</td>" in answer["body"]
    names = {"scorecard": card, "actuals": actuals}
    exec(answer["code"], names)
    assert names["compared"].equals(compared)


def test_no_method_is_no_table(case):
    live = widgets.methods.Explorer(*case).live()
    answer = moved(live, **by(live))
    assert answer["said"] == "Pick at least one method."
    assert answer["body"] == ""


# -------------------------------------------------------------------------------------------------- in a real notebook


WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
EXPLORERS = """
from IPython.display import display
from bsclib.files.datasets import load_dataset
from bsclib.widgets import explore_map, explore_methods, explore_objectives, explore_scenario, explore_scores
from bsclib.widgets import explore_signals, explore_weights

case = load_dataset("meridian")
display(explore_objectives(case[0]), explore_methods(*case))
display(explore_scores(*case), explore_map(*case), explore_weights(*case), explore_scenario(*case))
"""


CUT = """[...document.querySelectorAll(".bsclib-explorer .picture")].filter(one => one.scrollWidth > one.clientWidth)
  .map(one => one.closest("[role=group]").getAttribute("aria-label"))"""


SMALL = """[...document.querySelectorAll(".bsclib-explorer .picture text")]
  .map(one => [one, one.getScreenCTM()])
  .map(([one, { a, b }]) => [one.textContent, parseFloat(getComputedStyle(one).fontSize) * Math.hypot(a, b)])
  .filter(([, size]) => size < 8.9)"""
"""Words in pictures whose letters are smaller than nine pixels."""


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lab")
    with labs.running(folder, EXPLORERS, "explore_signals(*case, save_to='marked')") as address:
        yield SimpleNamespace(address=address, folder=folder / "work")


@pytest.fixture(scope="module")
def heard():
    """What the page complains of, and what it asks for."""
    return SimpleNamespace(faults=[], asked=[])


@pytest.fixture(scope="module")
def page(lab, browser, heard):
    page = browser.new_page(viewport={"width": 1280, "height": 720})
    page.on("pageerror", lambda fault: heard.faults.append(str(fault)))
    page.on("request", lambda request: heard.asked.append(request.url))
    page.set_default_timeout(60_000)
    page.goto(lab.address)
    labs.run_until(page, ".bsclib-explorer[aria-label^=Scenarios] svg")
    yield page
    page.close()


@pytest.mark.system
def test_explorers_in_a_browser(page, heard):
    explorer = page.get_by_role("group", name="Scores of Meridian Freight IT", exact=True)
    antwerp = explorer.locator("svg[aria-label*=Antwerp]")
    said = explorer.get_by_role("status")
    unit, months = explorer.get_by_label("Unit"), explorer.get_by_role("slider", name="As of")

    unit.focus()
    page.keyboard.press("ArrowDown")
    antwerp.wait_for()
    assert unit.evaluate("one => one === document.activeElement"), "JupyterLab leaves the arrow keys to the control"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    said.filter(has_text="April 2026").wait_for()
    assert months.get_attribute("aria-valuetext") == "May 2026"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    for _ in range(3):
        page.keyboard.press("PageUp")
    explorer.locator("output", has_text="1.00").nth(1).wait_for()  # at risk has pushed on target up

    explorer.get_by_role("button", name="Pin to compare").press("Enter")
    explorer.get_by_text("Pinned: The overall score").wait_for()
    explorer.get_by_role("button", name="Reset").press("Enter")
    explorer.locator("svg[aria-label*='Whole organisation']").wait_for()
    assert antwerp.count() == 1, "the pinned picture stays"
    explorer.get_by_role("button", name="Undo").press("Enter")
    antwerp.nth(1).wait_for()
    explorer.locator("[data-id='user_orientation']").first.press("Enter")
    explorer.locator(".body table").first.wait_for()

    explorer.get_by_text("Show me the code").press("Enter")
    code = explorer.locator("pre", has_text='"at_risk": 1,')  # Undo brings back what Reset took, all of it
    code.filter(has_text="as_of='2026-05'").wait_for()
    with page.expect_download() as saved:
        explorer.get_by_role("button", name="Save as").press("Enter")
    assert read_scorecard(saved.value.path().rename(saved.value.path().with_suffix(".yaml"))).id == "meridian"

    weights = page.get_by_role("group", name="Weights of Meridian Freight IT")
    before = weights.get_by_role("img").get_attribute("aria-label")
    weights.get_by_role("slider", name="Corporate contribution").press("End")
    weights.get_by_role("img").and_(page.locator(f":not([aria-label={json.dumps(before)}])")).wait_for()
    weights.get_by_role("table").wait_for()  # the audit, once the control rests
    weights.get_by_label("Weights below").select_option("satisfy-users")
    weights.get_by_role("slider", name="User satisfaction after a ticket").wait_for()
    weights.get_by_label("Unit").select_option("Genoa")
    weights.get_by_text("above 0.55: off target").first.wait_for()

    strategy = page.get_by_role("group", name="Strategy map of Meridian Freight IT", exact=True)
    strategy.locator("[data-id='mttr']").first.focus()
    page.keyboard.press("Enter")
    strategy.get_by_role("status").filter(has_text="Mean time to restore: ").wait_for()
    strategy.get_by_role("table").wait_for()
    assert page.evaluate("document.activeElement.dataset.id") == "mttr", "the focus stays on the map"
    strategy.locator("[data-id='mttr -> sla-met, 0']").last.dispatch_event("click")
    strategy.get_by_role("img", name="Link from Mean time to restore").wait_for()

    scenario = page.get_by_role("group", name="Scenarios of Meridian Freight IT")
    scenario.get_by_role("slider", name="Moved by").press("ArrowRight")
    scenario.get_by_role("status").filter(has_text="+1%").filter(has_text="10,000 draws.").wait_for()
    scenario.get_by_text("What one should know").wait_for()
    scenario.get_by_role("button", name="Pin to compare").press("Enter")
    scenario.get_by_role("slider", name="Moved by").press("ArrowRight")
    pairs = scenario.get_by_role("table", name="The two side by side").get_by_role("row")
    pairs.filter(has_text="KPIs moved").filter(has_text="+2%").wait_for()

    scenario.get_by_role("img", name="The score that the best choice reaches at 7 budgets").wait_for()

    objectives = page.get_by_role("group", name="Objectives of Meridian Freight IT", exact=True)
    objectives.locator("circle[data-id='hold-risk']").press("Enter")
    objectives.locator("[name='impact:hold-risk']").wait_for()  # the sliders are of the one that was picked
    objectives.get_by_role("slider", name="Impact").press("End")
    objectives.get_by_role("slider", name="Effort").press("Home")
    objectives.locator(
        "svg[aria-label*='First: Hold IT risk where the business accepts it (impact 5, effort 1)']"
    ).wait_for()
    objectives.get_by_role("checkbox", name="Keep our people").press(" ")
    objectives.get_by_role("status").filter(has_text="17 of 18 objectives stay").filter(has_text="inding").wait_for()
    methods = page.get_by_role("group", name="Meridian Freight IT by other methods")
    methods.get_by_role("checkbox", name="SAP: achievement").press(" ")
    methods.get_by_role("status").filter(has_text="4 methods").wait_for()

    found = Axe().run(page, context=".bsclib-explorer", options=WCAG)
    assert found.response["violations"] == []
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    found = Axe().run(page, context=".bsclib-explorer", options=WCAG)
    assert found.response["violations"] == []
    assert page.evaluate(CUT) == [], "beside the list of files"
    assert page.evaluate(SMALL) == [], "letters can be read there"
    page.set_viewport_size({"width": 1600, "height": 800})
    side, picture = explorer.locator(".controls").bounding_box(), explorer.locator(".picture").bounding_box()
    assert side["x"] + side["width"] <= picture["x"], "controls left, picture right"
    page.set_viewport_size({"width": 390, "height": 800})
    side, picture = explorer.locator(".controls").bounding_box(), explorer.locator(".picture").bounding_box()
    assert side["y"] + side["height"] <= picture["y"], "one below the other where there is no room"
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("document.body.dataset.jpThemeLight = 'true'")
    assert not heard.faults
    assert {re.match(r"\w+://([^/:]*)", url)[1] for url in heard.asked if url.startswith("http")} == {"127.0.0.1"}


@pytest.mark.system
def test_a_point_is_marked_with_its_cause_and_saved(lab, page):
    labs.run_until(page, ".bsclib-explorer[aria-label^=Signals] svg", cell=1)
    explorer = page.get_by_role("group", name="Signals of Meridian Freight IT")
    said = explorer.get_by_role("status")
    explorer.get_by_label("Unit").select_option("Genoa")
    explorer.get_by_label("KPI").select_option("utilisation")
    said.filter(has_text="10 signals in 60 points").wait_for()
    point = explorer.get_by_label("Point", exact=True)
    assert point.locator("option").first.inner_text() == "2026-06: outside the limits"
    explorer.locator("[data-id='2026-06']").focus()
    for _ in range(7):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    explorer.locator(".picked[data-id='2025-11']").wait_for()
    assert point.input_value() == "2025-11"
    explorer.get_by_label("What it was").select_option("reorganisation")
    explorer.get_by_label("Cause").fill("two teams carry the work of three")
    explorer.get_by_role("button", name="Mark the point").press("Enter")
    said.filter(has_text="Marked 2025-11, and written to marked.").wait_for()
    assert "no limits" not in said.inner_text()
    event = read_scorecard(lab.folder / "marked").events[-1]
    assert (event.period, event.kind, event.kpis) == ("2025-11", "reorganisation", ("utilisation",))
    assert event.why == "two teams carry the work of three"


ALL = """
from bsclib import read_actuals, read_scorecard
from bsclib.widgets import *

card = read_scorecard({path!r})
case = card, read_actuals({path!r}, card)
display(build_scorecard(*case), explore_objectives(card), explore_kpis(*case), explore_methods(*case))
display(explore_scores(*case), explore_map(*case), explore_signals(*case), explore_weights(*case))
display(explore_scenario(*case))
"""


@pytest.mark.slow
@pytest.mark.system
@pytest.mark.parametrize("made", ["lakeside", copied.many], ids=["lakeside", "many"])
def test_every_explorer_in_jupyterlab_on_other_scorecards(browser, made, tmp_path):
    path = made if made == "lakeside" else str(tmp_path / "many")
    if path != made:
        (tmp_path / "many").mkdir()
        made(tmp_path / "many")
    with labs.running(tmp_path, ALL.format(path=path)) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        page.set_default_timeout(120_000)
        faults, asked = [], []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        labs.run_until(page, ".bsclib-explorer[aria-label^=Scenarios] svg")
        assert page.locator(".bsclib-explorer").count() == 9
        page.get_by_role("status").filter(has_text="10,000 draws.").wait_for()
        unit = page.get_by_role("group", name="Scores of", exact=False).get_by_label("Missing data")
        unit.select_option("zero")
        page.locator("[aria-label^='Scores of'][data-waits='']").wait_for()
        assert [name for name in page.evaluate(CUT) if made == "lakeside" or "map" not in name] == []
        assert Axe().run(page, context=".bsclib-explorer", options=WCAG).response["violations"] == []
        assert not faults
        assert {re.match(r"\w+://([^/:]*)", url)[1] for url in asked if url.startswith("http")} == {"127.0.0.1"}
        page.close()


@pytest.mark.parametrize(("unit", "offered"), [("", ["", "k0", "k2"]), ("North", ["", "k0"]), ("South", ["", "k0"])])
def test_only_a_target_that_the_slider_can_move_is_offered(unit, offered):
    """k0 is a mean; k1 is to date; k2 adds up, and only North has a target of its own."""
    add = {"aggregate": "sum"}
    own = [{"unit": "North", "target": 2, "floor": 9}]
    kpis = (oddities.kpi(), oddities.kpi("k1", **add, cumulates="year"), oddities.kpi("k2", **add, unit_targets=own))
    rows = [(name, id, "2025-01", 6.0) for name in ("North", "South") for id in ("k0", "k1", "k2")]
    live = Explorer(oddities.card(*kpis), oddities.actuals(*rows)).live()
    moved(live, unit=unit)
    assert [value for _, value in live.controls[-1]["options"]] == offered
