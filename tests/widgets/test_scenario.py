"""The controls of explore_scenario, driven as a person would."""

import asyncio
import html

import oddities
import pytest
from planned import CARD, actuals

from bsclib import plots, score, widgets
from bsclib.model.build import build
from bsclib.scenarios import allocate, fit_map, project
from bsclib.widgets.scenario import Ground, ScenarioChoice

UNIT, KPI, COUNTS, BY, WORKS, PLANNED, BUDGET, HORIZON, WATCH, SAID, FAN, NOTES, BOUGHT, BUTTON, CODE = range(15)
CONTROLS = (UNIT, KPI, COUNTS, BY, PLANNED, BUDGET, HORIZON, WATCH)
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
def drawn_not_rendered(monkeypatch):
    monkeypatch.setattr("bsclib.widgets.parts.png", lambda axes: b"")  # a tenth of the time
    monkeypatch.setattr("bsclib.widgets.scenario.MANY", 400)
    monkeypatch.setattr("bsclib.widgets.scenario.FEW", 200)


@pytest.fixture(autouse=True)
def outside_any_loop():
    """As in a plain script: while a browser of another test is open, Playwright leaves its event loop running here."""
    running = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    yield
    asyncio._set_running_loop(running)


@pytest.fixture
def explorer(ground):
    return widgets.scenario.Explorer(ground).box


def noted(function, asked):
    """The same function, which leaves its name each time."""

    def call(*args, **more):
        asked.append(function.__name__)
        return function(*args, **more)

    return call


def shown(part):
    return html.unescape(part.value)


def ticked(explorer):
    return [id for id, box in zip(WORKING, explorer.children[WORKS].children, strict=True) if box.value]


def expected(case, fit, changes, initiatives, horizon=24, id=None):
    result = project(fit, changes, initiatives, horizon, 400)
    return plots.alt_text(plots.plot_fan(result, case[0], id, score(*case)))


def run(explorer, case, monkeypatch):
    """The alternative texts of the pictures that the code shown gives, on as few draws as here."""
    pictures = []
    monkeypatch.setattr(plots, "show", pictures.append)
    monkeypatch.setattr("bsclib.scenarios.project", lambda *args, **more: project(*args, draws=400, **more))
    code = shown(explorer.children[CODE]).removeprefix("<pre>").removesuffix("</pre>")
    exec(code, {"scorecard": case[0], "actuals": case[1]})
    return [plots.alt_text(picture) for picture in pictures]


def test_a_batch_gets_the_fan_chart(case, capsys):
    assert widgets.explore_scenario(*case) is None
    assert capsys.readouterr().out.startswith("Fan chart of Depot IT, Whole organisation, 24 months to 2028-06.")


def test_a_person_gets_the_controls(monkeypatch, case):
    monkeypatch.setattr(widgets.scenario, "attended", lambda: True)
    assert len(widgets.explore_scenario(*case).children) == 15


def test_every_control_has_a_description(explorer):
    assert [explorer.children[at].description for at in CONTROLS] == [
        "Unit",
        "KPI",
        "Its change counts",
        "Moved by %",
        "The budget chooses, and when",
        "Each 3 months",
        "Months ahead",
        "Watch",
    ]
    assert [box.description for box in explorer.children[WORKS].children] == ["School, 60", "Sorting, 50", "Scales, 50"]
    assert not any(explorer.children[at].disabled for at in CONTROLS)


def test_it_starts_with_every_initiative_that_changes_something(case, explorer, fit):
    assert ticked(explorer) == WORKING
    assert explorer.children[KPI].value == "courses", "the first KPI that drives another"
    assert expected(case, fit, {}, WORKING) in shown(explorer.children[FAN])
    assert "3 initiatives for 160. The overall score in June 2028: " in shown(explorer.children[SAID])
    assert "400 draws." in shown(explorer.children[SAID])
    assert "School started" not in shown(explorer.children[NOTES])
    assert "<li>" in shown(explorer.children[NOTES])


def test_kpis_are_moved_and_put_back(case, explorer, fit):
    for box in explorer.children[WORKS].children:
        box.value = False
    explorer.children[BY].value = 12
    assert expected(case, fit, {"courses": "+12%"}, []) in shown(explorer.children[FAN])
    assert shown(explorer.children[SAID]).startswith('<p role="status" class="mathjax_ignore">Courses +12%; 0 init')
    explorer.children[KPI].value = "waste"
    assert explorer.children[BY].value == 0, "each KPI has its own"
    explorer.children[BY].value = -20
    assert "changes = {'courses': '+12%', 'waste': '-20%'}" in shown(explorer.children[CODE])
    explorer.children[KPI].value = "courses"
    assert explorer.children[BY].value == 12
    explorer.children[COUNTS].value = False
    assert "changes = {'waste': '-20%'}" in shown(explorer.children[CODE])
    assert explorer.children[BY].value == 12, "switched off, and not forgotten"
    explorer.children[KPI].value = "waste"
    assert explorer.children[COUNTS].value


