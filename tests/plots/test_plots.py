import dataclasses
import io
import json
import subprocess
import sys
from types import SimpleNamespace

import matplotlib as mpl
import numpy as np
import oddities
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from matplotlib import pyplot as plt
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch, Rectangle
from pictures import check, texts, words
from PIL import Image
from samples import DESK, desk, one_kpi, table
from strategies import few, scorecards

from bsclib import plots
from bsclib.errors import ActualsError, BscError, UnknownNameError
from bsclib.model.build import build
from bsclib.model.status import SYMBOLS
from bsclib.plots import canvas
from bsclib.plots.canvas import png
from bsclib.plots.palette import COLOURS
from bsclib.scoring.published import METHODS
from bsclib.scoring.scores import score

LINKS = [
    {"cause": "mttr", "effect": "cost", "sign": "+", "lag": 2},
    {"cause": "leavers", "effect": "mttr", "sign": "-", "lag": 6},
]
CARD = desk(links=LINKS, events=[{"period": "2026-03", "kind": "tool_change", "kpis": ["leavers"]}])
MONTHS = [f"2025-{month:02d}" for month in range(7, 13)] + [f"2026-{month:02d}" for month in range(1, 7)]


def observed(card, units=("North", "South", "East"), seed=0, share=0.85):
    """Actuals between the floor and beyond the target of each KPI, some of them missing."""
    rng = np.random.default_rng(seed)
    rows = []
    for kpi in card.kpis:
        ends = kpi.range if kpi.direction == "within_range" else (kpi.floors()[0], kpi.final_target)
        for unit in units:
            for month in MONTHS:
                value = ends[0] + rng.uniform(-0.2, 1.3) * (ends[1] - ends[0])
                if rng.random() < share and np.isfinite(value):
                    rows.append((unit, kpi.id, month, value))
    return table(*rows, columns="unit kpi period actual")


def all_pictures(card, scores):
    yield plots.plot_heat_map(scores)
    yield plots.plot_trends(scores, card)
    yield plots.plot_score_trend(scores)
    yield plots.plot_score_trend(scores, ids=[*card.names][-12:])
    yield plots.plot_contributions(scores)
    yield plots.plot_contributions(scores, card.objectives[-1].id, most=2)
    yield plots.plot_strategy_map(card)
    yield plots.plot_strategy_map(card, scores)
    yield plots.plot_strategy_map(card, scores, level="kpi")


@pytest.fixture(scope="module")
def scores():
    return score(CARD, observed(CARD))


def large(count, name):
    """A scorecard of many KPIs, four a perspective's objective, each linked with one further on."""
    perspectives = [{"id": f"p{at}", "name": name(f"perspective {at}")} for at in range(4)]
    objectives = [{"id": f"o{at}", "name": name(f"objective {at}"), "perspective": f"p{at % 4}"} for at in range(count)]
    kpis = [
        {"id": f"k{at}", "name": name(f"KPI {at}"), "objective": f"o{at}", "direction": "higher_is_better", "floor": 0}
        | {"target": 10.0 ** (at % 7 - 2), "measured_in": "tickets a month"}
        for at in range(count)
    ]
    links = [
        {"cause": f"k{at}", "effect": f"k{(at * 7 + 3) % count}", "sign": "+", "lag": at} for at in range(0, count, 2)
    ]
    links = [link for link in links if link["cause"] != link["effect"]]
    return build(
        {
            "id": "large",
            "name": name("scorecard"),
            "perspectives": perspectives,
            "objectives": objectives,
            "kpis": kpis,
            "links": links,
        }
    )


# ----------------------------------------------------------------------------------------- what holds for every picture


