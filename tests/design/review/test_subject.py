import pytest
from samples import one_kpi

from bsclib.design.review.subject import counted, improvement, listed, past, worse
from bsclib.model.periods import span


@pytest.mark.parametrize(
    ("names", "text"),
    [("", ""), ("a", "a"), ("ab", "a and b"), ("abcde", "a, b, c, d and e"), ("abcdef", "a, b, c, d and 2 more")],
)
def test_names_in_a_sentence(names, text):
    assert listed(list(names)) == text


def test_a_number_and_its_noun():
    assert (counted(0, "KPI"), counted(1, "KPI"), counted(2, "KPI")) == ("0 KPIs", "1 KPI", "2 KPIs")


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
