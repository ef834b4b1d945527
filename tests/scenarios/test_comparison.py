"""Scenarios beside each other, on the same draws."""

import numpy as np
import pandas as pd
import pytest
from planned import fitted

from bsclib import BscError, read_actuals, read_scorecard
from bsclib.scenarios.comparison import compare, compare_scenarios
from bsclib.scenarios.definition import Scenario
from bsclib.scenarios.projection import project


def test_scenarios_stand_side_by_side_on_the_same_draws():
    card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    some = [
        Scenario(id="none", name="Nothing", horizon=6),
        Scenario(id="faster", name="Faster", changes={"mttr": "-10%"}, horizon=6),
    ]
    found = compare(card, actuals, some, draws=300)
    assert found.columns[0] == "scenario"
    assert found.groupby("scenario", observed=True).size().tolist() == [6 * len(card.names)] * 2
    base = found[found["scenario"] == "none"]["without"].to_numpy()
    assert np.array_equal(base, found[found["scenario"] == "faster"]["without"].to_numpy())
    assert found.attrs == {}


def test_scenarios_need_ids_of_their_own():
    card, actuals = read_scorecard("meridian"), read_actuals("meridian")
    with pytest.raises(BscError, match="there is nothing to compare"):
        compare(card, actuals, [])
    with pytest.raises(BscError, match=r"this is no scenario. Got: 'meridian/train-people'"):
        compare(card, actuals, ["meridian/train-people"])
    with pytest.raises(BscError, match="x: this id is used twice"):
        compare(card, actuals, [Scenario(id="x", name="X"), Scenario(id="x", name="Y")])


def test_each_is_asked_by_itself():
    fit = fitted()
    options = [Scenario(id=id, name=id, initiatives=[id], horizon=6) for id in ("school", "sorting")]
    compared = compare_scenarios(fit, options, draws=200)
    assert compared["scenario"].unique().tolist() == ["school", "sorting"]
    mine = compared[compared["scenario"] == "school"].drop(columns="scenario").reset_index(drop=True)
    pd.testing.assert_frame_equal(
        mine, project(fit, None, ["school"], 6, 200), check_like=True, check_categorical=False
    )


def test_initiatives_meet_the_same_future_and_the_same_luck():
    """What is begun changes neither the course without nor whether another initiative comes off."""
    fit = fitted()
    sets = {"none": [], "school": ["school"], "two": ["sorting", "school"], "three": ["school", "sorting", "scales"]}
    options = [Scenario(id=id, name=id, initiatives=works, horizon=12) for id, works in sets.items()]
    compared = compare_scenarios(fit, options, draws=300)
    courses = [rows["without"].to_numpy() for _, rows in compared.groupby("scenario", observed=True)]
    assert all(np.array_equal(courses[0], course) for course in courses[1:])
    school = compared[(compared["id"] == "courses") & (compared["period"] == "2027-06")].set_index("scenario")
    told = school.loc[["school", "two", "three"], ["effect", "effect_low", "effect_high", "with_"]]
    assert told["effect_low"].iloc[0] == 0 < told["effect_high"].iloc[0]
    assert (told == told.iloc[0]).all().all()
