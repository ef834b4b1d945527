import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oddities import card, kpi

from bsclib import read_actuals, read_scorecard
from bsclib.actuals.correlations import departure_correlations
from bsclib.design.selection.redundancy import cluster_order, redundancy_clusters, redundant_pairs
from bsclib.errors import BscError, UnknownNameError
from bsclib.model.periods import period_of

START = 2020 * 12


def observed(**series):
    """Long actuals from monthly series by KPI, all from January 2020 on."""
    frames = [
        pd.DataFrame({"kpi": id, "period": [period_of(START + at) for at in range(len(values))], "actual": values})
        for id, values in series.items()
    ]
    return pd.concat(frames)


def of(*ids, **more):
    return card(*(kpi(id, **more) for id in ids))


def noise(seed, length=60):
    return np.random.default_rng(seed).normal(size=length)


def test_a_shared_trend_and_season_do_not_make_two_kpis_redundant():
    month = np.arange(60)
    shared = 0.4 * month + 6 * (month % 12 == 11)
    calls, trips = shared + noise(1), shared + noise(2)
    assert np.corrcoef(calls, trips)[0, 1] > 0.95
    found = redundancy_clusters(observed(calls=calls, trips=trips), of("calls", "trips"))
    assert found["cluster"].tolist() == [1, 2]
    assert found["correlation"].abs().max() < 0.3
    assert found["nearest"].tolist() == ["trips", "calls"]


def test_two_names_for_one_thing_are_redundant_whichever_way_they_run():
    met = 90 + noise(1)
    series = observed(met=met, other=noise(2), missed=100 - met + 0.1 * noise(3), late=7 * (100 - met))
    found = redundancy_clusters(series, of("met", "other", "missed", "late")).set_index("kpi")
    assert found["cluster"].tolist() == [1, 2, 1, 1]
    assert found.loc["met", ["nearest", "correlation", "months"]].tolist() == ["late", -1, 60]
    assert abs(found.loc["missed", "correlation"]) > 0.99
    assert redundant_pairs(found.reset_index()) == [("met", "missed"), ("met", "late"), ("missed", "late")]


def test_a_known_break_does_not_make_two_kpis_redundant():
    step = 20 * (np.arange(60) >= 30)
    series = observed(a=step + noise(1), b=step + noise(2))
    broken = card(kpi("a"), kpi("b"), events=[{"period": "2022-07", "kind": "tool_change"}])
    assert redundancy_clusters(series, of("a", "b"))["cluster"].tolist() == [1, 1]
    assert redundancy_clusters(series, broken)["cluster"].tolist() == [1, 2]


def test_pairs_with_less_than_two_years_in_common_are_not_compared():
    same = noise(1)
    short = np.where(np.arange(60) < 37, np.nan, same)
    found = redundancy_clusters(observed(a=same, b=same, c=short), of("a", "b", "c")).set_index("kpi")
    assert found["cluster"].tolist() == [1, 1, 2]
    assert found["not_compared"].tolist() == [1, 1, 2]
    assert found.loc["c", ["nearest", "months"]].tolist() == ["", 0]
    assert np.isnan(found.loc["c", "correlation"])
    assert found.loc["c", "reason"] == "not compared with 2 KPIs: at most 23 months in common, 24 are needed"
    assert found.loc["a", "reason"] == "not compared with 1 KPI: at most 23 months in common, 24 are needed"


def test_twenty_four_months_are_enough():
    same = noise(1, 24)
    found = redundancy_clusters(observed(a=same, b=same), of("a", "b"))
    assert found["cluster"].tolist() == [1, 1]
    assert found["months"].tolist() == [24, 24]
    assert found["reason"].tolist() == ["", ""]


def test_a_quarterly_kpi_is_compared_where_quarters_end():
    monthly = noise(1, 96)
    quarters = [f"{2020 + at // 4}-Q{at % 4 + 1}" for at in range(32)]
    quarterly = pd.DataFrame({"kpi": "b", "period": quarters, "actual": monthly[2::3]})
    found = redundancy_clusters(pd.concat([observed(a=monthly), quarterly]), of("a", "b"))
    assert found["months"].tolist() == [32, 32]
    assert found["correlation"].iloc[0] > 0.8
    assert found["not_compared"].tolist() == [0, 0]


def test_a_kpi_that_does_not_vary_is_compared_with_none():
    found = redundancy_clusters(observed(a=noise(1), b=noise(2), c=np.full(60, 5.0)), of("a", "b", "c")).set_index(
        "kpi"
    )
    assert found.loc["c", "reason"] == "not compared with 2 KPIs: one of the two does not vary"
    assert found["cluster"].tolist() == [1, 2, 3]


