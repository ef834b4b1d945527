"""The course without action, explained, and a plain one beside it."""

import re

import numpy as np
import pandas as pd
import pytest
from worlds import card_of, long

from bsclib import read_actuals, read_scorecard, score
from bsclib.scenarios import course_parts, fit_map, plain_course, project, scenario_notes
from bsclib.signals import forecast


@pytest.fixture(scope="module")
def meridian():
    return fit_map(read_scorecard("meridian"), read_actuals("meridian"))


def test_the_parts_lead_from_todays_score_to_the_course_without_action(meridian):
    result = project(meridian, {"mttr": "-1"}, horizon=24, draws=500)
    parts = course_parts(meridian, result)
    scores = score(meridian.scorecard, read_actuals("meridian"))
    today = scores[(scores["id"] == "meridian") & (scores["unit"] == "") & (scores["period"] == meridian.last)]
    end = result[(result["id"] == "meridian") & (result["period"] == "2028-06")]["without"].item()
    assert parts["score"].iloc[0] == pytest.approx(today["score"].item())
    assert parts["score"].iloc[-1] == pytest.approx(end)
    assert parts["score"].iloc[0] + parts["points"].sum() == pytest.approx(end)


def test_it_is_said_in_words(meridian):
    said = scenario_notes(meridian, project(meridian, horizon=24, draws=500))[1]
    assert said.startswith("Without action the overall score goes from 84.3 to ")
    assert "in June 2028. In points: " in said
    assert " by trends that go on; +" in said
    assert re.search(r"−\d\.\d by targets that move\.$", said)


@pytest.mark.parametrize(
    ("values", "target", "part"),
    [
        (50 + np.zeros(60), [{"period": "2004-12", "value": 60}, {"period": "2005-12", "value": 80}], "targets"),
        (20 + 0.5 * np.arange(60), 90, "trend"),
        (50 - 9 * (np.arange(60) == 59), 90, "reversion"),
    ],
)
def test_each_part_is_what_it_says(values, target, part):
    values = values + (1.5 if part == "reversion" else 0.05) * np.random.default_rng(1).standard_normal(60)
    card = card_of(["a"], [], a={"target": target, "floor": 0})
    fit = fit_map(card, long(pd.DataFrame({"a": values})))
    points = course_parts(fit, project(fit, horizon=12, draws=400)).set_index("part")["points"]
    assert points.abs().idxmax() == part
    assert points[part] * (-1 if part == "targets" else 1) > 3


def test_a_plain_course_of_a_random_walk_stays_and_is_as_unsure_as_one():
    random = np.random.default_rng(3)
    fit = fit_map(card_of(["a"], []), long(pd.DataFrame({"a": 50 + np.cumsum(random.standard_normal(60))})))
    plain = plain_course(fit, 16, 4000)
    own = plain[plain["id"] == "a"]
    assert own["plain"].to_numpy() == pytest.approx(np.full(16, fit.latest[0]), abs=1.5)
    width = (own["high"] - own["low"]).to_numpy()
    assert width[15] / width[0] == pytest.approx(4, rel=0.25)  # √16
    assert width[0] == pytest.approx(3.4, rel=0.3)


def test_a_plain_course_is_the_forecast_of_each_kpi():
    random = np.random.default_rng(4)
    values = 50 + 0.4 * np.arange(60) + random.standard_normal(60)
    actuals = long(pd.DataFrame({"a": values}))
    card = card_of(["a"], [])
    plain = plain_course(fit_map(card, actuals), 12, 4000)
    own, ahead = plain[plain["id"] == "a"], forecast(actuals, scorecard=card)
    assert own["plain"].to_numpy() == pytest.approx(ahead["expected"].to_numpy(), abs=1.0)
    assert (own["high"] - own["low"]).mean() == pytest.approx((ahead["high"] - ahead["low"]).mean(), rel=0.3)


def test_a_plain_course_of_quarters_gaps_and_nothing(meridian):
    quarters = pd.DataFrame(
        {"kpi": "a", "unit": "", "period": [f"{2000 + n // 4}-Q{n % 4 + 1}" for n in range(20)], "actual": range(20)}
    )
    fit = fit_map(card_of(["a", "b"], [], a={"frequency": "quarterly"}), quarters)
    plain = plain_course(fit, 3, 200)
    assert plain.loc[plain["id"] == "b", "plain"].isna().all()
    assert plain.loc[plain["id"] == "a", "plain"].between(18.5, 19.5).all()
    assert list(plain) == ["unit", "period", "level", "id", "plain", "low", "high"]
