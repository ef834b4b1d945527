"""The controls of explore_signals, driven as a person would."""

import html

import oddities
import pytest

from bsclib import plots, read_scorecard, widgets
from bsclib.files.datasets import load_dataset
from bsclib.files.scorecards import write_scorecard
from bsclib.model.edit import change

MARK = {"month": "2025-11", "kind": "reorganisation", "why": "two teams carry the work of three"}


@pytest.fixture(scope="module")
def case():
    return load_dataset("meridian")


@pytest.fixture
def explorer(case):
    return widgets.signals.Explorer(*case).live()


def moved(live, act="", **values):
    """What the kernel answers when controls are moved, or a button is pressed; the controls take on what it says."""
    live.asked = {"turn": live.asked["turn"] + 1, "values": {**live.asked["values"], **values}, "act": act}
    told = live.shown
    live.asked["values"] |= told.get("values", {})
    return told


def points(live):
    return next(control["options"] for control in live.controls if control["name"] == "month")


def run(told, case, monkeypatch):
    """What the shown code leaves behind, and the pictures that it shows."""
    pictures, names = [], dict(zip(("scorecard", "actuals"), case, strict=True))
    monkeypatch.setattr(plots, "show", pictures.append)
    exec(told["code"], names)
    return names, pictures


def test_a_batch_gets_the_kpi_with_most_signals(case, capsys):
    assert widgets.explore_signals(*case) is None
    assert capsys.readouterr().out.startswith("Process behaviour chart of ")


def test_a_person_gets_the_controls(monkeypatch, case):
    monkeypatch.setattr(widgets.signals, "attended", lambda: True)
    live = widgets.explore_signals(*case)
    labels = [control["label"] for control in live.controls if control["label"]]
    assert labels == ["Unit", "KPI", "Point", "What it was", "Cause", "Mark the point"]


def test_signals_come_first_among_the_points(explorer):
    told = moved(explorer, unit="Genoa", kpi="utilisation")
    assert points(explorer)[0] == ("2026-06: outside the limits", "2026-06")
    assert told["said"].startswith("10 signals in 60 points, 9 for the worse.")
    assert "Booked share of working hours, Genoa" in told["picture"]
    assert 'data-id="2025-11"' in told["picture"], "a click on a point picks it"
    assert explorer.picks == ["month"]


def test_a_marked_point_becomes_an_event_and_the_limits_follow(case, explorer, monkeypatch):
    moved(explorer, unit="Genoa", kpi="utilisation")
    told = moved(explorer, "mark", **MARK)
    assert told["said"].startswith("Marked 2025-11. ")
    assert "no limits" not in told["said"]
    assert (told["values"]["why"], told["turned"]) == ("", True)
    names, (picture,) = run(told, case, monkeypatch)
    event = names["scorecard"].events[-1]
    assert (event.period, event.kind, event.kpis) == ("2025-11", "reorganisation", ("utilisation",))
    assert event.why == "two teams carry the work of three"
    rests_on = names["behaviour"].query("unit == 'Genoa' and kpi == 'utilisation'")["rests_on"]
    assert rests_on.iloc[-1] == "8 months, 12 are needed"
    assert html.escape(plots.alt_text(picture)) in told["picture"]


def test_a_mark_without_a_cause_is_refused(explorer):
    told = moved(explorer, "mark")
    assert "Say the cause first" in told["said"]
    assert "events" not in told["code"]
    assert not told["turned"]


def test_a_mark_is_written_and_taken_back(case, tmp_path):
    write_scorecard(case[0], tmp_path)
    explorer = widgets.signals.Explorer(*case, save_to=str(tmp_path)).live()
    told = moved(explorer, "mark", why="a strike")
    assert f"written to {tmp_path}." in told["said"]
    events = read_scorecard(tmp_path).events
    assert len(events) == len(case[0].events) + 1
    assert (events[-1].why, events[-1].period) == ("a strike", told["values"]["month"])
    assert f"as they were, and written to {tmp_path}." in moved(explorer, marked=[])["said"], "undone"
    assert read_scorecard(tmp_path) == case[0]


def test_what_somebody_else_has_saved_is_not_saved_over(case, tmp_path):
    write_scorecard(case[0], tmp_path)
    explorer = widgets.signals.Explorer(*case, save_to=tmp_path).live()
    theirs = change(case[0], case[0].id, name="Another name")
    write_scorecard(theirs, tmp_path)
    told = moved(explorer, "mark", why="a strike")
    assert "nothing was written" in told["said"]
    assert told["values"]["marked"] == []
    assert read_scorecard(tmp_path) == theirs


def test_the_scorecard_is_given_as_a_file(case, explorer, tmp_path):
    moved(explorer, "mark", why="a strike")
    (tmp_path / "scorecard.yaml").write_text(moved(explorer, "save")["file"]["text"], encoding="utf-8")
    assert read_scorecard(tmp_path).events[-1].why == "a strike"


def test_a_quarter_is_marked_by_its_first_month(explorer):
    moved(explorer, kpi="user-nps")
    assert moved(explorer, "mark", month="2026-Q2", why="another survey")["said"].startswith("Marked 2026-04.")


def test_a_scorecard_without_actuals_of_a_kpi():
    two = oddities.card(oddities.kpi(), oddities.kpi("k1"))
    explorer = widgets.signals.Explorer(two, oddities.actuals(*oddities.months())).live()
    assert "Limits: 3 months, 12 are needed." in explorer.shown["said"]
    assert "There is no actual of this KPI here." in moved(explorer, kpi="k1")["said"]
    assert points(explorer) == []
    assert "no point to mark" in moved(explorer, "mark", why="nothing")["said"]


@pytest.mark.parametrize("name", oddities.all_cases())
def test_odd_scorecards_can_be_explored(name):
    card, actuals = oddities.all_cases()[name]
    live = widgets.signals.Explorer(card, actuals).live()
    for picked in ("unit", "kpi", "month"):
        control = next(control for control in live.controls if control["name"] == picked)
        if control["options"]:
            moved(live, **{picked: control["options"][-1][1]})
    assert "<script" not in moved(live, "mark", why="<script>")["picture"]
