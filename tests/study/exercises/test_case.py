import pytest
from samples import desk, one_kpi

from bsclib.study.exercises.case import Case, decimals_for, plain, status_choice


def test_a_number_is_written_for_a_calculator():
    assert [plain(value) for value in (0.1 + 0.2, 1e9, -2.5, 1e-9)] == ["0.3", "1000000000", "-2.5", "1e-09"]


@pytest.mark.parametrize(("step", "decimals"), [(1, 0), (0.5, 1), (0.05, 2), (100, 0), (0, 8), (1e-30, 8)])
def test_a_difference_can_be_seen(step, decimals):
    assert decimals_for(step) == decimals


def test_a_long_name_is_cut_and_kept_apart():
    assert Case(one_kpi(name="x" * 99), None, None).called("k") == f"“\u2068{'x' * 59}…\u2069” (k)"


def test_an_id_stands_beside_a_name_that_two_parts_have():
    assert Case(desk(), None, None).called("mttr") == "“\u2068Mean time to restore\u2069”"
    assert Case(one_kpi(name="O"), None, None).called("k") == "“\u2068O\u2069” (k)"


def test_a_status_may_be_answered_by_its_colour():
    for written in ("amber", "orange", "At risk", "at risk (amber)", "▲ at risk"):
        assert status_choice("at_risk").fault(written) == ""
