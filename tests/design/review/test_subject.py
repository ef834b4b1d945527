import pytest
from samples import one_kpi

from bsclib.design.review.subject import distinct_values, improvement, past, worse
from bsclib.model.periods import span


@pytest.mark.parametrize(
    ("fields", "moves"),
    [
        ({}, False),
        ({"baseline": 50}, True),
        ({"baseline": 100}, False),
        ({"direction": "within_range", "target": [1, 2], "floor": None, "baseline": 5}, False),
    ],
)
def test_what_is_to_move_and_what_is_to_be_held(fields, moves):
    assert improvement(one_kpi(**fields).kpis[0]) is moves


@pytest.mark.parametrize(
    ("path", "last", "over"), [("linear", "2024-12", "2025-01"), ("stepped", "2025-12", "2026-01")]
)
def test_a_step_is_in_force_for_a_year(path, last, over):
    kpi = one_kpi(target=[{"period": "2024-12", "value": 90}], baseline={"period": "2023-12", "value": 50}, path=path)
    assert [past(kpi.kpis[0], span(month)[0]) for month in (last, over)] == [False, True]
    assert past(one_kpi().kpis[0], span(over)[0]) is False


def test_worse():
    up, down = one_kpi().kpis[0], one_kpi(direction="lower_is_better").kpis[0]
    ranged = one_kpi(direction="within_range", target=[1, 2], floor=None).kpis[0]
    assert [worse(kpi, 1, 2) for kpi in (up, down, ranged)] == [True, False, False]
    assert [worse(kpi, 2, 2) for kpi in (up, down, ranged)] == [False, False, False]


def test_values_that_differ_look_different():
    kpi = one_kpi(measured_in="%", format="{:.1f}%").kpis[0]
    assert distinct_values(kpi, 99, 99.9) == ("99.0%", "99.9%")
    assert distinct_values(kpi, 99.95, 99.96) == ("99.95%", "99.96%")
