import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.regression.linear_model import GLS

from bsclib.errors import ActualsError, UnknownNameError
from bsclib.signals import step_regression
from bsclib.signals.interrupted_series import LONGEST, effect_of, months_needed
from bsclib.signals.step_regression import Observed, fit_step, fit_steps, weighted

# Lopez Bernal, Cummins and Gasparrini 2017: acute coronary events in Sicily, 2002-01 to 2006-11, and standardised
# population; smoking was banned in January 2005 (github gasparrini/2017_lopezbernal_IJE_codedata, sicily.csv).
EVENTS = """728 659 791 734 757 726 760 740 720 814 795 858 887 766 851 769 781 756 766 752 765 831 879 928 914 808 937
840 916 828 845 818 860 839 887 886 831 796 833 820 877 758 767 738 781 843 850 908 1021 859 976 888 962 838 810 876 843
936 912"""
PEOPLE = """379875.3 376495.5 377040.8 377116.4 377383.4 374113.1 379513.3 376295.5 374653.2 378485.6 375955.5
378349.7 376762.4 379032.3 379360.4 376162 377972.4 381830.7 379888.6 380872.2 380966.9 381240.4 382104.9 381802.7
381656.3 383680 383504.2 386462.9 383783.1 380836.8 383483 380906.2 382926.8 384052.4 384449.6 383428.4 388153.2
388373.2 386470.1 386033.2 383686.4 385509.3 385901.9 386516.6 388436.5 383255.2 390148.7 385874.9 391613.6 391750.4
394005.6 391364.9 391664.6 389022.3 391878.5 388575.3 392989 390018.8 390712.3"""
MONTHS = pd.period_range("2022-01", periods=60, freq="M")


def sicily():
    months = pd.period_range("2002-01", periods=59, freq="M")
    return (pd.Series([float(word) for word in text.split()], index=months) for text in (EVENTS, PEOPLE))


def drawn(step=0.0, seed=1, memory=0.4, months=60, start=45):
    noise = np.random.default_rng(seed).standard_normal(months + 50)
    for i in range(1, len(noise)):
        noise[i] += memory * noise[i - 1]
    return pd.Series(noise[50:] + step * (np.arange(months) >= start), index=MONTHS[:months])


def only(frame):
    assert len(frame) == 1
    return frame.iloc[0]


def test_sicily_poisson():
    events, people = sicily()
    effect = only(effect_of(events, "2005-01", exposure=people, adjust=()))
    assert effect[["effect", "low", "high"]].round(4).tolist() == [0.8944, 0.8647, 0.9251]
    assert effect["verdict"] == "effect_seen"
    assert effect["reason"].endswith("which is a weak check: 20 would be needed")


def test_sicily_with_season_and_memory_is_wider_and_still_seen():
    events, people = sicily()
    effect = only(effect_of(events, "2005-01", exposure=people))
    assert effect["season"]
    assert 0.8 < effect["low"] < 0.86
    assert 0.92 < effect["high"] < 0.95  # the paper's own, with a season and overdispersion: .839 to .933
    assert effect["verdict"] == "effect_seen"


def test_with_a_given_memory_it_is_the_gls_of_statsmodels():
    series = drawn(2.0, memory=0.5)
    month = np.arange(60)
    design = np.column_stack([np.ones(60), month >= 45, month]).astype(float)
    size, error, left = weighted(series.to_numpy(), design, month, 0.5)
    fit = GLS(series.to_numpy(), design, sigma=0.5 ** np.abs(month[:, None] - month)).fit()
    assert [size, error * np.sqrt(left / 57)] == pytest.approx([fit.params[1], fit.bse[1]])


@pytest.mark.parametrize("memory", [0.0, 0.3, 0.6])
def test_memory_is_estimated_without_its_bias(memory):
    month = 24000 + np.arange(60)
    kept = [
        fit_step(Observed(month, drawn(seed=seed, memory=memory).to_numpy()), 24045, ("memory",)).memory
        for seed in range(200)
    ]
    assert np.median(kept) == pytest.approx(memory, abs=0.05)


