"""The controls of explore_map, driven as a person would."""

import html

import numpy as np
import oddities
import pandas as pd
import pytest
import tested
from samples import desk

from bsclib import UnknownNameError, plots, widgets
from bsclib.causality.chains import lineage
from bsclib.causality.evidence.links import link_evidence
from bsclib.files.datasets import load_dataset
from bsclib.model.status import VERDICTS
from bsclib.plots.wording import tally
from bsclib.widgets.map import MapChoice, numbers


@pytest.fixture(scope="module")
def case():
    return load_dataset("meridian")


@pytest.fixture(scope="module")
def evidence(case):
    return {unit: link_evidence(*case, unit or None) for unit in ("", "Genoa")}


@pytest.fixture(scope="module")
def made(case):
    """One explorer for all: what it has worked out, it keeps."""
    return widgets.map.Explorer(*case)


@pytest.fixture
def explorer(made):
    return made.live()


def moved(live, **values):
    """What is shown when controls are moved, and then rest."""
    live.asked = {"turn": live.asked["turn"] + 1, "values": {**live.asked["values"], **values}}
    seen = dict(live.shown)
    if "more" in seen:
        live.asked = {**live.asked, "turn": live.asked["turn"] + 1, "part": 1}
        seen |= live.shown
    return {name: html.unescape(value) if isinstance(value, str) else value for name, value in seen.items()}


def counts(evidence):
    return f"{len(evidence[''])} links: {tally(evidence['']['verdict'], VERDICTS)}"


def run(told, case, monkeypatch):
    """The alternative texts of the pictures that the code shown gives."""
    pictures = []
    monkeypatch.setattr(plots, "show", pictures.append)
    exec(told["code"], {"scorecard": case[0], "actuals": case[1]})
    return [plots.alt_text(picture) for picture in pictures]


def test_a_batch_gets_the_map(case, evidence, capsys):
    assert widgets.explore_map(*case) is None
    said = capsys.readouterr().out
    assert said.startswith(f"Strategy map of Meridian Freight IT: 4 perspectives, 27 KPIs, {counts(evidence)}.")


def test_where_testing_takes_long_the_map_as_stated_comes_first(case, evidence, monkeypatch):
    monkeypatch.setattr(widgets.map, "AT_ONCE", 3)
    monkeypatch.setattr(widgets.map, "SLICE", 0.0)
    live = widgets.map.Explorer(*case).live()
    assert live.shown["said"] == "20 links as stated. They are being tested."
    assert plots.alt_text(plots.plot_strategy_map(case[0], level="kpi")) in html.unescape(live.shown["picture"])
    assert live.controls[1]["options"][1][0].startswith(case[0].names[case[0].links[0].cause])
    slices = 0
    for turn in range(1, 100):
        if live.shown.get("more") != -1:
            break
        picked = {**live.asked["values"], "picked": "mttr -> sla-met, 0" if turn == 10 else ""}
        live.asked = {"turn": turn, "values": picked, "part": 0 if turn == 10 else -1}
        slices += live.shown.keys() == {"turn", "more"}
        if turn == 10:  # a click meanwhile is answered, and nothing begins anew
            assert live.shown["said"] == (
                "Mean time to restore → Tickets solved within the service level: an effect in the same month is "
                "claimed, and its verdict comes with those of all. 20 links as stated. They are being tested."
            )
    assert slices > 20
    assert live.shown["said"].startswith(f"{counts(evidence)}.")
    assert live.controls[1]["options"][1][0].startswith(VERDICTS[evidence[""]["verdict"].iloc[0]])


def test_a_person_gets_the_controls(monkeypatch, case):
    monkeypatch.setattr(widgets.map, "attended", lambda: True)
    live = widgets.explore_map(*case)
    labels = ["Unit", "Evidence for", "Draw only what lies around the KPI"]
    assert [control["label"] for control in live.controls] == labels
    assert live.picks == ["picked"]


def test_it_may_open_at_one_unit(case, evidence, capsys):
    live = widgets.map.Explorer(*case, "Genoa").live()
    assert live.asked["values"]["unit"] == "Genoa"
    assert f"20 links: {tally(evidence['Genoa']['verdict'], VERDICTS)}" in moved(live)["said"]
    with pytest.raises(UnknownNameError, match="did you mean 'Genoa'"):
        widgets.explore_map(*case, unit="Genova")
    widgets.explore_map(*case, unit="Genoa")
    assert tally(evidence["Genoa"]["verdict"], VERDICTS) in capsys.readouterr().out


