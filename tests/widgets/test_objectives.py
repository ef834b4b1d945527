import html

import oddities
import pytest

from bsclib import plots, widgets
from bsclib.design.objectives import first_guess
from bsclib.files.datasets import load_dataset
from bsclib.files.scorecards import read_scorecard
from bsclib.model.edit import keep


@pytest.fixture(scope="module")
def card():
    return load_dataset("meridian")[0]


@pytest.fixture
def live(card):
    return widgets.objectives.Explorer(card).live()


def moved(live, **values):
    """What the kernel answers when controls are moved; names of parts have a colon, as `stays:hold-risk`."""
    live.asked = {"turn": live.asked["turn"] + 1, "values": {**live.asked["values"], **values}}
    return live.shown


def rested(live):
    """What comes once the hand rests."""
    assert live.shown["more"] == 1
    live.asked = {**live.asked, "turn": live.asked["turn"] + 1, "part": 1}
    return live.shown


def only(card, *ids):
    return {f"stays:{one.id}": one.id in ids for one in card.objectives}


def run(code, card, monkeypatch):
    """What the shown code leaves behind, and the picture that it shows."""
    pictures, names = [], {"scorecard": card}
    monkeypatch.setattr(plots, "show", pictures.append)
    exec(code, names)
    return names, html.escape(plots.alt_text(pictures[0]))


def test_a_batch_gets_the_matrix(card, capsys):
    assert widgets.explore_objectives(card) is None
    assert capsys.readouterr().out.startswith("Impact against effort of 18 objectives")


def test_a_person_gets_the_controls(monkeypatch, card):
    monkeypatch.setattr(widgets.objectives, "attended", lambda: True)
    assert widgets.explore_objectives(card).title == "Objectives of Meridian Freight IT"


def test_all_objectives_stay_at_the_start(card, live):
    offered = [control["name"].partition(":")[2] for control in live.controls if control["kind"] == "check"]
    assert offered == [one.id for home in card.perspectives for one in card.objectives_of(home.id)]
    assert [control["label"] for control in live.controls[-3:]] == ["Judge", "Impact", "Effort"]
    guess = first_guess(card).loc[live.start["judge"]]
    assert [control["value"] for control in live.controls[-2:]] == guess[["impact", "effort"]].tolist()
    assert "18 of 18 objectives stay, 27 of 27 KPIs with them: Operational excellence 7 (39 %)" in live.shown["said"]
    assert rested(live)["said"].endswith("No new findings.")
    assert live.shown["body"] == ""


def test_what_a_choice_leaves_is_said_and_reviewed(card, live, monkeypatch):
    stay = ["restore-fast", "stay-available", "satisfy-users"]
    shown = moved(live, **only(card, *stay))
    assert "3 of 18 objectives stay, 5 of 27 KPIs with them" in shown["said"]
    assert "Operational excellence 2 (67 %), User orientation 1 (33 %)" in shown["said"]
    names, alt = run(shown["code"], card, monkeypatch)
    assert {objective.id for objective in names["mine"].objectives} == set(stay)
    assert alt in shown["picture"]
    assert "BSC" not in rested(live)["body"]
    assert "there are 3 objectives" in live.shown["body"]


def test_a_judgement_moves_the_objective_and_is_remembered(card, live, monkeypatch):
    before = live.shown["picture"]
    assert moved(live, judge="hold-risk")["picture"] == before
    assert [control["name"] for control in live.controls[-2:]] == ["impact:hold-risk", "effort:hold-risk"]
    shown = moved(live, **{"impact:hold-risk": 5.0, "effort:hold-risk": 1.0})
    assert "{'hold-risk': (5.0, 1.0)}" in shown["code"]
    assert f"First: {card.names['hold-risk']} (impact 5, effort 1)" in html.unescape(shown["picture"])
    assert run(shown["code"], card, monkeypatch)[1] in shown["picture"]
    assert "{'hold-risk': (5.0, 1.0)}" in moved(live, judge="restore-fast")["code"], "another one is picked"
    guess = first_guess(card).loc["hold-risk"]
    shown = moved(live, **{"impact:hold-risk": guess["impact"], "effort:hold-risk": guess["effort"]})
    assert "first_guess(scorecard, {})" in shown["code"]


def test_a_click_on_a_disc_or_a_name_picks_it(live):
    assert live.picks == ["judge"]
    assert live.shown["picture"].count('data-id="hold-risk"') == 4, "the disc, its number, and both in the list"


def test_the_part_that_stays_is_saved(card, live, tmp_path):
    live.asked = {"turn": 1, "values": {**live.start, **only(card, "restore-fast")}, "act": "save"}
    file = live.shown["file"]
    (tmp_path / file["name"]).write_text(file["text"], encoding="utf-8")
    assert read_scorecard(tmp_path / file["name"]) == keep(card, ["restore-fast"])


def test_nothing_left_is_said_in_words(card, live):
    shown = moved(live, **only(card))
    assert shown["said"] == "Keep at least one objective."
    assert shown["picture"] == shown["body"] == ""


def test_a_choice_that_nothing_measures_is_refused_in_words():
    card = oddities.all_cases()["an idle objective"][0]
    live = widgets.objectives.Explorer(card).live()
    assert "no KPI would be left" in moved(live, **only(card, "dream"))["said"]


def test_namesakes_are_told_apart():
    objectives = [{"id": id, "name": "Same", "perspective": "all"} for id in ("do", "too")]
    live = widgets.objectives.Explorer(oddities.card(objectives=objectives)).live()
    assert [control["label"] for control in live.controls[:2]] == ["Same (do)", "Same (too)"]


@pytest.mark.parametrize("name", oddities.all_cases())
def test_objectives_of_odd_scorecards_can_be_explored(name):
    card = oddities.all_cases()[name][0]
    live = widgets.objectives.Explorer(card).live()
    last = live.controls[-3]["options"][-1][1]
    answers = [moved(live, judge=last, **{f"impact:{last}": 1.0, f"effort:{last}": 5.0})]
    answers += [rested(live), moved(live, **only(card, card.objectives[0].id))]
    assert "<script>" not in "".join(str(answer.get(part)) for answer in answers for part in ("picture", "body"))
