"""On paper and in the browser: the same marks, words, colours and places."""

import xml.etree.ElementTree as ET
from collections import Counter

import numpy as np
import oddities
import pytest
import tested
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch
from oddities import RUDE
from pictures import texts
from projected import frontier, result
from samples import desk, table

from bsclib.causality.evidence.links import link_evidence
from bsclib.design.selection.priorities import prioritise
from bsclib.plots import alt_text
from bsclib.plots.canvas import draw
from bsclib.plots.fan import plot_fan
from bsclib.plots.frontier import plot_frontier
from bsclib.plots.link_picture import plot_link
from bsclib.plots.map_picture import plot_strategy_map
from bsclib.plots.picture import Picture
from bsclib.plots.priorities import plot_priorities
from bsclib.plots.process_behaviour import plot_process_behaviour
from bsclib.plots.score_trend import plot_score_trend
from bsclib.plots.trends import plot_trends
from bsclib.plots.vector import svg
from bsclib.plots.waterfall import plot_contributions
from bsclib.scoring.scores import score
from bsclib.signals import process_behaviour

START = {"mttr": 5.5, "cost": 120.0, "load": 90.0, "leavers": 12.0}
MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]
LINKS = [{"cause": "mttr", "effect": "cost", "sign": "+", "lag": 1}]
EVIDENCE = tested.evidence(tested.chain(), sizes=[0.25], months=60)
EFFORTS = {"a": 1, "b": 4.5, "c": 4.5, "d": 5}
BUDGETS = [(0.0, 60.0, 50.0, 70.0, "", 2.0), (100.0, 62.0, 52.0, 72.0, "tool", 0.5)]
VALUES = {"mttr": 8.0, "cost": 115.0, "load": 85.0}


@pytest.fixture(scope="module")
def pictures():
    rows = [(id, month, value - at / 10) for id, value in VALUES.items() for at, month in enumerate(MONTHS)]
    observed = table(*rows)
    scores = score(desk(), observed)
    told = result(desk(), {"mttr": -1.5, "desk": 4}, "2025-12", 12, START, first_month={"mttr": "2026-04"})
    return {
        "trend": plot_score_trend.picture(scores),
        "waterfall": plot_contributions.picture(scores),
        "map": plot_strategy_map.picture(desk(links=LINKS), scores, level="kpi"),
        "tested map": plot_strategy_map.picture(tested.chain(), evidence=EVIDENCE),
        "behaviour": plot_process_behaviour.picture(process_behaviour(observed, desk()), desk(), "mttr"),
        "link": plot_link.picture(
            link_evidence(desk(links=LINKS), observed), desk(links=LINKS), observed, "mttr", "cost"
        ),
        "fan of a KPI": plot_fan.picture(told, desk(), "mttr", scores),
        "fan of a range": plot_fan.picture(told, desk(), "load", scores),
        "fan of a score": plot_fan.picture(told, desk(), None, scores),
        "trends": plot_trends.picture(scores, desk()),
        "priorities": plot_priorities.picture(
            prioritise("abcd", dict(zip("abcd", (5, 4, 4, 1), strict=True)), EFFORTS)
        ),
        "frontier": plot_frontier.picture(frontier(*BUDGETS), budget=150),
    }


NAMES = [
    "trend",
    "waterfall",
    "map",
    "tested map",
    "behaviour",
    "link",
    "fan of a KPI",
    "fan of a range",
    "fan of a score",
    "trends",
    "priorities",
    "frontier",
]


def drawn(picture):
    return ET.fromstring(svg(picture).replace(' xmlns="http://www.w3.org/2000/svg"', ""))


@pytest.mark.parametrize("name", NAMES)
def test_words_are_the_same_and_in_the_same_places(pictures, name):
    picture = pictures[name]
    tall, scale = 72 * picture.height, 72 / 150
    paper = Counter()
    places = {}
    for text, box in texts(draw(picture)):
        paper[text] += 1
        places.setdefault(text, []).append((box.x0 * scale, tall - (box.y0 + box.y1) / 2 * scale))
    live = [(one, "\n".join(one.itertext())) for one in drawn(picture).findall("text")]
    assert Counter(text for _, text in live) == paper
    for one, text in live:
        if one.get("text-anchor") is None and "\n" not in text:
            there = np.array(places[text]) - [float(one.get("x")), float(one.get("y"))]
            assert np.abs(there + np.array([0, 3])).max(axis=1).min() < 4, f"{text!r} stands elsewhere"


@pytest.mark.parametrize("name", NAMES)
def test_lines_and_areas_are_the_same_in_colour_and_number(pictures, name):
    axes = draw(pictures[name])
    lines = Counter(to_hex(one.get_color()) for one in axes.lines if one.get_linestyle() != "None")
    live = Counter(one.get("stroke") for one in drawn(pictures[name]).findall("path") if one.get("fill") == "none")
    assert not lines - live
    arrows = [one for one in axes.patches if isinstance(one, FancyArrowPatch)]
    assert not Counter(to_hex(one.get_edgecolor()) for one in arrows) - live
    backs = [text.get_bbox_patch() for text in axes.texts if text.get_bbox_patch()]
    areas = [one for one in (*axes.patches, *axes.collections, *backs) if one not in arrows]
    boxes = Counter(to_hex(one.get_facecolor()) for one in areas)
    filled = Counter(
        one.get("fill") for one in drawn(pictures[name]).findall("path") if one.get("fill") not in ("none", None)
    )
    assert filled == boxes


@pytest.mark.parametrize("name", NAMES)
def test_both_have_the_same_words_for_those_who_cannot_see(pictures, name):
    root = drawn(pictures[name])
    assert root.get("role") == "img"
    assert root.get("aria-label") == alt_text(draw(pictures[name]))
    assert len(svg(pictures[name])) < 40_000


@pytest.mark.parametrize("name", [RUDE["signs"], RUDE["long"], "</text><script>alert(1)</script>\"'&"])
def test_no_name_becomes_a_tag(name):
    card = oddities.card(oddities.kpi(name=name), name=name)
    scores = score(card, oddities.actuals(*oddities.months()))
    for picture in (plot_score_trend.picture(scores), plot_contributions.picture(scores)):
        assert {one.tag for one in drawn(picture).iter()} <= {"svg", "rect", "path", "text", "circle", "polygon"}


def test_a_gap_is_a_gap_and_steps_are_steps():
    picture = Picture(height=1.0)
    panel = picture.panel(0, 0, 1, 1)
    panel.line([0, 0.25, 0.5, 0.75, 1], [0, 1, np.nan, 1, 0], color="#000000")
    panel.line([0, 0.5, 1], [0, 1, 0], color="#000000", drawstyle="steps-post")
    panel.line([0, 0.5, 1], [0, 1, 0], color="#000000", drawstyle="steps-mid")
    gap, post, mid = (one.get("d") for one in drawn(picture).findall("path"))
    assert gap == "M0.0 72.0L18.0 0.0M54.0 0.0L72.0 72.0"
    assert post == "M0.0 72.0L36.0 72.0L36.0 0.0L72.0 0.0L72.0 72.0"
    assert mid == "M0.0 72.0L18.0 72.0L18.0 0.0L54.0 0.0L54.0 72.0L72.0 72.0"
