import itertools

import numpy as np
import pandas as pd
import pytest
import tested
from matplotlib.colors import to_hex
from matplotlib.patches import FancyArrowPatch
from oddities import RUDE
from pictures import check, texts, words
from samples import DESK, desk

from bsclib import read_actuals, read_scorecard, score
from bsclib.causality.evidence.links import link_evidence
from bsclib.errors import BscError, UnknownNameError
from bsclib.model.build import build
from bsclib.plots import alt_text, plot_strategy_map
from bsclib.plots.verdicts import LOOKS, drawn_links

LONG = "the share of all the work that was done as it had been promised to those who wait"


def crowd(count, links, name=str, seed=0):
    """A scorecard of many KPIs in four perspectives, with so many links at random."""
    random = np.random.default_rng(seed)
    pairs = list(itertools.permutations(range(count), 2))
    chosen = sorted(random.choice(len(pairs), links, replace=False))
    return build(
        {
            "id": "crowd",
            "name": name("crowd"),
            "perspectives": [{"id": f"p{at}", "name": name(f"p{at}")} for at in range(4)],
            "objectives": [{"id": f"o{at}", "name": f"o{at}", "perspective": f"p{at}"} for at in range(4)],
            "kpis": [
                {"id": f"k{at}", "name": name(f"KPI {at}"), "objective": f"o{at % 4}", "floor": 0, "target": 9}
                | {"direction": "higher_is_better"}
                for at in range(count)
            ],
            "links": [
                {"cause": f"k{a}", "effect": f"k{b}", "sign": "+-"[a % 2], "lag": b % 13, "smallest_effect": 0.3}
                for a, b in (pairs[at] for at in chosen)
            ],
        }
    )


def drawn(axes):
    """The lines of the arrows, without the white ones beneath them."""
    return [one for one in axes.patches if isinstance(one, FancyArrowPatch)][1::2]


@pytest.fixture(scope="module")
def case():
    card = read_scorecard("meridian")
    return card, read_actuals("meridian", card)


@pytest.mark.parametrize("unit", [None, "Genoa"])
def test_the_shipped_case_can_be_read(case, unit):
    card, actuals = case
    found = link_evidence(card, actuals, unit)
    axes = plot_strategy_map(card, score(card, actuals), unit=unit, evidence=found)
    check(axes)
    labels = sorted(claim.label for claim in drawn_links(found, card))
    assert sorted(set(words(axes)) & set(labels)) == sorted(set(labels))
    assert len([word for word in words(axes) if word in labels]) == len(card.links), "each link says what it is"
    counts = found["verdict"].value_counts()
    assert f"{counts['supported']} supported" in alt_text(axes)
    for _, row in found[found["verdict"] == "refuted"].iterrows():
        assert card.names[row["cause"]][:30] in alt_text(axes)


def test_a_link_looks_like_its_verdict():
    card = tested.chain()
    found = tested.evidence(card, sizes=[2.0])
    axes = plot_strategy_map(card, evidence=found)
    check(axes)
    lines = dict(zip(found["verdict"], drawn(axes), strict=True))
    for verdict, line in lines.items():
        assert to_hex(line.get_edgecolor()) == LOOKS[verdict]["color"]
    styles = [str(line.get_linestyle()) for line in lines.values()]
    assert len(set(styles)) == 4, "not by colour alone"
    assert lines["supported"].get_linewidth() == pytest.approx(2.2)
    assert {"✓ −, 6 mo", "✗ +, 2 mo", "? +, 1 mo", "⊘"} <= set(words(axes))
    assert {"✓ supported", "✗ refuted", "? too little data", "⊘ not testable"} <= set(words(axes))
    assert {kpi.name for kpi in card.kpis} <= set(words(axes))


def test_alternative_text_counts_verdicts_and_names_what_is_refuted():
    card = tested.chain()
    alt = alt_text(plot_strategy_map(card, evidence=tested.evidence(card)))
    assert "4 links: 1 supported, 1 refuted, 1 too little data, 1 not testable." in alt
    assert "Refuted: Mean time to restore → Cost." in alt
    assert "Refuted" not in alt_text(plot_strategy_map(card, evidence=tested.evidence(card, ["supported"])))


