import itertools

import numpy as np
import pandas as pd
import pytest
import tested
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle
from oddities import RUDE
from pictures import check, words
from samples import DESK, desk

from bsclib import read_actuals, read_scorecard
from bsclib.actuals.departures import find_departures
from bsclib.causality.evidence.links import link_evidence
from bsclib.errors import UnknownNameError
from bsclib.model.periods import period_of
from bsclib.plots import alt_text, plot_link
from bsclib.plots.palette import BANDS

LONG = "the share of all the work that was done as it had been promised to those who wait"
IDS = [kpi["id"] for kpi in DESK["kpis"]]
START = 2021 * 12


@pytest.fixture(scope="module")
def case():
    card = read_scorecard("meridian")
    actuals = read_actuals("meridian", card)
    return card, actuals, link_evidence(card, actuals)


def observed(card, months=48, seed=0):
    """Actuals of the service desk that wander."""
    random = np.random.default_rng(seed)
    rows = [(kpi.id, period_of(START + at), 50 + random.normal()) for kpi in card.kpis for at in range(months)]
    return pd.DataFrame(rows, columns=["kpi", "period", "actual"])


def chart(axes):
    """The axis of effects, beside the series."""
    return next(one for one in axes.figure.axes if one is not axes)


def line(axes, label):
    return next(one for one in axes.lines if one.get_label() == label)


def test_the_cause_is_drawn_as_many_months_earlier_as_the_lag_found(case):
    card, actuals, found = case
    left = find_departures(actuals, card)
    axes = plot_link(found, card, actuals, "patch-latency", "audit-findings")
    row = found.set_index(["cause", "effect"]).loc[("patch-latency", "audit-findings")]
    assert row["lag_found"] == 3
    effect, cause = (np.asarray(line(axes, name).get_ydata(), float) for name in ("effect", "cause"))
    assert effect == pytest.approx(left["audit-findings"].to_numpy(), nan_ok=True)
    earlier = left["patch-latency"].shift(3).to_numpy()
    assert np.nanmax(np.abs(cause)) == pytest.approx(np.nanmax(np.abs(effect))), "each is scaled to its own reach"
    assert np.corrcoef(cause[3:], earlier[3:])[0, 1] == pytest.approx(1)
    assert any("3 months earlier" in word and "upside down" not in word for word in words(axes))


def test_a_negative_link_turns_the_cause_upside_down(case):
    card, actuals, found = case
    axes = plot_link(found, card, actuals, "mttr", "sla-met")
    left = find_departures(actuals, card)["mttr"].to_numpy()
    assert np.corrcoef(np.asarray(line(axes, "cause").get_ydata(), float), left)[0, 1] == pytest.approx(-1)
    assert any("in the same month, upside down" in word for word in words(axes))


def test_what_is_reported_by_the_quarter_is_drawn_by_the_quarter(case):
    card, actuals, found = case
    axes = plot_link(found, card, actuals, "csat", "user-nps")
    left = find_departures(actuals, card)
    assert len(line(axes, "effect").get_ydata()) == left["user-nps"].notna().sum() == 20
    months = left["csat"].rolling(3, min_periods=1).mean().shift(2)[left["user-nps"].notna()].to_numpy()
    cause = np.asarray(line(axes, "cause").get_ydata(), float)
    both = ~np.isnan(months)
    assert np.corrcoef(cause[both], months[both])[0, 1] == pytest.approx(1)


def test_a_quarters_cause_holds_over_its_months(case):
    card, actuals, _ = case
    other = card.model_copy(update={"links": (card.links[0].model_copy(update={"cause": "engagement"}),)})
    effect = card.links[0].effect
    axes = plot_link(tested.evidence(other, ["supported"]), other, actuals, "engagement", effect)
    cause = np.asarray(line(axes, "cause").get_ydata(), float)
    assert len(set(cause[3:6].round(9))) == 1
    assert np.isfinite(cause[3:]).all()


def test_the_axis_of_effects_holds_zero_the_interval_and_the_band(case):
    card, actuals, found = case
    axes = plot_link(found, card, actuals, "mttr", "sla-met")
    row = found.set_index(["cause", "effect"]).loc[("mttr", "sla-met")]
    beside = chart(axes)
    assert line(beside, "interval").get_xdata() == pytest.approx([row["low"], row["high"]])
    assert line(beside, "estimate").get_xdata() == pytest.approx([row["estimate"]])
    (band,) = (one for one in beside.patches if isinstance(one, Rectangle) and to_hex(one.get_facecolor()) == BANDS[0])
    assert (band.get_x(), band.get_x() + band.get_width()) == pytest.approx((-0.3, 0))
    low, high = beside.get_xlim()
    assert low < row["low"] < high
    assert low < 0 < high
    assert {"✓ supported", "← as claimed", "the other way →", f"Rests on {row['months']} months."} <= set(words(axes))
    estimate, low, high = (f"{row[name]:.3g}".replace("-", "−") for name in ("estimate", "low", "high"))
    said = f"supported. Estimate {estimate}, interval {low} to {high}, from {row['months']} months. Below 0.3 it would"
    assert said in alt_text(axes)


