"""The scorecards below the running case hold what the case and its tickets say, and nothing else."""

import pandas as pd
import pytest

from bsclib.actuals.table import COLUMNS
from bsclib.files.datasets import load_dataset
from bsclib.files.paths import shipped_folder
from bsclib.files.tower import read_tower
from tools.datasets.tower import BELOW

DATA = shipped_folder() / "datasets"


@pytest.fixture(scope="module")
def meridian():
    return load_dataset("meridian")


def rows(table, kpi, unit):
    wanted = table[(table["kpi"] == kpi) & (table["unit"] == unit)]
    return wanted[COLUMNS].astype({"unit": str, "kpi": str, "period": str}).reset_index(drop=True)


@pytest.mark.parametrize("name", BELOW)
def test_shared_kpis_have_the_numbers_of_the_case(meridian, name):
    _, above = meridian
    card, below = load_dataset(name)
    alone = BELOW[name][3]
    units = [alone] if alone else sorted(above["unit"].unique())
    assert sorted(below["unit"].unique()) == units
    for kpi in card.kpis:
        for unit in units if kpi.id != "handovers" else ():
            assert len(rows(below, kpi.id, unit)) >= 20
            pd.testing.assert_frame_equal(rows(below, kpi.id, unit), rows(above, kpi.id, unit))


@pytest.mark.parametrize("name", BELOW)
def test_shared_kpis_are_defined_as_in_the_case(meridian, name):
    card, _ = load_dataset(name)
    shared = {kpi.id: kpi for kpi in meridian[0].kpis}
    assert 6 <= len(card.kpis) <= 10
    for kpi in card.kpis:
        if kpi.id in shared:
            for field in ("direction", "measured_in", "formula", "aggregate", "pooled", "frequency", "floor"):
                assert getattr(kpi, field) == getattr(shared[kpi.id], field), (kpi.id, field)


def test_handovers_are_those_of_the_tickets(meridian):
    _, above = meridian
    _, below = load_dataset("operations")
    tickets = pd.read_csv(DATA / "meridian" / "tickets.csv", parse_dates=["resolved"])
    june = tickets[(tickets["unit"] == "Genoa") & (tickets["resolved"].dt.strftime("%Y-%m") == "2026-06")]
    told = rows(below, "handovers", "Genoa").set_index("period").loc["2026-06"]
    assert told[["numerator", "denominator"]].tolist() == [(june["reassigned"] > 1).sum(), len(june)]
    solved = rows(above, "sla-met", "Genoa").set_index("period")["denominator"]
    handed = rows(below, "handovers", "Genoa").set_index("period")["denominator"]
    assert handed.equals(solved.loc[handed.index])


def test_every_level_has_an_owner_and_supports_what_is_there():
    tower = read_tower("meridian")
    known = {f"{card.id}.{objective.id}" for card in tower.cards for objective in card.objectives}
    assert all(part.owner for card in tower.cards for part in (*card.objectives, *card.kpis, *card.initiatives))
    assert {support.goal for card in tower.cards for one in card.objectives for support in one.supports} <= known
