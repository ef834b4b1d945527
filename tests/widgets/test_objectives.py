import html

import oddities
import pytest
from samples import small

from bsclib import plots, widgets
from bsclib.design.objectives import first_guess
from bsclib.files.datasets import load_dataset
from bsclib.model.edit import keep

STAY, JUDGE, IMPACT, EFFORT, SAID, FINDINGS, PICTURE, BUTTON, CODE = range(9)


@pytest.fixture(scope="module")
def card():
    return load_dataset("meridian")[0]


@pytest.fixture
def explorer(card):
    return widgets.objectives.Explorer(card).box


def shown(explorer, part):
    return html.unescape(explorer.children[part].value)


def run(explorer, card, monkeypatch):
    """What the shown code leaves behind, and the pictures that it shows."""
    pictures, names = [], {"scorecard": card}
    monkeypatch.setattr(plots, "show", pictures.append)
    exec(shown(explorer, CODE).removeprefix("<pre>").removesuffix("</pre>"), names)
    return names, pictures


def test_a_batch_gets_the_matrix(card, capsys):
    assert widgets.explore_objectives(card) is None
    assert capsys.readouterr().out.startswith("Impact against effort of 18 objectives")


def test_a_person_gets_the_controls(monkeypatch, card):
    monkeypatch.setattr(widgets.objectives, "attended", lambda: True)
    assert len(widgets.explore_objectives(card).children) == 9


def test_all_objectives_stay_at_the_start(card, explorer):
    controls = explorer.children[:SAID]
    assert [control.description for control in controls] == ["These stay", "Judge", "Impact", "Effort"]
    assert sorted(controls[STAY].value) == sorted(one.id for one in card.objectives)
    guess = first_guess(card).loc[controls[JUDGE].value]
    assert [controls[IMPACT].value, controls[EFFORT].value] == guess[["impact", "effort"]].tolist()
    assert "18 of 18 objectives stay, 27 of 27 KPIs with them: Operational excellence 7 (39 %)" in shown(explorer, SAID)
    assert "No new findings." in shown(explorer, SAID)
    assert shown(explorer, FINDINGS) == ""


def test_the_objectives_are_offered_perspective_by_perspective(card, explorer):
    offered = [id for _, id in explorer.children[STAY].options]
    assert offered == [one.id for home in card.perspectives for one in card.objectives_of(home.id)]


def test_what_a_choice_leaves_is_said_and_reviewed(card, explorer, monkeypatch):
    explorer.children[STAY].value = ("restore-fast", "stay-available", "satisfy-users")
    assert "3 of 18 objectives stay, 5 of 27 KPIs with them" in shown(explorer, SAID)
    assert "Operational excellence 2 (67 %), User orientation 1 (33 %)" in shown(explorer, SAID)
    assert "BSC" not in shown(explorer, FINDINGS)
    assert "there are 3 objectives" in shown(explorer, FINDINGS)
    names, pictures = run(explorer, card, monkeypatch)
    assert names["mine"] == keep(card, ["restore-fast", "stay-available", "satisfy-users"])
    assert plots.alt_text(pictures[0]) in shown(explorer, PICTURE)


def test_a_judgement_moves_the_objective(card, explorer, monkeypatch):
    before = shown(explorer, PICTURE)
    explorer.children[JUDGE].value = "hold-risk"
    assert shown(explorer, PICTURE) == before
    explorer.children[IMPACT].value = 5.0
    explorer.children[EFFORT].value = 1.0
    assert "{'hold-risk': (5.0, 1.0)}" in shown(explorer, CODE)
    assert f"First: {card.names['hold-risk']} (impact 5, effort 1)" in shown(explorer, PICTURE)
    _, pictures = run(explorer, card, monkeypatch)
    assert plots.alt_text(pictures[0]) in shown(explorer, PICTURE)


def test_each_judgement_is_remembered(card, explorer):
    explorer.children[JUDGE].value = "hold-risk"
    explorer.children[IMPACT].value = 5.0
    explorer.children[JUDGE].value = "restore-fast"
    assert explorer.children[IMPACT].value == first_guess(card).loc["restore-fast", "impact"]
    explorer.children[JUDGE].value = "hold-risk"
    assert explorer.children[IMPACT].value == 5.0
    explorer.children[IMPACT].value = first_guess(card).loc["hold-risk", "impact"]
    assert "first_guess(scorecard, {})" in shown(explorer, CODE)


def test_a_click_without_ctrl_takes_one_out_and_in_again(card, explorer):
    """It would leave that one alone, and undo all that was chosen before."""
    everything = explorer.children[STAY].value
    explorer.children[STAY].value = ("hold-risk",)
    assert set(explorer.children[STAY].value) == set(everything) - {"hold-risk"}
    assert "17 of 18 objectives stay" in explorer.children[SAID].value
    explorer.children[STAY].value = ("hold-risk",)
    assert explorer.children[STAY].value == everything


def test_nothing_left_is_said_in_words(explorer):
    explorer.children[STAY].value = ()
    assert "Keep at least one objective." in shown(explorer, SAID)
    assert "plot" not in shown(explorer, PICTURE)


def test_a_choice_that_nothing_measures_is_refused_in_words():
    card = oddities.all_cases()["an idle objective"][0]
    explorer = widgets.objectives.Explorer(card).box
    explorer.children[STAY].value = ("dream",)
    assert "no KPI would be left" in shown(explorer, SAID)


def test_namesakes_are_told_apart():
    objectives = [{"id": id, "name": "Same", "perspective": "all"} for id in ("do", "too")]
    explorer = widgets.objectives.Explorer(oddities.card(objectives=objectives)).box
    assert [name for name, _ in explorer.children[STAY].options] == ["Same (do)", "Same (too)"]


def test_the_code_is_shown_when_asked_for():
    explorer = widgets.objectives.Explorer(small()).box
    assert explorer.children[CODE].layout.display == "none"
    explorer.children[BUTTON].value = True
    assert explorer.children[CODE].layout.display == ""


@pytest.mark.parametrize("name", oddities.all_cases())
def test_objectives_of_odd_scorecards_can_be_explored(name, monkeypatch):
    monkeypatch.setattr("bsclib.widgets.parts.png", lambda axes, dpi: b"")  # drawn, not rendered: a tenth of the time
    explorer = widgets.objectives.Explorer(oddities.all_cases()[name][0]).box
    explorer.children[JUDGE].value = explorer.children[JUDGE].options[-1][1]
    explorer.children[IMPACT].value, explorer.children[EFFORT].value = 1.0, 5.0
    explorer.children[STAY].value = explorer.children[STAY].value[:1]
    assert "<script>" not in "".join(part.value for part in (*explorer.children[SAID:BUTTON], explorer.children[CODE]))
