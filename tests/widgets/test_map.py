"""The controls of explore_map, driven as a person would."""

import html

import numpy as np
import oddities
import pandas as pd
import pytest
import tested
from samples import desk

from bsclib import plots, widgets
from bsclib.causality.chains import lineage
from bsclib.causality.evidence.links import link_evidence
from bsclib.files.datasets import load_dataset
from bsclib.plots.palette import VERDICTS
from bsclib.plots.wording import tally
from bsclib.widgets.map import MapChoice, numbers

UNIT, LINK, SAID, PICTURE, NUMBERS, AROUND, TOLD, MAP, BUTTON, CODE = range(10)
CONTROLS = (UNIT, LINK, AROUND)


@pytest.fixture(scope="module")
def case():
    return load_dataset("meridian")


@pytest.fixture(scope="module")
def evidence(case):
    return {unit: link_evidence(*case, unit or None) for unit in ("", "Genoa")}


@pytest.fixture
def explorer(case, monkeypatch):
    monkeypatch.setattr("bsclib.widgets.parts.png", lambda axes, dpi: b"")  # drawn, not rendered: a tenth of the time
    return widgets.map.Explorer(*case).box


def shown(part):
    return html.unescape(part.value)


def counts(evidence):
    return f"{len(evidence[''])} links: {tally(evidence['']['verdict'], VERDICTS)}"


def run(explorer, case, monkeypatch):
    """The alternative texts of the pictures that the code shown gives."""
    pictures = []
    monkeypatch.setattr(plots, "show", pictures.append)
    code = shown(explorer.children[CODE]).removeprefix("<pre>").removesuffix("</pre>")
    exec(code, {"scorecard": case[0], "actuals": case[1]})
    return [plots.alt_text(picture) for picture in pictures]


def test_a_batch_gets_the_map(case, evidence, capsys):
    assert widgets.explore_map(*case) is None
    said = capsys.readouterr().out
    assert said.startswith(f"Strategy map of Meridian Freight IT: 4 perspectives, 27 KPIs, {counts(evidence)}.")


def test_a_person_gets_the_controls(monkeypatch, case):
    monkeypatch.setattr(widgets.map, "attended", lambda: True)
    assert len(widgets.explore_map(*case).children) == 10


def test_every_control_has_a_description(explorer):
    assert [explorer.children[at].description for at in CONTROLS] == ["Unit", "Link", "Around"]
    assert not any(explorer.children[at].disabled for at in CONTROLS)


def test_it_starts_with_the_first_link_and_the_whole_map(case, explorer, evidence):
    first = evidence[""].iloc[0]
    assert [explorer.children[at].value for at in CONTROLS] == ["", 0, ""]
    assert f"✓ supported. {first['reason']}" in shown(explorer.children[SAID])
    assert f"{counts(evidence)}." in shown(explorer.children[TOLD])
    assert "27 KPIs, 20 links" in shown(explorer.children[MAP])
    marks = [name.partition(" ")[0] for name, _ in explorer.children[LINK].options]
    assert marks == [VERDICTS[verdict] for verdict in evidence[""]["verdict"]]


def test_a_link_shows_its_evidence(case, explorer, evidence):
    card, actuals = case
    at = next(n for n, link in enumerate(card.links) if (link.cause, link.effect) == ("mttr", "sla-met"))
    before = shown(explorer.children[MAP])
    explorer.children[LINK].value = at
    row = evidence[""].iloc[at]
    assert row["reason"] in shown(explorer.children[SAID])
    expected = plots.plot_link(evidence[""], card, actuals, "mttr", "sla-met")
    assert plots.alt_text(expected) in shown(explorer.children[PICTURE])
    for said in numbers(row, card)["says"]:
        assert f">{said}</td>" in shown(explorer.children[NUMBERS])
    assert shown(explorer.children[MAP]) == before
    assert "'mttr', 'sla-met', lag=0" in shown(explorer.children[CODE])


def test_a_kpi_shows_what_is_up_and_down_the_map(case, explorer, evidence):
    card = case[0]
    explorer.children[AROUND].value = "csat"
    found = lineage(evidence[""], "csat")
    for id in found["kpi"]:
        assert card.names[id] in shown(explorer.children[TOLD])
    assert shown(explorer.children[TOLD]).count("<tr>") == 1 + len(found)
    up = found[found["side"] == "upstream"]
    assert f"{len(up)} KPIs that may drive it" in shown(explorer.children[TOLD])
    assert f"{len(found) + 1} KPIs, " in shown(explorer.children[MAP])
    explorer.children[AROUND].value = ""
    assert "27 KPIs, 20 links" in shown(explorer.children[MAP])