@pytest.mark.parametrize("count", [1, 6, 30])
@pytest.mark.parametrize(
    "name",
    [
        lambda text: text,
        lambda text: f"{text}: the share of all the work that was done as it had been promised to those who wait",
        lambda text: f"$x_1$ <b>&amp;</b> \"{text}\" 'it' \\frac",
        lambda text: "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 6,
    ],
    ids=["short", "long", "signs", "one word of 480 letters"],
)
def test_no_text_overlaps_another_or_leaves_the_sheet(count, name):
    card = large(count, name)
    scores = score(card, observed(card, units=["North", name("unit")]))
    for picture in all_pictures(card, scores):
        check(picture)


@settings(few, phases=[Phase.explicit, Phase.reuse, Phase.generate])  # drawing is too slow to shrink with
@given(scorecards(), st.integers(0, 9))
def test_any_scorecard_can_be_drawn(card, seed):
    units = ["مرحبا", "$a_b$ <i>", "👩‍👩‍👧", "x" * 300][: 1 + seed % 4]
    try:
        with np.errstate(all="ignore"):
            scores = score(card, observed(card, units, seed))
    except ActualsError:  # nothing was observed, or not in parts
        return
    for picture in all_pictures(card, scores):
        check(picture)


def test_nothing_to_draw_is_drawn():
    card = desk()
    scores = score(card, table(("mttr", "2026-01", np.nan), ("cost", "2026-01", 120.0), ("cost", "2026-02", np.nan)))
    for picture in all_pictures(card, scores):
        check(picture)
    assert any("no data" in word for word in words(plots.plot_trends(scores, card)))


def test_no_figure_stays_open_and_no_setting_is_changed(scores):
    before = dict(mpl.rcParams)
    for picture in all_pictures(CARD, scores):
        png(picture)
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before


def test_pictures_look_the_same_whatever_the_reader_has_set(scores):
    plain = png(plots.plot_trends(scores, CARD), dpi=50)
    with mpl.rc_context({"axes.facecolor": "black", "text.color": "white", "font.family": "serif", "axes.grid": True}):
        assert png(plots.plot_trends(scores, CARD), dpi=50) == plain


def test_importing_the_library_draws_in_no_matplotlib():
    code = "import sys, bsclib.scoring.views, bsclib.causality, bsclib.cli.terminal; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"matplotlib", "networkx", "bsclib.plots"} & set(done.stdout.split()) == set(), "`bsc score` waits for each"


def test_png_keeps_the_colours_of_a_status(scores):
    image = Image.open(io.BytesIO(png(plots.plot_heat_map(scores), dpi=100)))
    found = {to_hex(np.array(colour) / 255) for _, colour in image.convert("RGB").getcolors(1 << 16)}
    shown = scores[scores["level"].isin(["scorecard", "perspective"]) & (scores["period"] == MONTHS[-1])]["status"]
    assert {COLOURS[one] for one in shown.unique()} <= found
    assert image.info["dpi"] == pytest.approx((100, 100), abs=1)


@pytest.fixture
def notebook():
    """What IPython's display talks to."""
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


@pytest.mark.usefixtures("notebook")
def test_show_displays_once_with_its_alternative_text(scores):
    axes = plots.plot_heat_map(scores)
    with capture_output() as captured:
        plots.show(axes)
    (output,) = captured.outputs
    alt = plots.alt_text(axes)
    assert output.metadata["image/png"]["alt"] == alt == output.data["text/plain"]
    assert output.metadata["image/png"]["width"] > 400
    json.dumps(output.data)
    assert plt.get_fignums() == []


def test_a_person_gets_words_with_the_picture_and_a_dark_one_at_night(notebook, scores):
    """A report's maker takes no input, and gets the image alone: the page around it does the same."""
    request = {"content": {"allow_stdin": True}}
    notebook.kernel = SimpleNamespace(get_parent=lambda channel: request)
    with capture_output() as captured:
        plots.show(plots.plot_heat_map(scores))
    (output,) = captured.outputs
    assert 'alt="Heat map of ' in output.data["text/html"]
    assert 'data-jp-theme-light="false"' in output.data["text/html"]
    request["content"]["allow_stdin"] = False
    with capture_output() as captured:
        plots.show(plots.plot_heat_map(scores))
    assert "text/html" not in captured.outputs[0].data


