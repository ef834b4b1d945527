"""Choosing between the initiatives of a small organisation."""

from dataclasses import replace

import numpy as np
import pandas as pd
import planned
import pytest
from planned import CARD, fitted

from bsclib.errors import BscError
from bsclib.model.build import build
from bsclib.reporting.scenario_text import allocation_summary, initiative_table
from bsclib.scenarios import Allocation, allocate, fit_map, project, scenario_notes
from bsclib.scenarios.changes import read_intervention
from bsclib.scenarios.initiatives import break_even_share, combined_effect, initiative_effects
from bsclib.study.lessons.lesson_05_works import quarterly_limits


@pytest.fixture(scope="module")
def fit():
    return fitted()


@pytest.fixture(scope="module")
def gains(fit):
    return initiative_effects(fit, 12, draws=300)


@pytest.fixture(scope="module")
def allocation(fit):
    return allocate(fit, 60, horizon=12, draws=10)


def test_plans_in_words():
    rows = initiative_table(build(CARD)).set_index("initiative")
    assert rows.loc["school", "changes"] == "Courses +10 from month 1, growing over 4 months, chance 60 %"
    assert rows.loc["scales", "changes"] == "Waste −6 from month 0"
    assert rows.loc["posters", ["start", "changes"]].tolist() == ["", ""]
    assert rows.loc["scales", "after"] == "sorting"


def test_each_alone_the_largest_first(fit, gains):
    assert set(gains["initiative"]) == {"school", "sorting", "scales"}
    assert gains["effect"].is_monotonic_decreasing
    row = gains.set_index("initiative").loc["sorting"]
    direct = project(fit, initiatives=["sorting"], horizon=12, draws=300)
    assert row["effect"] == pytest.approx(direct.loc[direct["level"] == "scorecard", "effect"].iloc[-1])
    assert row["per_100_000"] == pytest.approx(row["effect"] * 2000)


def test_together_two_that_lift_one_kpi_over_its_target_add_less_than_each_alone():
    """Waste stands near 40 with a floor at 60 and a target at 20: minus 16 and minus 14 are more than there is room."""
    big = [
        row | {"changes": [change | {"by": 2 * change["by"]} for change in row["changes"]]}
        for row in CARD["initiatives"][1:3]
    ]
    card = build(CARD | {"initiatives": big})
    from planned import actuals

    from bsclib.scenarios import fit_map

    fit = fit_map(card, actuals())
    rows = combined_effect(fit, initiative_effects(fit, 12, draws=300), 12, draws=300)
    assert rows["initiatives"].tolist() == ["the sum of each alone", "all together"]
    assert rows["effect"].iloc[1] < rows["effect"].iloc[0] - 1
    assert rows["still_to_pay"].tolist() == [100, 100]


def test_what_must_come(fit):
    cheap, dear = (break_even_share(fit, ["sorting"], worth, 12).iloc[0] for worth in (1000.0, 0.01))
    assert cheap["share"].endswith(" %")
    assert int(cheap["share"].removesuffix(" %")) < 20
    assert dear["share"] == "over 1,000 %"


def test_a_purse_for_each_but_not_for_all(fit):
    assert quarterly_limits(fit) == (60.0, 2.0)
    nobody = [{name: value for name, value in row.items() if name != "people"} for row in CARD["initiatives"]]
    for works, limits in ((nobody, (60.0, None)), ([], (0.0, None))):
        assert quarterly_limits(replace(fit, scorecard=build(CARD | {"initiatives": works}))) == limits


def test_the_choice_in_words(fit, allocation):
    said = allocation_summary(allocation, fit.scorecard)
    for id in allocation.chosen["initiative"]:
        name = next(one.name for one in fit.scorecard.initiatives if one.id == id)
        assert f"“{name}” from " in said.split(" Not chosen")[0]
    assert f"expected at {allocation.score:.1f}, without them at {allocation.without:.1f}" in said
    assert said.endswith("No other choice does better on these draws.")
    assert "Posters" not in said


def test_nothing_chosen_and_nothing_proven(fit, allocation):
    empty = Allocation(**vars(allocation) | {"chosen": allocation.chosen.iloc[:0]})
    assert allocation_summary(empty, fit.scorecard).startswith("Nothing is chosen")
    stopped = Allocation(**vars(allocation) | {"optimal": False, "gap": 0.25})
    assert allocation_summary(stopped, fit.scorecard).endswith(
        "another choice may do better on these draws, by 0.25 points at most."
    )


def test_a_start_in_a_fiscal_quarter(fit):
    own = replace(fit, scorecard=fit.scorecard.model_copy(update={"year_starts": 4}))
    id = fit.scorecard.initiatives[0].id
    fiscal = read_intervention(own, None, {id: "FY2027-Q3"}, 24)
    assert fiscal.starts == read_intervention(fit, None, {id: "2026-10"}, 24).starts
    with pytest.raises(BscError, match="its start: 'FY2027-Q3' is of a fiscal year"):
        read_intervention(fit, None, {id: "FY2027-Q3"}, 24)


def test_what_is_done_in_one_unit_moves_more_there_and_nothing_elsewhere():
    """By the unit's part of the whole: of a ratio its denominator, of a mean one of the units, of a sum all of it."""
    rows = [
        (unit, kpi, f"20{year}-{month:02d}", base + month % 3, part, 100 * part / (base + month % 3))
        for unit, base in (("north", 10.0), ("south", 20.0), ("west", 30.0))
        for kpi, part in (("share", base), ("mean", np.nan), ("sum", np.nan))
        for year in (24, 25)
        for month in range(1, 13)
    ]
    actuals = pd.DataFrame(rows, columns=["unit", "kpi", "period", "actual", "numerator", "denominator"])
    moved = [planned.change(kpi, -6) for kpi in ("share", "mean", "sum")]
    work = {"id": "hire", "name": "Hire", "unit": "north", "start": "2026-01", "changes": moved}
    ratio = {"measured_in": "%", "formula": "late / all * 100", "aggregate": "ratio"}
    pools = {"share": ratio, "mean": {"aggregate": "mean"}, "sum": {"aggregate": "sum"}}
    card = build(
        CARD | {"kpis": [planned.kpi(id, **more) for id, more in pools.items()], "links": []} | {"initiatives": [work]}
    )
    fits = {unit: fit_map(card, actuals, unit) for unit in (None, "north", "south")}
    by = {unit: [change.by for change in fit.scorecard.initiatives[0].changes] for unit, fit in fits.items()}
    last = actuals[(actuals["kpi"] == "share") & (actuals["period"] == "2025-12")]["denominator"]
    assert by[None] == [-6, -6, -6]
    assert by["north"] == pytest.approx([-6 * last.sum() / last.iloc[0], -18, -6])
    assert by["south"] == []
    found = project(fits["south"], None, ["hire"], 3, 100)
    assert not found["effect"].any()
    said = {
        unit: " ".join(scenario_notes(fit, project(fit, None, ["hire"], 3, 100), None, ["hire"]))
        for unit, fit in fits.items()
    }
    assert "Hire is done in north, so it moves nothing in south." in said["south"]
    assert "Hire is done in north alone, so it moves more there than in the whole: " in said["north"]
    assert "is done in" not in said[None]