def test_one_pair_may_be_linked_at_two_lags():
    twice = [{"cause": "mttr", "effect": "cost", "sign": "+", "lag": lag} for lag in (1, 3)]
    card = desk(links=twice)
    axes = plot_strategy_map(card, evidence=tested.evidence(card, ["supported", "refuted"]))
    check(axes)
    assert len(drawn(axes)) == 2
    assert {"✓ +, 1 mo", "✗ +, 3 mo"} <= set(words(axes))


def test_no_links_and_two():
    bare = desk()
    axes = plot_strategy_map(bare, evidence=tested.evidence(bare))
    check(axes)
    assert "4 KPIs, 0 links." in alt_text(axes)
    two = desk(links=tested.CHAIN[:2])
    axes = plot_strategy_map(two, evidence=tested.evidence(two))
    check(axes)
    assert "2 links: 1 supported, 1 refuted." in alt_text(axes)


def test_the_unit_of_the_evidence_is_the_unit_of_the_scores():
    card = tested.chain()
    rows = [(unit, "mttr", "2026-06", hours) for unit, hours in (("North", 4.0), ("South", 9.0))]
    scores = score(card, pd.DataFrame(rows, columns=["unit", "kpi", "period", "actual"]))
    axes = plot_strategy_map(card, scores, evidence=tested.evidence(card, unit="North"))
    check(axes)
    assert any(word.startswith("North · June 2026 · at an arrow: verdict") for word in words(axes))
    assert "● 4 hours" in words(axes)
    with pytest.raises(UnknownNameError, match="unit in the evidence 'South'"):
        plot_strategy_map(card, scores, unit="South", evidence=tested.evidence(card, unit="North"))


def test_an_arrow_between_objectives_is_drawn_by_what_speaks_most_for_it(case):
    card, actuals = case
    found = link_evidence(card, actuals)
    axes = plot_strategy_map(card, score(card, actuals), unit="Genoa", level="objective", evidence=found)
    check(axes)
    assert "Refuted: Satisfy the people who use" in alt_text(axes)
    assert sorted(word for word in words(axes) if "✗" in word) == ["✗ 3 mo", "✗ refuted by the data"]
    untold = [word for word in words(axes) if word.startswith(("?", "⊘")) and "mo" in word]
    assert len(untold) == 2, "an arrow of which the data cannot tell is dotted, and says so"
    assert "? ⊘ the data cannot tell" in words(axes)
    plain = plot_strategy_map(card, score(card, actuals), level="objective", evidence=found.assign(verdict="supported"))
    assert "Refuted" not in alt_text(plain)
    assert not any("?" in word for word in words(plain))


def test_a_level_that_is_not_known_is_refused():
    card = tested.chain()
    with pytest.raises(UnknownNameError, match="there is no level of the map 'kpis'"):
        plot_strategy_map(card, level="kpis", evidence=tested.evidence(card))


@pytest.mark.parametrize(
    "name", [str, lambda text: f"{text}: {LONG}", *(lambda _, one=one: one for one in RUDE.values())]
)
def test_any_names(name):
    card = crowd(7, 6, name)
    check(plot_strategy_map(card, evidence=tested.evidence(card, unit=name("unit"))))


@pytest.mark.parametrize(("count", "links"), [(27, 20), (27, 60)])
def test_no_label_lies_over_another_or_is_left_out(count, links):
    card = crowd(count, links)
    found = tested.evidence(card, lag_found=pd.array([at % 13 for at in range(links)], dtype="Int64"))
    axes = plot_strategy_map(card, evidence=found)
    check(axes)
    labels = {claim.label for claim in drawn_links(found, card)}
    assert sum(text in labels for text, _ in texts(axes)) == links


def test_without_evidence_nothing_is_said_of_verdicts(case):
    card, _ = case
    for level in (None, "objective", "kpi"):
        axes = plot_strategy_map(card, level=level)
        assert not any("supported" in word or "✓" in word for word in words(axes))
        assert {round(line.get_linewidth(), 2) for line in drawn(axes)} <= {1.3, 1.5}
    assert words(plot_strategy_map(card)) == words(plot_strategy_map(card, level="objective"))


def test_evidence_of_another_scorecard_is_refused():
    few = desk(kpis=DESK["kpis"][1:2])
    with pytest.raises(BscError, match="KPIs that the scorecard 'desk' does not have"):
        plot_strategy_map(few, evidence=tested.evidence(tested.chain()))