def test_show_says_the_words_where_nothing_can_be_seen(scores, capsys):
    axes = plots.plot_heat_map(scores)
    plots.show(axes)
    assert capsys.readouterr().out.strip() == plots.alt_text(axes)


@pytest.mark.usefixtures("notebook")
def test_show_takes_anybodys_figure_and_closes_it():
    figure, axes = plt.subplots()
    figure.set_label("A line that rises from 1 to 2.")
    axes.plot([1, 2])
    with capture_output() as captured:
        plots.show(figure)
    assert captured.outputs[0].metadata["image/png"]["alt"] == "A line that rises from 1 to 2."
    assert plt.get_fignums() == []


@pytest.mark.usefixtures("notebook")
def test_a_heavy_picture_is_a_drawing_too_unless_somebody_has_drawn_on_it(scores, monkeypatch):
    monkeypatch.setattr(canvas, "HEAVY", 1000)
    drawn_on, seen_before = (plots.plot_trends(scores, CARD) for _ in range(2))
    drawn_on.axhline(1)
    drawn_on.figure.draw_without_rendering()
    png(seen_before)
    with capture_output() as captured:
        for picture in (seen_before, drawn_on, plots.plot_heat_map(scores)):
            plots.show(picture)
    drawing, *others = captured.outputs
    assert drawing.data["image/svg+xml"].count("<svg") == 1
    assert drawing.metadata["image/svg+xml"] == drawing.metadata["image/png"]
    assert not any("image/svg+xml" in other.data for other in others)


def test_alternative_text_says_how_many_and_which_way(scores):
    assert "5 units" not in plots.alt_text(plots.plot_heat_map(scores))
    assert "4 perspectives and 3 units" in plots.alt_text(plots.plot_heat_map(scores))
    assert "4 KPIs" in plots.alt_text(plots.plot_trends(scores, CARD))
    assert "1 KPI of" in plots.alt_text(plots.plot_trends(scores, CARD, ids=["mttr"]))
    assert "2 arrows" in plots.alt_text(plots.plot_strategy_map(CARD, scores))
    overall = scores[(scores["unit"] == "") & (scores["id"] == "desk")].set_index("period")["score"]
    change = overall["2026-06"] - overall["2026-05"]
    way = f"{'up' if change > 0 else 'down'} {abs(change):.1f} since May 2026"
    assert f"Overall {overall['2026-06']:.1f}" in plots.alt_text(plots.plot_heat_map(scores))
    assert way in plots.alt_text(plots.plot_heat_map(scores))


@pytest.mark.parametrize(
    "draw",
    [
        lambda scores: plots.plot_heat_map(scores, period="2031-01"),
        lambda scores: plots.plot_contributions(scores, "mtrr"),
        lambda scores: plots.plot_contributions(scores, unit="Nroth"),
        lambda scores: plots.plot_contributions(scores, period="2031-01"),
        lambda scores: plots.plot_trends(scores, CARD, unit="Nort"),
        lambda scores: plots.plot_trends(scores, CARD, ids=["mtrr"]),
        lambda scores: plots.plot_score_trend(scores, ids=["mtrr"]),
        lambda scores: plots.plot_strategy_map(CARD, scores, level="objectives"),
    ],
)
def test_unknown_names_are_refused(scores, draw):
    with pytest.raises(UnknownNameError, match="there is no"):
        draw(scores)


def test_drawing_nothing_is_refused(scores):
    with pytest.raises(BscError, match="no KPI to draw"):
        plots.plot_trends(scores, CARD, ids=[])
    with pytest.raises(BscError, match="nothing to draw"):
        plots.plot_score_trend(scores, ids=[])
    with pytest.raises(BscError, match="at least one month"):
        plots.plot_trends(scores, CARD, months=0)


