import numpy as np
import pytest

from bsclib.errors import BscError
from bsclib.scenarios.amounts import as_list, read_amounts, whole_number
from bsclib.scenarios.constraints import Calendar

YEAR = Calendar(3, 12)


@pytest.mark.parametrize("given", [5, 5.0, np.float64(5), [5, 5, 5, 5], np.full(4, 5), (5, 5.0, 5, np.int64(5))])
def test_amounts_may_be_one_or_one_a_period(given):
    faults = []
    assert read_amounts("budget", given, YEAR, faults).tolist() == [5, 5, 5, 5]
    assert faults == []


@pytest.mark.parametrize("given", [-1, float("inf"), "5", None, True, [], [1, 2], [1, 2, 3, None], [1, 2, 3, "4"]])
def test_what_is_no_amount(given):
    faults = []
    assert read_amounts("budget", given, YEAR, faults).tolist() == [0, 0, 0, 0]
    assert len(faults) == 1


def test_counts_lie_in_a_range():
    faults = []
    given = (1, np.int64(9), 0, 10, 2.0, True)
    assert [whole_number("draws", one, 9, "draws", faults) for one in given] == [1, 9, 1, 1, 1, 1]
    assert len(faults) == 4


def test_a_word_is_no_list():
    assert as_list("must", ("a", "b")) == ["a", "b"]
    with pytest.raises(BscError, match=r"must: this is no list\. Got: 'abc'"):
        as_list("must", "abc")
