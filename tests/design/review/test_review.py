"""The review as a whole: any legal scorecard, those that ship, and how long it takes."""

import numpy as np
import pandas as pd
import strategies
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bsclib import read_actuals, read_scorecard
from bsclib.design.review.findings import RULES, check_scorecard
from bsclib.design.review.sins import seven_sins
from bsclib.design.review.smart import smart_criteria
from bsclib.errors import ActualsError
from bsclib.model.values import Accepted

WILD = settings(suppress_health_check=[HealthCheck.too_slow])


def accepting(card, *accepted):
    """The scorecard with these accepted in place of its own."""
    return card.model_copy(update={"review": card.review.model_copy(update={"accepted": accepted})})


def with_known_rules(card):
    known = {rule.id for rule in RULES}
    return accepting(card, *(one for one in card.review.accepted if one.rule in known))


def keys(found):
    return list(zip(found["rule"], found["where"], strict=True))


@st.composite
def actuals_of(draw, scorecard):
    """A table of actuals for a scorecard: gaps, zeros, units that come and go."""
    units = draw(st.lists(st.sampled_from(["", "A", "B", "C", "D"]), min_size=1, max_size=4, unique=True))
    start, length = draw(st.integers(2018 * 12, 2022 * 12)), draw(st.integers(1, 40))
    months = [f"{month // 12:04d}-{month % 12 + 1:02d}" for month in range(start, start + length)]
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    rows = pd.MultiIndex.from_product(
        [units, [kpi.id for kpi in scorecard.kpis], months], names=["unit", "kpi", "period"]
    ).to_frame(index=False)
    rows = rows[random.random(len(rows)) < draw(st.sampled_from([0.1, 0.9, 1.0]))].reset_index(drop=True)
    size = draw(st.sampled_from([0.0, 1.0, 1e6]))
    values = np.where(random.random(len(rows)) < 0.1, np.nan, random.normal(size, size, len(rows)))
    if draw(st.booleans()):
        return rows.assign(actual=values)
    return rows.assign(
        numerator=values, denominator=np.where(np.isnan(values), np.nan, random.integers(0, 3, len(rows)))
    )


@WILD
@given(st.data())
def test_any_legal_scorecard_can_be_reviewed(data):
    card = with_known_rules(data.draw(strategies.scorecards()))
    above = data.draw(st.none() | strategies.scorecards())
    rows = data.draw(st.none() | actuals_of(card))
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # of numbers that no KPI has
            found = check_scorecard(card, rows, above=above)
    except ActualsError:
        assume(False)  # parts of what is no ratio
    assert len(set(keys(found))) == len(found)
    assert set(found["rule"]) <= {rule.id for rule in RULES}
    assert found.notna().all(axis=None)
    assert (found != "").all(axis=None)
    assert len(smart_criteria(card)) == 5 * len(card.objectives)
    assert len(seven_sins(found)) == 7


@WILD
@given(st.data())
def test_to_accept_a_finding_takes_away_exactly_that_one(data):
    card = accepting(data.draw(strategies.scorecards()))
    found = check_scorecard(card)
    assume(len(found))
    rule, where = data.draw(st.sampled_from(keys(found)))
    tolerant = accepting(card, Accepted(rule=rule, where=where, why="so be it"))
    silent = check_scorecard(tolerant)
    assert keys(silent) == [one for one in keys(found) if one != (rule, where)]
    assert keys(check_scorecard(tolerant, accepted=True)) == [(rule, where)]


def reviewed(name, above=None, accepted=False):
    card = read_scorecard(name)
    return check_scorecard(card, read_actuals(name, card), above=above, accepted=accepted)


def test_the_findings_of_the_running_case():
    found = reviewed("meridian", read_scorecard("enterprise"))
    assert "high" not in set(found["severity"])
    assert {f"{rule} {where}" for rule, where in keys(found[found["severity"] == "medium"])} == {
        "BSC207 benefits-realised",
        "BSC207 major-incidents",
        "BSC207 change-failure-rate",
        "BSC207 utilisation",
        "BSC503 budget-variance -> cost-per-user",
        "BSC507 utilisation",
        "BSC601 enterprise.greener-freight",
        "BSC702 training-hours",
        "BSC705 on-hold-share",
        "BSC706 budget-variance, cost-per-user",
    }
    assert (found["rule"] == "BSC510").sum() == 2
    assert (reviewed("meridian", read_scorecard("enterprise"), accepted=True)["rule"] == "BSC304").sum() == 6
    assert len(found) <= 22


def test_the_scorecard_above_has_nothing_severe():
    assert "high" not in set(reviewed("enterprise")["severity"])
