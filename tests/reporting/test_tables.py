import numpy as np
import oddities
import pytest
from hypothesis import given
from samples import small
from strategies import scorecards

from bsclib.files.datasets import load_dataset
from bsclib.reporting.tables import definition_tables, series_summary

UNITS = {"North": -1, "South": 1}


def test_definitions_of_a_small_scorecard():
    found = definition_tables(small())
    assert {name: len(frame) for name, frame in found.items()} == {
        "perspectives": 4,
        "objectives": 2,
        "what is measured": 3,
        "how it is counted": 3,
        "from where to where": 3,
        "links": 1,
        "initiatives": 1,
        "events": 1,
    }
    mttr, _, load = found["from where to where"].to_dict("records")
    assert mttr == {
        "id": "mttr",
        "baseline": "9 (2023-12)",
        "target": "6 (2024-12), 4.5 (2025-12)",
        "path": "linear",
        "floor": "",
        "thresholds": "0.7, 1",
        "weight": "1 (2024), 3 (2025)",
    }
    assert (load["baseline"], load["target"]) == ("", "70 to 85")
    assert found["initiatives"].loc[0, "changes"] == "load by -2"
    assert found["events"].loc[0, ["kind", "kpis"]].tolist() == ["tool change", "mttr, load"]
    assert found["objectives"].loc[0, "supports"] == "group.trust"
    assert found["how it is counted"].loc[0, ["direction", "guarded_by"]].tolist() == [
        *("lower is better", "reopened, load")
    ]
    assert found["what is measured"].loc[1, "formula"] == "100 * reopened / closed"


@given(scorecards())
def test_every_cell_is_text(card):
    for frame in definition_tables(card).values():
        assert frame.map(lambda cell: isinstance(cell, str)).to_numpy().all()


def test_series_by_hand():
    """From 9 to 4: 8 is off target, 5.5 at risk, 4 on target; two units, one above and one below."""
    card = oddities.card(oddities.kpi(), oddities.kpi("k1"))
    north, south = (oddities.months("k0", (8 + by, np.nan, 5.5 + by, 4 + by), unit) for unit, by in UNITS.items())
    actuals = oddities.actuals(*north, *south, *oddities.months("k1", (np.nan,)))
    k0, k1 = series_summary(card, actuals).to_dict("records")
    assert k0 == {
        **{"id": "k0", "first": "2025-01", "last": "2025-04", "months": 3},
        **{"lowest": 4.0, "highest": 8.0, "latest": 4.0},
        **{"lowest_in_a_unit": 3.0, "highest_in_a_unit": 9.0},
        **{"on_target": 1, "at_risk": 1, "off_target": 1},
    }
    assert (k1["first"], k1["months"], k1["on_target"]) == ("", 0, 0)
    assert np.isnan(k1["latest"])


def test_series_counts_every_month_once():
    found = series_summary(*load_dataset("meridian")).set_index("id")
    states = found[["on_target", "at_risk", "off_target"]].sum(axis=1)
    assert (states == found["months"]).all()
    assert found.loc["cloud-waste", ["first", "months"]].tolist() == ["2023-04", 39]


@pytest.mark.parametrize("case", oddities.all_cases())
def test_odd_scorecards_are_laid_open(case):
    card, actuals = oddities.all_cases()[case]
    assert series_summary(card, actuals)["id"].tolist() == [kpi.id for kpi in card.kpis]