@given(
    seed=st.integers(0, 50),
    factor=st.sampled_from([-3.0, 0.01, 1000.0]),
    shift=st.floats(-50, 50),
    slope=st.floats(-2, 2),
)
def test_another_scale_and_another_line_change_nothing(seed, factor, shift, slope):
    series = drawn(1.5, seed)
    plain = only(effect_of(series, "2025-10", adjust=("memory",)))
    moved = only(effect_of(factor * series + shift + slope * np.arange(60), "2025-10", adjust=("memory",)))
    ends = sorted([factor * plain["low"], factor * plain["high"]])
    assert moved["verdict"] == plain["verdict"]
    assert [moved["low"], moved["high"]] == pytest.approx(ends, rel=1e-5, abs=1e-7 * abs(factor))


def test_a_step_is_seen_and_none_is_not():
    assert only(effect_of(drawn(4.0), "2025-10"))["verdict"] == "effect_seen"
    quiet = only(effect_of(drawn(), "2025-10"))
    assert quiet["verdict"] == "no_effect_seen"
    assert quiet["low"] < 0 < quiet["high"]


def test_placebo_dates_are_those_that_leave_a_year_on_each_side():
    assert only(effect_of(drawn(), "2025-10"))["dates"] == 45 - 2 * 12 + 1
    assert "no earlier date leaves 12 months" in only(effect_of(drawn(4.0), "2023-06"))["reason"]


def test_steps_that_come_by_themselves_prove_nothing():
    restless = drawn(4.0, memory=0.0)
    restless[20:32] += 12.0
    effect = only(effect_of(restless, "2025-10", adjust=()))
    assert effect["larger"] > 1
    assert effect["verdict"] == "no_effect_seen"


@pytest.mark.parametrize(
    ("series", "start", "verdict", "needed"),
    [
        (drawn(4.0, start=58), "2026-11", "too_early", 3),
        (drawn(), "2027-03", "too_early", 3),
        (drawn(4.0), "2022-08", "too_little_data", 12),
        (drawn(months=3), "2022-02", "too_little_data", 12),
    ],
)
def test_too_few_months_on_a_side_are_said_with_how_many_are_needed(series, start, verdict, needed):
    effect = only(effect_of(series, start))
    assert (effect["verdict"], effect["months_needed"]) == (verdict, needed)
    assert str(needed) in effect["reason"]


def test_what_was_expected_tells_none_from_not_yet():
    series = drawn(0.5, memory=0.0)
    assert only(effect_of(series, "2025-10", expected_effect=9.0))["verdict"] == "no_effect_seen"
    wanted = 0.9 * max(only(effect_of(series[:48], "2025-10"))[["low", "high"]], key=abs)
    soon = only(effect_of(series[:48], "2025-10", expected_effect=wanted))
    assert soon["verdict"] == "too_early"
    assert 3 < soon["months_needed"] <= 60
    never = only(effect_of(series, "2025-10", expected_effect=0.1))
    assert never["verdict"] == "too_little_data"
    assert np.isnan(never["months_needed"])


def test_a_larger_effect_needs_fewer_months():
    series = Observed(24000 + np.arange(48), drawn(months=48).to_numpy())
    step = fit_step(series, 24045, ("memory",))
    needed = [months_needed(step, series, 24045, wanted, 0.95) for wanted in (1.2, 1.8, 9.0)]
    assert needed == sorted(needed, reverse=True)
    assert needed[0] > needed[-1]


def test_where_nothing_was_expected_none_is_none():
    assert only(effect_of(drawn(), "2025-10", expected_effect=0.0))["verdict"] == "no_effect_seen"


def test_of_counts_more_of_them_tell_sooner():
    needed = []
    for size in (50.0, 5000.0):
        counts = np.random.default_rng(4).poisson(size, 48).astype(float)
        series = Observed(24000 + np.arange(48), counts, np.full(48, 1000.0))
        step = fit_step(series, 24045, ("memory", "dispersion"))
        needed.append(months_needed(step, series, 24045, np.log(0.8), 0.95))
    assert needed[1] < needed[0] <= LONGEST


def test_what_others_share_is_taken_out():
    common = drawn(seed=9) * 5
    own = drawn(3.0, seed=2, memory=0.0) + common
    others = pd.DataFrame({name: drawn(seed=seed, memory=0.0) + common for seed, name in ((3, "a"), (4, "b"))})
    alone, beside = (only(effect_of(own, "2025-10", comparison=given)) for given in (None, others))
    assert beside["high"] - beside["low"] < 0.5 * (alone["high"] - alone["low"])
    assert beside["verdict"] == "effect_seen"


