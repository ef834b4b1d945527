"""The controls of explore_signals, driven as a person would."""

import html

import oddities
import pytest

from bsclib import plots, read_scorecard, widgets
from bsclib.files.datasets import load_dataset
from bsclib.files.scorecards import write_scorecard

UNIT, KPI, POINT, KIND, CAUSE, MARK, SAID, PICTURE, BUTTON, CODE = range(10)


@pytest.fixture(scope="module")
def case():
    return load_dataset("meridian")


@pytest.fixture
def explorer(case):
    return widgets.signals.Explorer(*case).box


def shown(explorer, part):
    return html.unescape(explorer.children[part].value)


def run(explorer, case, monkeypatch):
    """What the shown code leaves behind, and the pictures that it shows."""
    pictures, names = [], dict(zip(("scorecard", "actuals"), case, strict=True))
    monkeypatch.setattr(plots, "show", pictures.append)
    exec(shown(explorer, CODE).removeprefix("<pre>").removesuffix("</pre>"), names)
    return names, pictures


def test_a_batch_gets_the_kpi_with_most_signals(case, capsys):
    assert widgets.explore_signals(*case) is None
    assert capsys.readouterr().out.startswith("Process behaviour chart of ")


def test_a_person_gets_the_controls(monkeypatch, case):
    monkeypatch.setattr(widgets.signals, "attended", lambda: True)
    assert len(widgets.explore_signals(*case).children) == 10


def test_every_control_has_a_description(explorer):
    assert [part.description for part in explorer.children[: MARK + 1]] == [
        *("Unit", "KPI", "Point", "What it was", "Cause", "Mark the point")
    ]


def test_signals_come_first_among_the_points(explorer):
    explorer.children[UNIT].value = "Genoa"
    explorer.children[KPI].value = "utilisation"
    assert explorer.children[POINT].options[0] == ("2026-06: outside the limits", "2026-06")
    assert "10 signals in 60 points, 9 for the worse." in shown(explorer, SAID)
    assert "Booked share of working hours, Genoa" in shown(explorer, PICTURE)


def test_a_marked_point_becomes_an_event_and_the_limits_follow(case, explorer, monkeypatch):
    explorer.children[UNIT].value = "Genoa"
    explorer.children[KPI].value = "utilisation"
    explorer.children[POINT].value = "2025-11"
    explorer.children[KIND].value = "reorganisation"
    explorer.children[CAUSE].value = "two teams carry the work of three"
    explorer.children[MARK].click()
    assert "Marked 2025-11." in shown(explorer, SAID)
    assert "no limits" not in shown(explorer, SAID)
    names, pictures = run(explorer, case, monkeypatch)
    event = names["scorecard"].events[-1]
    assert (event.period, event.kind, event.kpis) == ("2025-11", "reorganisation", ("utilisation",))
    assert event.why == "two teams carry the work of three"
    rests_on = names["behaviour"].query("unit == 'Genoa' and kpi == 'utilisation'")["rests_on"]
    assert rests_on.iloc[-1] == "no limits: 8 points, 12 are needed"
    assert len(pictures) == 1


def test_a_mark_without_a_cause_is_refused(case, explorer):
    explorer.children[MARK].click()
    assert "Say the cause first" in shown(explorer, SAID)
    assert "events" not in shown(explorer, CODE)


def test_events_are_written_where_that_is_wanted(case, tmp_path):
    write_scorecard(case[0], tmp_path)
    explorer = widgets.signals.Explorer(*case, save_to=str(tmp_path)).box
    explorer.children[CAUSE].value = "a strike"
    period = explorer.children[POINT].value
    explorer.children[MARK].click()
    assert f"written to {tmp_path}" in shown(explorer, SAID)
    events = read_scorecard(tmp_path).events
    assert len(events) == len(case[0].events) + 1
    assert (events[-1].why, events[-1].period) == ("a strike", period)


def test_a_quarter_is_marked_by_its_first_month(explorer):
    explorer.children[KPI].value = "user-nps"
    explorer.children[POINT].value = "2026-Q2"
    explorer.children[CAUSE].value = "another survey"
    explorer.children[MARK].click()
    assert "Marked 2026-04." in shown(explorer, SAID)


def test_a_scorecard_without_actuals_of_a_kpi():
    two = oddities.card(oddities.kpi(), oddities.kpi("k1"))
    explorer = widgets.signals.Explorer(two, oddities.actuals(*oddities.months())).box
    assert "Limits: 3 points, 12 are needed." in shown(explorer, SAID)
    explorer.children[KPI].value = "k1"
    assert "There is no actual of this KPI here." in shown(explorer, SAID)
    explorer.children[MARK].click()
    assert explorer.children[POINT].options == ()