def test_an_initiative_is_switched_off(case, explorer, fit):
    explorer.children[WORKS].children[0].value = False
    assert expected(case, fit, {}, ["sorting", "scales"]) in shown(explorer.children[FAN])
    assert "2 initiatives for 100." in shown(explorer.children[SAID])


def test_what_is_watched_and_how_far_ahead(case, explorer, fit):
    explorer.children[WATCH].value = "speed"
    explorer.children[HORIZON].value = 9
    assert expected(case, fit, {}, WORKING, 9, "speed") in shown(explorer.children[FAN])
    assert "Speed in March 2027" in shown(explorer.children[SAID])
    assert "scorecard, 'speed', scores" in shown(explorer.children[CODE])


def test_the_budget_chooses(case, explorer, fit):
    explorer.children[BUDGET].value = 50
    assert ticked(explorer) == WORKING, "a budget alone only says what it would buy"
    explorer.children[PLANNED].value = True
    chosen = allocate(fit, 50.0).chosen
    starts = dict(zip(chosen["initiative"], chosen["start"], strict=True))
    assert expected(case, fit, {}, starts) in shown(explorer.children[FAN])
    assert all(box.disabled for box in explorer.children[WORKS].children)
    explorer.children[PLANNED].value = False
    assert not any(box.disabled for box in explorer.children[WORKS].children)


def test_the_frontier_goes_from_nothing_to_everything(ground, explorer):
    assert ground.budgets[0] == 0
    assert len(ground.budgets) == 7
    alt = shown(explorer.children[BOUGHT])
    assert "The score that the best choice reaches at 7 budgets: " in alt
    assert "Scales" in alt


def test_the_map_is_fitted_once_and_each_frontier_found_once(case, monkeypatch):
    asked, home = [], widgets.scenario
    for one in (home.fit_map, home.frontier):
        monkeypatch.setattr(home, one.__name__, noted(one, asked))
    explorer = home.Explorer(Ground(*case)).box
    explorer.children[BY].value = 3
    explorer.children[BUDGET].value = 10
    explorer.children[WATCH].value = "speed"
    assert asked == ["fit_map", "frontier"]
    explorer.children[HORIZON].value = 12
    explorer.children[HORIZON].value = 24
    assert asked == ["fit_map", "frontier", "frontier"]


def test_few_draws_while_dragging_and_many_at_rest(explorer, monkeypatch):
    monkeypatch.setattr("bsclib.widgets.scenario.REST", 0.2)
    told = []

    async def drag():
        for by in (1, 2, 3):
            explorer.children[BY].value = by
            told.append(shown(explorer.children[SAID]).removesuffix("</p>").rpartition(". ")[2])
        for _ in range(200):
            await asyncio.sleep(0.05)
            if "400" in shown(explorer.children[SAID])[-15:]:
                break

    asyncio.run(drag())
    assert told == ["200 draws."] * 3
    assert "400 draws." in shown(explorer.children[SAID])


def test_the_code_gives_the_same_pictures(case, explorer, monkeypatch):
    explorer.children[BY].value = -7
    explorer.children[WORKS].children[1].value = False
    explorer.children[WATCH].value = "do"
    fan, bought = run(explorer, case, monkeypatch)
    assert fan in shown(explorer.children[FAN])
    assert bought in shown(explorer.children[BOUGHT])
    explorer.children[PLANNED].value = True
    assert run(explorer, case, monkeypatch)[0] in shown(explorer.children[FAN])


def test_the_code_is_shown_when_asked_for(explorer):
    assert explorer.children[CODE].layout.display == "none"
    explorer.children[BUTTON].value = True
    assert explorer.children[CODE].layout.display == ""


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
    explorer = widgets.scenario.Explorer(Ground(card, observed)).box
    for at in CONTROLS:
        control = explorer.children[at]
        if getattr(control, "options", ()):
            control.value = control.options[-1][1]
    explorer.children[BY].value = 10
    assert "<script>" not in "".join(explorer.children[at].value for at in (SAID, FAN, NOTES, BOUGHT, CODE))
    assert "draws." in shown(explorer.children[SAID]) or "no actuals" in shown(explorer.children[SAID])
