"""The controls of explore_scenario, driven as a person would."""

import html
import io

import oddities
import pandas as pd
import pytest
from click.testing import CliRunner
from planned import CARD, actuals

from bsclib import plots, score, widgets
from bsclib.cli.commands import main as cli
from bsclib.files.scorecards import write_scorecard
from bsclib.model.build import build
from bsclib.scenarios import allocate, fit_map, project
from bsclib.widgets.scenario import Ground, ScenarioChoice

WORKING = ["school", "sorting", "scales"]


@pytest.fixture(scope="module")
def case():
    return build(CARD), actuals()


@pytest.fixture(scope="module")
def fit(case):
    return fit_map(*case)


@pytest.fixture(scope="module")
def ground(case):
    return Ground(*case)


@pytest.fixture(autouse=True)
def few_draws(monkeypatch):
    monkeypatch.setattr("bsclib.widgets.scenario.MANY", 400)
    monkeypatch.setattr("bsclib.widgets.scenario.FEW", 200)


@pytest.fixture
def explorer(ground):
    return widgets.scenario.Explorer(ground).live()


def moved(live, **values):
    """What the kernel answers while controls are moved."""
    live.asked = {"turn": live.asked["turn"] + 1, "values": {**live.asked["values"], **values}}
    return live.shown


def rested(live):
    """What is shown once every part has been asked for."""
    seen = dict(live.shown)
    while "more" in live.shown:
        live.asked = {**live.asked, "turn": live.asked["turn"] + 1, "part": live.shown["more"]}
        seen |= live.shown
    return seen


def off(*works):
    return {f"runs:{id}": False for id in works}


def noted(function, asked):
    """The same function, which leaves its name each time."""

    def call(*args, **more):
        asked.append(function.__name__)
        return function(*args, **more)

    return call


def ticked(explorer):
    return [id for id in WORKING if explorer.asked["values"][f"runs:{id}"]]


def expected(case, fit, changes, initiatives, horizon=24, id=None, draws=400):
    result = project(fit, changes, initiatives, horizon, draws)
    return html.escape(plots.alt_text(plots.plot_fan(result, case[0], id, score(*case))))


def run(code, case, monkeypatch):
    """The alternative texts of the pictures that the code shown gives, on as few draws as here."""
    pictures = []
    monkeypatch.setattr(plots, "show", pictures.append)
    monkeypatch.setattr("bsclib.scenarios.project", lambda *args, **more: project(*args, draws=400, **more))
    exec(code, {"scorecard": case[0], "actuals": case[1]})
    return [html.escape(plots.alt_text(picture)) for picture in pictures]


def test_a_batch_gets_the_fan_chart(case, capsys):
    assert widgets.explore_scenario(*case) is None
    assert capsys.readouterr().out.startswith("Fan chart of Depot IT, Whole organisation, 24 months to June 2028.")


def test_a_person_gets_the_controls(monkeypatch, case):
    monkeypatch.setattr(widgets.scenario, "attended", lambda: True)
    assert widgets.explore_scenario(*case).title == "Scenarios of Depot IT"


def test_every_control_has_a_label(explorer):
    assert [control["label"] for control in explorer.controls] == [
        "Unit",
        "KPI",
        "Moved by",
        "School, 60",
        "Sorting, 50",
        "Scales, 50",
        "The budget chooses, and when",
        "Each 3 months",
        "Months ahead",
        "Watch",
    ]


def test_it_starts_with_every_initiative_that_changes_something(case, explorer, fit):
    assert ticked(explorer) == WORKING
    assert explorer.start["kpi"] == "courses", "the first KPI that drives another"
    assert explorer.shown["said"].endswith("200 draws so far.")
    seen = rested(explorer)
    assert expected(case, fit, {}, WORKING) in seen["picture"]
    assert "3 initiatives for 160. The overall score in June 2028: " in seen["said"]
    assert seen["said"].endswith("400 draws.")
    assert "<li>" in seen["body"]
    assert "The score that the best choice reaches at 7 budgets: " in seen["body"]


def test_what_has_ended_is_told_and_not_switched_on():
    """Nothing is left to decide about it, so no number counts it unless somebody asks."""
    school, sorting, *more = CARD["initiatives"]
    over = build(CARD | {"initiatives": [school, sorting | {"start": "2026-01"}, *more]})
    started = widgets.scenario.Explorer(Ground(over, actuals())).live()
    assert ticked(started) == ["school", "scales"]
    labels = [control["label"] for control in started.controls]
    assert "Sorting, has ended" in labels
    assert "Scales, 50" in labels


def test_kpis_are_moved_and_put_back(case, explorer, fit):
    answer = moved(explorer, **off(*WORKING), **{"by:courses": 12})
    assert expected(case, fit, {"courses": "+12%"}, [], draws=200) in answer["picture"]
    assert answer["said"].startswith("Courses +12%; 0 initiatives")
    moved(explorer, kpi="waste")
    assert explorer.controls[2]["name"] == "by:waste", "each KPI has its own"
    answer = moved(explorer, **{"by:waste": -20})
    assert "changes = {'courses': '+12%', 'waste': '-20%'}" in answer["code"]
    assert "changes = {'waste': '-20%'}" in moved(explorer, **{"by:courses": 0})["code"]