def test_another_unit_has_other_verdicts_and_keeps_the_choice(case, explorer, evidence, monkeypatch):
    explorer.children[LINK].value = 4
    explorer.children[AROUND].value = "mttr"
    asked = []
    monkeypatch.setattr(
        "bsclib.widgets.map.link_evidence", lambda *args: asked.append(args[2]) or evidence[args[2] or ""]
    )
    explorer.children[UNIT].value = "Genoa"
    assert [explorer.children[at].value for at in CONTROLS] == ["Genoa", 4, "mttr"]
    assert evidence["Genoa"].iloc[4]["reason"] in shown(explorer.children[SAID])
    assert "Genoa" in shown(explorer.children[PICTURE])
    explorer.children[UNIT].value = ""
    explorer.children[UNIT].value = "Genoa"
    explorer.children[LINK].value = 5
    assert asked == ["Genoa"], "once a unit"


def test_the_code_gives_the_same_pictures(case, explorer, monkeypatch):
    explorer.children[UNIT].value = "Genoa"
    explorer.children[LINK].value = 7
    explorer.children[AROUND].value = "attrition"
    link, map_ = run(explorer, case, monkeypatch)
    assert link in shown(explorer.children[PICTURE])
    assert map_ in shown(explorer.children[MAP])
    explorer.children[AROUND].value = ""
    assert run(explorer, case, monkeypatch)[1] in shown(explorer.children[MAP])


def test_the_code_is_shown_when_asked_for(explorer):
    assert explorer.children[CODE].layout.display == "none"
    explorer.children[BUTTON].value = True
    assert explorer.children[CODE].layout.display == ""


def test_a_map_without_links_says_so(case):
    card, actuals = oddities.all_cases()["tiny"]
    explorer = widgets.map.Explorer(card, actuals).box
    assert "nothing to test" in shown(explorer.children[SAID])
    assert explorer.children[LINK].disabled
    assert "plot_link" not in shown(explorer.children[CODE])
    assert "1 KPI" in shown(explorer.children[MAP])


def test_two_links_between_the_same_kpis_are_told_apart():
    twice = [{"cause": "mttr", "effect": "cost", "sign": "+", "lag": lag} for lag in (1, 3)]
    rows = [(kpi, f"2025-{at:02d}", 9.0 + at % 3) for kpi in ("mttr", "cost") for at in range(1, 13)]
    explorer = widgets.map.Explorer(desk(links=twice), pd.DataFrame(rows, columns=["kpi", "period", "actual"])).box
    assert [name for name, _ in explorer.children[LINK].options] == [
        "? Mean time to restore → Cost, 1 mo",
        "? Mean time to restore → Cost, 3 mo",
    ]
    explorer.children[LINK].value = 1
    assert "lag=3" in shown(explorer.children[CODE])


def test_numbers_leave_out_what_is_missing():
    card = tested.chain()
    found = tested.evidence(card, sizes=[0.25], months=60)
    supported, _, waiting, untested = (numbers(row, card).set_index("what")["says"] for _, row in found.iterrows())
    assert supported.tolist() == [
        "−0.125 hours",
        "−0.175 to −0.075",
        "−0.188 hours",
        "0.004",
        "0.010",
        "60",
        "yes",
        "30 %",
    ]
    assert waiting["Months needed to tell"] == "30 to 90"
    assert untested.to_dict() == {"Months it rests on": "60"}
    endless = numbers(found.iloc[2].replace({90.0: np.inf}), card).set_index("what")["says"]
    assert endless["Months needed to tell"] == "30 or more"
    assert numbers(found.iloc[0].replace({0.004: 1e-9}), card)["says"].tolist()[3] == "< 0.001"
    assert numbers(found.iloc[1], card)["says"].iloc[0] == "+0.5", "cost is measured in nothing"


def test_what_the_choice_says():
    assert MapChoice().code() == (
        "from bsclib.causality import link_evidence\n"
        "from bsclib.plots import plot_strategy_map, show\n\n"
        "evidence = link_evidence(scorecard, actuals)\n"
        "show(plot_strategy_map(scorecard, evidence=evidence))"
    )


@pytest.mark.parametrize("name", oddities.all_cases())
def test_odd_scorecards_can_be_explored(name, monkeypatch):
    monkeypatch.setattr("bsclib.widgets.parts.png", lambda axes, dpi: b"")
    card, actuals = oddities.all_cases()[name]
    explorer = widgets.map.Explorer(card, actuals).box
    for at in CONTROLS:
        if explorer.children[at].options:
            explorer.children[at].value = explorer.children[at].options[-1][1]
    parts = (*(explorer.children[at] for at in (SAID, PICTURE, NUMBERS, TOLD, MAP)), explorer.children[CODE])
    assert "<script>" not in "".join(part.value for part in parts)
    assert widgets.explore_map(card, actuals) is None