# -------------------------------------------------------------------------------------------------------- each picture


def test_heat_map_colours_and_labels_every_cell(scores):
    axes = plots.plot_heat_map(scores)
    (mesh,) = (one for one in axes.collections if isinstance(one, QuadMesh))
    shown = scores[scores["level"].isin(["scorecard", "perspective"]) & (scores["period"] == MONTHS[-1])]
    overall = shown[shown["level"] == "scorecard"].set_index("unit")["score"]
    order = ["", *overall.iloc[1:].sort_values().index]
    assert [one.get_text() for one in axes.get_yticklabels()] == ["Whole organisation", *order[1:]]
    expected = [SYMBOLS[one] for unit in order for one in shown[shown["unit"] == unit]["status"]]
    assert [one.get_text()[0] for one in axes.texts] == expected
    colours = [to_hex(one) for one in mesh.to_rgba(mesh.get_array()).reshape(-1, 4)]
    assert colours == [COLOURS[{v: k for k, v in SYMBOLS.items()}[one]] for one in expected]
    empty = [one for one in axes.patches if isinstance(one, Rectangle) and one.get_hatch()]
    assert len(empty) == expected.count(SYMBOLS["no_data"]) > 0
    assert words(axes).count("○ no data") == len(empty)


def test_heat_map_tells_how_each_unit_stood_a_year_ago():
    months = pd.period_range("2024-12", "2025-12", freq="M").astype(str)
    rows = [(unit, "k0", month, 4 + at % 3) for unit in ("north", "south") for at, month in enumerate(months)]
    scores = score(oddities.card(), oddities.actuals(*rows, ("east", "k0", "2025-12", 5)))
    axes = plots.plot_heat_map(scores)
    before = scores[(scores["period"] == "2024-12") & (scores["level"] == "scorecard")].set_index("unit")["score"]
    names = [one.get_text() for one in axes.get_yticklabels()]
    column = [one.get_text().split()[-1] for one in axes.texts if 1 < one.get_position()[0] < 2]
    told = [before.get("" if name == "Whole organisation" else name, float("nan")) for name in names]
    assert column == ["data" if pd.isna(one) else f"{one:.1f}" for one in told]
    assert "a year ago" in " ".join(one.get_text().replace("\n", " ") for one in axes.get_xticklabels())
    marked = [one.get_text() for one in plots.plot_heat_map(scores, unit="south").get_yticklabels()]
    assert marked == [f"▸ {name}" if name == "south" else name for name in names]
    assert "a year ago" not in str([one.get_text() for one in plots.plot_heat_map(scores, "2025-06").get_xticklabels()])


def test_heat_map_of_many_units_keeps_the_weakest():
    units = [f"unit {at}" for at in range(50)]
    scores = score(CARD, observed(CARD, units))
    axes = plots.plot_heat_map(scores, most=10)
    check(axes)
    overall = scores[(scores["id"] == "desk") & (scores["period"] == MONTHS[-1])].set_index("unit")["score"].iloc[1:]
    assert [one.get_text() for one in axes.get_yticklabels()][1:] == list(overall.nsmallest(10).index)
    assert any("40 stronger units are not drawn" in word for word in words(axes))
    assert "50 units" in plots.alt_text(axes)


def test_trends_leave_gaps_and_end_in_a_status():
    actuals = table(
        *[("leavers", month, value) for month, value in zip(MONTHS, range(12), strict=True) if value not in (4, 6)]
    )
    scores = score(CARD, actuals)
    axes = plots.plot_trends(scores, CARD, ids=["leavers"], months=24)
    lines = {line.get_label(): line for line in axes.lines}
    drawn = np.asarray(lines["leavers actual"].get_ydata())
    assert np.flatnonzero(np.isnan(drawn)).tolist() == [4, 6]
    assert np.asarray(lines["leavers expected"].get_ydata()).tolist() == [10] * 12
    lone = [line for line in axes.lines if line.get_marker() == "."]
    assert [list(line.get_ydata()) for line in lone] == [[5]]
    last = [
        line
        for line in axes.lines
        if line.get_marker() == "o" and len(line.get_ydata()) == 1 and line.get_ydata()[0] == 11
    ]
    assert len(last) == 1
    assert {"known break", "Leavers", "2026"} <= set(words(axes))