def test_it_starts_with_the_whole_map(case, explorer, evidence):
    seen = moved(explorer)
    assert seen["said"].startswith(f"{counts(evidence)}.")
    assert plots.alt_text(plots.plot_strategy_map(case[0], evidence=evidence[""])) in seen["picture"]
    assert seen["body"] == ""
    picks = dict(explorer.controls[1]["options"]).items()
    marks = [name.partition(" ")[0] for name, id in picks if " -> " in id]
    assert marks == [VERDICTS[verdict] for verdict in evidence[""]["verdict"]]
    assert all(f'data-id="{id}"' in seen["picture"] for _, id in picks if id), "each can be picked on the map"


def test_a_link_shows_its_evidence(case, explorer, evidence):
    card, actuals = case
    before = moved(explorer)["picture"]
    seen = moved(explorer, picked="mttr -> sla-met, 0")
    rows = evidence[""]
    row = rows[(rows["cause"] == "mttr") & (rows["effect"] == "sla-met")].iloc[0]
    assert "Mean time to restore → Tickets solved within the service level: ✓ supported." in seen["said"]
    assert row["reason"] in seen["said"]
    assert plots.alt_text(plots.plot_link(rows, card, actuals, "mttr", "sla-met")) in seen["body"]
    for said in numbers(row, card)["says"]:
        assert f">{said}</td>".replace(" %", "\u00a0%") in seen["body"]
    assert seen["picture"] == before
    assert "'mttr', 'sla-met', lag=0" in seen["code"]


def test_a_kpi_shows_what_is_up_and_down_the_map(case, explorer, evidence):
    seen = moved(explorer, picked="csat")
    found = lineage(evidence[""], "csat")
    assert all(case[0].names[id] in seen["body"] for id in found["kpi"])
    assert seen["body"].count("<tr>") == 1 + len(found)
    up = found[found["side"] == "upstream"]
    assert f"{len(up)} KPIs that may drive it" in seen["said"]
    assert "27 KPIs, 20 links" in seen["picture"]
    assert f"{len(found) + 1} KPIs, " in moved(explorer, part=True)["picture"]
    assert "27 KPIs, 20 links" in moved(explorer, picked="")["picture"]


def test_another_unit_has_other_verdicts_and_keeps_the_choice(case, evidence, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "bsclib.widgets.map.evidence_in_slices",
        lambda *args: iter([asked.append(args[2]), evidence[args[2] or ""]]),
    )
    explorer = widgets.map.Explorer(*case).live()
    seen = moved(explorer, unit="Genoa", picked="mttr -> sla-met, 0")
    rows = evidence["Genoa"]
    assert rows[(rows["cause"] == "mttr") & (rows["effect"] == "sla-met")].iloc[0]["reason"] in seen["said"]
    assert "Genoa" in seen["body"]
    moved(explorer, unit="")
    moved(explorer, unit="Genoa", picked="csat")
    assert asked == [None, "Genoa"], "once a unit"


def test_the_code_gives_the_same_pictures(case, explorer, monkeypatch):
    seen = moved(explorer, unit="Genoa", picked="mttr -> sla-met, 0")
    link, whole = run(seen, case, monkeypatch)
    assert link in seen["body"]
    assert whole in seen["picture"]
    seen = moved(explorer, picked="attrition", part=True)
    assert run(seen, case, monkeypatch)[0] in seen["picture"]


def test_a_map_without_links_says_so():
    explorer = widgets.map.Explorer(*oddities.all_cases()["tiny"]).live()
    assert "nothing to test" in explorer.shown["said"]
    assert "1 KPI" in explorer.shown["picture"]
    seen = moved(explorer, picked=explorer.controls[1]["options"][-1][1])
    assert seen["said"].startswith("No link touches ")


def test_two_links_between_the_same_kpis_are_told_apart():
    twice = [{"cause": "mttr", "effect": "cost", "sign": "+", "lag": lag} for lag in (1, 3)]
    rows = [(kpi, f"2025-{at:02d}", 9.0 + at % 3) for kpi in ("mttr", "cost") for at in range(1, 13)]
    explorer = widgets.map.Explorer(desk(links=twice), pd.DataFrame(rows, columns=["kpi", "period", "actual"])).live()
    assert explorer.controls[1]["options"][1:3] == [
        ("? Mean time to restore → Cost, 1 mo", "mttr -> cost, 1"),
        ("? Mean time to restore → Cost, 3 mo", "mttr -> cost, 3"),
    ]
    assert "lag=3" in moved(explorer, picked="mttr -> cost, 3")["code"]


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
def test_odd_scorecards_can_be_explored(name):
    card, actuals = oddities.all_cases()[name]
    explorer = widgets.map.Explorer(card, actuals).live()
    moved(explorer, unit=explorer.controls[0]["options"][-1][1])
    for _, picked in (explorer.controls[1]["options"][at] for at in (1, -1)):
        moved(explorer, picked=picked, part=True)
        shown = [explorer.shown.get(name, "") for name in ("picture", "body")]
        assert "<script" not in "".join(shown)
    assert widgets.explore_map(card, actuals) is None
