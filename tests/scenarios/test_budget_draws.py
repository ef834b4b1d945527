import numpy as np
import pytest
from budgeted import card, fitted

from bsclib.model import periods
from bsclib.scenarios import project
from bsclib.scenarios.budget_draws import draw_outcomes
from bsclib.scenarios.constraints import Calendar

CALENDAR = Calendar(3, 12)


@pytest.fixture(scope="module")
def drawn():
    return draw_outcomes(fitted(), CALENDAR, 4_000, np.random.default_rng(5))[0]


def test_the_score_without_anything_is_that_of_a_projection(drawn):
    rows = project(fitted(), horizon=12, draws=4_000)
    end = rows[(rows["id"] == "shop") & (rows["period"] == rows["period"].iloc[-1])].iloc[0]
    nothing = drawn.scores(np.array([-1] * 4))
    assert np.median(nothing) == pytest.approx(end["without"], abs=1.0)
    assert np.quantile(nothing, [0.05, 0.95]) == pytest.approx([end["low"], end["high"]], abs=1.5)


@pytest.mark.parametrize(("initiative", "start"), [("train", 0), ("tools", 1), ("calm", 2), ("later", 3)])
def test_what_an_initiative_adds_is_what_a_projection_says(drawn, initiative, start):
    fit = fitted()
    at = [one.id for one in fit.scorecard.initiatives].index(initiative)
    month = periods.period_of(fit.month + 1 + 3 * start)
    rows = project(fit, initiatives={initiative: month}, horizon=12, draws=4_000)
    end = rows[(rows["level"] == "kpi") & (rows["period"] == rows["period"].iloc[-1])].set_index("id")
    for k, kpi in enumerate(fit.scorecard.kpis):
        added = drawn.effects[:, at, start, k]
        wanted = end.loc[kpi.id, ["effect_low", "effect", "effect_high"]].to_numpy(dtype=float)
        size = max(np.abs(wanted).max(), 0.05)
        assert np.quantile(added, [0.05, 0.5, 0.95]) == pytest.approx(wanted, abs=0.15 * size)


def test_success_is_the_same_whenever_an_initiative_starts(drawn):
    at = [one.id for one in fitted().scorecard.initiatives].index("train")
    came = drawn.effects[:, at, :2, 0] != 0
    assert (came[:, 0] == came[:, 1]).all()
    assert came[:, 0].mean() == pytest.approx(0.6, abs=0.05)


def test_luck_is_drawn_within_a_map():
    some = draw_outcomes(fitted(), CALENDAR, 3, np.random.default_rng(5), luck=5)
    assert [one.values.shape for one in some] == [(5, len(card().kpis))] * 3
    assert all(len(np.unique(one.values[:, 0])) == 5 for one in some)