def test_trends_name_years_once_a_column(scores):
    found = words(plots.plot_trends(score(CARD, observed(CARD)), CARD))
    assert found.count("2026") == 4
    assert words(plots.plot_trends(scores, CARD, months=3)).count("2026-04") == 4


def test_score_trend_names_each_line_at_its_end(scores):
    axes = plots.plot_score_trend(scores, months=6)
    ids = ["desk", *(one.id for one in CARD.perspectives)]
    assert sorted(line.get_label() for line in axes.lines if line.get_label() in ids) == sorted(ids)
    stand = scores[(scores["unit"] == "") & (scores["period"] == MONTHS[-1])].set_index("id")
    labels = [one.get_text() for one in axes.texts]
    assert labels[0].startswith(f"Overall  {stand.loc['desk', 'score']:.1f}")
    assert all(SYMBOLS[stand.loc[id, "status"]] in label for id, label in zip(ids, labels, strict=True))


def steps(axes):
    """How far each bar of a waterfall leads down, groups' brackets apart."""
    return [-one.get_width() for one in axes.patches if one.get_height() > 0.5]


def test_contributions_lead_from_100_to_the_score(scores):
    for unit in ("", "North", "South"):
        here = scores[(scores["unit"] == unit) & (scores["period"] == MONTHS[-1])].set_index("id")
        for id in (CARD.id, "operational_excellence", "fast", "mttr"):
            axes = plots.plot_contributions(scores, id, unit=unit, most=1)
            check(axes)
            total = here.loc[id, "score"]
            if np.isnan(total):
                assert any(word.startswith("No score:") for word in words(axes))
                continue
            assert 100 - sum(steps(axes)) == pytest.approx(total)
            assert f"score {total:.1f}" in words(axes)
            assert f"{total:.1f}" in plots.alt_text(axes)


def test_contributions_by_hand():
    """Half way (50) and on target (100), 3 to 1: 100 less 3/4 of 50 is 62.5; what is missing carries nothing."""
    kpis = [
        {"id": id, "name": id.upper(), "objective": "fast", "direction": "higher_is_better", "floor": 0, "target": 10}
        | {"weight": weight}
        for id, weight in (("a", 3), ("b", 1), ("c", 5), ("d", 0))
    ]
    card = desk(kpis=kpis)
    scores = score(card, table(("a", "2026-06", 5), ("b", "2026-06", 12), ("d", "2026-06", 1)))
    axes = plots.plot_contributions(scores)
    check(axes)
    assert steps(axes) == pytest.approx([37.5, 0])
    found = words(axes)
    assert {"◆ A", "−37.5", "score 50.0 · share 75.0 %", "● B", "score 100.0 · share 25.0 %", "score 62.5"} <= set(
        found
    )
    assert {"2 KPIs", "carried nothing"} <= set(found)
    bar = axes.patches[0]
    assert to_hex(bar.get_facecolor()) == COLOURS["off_target"]
    assert (bar.get_x(), bar.get_x() + bar.get_width()) == pytest.approx((100, 62.5))
    assert "Costliest: A −37.5. 2 KPIs carried nothing." in plots.alt_text(axes)


def test_contributions_name_the_costliest_and_put_the_rest_together(scores):
    card = large(30, str)
    found = score(card, observed(card))
    axes = plots.plot_contributions(found, most=5)
    assert sum("other KPIs" in word or word.endswith(" KPIs") for word in words(axes)) == 4
    brackets = [-one.get_width() for one in axes.patches if one.get_height() < 0.5]
    assert sum(brackets) == pytest.approx(sum(steps(axes)))
    assert brackets == sorted(brackets, reverse=True)
    assert len(steps(axes)) == 5 + 4