def test_a_kpi_without_actuals():
    found = redundancy_clusters(observed(a=noise(1), b=noise(2)), of("a", "b", "c")).set_index("kpi")
    assert found.loc["c", "reason"] == "not compared with 2 KPIs: at most 0 months in common, 24 are needed"


def test_groups_are_joined_by_their_average():
    ids = ["a", "b", "c"]
    base, own = noise(1, 600), noise(2, 600)
    left = pd.DataFrame({"a": base, "b": base + 0.8 * own, "c": base + 1.5 * own}, columns=ids)
    r = departure_correlations(left)[0]
    series = observed(**{id: left[id].to_numpy() for id in ids})
    after = (r.loc["a", "b"] + r.loc["a", "c"]) / 2
    assert r.loc["b", "c"] > after
    assert redundancy_clusters(series, of(*ids), above=after - 0.02)["cluster"].tolist() == [1, 1, 1]
    assert redundancy_clusters(series, of(*ids), above=after + 0.03)["cluster"].tolist() == [1, 2, 2]


def test_order_of_the_kpis_does_not_change_the_groups():
    base = [noise(at) for at in range(3)]
    series = {f"k{at}": base[at % 3] + 0.3 * noise(10 + at) for at in range(9)}
    ids = list(series)
    found = redundancy_clusters(observed(**series), of(*ids)).set_index("kpi")["cluster"]
    assert found.tolist() == [1, 2, 3] * 3
    other = redundancy_clusters(observed(**series), of(*ids[::-1])).set_index("kpi")["cluster"]
    assert {frozenset(other.index[other == one]) for one in other} == {
        frozenset(found.index[found == one]) for one in found
    }


@given(st.integers(1, 6), st.integers(0, 99), st.floats(0.05, 1))
def test_what_a_frame_of_groups_holds(count, seed, above):
    random = np.random.default_rng(seed)
    mixed = random.normal(size=(40, count)) @ random.normal(size=(count, count))
    mixed[random.random(mixed.shape) < 0.1] = np.nan
    ids = [f"k{at}" for at in range(count)]
    series, scorecard = observed(**dict(zip(ids, mixed.T, strict=True))), of(*ids)
    found = redundancy_clusters(series, scorecard, above=above)
    assert found["kpi"].tolist() == ids
    assert found["cluster"].iloc[0] == 1
    assert set(found["cluster"]) == set(range(1, found["cluster"].max() + 1))
    seen = found["correlation"].dropna()
    assert seen.abs().between(0, 1).all()
    best = found.set_index("kpi")["correlation"].abs()
    alone = found.loc[~found["cluster"].duplicated(keep=False), "kpi"]
    pair = found[found["kpi"].isin(alone) & found["nearest"].isin(alone)]
    assert (best[pair["kpi"]] <= above + 1e-6).all()
    assert redundancy_clusters(series, scorecard, above=above).equals(found)


def test_arranged_puts_what_moves_together_side_by_side():
    base = noise(1)
    left = pd.DataFrame({"a": base, "b": noise(2), "c": base + 0.1 * noise(3), "d": noise(4)})
    order = cluster_order(departure_correlations(left)[0])
    assert sorted(order) == list("abcd")
    assert abs(order.index("a") - order.index("c")) == 1
    assert cluster_order(pd.DataFrame([[1.0]], index=["a"], columns=["a"])) == ["a"]


def test_the_shipped_case():
    actuals, scorecard = read_actuals("meridian"), read_scorecard("meridian")
    found = redundancy_clusters(actuals, scorecard)
    assert ("budget-variance", "cost-per-user") in redundant_pairs(found)
    assert len(redundant_pairs(found)) <= 3
    assert redundant_pairs(found, scorecard) == [("budget-variance", "cost-per-user")], "both count what IT spends"
    quarterly = found.set_index("kpi").loc[["benefits-realised", "user-nps", "engagement"], "reason"]
    assert (quarterly == "not compared with 26 KPIs: at most 20 months in common, 24 are needed").all()
    assert len(redundancy_clusters(actuals, scorecard, "Genoa")) == len(scorecard.kpis)


@pytest.mark.parametrize("odd", [0, -0.5, 1.2, np.nan, "much", None])
def test_above_is_the_size_of_a_correlation(odd):
    with pytest.raises(BscError, match="this is no size of a correlation"):
        redundancy_clusters(observed(a=noise(1)), of("a"), above=odd)


def test_a_unit_that_is_not_there():
    with pytest.raises(UnknownNameError, match="no unit in the actuals 'North'"):
        redundancy_clusters(observed(a=noise(1)), of("a"), "North")