def test_gaps_are_gaps():
    series = drawn(4.0)
    holes = series.drop(series.index[[5, 6, 20, 50]])
    with_nan = series.copy()
    with_nan.iloc[[5, 6, 20, 50]] = np.nan
    pd.testing.assert_frame_equal(effect_of(holes, "2025-10"), effect_of(with_nan, "2025-10"))
    assert only(effect_of(holes, "2025-10"))["months_before"] == 42


def test_a_constant_series_did_not_move_and_a_perfect_step_did():
    flat = pd.Series(5.0, index=MONTHS)
    still = only(effect_of(flat, "2025-10"))
    assert (still["verdict"], still["effect"], still["low"], still["high"]) == ("no_effect_seen", 0, 0, 0)
    flat[45:] = 7.0
    assert only(effect_of(flat, "2025-10"))[["verdict", "effect"]].tolist() == ["effect_seen", pytest.approx(2)]


def test_months_are_taken_as_text_and_in_any_order():
    series = drawn(4.0)
    text = pd.Series(series.to_numpy(), index=[str(month) for month in MONTHS]).sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(effect_of(text, "2025-10"), effect_of(series, "2025-10"))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: effect_of([1, 2], "2025-10"), "actual: this is no pandas Series. Got: list. Fix: index it by month"),
        (lambda: effect_of(pd.Series([1.0, 2.0]), "2025-10"), r"actual: this cannot be read: '0' is not a period"),
        (lambda: effect_of(pd.concat([drawn(), drawn()[:2]]), "2025-10"), "the month 2022-01 is given twice"),
        (lambda: effect_of(drawn() / 0, "2025-10"), "actual: January 2022 is infinite"),
        (lambda: effect_of(drawn(), "autumn"), "start: 'autumn' is not a period"),
        (lambda: effect_of(drawn(), "2025-10", level=95), "level: this is no level of an interval. Got: 95"),
        (lambda: effect_of(drawn(), "2025-10", comparison=drawn(), exposure=drawn()), "rates are not compared"),
        (lambda: effect_of(drawn() - 99, "2025-10", exposure=drawn() + 99), "actual: a count is negative"),
        (lambda: effect_of(drawn() ** 2, "2025-10", exposure=drawn() * 0), "2022-01: what events happen to is above 0"),
        (
            lambda: effect_of(drawn() ** 2, "2025-10", exposure=drawn() + 99, expected_effect=-1),
            "expected_effect: a ratio is above 0",
        ),
    ],
)
def test_what_cannot_be_read_is_said(make, message):
    with pytest.raises(ActualsError, match=message):
        make()


def test_an_unknown_adjustment_has_its_nearest():
    with pytest.raises(UnknownNameError, match=r"there is no adjustment 'seasons'.*did you mean 'season'"):
        effect_of(drawn(), "2025-10", adjust=["seasons"])


@pytest.mark.parametrize("season", [True, False, None], ids=str)
@pytest.mark.parametrize("counts", [True, False], ids=["counts", "values"])
def test_steps_at_several_months_are_those_at_each(season, counts, monkeypatch):
    """Also where not all of them are laid out at once, and where one cannot be told from a known break."""
    random = np.random.default_rng(3)
    month = np.delete(np.arange(200, 260), [7, 31])
    values = random.poisson(20, len(month)) + 3.0 * (month % 12 == 0)
    terms = (month >= 230).astype(float)[:, None]
    series = Observed(month, values, np.full(len(month), 9.0) if counts else None, terms)
    dates, adjust = range(212, 248), ("season", "memory", "dispersion")
    monkeypatch.setattr(step_regression, "LARGEST", 5 * len(month) ** 2)
    together = fit_steps(series, dates, adjust, season)
    assert together[dates.index(230)] is None
    for date, step in zip(dates, together, strict=True):
        alone = fit_step(series, date, adjust, season)
        assert (step is None) == (alone is None)
        if step is not None:
            assert (step.size, step.error, step.memory) == pytest.approx((alone.size, alone.error, alone.memory))
