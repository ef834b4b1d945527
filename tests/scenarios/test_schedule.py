import numpy as np
import pytest
from hypothesis import given
from scheduled import KPIS, brute_force, drawn, keeps, tasks, work
from scipy.optimize import OptimizeResult, milp

from bsclib.scenarios import schedule
from bsclib.scenarios.constraints import Calendar, schedule_constraints
from bsclib.scenarios.schedule import Task


@given(tasks())
def test_the_best_is_that_of_all_schedules(task):
    draws, initiatives, calendar, budget, people, must, leave = task
    constraints = schedule_constraints(initiatives, calendar, budget, people, must, leave)
    found = Task(draws, constraints).best()
    best = brute_force(*task)
    if best is None:
        assert found is None
    else:
        assert found.optimal
        assert keeps(found.starts, *task[1:])
        assert draws.scores(found.starts).mean() == pytest.approx(best, abs=1e-6)


def test_what_is_in_vain_is_left_and_what_can_be_early_is():
    initiatives = [work("idle", cost=1), work("good", cost=1)]
    effects = np.zeros((1, 2, 3, 1))
    effects[:, 1, :, :] = 20.0
    draws = drawn(np.array([[30.0]]), effects, KPIS[:1])
    constraints = schedule_constraints(initiatives, Calendar(1, 3), np.array([0.0, 5.0, 5.0]), None, [], [])
    assert Task(draws, constraints).best().starts.tolist() == [-1, 1]


def test_two_that_push_one_kpi_past_its_target_are_not_counted_twice():
    initiatives = [work("much", cost=2), work("also", cost=2), work("other", cost=2)]
    effects = np.zeros((1, 3, 1, 2))
    effects[0, :2, 0, 0], effects[0, 2, 0, 1] = 40.0, 10.0
    kpis = [KPIS[0], KPIS[0]]
    constraints = schedule_constraints(initiatives, Calendar(1, 1), np.array([4.0]), None, [], [])
    found = Task(drawn(np.array([[60.0, 0.0]]), effects, kpis), constraints).best()
    assert (found.starts >= 0).tolist()[2]
    assert (found.starts >= 0).sum() == 2


def test_nothing_to_choose_from_is_a_schedule():
    draws = drawn(np.array([[30.0]]), np.zeros((1, 0, 2, 1)), KPIS[:1])
    found = Task(draws, schedule_constraints([], Calendar(1, 2), np.zeros(2), None, [], [])).best()
    assert (found.starts.tolist(), found.optimal, found.gap) == ([], True, 0.0)


def test_a_search_that_is_ended_early_says_how_far_it_may_be_off(monkeypatch):
    def ended(aim, **more):
        done = milp(aim, **more)
        return OptimizeResult(x=done.x, fun=done.fun, mip_dual_bound=done.fun - 3.0, status=1)

    draws = drawn(np.array([[30.0], [50.0]]), np.full((2, 1, 1, 1), 20.0), KPIS[:1])
    task = Task(draws, schedule_constraints([work("a")], Calendar(1, 1), np.ones(1), None, [], []))
    monkeypatch.setattr("scipy.optimize.milp", ended)
    found = task.best()
    assert (found.starts.tolist(), found.optimal, found.gap) == ([0], False, 1.5)


def test_the_search_has_a_limit_of_time(monkeypatch):
    asked = []
    monkeypatch.setattr("scipy.optimize.milp", lambda aim, **more: asked.append(more) or milp(aim, **more))
    draws = drawn(np.array([[30.0]]), np.full((1, 1, 1, 1), 20.0), KPIS[:1])
    Task(draws, schedule_constraints([work("a")], Calendar(1, 1), np.ones(1), None, [], [])).best()
    assert [one["options"] for one in asked] == [{"mip_rel_gap": 0.0, "time_limit": schedule.TIME_LIMIT}]


def test_what_lies_beyond_a_limit_is_worth_nothing():
    initiatives = [work("beyond", cost=2), work("within", cost=2)]
    effects = np.zeros((1, 2, 1, 2))
    effects[0, 0, 0, 0], effects[0, 1, 0, 1] = 20.0, 15.0
    limits = np.array([[0.0, 90.0], [0.0, 90.0]])
    draws = drawn(np.array([[80.0, 20.0]]), effects, [KPIS[0]] * 2, limits)
    constraints = schedule_constraints(initiatives, Calendar(1, 1), np.array([2.0]), None, [], [])
    assert Task(draws, constraints).best().starts.tolist() == [-1, 0]