def test_a_verdict_in_words_with_its_reason(case):
    card, actuals, found = case
    for verdict, said in (("refuted", "✗ refuted"), ("too_little_data", "? too little data")):
        row = found[found["verdict"] == verdict].iloc[0]
        axes = plot_link(found, card, actuals, row["cause"], row["effect"])
        check(axes)
        assert said in words(axes)
        assert any(word.startswith(row["reason"][:40]) for word in words(axes))


def test_what_was_not_tested_has_no_estimate(case):
    card, actuals, found = case
    axes = plot_link(found, card, actuals, "budget-variance", "cost-per-user")
    check(axes)
    assert axes.figure.axes == [axes]
    assert {"⊘ not testable", "60 months with both."} <= set(words(axes))
    assert any(word.startswith("Arithmetic") for word in words(axes))
    assert "stimate" not in alt_text(axes)


def test_one_unit(case):
    card, actuals, _ = case
    genoa = link_evidence(card, actuals, "Genoa")
    axes = plot_link(genoa, card, actuals, "mttr", "sla-met")
    check(axes)
    left = find_departures(actuals, card, "Genoa")["sla-met"].to_numpy()
    assert np.asarray(line(axes, "effect").get_ydata(), float) == pytest.approx(left, nan_ok=True)
    assert any(word.startswith("Genoa · claimed: more means less, in the same month") for word in words(axes))
    assert not any("tested unit by unit" in word for word in words(axes))


def test_of_two_lags_the_one_that_is_asked_for():
    card = desk(links=[{"cause": "mttr", "effect": "cost", "sign": "+", "lag": lag} for lag in (1, 3)])
    found, actuals = tested.evidence(card, ["supported", "refuted"]), observed(card)
    assert "✓ supported" in words(plot_link(found, card, actuals, "mttr", "cost"))
    assert "✗ refuted" in words(plot_link(found, card, actuals, "mttr", "cost", lag=3))
    with pytest.raises(UnknownNameError, match=r"no link from 'mttr' to 'cost' at lag 2\. Allowed: mttr → cost"):
        plot_link(found, card, actuals, "mttr", "cost", lag=2)


def test_a_link_that_is_not_there_is_refused():
    card = tested.chain()
    found, actuals = tested.evidence(card), observed(card)
    with pytest.raises(UnknownNameError, match="no link from 'cost' to 'mttr'"):
        plot_link(found, card, actuals, "cost", "mttr")
    with pytest.raises(UnknownNameError, match="there is no KPI 'mtrr'"):
        plot_link(found, card, actuals, "mtrr", "cost")
    with pytest.raises(UnknownNameError, match="unit in the evidence 'North'"):
        plot_link(found, card, actuals, "mttr", "cost", unit="North")


@pytest.mark.parametrize("name", [lambda text: f"{text}: {LONG}", *(lambda _, one=one: one for one in RUDE.values())])
def test_any_names_and_units_of_measure(name):
    kpis = [{**kpi, "name": name(kpi["id"]), "measured_in": name("hours")[:40]} for kpi in DESK["kpis"]]
    card = desk(links=tested.CHAIN, kpis=kpis)
    found = tested.evidence(card, reason=name("reason") * 4)
    for link in card.links:
        check(plot_link(found, card, observed(card), link.cause, link.effect))


@pytest.mark.parametrize("size", [1e-7, 1.0, 1e9])
@pytest.mark.parametrize(("low", "high"), [(0.5, 2.0), (-3.0, 0.1), (np.nan, np.nan), (-np.inf, np.inf)])
def test_any_size_of_effect(size, low, high):
    card = desk(links=tested.CHAIN[:2])
    found = tested.evidence(card, ["supported"], sizes=[size], low=low * size, high=high * size)
    check(plot_link(found, card, observed(card), "leavers", "mttr"))


def test_any_size_of_departures():
    for size, months in itertools.product((1e-8, 1e7), (8, 48)):
        card = tested.chain()
        actuals = observed(card, months).assign(actual=lambda rows, size=size: rows["actual"] * size)
        check(plot_link(tested.evidence(card), card, actuals, "mttr", "cost"))


@pytest.mark.parametrize("silent", [["cost"], ["mttr"], ["mttr", "cost"]])
def test_a_kpi_without_actuals_leaves_the_field_empty(silent):
    card = tested.chain()
    actuals = observed(card)
    axes = plot_link(tested.evidence(card), card, actuals[~actuals["kpi"].isin(silent)], "mttr", "cost")
    check(axes)
    assert any("nothing was left of both" in word for word in words(axes))


def test_a_constant_kpi_and_one_month():
    card = tested.chain()
    actuals = observed(card)
    check(plot_link(tested.evidence(card), card, actuals.assign(actual=7.0), "mttr", "cost"))
    check(plot_link(tested.evidence(card), card, actuals[actuals["period"] == "2021-01"], "mttr", "cost"))