def test_what_is_watched_and_how_far_ahead(case, explorer, fit):
    answer = moved(explorer, watch="speed", horizon=9, **off("school"))
    assert expected(case, fit, {}, ["sorting", "scales"], 9, "speed", 200) in answer["picture"]
    assert "2 initiatives for 100." in answer["said"]
    assert "Speed in March 2027" in answer["said"]
    assert "scorecard, 'speed', scores" in answer["code"]


def test_two_scenarios_can_stand_side_by_side(case, explorer, fit):
    facts = dict(rested(explorer)["facts"])
    assert facts["Initiatives"] == "School; Sorting; Scales"
    assert facts["Still to pay"] == "160"
    said = moved(explorer, **off("school"), **{"by:courses": 12})["said"]
    now = dict(explorer.shown["facts"])
    assert (now["KPIs moved"], now["Initiatives"]) == ("Courses +12%", "Sorting; Scales")
    assert now["Overall score in June 2028"] != facts["Overall score in June 2028"]
    for label in ("Overall score in June 2028", "Without the changes", "Effect", "Chance of being on target"):
        assert now[label] in said.replace(", ", "; ") or now[label] in said


def test_the_budget_chooses(case, explorer, fit):
    moved(explorer, budget=50)
    assert ticked(explorer) == WORKING, "a budget alone only says what it would buy"
    answer = moved(explorer, planned=True)
    chosen = allocate(fit, 50.0).chosen
    starts = dict(zip(chosen["initiative"], chosen["start"], strict=True))
    assert expected(case, fit, {}, starts, draws=200) in answer["picture"]
    works = [control for control in explorer.controls if control.get("group")]
    assert all(control["disabled"] for control in works)
    moved(explorer, planned=False)
    assert not any(control.get("disabled") for control in explorer.controls)


def test_the_map_is_fitted_once_and_each_frontier_found_once(case, monkeypatch):
    asked, home = [], widgets.scenario
    for one in (home.fit_map, home.frontier):
        monkeypatch.setattr(home, one.__name__, noted(one, asked))
    explorer = home.Explorer(Ground(*case)).live()
    for values in ({"by:courses": 3}, {"budget": 10}, {"watch": "speed"}):
        moved(explorer, **values)
        rested(explorer)
    assert asked == ["fit_map", "frontier"]
    for horizon in (12, 24):
        moved(explorer, horizon=horizon)
        rested(explorer)
    assert asked == ["fit_map", "frontier", "frontier"]


def test_what_is_moved_meanwhile_comes_before_what_was_left_to_do(explorer):
    explorer.asked = {**explorer.asked, "turn": 1, "part": 1}
    assert "more" in explorer.shown
    assert moved(explorer, **{"by:courses": 5})["said"].endswith("200 draws so far.")
    assert "Courses +5%" in rested(explorer)["said"]


def test_the_code_gives_the_same_pictures(case, explorer, monkeypatch):
    code = moved(explorer, watch="do", **off("sorting"), **{"by:courses": -7})["code"]
    fan, bought = run(code, case, monkeypatch)
    seen = rested(explorer)
    assert fan in seen["picture"]
    assert bought in seen["body"]
    code = moved(explorer, planned=True)["code"]
    assert run(code, case, monkeypatch)[0] in rested(explorer)["picture"]


def test_a_saved_scenario_gives_the_same_numbers(case, ground, explorer, tmp_path):
    moved(explorer, horizon=12, **off("school"), **{"by:courses": -7})
    explorer.asked = {**explorer.asked, "turn": 5, "act": "save"}
    saved = explorer.shown["file"]
    (tmp_path / saved["name"]).write_text(saved["text"], encoding="utf-8")
    write_scorecard(case[0], tmp_path / "case", case[1])
    order = ["whatif", str(tmp_path / "case"), "--scenario", str(tmp_path / saved["name"]), "--format", "csv"]
    told = CliRunner().invoke(cli, [*order, "--draws", "400"], prog_name="bsc", catch_exceptions=False).stdout
    numbers = pd.read_csv(io.StringIO(told))
    numbers = numbers[numbers["id"] == case[0].id].reset_index(drop=True)
    choice = ScenarioChoice("", {"courses": "-7%"}, ("sorting", "scales"), 12)
    (*_, seen) = ground.asked(choice, 400)
    for name in ("without", "with_", "low", "high", "effect", "chance_of_target"):
        assert seen[name].to_numpy() == pytest.approx(numbers[name].to_numpy(), rel=0, abs=1e-9)


def test_what_the_choice_says():
    assert ScenarioChoice("Genoa", {"mttr": "-10%"}).code() == (
        "from bsclib import score\n"
        "from bsclib.plots import plot_fan, show\n"
        "from bsclib.scenarios import fit_map, project\n\n"
        "fit = fit_map(scorecard, actuals, 'Genoa')\n"
        "changes = {'mttr': '-10%'}\n"
        "initiatives = []\n"
        "result = project(fit, changes, initiatives, horizon=24)\n"
        "show(plot_fan(result, scorecard, scores=score(scorecard, actuals)))"
    )


@pytest.mark.parametrize("name", oddities.all_cases())
def test_odd_scorecards_can_be_explored(name):
    card, observed = oddities.all_cases()[name]
    live = widgets.scenario.Explorer(Ground(card, observed)).live()
    for control in live.controls:
        if control["kind"] == "choice":
            moved(live, **{control["name"]: control["options"][-1][1]})
    moved(live, **{name: 10 for name in live.asked["values"] if name.startswith("by:")})
    seen = rested(live)
    assert "<script" not in seen["picture"] + seen["body"]
    assert "draws." in seen["said"] or "no actuals" in seen["said"]