def test_contributions_of_nothing_lost_and_of_nothing_known():
    scores = score(desk(), table(("leavers", "2026-05", 1), ("leavers", "2026-06", np.nan)))
    axes = plots.plot_contributions(scores, period="2026-05")
    check(axes)
    assert "No KPI costs a point." in plots.alt_text(axes)
    assert "No score: nothing below it that carries weight was scored." in words(plots.plot_contributions(scores))


def test_contributions_above_100_are_gains():
    """A method that lets scores run beyond 100."""
    beyond = dataclasses.replace(METHODS["kit"], name="beyond", held=False)
    kpis = [{**DESK["kpis"][3], "id": id} for id in ("leavers", "movers")]
    scores = score(desk(kpis=kpis), table(("leavers", "2026-06", 5), ("movers", "2026-06", 18)), method=beyond)
    axes = plots.plot_contributions(scores)
    check(axes)
    assert steps(axes) == pytest.approx([40, -25])
    assert "+25.0" in words(axes)


def test_strategy_map_colours_boxes_and_keeps_names_inside(scores):
    axes = plots.plot_strategy_map(CARD, scores)
    stand = scores[(scores["unit"] == "") & (scores["period"] == MONTHS[-1])].set_index("id")
    boxes = [one for one in axes.patches if isinstance(one, Rectangle) and one.get_linewidth() == 0.8]
    assert sorted(to_hex(one.get_facecolor()) for one in boxes) == sorted(
        COLOURS[stand.loc[one.id, "status"]] for one in CARD.objectives
    )
    assert sum(isinstance(one, FancyArrowPatch) for one in axes.patches) == 2 * 2  # each on a white line
    found = texts(axes)
    places = [one.get_window_extent() for one in boxes]
    for name in ("Restore fast", "Cost less", "Keep staff"):
        (box,) = (place for text, place in found if text == name)
        assert any(p.x0 <= box.x0 and box.x1 <= p.x1 and p.y0 <= box.y0 and box.y1 <= p.y1 for p in places)
    assert {"2 mo", "6 mo", "helps", "hinders"} <= set(words(axes))


def test_strategy_map_of_kpis_shows_signs_and_actuals(scores):
    found = words(plots.plot_strategy_map(CARD, scores, level="kpi"))
    assert {"+ 2 mo", "− 6 mo"} <= set(found)
    leavers = scores[(scores["unit"] == "") & (scores["id"] == "leavers")].iloc[-1]
    assert f"{SYMBOLS[leavers['status']]} {CARD.kpi('leavers').show(leavers['actual'])}" in found


def test_the_range_of_a_year_grows_with_it():
    fields = {"target": [1200, 1800], "floor": None, "aggregate": "sum", "cumulates": "year"}
    card = one_kpi(direction="within_range", **fields)
    rows = table(*(("k", f"2026-{month:02d}", 110.0) for month in (1, 2, 3)))
    axes = plots.plot_trends(score(card, rows), card)
    bands = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    assert [(band.get_y(), band.get_y() + band.get_height()) for band in bands] == [(100, 150), (200, 300), (300, 450)]
    assert "330 (expected 300 to 450)" in plots.alt_text(axes.figure)


def test_a_range_of_one_unit():
    units = [{"unit": "North", "target": [5, 6], "floor": [4, 8]}]
    card = one_kpi(direction="within_range", target=[6, 7], floor=None, unit_targets=units)
    rows = table(("North", "k", "2026-01", 5.5), ("South", "k", "2026-01", 6.5), columns="unit kpi period actual")
    scores = score(card, rows)
    for unit, low, high in (("North", 5, 6), ("South", 6, 7)):
        (band,) = plots.plot_trends(scores, card, unit).patches
        assert (band.get_y(), band.get_y() + band.get_height()) == (low, high)
