import numpy as np
import oddities
import pandas as pd
import pytest
from samples import table

from bsclib.actuals.correlations import departure_correlations, kpi_correlations
from bsclib.files.datasets import load_dataset


def test_trend_and_season_are_taken_out():
    card, actuals = load_dataset("meridian")
    found = kpi_correlations(actuals, card).set_index(["kpi", "other"])
    strangers = found.loc["automation-coverage", "technical-debt"]
    assert strangers["raw"] < -0.95
    assert abs(strangers["left"]) < 0.3
    twins = found.loc["budget-variance", "cost-per-user"]
    assert twins["left"] > 0.95
    assert (twins["by_arithmetic"], strangers["by_arithmetic"]) == ("yes", "no")


def test_few_months_are_not_compared():
    card, actuals = oddities.all_cases()["one month"]
    assert kpi_correlations(actuals, card).empty


def test_actuals_of_one_kpi_are_no_pair():
    assert kpi_correlations(table(("k0", "2025-01", 1.0)), oddities.card()).empty


def test_correlations_and_months():
    random = np.random.default_rng(1)
    left = pd.DataFrame(random.normal(size=(60, 3)), columns=list("abc"))
    left.loc[:39, "c"] = np.nan
    found, months = departure_correlations(left)
    assert found.loc["a", "b"] == pytest.approx(np.corrcoef(left["a"], left["b"])[0, 1])
    assert np.isnan(found.loc["a", "c"])
    assert months.loc["a", "c"] == 20
    assert months.loc["a", "a"] == 60


def test_a_kpi_that_does_not_vary_has_no_correlation():
    left = pd.DataFrame({"a": np.arange(24.0), "b": -np.arange(24.0), "c": 1.0})
    found, months = departure_correlations(left)
    assert found.loc["a", "b"] == -1
    assert np.isnan(found.loc["a", "c"])
    assert months.loc["a", "c"] == 24
