import numpy as np
import pandas as pd
import pytest

from bsclib import read_actuals, read_scorecard
from bsclib.causality.adjustment import adjustment_steps
from bsclib.causality.evidence.links import evidence_by_unit, link_evidence
from bsclib.errors import BscError, UnknownNameError
from bsclib.model.build import build
from bsclib.study.lessons.props import followed_link

MONTHS = [f"{2021 + at // 12}-{at % 12 + 1:02d}" for at in range(60)]


def pair(*links, **more):
    plain = {"objective": "do", "direction": "higher_is_better", "floor": 0, "target": 9}
    return build(
        {
            "id": "pair",
            "name": "Pair",
            "perspectives": [{"id": "all", "name": "All"}],
            "objectives": [{"id": "do", "name": "Do it", "perspective": "all"}],
            "kpis": [{"id": id, "name": id, **plain} for id in "abc"],
            "links": [dict(zip(("cause", "effect", "sign", "lag"), link, strict=True)) for link in links],
            **more,
        }
    )


def observed(unit="", seed=5, months=60):
    """b follows a two months later, by 0.8; both rise, which by itself would say 1.5."""
    random, month = np.random.default_rng(seed), np.arange(60)
    a, noise, c = random.normal(size=(3, 60))
    b = 0.8 * np.concatenate([[0, 0], a[:-2]]) + 0.5 * noise
    series = {"a": a + month / 6, "b": b + month / 4, "c": c}
    frames = [pd.DataFrame({"unit": unit, "kpi": id, "period": MONTHS, "actual": x}) for id, x in series.items()]
    found = pd.concat(frames, ignore_index=True)
    return found[found["period"] < MONTHS[months - 1]] if months < 60 else found


CARD = pair(("a", "b", "+", 2), ("c", "b", "-", 1), ("b", "c", "+", 0))


@pytest.mark.parametrize("name", ["enterprise", "lakeside", "meridian"])
def test_the_last_step_is_the_kits_own_estimate(name):
    card, actuals = read_scorecard(name), read_actuals(name)
    found = link_evidence(card, actuals)
    tested = found[found["estimate"].notna()]
    for row in tested.head(9).itertuples():
        steps = adjustment_steps(card, actuals, row.cause, row.effect)
        assert steps["estimate"].iloc[-1] == pytest.approx(row.estimate), (row.cause, row.effect)


def test_a_trend_is_taken_out_first():
    steps = adjustment_steps(CARD, observed(), "a", "b").set_index("taken_out")
    assert steps.loc["nothing: as observed", "estimate"] > 1.2
    assert steps.loc["the trend", "estimate"] == pytest.approx(0.8, abs=0.2)
    assert (steps["low"] < steps["estimate"]).all()
    assert (steps["high"] - steps["estimate"]).tolist() == pytest.approx((steps["estimate"] - steps["low"]).tolist())
    assert steps["clear"].tolist() == pytest.approx(
        (1.645 * steps["estimate"] / (steps["high"] - steps["estimate"])).tolist()
    )


def test_the_first_step_is_what_a_spreadsheet_says():
    rows = observed().pivot(index="period", columns="kpi", values="actual")
    slope = np.polyfit(rows["a"].iloc[:-2], rows["b"].iloc[2:], 1)[0]
    assert adjustment_steps(CARD, observed(), "a", "b")["estimate"].iloc[0] == pytest.approx(slope)


def test_of_several_lags_the_first_is_followed():
    twice = pair(("a", "b", "+", 2), ("a", "b", "+", 8))
    assert adjustment_steps(twice, observed(), "a", "b")["estimate"].iloc[-1] == pytest.approx(0.8, abs=0.2)


def test_known_breaks_are_a_step_of_their_own():
    broken = pair(("a", "b", "+", 2), events=[{"period": "2023-06", "kind": "tool_change", "kpis": ["b"]}])
    assert "the known breaks" in adjustment_steps(broken, observed(), "a", "b")["taken_out"].tolist()
    assert "the known breaks" not in adjustment_steps(CARD, observed(), "a", "b")["taken_out"].tolist()


def test_units_are_pooled_each_with_its_own_level():
    both = observed("North")
    south = observed("South", seed=6)
    south["actual"] += 100 * (south["kpi"] == "b") - 50 * (south["kpi"] == "a")
    steps = adjustment_steps(CARD, pd.concat([both, south]), "a", "b")
    assert "the trend, unit by unit" in steps["taken_out"].tolist()
    assert steps["estimate"].iloc[-1] == pytest.approx(0.8, abs=0.15)


class TestWhatCannotBeFollowed:
    def test_a_link_that_is_not_there(self):
        with pytest.raises(UnknownNameError, match="link 'b → a'"):
            adjustment_steps(CARD, observed(), "b", "a")

    def test_too_few_months(self):
        with pytest.raises(BscError, match="a → b: there is too little data"):
            adjustment_steps(CARD, observed(months=8), "a", "b")

    def test_a_link_that_no_data_can_test(self):
        open_ = pair(("a", "b", "+", 0), ("b", "a", "+", 0))
        with pytest.raises(BscError, match="a → b: this link cannot be tested: feedback without a lag"):
            adjustment_steps(open_, observed(), "a", "b")

    def test_a_kpi_that_does_not_move(self):
        still = observed()
        still.loc[still["kpi"] == "a", "actual"] = 3.0
        with pytest.raises(BscError, match="a has not changed once"):
            adjustment_steps(CARD, still, "a", "b")


class TestFollowed:
    def test_a_supported_link_with_a_lag_and_a_break(self):
        card, actuals = read_scorecard("meridian"), read_actuals("meridian")
        found = link_evidence(card, actuals)
        cause, effect = followed_link(found, card)
        row = found[(found["cause"] == cause) & (found["effect"] == effect)].iloc[0]
        assert row["verdict"] == "supported"
        assert row["lag_found"] > 0
        assert {cause, effect} & {id for event in card.events for id in event.kpis}

    def test_any_tested_one_where_none_is_supported(self):
        card = pair(("c", "a", "+", 1))
        assert followed_link(link_evidence(card, observed()), card) == ("c", "a")

    def test_none_where_none_was_tested(self):
        assert followed_link(link_evidence(CARD, observed(months=6)), CARD) is None
        assert followed_link(link_evidence(pair(), observed()), pair()) is None


class TestByUnit:
    def test_all_together_come_first(self):
        found = evidence_by_unit(CARD, pd.concat([observed("South", 6), observed("North")]), "a", "b")
        assert found["unit"].tolist() == ["", "North", "South"]
        assert (found["high"] - found["low"]).idxmin() == 0

    @pytest.mark.parametrize("unit", ["", "Alone"])
    def test_nothing_to_compare(self, unit):
        assert evidence_by_unit(CARD, observed(unit), "a", "b").empty
